"""The potential of a membrane: which equation, whose share, what the pump adds; against closed forms."""

from __future__ import annotations

import math

import pytest

import ionlang
from ionlang.analyse.potentials import potentials
from ionlang.explain.explanation import Account, Part
from ionlang.explain.view import view_of_rest
from ionlang.explain.voltage.balance import balance_of, balances_of, joint_root, root_of, settling
from ionlang.explain.voltage.cause import without
from ionlang.explain.voltage.forms import shares
from tests.explain_views import NAMES, model, resting

HEAD = """
temperature = 37 degC
ion Na { valence = +1 }
ion K  { valence = +1 }
ion Cl { valence = -1 }
ion Ca { valence = +2 }
solute ATP
bath inside  { Na = 15 mM; K = 140 mM; Cl = 7 mM; Ca = 100 nM; ATP = 3 mM }
bath outside { Na = 145 mM; K = 4 mM; Cl = 120 mM; Ca = 1.5 mM }
membrane soma (inside | outside) {
    capacitance = 1 uF/cm2
    V from currents starting at -70 mV
"""
RT_F = 8.31446261815324 * 310.15 / 96485.33212331001 * 1e3


def part_of(body: str) -> Part:
    (part,) = ionlang.loads(f"{HEAD}{body}\n}}\n").explain("soma.V").parts
    return part


def laws(part: Part) -> list[str]:
    return [e.words for e in part.equations]


def account(part: Part, words: str) -> Account:
    return next(a for a in part.accounts if words in a.words)


@pytest.mark.parametrize(
    ("body", "law"),
    [
        ("channel A { carries K; conductance = 0.1 mS/cm2 }", "the Nernst equation of potassium"),
        ("channel A { carries K; permeability = 1e-6 cm/s }", "the Nernst equation of potassium"),
        (
            "channel A { carries K; conductance = 0.1 mS/cm2 }\nchannel B { carries Na; conductance = 10 uS/cm2 }",
            "the chord conductance equation",
        ),
        (
            "channel A { carries K; permeability = 1e-6 cm/s }\nchannel B { carries Na; permeability = 1e-8 cm/s }",
            "the Goldman–Hodgkin–Katz equation",
        ),
        (
            "channel A { carries K : 1, Na : 0.1; permeability = 1e-6 cm/s }",
            "the Goldman–Hodgkin–Katz equation",
        ),
        ("channel A { carries K : 1, Na : 0.1; conductance = 1 mS/cm2 }", "the chord conductance equation"),
        (
            "channel A { carries K; permeability = 1e-6 cm/s }\nchannel B { carries Ca; permeability = 1e-8 cm/s }",
            "all currents together are nothing",
        ),
        (
            "channel A { carries K; permeability = 1e-6 cm/s }\nchannel B { carries Na; conductance = 10 uS/cm2 }",
            "all currents together are nothing",
        ),
    ],
)
def test_each_membrane_has_the_equation_of_the_field(body: str, law: str) -> None:
    assert laws(part_of(body))[0] == law


PUMP = """
    channel K_leak { carries K; permeability = 1e-6 cm/s }
    channel Na_leak { carries Na; permeability = 2e-8 cm/s }
    pump NaK { moves 3 Na out, 2 K in, uses 1 ATP; current = 0.05 uA/cm2 }
"""


def test_a_pump_that_does_not_balance_the_leaks_is_no_mullins_noda() -> None:
    assert laws(part_of(PUMP))[0] == "all currents together are nothing"


def test_the_pump_s_share_is_that_of_mullins_and_noda() -> None:
    """GHK less Mullins–Noda at the same concentrations, to 1e-6 mV."""
    view = resting("19_anoxia.ion")
    (membrane,) = view.cell.membranes
    balance = balance_of(view.cell, membrane)
    pump = next(w for w in balance.ways if w.words == "pump NaK")
    found = without(balance, view.now, pump)
    assert found is not None
    now = view.now
    P, c = {"Na": 0.15012820609548743 / 2, "K": 1.0, "Cl": 0.1}, {}
    for ion in P:
        c[ion] = now[f"inside.{ion}"], now[f"outside.{ion}"]
    above = P["K"] * c["K"][1] + P["Na"] * c["Na"][1] + P["Cl"] * c["Cl"][0]
    below = P["K"] * c["K"][0] + P["Na"] * c["Na"][0] + P["Cl"] * c["Cl"][1]
    ghk = RT_F * math.log(above / below)
    above, below = (1.5 * P["K"] * c["K"][k] + P["Na"] * c["Na"][k] for k in (1, 0))
    mullins_noda = RT_F * math.log(above / below)
    assert found[0] == pytest.approx(mullins_noda, abs=1e-6)
    assert found[1] == pytest.approx(ghk, abs=1e-6)


