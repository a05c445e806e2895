"""Derivatives of what runs measure, against central differences of runs that are a hundred times as exact."""

from __future__ import annotations

import math

import pytest

import ionlang
from ionlang.simulate.running.run import run
from tests.sensitivity_models import CELL, OTHERS, SCENARIOS

STEP = 1e-4
CLOSE = 5e-6
"""Of the quantity, for a change of the parameter by its own size: what is left of the difference's own errors."""


def scenario_of(name: str) -> str:
    return f"{CELL}\nscenario tried {{{SCENARIOS[name]}}}\n"


def differences(model: ionlang.Model, scenario: str, parameter: str) -> dict[str, float]:
    """d measure/d parameter [cell units]."""
    chosen = next(s for s in model.cell.scenarios if s.name == scenario)
    value = next(p for p in model.cell.parameters if p.path == parameter)
    from ionlang.model.numbers import parameter_values

    centre = parameter_values(model.cell)[value.path]
    step = STEP * (abs(centre) or 1.0)
    ends = [
        dict(run(model.machine, chosen, {value.path: centre + sign * step}, rtol=1e-10).measures)
        for sign in (1.0, -1.0)
    ]
    return {name: (ends[0][name] - ends[1][name]) / (2.0 * step) for name in ends[0]}


def check_against_differences(text: str, scenario: str = "tried") -> None:
    from ionlang.simulate.sensitivity.inputs import inputs_of
    from ionlang.simulate.sensitivity.local import short_names

    model = ionlang.loads(text)
    found, short = model.sensitivity(scenario), short_names(model.cell)
    assert not found.left_out
    for parameter in inputs_of(model.cell, {}):
        told = differences(model, scenario, parameter.path)
        for response in found.responses:
            effect = response[short[parameter.path]]
            from ionlang.units import display_unit, parse_unit

            scale = float(display_unit(parameter.dimension).scale)
            measure = next(
                m for s in model.cell.scenarios if s.name == scenario for m in s.measures if m.name == response.name
            )
            per = float(display_unit(measure.dimension).scale)
            assert response.unit == (display_unit(measure.dimension).text or "1")
            expected = told[response.name] * scale / per
            size = max(abs(response.value), abs(expected * effect.value)) / (abs(effect.value) or 1.0)
            assert effect.derivative == pytest.approx(expected, abs=CLOSE * size, rel=1e-6), (
                response.name,
                effect.parameter,
            )
            assert parse_unit


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_measure_against_differences(name: str) -> None:
    check_against_differences(scenario_of(name))


@pytest.mark.parametrize("name", OTHERS)
def test_states_behind_what_a_file_names(name: str) -> None:
    check_against_differences(OTHERS[name])


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
