"""The banded Jacobian of a cell with a line as an integrator wants it: what parameters settle is computed once, states
stand row by row, and the band is memory that is kept. See `integrand_lines.py`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ionlang.codegen.algebra import mentions
from ionlang.codegen.band import band_memory, bound_jacobian, placed
from ionlang.codegen.integrand_lines import into, settled_lines, state_rows
from ionlang.codegen.layout import indented, lines_of, unpack
from ionlang.codegen.lines import names_read
from ionlang.codegen.program import Band, Program, Rows
from ionlang.codegen.rows import states_of_lines
from ionlang.codegen.vector import VECTOR

NEAR = replace(
    VECTOR, calls={**VECTOR.calls, "linoid": "linoid_quick({})", "linoid_slope": "linoid_slope_near({})"}
)


def line_slopes_text(program: Program) -> str:
    """`slopes(p)` → `jacobian(t, y)`, the band that `jacobian(t, y, p)` gives, in the same memory each time."""
    parts, band = bound_jacobian(program)
    used = {name for line in (*parts.fixed, *parts.body) for name in names_read(line)}
    used |= {name for output in parts.outputs for name in mentions(output)}
    lines = states_of_lines([state.name for state in program.states], program.rows)
    outer = [
        *settled_lines(program.entries, parts.fixed, used),
        f"_band = {band_memory(band, program.rows)}",
    ]
    inner: list[str] = []
    for number, (names, rows) in enumerate(lines):
        name = f"_states_{number}"
        outer += [f"{name} = empty(({rows.step}, {rows.count}))", *unpack(names, name)]
        inner.append(state_rows(name, rows))
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
