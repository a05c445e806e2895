"""Channels: what they carry and by which law."""

from __future__ import annotations

from ionlang.diagnostics import Label
from ionlang.model.blocks.building import Building, basis_of
from ionlang.model.blocks.gates import gates
from ionlang.model.blocks.open_charge import is_excluded
from ionlang.model.blocks.schemes import schemes
from ionlang.model.cell import Channel, ConstantField, Ohmic, Share, WrittenCurrent
from ionlang.model.expression import Expr
from ionlang.model.names.entities import Entity
from ionlang.model.names.sides import are_known, holding, lost_on, named, sides_of
from ionlang.model.names.suggest import article, listing
from ionlang.model.read.readings import species_named
from ionlang.model.read.resolve import Where
from ionlang.source import Span
from ionlang.syntax import ast
from ionlang.units import CONDUCTANCE, CURRENT, PURE, TIME, VOLUME

_WAYS = {"conductance": ("conductance",), "permeability": ("permeability",), "current": ("current",)}


def channel(building: Building, entity: Entity) -> Channel | None:
    sentences = [s for s in entity.block.body if isinstance(s, ast.Carries)]
    shares = _shares(building, entity, sentences)
    law = _law(building, entity)
    built_gates = gates(building, entity)
    built_schemes = schemes(building, entity)
    if shares is None or law is None:
        return None
    _check_law_fits(building, entity, shares, law)
    excluded = is_excluded(entity)
    return Channel(entity.name, entity.path, shares, law, built_gates, excluded, entity.span, built_schemes)


def _shares(building: Building, entity: Entity, sentences: list[ast.Carries]) -> tuple[Share, ...] | None:
    if not sentences:
        building.missing(entity, f"{entity.describe()} carries nothing", "say what: `carries K`")
        return None
    if len(sentences) > 1:
        building.problems.error(
            "ION305", f"{entity.describe()} says twice what it carries", sentences[1].span, "here again",
            secondary=(Label(sentences[0].span, "first here"),),
            help="write them in one line: `carries K : 1, Na : 0.03`",
        )  # fmt: skip
        return None
    _check_twice(building, entity, sentences[0])
    built = [_share(building, entity, share) for share in sentences[0].shares]
    return None if any(s is None for s in built) else tuple(s for s in built if s is not None)


def _check_twice(building: Building, entity: Entity, sentence: ast.Carries) -> None:
    first: dict[str, ast.Share] = {}
    for share in sentence.shares:
        earlier = first.setdefault(share.species.text, share)
        if earlier is not share:
            building.problems.error(
                "ION305", f"{entity.describe()} carries {share.species.text} twice", share.span, "here again",
                secondary=(Label(earlier.span, "first here"),), help="name it once, with its whole ratio",
            )  # fmt: skip


def _share(building: Building, entity: Entity, share: ast.Share) -> Share | None:
    ratio = None
    if share.ratio is not None:
        ratio = building.resolver.of_dimension(share.ratio, Where(entity), (PURE,), "a permeability ratio")
        if ratio is None:
            return None
    if share.species.text == "charge":
        sides = _first_places(entity)
        return None if sides is None else Share(None, ratio, *sides, share.span)
    known = species_named(building.resolver, share.species)
    if known is None or not may_cross(building, known, share.species.span):
        return None
    places = (
        crossing(building, entity, known, share.span)
        if share.between is None
        else _between(building, entity, known, share.between)
    )
    return None if places is None else Share(known.name, ratio, *places, share.span)


def may_cross(building: Building, known: Entity, span: Span) -> bool:
    """Whether a channel can carry it: only ions go through channels."""
    if known.block.kind.text == "ion":
        return True
    kind = known.block.kind.text
    building.problems.error(
        "ION302", f"a channel cannot carry {known.name}: it is {article(kind)}", span, "not an ion",
        secondary=(Label(known.span, "declared here"),),
        help="an impermeant stays where it is" if kind == "impermeant"
        else "uncharged matter moves by a `transporter` or `flux`",
    )  # fmt: skip
    return False


def crossing(building: Building, carrier: Entity, known: Entity, span: Span) -> tuple[str, str] | None:
    """The place of each side that the species crosses between; a side that lacks it, or has it in several places, is
    reported."""
    membrane = carrier.enclosing("membrane")
    sides = sides_of(membrane) if membrane is not None else None
    if membrane is None or sides is None or not are_known(membrane):
        return None
    found = [_holder(building, carrier, known, side, span) for side in sides]
    return None if found[0] is None or found[1] is None else (found[0].path, found[1].path)


