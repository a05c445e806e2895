"""How neighbours in a line meet: diffusion in a place, with the field or without it, and current along it."""

from __future__ import annotations

from typing import TypeVar

from ionlang.diagnostics import Label
from ionlang.model.blocks.building import Building
from ionlang.model.cell_lines import Axial, Diffusing, Diffusion, Electrodiffusion, Spreading
from ionlang.model.expression import Expr
from ionlang.model.kinds import KINDS
from ionlang.model.names.enclosing import enclosing, way_of
from ionlang.model.names.entities import Entity
from ionlang.model.names.suggest import closest
from ionlang.model.read.readings import species_named
from ionlang.source import Span
from ionlang.syntax import ast
from ionlang.units import DIFFUSIVITY


def diffusion(building: Building, line: Entity, entity: Entity) -> Diffusion | None:
    """Diffusion in a place; None if what is wrong leaves nothing of it."""
    return _spreading(building, line, entity, Diffusion)


def electrodiffusion(building: Building, line: Entity, entity: Entity) -> Electrodiffusion | None:
    """Diffusion and drift in a place; None if what is wrong leaves nothing of it."""
    return _spreading(building, line, entity, Electrodiffusion)


_Kind = TypeVar("_Kind", bound=Spreading)


def _spreading(building: Building, line: Entity, entity: Entity, kind: type[_Kind]) -> _Kind | None:
    place = entity.outer
    assert place is not None
    species = [_diffusing(building, place, m) for m in entity.members.values() if m.kind == "coefficient"]
    if not species:
        building.missing(
            entity, f"nothing diffuses in {place.name}", "say what does, and how fast: `K = 1.96e-5 cm2/s`"
        )
    tortuosity = _number(building, entity, "tortuosity")
    cross_section = _number(building, entity, "cross_section")
    if cross_section is None and not _has_volume(building, line, place, entity):
        return None
    first, last = (_end(building, line, entity, word) for word in ("first", "last"))
    known = tuple(s for s in species if s is not None)
    return kind(place.path, entity.path, known, tortuosity, cross_section, first, last, entity.span)


def _diffusing(building: Building, place: Entity, member: Entity) -> Diffusing | None:
    node = member.node
    assert isinstance(node, ast.Property) and member.outer is not None
    words = KINDS[member.outer.block.kind.text].properties
    known = species_named(building.resolver, node.name, words)
    meant = None if known is not None else closest(node.name.text, words)
    value = building.written_as(member.outer, node, (words[meant] if meant else ()) or (DIFFUSIVITY,))
    if known is None or value is None:
        return None
    if place.members.get(member.name) is None and not place.has_lost(member.name):
        report_absent(building, place, member.name, member.span, "diffuses here")
        return None
    why = "a coefficient of diffusion is a number, which may depend on the position `x`"
    fixed = building.constant_as(member.outer, node, (DIFFUSIVITY,), why)
    return None if fixed is None else Diffusing(member.name, fixed, member.span)


def _number(building: Building, entity: Entity, word: str) -> Expr | None:
    sentence = building.property(entity, word)
    return None if sentence is None else building.resolved(entity, sentence)


def _has_volume(building: Building, line: Entity, place: Entity, entity: Entity) -> bool:
    """Whether the cross-section follows from the volume of the place."""
    if building.property(place, "volume") is not None or "volume" in place.lost:
        return True
    building.missing(
        place, f"{place.describe()} has no `volume`",
        "the cross-section is the volume over the spacing: `volume = 1 pL`",
        because=(Label(entity.span, "needs its cross-section"),),
    )  # fmt: skip
    return False


def _end(building: Building, line: Entity, entity: Entity, word: str) -> str | None:
    """The place that the line ends in, by its path."""
    sentence = building.property(entity, word)
    if sentence is None or isinstance(sentence.value, ast.Broken):
        return None
    path = sentence.value
    found = line.outer.visible_at(path) if isinstance(path, ast.Path) and line.outer is not None else None
    if found is not None and found.kind == "place":
        found.used = True
        return found.path
    said = path.text if isinstance(path, ast.Path) else ""
    outer = line.outer.members.values() if line.outer is not None else ()
    guess = closest(said, (e.name for e in outer if e.kind == "place"))
    building.problems.error(
        "ION486", f"`{word}` names the place that the line ends in", sentence.value.span,
        "no place outside of the line",
        help=f"did you mean `{guess}`?" if guess else
        f"declare it, `bath blood {{ K = 3 mM }}`, and write `{word} = blood`",
    )  # fmt: skip
    return None


