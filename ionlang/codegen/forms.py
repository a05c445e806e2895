"""Affine and linear forms: what is a sum of multiples, with factors that parameters settle."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeGuard

from ionlang.codegen.algebra import ONE, ZERO, add, divide, multiply, negate
from ionlang.codegen.program import Add, Call, Divide, Expression, Multiply, Negate, Symbol

Settled = Callable[[Expression], bool]


@dataclass(frozen=True, slots=True)
class Form:
    """Σ factor × what it multiplies, in order, and a number added."""

    terms: Mapping[Expression, Expression]
    offset: Expression = ZERO

    def scaled(self, factor: Expression) -> Form:
        if factor == ONE:
            return self
        terms = {term: multiply(factor, each) for term, each in self.terms.items()}
        return Form(terms, multiply(factor, self.offset))

    def negated(self) -> Form:
        return Form({term: negate(each) for term, each in self.terms.items()}, negate(self.offset))


def summed(forms: list[Form]) -> Form:
    """Their sum; terms that cancel are gone."""
    factors: dict[Expression, list[Expression]] = {}
    for form in forms:
        for term, factor in form.terms.items():
            factors.setdefault(term, []).append(factor)
    total = {term: add(each) for term, each in factors.items()}
    return Form({t: f for t, f in total.items() if f != ZERO}, add([form.offset for form in forms]))


@dataclass(slots=True)
class Forms:
    """Forms of expressions. `settled` says of which parameters settle one number; `known` are the forms of names."""

    settled: Settled
    known: dict[str, Form] = field(default_factory=dict)

    def of(self, expression: Expression) -> Form | None:
        """The form of a sum of multiples of names in `known`; None of anything else."""
        return self.linear(expression, lambda _: None)

    def linear(self, expression: Expression, leaf: Callable[[Expression], Form | None]) -> Form | None:
        """As `of`, where `leaf` says what becomes of anything else."""
        if self.settled(expression):
            return Form({}, expression)
        match expression:
            case Symbol(name) if name in self.known:
                return self.known[name]
            case Negate(operand):
                inner = self.linear(operand, leaf)
                return None if inner is None else inner.negated()
            case Add(terms):
                forms = [self.linear(term, leaf) for term in with_gains(terms)]
                found = [form for form in forms if form is not None]
                return summed(found) if len(found) == len(forms) else None
            case Multiply(factors):
                return self._product(expression, factors, leaf)
            case Divide(top, bottom) if self.settled(bottom):
                inner = self.linear(top, leaf)
                return None if inner is None else inner.scaled(divide(ONE, bottom))
            case _:
                return leaf(expression)

    def _product(
        self, whole: Expression, factors: tuple[Expression, ...], leaf: Callable[[Expression], Form | None]
    ) -> Form | None:
        others = [each for each in factors if not self.settled(each)]
        if len(others) != 1:
            return leaf(whole)
        inner = self.linear(others[0], leaf)
        numbers = multiply(*(each for each in factors if self.settled(each)), ONE)
        return None if inner is None else inner.scaled(numbers)


def with_gains(terms: Sequence[Expression]) -> Iterator[Expression]:
    """What comes over the face before a copy less what leaves over the one behind it is one operation."""
    behind = {
        each.operand.arguments
        for each in terms
        if isinstance(each, Negate) and _is_call(each.operand, "before")
    }
    gains = {each.arguments for each in terms if _is_call(each, "after") and each.arguments in behind}
    for term in terms:
        if _is_call(term, "after") and term.arguments in gains:
            yield Call("gained", term.arguments)
        elif not (
            isinstance(term, Negate) and _is_call(term.operand, "before") and term.operand.arguments in gains
        ):
            yield term


def _is_call(expression: Expression, function: str) -> TypeGuard[Call]:
    return isinstance(expression, Call) and expression.function == function
