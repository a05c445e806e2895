"""Paths → expressions: what may be read of every declared thing, and in which dimension."""

from __future__ import annotations

from collections.abc import Iterable

from ionlang.diagnostics import Label
from ionlang.model.expression import Expr, Literal, Read
from ionlang.model.names.entities import Entity
from ionlang.model.names.sides import SIDE_WORDS, holding, lost_on, sides_of
from ionlang.model.names.suggest import article, closest, listing
from ionlang.model.names.unknown import declare_species, unknown
from ionlang.model.read import formals
from ionlang.model.read.along import of_copies
from ionlang.model.read.copies import OWN, nowhere, own_word
from ionlang.model.read.rate_laws import (
    AFFINITY,
    affinity_of,
    concentration_here,
    read_affinity,
    stands_nowhere,
)
from ionlang.model.read.readable import readable
from ionlang.model.read.resolve import Resolver, Where
from ionlang.model.read.runs import not_measured, read_run
from ionlang.model.read.varying import start_of
from ionlang.syntax import ast
from ionlang.units import (
    AMOUNT,
    CHARGE,
    CONCENTRATION,
    DIFFUSIVITY,
    ENERGY,
    PURE,
    TEMPERATURE,
    TIME,
    VOLTAGE,
    Dimension,
    is_unit_word,
    parse_unit,
)

BUILT_IN: dict[str, Dimension] = {
    "pi": PURE,
    "faraday": CHARGE / AMOUNT,
    "gas_constant": ENERGY / AMOUNT / TEMPERATURE,
    "avogadro": PURE / AMOUNT,
    "temperature": TEMPERATURE,
    "thermal_voltage": VOLTAGE,
}
_TIMES = ("time", "elapsed")

# What is read of these is the total; the file may give them per area, and that written value is the parameter.
WRITTEN_OTHERWISE = ("conductance", "capacitance")
_OF_A_PAIR = ("conductance", "permeability")


def read_path(resolver: Resolver, node: ast.Path, where: Where) -> Expr | None:
    """The value that a path reads; anything that has no value is reported."""
    first = node.parts[0]
    own = own_word(resolver, node, where)
    if own is not None:
        return own
    if len(node.parts) == 1 and where.has_argument(first.text):
        return where.argument(first.text)
    membrane = where.scope.enclosing("membrane")
    if first.text == "V" and membrane is not None and len(node.parts) == 1:
        return Read(f"{membrane.path}.V", VOLTAGE, node.span)
    if first.text == AFFINITY and len(node.parts) == 1:
        return read_affinity(resolver, first, where)
    side = _side(where, first)
    if side is not None:
        return _read_side(resolver, side, node, where)
    entity = first_entity(resolver, first, where)
    if entity is not None:
        return of_copies(resolver, node, _read(resolver, entity, node.parts[1:], node, where), entity, where)
    if len(node.parts) == 1 and first.text in BUILT_IN:
        return Read(first.text, BUILT_IN[first.text], node.span)
    if len(node.parts) == 1 and first.text in _TIMES:
        return _time(resolver, node, where)
    if len(node.parts) == 1 and is_unit_word(first.text):
        unit = parse_unit(first.text)
        return Literal(float(unit.scale), f"1 {first.text}", unit.dimension, node.span)
    if not nowhere(resolver, node):
        not_known(resolver, first, where)
    return None


def first_entity(resolver: Resolver, first: ast.Name, where: Where) -> Entity | None:
    """The entity that the first word of a path means."""
    entity = concentration_here(first, where) or where.scope.visible(first.text)
    if entity is not None:
        formals.check_one_meaning(resolver, entity, first)
    if entity is None and where.scope.kind in ("scenario", "variant"):
        entity = carrier_by_short_name(resolver.root, first.text)
    return entity


def _side(where: Where, first: ast.Name) -> tuple[Entity, ...] | None:
    """The places that `in` or `out` means in the membrane around; None for any other word."""
    membrane = where.scope.enclosing("membrane")
    sides = sides_of(membrane) if membrane is not None and first.text in SIDE_WORDS else None
    return None if sides is None else sides[SIDE_WORDS.index(first.text)]


