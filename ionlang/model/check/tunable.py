"""Whether as many goals stand against as many unknowns, as far as that can be told before numbers are known."""

from __future__ import annotations

from ionlang.diagnostics import Problems
from ionlang.model.books.conservation import conservation_laws
from ionlang.model.books.states import Variable, state_of, variables
from ionlang.model.cell import Cell
from ionlang.model.tuning import Tuning


def check_tuning(problems: Problems, cell: Cell) -> None:
    """Of a file without other mistakes."""
    tuning = cell.tuning
    if tuning is None or problems.errors or not tuning.unknowns:
        return
    balances = count_of_balances(cell) if tuning.starts_at_rest is not None else 0
    if tuning.starts_at_rest is not None and not balances and not tuning.goals:
        problems.error(
            "ION451", "nothing in this cell changes by itself: every start is a rest", tuning.starts_at_rest,
            "no balance to meet", help="ask for a quantity at rest: `soma.V at rest = -65 mV`",
        )  # fmt: skip
    elif len(tuning.unknowns) > balances + len(tuning.goals):
        _too_many_unknowns(problems, cell, tuning, balances)
    elif tuning.starts_at_rest is None and len(tuning.goals) > len(tuning.unknowns):
        problems.error(
            "ION452", f"{_count(len(tuning.goals), 'goal')} for {_count(len(tuning.unknowns), 'unknown')}", tuning.span,
            "one number cannot meet two goals, but by chance",
            help="tune as many parameters as there are goals, or take goals out",
        )  # fmt: skip


def count_of_balances(cell: Cell) -> int:
    """How many rates `start is rest` sets to zero: those of all states but gates, less one for each conservation law."""
    states = {v.path for v in _moving(cell)}
    laws = [law for law in conservation_laws(cell) if any(state_of(cell, pool) in states for pool, _ in law.weights)]
    return len(states) - len(laws)


def _moving(cell: Cell) -> list[Variable]:
    return [v for v in variables(cell) if v.kind != "gate"]


def _too_many_unknowns(problems: Problems, cell: Cell, tuning: Tuning, balances: int) -> None:
    goals, named = _count(balances + len(tuning.goals), "goal"), _count(len(tuning.unknowns), "unknown")
    notes: tuple[str, ...] = ()
    if tuning.starts_at_rest is not None:
        moving = ", ".join(v.path for v in _moving(cell))
        kept = len(_moving(cell)) - balances
        less = f", less {_count(kept, 'conservation law')}" if kept else ""
        notes = (f"`start is rest` is {_count(balances, 'goal')}: the rates of {moving}{less}",)
    problems.error(
        "ION451", f"{named} for {goals}", tuning.span, "more than one solution", notes=notes,
        help="tune fewer parameters, or say more: `… and soma.V at rest = -65 mV`",
    )  # fmt: skip


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
