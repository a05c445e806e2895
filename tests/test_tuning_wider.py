"""`tune` on whole cells: water that moves, charge as the state, two membranes, templates, further files."""

from __future__ import annotations

from pathlib import Path

import pytest

import ionlang
from ionlang.analyse.card import StateCard

EXAMPLES = Path(__file__).parents[1] / "examples"
SWELLING = (EXAMPLES / "published" / "duesterwald_2018.ion").read_text(encoding="utf-8")
SKIN = (EXAMPLES / "frog_skin.ion").read_text(encoding="utf-8")

LEAKS = """
temperature = 37 degC
ion K  { valence = +1 }
ion Na { valence = +1 }
template channel leak(g in mS/cm2, share = 1) { conductance = g * share }
bath inside  { K = 140 mM;  Na = 15 mM }
bath outside { K = 4 mM;    Na = 145 mM }
membrane soma (inside | outside) {
    capacitance = 1 uF/cm2
    V from currents starting at -65 mV
    channel K_leak  is leak(g = 0.1 mS/cm2) { carries K }
    channel Na_leak is leak(g = 0.01 mS/cm2) { carries Na }
}
tune soma.Na_leak.g so that start is rest
"""

BUFFERED = """
temperature = 37 degC
ion Ca { valence = +2 }
solute fuel
param leak = 1e-9 cm/s
param most = 1 pmol/cm2/s
compartment inside { volume = 1 pL;  Ca = 0.0001 mM;  fuel = 1 mM held }
bath outside { Ca = 2 mM }
buffer calbindin in inside { binds Ca;  total = 0.1 mM;  K_d = 0.0003 mM }
membrane soma (inside | outside) {
    area = 500 um2
    V = -70 mV
    channel Ca_leak { carries Ca;  permeability = leak }
    pump PMCA { moves 1 Ca out, uses 1 fuel;  rate = most * michaelis(in.Ca, 0.0002 mM) }
}
"""


def settled(text: str) -> tuple[ionlang.Model, StateCard]:
    model = ionlang.loads(text)
    assert [d for d in model.check() if d.severity == "error"] == []
    card = model.rest()
    assert card.settles_at is not None
    return model, card.equilibria[card.settles_at].state


def test_a_start_decides_the_volume_at_rest() -> None:
    """Of what cannot cross, more inside draws more water."""
    model, _ = settled(f"{SWELLING}\ntune inside.X so that inside.volume at rest = 2 pL\n")
    text = f"{SWELLING}\ntune inside.X so that inside.volume at rest = 2 pL\n"
    text += "scenario swollen { expect inside.volume at rest = 2 pL +- 1e-9 pL }\n"
    assert ionlang.loads(text).run("swollen").passed
    assert model.tuned()["inside.X"].value > 154.962


def test_the_published_numbers_are_all_but_a_rest_and_become_one() -> None:
    """The file writes its start with few digits; what is tuned differs in the digits that are missing."""
    sentence = "tune pump_rate, soma.Na_leak.conductance, outside.Y, inside.Cl so that start is rest"
    model, state = settled(f"{SWELLING}\n{sentence}\n")
    for found in model.tuned().values():
        assert found.value == pytest.approx(found.written, rel=2e-3) and found.value != found.written
    assert state.concentrations["inside"]["Na"] == pytest.approx(14.002, rel=1e-7)
    assert state.concentrations["inside"]["K"] == pytest.approx(122.873, rel=1e-7)


def test_two_membranes_with_a_potential_round_the_loop() -> None:
    _, state = settled(f"{SKIN}\ntune tight.junction.conductance so that tight.V at rest = 20 mV\n")
    assert pytest.approx(20, abs=1e-7) == state.potentials["tight"].V
    sentence = "tune cell.Cl, cell.Na, apical.ENaC.permeability, basal.V so that start is rest"
    model, state = settled(f"{SKIN}\n{sentence}\n")
    assert pytest.approx(-50, abs=1e-6) == state.potentials["apical"].V
    assert state.concentrations["cell"]["Cl"] == pytest.approx(model.tuned()["cell.Cl"].value, rel=1e-7)


def test_the_parameter_of_an_instance() -> None:
    model, state = settled(LEAKS)
    assert pytest.approx(-65, abs=1e-9) == state.potentials["soma"].V
    assert list(model.tuned()) == ["soma.Na_leak.g"]


def test_a_tune_in_a_file_that_is_used(tmp_path: Path) -> None:
    (tmp_path / "base.ion").write_text(LEAKS, encoding="utf-8")
    top = tmp_path / "top.ion"
    top.write_text(
        'use "base.ion"\nscenario a { expect soma.V at rest = -65 mV +- 1e-9 mV }\n', encoding="utf-8"
    )
    assert ionlang.load(top).run("a").passed


def test_what_a_buffer_binds_does_not_change_where_rest_is() -> None:
    text = f"{BUFFERED}\ntune most so that start is rest\n"
    found = ionlang.loads(text).tuned()["most"].value
    without = text.replace("buffer calbindin in inside { binds Ca;  total = 0.1 mM;  K_d = 0.0003 mM }\n", "")
    assert found == pytest.approx(ionlang.loads(without).tuned()["most"].value, rel=1e-12)
    _, state = settled(text)
    assert state.concentrations["inside"]["Ca"] == pytest.approx(0.0001, rel=1e-8)


def test_a_tuned_number_is_not_that_of_the_file() -> None:
    """Without the sentence the same cell rests elsewhere: it is what was found that makes the difference."""
    _, state = settled(LEAKS.replace("tune soma.Na_leak.g so that start is rest\n", ""))
    assert abs(state.potentials["soma"].V + 65) > 1
