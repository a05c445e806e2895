"""When a front came to each copy of a line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ionlang.model.act.asked import observed_in
from ionlang.model.expression import Apply, Observed
from ionlang.model.over_copies import copies_of
from ionlang.simulate.along import FRONTS, window_of
from ionlang.simulate.functions import FloatArray
from ionlang.units import LENGTH, display_unit

if TYPE_CHECKING:
    from ionlang.simulate.solution import Solution


@dataclass(frozen=True, slots=True, eq=False)
class Arrivals:
    """`times` [s] (copies,) at which the condition `text` first came true in the copies at `positions` [um]: nan where
    it never did, and where it held from the start."""

    text: str
    positions: FloatArray
    times: FloatArray


def arrivals_of(solution: Solution, measure: str) -> Arrivals:
    """The arrivals of the front that a measure of the scenario asks for. Raises KeyError."""
    values = {m.name: m.value for m in solution.scenario.measures}
    if measure not in values:
        raise KeyError(f"no measure {measure!r}; there are: {', '.join(values) or 'none'}")
    asked = next((o for o in observed_in(values[measure]) if o.functional in FRONTS), None)
    if asked is None:
        raise KeyError(f"measure {measure!r} asks nothing of a front: that do {', '.join(FRONTS)}")
    return front_arrivals(solution, asked)


def front_arrivals(solution: Solution, asked: Observed) -> Arrivals:
    """Of what is asked of a front; a window that only the run tells counts as the whole run."""
    assert isinstance(asked.subject, Apply) and solution.along is not None
    copies = copies_of(asked.subject)
    where = solution.along.positions[copies.line][copies.first - 1 : copies.last]
    times = solution.along.fronts[asked.subject].arrivals(*(window_of(asked, {}) or (-np.inf, np.inf)))
    text = " ".join(asked.subject.arguments[0].span.text.split())
    return Arrivals(text, where / float(display_unit(LENGTH).scale), times / 1e3)


def fronts_asked(solution: Solution) -> tuple[Arrivals, ...]:
    """The arrivals of every front that the scenario measures, each condition once."""
    if solution.along is None:
        return ()
    found = {
        o.subject: o
        for m in solution.scenario.measures
        for o in observed_in(m.value)
        if o.functional in FRONTS
    }
    return tuple(front_arrivals(solution, asked) for asked in found.values())
