"""Whether as many goals stand against as many unknowns, as far as that can be told before numbers are known."""

from __future__ import annotations

from ionlang.diagnostics import Problems
from ionlang.model.books.conservation import conservation_laws
from ionlang.model.books.states import Variable, state_of, variables
from ionlang.model.cell import Cell
from ionlang.model.check.laws import law_expressions
from ionlang.model.expression import Expr, reads
from ionlang.model.tuning import Tuning, Unknown
from ionlang.units import AREA, CAPACITANCE, CHARGE, CURRENT, PURE, RATE, VOLTAGE


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
            "fewer numbers than goals meet them by chance only",
            help="tune as many parameters as there are goals, or take goals out",
        )  # fmt: skip


def count_of_balances(cell: Cell) -> int:
    """How many rates `start is rest` sets to zero: of all states but gates, less one for each conservation law."""
    states = {v.path for v in _moving(cell)}
    laws = [
        law
        for law in conservation_laws(cell)
        if any(state_of(cell, pool) in states for pool, _ in law.weights)
    ]
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


def is_never_negative(cell: Cell, unknown: Unknown) -> bool:
    """Whether below 0 it would make no sense: a concentration, a conductance, a size; a current or rate that a pump's
    law is made of, whose direction is said by `moves`."""
    signed = (VOLTAGE, PURE, CURRENT, CURRENT / AREA, CURRENT / CAPACITANCE, RATE, RATE / AREA)
    if unknown.dimension not in signed:
        return unknown.dimension != CHARGE
    if unknown.dimension == VOLTAGE:
        return False
    laws = [
        e for m in cell.membranes for t in m.transporters if t.kind == "pump" for e in law_expressions(t.law)
    ]
    return any(unknown.path in _read_through(cell, law) for law in laws)


def _read_through(cell: Cell, expression: Expr) -> list[str]:
    """Every path that an expression reads, through parameters and `let`s."""
    means = {p.path: p.value for p in cell.parameters} | {d.path: d.value for d in cell.definitions}
    waiting, seen = [r.path for r in reads(expression)], list[str]()
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen.append(path)
            waiting += [r.path for r in reads(means[path])] if path in means else []
    return seen
