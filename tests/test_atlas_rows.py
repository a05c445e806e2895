"""The atlas: each row is an example of its own, and stands by the mechanism that it is about.

`ROWS` has, for each row, what is taken out of its file; rows 1–5, 7, 18 and 19 have theirs in `test_examples.py`, and rows
13 to 17, 20, 22 and 23 in `atlas_rows_cells.py`.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.atlas_rows_cells import CELLS
from tests.removals import EXAMPLES, Removal, judged, without
from tests.test_examples import REMOVALS

_SYNAPSE, _PUMP, _BUDGET = "06_mixed_synapse.ion", "08_sodium_pump.ion", "09_energy_budget.ion"
_CHLORIDE, _EAAT, _COUPLED = "10_chloride.ion", "11_eaat.ion", "12_secondary_transport.ion"

ROWS = (
    # 6: a channel that lets no sodium through, or a synapse that never opens
    Removal(_SYNAPSE, "K : 1, Na : 0.11384", "K : 1, Na : 1e-6", "excitatory", "4.61 mV"),
    Removal(_SYNAPSE, "K : 1, Na : 0.11384", "K : 1, Na : 1e-6", "excitatory", "max(cell.V) = -53 mV"),
    Removal(_SYNAPSE, "P_K * open", "P_K * open * 0", "inhibitory", "-2.80 mV"),
    Removal(_SYNAPSE, "P_K * open", "P_K * open * 0", "shunting", "2.56 mV"),
    # 8: a pump that moves no charge, or too much of it; that does not notice sodium, potassium, ATP
    Removal(_PUMP, "3 Na out, 2 K in", "2 Na out, 2 K in", "stop", "formula"),
    Removal(_PUMP, "3 Na out, 2 K in", "2 Na out, 2 K in", "stop", "direct between"),
    Removal(_PUMP, "3 Na out, 2 K in", "2 Na out, 2 K in", "resistance", "4.0 mV"),
    Removal(_PUMP, "3 Na out, 2 K in", "2 Na out, 2 K in", "resistance", "3.9 mV"),
    Removal(_PUMP, "3 Na out, 2 K in", "3 Na out, 1 K in", "stop", "< 10 %"),
    Removal(_PUMP, "3 Na out, 2 K in", "4 Na out, 2 K in", "limit", "log(1.5)"),
    Removal(_PUMP, "hill(in.Na, K_Na, 3)", "0.2967", "load", "1.5 * soma.NaK.rate"),
    Removal(_PUMP, "hill(in.Na, K_Na, 3)", "0.2967", "load", "inside.Na at 50 min"),
    Removal(_PUMP, "hill(in.Na, K_Na, 3)", "0.2967", "FXYD", "10.55 mM"),
    Removal(_PUMP, "hill(out.K, 1.5 mM, 2)", "0.8", "load", "1.176"),
    Removal(_PUMP, "michaelis(in.ATP, 0.5 mM)", "6/7", "deficit", "-66.39 mV"),
    # 9: no leak; another price in ATP, or in oxygen
    Removal(_BUDGET, "0.150128e-6 cm/s", "0.05e-6 cm/s", "small_leak", "-0.5 nA"),
    Removal(_BUDGET, "3 Na out", "2 Na out", "small_leak", "1.04e9"),
    Removal(_BUDGET, "3 Na out", "2 Na out", "large_leak", "2.08e9"),
    Removal(_BUDGET, "5 ADP, 1 O2 into 5 ATP", "6 ADP, 1 O2 into 6 ATP", "small_leak", "2.08e8"),
    Removal(_BUDGET, "5 ADP, 1 O2 into 5 ATP", "6 ADP, 1 O2 into 6 ATP", "small_leak", "80 %"),
    Removal(_BUDGET, "5 ADP, 1 O2 into 5 ATP", "6 ADP, 1 O2 into 6 ATP", "large_leak", "4.16e8"),
    # 10: chloride that finds no way, transporters that stand still or carry less, a channel that stays shut
    Removal(_CHLORIDE, "= 0.1e-6 cm/s", "= 0 cm/s", "passive", "E(Cl) at rest = cell.V"),
    Removal(_CHLORIDE, "2e-6 cm/s * open", "0 cm/s * open", "passive", "2.69 mV"),
    Removal(_CHLORIDE, "1 Cl out;         rate = 1", "1 Cl out;         rate = 0", "mature", "E(Cl) at rest"),
    Removal(_CHLORIDE, "2e-6 cm/s * open", "0 cm/s * open", "mature", "-9.84 mV"),
    Removal(_CHLORIDE, "1 Na in, 1 K in, 2 Cl in", "1 K in, 1 Cl in", "young", "E(Cl) at rest"),
    Removal(_CHLORIDE, "1 Na in, 1 K in, 2 Cl in", "1 K in, 1 Cl in", "young", "38.95 mV"),
    # 11: one sodium less, no proton, no potassium in return
    Removal(_EAAT, "moves 3 Na in", "moves 2 Na in", "limit", "5.02e6"),
    Removal(_EAAT, "1 H in, ", "", "limit", "5.02e6"),
    Removal(_EAAT, ", 1 K out", "", "limit", "5.02e6"),
    Removal(_EAAT, ", 1 K out", "", "release", "charges = 2"),
    Removal(_EAAT, ", 1 K out", "", "ischaemia", "133 uM"),
    Removal(_EAAT, "rate = 10 pmol", "rate = 0 pmol", "release", "4.36 mV"),
    Removal(_EAAT, "rate = 10 pmol", "rate = 0 pmol", "release", "< 1 uM"),
    # 12: without sodium, with one of it less, without chloride
    Removal(_COUPLED, "moves 1 Na in, 1 glucose in", "moves 1 glucose in", "uphill", "outside.glucose at end"),
    Removal(_COUPLED, "moves 1 Na in, 1 glucose in", "moves 2 Na in, 1 glucose in", "one_sodium", "132.8"),
    Removal(_COUPLED, "1 Cl in, 1 GABA in", "1 GABA in", "one_sodium", "2.20e4"),
    Removal(_COUPLED, "moves 2 Na in, 1 glucose in", "moves 1 Na in, 1 glucose in", "two_sodium", "glucose"),
    Removal(_COUPLED, "moves 2 Na in, 1 GABA in", "moves 1 Na in, 1 GABA in", "two_sodium", "GABA"),
)  # fmt: skip

ALL = (*ROWS, *CELLS)


@pytest.mark.parametrize("removal", ALL, ids=[f"{r.file}-{i}" for i, r in enumerate(ALL)])
def test_without_its_mechanism_a_row_fails(removal: Removal, tmp_path: Path) -> None:
    whole = [v for v in judged(EXAMPLES / removal.file, removal.scenario) if removal.fails in v.text]
    assert whole, "no expectation of that text"
    assert all(v.passed for v in whole)
    assert not any(v.passed for v in without(removal, tmp_path))


def test_every_row_has_a_mechanism_that_is_taken_out() -> None:
    numbered = {f"{n:02}" for n in range(1, 24)}
    there = {path.name[:2] for path in EXAMPLES.glob("[0-9][0-9]_*.ion")}
    assert numbered == there
    assert {removal.file[:2] for removal in (*ALL, *REMOVALS) if removal.file[:2].isdigit()} == there


def test_the_first_ten_use_the_words_of_the_first_lesson() -> None:
    further = re.compile(r"^\s*(template|extend|variant|modifier|arrangement|scheme|use [a-z])", re.MULTILINE)
    lessons = sorted(EXAMPLES.glob("[0-9][0-9]_*.ion"))[:10]
    assert [p.name for p in lessons if further.search(p.read_text(encoding="utf-8"))] == []
