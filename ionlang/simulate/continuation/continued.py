"""A machine and a range of one parameter → the diagram of its equilibria."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Literal

import numpy as np

from ionlang.model.cell_lines import in_copy, of_any_copy, which_copy
from ionlang.model.numbers import parameter_values
from ionlang.model.scenario import Scenario
from ionlang.simulate.continuation.asymptote import growing, limit
from ionlang.simulate.continuation.branch import Branch, Happening, Point, Spectrum
from ionlang.simulate.continuation.columns import columns_of, lyapunov, potentials_of, quantity_of, seen
from ionlang.simulate.continuation.diagram import Diagram, Extremum, Over, Tip, Track
from ionlang.simulate.continuation.explore import Exploration, explore
from ionlang.simulate.continuation.extrema import with_extrema
from ionlang.simulate.continuation.family import Family, family
from ionlang.simulate.continuation.followed import Followed
from ionlang.simulate.continuation.lines.family import line_family
from ionlang.simulate.continuation.span import LENGTH
from ionlang.simulate.continuation.swing import swing
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.machine import Machine
from ionlang.simulate.running.plan import base_values
from ionlang.simulate.table import unit_of

_BETWEEN = (1 / 3, 2 / 3)
"""Where in the range equilibria are sought too, beside its ends and the file's own value."""

_ENDS = {
    "grows": "a content or variable has grown to a thousand times its usual size",
    "edge": "a potential, gate or concentration comes to the end of what is possible there",
    "lost": "it could not be followed further",
    "long": "it was not followed further",
}


def continue_over(
    machine: Machine,
    over: Over,
    given: Mapping[str, float],
    scenario: Scenario | None = None,
    progress: Callable[[float], None] | None = None,
    extrema: str | None = None,
) -> Diagram:
    """Branches of equilibria for all values of `over`, the others as `given` (by path, in cell units), under what a
    scenario does for its whole length; with where the quantity `extrema` is least and greatest. Raises ValueError where
    there is nothing to follow and for a quantity that there is not, Impossible as `run`."""
    if extrema is not None:
        must_be_known(machine, extrema)
    must_be_free(machine, over, given, scenario)

    def parameters_at(value: float) -> list[float]:
        return machine.parameters(values_under(machine, scenario, {**given, over.path: value}))

    written = written_value(machine, over, given)
    begun = line_family if machine.has_lines else family
    followed: Followed = begun(machine, parameters_at, over.low, over.high, written)
    own = (written,) if over.low < written < over.high else ()
    between = [followed.value(np.array([share * LENGTH])) for share in _BETWEEN]
    found = explore(followed, (over.low, over.high, *own, *between), progress)
    if extrema is None:
        return diagram_of(machine, over, found)
    turned = tuple(with_extrema(found.family, branch, extrema) for branch in found.branches)
    return diagram_of(machine, over, replace(found, branches=turned), extrema)


def diagram_of(machine: Machine, over: Over, found: Exploration, extrema: str | None = None) -> Diagram:
    """What was found, in the units of the reader; with a column of the quantity whose extrema are asked for."""
    own = columns_of(machine)
    columns = own if extrema is None or extrema in own else (*own, extrema)
    tracks = tuple(_track(found.family, over, columns, n, b) for n, b in enumerate(found.branches, start=1))
    tips = [_tip(found.family, over, columns, n, h, extrema) for n, h in _listed(found.branches)]
    tips += [
        tip
        for n, b in enumerate(found.branches, start=1)
        for tip in _asymptotes(found.family, over, columns, n, b)
    ]
    units = {path: unit_of(machine, quantity_of(path)).text or "1" for path in columns}
    return Diagram(
        machine.cell.name, over, units, tracks, tuple(tips),
        (*found.notes, *_notes(tracks, tips, over), *_sought(machine, found.branches)),
    )  # fmt: skip


def written_value(machine: Machine, over: Over, given: Mapping[str, float]) -> float:
    """The file's own value of what is varied [cell units]."""
    return parameter_values(machine.cell, dict(given))[over.path]


def values_under(machine: Machine, scenario: Scenario | None, given: Mapping[str, float]) -> dict[str, float]:
    """All values from outside the file, by path, with what a scenario does for its whole length."""
    return dict(given) if scenario is None else base_values(machine, scenario, dict(given))


def must_be_free(machine: Machine, over: Over, given: Mapping[str, float], scenario: Scenario | None) -> None:
    """Raises ValueError if a scenario sets what is varied."""
    ends = [
        values_under(machine, scenario, {**given, over.path: x})[over.path] for x in (over.low, over.high)
    ]
    if np.array_equal(ends[0], ends[1]):
        raise ValueError(f"scenario {scenario.name if scenario else ''} says itself what {over.name} is")


def must_be_known(machine: Machine, path: str) -> None:
    """Raises ValueError for a quantity that there is not; of a line it is that of one copy."""
    plain, copy = of_any_copy(path), which_copy(path)
    line = machine.cell.line_of(plain)
    if plain not in machine.symbols:
        raise ValueError(f"the model has no quantity {path!r}")
    if line is not None and not (copy.isdigit() and 1 <= int(copy) <= line.count):
        raise ValueError(
            f"{path!r} does not say of which copy: {in_copy(plain, line.name, '1')!r} is the first"
        )


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
    followed: Followed, columns: tuple[str, ...], points: tuple[Point, ...]
) -> tuple[FloatArray, dict[str, FloatArray]]:
    """The states (n, k) at some points, and what the columns show there."""
    states = np.column_stack([followed.state(p.place) for p in points])
    parameters = [followed.parameters(followed.value(p.place)) for p in points]
    return states, seen(followed.machine, columns, states, parameters)


