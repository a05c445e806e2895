"""What generated vector code may call: NumPy, and the functions with a removable singularity.

`module.py` writes the source text of `linoid` and `linoid_slope` into the modules it makes, so they use only
names that such a module imports.
"""

from __future__ import annotations

from typing import Any

from numpy import (
    array,
    asarray,
    broadcast_arrays,
    cos,
    empty,
    errstate,
    exp,
    expm1,
    float64,
    inf,
    log,
    logical_not,
    maximum,
    minimum,
    nan,
    power,
    sin,
    sqrt,
    tanh,
    where,
    zeros,
)
from numpy.typing import ArrayLike

__all__ = [
    "array",
    "asarray",
    "broadcast_arrays",
    "cos",
    "empty",
    "errstate",
    "exp",
    "float64",
    "inf",
    "linoid",
    "linoid_slope",
    "log",
    "logical_not",
    "maximum",
    "minimum",
    "nan",
    "power",
    "sin",
    "sqrt",
    "tanh",
    "where",
    "zeros",
]


def linoid(x: ArrayLike) -> Any:
    """x/(1 - exp(-x)), 1 at 0; written for -|x|, where nothing overflows."""
    x = asarray(x, dtype=float)
    down = -maximum(abs(x), 1e-300)
    positive = down / expm1(down)
    return where(x < 0.0, positive * exp(down), positive)


def linoid_slope(x: ArrayLike) -> Any:
    """The derivative of linoid, 1/2 at 0; a series near 0, where the closed form cancels."""
    x = asarray(x, dtype=float)
    near = maximum(minimum(x, 1.0), -1.0)
    odd = 0.0 * near
    for coefficient in (
        *(1.2119806222392504e-16, -4.349737397116123e-15, 1.545491170130012e-13, -5.423488474116132e-12),
        *(1.873555114295855e-10, -6.3410281664249915e-09, 2.08767569878681e-07, -6.613756613756614e-06),
        *(0.0001984126984126984, -0.005555555555555556, 0.16666666666666666),
    ):
        odd = odd * near * near + coefficient
    down = -maximum(abs(x), 1.0)
    e = expm1(down)
    far = exp(down) * (e - down) / (e * e)
    return where(abs(x) < 1.0, 0.5 + near * odd, where(x > 0.0, 1.0 - far, far))
