"""Fast buffers: against the closed quadratic, a bracketed root, and the reactions that they are the limit of."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq

from tests.places_models import at_rest, codes, mistakes, model

F = 96485.33212331001  # fC/fmol

CELL = """
ion Mg {{ valence = +2 }}
ion H {{ valence = +1 }}
compartment cell {{ volume = {volume}; {contents} }}
bath outside {{ S = 330 mM; Ca = 2 mM }}
{buffers}
{more}
scenario s {{ run {span}
    {acts} }}
"""
CALBINDIN = "buffer calbindin in cell { binds Ca; total = 0.1 mM; K_d = 0.2 uM }"
DYE = "buffer dye in cell { binds Ca; total = 0.05 mM; K_d = 1 uM }"
SUPPLY = "flux supply { moves Ca from nothing to cell; rate = 0.01 fmol/s }"
WATER = "membrane wall (cell | outside) { area = 500 um2; water w { permeability = 0.01 cm/s; molar_volume = 18 mL/mol } }"


def cell(
    *, buffers: str = "", more: str = SUPPLY, contents: str = "Ca = 0.1 uM; Cl = 0.2 uM; S = 300 mM", span: str = "20 s",
    acts: str = "", volume: str = "1 pL",
) -> str:  # fmt: skip
    return CELL.format(buffers=buffers, more=more, contents=contents, span=span, acts=acts, volume=volume)


def measures(text: str, rtol: float = 1e-10) -> dict[str, float]:
    run = model(text).run(rtol=rtol)
    assert all(d.size < 1e-10 for d in run.drifts if d.name != "water"), run.drifts
    return dict(run.measures)


def bound(free: float, *buffers: tuple[float, float]) -> float:
    return sum(total * free / (half + free) for total, half in buffers)


def free_of(total: float, *buffers: tuple[float, float]) -> float:
    return float(brentq(lambda f: f + bound(f, *buffers) - total, 0, total, xtol=1e-18, rtol=1e-15))


def test_one_buffer_is_the_closed_quadratic() -> None:
    run = model(cell(buffers=CALBINDIN)).run(rtol=1e-10)
    start = 1e-4 + bound(1e-4, (0.1, 2e-4))
    total = start + 0.01 * np.asarray(run["time"])
    b = 0.1 + 2e-4 - total
    expected = (-b + np.sqrt(b**2 + 4 * 2e-4 * total)) / 2
    assert np.asarray(run["cell.Ca"]) == pytest.approx(expected, rel=1e-9)


def test_two_buffers_are_the_root_of_their_sum() -> None:
    acts = "\n".join(
        f"measure c{t} = cell.Ca at {t} s; measure b{t} = dye.bound at {t} s" for t in (0, 3, 12, 20)
    )
    found = measures(cell(buffers=f"{CALBINDIN}\n{DYE}", acts=acts))
    both = ((0.1, 2e-4), (0.05, 1e-3))
    for t in (0, 3, 12, 20):
        expected = free_of(1e-4 + bound(1e-4, *both) + 0.01 * t, *both)
        assert found[f"c{t}"] == pytest.approx(expected, rel=1e-8)
        assert found[f"b{t}"] == pytest.approx(bound(expected, both[1]), rel=1e-8)


@pytest.mark.parametrize(("species", "free"), [("Ca", 0.1), ("Mg", 500.0), ("H", 0.06)])
def test_any_ion_may_be_bound(species: str, free: float) -> None:
    """Buffered, a supply raises what is free by 1/(1 + total K_d/(K_d + c)²) of it, at first."""
    text = cell(
        contents=f"{species} = {free} uM; Cl = 1 mM; S = 300 mM",
        buffers=f"buffer b in cell {{ binds {species}; total = 1 mM; K_d = {2 * free} uM }}",
        more=f"flux supply {{ moves {species} from nothing to cell; rate = 1e-7 fmol/s }}", span="1 s",
        acts=f"measure c = cell.{species} at end",
    )  # fmt: skip
    c, half = free * 1e-3, 2e-3 * free
    rise = 1e-7 / (1 + half / (half + c) ** 2)
    assert measures(text)["c"] - c == pytest.approx(rise, rel=2e-3)


REACTION = """
impermeant X {{ valence = -1 }}
impermeant CaX {{ valence = +1 }}
reaction binding in cell {{ turns Ca, X into CaX;  forward = {on} /mM/s;  backward = {off} /s }}
"""


def explicit(speed: float, total: float, half: float, free: float) -> float:
    """Free calcium after 5 s of a supply, with `speed` /s to unbind."""
    taken = total * free / (half + free)
    text = cell(
        contents=f"Ca = {free!r} mM; Cl = 0.2 uM; S = 300 mM; X = {total - taken!r} mM; CaX = {taken!r} mM",
        more=SUPPLY + REACTION.format(on=speed / half, off=speed), span="5 s", acts="measure c = cell.Ca at end",
    )  # fmt: skip
    return dict(model(text).run(rtol=1e-11).measures)["c"]


@given(st.floats(0.05, 0.4), st.floats(1e-4, 2e-3), st.floats(5e-5, 5e-4))
@settings(max_examples=6)
def test_a_fast_buffer_is_the_limit_of_its_reaction(total: float, half: float, free: float) -> None:
    """The error falls with the rate constants."""
    fast = measures(cell(
        contents=f"Ca = {free!r} mM; Cl = 0.2 uM; S = 300 mM", span="5 s", acts="measure c = cell.Ca at end",
        buffers=f"buffer fast in cell {{ binds Ca; total = {total!r} mM; K_d = {half!r} mM }}",
    ))["c"]  # fmt: skip
    slow, faster = (abs(explicit(speed, total, half, free) - fast) for speed in (1e3, 1e4))
    assert slow / fast < 1e-2
    assert slow / faster == pytest.approx(10, rel=0.05)


@given(
    st.floats(1e-5, 1e-2),
    st.floats(0.01, 2),
    st.floats(1e-4, 1e-2),
    st.floats(0.01, 2),
    st.floats(1e-4, 1e-1),
)
@settings(max_examples=8)
def test_it_is_a_root_for_any_two_buffers(free, total, half, other_total, other_half) -> None:
    both = ((total, half), (other_total, other_half))
    lines = "\n".join(
        f"buffer b{i} in cell {{ binds Ca; total = {t!r} mM; K_d = {k!r} mM }}"
        for i, (t, k) in enumerate(both)
    )
    acts = "measure c0 = cell.Ca at start; measure c = cell.Ca at end; measure n = amount(cell.Ca) at end"
    found = measures(cell(buffers=lines, contents=f"Ca = {free!r} mM; S = 300 mM", span="3 s", acts=acts))
    assert found["c0"] == pytest.approx(free, rel=1e-9)
    assert found["n"] == pytest.approx(free + bound(free, *both) + 0.03, rel=1e-9)
    assert found["c"] == pytest.approx(free_of(found["n"], *both), rel=1e-8)


def test_bound_matter_counts_for_amount_and_charge_and_not_for_osmolarity() -> None:
    acts = """measure n = amount(cell.Ca) at start; measure q = cell.charge at start; measure w = cell.osmolarity at start
        measure b = calbindin.bound at start"""
    with_it, without = (measures(cell(buffers=b, acts=a)) for b, a in
                        ((CALBINDIN, acts), ("", acts.replace("calbindin.bound", "cell.Cl"))))  # fmt: skip
    assert with_it["b"] == pytest.approx(0.1 / 3, rel=1e-14)
    assert with_it["n"] - without["n"] == pytest.approx(0.1 / 3, rel=1e-13)
    assert with_it["q"] - without["q"] == pytest.approx(2 * F * 0.1 / 3, rel=1e-12)
    assert with_it["w"] == without["w"]


def test_what_balances_the_charge_counts_what_is_bound() -> None:
    text = """
    compartment inside { volume = 2 pL; K = 140 mM; Cl = 7 mM; Ca = 0.1 uM; A balances charge }
    bath outside { K = 4 mM; Ca = 2 mM }
    buffer calbindin in inside { binds Ca; total = 1 mM; K_d = 0.2 uM }
    membrane soma (inside | outside) { area = 1000 um2; capacitance = 1 uF/cm2; WAY
        channel c { carries Ca;  conductance = 0.01 mS/cm2 } }
    scenario s { run 1 s;  measure q = inside.charge at start; measure v = soma.V at start; measure p = inside.charge at end
        measure u = soma.V at end }
    """
    for way in ("V from currents starting at -65 mV", "V from charge starting at -65 mV", "V from charge"):
        found = measures(text.replace("WAY", way))
        assert found["q"] == pytest.approx(10 * found["v"], abs=1e-6)
        assert found["p"] == pytest.approx(10 * found["u"], abs=1e-6)
        assert found["v"] == pytest.approx(0 if way == "V from charge" else -65, abs=1e-9)


def test_shrinking_concentrates_the_sites() -> None:
    """No calcium moves; at the end the volume is 300/332 and both totals are as many times higher."""
    read = model(
        cell(
            buffers=f"{CALBINDIN}\n{DYE}",
            more=WATER,
            contents="Ca = 0.1 uM; S = 300 mM",
            acts="measure c = cell.Ca at end",
        )
    )
    volume = at_rest(read)["cell.volume"]
    assert volume == pytest.approx(300 / 332, rel=1e-5)
    found = dict(model(cell(buffers=f"{CALBINDIN}\n{DYE}", more=WATER, contents="Ca = 0.1 uM; S = 300 mM", span="100 s",
                            acts="measure c = cell.Ca at end; measure v = cell.volume at end; measure n = amount(cell.Ca) at end")).run(rtol=1e-10).measures)  # fmt: skip
    start = 1e-4 + bound(1e-4, (0.1, 2e-4), (0.05, 1e-3))
    assert found["n"] == pytest.approx(start, rel=1e-13)
    v = found["v"]
    assert found["c"] == pytest.approx(free_of(start / v, (0.1 / v, 2e-4), (0.05 / v, 1e-3)), rel=1e-8)


@pytest.mark.parametrize("more", [SUPPLY, f"{SUPPLY}\n{WATER}"], ids=["fixed", "moving"])
def test_jumps_mean_what_is_free_and_what_is_added(more: str) -> None:
    """`set` gives what is free; `add` adds matter, most of which is bound at once."""
    acts = """measure n0 = amount(cell.Ca) at 5 s; measure v = cell.volume at 5 s
        measure c = cell.Ca at 5.0000001 s; measure n = amount(cell.Ca) at 5.0000001 s"""
    both = ((0.1, 2e-4), (0.05, 1e-3))

    def at(act: str) -> dict[str, float]:
        return dict(
            model(cell(buffers=f"{CALBINDIN}\n{DYE}", more=more, acts=f"{act}\n{acts}"))
            .run(rtol=1e-10)
            .measures
        )

    found = at("at 5 s: set cell.Ca = 1 uM")
    assert found["c"] == pytest.approx(1e-3, rel=1e-5)
    expected = (1e-3 + bound(1e-3, *((t / found["v"], k) for t, k in both))) * found["v"]
    assert found["n"] == pytest.approx(expected, rel=1e-6)
    plain = at("measure zero = cell.Ca at start")
    for added, amount in (("0.003 mM", 0.003 * plain["v"]), ("0.003 fmol", 0.003)):
        assert at(f"at 5 s: add {added} to cell.Ca")["n"] - plain["n"] == pytest.approx(amount, rel=1e-6)


@pytest.mark.parametrize("act", ["hold cell.Ca", "clamp cell.Ca to 1 uM"])
def test_what_is_kept_is_what_is_free(act: str) -> None:
    acts = f"from 5 s: {act}\nmeasure a = cell.Ca at 5 s; measure c = cell.Ca at end"
    found = measures(cell(buffers=f"{CALBINDIN}\n{DYE}", acts=acts))
    assert found["c"] == pytest.approx(found["a"] if act.startswith("hold") else 1e-3, rel=1e-9)


def test_more_sites_in_a_scenario_take_what_was_free() -> None:
    acts = "from 5 s: set calbindin.total = 0.3 mM\nmeasure c = cell.Ca at 6 s; measure n = amount(cell.Ca) at 6 s"
    found = measures(cell(buffers=CALBINDIN, acts=acts))
    assert found["c"] == pytest.approx(free_of(found["n"], (0.3, 2e-4)), rel=1e-8)
    assert found["n"] == pytest.approx(1e-4 + 0.1 / 3 + 0.06, rel=1e-9)


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        (cell(buffers=CALBINDIN.replace(" in cell", "")), "ION035", "where it happens"),
        (cell(buffers=CALBINDIN.replace("in cell", "in outside")), "ION322", "bath outside"),
        (cell(buffers=CALBINDIN.replace("in cell", "in nowhere")), "ION101", "nowhere"),
        (cell(buffers=CALBINDIN.replace("binds Ca;", "binds Mg;")), "ION303", "holds no Mg"),
        (cell(buffers=CALBINDIN.replace("binds Ca;", "")), "ION306", "binds nothing"),
        (cell(buffers=CALBINDIN.replace("binds Ca;", "binds Ca; binds Cl;")), "ION305", "binds twice"),
        (cell(buffers=CALBINDIN.replace("total = 0.1 mM;", "")), "ION306", "has no `total`"),
        (cell(buffers=CALBINDIN.replace("K_d = 0.2 uM", "")), "ION306", "has no `K_d`"),
        (cell(buffers=CALBINDIN.replace("0.2 uM", "0 uM")), "ION312", "`K_d` of buffer calbindin must be above 0"),
        (cell(buffers=CALBINDIN.replace("0.1 mM", "-0.1 mM")), "ION312", "cannot be negative"),
        (cell(buffers=CALBINDIN.replace("0.1 mM", "0.1 fmol")), "ION204", "total"),
        (cell(buffers=CALBINDIN.replace("0.1 mM", "cell.Cl"), more="flux f { moves Cl from nothing to cell; rate = 1 fmol/s }"), "ION316", "depends on"),
        (cell(buffers=CALBINDIN, contents="Cl = 1 mM; Ca balances charge; S = 300 mM"), "ION305", "cannot balance"),
    ],
)  # fmt: skip
def test_a_mistake_gives_one_message(text: str, code: str, words: str) -> None:
    found = mistakes(text)
    assert [c for c, _ in found] == [code], found
    assert words in found[0][1]


def test_a_buffer_of_nothing_that_moves_is_fine() -> None:
    assert codes(cell(buffers=CALBINDIN, more="")) == []
