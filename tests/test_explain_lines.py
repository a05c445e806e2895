"""Explanations of lines: one copy speaks, the copies beside it are named, and what passes between them counts."""

from __future__ import annotations

import json
import math
from types import ModuleType
from xml.etree import ElementTree

import numpy as np
import pytest

import ionlang
from ionlang.explain.copies import NotKept
from ionlang.explain.explain import explain, potentials
from ionlang.explain.explanation import Explanation, Part
from ionlang.explain.laws import between, fields, joined
from ionlang.explain.view import View, view_of_rest
from ionlang.model.expression import reads
from ionlang.simulate.resting.rest import find_settled
from tests.explain_lines import NAMES, copies_of, model, resting
from tests.explain_views import readable
from tests.lines_models import tissue
from tests.rounding import broken, holds, slightly_wrong
from tests.test_explain import check_latex

SLOW = ("21_spreading_depolarisation", "mcintyre_2002")
FEW = [name for name in NAMES if name not in SLOW]


def told(view: View, *, every: bool) -> list[tuple[str, Part]]:
    """The parts of all quantities of a copy; of its potentials alone."""
    asked = [each for each in readable(view) if each[0] in view.now] if every else potentials(view)
    return [(each[0], part) for each in asked for part in explain(view, (each,)).parts]


def views(name: str) -> list[View]:
    view = resting(name)
    return [view.in_copy(line, number) for line, number in copies_of(view)]


@pytest.mark.parametrize("name", FEW)
def test_every_quantity_of_a_copy_is_explained_in_every_format(name: str) -> None:
    for view in views(name)[:1] + views(name)[-1:]:
        for path, part in told(view, every=True):
            legend = {entry.path: entry for entry in part.legend}
            assert {r.path for e in part.equations for r in (e.left, *reads(e.right))} <= set(legend), path
            names = [entry.name for entry in part.legend]
            assert len(set(names)) == len(names), (path, names)
            whole = Explanation(name, (part,))
            check_latex(whole.latex())
            ElementTree.fromstring(whole.html())
            json.dumps(whole.as_object())
            assert whole.text().startswith(part.quantity)


@pytest.mark.parametrize("name", NAMES)
def test_equations_give_the_value_in_every_copy(name: str) -> None:
    for view in views(name):
        for path, part in told(view, every=name not in SLOW):
            for equation in part.equations:
                if equation.balance or equation.left.path not in view.now:
                    continue
                assert holds(view, equation), (path, equation.words)


