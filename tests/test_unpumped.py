"""The cell without its pumps: the Gibbs–Donnan state, what stays there, and what it takes to be away from it."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ionlang
from ionlang.analyse.report import card_text
from ionlang.analyse.unpumped import UnpumpedCard
from ionlang.cli import main
from tests.test_continuation import PUMP_LEAK

ROOT = Path(__file__).parent.parent
CLOSED = ROOT / "examples/anoxia.ion"
FARADAY = 96485.3321233


def unpumped(model: ionlang.Model, **given: str) -> UnpumpedCard:
    card = model.rest(set=given).unpumped
    assert card is not None
    return card


def test_the_closed_cell_without_its_pump():
    card = unpumped(ionlang.load(CLOSED))
    assert card.pumps == ("NaK",) and card.outcome == "rests" and card.is_donnan
    assert card.V["soma"] == pytest.approx(-22.869896, abs=1e-6)
    (blocked,) = ionlang.load(CLOSED).equilibria(set={"soma.NaK.block": 1})
    assert card.V["soma"] == pytest.approx(blocked.state[0], abs=1e-9)
    assert all(abs(ion.left) < 1e-9 for ion in card.ions)
    potentials = ionlang.load(CLOSED).rest().equilibria[0].state.potentials["soma"]
    for ion in card.ions:
        assert ion.force == pytest.approx(potentials.nernst[ion.ion] - potentials.V, abs=1e-9)
        z = -1 if ion.ion == "Cl" else 1
        assert ion.work == pytest.approx(z * FARADAY * ion.force * 1e-6, abs=1e-9)
    assert card.stored is not None and card.stored > 0
    assert card.excess["inside"] == pytest.approx(202.520, abs=1e-3)


def test_the_card_says_so(capsys):
    assert main(["rest", str(CLOSED)]) == 0
    text = capsys.readouterr().out
    assert "without NaK, from the rest that the cell goes to:" in text
    assert "V(soma) = -22.869896 mV, +44.324 mV from rest" in text and "the Gibbs–Donnan equilibrium" in text
    assert main(["rest", str(CLOSED), "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)["without_pumps"]
    assert found["V"]["soma"] == pytest.approx(-22.869896, abs=1e-6) and found["donnan"] is True
    assert found["V_from_rest"]["soma"] == pytest.approx(44.323986, abs=1e-6)
    assert [ion["ion"] for ion in found["ions"]] == ["Na", "K", "Cl"]


@pytest.mark.parametrize(
    "path", ["04_donnan", "05_free_energy", "01_nernst", "published/hodgkin_huxley_1952"]
)
def test_without_pumps_or_without_anything_to_move_there_is_nothing_to_say(path: str):
    card = ionlang.load(ROOT / f"examples/{path}.ion").rest()
    assert card.unpumped is None and "without" not in card_text(card)


def test_a_pump_that_is_blocked_already_is_not_blocked_again():
    assert ionlang.load(CLOSED).rest(set={"soma.NaK.block": 1}).unpumped is None


def test_a_cell_that_only_its_pump_keeps_small_swells_without_limit():
    card = ionlang.loads(PUMP_LEAK).rest()
    assert card.unpumped is not None and card.unpumped.outcome == "swells" and not card.unpumped.is_donnan
    assert "it swells without limit" in card_text(card) and card.unpumped.V == {}


def test_impermeants_outside_hold_the_volume():
    """Neutral and isosmotic: Σ c_out r^z − z x = 0 and Σ c_out r^z + x = osmolarity outside."""
    model = ionlang.load(ROOT / "examples/published/duesterwald_2018.ion")
    card = unpumped(model)
    form = next(
        d for d in model.closed_forms(set={"soma.NaK.block": 1}).derived if d.form.kind == "Gibbs-Donnan"
    )
    volume = next(c for c in form.compared if c.path == "inside.volume")
    assert card.volumes[0].without_pumps == pytest.approx(volume.complete, rel=1e-9)
    S, osmolarity, z = (148.5, 119.0), 297.0, -0.85
    root = math.sqrt(z * z * osmolarity**2 + 4 * (1 - z * z) * S[0] * S[1])
    r = (-z * osmolarity + root) / (2 * (1 - z) * S[0])
    x = osmolarity - S[0] * r - S[1] / r
    assert card.volumes[0].without_pumps == pytest.approx(card.volumes[0].at_rest * 154.96020 / x, rel=1e-4)
    assert card.is_donnan and card.stored is None  # its area changes


PUMPED_ALONE = """
temperature = 310 K
ion K  { valence = +1 }
ion Na { valence = +1 }
ion Ca { valence = +2 }
impermeant A { valence = -1 }
solute ATP
compartment inside { volume = 2 pL;  Na = 15 mM;  K = 140 mM;  Ca = 0.2 mM;  A balances charge;  ATP = 3 mM held }
compartment outside { volume = 1 pL;  Na = 145 mM;  K = 4 mM;  Ca = 2 mM;  A balances charge }
membrane cell (inside | outside) {
    area = 1000 um2;  capacitance = 1 uF/cm2
    V from currents starting at -70 mV
    channel Na_leak { carries Na;  conductance = 0.01 mS/cm2 }
    channel K_leak  { carries K;   conductance = 0.1 mS/cm2 }
    pump NaK  { moves 3 Na out, 2 K in, uses 1 ATP;  rate = 20 pmol/cm2/s * hill(in.Na, 20 mM, 3) }
    pump PMCA { moves 1 Ca out, uses 1 ATP;  rate = 10 pmol/cm2/s * (in.Ca/(1 mM) - 0.0001) }
}
"""


def test_what_only_a_pump_moves_stays_where_it_is():
    card = unpumped(ionlang.loads(PUMPED_ALONE))
    assert card.outcome == "rests" and card.pumps == ("NaK", "PMCA")
    left = {ion.ion: ion.left for ion in card.ions}
    assert left["Na"] == pytest.approx(0, abs=1e-7) and left["K"] == pytest.approx(0, abs=1e-7)
    at_rest = ionlang.loads(PUMPED_ALONE).rest().equilibria[0].state.potentials["cell"].nernst["Ca"]
    assert left["Ca"] == pytest.approx(at_rest - card.V["cell"], abs=1e-9) and abs(left["Ca"]) > 10
    text = card_text(ionlang.loads(PUMPED_ALONE).rest())
    assert "no Gibbs–Donnan equilibrium: Ca is not in equilibrium there" in text


CELL = """
temperature = 310 K
ion Na {{ valence = +1 }}
ion K  {{ valence = +1 }}
ion Cl {{ valence = -1 }}
impermeant A {{ valence = -1 }}
solute ATP
compartment inside {{ volume = 2 pL;  Na = 15 mM;  K = 140 mM;  Cl = 10 mM;  A balances charge;  ATP = 3 mM held }}
{outside}
membrane cell (inside | outside) {{
    area = 1000 um2;  capacitance = 1 uF/cm2
    V from currents starting at -70 mV
    channel Na_leak {{ carries Na;  conductance = {na} mS/cm2 }}
    channel K_leak  {{ carries K;   conductance = 0.1 mS/cm2 }}
    channel Cl_leak {{ carries Cl;  conductance = 0.05 mS/cm2 }}
    transporter KCC2 {{ moves 1 K out, 1 Cl out;  rate = 0.3 pmol/cm2/s * affinity }}
    pump NaK {{ moves 3 Na out, 2 K in, uses 1 ATP;  rate = 20 pmol/cm2/s * hill(in.Na, 20 mM, 3) }}
}}
scenario running_down {{
    begin at rest
    run 100000 s
    from 0 s: block NaK
    measure channels = integral(cell.Na_leak.current*(cell.V - cell.E(Na)) + cell.K_leak.current*(cell.V - cell.E(K))
                                + cell.Cl_leak.current*(cell.V - cell.E(Cl)))
    measure KCC2 = integral(cell.KCC2.rate*cell.KCC2.affinity*thermal_voltage*faraday)
    measure V = cell.V at end
}}
"""
OUTSIDES = {
    "closed": "compartment outside { volume = 1 pL;  Na = 145 mM;  K = 4 mM;  Cl = 120 mM;  A balances charge }",
    "bath": "bath outside { Na = 145 mM;  K = 4 mM;  Cl = 149 mM }",
}


@pytest.mark.parametrize("outside", OUTSIDES)
def test_what_is_stored_is_what_is_dissipated_on_the_way_down(outside: str):
    """Each term from its own flow and its own potentials, over the whole run."""
    model = ionlang.loads(CELL.format(outside=OUTSIDES[outside], na="0.01"))
    card = unpumped(model)
    run = model.run("running_down", rtol=1e-9)
    found = dict(run.measures)
    assert found["V"] == pytest.approx(card.V["cell"], abs=1e-5)
    assert found["channels"] + found["KCC2"] == pytest.approx(card.stored, rel=1e-5)


@settings(max_examples=6, deadline=None, derandomize=True)
@given(na=st.floats(0.002, 0.05), outside=st.sampled_from(sorted(OUTSIDES)))
def test_any_such_cell_stores_energy_and_comes_to_equilibrium(na: float, outside: str):
    card = unpumped(ionlang.loads(CELL.format(outside=OUTSIDES[outside], na=f"{na:.5g}")))
    assert card.is_donnan and card.stored is not None and card.stored > 0
