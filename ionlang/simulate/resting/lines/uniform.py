"""States in which all copies are alike: the equilibria of a single copy by itself.

Where no number depends on the position, nothing then passes from copy to copy; so every equilibrium of one copy is one
of the closed line. Elsewhere (a vessel at an end) they are where the search begins.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from ionlang.equations.derive import derive
from ionlang.model.books.states import variables
from ionlang.model.cell import Cell, Parameter
from ionlang.model.expression import Literal
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.machine import Machine
from ionlang.simulate.resting.equilibria import find_equilibria
from ionlang.simulate.resting.lines.newton import Task
from ionlang.simulate.resting.reduce import reduced_system
from ionlang.source import Span
from ionlang.units import PURE, Dimension, parse_unit


def uniform_states(task: Task) -> tuple[FloatArray, ...]:
    """The equilibria of one copy by itself, each in all copies (n,); none where copies differ in a number."""
    machine = task.machine
    if _copies_differ(machine):
        return ()
    mean = _mean(task)
    alone = _one_copy(machine, mean)
    one = Machine(alone, derive(alone))
    parameters = one.parameters(_values(task, one))
    start = np.array([mean[state.path] for state in one.system.states])
    found = find_equilibria(reduced_system(one, parameters, start), start).found
    return tuple(_everywhere(machine, mean, one, equilibrium.state) for equilibrium in found)


def _copies_differ(machine: Machine) -> bool:
    """Whether a rate depends on what differs from copy to copy, such as the position; a start may."""
    system = machine.system
    made_of = {p.symbol: p.value.free_symbols for p in system.parameters}
    made_of |= {d.symbol: d.reads for d in system.definitions}
    differing = [parameter.symbol for parameter in system.parameters if parameter.extent > 1]
    waiting, seen = (
        [s for rate in system.rates for s in rate.free_symbols],
        set[object](),
    )  # for membership only
    while waiting:
        symbol = waiting.pop()
        if symbol not in seen:
            seen.add(symbol)
            waiting += made_of.get(symbol, ())
    return any(symbol in seen for symbol in differing)


def _one_copy(machine: Machine, mean: Mapping[str, float]) -> Cell:
    """The cell with one copy of each line, that stands by itself; what only neighbours move in it is given, and what
    the line says of a copy: where it is, how long."""
    cell = machine.cell
    alone = replace(cell, lines=(), scenarios=(), variants=(), studies=(), tuning=None)
    moving = {v.path for v in variables(alone)}
    still = [v for v in variables(cell) if v.path not in moving]
    given = [_given(v.path, mean[v.path], v.dimension, v.span) for v in still]
    known = {p.path for p in cell.parameters}
    of_lines = [p for p in machine.system.parameters if p.path not in known]
    given += [_given(p.path, 0.0, _dimension(p.unit), cell.lines[0].span) for p in of_lines]
    return replace(alone, parameters=(*cell.parameters, *given))


def _dimension(unit: str) -> Dimension:
    return PURE if unit == "1" else parse_unit(unit.split()[-1]).dimension  # lengths are in `10 um`


def _given(path: str, value: float, dimension: Dimension, span: Span) -> Parameter:
    return Parameter(path, Literal(value, "given", dimension, span), dimension, "", path, None, None, span)


def _values(task: Task, one: Machine) -> dict[str, float]:
    """The parameters of the copy, by path."""
    names = task.machine.parameter_names
    numbers = dict(zip(names, task.parameters, strict=False))
    return {
        path: float(np.ravel(np.asarray(numbers[path]))[0]) for path in one.parameter_names if path in numbers
    }


def _mean(task: Task) -> dict[str, float]:
    """Of each state the mean of the copies as written."""
    layout = task.machine.layout
    states = enumerate(task.machine.system.states)
    return {state.path: float(task.written[layout.states == i].mean()) for i, state in states}


def _everywhere(machine: Machine, mean: Mapping[str, float], one: Machine, state: FloatArray) -> FloatArray:
    values = {**mean, **dict(zip((s.path for s in one.system.states), state.tolist(), strict=True))}
    return machine.layout.spread([values[s.path] for s in machine.system.states])
