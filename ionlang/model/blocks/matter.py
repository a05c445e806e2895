"""Species and places: valences, volumes, what each place holds."""

from __future__ import annotations

from fractions import Fraction

from ionlang.diagnostics import Label
from ionlang.model.blocks.building import Building
from ionlang.model.cell import Content, Place, Species
from ionlang.model.kinds import KINDS
from ionlang.model.names.entities import Entity
from ionlang.model.names.suggest import article, closest
from ionlang.model.read.operators import exact
from ionlang.model.read.readings import species_named
from ionlang.model.read.resolve import Where
from ionlang.syntax import ast
from ionlang.units import CONCENTRATION


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
    kind = entity.block.kind.text
    sentence = building.property(entity, "volume") if kind == "compartment" else None
    volume = building.resolved(entity, sentence) if sentence is not None else None
    contents: list[Content] = []
    balancers: list[ast.Balances] = []
    for member in entity.members.values():
        match member.node:
            case ast.Property():
                content = _content(building, entity, member, member.node)
                contents += [content] if content is not None else []
                building.fixed[member.path] = content is None
            case ast.Balances():
                if species_named(building.resolver, member.node.species) is not None:
                    contents.append(Content(member.name, member.path, None, False, member.node.span))
                    balancers.append(member.node)
            case _:
                pass
    balancer = _balancer(building, entity, balancers)
    return Place(
        entity.name,
        "bath" if kind == "bath" else "compartment",
        volume,
        tuple(contents),
        balancer,
        entity.span,
    )


def _content(building: Building, entity: Entity, member: Entity, node: ast.Property) -> Content | None:
    """A species with its concentration. Its parameter is entered later, when it is known what moves."""
    if _is_misspelt_property(building, entity, node):
        building.resolver.expression(node.value, Where(entity))
        return None
    known = species_named(building.resolver, node.name)
    value = building.resolver.of_dimension(
        node.value, Where(entity), (CONCENTRATION,), f"`{node.name.text}` in {entity.describe()}"
    )
    if known is None:
        return None
    if value is None:
        return Content(member.name, member.path, None, _is_held(entity, node), member.span)
    if not building.is_fixed(value):
        building.problems.error(
            "ION316", f"the concentration of {member.name} at the start depends on a quantity that changes",
            node.value.span, "not known before the start",
            help="a start value may use numbers, parameters and what follows from them",
        )  # fmt: skip
        return Content(member.name, member.path, None, _is_held(entity, node), member.span)
    return Content(member.name, member.path, value, _is_held(entity, node), member.span)


def _is_held(entity: Entity, node: ast.Property) -> bool:
    return node.held or entity.block.kind.text == "bath"


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


def _balancer(building: Building, entity: Entity, given: list[ast.Balances]) -> str | None:
    for sentence in given:
        if sentence.what != "charge":
            building.problems.error(
                "ION107", "`balances osmolarity` needs water that moves", sentence.span, "volumes are fixed here",
                help="write the concentration, or `balances charge`",
            )  # fmt: skip
            return None
    if len(given) > 1:
        building.problems.error(
            "ION305", f"two species balance the charge of {entity.name}", given[1].span, "and this one",
            secondary=(Label(given[0].span, "this one"),),
            help="one unknown is enough for one balance: give the other",
        )  # fmt: skip
    return given[0].species.text if given else None


def check_balancers(building: Building, places: tuple[Place, ...], known: tuple[Species, ...]) -> None:
    """A species that balances charge must have some."""
    uncharged = {s.name for s in known if s.valence == 0}
    for p in places:
        if p.balancer in uncharged:
            content = p.content(p.balancer)
            assert content is not None
            building.problems.error(
                "ION301", f"{p.balancer} carries no charge and cannot balance any", content.span, "uncharged",
                help="let an ion or an impermeant balance the charge",
            )  # fmt: skip
