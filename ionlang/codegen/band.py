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
from ionlang.codegen.expressions import text
from ionlang.codegen.jacobian import followed
from ionlang.codegen.lines import prune
from ionlang.codegen.partials import OFFSETS
from ionlang.codegen.program import Band, Entry, Function, Program, Rows, Vector
from ionlang.codegen.sharing import share


def banded_jacobian(program: Program) -> Function:
    """d rate/d state [unit of the rate per unit of the state per ms], near the diagonal: `out[upper + i - j, j]` is
    that of row i by row j."""
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
    lines, values = share(chain.body, [entry.value for entry in found], chain.taken)
    entries = tuple(Entry(e.row, e.column, e.offset, v) for e, v in zip(found, values, strict=True))
    away = [_below(program.rows, entry) for entry in entries]
    band = Band(entries, max((0, *away)), max((0, *(-a for a in away))))
    description = "Return d rate/d state as a band: out[upper + i - j, j] is that of row i by row j."
    kept = prune(lines, values)
    return Function(
        "jacobian",
        description,
        ("t", "y", "p"),
        states,
        program.entries,
        kept,
        band,
        program.rows,
        program.spread,
    )


def _is_near(row: Rows, column: Rows) -> bool:
    """Whether both stand in one line, or both are one state that stands in none."""
    return row.line == column.line and (bool(row.line) or row == column)


def _below(rows: Sequence[Rows], entry: Entry) -> int:
    """How far below the diagonal an entry is."""
    row, column = rows[entry.row], rows[entry.column]
    return row.first - column.first - entry.offset * column.step


def band_lines(band: Band, rows: Sequence[Rows]) -> Iterator[str]:
    """Lines of code that fill the band."""
    from ionlang.codegen.rows import size_of
    from ionlang.codegen.vector import VECTOR

    yield f"out = zeros(({band.lower + band.upper + 1}, {size_of(rows)}))"
    for entry in band.entries:
        column = rows[entry.column]
        first, end = column.first, column.first + column.step * column.count
        value = text(entry.value, VECTOR)
        if entry.offset == 1:
            first, value = first + column.step, f"before_last({value})"
        elif entry.offset == -1:
            end, value = end - column.step, f"behind_first({value})"
        where = f"{first}:{end}:{column.step}" if column.line else f"{first}"
        yield f"out[{band.upper + _below(rows, entry)}, {where}] = {value}"
    yield "return out"
