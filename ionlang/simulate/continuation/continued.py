"""A machine and a range of one parameter → the diagram of its equilibria."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np

from ionlang.model.numbers import parameter_values
from ionlang.model.scenario import Scenario
from ionlang.simulate.continuation.branch import Branch, Happening, Point
from ionlang.simulate.continuation.diagram import Diagram, Over, Tip, Track
from ionlang.simulate.continuation.explore import explore
from ionlang.simulate.continuation.family import Family, family
from ionlang.simulate.continuation.swing import swing
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.machine import Machine
from ionlang.simulate.resting.reduced import states as lifted
from ionlang.simulate.running.plan import base_values
from ionlang.simulate.table import moving_concentrations, shown, unit_of

_ENDS = {
    "edge": "a potential, gate or concentration comes to the end of what is possible there",
    "lost": "it could not be followed further",
    "long": "it was not followed further",
}

_SWAY = 1e-4  # typical sizes


def continue_over(
    machine: Machine,
    over: Over,
    given: Mapping[str, float],
    scenario: Scenario | None = None,
    progress: Callable[[float], None] | None = None,
) -> Diagram:
    """Branches of equilibria for all values of `over`, the others as `given` (by path, in cell units), under what a
    scenario does for its whole length. Raises ValueError where there is nothing to follow, Impossible as `run`."""
    values = _values_at(machine, over, given, scenario)
    written = parameter_values(machine.cell, dict(given))[over.path]
    followed = family(machine, lambda value: machine.parameters(values(value)), over.low, over.high, written)
    own = (written,) if over.low < written < over.high else ()
    found = explore(followed, (over.low, over.high, *own), progress)
    columns = _columns(machine)
    tracks = tuple(_track(found.family, over, columns, n, b) for n, b in enumerate(found.branches, start=1))
    tips = tuple(_tip(found.family, over, columns, n, h) for n, h in _listed(found.branches))
    return Diagram(
        machine.cell.name, over, {path: unit_of(machine, path).text or "1" for path in columns}, tracks, tips,
        (*found.notes, *_notes(tracks, over)),
    )  # fmt: skip


def _values_at(
    machine: Machine, over: Over, given: Mapping[str, float], scenario: Scenario | None
) -> Callable[[float], dict[str, float]]:
    """Of a value all values from outside the file, by path."""
    if scenario is None:
        return lambda value: {**given, over.path: value}

    def under(value: float) -> dict[str, float]:
        return base_values(machine, scenario, {**given, over.path: value})

    if under(over.low)[over.path] == under(over.high)[over.path]:
        raise ValueError(f"scenario {scenario.name} says itself what {over.name} is")
    return under


def _columns(machine: Machine) -> tuple[str, ...]:
    """What a point on a branch shows: potentials, and concentrations, volumes and variables that can move."""
    cell, known = machine.cell, machine.symbols
    paths = [f"{m.name}.V" for m in cell.membranes]
    for place in cell.places:
        paths += moving_concentrations(machine, place)
        paths += [f"{place.name}.volume"] if place.moves else []
    paths += [s.path for s in machine.system.states if s.kind == "variable"]
    return tuple(path for path in dict.fromkeys(paths) if path in known)


def _listed(branches: tuple[Branch, ...]) -> list[tuple[int, Happening]]:
    """What happens, with the number of the branch; where two branches meet, once."""
    listed: list[tuple[int, Happening]] = []
    for number, branch in enumerate(branches, start=1):
        for happening in branch.happenings:
            if not any(_is_same(happening, other) for _, other in listed):
                listed.append((number, happening))
    return listed


def _is_same(one: Happening, other: Happening) -> bool:
    return one.kind == other.kind and bool(np.abs(one.point.place - other.point.place).max() < 1e-6)


def _seen(
    followed: Family, columns: tuple[str, ...], points: tuple[Point, ...]
) -> tuple[FloatArray, FloatArray]:
    """The states (n, k) at some points, and what the columns show there (columns, k)."""
    machine = followed.machine
    states = np.column_stack([followed.state(p.place) for p in points])
    parameters = list(np.array([followed.at(followed.value(p.place)).parameters for p in points]).T)
    with np.errstate(all="ignore"):
        rows = machine.paths(columns)(np.zeros(len(points)), states, parameters)
    return states, np.array([shown(machine, path, row) for path, row in zip(columns, rows, strict=True)])


def _potentials(machine: Machine, columns: dict[str, FloatArray]) -> dict[str, FloatArray]:
    return {m.name: columns[f"{m.name}.V"] for m in machine.cell.membranes if f"{m.name}.V" in columns}


def _track(followed: Family, over: Over, columns: tuple[str, ...], number: int, branch: Branch) -> Track:
    states, rows = _seen(followed, columns, branch.points)
    by_path = dict(zip(columns, rows, strict=True))
    return Track(
        number,
        np.array([over.shown(followed.value(p.place)) for p in branch.points]),
        _potentials(followed.machine, by_path),
        by_path,
        np.array([p.stable for p in branch.points]),
        states,
        np.column_stack([p.eigenvalues for p in branch.points]),
        branch.began,
        branch.ended,
    )


def _tip(followed: Family, over: Over, columns: tuple[str, ...], number: int, happening: Happening) -> Tip:
    point = happening.point
    states, rows = _seen(followed, columns, (point,))
    by_path = dict(zip(columns, rows, strict=True))
    names = [s.path for s in followed.machine.system.states if s.kind == "variable"]
    return Tip(
        happening.kind,
        number,
        over.shown(followed.value(point.place)),
        {name: float(row[0]) for name, row in _potentials(followed.machine, by_path).items()},
        {name: float(by_path[name][0]) for name in names if name in by_path},
        1e3 * happening.rate / (2 * np.pi) if happening.kind == "hopf" else None,
        happening.changes_stability,
        states[:, 0],
        _lyapunov(followed, columns, happening) if happening.kind == "hopf" else None,
    )


def _lyapunov(followed: Family, columns: tuple[str, ...], happening: Happening) -> float | None:
    """ℓ in dr/dt = σ r + ℓ r³ for the amplitude r = 2|z dQ/dx q| of the first column Q that swings."""
    place = happening.point.place
    here = followed.at(followed.value(place))
    found = swing(here.scaled, place[:-1], happening.rate)
    if found is None or not found.is_known:
        return None
    ways = (found.shape.real, found.shape.imag)
    nodes = place[:-1] + _SWAY * np.array([sign * way for way in ways for sign in (1.0, -1.0)])
    with np.errstate(all="ignore"):
        rows = followed.machine.paths(columns)(np.zeros(4), lifted(here.scaled, nodes), here.parameters)
    for path, row in zip(columns, rows, strict=True):
        values = shown(followed.machine, path, row)
        size = math.hypot(values[0] - values[1], values[2] - values[3]) / (2 * _SWAY)
        if math.isfinite(size) and size > 0:
            return found.growth / (4 * size**2)
    return None


def _notes(tracks: tuple[Track, ...], over: Over) -> list[str]:
    notes = [] if tracks else ["no equilibrium was found at either end, or at the value of the file"]
    for track in tracks:
        for ending, k in ((track.began, 0), (track.ended, -1)):
            if ending in _ENDS:
                where = f"{over.name} = {track.parameter[k]:.6g} {over.unit}".rstrip()
                notes.append(f"branch {track.number} ends at {where}: {_ENDS[ending]}")
    return notes
