"""Ledgers of lines: closed forms of what passes between copies and through ends, closure, long lines as short ones, and
whether anything is missed that is left out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from math import exp, log
from pathlib import Path

import numpy as np
import pytest

import ionlang
from ionlang.cli import main
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.ledgers import count
from ionlang.simulate.ledgers.between import between
from ionlang.simulate.ledgers.books import Books
from ionlang.simulate.ledgers.count import Counter
from ionlang.simulate.ledgers.energies import Moment
from ionlang.simulate.ledgers.ledger import Ledger, LedgerPhase
from ionlang.simulate.ledgers.powers import Power
from ionlang.simulate.ledgers.tally import Tally
from ionlang.simulate.lines import recorder
from ionlang.simulate.running.again import run_again
from ionlang.simulate.solution import Solution
from tests.electro_models import MORE, cells, tube
from tests.lines_models import tissue
from tests.reading_ledgers import account, energy, of, through

ROOT = Path(__file__).parents[1]
F = 96485.33212331001  # fC/fmol
RT = 8.31446261815324 * 310.15 * 1e3  # aJ/fmol, at 37 degC
PICO = 1e-6

MIXING = """
temperature = 37 degC
solute A
arrangement patch { compartment place { volume = if x < 10 um then 1 pL else 3 pL;  A = if x < 10 um then 9 mM else 1 mM } }
line pair of 2 patch { spacing = 10 um;  ends = closed;  diffusion place { A = 2e-8 cm2/s;  cross_section = 100 um2 } }
scenario S { run %s }
"""


def kept(text: str, name: str | None = None, rtol: float = 1e-6) -> tuple[Solution, Ledger]:
    solution = ionlang.loads(text, "line.ion").run(name, rtol=rtol)
    assert solution.failure is None
    return solution, solution.ledger()


def closed(found: Ledger) -> tuple[float, float]:
    """The worst energy of a phase that nothing explains, of what went through; the worst total."""
    phases = (*found.phases, found.whole)
    worst = max(abs(energy(p).residue) / energy(p).size for p in phases)
    return worst, max(abs(b.residue) / b.size for p in phases for b in p.balances if b.size)


@pytest.fixture
def all_are_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "SHORT", 1)
    monkeypatch.setattr(recorder, "STEPPED", 1)


# ── closed forms ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("seconds", [3.0, 100.0])
def test_two_copies_that_mix_dissipate_the_free_energy_of_mixing(seconds: float) -> None:
    _, found = kept(MIXING % f"{seconds} s", rtol=1e-9)
    a = 3 + 6 * exp(-0.02 * (1 + 1 / 3) * seconds)  # mM; D A/spacing = 0.02 pL/s; 12 fmol in 4 pL
    b = (12 - a) / 3

    def stored(a: float, b: float) -> float:
        return PICO * RT * (a * (log(a / 1000) - 1) + 3 * b * (log(b / 1000) - 1))

    e, own = energy(found.whole), account(found.whole, "pair.place", "A")
    assert e.before == pytest.approx(stored(9, 1), rel=1e-12)
    lost = stored(9, 1) - stored(a, b)
    assert of(e.dissipated, "pair.place.diffusion") == pytest.approx(lost, rel=1e-6)
    assert e.supplied == () and own.entries == ()
    assert abs(own.change) < 1e-13 and own.before == pytest.approx(12, rel=1e-15)


def test_mixed_up_two_copies_lose_six_ln_three() -> None:
    _, found = kept(MIXING % "2000 s", rtol=1e-9)
    assert energy(found.whole).dissipated[0].amount == pytest.approx(PICO * RT * 6 * log(3), rel=1e-7)


def test_an_axial_current_loses_i_squared_r() -> None:
    """Two charged membranes even out through a resistance of 1/g: V − V' falls with 2g/C, ½ (C/2) (V − V')² is lost."""
    text = """
    temperature = 37 degC
    ion K { valence = +1 }
    arrangement stretch {
        bath inside { K = 140 mM }
        bath outside { K = 4 mM }
        membrane wall (inside | outside) { capacitance = 20 pF
            V from currents starting at if x < 10 um then 30 mV else -50 mV
            channel none { carries K;  conductance = 0 nS } }
    }
    line pair of 2 stretch { spacing = 10 um;  ends = closed
        axial inside { resistivity = 1000 ohm.cm;  cross_section = 1 um2;  carries charge } }
    scenario S { run 0.1 ms }
    """
    _, found = kept(text, rtol=1e-9)
    g = 10.0  # nS: 1 um2/(1000 ohm.cm × 10 um)
    lost = PICO * 0.5 * 10 * 80**2 * (1 - exp(-2 * 2 * g / 20 * 0.1))  # pF mV² = aJ
    e = energy(found.whole)
    assert of(e.dissipated, "pair.inside.axial") == pytest.approx(lost, rel=1e-6)
    assert e.before - e.after == pytest.approx(lost, rel=1e-6)
    assert account(found.whole, "pair.wall", "charge").change == pytest.approx(0, abs=1e-9)


RESERVOIRS = """
temperature = 37 degC
solute glucose
bath artery { glucose = 5 mM }
bath vein   { glucose = 4 mM }
arrangement patch { compartment outside { volume = 2 pL;  glucose = 4.5 mM } }
line tissue of 9 patch {
    spacing = 10 um
    ends = closed
    diffusion outside { glucose = 6e-6 cm2/s;  tortuosity = 1.6;  first = artery;  last = vein }
}
scenario steady { begin at rest;  run 10 s }
"""


def test_between_two_reservoirs_a_resting_line_loses_what_they_differ_by() -> None:
    _, found = kept(RESERVOIRS, rtol=1e-9)
    flux = (
        600 / 1.6**2 * 200 / 90 * (5 - 4) * 1e-3
    )  # fmol/s: D/λ² [um2/s] × 2 pL/10 um [um2] over nine spacings [um]
    passed = flux * 10
    e, own = energy(found.whole), account(found.whole, "tissue.outside", "glucose")
    lost = PICO * RT * log(5 / 4) * passed
    assert account(found.whole, "artery", "glucose").change == pytest.approx(-passed, rel=1e-6)
    assert account(found.whole, "vein", "glucose").change == pytest.approx(passed, rel=1e-6)
    assert of(e.dissipated, "tissue.outside.diffusion") == pytest.approx(lost, rel=1e-6)
    assert of(e.supplied, "bath artery") + of(e.supplied, "bath vein") == pytest.approx(lost, rel=1e-6)
    assert abs(own.change) < 1e-8 * passed


def test_a_gap_junction_loses_g_times_the_squared_fall() -> None:
    solution, found = kept(JOINED, rtol=1e-9)
    t = np.linspace(0, solution.end, 20001)
    weights = np.ones(t.size)
    weights[1:-1:2], weights[2:-1:2] = 4, 2
    lost = 0.0
    for i in (1, 2, 3):
        V, W, c, d = solution.values(
            [f"row[{i}].soma.V", f"row[{i + 1}].soma.V", f"row[{i}].inside.K", f"row[{i + 1}].inside.K"], t
        )
        lost += float(weights @ (2.0 * (V - W + RT / F * np.log(c / d)) ** 2) * (t[1] - t[0]) / 3)
    assert of(energy(found.whole).dissipated, "row.inside.gap_junction") == pytest.approx(
        PICO * lost, rel=1e-6
    )


JOINED = """
temperature = 37 degC
ion K { valence = +1 }
ion Na { valence = +1 }
bath serum { K = 4 mM;  Na = 145 mM }
arrangement cell {
    compartment inside { volume = 2 pL;  K = if x < 60 um then 150 mM else 130 mM;  Na = 15 mM }
    membrane soma (inside | serum) { area = 900 um2;  capacitance = 1 uF/cm2;  V from currents starting at -70 mV
        channel K_leak { carries K;  conductance = 0.1 mS/cm2 }
        channel Na_leak { carries Na;  conductance = if x < 60 um then 0.1 mS/cm2 else 0.01 mS/cm2 } }
}
line row of 4 cell { spacing = 50 um;  ends = closed;  gap_junction inside { conductance = 2 nS;  carries K } }
scenario S { run 200 ms }
"""

# ── closure ─────────────────────────────────────────────────────────────────────────────────────────────────────────

IONS = "Na = 1.33e-5 cm2/s;  K = 1.96e-5 cm2/s;  Cl = 2.03e-5 cm2/s"
OUTSIDE = f"electrodiffusion outside {{ {IONS};  tortuosity = 1.6 }}"
ACTS = """
scenario acted {
    run 2 s
    at 0.5 s: add 5 mM to tissue[2].outside.K
    from 1 s for 0.2 s: hold tissue[1 .. 3].outside.K
    from 1.5 s for 0.2 s: clamp tissue[4].soma.V to -40 mV
    when time > 1.8 s: set tissue[5].inside.Na = 27 mM
}
"""
CLOSED = {
    "ions in a field, inside and outside": cells(more=MORE),
    "a gap junction by conductance": cells(
        more=MORE, couplings=f"{OUTSIDE}\n gap_junction inside {{ conductance = 5 nS;  carries K, Na, Cl }}"
    ),
    "an axial current in a field": cells(
        more=MORE, couplings=f"{OUTSIDE}\n axial inside {{ resistivity = 150 ohm.cm;  carries K }}"
    ),
    "potential from charge": cells(more=MORE, way="charge"),
    "what scenarios do": tissue(6, ACTS, inside_K="129 mM + 3 mM * exp(-x/(100 um))"),
}


@pytest.mark.parametrize("case", list(CLOSED))
def test_a_closed_line_closes(case: str) -> None:
    _, found = kept(CLOSED[case], rtol=1e-8)
    powers, matter = closed(found)
    assert powers < 1e-6 and matter < (1e-9 if "held" in words(found) else 1e-12)  # what is held obeys no law
    between = [e for e in energy(found.whole).dissipated if e.by.count(".") == 2 and ".soma." not in e.by]
    assert between and any(abs(e.amount) > 1e-6 * energy(found.whole).size for e in between)


@pytest.mark.parametrize("case", ["potential from charge", "what scenarios do"])
def test_a_long_line_has_the_ledger_of_a_short_one(case: str, request: pytest.FixtureRequest) -> None:
    """Of long lines nothing is kept of the steps: the ledger is counted while the line runs again."""
    short, known = kept(CLOSED[case], rtol=1e-8)
    request.getfixturevalue("all_are_long")
    long, found = kept(CLOSED[case], rtol=1e-8)
    assert short.recorder is None and long.recorder is not None
    assert closed(found)[0] < 1e-6
    for one, other in zip(known.phases, found.phases, strict=True):
        assert one.words == other.words and one.start == pytest.approx(other.start, abs=1e-6)
        assert list(entries(one)) == list(entries(other))
        size = energy(one).size
        for by, amount in entries(one).items():
            scale = size if by[0] in ("dissipated", "supplied") else sizes(one)[by[:2]]
            assert entries(other)[by] == pytest.approx(amount, abs=1e-5 * scale), by


def words(found: Ledger) -> list[str]:
    return [e.by for a in found.whole.accounts for e in a.entries]


def entries(phase: LedgerPhase) -> dict[tuple[str, str, str], float]:
    found = {(a.place, a.what, e.by): e.amount for a in phase.accounts for e in a.entries}
    found |= {("dissipated", "", e.by): e.amount for e in energy(phase).dissipated}
    return found | {("supplied", "", e.by): e.amount for e in energy(phase).supplied}


def sizes(phase: LedgerPhase) -> dict[tuple[str, str], float]:
    return {(a.place, a.what): a.size for a in phase.accounts}


OPEN = """
temperature = 37 degC
solute A
ion Na { valence = +1 }
ion Cl { valence = -1 }
param grown = 1
arrangement patch {
    compartment outside { volume = 2 pL * (1 + 0.2 * grown);  A = 1 mM + 2 mM * exp(-x/(20 um))
        Na = 100 mM + 50 mM * exp(-x/(20 um));  Cl = 100 mM + 50 mM * exp(-x/(20 um)) }
}
line tissue of 6 patch {
    spacing = 10 um
    ends = open
    diffusion outside { A = 6e-6 cm2/s;  tortuosity = 1.6 }
    electrodiffusion outside { Na = 1.3e-5 cm2/s;  Cl = 2e-5 cm2/s }
}
scenario S { run 1 s;  at 0.5 s: add 3 mM to tissue[3].outside.A }
"""


@pytest.mark.parametrize("is_long", ["", "all_are_long"])
def test_beyond_open_ends_the_line_goes_on(is_long: str, request: pytest.FixtureRequest) -> None:
    if is_long:
        request.getfixturevalue(is_long)
    _, found = kept(OPEN, rtol=1e-9)
    e = energy(found.whole)
    assert closed(found)[0] < 1e-6
    assert abs(of(e.supplied, "beyond the ends of tissue")) > 1e-3 * e.size
    assert all(x.amount > 0 for x in e.dissipated)
    own = account(found.whole, "tissue.outside", "A")
    assert through(own, "tissue.outside.diffusion") == pytest.approx(
        own.change - through(own, "set or added"), rel=1e-6
    )


@pytest.mark.parametrize("is_long", ["", "all_are_long"])
def test_salt_between_reservoirs_loses_what_the_baths_give(
    is_long: str, request: pytest.FixtureRequest
) -> None:
    if is_long:
        request.getfixturevalue(is_long)
    _, found = kept(tube(count="8"), rtol=1e-9)
    assert closed(found)[0] < 1e-7
    assert len(energy(found.whole).supplied) == 2


SWELLING = """
temperature = 37 degC
solute A
bath sea { A = 200 mM }
arrangement cell {
    compartment inside { volume = 1 pL;  A = 300 mM + 50 mM * exp(-x/(20 um)) }
    membrane skin (inside | sea) { area = 500 um2;  capacitance = 1 uF/cm2;  V = 0 mV
        water pores { permeability = 0.01 cm/s;  molar_volume = 18 mL/mol } }
}
line row of 4 cell { spacing = 10 um;  ends = closed
    diffusion inside { A = 1e-7 cm2/s;  cross_section = 10 um2 } }