def _holder(
    building: Building, carrier: Entity, known: Entity, side: tuple[Entity, ...], span: Span
) -> Entity | None:
    places = holding(side, known.name)
    if len(places) == 1:
        return places[0]
    if len(places) > 1:
        building.problems.error(
            "ION346", f"{known.name} is in {listing([p.name for p in places])}: which of them?", span,
            f"{carrier.describe()} may mean any of these",
            help=f"say it: `{known.name} between {places[0].name} and …` after `carries`, `from … to …` after `moves`",
        )  # fmt: skip
    elif not lost_on(side, known.name):
        building.problems.error(
            "ION303", f"{named(side)} holds no {known.name}, which {carrier.describe()} moves", span,
            "carried here", secondary=(Label(side[0].span, f"{side[0].name} is declared here"),),
            help=f"give it a concentration there: `{known.name} = … mM`",
        )  # fmt: skip
    return None


def _between(
    building: Building, carrier: Entity, known: Entity, ends: tuple[ast.Path, ast.Path]
) -> tuple[str, str] | None:
    """`between subspace and outside`, in either order."""
    membrane = carrier.enclosing("membrane")
    sides = sides_of(membrane) if membrane is not None else None
    if membrane is None or sides is None or not are_known(membrane):
        return None
    chosen: list[Entity | None] = [None, None]
    for path in ends:
        side = next((i for i, places in enumerate(sides) if path.text in [p.name for p in places]), None)
        if side is None or chosen[side] is not None:
            building.problems.error(
                "ION346", f"`{path.text}` is no place of {'the other' if side is not None else 'a'} side", path.span,
                "one place of each side is named here", secondary=(Label(membrane.block.head, "the two sides"),),
                help=f"the sides are {named(sides[0])} and {named(sides[1])}",
            )  # fmt: skip
            return None
        chosen[side] = next(p for p in sides[side] if p.name == path.text)
    found = [_holder(building, carrier, known, (p,), ends[0].span) for p in chosen if p is not None]
    return None if found[0] is None or found[1] is None else (found[0].path, found[1].path)


def _first_places(carrier: Entity) -> tuple[str, str] | None:
    membrane = carrier.enclosing("membrane")
    sides = sides_of(membrane) if membrane is not None and are_known(membrane) else None
    return None if sides is None else (sides[0][0].path, sides[1][0].path)


def _law(building: Building, entity: Entity) -> Ohmic | ConstantField | WrittenCurrent | None:
    way = building.exclusive(entity, _WAYS, "law")
    reversal_sentence = building.property(entity, "reversal")
    reversal = building.resolved(entity, reversal_sentence) if reversal_sentence is not None else None
    if way is None:
        return None
    sentence = building.property(entity, way)
    assert sentence is not None
    value = building.resolved(entity, sentence)
    if value is None or (reversal_sentence is not None and reversal is None):
        return None
    if reversal_sentence is not None and way != "conductance":
        building.problems.error(
            "ION305", f"`reversal` has no effect in {entity.describe()}", reversal_sentence.name.span,
            f"its `{way}` says the current already", secondary=(Label(sentence.name.span, "given here"),),
            help="a reversal potential goes with a `conductance`",
        )  # fmt: skip
        return None
    return law_of(way, value, reversal)


def law_of(way: str, value: Expr, reversal: Expr | None) -> Ohmic | ConstantField | WrittenCurrent:
    """The law that a property word and the unit of its value say."""
    assert value.dimension is not None
    match way:
        case "conductance":
            return Ohmic(value, basis_of(value.dimension, CONDUCTANCE), reversal)
        case "permeability":
            return ConstantField(value, basis_of(value.dimension, VOLUME / TIME))
        case _:
            return WrittenCurrent(value, basis_of(value.dimension, CURRENT))


def _check_law_fits(
    building: Building, entity: Entity, shares: tuple[Share, ...], law: Ohmic | ConstantField | WrittenCurrent
) -> None:
    unnamed = next((s for s in shares if s.species is None), None)
    if unnamed is None:
        return
    if isinstance(law, Ohmic) and law.reversal is None:
        building.missing(
            entity, f"{entity.describe()} has no `reversal`",
            "charge of no named ion has no Nernst potential: give `reversal = … mV`",
            because=(Label(unnamed.span, "unnamed"),),
        )  # fmt: skip
    if isinstance(law, ConstantField):
        building.problems.error(
            "ION302", "the constant-field equation needs an ion", unnamed.span, "charge of no named ion",
            help="name the ion, or give a `conductance` with a `reversal`",
        )  # fmt: skip
