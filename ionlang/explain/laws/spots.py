"""Which copy of each line an explanation stands in, and how it names the copies beside it.

Beside the paths of one copy there are `L[next].…` and `L[previous].…`, its neighbours, `L[3].…`, a copy by its number,
and `L[*].…`, the sum over all copies. What lies at the faces between copies goes by the path of the copy before it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ionlang.model.cell_lines import in_copy, of_any_copy, which_copy
from ionlang.model.expression import Apply, Expr, Read


@dataclass(frozen=True, slots=True)
class Spot:
    """Copy `number`, from 1, of `count` copies of a line."""

    line: str
    number: int
    count: int

    def holds(self, path: str) -> bool:
        """Whether what has that path stands in the line."""
        return re.search(rf"(?<![\w.]){re.escape(self.line)}\.", of_any_copy(path)) is not None

    def number_of(self, which: str) -> int:
        """The number of a copy that is named from this one."""
        steps = {"next": 1, "previous": -1}
        return self.number + steps[which] if which in steps else int(which)


@dataclass(frozen=True, slots=True)
class Spots:
    """A copy of each line; `differing` are the paths of what may be another value in each copy, for membership only."""

    at: tuple[Spot, ...] = ()
    differing: frozenset[str] = frozenset()

    def of(self, path: str) -> Spot | None:
        """Where what has that path stands; None outside of lines."""
        return next((spot for spot in self.at if spot.holds(path)), None)

    def moved(self, line: str, number: int) -> Spots:
        """The same with another copy of one line."""
        return replace(self, at=tuple(replace(s, number=number) if s.line == line else s for s in self.at))

    def ends(self) -> tuple[tuple[bool, bool], ...]:
        """Which of the copies are the first of their line, and which the last: all that a law depends on."""
        return tuple((s.number == 1, s.number == s.count) for s in self.at)

    def numbered(self, path: str) -> str:
        """The path with the number of its copy: `L[next].…` as seen from copy 3 is `L[4].…`."""
        which, plain = which_copy(path), of_any_copy(path)
        spot = self.of(plain)
        if spot is None or which == "*" or ".." in which:
            return path
        return in_copy(plain, spot.line, str(spot.number_of(which) if which else spot.number))

    def in_numbers(self, expression: Expr) -> Expr:
        """An expression all of whose reads are numbered."""
        match expression:
            case Read(path=path):
                return replace(expression, path=self.numbered(path))
            case Apply(arguments=arguments):
                return replace(expression, arguments=tuple(self.in_numbers(a) for a in arguments))
            case _:
                return expression


ALONE = Spots()
"""Of a cell without lines."""


def beside(symbol: Read, line: str, which: str) -> Read:
    """The same quantity in another copy: `next`, `previous`, a number, `*` for the sum over all."""
    return replace(symbol, path=in_copy(symbol.path, line, which))
