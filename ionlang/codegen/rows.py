"""Where states stand in the state vector: what is in a line copy by copy, so that neighbours are near; behind the
lines what stands in none."""

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
        mine = [state for state in states if state.line == line]
        for place, state in enumerate(mine):
            found[state.path] = Rows(base + place, len(mine), state.extent, line)
        base += sum(state.extent for state in mine)
    for place, state in enumerate(state for state in states if not state.line):
        found[state.path] = Rows(base + place, 1, 1, "")
    return tuple(found[state.path] for state in states)


def size_of(rows: Sequence[Rows]) -> int:
    """How long the state vector is."""
    return sum(each.count for each in rows)
