"""The stoichiometry of a cell in numbers: what every process changes, and what every law of conservation counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from ionlang.model.books.conservation import balances
from ionlang.model.books.ledger import Pool, Process, injections, processes
from ionlang.model.books.states import state_of
from ionlang.model.cell import Cell
from ionlang.simulate.functions import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Books:
    """`changes` (pools, processes) is what each process does to each pool, `states` the row of the state that a pool is
    in; `weights` (laws, pools) are what the laws named in `laws` count."""

    pools: tuple[Pool, ...]
    states: tuple[int, ...]
    listed: tuple[Process, ...]
    changes: FloatArray
    laws: tuple[str, ...]
    weights: FloatArray

    def held(self, rows: tuple[int, ...]) -> NDArray[np.bool_]:
        """The pools whose states are among these rows."""
        return np.array([state in rows for state in self.states], dtype=bool)

    def crossing(self, held: NDArray[np.bool_]) -> FloatArray:
        """What each process moves across the border of each law (laws, processes) while pools are held."""
        found: FloatArray = self.weights @ np.where(held[:, None], 0.0, self.changes)
        return found

    def needed(self, held: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """The processes that cross a border, or reach what is held."""
        moved = np.concatenate([self.crossing(held), self.changes[held]])
        return np.asarray((moved != 0).any(axis=0))


def books_of(cell: Cell, state_index: Mapping[str, int]) -> Books:
    listed = (*processes(cell), *injections(cell))
    touched = dict.fromkeys(pool for process in listed for pool, _ in process.changes)
    pools = tuple(pool for pool in touched if state_of(cell, pool) is not None)
    changes = np.array([[float(p.change_of(pool)) for p in listed] for pool in pools])
    laws = balances(cell)
    weights = np.array([[float(dict(law.weights).get(pool, Fraction(0))) for pool in pools] for law in laws])
    return Books(
        pools,
        tuple(state_index[path] for pool in pools if (path := state_of(cell, pool))),
        listed,
        changes.reshape(len(pools), len(listed)),
        tuple(law.name for law in laws),
        weights.reshape(len(laws), len(pools)),
    )
