"""What measures come to with their derivatives: the same observations as `measure`, in numbers that move."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from ionlang.model.expression import Apply, Expr, Literal, Observed, Probed
from ionlang.simulate.measure import Observer
from ionlang.simulate.sensitivity.dual import Dual, Moved, constant, dual
from ionlang.simulate.sensitivity.inputs import Inputs
from ionlang.simulate.sensitivity.tangent import Grazing, Tangent
from ionlang.simulate.sensitivity.window import NoDerivative, Window

__all__ = ["Gauge", "NoDerivative"]


@dataclass(frozen=True, eq=False)
class Gauge:
    """A finished run and what `observer` knows of it. `rest` looks at the cell where it rests; `moved` are measures
    known so far, by path."""

    inputs: Inputs
    observer: Observer
    tangent: Tangent | None
    rest: Callable[[Expr], Dual] | None
    moved: dict[str, Moved] = field(default_factory=dict)

    def value(self, expression: Expr) -> Moved:
        """A measure with its derivatives. Raises NoDerivative."""
        return dual(self._with_observed(expression), self.known, self.inputs.width).single

    def known(self, path: str) -> Dual:
        if path in self.moved:
            return constant(self.moved[path], self.inputs.width)
        if path in self.observer.measured:
            raise NoDerivative(f"it depends on {path.rpartition('.')[2]}, which has none")
        return self.inputs.look(path)

    def _with_observed(self, expression: Expr) -> Expr:
        match expression:
            case Probed():
                raise NoDerivative(f"{expression.probe.replace('_', ' ')} is told by trials of its own")
            case Observed():
                found = self._observed(expression)
                return Literal(found, "observed", expression.dimension, expression.span)
            case Apply():
                arguments = tuple(self._with_observed(a) for a in expression.arguments)
                return Apply(expression.operator, arguments, expression.dimension, expression.span)
            case _:
                return expression

    def _observed(self, observed: Observed) -> Moved:
        if observed.functional == "rest":
            if self.rest is None:
                raise NoDerivative("the cell is not known to be at rest")
            return self.rest(observed.subject).single
        if self.tangent is None:
            raise NoDerivative("there is no run")
        if math.isnan(self.observer.value(observed)):
            raise NoDerivative(
                "it never comes" if observed.functional == "time" else "it has no value in this run"
            )
        try:
            return self._looked(observed, self.tangent)
        except Grazing:
            raise NoDerivative("a condition only just comes true, or stays on its edge") from None

    def _looked(self, observed: Observed, tangent: Tangent) -> Moved:
        nothing = np.zeros(self.inputs.width)
        if not tangent.legs:
            raise NoDerivative("the run ends as it begins")
        after = Moved(0.0, nothing) if observed.after is None else self.value(observed.after)
        until = None if observed.until is None else self.value(observed.until)
        window = Window(self.observer, self.known, observed.subject, tangent, after, until)
        match observed.functional:
            case "max" | "min":
                return window.extreme(observed.functional)
            case "mean":
                return window.mean()
            case "integral":
                return window.integral()
            case "half_width":
                return window.half_width()
            case "time":
                return window.time()
            case "duration":
                return window.duration()
            case "rate":
                return window.rate(observed.last)
            case "start":
                return window.at(after)
            case "end":
                return window.at_end()
            case "count":
                raise NoDerivative("a count is a whole number")
            case _:
                assert observed.moment is not None
                return window.at(self.value(observed.moment))
