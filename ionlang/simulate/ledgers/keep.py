"""A run that is over → its ledger. All integrals are taken on the run's own steps; where these are not kept, it runs
again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce

from ionlang.model.cell_lines import Copies
from ionlang.simulate.ledgers.accounts import accounts_of, balances_of, contents_of
from ionlang.simulate.ledgers.count import Counter, Part
from ionlang.simulate.ledgers.ledger import Energy, Entry, Ledger, LedgerPhase, gathered
from ionlang.simulate.ledgers.phases import stretches
from ionlang.simulate.ledgers.powers import Row
from ionlang.simulate.ledgers.tally import Tally
from ionlang.simulate.running.again import run_again
from ionlang.simulate.solution import Solution

PICO = 1e-6  # aJ in pJ
COLD = "no energies: the file gives no temperature"
Counted = tuple[Counter, list[Part], tuple[Row, ...]]
"""What counts, a part for each piece of the run, and what its powers are of."""


def ledger_of(solution: Solution, copies: Copies | None = None) -> Ledger:
    """The ledger of a run, or of some copies of a line in it. Raises ValueError where nothing was run."""
    if solution.trajectory is None:
        raise ValueError(
            f"scenario {solution.scenario.name} does not run, it asks about rest alone: it has no ledger"
        )
    counter, found, rows = _counted(solution, copies)
    parts = [
        replace(reduce(Part.then, found[each.first : each.last]), words=each.words)
        for each in stretches(solution)
    ]
    whole = reduce(Part.then, parts)
    notes = () if counter.has_energy else (COLD,)
    phases = tuple(_phase(counter, part, rows) for part in parts)
    return Ledger(phases, _phase(counter, whole, rows), notes)


def _counted(solution: Solution, copies: Copies | None) -> Counted:
    """On the steps of the run, where they are kept; of long lines while they run once more."""
    assert solution.trajectory is not None and solution.start is not None
    tally = Tally(Counter(solution.machine.all_copies, copies), solution.start)
    pieces = solution.trajectory.pieces
    if solution.recorder is not None:
        pieces = run_again(solution, tally).trajectory.pieces
    else:
        for piece, kept in zip(pieces, solution.held, strict=True):
            tally.see(piece, kept)
    return tally.counter, tally.of_pieces(pieces), tally.rows


def _phase(counter: Counter, part: Part, rows: Sequence[Row]) -> LedgerPhase:
    books = counter.books
    return LedgerPhase(
        part.words,
        part.start,
        part.end,
        accounts_of(books, part.change),
        contents_of(books, part.first.contents, part.last.contents),
        balances_of(books, part.change),
        _energy(part, rows) if counter.has_energy else None,
    )


def _energy(part: Part, rows: Sequence[Row]) -> Energy:
    worked = [(side, Entry(by, PICO * x)) for (side, by), x in zip(rows, part.work.tolist(), strict=True)]
    by_side = {name: gathered(e for side, e in worked if side == name) for name in ("dissipated", "supplied")}
    extra = tuple(Entry(e.by, PICO * e.amount) for e in part.brought)
    supplied = gathered((*by_side["supplied"], *extra))
    before, after = PICO * part.first.energy, PICO * part.last.energy
    return Energy(before, after, by_side["dissipated"], supplied)
