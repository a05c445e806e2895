"""A generated model built from one of its texts, and what it gives at random points."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from unittest.mock import patch

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
        """Whether a random law makes energy from nothing does not matter here."""
        with patch("ionlang.model.assemble.check_passive"):
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
        membranes = [
            f"{m.name}.{word}" for m in model.membranes for word in ("V", "current", "total_capacitance")
        ]
        words = ("current", "total_conductance", "total_permeability")
        channels = [
            f"{m.name}.{c.name}.{word}" for m in model.membranes for c in m.carriers for word in words
        ]
        places = [f"{p.name}.volume" for p in model.places if p.kind == "compartment"]
        contents = [f"{p.name}.{h.species}" for p in model.places for h in p.contents]
        contents += [
            f"amount({p.name}.{h.species})"
            for p in model.places
            if p.kind == "compartment"
            for h in p.contents
        ]
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

    @cached_property
    def at_start(self) -> Reading:
        y = self.start()
        return self.at({s.path: np.full(POINTS, v) for s, v in zip(self.system.states, y, strict=True)}, {})

    def start_volume(self, place: str) -> float:
        """pL"""
        return float(self.at_start.look(f"{place}.volume")[0])

    def start_capacitance(self, membrane: str) -> float:
        """pF"""
        return float(self.at_start.look(f"{membrane}.total_capacitance")[0])

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
                elif (amount := f"amount({place}.{species})") in self.index:
                    sizes[self.index[amount]] += abs(n) * rate
            for name, n in flow.charges_out:
                charge = abs(n) * rate * found.look("faraday")
                if (path := f"{name}.V") in self.index:
                    sizes[self.index[path]] += charge / found.look(f"{name}.total_capacitance")
                else:
                    sizes[self.index[f"{name}.charge"]] += charge
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


def random_states(built: Built, random: np.random.Generator) -> Numbers:
    """Volumes within 30 % of those at the start, amounts to 200 mM of them. V between −120 and 60 mV, everywhere 0 at the first point and in places at the second; concentrations from
    100 nM to 200 mM; gates inside (0, 1)."""
    found: Numbers = {}
    capacitances = {
        m.name: built.start_capacitance(m.name) for m in built.model.membranes if m.way == "charge"
    }
    for state, start in zip(built.system.states, built.start(), strict=True):
        match state.kind:
            case "potential":
                value = random.uniform(-120.0, 60.0, POINTS)
                value[:2] *= np.array([0.0, random.integers(0, 2)])
            case "concentration":
                value = 10.0 ** random.uniform(-4.0, 2.3, POINTS)
            case "charge":
                value = random.uniform(-120.0, 60.0, POINTS) * capacitances[state.path.partition(".")[0]]
            case "amount":
                volume = built.start_volume(state.path.removeprefix("amount(").partition(".")[0])
                value = 10.0 ** random.uniform(-4.0, 2.3, POINTS) * volume
            case "volume":
                value = start * random.uniform(0.7, 1.3, POINTS)
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
