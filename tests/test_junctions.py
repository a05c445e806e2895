"""Gap junctions and arrangements: charge between cells, symmetry, copies that equal what is written out."""

from __future__ import annotations

import numpy as np
import pytest

import ionlang
from tests.places_models import MATTER, codes, mistakes, model

PAIR = """
compartment a { volume = 2 pL; Na = 15 mM; K = 140 mM; Cl = 7 mM; A balances charge }
compartment b { volume = 1 pL; Na = 25 mM; K = 130 mM; Cl = 9 mM; A balances charge }
bath outside { Na = 145 mM; K = 4 mM; Cl = 120 mM }
membrane ma (a | outside) { area = 1000 um2; capacitance = 1 uF/cm2; OWNER_A
    channel gK { carries K; conductance = G_A mS/cm2 } }
membrane mb (b | outside) { area = 700 um2; capacitance = 1 uF/cm2; OWNER_B
    channel gNa { carries Na; conductance = G_B mS/cm2 } }
membrane gap (SIDES) {
    V = DIFFERENCE
    channel pore { carries K : 1, Na : 1, Cl : 0.5;  conductance = 2 nS }
}
scenario s { run 3 s;  ACTS
    measure va = ma.V at end;  measure vb = mb.V at end;  measure i = gap.pore.current at start
    measure qa = a.charge at end;  measure qb = b.charge at end;  measure k = a.K at end }
"""


def pair(
    *, a: str = "V from currents starting at -65 mV", b: str = "V from currents starting at -40 mV", sides: str = "a | b",
    difference: str = "ma.V - mb.V", acts: str = "", leak: str = "0.1",
) -> str:  # fmt: skip
    words = {
        "OWNER_A": a,
        "OWNER_B": b,
        "SIDES": sides,
        "DIFFERENCE": difference,
        "ACTS": acts,
        "G_A": leak,
        "G_B": leak,
    }
    text = PAIR
    for word, value in words.items():
        text = text.replace(word, value)
    return text


def ran(text: str, rtol: float = 1e-10) -> tuple[dict[str, float], ionlang.api.Model]:
    read = model(text)
    run = read.run(rtol=rtol)
    assert all(d.size < 1e-12 for d in run.drifts if d.name.startswith("charge")), run.drifts
    return dict(run.measures), read


@pytest.mark.parametrize("a", ["V from currents starting at -65 mV", "V from charge starting at -65 mV"])
@pytest.mark.parametrize("b", ["V from currents starting at -40 mV", "V from charge starting at -40 mV"])
def test_each_cell_keeps_its_charge_law(a: str, b: str) -> None:
    found, read = ran(pair(a=a, b=b))
    assert found["qa"] == pytest.approx(10 * found["va"], abs=1e-6)
    assert found["qb"] == pytest.approx(7 * found["vb"], abs=1e-6)
    names = [law.name for law in read.machine.system.invariants]
    assert {"charge in a less C·V", "charge in b less C·V", "total Cl in a + b"} <= {*names}


def test_which_side_comes_first_changes_the_sign_alone() -> None:
    one, _ = ran(pair())
    other, _ = ran(pair(sides="b | a", difference="mb.V - ma.V"))
    assert other.pop("i") == pytest.approx(-one.pop("i"), rel=1e-13)
    assert other == pytest.approx(one, rel=1e-9, abs=1e-6)


def test_the_potentials_of_two_passive_cells_become_equal() -> None:
    """Without leaks, at the rate g (1/C_a + 1/C_b); charge on both together stays. Small concentration differences
    leave a small battery in the pore: it is taken out here."""
    text = pair(leak="0", acts="measure d0 = gap.V at start; measure d1 = gap.V at 5 ms").replace(
        "carries K : 1, Na : 1, Cl : 0.5;  conductance = 2 nS", "carries K; current = 2 nS * V"
    )
    found, _ = ran(text)
    assert found["d1"] == pytest.approx(found["d0"] * np.exp(-5 * 2 * (1 / 10 + 1 / 7)), rel=1e-6)
    assert 10 * found["va"] + 7 * found["vb"] == pytest.approx(-650 - 280, rel=1e-9)
    assert found["va"] == pytest.approx(found["vb"], abs=1e-6)


def test_without_inertia_one_of_the_two_is_the_limit() -> None:
    asked = "measure v = ma.V at 1 s"
    limit, _ = ran(pair(a="V from zero_current", acts=asked).replace(
        "membrane ma (a | outside) { area = 1000 um2; capacitance = 1 uF/cm2;", "membrane ma (a | outside) { area = 1000 um2;"))  # fmt: skip
    small, _ = ran(pair(acts=asked).replace("area = 1000 um2; capacitance = 1 uF/cm2", "area = 1000 um2; capacitance = 1e-4 uF/cm2"))  # fmt: skip
    assert limit["v"] == pytest.approx(small["v"], abs=1e-6)


def test_current_injected_into_one_cell_reaches_the_other() -> None:
    plain, _ = ran(pair())
    found, _ = ran(pair(acts="inject 20 pA into ma carried by K"))
    assert found["va"] - plain["va"] > found["vb"] - plain["vb"] > 1
    assert found["qa"] == pytest.approx(10 * found["va"], abs=1e-6)


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        (pair(a="V from zero_current", b="V from zero_current"), "ION401", "ma.V and mb.V need each other"),
        (pair(acts="inject 20 pA into gap carried by K"), "ION110", "is defined"),
        (pair(acts="from 1 s: clamp gap.V to -20 mV"), "ION110", "cannot be set"),
        (pair(acts="at 1 s: add 10 mV to gap.V"), "ION110", "cannot be set"),
        (pair(difference="gap.V + 1 mV"), "ION401", "needs its own value"),
        (pair(a="V = gap.V + mb.V"), "ION401", "needs its own value"),
        (pair(sides="a | c"), "ION101", "`c`"),
        (pair(sides="a | a"), "ION311", "both sides"),
        (pair(sides="a | ma"), "ION311", "is no place"),
        (pair(difference="ma.V - 2 mM"), "ION202", ""),
    ],
)
def test_a_mistake_gives_one_message(text: str, code: str, words: str) -> None:
    found = mistakes(text)
    assert [c for c, _ in found] == [code], found
    assert words in found[0][1]


