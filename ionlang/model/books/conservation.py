"""What cannot change: linear conservation laws, found by exact null space of the stoichiometry.

Each column of the stoichiometric matrix is a process, each row a pool; the charge on a membrane (as C V/F) is a pool
like any other, so the relation between charge and potential comes out by itself. Laws that have a name (the total of
a species, the charge of a compartment) are taken first; what the null space holds beyond them follows.
"""

from __future__ import annotations

from fractions import Fraction

from ionlang.model.books.ledger import Pool, Process, moved_pools, processes
from ionlang.model.books.moieties import moieties
from ionlang.model.cell import Cell
from ionlang.records import dataclass


@dataclass(frozen=True, slots=True)
class Law:
    """Sum of weight × amount over pools = constant (amounts; the charge of a membrane counts as C V/F)."""

    name: str
    kind: str
    weights: tuple[tuple[Pool, Fraction], ...]


Row = tuple[Fraction, ...]


def conservation_laws(cell: Cell) -> tuple[Law, ...]:
    """A basis of all linear conservation laws of the model's own processes."""
    listed = processes(cell)
    pools = _pools(cell, listed)
    columns = [tuple(p.change_of(pool) for pool in pools) for p in listed]
    dimension = len(pools) - len(_echelon(columns))
    found: list[Law] = []
    rows: list[Row] = []
    for law in (
        *_totals(cell, pools),
        *_groups(columns, pools),
        *_charges(cell, pools),
        *_others(columns, pools),
    ):
        if len(found) == dimension:
            break
        row = tuple(dict(law.weights).get(pool, Fraction(0)) for pool in pools)
        if _conserved(row, columns) and len(_echelon([*rows, row])) > len(rows):
            found.append(law)
            rows.append(row)
    return tuple(found)


def _pools(cell: Cell, listed: tuple[Process, ...]) -> tuple[Pool, ...]:
    touched = {pool for process in listed for pool, _ in process.changes}
    matter = [Pool(p.name, c.species) for p in cell.places for c in p.contents]
    charge = [Pool(m.name, None) for m in cell.membranes]
    return tuple(pool for pool in (*matter, *charge) if pool in touched)


def balances(cell: Cell) -> tuple[Law, ...]:
    """What a run is checked against: the total of each species in all compartments and the charge of each compartment
    less what its membranes hold – conserved or not, their changes must equal what passed their borders."""
    pools = tuple(p for p in _all_pools(cell))
    totals = [
        Law(f"total {s.name}", "matter", tuple((p, Fraction(1)) for p in pools if p.species == s.name))
        for s in cell.species
    ]
    return tuple(law for law in (*totals, *_charges(cell, pools)) if law.weights)


def _all_pools(cell: Cell) -> tuple[Pool, ...]:
    return (*moved_pools(cell), *(Pool(m.name, None) for m in cell.membranes))


def _conserved(row: Row, columns: list[Row]) -> bool:
    return all(sum(w * c for w, c in zip(row, column, strict=True)) == 0 for column in columns)


def _totals(cell: Cell, pools: tuple[Pool, ...]) -> list[Law]:
    """The total of each species, in all places and in each pair of places that a membrane parts."""
    laws: list[Law] = []
    for species in cell.species:
        mine = [p for p in pools if p.species == species.name]
        groups = [
            mine,
            *([p for p in mine if p.place in (m.inside, m.outside)] for m in cell.membranes),
            *([p] for p in mine),
        ]
        for group in groups:
            if group:
                places = " + ".join(p.place for p in group)
                laws.append(
                    Law(f"total {species.name} in {places}", "matter", tuple((p, Fraction(1)) for p in group))
                )
    return laws


def _charges(cell: Cell, pools: tuple[Pool, ...]) -> list[Law]:
    """Charge of a compartment less what its membranes hold: Σ z n ∓ C V/F."""
    laws: list[Law] = []
    for place in cell.places:
        matter = [
            (p, cell.valence(p.species)) for p in pools if p.place == place.name and p.species is not None
        ]
        weights = [(p, z) for p, z in matter if z]
        for m in cell.membranes:
            if place.name in (m.inside, m.outside) and Pool(m.name, None) in pools:
                weights.append((Pool(m.name, None), Fraction(-1 if m.inside == place.name else 1)))
        if weights and matter:
            holds = any(pool.species is None for pool, _ in weights)
            laws.append(
                Law(f"charge in {place.name}{' less C·V' if holds else ''}", "charge", tuple(weights))
            )
    return laws


def _groups(columns: list[Row], pools: tuple[Pool, ...]) -> list[Law]:
    """Groups that chemistry passes on in one place."""
    found = moieties([dict(law.weights) for law in _others(columns, pools)])
    return [Law(name, "matter", tuple(weights.items())) for name, weights in found]


def _others(columns: list[Row], pools: tuple[Pool, ...]) -> list[Law]:
    """The rest of the null space, each vector scaled to whole numbers."""
    reduced = _echelon(columns)
    pivots = [next(i for i, x in enumerate(row) if x) for row in reduced]
    laws: list[Law] = []
    for free in (i for i in range(len(pools)) if i not in pivots):
        vector = [Fraction(0)] * len(pools)
        vector[free] = Fraction(1)
        for row, pivot in zip(reduced, pivots, strict=True):
            vector[pivot] = -row[free]
        weights = tuple((pools[i], w) for i, w in enumerate(vector) if w)
        name = " ".join(f"{'+' if w > 0 else '-'} {_count(abs(w))}{_pool_name(p)}" for p, w in weights)
        laws.append(Law(name.removeprefix("+ "), "combination", weights))
    return laws


def _count(weight: Fraction) -> str:
    return "" if weight == 1 else f"{weight} "


def _pool_name(pool: Pool) -> str:
    return f"C·V of {pool.place}" if pool.species is None else f"{pool.species} in {pool.place}"


def _echelon(rows: list[Row]) -> list[Row]:
    """The reduced row echelon form, without rows of zeros."""
    work = list(rows)
    done: list[Row] = []
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((row for row in work if row[column]), None)
        if pivot is None:
            continue
        work.remove(pivot)
        unit = tuple(x / pivot[column] for x in pivot)
        work = [_cleared(row, unit, column) for row in work]
        done = [*(_cleared(row, unit, column) for row in done), unit]
    return done


def _cleared(row: Row, unit: Row, column: int) -> Row:
    return tuple(x - row[column] * u for x, u in zip(row, unit, strict=True))
