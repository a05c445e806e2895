"""Expressions written out by a scribe: symbols, or numbers with their units in their place. Nothing is rearranged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, assert_never

from ionlang.explain.explanation import Entry, Name
from ionlang.explain.render.numbers import number_and_unit
from ionlang.model.expression import Apply, Expr, Literal, Observed, Probed, Read

SUM, PRODUCT, SIGN, POWER, ATOM = 1, 2, 3, 4, 5
"""How strongly what was written binds; 0 for a condition."""

RELATIONS = {
    "less": "<", "less_equal": "≤", "greater": ">", "greater_equal": "≥", "and": "and", "or": "or",
}  # fmt: skip
FUNCTIONS = {"log": "ln", "sqrt": "sqrt", "abs": "abs", "min": "min", "max": "max", "sin": "sin", "cos": "cos",
             "tanh": "tanh"}  # fmt: skip


class Scribe(Protocol):
    """How the pieces of an expression look. `stacked`: a quotient stands as a fraction, which needs no brackets."""

    @property
    def stacked(self) -> bool: ...

    def symbol(self, name: Name) -> str: ...

    def number(self, digits: str, unit: str) -> str: ...

    def joined(self, left: str, sign: str, right: str) -> str: ...

    def signed(self, operand: str) -> str: ...

    def product(self, left: str, right: str) -> str: ...

    def quotient(self, above: str, below: str) -> str: ...

    def power(self, base: str, exponent: str) -> str: ...

    def exponential(self, exponent: str) -> str: ...

    def call(self, function: str, arguments: tuple[str, ...]) -> str: ...

    def brackets(self, inner: str) -> str: ...

    def choice(self, condition: str, then: str, otherwise: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Writer:
    """`legend` knows every symbol; `in_numbers` puts their values in their place."""

    scribe: Scribe
    legend: Mapping[str, Entry]
    in_numbers: bool

    def write(self, expression: Expr) -> str:
        return self._written(expression)[0]

    def _written(self, expression: Expr) -> tuple[str, int]:
        """The text and how strongly it binds."""
        match expression:
            case Literal():
                digits, _, unit = expression.text.partition(" ")
                return self._number(digits, unit)
            case Read() if self.in_numbers:
                entry = self.legend[expression.path]
                return self._number(*number_and_unit(entry.value, entry.dimension))
            case Read():
                return self.scribe.symbol(self.legend[expression.path].name), ATOM
            case Apply():
                return self._applied(expression)
            case Observed() | Probed():
                raise AssertionError("what is observed of a run has become a symbol")
            case _:
                assert_never(expression)

    def _number(self, digits: str, unit: str) -> tuple[str, int]:
        written = self.scribe.number(digits, unit)
        strength = SIGN if digits.startswith("-") else PRODUCT if unit or "/" in digits else ATOM
        if digits.startswith("-"):
            strength = 0
        return written, strength

    def _part(self, expression: Expr, least: int) -> str:
        """In brackets where it binds less strongly than it has to."""
        written, strength = self._written(expression)
        return written if strength >= least else self.scribe.brackets(written)

    def _first(self, expression: Expr) -> str:
        """The first term of a sum: a negative number needs no brackets there."""
        alone = isinstance(expression, Read | Literal)
        return self.write(expression) if alone else self._part(expression, SUM)

    def _applied(self, node: Apply) -> tuple[str, int]:
        scribe, parts = self.scribe, node.arguments
        match node.operator:
            case "add" | "subtract":
                sign = "+" if node.operator == "add" else "−"
                left = self._first(parts[0])
                return scribe.joined(left, sign, self._part(parts[1], PRODUCT)), SUM
            case "negate":
                return scribe.signed(self._part(parts[0], PRODUCT)), SUM
            case "multiply":
                left = self._part(parts[0], POWER if self._is_inline_quotient(parts[0]) else PRODUCT)
                right = self._part(parts[1], POWER if self._is_inline_quotient(parts[1]) else PRODUCT)
                return scribe.product(left, right), PRODUCT
            case "divide":
                return self._quotient(*parts)
            case "power":
                return self._power(*parts)
            case "exp":
                return scribe.exponential(self.write(parts[0])), ATOM
            case "linoid":
                return self._linoid(parts[0])
            case "log_mean":
                return self._log_mean(*parts)
            case "less" | "less_equal" | "greater" | "greater_equal" | "and" | "or":
                left, right = (self._part(p, SUM) for p in parts)
                return scribe.joined(left, RELATIONS[node.operator], right), 0
            case "not":
                return scribe.call("not", (self.write(parts[0]),)), ATOM
            case "select":
                return scribe.choice(*(self.write(p) for p in parts)), 0
            case _:
                return scribe.call(FUNCTIONS[node.operator], tuple(self.write(p) for p in parts)), ATOM

    def _is_inline_quotient(self, expression: Expr) -> bool:
        quotient = isinstance(expression, Apply) and expression.operator in ("divide", "linoid", "log_mean")
        return quotient and not self.scribe.stacked

    def _quotient(self, above: Expr, below: Expr) -> tuple[str, int]:
        if self.scribe.stacked:
            return self.scribe.quotient(self.write(above), self.write(below)), PRODUCT
        alone = self.in_numbers and isinstance(below, Read | Literal)
        return self.scribe.quotient(
            self._part(above, PRODUCT), self._part(below, PRODUCT if alone else POWER)
        ), PRODUCT

    def _power(self, base: Expr, exponent: Expr) -> tuple[str, int]:
        raised = self.write(exponent) if self.scribe.stacked else self._part(exponent, ATOM)
        return self.scribe.power(self._part(base, ATOM), raised), POWER

    def _linoid(self, operand: Expr) -> tuple[str, int]:
        """x/(1 − e^(−x))."""
        scribe = self.scribe
        below = scribe.joined(
            scribe.number("1", ""), "−", scribe.exponential(scribe.signed(self._part(operand, PRODUCT)))
        )
        if scribe.stacked:
            return scribe.quotient(self.write(operand), below), PRODUCT
        above = self._part(operand, POWER if self._is_inline_quotient(operand) else PRODUCT)
        return scribe.quotient(above, scribe.brackets(below)), PRODUCT

    def _log_mean(self, left: Expr, right: Expr) -> tuple[str, int]:
        """(a − b)/ln(a/b)."""
        scribe = self.scribe
        a, b = self._part(left, PRODUCT), self._part(right, PRODUCT)
        ratio = scribe.call("ln", (scribe.quotient(a, b),))
        above = scribe.joined(a, "−", b)
        return scribe.quotient(above if scribe.stacked else scribe.brackets(above), ratio), PRODUCT
