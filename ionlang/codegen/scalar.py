"""The scalar form: one cell, plain Python floats and `math`. It is what a solver of one cell calls thousands
of times.

Whole numbers are written as floats (`65.0`), since CPython has a fast path for float with float only:
measured, a fifth of the time of a squid axon's right-hand side.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ionlang.codegen.assemble import complete, initial_state, rhs
from ionlang.codegen.expressions import CHOICE, Dialect, text
from ionlang.codegen.jacobian import jacobian
from ionlang.codegen.layout import (
    comment,
    indented,
    lines_of,
    parameters_text,
    signature,
    unpack,
    unpack_parameters,
)
from ionlang.codegen.program import (
    Appended,
    Assign,
    Band,
    CallName,
    Expression,
    Function,
    Listed,
    Matrix,
    Program,
    Table,
    Vector,
)


def _choice(condition: str, then: str, otherwise: str) -> tuple[str, int]:
    return f"{then} if {condition} else {otherwise}", CHOICE


CALLS: dict[CallName, str] = {
    "exp": "exp({})",
    "log": "log({})",
    "sqrt": "sqrt({})",
    "abs": "abs({})",
    "min": "min({})",
    "max": "max({})",
    "pow": "pow({})",
    "sin": "sin({})",
    "cos": "cos({})",
    "tanh": "tanh({})",
    "linoid": "linoid({})",
    "linoid_slope": "linoid_slope({})",
}
SCALAR = Dialect(CALLS, "{}.0".format, _choice, " and ", " or ", "not ")


def scalar_program(program: Program) -> str:
    """All functions of a program in scalar form."""
    functions = (initial_state(program), rhs(program), jacobian(program))
    return "\n\n".join((scalar_parameters(program), *(scalar_function(f) for f in functions)))


def scalar_parameters(program: Program) -> str:
    """`parameters` and `complete`: the numbers, without the equations."""
    return "\n\n".join((parameters_text(program, SCALAR), scalar_function(complete(program))))


def scalar_function(function: Function) -> str:
    """Python text of a function of floats.

    `y` is a list of floats or a one-dimensional array, `p` a list of floats; the result is a list, a list of
    rows or a dict of floats. Where arithmetic fails (overflow, logarithm of a negative number, division by
    zero) every entry of the result is nan: a solver must see it, and an exception would not pass through
    compiled solvers. Of the constants that follow from parameters only the one that fails is nan.
    """
    lines = [signature(function), *indented([f'"""{function.description}"""', *_unpack(function)])]
    if isinstance(function.output, Appended):
        return "\n".join([*lines, *indented([*_each_alone(function), *_return(function)])]) + "\n"
    attempt = [*lines_of(function.body, SCALAR), *_return(function)]
    failed = f"return {_failed(function)}"
    lines += [
        *indented(["try:", *indented(attempt)]),
        *indented(["except (OverflowError, ValueError, ZeroDivisionError):", *indented([failed])]),
    ]
    return "\n".join(lines) + "\n"


def _each_alone(function: Function) -> Iterator[str]:
    """Constants that do not depend on one another: where one fails, that one is nan."""
    for line in function.body:
        assert isinstance(line, Assign), "what is sought is no constant"
        yield from (comment(line.origin),) if line.origin else ()
        yield "try:"
        yield from indented([f"{line.name} = {text(line.expression, SCALAR)}"])
        yield "except (OverflowError, ValueError, ZeroDivisionError):"
        yield from indented([f"{line.name} = nan"])


def _unpack(function: Function) -> Iterator[str]:
    if "y" in function.arguments and function.states:
        yield from unpack(function.states, "y if type(y) is list else y.tolist()")
    if isinstance(function.output, Appended):
        yield f"p = [float(value) for value in p[:{len(function.entries)}]]"
    yield from unpack_parameters(function)


def _return(function: Function) -> Iterator[str]:
    match function.output:
        case Vector(values, labels) if not any(labels):
            yield f"return [{', '.join(text(value, SCALAR) for value in values)}]"
        case Vector(values, labels):
            yield "return ["
            yield from indented(_labelled(values, labels))
            yield "]"
        case Matrix(rows):
            yield "return ["
            yield from indented(f"[{', '.join(text(entry, SCALAR) for entry in row)}]," for row in rows)
            yield "]"
        case Appended(values):
            yield f"return [{', '.join(('*p', *(text(value, SCALAR) for value in values)))}]"
        case Table(keys, values):
            yield "return {"
            yield from indented(f"{key!a}: {text(v, SCALAR)}," for key, v in zip(keys, values, strict=True))
            yield "}"
        case Band() | Listed():
            raise AssertionError("lines are computed in arrays")


def _labelled(values: Sequence[Expression], labels: Sequence[str]) -> Iterator[str]:
    for value, label in zip(values, labels, strict=True):
        yield f"{text(value, SCALAR)},{'  ' + comment(label) if label else ''}"


def _failed(function: Function) -> str:
    match function.output:
        case Vector(values, _):
            return f"[nan]*{len(values)}"
        case Matrix(rows):
            return f"[[nan]*{len(rows)} for _ in range({len(rows)})]"
        case Appended():
            raise AssertionError("what is appended is tried one by one")
        case Table(keys, _):
            return f"dict.fromkeys({[*keys]!a}, nan)"
        case Band() | Listed():
            raise AssertionError("lines are computed in arrays")
