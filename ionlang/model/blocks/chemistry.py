"""What is turned into what: `turns` lines of carriers and reactions, equilibrium constants, reactions themselves.

One cycle keeps the charge of every place it happens in: the electric work of a cycle is that of its `moves` alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction

from ionlang.diagnostics import Label
from ionlang.model.blocks.building import Building
from ionlang.model.blocks.counts import count_of, use
from ionlang.model.cell import Conversion, MassAction, Part, Reaction, WrittenRate
from ionlang.model.expression import Apply, Expr
from ionlang.model.names.entities import Entity
from ionlang.model.names.suggest import article
from ionlang.model.read.rate_laws import lines_of, place_of_reaction
from ionlang.model.read.readings import species_named
from ionlang.syntax import ast
from ionlang.units import CONCENTRATION, TIME, Dimension

_Place = Callable[[ast.Count], Part | None]


def conversion_of_carrier(building: Building, entity: Entity) -> Conversion | None:
    """The `turns` line of a pump or transporter: each part in the side that is named or that alone holds it."""

    def part(count: ast.Count) -> Part | None:
        found = use(building, entity, count, "turns")
        return None if found is None else Part(found.species, found.count, found.place, found.span)

    return _conversion(building, entity, part)


def _conversion(building: Building, entity: Entity, part: _Place) -> Conversion | None:
    lines = lines_of(entity)
    if not lines:
        return None
    if len(lines) > 1:
        building.problems.error(
            "ION305", f"{entity.describe()} has two `turns` lines", lines[1].span, "here again",
            secondary=(Label(lines[0].span, "first here"),), help="write all that one cycle turns in one line",
        )  # fmt: skip
        return None
    line = lines[0]
    sides = [[part(count) for count in counts] for counts in (line.origins, line.targets)]
    if any(p is None for side in sides for p in side):
        return None
    origins, targets = (tuple(p for p in side if p is not None) for side in sides)
    found = Conversion(origins, targets, line.span)
    if not _changes_something(building, found) or not _keeps_charge(building, entity, found):
        return None
    _warn_of_nothing(building, found)
    return found


def _changes_something(building: Building, line: Conversion) -> bool:
    parts = (*line.origins, *line.targets)
    if not any(line.change(p.place, p.species) for p in parts):
        building.problems.error(
            "ION307", "this line changes nothing", line.span, "what goes in comes out",
            help="write what is used up before `into` and what is made after it",
        )  # fmt: skip
        return False
    return True


def _warn_of_nothing(building: Building, line: Conversion) -> None:
    if not line.origins or not line.targets:
        named = (line.origins or line.targets)[0].species
        building.problems.warning(
            "ION315", f"{named} {'appears from' if not line.origins else 'vanishes into'} nothing", line.span,
            "its total is not conserved; the ledger lists it",
            help="fine where the source leaves the rest of the chemistry out",
        )  # fmt: skip


def _keeps_charge(building: Building, entity: Entity, line: Conversion) -> bool:
    """Whether the charge of what is used up is that of what is made, in each place."""
    for place in dict.fromkeys(p.place for p in (*line.origins, *line.targets)):
        before, after = (_charge(building, side, place) for side in (line.origins, line.targets))
        if before is None or after is None:
            return False
        if before != after:
            building.problems.error(
                "ION321", f"{entity.describe()} turns a charge of {_signed(before)} into {_signed(after)} in {place}",
                line.span, "chemistry makes no charge",
                notes=(
                    f"used up: {_sum(building, line.origins, place)}",
                    f"made: {_sum(building, line.targets, place)}",
                ),
                help="write all that takes part (protons too), or correct a valence",
            )  # fmt: skip
            return False
    return True


def _charge(building: Building, parts: Iterable[Part], place: str) -> Fraction | None:
    mine = [p for p in parts if p.place == place]
    if any(p.species not in building.valences for p in mine):
        return None
    return sum((p.count * building.valences[p.species] for p in mine), Fraction(0))


def _sum(building: Building, parts: Iterable[Part], place: str) -> str:
    mine = [p for p in parts if p.place == place]
    terms = [f"{p.count} {p.species} ({_signed(building.valences[p.species])})" for p in mine]
    return " + ".join(terms) or "nothing (0)"


def _signed(charge: Fraction) -> str:
    return f"{'+' if charge > 0 else ''}{charge}"


def equilibrium_constant(building: Building, entity: Entity, line: Conversion | None) -> Expr | None:
    """Π c of what is made / Π c of what is used up at equilibrium, if the file gives it."""
    sentence = building.property(entity, "equilibrium_constant")
    if sentence is None:
        return None
    if not lines_of(entity):
        building.problems.error(
            "ION305", f"`equilibrium_constant` has no effect in {entity.describe()}", sentence.name.span,
            "nothing is turned into something else",
            help="what only moves has its equilibrium where the gradients balance; take it out",
        )  # fmt: skip
        return None
    if line is None:
        return None
    dimension = CONCENTRATION ** (_order(line.targets) - _order(line.origins))
    return building.resolved_as(entity, sentence, (dimension,))


def _order(parts: Iterable[Part]) -> int:
    return sum(p.count for p in parts)


def reaction(building: Building, entity: Entity) -> Reaction | None:
    """`reaction R in P { turns A into B;  … }`."""
    place = place_of(building, entity)
    if not lines_of(entity):
        building.missing(entity, f"{entity.describe()} turns nothing", "write its line: `turns 2 A into B`")
    line = (
        None
        if place is None
        else _conversion(building, entity, lambda count: _part(building, entity, place, count))
    )
    constant = equilibrium_constant(building, entity, line)
    law = _law(building, entity, line, constant)
    if place is None or line is None or law is None:
        return None
    if (
        isinstance(law, MassAction)
        and constant is None
        and law.forward is not None
        and law.backward is not None
    ):
        constant = _quotient(law.forward, law.backward)
    return Reaction(entity.name, entity.path, place.path, line, law, constant, entity.span)


def place_of(building: Building, entity: Entity) -> Entity | None:
    """The compartment after `in`; else that is reported."""
    path = entity.block.place
    if path is None:
        return None
    place = place_of_reaction(entity)
    if place is None:
        building.resolver.not_declared(
            building.resolver.root, path.span, f"no compartment `{path.text}` is declared",
            help="declare it: `compartment … { volume = …; … }`",
        )  # fmt: skip
        return None
    place.used = True
    if place.kind == "place" and place.block.kind.text == "compartment":
        return place
    building.problems.error(
        "ION322", f"{entity.describe()} stands in {place.describe()}", path.span,
        "not a compartment", secondary=(Label(place.span, "declared here"),),
        notes=("what a bath holds never changes",) if place.kind == "place" else (),
        help="name a `compartment`",
    )  # fmt: skip
    return None


def _part(building: Building, entity: Entity, place: Entity, count: ast.Count) -> Part | None:
    """A species with its count in the place of a reaction."""
    number, known = count_of(building, count), species_named(building.resolver, count.species.parts[-1])
    if number is None or known is None:
        return None
    before = ".".join(name.text for name in count.species.parts[:-1])
    if before and before != place.path:
        building.problems.error(
            "ION307", f"{entity.describe()} happens in {place.path}, not in {before}", count.span, "another place",
            help="what changes the place is moved: by a `flux`, a `channel` or a `transporter`",
        )  # fmt: skip
        return None
    if known.name in place.members:
        return Part(known.name, number, place.path, count.span)
    if known.name not in place.lost:
        building.problems.error(
            "ION303", f"{place.describe()} holds no {known.name}, which {entity.describe()} turns", count.span,
            "turned here", secondary=(Label(place.span, f"{place.name} is declared here"),),
            help=f"give it a concentration there: `{known.name} = … mM`",
        )  # fmt: skip
    return None


def _law(
    building: Building, entity: Entity, line: Conversion | None, constant: Expr | None
) -> WrittenRate | MassAction | None:
    written = building.property(entity, "rate")
    constants = [p for word in ("forward", "backward") if (p := building.property(entity, word)) is not None]
    if written is not None and constants:
        building.problems.error(
            "ION305", f"{entity.describe()} is given in two ways", constants[0].name.span, "and here",
            secondary=(Label(written.name.span, "here"),), notes=(f"{article('reaction')} has one rate law",),
            help="keep `rate`, or the rate constants `forward` and `backward`",
        )  # fmt: skip
        return None
    if written is not None:
        rate = building.resolved(entity, written)
        if rate is None:
            return None
        return WrittenRate(rate, "per volume" if rate.dimension == CONCENTRATION / TIME else "total")
    if not constants:
        building.missing(
            entity, f"{entity.describe()} has no rate law",
            "give its rate constants, `forward = …` and `backward = …`, or its `rate`",
        )  # fmt: skip
        return None
    return None if line is None else _mass_action(building, entity, line, constant)


def _mass_action(
    building: Building, entity: Entity, line: Conversion, constant: Expr | None
) -> MassAction | None:
    """Rate constants per time and power of concentration; of two rate constants and their quotient two are given."""
    given = {word: building.property(entity, word) for word in ("forward", "backward")}
    parts = {"forward": line.origins, "backward": line.targets}
    values = {
        word: building.resolved_as(entity, sentence, (_rate_constant(parts[word]),))
        for word, sentence in given.items()
        if sentence is not None
    }
    if any(value is None for value in values.values()):
        return None
    quotient = building.property(entity, "equilibrium_constant")
    if quotient is not None and len(values) == 2:
        building.problems.error(
            "ION305", f"{entity.describe()} has its equilibrium constant twice", quotient.name.span, "and here",
            secondary=tuple(Label(s.name.span, "here") for s in given.values() if s is not None),
            help="it is `forward` over `backward`: two of the three are enough",
        )  # fmt: skip
        return None
    forward, backward = values.get("forward"), values.get("backward")
    if constant is not None and backward is None and forward is not None:
        backward = _quotient(forward, constant)
    elif constant is not None and forward is None and backward is not None:
        forward = _product(backward, constant)
    return MassAction(forward, backward)


def _rate_constant(parts: tuple[Part, ...]) -> Dimension:
    return CONCENTRATION ** (1 - _order(parts)) / TIME


def _quotient(above: Expr, below: Expr) -> Expr:
    assert above.dimension is not None and below.dimension is not None
    return Apply("divide", (above, below), above.dimension / below.dimension, above.span)


def _product(first: Expr, second: Expr) -> Expr:
    assert first.dimension is not None and second.dimension is not None
    return Apply("multiply", (first, second), first.dimension * second.dimension, first.span)
