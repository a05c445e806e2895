"""Derivatives of what runs measure, against central differences of runs that are a hundred times as exact."""

from __future__ import annotations

import math

import pytest

import ionlang
from ionlang.model.numbers import parameter_values
from ionlang.simulate.running.run import run
from ionlang.simulate.sensitivity.inputs import inputs_of
from ionlang.simulate.sensitivity.local import short_names
from ionlang.units import display_unit
from tests.sensitivity_models import CELL, OTHERS, SCENARIOS

STEP = 1e-4
EVERY = 1000
CLOSE = 5e-6
"""Of the quantity, for a change of the parameter by its own size: what is left of the difference's own errors."""


def scenario_of(name: str) -> str:
    return f"{CELL}\nscenario tried {{{SCENARIOS[name]}}}\n"


def differences(model: ionlang.Model, scenario: str, path: str) -> dict[str, float]:
    """d measure/d parameter [cell units]."""
    chosen = next(s for s in model.cell.scenarios if s.name == scenario)
    centre = parameter_values(model.cell)[path]
    step = STEP * (abs(centre) or 1.0)
    up, down = (
        dict(run(model.machine, chosen, {path: centre + sign * step}, rtol=1e-10).measures)
        for sign in (1.0, -1.0)
    )
    return {name: (up[name] - down[name]) / (2.0 * step) for name in up}


def check_against_differences(text: str) -> None:
    check(ionlang.loads(text), "tried", EVERY)


def check(model: ionlang.Model, scenario: str, most: int) -> None:
    """The effects of the parameters, of so many in the order of the file."""
    found, short = model.sensitivity(scenario), short_names(model.cell)
    assert not found.left_out
    measures = next(s for s in model.cell.scenarios if s.name == scenario).measures
    units = {m.name: display_unit(m.dimension) for m in measures}
    chosen = inputs_of(model.cell, {})
    for parameter in chosen[:: max(1, len(chosen) // most)]:
        told = differences(model, scenario, parameter.path)
        for response in found.responses:
            effect, unit = response[short[parameter.path]], units[response.name]
            assert response.unit == (unit.text or "1")
            ratio = float(display_unit(parameter.dimension).scale) / float(unit.scale)
            expected = told[response.name] * ratio
            size = max(abs(response.value), abs(expected * effect.value)) / (abs(effect.value) or 1.0)
            assert effect.derivative == pytest.approx(expected, abs=CLOSE * size, rel=1e-6), (
                response.name,
                effect.parameter,
            )


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_measure_against_differences(name: str) -> None:
    check_against_differences(scenario_of(name))


@pytest.mark.parametrize("name", OTHERS)
def test_states_behind_what_a_file_names(name: str) -> None:
    check_against_differences(OTHERS[name])


EXAMPLES = (
    ("05_free_energy", "clamped"),
    ("09_energy_budget", "small_leak"),
    ("11_eaat", "release"),
    ("19_anoxia", "anoxia"),
    pytest.param("published/duesterwald_2018", "pump_fails", marks=pytest.mark.slow),
)


@pytest.mark.parametrize(("example", "scenario"), EXAMPLES)
def test_examples_against_differences(example: str, scenario: str) -> None:
    check(ionlang.load(f"examples/{example}.ion"), scenario, 5)


def test_a_run_that_begins_where_another_ends() -> None:
    text = f"""{CELL}
scenario before {{
    run until soma.V > lim, at most 30 ms
    from T_on: inject I0 into soma carried by K
}}
scenario tried {{
    begin at end of before
    run D
    measure first = soma.V at start
    measure soon = soma.V at 2 ms
    measure last = soma.V at end
}}
"""
    check_against_differences(text)


def test_the_derivative_of_a_start_is_one() -> None:
    model = ionlang.loads(f"{CELL}\nscenario tried {{ run 1 ms;  measure first = soma.V at start }}\n")
    assert model.sensitivity("tried")["first"]["soma.V"].derivative == 1.0
    assert math.isclose(model.sensitivity("tried")["first"].value, -65.0)
