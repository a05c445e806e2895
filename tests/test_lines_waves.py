"""Spreading depolarisation in lines: against the method of lines by hand (`oracles/sd_wave_1d`), against the law of
diffusion, and without its mechanisms."""

from __future__ import annotations

from pathlib import Path

import pytest

from ionlang import load, loads
from ionlang.simulate.solution import Solution

EXAMPLES = Path(__file__).parents[1] / "examples"
START = "at 0 s: add 56 mM to tissue[0 um .. 100 um].outside.K"


def tissue(
    spacing: float, length: float, doing: str, coefficient: str = "0.765625 um2/ms", changed: str = ""
) -> str:
    """The patches of `examples/grey_matter.ion` in a row of that length [um], and one scenario."""
    text = (EXAMPLES / "grey_matter.ion").read_text(encoding="utf-8")
    return f"""{text[: text.index("scenario little")]}
line tissue of {round(length / spacing)} patch {{
    spacing = {spacing} um
    ends = closed
    diffusion outside {{ K = {coefficient} }}
}}
scenario wave {{
    {changed}
    {doing}
}}"""


def passing(places: tuple[int, ...]) -> str:
    asked = "\n".join(f"    measure at_{p} = time(tissue[{p} um].outside.K > 15 mM)" for p in places)
    return f"run until tissue[{places[-1]} um].outside.K > 15 mM, at most 40 s\n    {START}\n{asked}"


def speed(solution: Solution, first: int, last: int) -> float:
    """In mm/min, between two places [um]."""
    found = dict(solution.measures)
    return (last - first) * 60.0 / (found[f"at_{last}"] - found[f"at_{first}"])


def run(spacing: float, first: int, last: int, coefficient: str, changed: str = "") -> float:
    """The speed between two places [um], far enough from where the wave begins and from the end."""
    text = tissue(spacing, last + 100, passing((first, last)), coefficient, changed)
    solution = loads(text).run("wave")
    assert solution.conservation_drift < 1e-7
    return speed(solution, first, last)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("coefficient", "first", "last", "by_hand", "converged"),
    [("0.765625 um2/ms", 250, 350, 1.3649, 1.393), ("1.96 um2/ms", 350, 500, 2.2102, 2.23)],
)
def test_speed_is_that_of_the_method_of_lines_and_converges(
    coefficient: str, first: int, last: int, by_hand: float, converged: float
) -> None:
    """On the grid of the oracle to 0.5 %; two grids of the halves extrapolated (second order) to 1 %."""
    coarse, fine = (run(spacing, first, last, coefficient) for spacing in (12.5, 6.25))
    assert coarse == pytest.approx(by_hand, rel=5e-3)
    assert coarse < fine
    assert fine + (fine - coarse) / 3 == pytest.approx(converged, rel=1e-2)


@pytest.mark.slow
def test_speed_grows_with_the_root_of_the_coefficient() -> None:
    """A grid that is coarser by the root has the same error: the equations are those in another unit of length."""
    slow = run(12.5, 250, 350, "0.765625 um2/ms")
    text = tissue(25, 900, passing((500, 700)).replace("100 um", "200 um"), "3.0625 um2/ms")
    assert speed(loads(text).run("wave"), 500, 700) == pytest.approx(2 * slow, rel=1e-4)


@pytest.mark.slow
def test_every_part_of_the_sourced_tissue_changes_the_speed() -> None:
    """More membrane makes it faster, a wider space outside slower; together 2.9 mm/min."""
    wide = "set tissue.outside.volume = 1.8 pL"
    much = "set tissue.soma.area = 6480 um2"
    both = run(12.5, 150, 200, "1.0234375 um2/ms", f"{wide}; {much}")
    assert both == pytest.approx(2.95, abs=0.06)
    alone = run(12.5, 150, 200, "1.0234375 um2/ms", much)
    assert alone > 1.2 * both, alone


@pytest.mark.slow
@pytest.mark.parametrize("without", ["diffusion", "potassium channel", "sodium channel"])
def test_without_a_mechanism_no_wave_runs(without: str) -> None:
    look = f"run 6 s\n    {START}\n    measure passed = max(tissue[200 um].outside.K)"
    block = {"potassium channel": "block tissue.soma.KDR", "sodium channel": "block tissue.soma.NaV"}.get(
        without, ""
    )
    coefficient = "1e-9 um2/ms" if without == "diffusion" else "0.765625 um2/ms"
    found = dict(loads(tissue(25, 300, look, coefficient, block)).run("wave").measures)
    assert found["passed"] < 15
    with_it = dict(loads(tissue(25, 300, look)).run("wave").measures)
    assert with_it["passed"] > 40


def test_tissue_depolarises_again_if_atp_is_left() -> None:
    """What the neuron loses the second time it loses by itself; without ATP it never recovered. The pump's ATP is paid
    for the potassium that comes back: half a mole for each, and for what leaks meanwhile."""
    study = load(EXAMPLES / "grey_matter.ion").study("again")
    fed, starved, without = (dict(m.solution.measures) for m in study.members if m.solution is not None)
    assert min(fed["second"], starved["second"]) > 15
    assert abs(without["second"]) < 0.01
    regained = fed["first"] * 2.16 / 2  # fmol
    assert fed["spent"] > regained
    assert 5 < (fed["spent"] - 37) / (3 * 2.16) < 20


def test_astrocytes_joined_or_alone_each_begin_at_their_own_rest_and_are_drawn() -> None:
    """Several runs of a line that begin at rest; see also what `examples/syncytium.ion` expects."""
    study = load(EXAMPLES / "syncytium.ion").study("firing")
    assert study.failed == ()
    assert all(v.passed for m in study.members if m.solution is not None for v in m.solution.verdicts)
    assert all(j.verdict.passed for j in study.judgements)
    drawn = [axes.get_ylabel() for axes in study.plot().axes]
    assert "row[1].wall potential\n(mV)" in drawn and "row[20].inside K⁺\n(mM)" in drawn
