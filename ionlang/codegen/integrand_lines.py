"""The right-hand side of a cell with a line as an integrator's inner loop wants it: what parameters settle is computed
once, the states stand row by row, and the rates go into memory that is kept. See `gather.py`.

Names that begin with an underscore are ours: no quantity of a file has such a name.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence

from ionlang.codegen.algebra import ZERO, mentions
from ionlang.codegen.assemble import rhs
from ionlang.codegen.expressions import text
from ionlang.codegen.forms import Form
from ionlang.codegen.gather import GROUPS, Gathered, Gatherer, gathered
from ionlang.codegen.layout import comment, indented, lines_of, names_in_use, unpack
from ionlang.codegen.lines import names_read, names_written
from ionlang.codegen.program import (
    Assign,
    Call,
    Divide,
    Expression,
    Function,
    Multiply,
    Program,
    Rows,
    Symbol,
    Vector,
)
from ionlang.codegen.rows import size_of, states_of_lines
from ionlang.codegen.vector import VECTOR


def line_integrand_text(program: Program) -> str:
    """`integrand(p)` → `rates(t, y)` with y an array (n,), for parameters that do not change; nothing of a cell with
    several lines.

    The array that is returned is the same each time, overwritten. Where arithmetic fails entries are inf or nan;
    whoever calls it says whether NumPy warns of that.
    """
    lines = states_of_lines([state.name for state in program.states], program.rows)
    if len(lines) != 1:
        return ""
    function = rhs(program)
    ((states, rows),) = lines
    parts = _gathered(program, function, states)
    outer = [*_unpacked(function, parts), *_memory(function, parts, states, rows), *_factors(parts, states)]
    inner = [*_read(function, parts, states, rows), *_body(parts), *_write(function, parts), "return _rates"]
    body = [*outer, "", "def rates(t, y):", *indented(inner), "", "return rates"]
    head = ['@errstate(all="ignore")', "def integrand(p):"]
    return "\n".join(line.rstrip() for line in [*head, *indented(body)]) + "\n"


def _gathered(program: Program, function: Function, states: Sequence[str]) -> Gathered:
    assert isinstance(function.output, Vector)
    taken = {"t", "y", "p", *program.entries, *function.states, *names_written(function.body)}
    rates = dict(zip(function.states, function.output.values, strict=True))
    gatherer = Gatherer(
        taken,
        dict.fromkeys(program.entries),
        states=dict.fromkeys(states),
        wide=dict.fromkeys(program.spread),
    )
    others = [rate for state, rate in rates.items() if state not in states]
    return gathered(gatherer, function.body, [rates[state] for state in states], others)


def _unpacked(function: Function, parts: Gathered) -> Iterator[str]:
    """The parameters that are used, and what is fixed with them; as arrays, with which NumPy is faster."""
    forms = (*parts.rates, *(row.form for row in parts.rows))
    used = {name for line in (*parts.fixed, *parts.body) for name in names_read(line)}
    used |= {n for form in forms for f in (*form.terms.values(), form.offset) for n in mentions(f)}
    used |= {name for output in parts.others for name in mentions(output)}
    yield from settled_lines(function.entries, parts.fixed, used)


def settled_lines(entries: Sequence[str], fixed: Sequence[Assign], used: Container[str]) -> Iterator[str]:
    """The parameters that are used, and what follows from them, as arrays."""
    for i, name in enumerate(entries):
        if name in used:
            yield f"{name} = asarray(p[{i}], dtype=float)"
    for line in fixed:
        yield f"{line.name} = asarray({text(line.expression, VECTOR)}, dtype=float)"


def _memory(function: Function, parts: Gathered, states: Sequence[str], rows: Rows) -> Iterator[str]:
    """Where states, a row of ones, terms and rates stand while the integration goes on."""
    first, count = rows.first, rows.count
    end = first + count * len(states)
    yield comment("rows of the states, of ones, of the terms that rates are sums of")
    yield f"_rows = empty(({len(states) + 1 + len(parts.terms)}, {count}))"
    yield f"_rows[{len(states)}] = 1.0"
    yield f"_states, _affine = _rows[:{len(states)}], _rows[:{len(states) + 1}]"
    yield from unpack(states, "_states")
    if parts.terms:
        yield from unpack(parts.terms, f"_rows[{len(states) + 1}:]")
    yield f"_rates = empty({size_of(function.rows)})"
    yield f"_line_rates = _rates[{first}:{end}].reshape({count}, {len(states)})"
    if parts.rows:
        yield f"_results = empty(({len(parts.rows)}, {count}))"
        yield from unpack([row.name for row in parts.rows], "_results")


def _factors(parts: Gathered, states: Sequence[str]) -> Iterator[str]:
    """The two matrices."""
    columns = {name: i for i, name in enumerate((*states, "", *parts.terms))}
    if parts.rows:
        yield comment("what is affine in the states, a row for each")
        yield f"_arguments = zeros(({len(parts.rows)}, {len(states) + 1}))"
        for i, row in enumerate(parts.rows):
            yield from (f"_arguments[{i}, {j}] = {value}" for j, value in _entries(row.form, columns))
    yield comment("rates by states and terms")
    yield f"_sums = zeros(({len(columns)}, {len(states)}))"
    for i, form in enumerate(parts.rates):
        yield from (f"_sums[{j}, {i}] = {value}" for j, value in _entries(form, columns))


def _entries(form: Form, columns: Mapping[str, int]) -> Iterator[tuple[int, str]]:
    for name, factor in form.terms.items():
        assert isinstance(name, Symbol)
        yield columns[name.name], text(factor, VECTOR)
    if form.offset != ZERO:
        yield columns[""], text(form.offset, VECTOR)


def _read(function: Function, parts: Gathered, states: Sequence[str], rows: Rows) -> Iterator[str]:
    yield state_rows("_states", rows)
    used = names_in_use(function)
    for state, each in zip(function.states, function.rows, strict=True):
        if not each.line and state in used:
            yield f"{state} = y[{each.first}]"
    if parts.rows:
        yield "product(_arguments, _affine, _results)"
    begin = 0
    for name in GROUPS:
        end = begin + sum(row.function == name for row in parts.rows)
        if end > begin:
            rows_of = f"_results[{begin}:{end}]"
            yield f"exp({rows_of}, {rows_of})" if name == "exp" else f"{name}_in_place({rows_of})"
        begin = end


def state_rows(name: str, rows: Rows) -> str:
    """A line that puts the states of a line into `name`, a row for each."""
    first, end = rows.first, rows.first + rows.step * rows.count
    return f"copyto({name}, y[{first}:{end}].reshape({rows.count}, {rows.step}).T)"


def _body(parts: Gathered) -> Iterator[str]:
    """The lines; a term straight into its row."""
    origin = ""
    for line in parts.body:
        if line.origin and line.origin != origin:
            origin = line.origin
            yield comment(origin)
        if line.name in parts.terms and isinstance(line, Assign):
            yield into(line.name, line.expression)
        else:
            yield from (each for each in lines_of((line,), VECTOR) if each != comment(origin))


def into(name: str, expression: Expression) -> str:
    """A line that puts a value into an array that there is."""
    match expression:
        case Multiply(factors) if len(factors) > 1:
            *others, last = factors
            before = others[0] if len(others) == 1 else Multiply(tuple(others))
            return f"multiply({text(before, VECTOR)}, {text(last, VECTOR)}, {name})"
        case Divide(top, bottom):
            return f"divide({text(top, VECTOR)}, {text(bottom, VECTOR)}, {name})"
        case Call("gained", (faces, _)):
            return f"gain_from_faces({text(faces, VECTOR)}, {name})"
        case Call("exp" | "log" | "sqrt" | "tanh" as function, (argument,)):
            return f"{function}({text(argument, VECTOR)}, {name})"
        case _:
            return f"{name}[:] = {text(expression, VECTOR)}"


def _write(function: Function, parts: Gathered) -> Iterator[str]:
    yield "product(_rows.T, _sums, _line_rates)"
    outside = [rows for rows in function.rows if not rows.line]
    for rows, value in zip(outside, parts.others, strict=True):
        yield f"_rates[{rows.first}] = {text(value, VECTOR)}"
