"""The Jacobian of a cell with lines, as a band.

Within a copy the chain rule goes as elsewhere. At a face between neighbours a quantity depends on the states of both:
the derivatives by those of the copy before it are kept under the name with `<`, by those of the copy behind it with
`>`. Back in a copy these become derivatives by its own states, by those of the copy before (`[-1]`) and of the next
(`[+1]`).

What couples all copies at once (a place that they share) stands far from the diagonal and is left out: an integrator's
iteration converges all the same, as such a place is large and slow.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ionlang.codegen.algebra import ZERO
from ionlang.codegen.assemble import function_of
from ionlang.codegen.bound import Bound, bound
from ionlang.codegen.expressions import text
from ionlang.codegen.jacobian import Chain, followed
from ionlang.codegen.lines import prune
from ionlang.codegen.partials import OFFSETS
from ionlang.codegen.program import Band, Entry, Function, Program, Rows, Vector
from ionlang.codegen.rows import size_of
from ionlang.codegen.sharing import share


def banded_jacobian(program: Program) -> Function:
    """d rate/d state [unit of the rate per unit of the state per ms], near the diagonal: `out[upper + i - j, j]` is
    that of row i by row j."""
    chain, found = _differentiated(program)
    lines, values = share(chain.body, [entry.value for entry in found], chain.taken)
    entries = tuple(Entry(e.row, e.column, e.offset, v) for e, v in zip(found, values, strict=True))
    description = "Return d rate/d state as a band: out[upper + i - j, j] is that of row i by row j."
    return Function(
        "jacobian",
        description,
        ("t", "y", "p"),
        tuple(state.name for state in program.states),
        program.entries,
        prune(lines, values),
        _band(program, entries),
        program.rows,
        program.spread,
    )


def bound_jacobian(program: Program) -> tuple[Bound, Band]:
    """The same, parted into what parameters settle and the rest."""
    chain, found = _differentiated(program)
    parts = bound(chain.body, [entry.value for entry in found], chain.taken, program.entries)
    entries = tuple(Entry(e.row, e.column, e.offset, v) for e, v in zip(found, parts.outputs, strict=True))
    return parts, _band(program, entries)


def _band(program: Program, entries: tuple[Entry, ...]) -> Band:
    away = [_below(program.rows, entry) for entry in entries]
    return Band(entries, max((0, *away)), max((0, *(-a for a in away))))


def _differentiated(program: Program) -> tuple[Chain, list[Entry]]:
    """The lines of the rates with their derivatives, and the entries of the band."""
    states = tuple(state.name for state in program.states)
    needed = function_of(program, "rhs", "", Vector(program.rates, ("",) * len(states))).body
    chain, slopes = followed(program, needed)
    found = [
        Entry(i, j, offset, value)
        for i, slope in enumerate(slopes)
        for j, state in enumerate(states)
        for mark, offset in OFFSETS.items()
        if (value := slope.get(f"{state}{mark}", ZERO)) != ZERO and _is_near(program.rows[i], program.rows[j])
    ]
    return chain, found


def _is_near(row: Rows, column: Rows) -> bool:
    """Whether both stand in one line, or both are one state that stands in none."""
    return row.line == column.line and (bool(row.line) or row == column)


def _below(rows: Sequence[Rows], entry: Entry) -> int:
    """How far below the diagonal an entry is."""
    row, column = rows[entry.row], rows[entry.column]
    return row.first - column.first - entry.offset * column.step


def band_lines(band: Band, rows: Sequence[Rows]) -> Iterator[str]:
    """Lines of code that fill the band."""
    yield f"out = {band_memory(band, rows)}"
    for entry in band.entries:
        yield f"out[{band_place(band, rows, entry)}] = {band_value(entry)}"
    yield "return out"


def band_memory(band: Band, rows: Sequence[Rows]) -> str:
    """The band with nothing in it."""
    return f"zeros(({band.lower + band.upper + 1}, {size_of(rows)}))"


def band_place(band: Band, rows: Sequence[Rows], entry: Entry) -> str:
    """Where an entry stands."""
    column = rows[entry.column]
    first, end = column.first, column.first + column.step * column.count
    if entry.offset == 1:
        first += column.step
    elif entry.offset == -1:
        end -= column.step
    where = f"{first}:{end}:{column.step}" if column.line else f"{first}"
    return f"{band.upper + _below(rows, entry)}, {where}"


def band_value(entry: Entry) -> str:
    """What stands there."""
    from ionlang.codegen.vector import VECTOR

    value = text(entry.value, VECTOR)
    return {1: f"before_last({value})", -1: f"behind_first({value})"}.get(entry.offset, value)
