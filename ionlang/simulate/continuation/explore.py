"""All branches through the equilibria at some values of the parameter, and those that leave from branch points."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from ionlang.simulate.continuation.branch import Branch, Ending, Happening, Point
from ionlang.simulate.continuation.correct import examine
from ionlang.simulate.continuation.detect import between
from ionlang.simulate.continuation.follow import follow, is_on
from ionlang.simulate.continuation.followed import Followed
from ionlang.simulate.continuation.meet import departures
from ionlang.simulate.functions import FloatArray

_MOST_BRANCHES = 64
_SAME = 1e-5


@dataclass(frozen=True, slots=True, eq=False)
class Exploration:
    """The family in the sizes that places are measured in; branches, in the order in which they were found; what was
    left out, in words."""

    family: Followed
    branches: tuple[Branch, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Run:
    """What follow found in one direction, with what happens there put in."""

    points: list[Point]
    happenings: list[Happening]
    end: Ending


def explore(
    family: Followed, values: Iterable[float], progress: Callable[[float], None] | None = None
) -> Exploration:
    """Branches through the equilibria at these values of the parameter, then those from branch points on them."""
    branches: list[Branch] = []
    notes: list[str] = []
    seeds = [(value, state) for value in dict.fromkeys(values) for state in _seeds(family, value, notes)]
    fitting = family.measured_by(state for _, state in seeds)
    for done, (value, state) in enumerate(seeds, start=1):
        place = fitting.place(value, state)
        if not any(is_on(fitting, place, b.points) for b in branches):
            _add(branches, _through(fitting, place))
        if progress is not None:
            progress(done / (len(seeds) + 1))
    notes += _branch_off(fitting, branches)
    return Exploration(fitting, tuple(branches), tuple(dict.fromkeys(notes)))


def _add(branches: list[Branch], found: Branch | None) -> None:
    if found is not None and len(branches) < _MOST_BRANCHES:
        branches.append(found)


def _seeds(family: Followed, value: float, notes: list[str]) -> Iterator[FloatArray]:
    """The equilibria (n,) to begin at."""
    for equilibrium in family.equilibria(value).found:
        if equilibrium.singular:
            notes.append("an equilibrium that its equations do not pin down was not followed")
        else:
            yield equilibrium.state


def _through(family: Followed, place: FloatArray) -> Branch | None:
    """The whole branch through an equilibrium; towards the upper end last, unless it begins there."""
    upwards = np.zeros(len(place))
    upwards[-1] = 1.0
    start = examine(family, place, upwards)
    if start is None:
        return None
    forwards = _run(family, start)
    if forwards.end == "closed":
        return _joined(_Run([start], [], "closed"), forwards)
    return _joined(_run(family, _turned(start)), forwards)


def _run(family: Followed, start: Point) -> _Run:
    points, end = follow(family, start)
    whole, happenings = [start], []
    for first, second in pairwise(points):
        for found in between(family, first, second):
            if isinstance(found, Happening):
                happenings.append(found)
            whole.append(found.point if isinstance(found, Happening) else found)
        whole.append(second)
    return _Run(whole, happenings, end)


def _turned(point: Point) -> Point:
    return replace(point, tangent=-point.tangent, side=-point.side)


def _joined(backwards: _Run, forwards: _Run) -> Branch:
    """One branch of two runs from the same point."""
    points = [*reversed(backwards.points), *forwards.points[1:]]
    happenings = [*reversed(backwards.happenings), *forwards.happenings]
    return Branch(tuple(points), tuple(happenings), backwards.end, forwards.end)


def _branch_off(family: Followed, branches: list[Branch]) -> list[str]:
    """Follow what leaves from branch points, also from those found on the way; what was left out, in words."""
    known: list[FloatArray] = []
    number = left = 0
    while number < len(branches):
        for happening in (h for h in branches[number].happenings if h.kind == "branch"):
            meeting = happening.point
            if any(np.abs(meeting.place - place).max() < _SAME for place in known):
                continue
            known.append(meeting.place)
            few = sum(len(b.points) for b in branches) < family.enough and len(branches) < _MOST_BRANCHES
            if few and (meeting.known.whole or happening.changes_stability):
                _add(branches, _across(family, meeting, branches))
            else:
                left += 1
        number += 1
    words = f"{left} branch point" + ("s" if left > 1 else "")
    return [f"what leaves from {words} was not followed: there is much of it"] if left else []


def _across(family: Followed, meeting: Point, branches: list[Branch]) -> Branch | None:
    """The other branch through a branch point, if it is not known yet."""
    first = [
        p for p in departures(family, meeting) if not any(is_on(family, p.place, b.points) for b in branches)
    ]
    runs = [_run(family, point) for point in first]
    if not runs:
        return None
    runs = [replace(run, points=[meeting, *run.points]) for run in runs]
    return _joined(runs[0], runs[1] if len(runs) > 1 else _Run([meeting], [], "meeting"))
