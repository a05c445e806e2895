"""The expressions that a file is made of: of the laws of carriers and gates, of the whole model, of scenarios too."""

from __future__ import annotations

from collections.abc import Iterator

from ionlang.model.cell import (
    Cell,
    ConstantField,
    CycleCurrent,
    CycleRate,
    Ohmic,
    RateGate,
    RelaxGate,
    WrittenCurrent,
)
from ionlang.model.expression import Expr
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
    found += [f.rate for f in cell.fluxes]
    found += [e.condition for e in cell.events if e.condition is not None]
    return found + [k.amount for k in cell.kicks]


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
    """What scenarios and variants set, sweeps go through, and scenarios measure and expect."""
    found: list[Expr] = [o.value for v in cell.variants for o in v.overrides]
    found += [value for study in cell.studies for axis in study.axes for value in axis.values]
    for s in cell.scenarios:
        found += [o.value for o in s.overrides] + [j.value for j in s.jumps] + [m.value for m in s.measures]
        found += [h.value for h in s.holdings if h.value is not None] + list(conditions(s))
        for e in s.expectations:
            found += [part for part in (e.value, e.target, e.tolerance, e.upper) if part is not None]
    return found