ONE = """
    compartment inside { volume = VOLUME; Na = 15 mM; K = 140 mM; Cl = 7 mM; A balances charge }
    membrane soma (inside | dish) {
        area = 1000 um2;  capacitance = 1 uF/cm2
        V from currents starting at START
        channel leak { carries K;  conductance = G }
        channel shunt { carries Na : 1, Cl : 1;  conductance = 0.02 mS/cm2 }
    }
"""
DISH = "bath dish { Na = 145 mM; K = 4 mM; Cl = 120 mM }\n"
GAP = """
membrane gap ({0}.inside | {1}.inside) {{
    V = {0}.soma.V - {1}.soma.V
    channel pore {{ carries K;  conductance = 2 nS }}
}}
scenario s {{ run 2 s;  from 1 s for 0.5 s: inject 10 pA into {0}.soma carried by K
    measure k = {0}.inside.K at end;  measure v = {1}.soma.V at end;  measure u = {0}.soma.V at end }}
"""


def filled(volume: str, start: str, leak: str) -> str:
    return ONE.replace("VOLUME", volume).replace("START", start).replace(" G ", f" {leak} ")


def arranged() -> str:
    left, right = filled("2 pL", "-65 mV", "0.1 mS/cm2"), filled("1 pL", "-50 mV", "0.2 mS/cm2")
    return f"{DISH}arrangement left {{{left}}}\narrangement right {{{right}}}\n{GAP.format('left', 'right')}"


def from_template() -> str:
    body = ONE.replace("VOLUME", "size").replace("START", "begin_at").replace(" G ", " leakiness ")
    return f"""{DISH}
    template arrangement neuron(size in pL, begin_at = -65 mV, leakiness = 0.1 mS/cm2) {{{body}}}
    arrangement left is neuron(size = 2 pL)
    arrangement right is neuron(size = 1 pL, begin_at = -50 mV, leakiness = 0.2 mS/cm2)
    {GAP.format("left", "right")}"""


def written_out() -> str:
    text = DISH
    for name, parts in (
        ("left", ("2 pL", "-65 mV", "0.1 mS/cm2")),
        ("right", ("1 pL", "-50 mV", "0.2 mS/cm2")),
    ):
        text += (
            filled(*parts)
            .replace("inside", f"{name}_inside")
            .replace("membrane soma", f"membrane {name}_soma")
        )
    gap = GAP.format("left", "right")
    return text + gap.replace(".inside", "_inside").replace(".soma", "_soma")


@pytest.mark.parametrize("text", [arranged(), from_template()], ids=["arrangements", "template"])
def test_a_copy_is_what_would_be_written_out(text: str) -> None:
    one, other = (model(t).run(rtol=1e-9) for t in (text, written_out()))
    assert dict(one.measures) == dict(other.measures)
    assert one.conservation_drift == other.conservation_drift
    assert [d.name.replace(".", "_") for d in one.drifts] == [d.name for d in other.drifts]


def test_swapping_the_copies_changes_nothing() -> None:
    one, _ = ran(arranged())
    swapped, _ = ran(arranged().replace("(left.inside | right.inside)", "(right.inside | left.inside)").replace(
        "V = left.soma.V - right.soma.V", "V = right.soma.V - left.soma.V"))  # fmt: skip
    assert swapped == pytest.approx(one, rel=1e-8)


def test_arrangements_hold_arrangements() -> None:
    text = f"""{DISH}
    arrangement slice {{
        arrangement left {{{filled("2 pL", "-65 mV", "0.1 mS/cm2")}}}
        arrangement right {{{filled("1 pL", "-50 mV", "0.2 mS/cm2")}}}
    }}
    {GAP.format("slice.left", "slice.right")}"""
    assert dict(model(text).run(rtol=1e-9).measures) == dict(model(arranged()).run(rtol=1e-9).measures)


def test_equal_cells_do_not_feel_each_other() -> None:
    same = filled("2 pL", "-65 mV", "0.1 mS/cm2")
    quiet = GAP.replace("from 1 s for 0.5 s: inject 10 pA into {0}.soma carried by K", "")
    text = f"{DISH}arrangement left {{{same}}}\narrangement right {{{same}}}\n{quiet.format('left', 'right')}"
    found = dict(model(text).run(rtol=1e-9).measures)
    assert found["u"] == found["v"]
    alone = f"{DISH}arrangement left {{{same}}}\nscenario s {{ run 2 s; measure u = left.soma.V at end }}"
    assert found["u"] == pytest.approx(dict(model(alone).run(rtol=1e-9).measures)["u"], abs=1e-9)


def test_the_code_of_a_pair_is_the_same_each_time_and_names_what_the_file_names() -> None:
    text = MATTER + arranged()
    code = ionlang.loads(text, "pair.ion").compile()
    assert code == ionlang.loads(text, "pair.ion").compile()
    assert "gap_V = left_soma_V - right_soma_V" in code


def test_a_name_of_a_copy_needs_its_path() -> None:
    assert codes(arranged().replace("(left.inside | right.inside)", "(inside | right.inside)"))[0] == "ION101"
