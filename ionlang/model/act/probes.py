"""What tests of membranes need: times that are known before they begin, a current that they may inject."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ionlang.model.act.asked import observations
from ionlang.model.blocks.building import Building
from ionlang.model.cell import Cell, FromZeroCurrent
from ionlang.model.cell_lines import of_any_copy
from ionlang.model.expression import Probed
from ionlang.model.scenario import Scenario
from ionlang.source import Span


def check_test(building: Building, probed: Probed) -> None:
    """A test's times may follow from parameters, not from what changes."""
    for time in probed.times:
        if not building.is_fixed(time):
            building.problems.error(
                "ION316", f"a time of `{probed.probe}` depends on a quantity that changes", time.span,
                "not known before the test", help="use numbers and parameters",
            )  # fmt: skip


def probing_currents(scenarios: Iterable[Scenario], cell: Cell) -> Iterator[tuple[str, Span]]:
    """The paths of the currents that tests inject, and where they are asked for."""
    for probed in tests_of(scenarios):
        membrane = of_any_copy(probed.membrane)
        apart = bool(cell.lines) or _without_inertia(cell, membrane)
        if probed.probe == "threshold_current" or (probed.probe == "input_resistance" and apart):
            yield probing_current(membrane), probed.span


def _without_inertia(cell: Cell, name: str) -> bool:
    return any(m.name == name and isinstance(m.potential, FromZeroCurrent) for m in cell.membranes)


def tests_of(scenarios: Iterable[Scenario]) -> Iterator[Probed]:
    """The tests that scenarios ask for, in source order."""
    yield from (o for s in scenarios for o in observations(s) if isinstance(o, Probed))


def probing_current(membrane: str) -> str:
    """The path of the current that a test injects."""
    return f"{of_any_copy(membrane)}.inject(charge)"
