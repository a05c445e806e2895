"""States that are held, or follow a command, in a cell with lines: as `clamped.py`, in arrays and bands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import cast

import numpy as np

from ionlang.simulate.bands import Rows, clear_rows
from ionlang.simulate.functions import (
    FloatArray,
    Functions,
    Integrand,
    Jacobian,
    Parameters,
    ParametersMany,
    Rhs,
    RhsMany,
)
from ionlang.simulate.running.schedule import Lead


def kept_along(functions: Functions, held: Sequence[int], leads: Sequence[Lead]) -> Functions:
    """The functions in which held rows do not move by themselves, and led ones are where the command is."""
    rows = np.array(held, dtype=np.intp)

    def rhs(t: float, y: FloatArray, p: Parameters) -> FloatArray:
        rates = np.asarray(functions.rhs(t, _led(leads, t, y), p), dtype=float)
        rates[rows] = 0.0
        return rates

    def jacobian(t: float, y: FloatArray, p: Parameters) -> FloatArray:
        assert functions.jacobian is not None
        return cleared(np.asarray(functions.jacobian(t, _led(leads, t, y), p), dtype=float))

    def cleared(band: FloatArray) -> FloatArray:
        assert functions.band is not None
        clear_rows(band, rows, functions.band[1])
        band[:, [lead.row for lead in leads]] = 0.0
        return band

    def slopes(p: Parameters) -> Callable[[float, FloatArray], FloatArray]:
        assert functions.slopes is not None
        bound = functions.slopes(p)
        return lambda t, y: cleared(bound(t, cast(FloatArray, _led(leads, t, y))))

    return replace(
        functions,
        rhs=cast(Rhs, rhs),
        jacobian=None if functions.jacobian is None else cast(Jacobian, jacobian),
        rhs_many=kept_many(functions, held, leads),
        jacobian_many=None,
        integrand=None if functions.integrand is None else _integrand(functions.integrand, rows, leads),
        slopes=None if functions.slopes is None else slopes,
        parts=None,
    )


def kept_many(functions: Functions, held: Sequence[int], leads: Sequence[Lead]) -> RhsMany:
    """The same rates of many states at once."""
    rows = list(held)

    def rhs_many(t: FloatArray, y: FloatArray, p: ParametersMany) -> FloatArray:
        assert functions.rhs_many is not None
        if leads:
            y = np.array(y)
        for lead in leads:
            y[lead.row] = lead.at_many(t)
        rates = functions.rhs_many(t, y, p)
        rates[rows] = 0.0
        return rates

    return rhs_many


def _led(leads: Sequence[Lead], t: float, y: FloatArray | list[float]) -> list[float]:
    """The states with the commands in their rows; the integrator's own are not touched."""
    if leads:
        y = np.array(y, dtype=float)
        for lead in leads:
            y[lead.row] = lead.at(t)
    return cast("list[float]", y)


def _integrand(integrand: Integrand, rows: Rows, leads: Sequence[Lead]) -> Integrand:
    def bound(*arguments: object) -> Callable[[float, FloatArray], object]:
        inner = integrand(*arguments)

        def rates(t: float, y: FloatArray) -> object:
            found = inner(t, cast(FloatArray, _led(leads, t, y)))
            if isinstance(found, np.ndarray):
                found[rows] = 0.0
            return found

        return rates

    return bound
