"""The Jacobian of a cell with lines, as a band.

Within a copy the chain rule goes as elsewhere. At a face between neighbours a quantity depends on the states of both:
the derivatives by those of the copy before it are kept under the name with `<`, by those of the copy behind it with
`>`. Back in a copy these become derivatives by its own states, by those of the copy before (`[-1]`) and of the next
(`[+1]`). A place that a line ends in stands next to its outermost copy, and within the band.

What couples all copies at once (a place that they share) stands far from the diagonal and is left out: an integrator's
iteration converges all the same, as such a place is large and slow. Who wants it all asks `shared_slopes` as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ionlang.codegen.algebra import ZERO
from ionlang.codegen.assemble import function_of
from ionlang.codegen.bound import Bound, bound
from ionlang.codegen.expressions import text
from ionlang.codegen.jacobian import followed
from ionlang.codegen.lines import prune
from ionlang.codegen.partials import EACH, OFFSETS, SHARED
from ionlang.codegen.program import Band, Entry, Expression, Function, Line, Listed, Program, Rows, Vector
from ionlang.codegen.rows import size_of
from ionlang.codegen.sharing import share


def banded_jacobian(program: Program) -> Function:
    """d rate/d state [unit of the rate per unit of the state per ms], near the diagonal: `out[upper + i - j, j]` is
    that of row i by row j."""
    near, body, taken = _near_entries(program)
    lines, values = share(body, [entry.value for entry in near], taken)
    band = _band(program, near, values)
    description = "Return d rate/d state as a band: out[upper + i - j, j] is that of row i by row j."
    return _function(program, "jacobian", description, prune(lines, values), band)


def bound_jacobian(program: Program) -> tuple[Bound, Band]:
    """The same, parted into what parameters settle and the rest."""
    near, body, taken = _near_entries(program)
    parts = bound(body, [entry.value for entry in near], taken, program.entries)
    return parts, _band(program, near, parts.outputs)


def _near_entries(program: Program) -> tuple[list[Entry], list[Line], set[str]]:
    found, body, taken = _all_entries(program)
    return [e for e in found if _is_near(program.rows[e.row], program.rows[e.column])], body, taken


def _band(program: Program, near: Sequence[Entry], values: Sequence[Expression]) -> Band:
    entries = tuple(replace(entry, value=value) for entry, value in zip(near, values, strict=True))
    away = [_below(program.rows, entry) for entry in entries]
    return Band(entries, max((0, *away)), max((0, *(-a for a in away))))


@dataclass(frozen=True, slots=True)
class SharedSlopes:
    """`function` lists d rate/d state wherever one of the two stands in no line; `places` are the numbers of the two
    states. A number, or one for each copy of the line that the other one stands in."""

    function: Function
    places: tuple[tuple[int, int], ...]


def shared_slopes(program: Program) -> SharedSlopes:
    """The rows and columns of the Jacobian of what stands in no line."""
    found, body, taken = _all_entries(program)
    far = [e for e in found if not (program.rows[e.row].line and program.rows[e.column].line)]
    lines, values = share(body, [entry.value for entry in far], taken)
    description = "Return d rate/d state of what stands in no line, and by it."
    function = _function(program, "shared_slopes", description, prune(lines, values), Listed(tuple(values)))
    return SharedSlopes(function, tuple((entry.row, entry.column) for entry in far))


@dataclass(frozen=True, slots=True)
class Slopes:
    """`function` lists every derivative that is not zero; `entries` say of which state by which, and how many copies
    are between. A number, or one for each copy: of the line of the rate, else of that of the state."""

    function: Function
    entries: tuple[Entry, ...]


def every_slope(program: Program) -> Slopes:
    """All of d rate/d state."""
    found, body, taken = _all_entries(program)
    lines, values = share(body, [entry.value for entry in found], taken)
    function = _function(
        program, "every_slope", "Return d rate/d state.", prune(lines, values), Listed(tuple(values))
    )
    return Slopes(function, tuple(found))


def _function(
    program: Program, name: str, description: str, body: tuple[Line, ...], output: Band | Listed
) -> Function:
    states = tuple(state.name for state in program.states)
    return Function(
        name, description, ("t", "y", "p"), states, program.entries, body, output, program.rows, program.spread,
    )  # fmt: skip


def _all_entries(program: Program) -> tuple[list[Entry], list[Line], set[str]]:
    """All derivatives that are not zero, with the lines that they need."""
    states = tuple(state.name for state in program.states)
    needed = function_of(program, "rhs", "", Vector(program.rates, ("",) * len(states))).body
    chain, slopes = followed(program, needed)
    found: list[Entry] = []
    for i, slope in enumerate(slopes):
        for j, state in enumerate(states):
            marks = _marks(program.rows[i], program.rows[j])
            values = ((slope.get(f"{state}{mark}", ZERO), offset) for mark, offset in marks.items())
            found += [Entry(i, j, offset, value) for value, offset in values if value != ZERO]
    return found, list(chain.body), chain.taken


def _marks(row: Rows, column: Rows) -> dict[str, int]:
    """How a derivative of a row by a state is marked, with the copies between the two."""
    if not column.line:
        return {SHARED: 0}
    if row.line == column.line:
        return dict(OFFSETS)
    return {} if row.line else {EACH: 0}


def _is_near(row: Rows, column: Rows) -> bool:
    """Whether both stand in one line, or at one end of it, or both are one state that stands in none."""
    if row.line or column.line:
        return (row.line or row.beside) == (column.line or column.beside)
    return row == column or (bool(row.beside) and (row.beside, row.end) == (column.beside, column.end))


def _below(rows: Sequence[Rows], entry: Entry) -> int:
    """How far below the diagonal an entry is."""
    row, column = rows[entry.row], rows[entry.column]
    return _row_at(row, column) - _row_at(column, row) - entry.offset * column.step


def _row_at(rows: Rows, other: Rows) -> int:
    """The first row of a state; where it meets one at the last end of its line, its last."""
    at_last = rows.line and other.end == "last"
    return rows.first + rows.step * (rows.count - 1) if at_last else rows.first


def band_lines(band: Band, rows: Sequence[Rows]) -> Iterator[str]:
    """Lines of code that fill the band."""
    yield f"out = {band_memory(band, rows)}"
    for entry in band.entries:
        place, value = placed(band, rows, entry)
        yield f"out[{place}] = {value}"
    yield "return out"


def band_memory(band: Band, rows: Sequence[Rows]) -> str:
    """The band with nothing in it."""
    return f"zeros(({band.lower + band.upper + 1}, {size_of(rows)}))"


def placed(band: Band, rows: Sequence[Rows], entry: Entry) -> tuple[str, str]:
    """Where an entry stands in the band, and what stands there."""
    where, value = _placed(entry, rows)
    return f"{band.upper + _below(rows, entry)}, {where}", value


def _placed(entry: Entry, rows: Sequence[Rows]) -> tuple[str, str]:
    """The columns of an entry, and its values there."""
    from ionlang.codegen.vector import VECTOR

    row, column = rows[entry.row], rows[entry.column]
    value = text(entry.value, VECTOR)
    if not (row.line and column.line):
        copy = -1 if "last" in (row.end, column.end) else 0
        return f"{_row_at(column, row)}", f"in_copy({value}, {copy})" if row.line or column.line else value
    first, end = column.first, column.first + column.step * column.count
    if entry.offset == 1:
        first, value = first + column.step, f"before_last({value})"
    elif entry.offset == -1:
        end, value = end - column.step, f"behind_first({value})"
    return f"{first}:{end}:{column.step}", value
