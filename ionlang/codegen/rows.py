"""Where states stand in the state vector: what is in a line copy by copy, so that neighbours are near, and at its ends
the places that it ends in; behind the lines what stands in none."""

from __future__ import annotations

from collections.abc import Sequence

from ionlang.codegen.program import Rows
from ionlang.equations.system import State


def rows_of(states: Sequence[State]) -> tuple[Rows, ...]:
    """The rows of each state, in the order of the states; none where there is no line."""
    lines = dict.fromkeys(state.line for state in states if state.line)
    if not lines:
        return ()
    found: dict[str, Rows] = {}
    base = 0
    for line in lines:
        base = _of_line(states, line, base, found)
    for place, state in enumerate(state for state in states if state.path not in found):
        found[state.path] = Rows(base + place, 1, 1, "")
    return tuple(found[state.path] for state in states)


def _of_line(states: Sequence[State], line: str, base: int, found: dict[str, Rows]) -> int:
    """The rows of a line and of the places at its ends, from `base` on; gives the row behind them."""
    before, after = (
        [s for s in states if s.beside == line and s.end == end and s.path not in found]
        for end in ("first", "last")
    )
    mine = [state for state in states if state.line == line]
    for place, state in enumerate(before):
        found[state.path] = Rows(base + place, 1, 1, "", line, "first")
    base += len(before)
    for place, state in enumerate(mine):
        found[state.path] = Rows(base + place, len(mine), state.extent, line)
    base += sum(state.extent for state in mine)
    for place, state in enumerate(after):
        found[state.path] = Rows(base + place, 1, 1, "", line, "last")
    return base + len(after)


def states_of_lines(names: Sequence[str], rows: Sequence[Rows]) -> list[tuple[tuple[str, ...], Rows]]:
    """Each line: the names of its states as they stand in a copy, and the rows of the first of them."""
    found = []
    for line in dict.fromkeys(each.line for each in rows if each.line):
        named = [(each, name) for name, each in zip(names, rows, strict=True) if each.line == line]
        mine = sorted(named, key=lambda pair: pair[0].first)
        found.append((tuple(name for _, name in mine), mine[0][0]))
    return found


def size_of(rows: Sequence[Rows]) -> int:
    """How long the state vector is."""
    return sum(each.count for each in rows)