@pytest.mark.parametrize(
    ("name", "room"),
    [
        ("vessel", between),
        ("lines/supplied", between),
        ("axial", between),
        ("electrodiffusion/junction", fields),
        ("open", fields),
        ("open", joined),
        ("leaky", joined),
    ],
)
def test_what_passes_between_copies_is_seen_to_be_wrong_by_a_thousandth(
    name: str, room: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = fibre() if name == "axial" else model(name)
    monkeypatch.setattr(room, "passing_laws", slightly_wrong(room.passing_laws, r"\.face"))
    view = view_of_rest(find_settled(found.machine, {}))
    asked = [each for each in readable(view) if ".face" in each[0] or ".flux(" in each[0]]
    parts = [part for each in asked for part in explain(view, (each,)).parts]
    assert any(".face" in path for path in broken(view, parts))


@pytest.mark.parametrize("name", NAMES)
def test_shares_and_currents_count_what_passes_between_copies(name: str) -> None:
    for view in views(name):
        for path, part in told(view, every=False):
            for account in part.accounts:
                shares = [p.share for p in account.pieces if p.share is not None]
                assert not shares or math.fsum(shares) == pytest.approx(1, abs=1e-12)
                if account.words.startswith("current") and view.now.settled:
                    largest = max(abs(p.amount) for p in account.pieces)
                    assert math.fsum(p.amount for p in account.pieces) == pytest.approx(
                        0, abs=max(1e-6 * largest, 1e-9)
                    ), path


FIBRE = """
temperature = 37 degC
ion K  {{ valence = +1 }}
ion Na {{ valence = +1 }}
arrangement stretch {{
    bath inside  {{ K = 140 mM;  Na = 15 mM }}
    bath outside {{ K = 4 mM;  Na = 145 mM }}
    membrane wall (inside | outside) {{
        area        = 2 * pi * 2 um * spacing
        capacitance = 1 uF/cm2
        V from currents starting at -60 mV
        channel leak {{ carries K;  conductance = 0.1 mS/cm2 }}
        channel hole {{ carries Na;  conductance = if x < {reach} then 0.1 mS/cm2 else 0 mS/cm2 }}
    }}
}}
line fibre of {count} stretch {{
    total_length = 2 mm
    ends         = closed
    axial inside {{ resistivity = 150 ohm.cm;  cross_section = pi * (2 um)^2;  carries K }}
}}
scenario later {{ run 20 ms }}
"""


def fibre(reach: str = "100 um", count: int = 20) -> ionlang.api.Model:
    return ionlang.loads(FIBRE.format(reach=reach, count=count))


def test_v_of_a_copy_is_the_mean_of_its_own_reversals_and_of_its_neighbours() -> None:
    m = fibre()
    text = m.explain("fibre[3].wall.V").text(width=200)
    assert (
        "Vᵢ = (g_leak·E_K + g_ax,insideᵢ₋₁·Vᵢ₋₁ + g_ax,insideᵢ·Vᵢ₊₁)/(g_leak + g_ax,insideᵢ₋₁ + g_ax,insideᵢ)"
        in text
    )
    V = m.rest().equilibria[0].profiles["fibre.wall.V"].values
    g, axial = 0.1 * 2 * math.pi * 2 * 100 / 100, math.pi * 4 / (150 * 100) * 1e5  # nS
    E = 8.31446261815324 * 310.15 / 96485.33212 * 1e3 * math.log(4 / 140)
    assert (g * E + axial * (V[1] + V[3])) / (g + 2 * axial) == pytest.approx(V[2], abs=1e-9)
    pieces = m.explain("fibre[3].wall.V").parts[0].accounts[0].pieces
    assert [p.share for p in pieces] == pytest.approx([x / (g + 2 * axial) for x in (g, axial, axial)])


def test_where_copies_are_alike_nothing_passes_and_the_equation_is_that_of_one_cell() -> None:
    part = fibre("1 m").explain("fibre[5].wall.V").parts[0]
    assert part.moment == "at rest, copy 5 of 20, at 450 um, as in all others"
    assert "as in all others" not in fibre().explain("fibre[5].wall.V").parts[0].moment
    assert part.equations[0].words == "the chord conductance equation"
    assert not [e for e in part.legend if e.name.index]
    assert "Nothing flows to the copies beside this one" in part.cause[-1]
    lonely = fibre("1 m", count=2).explain("fibre.wall.V").parts[0]
    assert part.value == pytest.approx(lonely.value, abs=1e-9)


def test_a_copy_is_named_by_number_by_position_and_in_the_quantity() -> None:
    m = fibre()
    first = m.explain("fibre.wall.V").parts[0]
    assert (first.quantity, first.moment) == ("fibre[1].wall.V", "at rest, copy 1 of 20, at 50 um")
    by_number, by_place = m.explain("fibre.wall.V", copy=7), m.explain("fibre.wall.V", copy="640 um")
    assert by_number.text() == by_place.text() == m.explain("fibre[640 um].wall", copy=2).text()
    assert m.explain(copy=7).text() == by_number.text()
    with pytest.raises(ionlang.ModelError, match="no copy 70"):
        m.explain("fibre.wall.V", copy=70)
    with pytest.raises(ValueError, match="no line"):
        ionlang.load("examples/01_nernst.ion").explain(copy=2)


def test_quantities_of_several_copies() -> None:
    m = fibre()
    V = m.rest().equilibria[0].profiles["fibre.wall.V"].values
    difference = m.explain("fibre[3].wall.V - fibre[10].wall.V").parts[0]
    assert difference.value == pytest.approx(V[2] - V[9], abs=1e-6)
    assert [e.name.index for e in difference.legend][1:] == ["3", "10"]
    assert m.explain("sum(fibre.wall.V)").parts[0].value == pytest.approx(V.sum(), rel=1e-9)


def test_what_all_copies_share_sums_over_them() -> None:
    view = resting("vessel")
    part = explain(view, [a for a in readable(view) if a[0] == "csf.glucose"]).parts[0]
    symbols = {entry.path: entry.name.index for entry in part.legend}
    assert symbols["tissue[*].uptake.rate"] == "*"
    assert symbols["tissue[6].outside.diffusion.last(glucose)"] == "6"
    text = explain(view, [a for a in readable(view) if a[0] == "csf.glucose"]).text()
    assert "ΣJ_uptake" in text and "[glucose]outside₆" in text


def test_between_two_times_the_parts_add_up_along_a_line() -> None:
    m = ionlang.loads(
        tissue(3, "scenario s { run 50 ms;  from 5 ms: set tissue[1].soma.K_leak.block = 0.9 }")
    )
    for quantity in ("tissue[2].outside.K", "tissue[2].soma.V", "tissue[1].inside.Na"):
        part = m.explain(quantity, "s", between=("1 ms", "40 ms")).parts[0]
        account = part.accounts[-1]
        assert math.fsum(p.amount for p in account.pieces) == pytest.approx(account.total, rel=1e-6, abs=1e-9)
    run = m.run("s")
    moved = np.diff(run.values(["tissue[2].outside.K"], np.array([1.0, 40.0])))[0, 0]
    account = m.explain("tissue[2].outside.K", "s", between=("1 ms", "40 ms")).parts[0].accounts[-1]
    assert account.total == pytest.approx(moved, rel=1e-9)
    assert "set by the scenario" not in [p.words for p in account.pieces]
    assert any("previous" in p.words and p.amount for p in account.pieces)


def test_what_copies_come_to_is_told_of_both_times() -> None:
    m = ionlang.loads(
        tissue(3, "scenario s { run 50 ms;  from 5 ms: set tissue[1].soma.K_leak.block = 0.9 }")
    )
    t = np.array([1.0, 40.0])
    before, after = m.run("s").values([f"tissue[{k}].soma.V" for k in (1, 2, 3)], t).sum(axis=0)
    part = m.explain("sum(tissue.soma.V)", "s", between=("1 ms", "40 ms")).parts[0]
    assert part.value == pytest.approx(after, rel=1e-9) and part.value != pytest.approx(before, rel=1e-3)
    assert f"from {before:.6g} mV" in part.cause[1]
    share = m.explain("sum(tissue.soma.V)/3", "s", between=("1 ms", "40 ms")).parts[0]
    assert share.value == pytest.approx(after / 3, rel=1e-9)
    assert share.accounts[-1].total == pytest.approx((after - before) / 3, rel=1e-9)
    alone = m.explain("sum(tissue.soma.V)").text()
    assert "Sum over 3 copies is" in alone and "sum(tissue.soma.V) =" not in alone.split("\n", 1)[1]


def test_a_current_that_a_small_fall_carries_counts() -> None:
    """Near a sealed end of a fine grid V of neighbours is nearly the same, and all that leaks comes along the line."""
    part = fibre(count=1000).explain("fibre[1000].wall.V").parts[0]
    words = " ".join(part.cause)
    assert "Nothing flows to the copies beside" not in words and "axial current" in words
    ((shares,), currents) = [[a for a in part.accounts if a.pieces[0].share is not None], part.accounts[1]]
    assert [p.words for p in shares.pieces][-1].startswith("axial current")
    leak, *_, axial = [p.amount for p in currents.pieces]
    assert axial == pytest.approx(-leak, rel=1e-6) and leak > 1e-3


def test_a_heading_names_the_copy() -> None:
    for quantity in ("leak.conductance", "leak.current"):
        assert fibre().explain(f"fibre[3].wall.{quantity}").parts[0].quantity == f"fibre[3].wall.{quantity}"


def test_of_a_long_line_a_time_is_explained_where_all_copies_were_kept() -> None:
    m = fibre(count=300)
    part = m.explain("fibre[3].wall.V", "later", at="10 ms").parts[0]
    short = m.run("later").profiles("fibre.wall.V")
    assert part.value == pytest.approx(short.at(0.01)[2], abs=1e-9)
    with pytest.raises(NotKept, match="nearest time"):
        m.explain("fibre[3].wall.V", "later", at="0.0101234 ms")
    wide = ionlang.loads(tissue(60, "scenario later { run 10 ms }"))
    with pytest.raises(NotKept, match="explain one time"):
        wide.explain("tissue[3].outside.K", "later", between=("0 ms", "10 ms"))


def test_the_command_line_says_which_copy(capsys: pytest.CaptureFixture[str]) -> None:
    from ionlang.cli import main

    assert main(["explain", "examples/syncytium.ion", "row.wall.V", "--copy", "3"]) == 0
    assert capsys.readouterr().out.startswith("row[3].wall.V at rest, copy 3 of 20")
    assert main(["explain", "examples/syncytium.ion", "--copy", "300"]) == 2
    assert "no copy 300" in capsys.readouterr().err
    assert main(["explain", "examples/01_nernst.ion", "--copy", "3"]) == 2
    assert "no line" in capsys.readouterr().err


LEVEL = """
temperature = 37 degC
ion Na { valence = +1 }
ion K  { valence = +1 }
arrangement cell {
    bath inside  { Na = 10 mM;   K = 140 mM }
    bath outside { Na = 145 mM;  K = 4 mM }
    membrane soma (inside | outside) {
        area        = 1000 um2
        capacitance = 1 uF/cm2
        V from currents starting at -70 mV
        channel Na_leak { carries Na;  conductance = 0.01 mS/cm2 }
        channel K_leak  { carries K;   conductance = 0.1 mS/cm2 }
    }
}
line row of 3 cell { spacing = 100 um;  ends = closed;  gap_junction inside { conductance = 800 nS;  carries K } }
scenario s { run 5 ms }
"""


def test_neighbours_at_the_same_potential_hold_nothing_back() -> None:
    """Together they are as far from balance as one alone: (0.01 E_Na + 0.1 E_K)/0.11."""
    text = ionlang.loads(LEVEL).explain("row[2].soma.V", scenario="s", at="0 ms").text()
    E_Na, E_K = (26.7268 * np.log(ratio) for ratio in (145 / 10, 4 / 140))
    assert f"would balance at {(0.01 * E_Na + 0.1 * E_K) / 0.11:.4g} mV" in " ".join(text.split())
    assert "from there" not in text and "V_balance" not in text
