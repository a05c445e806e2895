"""The expressions that a file is made of: of the laws of carriers and gates, of the whole model, of scenarios too."""

from __future__ import annotations

from collections.abc import Iterator

from ionlang.model.cell import (
    Cell,
    ChangesBy,
    ConstantField,
    Content,
    CycleCurrent,
    CycleRate,
    DefinedPotential,
    Membrane,
    Ohmic,
    Place,
    RateGate,
    Reaction,
    RelaxGate,
    SynapticGate,
    Varying,
    WrittenCurrent,
    WrittenRate,
)
from ionlang.model.expression import Expr, Read
from ionlang.model.scenario import Scenario
from ionlang.model.scenario_when import From, Whenever


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


def kinetic_expressions(kinetics: RateGate | RelaxGate | SynapticGate) -> list[Expr]:
    match kinetics:
        case RateGate():
            return [kinetics.alpha, kinetics.beta]
        case RelaxGate():
            return [kinetics.inf] + ([kinetics.tau] if kinetics.tau is not None else [])
        case SynapticGate():
            return [kinetics.decay] + ([kinetics.rise] if kinetics.rise is not None else [])


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
        for line in membrane.transporters:
            found += [line.equilibrium_constant] if line.equilibrium_constant is not None else []
            for scheme in carrier.schemes:
                found += [t.rate for t in scheme.transitions]
                found += [scheme.factor] if scheme.factor is not None else []
    found += [rule for p in cell.places for rule in _of_place(p)]
    found += [rule for m in cell.membranes for rule in _of_membrane(m)]
    found += [f.rate for f in cell.fluxes]
    junctions = (j for line in cell.lines for j in line.gap_junctions)
    found += [s.ratio for j in junctions for s in j.shares if s.ratio is not None]
    found += [e.condition for e in cell.events if e.condition is not None]
    found += [k.amount for k in cell.kicks]
    return (
        found
        + [e for r in cell.reactions for e in reaction_expressions(r)]
        + [e for v in cell.varying for e in varying_expressions(v)]
    )


def reaction_expressions(reaction: Reaction) -> list[Expr]:
    law = reaction.law
    parts = [law.rate] if isinstance(law, WrittenRate) else [law.forward, law.backward]
    return [part for part in (*parts, reaction.equilibrium_constant) if part is not None]


def varying_expressions(varying: Varying) -> list[Expr]:
    kinetics = varying.kinetics
    parts = [kinetics.rate] if isinstance(kinetics, ChangesBy) else [kinetics.inf, kinetics.tau]
    return parts + ([varying.start] if varying.start is not None else [])


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


def conditions(scenario: Scenario) -> Iterator[Expr]:
    """All that a scenario waits for."""
    for acting in scenario.acting:
        match acting.when:
            case Whenever(condition=condition) | From(until=condition) if condition is not None:
                yield condition
            case _:
                pass
    if scenario.until is not None:
        yield scenario.until


def scenario_expressions(cell: Cell) -> list[Expr]:
    """What `tune` asks for, scenarios and variants set, sweeps go through, and scenarios measure and expect."""
    found: list[Expr] = [o.value for v in cell.variants for o in v.overrides]
    found += [value for study in cell.studies for axis in study.axes for value in axis.values]
    found += [side for g in (cell.tuning.goals if cell.tuning else ()) for side in (g.value, g.target)]
    for s in cell.scenarios:
        found += [o.value for o in s.overrides] + [j.value for j in s.jumps] + [m.value for m in s.measures]
        if s.search is not None:
            found += [*s.search.bounds, s.search.condition]
            found += [s.search.within] if s.search.within is not None else []
        found += [h.value for h in s.holdings if h.value is not None] + list(conditions(s))
        for e in s.expectations:
            found += [part for part in (e.value, e.target, e.tolerance, e.upper) if part is not None]
    return found
