"""The banded Jacobian of a cell with a line as an integrator wants it: what parameters settle is computed once, states
stand row by row, and the band is memory that is kept. See `integrand_lines.py`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ionlang.codegen.algebra import mentions
from ionlang.codegen.band import band_memory, bound_jacobian, placed
from ionlang.codegen.bound import Bound
from ionlang.codegen.expressions import text
from ionlang.codegen.integrand_lines import into
from ionlang.codegen.layout import indented, lines_of, unpack
from ionlang.codegen.lines import names_read
from ionlang.codegen.program import Band, Program, Rows
from ionlang.codegen.vector import VECTOR

NEAR = replace(VECTOR, calls={**VECTOR.calls, "linoid_slope": "linoid_slope_near({})"})


def line_slopes_text(program: Program) -> str:
    """`slopes(p)` → `jacobian(t, y)`, the band that `jacobian(t, y, p)` gives, in the same memory each time."""
    parts, band = bound_jacobian(program)
    used = {name for line in (*parts.fixed, *parts.body) for name in names_read(line)}
    used |= {name for output in parts.outputs for name in mentions(output)}
    lines = list(_lines(program))
    outer = [
        *(f"{name} = asarray(p[{i}], dtype=float)" for i, name in enumerate(program.entries) if name in used),
        *_fixed(parts),
        f"_band = {band_memory(band, program.rows)}",
    ]
    for name, names, rows in lines:
        outer += [f"{name} = empty(({rows.step}, {rows.count}))", *unpack(names, name)]
    inner = [
        f"copyto({name}, y[{rows.first}:{rows.first + rows.step * rows.count}].reshape({rows.count}, {rows.step}).T)"
        for name, _, rows in lines
    ]
    alone = zip(program.states, program.rows, strict=True)
    inner += [
        f"{state.name} = y[{rows.first}]" for state, rows in alone if not rows.line and state.name in used
    ]
    settled = (*program.entries, *(line.name for line in parts.fixed))
    still, moving = _entries(band, program.rows, settled)
    outer += still
    inner += [*lines_of(parts.body, NEAR), *moving, "return _band"]
    body = [*outer, "", "def jacobian(t, y):", *indented(inner), "", "return jacobian"]
    head = ['@errstate(all="ignore")', "def slopes(p):"]
    return "\n".join(line.rstrip() for line in [*head, *indented(body)]) + "\n"


def _entries(band: Band, rows: Sequence[Rows], settled: Sequence[str]) -> tuple[list[str], list[str]]:
    """What is laid down once, and at each call."""
    still, moving = [], []
    for i, entry in enumerate(band.entries):
        where, value = placed(band, rows, entry)
        place, both = f"_band[{where}]", rows[entry.row].line and rows[entry.column].line
        if all(name in settled for name in mentions(entry.value)):
            still.append(f"{place} = {value}")
        elif entry.offset or not both:
            moving.append(f"{place} = {value}")
        else:
            still.append(f"_entry_{i} = {place}")
            moving.append(into(f"_entry_{i}", entry.value))
    return still, moving


def _fixed(parts: Bound) -> Iterator[str]:
    for line in parts.fixed:
        yield f"{line.name} = asarray({text(line.expression, VECTOR)}, dtype=float)"


def _lines(program: Program) -> Iterator[tuple[str, list[str], Rows]]:
    """Each line: what its states are called together, their names, and the rows of the first of them."""
    for number, line in enumerate(dict.fromkeys(rows.line for rows in program.rows if rows.line)):
        named = zip(program.states, program.rows, strict=True)
        mine = sorted(
            ((rows.first, state.name, rows) for state, rows in named if rows.line == line), key=lambda e: e[0]
        )
        yield f"_states_{number}", [name for _, name, _ in mine], mine[0][2]
