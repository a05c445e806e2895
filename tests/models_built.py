"""A generated model built from one of its texts, and what it gives at random points."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

import ionlang
from ionlang.codegen.assemble import complete, initial_state
from ionlang.codegen.layout import parameters_text
from ionlang.codegen.load import load_vector
from ionlang.codegen.lower import lower, lower_function
from ionlang.codegen.vector import VECTOR, vector_function
from ionlang.compiler import equations
from ionlang.equations.system import Symbol, System
from ionlang.model.cell import Cell
from ionlang.simulate.machine import Machine
from tests.models_ledger import Values, flows_of
from tests.models_structure import Model

POINTS = 4
Numbers = dict[str, Values]


@dataclass(frozen=True, eq=False)
class Built:
    """One text of a model, as far as it is asked for."""

    model: Model
    text: str

    @cached_property
    def cell(self) -> Cell:
        read = ionlang.loads(self.text, "cell.ion")
        errors = [(d.code, d.message, d.primary.span.text) for d in read.check() if d.severity == "error"]
        assert not errors, (errors, self.text)
        return read.cell

    @cached_property
    def system(self) -> System:
        return equations(self.cell)

    @cached_property
    def machine(self) -> Machine:
        """Everything that can be made of it, Jacobians included."""
        return Machine(self.cell, self.system)

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """Everything the tests look at by name."""
        model = self.model
        membranes = [f"{m.name}.{word}" for m in model.membranes for word in ("current", "total_capacitance")]
        words = ("current", "total_conductance", "total_permeability")
        channels = [
            f"{m.name}.{c.name}.{word}" for m in model.membranes for c in m.carriers for word in words
        ]
        places = [f"{p.name}.volume" for p in model.places if p.kind == "compartment"]
        contents = [f"{p.name}.{h.species}" for p in model.places for h in p.contents]
        flows = [flow.path for flow in flows_of(model)]
        wanted = dict.fromkeys(
            ("faraday", "thermal_voltage", *membranes, *channels, *places, *contents, *flows)
        )
        return tuple(path for path in wanted if path in self.symbols)

    @cached_property
    def symbols(self) -> dict[str, Symbol]:
        return self.machine.symbols

    @cached_property
    def index(self) -> dict[str, int]:
        return {state.path: i for i, state in enumerate(self.system.states)}

    def parameters(self, settings: Mapping[str, Values]) -> list[Values]:
        names = {entry.path: entry.name for entry in lower(self.system).parameters}
        made: list[Values] = self._functions["parameters"](**{names[path]: v for path, v in settings.items()})
        return made

    def start(self) -> Values:
        """The start values of the states."""
        return np.asarray(self._functions["initial_state"](self.parameters({})), dtype=float)

    def jacobian(self, states: Mapping[str, Values], settings: Mapping[str, Values]) -> Values:
        """(states, states, points)."""
        return self.machine.vector.jacobian(0.0, self.state(states), self.parameters(settings))

    def sizes(self, states: Mapping[str, Values], settings: Mapping[str, Values]) -> Values:
        """The sizes of the terms of each rate, |f| + Σ |df/dx x| and all flows that enter it, even those that
        cancel: what rounding is measured against."""
        found, y = self.at(states, settings), self.state(states)
        sizes = np.abs([*found.rates.values()]) + np.abs(self.jacobian(states, settings) * y).sum(axis=1)
        for flow in flows_of(self.model):
            rate = np.abs(flow.rate(found.look))
            for place, species, n in flow.moves:
                if f"{place}.{species}" in self.index:
                    sizes[self.index[f"{place}.{species}"]] += abs(n) * rate / found.look(f"{place}.volume")
            if flow.membrane is not None:
                charging = found.look("faraday") / found.look(f"{flow.membrane}.total_capacitance")
                sizes[self.index[f"{flow.membrane}.V"]] += abs(flow.charge_out) * rate * charging
        return sizes

    @cached_property
    def _functions(self) -> Mapping[str, Callable[..., Any]]:
        """Without Jacobians, which take the longest: a model in other words needs none."""
        system, program = self.system, lower(self.system)
        weights = [weight for law in system.invariants for _, weight in law.terms]
        outputs = [*system.rates, *(self.symbols[path] for path in self.paths), *weights]
        functions = (complete(program), initial_state(program), lower_function(system, "measures", outputs))
        return load_vector("\n\n".join((parameters_text(program, VECTOR), *map(vector_function, functions))))

    def state(self, states: Mapping[str, Values]) -> Values:
        return np.array([states[s.path] for s in self.system.states])

    def at(self, states: Mapping[str, Values], settings: Mapping[str, Values]) -> Reading:
        """The right-hand side and all that is looked at. Every value has shape (points,)."""
        y = self.state(states)
        rows = self._functions["measures"](0.0, y, self.parameters(settings))
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
                value[:2] *= np.array([0.0, random.integers(0, 2)])
            case "concentration":
                value = 10.0 ** random.uniform(-4.0, 2.3, POINTS)
            case "gate":
                value = random.uniform(0.001, 0.999, POINTS)
            case "variable":
                value = random.uniform(-1.0, 1.0, POINTS)
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
