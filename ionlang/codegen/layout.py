"""What both forms of a function share: unpacking, lines with the origin of each, comments that cannot break
out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import wrap

from ionlang.codegen.algebra import mentions
from ionlang.codegen.assemble import outputs_of
from ionlang.codegen.expressions import Dialect, text
from ionlang.codegen.lines import names_read
from ionlang.codegen.program import Function, Line, Number, ParameterEntry, Program, Solve

INDENT = "    "
WIDTH = 100


def comment(words: str) -> str:
    """A comment of one line: text of a file cannot end it."""
    return "# " + "".join(letter if letter.isprintable() else "?" for letter in words)


def signature(function: Function) -> str:
    return f"def {function.name}({', '.join(function.arguments)}):"


def names_in_use(function: Function) -> frozenset[str]:
    """Every name that lines or outputs mention; used for membership only."""
    lines = (name for line in function.body for name in names_read(line))
    return frozenset((*lines, *(name for output in outputs_of(function.output) for name in mentions(output))))


def unpack_parameters(function: Function) -> Iterator[str]:
    """`C, g_K, _, E_K = p`, or one line for each where only few are used."""
    used = names_in_use(function)
    wanted = [(i, name) for i, name in enumerate(function.entries) if name in used]
    if 3 * len(wanted) < len(function.entries):
        yield from (f"{name} = p[{i}]" for i, name in wanted)
    elif wanted:
        yield from unpack((name if name in used else "_" for name in function.entries), "p")


def unpack(names: Iterable[str], source: str) -> list[str]:
    """`a, b = source`, over several lines if it is long."""
    listed = tuple(names)
    short = f"{', '.join(listed)} = {source}" if len(listed) != 1 else f"({listed[0]},) = {source}"
    if len(short) <= WIDTH:
        return [short]
    return ["(", *indented(wrap(f"{', '.join(listed)},", WIDTH)), f") = {source}"]


def lines_of(body: Iterable[Line], dialect: Dialect) -> Iterator[str]:
    """The lines, with the origin above where it changes."""
    origin = ""
    for line in body:
        if line.origin and line.origin != origin:
            origin = line.origin
            yield comment(origin)
        if isinstance(line, Solve):
            yield from _solving(line, dialect)
        else:
            yield f"{line.name} = {text(line.expression, dialect)}"


def _solving(line: Solve, dialect: Dialect) -> Iterator[str]:
    """What is zero at the root as a function of a trial value, then the root between its bounds."""
    yield f"def {line.function}({line.name}):"
    yield from indented([*lines_of(line.trial, dialect), f"return {text(line.residual, dialect)}"])
    lower, upper = text(line.lower, dialect), text(line.upper, dialect)
    yield f"{line.name} = root({line.function}, {lower}, {upper})"


def indented(lines: Iterable[str], depth: int = 1) -> list[str]:
    return [f"{INDENT * depth}{line}" for line in lines]


def parameters_text(program: Program, dialect: Dialect) -> str:
    """`parameters(*, …)`: numbers as defaults, expressions where nothing else was given; then the derived
    constants."""
    lines = [*_parameters_head(program.parameters, dialect)]
    lines += indented(
        ['"""Return all parameters; one that is given replaces its value, and later ones follow."""']
    )
    for entry in program.parameters:
        if not isinstance(entry.value, Number):
            lines += [
                f"{INDENT}if {entry.name} is None:",
                f"{INDENT * 2}{entry.name} = {text(entry.value, dialect)}",
            ]
    lines += [
        f"{INDENT}return complete([",
        *indented((f"{p.name}," for p in program.parameters), 2),
        f"{INDENT}])",
    ]
    return "\n".join(lines) + "\n"


def _parameters_head(entries: tuple[ParameterEntry, ...], dialect: Dialect) -> Iterator[str]:
    if not entries:
        yield "def parameters():"
        return
    yield "def parameters("
    yield f"{INDENT}*,"
    for entry in entries:
        default = text(entry.value, dialect) if isinstance(entry.value, Number) else "None"
        note = ", ".join(part for part in (f"[{entry.unit or '1'}]", entry.literal, entry.origin) if part)
        yield f"{INDENT}{entry.name}={default},  {comment(note)}"
    yield "):"
