"""What generated vector code may call: NumPy, and the functions with a removable singularity.

`module.py` writes the source text of `linoid`, `linoid_slope` and `root` into the modules it makes, so they use only
names that such a module imports.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numpy import (
    array,
    asarray,
    broadcast_arrays,
    copyto,
    cos,
    divide,
    empty,
    errstate,
    exp,
    expm1,
    float64,
    inf,
    isfinite,
    log,
    logical_not,
    maximum,
    minimum,
    multiply,
    nan,
    power,
    sin,
    sqrt,
    tanh,
    where,
    zeros,
)
from numpy.typing import ArrayLike

from ionlang.codegen.runtime_lines import (
    at_left,
    at_right,
    before_last,
    behind_first,
    first_copy,
    from_face_before,
    from_face_behind,
    gain_from_faces,
    gained_from_faces,
    in_all_copies,
    in_copy,
    joined,
    last_copy,
    max_over,
    mean_over,
    min_over,
    normal_in_copies,
    over_copies,
    over_faces_before,
    over_line,
    positions_of_copies,
    product,
    repeated,
    sum_over,
    uniform_in_copies,
    width_over,
)

__all__ = [
    "at_left",
    "at_right",
    "before_last",
    "behind_first",
    "first_copy",
    "from_face_before",
    "from_face_behind",
    "gain_from_faces",
    "gained_from_faces",
    "in_copy",
    "last_copy",
    "over_faces_before",
    "over_copies",
    "over_line",
    "positions_of_copies",
    "product",
    "repeated",
    "joined",
    "normal_in_copies",
    "uniform_in_copies",
    "array",
    "asarray",
    "broadcast_arrays",
    "copyto",
    "cos",
    "divide",
    "empty",
    "errstate",
    "exp",
    "float64",
    "inf",
    "isfinite",
    "linoid",
    "linoid_in_place",
    "linoid_quick",
    "linoid_slope",
    "linoid_slope_near",
    "log",
    "log_mean",
    "log_mean_slope",
    "logical_not",
    "maximum",
    "minimum",
    "multiply",
    "nan",
    "power",
    "root",
    "sin",
    "sqrt",
    "tanh",
    "where",
    "zeros",
    "in_all_copies",
    "sum_over",
    "mean_over",
    "max_over",
    "min_over",
    "width_over",
]


def linoid(x: ArrayLike) -> Any:
    """x/(1 - exp(-x)), 1 at 0; written for -|x|, where nothing overflows."""
    x = asarray(x, dtype=float)
    down = -maximum(abs(x), 1e-300)
    positive = down / expm1(down)
    return where(x < 0.0, positive * exp(down), positive)


def linoid_quick(x: Any) -> Any:
    """`linoid` in three operations, for whoever does not mind that an exponential is infinite on the way to 0."""
    down = 1e-300 - x
    return down / expm1(down)


def linoid_in_place(x: Any) -> None:
    """`linoid_quick` of an array, which takes its place."""
    down = 1e-300 - x
    divide(down, expm1(down), x)


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


def linoid_slope_near(x: Any) -> Any:
    """The derivative of linoid in its closed form, good to some 1e-6 where |x| < 1e-5 and to 1e-11 elsewhere: enough to
    iterate with."""
    down = -where(abs(x) < 1e-5, 1e-5, x)
    e = expm1(down)
    return (down / e - 1.0 + down) / e


def log_mean(a: ArrayLike, b: ArrayLike) -> Any:
    """(a - b)/log(a/b) of two concentrations, a where they are equal; of less than 1e-9 (1 pM), as if it were that."""
    a, b = maximum(a, 1e-9), maximum(b, 1e-9)
    low, high = minimum(a, b), maximum(a, b)
    down = minimum(log(low / high), -1e-300)
    return high * expm1(down) / down


def log_mean_slope(a: ArrayLike, b: ArrayLike) -> Any:
    """The derivative of log_mean by a: 1/2 where both are equal, 0 below 1e-9."""
    a, b = asarray(a, dtype=float), maximum(b, 1e-9)
    x = log(maximum(a, 1e-9) / b)
    value = linoid(x)
    return where(a > 1e-9, (value - linoid_slope(x)) / (value * value), 0.0)


def root(f: Callable[[Any], Any], a: ArrayLike, b: ArrayLike) -> Any:
    """Where f is zero between a and b, to two units in the last place or 1e-20 of |b - a|; each member by itself. It is
    nan where f has the same sign at both ends, or is not finite there or between.

    Chandrupatla: inverse quadratic interpolation where three points allow it, halving elsewhere; a secant first.
    """
    a, b = asarray(a, dtype=float), asarray(b, dtype=float)
    a, b, fa, fb = broadcast_arrays(a, b, f(a), f(b))
    best = where(fa == 0.0, a, where(fb == 0.0, b, nan))
    searched = isfinite(fa) & isfinite(fb) & (((fa > 0.0) & (fb < 0.0)) | ((fa < 0.0) & (fb > 0.0)))
    least = 1e-20 * abs(b - a)
    t = fa / (fa - fb)
    for turn in range(150):
        if not searched.any():
            break
        x = a + t * (b - a)
        fx = f(x) + 0.0 * x
        searched = searched & isfinite(fx)
        same = (fx > 0.0) == (fa > 0.0)
        c, fc, b, fb = where(same, a, b), where(same, fa, fb), where(same, b, a), where(same, fb, fa)
        a, fa = x, fx
        nearer = abs(fa) < abs(fb)
        found, nearest = where(nearer, a, b), where(nearer, fa, fb)
        width, near = abs(b - a), 4.5e-16 * abs(found) + least
        done = searched & ((nearest == 0.0) | (width <= near))
        best, searched = where(done, found, best), searched & ~done
        xi, phi = (a - b) / (c - b), (fa - fb) / (fc - fb)
        t = fa / (fb - fa) * fc / (fb - fc) + (c - a) / (b - a) * fa / (fc - fa) * fb / (fc - fb)
        t = minimum(maximum(t, 0.5 * near / width), 1.0 - 0.5 * near / width)
        smooth = (turn < 50) & (phi * phi < xi) & ((1.0 - phi) * (1.0 - phi) < 1.0 - xi)
        t = where(smooth, t, 0.5)
    return best
