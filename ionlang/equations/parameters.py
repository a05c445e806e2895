"""Parameters so that each can be computed from earlier ones: what their values read by another name is written out."""

from __future__ import annotations

from dataclasses import replace

import sympy

from ionlang.constants import AVOGADRO, FARADAY, GAS_CONSTANT
from ionlang.equations.express import express, number
from ionlang.equations.neighbours import Joined, Normals, Positions, Repeated, Uniforms
from ionlang.equations.notebook import Notebook
from ionlang.equations.system import Parameter
from ionlang.equations.wording import origin_of, unit_text
from ionlang.model.act.along import changed_in_lines, counts_copies, variates
from ionlang.model.cell import Cell, Line
from ionlang.model.cell_lines import COPY, Repeat, Variate, member_path
from ionlang.model.expression import Expr
from ionlang.model.numbers import followers


def parameters_of(cell: Cell, book: Notebook) -> tuple[Parameter, ...]:
    """Every parameter, after those that its value uses; otherwise in source order."""
    for given in cell.parameters:
        book.declare(given.path)
    positions = [_positions(line, book) for line in cell.lines]
    positions += [_numbers(line, book) for line in cell.lines if counts_copies(cell, line)]
    positions += [_drawn(cell, variate, book) for variate in variates(cell)]
    changed = changed_in_lines(cell)
    positions += [_share(line, book) for line in cell.lines if line.length is not None]
    positions += [_members(line, book) for line in cell.lines if line.pattern]
    named = followers(cell)
    waiting = [
        Parameter(
            p.path, book.look(p.path), express(p.value, lambda path: _written_out(path, named, book)),
            unit_text(p.dimension), p.text, origin_of(p.what, p.span),
        )
        for p in cell.parameters
    ]  # fmt: skip
    waiting += positions
    done: list[Parameter] = []
    while waiting:
        missing = {p.symbol for p in waiting}
        ready = next((p for p in waiting if missing.isdisjoint(p.value.free_symbols)), None)
        if ready is None:
            raise AssertionError("parameters in a circle: the model stage reports that")
        done.append(_sized(ready, book, changed.get(ready.path)))
        waiting.remove(ready)
    return tuple(done)


def _positions(line: Line, book: Notebook) -> Parameter:
    """Where the copies of a line are."""
    spacing = express(line.spacing, book.declare)
    path, origin = f"{line.name}.x", origin_of(f"line {line.name}", line.span)
    symbol = book.declare(path)
    book.spread[symbol] = line.count
    return Parameter(path, symbol, Positions(spacing, line.count), "10 um", "", origin, line.count)


def _share(line: Line, book: Notebook) -> Parameter:
    """The spacing of a line of which the length is given."""
    path, origin = f"{line.name}.spacing", origin_of(f"line {line.name}", line.span)
    return Parameter(path, book.declare(path), express(line.spacing, book.declare), "10 um", "", origin)


def _numbers(line: Line, book: Notebook) -> Parameter:
    """The numbers of the copies, from 1."""
    path, origin = f"{line.name}.{COPY}", origin_of(f"line {line.name}", line.span)
    symbol = book.declare(path)
    book.spread[symbol] = line.count
    value = Positions(sympy.Integer(1), line.count) + sympy.Rational(1, 2)
    return Parameter(path, symbol, value, "1", "", origin, line.count)


def _members(line: Line, book: Notebook) -> Parameter:
    """Which member of the pattern each copy is."""
    path, origin = member_path(line.name), origin_of(f"the pattern of line {line.name}", line.span)
    symbol = book.declare(path)
    book.spread[symbol] = line.count
    return Parameter(path, symbol, _row(line.pattern), "1", "", origin, line.count)


def _row(pattern: tuple[Repeat, ...]) -> sympy.Expr:
    parts = (r.of if isinstance(r.of, int) else _row(r.of) for r in pattern)
    return Joined(*(Repeated(r.count, part) for r, part in zip(pattern, parts, strict=True)))


def _drawn(cell: Cell, variate: Variate, book: Notebook) -> Parameter:
    """Numbers drawn at random, one in each copy."""
    line = next(each for each in cell.lines if each.name == variate.line)
    function = Normals if variate.kind == "normal" else Uniforms
    symbol = book.declare(variate.path)
    book.spread[symbol] = line.count
    origin = origin_of(f"line {line.name}", line.span)
    value = function(variate.seed, line.count)
    return Parameter(variate.path, symbol, value, "1", "", origin, line.count)


def _sized(parameter: Parameter, book: Notebook, changed: Line | None) -> Parameter:
    """With as many values as there are copies, if its value depends on where they are, or an action on that."""
    extents = [n for symbol, n in book.spread.items() if symbol in parameter.value.free_symbols]
    extents += [changed.count] if changed is not None else []
    if not extents:
        return parameter
    book.spread[parameter.symbol] = extents[0]
    return replace(parameter, extent=extents[0])


def _written_out(path: str, named: dict[str, Expr], book: Notebook) -> sympy.Expr:
    """A parameter as its symbol; a constant or a `let` as what it stands for, since parameters come before both."""
    if path in book.symbols:
        return book.symbols[path]
    if path in named:
        return express(named[path], lambda inner: _written_out(inner, named, book))
    constants = {c.name: c for c in (FARADAY, GAS_CONSTANT, AVOGADRO)}
    if path == "pi":
        return sympy.pi
    if path not in constants:
        raise AssertionError(f"{path} is not fixed: the model stage reports that")
    return number(constants[path].in_cell_units)
