"""The laws that explanations show are those that the program computes with: term by term they give the Machine's own
numbers, in the file's order."""

from __future__ import annotations

import math

import numpy as np
import pytest

import ionlang
from ionlang.explain.laws.book import laws_of
from ionlang.explain.moment import Moment
from ionlang.explain.tidy import tidied
from ionlang.model.algebra import ONE, count, over, plus, read, signed_sum, times
from ionlang.model.expression import Apply
from ionlang.units import CURRENT, PURE
from tests.explain_views import NAMES, model


def away_from_rest(name: str) -> tuple[Moment, list[float]]:
    """A state a little off the start, so that no term is nothing; and the rates there."""
    machine = model(name).machine
    parameters = machine.parameters({})
    state = np.array(machine.initial_state(parameters)) * 1.013 + 1e-3
    paths = [path for path in machine.symbols if path != "time"]
    found = machine.paths(paths)(np.zeros(1), state[:, None], list(parameters))[:, 0]
    known = dict(zip(paths, (float(x) for x in found), strict=True))
    rates = machine.scalar.rhs(0.0, state.tolist(), list(parameters))
    return Moment("somewhere", machine.cell, laws_of(machine.cell), known), list(rates)


@pytest.mark.parametrize("name", NAMES)
def test_every_law_gives_the_number_of_the_machine(name: str) -> None:
    moment, _ = away_from_rest(name)
    constants = ("pi", "faraday", "gas_constant", "avogadro")
    for definition in model(name).machine.system.definitions:
        if definition.path in constants or hasattr(definition, "residual"):
            continue
        assert definition.path in moment.laws, definition.path
        found, wanted = moment.of(moment.laws[definition.path]), moment.known[definition.path]
        assert found == pytest.approx(wanted, rel=1e-9, abs=1e-12, nan_ok=True), definition.path


@pytest.mark.parametrize("name", NAMES)
def test_every_rate_is_the_sum_of_what_brings_and_takes(name: str) -> None:
    moment, rates = away_from_rest(name)
    for state, rate in zip(model(name).machine.system.states, rates, strict=True):
        found = moment.of(moment.laws[f"d({state.path})/dt"])
        assert found == pytest.approx(rate, rel=1e-9, abs=1e-10), state.path


FILE = """
temperature = 37 degC
ion K { valence = +1 }
ion Na { valence = +1 }
bath inside { K = 140 mM; Na = 15 mM }
bath outside { K = 4 mM; Na = 145 mM }
membrane soma (inside | outside) {
    capacitance = 1 uF/cm2
    V from currents starting at -70 mV
    channel zebra { carries K; conductance = 0.1 mS/cm2 }
    channel apple { carries Na; conductance = 0.01 mS/cm2 }
    channel mango { carries K; conductance = 0.02 mS/cm2 }
}
"""


def test_sums_keep_the_order_of_the_file() -> None:
    explanation = ionlang.loads(FILE).explain("soma.current")
    text = explanation.text()
    assert text.index("I_zebra") < text.index("I_apple") < text.index("I_mango")
    written = "(g_zebra·E_K + g_apple·E_Na + g_mango·E_K)/(g_zebra + g_apple + g_mango)"
    assert written in ionlang.loads(FILE).explain().text(width=200)


def test_products_leave_out_ones_and_nothing_else() -> None:
    x = read("x", PURE)
    assert times(ONE, x, ONE) == x
    assert times(count(2), x) == Apply("multiply", (count(2), x), PURE, x.span)
    assert plus() == count(0)
    assert signed_sum([(-1, x), (2, x), (-3, x)]) is not None


def test_what_does_nothing_is_left_out_only_while_it_does_nothing() -> None:
    moment, _ = away_from_rest("01_nernst.ion")
    law = moment.laws["cell.K_leak.total_conductance/area"]
    assert tidied(law, moment) == read("cell.K_leak.conductance", tidied(law, moment).dimension or PURE)
    blocked = Moment("then", moment.cell, moment.laws, {**moment.known, "cell.K_leak.block": 0.6})
    assert tidied(law, blocked) == law


def test_a_quotient_has_the_dimension_of_its_parts() -> None:
    current = read("I", CURRENT)
    assert over(current, current).dimension == PURE
    assert math.isclose(1.0, ONE.value)
