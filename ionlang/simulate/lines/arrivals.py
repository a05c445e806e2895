"""When a front came to each copy of a line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ionlang.model.act.asked import observed_in
from ionlang.model.cell_lines import of_any_copy
from ionlang.model.expression import Apply, Expr, Observed
from ionlang.model.over_copies import copies_of, several
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.lines.along import FRONTS, window_of
from ionlang.units import LENGTH, display_unit

if TYPE_CHECKING:
    from ionlang.simulate.solution import Solution


@dataclass(frozen=True, slots=True, eq=False)
class Arrivals:
    """`times` [s] (copies,) at which the condition `text` first came true in the copies at `positions` [um]: nan where
    it never did, and where it held from the start. `measure` is the name of what asks for it, `paths` are what the
    condition reads in each copy."""

    measure: str
    text: str
    paths: tuple[str, ...]
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
    return _front_arrivals(solution, measure, asked)


def _front_arrivals(solution: Solution, measure: str, asked: Observed) -> Arrivals:
    """Of what is asked of a front; a window that only the run tells counts as the whole run."""
    assert isinstance(asked.subject, Apply) and solution.along is not None
    copies = copies_of(asked.subject)
    where = solution.along.positions[copies.line][copies.first - 1 : copies.last]
    times = solution.along.fronts[asked.subject].arrivals(*(window_of(asked, {}) or (-np.inf, np.inf)))
    text = " ".join(asked.subject.arguments[0].span.text.split())
    paths = dict.fromkeys(of_any_copy(read.path) for read in several(asked.subject.arguments[0]))
    return Arrivals(measure, text, tuple(paths), where / float(display_unit(LENGTH).scale), times / 1e3)


def fronts_asked(solution: Solution) -> tuple[Arrivals, ...]:
    """The arrivals of every front that the scenario measures, each condition once."""
    if solution.along is None:
        return ()
    found: dict[Expr, tuple[str, Observed]] = {}
    for measure in solution.scenario.measures:
        for asked in (o for o in observed_in(measure.value) if o.functional in FRONTS):
            found.setdefault(asked.subject, (measure.name, asked))
    return tuple(_front_arrivals(solution, name, asked) for name, asked in found.values())
