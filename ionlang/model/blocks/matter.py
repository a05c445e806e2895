"""Species and places: valences, volumes, what each place holds."""

from __future__ import annotations

from fractions import Fraction

from ionlang.diagnostics import Label
from ionlang.model.blocks.building import Building, is_held
from ionlang.model.cell import Content, Motion, Place, Species
from ionlang.model.expression import Expr, Read
from ionlang.model.kinds import KINDS
from ionlang.model.names.entities import Entity
from ionlang.model.names.suggest import article, closest
from ionlang.model.read.operators import exact
from ionlang.model.read.readings import species_named
from ionlang.model.read.resolve import Where
from ionlang.records import dataclass
from ionlang.syntax import ast
from ionlang.units import VOLUME


def species(building: Building, entity: Entity) -> Species:
    """A species whose valence is wrong or missing is counted as a cation, so that the rest can be checked."""
    known = _species(building, entity)
    if known is not None:
        building.valences[entity.name] = known.valence
        return known
    return Species(entity.name, "ion", Fraction(1), entity.span)


def _species(building: Building, entity: Entity) -> Species | None:
    kind = entity.block.kind.text
    if kind == "solute":
        return Species(entity.name, "solute", Fraction(0), entity.span)
    sentence = building.property(entity, "valence")
    if sentence is None:
        building.missing(
            entity, f"{entity.describe()} has no `valence`", "give its charge number: `valence = +1`"
        )
        return None
    value = building.resolver.expression(sentence.value, Where(entity))
    if value is None:
        return None
    valence = exact(value)
    if valence is None or valence == 0 or (kind == "ion" and valence.denominator != 1):
        building.problems.error(
            "ION301",
            f"the valence of {entity.describe()} must be a {'whole ' if kind == 'ion' else ''}number that is not 0",
            sentence.value.span, "not a charge number",
            help="matter without charge is a `solute`" if valence == 0
            else "it is the charge in elementary charges, for instance `valence = +1` or `valence = -2`",
        )  # fmt: skip
        return None
    return Species(entity.name, "ion" if kind == "ion" else "impermeant", valence, entity.span)


def place(building: Building, entity: Entity) -> Place | None:
    bath = entity.block.kind.text == "bath"
    size = _Size("fixed", None, None, None) if bath else _size(building, entity)
    contents: list[Content] = []
    balancers: list[ast.Balances] = []
    for member in entity.members.values():
        match member.node:
            case ast.Property():
                content = _content(building, entity, member, member.node)
                contents += [content] if content is not None else []
                if not is_held(entity, member.node):
                    building.fixed[member.path] = content is None
            case ast.Balances():
                if species_named(building.resolver, member.node.species) is not None:
                    contents.append(Content(member.name, member.path, None, False, member.node.span))
                    balancers.append(member.node)
            case _:
                pass
    return Place(
        entity.path, "bath" if bath else "compartment", size.volume, tuple(contents),
        _balancer(building, entity, balancers, "charge"), _balancer(building, entity, balancers, "osmolarity"),
        size.motion, size.start, size.rule, entity.span,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Size:
    motion: Motion
    volume: Expr | None
    start: Expr | None
    rule: Expr | None


def _size(building: Building, entity: Entity) -> _Size:
    """A volume that is a number is a start value where water moves it, and a parameter elsewhere; one that follows
    from what changes is a definition at all times."""
    sentence = building.property(entity, "volume")
    value = building.written(entity, sentence) if sentence is not None else None
    if sentence is None or value is None:
        return _Size("fixed", None, None, None)
    volume = Read(f"{entity.path}.volume", VOLUME, sentence.value.span)
    if not building.is_fixed(value):
        building.fixed[volume.path] = False
        return _Size("defined", volume, None, value)
    if building.takes_water(entity):
        building.fixed[volume.path] = False
        start = building.parameter(f"{volume.path}.start", value, sentence, entity.describe())
        return _Size("water", volume, start, None)
    known = building.resolved(entity, sentence)
    return _Size("fixed", known, known, None)


def _content(building: Building, entity: Entity, member: Entity, node: ast.Property) -> Content | None:
    """A species with its concentration. Its parameter is entered later, when it is known what moves."""
    if _is_misspelt_property(building, entity, node):
        building.resolver.expression(node.value, Where(entity))
        return None
    known = species_named(building.resolver, node.name)
    value = building.written(entity, node)
    if known is None:
        return None
    held = is_held(entity, node)
    if value is not None and not (held or building.is_fixed(value)):
        building.problems.error(
            "ION316", f"the concentration of {member.name} at the start depends on a quantity that changes",
            node.value.span, "not known before the start",
            help="a start value may use numbers, parameters and what follows from them; what follows at all times is "
            f"`{node.value.span.text} held`",
        )  # fmt: skip
        value = None
    return Content(member.name, member.path, value, held, member.span)


def _is_misspelt_property(building: Building, entity: Entity, node: ast.Property) -> bool:
    """Whether the word is no declared species but close to a property of the place; then that is said."""
    declared = building.resolver.root.members.get(node.name.text)
    guess = closest(node.name.text, KINDS[entity.block.kind.text].properties)
    if guess is None or (declared is not None and declared.kind == "species"):
        return False
    building.problems.error(
        "ION105", f"{article(entity.block.kind.text)} has no property `{node.name.text}`", node.name.span,
        "not known here", help=f"did you mean `{guess}`?",
    )  # fmt: skip
    entity.stray = True
    return True


def _balancer(building: Building, entity: Entity, given: list[ast.Balances], what: str) -> str | None:
    mine = [sentence for sentence in given if sentence.what == what]
    if len(mine) > 1:
        building.problems.error(
            "ION305", f"two species balance the {what} of {entity.name}", mine[1].span, "and this one",
            secondary=(Label(mine[0].span, "this one"),),
            help="one unknown is enough for one balance: give the other",
        )  # fmt: skip
    return mine[0].species.text if mine else None


def check_balancers(building: Building, places: tuple[Place, ...], known: tuple[Species, ...]) -> None:
    """A species that balances charge must have some; one that balances osmolarity must not, or it would undo that."""
    uncharged = {s.name for s in known if s.valence == 0}
    for p in places:
        if p.balancer in uncharged:
            _wrong_balancer(
                building, p, p.balancer, "carries no charge and cannot balance any", "uncharged",
                "let an ion or an impermeant balance the charge",
            )  # fmt: skip
        if p.osmotic_balancer is not None and p.osmotic_balancer not in uncharged:
            _wrong_balancer(
                building, p, p.osmotic_balancer, "carries charge, which would be out of balance then", "charged",
                "let a `solute` balance the osmolarity",
            )  # fmt: skip


def _wrong_balancer(building: Building, p: Place, name: str, what: str, label: str, help_text: str) -> None:
    content = p.content(name)
    assert content is not None
    building.problems.error("ION301", f"{name} {what}", content.span, label, help=help_text)
