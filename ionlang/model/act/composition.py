"""What several actions on one quantity come to, in whatever order they are written.

In effect = (the one `set`, `ramp` or `relax` of an open window, else the last base) × every `scale` + every `shift`;
blocks multiply what is left open, injected currents add. What has no window is a base: without a moment from the
beginning, `at T:` from T on; when a window closes, the base returns.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence

from ionlang.model.act.timing import depends_on_the_run, lasts, moment, since, spells_of
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

    `pace` is the length of a ramp or the time constant of a `relax` [ms], `origin` the value that it leads from."""

    start: float
    end: float
    override: Override
    pace: float = math.nan
    origin: float = math.nan

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
        found += _meeting([w for w in mine if w.is_base], lambda first, second: first.start == second.start)
        found += _meeting([w for w in mine if not w.is_base and w.end > w.start], _overlap)
    return tuple(sorted(found, key=lambda pair: (pair[1].span.start, pair[0].span.start)))


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
    are contradictions), and all others, in an order that the text does not decide."""
    active = [w for w in windows if w.start <= instant < w.end]
    found: dict[str, tuple[Window, ...]] = {}
    for target in sorted({w.override.target: None for w in active}):
        mine = [w for w in active if w.override.target == target]
        sets = [w for w in mine if w.in_family and not w.is_base]
        bases = sorted((w for w in mine if w.is_base), key=lambda w: w.start)
        others = sorted((w for w in mine if not w.in_family), key=_canonical)
        found[target] = (*(sets[:1] or bases[-1:]), *others)
    return found


def collision(windows: Iterable[Window], instant: float) -> tuple[Override, Override] | None:
    """Two that both say what one quantity is from an instant on."""
    seen: dict[str, Window] = {}
    for window in windows:
        if window.in_family and not window.is_base and window.start <= instant < window.end:
            first = seen.setdefault(window.override.target, window)
            if first is not window:
                return first.override, window.override
    return None


def _canonical(window: Window) -> tuple[int, float, float, str]:
    return _ORDER.index(window.override.way), window.start, window.end, window.override.span.text


def composed(windows: Sequence[Window], own: Expr, instant: float) -> Expr:
    """The value that windows of one target, as `in_force` orders them, come to from an instant on; `own` is its value
    without them."""
    value = own
    for window in windows:
        share = since(window.override.value, window.opened)
        match window.override.way:
            case "base" | "set":
                value = share
            case "ramp":
                value = _ramped(window, share, instant)
            case "relax":
                value = _relaxed(window, share)
            case "scale":
                value = _apply("multiply", value, share)
            case "block":
                left = _apply("multiply", _left(value), _left(share))
                value = _left(left)
            case "shift" | "inject":
                value = _apply("add", value, share)
    return value


def _ramped(window: Window, goal: Expr, instant: float) -> Expr:
    """p0 + (goal − p0) elapsed/D; from then on the goal."""
    if instant >= window.arrival:
        return goal
    origin = Literal(window.origin, str(window.origin), goal.dimension or PURE, goal.span)
    way = _apply("multiply", _apply("subtract", goal, origin), _share_passed(window))
    return _apply("add", origin, way)


def _relaxed(window: Window, goal: Expr) -> Expr:
    """goal + (p0 − goal) exp(−elapsed/tau)."""
    origin = Literal(window.origin, str(window.origin), goal.dimension or PURE, goal.span)
    passed = _apply("negate", _share_passed(window))
    left = Apply("exp", (passed,), PURE, goal.span)
    return _apply("add", goal, _apply("multiply", _apply("subtract", origin, goal), left))


def _share_passed(window: Window) -> Expr:
    """elapsed/pace."""
    span = window.override.span
    elapsed = since(Read("elapsed", TIME, span), window.opened)
    return Apply("divide", (elapsed, Literal(window.pace, f"{window.pace} ms", TIME, span)), PURE, span)


def _left(share: Expr) -> Expr:
    return _apply("subtract", Literal(1.0, "1", PURE, share.span), share)


def _apply(operator: Operator, *arguments: Expr) -> Expr:
    return Apply(operator, arguments, arguments[0].dimension, arguments[0].span)
