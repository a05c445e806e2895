"""A moment of a cell in numbers: everything that the equations define, and what laws make of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from ionlang.explain.copies import InCopies
from ionlang.explain.laws.book import laws_of
from ionlang.explain.laws.spots import ALONE, Spots
from ionlang.model.cell import Cell
from ionlang.model.cell_lines import of_any_copy, which_copy
from ionlang.model.evaluate import evaluate
from ionlang.model.expression import Expr

Laws = Mapping[str, Expr]


@dataclass(frozen=True, slots=True, eq=False)
class Moment(Mapping[str, float]):
    """Values in cell units by path at one moment. What the equations do not define follows from its law when it is
    asked for. `words` say when: `at rest`. `settled`: the cell was brought to rest there. `told` are numbers that count
    before what is known: those of the whole run. Of lines it is one copy that speaks, that of `spots`; paths of others
    name them: `L[next].…`, `L[3].…`, `L[*].…`."""

    words: str
    cell: Cell
    laws: Laws
    known: Mapping[str, float]
    settled: bool = False
    told: Mapping[str, float] = field(default_factory=dict)
    spots: Spots = ALONE
    made: dict[str, float] = field(default_factory=dict, repr=False)
    books: dict[tuple[tuple[bool, bool], ...], Laws] = field(default_factory=dict, repr=False)
    others: dict[tuple[str, int], Moment] = field(default_factory=dict, repr=False)

    def __getitem__(self, path: str) -> float:
        for values in (self.told, self.known):
            if path in values:
                return values[path]
        if path not in self.made:
            elsewhere = which_copy(path) and path not in self.laws
            self.made[path] = self._elsewhere(path) if elsewhere else evaluate(self.laws[path], self)
        return self.made[path]

    def __contains__(self, path: object) -> bool:
        if not isinstance(path, str):
            return False
        if path in self.told or path in self.known or path in self.laws:
            return True
        return bool(which_copy(path)) and self._is_elsewhere(path)

    def __iter__(self) -> Iterator[str]:
        return iter({**self.known, **self.laws, **self.told})

    def __len__(self) -> int:
        return len({**self.known, **self.laws, **self.told})

    def of(self, expression: Expr) -> float:
        """The value of an expression at this moment."""
        return evaluate(expression, self)

    def moved(self, line: str, number: int) -> Moment:
        """The same moment in another copy of a line."""
        if (line, number) not in self.others:
            spots = self.spots.moved(line, number)
            assert isinstance(self.known, InCopies)
            if spots.ends() not in self.books:
                self.books[spots.ends()] = laws_of(self.cell, spots)
            laws = self.books[spots.ends()]
            self.others[line, number] = replace(
                self, laws=laws, known=self.known.moved(spots), told={}, spots=spots, made={},
                others={},
            )  # fmt: skip
        return self.others[line, number]

    def _elsewhere(self, path: str) -> float:
        """The value in another copy, or of all together."""
        plain = of_any_copy(path)
        if which_copy(path) == "*" and isinstance(self.known, InCopies) and plain in self.known.arrays:
            return self.known.together(plain)
        return self._of_copies(path, lambda moment, plain: moment[plain])

    def _is_elsewhere(self, path: str) -> bool:
        if which_copy(path) == "*":
            return of_any_copy(path) in self and self.spots.of(of_any_copy(path)) is not None
        try:
            return bool(self._of_copies(path, lambda moment, plain: float(plain in moment)))
        except KeyError:
            return False

    def _of_copies(self, path: str, ask: Callable[[Moment, str], float]) -> float:
        which, plain = which_copy(path), of_any_copy(path)
        spot = self.spots.of(plain)
        if spot is None or ".." in which:
            raise KeyError(path)
        if which == "*":
            return sum(ask(self.moved(spot.line, k), plain) for k in range(1, spot.count + 1))
        number = spot.number_of(which)
        if not 1 <= number <= spot.count:
            raise KeyError(path)
        return ask(self.moved(spot.line, number), plain)


@dataclass(frozen=True, slots=True, eq=False)
class Changed(Mapping[str, float]):
    """Values of which some are replaced; what follows from those stays as it was."""

    replaced: Mapping[str, float]
    others: Mapping[str, float]

    def __getitem__(self, path: str) -> float:
        return self.replaced[path] if path in self.replaced else self.others[path]

    def __contains__(self, path: object) -> bool:
        return path in self.replaced or path in self.others

    def __iter__(self) -> Iterator[str]:
        return iter({**self.replaced, **self.others})

    def __len__(self) -> int:
        return len({**self.replaced, **self.others})
