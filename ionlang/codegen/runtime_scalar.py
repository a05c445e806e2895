"""What generated scalar code may call: `math`, and the functions with a removable singularity."""

from __future__ import annotations

from math import cos, exp, expm1, inf, log, nan, pow, sin, sqrt, tanh

__all__ = ["cos", "exp", "expm1", "inf", "linoid", "linoid_slope", "log", "nan", "pow", "sin", "sqrt", "tanh"]


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
