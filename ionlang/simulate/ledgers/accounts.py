"""Accounts of matter, charge and water over one phase, and the totals that must agree with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from ionlang.constants import FARADAY
from ionlang.model.books.conservation import balances
from ionlang.model.books.ledger import Pool, Process
from ionlang.simulate.functions import FloatArray, ParametersMany
from ionlang.simulate.ledgers.books import Books
from ionlang.simulate.ledgers.copies import in_copies, stands_in
from ionlang.simulate.ledgers.ledger import Account, Balance, Contents, Entry, gathered

F = FARADAY.in_cell_units
UNITS = {"matter": "fmol", "charge": "fC", "water": "pL"}
ACTIONS = "set or added"
HELD = "held"


@dataclass(frozen=True, slots=True)
class Change:
    """The pools (k,) before and after a phase, what passed each process (l,), what was set or added to each pool, what
    keeping it cost [fmol, water pL]: over all copies of what stands in a line."""

    before: FloatArray
    after: FloatArray
    passed: FloatArray
    given: FloatArray
    held: FloatArray

    def then(self, later: Change) -> Change:
        """Both phases as one."""
        sums = (self.passed + later.passed, self.given + later.given, self.held + later.held)
        return Change(self.before, later.after, *sums)

    def residues(self, books: Books) -> FloatArray:
        explained: FloatArray = books.changes @ self.passed + self.given + self.held
        return self.after - self.before - explained


def accounts_of(books: Books, change: Change) -> tuple[Account, ...]:
    """First those of the pools, then what baths and `nothing` received."""
    own = [_of_pool(books, change, i, pool) for i, pool in enumerate(books.pools)]
    return (*own, *_elsewhere(books, change))


def _of_pool(books: Books, change: Change, i: int, pool: Pool) -> Account:
    scale = F if pool.kind == "charge" else 1.0
    row = books.changes[i]
    entries = [
        Entry(books.names[j], scale * float(row[j] * change.passed[j]))
        for j in np.flatnonzero(row).tolist()
        if not books.among_copies[j]
    ]
    entries += [
        Entry(word, scale * float(x))
        for word, x in ((ACTIONS, change.given[i]), (HELD, change.held[i]))
        if x != 0
    ]
    what = pool.species or pool.kind
    before, after = scale * float(change.before[i]), scale * float(change.after[i])
    return Account(pool.place, what, UNITS[pool.kind], before, after, gathered(entries))


def _elsewhere(books: Books, change: Change) -> Iterator[Account]:
    found: dict[tuple[str, str], list[Entry]] = {}
    every = zip(books.listed, books.names, change.passed.tolist(), books.among_copies, strict=True)
    for process, name, passed, among_copies in every:
        for place, species, n in () if among_copies else (*process.elsewhere, *_outside(books, process)):
            found.setdefault((place, species), []).append(Entry(name, float(n) * passed))
    for (place, species), entries in found.items():
        unit = UNITS["water" if species == "water" else "matter"]
        yield Account(place, species, unit, None, None, gathered(entries))


def _outside(books: Books, process: Process) -> Iterator[tuple[str, str, Fraction]]:
    """What places get in which not everything is counted."""
    for pool, n in process.changes:
        if pool.kind != "charge" and not stands_in(books.copies, pool.place):
            yield pool.place, pool.species or "water", n


def balances_of(books: Books, change: Change) -> tuple[Balance, ...]:
    """The totals of a cell: how much of their change nothing explains."""
    residues, laws = change.residues(books), balances(books.machine.cell)
    weights = [(law.name, np.array(_weights(books, dict(law.weights)))) for law in laws]
    counted = [(name, row) for name, row in weights if books.copies is None or row.any()]
    return tuple(_balance(name, row, books, change, residues) for name, row in counted)


def _weights(books: Books, weights: dict[Pool, Fraction]) -> list[float]:
    return [float(weights.get(pool, Fraction(0))) for pool in books.pools]


def _balance(name: str, weights: FloatArray, books: Books, change: Change, residues: FloatArray) -> Balance:
    before, after = float(weights @ change.before), float(weights @ change.after)
    sizes = np.abs(weights) @ np.maximum(np.abs(change.before), np.abs(change.after))
    through = np.abs(weights @ books.changes) @ np.abs(change.passed)
    return Balance(name, before, after, float(weights @ residues), float(max(sizes, through)))


def contents_of(books: Books, before: FloatArray, after: FloatArray) -> tuple[Contents, ...]:
    """Places as a whole, from the values of `contents_paths` before and after."""
    paths = contents_paths(books)
    pairs = {path: (float(a), float(b)) for path, a, b in zip(paths, before, after, strict=True)}
    return tuple(
        Contents(
            place.name,
            pairs[f"{place.name}.osmolarity"],
            pairs.get(f"{place.name}.volume"),
            pairs.get(f"{place.name}.charge"),
        )
        for place in books.machine.cell.places
        if place.contents and stands_in(books.copies, place.name)
    )


def contents_paths(books: Books) -> tuple[str, ...]:
    found: list[str] = []
    places = (p for p in books.machine.cell.places if p.contents and stands_in(books.copies, p.name))
    for place in places:
        words = ("osmolarity", "volume", "charge") if place.kind == "compartment" else ("osmolarity",)
        found += [path for word in words if (path := f"{place.name}.{word}") in books.machine.symbols]
    return tuple(found)


def contents_at(books: Books, t: FloatArray, y: FloatArray, p: ParametersMany) -> FloatArray:
    """The values of `contents_paths` at one instant (k,); of what stands in a line volume and charge are those of all
    copies, and the osmolarity that of all of them together."""
    paths = contents_paths(books)
    found = dict(zip(paths, in_copies(books.machine, paths, books.copies)(t, y, p), strict=True))
    return np.array([_of_place(path, found) for path in paths])


def _of_place(path: str, found: Mapping[str, FloatArray]) -> float:
    value = found[path]
    if value.ndim < 2 or not path.endswith(".osmolarity"):
        return float(value.sum())
    volume = found.get(f"{path.removesuffix('.osmolarity')}.volume", np.ones_like(value))
    return float((value * volume).sum() / volume.sum())
