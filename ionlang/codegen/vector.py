"""The vector form: NumPy, with any trailing axes (members of an ensemble, moments of a solution) beside the
states."""

from __future__ import annotations

from collections.abc import Iterator

from ionlang.codegen.assemble import complete, initial_state, rhs
from ionlang.codegen.band import band_lines, banded_jacobian
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
    Band,
    CallName,
    Expression,
    Function,
    Listed,
    Matrix,
    Number,
    Program,
    Rows,
    Table,
    Vector,
)
from ionlang.codegen.rows import size_of

ALONG_LINES: dict[CallName, str] = {
    "left": "at_left({})",
    "right": "at_right({})",
    "after": "from_face_before({})",
    "before": "from_face_behind({})",
    "gained": "gained_from_faces({})",
    "summed": "over_faces_before({})",
    "element": "in_copy({})",
    "total": "over_line({})",
    "positions": "positions_of_copies({})",
    "repeated": "repeated({})",
    "joined": "joined({})",
    "normals": "normal_in_copies({})",
    "uniforms": "uniform_in_copies({})",
    "only_first": "first_copy({})",
    "only_last": "last_copy({})",
    "everywhere": "in_all_copies({})",
    "sum_over": "sum_over({})",
    "mean_over": "mean_over({})",
    "max_over": "max_over({})",
    "min_over": "min_over({})",
    "width_over": "width_over({})",
}


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
    "log_mean": "log_mean({})",
    "log_mean_slope": "log_mean_slope({})",
    **ALONG_LINES,
}
VECTOR = Dialect(CALLS, str, _choice, " & ", " | ", "logical_not")


def vector_program(program: Program) -> str:
    """All functions of a program in vector form."""
    slopes = banded_jacobian(program) if program.rows else jacobian(program)
    functions = (complete(program), initial_state(program), rhs(program), slopes)
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
        if function.rows:
            yield from _unpack_rows(function)
        elif function.states:
            yield from unpack(function.states, "y")
    if "t" in names_in_use(function):
        yield "t = asarray(t, dtype=float)"
    if isinstance(function.output, Appended):
        # NumPy's floats divide by zero in silence, Python's do not
        yield f"p = [float64(value) for value in p[:{len(function.entries)}]]"
    yield from unpack_parameters(function)
    used = names_in_use(function)
    if "y" not in function.arguments:
        yield from (f"{name} = asarray({name}, dtype=float)" for name in function.spread if name in used)
    else:
        yield from (f"{name} = over_copies({name}, y)" for name in function.spread if name in used)


def _return(function: Function) -> Iterator[str]:
    match function.output:
        case Vector(values, labels) if (
            function.rows and len(values) == len(function.rows) and function.name in _STATES
        ):
            yield from _return_states(function.rows, values, labels)
        case Band():
            yield from band_lines(function.output, function.rows)
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
        case Listed(values):
            yield f"return [{', '.join(f'asarray({text(value, VECTOR)}, dtype=float)' for value in values)}]"
        case Appended(values):
            yield f"return [{', '.join(('*p', *(text(value, VECTOR) for value in values)))}]"
        case Table(keys, values):
            yield "return {"
            yield from indented(f"{key!a}: {text(v, VECTOR)}," for key, v in zip(keys, values, strict=True))
            yield "}"


_STATES = ("rhs", "initial_state")


def _unpack_rows(function: Function) -> Iterator[str]:
    used = names_in_use(function)
    named = zip(function.states, function.rows, strict=True)
    yield from (f"{name} = y[{rows.text}]" for name, rows in named if name in used)


def _return_states(
    rows: tuple[Rows, ...], values: tuple[Expression, ...], labels: tuple[str, ...]
) -> Iterator[str]:
    """What each state has, in its rows."""
    trailing = ", *y.shape[1:]" if any(labels) else ","
    yield f"out = empty(({size_of(rows)}{trailing}))"
    for each, value, label in zip(rows, values, labels, strict=True):
        yield f"out[{each.text}] = {text(value, VECTOR)}{'  ' + comment(label) if label else ''}"
    yield "return out"


def _entries(rows: tuple[tuple[Expression, ...], ...]) -> Iterator[str]:
    for i, row in enumerate(rows):
        for j, entry in enumerate(row):
            if entry != Number(0):
                yield f"out[{i}, {j}] = {text(entry, VECTOR)}"
