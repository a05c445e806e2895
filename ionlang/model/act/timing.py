"""When an action holds, in numbers: `at`, `from`, `every` and trains become windows and moments [ms]."""

from __future__ import annotations

import math
from collections.abc import Mapping

from ionlang.model.evaluate import evaluate
from ionlang.model.expression import Apply, Expr, Literal, Read
from ionlang.model.scenario_when import Always, At, Every, From, Train, When, Whenever
from ionlang.units import TIME

MOST = 1_000_000
"""Windows or moments of one sentence; more are taken for a slip of the pen."""

Spell = tuple[float, float]
"""From one moment to another [ms]; -inf: from the beginning, rest included; inf: to the end."""


class TooMany(Exception):
    """A sentence with more windows or moments than anybody means."""


def moment(milliseconds: float) -> float:
    """An instant without the last digits of rounding, so that 0.1 + 0.2 ms and 0.3 ms are one moment."""
    return float(f"{milliseconds:.13g}")


def spells_of(when: When, values: Mapping[str, float]) -> tuple[Spell, ...]:
    """The windows that are known before the run; one with `until` is known to its latest end. Raises NotKnown if a
    moment cannot be told, TooMany."""
    match when:
        case Always():
            return ((-math.inf, math.inf),)
        case At():
            return ((moment(evaluate(when.moment, values)), math.inf),)
        case From():
            end = math.inf if when.end is None else moment(evaluate(when.end, values))
            return ((moment(evaluate(when.start, values)), end),)
        case Train():
            width = evaluate(when.width, values)
            starts = _beats(when.start, when.every, evaluate(when.end, values), values)
            return tuple((t, moment(t + width)) for t in starts)
        case Every() | Whenever():
            return ()


def moments_of(when: When, values: Mapping[str, float], length: float) -> tuple[float, ...]:
    """The single moments that are known before a run of that length. Raises NotKnown, TooMany."""
    match when:
        case At():
            return (moment(evaluate(when.moment, values)),)
        case Every():
            end = length if when.end is None else min(length, evaluate(when.end, values))
            return _beats(when.start, when.every, end, values)
        case _:
            return ()


def _beats(start: Expr, every: Expr, end: float, values: Mapping[str, float]) -> tuple[float, ...]:
    """start, start + every, … before the end."""
    first, period, last = evaluate(start, values), evaluate(every, values), moment(end)
    if not period > 0 or not math.isfinite(last):
        return ()
    count = (last - first) / period
    if count > MOST:
        raise TooMany
    beats = (moment(first + k * period) for k in range(math.ceil(max(count, 0.0)) + 1))
    return tuple(t for t in beats if t < last)


def lasts(when: When) -> bool:
    """Whether what begins then goes on until something else takes its place."""
    return isinstance(when, Always | At | Whenever)


def depends_on_the_run(when: When) -> bool:
    """Whether only the run tells when it opens or closes."""
    return isinstance(when, Whenever) or (isinstance(when, From) and when.until is not None)


def since(value: Expr, opened: float) -> Expr:
    """The same with `elapsed` written out: the time since a window opened [ms]."""
    match value:
        case Read(path="elapsed"):
            now = Read("time", TIME, value.span)
            if opened == 0.0:
                return now
            return Apply(
                "subtract", (now, Literal(opened, f"{opened} ms", TIME, value.span)), TIME, value.span
            )
        case Apply():
            arguments = tuple(since(a, opened) for a in value.arguments)
            return Apply(value.operator, arguments, value.dimension, value.span)
        case _:
            return value
