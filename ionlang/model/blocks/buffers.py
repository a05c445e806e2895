"""Buffers: fast binding in a place."""

from __future__ import annotations

from ionlang.diagnostics import Label
from ionlang.model.blocks.building import Building
from ionlang.model.cell import Buffer
from ionlang.model.expression import Expr
from ionlang.model.names.entities import Entity
from ionlang.model.names.suggest import closest
from ionlang.model.read.readings import species_named
from ionlang.syntax import ast


def buffer(building: Building, entity: Entity) -> Buffer | None:
    """What it binds, where, how much and how tightly; `total` and `K_d` are numbers."""
    place = place_of(building, entity)
    species = _bound(building, entity)
    why = "the binding sites neither come nor go: give a number"
    total = _number(building, entity, "total", "the concentration of binding sites", "0.1 mM", why)
    why = "give a number; what changes the binding changes this number in a scenario"
    dissociation = _number(building, entity, "K_d", "where half of the sites are taken", "0.2 uM", why)
    if place is None or species is None or total is None or dissociation is None:
        return None
    content = place.members.get(species.name)
    if content is None:
        if species.name not in place.lost:
            building.problems.error(
                "ION303", f"{place.describe()} holds no {species.name}, which {entity.describe()} binds",
                entity.span, "binds nothing", secondary=(Label(place.span, f"{place.name} is declared here"),),
                help=f"give it a concentration there: `{species.name} = … mM` (of what is free)",
            )  # fmt: skip
        return None
    return Buffer(entity.name, entity.path, place.path, species.name, total, dissociation, entity.span)


def place_of(building: Building, entity: Entity) -> Entity | None:
    """The compartment that a block stands `in`; else that is reported."""
    path = entity.block.place
    if path is None:
        building.missing(
            entity, f"{entity.describe()} does not say where it is",
            f"name the compartment: `{entity.block.kind.text} {entity.name} in inside {{ … }}`",
        )  # fmt: skip
        return None
    found = (entity.outer or building.resolver.root).visible(path.parts[0].text)
    for name in path.parts[1:]:
        found = found.members.get(name.text) if found is not None else None
    if found is not None and found.kind == "place" and found.block.kind.text == "compartment":
        found.used = True
        return found
    if found is not None:
        building.problems.error(
            "ION348", f"a {entity.block.kind.text} stands in a compartment", path.span, f"this is {found.describe()}",
            secondary=(Label(found.span, "declared here"),),
            help="in a bath nothing changes" if found.kind == "place" else "name a `compartment`",
        )  # fmt: skip
        return None
    guess = closest(path.text, (e.path for e in building.resolver.root.all() if e.kind == "place"))
    building.resolver.not_declared(
        building.resolver.root, path.span, f"no compartment `{path.text}` is declared",
        help=f"did you mean `{guess}`?" if guess else f"declare it: `compartment {path.text} {{ … }}`",
    )  # fmt: skip
    return None


def _bound(building: Building, entity: Entity) -> Entity | None:
    given = [s for s in entity.block.body if isinstance(s, ast.Binds)]
    if not given:
        building.missing(entity, f"{entity.describe()} binds nothing", "say what: `binds Ca`")
        return None
    if len(given) > 1:
        building.problems.error(
            "ION305", f"{entity.describe()} binds twice", given[1].span, "here again",
            secondary=(Label(given[0].span, "first here"),), help="write one buffer for each species",
        )  # fmt: skip
    return species_named(building.resolver, given[0].species)


def _number(building: Building, entity: Entity, word: str, what: str, example: str, why: str) -> Expr | None:
    sentence = building.property(entity, word)
    if sentence is None:
        building.missing(entity, f"{entity.describe()} has no `{word}`", f"{what}: `{word} = {example}`")
        return None
    return building.constant(entity, sentence, why)
