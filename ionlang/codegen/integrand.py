"""The scalar right-hand side as an integrator's inner loop wants it: parameters bound beforehand, rates written into
memory that the integrator reads, a mark whenever time moves. The same lines as `rhs`, half the time.

Names that begin with an underscore are ours: no quantity of a file has such a name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ionlang.codegen.assemble import rhs
from ionlang.codegen.expressions import text
from ionlang.codegen.layout import indented, lines_of, unpack, unpack_parameters
from ionlang.codegen.program import Program, Vector
from ionlang.codegen.scalar import CALLS, SCALAR

INLINE = replace(
    SCALAR, calls={**CALLS, "linoid": "(_u/-expm1(-_u) if (_u := {}) else 1.0)"}
)  # a Python call costs as much as the function itself


def integrand_text(program: Program) -> str:
    """`integrand(p, …)` → `rates(t, y)` with y an array (n,).

    `_clock[0]` is the last time asked about; where t differs, `_mark(t)` is called first. The rates go into
    `_memory` by `_write(_memory, 0, …)`, and `_result`, an array on that memory, is returned. Where arithmetic fails,
    `_reject(error)` is.
    """
    function = rhs(program)
    assert isinstance(function.output, Vector)
    head = "def integrand(p, _clock, _mark, _write, _memory, _result, _reject):"
    attempt = [*lines_of(function.body, INLINE), *_write(function.output)]
    inner = [
        *(unpack(function.states, "y.tolist()") if function.states else ()),
        "if t != _clock[0]:",
        *indented(["_mark(t)"]),
        "try:",
        *indented(attempt),
        "except (OverflowError, ValueError, ZeroDivisionError) as _error:",
        *indented(["return _reject(_error)"]),
        "return _result",
    ]
    body = [*unpack_parameters(function), "def rates(t, y):", *indented(inner), "return rates"]
    return "\n".join([head, *indented(body)]) + "\n"


def _write(output: Vector) -> Iterator[str]:
    yield "_write("
    yield from indented(["_memory, 0,", *(f"{text(value, INLINE)}," for value in output.values)])
    yield ")"
