"""What can be told of several runs once the numbers are known: how many they are, whether each thing is said once."""

from __future__ import annotations

import math

from ionlang.diagnostics import Label
from ionlang.model.act.composition import contradictions, windows_of
from ionlang.model.act.studies import MOST_RUNS
from ionlang.model.blocks.building import Building
from ionlang.model.cell import Cell
from ionlang.model.check.limits import check_value
from ionlang.model.evaluate import NotKnown, evaluate
from ionlang.model.numbers import parameter_values
from ionlang.model.scenario import Override, Scenario
from ionlang.model.study import Axis, Study, Variant


def check_studies(building: Building, cell: Cell) -> None:
    values = parameter_values(cell)
    for variant in cell.variants:
        _check_once(building, variant.overrides, (), values)
    for study in cell.studies:
        scenario = next(s for s in cell.scenarios if s.name == study.scenario)
        variants = [v for v in cell.variants if v.name in study.variants]
        for variant in variants:
            _check_once(building, scenario.overrides, variant.overrides, values)
        _check_size(building, study)
        for axis in study.axes:
            _check_decided(building, axis, scenario, variants)
            _check_values(building, cell, axis, values)


def _check_once(
    building: Building,
    first: tuple[Override, ...],
    second: tuple[Override, ...],
    values: dict[str, float],
) -> None:
    """No two `set`s of one quantity at one time: of a scenario and a variant, or (`second` empty) of a variant."""
    try:
        windows = windows_of((*first, *second), values)
    except NotKnown:
        return
    for one, other in contradictions(windows):
        if second and (any(o is other for o in first) or any(o is one for o in second)):
            continue  # both in the scenario or both in the variant: said elsewhere
        building.problems.error(
            "ION403", f"two `set`s of {one.target} hold at one time", other.span, "and this one",
            secondary=(Label(one.span, "this one"),),
            help="of a variant and a scenario neither goes first: keep one `set`, or `scale` what the other sets"
            if second else "keep one of the two",
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
        if override.target == axis.path and override.way in ("base", "set") and override.start is None:
            building.problems.error(
                "ION433", f"{axis.name} is swept and set", axis.span, "its values have no effect",
                secondary=(Label(override.span, "this holds in every run"),),
                help="take one of the two out; `scale` and `shift` act on each value of a sweep",
            )  # fmt: skip


def _check_values(building: Building, cell: Cell, axis: Axis, values: dict[str, float]) -> None:
    parameter = next((p for p in cell.parameters if p.path == axis.path), None)
    for expression in axis.values if parameter is not None else ():
        try:
            value = evaluate(expression, values)
        except NotKnown:
            continue
        assert parameter is not None
        given = {**values, axis.path: value}
        check_value(building.problems, parameter, value, given, expression.span)
