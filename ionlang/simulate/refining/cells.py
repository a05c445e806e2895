"""What says that the copies of a line are cells, and no pieces of a grid: junctions between them that do not become
wider as they come nearer, and numbers that are drawn for each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ionlang.diagnostics import Diagnostic, Label
from ionlang.model.act.along import variates
from ionlang.model.cell import Cell
from ionlang.simulate.machine import Machine
from ionlang.simulate.refining.judge import FINER
from ionlang.simulate.refining.scaling import TOO_MUCH, TOTAL, totals_of

_WHERE_CELLS = "where each copy is a cell, their number is no grid"


def warnings_of_cells(
    coarse: Machine, fine: Machine, given: tuple[Mapping[str, float], Mapping[str, float]]
) -> tuple[Diagnostic, ...]:
    """A warning for each junction that is the same between parts of copies as between copies, and for each line in
    which numbers are drawn; `given` are the values by path on either grid."""
    return (*_junctions(coarse, fine, given), *_drawn(coarse.cell))


def _junctions(
    coarse: Machine, fine: Machine, given: tuple[Mapping[str, float], Mapping[str, float]]
) -> Iterator[Diagnostic]:
    for line in coarse.cell.lines:
        for junction in line.gap_junctions:
            path = (
                f"{junction.path}.{TOTAL}{'permeability' if junction.conductance is None else 'conductance'}"
            )
            before, after = (
                totals_of(m, [path], g)[path] for m, g in zip((coarse, fine), given, strict=True)
            )
            if after * TOO_MUCH < before * FINER**2:
                yield Diagnostic(
                    "ION475",
                    f"{junction.path} does not scale: it is the same between parts of a copy as between copies",
                    Label(junction.span, "as much, however near they are"),
                    (Label(line.span, "copies of this line"),),
                    (),
                    f"what joins neighbours goes with 1/spacing; {_WHERE_CELLS}",
                    "warning",
                )


def _drawn(cell: Cell) -> Iterator[Diagnostic]:
    for name in dict.fromkeys(variate.line for variate in variates(cell)):
        line = next(each for each in cell.lines if each.name == name)
        yield Diagnostic(
            "ION475",
            f"{name} does not scale: numbers are drawn at random in its copies, and others on a finer grid",
            Label(line.span, "as many numbers as copies"),
            (),
            (),
            f"compare grids without the spread; {_WHERE_CELLS}",
            "warning",
        )
