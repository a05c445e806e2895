"""A quantity over stretches of one coordinate: bounds on its value, and on its slope by that coordinate.

The slope bounds every difference quotient within the stretch: that is what a proof that there is one zero, or none,
rests on. Where a quantity may jump, nothing bounds it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ionlang.codegen.program import CallName
from ionlang.codegen.runtime_vector import linoid, linoid_slope
from ionlang.simulate.enclosing import interval
from ionlang.simulate.enclosing.interval import (
    ONE,
    WHOLE,
    ZERO,
    Array,
    Interval,
    exactly,
    hull,
    where,
    widened,
    within,
)


@dataclass(frozen=True, slots=True, eq=False)
class Jet:
    value: Interval
    slope: Interval


def constant(number: float | Array) -> Jet:
    return Jet(exactly(number), ZERO)


def add(one: Jet, other: Jet) -> Jet:
    return Jet(interval.add(one.value, other.value), interval.add(one.slope, other.slope))


def negate(one: Jet) -> Jet:
    return Jet(interval.negate(one.value), interval.negate(one.slope))


def multiply(one: Jet, other: Jet) -> Jet:
    left, right = (
        interval.multiply(one.slope, other.value),
        interval.multiply(one.value, other.slope),
    )
    return Jet(interval.multiply(one.value, other.value), interval.add(left, right))


def divide(one: Jet, other: Jet) -> Jet:
    """(a/b)' = (a' − (a/b) b')/b"""
    value = interval.divide(one.value, other.value)
    turned = interval.add(one.slope, interval.negate(interval.multiply(value, other.slope)))
    return Jet(value, interval.divide(turned, other.value))


def power(base: Jet, exponent: int) -> Jet:
    lower = interval.power(base.value, exponent - 1) if exponent > 1 else ONE
    steep = interval.multiply(exactly(float(exponent)), lower)
    return Jet(interval.power(base.value, exponent), interval.multiply(steep, base.slope))


def call(function: CallName, arguments: tuple[Jet, ...]) -> Jet:
    first = arguments[0]
    match function:
        case "pow":
            return _raised(first, arguments[1])
        case "min":
            return negate(_larger(negate(first), negate(arguments[1])))
        case "max":
            return _larger(first, arguments[1])
        case "abs":
            return _larger(first, negate(first))
        case _:
            value, steep = _simple(function, first.value)
            return Jet(value, interval.multiply(steep, first.slope))


def _simple(function: CallName, x: Interval) -> tuple[Interval, Interval]:
    """Value and slope by its argument of a function of one argument."""
    match function:
        case "exp":
            value = interval.exponential(x)
            return value, value
        case "log":
            return interval.logarithm(x), interval.divide(ONE, x)
        case "sqrt":
            value = interval.root(x)
            return value, interval.divide(interval.HALF, value)
        case "tanh":
            value = within(widened(np.tanh(x.low), np.tanh(x.high)), -1.0, 1.0)
            square = interval.negate(interval.power(value, 2))
            return value, within(interval.add(ONE, square), 0.0, 1.0)
        case "sin":
            return interval.wave(x, 0.0), interval.wave(x, np.pi / 2)
        case "cos":
            return interval.wave(x, np.pi / 2), interval.negate(interval.wave(x, 0.0))
        case "linoid":
            return _rising(linoid, x), within(_rising(linoid_slope, x), 0.0, 1.0)
        case "linoid_slope":
            curvature = Interval(np.asarray(0.0), np.asarray(1 / 6 + 1e-12))
            return within(_rising(linoid_slope, x), 0.0, 1.0), curvature
        case _:
            raise AssertionError(f"{function} has two arguments")


_LIBRARY = 1e-14
"""The functions with a removable singularity are right to this part of their values."""


def _rising(function: object, x: Interval) -> Interval:
    assert callable(function)
    low, high = np.asarray(function(x.low)), np.asarray(function(x.high))
    bounds = widened(low - _LIBRARY * np.abs(low), high + _LIBRARY * np.abs(high))
    return Interval(np.maximum(bounds.low, 0.0), bounds.high)


def _raised(base: Jet, exponent: Jet) -> Jet:
    value = interval.raised(base.value, exponent.value)
    lower = interval.raised(base.value, interval.add(exponent.value, exactly(-1.0)))
    by_base = interval.multiply(interval.multiply(exponent.value, lower), base.slope)
    by_exponent = interval.multiply(interval.multiply(value, interval.logarithm(base.value)), exponent.slope)
    return Jet(value, interval.add(by_base, by_exponent))


def _larger(one: Jet, other: Jet) -> Jet:
    """Continuous, so where either may be the larger both slopes bound its own."""
    value = Interval(np.maximum(one.value.low, other.value.low), np.maximum(one.value.high, other.value.high))
    first, second = one.value.low >= other.value.high, other.value.low >= one.value.high
    slope = where(first, one.slope, where(second, other.slope, hull(one.slope, other.slope)))
    return Jet(value, slope)


def chosen(surely: np.ndarray, surely_not: np.ndarray, then: Jet, otherwise: Jet) -> Jet:
    """Where it is not sure which of two holds there may be a jump between them."""
    value = where(surely, then.value, where(surely_not, otherwise.value, hull(then.value, otherwise.value)))
    slope = where(surely, then.slope, where(surely_not, otherwise.slope, WHOLE))
    return Jet(value, slope)
