"""What an explanation looks at: a cell at one moment, or at two moments of a run."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from ionlang.analyse.display import duration
from ionlang.explain.explanation import Name
from ionlang.explain.labels import labels_of
from ionlang.explain.laws.book import laws_of
from ionlang.explain.moment import Laws, Moment
from ionlang.explain.names import Label
from ionlang.model.cell import Cell, Membrane
from ionlang.model.expression import Expr
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.lines import refuse_lines
from ionlang.simulate.machine import Machine
from ionlang.simulate.resting.rest import Rest
from ionlang.simulate.solution import Solution


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """`before` and `solution` are there when two moments of a run are compared, `between` are their times [ms]."""

    machine: Machine
    laws: Laws
    labels: Mapping[str, Label]
    now: Moment
    before: Moment | None = None
    solution: Solution | None = None
    between: tuple[float, float] = (math.nan, math.nan)
    observed: Mapping[str, float] = field(default_factory=dict)

    @property
    def cell(self) -> Cell:
        return self.machine.cell

    def label(self, path: str) -> Label:
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
        moments = [
            None if m is None else replace(m, known={**m.known, path: value}) for m in (self.now, self.before)
        ]
        assert moments[0] is not None
        return replace(self, labels={**self.labels, path: label}, now=moments[0], before=moments[1])


def view_of_rest(rest: Rest) -> View:
    """The cell at rest; as written where no stable rest was found."""
    settled = rest.settled
    state, words = (rest.written, "as written") if settled is None else (settled.state, "at rest")
    machine = rest.machine
    paths = _paths(machine)
    found = machine.paths(paths)(np.zeros(1), state[:, None], list(rest.parameters))[:, 0]
    return _view(machine, _moment(machine, words, paths, found, settled=settled is not None))


def view_of_run(solution: Solution, at: float | None) -> View:
    """A run at one time [ms]; at its end without one; at rest if the scenario does not run."""
    if solution.trajectory is None:
        assert solution.rest is not None
        view = view_of_rest(solution.rest)
        words = f"{view.now.words} in scenario {solution.scenario.name}"
        return _with_measures(replace(view, now=replace(view.now, words=words), solution=solution), solution)
    time = solution.end if at is None else at
    view = _view(
        solution.machine, _moment_of(solution, time, f"at {_time(time)} of {solution.scenario.name}")
    )
    return _with_measures(replace(view, solution=solution), solution)


def view_between(solution: Solution, first: float, last: float) -> View:
    """Two times [ms] of a run."""
    name = solution.scenario.name
    before = _moment_of(solution, first, f"at {_time(first)}")
    view = _view(solution.machine, _moment_of(solution, last, f"at {_time(last)} of {name}"))
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


def _paths(machine: Machine) -> list[str]:
    refuse_lines(machine.cell, "an explanation")
    return [path for path in machine.symbols if path != "time"]


def _view(machine: Machine, now: Moment) -> View:
    laws = now.laws
    return View(machine, laws, labels_of(machine.cell), now)


def _moment(
    machine: Machine, words: str, paths: list[str], found: FloatArray, *, settled: bool = False
) -> Moment:
    known = dict(zip(paths, (float(x) for x in found), strict=True))
    return Moment(words, machine.cell, laws_of(machine.cell), known, settled)


def _moment_of(solution: Solution, time: float, words: str) -> Moment:
    paths = _paths(solution.machine)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = solution.values(paths, np.array([time]))[:, 0]
    moment = _moment(solution.machine, words, paths, found)
    return replace(moment, known={**moment.known, "time": time})