def test_an_electroneutral_membrane_with_a_pump_of_3_to_3_shows_no_share() -> None:
    part = part_of(PUMP.replace("current = 0.05 uA/cm2", "rate = 1 pmol/cm2/s").replace("3 Na", "2 Na"))
    assert not any("pump" in sentence for sentence in part.cause)


@pytest.mark.parametrize("name", NAMES)
def test_the_chord_shares_give_v_where_no_pump_is(name: str) -> None:
    """V is the mean of where the ways pull it, weighted by their shares, less the other currents over all of g."""
    view = resting(name)
    for balance in balances_of(view.cell):
        pulls = shares(balance, view.now)
        if not pulls or not view.now.settled:
            continue
        whole = math.fsum(g for _, g, _ in pulls)
        passive = [w for w, _, _ in pulls]
        other = math.fsum(view.now.of(w.current) for w in balance.ways if w not in passive)
        mean = math.fsum(share * view.now.of(w.towards) for w, _, share in pulls if w.towards is not None)
        assert mean - other / whole == pytest.approx(view.now[balance.V], abs=1e-5)


@pytest.mark.parametrize("name", NAMES)
def test_at_rest_every_balance_holds(name: str) -> None:
    view = resting(name)
    if not view.now.settled:
        return
    for balance in balances_of(view.cell):
        lag = settling(balance, view.now)
        assert lag is not None and abs(lag) < 1e-6
    found = joint_root(
        balances_of(view.cell), view.now, {b.V: view.now[b.V] + 1 for b in balances_of(view.cell)}
    )
    assert found is not None
    for balance in balances_of(view.cell):
        assert found[balance.V] == pytest.approx(view.now[balance.V], abs=1e-6)


def test_ghk_agrees_with_the_card() -> None:
    view = resting("02_ghk.ion")
    (membrane,) = view.cell.membranes
    card = potentials(view.cell, membrane, view.now)
    assert card.chord == pytest.approx(view.now["neuron.V"], abs=1e-6)
    assert card.ghk == pytest.approx(view.now["neuron.V"], abs=1e-6)


def test_currents_are_in_the_order_of_the_file_and_add_up_to_nothing() -> None:
    flows = account(part_of(PUMP), "current")
    assert [p.words for p in flows.pieces] == [
        "potassium out through K_leak", "sodium in through Na_leak", "pump NaK",
    ]  # fmt: skip
    assert flows.total == 0


def test_without_its_leak_nothing_holds_v_against_the_pump() -> None:
    body = "channel A { carries K; conductance = 0.1 mS/cm2 }\npump P { moves 1 Na out, uses 1 ATP; current = 1 uA/cm2 }"
    part = part_of(body)
    assert part.value == pytest.approx(RT_F * math.log(4 / 140) - 10, abs=1e-9)
    assert "By itself it changes V by -10 mV" in part.cause[-1]


def test_a_coupled_pump_moves_both_membranes_of_the_skin() -> None:
    """The pump of the frog skin taken out: apical and basal find their balance together, as the cell itself does when
    the pump's current is blocked and its concentrations are held."""
    held = ("Na", "K", "Cl")
    text = (model("frog_skin.ion")).source.text
    view = resting("frog_skin.ion")
    for ion in held:
        before = {"Na": "10", "K": "130", "Cl": "30"}[ion]
        text = text.replace(f"{ion} = {before} mM;", f"{ion} = {view.now[f'cell.{ion}']!r} mM held;")
    still = view_of_rest(ionlang.loads(text)._rest({"basal.NaK.block": 1}))
    basal = balances_of(view.cell)[1]
    pump = next(w for w in basal.ways if w.words == "pump NaK")
    found = without(basal, view.now, pump)
    assert found is not None
    assert found[1] == pytest.approx(still.now["basal.V"], abs=1e-6)


def test_the_root_of_a_rising_function() -> None:
    assert root_of(lambda v: v**3 - 8, 0.0) == pytest.approx(2, abs=1e-9)
    assert root_of(lambda v: math.exp(v / 25) - 1e-9, 100.0) == pytest.approx(25 * math.log(1e-9), abs=1e-6)
    assert root_of(lambda v: 1.0, 0.0) is None
    assert root_of(lambda v: math.nan, 0.0) is None
