"""The polynomial of the step that LSODA has just taken, as few of its rows as are wanted.

`LSODA.dense_output` copies the polynomial of every state, which takes as long as a tenth of a step. So it is read where
the integrator keeps it, if this SciPy keeps it there (found out once, by trial), with the same numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ionlang.simulate.functions import FloatArray

ORDERS = 13
"""Terms of the longest polynomial: LSODA goes up to order 12."""


@dataclass(frozen=True, slots=True)
class Polynomial:
    """States at x behind the end of a step [ms]: Σ terms[i] (x/length)^i, terms (order + 1, n)."""

    length: float
    terms: FloatArray
    shrunk: float

    @property
    def order(self) -> int:
        return len(self.terms) - 1

    def lay(self, rows: NDArray[np.intp], place: FloatArray) -> None:
        """Put the terms of some rows into an array (orders, rows); those that it has not are 0."""
        count = self.order + 1
        self.terms.take(rows, axis=1, out=place[:count], mode="clip")
        place[count:] = 0.0
        if self.shrunk != 1.0:
            place[self.order] *= self.shrunk

    def at(self, x: FloatArray) -> FloatArray:
        """The states (n, k) at x (k,)."""
        weights = (x[:, None] / self.length) ** np.arange(self.order + 1)
        weights[:, -1] *= self.shrunk
        found: FloatArray = (weights @ self.terms).T
        return found


def polynomial_of(solver: Any) -> Polynomial:
    """That of the last step of a `scipy.integrate.LSODA`. It holds until the next step."""
    return _kept(solver) if _is_kept_there() else _offered(solver)


def asked_directly(solver: Any, rates: Any) -> None:
    """Rates that give an array of floats need nobody between who makes one of what they give."""
    if _is_kept_there() and hasattr(solver._lsoda_solver, "f"):
        solver._lsoda_solver.f = rates


def _offered(solver: Any) -> Polynomial:
    found = solver.dense_output()
    return Polynomial(float(found.h), np.ascontiguousarray(found.yh.T), 1.0)


def _kept(solver: Any) -> Polynomial:
    """As `LSODA.dense_output` reads it: where the order is about to fall, the last term is still that of the step
    before."""
    integrator = solver._lsoda_solver._integrator
    iwork, rwork = integrator.iwork, integrator.rwork
    order, length = int(iwork[13]), float(rwork[11])
    shrunk = (length / float(rwork[10])) ** order if iwork[14] < order else 1.0
    terms = rwork[20 : 20 + (order + 1) * solver.n].reshape(order + 1, solver.n)
    return Polynomial(length, terms, shrunk)


@cache
def _is_kept_there() -> bool:
    """Whether both ways agree, tried on y' = -y, z' = y."""
    from scipy.integrate import LSODA

    solver = LSODA(lambda t, y: np.array([-y[0], y[0]]), 0.0, np.array([1.0, 0.0]), 10.0, rtol=1e-6)
    try:
        for _ in range(40):
            solver.step()
            step = solver.t - solver.t_old
            x = np.linspace(-step, 0.0, 4)
            if not np.allclose(_kept(solver).at(x), _offered(solver).at(x), rtol=1e-12, atol=1e-14):
                return False
    except (AttributeError, IndexError, TypeError, ValueError):
        return False
    return True