def _track(followed: Followed, over: Over, columns: tuple[str, ...], number: int, branch: Branch) -> Track:
    states, by_path = _seen(followed, columns, branch.points)
    return Track(
        number,
        np.array([over.shown(followed.value(p.place)) for p in branch.points]),
        potentials_of(followed.machine, by_path),
        by_path,
        np.array([p.stable for p in branch.points]),
        states,
        _spectra(branch.points),
        branch.began,
        branch.ended,
    )


def _spectra(points: tuple[Point, ...]) -> Spectrum:
    """The eigenvalues (m, k) at k points; nan where fewer are known than elsewhere."""
    found = np.full((max(p.eigenvalues.size for p in points), len(points)), np.nan, dtype=np.complex128)
    for k, point in enumerate(points):
        found[: point.eigenvalues.size, k] = point.eigenvalues
    return found


def _tip(
    followed: Followed,
    over: Over,
    columns: tuple[str, ...],
    number: int,
    happening: Happening,
    extrema: str | None,
) -> Tip:
    point = happening.point
    states, by_path = _seen(followed, columns, (point,))
    return Tip(
        happening.kind,
        number,
        over.shown(followed.value(point.place)),
        {name: float(row[0]) for name, row in potentials_of(followed.machine, by_path).items()},
        {name: float(by_path[name][0]) for name in _variables(followed.machine, by_path)},
        1e3 * happening.rate / (2 * np.pi) if happening.kind == "hopf" else None,
        happening.changes_stability,
        states[:, 0],
        _lyapunov(followed, columns, happening) if happening.kind == "hopf" else None,
        _extremum(followed.machine, by_path, extrema, happening) if happening.kind == "extremum" else None,
        columns={path: float(row[0]) for path, row in by_path.items()},
    )


def _variables(machine: Machine, columns: dict[str, FloatArray]) -> list[str]:
    names = [s.path for s in machine.system.states if s.kind == "variable"]
    return [column for column in columns if of_any_copy(quantity_of(column)) in names]


def _extremum(
    machine: Machine, by_path: dict[str, FloatArray], path: str | None, happening: Happening
) -> Extremum | None:
    if path is None:
        return None
    which: Literal["minimum", "maximum"] = "minimum" if happening.is_least else "maximum"
    return Extremum(path, which, float(by_path[path][0]), unit_of(machine, path).text)


def _asymptotes(
    followed: Followed, over: Over, columns: tuple[str, ...], number: int, branch: Branch
) -> Iterator[Tip]:
    """Where a branch leaves for infinity, at either of its ends."""
    for ending, point in ((branch.began, branch.points[0]), (branch.ended, branch.points[-1])):
        value = limit(followed, point) if ending == "grows" else None
        if value is not None:
            tip = _tip(followed, over, columns, number, Happening("asymptote", point), None)
            path = growing(followed, point)
            yield replace(tip, parameter=over.shown(value), growing=path)


def _lyapunov(followed: Followed, columns: tuple[str, ...], happening: Happening) -> float | None:
    if not isinstance(followed, Family):
        return None
    place = happening.point.place
    here = followed.at(followed.value(place))
    found = swing(here.scaled, place[:-1], happening.rate)
    if found is None:
        return None
    return lyapunov(followed.machine, columns, here.scaled, here.parameters, place[:-1], found)


def _sought(machine: Machine, branches: tuple[Branch, ...]) -> tuple[str, ...]:
    """Of a cell with lines what kinds of points were looked for."""
    if not machine.has_lines or not branches:
        return ()
    began = (
        "branches begin at what a search for rest finds; others, above all such in which copies differ, "
        "were not sought"
    )
    if all(point.known.whole for branch in branches for point in branch.points):
        return (began, "folds, branch points and Hopf points were looked for with all eigenvalues")
    return (
        began,
        "the line is long: folds and branch points were looked for by determinants, stability by eigenvalues "
        "nearest to 0 and on the side of growth; a Hopf point was looked for only where stability changes, and of "
        "branch points close to each other some may be missing",
    )


def _notes(tracks: tuple[Track, ...], tips: list[Tip], over: Over) -> list[str]:
    notes = [] if tracks else ["no equilibrium was found at either end, at the value of the file, or between"]
    known = [tip for tip in tips if tip.kind == "asymptote"]
    for track in tracks:
        for ending, k in ((track.began, 0), (track.ended, -1)):
            where = f"{over.name} = {track.parameter[k]:.6g} {over.unit}".rstrip()
            if ending in _ENDS and not (ending == "grows" and any(t.branch == track.number for t in known)):
                notes.append(f"branch {track.number} ends at {where}: {_ENDS[ending]}")
    for tip in known:
        where = f"{over.name} = {tip.parameter:.10g} {over.unit}".rstrip()
        notes.append(f"{tip.growing} grows without bound as branch {tip.branch} comes to {where}")
    return notes
