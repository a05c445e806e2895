"""What rest demands of the flows: the same in as out, for each pool of matter and each membrane's charge.

Each flow of an ion through a channel is an unknown, and so is each other process (a cycle of a pump, a reaction …). The
others are eliminated, exactly; what is left ties flows through channels alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from ionlang.model.books.ledger import Pool, Process, charge_of, injections, processes
from ionlang.model.books.null_space import Row, echelon
from ionlang.model.cell import (
    Cell,
    Channel,
    ConstantField,
    DefinedPotential,
    Membrane,
    Ohmic,
    Share,
)


@dataclass(frozen=True, slots=True)
class Flow:
    """An ion (or charge without a name) through a channel that pulls V to a potential of its own. `process` counts it
    as amount out of the first side (charge over F)."""

    process: Process
    membrane: Membrane
    channel: Channel
    share: Share

    @property
    def is_thermodynamic(self) -> bool:
        """Whether it stands still exactly where its ion is in equilibrium."""
        written = isinstance(self.channel.law, Ohmic) and self.channel.law.reversal is not None
        return self.share.species is not None and not written

    @property
    def is_ohmic(self) -> bool:
        return isinstance(self.channel.law, Ohmic)


@dataclass(frozen=True, slots=True)
class Tie:
    """Σ weight × flow (+ Σ weight × other process) = 0 at rest; flows count amounts."""

    flows: tuple[tuple[Flow, Fraction], ...]
    others: tuple[tuple[Process, Fraction], ...] = ()


@dataclass(frozen=True, slots=True)
class Steady:
    """Flows and other processes that are not shut; `ties` are independent."""

    flows: tuple[Flow, ...]
    others: tuple[Process, ...]
    ties: tuple[Tie, ...]
    charges: tuple[tuple[Membrane, Tie], ...]


def steady(cell: Cell, shut: Callable[[str], bool]) -> Steady:
    """What rest demands. `shut`: whether the process of this path carries nothing now."""
    known = {f.process.path: f for f in _flows(cell)}
    active = [p for p in (*processes(cell), *injections(cell)) if p.kind != "water" and not shut(p.path)]
    flows = tuple(known[p.path] for p in active if p.path in known)
    others = tuple(p for p in active if p.path not in known)
    ordered = (*others, *(f.process for f in flows))
    touched_by = [(pool, p) for p in ordered for pool, _ in p.changes if pool.kind != "water"]
    shared = {pool for pool, p in touched_by if _is_shared(cell, pool, p)}  # for membership only
    pools = dict.fromkeys(pool for pool, _ in touched_by if pool not in shared)
    rows: list[Row] = [tuple(p.change_of(pool) for p in ordered) for pool in pools]
    free = [row for row in echelon(rows) if not any(row[: len(others)])]
    ties = tuple(Tie(_weighted(flows, row[len(others) :])) for row in free)
    charges = [
        (m, _charge(m, flows, others))
        for m in cell.membranes
        if not isinstance(m.potential, DefinedPotential)
    ]
    return Steady(flows, others, ties, tuple(charges))


def _is_shared(cell: Cell, pool: Pool, process: Process) -> bool:
    """Whether a pool outside of a line gets what all copies bring: then what one copy brings need not be nothing."""
    line = cell.line_of(process.path)
    return line is not None and line.count > 1 and not line.holds(f"{pool.place}.")


def _weighted(flows: tuple[Flow, ...], row: Row) -> tuple[tuple[Flow, Fraction], ...]:
    return tuple((flow, weight) for flow, weight in zip(flows, row, strict=True) if weight)


def _charge(membrane: Membrane, flows: tuple[Flow, ...], others: tuple[Process, ...]) -> Tie:
    pool = charge_of(membrane.name)
    return Tie(
        tuple((f, -w) for f in flows if (w := f.process.change_of(pool))),
        tuple((p, -w) for p in others if (w := p.change_of(pool))),
    )


def _flows(cell: Cell) -> list[Flow]:
    found: list[Flow] = []
    listed = {p.path: p for p in processes(cell)}
    for membrane in cell.membranes:
        for channel in membrane.channels:
            if not isinstance(channel.law, Ohmic | ConstantField):
                continue
            for share in channel.shares:
                word = "current(charge)" if share.species is None else f"flux({share.species})"
                process = listed.get(f"{channel.path}.{word}")
                if process is not None:
                    found.append(Flow(process, membrane, channel, share))
    return found


def touched(
    cell: Cell, place: str, active: tuple[Process, ...]
) -> dict[Process, list[tuple[Pool, Fraction]]]:
    """The active processes that bring matter to a place or take it away, with what."""
    found: dict[Process, list[tuple[Pool, Fraction]]] = {}
    for process in active:
        mine = [(pool, w) for pool, w in process.changes if pool.place == place and pool.kind == "matter"]
        if mine:
            found[process] = mine
    return found
