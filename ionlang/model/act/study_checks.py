"""What can be told of several runs once the numbers are known: how many they are, whether each thing is said once."""

from __future__ import annotations

import math

from ionlang.diagnostics import Label, Problems
from ionlang.model.act.composition import FAMILY, contradictions, windows_of
from ionlang.model.act.overlaps import meetings
from ionlang.model.act.present import before_the_run
from ionlang.model.act.search_checks import check_search, keeps_its_own
from ionlang.model.act.studies import MOST_RUNS
from ionlang.model.act.timing import TooMany
from ionlang.model.blocks.building import Building
from ionlang.model.cell import Cell
from ionlang.model.check.limits import check_values
from ionlang.model.evaluate import NotKnown, evaluate
from ionlang.model.expression import Expr
from ionlang.model.numbers import parameter_values
from ionlang.model.scenario import Scenario
from ionlang.model.scenario_when import Always
from ionlang.model.study import Axis, Study, Variant, with_variant
from ionlang.source import Span


def check_studies(building: Building, cell: Cell) -> None:
    values = parameter_values(cell)
    for variant in cell.variants:
        for one, other in contradictions(windows_of(variant.overrides, values)):
            _report(building, one.target, one.span, other.span, "keep one of the two")
    for study in cell.studies:
        scenario = next(s for s in cell.scenarios if s.name == study.scenario)
        variants = [v for v in cell.variants if v.name in study.variants]
        for variant in variants:
            _check_once(building, cell, scenario, variant)
        _check_size(building, study)
        for axis in study.axes:
            _check_decided(building, axis, scenario, variants)
            _check_values(building, cell, axis.path, axis.values, values)
        if scenario.search is not None:
            check_search(building, scenario.search, (scenario, *variants), study.axes, values)
            _check_values(building, cell, scenario.search.path, scenario.search.bounds, values)


def _check_once(building: Building, cell: Cell, scenario: Scenario, variant: Variant) -> None:
    """A scenario and a variant do not both say what one quantity is."""
    together = with_variant(scenario, variant)
    changes = [*(o.span for o in variant.overrides), *(h.span for h in variant.holdings)]
    try:
        met = meetings(together, before_the_run(cell, together))
    except (NotKnown, TooMany):
        return
    for target, first, second in met:
        if (first in changes) != (second in changes):
            help_text = "neither goes first: keep one `set`; or `scale` in the variant what the scenario sets"
            _report(building, target, first, second, help_text)


def _report(building: Building, target: str, first: Span, second: Span, help_text: str) -> None:
    building.problems.error(
        "ION403", f"two sentences say what {target} is at one time", second, "and this one",
        secondary=(Label(first, "this one"),), help=help_text,
    )  # fmt: skip


def _check_size(building: Building, study: Study) -> None:
    runs = math.prod([axis.size for axis in study.axes]) * max(1, len(study.variants))
    if runs > MOST_RUNS:
        building.problems.error(
            "ION431", f"scenario {study.scenario} would run {runs} times", study.axes[-1].span,
            "several sweeps are their product", help=f"take fewer values; {MOST_RUNS} runs are the most",
        )  # fmt: skip


def _check_decided(building: Building, axis: Axis, scenario: Scenario, variants: list[Variant]) -> None:
    """What is swept is not set as well, or the sweep would change nothing."""
    overrides = (*scenario.overrides, *(o for variant in variants for o in variant.overrides))
    for override in overrides:
        decides = override.way in FAMILY and isinstance(override.when, Always) and not keeps_its_own(override)
        if override.target == axis.path and decides:
            building.problems.error(
                "ION433", f"{axis.name} is swept and set", axis.span, "its values have no effect",
                secondary=(Label(override.span, "this holds in every run"),),
                help="take one of the two out; `scale` and `shift` act on each value of a sweep",
            )  # fmt: skip


def _check_values(
    building: Building, cell: Cell, path: str, expressions: tuple[Expr, ...], values: dict[str, float]
) -> None:
    """Whether the cell may have each value, as far as the value itself is to blame."""
    for expression in expressions:
        try:
            value = evaluate(expression, values)
        except NotKnown:
            continue
        found = Problems()
        check_values(found, cell, parameter_values(cell, {path: value}), {path: expression.span})
        for diagnostic in found.found:
            if diagnostic.primary.span is expression.span:
                building.problems.add(diagnostic)
