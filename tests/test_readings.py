"""What may be read and what has no value; an ion that is absent on a side."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

import ionlang
from ionlang.analyse.potentials import potentials
from ionlang.constants import FARADAY
from ionlang.model.check.defined import defined_paths
from tests.planting_field import FIELD
from tests.reading_models import BALANCED, CELL, RT_F, changed, check, codes, with_scenario

EXAMPLES = sorted((Path(__file__).parent.parent / "examples").rglob("*.ion"))

# ── readings without value ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("reading", "code"),
    [
        ("soma.both.free_energy at rest / (1 kJ/mol)", "ION116"),
        ("soma.shunt.free_energy at rest / (1 kJ/mol)", "ION116"),
        ("soma.both.conductance at rest / (1 nS)", "ION116"),
        ("K_leak.current(Na) at rest / (1 pA)", "ION116"),
        ("shunt.flux(K) at rest / (1 fmol/s)", "ION116"),
        ("soma.flux(Ca) at rest / (1 fmol/s)", "ION116"),
        ("soma.current(Ca) at rest / (1 pA)", "ION116"),
        ("NaK.flux(ATP) at rest / (1 fmol/s)", "ION116"),
        ("NaK.current(ATP) at rest / (1 pA)", "ION116"),
        ("soma.shunt.m.alpha at rest / (1 /ms)", "ION116"),
        ("soma.shunt.k.tau at rest / (1 ms)", "ION116"),
        ("soma.E(K : 1, Ca : 1) at rest / (1 mV)", "ION302"),
    ],
)
def test_a_reading_without_value_is_an_error(reading: str, code: str) -> None:
    lines = f"measure reading = {reading}"
    assert codes(with_scenario(lines)) == [code]
    (found,) = (d for d in check(with_scenario(lines)) if d.code == code)
    assert found.help and found.primary.span.text in lines


def test_a_compartment_without_volume_has_no_amounts() -> None:
    held = changed(CELL, "bath inside", "compartment inside")
    for species in ("Na = 10 mM", "K = 140 mM", "ATP = 3 mM"):
        held = held.replace(f"{species};", f"{species} held;").replace(
            f"{species} }}", f"{species} held }}", 1
        )
    assert codes(held) == []
    assert codes(with_scenario("measure reading = inside.charge at rest", held)) == ["ION116"]
    assert codes(with_scenario("measure reading = amount(inside.K) at rest", held)) == ["ION116"]


@pytest.mark.parametrize("place", ["reversal", "gate", "between"])
def test_a_mixed_potential_may_stand_anywhere(place: str) -> None:
    mixed = "soma.E(K : 1, Na : 0.05)"
    expected = RT_F * math.log((4 + 0.05 * 145) / (140 + 0.05 * 10))
    match place:
        case "reversal":
            text = changed(CELL, "reversal = 0 mV", f"reversal = {mixed}")
        case "gate":
            text = changed(CELL, "gate k { inf = 0.5", f"gate k {{ inf = 1/(1 + exp((V - {mixed})/(5 mV)))")
        case _:
            text = CELL
    text = with_scenario(f"expect soma.V at rest between -200 mV and {mixed} at rest + 100 mV", text)
    model = ionlang.loads(text)
    assert model.run("trial").verdicts[0].passed
    machine = model.machine
    known = machine.parameters({})
    start = np.array(machine.initial_state(known))[:, None]
    value = machine.paths(["soma.E(K:1,Na:0.05)"])(np.zeros(1), start, known)
    assert value[0, 0] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("kind", ["param", "let"])
def test_a_ratio_of_a_mixed_potential_may_have_a_name(kind: str) -> None:
    text = f"{kind} sodium = 0.05\n" + with_scenario(
        "expect soma.V at rest < soma.E(K : 1, Na : sodium) at rest + 1 V"
    )
    machine = ionlang.loads(text).machine
    known = machine.parameters({"sodium": 0.2} if kind == "param" else {})
    start = np.array(machine.initial_state(known))[:, None]
    value = machine.paths(["soma.E(K:1,Na:sodium)"])(np.zeros(1), start, known)
    ratio = 0.2 if kind == "param" else 0.05
    assert value[0, 0] == pytest.approx(RT_F * math.log((4 + ratio * 145) / (140 + ratio * 10)), rel=1e-12)


def test_a_ratio_of_a_mixed_potential_is_no_calculation() -> None:
    assert codes(with_scenario("measure e = soma.E(K : 1, Na : 2*3) at rest")) == ["ION115"]
    assert codes(with_scenario("measure e = soma.E(K : 1, Na : outside.K) at rest")) == ["ION204"]
    assert codes(with_scenario("measure e = soma.E(K : 1, Na : sodum) at rest")) == ["ION101"]


MODELS = {
    **{
        path.name: path.read_text(encoding="utf-8")
        for path in EXAMPLES
        if not any(word in path.read_text("utf-8") for word in ("use ", "\nline "))
    },
    "field": FIELD,
    "cell": CELL,
    "balanced": BALANCED,
    "mixed": with_scenario("expect soma.V at rest < soma.E(K : 1, Na : 0.05) at rest + 1 V"),
    "injected": with_scenario("run 1 ms\ninject 2 pA into soma carried by K"),
    "cold": "ion K { valence = +1 }\nsolute g\ncompartment a { volume = 1 pL; K = 2 mM held; g = 1 mM }\n"
    "bath b { K = 3 mM; g = 2 mM }\nflux f { moves g from a to b;  rate = 1 fmol/s }\n",
}


@pytest.mark.parametrize("name", MODELS)
def test_what_has_a_value_is_what_the_equations_define(name: str) -> None:
    model = ionlang.loads(MODELS[name])
    named = {
        path for path in model.machine.symbols if not path.endswith("()")
    }  # a share that no file can name
    assert {*defined_paths(model.cell)} == named - {"time"}


# ── an ion that is absent on a side ───────────────────────────────────────────────────────────────

NO_CALCIUM = changed(CELL, "Ca = 0.0001 mM", "Ca = 0 mM")


def test_an_absent_ion_leaves_everything_else_alone() -> None:
    model, whole = ionlang.loads(NO_CALCIUM), ionlang.loads(CELL)
    assert [d for d in model.check() if d.severity == "error"] == []
    machine, other = model.machine, whole.machine
    derived = [q.path for q in machine.scalar.program.constants]
    p, reference = machine.parameters({}), other.parameters({})
    count = len(machine.scalar.program.parameters)
    wrong = [path for path, x in zip(derived, p[count:], strict=True) if not math.isfinite(x)]
    assert wrong == ["soma.E(Ca)"]
    state = machine.initial_state(p)
    assert machine.scalar.rhs(0.0, state, p) == other.scalar.rhs(0.0, state, reference)
    with np.errstate(all="raise"):
        machine.parameters_many({})
    found = model.rest().equilibria[0].state.potentials["soma"]
    assert [*found.nernst] == ["K", "Na", "Cl"] and found.ghk is not None and found.chord is not None


def test_an_absent_ion_passes_a_constant_field_channel() -> None:
    """Of Ca alone, all outside: current = P z F c_out u·z/(…) is inward at every V; no equilibrium of its own."""
    text = changed(NO_CALCIUM, "carries K : 1, Na : 0.05;  permeability", "carries Ca;  permeability")
    text = with_scenario(
        "begin at rest\nrun 5 ms\nexpect soma.current(Ca) at rest < 0 pA\nmeasure factor = soma.ghk(Ca) at rest",
        text,
    )
    model = ionlang.loads(text)
    solution = model.run("trial")
    assert solution.verdicts[0].passed and solution.failure is None
    card = model.rest()
    V = card.equilibria[0].state.potentials["soma"].V
    u = 2 * V / RT_F
    expected = -2 * FARADAY.in_cell_units * 2 * (-u / (1 - math.exp(u)))
    assert dict(solution.measures)["factor"] == pytest.approx(expected, rel=1e-9)


def test_potentials_skip_what_is_undefined() -> None:
    text = changed(
        NO_CALCIUM, "carries K : 1, Na : 0.05;  permeability", "carries K : 1, Ca : 3;  permeability"
    )
    cell = ionlang.loads(text).cell
    machine = ionlang.loads(text).machine
    state, p = machine.initial_state(machine.parameters({})), machine.parameters({})
    paths = [path for path in machine.symbols if path != "time"]
    row = machine.paths(paths)(np.zeros(1), np.array(state)[:, None], p)[:, 0]
    found = potentials(cell, cell.membranes[0], dict(zip(paths, row.tolist(), strict=True)))
    assert "Ca" not in found.nernst and found.ghk is not None and math.isfinite(found.ghk)
