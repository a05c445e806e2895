"""ast.Expr → Expr: names looked up, numbers scaled, units checked. What fails is reported once and becomes None,
which every later pass skips in silence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field, replace
from typing import Literal

from ionlang.diagnostics import Diagnostic, Label, Problems
from ionlang.model.cell import Membrane
from ionlang.model.expression import Expr
from ionlang.model.expression import Literal as Number
from ionlang.model.grid import Grid
from ionlang.model.names.entities import Entity
from ionlang.model.names.suggest import known_species, listing
from ionlang.model.read import formals, operators
from ionlang.model.read.members import by_member
from ionlang.model.read.operators import Typed
from ionlang.model.read.wording import a_quantity, unit_help
from ionlang.records import dataclass
from ionlang.source import Span
from ionlang.syntax import ast
from ionlang.units import (
    PURE_NUMBER,
    Dimension,
    NumberOutOfRange,
    Unit,
    UnitError,
    cell_value,
    parse_unit,
)

CONSTANTS = ("pi", "faraday", "gas_constant", "avogadro", "temperature", "thermal_voltage")
Moment = Literal["model", "action", "observation"]
HowMany = Literal["one", "reduced", "each"]


@dataclass(frozen=True, slots=True)
class Where:
    """Where an expression stands: its scope, the bound arguments of a function, and what may be said there
    (`time` and `elapsed` in an action, functions over the run in an observation). Of a line `copies` says whether one
    copy must be named, whether several may be made one number (`sum(tissue.outside.K)`), or whether several may be
    read."""

    scope: Entity
    moment: Moment = "model"
    arguments: tuple[tuple[str, Expr | None], ...] = ()
    line: Entity | None = None
    copies: HowMany = "one"

    @property
    def around(self) -> Entity | None:
        """The line in whose copies it stands, or whose copies an action is about (`line`)."""
        return self.line or self.scope.enclosing("line")

    def argument(self, name: str) -> Expr | None:
        return next((value for key, value in self.arguments if key == name), None)

    def has_argument(self, name: str) -> bool:
        return any(key == name for key, _ in self.arguments)


@dataclass(slots=True)
class Resolver:
    """One run over a file. `lets` remembers what each `let` came to, `open_lets` those being worked out now,
    `undeclared` where in `problems` a missing name has been reported, `membranes` those that could be built, by path
    (known to scenarios alone, as are the `numbers` of parameters and the `grids` of lines).

    `path`, `call` and `at` are the passes that turn such a node into an expression (`readings`, `calls`, `observe`).
    """

    root: Entity
    problems: Problems
    path: Callable[[Resolver, ast.Path, Where], Expr | None]
    call: Callable[[Resolver, ast.Call, Where], Expr | None]
    at: Callable[[Resolver, ast.At, Where], Expr | None]
    lets: dict[str, Expr | None] = field(default_factory=dict)
    open_lets: list[Entity] = field(default_factory=list)
    undeclared: dict[str, int] = field(default_factory=dict)
    membranes: Mapping[str, Membrane] = field(default_factory=dict)
    numbers: Mapping[str, float] = field(default_factory=dict)
    grids: Mapping[str, Grid] = field(default_factory=dict)

    def not_declared(
        self,
        scope: Entity,
        span: Span,
        message: str,
        label: str = "not known here",
        *,
        notes: tuple[str, ...] = (),
        help: str = "",
        code: str = "ION101",
    ) -> None:
        """Report a name that nobody declared: once, with all its places. It is not reported if its declaration is
        there and could not be read."""
        if not scope.has_lost(span.text):
            self._once(span.text, Diagnostic(code, message, Label(span, label), (), notes, help))

    def no_member(
        self, entity: Entity, name: ast.Name, *, notes: tuple[str, ...] = (), help: str = "", call: str = ""
    ) -> None:
        """Report that an entity has nothing of that name, unless it is among what could not be read there."""
        if name.text in entity.lost:
            return
        message = f"{entity.describe()} has no `{name.text}{call}`"
        found = Diagnostic("ION101", message, Label(name.span, "not known here"), (), notes, help)
        self._once(f"{entity.path}.{name.text}{call}", found)

    def _once(self, key: str, found: Diagnostic) -> None:
        earlier = self.undeclared.get(key)
        if earlier is None:
            self.undeclared[key] = len(self.problems.found)
            self.problems.add(found)
            return
        first, place = self.problems.found[earlier], found.primary.span
        if place not in (first.primary.span, *(label.span for label in first.secondary)):
            more = (*first.secondary, Label(place, "and here"))
            self.problems.found[earlier] = replace(first, secondary=more)

    def expression(self, node: ast.Expr, where: Where) -> Expr | None:
        match node:
            case ast.Number():
                return self._number(node.text, PURE_NUMBER, node.text, node.span)
            case ast.Quantity():
                return self.quantity(node)
            case ast.Path():
                return self.path(self, node, where)
            case ast.Call():
                return self.call(self, node, where)
            case ast.Unary() | ast.Binary() | ast.Compare() | ast.Logic() | ast.Conditional():
                return self._operator(node, where)
            case ast.At():
                return self.at(self, node, where)
            case ast.Broken():
                return None

    def quantity(self, node: ast.Quantity) -> Expr | None:
        try:
            unit = parse_unit(node.unit)
        except UnitError as error:
            self._unit_error(node, error)
            return None
        return self._number(node.number, unit, f"{node.number} {node.unit}", node.span)

    def _number(self, number: str, unit: Unit, text: str, span: Span) -> Expr | None:
        try:
            return Number(cell_value(number, unit), text, unit.dimension, span)
        except NumberOutOfRange as error:
            self.problems.error(
                "ION206",
                str(error),
                span,
                "no cell has such a number",
                help="check the exponent and the unit",
            )
            return None

    def _unit_error(self, node: ast.Quantity, error: UnitError) -> None:
        start = node.unit_span.start + error.start
        span = Span(node.unit_span.source, start, node.unit_span.start + error.end)
        self.problems.error(
            "ION201", str(error), span, "not a unit that is known", help=self._meant_unit(span.text, error)
        )

    def _meant_unit(self, word: str, error: UnitError) -> str:
        entity = self.root.members.get(word)
        if word in known_species() or (entity is not None and entity.kind == "species"):
            return f"`{word}` is matter, not a unit; ions are counted after `moves` and `uses` only"
        if entity is not None or word in CONSTANTS:
            return f"`{word}` is a name: write `*` before it, or blanks round the `/` that divides by it"
        known = "units are written as `mM`, `mS/cm2`, `/ms`"
        return f"did you mean {listing(error.suggestions, 'or')}?" if error.suggestions else known

    def _operator(
        self, node: ast.Unary | ast.Binary | ast.Compare | ast.Logic | ast.Conditional, where: Where
    ) -> Expr | None:
        parts = operators.operands(node)
        resolved = tuple(self.expression(part, where) for part in parts)
        if any(r is None for r in resolved):
            return None
        typed = tuple(Typed(p, r) for p, r in zip(parts, resolved, strict=True) if r is not None)
        return operators.typed(node, typed, self.problems)

    def value_of(self, entity: Entity) -> Expr | None:
        """The value of a `param`, or of a `let` without arguments; a circle of them is reported once."""
        node = entity.node
        assert isinstance(node, (ast.Let, ast.Parameter)) and entity.outer is not None
        if self.in_circle(entity):
            return None
        if entity.path not in self.lets:
            self.open_lets.append(entity)
            self.lets[entity.path] = self._declared_value(entity.outer, node)
            self.open_lets.pop()
        return self.lets[entity.path]

    def in_circle(self, entity: Entity) -> bool:
        """Whether its value is being worked out already; then that is reported."""
        if entity not in self.open_lets:
            return False
        circle = self.open_lets[self.open_lets.index(entity) :]
        chain = " → ".join(f"`{e.name}`" for e in (*circle, entity))
        self.problems.error(
            "ION401", f"`{entity.name}` is defined through itself", entity.span, chain,
            help="break the circle: one of these must not depend on the others",
        )  # fmt: skip
        return True

    def _declared_value(self, scope: Entity, node: ast.Let | ast.Parameter) -> Expr | None:
        if isinstance(node, ast.Parameter) and node.members:
            return by_member(scope, [self._declared_value(scope, part) for part in node.members])
        if not isinstance(node, ast.Parameter) or not node.is_argument or scope.outer is None:
            return self.expression(node.value, Where(scope))
        return formals.fitting(self, scope, node, self.expression(node.value, Where(scope.outer)))

    def of_dimension(
        self, node: ast.Expr, where: Where, allowed: tuple[Dimension, ...], what: str
    ) -> Expr | None:
        """The expression, if it has one of the dimensions; else the mistake is reported with both sides."""
        value = self.expression(node, where)
        if value is None:
            return None
        if value.dimension not in allowed:
            wanted = " or ".join(a_quantity(d) for d in allowed)
            self.problems.error(
                "ION204", f"{what} must be {wanted}", node.span, f"this is {a_quantity(value.dimension)}",
                help=unit_help(node, value.dimension, allowed),
            )  # fmt: skip
            return None
        return value
