"""A generated model built from one of its texts, and what it gives at random points."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

import ionlang
from ionlang.codegen.callables import vector_outputs
from ionlang.equations.system import System
from ionlang.simulate.machine import Machine
from tests.models_ledger import Values, injected_flows, own_flows
from tests.models_structure import Model

POINTS = 4
Numbers = dict[str, Values]


@dataclass(frozen=True, eq=False)
class Built:
    """One text of a model, as far as it is asked for."""

    model: Model
    text: str

    @cached_property
    def machine(self) -> Machine:
        read = ionlang.loads(self.text, "cell.ion")
        errors = [(d.code, d.message, d.primary.span.text) for d in read.check() if d.severity == "error"]
        assert not errors, (errors, self.text)
        return read.machine

    @property
    def system(self) -> System:
        return self.machine.system

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """Everything the tests look at by name."""
        model = self.model
        membranes = [f"{m.name}.{word}" for m in model.membranes for word in ("current", "total_capacitance")]
        channels = [
            f"{m.name}.{c.name}.current" for m in model.membranes for c in m.carriers if c.kind == "channel"
        ]
        places = [f"{p.name}.volume" for p in model.places if p.kind == "compartment"]
        contents = [f"{p.name}.{h.species}" for p in model.places for h in p.contents]
        flows = [flow.path for flow in (*own_flows(model), *injected_flows(model))]
        known = self.machine.symbols
        return tuple(dict.fromkeys(("faraday", *membranes, *channels, *(p for p in places if p in known), *contents, *flows)))

    @cached_property
    def index(self) -> dict[str, int]:
        return self.machine.state_index

    def start(self) -> Values:
        """The start values of the states."""
        return np.array(self.machine.initial_state(self.machine.parameters({})))

    def jacobian(self, states: Mapping[str, Values], settings: Mapping[str, Values]) -> Values:
        """(states, states, points)."""
        return self.machine.vector.jacobian(0.0, self.state(states), self.machine.parameters_many(settings))

    @cached_property
    def _function(self) -> Callable[..., Values]:
        system = self.system
        symbols = [self.machine.look(path) for path in self.paths]
        weights = [weight for law in system.invariants for _, weight in law.terms]
        return vector_outputs(system, [*system.rates, *symbols, *weights])

    def state(self, states: Mapping[str, Values]) -> Values:
        return np.array([states[s.path] for s in self.system.states])

    def at(self, states: Mapping[str, Values], settings: Mapping[str, Values]) -> Reading:
        """The right-hand side and all that is looked at. Every value has shape (points,)."""
        y = self.state(states)
        rows = self._function(0.0, y, self.machine.parameters_many(settings))
        rows = np.array([np.broadcast_to(row, y.shape[1:]) for row in rows])
        assert np.isfinite(rows).all(), self.text
        n, m = len(self.system.states), len(self.paths)
        rates = {s.path: row for s, row in zip(self.system.states, rows, strict=False)}
        return Reading(rates, dict(zip(self.paths, rows[n : n + m], strict=True)), rows[n + m :])


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """`weights` belong to the terms of the invariants, one after another."""

    rates: Numbers
    values: Numbers
    weights: Values

    def look(self, path: str) -> Values:
        return self.values[path]


def random_states(system: System, random: np.random.Generator) -> Numbers:
    """V between −120 and 60 mV, everywhere 0 at the first point and in places at the second; concentrations from
    100 nM to 200 mM; gates inside (0, 1)."""
    found: Numbers = {}
    for state in system.states:
        match state.kind:
            case "potential":
                value = random.uniform(-120.0, 60.0, POINTS)
                value[:2] *= (0.0, random.integers(0, 2))
            case "concentration":
                value = 10.0 ** random.uniform(-4.0, 2.3, POINTS)
            case "gate":
                value = random.uniform(0.001, 0.999, POINTS)
        found[state.path] = value
    return found


def random_settings(model: Model, random: np.random.Generator) -> Numbers:
    """Blocked shares of every carrier; injected currents, none at the first two points."""
    carriers = [f"{m.name}.{c.name}.block" for m in model.membranes for c in m.carriers]
    carriers += [f"{flux.name}.block" for flux in model.fluxes]
    found = {path: random.uniform(0.0, 0.9, POINTS) for path in carriers}
    for i in model.injections:
        current = random.uniform(-50.0, 50.0, POINTS)
        current[:2] = 0.0
        found[f"{i.membrane}.inject({i.carrier})"] = current
    return found
