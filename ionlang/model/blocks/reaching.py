"""Which states of a scheme lead to which."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Pair = tuple[str, str]


def reached(start: str, pairs: Iterable[Pair]) -> tuple[str, ...]:
    """The states that can be reached from one, itself included."""
    ways = tuple(pairs)
    found = [start]
    for state in found:
        found += [target for origin, target in ways if origin == state and target not in found]
    return tuple(dict.fromkeys(found))


def halves(states: Sequence[str], pairs: Sequence[Pair]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The states that hang together with the first one, whatever the direction, and the others."""
    both = [*pairs, *((target, origin) for origin, target in pairs)]
    together = reached(states[0], both)
    return together, tuple(state for state in states if state not in together)


def closed_groups(states: Sequence[str], pairs: Sequence[Pair]) -> tuple[tuple[str, ...], ...]:
    """The groups of states that are never left, each with all of its states: where everything ends in time."""
    groups: list[tuple[str, ...]] = []
    for state in states:
        ahead = reached(state, pairs)
        if all(state in reached(other, pairs) for other in ahead):
            group = tuple(s for s in states if s in ahead)
            groups += [group] if group not in groups else []
    return tuple(groups)
