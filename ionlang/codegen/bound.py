"""Straight-line code of arrays, parted into what parameters alone settle and what is computed at each call.

An operation on a short array costs about the same whatever it does, so what counts is how many there are. All numbers
that multiply a term become one, worked out beforehand; a quotient by a number is a product; signs go into numbers, or
turn a sum into a difference; a quantity that is a multiple of another takes no operation where it is multiplied
anyway. Numbers are kept as arrays without axes, with which NumPy calculates in half the time that a float takes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ionlang.codegen.algebra import ONE, ZERO, add, divide, is_negative, mentions, multiply, negate
from ionlang.codegen.forms import with_gains
from ionlang.codegen.lines import prune
from ionlang.codegen.names import fresh
from ionlang.codegen.program import (
    Add,
    And,
    Assign,
    Call,
    Compare,
    Condition,
    Divide,
    Expression,
    Line,
    Multiply,
    Negate,
    Not,
    Or,
    Power,
    Select,
    Symbol,
    Truth,
)
from ionlang.codegen.sharing import share


@dataclass(frozen=True, slots=True)
class Bound:
    """`fixed` are computed once, `body` at each call, and then `outputs`."""

    fixed: tuple[Assign, ...]
    body: tuple[Line, ...]
    outputs: tuple[Expression, ...]


def bound(
    body: Sequence[Line], outputs: Sequence[Expression], taken: set[str], settled: Iterable[str]
) -> Bound:
    """The same lines and outputs; `settled` are the names that do not change from call to call. New names go to
    `taken`."""
    writer = Writer(taken, dict.fromkeys(settled))
    for line in body:
        writer.line(line)
    return writer.bound([writer.value(output) for output in outputs])


@dataclass(frozen=True, slots=True)
class Scaled:
    """`factor`, which is settled and without a sign, times `rest`; less than nothing if it is `negative`."""

    factor: Expression
    rest: Expression
    negative: bool


@dataclass(slots=True)
class Writer:
    """Lines written so far. `multiples` are the quantities that are a settled multiple of another one."""

    taken: set[str]
    settled: dict[str, None]
    fixed: list[Assign] = field(default_factory=list)
    body: list[Line] = field(default_factory=list)
    multiples: dict[str, Scaled] = field(default_factory=dict)
    known: dict[Expression, Symbol] = field(default_factory=dict)

    def bound(self, outputs: Sequence[Expression], also: Sequence[Expression] = ()) -> Bound:
        """What outputs need of the lines, and of what is fixed what else needs as well."""
        lines, values = share(prune(self.body, outputs), outputs, self.taken)
        used = {line.name for line in prune((*self.fixed, *lines), (*values, *also))}
        return Bound(tuple(line for line in self.fixed if line.name in used), lines, values)

    def line(self, line: Line) -> None:
        """Write a line."""
        if not isinstance(line, Assign):
            self.body.append(line)
            return
        if self.is_settled(line.expression):
            self.fixed.append(line)
            self.settled[line.name] = None
            return
        scaled = self.scaled(line.expression)
        if isinstance(scaled.rest, Symbol):
            self.multiples[line.name] = scaled
        self.body.append(Assign(line.name, self.product(scaled), line.origin))

    def value(self, expression: Expression) -> Expression:
        """The expression with its settled parts bound."""
        return self.bind(expression) if self.is_settled(expression) else self.product(self.scaled(expression))

    def is_settled(self, expression: Expression | Condition) -> bool:
        return all(name in self.settled for name in mentions(expression))

    def bind(self, expression: Expression) -> Expression:
        """A name for what is settled."""
        if isinstance(expression, Symbol):
            return expression
        if expression not in self.known:
            name = fresh("fixed", self.taken)
            self.taken.add(name)
            self.fixed.append(Assign(name, expression))
            self.settled[name] = None
            self.known[expression] = Symbol(name)
        return self.known[expression]

    def scaled(self, expression: Expression) -> Scaled:
        """A product parted into what is settled and the rest."""
        match expression:
            case Symbol(name) if name in self.multiples:
                return self.multiples[name]
            case Negate(operand):
                inner = self.scaled(operand)
                return Scaled(inner.factor, inner.rest, not inner.negative)
            case Multiply(factors):
                return self._of_product(factors)
            case Divide(top, bottom):
                return self._of_quotient(top, bottom)
            case Add(terms):
                return self.scaled_sum(terms)
            case _:
                return Scaled(ONE, self.inner(expression), False)

    def _of_product(self, factors: Sequence[Expression]) -> Scaled:
        settled = [each for each in factors if self.is_settled(each)]
        others = [self.scaled(each) for each in factors if not self.is_settled(each)]
        factor = multiply(*settled, *(each.factor for each in others))
        negative = is_negative(factor) ^ (sum(each.negative for each in others) % 2 == 1)
        rests = [part for each in others for part in _factors(each.rest)]
        return Scaled(_size(factor), _multiplied(rests), negative)

    def _of_quotient(self, top: Expression, bottom: Expression) -> Scaled:
        if self.is_settled(bottom):
            inner = self.scaled(top)
            factor = divide(inner.factor, bottom)
            return Scaled(_size(factor), inner.rest, inner.negative ^ is_negative(factor))
        below = self.scaled(bottom)
        if self.is_settled(top):
            factor = divide(top, below.factor)
            return Scaled(_size(factor), Divide(ONE, below.rest), below.negative ^ is_negative(factor))
        above = self.scaled(top)
        factor = divide(above.factor, below.factor)
        return Scaled(factor, Divide(above.rest, below.rest), above.negative ^ below.negative)

    def scaled_sum(self, terms: Sequence[Expression]) -> Scaled:
        """A sum; where all that varies in it is less than nothing, the sum is turned round."""
        terms = tuple(with_gains(terms))
        settled = [each for each in terms if self.is_settled(each)]
        parts = [self._term(each) for each in terms if not self.is_settled(each)]
        turned = not settled and all(is_negative(part) for part in parts)
        if turned:
            parts = [negate(part) for part in parts]
        parts.sort(key=is_negative)  # what is added stands before what is subtracted
        if not settled:
            return Scaled(ONE, _added(parts), turned)
        number = add(settled)
        if number == ZERO:
            return Scaled(ONE, _added(parts), False)
        if is_negative(parts[0]):
            return Scaled(ONE, _added([self.bind(number), *parts]), False)
        if is_negative(number):
            return Scaled(ONE, _added([*parts, Negate(self.bind(negate(number)))]), False)
        return Scaled(ONE, _added([parts[0], self.bind(number), *parts[1:]]), False)

    def _term(self, term: Expression) -> Expression:
        """A term of a sum: one that has a name is taken by it."""
        inner = term.operand if isinstance(term, Negate) else term
        if isinstance(inner, Symbol) and self.multiples.get(inner.name, _OTHER).factor != ONE:
            return term
        scaled = self.scaled(term)
        product = self.product(Scaled(scaled.factor, scaled.rest, False))
        return Negate(product) if scaled.negative else product

    def product(self, scaled: Scaled) -> Expression:
        """Number and rest together, in as few operations as there are."""
        factor, rest = scaled.factor, scaled.rest
        if scaled.negative and isinstance(rest, Add) and len(rest.terms) == 2 and is_negative(rest.terms[1]):
            first, second = rest.terms
            return self.product(Scaled(factor, Add((negate(second), Negate(first))), False))
        if factor == ONE and not (scaled.negative and isinstance(rest, Divide) and rest.numerator == ONE):
            whole = rest
            if isinstance(rest, Divide) and rest.numerator == ONE:
                whole = Divide(self.bind(ONE), rest.denominator)
            return Negate(whole) if scaled.negative else whole
        signed = self.bind(negate(factor) if scaled.negative else factor)
        match rest:
            case Divide(top, _) if top == ONE:
                return Divide(signed, rest.denominator)
            case Divide(top, bottom):
                return Divide(Multiply((signed, *_factors(top))), bottom)
            case _:
                return Multiply((signed, *_factors(rest)))

    def inner(self, expression: Expression) -> Expression:
        """The same with its parts bound."""
        match expression:
            case Power(base, exponent):
                return _power(self.value(base), exponent)
            case Call(function, arguments):
                return Call(function, self._arguments(function, arguments))
            case Select(condition, then, otherwise):
                return Select(self._condition(condition), self.value(then), self.value(otherwise))
            case _:
                return expression

    def _arguments(self, function: str, arguments: Sequence[Expression]) -> tuple[Expression, ...]:
        """A count of copies, or the number of one, stays a number."""
        if function in KEPT:
            return (self.value(arguments[0]), *arguments[1:])
        return tuple(self.value(each) for each in arguments)

    def _condition(self, condition: Condition) -> Condition:
        match condition:
            case Compare(relation, left, right):
                return Compare(relation, self.value(left), self.value(right))
            case And(parts):
                return And(tuple(self._condition(part) for part in parts))
            case Or(parts):
                return Or(tuple(self._condition(part) for part in parts))
            case Not(inner):
                return Not(self._condition(inner))
            case Truth():
                return condition


KEPT = (
    *("after", "before", "gained", "summed", "element", "total", "everywhere"),
    *("sum_over", "mean_over", "max_over", "min_over", "width_over"),
)
"""Functions that look along a line: behind the first argument stand numbers of copies."""

_OTHER = Scaled(ONE, ONE, False)


def _size(factor: Expression) -> Expression:
    return negate(factor) if is_negative(factor) else factor


def _factors(expression: Expression) -> tuple[Expression, ...]:
    return expression.factors if isinstance(expression, Multiply) else (expression,)


def _multiplied(factors: Sequence[Expression]) -> Expression:
    """A product; a quotient in it comes last, and one over something divides."""
    quotients = [each for each in factors if isinstance(each, Divide)]
    product: list[Expression] = [each for each in factors if not isinstance(each, Divide)]
    product += [each.numerator for each in quotients if each.numerator != ONE]
    top = ONE if not product else product[0] if len(product) == 1 else Multiply(tuple(product))
    if not quotients:
        return top
    below = [part for each in quotients for part in _factors(each.denominator)]
    return Divide(top, below[0] if len(below) == 1 else Multiply(tuple(below)))


def _added(terms: Sequence[Expression]) -> Expression:
    return terms[0] if len(terms) == 1 else Add(tuple(terms))


def _power(base: Expression, exponent: int) -> Expression:
    """A short one as products, of squares where it is even."""
    match exponent:
        case 2 | 3:
            return Multiply((base,) * exponent)
        case 4:
            return Multiply((_power(base, 2),) * 2)
        case _:
            return Power(base, exponent)
