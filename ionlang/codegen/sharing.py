"""Common subexpressions of the Jacobian get a name; elsewhere the names of the file are the only ones.

An own pass over the closed list instead of `sympy.cse`: linear in the number of nodes, in the order of the
lines, and it knows two things SymPy does not: that a line of the file already is the name of its expression,
and that nothing may be moved out of a branch (a logarithm may be guarded by it).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ionlang.codegen.algebra import ZERO, parts
from ionlang.codegen.names import fresh
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
    Number,
    Power,
    Select,
    Symbol,
)


def share(
    body: Sequence[Line], outputs: Sequence[Expression], taken: set[str]
) -> tuple[tuple[Line, ...], tuple[Expression, ...]]:
    """The same lines and outputs with every operation that occurs twice computed once. New names go to
    `taken`. What a line solves stays as it is: its operations are computed for trial values."""
    index = _Index()
    roots = [index.of(line.expression) if isinstance(line, Assign) else index.of(ZERO) for line in body]
    ends = [index.of(output) for output in outputs]
    for root in (*roots, *ends):
        index.uses[root] += 1
    writer = _Writer(index, taken)
    for line, root in zip(body, roots, strict=True):
        if isinstance(line, Assign):
            writer.line(line, root)
        else:
            writer.lines.append(line)
    results = tuple(writer.expression(end, "") for end in ends)
    return tuple(writer.lines), results


@dataclass(slots=True)
class _Index:
    """Equal expressions under one number; how often each is used by a different one."""

    nodes: list[Expression] = field(default_factory=list)
    children: list[tuple[int, ...]] = field(default_factory=list)
    uses: list[int] = field(default_factory=list)
    numbers: dict[object, int] = field(default_factory=dict)

    def of(self, expression: Expression) -> int:
        children: tuple[int, ...] = ()
        key: object = expression
        if isinstance(expression, Add | Multiply | Divide | Negate | Power | Call):
            children = tuple(self.of(part) for part in _operands(expression))
            key = (type(expression), _label(expression), children)
        found = self.numbers.get(key)
        if found is None:
            found = self.numbers[key] = len(self.nodes)
            self.nodes.append(expression)
            self.children.append(children)
            self.uses.append(0)
            for child in children:
                self.uses[child] += 1
        elif isinstance(expression, Negate):  # gets no name itself
            self.uses[children[0]] += 1
        return found


def _operands(expression: Expression) -> tuple[Expression, ...]:
    return tuple(part for part in parts(expression) if not isinstance(part, Condition))


def _label(expression: Expression) -> str | int:
    match expression:
        case Call(function, _):
            return function
        case Power(_, exponent):
            return exponent
        case _:
            return ""


@dataclass(slots=True)
class _Writer:
    """Lines written so far, and which number is known under which name."""

    index: _Index
    taken: set[str]
    lines: list[Line] = field(default_factory=list)
    known: dict[int, Symbol] = field(default_factory=dict)

    def line(self, line: Assign, root: int) -> None:
        if root in self.known:
            self.lines.append(Assign(line.name, self.known[root], line.origin))
            return
        self.lines.append(Assign(line.name, self._rebuilt(root, line.origin), line.origin))
        if not isinstance(self.index.nodes[root], Number | Symbol):
            self.known[root] = Symbol(line.name)

    def expression(self, number: int, origin: str) -> Expression:
        if number in self.known:
            return self.known[number]
        rebuilt = self._rebuilt(number, origin)
        if self.index.uses[number] < 2 or isinstance(rebuilt, Number | Symbol | Negate):
            return rebuilt
        name = fresh("shared", self.taken)
        self.taken.add(name)
        self.lines.append(Assign(name, rebuilt, origin))
        self.known[number] = Symbol(name)
        return self.known[number]

    def _rebuilt(self, number: int, origin: str) -> Expression:
        inner = tuple(self.expression(child, origin) for child in self.index.children[number])
        node = self.index.nodes[number]
        match node:
            case Number() | Symbol() | Select():
                return node
            case Add():
                return Add(inner)
            case Multiply():
                return Multiply(inner)
            case Divide():
                return Divide(*inner)
            case Negate():
                return Negate(*inner)
            case Power(_, exponent):
                return Power(inner[0], exponent)
            case Call(function, _):
                return Call(function, inner)
