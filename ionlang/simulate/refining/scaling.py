"""What belongs to a copy and does not become smaller with it: then a finer grid is of another line.

Volumes, areas, conductances and rates of a copy are so much for the stretch that the copy stands for. Over the whole
line they come to the same on every grid, or they are not written per length.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import assert_never

import numpy as np

from ionlang.diagnostics import Diagnostic, Label
from ionlang.model.cell import (
    Cell,
    ConstantField,
    CycleCurrent,
    CycleRate,
    Membrane,
    Ohmic,
    WrittenCurrent,
)
from ionlang.simulate.machine import Machine
from ionlang.simulate.table import unit_of
from ionlang.source import Span

TOO_MUCH = 1.5
"""Times the total of the coarser grid: a step in what depends on the position changes it less."""

TOTAL = "total_"
"""Before what the file writes per area, as the equations call it for the whole copy."""
Law = Ohmic | ConstantField | WrittenCurrent | CycleRate | CycleCurrent


def warnings_of_scaling(
    coarse: Machine, fine: Machine, given: tuple[Mapping[str, float], Mapping[str, float]]
) -> tuple[Diagnostic, ...]:
    """A warning for each size whose total over a line is another one on the finer grid; `given` are the values by path
    on either grid."""
    found: list[Diagnostic] = []
    blamed: dict[str, None] = {}
    for group in (_own_sizes(coarse), _of_carriers(coarse, blamed), _of_fluxes(coarse, blamed)):
        sizes = {path: span for path, span in group if path in coarse.symbols and path in fine.symbols}
        before, after = (totals_of(m, list(sizes), g) for m, g in zip((coarse, fine), given, strict=True))
        for path, span in sizes.items():
            if _grows(before[path], after[path]):
                found.append(_warning(coarse, fine, path, span, (before[path], after[path])))
                blamed[path.rpartition(".")[0]] = None
    return tuple(found)


def _grows(before: float, after: float) -> bool:
    return max(before, after) > TOO_MUCH * min(before, after)


def _own_sizes(machine: Machine) -> Iterator[tuple[str, Span]]:
    """Volumes, areas, capacitances without an area."""
    cell = machine.cell
    written = {p.path: p.span for p in cell.parameters}
    for place in cell.places:
        yield from _in_line(cell, f"{place.name}.volume", written.get(f"{place.name}.volume", place.span))
    for membrane in cell.membranes:
        sized = f"{membrane.name}.area" in machine.symbols
        path = f"{membrane.name}.{'area' if sized else 'total_capacitance'}"
        yield from _in_line(cell, path, written.get(path, membrane.span))


def _of_carriers(machine: Machine, blamed: Mapping[str, None]) -> Iterator[tuple[str, Span]]:
    """What carriers let through, of membranes that are not blamed themselves."""
    for membrane in (m for m in machine.cell.membranes if m.name not in blamed):
        yield from _carriers(machine, membrane)


def _carriers(machine: Machine, membrane: Membrane) -> Iterator[tuple[str, Span]]:
    for carrier in membrane.carriers:
        yield from _in_line(machine.cell, f"{carrier.path}.{_size_of(carrier.law)}", carrier.span)


def _size_of(law: Law) -> str:
    """What says how much of a carrier there is."""
    match law:
        case Ohmic():
            return f"{TOTAL}conductance"
        case ConstantField():
            return f"{TOTAL}permeability"
        case CycleRate():
            return "rate"
        case WrittenCurrent() | CycleCurrent():
            return "current"
        case _:
            assert_never(law)


def _of_fluxes(machine: Machine, blamed: Mapping[str, None]) -> Iterator[tuple[str, Span]]:
    """Rates of plain fluxes between places that are not blamed themselves."""
    for flux in machine.cell.fluxes:
        ends = [place for m in flux.movements for place in (m.origin, m.target)]
        if not any(place in blamed for place in ends):
            yield from _in_line(machine.cell, f"{flux.path}.rate", flux.span)


def _in_line(cell: Cell, path: str, span: Span) -> Iterator[tuple[str, Span]]:
    if cell.line_of(path) is not None:
        yield path, span


def totals_of(machine: Machine, paths: list[str], given: Mapping[str, float]) -> dict[str, float]:
    """The size of each, over all copies, at the start."""
    if not paths:
        return {}
    parameters = machine.parameters(given)
    start = np.array(machine.initial_state(parameters), dtype=float)
    with np.errstate(all="ignore"):
        values = machine.arrays(paths)(np.zeros(1), start[:, None], parameters)
    return {path: float(np.abs(value).sum()) for path, value in zip(paths, values, strict=True)}


def _warning(
    coarse: Machine, fine: Machine, path: str, span: Span, totals: tuple[float, float]
) -> Diagnostic:
    line, finer = coarse.cell.line_of(path), fine.cell.line_of(path)
    assert line is not None and finer is not None
    unit, named = unit_of(coarse, path), path.replace(f".{TOTAL}", ".")
    before, after = (f"{total / float(unit.scale):.4g} {unit.text}" for total in totals)
    return Diagnostic(
        "ION475",
        f"{named} does not scale: {before} in all on {line.count} copies, {after} on {finer.count}",
        Label(span, "so much for each copy, however short it is"),
        (Label(line.span, "copies of this line"),),
        ("on a finer grid this is another line, so values on several grids tell nothing of the grid",),
        "say how much there is per length of the line, times `spacing`; where each copy is a cell, their number is no"
        " grid",
        "warning",
    )
