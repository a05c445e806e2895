"""What changes the free energy besides the processes: volumes that follow a definition, areas that move, states that a
scenario holds or leads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ionlang.model.cell import Cell, FromCharge, FromCurrents, Membrane
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.ledgers.books import Books
from ionlang.simulate.ledgers.copies import stands_in
from ionlang.simulate.ledgers.energies import Moment, moment_of
from ionlang.simulate.trajectory import INTERVALS, Piece

Brought = tuple[str, float]
"""By what, and how much [aJ]."""


def has_definitions(cell: Cell) -> bool:
    """Whether volumes or areas follow a definition."""
    return bool(_defined(cell) or _ruled(cell))


def _defined(cell: Cell) -> list[str]:
    return [p.name for p in cell.places if p.motion == "defined" and p.kind == "compartment"]


def _ruled(cell: Cell) -> list[Membrane]:
    return [m for m in cell.membranes if m.area_rule is not None and m.capacitance is not None]


def brought(books: Books, piece: Piece, kept: Sequence[int]) -> tuple[Brought, ...]:
    """Over one piece; `kept` are the rows of the states that were held or led in it."""
    cell = books.machine.cell
    defined = [name for name in _defined(cell) if stands_in(books.copies, name)]
    areas = [m for m in _ruled(cell) if stands_in(books.copies, m.name)]
    held = [i for i, rows in enumerate(books.states) if np.isin(rows, kept).any()]
    if not (defined or areas or held):
        return ()
    t = piece.times
    moment = moment_of(books.machine, t, piece.values, piece.phase.parameters_many(t), books.copies)
    found: list[Brought] = [
        (
            f"volume of {name}",
            along(-moment.heat * moment.free(name), moment.values[f"{name}.volume"]),
        )
        for name in defined
    ]
    for membrane in areas:
        capacitance = moment.values[f"{membrane.name}.total_capacitance"]
        work = 0.5 * along(moment.values[f"{membrane.name}.V"] ** 2, capacitance)
        if isinstance(membrane.potential, FromCurrents | FromCharge):
            sign = 1 if isinstance(membrane.potential, FromCurrents) else -1
            found.append((f"area of {membrane.name}", sign * work))
    return (*found, *_of_held(books, piece, moment, held, kept))


def _of_held(
    books: Books, piece: Piece, moment: Moment, held: Sequence[int], kept: Sequence[int]
) -> Iterator[Brought]:
    """∫ μ dn of a state that is held, less what the processes would have done to it."""
    if not held:
        return
    amounts = books.amounts(moment.t, moment.y, moment.p)
    rates = books.rates(moment.t, moment.y, moment.p)
    weights = piece.quadrature(0, (piece.times.size - 1) // INTERVALS)
    for i in held:
        mine = np.isin(books.states[i], kept)
        potential = _chosen(moment.potential(books.pools[i]), mine)
        done = _chosen(books.net(i, rates, moment.t.size), mine)
        name = _name_of_held(books, i, mine)
        yield name, along(potential, _chosen(amounts[i], mine)) - float(((potential * done) @ weights).sum())


def _chosen(row: FloatArray, copies: NDArray[np.bool_]) -> FloatArray:
    """In some copies of a line; all of what stands in none."""
    found: FloatArray = row[copies] if row.ndim == 2 else row
    return found


def _name_of_held(books: Books, pool: int, copies: NDArray[np.bool_]) -> str:
    machine, rows = books.machine, books.states[pool][copies]
    if rows.size == 1:
        return f"{machine.row_path(int(rows[0]))} held"
    return f"{machine.system.states[int(machine.layout.states[rows[0]])].path} held"


def along(f: FloatArray, g: FloatArray) -> float:
    """∫ f dg from the samples of both on the steps of a piece, (m,) or (copies, m): over all copies."""
    shape = np.broadcast_shapes(f.shape, g.shape)
    f, g = np.broadcast_to(f, shape), np.broadcast_to(g, shape)
    steps = (shape[-1] - 1) // INTERVALS
    index = INTERVALS * np.arange(steps)[:, None] + np.arange(INTERVALS + 1)
    return float(np.einsum("...si,ij,...sj->...", f[..., index], _rule(), g[..., index]).sum())


@cache
def _rule() -> FloatArray:
    """∫ l_i l_j′ du over one step, l the polynomials of Lagrange on its six samples."""
    nodes = np.arange(INTERVALS + 1.0)
    points, weights = np.polynomial.legendre.leggauss(INTERVALS + 1)
    u, weights = 0.5 * INTERVALS * (points + 1), 0.5 * INTERVALS * weights
    basis = [
        np.poly1d(np.delete(nodes, i), r=True) / np.prod(i - np.delete(nodes, i)) for i in range(nodes.size)
    ]
    values = np.array([b(u) for b in basis])
    slopes = np.array([b.deriv()(u) for b in basis])
    rule: FloatArray = (values * weights) @ slopes.T
    return rule
