"""Many operations on short arrays become few on tall ones.

The states of a line stand as rows of one array, with a row of ones. What is affine in the states – the arguments of
exponentials above all – comes of one matrix product; exponentials are taken together. And the rates are sums of
multiples of few terms: another matrix product.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ionlang.codegen.algebra import ONE, mentions, negate, parts
from ionlang.codegen.bound import Scaled, Writer
from ionlang.codegen.forms import Form, Forms
from ionlang.codegen.lines import names_read, prune
from ionlang.codegen.names import fresh
from ionlang.codegen.operations import CallName
from ionlang.codegen.program import (
    Add,
    Assign,
    Call,
    Condition,
    Divide,
    Expression,
    Line,
    Multiply,
    Negate,
    Symbol,
)

WIDE = ("positions", "repeated", "joined", "normals", "uniforms", "only_first", "only_last", "everywhere")
"""Functions that give another number in each copy."""
GROUPS: tuple[CallName, ...] = ("exp", "linoid")
"""Functions that are taken of many arguments together."""


@dataclass(frozen=True, slots=True)
class Row:
    """`name` is a function (or nothing is done, if that is empty) of an affine form in the states."""

    name: str
    function: str
    form: Form


@dataclass(frozen=True, slots=True)
class Gathered:
    """`fixed` once; at each call `rows` by a matrix product, then the `body`. Names in `terms` stand as rows behind the
    states; `rates` are forms in states and terms, and `others` what has no place in the line."""

    fixed: tuple[Assign, ...]
    rows: tuple[Row, ...]
    body: tuple[Line, ...]
    terms: tuple[str, ...]
    rates: tuple[Form, ...]
    others: tuple[Expression, ...]


@dataclass(slots=True)
class Gatherer(Writer):
    """A writer for one line, whose `states` have a value for each copy, as those in `wide`, which are settled."""

    states: dict[str, None] = field(default_factory=dict)
    wide: dict[str, None] = field(default_factory=dict)
    forms: Forms = field(default_factory=lambda: Forms(lambda _: False))
    written: dict[str, Expression] = field(default_factory=dict)
    rows: dict[tuple[object, ...], Row] = field(default_factory=dict)
    calls: dict[Call, Symbol] = field(default_factory=dict)

    def begin(self) -> None:
        self.forms.settled = self.is_number
        self.forms.known = {state: Form({Symbol(state): ONE}) for state in self.states}

    def is_number(self, expression: Expression | Condition) -> bool:
        """Whether parameters settle it, and it is the same in all copies."""
        return self.is_settled(expression) and not self._is_wide(expression)

    def _is_wide(self, expression: Expression | Condition) -> bool:
        return any(name in self.wide for name in mentions(expression)) or _looks_along(expression)

    def line(self, line: Line) -> None:
        super(Gatherer, self).line(line)
        if not isinstance(line, Assign):
            return
        if line.name in self.settled:
            if self._is_wide(line.expression):
                self.wide[line.name] = None
            return
        self.written[line.name] = line.expression
        form = self.forms.of(line.expression)
        if form is not None:
            self.forms.known[line.name] = form

    def bind(self, expression: Expression) -> Expression:
        found = super(Gatherer, self).bind(expression)
        if isinstance(found, Symbol) and self._is_wide(expression):
            self.wide[found.name] = None
        return found

    def scaled_sum(self, terms: Sequence[Expression]) -> Scaled:
        row = self._row("", Add(tuple(terms)))
        return super(Gatherer, self).scaled_sum(terms) if row is None else Scaled(ONE, row, False)

    def inner(self, expression: Expression) -> Expression:
        if isinstance(expression, Call) and expression.function in GROUPS:
            row = self._row(expression.function, expression.arguments[0])
            if row is not None:
                return row
        found = super(Gatherer, self).inner(expression)
        return self._called(found) if isinstance(found, Call) else found

    def _called(self, call: Call) -> Symbol:
        """A name for what a function gives, which may be a term."""
        if call not in self.calls:
            name = fresh(f"{call.function}_1", self.taken)
            self.taken.add(name)
            self.body.append(Assign(name, call))
            self.calls[call] = Symbol(name)
            self.written[name] = call
        return self.calls[call]

    def _row(self, function: str, expression: Expression) -> Symbol | None:
        form = self.forms.of(expression)
        if form is None or not form.terms:
            return None
        key = (function, *form.terms.items(), form.offset)
        if key not in self.rows:
            number = 1 + sum(row.function == function for row in self.rows.values())
            name = f"{function or 'sum'}_{number}"
            while name in self.taken:
                name += "_"
            self.taken.add(name)
            self.rows[key] = Row(name, function, form)
        return Symbol(self.rows[key].name)

    def rate(self, expression: Expression) -> Form:
        """A rate as a form in states and terms."""
        found = self.forms.linear(expression, self._leaf)
        assert found is not None
        return found

    def _leaf(self, expression: Expression) -> Form:
        """The form of what is no sum of multiples: a multiple of one term."""
        if isinstance(expression, Symbol) and self._is_linear(self.written.get(expression.name)):
            return self.rate(self.written[expression.name])
        scaled = self.scaled(expression)
        if not self.is_number(scaled.factor):
            scaled = Scaled(ONE, self.product(scaled), False)
        factor = negate(scaled.factor) if scaled.negative else scaled.factor
        rest = self.product(Scaled(ONE, scaled.rest, False))
        if isinstance(rest, Symbol) and rest != expression:
            plain = next(
                (r.form for r in self.rows.values() if (r.name, r.function) == (rest.name, "")), None
            )
            return (self.rate(rest) if plain is None else plain).scaled(factor)
        return Form({rest: factor})

    def _is_linear(self, expression: Expression | None) -> bool:
        match expression:
            case Symbol() | Add() | Negate():
                return True
            case Multiply(factors):
                return sum(not self.is_number(each) for each in factors) == 1
            case Divide(_, bottom):
                return self.is_number(bottom)
            case _:
                return False

    def term(self, expression: Expression) -> str:
        """The name of a term, with a line for it if it has none."""
        if isinstance(expression, Symbol) and (
            expression.name in self.states or expression.name in self.written
        ):
            return expression.name
        name = fresh("term", self.taken)
        self.taken.add(name)
        self.body.append(Assign(name, expression))
        return name


def _looks_along(expression: Expression | Condition) -> bool:
    """Whether it is other numbers in other copies by itself."""
    if isinstance(expression, Call) and expression.function in WIDE:
        return True
    return any(_looks_along(part) for part in parts(expression))


def gathered(
    gatherer: Gatherer, body: Sequence[Line], rates: Sequence[Expression], others: Sequence[Expression]
) -> Gathered:
    """The lines of a right-hand side: `rates` of the states of the line, `others` of the states in none."""
    gatherer.begin()
    for line in body:
        gatherer.line(line)
    forms = [gatherer.rate(rate) for rate in rates]
    values = [gatherer.value(other) for other in others]
    names = {term: gatherer.term(term) for term in dict.fromkeys(t for form in forms for t in form.terms)}
    named = tuple(Form({Symbol(names[t]): f for t, f in form.terms.items()}, form.offset) for form in forms)
    terms = tuple(dict.fromkeys(name for name in names.values() if name not in gatherer.states))
    outputs = [*(Symbol(name) for name in terms), *values]
    used = {name for line in prune(gatherer.body, outputs) for name in names_read(line)}
    used |= {name for output in outputs for name in mentions(output)}
    rows = sorted(
        (row for row in gatherer.rows.values() if row.name in used),
        key=lambda row: (*GROUPS, "").index(row.function),
    )
    factors = [
        f for form in (*named, *(row.form for row in rows)) for f in (*form.terms.values(), form.offset)
    ]
    kept = gatherer.bound(outputs, factors)
    return Gathered(kept.fixed, tuple(rows), kept.body, terms, named, kept.outputs[len(terms) :])
