"""The value of an expression for many runs at once: as `model/evaluate.py`, in arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from ionlang.codegen.runtime_vector import linoid
from ionlang.model.evaluate import NotKnown
from ionlang.model.expression import Apply, Expr, Literal, Observed, Probed, Read
from ionlang.simulate.functions import FloatArray

Many = float | FloatArray
"""One number for all, or one for each."""
Values = Mapping[str, Many]
Leaf = Callable[[Observed | Probed], Many]


def _unknown(observed: Observed | Probed) -> Many:
    raise NotKnown(observed.functional if isinstance(observed, Observed) else observed.probe)


def evaluate_many(expression: Expr, values: Values, leaf: Leaf = _unknown) -> Many:
    """The value in cell units (1.0 or 0.0 for a condition); `leaf` says what runs and tests come to. Raises NotKnown; a
    value outside a function's domain is nan."""
    match expression:
        case Literal():
            return expression.value
        case Read(path=path):
            if path not in values:
                raise NotKnown(path)
            return values[path]
        case Apply(operator="select", arguments=(condition, then, otherwise)):
            holds = np.asarray(evaluate_many(condition, values, leaf)) != 0
            if holds.all() or not holds.any():
                return evaluate_many(then if holds.all() else otherwise, values, leaf)
            both = (evaluate_many(branch, values, leaf) for branch in (then, otherwise))
            return np.where(holds, *both)
        case Apply(operator=name, arguments=arguments):
            parts = [np.asarray(evaluate_many(a, values, leaf), dtype=float) for a in arguments]
            with np.errstate(all="ignore"):
                return _defined(np.asarray(_OPERATIONS[name](*parts), dtype=float), parts)
        case Observed() | Probed():
            return leaf(expression)


def _defined(found: FloatArray, parts: list[FloatArray]) -> FloatArray:
    """What numbers make infinite is nan: 1/0, the logarithm of 0."""
    if np.isfinite(found).all():
        return found
    finite = reduce(np.logical_and, (np.isfinite(part) for part in parts))
    return np.where(np.isinf(found) & finite, np.nan, found)


def _least(*parts: FloatArray) -> FloatArray:
    return reduce(lambda a, b: np.where(b < a, b, a), parts)


def _greatest(*parts: FloatArray) -> FloatArray:
    return reduce(lambda a, b: np.where(b > a, b, a), parts)


_OPERATIONS: dict[str, Callable[..., FloatArray | NDArray[np.bool_]]] = {
    "add": np.add, "subtract": np.subtract, "multiply": np.multiply, "divide": np.divide, "power": np.power,
    "negate": np.negative, "exp": np.exp, "log": np.log, "sqrt": np.sqrt, "abs": np.abs, "min": _least,
    "max": _greatest, "sin": np.sin, "cos": np.cos, "tanh": np.tanh, "linoid": linoid, "less": np.less,
    "less_equal": np.less_equal, "greater": np.greater, "greater_equal": np.greater_equal,
    "and": np.logical_and, "or": np.logical_or, "not": np.logical_not,
}  # fmt: skip
