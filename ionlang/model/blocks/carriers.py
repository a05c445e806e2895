"""Channels: what they carry and by which law."""

from __future__ import annotations

from ionlang.diagnostics import Label
from ionlang.model.blocks.building import Building, basis_of
from ionlang.model.blocks.gates import gates
from ionlang.model.blocks.schemes import schemes
from ionlang.model.cell import Channel, ConstantField, Ohmic, Share, WrittenCurrent
from ionlang.model.expression import Expr
from ionlang.model.names.entities import Entity
from ionlang.model.names.suggest import article
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
    return Channel(entity.name, entity.path, shares, law, built_gates, entity.span, built_schemes)


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
        return Share(None, ratio, share.span)
    known = species_named(building.resolver, share.species)
    if (
        known is None
        or not may_cross(building, known, share.span)
        or not on_both_sides(building, entity, known, share.span)
    ):
        return None
    return Share(known.name, ratio, share.span)


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


def on_both_sides(building: Building, carrier: Entity, known: Entity, span: Span) -> bool:
    """Whether both sides of the membrane hold the species; a side that lacks it is reported."""
    membrane = carrier.enclosing("membrane")
    if membrane is None or membrane.block.sides is None:
        return True
    fine = True
    for side in membrane.block.sides:
        place = building.resolver.root.members.get(side[0].text)
        if place is not None and place.kind == "place" and known.name not in place.members:
            fine = False
            if known.name in place.lost:
                continue
            building.problems.error(
                "ION303", f"{place.describe()} holds no {known.name}, which {carrier.describe()} moves", span,
                "carried here", secondary=(Label(place.span, f"{place.name} is declared here"),),
                help=f"give it a concentration there: `{known.name} = … mM`",
            )  # fmt: skip
    return fine


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


def warn_of_unnamed_charge(building: Building, membrane: Entity) -> None:
    """One warning for a membrane, however many of its channels carry charge of no named ion."""
    channels = [e for e in membrane.members.values() if e.kind == "channel"]
    found = [(e.name, span) for e in channels for span in _unnamed(e)]
    if not found or any(e.lost for e in (membrane, *channels)):
        return  # what could not be read may be another such channel
    names = list(dict.fromkeys(name for name, _ in found))
    one = len(names) == 1
    building.problems.warning(
        "ION313",
        f"channel {names[0]} carries charge of no named ion"
        if one
        else f"{len(names)} channels of {membrane.describe()} carry charge of no named ion",
        found[0][1], "the ledger of matter cannot follow it",
        secondary=tuple(Label(span, "nor this") for _, span in found[1:]),
        help=f"name the ion{'' if one else 's'} if the source does: `carries K`",
    )  # fmt: skip


def _unnamed(channel: Entity) -> list[Span]:
    lines = (s for s in channel.block.body if isinstance(s, ast.Carries))
    return [share.span for line in lines for share in line.shares if share.species.text == "charge"]