def _read_side(resolver: Resolver, side: tuple[Entity, ...], node: ast.Path, where: Where) -> Expr | None:
    """`in.K`: of the one place of the side that holds it."""
    word = node.parts[1] if len(node.parts) > 1 else node.parts[0]
    places = side if len(side) == 1 else holding(side, word.text)
    if len(places) == 1:
        return _read(resolver, places[0], node.parts[1:], node, where)
    if side and not lost_on(side, word.text):
        resolver.problems.error(
            "ION346", f"`{node.text}`: which place of this side?", node.span,
            f"there are {listing([p.name for p in side])}",
            help=f"name the place, as in `{side[0].name}.{word.text}`",
        )  # fmt: skip
    return None


def carrier_by_short_name(root: Entity, name: str) -> Entity | None:
    """In a scenario a carrier's name alone will do when the file has only one of that name."""
    kinds = ("channel", "pump", "transporter")
    found = [e for e in root.all() if e.kind in kinds and e.name == name]
    return found[0] if len(found) == 1 else None


def _read(
    resolver: Resolver, entity: Entity, rest: tuple[ast.Name, ...], node: ast.Path, where: Where
) -> Expr | None:
    entity.used = True
    if entity.kind == "variant":
        return read_run(resolver, entity, rest, node, where)
    if not rest:
        return _value(resolver, entity, node, where)
    word, further = rest[0], rest[1:]
    member = entity.members.get(word.text)
    if member is not None and entity.kind != "scenario":
        return _read(resolver, member, further, node, where)
    dimension = readable(entity).get(word.text)
    if word.text == AFFINITY and dimension is not None and not further:
        return affinity_of(resolver, entity, node.span)
    if dimension is not None and not further:
        words = _OF_A_PAIR if entity.kind == "coupling" else WRITTEN_OTHERWISE
        word_read = f"total_{word.text}" if word.text in words else word.text
        return Read(f"{entity.path}.{word_read}", dimension, node.span)
    _no_such_member(resolver, entity, word)
    return None


def _value(resolver: Resolver, entity: Entity, node: ast.Path, where: Where) -> Expr | None:
    match entity.kind:
        case "measure" if entity.path not in resolver.lets:
            not_measured(resolver, entity, node)
            return None
        case "param" | "let" | "measure":
            value = resolver.lets[entity.path] if entity.kind == "measure" else resolver.value_of(entity)
            if value is None or value.dimension is None:
                if value is not None:
                    _condition_as_value(resolver, entity, node)
                return None
            return Read(entity.path, value.dimension, node.span)
        case "content":
            return Read(entity.path, CONCENTRATION, node.span)
        case "coefficient":
            return Read(entity.path, DIFFUSIVITY, node.span)
        case "gate" | "occupancy":
            return Read(entity.path, PURE, node.span)
        case "variable":
            start = start_of(resolver, entity)
            if start is None or start.dimension is None:
                return None
            return Read(entity.path, start.dimension, node.span)
        case "species" if where.scope.enclosing("membrane") is not None:
            resolver.problems.error(
                "ION113", f"`{entity.name}` on which side?", node.span, "a membrane has two sides",
                help=f"write `in.{entity.name}` for the first-named side or `out.{entity.name}` for the second",
            )  # fmt: skip
            return None
        case "species" if stands_nowhere(where):
            return None
        case _:
            _no_value(resolver, entity, node)
            return None


def _condition_as_value(resolver: Resolver, entity: Entity, node: ast.Path) -> None:
    resolver.problems.error(
        "ION208", f"`{entity.name}` is a condition, not a quantity", node.span, "a quantity is expected here",
        secondary=(Label(entity.span, "declared here"),),
    )  # fmt: skip


