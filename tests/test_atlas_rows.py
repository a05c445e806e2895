"""The atlas: each row is an example of its own, and stands by the mechanism that it is about.

`ROWS` has, for each row, what is taken out of its file; rows 1–5, 7, 18 and 19 have theirs in `test_examples.py`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.atlas_rows_cells import CELLS
from tests.removals import EXAMPLES, Removal, judged, without
from tests.test_examples import REMOVALS

ROWS: tuple[Removal, ...] = ()

PENDING = frozenset({"06", "08", "09", "10", "11", "12"})
"""Rows without a file as yet."""
SPATIAL = frozenset({"21"})
"""Rows that need a line of cells."""

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
    assert numbered - there == PENDING | SPATIAL
    assert {removal.file[:2] for removal in (*ALL, *REMOVALS) if removal.file[:2].isdigit()} == there
