"""The vector form: NumPy, with any trailing axes (members of an ensemble, moments of a solution) beside the
states."""

from __future__ import annotations

from collections.abc import Iterator

from ionlang.codegen.assemble import complete, initial_state, rhs
from ionlang.codegen.expressions import ATOM, Dialect, text
from ionlang.codegen.jacobian import jacobian
from ionlang.codegen.layout import (
    comment,
    indented,
    lines_of,
    names_in_use,
    parameters_text,
    signature,
    unpack,
    unpack_parameters,
)
from ionlang.codegen.program import (
    Appended,
    CallName,
    Expression,
    Function,
    Matrix,
    Number,
    Program,
    Table,
    Vector,
)


def _choice(condition: str, then: str, otherwise: str) -> tuple[str, int]:
    return f"where({condition}, {then}, {otherwise})", ATOM


CALLS: dict[CallName, str] = {
    "exp": "exp({})",
    "log": "log({})",
    "sqrt": "sqrt({})",
    "abs": "abs({})",
    "min": "minimum({})",
    "max": "maximum({})",
    "pow": "power({})",
    "sin": "sin({})",
    "cos": "cos({})",
    "tanh": "tanh({})",
    "linoid": "linoid({})",
    "linoid_slope": "linoid_slope({})",
}
VECTOR = Dialect(CALLS, str, _choice, " & ", " | ", "logical_not")


def vector_program(program: Program) -> str:
    """All functions of a program in vector form."""
    functions = (complete(program), initial_state(program), rhs(program), jacobian(program))
    return "\n\n".join((parameters_text(program, VECTOR), *(vector_function(f) for f in functions)))


def vector_function(function: Function) -> str:
    """Python text of a function of arrays.

    `y` has shape (states, …), `p` holds floats or arrays of the trailing shape; the result has shape (rows,
    …) or (rows, columns, …). Where arithmetic fails it is inf or nan, in silence.
    """
    lines = [*_unpack(function), *lines_of(function.body, VECTOR), *_return(function)]
    head = ['@errstate(all="ignore")', signature(function), *indented([f'"""{function.description}"""'])]
    return "\n".join((*head, *indented(lines))) + "\n"


def _unpack(function: Function) -> Iterator[str]:
    if "y" in function.arguments:
        yield "y = asarray(y, dtype=float)"
        if function.states:
            yield from unpack(function.states, "y")
    if "t" in names_in_use(function):
        yield "t = asarray(t, dtype=float)"
    if isinstance(function.output, Appended):
        # NumPy's floats divide by zero in silence, Python's do not
        yield f"p = [float64(value) for value in p[:{len(function.entries)}]]"
    yield from unpack_parameters(function)


def _return(function: Function) -> Iterator[str]:
    match function.output:
        case Vector(values, labels) if "y" in function.arguments:
            yield f"out = empty(({len(values)}, *y.shape[1:]))"
            for i, (value, label) in enumerate(zip(values, labels, strict=True)):
                yield f"out[{i}] = {text(value, VECTOR)}{'  ' + comment(label) if label else ''}"
            yield "return out"
        case Vector(values, _):
            yield f"return array(broadcast_arrays({', '.join(text(v, VECTOR) for v in values)}), dtype=float)"
        case Matrix(rows):
            yield f"out = zeros(({len(rows)}, {len(rows)}, *y.shape[1:]))"
            yield from _entries(rows)
            yield "return out"
        case Appended(values):
            yield f"return [{', '.join(('*p', *(text(value, VECTOR) for value in values)))}]"
        case Table(keys, values):
            yield "return {"
            yield from indented(f"{key!a}: {text(v, VECTOR)}," for key, v in zip(keys, values, strict=True))
            yield "}"


def _entries(rows: tuple[tuple[Expression, ...], ...]) -> Iterator[str]:
    for i, row in enumerate(rows):
        for j, entry in enumerate(row):
            if entry != Number(0):
                yield f"out[{i}, {j}] = {text(entry, VECTOR)}"
