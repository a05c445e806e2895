"""Potentials without inertia: each is the root of one equation, so some current must decide it, and no two may need
each other."""

from __future__ import annotations

from ionlang.diagnostics import Label, Problems
from ionlang.model.books.ledger import charge_of, injections, processes
from ionlang.model.cell import Cell, FromZeroCurrent, Membrane
from ionlang.model.check.circles import Needs, flow_of, needs_of
from ionlang.source import NOWHERE


def is_undecided(cell: Cell, membrane: Membrane) -> bool:
    """Whether its V is from zero_current and no current counts in it."""
    if not isinstance(membrane.potential, FromZeroCurrent):
        return False
    pool = charge_of(membrane.name)
    return not any(process.change_of(pool) for process in (*processes(cell), *injections(cell)))


def check_zero_currents(cell: Cell, problems: Problems) -> None:
    roots = [m for m in cell.membranes if isinstance(m.potential, FromZeroCurrent)]
    for membrane in roots:
        _check_decided(cell, membrane, problems)
    if len(roots) > 1:
        _check_apart(cell, roots, problems)


def _check_decided(cell: Cell, membrane: Membrane, problems: Problems) -> None:
    excluded = next((c for c in membrane.carriers if c.excluded), None)
    if excluded is None or not is_undecided(cell, membrane):
        return
    problems.error(
        "ION348", f"V of membrane {membrane.name} is from zero_current, and no current counts in it",
        membrane.span, "nothing decides it", secondary=(Label(excluded.span, "excluded from V"),),
        help="let one carrier with a current count in V, or take `V from currents`",
    )  # fmt: skip


def _check_apart(cell: Cell, roots: list[Membrane], problems: Problems) -> None:
    needs = _needs_of_roots(cell, roots)
    reached = {m.name: _reached(f"{m.name}.V", needs) for m in roots}
    for i, membrane in enumerate(roots):
        for other in roots[i + 1 :]:
            if f"{other.name}.V" in reached[membrane.name] and f"{membrane.name}.V" in reached[other.name]:
                problems.error(
                    "ION401", f"{membrane.name}.V and {other.name}.V need each other at the same instant",
                    membrane.span, "V from zero_current", secondary=(Label(other.span, "and here"),),
                    help="let one of them have inertia: a `capacitance` and `V from currents starting at …`",
                )  # fmt: skip


def _needs_of_roots(cell: Cell, roots: list[Membrane]) -> Needs:
    """What is read at once, a potential needing all currents that cancel there and a current its potential."""
    needs = needs_of(cell)
    carriers = [(m, c) for m in cell.membranes for c in m.carriers]
    for membrane in roots:
        pool = charge_of(membrane.name)
        charging = [p.path.rpartition(".")[0] for p in processes(cell) if p.change_of(pool)]
        flows = [flow_of(c) for _, c in carriers if c.path in charging]
        needs[f"{membrane.name}.V"] = tuple((flow, NOWHERE) for flow in flows)
    for membrane, carrier in carriers:
        flow = flow_of(carrier)
        needs[flow] = (*needs.get(flow, ()), (f"{membrane.name}.V", NOWHERE))
    return needs


def _reached(path: str, needs: Needs) -> set[str]:
    """All that a quantity needs, directly or not; used for membership only."""
    found: set[str] = set()
    ahead = [path]
    while ahead:
        new = [name for name, _ in needs.get(ahead.pop(), ()) if name not in found]
        found.update(new)
        ahead += new
    return found