def _no_value(resolver: Resolver, entity: Entity, node: ast.Path) -> None:
    contents = [m.name for m in entity.members.values() if m.kind == "content"]
    names = [*contents, *readable(entity)]
    if entity.kind == "species":
        help_text = f"say where: a concentration is written with its place, as in `inside.{entity.name}`"
    elif entity.kind == "function":
        help_text = f"write its arguments: `{entity.name}(…)`"
    else:
        help_text = f"read one of its quantities, for instance `{node.text}.{names[0]}`" if names else ""
    resolver.problems.error(
        "ION116", f"{entity.describe()} is not a quantity", node.span, "a value is expected here",
        secondary=(Label(entity.span, "declared here"),), help=help_text,
    )  # fmt: skip


def _no_such_member(resolver: Resolver, entity: Entity, word: ast.Name) -> None:
    names = [*entity.members, *readable(entity)]
    species = resolver.root.members.get(word.text)
    if word.text in entity.lost or (entity.kind == "scheme" and not entity.members) or entity.is_unmade:
        return
    if entity.kind == "place" and any("sides" in e.lost for e in resolver.root.all()):
        return  # it may be `in` or `out` of a membrane whose sides are not what was meant
    if entity.kind == "place" and species is not None and species.kind == "species":
        species.used = True
        resolver.problems.error(
            "ION303", f"{entity.describe()} holds no {word.text}", word.span, "read here",
            secondary=(Label(entity.span, f"{entity.name} is declared here"),),
            help=f"give it a concentration there: `{word.text} = … mM`",
        )  # fmt: skip
        return
    guess = closest(word.text, names) or _nernst_of(resolver, entity, word)
    notes: tuple[str, ...] = ()
    if names and isinstance(entity.node, ast.Block):
        notes = (f"of {article(entity.block.kind.text)} one may read {listing(names)}",)
    if entity.kind == "place" and species is None and guess is None:
        _no_such_matter(resolver, word, notes)
        return
    resolver.no_member(entity, word, notes=notes, help=f"did you mean `{guess}`?" if guess else "")


def _no_such_matter(resolver: Resolver, word: ast.Name, notes: tuple[str, ...]) -> None:
    resolver.not_declared(
        resolver.root, word.span, f"no ion or solute `{word.text}` is declared",
        notes=notes, help=declare_species(word.text),
    )  # fmt: skip


def _nernst_of(resolver: Resolver, entity: Entity, word: ast.Name) -> str | None:
    """`soma.E_X` is how a paper would write `soma.E(X)`."""
    species = resolver.root.members.get(word.text.removeprefix("E_"))
    is_one = entity.kind == "membrane" and species is not None and species.kind == "species"
    return f"{entity.name}.E({word.text.removeprefix('E_')})" if is_one else None


def not_known(resolver: Resolver, name: ast.Name, where: Where) -> None:
    """Report a name that nobody declared."""
    here = where.scope.enclosing("channel", "pump", "transporter", "flux", "water", "place", "membrane")
    own = tuple(readable(here)) if here is not None else ()
    of_a_copy = () if where.around is None else OWN
    unknown(resolver, name, where, (*BUILT_IN, *of_a_copy), own)


def _time(resolver: Resolver, node: ast.Path, where: Where) -> Expr | None:
    if where.moment == "model":
        resolver.problems.error(
            "ION107", f"`{node.text}` belongs to a scenario", node.span, "the model itself has no clock",
            help="what changes with time by itself is set in a scenario: `set p = … time …`",
        )  # fmt: skip
        return None
    return Read(node.text, TIME, node.span)


def species_named(resolver: Resolver, name: ast.Name, words: Iterable[str] = ()) -> Entity | None:
    """The declared species of that name; else it is reported. `words` may stand there as well."""
    entity = resolver.root.members.get(name.text)
    if entity is not None and entity.kind == "species":
        entity.used = True
        return entity
    names: Iterable[str] = (n for n, e in resolver.root.members.items() if e.kind == "species")
    guess = closest(name.text, (*names, *words))
    resolver.not_declared(
        resolver.root, name.span, f"no ion or solute `{name.text}` is declared",
        help=f"did you mean `{guess}`?" if guess else declare_species(name.text),
    )  # fmt: skip
    return None
