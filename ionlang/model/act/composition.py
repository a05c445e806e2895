"""What several actions on one quantity come to, in whatever order they are written.

In effect = (the one `set` of an open window, else the last base) for a parameter; blocks multiply what is left open,
injected currents add. A `set` without a window is the base from the beginning, `at T: set` the base from T on; when a
window closes, the base returns.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from ionlang.model.evaluate import evaluate
from ionlang.model.expression import Apply, Expr, Literal, Operator, Read
from ionlang.model.scenario import Override
from ionlang.records import dataclass
from ionlang.units import PURE, TIME


@dataclass(frozen=True, slots=True)
class Window:
    """An override between two moments [ms]; -inf: from the beginning, rest included; inf: to the end."""

    start: float
    end: float
    override: Override


def moment(milliseconds: float) -> float:
    """An instant without the last digits of rounding, so that 0.1 + 0.2 ms and 0.3 ms are one moment."""
    return float(f"{milliseconds:.13g}")


def windows_of(overrides: Sequence[Override], values: Mapping[str, float]) -> tuple[Window, ...]:
    """The overrides with their moments in numbers. Raises NotKnown if a moment cannot be told before the run."""
    return tuple(
        Window(
            -math.inf if o.start is None else moment(evaluate(o.start, values)),
            math.inf if o.end is None else moment(evaluate(o.end, values)),
            o,
        )
        for o in overrides
    )


def contradictions(windows: Sequence[Window]) -> tuple[tuple[Override, Override], ...]:
    """Pairs that both say what one quantity is at one time: overlapping windows, or two bases of one moment."""
    found: list[tuple[Override, Override]] = []
    for i, second in enumerate(windows):
        for first in windows[:i]:
            if first.override.target == second.override.target and _contradict(first, second):
                found.append((first.override, second.override))
    return tuple(found)


def _contradict(first: Window, second: Window) -> bool:
    match first.override.way, second.override.way:
        case "set", "set":
            return max(first.start, second.start) < min(first.end, second.end)
        case "base", "base":
            return first.start == second.start
        case _:
            return False


def in_force(windows: Sequence[Window], start: float, end: float) -> dict[str, tuple[Window, ...]]:
    """What holds throughout [start, end], by target: at most one base or `set`, and all blocks and injections."""
    active = [w for w in windows if w.start <= start and w.end >= end]
    found: dict[str, tuple[Window, ...]] = {}
    for target in dict.fromkeys(w.override.target for w in active):
        mine = [w for w in active if w.override.target == target]
        sets = [w for w in mine if w.override.way == "set"]
        bases = sorted((w for w in mine if w.override.way == "base"), key=lambda w: w.start)
        others = [w for w in mine if w.override.way in ("block", "inject")]
        found[target] = (*(sets or bases[-1:]), *others)
    return found


def composed(windows: Sequence[Window], own: Expr) -> Expr:
    """The value that windows of one target come to; `own` is its value without them."""
    value = own
    for window in windows:
        share = _since(window.override.value, max(window.start, 0.0))
        match window.override.way:
            case "base" | "set":
                value = share
            case "block":
                left = _apply("multiply", _left(value), _left(share))
                value = _left(left)
            case "inject":
                value = _apply("add", value, share)
    return value


def _since(value: Expr, opened: float) -> Expr:
    """`elapsed` is time since the window opened."""
    match value:
        case Read(path="elapsed"):
            now = Read("time", TIME, value.span)
            return Apply(
                "subtract", (now, Literal(opened, f"{opened} ms", TIME, value.span)), TIME, value.span
            )
        case Apply():
            arguments = tuple(_since(a, opened) for a in value.arguments)
            return Apply(value.operator, arguments, value.dimension, value.span)
        case _:
            return value


def _left(share: Expr) -> Expr:
    return _apply("subtract", Literal(1.0, "1", PURE, share.span), share)


def _apply(operator: Operator, left: Expr, right: Expr) -> Expr:
    return Apply(operator, (left, right), left.dimension, left.span)
