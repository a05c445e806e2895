"""The expressions that a file is made of: of the laws of carriers and gates, of the whole model, of scenarios too."""

from __future__ import annotations

from ionlang.model.cell import (
    Cell,
    ConstantField,
    Content,
    CycleCurrent,
    CycleRate,
    DefinedPotential,
    Membrane,
    Ohmic,
    Place,
    RateGate,
    RelaxGate,
    WrittenCurrent,
)
from ionlang.model.expression import Expr, Read


def law_expressions(law: Ohmic | ConstantField | WrittenCurrent | CycleCurrent | CycleRate) -> list[Expr]:
    match law:
        case Ohmic():
            return [law.conductance] + ([law.reversal] if law.reversal is not None else [])
        case ConstantField():
            return [law.permeability]
        case WrittenCurrent() | CycleCurrent():
            return [law.current]
        case CycleRate():
            return [law.rate]


def kinetic_expressions(kinetics: RateGate | RelaxGate) -> list[Expr]:
    match kinetics:
        case RateGate():
            return [kinetics.alpha, kinetics.beta]
        case RelaxGate():
            return [kinetics.inf] + ([kinetics.tau] if kinetics.tau is not None else [])


def model_expressions(cell: Cell) -> list[Expr]:
    """All expressions of the model that compute something: parameters, `let`s, laws, gates."""
    found: list[Expr] = [p.value for p in cell.parameters] + [d.value for d in cell.definitions]
    for membrane in cell.membranes:
        for channel in membrane.channels:
            found += [share.ratio for share in channel.shares if share.ratio is not None]
        for carrier in membrane.carriers:
            found += law_expressions(carrier.law)
            for gate in carrier.gates:
                found += kinetic_expressions(gate.kinetics)
                found += [part for part in (gate.factor, gate.start) if part is not None]
    found += [rule for p in cell.places for rule in _of_place(p)]
    found += [rule for m in cell.membranes for rule in _of_membrane(m)]
    return found + [f.rate for f in cell.fluxes]


def _of_place(place: Place) -> list[Expr]:
    """What defines its volume, and what is held in it, at all times."""
    held = [c.start for c in place.contents if c.start is not None and is_rule(c)]
    return held + ([place.volume_rule] if place.volume_rule is not None else [])


def is_rule(content: Content) -> bool:
    """Whether what is held changes by a definition: no parameter of its own says how much."""
    own = (content.path, f"{content.path}.start")
    return content.held and not (isinstance(content.start, Read) and content.start.path in own)


def _of_membrane(membrane: Membrane) -> list[Expr]:
    found = [membrane.area_rule] if membrane.area_rule is not None else []
    if isinstance(membrane.potential, DefinedPotential):
        found.append(membrane.potential.value)
    for water in membrane.waters:
        found += [water.permeability, water.molar_volume]
        found += [water.pressure] if water.pressure is not None else []
    return found


def scenario_expressions(cell: Cell) -> list[Expr]:
    """What scenarios set, measure and expect."""
    found: list[Expr] = []
    for s in cell.scenarios:
        found += [o.value for o in s.overrides] + [j.value for j in s.jumps] + [m.value for m in s.measures]
        for e in s.expectations:
            found += [part for part in (e.value, e.target, e.tolerance, e.upper) if part is not None]
    return found
