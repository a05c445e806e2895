"""Gap junctions between the copies of a line: what passes them, and how easily."""

from __future__ import annotations

from ionlang.diagnostics import Label
from ionlang.model.blocks.building import Building
from ionlang.model.blocks.couplings import report_absent, warn_of_charge
from ionlang.model.cell_lines import GapJunction, Passing
from ionlang.model.expression import Expr
from ionlang.model.names.entities import Entity
from ionlang.model.names.suggest import article
from ionlang.model.read.readings import species_named
from ionlang.model.read.resolve import Where
from ionlang.syntax import ast
from ionlang.units import PURE

_WAYS = {"conductance": ("conductance",), "permeability": ("permeability",)}
_WHY = "what joins two neighbours is a number, which may depend on the position `x`"


def gap_junction(building: Building, line: Entity, entity: Entity) -> GapJunction | None:
    """The junctions between a place of each copy and that of the next."""
    place = entity.outer
    assert place is not None
    way = building.exclusive(entity, _WAYS, "conductance")
    conductance, permeability, number = (
        _constant(building, entity, word) for word in ("conductance", "permeability", "number")
    )
    shares = _shares(building, place, entity, way == "permeability")
    if way is None or shares is None or (conductance is None and permeability is None):
        return None
    return GapJunction(place.path, entity.path, shares, conductance, permeability, number, entity.span)


def _constant(building: Building, entity: Entity, word: str) -> Expr | None:
    sentence = building.property(entity, word)
    return None if sentence is None else building.constant(entity, sentence, _WHY)


def _shares(
    building: Building, place: Entity, entity: Entity, takes_solutes: bool
) -> tuple[Passing, ...] | None:
    sentences = [s for s in entity.block.body if isinstance(s, ast.Carries)]
    if not sentences:
        building.missing(
            entity, "it is not said what passes the gap junctions",
            "write `carries K`, or `carries charge` where a paper names no ion",
        )  # fmt: skip
        return None
    written = [share for s in sentences for share in s.shares]
    if _is_twice(building, written):
        return None
    found = [_share(building, place, entity, share, takes_solutes) for share in written]
    return None if any(s is None for s in found) else tuple(s for s in found if s is not None)


def _is_twice(building: Building, written: list[ast.Share]) -> bool:
    first: dict[str, ast.Share] = {}
    for share in written:
        earlier = first.setdefault(share.species.text, share)
        if earlier is not share:
            building.problems.error(
                "ION305", f"{share.species.text} passes the gap junctions twice", share.span, "here again",
                secondary=(Label(earlier.span, "first here"),), help="name it once, with its whole ratio",
            )  # fmt: skip
            return True
    return False


def _share(
    building: Building, place: Entity, entity: Entity, share: ast.Share, takes_solutes: bool
) -> Passing | None:
    ratio = None
    if share.ratio is not None:
        ratio = building.resolver.of_dimension(share.ratio, Where(entity), (PURE,), "a permeability ratio")
        if ratio is None:
            return None
    if share.between is not None:
        building.problems.error(
            "ION107", "gap junctions join a place to the same one of the next copy", share.span, "not here",
            help=f"write `carries {share.species.text}`",
        )  # fmt: skip
        return None
    if share.species.text == "charge":
        return _charge(building, place, share, ratio, takes_solutes)
    known = species_named(building.resolver, share.species)
    if known is None or not _may_pass(building, known, share, takes_solutes):
        return None
    return Passing(known.name, ratio) if _is_there(building, place, share) else None


def _charge(
    building: Building, place: Entity, share: ast.Share, ratio: Expr | None, takes_solutes: bool
) -> Passing | None:
    if takes_solutes:
        building.problems.error(
            "ION302", "charge of no named ion has no concentration, and no permeability", share.span, "of what?",
            help="give a `conductance`, or name the ions: `carries K`",
        )  # fmt: skip
        return None
    warn_of_charge(building, f"the current between neighbours along {place.name}", share)
    return Passing(None, ratio)


def _may_pass(building: Building, known: Entity, share: ast.Share, takes_solutes: bool) -> bool:
    kind = known.block.kind.text
    if kind == "ion" or (kind == "solute" and takes_solutes):
        return True
    building.problems.error(
        "ION302", f"gap junctions of this kind do not pass {known.name}: it is {article(kind)}", share.species.span,
        "not an ion", secondary=(Label(known.span, "declared here"),),
        help="uncharged matter passes by a `permeability`" if kind == "solute" else "an impermeant stays where it is",
    )  # fmt: skip
    return False


def _is_there(building: Building, place: Entity, share: ast.Share) -> bool:
    name = share.species.text
    if name in place.members:
        return True
    if not place.has_lost(name):
        report_absent(building, place, name, share.species.span, "passes the gap junctions")
    return False
