"""Intervals of real numbers, k at a time: whatever the operands are within their bounds, the result is within its own.

Bounds are widened by more than rounding can amount to after each operation, so they hold for the formula itself and not
only for its floating-point shadow (as far as the library's exp and log are right to two units in the last place).
Where an operation is not defined on a whole interval, the result is the whole line. Callers silence NumPy's warnings.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
_ROUNDING = 4 * float(np.finfo(float).eps)
_TINY = 1e-300


@dataclass(frozen=True, slots=True, eq=False)
class Interval:
    """All numbers from low to high; both (k,), or without an axis where all k are alike."""

    low: Array
    high: Array


def exactly(value: float | Array) -> Interval:
    number = np.asarray(value, dtype=float)
    return Interval(number, number)


# What is this very ZERO costs nothing to calculate with.
ZERO, ONE, HALF = exactly(0.0), exactly(1.0), exactly(0.5)
WHOLE = Interval(np.asarray(-np.inf), np.asarray(np.inf))


def widened(low: Array, high: Array) -> Interval:
    """With room for rounding; the whole line where a bound is not a number."""
    return Interval(
        np.fmax(low - (_ROUNDING * np.abs(low) + _TINY), -np.inf),
        np.fmin(high + (_ROUNDING * np.abs(high) + _TINY), np.inf),
    )


def where(condition: npt.NDArray[np.bool_], then: Interval, otherwise: Interval) -> Interval:
    return Interval(
        np.where(condition, then.low, otherwise.low), np.where(condition, then.high, otherwise.high)
    )


def hull(one: Interval, other: Interval) -> Interval:
    """All of both and what is between."""
    return Interval(np.minimum(one.low, other.low), np.maximum(one.high, other.high))


def add(one: Interval, other: Interval) -> Interval:
    if one is ZERO or other is ZERO:
        return other if one is ZERO else one
    return widened(one.low + other.low, one.high + other.high)


def negate(one: Interval) -> Interval:
    return one if one is ZERO else Interval(-one.high, -one.low)


def multiply(one: Interval, other: Interval) -> Interval:
    if one is ZERO or other is ZERO:
        return ZERO
    a, b = one.low * other.low, one.low * other.high
    c, d = one.high * other.low, one.high * other.high
    return widened(_least(a, b, c, d), -_least(-a, -b, -c, -d))


def _least(a: Array, b: Array, c: Array, d: Array) -> Array:
    """0 times a bound that is infinite is 0."""
    least = np.minimum(np.minimum(a, b), np.minimum(c, d))
    if np.isnan(least).any():
        a, b, c, d = (np.where(np.isnan(corner), 0.0, corner) for corner in (a, b, c, d))
        return np.minimum(np.minimum(a, b), np.minimum(c, d))
    return least


def divide(one: Interval, other: Interval) -> Interval:
    if one is ZERO:
        return ZERO
    apart = (other.low > 0) | (other.high < 0)
    inverse = widened(1 / np.where(apart, other.high, 1.0), 1 / np.where(apart, other.low, 1.0))
    return where(apart, multiply(one, inverse), WHOLE)


def power(base: Interval, exponent: int) -> Interval:
    """A whole power of one or more."""
    low, high = base.low**exponent, base.high**exponent
    if exponent % 2:
        return widened(low, high)
    bounds = widened(np.minimum(low, high), np.maximum(low, high))
    least = np.where((base.low <= 0) & (base.high >= 0), 0.0, np.maximum(bounds.low, 0.0))
    return Interval(least, bounds.high)


def exponential(one: Interval) -> Interval:
    bounds = widened(np.exp(one.low), np.exp(one.high))
    return Interval(np.maximum(bounds.low, 0.0), bounds.high)


def logarithm(one: Interval) -> Interval:
    bounds = widened(np.log(one.low), np.log(one.high))
    return where(one.low > 0, bounds, WHOLE)


def root(one: Interval) -> Interval:
    bounds = widened(np.sqrt(one.low), np.sqrt(one.high))
    return where(one.low >= 0, bounds, WHOLE)


def raised(base: Interval, exponent: Interval) -> Interval:
    """Any power of what is above 0; a power above 0 of what may be 0 too."""
    general = exponential(multiply(exponent, logarithm(base)))
    rises = (exponent.low == exponent.high) & (exponent.low > 0) & (base.low >= 0)
    bounds = widened(np.power(base.low, exponent.low), np.power(base.high, exponent.low))
    return where(rises, bounds, general)


def within(one: Interval, least: float, most: float) -> Interval:
    """Of a function that is never below `least` nor above `most`."""
    return Interval(np.clip(one.low, least, most), np.clip(one.high, least, most))


def wave(one: Interval, shift: float) -> Interval:
    """sin(x + shift): its value in the middle, and no further off than x is."""
    middle, reach = (one.low + one.high) / 2, (one.high - one.low) / 2
    centre = np.sin(middle + shift)
    slack = reach + 1e-15 * (1 + np.abs(middle))
    return within(widened(centre - slack, centre + slack), -1.0, 1.0)
