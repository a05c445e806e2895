"""What an explanation looks at: a cell at one moment, or at two moments of a run."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ionlang.analyse.display import duration
from ionlang.explain.copies import (
    InCopies,
    are_in_one_state,
    computing,
    spots_of,
    values_at,
    whole_at,
)
from ionlang.explain.explanation import Name
from ionlang.explain.labels import labels_of
from ionlang.explain.labels_lines import in_other_copy
from ionlang.explain.laws.book import laws_of
from ionlang.explain.moment import Laws, Moment
from ionlang.explain.names import Label
from ionlang.explain.render.numbers import with_unit
from ionlang.model.cell import Cell, Membrane
from ionlang.model.cell_lines import of_any_copy, which_copy
from ionlang.model.expression import Expr
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.lines.linear_cable import LinearCable, linear_cable
from ionlang.simulate.machine import Machine
from ionlang.simulate.resting.rest import Rest
from ionlang.simulate.solution import Solution
from ionlang.units import LENGTH


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """`before` and `solution` are there when two moments of a run are compared, `between` are their times [ms].
    `level` are the lines whose copies are all in the same state, so that nothing passes between them."""

    machine: Machine
    laws: Laws
    labels: Mapping[str, Label]
    now: Moment
    before: Moment | None = None
    solution: Solution | None = None
    between: tuple[float, float] = (math.nan, math.nan)
    observed: Mapping[str, float] = field(default_factory=dict)
    level: tuple[str, ...] = ()

    @property
    def cell(self) -> Cell:
        return self.machine.cell

    def label(self, path: str) -> Label:
        which = which_copy(path)
        if which and path not in self.labels:
            return in_other_copy(self.label(of_any_copy(path)), which)
        if path in self.labels:
            return self.labels[path]
        return Name(path), "as the run found it" if path in self.observed else path

    def per_area(self, membrane: Membrane) -> bool:
        """Whether the membrane has no area of its own: then its totals mean nothing to a reader."""
        stated = next((p.text for p in self.cell.parameters if p.path == f"{membrane.name}.area"), "")
        return stated.endswith("(not stated)")

    def with_law(self, path: str, law: Expr, label: Label) -> View:
        """The view with one more quantity."""
        laws = {**self.laws, path: law}
        moments = [None if m is None else replace(m, laws=laws, made={}) for m in (self.now, self.before)]
        assert moments[0] is not None
        return replace(
            self, laws=laws, labels={**self.labels, path: label}, now=moments[0], before=moments[1]
        )

    def with_value(self, path: str, value: float, label: Label) -> View:
        """The view with a number that belongs to the whole run."""
        return self.with_values(path, value, value, label)

    def with_values(self, path: str, now: float | None, before: float | None, label: Label) -> View:
        """The view with a number for each of its moments."""
        moments = [
            m if m is None or value is None else replace(m, told={**m.told, path: value})
            for m, value in ((self.now, now), (self.before, before))
        ]
        assert moments[0] is not None
        return replace(self, labels={**self.labels, path: label}, now=moments[0], before=moments[1])

    def in_copy(self, line: str, number: int) -> View:
        """The view from another copy of a line."""
        moments = [
            None if m is None else replace(m.moved(line, number), told=m.told)
            for m in (self.now, self.before)
        ]
        assert moments[0] is not None
        return replace(self, laws=moments[0].laws, now=moments[0], before=moments[1])

    def linear_cable(self, path: str) -> LinearCable | None:
        """How the potential of this path answers to a small current along its line."""
        known = self.now.known
        return known.cable(path) if isinstance(known, InCopies) else None

    def is_even(self, path: str) -> bool:
        """Whether something has one value in all copies of its line."""
        known = self.now.known
        return not isinstance(known, InCopies) or known.is_even(path)

    def where(self, path: str) -> str:
        """Which copy of a line speaks, and where it is; nothing outside of lines."""
        spot = self.now.spots.of(path)
        if spot is None:
            return ""
        there = with_unit(self.now[f"{spot.line}.x"], LENGTH)
        everywhere = spot.line in self.level or path not in self.now.spots.differing
        same = ", as in all others" if everywhere and self.is_even(path) and spot.count > 1 else ""
        return f", copy {spot.number} of {spot.count}, at {there}{same}"


def in_copies(view: View, numbers: Mapping[str, int]) -> View:
    """The view from these copies of lines."""
    for line, number in numbers.items():
        view = view.in_copy(line, number)
    return view


def view_of_rest(rest: Rest) -> View:
    """The cell at rest; as written where no stable rest was found."""
    settled = rest.settled
    state, words = (rest.written, "as written") if settled is None else (settled.state, "at rest")
    machine = rest.machine
    parameters = list(rest.parameters)
    moment = _moment(machine, words, 0.0, state, parameters)
    return _view(machine, replace(moment, settled=settled is not None))


def view_of_run(solution: Solution, at: float | None) -> View:
    """A run at one time [ms]; at its end without one; at rest if the scenario does not run."""
    if solution.trajectory is None:
        assert solution.rest is not None
        view = view_of_rest(solution.rest)
        words = f"{view.now.words} in scenario {solution.scenario.name}"
        return _with_measures(replace(view, now=replace(view.now, words=words), solution=solution), solution)
    time = solution.end if at is None else at
    moment = _moment_of(solution, time, f"at {_time(time)} of {solution.scenario.name}")
    view = _view(solution.machine.all_copies, moment)
    return _with_measures(replace(view, solution=solution), solution)


def view_between(solution: Solution, first: float, last: float) -> View:
    """Two times [ms] of a run."""
    name = solution.scenario.name
    before = _moment_of(solution, first, f"at {_time(first)}")
    view = _view(solution.machine.all_copies, _moment_of(solution, last, f"at {_time(last)} of {name}"))
    before = replace(before, laws=view.laws)
    whole = replace(view, before=before, solution=solution, between=(first, last))
    return _with_measures(whole, solution)


def _time(milliseconds: float) -> str:
    return duration(milliseconds) if milliseconds else "0 s"


def _with_measures(view: View, solution: Solution) -> View:
    name = solution.scenario.name
    found = {f"{name}.{measure}": value for measure, value in solution.measures}
    for path, value in found.items():
        view = view.with_value(path, value, view.label(path))
    return replace(view, observed=found)


def _view(machine: Machine, now: Moment) -> View:
    level = tuple(
        line.name
        for line in machine.cell.lines
        if isinstance(now.known, InCopies) and are_in_one_state(machine, now.known.arrays, line)
    )
    return View(machine, now.laws, labels_of(machine.cell), now, level=level)


def _moment(
    machine: Machine, words: str, time: float, state: FloatArray, parameters: Sequence[Any]
) -> Moment:
    spots, values = spots_of(machine), values_at(machine, time, state, parameters)
    known: Mapping[str, float] = InCopies(
        values,
        spots,
        computing(machine, time, state, parameters),
        lambda path: linear_cable(machine, path, state, parameters),
    )
    if not machine.has_lines:
        known = {path: float(value[0]) for path, value in values.items()}
    return Moment(words, machine.cell, laws_of(machine.cell, spots), known, spots=spots)


def _moment_of(solution: Solution, time: float, words: str) -> Moment:
    machine, phase, state = whole_at(solution, time)
    parameters = phase.parameters_many(np.array([time]))
    with np.errstate(divide="ignore", invalid="ignore"):
        moment = _moment(machine, words, time, state, parameters)
    return replace(moment, told={"time": time})
