"""Cards and solutions as plain objects for JSON: the contract that other programs rely on.

Potentials in mV, concentrations in mM, times in s, amounts in fmol; other quantities in the unit that stands beside.
"""

from __future__ import annotations

from collections.abc import Mapping

from ionlang.analyse.audit import audit_of_run
from ionlang.analyse.card import Card, EquilibriumCard, StateCard
from ionlang.analyse.copies import RestProfile
from ionlang.analyse.display import shown_value
from ionlang.analyse.object_values import Object, Value, number
from ionlang.analyse.phase_portrait import Search
from ionlang.analyse.unpumped_report import unpumped_object
from ionlang.simulate.resting.basins import Way
from ionlang.simulate.resting.character import Oscillation
from ionlang.simulate.solution import Solution, Verdict
from ionlang.simulate.tuning.tuned import Tuned

__all__ = ["Object", "Value", "number"]


def card_object(card: Card) -> Object:
    return {
        "model": card.name,
        "equilibria": [_equilibrium(e) for e in card.equilibria],
        "settles_at": card.settles_at,
        "as_written": _state(card.as_written),
        "invariants": [{"name": c.name, "value": number(c.amount), "unit": c.unit} for c in card.invariants],
        "states": card.states,
        "conserved": card.laws,
        "search": search_object(card.search),
        "notes": list(card.notes),
        **lines_object(card),
        **unpumped_object(card.unpumped),
        **tuned_object(card.tuned),
    }


def tuned_object(tuned: tuple[Tuned, ...]) -> Object:
    """What was solved for, each with the unit beside it; nothing where the file tunes nothing."""
    shown = {t.name: shown_value(t.value, t.dimension) for t in tuned}
    listed: Object = {name: {"value": number(x), "unit": unit} for name, (x, unit) in shown.items()}
    return {"tuned": listed} if listed else {}


def _equilibrium(card: EquilibriumCard) -> Object:
    return {
        **_state(card.state),
        "stable": card.stable,
        "slowest_time_s": number(card.slowest_time_s),
        "residual": number(card.residual),
        "eigenvalues_per_s": [[number(x.real), number(x.imag)] for x in card.eigenvalues],
        "kind": card.character.name,
        "unstable_directions": card.character.unstable,
        "oscillation": _oscillation(card.character.oscillation),
        "rank": card.rank,
        "leads_to": [_way(way) for way in card.ways],
        **_profiles(card.profiles),
    }


def lines_object(card: Card) -> Object:
    """The lines of the cell; nothing where it has none."""
    listed: list[Value] = [
        {"name": line.name, "copies": line.count, "shown": list(line.shown)} for line in card.lines
    ]
    return {"lines": listed} if listed else {}


def _profiles(profiles: Mapping[str, RestProfile]) -> Object:
    """Quantities along lines, one number for each copy; nothing where there are none."""
    listed: Object = {
        path: {
            "unit": each.unit,
            "x_um": [number(x) for x in each.positions.tolist()],
            "values": [number(x) for x in each.values.tolist()],
        }
        for path, each in profiles.items()
    }
    return {"profiles": listed} if listed else {}


def _oscillation(swing: Oscillation | None) -> Value:
    if swing is None:
        return None
    return {
        "frequency_Hz": number(swing.frequency * 1e3), "time_s": number(swing.time * 1e-3), "grows": swing.grows,
    }  # fmt: skip


def _way(way: Way) -> Object:
    return {"ends": way.ends, "equilibrium": way.place, "time_s": number(way.time * 1e-3)}


def search_object(search: Search) -> Object:
    covered = search.range
    span: Value = None
    if covered is not None:
        span = {
            "quantity": covered.quantity, "low": number(covered.low), "high": number(covered.high),
            "unit": covered.unit,
        }  # fmt: skip
    return {
        "by": search.by,
        "complete": search.complete,
        "sentence": search.sentence,
        "range": span,
        "starts": search.starts,
        "converged": search.converged,
        "index_sum": search.index_sum,
    }


def _state(state: StateCard) -> Object:
    return {
        "V": _numbers({name: p.V for name, p in state.potentials.items()}),
        "concentrations": {place: _numbers(contents) for place, contents in state.concentrations.items()},
        "nernst": {name: _numbers(p.nernst) for name, p in state.potentials.items()},
        "driving_force": {
            name: _numbers({ion: p.V - e for ion, e in p.nernst.items()})
            for name, p in state.potentials.items()
        },
        "ghk": _numbers({name: p.ghk for name, p in state.potentials.items()}),
        "chord": _numbers({name: p.chord for name, p in state.potentials.items()}),
        "charge": {
            place: _numbers(
                {"matter_fC": c.matter, "matter_mM": c.concentration, "capacitance_fC": c.capacitance}
            )
            for place, c in state.charges.items()
        },
        "osmolarity": _numbers(state.osmolarity),
        **_variables(state),
    }


def _variables(state: StateCard) -> Object:
    """Each with the unit beside it; nothing where the file has none."""
    shown = {name: shown_value(*value) for name, value in state.variables.items()}
    listed: Object = {name: {"value": number(x), "unit": unit} for name, (x, unit) in shown.items()}
    return {"variables": listed} if listed else {}


def _numbers(values: Mapping[str, float | None]) -> Object:
    return {key: number(value) for key, value in values.items()}


def solution_object(solution: Solution) -> Object:
    """One scenario's results; measures and expectations in display units, which `units` names."""
    dimensions = {m.name: m.value.dimension for m in solution.scenario.measures}
    measures = {name: shown_value(value, dimensions[name]) for name, value in solution.measures}
    return {
        "end_s": solution.end * 1e-3,
        "final": _numbers(solution.final),
        "measures": {name: number(value) for name, (value, _) in measures.items()},
        "units": {name: unit for name, (_, unit) in measures.items()},
        "expectations": [verdict_object(v) for v in solution.verdicts],
        **({"remarks": list(solution.remarks)} if solution.remarks else {}),
        **({"audit": list(audit)} if (audit := audit_of_run(solution)) else {}),
        "conservation_drift": number(solution.conservation_drift),
        "drifts": {d.name: number(d.size) for d in solution.drifts},
        "supplied": {s.path: number(s.amount) for s in solution.supplies},
        "failure": None if solution.failure is None else failure_object(solution),
        **tuned_object(solution.tuned),
    }


def verdict_object(verdict: Verdict) -> Object:
    value, unit = shown_value(verdict.value, verdict.expectation.value.dimension)
    return {
        "text": verdict.expectation.text, "value": number(value), "unit": unit, "passed": verdict.passed,
    }  # fmt: skip


def failure_object(solution: Solution) -> Object:
    failure = solution.failure
    assert failure is not None
    states = solution.machine.system.states
    return {
        "time_s": failure.time * 1e-3,
        "state": None if failure.state_index is None else states[failure.state_index].path,
        "reason": failure.reason,
        "last_good": {s.path: number(v) for s, v in zip(states, failure.last_good_values, strict=True)},
    }
