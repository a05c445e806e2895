"""SymPy functions that look along a line. What stands in a line of N copies is an array over them; what lies between
neighbours, at their N − 1 faces, an array one shorter."""

from __future__ import annotations

import sympy


class Left(sympy.Function):  # type: ignore[misc]
    """At each face the value in the copy before it: q_1 … q_(N−1)."""

    nargs = 1


class Right(sympy.Function):  # type: ignore[misc]
    """At each face the value in the copy behind it: q_2 … q_N."""

    nargs = 1


class After(sympy.Function):  # type: ignore[misc]
    """After(f, N): in each copy the value at the face before it, 0 in the first."""

    nargs = 2


class Before(sympy.Function):  # type: ignore[misc]
    """Before(f, N): in each copy the value at the face behind it, 0 in the last."""

    nargs = 2


class Summed(sympy.Function):  # type: ignore[misc]
    """Summed(f, N): in each copy the sum of the values at all faces before it, 0 in the first."""

    nargs = 2


class LogMean(sympy.Function):  # type: ignore[misc]
    """LogMean(a, b) = (a − b)/ln(a/b), a where both are equal: between their geometric and arithmetic means."""

    nargs = 2


class Element(sympy.Function):  # type: ignore[misc]
    """Element(q, i): the value in one copy, counted from 0."""

    nargs = 2


class Total(sympy.Function):  # type: ignore[misc]
    """Total(q, N): the sum over all copies."""

    nargs = 2


class Everywhere(sympy.Function):  # type: ignore[misc]
    """Everywhere(q, N): the same value in each copy."""

    nargs = 2


class SumOver(sympy.Function):  # type: ignore[misc]
    """SumOver(q, i, j): the sum over the copies i … j, counted from 1."""

    nargs = 3


class MeanOver(sympy.Function):  # type: ignore[misc]
    """MeanOver(q, i, j): the mean over the copies i … j."""

    nargs = 3


class MaxOver(sympy.Function):  # type: ignore[misc]
    """MaxOver(q, i, j): the largest value in the copies i … j."""

    nargs = 3


class MinOver(sympy.Function):  # type: ignore[misc]
    """MinOver(q, i, j): the smallest value in the copies i … j."""

    nargs = 3


class WidthOver(sympy.Function):  # type: ignore[misc]
    """WidthOver(q, i, j, spacing): over which length of the copies i … j a quantity is above 0."""

    nargs = 4


class Positions(sympy.Function):  # type: ignore[misc]
    """Positions(spacing, N): where the middle of each copy is, from the first end."""

    nargs = 2


class Repeated(sympy.Function):  # type: ignore[misc]
    """Repeated(n, q): the number or row q, n times over."""

    nargs = 2


class Joined(sympy.Function):  # type: ignore[misc]
    """Joined(q, r, …): rows one behind the other."""


class Normals(sympy.Function):  # type: ignore[misc]
    """Normals(seed, N): numbers drawn from the normal distribution with mean 0 and deviation 1."""

    nargs = 2


class Uniforms(sympy.Function):  # type: ignore[misc]
    """Uniforms(seed, N): numbers drawn evenly between 0 and 1."""

    nargs = 2


class OnlyFirst(sympy.Function):  # type: ignore[misc]
    """OnlyFirst(N): 1 in the first copy, 0 in the others."""

    nargs = 1


class OnlyLast(sympy.Function):  # type: ignore[misc]
    """OnlyLast(N): 1 in the last copy, 0 in the others."""

    nargs = 1


ALONG = (Positions, Normals, Uniforms, Repeated, Joined)
"""What makes a row over the copies of what is none."""
