"""How the places of a generated model hang together: which volumes move, where V comes from, what binds and reacts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from math import gcd
from typing import Literal

from tests.models_formulas import Draft
from tests.models_structure import (
    Buffer,
    Content,
    Formula,
    Holding,
    Place,
    Potential,
    Property,
    Quantity,
    Reaction,
    Species,
    Variable,
    Water,
)

_MOLAR_VOLUME = Quantity(Decimal(18), "mL/mol")


@dataclass(frozen=True, slots=True)
class Frame:
    """A membrane before it has carriers. Its area follows the volume of `follows`, which begins at `whole`."""

    name: str
    first: str
    second: str
    way: Literal["currents", "charge", "defined"] = "currents"
    potential: Formula = ()
    waters: tuple[Water, ...] = ()
    annex: str | None = None
    follows: str | None = None
    whole: Quantity | None = None


def arranged(
    draft: Draft, places: tuple[Place, ...], frames: tuple[Frame, ...], species: Sequence[Species]
) -> tuple[tuple[Place, ...], tuple[Frame, ...]]:
    """Each of these in some of the models, in any combination that means something."""
    if draft.one_in(3):
        places, frames = _with_water(draft, places, frames)
    if draft.one_in(4):
        places, frames = _with_annex(draft, places, frames, species)
    if draft.one_in(3):
        frames = _from_charge(places, frames)
    if draft.one_in(3):
        frames = _with_gap(draft, places, frames)
    return tuple(_with_buffer(draft, p, species, _with_annexes(p, places, frames)) for p in places), frames


def _with_water(
    draft: Draft, places: tuple[Place, ...], frames: tuple[Frame, ...]
) -> tuple[tuple[Place, ...], tuple[Frame, ...]]:
    """Water crosses one membrane; perhaps its area follows, perhaps another place fills what is left of a whole."""
    chosen = draft.pick(frames)
    sides = (chosen.first, chosen.second)
    swelling = [p for p in places if p.name in sides and p.kind == "compartment"]
    if not swelling:
        return places, frames
    places = tuple(replace(p, has_water=p in swelling) for p in places)
    plain = [(p.name, p.volume[0]) for p in swelling if len(p.volume) == 1]
    numbers = [(name, size) for name, size in plain if isinstance(size, Quantity)]
    waters = (Water("w0", draft.number("cm/s", -5, -4), _MOLAR_VOLUME),)
    chosen_now = replace(chosen, waters=waters)
    if numbers and draft.one_in(2):
        chosen_now = replace(chosen_now, follows=numbers[0][0], whole=numbers[0][1])
    frames = tuple(chosen_now if f is chosen else f for f in frames)
    others = [p for p in places if p.kind == "compartment" and not p.has_water]
    if numbers and others and draft.one_in(2):
        name, size = numbers[0]
        left = (Quantity(2 * size.number, "pL"), f" - {name}.volume")
        places = tuple(replace(p, volume=left, follows=name) if p is others[0] else p for p in places)
    return places, frames


def _with_annex(
    draft: Draft, places: tuple[Place, ...], frames: tuple[Frame, ...], species: Sequence[Species]
) -> tuple[tuple[Place, ...], tuple[Frame, ...]]:
    """A second compartment on the first side of a membrane, which holds all that can move."""
    alone = [
        f
        for f in frames
        if not f.waters and all(p.kind == "compartment" for p in places if p.name == f.first)
    ]
    if not alone:
        return places, frames
    first = next(p for p in places if p.name == alone[0].first)
    drawn = tuple(Holding(s.name, draft.number("mM", -1), False) for s in species if s.kind != "impermeant")
    if any(
        h.start is None for h in first.contents
    ):  # the two are balanced together: they have one composition
        little = Quantity(Decimal("0.1"), "mM")
        known = {h.species: h.start for h in first.contents}
        contents = tuple(replace(h, start=known.get(h.species) or little) for h in drawn)
    else:
        contents = drawn
    annex = Place("annex", "compartment", (draft.number("pL", -1),), contents)
    return (*places, annex), tuple(replace(f, annex="annex") if f is alone[0] else f for f in frames)


def _from_charge(places: Sequence[Place], frames: tuple[Frame, ...]) -> tuple[Frame, ...]:
    """The first membrane that alone begins at a compartment whose charge is balanced."""
    balanced = [
        p.name for p in places if p.kind == "compartment" and any(h.start is None for h in p.contents)
    ]
    firsts = [f.first for f in frames]
    fit = [f for f in frames if f.first in balanced and firsts.count(f.first) == 1 and f.annex is None]
    return tuple(replace(f, way="charge") if f in fit[:1] else f for f in frames)


def _with_gap(draft: Draft, places: Sequence[Place], frames: tuple[Frame, ...]) -> tuple[Frame, ...]:
    """A junction between two places, over which the potential of a membrane or the difference of two lies."""
    owners = {p.name: [f for f in frames if p.name in (f.first, f.annex)] for p in places}
    fit = [p.name for p in places if len(owners[p.name]) <= 1 and p.kind == "compartment"]
    if len(fit) < 2:
        return frames
    first, second = draft.some(fit, 2, 2)
    one, other = draft.pick(frames), draft.pick(frames)
    potential: Formula = (Potential(one.name),)
    if one is not other:
        potential = (Potential(one.name), " - ", Potential(other.name))
    return (*frames, Frame("gap", first, second, "defined", potential))


def _with_annexes(place: Place, places: Sequence[Place], frames: Sequence[Frame]) -> list[Place]:
    """The places of one potential with it, itself among them."""
    pairs = [(f.first, f.annex) for f in frames if f.annex is not None and place.name in (f.first, f.annex)]
    return [p for p in places if p is place or any(p.name in pair for pair in pairs)]


def _with_buffer(draft: Draft, place: Place, species: Sequence[Species], together: Sequence[Place]) -> Place:
    """Sites for what is given a concentration and may move; to what balances the charge they leave the more to do."""
    valence = {s.name: s.valence for s in species}
    balancing = [valence[h.species] for p in together for h in p.contents if h.start is None]
    free = [s.name for s in species if s.kind != "impermeant" and all(s.valence * z <= 0 for z in balancing)]
    bound = [h.species for h in place.contents if h.species in free and h.start is not None and not h.held]
    if place.kind == "bath" or not bound or not draft.one_in(4):
        return place
    sites = Buffer(
        f"b_{place.name}", draft.pick(bound), draft.number("mM", -2, -1), draft.number("mM", -2, -1)
    )
    return replace(place, buffers=(sites,))


def some_variables(draft: Draft, places: Sequence[Place]) -> tuple[Variable, ...]:
    """Variables that follow a concentration, or change by themselves; formulas may read them."""
    found: list[Variable] = []
    first = places[0]
    for i in range(draft.pick((0, 0, 1, 2))):
        start: Property = ("start", (draft.number("", -3),))
        seen = Content(first.name, draft.pick([h.species for h in first.contents if h.start is not None]))
        level: Formula = ("hill(", seen, ", ", draft.number("mM", -1), ", 2)")
        if draft.one_in(2):
            given: tuple[Property, ...] = (start, ("inf", level), ("tau", draft.size("ms", -1, 0)))
        else:
            given = (start, ("rate", (draft.number("/ms", -4), " * (", *level, f" - q{i})")))
        found.append(Variable(f"q{i}", given))
    draft.variables += [v.name for v in found]
    return tuple(found)


def some_reactions(draft: Draft, places: Sequence[Place], species: Sequence[Species]) -> tuple[Reaction, ...]:
    """Conversions that make no charge: of ions of one sign, of solutes; ions of both signs come from nothing."""
    found: list[Reaction] = []
    rooms = [p for p in places if p.kind == "compartment"]
    for i in range(draft.pick((0, 0, 1, 2))):
        room = draft.pick(rooms)
        held = [s for s in species if s.kind != "impermeant" and room.holding(s.name)]
        one, other = draft.pick(held), draft.pick(held)
        z, y = int(one.valence), int(other.valence)
        if one is other or (z == 0) != (y == 0):
            continue
        common = gcd(z, y) or 1
        first, second = (abs(y) // common or 1, one.name), (abs(z) // common or 1, other.name)
        if z * y < 0:
            sides: tuple[tuple[tuple[int, str], ...], ...] = (), (first, second)
        else:
            sides = (first,), (second,)
        found.append(Reaction(f"r{i}", room.name, sides[0], sides[1], _law(draft, room, sides[0], sides[1])))
    return tuple(found)


def _law(
    draft: Draft, room: Place, origins: Sequence[tuple[int, str]], targets: Sequence[tuple[int, str]]
) -> tuple[Property, ...]:
    """Mass action where its constants are plain, or a written rate per volume or in all."""
    if [n for n, _ in (*origins, *targets)] == [1, 1] and origins and draft.one_in(2):
        return (("forward", draft.size("/ms", -4)), ("backward", (draft.number("/ms", -4),)))
    seen = Content(room.name, targets[0][1])
    level: Formula = (" * hill(", seen, ", ", draft.number("mM", -1), ", 2)")
    return (("rate", (*draft.size(draft.pick(("mM/s", "fmol/s")), -2), *level)),)
