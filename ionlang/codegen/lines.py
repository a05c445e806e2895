"""Lines of straight-line code: what each reads, which are needed, whether every name has a value before it is used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ionlang.codegen.algebra import mentions
from ionlang.codegen.program import Assign, Expression, Line, Solve


def names_read(line: Line) -> Iterator[str]:
    """The names that a line takes from those before it, in reading order, repeated as often as they stand there."""
    if isinstance(line, Assign):
        yield from mentions(line.expression)
        return
    yield from (*mentions(line.lower), *mentions(line.upper))
    inner = {line.name}
    for each in (*line.trial, Assign("", line.residual)):
        yield from (name for name in mentions(each.expression) if name not in inner)
        inner.add(each.name)


def prune(body: Sequence[Line], outputs: Iterable[Expression]) -> tuple[Line, ...]:
    """The lines that something needs, in their order."""
    wanted = {name for output in outputs for name in mentions(output)}
    kept: list[Line] = []
    for line in reversed(body):
        if line.name in wanted:
            kept.append(line)
            wanted.update(names_read(line))
    return tuple(reversed(kept))


def check_known(lines: Iterable[Line], known: Iterable[str]) -> None:
    """Every name is defined before it is used: a mistake of ours otherwise."""
    defined = {*known}
    for line in lines:
        for name in names_read(line):
            if name not in defined:
                raise ValueError(f"{name} is used for {line.name or 'an output'} before it has a value")
        defined.add(line.name)


def names_written(lines: Iterable[Line]) -> Iterator[str]:
    """Every name that lines give a value to, those of trial computations and of their functions included."""
    for line in lines:
        yield line.name
        if isinstance(line, Solve):
            yield line.function
            yield from names_written(line.trial)