scenario S { run 60 s }
"""
MOVED = """
temperature = 37 degC
solute A
arrangement cell {
    variable swollen { start = 1;  rate = 0.3 /s * (1.5 - swollen) }
    compartment inside { volume = 1 pL * swollen;  A = 5 mM + 4 mM * exp(-x/(20 um)) }
}
line row of 4 cell { spacing = 10 um;  ends = closed
    diffusion inside { A = 1e-7 cm2/s;  cross_section = 10 um2 } }
scenario S { run 1.3 s }
"""


@pytest.mark.parametrize("text", [SWELLING, MOVED])
@pytest.mark.parametrize("is_long", ["", "all_are_long"])
def test_water_and_volumes_that_move_are_in_the_books(
    text: str, is_long: str, request: pytest.FixtureRequest
) -> None:
    if is_long:
        request.getfixturevalue(is_long)
    _, found = kept(text, rtol=1e-8)
    assert closed(found)[0] < 3e-6
    assert max(abs(x.amount) for x in energy(found.whole).supplied) > 1e-3 * energy(found.whole).size


def test_a_compartment_that_all_copies_share_gets_what_they_bring() -> None:
    text = JOINED.replace("bath serum {", "compartment serum { volume = 50 pL; ")
    _, found = kept(text, rtol=1e-8)
    assert closed(found)[0] < 1e-7 and closed(found)[1] < 1e-12
    serum, inside = (account(found.whole, place, "K") for place in ("serum", "row.inside"))
    assert serum.change == pytest.approx(-inside.change, rel=1e-9) and abs(serum.change) > 1e-3
    assert through(serum, "row.soma.K_leak") == pytest.approx(-through(inside, "row.soma.K_leak"), rel=1e-12)


TWO = (
    JOINED.replace("bath serum {", "solute A\ncompartment serum { volume = 50 pL;  A = 1 mM; ").partition(
        "scenario"
    )[0]
    + """
