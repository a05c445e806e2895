"""SymPy functions of our own, for formulas with a removable singularity.

They are never expanded and never searched for: whoever needs `x/(1 - exp(-x))` (half of all rates of Hodgkin and
Huxley, every constant-field flux) builds it as `Linoid`, and value and derivative are right at the pole.
"""

from __future__ import annotations

import sympy


class Linoid(sympy.Function):  # type: ignore[misc]
    """L(x) = x / (1 - exp(-x)), with L(0) = 1. `linoid(x, k)` of the language is k L(x/k).

    The constant-field (GHK) current of an ion is P z F (c_in L(u) - c_out L(-u)) with u = z V F/(R T).
    """

    nargs = 1

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        return LinoidSlope(self.args[0])

    def _eval_is_extended_real(self) -> bool | None:
        real: bool | None = self.args[0].is_extended_real
        return real

    def _eval_evalf(self, prec: int) -> sympy.Expr:
        x = self.args[0]._evalf(prec)
        return sympy.Integer(1) if x.is_zero else (x / (1 - sympy.exp(-x)))._evalf(prec)


class LinoidSlope(sympy.Function):  # type: ignore[misc]
    """L'(x), with L'(0) = 1/2."""

    nargs = 1

    def _eval_is_extended_real(self) -> bool | None:
        real: bool | None = self.args[0].is_extended_real
        return real
