"""What generated scalar code may call: `math`, and the functions with a removable singularity."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, exp, expm1, inf, isfinite, log, nan, pow, sin, sqrt, tanh

__all__ = [
    "cos",
    "exp",
    "expm1",
    "inf",
    "linoid",
    "linoid_slope",
    "log",
    "nan",
    "pow",
    "root",
    "sin",
    "sqrt",
    "tanh",
]


def linoid(x: float) -> float:
    """x/(1 - exp(-x)), 1 at 0. The fast path has no test: the pole and the far end are exceptions."""
    try:
        return x / -expm1(-x)
    except ZeroDivisionError:
        return 1.0
    except OverflowError:
        return -x * exp(x)


def linoid_slope(x: float) -> float:
    """The derivative of linoid, 1/2 at 0; a series near 0, where the closed form cancels."""
    if -1.0 < x < 1.0:
        odd = 0.0
        for coefficient in (
            *(1.2119806222392504e-16, -4.349737397116123e-15, 1.545491170130012e-13, -5.423488474116132e-12),
            *(1.873555114295855e-10, -6.3410281664249915e-09, 2.08767569878681e-07, -6.613756613756614e-06),
            *(0.0001984126984126984, -0.005555555555555556, 0.16666666666666666),
        ):
            odd = odd * x * x + coefficient
        return 0.5 + x * odd
    down = -abs(x)
    e = expm1(down)
    slope = exp(down) * (e - down) / (e * e)
    return 1.0 - slope if x > 0.0 else slope


def root(f: Callable[[float], float], a: float, b: float) -> float:
    """Where f is zero between a and b, to two units in the last place or 1e-20 of |b - a|. Raises ValueError where f
    has the same sign at both ends, or is not finite there or between.

    Chandrupatla: inverse quadratic interpolation where three points allow it, halving elsewhere; a secant first.
    """
    first, last, fa, fb = a, b, f(a), f(b)
    if fa == 0.0 or fb == 0.0:
        return a if fa == 0.0 else b
    if not (isfinite(fa) and isfinite(fb) and (fa > 0.0) != (fb > 0.0)):
        raise ValueError(f"no change of sign between {a:g} and {b:g}")
    least = 1e-20 * abs(b - a)
    t = fa / (fa - fb)
    for turn in range(150):
        x = a + t * (b - a)
        fx = f(x)
        if not isfinite(fx):
            break
        if (fx > 0.0) == (fa > 0.0):
            c, fc = a, fa
        else:
            c, fc, b, fb = b, fb, a, fa
        a, fa = x, fx
        best, nearest = (a, fa) if abs(fa) < abs(fb) else (b, fb)
        width, near = abs(b - a), 4.5e-16 * abs(best) + least
        if nearest == 0.0 or width <= near:
            return best
        t = 0.5
        xi, phi = (a - b) / (c - b), (fa - fb) / (fc - fb)
        if turn < 50 and phi * phi < xi and (1.0 - phi) * (1.0 - phi) < 1.0 - xi:
            t = fa / (fb - fa) * fc / (fb - fc) + (c - a) / (b - a) * fa / (fc - fa) * fb / (fc - fb)
            t = min(max(t, 0.5 * near / width), 1.0 - 0.5 * near / width)
    raise ValueError(f"no root found between {first:g} and {last:g}")
