"""What cannot change: linear conservation laws, found by exact null space of the stoichiometry.

Each column of the stoichiometric matrix is a process, each row a pool; the charge on a membrane (as C V/F) is a pool
like any other, so the relation between charge and potential comes out by itself. Laws that have a name (the total of
a species, the charge of a compartment) are taken first; what the null space holds beyond them follows.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from ionlang.model.books.ledger import Pool, Process, charge_of, moved_pools, processes, water_of
from ionlang.model.books.moieties import kept_by_chemistry, moieties, sum_of
from ionlang.model.books.null_space import Row, echelon, null_space
from ionlang.model.books.potentials import places_of_one_potential
from ionlang.model.books.states import is_loose, state_of
from ionlang.model.cell import Cell
from ionlang.records import dataclass


@dataclass(frozen=True, slots=True)
class Law:
    """Sum of weight × amount over pools = constant (amounts; the charge of a membrane counts as C V/F; water as
    volume). One that is not `exact` takes the capacitance of a membrane whose area changes as it is at the start."""

    name: str
    kind: str
    weights: tuple[tuple[Pool, Fraction], ...]
    exact: bool = True


def conservation_laws(cell: Cell) -> tuple[Law, ...]:
    """A basis of all linear conservation laws of the model's own processes."""
    listed = processes(cell)
    return laws_over(cell, pools_of(cell, listed), listed, ())


def laws_over(
    cell: Cell, pools: tuple[Pool, ...], listed: tuple[Process, ...], known: tuple[Law, ...]
) -> tuple[Law, ...]:
    """What completes the laws `known` to a basis of all that these processes leave as they are, over these pools."""
    columns = [tuple(p.change_of(pool) for pool in pools) for p in listed]
    dimension = len(pools) - len(echelon(columns)) - len(known)
    found: list[Law] = []
    rows = [_row(law, pools) for law in known]
    for law in (
        *_totals(cell, pools),
        *_groups(columns, pools),
        *_charges(cell, pools),
        *_others(columns, pools),
    ):
        if len(found) == dimension:
            break
        row = _row(law, pools)
        if _conserved(row, columns) and len(echelon([*rows, row])) > len(rows):
            found.append(replace(law, exact=not any(is_loose(cell, pool) for pool, _ in law.weights)))
            rows.append(row)
    return tuple(found)


def _row(law: Law, pools: tuple[Pool, ...]) -> Row:
    weights = dict(law.weights)
    return tuple(weights.get(pool, Fraction(0)) for pool in pools)


def pools_of(cell: Cell, listed: tuple[Process, ...]) -> tuple[Pool, ...]:
    """Every pool that some process changes."""
    touched = {pool for process in listed for pool, _ in process.changes}
    return tuple(pool for pool in _every_pool(cell) if pool in touched)


def _every_pool(cell: Cell) -> tuple[Pool, ...]:
    matter = [Pool(p.name, c.species) for p in cell.places for c in p.contents]
    charge = [charge_of(m.name) for m in cell.membranes]
    return (*matter, *charge, *(water_of(p.name) for p in cell.places))


def balances(cell: Cell) -> tuple[Law, ...]:
    """What a run is checked against: the total of each species in all compartments – of species that chemistry turns
    into one another the groups that it keeps – the charge of each compartment less what its membranes hold, the water;
    conserved or not, their changes must equal what passed their borders."""
    moved = moved_pools(cell)
    charges = [pool for m in cell.membranes if _is_counted(cell, pool := charge_of(m.name))]
    groups = kept_by_chemistry(cell)
    grouped = {species for group in groups for species in group}
    alone = [{s.name: Fraction(1)} for s in cell.species if s.name not in grouped]
    totals = [_total(weights, moved) for weights in (*alone, *groups)]
    water = Law(
        "water", "water", tuple((water_of(p.name), Fraction(1)) for p in cell.places if p.motion == "water")
    )
    return tuple(law for law in (*totals, *_charges(cell, (*moved, *charges)), water) if law.weights)


def _total(weights: dict[str, Fraction], moved: tuple[Pool, ...]) -> Law:
    pools = tuple((pool, w) for pool in moved if pool.species and (w := weights.get(pool.species)))
    counted = {species: w for species, w in weights.items() if any(p.species == species for p, _ in pools)}
    return Law(f"total {sum_of(counted)}", "matter", pools)


def _is_counted(cell: Cell, pool: Pool) -> bool:
    return state_of(cell, pool) is not None and not is_loose(cell, pool)


def _conserved(row: Row, columns: list[Row]) -> bool:
    return all(sum(w * c for w, c in zip(row, column, strict=True)) == 0 for column in columns)


def _totals(cell: Cell, pools: tuple[Pool, ...]) -> list[Law]:
    """The total of each species, in all places and in each pair of places that a membrane parts."""
    laws: list[Law] = []
    for species in cell.species:
        mine = [p for p in pools if p.species == species.name]
        groups = [
            mine,
            *([p for p in mine if p.place in m.places] for m in cell.membranes),
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
    """Charge of the places of one potential less what their membranes hold: Σ z n ∓ C V/F."""
    laws: list[Law] = []
    for group in places_of_one_potential(cell):
        matter = [(p, cell.valence(p.species)) for p in pools if p.place in group and p.species is not None]
        weights = [(p, z) for p, z in matter if z]
        for m in cell.membranes:
            if charge_of(m.name) in pools and (sign := _joins(group, m.outside) - _joins(group, m.inside)):
                weights.append((charge_of(m.name), Fraction(sign)))
        if weights and matter:
            holds = any(pool.kind == "charge" for pool, _ in weights)
            name = f"charge in {' + '.join(group)}{' less C·V' if holds else ''}"
            laws.append(Law(name, "charge", tuple(weights)))
    return laws


def _joins(group: tuple[str, ...], side: tuple[str, ...]) -> bool:
    return any(name in side for name in group)


def _groups(columns: list[Row], pools: tuple[Pool, ...]) -> list[Law]:
    """Groups that chemistry passes on in one place."""
    found = moieties([dict(law.weights) for law in _others(columns, pools)])
    return [Law(name, "matter", tuple(weights.items())) for name, weights in found]


def _others(columns: list[Row], pools: tuple[Pool, ...]) -> list[Law]:
    """The rest of the null space, each vector scaled to whole numbers."""
    laws: list[Law] = []
    for vector in null_space(columns, len(pools)):
        weights = tuple((pools[i], w) for i, w in enumerate(vector) if w)
        name = " ".join(f"{'+' if w > 0 else '-'} {_count(abs(w))}{_pool_name(p)}" for p, w in weights)
        laws.append(Law(name.removeprefix("+ "), "combination", weights))
    return laws


def _count(weight: Fraction) -> str:
    return "" if weight == 1 else f"{weight} "


def _pool_name(pool: Pool) -> str:
    if pool.species is None:
        return f"{'C·V' if pool.kind == 'charge' else 'water'} of {pool.place}"
    return f"{pool.species} in {pool.place}"
