"""What the builders of this stage share: the resolver, the parameters found so far, properties by name."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import field
from fractions import Fraction

from ionlang.diagnostics import Label, Problems
from ionlang.model.cell import Basis, Cell, Definition, Parameter
from ionlang.model.cell_events import Kick
from ionlang.model.cell_lines import variate_of
from ionlang.model.expression import Apply, Expr, Literal, Observed, Probed, Read, reads
from ionlang.model.kinds import KINDS
from ionlang.model.names.entities import Entity
from ionlang.model.names.sides import sides_of
from ionlang.model.names.suggest import article, listing
from ionlang.model.read.readings import BUILT_IN
from ionlang.model.read.resolve import Resolver, Where
from ionlang.model.scenario_modifier import Modifier
from ionlang.records import dataclass
from ionlang.source import Span
from ionlang.syntax import ast
from ionlang.units import AREA, CONCENTRATION, Dimension

# `X.current` and `X.rate` are read as what flows now; where the file gives a constant, that number has its own path.
CONSTANT_OF = {"current": "constant_current", "rate": "constant_rate"}


_SIZED = ("place", "membrane")


@dataclass(slots=True)
class Building:
    """The cell while it is being put together (`cell`, as far as it is known). `parameters` and `definitions` grow in
    source order; `fixed` holds the paths whose value no state changes, `broken` those of properties whose value is
    wrong, `kicks` what firing each event does, `modifiers` what applying each comes to, `shifts` which curves are moved
    along V, by the path of the shift."""

    resolver: Resolver
    problems: Problems
    parameters: list[Parameter] = field(default_factory=list)
    definitions: list[Definition] = field(default_factory=list)
    fixed: dict[str, bool] = field(default_factory=dict)
    valences: dict[str, Fraction] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    cell: Cell | None = None
    values: dict[str, Expr | None] = field(default_factory=dict)
    kicks: list[Kick] = field(default_factory=list)
    modifiers: dict[str, Modifier] = field(default_factory=dict)
    shifts: dict[str, Span] = field(default_factory=dict)

    def property(self, entity: Entity, name: str) -> ast.Property | None:
        body = entity.block.body
        return next((s for s in body if isinstance(s, ast.Property) and s.name.text == name), None)

    def resolved(self, entity: Entity, sentence: ast.Property) -> Expr | None:
        """The value of a property with its unit checked. A value that no state changes becomes a parameter of its
        own (`inside.volume`) that may be set, and is read by that name."""
        return self.resolved_as(
            entity, sentence, KINDS[entity.block.kind.text].properties[sentence.name.text]
        )

    def resolved_as(
        self, entity: Entity, sentence: ast.Property, allowed: tuple[Dimension, ...]
    ) -> Expr | None:
        """The same, where the rest of the block decides the dimension."""
        value = self.written_as(entity, sentence, allowed)
        if value is None or not self.is_fixed(value):
            return value
        name = sentence.name.text
        path = f"{entity.path}.{CONSTANT_OF.get(name, name)}"
        return self.parameter(path, value, sentence, entity.describe())

    def written(self, entity: Entity, sentence: ast.Property) -> Expr | None:
        """The value of a property with its unit checked; what is wrong with it is reported once."""
        known = KINDS[entity.block.kind.text].properties
        return self.written_as(entity, sentence, known.get(sentence.name.text, (CONCENTRATION,)))

    def written_as(
        self, entity: Entity, sentence: ast.Property, allowed: tuple[Dimension, ...]
    ) -> Expr | None:
        """The same, where the rest of the block decides the dimension. In a place every word that is no property is a
        species."""
        path = f"{entity.path}.{sentence.name.text}"
        if path not in self.values:
            word, known = sentence.name.text, KINDS[entity.block.kind.text].properties
            what = f"`{word}`" if word in known else f"`{word}` in {entity.describe()}"
            value = self.resolver.of_dimension(sentence.value, Where(entity), allowed, what)
            if value is None:
                self.broken.append(path)
                self.fixed[path] = True  # as far as anybody can tell
            self.values[path] = value
        return self.values[path]

    def constant(self, entity: Entity, sentence: ast.Property, why: str) -> Expr | None:
        """As `resolved`, for what must stay the same all the time."""
        known = KINDS[entity.block.kind.text].properties
        return self.constant_as(entity, sentence, known.get(sentence.name.text, (CONCENTRATION,)), why)

    def constant_as(
        self, entity: Entity, sentence: ast.Property, allowed: tuple[Dimension, ...], why: str
    ) -> Expr | None:
        """The same, where the rest of the block decides the dimension."""
        value = self.written_as(entity, sentence, allowed)
        if value is not None and not self.is_fixed(value):
            self.problems.error(
                "ION316", f"`{sentence.name.text}` depends on a quantity that changes", sentence.value.span,
                "not the same all the time", help=why,
            )  # fmt: skip
            return None
        return None if value is None else self.resolved_as(entity, sentence, allowed)

    def parameter(self, path: str, value: Expr, sentence: ast.Property, what: str) -> Expr:
        assert value.dimension is not None
        said = sentence.source.text if sentence.source else None
        self.parameters.append(
            Parameter(
                path, value, value.dimension, sentence.value.span.text, what, said, None, sentence.name.span
            )
        )
        self.fixed[path] = True
        return Read(path, value.dimension, sentence.value.span)

    def is_fixed(self, value: Expr) -> bool:
        """Whether no state, gate or potential enters (parameters and what follows from them only)."""
        match value:
            case Literal():
                return True
            case Read(path=path):
                return self._is_fixed_path(path)
            case Apply(arguments=arguments):
                return all(self.is_fixed(a) for a in arguments)
            case Observed() | Probed():
                return False

    def follows(self, value: Expr, paths: Collection[str]) -> bool:
        """Whether a value reads one of these parameters, directly or through others."""
        known = {p.path: p.value for p in self.parameters}
        waiting, seen = [r.path for r in reads(value)], set[str]()
        while waiting:
            path = waiting.pop()
            if path in paths:
                return True
            through = known.get(path) or self.resolver.lets.get(path)
            if path not in seen and through is not None:
                seen.add(path)
                waiting += [r.path for r in reads(through)]
        return False

    def _is_fixed_path(self, path: str) -> bool:
        if path in BUILT_IN or variate_of(path) is not None:
            return True
        owner, _, word = path.rpartition(".")
        if word == "capacitance":
            return True
        if word == "total_capacitance":
            return self._is_fixed_path(f"{owner}.area")
        if path not in self.fixed and word in ("volume", "area"):
            self._look_at_size(owner, word)
        elif path not in self.fixed:
            self._look_at_content(owner, word)
        if path not in self.fixed:
            value = self.resolver.lets.get(path)
            self.fixed[path] = value is not None and self.is_fixed(value)
        return self.fixed[path]

    def _look_at_size(self, owner: str, word: str) -> None:
        """Whether a volume or an area stays the same: one that water fills does not, nor one that follows from
        what changes. (A circle of sizes is reported elsewhere.)"""
        path, entity = f"{owner}.{word}", self.resolver.root.find(owner)
        self.fixed[path] = True
        sentence = self.property(entity, word) if entity is not None and entity.kind in _SIZED else None
        if entity is None or sentence is None:
            return
        value = self.written(entity, sentence)
        still = value is None or self.is_fixed(value)
        self.fixed[path] = still and not (word == "volume" and self.takes_water(entity))

    def _look_at_content(self, owner: str, word: str) -> None:
        """Whether what is held in a place, or in a bath, stays the same."""
        place = self.resolver.root.find(owner) if owner else None
        sentence = self.property(place, word) if place is not None and place.kind == "place" else None
        if place is None or sentence is None or not is_held(place, sentence):
            return
        self.fixed[f"{owner}.{word}"] = True  # while it is looked at: a circle is reported elsewhere
        value = self.written(place, sentence)
        self.fixed[f"{owner}.{word}"] = value is None or self.is_fixed(value)

    def takes_water(self, place: Entity) -> bool:
        """Whether water crosses a membrane of this compartment."""
        if place.block.kind.text == "bath":
            return False
        return any(
            place in side
            for membrane in self.resolver.root.all()
            if membrane.kind == "membrane" and any(m.kind == "water" for m in membrane.members.values())
            for side in sides_of(membrane) or ()
        )

    def exclusive(self, entity: Entity, ways: Mapping[str, tuple[str, ...]], what: str) -> str | None:
        """Which of several ways a block is given in; too many or none is reported. `ways` maps a way to the
        properties that belong to it (the first one decides)."""
        given = [(way, self.property(entity, names[0])) for way, names in ways.items()]
        present = [(way, p) for way, p in given if p is not None]
        if len(present) == 1:
            return present[0][0]
        if not present:
            self.missing(entity, f"{entity.describe()} has no {what}", f"give it {listing(ways, 'or')}")
            return None
        (_, first), (_, second) = present[0], present[1]
        self.problems.error(
            "ION305", f"{entity.describe()} is given in two ways", second.name.span, "and here",
            secondary=(Label(first.name.span, "here"),), notes=(f"{article(entity.block.kind.text)} has one {what}",),
            help=f"keep `{first.name.text}` or `{second.name.text}`",
        )  # fmt: skip
        return None

    def is_whole(self, entity: Entity) -> bool:
        """Whether all that it holds could be read: what it lacks it lacks indeed."""
        return not (entity.stray or _has_broken(entity))

    def missing(
        self, entity: Entity, message: str, help_text: str, *, because: tuple[Label, ...] = ()
    ) -> None:
        if self.is_whole(entity):
            self.problems.error(
                "ION306",
                message,
                entity.block.head,
                "something is missing here",
                secondary=because,
                help=help_text,
            )

    def required(self, entity: Entity, name: str, why: str, example: str) -> Expr | None:
        sentence = self.property(entity, name)
        if sentence is None:
            self.missing(entity, f"{entity.describe()} has no `{name}`", f"{why}: `{name} = {example}`")
            return None
        return self.resolved(entity, sentence)


def is_held(place: Entity, sentence: ast.Property) -> bool:
    """Whether the place keeps this concentration."""
    return sentence.held or place.block.kind.text == "bath"


def basis_of(dimension: Dimension, total: Dimension) -> Basis:
    """Whether a value is absolute, per area or per capacitance: the written unit decides."""
    if dimension == total:
        return "total"
    return "per area" if dimension == total / AREA else "per capacitance"


def _has_broken(entity: Entity) -> bool:
    """Whether a property of it could not be read, and may have swallowed another."""
    return any(isinstance(s, ast.Property) and isinstance(s.value, ast.Broken) for s in entity.block.body)
