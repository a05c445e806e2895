"""A moment of a cell in numbers: everything that the equations define, and what laws make of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ionlang.model.cell import Cell
from ionlang.model.evaluate import evaluate
from ionlang.model.expression import Expr

Laws = Mapping[str, Expr]


@dataclass(frozen=True, slots=True, eq=False)
class Moment(Mapping[str, float]):
    """Values in cell units by path at one moment. What the equations do not define follows from its law when it is
    asked for. `words` say when: `at rest`. `settled`: the cell was brought to rest there."""

    words: str
    cell: Cell
    laws: Laws
    known: Mapping[str, float]
    settled: bool = False
    made: dict[str, float] = field(default_factory=dict, repr=False)

    def __getitem__(self, path: str) -> float:
        if path in self.known:
            return self.known[path]
        if path not in self.made:
            self.made[path] = evaluate(self.laws[path], self)
        return self.made[path]

    def __contains__(self, path: object) -> bool:
        return path in self.known or path in self.laws

    def __iter__(self) -> Iterator[str]:
        return iter({**self.known, **self.laws})

    def __len__(self) -> int:
        return len({**self.known, **self.laws})

    def of(self, expression: Expr) -> float:
        """The value of an expression at this moment."""
        return evaluate(expression, self)


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
