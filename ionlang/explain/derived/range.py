"""At which rates of the pump the volume is finite, and where it is least: from the conditions that the form gives."""

from __future__ import annotations

import math
from collections.abc import Callable

from ionlang.equations.closed.form import ClosedForm
from ionlang.explain.derived.derivation import Finite
from ionlang.explain.derived.numbers import between, numbers_of
from ionlang.explain.view import View
from ionlang.model.cell import Transporter
from ionlang.model.evaluate import evaluate
from ionlang.model.expression import Expr

_OCTAVES = 80
_NOTHING = 1e-12
"""A part of the osmolarity outside, squared, that rounding leaves of nothing."""


def finite_of(view: View, form: ClosedForm) -> Finite | None:
    """None where no rate gives a finite volume."""
    infinite, slope = (_along(view, form, extreme.condition) for extreme in form.extremes)
    unit = abs(view.now[form.rate]) or 1e-6
    water = next(w for m in view.cell.membranes for w in m.waters if w.inside == form.subject)
    tiny = _NOTHING * view.now[f"{water.outside}.osmolarity"] ** 2
    least = _rising_from(slope, unit) if slope(0.0) < 0 else None
    best = least or 0.0
    if not infinite(best) < -tiny:
        return None
    upper = _rising_from(infinite, max(best, unit), best)
    lower = None
    if least is not None and infinite(0.0) > -tiny:
        at_rest = infinite(0.0) < tiny
        lower = 0.0 if at_rest else between(lambda J: -infinite(J), least * 1e-12, least)
    pump = _carrier(view, form)
    volume = None if least is None else _volume(view, form, least)
    return Finite(pump.name, lower, least, upper, volume, float(pump.charge_out))


def _carrier(view: View, form: ClosedForm) -> Transporter:
    path = form.rate.removesuffix(".rate/area")
    return next(t for m in view.cell.membranes for t in m.transporters if t.path == path)


def _along(view: View, form: ClosedForm, condition: Expr) -> Callable[[float], float]:
    """A condition over the pump's rate, with all else as it is; what grows beyond all numbers is above 0."""
    slopes = [step for step in form.steps if step.left.path.endswith(".slope")]
    made = numbers_of(slopes, view.now)

    def at(rate: float) -> float:
        values = {**view.now.known, **view.now.told, **made, form.rate: rate}
        for path in view.now:
            if path not in values:
                values[path] = view.now[path]
        found = evaluate(condition, values)
        return math.inf if math.isnan(found) else found

    return at


def _rising_from(rising: Callable[[float], float], step: float, start: float = 0.0) -> float | None:
    """The first rate above `start` at which a function that is below 0 there has become 0; None if it stays below."""
    low, high = start, start + step * 2.0**-30
    for _ in range(_OCTAVES):
        if rising(high) >= 0:
            return between(rising, low, high)
        low, high = high, start + 2 * (high - start)
    return None


def _volume(view: View, form: ClosedForm, rate: float) -> float:
    steps = [step for step in form.steps if step.left.path != form.rate]
    known = view.with_value(form.rate, rate, view.label(form.rate)).now
    return numbers_of(steps, known)[f"closed({form.subject}.volume)"]