arrangement slab { compartment gel { volume = 1 pL;  A = 5 mM + 3 mM * exp(-x/(20 um)) } }
line gels of 7 slab { spacing = 10 um;  ends = closed;  diffusion gel { A = 1e-6 cm2/s;  last = serum } }
scenario S { run 2 s;  at 1 s: add 2 mM to serum.A;  from 1.2 s for 0.3 s: hold serum.K }
"""
)


@pytest.mark.parametrize("is_long", ["", "all_are_long"])
def test_two_lines_of_unlike_length_share_a_place(is_long: str, request: pytest.FixtureRequest) -> None:
    if is_long:
        request.getfixturevalue(is_long)
    solution, found = kept(TWO, rtol=1e-8)
    assert closed(found)[0] < 1e-7 and closed(found)[1] < 1e-12
    serum, gels = (account(found.whole, place, "A") for place in ("serum", "gels.gel"))
    assert serum.change - through(serum, "set or added") == pytest.approx(-gels.change, rel=1e-9)
    last = solution.ledger("gels[7]")
    assert closed(last)[0] < 1e-6
    assert account(last.whole, "serum", "A").change == pytest.approx(-gels.change, rel=1e-6)


# ── what is left out is missed ──────────────────────────────────────────────────────────────────────────────────────


def test_without_what_passes_between_copies_the_energy_does_not_close(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    own = between

    def little_less(books: Books, moment: Moment, rates: list[FloatArray]) -> Iterator[Power]:
        for row, power in own(books, moment, rates):
            yield row, 0.99 * power

    monkeypatch.setattr(count, "between", little_less)
    _, found = kept(cells(more=MORE), rtol=1e-8)
    assert closed(found)[0] > 1e-4


def test_a_process_that_is_left_out_of_a_long_line_is_missed(
    all_are_long: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Books.rates

    def without_sodium(self: Books, t: FloatArray, y: FloatArray, p: list[float]) -> list[FloatArray]:
        rates = own(self, t, y, p)
        return [0.99 * r if n == "row.soma.Na_leak" else r for r, n in zip(rates, self.names, strict=True)]

    monkeypatch.setattr(Books, "rates", without_sodium)
    _, found = kept(JOINED, rtol=1e-8)
    inside = account(found.whole, "row.inside", "Na")
    assert abs(inside.residue) == pytest.approx(
        0.01 / 0.99 * abs(through(inside, "row.soma.Na_leak")), rel=1e-3
    )
    assert closed(found)[0] > 1e-5


# ── long lines ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_of_a_long_run_sums_are_kept_and_no_copies(all_are_long: None) -> None:
    """A part for each phase, and no number of it belongs to a copy or a step."""
    parts = {}
    for seconds in (0.2, 2.0):
        text = tissue(20, f"scenario S {{ run {seconds} s;  at 0.1 s: add 1 mM to tissue[2].outside.K }}")
        solution = ionlang.loads(text, "line.ion").run("S")
        assert solution.start is not None and solution.recorder is not None
        tally = Tally(Counter(solution.recorder.excerpt.all_copies), solution.start)
        course = run_again(solution, tally)
        parts[seconds] = tally.of_pieces(course.trajectory.pieces)
    assert len(parts[0.2]) == len(parts[2.0]) == 2
    for part in (*parts[0.2], *parts[2.0]):
        assert part.first.pools == part.last.pools == ()
        assert part.work.size + part.change.passed.size + part.change.before.size < 40


def test_whatever_comes_true_in_a_long_line_divides_its_ledger(all_are_long: None) -> None:
    acts = "at 0.2 s: add 3 mM to tissue[1].outside.K;  when tissue[2].outside.K > 4.05 mM: block tissue.soma.NaK"
    text = tissue(5, f"scenario S {{ run 1 s;  {acts} }}")
    _, found = kept(text, rtol=1e-8)
    assert len(found.phases) == 3 and found.phases[2].words == ("block tissue.soma.NaK",)
    assert closed(found)[0] < 1e-6
    blocked = account(found.phases[2], "tissue.inside", "Na")
    assert through(blocked, "tissue.soma.NaK") == 0 and through(blocked, "tissue.soma.Na_leak") > 0


# ── the command ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_command_prints_the_ledger_of_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "row.ion"
    file.write_text(JOINED)
    assert main(["run", str(file), "--ledger"]) == 0
    said = capsys.readouterr().out
    assert "   row.inside: osmolarity" in said and "   membrane row.soma\n" in said
    assert "gap_junction" in said.partition("dissipated")[2].splitlines()[0]
    assert main(["run", str(file), "--ledger", "--format", "json"]) == 0
    shown = json.loads(capsys.readouterr().out)["scenarios"]["S"]["ledger"]
    found = ionlang.load(file).run("S").ledger()
    own = shown["whole"]["energy"]["dissipated_pJ"]["row.inside.gap_junction"]
    assert own == of(energy(found.whole).dissipated, "row.inside.gap_junction") > 0


def test_each_run_of_a_sweep_has_its_own(all_are_long: None) -> None:
    """Also where the runs were made together, in arrays."""
    text = f"{JOINED.rpartition('scenario')[0]} scenario S {{ run 200 ms;  sweep serum.K over 3 mM, 6 mM;  measure v = row[1].soma.V at end }}"
    runs = ionlang.loads(text, "row.ion").study("S", rtol=1e-8).members
    found = [run.solution.ledger() for run in runs if run.solution is not None]
    assert len(found) == 2 and all(closed(each)[0] < 1e-7 for each in found)
    alone = [kept(JOINED.replace("serum { K = 4 mM", f"serum {{ K = {K} mM"), rtol=1e-8)[1] for K in (3, 6)]
    for one, other in zip(found, alone, strict=True):
        lost, same = (of(energy(each.whole).dissipated, "row.inside.gap_junction") for each in (one, other))
        assert lost == pytest.approx(same, rel=1e-6)
    assert energy(found[0].whole).size != pytest.approx(energy(found[1].whole).size, rel=1e-3)


# ── some copies ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("is_long", ["", "all_are_long"])
@pytest.mark.parametrize(
    ("case", "of"),
    [
        (cells(more=MORE), "tissue[2 .. 3]"),
        (CLOSED["what scenarios do"], "tissue[3 .. 4]"),
        (CLOSED["an axial current in a field"], "tissue[1]"),
        (OPEN, "tissue[1]"),
        (OPEN, "tissue[5 .. 6]"),
        (SWELLING, "row[4]"),
        (MOVED, "row[2]"),
        (tube(count="8"), "tube[1 .. 3]"),
        (JOINED.replace("bath serum {", "compartment serum { volume = 50 pL; "), "row[2 .. 3]"),
    ],
)
def test_the_ledger_of_some_copies_closes(
    case: str, of: str, is_long: str, request: pytest.FixtureRequest
) -> None:
    if is_long:
        request.getfixturevalue(is_long)
    solution, _ = kept(case, rtol=1e-8)
    found = solution.ledger(of)
    assert closed(found)[0] < 1e-6
    line = of.partition("[")[0]
    known = [a for a in found.whole.accounts if a.before is not None]
    assert known and all(a.place.startswith(f"{line}.") for a in known)
    beside = [e for a in known for e in a.entries if e.by.startswith(f"neighbours by {line}.")]
    assert any(abs(e.amount) > 1e-6 for e in beside)


def test_what_crosses_a_face_leaves_one_side_and_comes_to_the_other() -> None:
    """Of the first two copies, of the others, and of all of them; between the two sides the gap junction loses energy."""
    solution, whole = kept(JOINED, rtol=1e-9)
    left, right = (solution.ledger(of).whole for of in ("row[1 .. 2]", "row[3 .. 4]"))
    by = "neighbours by row.inside.gap_junction"
    one, other = (through(account(side, "row.inside", "K"), by) for side in (left, right))
    charge = [through(account(side, "row.soma", "charge"), by) for side in (left, right)]
    t = np.linspace(0, solution.end, 20001)
    weights = np.ones(t.size)
    weights[1:-1:2], weights[2:-1:2] = 4, 2
    flux, lost = solution.values(
        ["row[2].inside.gap_junction.flux(K)", "row[2].inside.gap_junction.dissipation(K)"], t
    )
    assert one == pytest.approx(-float(weights @ flux) * (t[1] - t[0]) / 3, rel=1e-6)
    assert other == pytest.approx(-one, rel=1e-9) and charge[0] == pytest.approx(-charge[1], rel=1e-9)
    assert charge[0] == pytest.approx(F * one, rel=1e-9)
    at_face = PICO * float(weights @ lost) * (t[1] - t[0]) / 3
    joined = "row.inside.gap_junction"
    inner = [of(energy(side).dissipated, joined) for side in (left, right)]
    assert sum(inner) + at_face == pytest.approx(of(energy(whole.whole).dissipated, joined), rel=1e-6)
    came = [of(energy(side).supplied, by) for side in (left, right)]
    assert sum(came) == pytest.approx(-at_face, abs=1e-6 * max(map(abs, came)))
    for place, what in (("row.inside", "K"), ("row.inside", "Na"), ("row.soma", "charge")):
        parts = [account(side, place, what).change for side in (left, right)]
        assert sum(parts) == pytest.approx(account(whole.whole, place, what).change, rel=1e-9, abs=1e-12)


def test_all_copies_are_the_line() -> None:
    solution, found = kept(JOINED)
    same = solution.ledger("row").whole
    for one, other in zip(same.accounts, found.whole.accounts, strict=False):
        assert (one.place, one.what) == (other.place, other.what) and one.change == pytest.approx(
            other.change
        )
    assert abs(of(energy(same).supplied, "neighbours by row.inside.gap_junction")) < 1e-12


@pytest.mark.parametrize(
    ("of", "said"),
    [
        ("row[5]", "the copies of row go from 1 to 4"),
        ("row[3 .. 2]", "the copies of row go from 1 to 4"),
        ("tissue[1]", r"names no copies of a line; there are `row\[1 .. 4\]`"),
        ("row.soma", "names no copies of a line"),
    ],
)
def test_copies_that_there_are_not(of: str, said: str) -> None:
    solution, _ = kept(JOINED)
    with pytest.raises(ValueError, match=said):
        solution.ledger(of)


def test_the_command_for_some_copies(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "row.ion"
    file.write_text(JOINED)
    assert main(["run", str(file), "--ledger", "--ledger-of", "row[1]"]) == 0
    said = capsys.readouterr().out
    assert "ledger of S, row[1]\n" in said and "neighbours by gap_junction" in said
    assert main(["run", str(file), "--ledger-of", "row[1]"]) == 2
    assert "ask for it, with --ledger" in capsys.readouterr().err
    assert main(["run", str(file), "--ledger", "--ledger-of", "row[9]"]) == 2
    assert "the copies of row go from 1 to 4" in capsys.readouterr().err
