"""Hypothesis strategies that build valid models: places, membranes between them, and what goes through.

Two to four places in any arrangement (a cell in a bath, an organelle in a cell, two cells that share a space, two
membranes side by side), two or three membranes, ions of valence −2 to +2, every kind of carrier; volumes that move,
areas that follow them, sides of two places, gap junctions, buffers, reactions and variables (`models_arranged`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from hypothesis import strategies as st

from tests.models_arranged import Frame, arranged, some_reactions, some_variables
from tests.models_formulas import Draft, Spot, follower, gate, share, strength, written_current
from tests.models_structure import (
    Carrier,
    Content,
    Flux,
    Formula,
    Gate,
    GateValue,
    Holding,
    Injection,
    Membrane,
    Model,
    Movement,
    Odd,
    Place,
    Property,
    Quantity,
    Species,
    Use,
)

_IONS = (("K", 1), ("Na", 1), ("Cl", -1), ("Ca", 2), ("SO4", -2))
_PLACES = ("cell", "outside", "organelle", "sea")
_DENSITIES = {
    "conductance": ("mS/cm2", "nS", "nS/pF"),
    "current": ("uA/cm2", "pA", "pA/pF"),
    "permeability": ("cm/s", "pL/s"),
    "rate": ("pmol/s/cm2", "fmol/s"),
}
_EXPONENTS = {"conductance": (-3, -2), "current": (-2, -1), "permeability": (-8, -6), "rate": (-2, -1)}


@st.composite
def models(draw) -> Model:
    draft = Draft(draw)
    ions = draft.some(_IONS, 2, 4)
    species = [Species(name, "ion", Decimal(z)) for name, z in ions]
    species += [Species(name, "solute", Decimal(0)) for name in draft.some(("ATP", "Glc"), 0, 2)]
    species += [Species("A", "impermeant", Decimal("-1.2")), Species("B", "impermeant", Decimal("0.5"))]
    names = _PLACES[: draft.whole(2, 4)]
    places = tuple(_place(draft, name, species, i) for i, name in enumerate(names))
    variables = some_variables(draft, places)
    pairs = [(a, b) for a in names for b in names if a != b]
    frames = tuple(Frame(f"m{i}", *draft.pick(pairs)) for i in range(draft.pick((2, 2, 2, 3))))
    places, frames = arranged(draft, places, frames, species)
    membranes = _membranes(draft, places, species, frames)
    fluxes = tuple(_flux(draft, f"f{i}", places, species) for i in range(draft.pick((0, 1, 1, 2))))
    reactions = some_reactions(draft, places, species)
    injections = tuple(_injection(draft, m, places, ions) for m in membranes if draft.one_in(2))
    return Model(
        _warmth(draft), tuple(species), tuple(draft.declared), places, membranes, fluxes,
        tuple(i for i in injections if i is not None), draft.whole(0, 2**16), reactions, variables,
    )  # fmt: skip


def _warmth(draft: Draft) -> tuple[str, Quantity]:
    if draft.one_in(2):
        return "temperature", Quantity(Decimal(draft.whole(40, 400)) / 10, "degC")
    return "thermal_voltage", Quantity(Decimal(draft.whole(2400, 2700)) / 100, "mV")


def _place(draft: Draft, name: str, species: Sequence[Species], index: int) -> Place:
    """The first place is finite and holds all that is declared."""
    bath = index > 0 and draft.one_in(3)
    contents: list[Holding] = []
    charge = Decimal(0)
    for i, s in enumerate(species):
        if s.kind == "impermeant" or (index and i and draft.one_in(8)):
            continue
        start = draft.number("mM", -2, -1, 0)
        charge += s.valence * start.number
        contents.append(Holding(s.name, start, bath or draft.one_in(8)))
    balancer = next(
        s for s in species if (s.kind == "impermeant" and s.valence * charge < 0) or s.name == "B"
    )
    if abs(charge) > 12 and draft.one_in(2):  # a membrane may hold the charge of 3 mM
        contents.insert(draft.whole(0, len(contents)), Holding(balancer.name, None, False))
    elif draft.one_in(2) or index == 0:
        contents.append(Holding(balancer.name, draft.number("mM", -1), bath))
    volume = draft.size("pL", 0)
    if draft.one_in(4):
        volume = ("4 / 3 * pi * (", Quantity(Decimal(draft.whole(60, 300)) / 10, "um"), ")^3")
    return Place(name, "bath" if bath else "compartment", volume, tuple(contents))


def _membranes(
    draft: Draft, places: Sequence[Place], species: Sequence[Species], frames: Sequence[Frame]
) -> tuple[Membrane, ...]:
    """First which carriers have which gates, then what everything depends on."""
    plans = [[draft.whole(0, 2) for _ in range(draft.pick((1, 2, 2, 3)))] for _ in frames]
    gates = tuple(
        GateValue(frame.name, f"c{j}", f"g{k}")
        for frame, plan in zip(frames, plans, strict=True)
        for j, count in enumerate(plan)
        for k in range(count)
    )
    return tuple(
        _membrane(draft, frame, places, species, plan, gates)
        for frame, plan in zip(frames, plans, strict=True)
    )


def _membrane(
    draft: Draft,
    frame: Frame,
    places: Sequence[Place],
    species: Sequence[Species],
    plan: Sequence[int],
    gates: tuple[GateValue, ...],
) -> Membrane:
    name, pair = frame.name, (frame.first, frame.second)
    sides = [p for p in places if p.name in pair]
    held = tuple(s for s in species if all(p.holding(s.name) for p in sides) and s.kind != "impermeant")
    ions = tuple(s.name for s in held if s.kind == "ion")
    spot = Spot(name, *pair, ions, gates, frame.way != "defined", frame.annex is None)
    carriers: list[Carrier] = []
    for i, count in enumerate(plan):
        own = [GateValue(name, f"c{i}", f"g{k}") for k in range(count)]
        inner = frame.annex if frame.annex is not None and draft.one_in(2) else frame.first
        around = [p for p in places if p.name in (*pair, frame.annex)]
        carriers.append(_carrier(draft, replace(spot, first=inner), f"c{i}", own, held, around, carriers))
    total = draft.one_in(4)
    capacitance = draft.number("pF", -1, 0) if total else draft.number("uF/cm2", -3, -2)
    area: Formula = draft.size("um2", 0, 1)
    if frame.follows is not None and frame.whole is not None:
        area = (draft.number("um2", 0), f" * ({frame.follows}.volume / (", frame.whole, "))^(2/3)")
    elif draft.one_in(4):
        area = ("4 * pi * (", draft.number("um", -2), ")^2")
    start = Quantity(Decimal(draft.whole(-900, 200)) / 10, "mV")
    return Membrane(
        name, *pair, area, capacitance, start, tuple(carriers), frame.way, frame.potential, frame.waters, frame.annex
    )  # fmt: skip


def _carrier(
    draft: Draft,
    spot: Spot,
    name: str,
    own: Sequence[GateValue],
    held: Sequence[Species],
    sides: Sequence[Place],
    earlier: Sequence[Carrier],
) -> Carrier:
    gates = [gate(draft, spot, g.gate) for g in own]
    if spot.gates and draft.one_in(3):
        gates.append(follower(draft, spot, "h"))
        own = [*own, GateValue(spot.membrane, name, "h")]
    if draft.one_in(3):
        return _transporter(draft, spot, name, own, held, sides, earlier, gates)
    return _channel(draft, spot, name, own, gates)


def _channel(draft: Draft, spot: Spot, name: str, own: Sequence[GateValue], gates: Sequence[Gate]) -> Carrier:
    way = draft.pick(("conductance", "conductance", "permeability", "permeability", "current"))
    unnamed = way != "permeability" and draft.one_in(5)
    ions = ["charge"] if unnamed else draft.some(spot.common, 1, 3)
    unit = _unit(draft, spot, way)
    if way == "current":
        value = written_current(draft, spot, unit, own)
    else:
        value = strength(draft, spot, unit, own, *_EXPONENTS[way])
    properties: list[Property] = [(way, value)]
    if way == "conductance" and (unnamed or draft.one_in(4)):
        properties.append(("reversal", _reversal(draft, spot)))
    declared: tuple[tuple[str, Formula], ...] = ()
    if draft.one_in(4):
        declared = (("let inner", value),)
        properties[0] = (way, ("inner",))
    shares = tuple((ion, _ratio(draft, spot) if len(ions) > 1 else None) for ion in ions)
    inner = None if spot.has_one_place_a_side else spot.first
    return Carrier(name, "channel", shares, (), (), declared, tuple(properties), tuple(gates), inner)


def _unit(draft: Draft, spot: Spot, way: str) -> str:
    return draft.pick([u for u in _DENSITIES[way] if spot.has_capacitance or not u.endswith("/pF")])


def _reversal(draft: Draft, spot: Spot) -> Formula:
    if spot.has_one_place_a_side and draft.one_in(3):
        return ("0.5 * ", Odd(spot.membrane, f"E({draft.pick(spot.common)})"))
    return (Quantity(Decimal(draft.whole(-900, 500)) / 10, "mV"),)


def _ratio(draft: Draft, spot: Spot) -> Formula | None:
    match draft.whole(0, 3):
        case 0:
            return None
        case 1:
            return share(draft, spot)
        case _:
            return draft.size("", -2, -1)


def _transporter(
    draft: Draft,
    spot: Spot,
    name: str,
    own: Sequence[GateValue],
    held: Sequence[Species],
    sides: Sequence[Place],
    earlier: Sequence[Carrier],
    gates: Sequence[Gate],
) -> Carrier:
    moved = draft.some([s.name for s in held], 1, 3)
    movements = tuple(_crossing(draft, spot, s) for s in moved)
    fuel = [(s, p.name) for s in ("ATP", "K", "SO4") for p in sides if p.holding(s)]
    uses: list[Use] = []
    if fuel and draft.one_in(2):
        species, place = draft.pick(fuel)
        alone = sum(s == species for s, _ in fuel) == 1
        uses.append(Use(draft.whole(1, 2), species, place, not alone or draft.one_in(2)))
    valences = {s.name: int(s.valence) for s in held}
    charge = sum(valences[m.species] * m.count * (1 if m.origin == spot.first else -1) for m in movements)
    way = "current" if charge and draft.one_in(2) else "rate"
    unit = _unit(draft, spot, way)
    value = strength(draft, spot, unit, own, *_EXPONENTS[way])
    followed = [c for c in earlier if c.kind == "channel" and c.shares[0][0] != "charge"]
    if followed and way == "rate" and draft.one_in(3):
        other = draft.pick(followed)
        value = (
            draft.number("", -3, -2),
            " * ",
            Odd(spot.membrane, f"{other.name}.flux({other.shares[0][0]})"),
        )
    kind = "pump" if uses and draft.one_in(2) else "transporter"
    return Carrier(
        name, "pump" if kind == "pump" else "transporter", (), movements, tuple(uses), (), ((way, value),), tuple(gates)
    )  # fmt: skip


def _crossing(draft: Draft, spot: Spot, species: str) -> Movement:
    ends = (spot.first, spot.second) if draft.one_in(2) else (spot.second, spot.first)
    return Movement(draft.whole(1, 3), species, *ends, draft.one_in(4))


def _flux(draft: Draft, name: str, places: Sequence[Place], species: Sequence[Species]) -> Flux:
    """Between two places that hold the species, or from or to nothing."""
    movements: list[Movement] = []
    for s in draft.some([s for s in species if s.kind != "impermeant"], 1, 2):
        ends: list[str | None] = [p.name for p in places if p.holding(s.name)]
        origin = draft.pick([*ends, None])
        target = draft.pick([e for e in ends if e != origin] + [None] * (origin is not None))
        movements.append(Movement(draft.whole(1, 2), s.name, origin, target, True))
    first = movements[0]
    seen = [Content(e, first.species) for e in (first.origin, first.target) if e is not None]
    room = places[0].name
    match draft.whole(0, 2):
        case 0:
            difference: Formula = (seen[0], " - ", seen[-1]) if len(seen) > 1 else (seen[0],)
            rate: Formula = (draft.number("/ms", -5), " * (", *difference, f") * {room}.volume")
        case 1:
            rate = (
                draft.number("mM/s", -2),
                f" * {room}.volume * hill(",
                seen[0],
                ", ",
                draft.number("mM", -1),
                ", 2)",
            )
        case _:
            rate = (*draft.size("fmol/s", -2), f" * {room}.osmolarity / ", draft.number("mM", 0))
    return Flux(name, tuple(movements), rate)


def _injection(
    draft: Draft, membrane: Membrane, places: Sequence[Place], ions: Sequence[tuple[str, int]]
) -> Injection | None:
    """Into a membrane that has a charge of its own; where its side has several places no ion is named."""
    if membrane.way == "defined":
        return None
    first = next(p for p in places if p.name == membrane.first)
    carried = [name for name, _ in ions if first.holding(name) and membrane.annex is None]
    return Injection(membrane.name, draft.pick(("charge", *carried)), draft.number("pA", -1, 0))