def axial(building: Building, line: Entity, entity: Entity) -> Axial | None:
    """Current along a place."""
    place = entity.outer
    assert place is not None
    resistivity = building.required(
        entity, "resistivity", "a current along it meets a resistance", "70 ohm.cm"
    )
    cross_section = _number(building, entity, "cross_section")
    sized = cross_section is not None or _has_volume(building, line, place, entity)
    membranes = _membranes(building, line, place, entity)
    carrier = _carrier(building, place, entity)
    if resistivity is None or not sized or not membranes or carrier is None:
        return None
    named = None if carrier == "charge" else carrier
    return Axial(place.path, entity.path, membranes, resistivity, cross_section, named, entity.span)


def _membranes(building: Building, line: Entity, place: Entity, entity: Entity) -> tuple[str, ...]:
    """The membranes that enclose the place: its potential is the sum of theirs. None of them if that is reported."""
    found = enclosing(line, place)
    if found:
        return tuple(membrane.path for membrane in found)
    if all(_is_known(building, m) for m in line.members.values() if m.kind == "membrane"):
        building.problems.error(
            "ION487", f"which potential drives the current along {place.name}?", entity.span,
            "there are several" if found is None else "none that current would change",
            notes=(
                "it is that of the one membrane with this place on its first side, and V from currents or charge; with"
                " that of the one around it, and so on outward",
            ),
            help=f"write `membrane M ({place.name} | …) {{ …; V from currents starting at -65 mV }}` in the"
            " arrangement",
        )  # fmt: skip
    return ()


def _is_known(building: Building, membrane: Entity) -> bool:
    """Whether its sides and its potential could be read."""
    way = way_of(membrane)
    readable = way in _WAYS or (way == "" and building.is_whole(membrane))
    return readable and "sides" not in membrane.lost


_WAYS = ("currents", "charge", "zero_current")


def _carrier(building: Building, place: Entity, entity: Entity) -> str | None:
    """The ion that carries the current, or `charge`."""
    sentences = [s for s in entity.block.body if isinstance(s, ast.Carries)]
    if not sentences:
        building.missing(
            entity, "it is not said what carries the current",
            "write `carries K`, or `carries charge` where a paper names no ion",
        )  # fmt: skip
        return None
    shares = [share for s in sentences for share in s.shares]
    first = shares[0].species
    if len(shares) > 1 or shares[0].ratio is not None or shares[0].between is not None:
        building.problems.error(
            "ION302", "an axial current is carried by one ion", shares[-1].span, "one too many",
            help="ions that share a current move by their own gradients too: say that as `diffusion`",
        )  # fmt: skip
        return None
    if first.text == "charge":
        warn_of_charge(building, f"the current along {place.name}", shares[0])
        return "charge"
    known = species_named(building.resolver, first)
    if known is None:
        return None
    if known.block.kind.text != "ion":
        building.problems.error(
            "ION302", f"{known.name} is no ion and cannot carry a current", first.span, "not an ion",
            help="name an ion that the place holds; or write `carries charge`",
        )  # fmt: skip
        return None
    if first.text not in place.members:
        building.problems.error(
            "ION303", f"{place.name} holds no ion {first.text}", first.span, "carries the current along it",
            help=f"give it a concentration there: `{first.text} = … mM`; or write `carries charge`",
        )  # fmt: skip
        return None
    return first.text


def report_absent(building: Building, place: Entity, name: str, span: Span, doing: str) -> None:
    """What passes from copy to copy is not in the place."""
    building.problems.error(
        "ION303", f"{place.name} holds no {name}", span, doing,
        secondary=(Label(place.span, f"{place.name} is declared here"),),
        help=f"give it a concentration there: `{name} = … mM`",
    )  # fmt: skip


def warn_of_charge(building: Building, current: str, share: ast.Share) -> None:
    """Of a current that names no ion."""
    building.problems.warning(
        "ION313", f"{current} carries charge of no named ion", share.span,
        "the ledger of matter cannot follow it", help="name the ion if the source does: `carries K`",
    )  # fmt: skip
