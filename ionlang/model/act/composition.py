"""What several actions on one quantity come to, in whatever order they are written.

In effect = (the one `set`, `ramp` or `relax` of an open window, else the last base) × every `scale` + every `shift`;
blocks multiply what is left open, injected currents add. What has no window is a base: without a moment from the
beginning, `at T:` from T on; when a window closes, the base returns. In a line all this holds in each copy.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence

from ionlang.model.act.timing import depends_on_the_run, lasts, moment, since, spells_of
from ionlang.model.cell_lines import COPY, Copies
from ionlang.model.evaluate import evaluate
from ionlang.model.expression import Apply, Expr, Literal, Operator, Read
from ionlang.model.scenario import Override
from ionlang.records import dataclass
from ionlang.units import PURE, TIME

FAMILY = ("base", "set", "ramp", "relax")
Meet = Callable[["Window", "Window"], bool]
_ORDER = ("base", "set", "ramp", "relax", "scale", "shift", "block", "inject")


@dataclass(frozen=True, slots=True)
class Window:
    """An override between two moments [ms]; -inf: from the beginning, rest included; inf: to the end.

    `pace` is the length of a ramp or the time constant of a `relax` [ms], `origin` the value that it leads from (of
    what stands in a line an expression of what is another number in each copy)."""

    start: float
    end: float
    override: Override
    pace: float = math.nan
    origin: float | Expr = math.nan

    @property
    def has_origin(self) -> bool:
        return not (isinstance(self.origin, float) and math.isnan(self.origin))

    @property
    def copies(self) -> Copies | None:
        return self.override.copies

    @property
    def opened(self) -> float:
        return max(self.start, 0.0)

    @property
    def arrival(self) -> float:
        """When a ramp has come to its end."""
        return moment(self.opened + self.pace) if self.override.way == "ramp" else math.inf

    @property
    def in_family(self) -> bool:
        return self.override.way in FAMILY

    @property
    def is_base(self) -> bool:
        return self.in_family and lasts(self.override.when)


def windows_of(overrides: Sequence[Override], values: Mapping[str, float]) -> tuple[Window, ...]:
    """The overrides with their moments in numbers; those that only the run opens are left out. Raises NotKnown if a
    moment cannot be told before the run, TooMany."""
    return tuple(
        Window(start, end, o, pace_of(o, values))
        for o in overrides
        for start, end in spells_of(o.when, values)
    )


def pace_of(override: Override, values: Mapping[str, float]) -> float:
    """The length of a ramp, the time constant of a `relax` [ms]. Raises NotKnown."""
    return math.nan if override.over is None else evaluate(override.over, values)


def contradictions(windows: Sequence[Window]) -> tuple[tuple[Override, Override], ...]:
    """Pairs that both say what one quantity is at one time: overlapping windows, or two bases of one moment. Of
    windows that the run closes nothing is known before it."""
    known = [w for w in windows if w.in_family and not depends_on_the_run(w.override.when)]
    found: list[tuple[Override, Override]] = []
    for target in dict.fromkeys(w.override.target for w in known):
        mine = sorted((w for w in known if w.override.target == target), key=_by_opening)
        for number in stretches(w.copies for w in mine):
            here = [w for w in mine if is_in(w.copies, number)]
            found += _meeting([w for w in here if w.is_base], lambda one, other: one.start == other.start)
            found += _meeting([w for w in here if not w.is_base and w.end > w.start], _overlap)
    once = {(first.span.start, second.span.start): (first, second) for first, second in found}
    return tuple(sorted(once.values(), key=lambda pair: (pair[1].span.start, pair[0].span.start)))


def stretches(several: Iterable[Copies | None]) -> tuple[int, ...]:
    """The first copy of each stretch of a line in which the same of these ranges lie; 1 where none is named."""
    edges = {1: None} | {edge: None for c in several if c is not None for edge in (c.first, c.last + 1)}
    return tuple(sorted(edges))


def is_in(copies: Copies | None, number: int) -> bool:
    return copies is None or copies.has(number)


def _by_opening(window: Window) -> tuple[float, float, int]:
    return window.start, window.end, window.override.span.start


def _overlap(first: Window, second: Window) -> bool:
    return second.start < first.end


def _meeting(ordered: Sequence[Window], meet: Meet) -> list[tuple[Override, Override]]:
    """Each pair of sentences that meet, once, in text order."""
    found: dict[tuple[int, int], tuple[Override, Override]] = {}
    last: Window | None = None
    for window in ordered:
        if last is not None and meet(last, window):
            pair = sorted((last.override, window.override), key=lambda o: o.span.start)
            found.setdefault((pair[0].span.start, pair[1].span.start), (pair[0], pair[1]))
        if last is None or window.end >= last.end:
            last = window
    return list(found.values())


def in_force(windows: Iterable[Window], instant: float) -> dict[str, tuple[Window, ...]]:
    """What holds from an instant on, by target: at most one of those that say what it is (the first of them; others
    are contradictions), and all others, in an order that the text does not decide. Where some copies of a line are
    named, of those that say what it is all: bases first, and each takes the place of those before it in its copies."""
    active = [w for w in windows if w.start <= instant < w.end]
    found: dict[str, tuple[Window, ...]] = {}
    for target in sorted({w.override.target: None for w in active}):
        mine = [w for w in active if w.override.target == target]
        sets = [w for w in mine if w.in_family and not w.is_base]
        bases = sorted((w for w in mine if w.is_base), key=lambda w: w.start)
        others = sorted((w for w in mine if not w.in_family), key=_canonical)
        if any(w.copies is not None for w in mine):
            found[target] = (*bases, *sets, *others)
        else:
            found[target] = (*(sets[:1] or bases[-1:]), *others)
    return found


def collision(windows: Iterable[Window], instant: float) -> tuple[Override, Override] | None:
    """Two that both say what one quantity is from an instant on."""
    seen: dict[str, list[Window]] = {}
    for window in windows:
        if window.in_family and not window.is_base and window.start <= instant < window.end:
            before = seen.setdefault(window.override.target, [])
            for first in before:
                if meet(first.copies, window.copies):
                    return first.override, window.override
            before.append(window)
    return None


def meet(one: Copies | None, other: Copies | None) -> bool:
    """Whether two ranges have a copy in common."""
    return one is None or other is None or (one.first <= other.last and other.first <= one.last)


def _canonical(window: Window) -> tuple[int, float, float, int, str]:
    first = 0 if window.copies is None else window.copies.first
    way = _ORDER.index(window.override.way)
    return way, window.start, window.end, first, window.override.span.text


def composed(windows: Sequence[Window], own: Expr, instant: float) -> Expr:
    """The value that windows of one target, as `in_force` orders them, come to from an instant on; `own` is its value
    without them."""
    value = own
    for window in windows:
        changed = _changed(window, value, instant)
        value = changed if window.copies is None else _where(window.copies, changed, value)
    return value


def _changed(window: Window, value: Expr, instant: float) -> Expr:
    """What a window makes of a value."""
    share = since(window.override.value, window.opened)
    match window.override.way:
        case "base" | "set":
            return share
        case "ramp":
            return _ramped(window, share, instant)
        case "relax":
            return _relaxed(window, share)
        case "scale":
            return _apply("multiply", value, share)
        case "block":
            return _left(_apply("multiply", _left(value), _left(share)))
        case "shift" | "inject":
            return _apply("add", value, share)


def _where(copies: Copies, changed: Expr, value: Expr) -> Expr:
    """One value in some copies of a line, the other in all others."""
    span = changed.span
    here = Read(f"{copies.line}.{COPY}", PURE, span)
    low, high = (Literal(float(n), str(n), PURE, span) for n in (copies.first, copies.last))
    behind = Apply("greater_equal", (here, low), None, span)
    before = Apply("less_equal", (here, high), None, span)
    within = Apply("and", (behind, before), None, span)
    return Apply("select", (within, changed, value), value.dimension, span)


def _ramped(window: Window, goal: Expr, instant: float) -> Expr:
    """p0 + (goal − p0) elapsed/D; from then on the goal."""
    if instant >= window.arrival:
        return goal
    origin = _origin(window, goal)
    way = _apply("multiply", _apply("subtract", goal, origin), _share_passed(window))
    return _apply("add", origin, way)


def _relaxed(window: Window, goal: Expr) -> Expr:
    """goal + (p0 − goal) exp(−elapsed/tau)."""
    origin = _origin(window, goal)
    passed = _apply("negate", _share_passed(window))
    left = Apply("exp", (passed,), PURE, goal.span)
    return _apply("add", goal, _apply("multiply", _apply("subtract", origin, goal), left))


def _origin(window: Window, goal: Expr) -> Expr:
    if not isinstance(window.origin, float):
        return window.origin
    return Literal(window.origin, str(window.origin), goal.dimension or PURE, goal.span)


def _share_passed(window: Window) -> Expr:
    """elapsed/pace."""
    span = window.override.span
    elapsed = since(Read("elapsed", TIME, span), window.opened)
    return Apply("divide", (elapsed, Literal(window.pace, f"{window.pace} ms", TIME, span)), PURE, span)


def _left(share: Expr) -> Expr:
    return _apply("subtract", Literal(1.0, "1", PURE, share.span), share)


def _apply(operator: Operator, *arguments: Expr) -> Expr:
    return Apply(operator, arguments, arguments[0].dimension, arguments[0].span)
