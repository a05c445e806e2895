"""The parameters as they are while a scenario acts: each target as its actions say, and what follows from it follows.

A target that its own actions read (`set p = 2*p`) is there what it would be without them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from ionlang.equations.express import express
from ionlang.equations.system import Expression, Symbol
from ionlang.model.act.composition import Window, composed
from ionlang.model.cell import Cell
from ionlang.model.evaluate import NotKnown, evaluate
from ionlang.model.expression import Expr, Literal, reads
from ionlang.model.numbers import followers, parameter_values
from ionlang.units import PURE


class Present(Mapping[str, float]):
    """Values by path at one moment [ms], computed when asked for. Raises NotKnown for what is no parameter.

    `given` replaces values of the file, `active` are the windows in force, by target.
    """

    def __init__(
        self,
        cell: Cell,
        given: Mapping[str, float],
        active: Mapping[str, tuple[Window, ...]],
        time: float,
    ) -> None:
        self._file = {p.path: p.value for p in cell.parameters} | followers(cell)
        self._base = {**parameter_values(cell, dict(given)), "time": time}
        self._given = given
        self._active = active
        self._open: list[str] = []

    def __getitem__(self, path: str) -> float:
        if not self._acts_on(path):
            if path not in self._base:
                raise NotKnown(path)
            return self._base[path]
        self._open.append(path)
        try:
            return evaluate(self._expression(path), self)
        finally:
            self._open.pop()

    def __contains__(self, path: object) -> bool:
        return path in self._base

    def __iter__(self) -> Iterator[str]:
        return iter(self._base)

    def __len__(self) -> int:
        return len(self._base)

    def symbols(self, path: str, look: Callable[[str], Symbol]) -> Expression:
        """The same as an expression of time and of parameters that nothing acts on."""
        if not self._acts_on(path):
            return look(path)
        self._open.append(path)
        try:
            return express(self._expression(path), lambda inner: self.symbols(inner, look))
        finally:
            self._open.pop()

    def moves(self, path: str) -> bool:
        """Whether it is a function of time."""
        return path == "time" or (self._acts_on(path) and self._any_read(path, self.moves))

    def _acts_on(self, path: str) -> bool:
        """Whether an action changes this path, directly or through what it follows from (itself left aside)."""
        if path in self._open:
            return False
        if path in self._active:
            return True
        if path in self._given or path not in self._file:
            return False
        return self._any_read(path, self._acts_on)

    def _any_read(self, path: str, question: Callable[[str], bool]) -> bool:
        self._open.append(path)
        try:
            return any(question(r.path) for r in reads(self._expression(path)))
        finally:
            self._open.pop()

    def _expression(self, path: str) -> Expr:
        own = self._own(path)
        return composed(self._active[path], own) if path in self._active else own

    def _own(self, path: str) -> Expr:
        if path not in self._given:
            return self._file[path]
        value, written = self._given[path], self._file[path]
        return Literal(value, str(value), written.dimension or PURE, written.span)
