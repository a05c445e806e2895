"""The parameters as they are while a scenario acts: each target as its actions say, and what follows from it follows.

A target that its own actions read (`set p = 2*p`) is there what it would be without them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from ionlang.model.act.composition import Window, composed, in_force, windows_of
from ionlang.model.cell import Cell
from ionlang.model.evaluate import NotKnown, evaluate
from ionlang.model.expression import Expr, Literal, reads
from ionlang.model.numbers import named_values, parameter_values
from ionlang.model.scenario import Scenario
from ionlang.model.scenario_when import Always
from ionlang.records import dataclass
from ionlang.units import PURE

Active = Mapping[str, tuple[Window, ...]]
"""The windows in force, by target."""


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """The parameters before anything acts: as the file writes them, the values given from outside, and what they all
    come to."""

    written: Mapping[str, Expr]
    given: Mapping[str, float]
    values: Mapping[str, float]


def known_values(cell: Cell, given: Mapping[str, float]) -> Known:
    """`given` replaces values of the file, by path, in cell units."""
    return Known(named_values(cell), given, parameter_values(cell, dict(given)))


class Present(Mapping[str, float]):
    """Values by path at one moment [ms], computed when asked for. Raises NotKnown for what is no parameter."""

    def __init__(self, known: Known, active: Active, time: float) -> None:
        self._known = known
        self._active = active
        self._time = time
        self._open: list[str] = []

    def __getitem__(self, path: str) -> float:
        if path == "time":
            return self._time
        if not self.acts_on(path):
            if path not in self._known.values:
                raise NotKnown(path)
            return self._known.values[path]
        expression = self.opened(path)
        try:
            return evaluate(expression, self)
        finally:
            self.closed()

    def __contains__(self, path: object) -> bool:
        return path == "time" or path in self._known.values

    def __iter__(self) -> Iterator[str]:
        yield from self._known.values
        yield "time"

    def __len__(self) -> int:
        return len(self._known.values) + 1

    def moves(self, path: str) -> bool:
        """Whether it is a function of time."""
        return path == "time" or (self.acts_on(path) and self._any_read(path, self.moves))

    def acts_on(self, path: str) -> bool:
        """Whether an action changes this path, directly or through what it follows from (itself left aside)."""
        if path in self._open:
            return False
        if path in self._active:
            return True
        if path in self._known.given or path not in self._known.written:
            return False
        return self._any_read(path, self.acts_on)

    def opened(self, path: str) -> Expr:
        """The expression of a path that an action changes; until `closed` it reads itself as without actions."""
        self._open.append(path)
        own = self._own(path)
        return composed(self._active[path], own, self._time) if path in self._active else own

    def closed(self) -> None:
        self._open.pop()

    def _any_read(self, path: str, question: Callable[[str], bool]) -> bool:
        expression = self.opened(path)
        try:
            return any(question(r.path) for r in reads(expression))
        finally:
            self.closed()

    def _own(self, path: str) -> Expr:
        if path not in self._known.given:
            return self._known.written[path]
        value, written = self._known.given[path], self._known.written[path]
        return Literal(value, str(value), written.dimension or PURE, written.span)


Origin = Callable[[Known, Active, Window], float | Expr]
"""What a `ramp` or `relax` leads from, of what is in force beneath it."""


def _value_beneath(known: Known, active: Active, leader: Window) -> float | Expr:
    return Present(known, active, leader.opened)[leader.override.target]


def with_origins(
    known: Known, windows: tuple[Window, ...], origin: Origin = _value_beneath
) -> tuple[Window, ...]:
    """The windows, each `ramp` and `relax` with the value that it leads from: that of the base when it opens."""
    found = list(windows)
    leading = [i for i, w in enumerate(found) if w.override.way in ("ramp", "relax")]
    leading.sort(key=lambda i: (found[i].start, not found[i].is_base))
    for i in leading:
        if not found[i].has_origin:
            found[i] = replace(found[i], origin=origin(known, beneath(found, found[i]), found[i]))
    return tuple(found)


def beneath(windows: Sequence[Window], leader: Window) -> Active:
    """What is in force when a `ramp` or `relax` opens; of its own target only the base (in a line the bases)."""
    target, instant = leader.override.target, leader.opened
    waiting = [w for w in windows if w.override.way in ("ramp", "relax") and not w.has_origin]
    others = [w for w in windows if not any(w is each for each in waiting)]
    active = in_force(others, instant)
    bases = [w for w in others if w.is_base and w.override.target == target and w.start <= instant]
    bases.sort(key=lambda w: w.start)
    last = bases if any(w.copies is not None for w in bases) else bases[-1:]
    chosen = {path: found for path, found in active.items() if path != target}
    if last:
        chosen[target] = tuple(last)
    return chosen


def before_the_run(cell: Cell, scenario: Scenario) -> Present:
    """The parameters of the file as what holds for the whole scenario makes them, at its start."""
    still = [o for o in scenario.overrides if isinstance(o.when, Always) and o.over is None]
    return Present(known_values(cell, {}), in_force(windows_of(still, {}), 0.0), 0.0)
