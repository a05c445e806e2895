"""A machine and ranges of two parameters → the chart of its folds and Hopf points."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import numpy as np

from ionlang.model.scenario import Scenario
from ionlang.simulate.continuation.columns import columns_of, potentials_of, seen
from ionlang.simulate.continuation.continued import (
    diagram_of,
    must_be_free,
    values_under,
    written_value,
)
from ionlang.simulate.continuation.diagram import Over
from ionlang.simulate.continuation.explore import explore
from ionlang.simulate.continuation.family import Family, family
from ionlang.simulate.continuation.plane.census import census_of
from ionlang.simulate.continuation.plane.chart import Border, Chart, Corners
from ionlang.simulate.continuation.plane.corners import Turn
from ionlang.simulate.continuation.plane.plane import Plane
from ionlang.simulate.continuation.plane.spot import Spot
from ionlang.simulate.continuation.plane.survey import Locus, Row, look, survey
from ionlang.simulate.continuation.span import LENGTH, Span
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.lines.functions import refuse_lines
from ionlang.simulate.machine import Machine

_SHARES = (0.0, 1 / 3, 2 / 3, 1.0)
"""Where in the range of the second parameter folds and Hopf points are looked for, beside the file's own value."""

_NEXT_TO = 0.03
_SAME = 1e-4
_STOPS = {
    "edge": "a potential, gate or concentration comes to the end of what is possible there",
    "lost": "it could not be followed further",
    "long": "it was not followed further",
}


def chart_over(
    machine: Machine,
    over: Over,
    also: Over,
    given: Mapping[str, float],
    scenario: Scenario | None = None,
    progress: Callable[[float], None] | None = None,
) -> Chart:
    """Curves of folds and Hopf points over the plane of two parameters, the others as `given` (by path, in cell units).
    Raises ValueError where there is nothing to follow, Impossible as `run`."""
    refuse_lines(machine.cell, "following folds and Hopf points over two parameters")
    if over.path == also.path:
        raise ValueError(f"{over.name} and {also.name} are the same parameter")
    must_be_free(machine, over, given, scenario)
    must_be_free(machine, also, given, scenario)
    written = tuple(written_value(machine, each, given) for each in (over, also))
    own = min(max(written[1], also.low), also.high)

    def parameters_at(a: float, b: float) -> list[float]:
        return machine.parameters(values_under(machine, scenario, {**given, over.path: a, also.path: b}))

    across = family(machine, lambda a: parameters_at(a, own), over.low, over.high, written[0])
    inner = (written[0],) if over.low < written[0] < over.high else ()
    found = explore(across, (over.low, over.high, *inner))
    fitting = found.family
    assert isinstance(fitting, Family)
    plane = Plane(fitting, _over(fitting, also), parameters_at)
    rows = (Row(own, found), *_further(plane, own, progress))
    return _chart(machine, plane, (over, also), rows, survey(plane, rows, _later(progress)))


def _over(like: Family, also: Over) -> Family:
    """The same coordinates over another range."""
    return replace(like, span=Span(also.low, also.high), _known={}, _nodes={})


def _further(plane: Plane, own: float, progress: Callable[[float], None] | None) -> Iterator[Row]:
    """Rows at both ends of the second range and in between, but for those next to the file's own."""
    known = plane.also.along(own) / LENGTH
    shares = [share for share in _SHARES if abs(share - known) > _NEXT_TO]
    for done, share in enumerate(shares, start=1):
        yield look(plane, plane.also.value(np.array([share * LENGTH])))
        if progress is not None:
            progress(0.6 * (done + 1) / (len(shares) + 1))


def _later(progress: Callable[[float], None] | None) -> Callable[[float], None] | None:
    """The second part of the work, behind the rows."""
    return None if progress is None else lambda share: progress(0.6 + 0.4 * share)


def _chart(
    machine: Machine, plane: Plane, ranges: tuple[Over, Over], rows: tuple[Row, ...], found: tuple[Locus, ...]
) -> Chart:
    over, also = ranges
    diagram = diagram_of(machine, over, rows[0].found)
    borders = tuple(_border(plane, ranges, n, locus) for n, locus in enumerate(found, start=1))
    points = tuple(_corner(plane, ranges, n, turn) for n, turn in _listed(found))
    census = tuple(part for row in rows for part in census_of(over, also, row.value, row.found))
    notes = (*diagram.notes, *_notes(borders, ranges))
    return Chart(over, also, also.shown(rows[0].value), diagram, borders, points, census, notes)


def _listed(found: tuple[Locus, ...]) -> list[tuple[int, Turn]]:
    """Corners with the number of their curve; one that lies on two curves once."""
    listed: list[tuple[int, Turn]] = []
    for number, locus in enumerate(found, start=1):
        for turn in locus.turns:
            if not any(_is_same(turn, other) for _, other in listed):
                listed.append((number, turn))
    return listed


def _is_same(one: Turn, other: Turn) -> bool:
    return one.kind == other.kind and bool(np.abs(one.spot.place - other.spot.place).max() < _SAME)


def _seen(plane: Plane, spots: tuple[Spot, ...]) -> tuple[FloatArray, dict[str, FloatArray]]:
    """The states (n, k) at some spots, and what the columns show there."""
    machine = plane.over.machine
    states = np.column_stack([plane.state(s.place) for s in spots])
    parameters = [plane.parameters_at(*plane.values(s.place)) for s in spots]
    return states, seen(machine, columns_of(machine), states, parameters)


def _shown(plane: Plane, ranges: tuple[Over, Over], spot: Spot) -> tuple[float, float]:
    a, b = plane.values(spot.place)
    return ranges[0].shown(a), ranges[1].shown(b)


def _border(plane: Plane, ranges: tuple[Over, Over], number: int, locus: Locus) -> Border:
    states, columns = _seen(plane, locus.spots)
    where = np.array([_shown(plane, ranges, spot) for spot in locus.spots])
    return Border(
        number,
        locus.kind,
        where[:, 0],
        where[:, 1],
        potentials_of(plane.over.machine, columns),
        columns,
        np.array([1e3 * spot.rate / (2 * np.pi) for spot in locus.spots]),
        np.array([spot.unstable == 0 for spot in locus.spots]),
        states,
        locus.began,
        locus.ended,
    )


def _corner(plane: Plane, ranges: tuple[Over, Over], number: int, turn: Turn) -> Corners:
    machine = plane.over.machine
    states, columns = _seen(plane, (turn.spot,))
    parameter, also = _shown(plane, ranges, turn.spot)
    names = [s.path for s in machine.system.states if s.kind == "variable"]
    return Corners(
        turn.kind,
        number,
        parameter,
        also,
        {name: float(row[0]) for name, row in potentials_of(machine, columns).items()},
        {name: float(columns[name][0]) for name in names if name in columns},
        states[:, 0],
    )


def _notes(borders: tuple[Border, ...], ranges: tuple[Over, Over]) -> Iterator[str]:
    if not borders:
        yield "neither a fold nor a Hopf point was found in the range"
    for border in borders:
        for stop, k in ((border.began, 0), (border.ended, -1)):
            if stop in _STOPS:
                values = zip(ranges, (border.parameter[k], border.also[k]), strict=True)
                where = ", ".join(f"{each.name} = {value:.6g} {each.unit}".rstrip() for each, value in values)
                yield f"curve {border.number} ends at {where}: {_STOPS[stop]}"
