"""What can be told of `find` once the numbers are known: its ends, how close it goes, whether nothing else decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ionlang.diagnostics import Label
from ionlang.model.blocks.building import Building
from ionlang.model.evaluate import NotKnown, evaluate
from ionlang.model.expression import Read
from ionlang.model.scenario import Override, Scenario, Search
from ionlang.model.scenario_when import Always
from ionlang.model.study import Axis, Variant
from ionlang.source import Span


def check_search(
    building: Building,
    search: Search,
    changing: Sequence[Scenario | Variant],
    axes: Sequence[Axis],
    values: Mapping[str, float],
) -> None:
    swept = next((axis for axis in axes if axis.path == search.path), None)
    if swept is not None:
        _decided(building, search, "swept", swept.span, "sweep another parameter, or find another")
    for override in (o for each in changing for o in each.overrides):
        always = isinstance(override.when, Always) and not keeps_its_own(override)
        if override.target == search.path and always:
            _decided(building, search, "changed", override.span, "take one of the two out")
    _check_interval(building, search, values)


def keeps_its_own(override: Override) -> bool:
    """An argument that an `apply` leaves as it is: it says its own value."""
    return isinstance(override.value, Read) and override.value.path == override.target


def _decided(building: Building, search: Search, how: str, span: Span, help_text: str) -> None:
    building.problems.error(
        "ION463", f"{search.name} is sought and {how}", search.span, "what is found would not be its value",
        secondary=(Label(span, "this holds in every run"),), help=help_text,
    )  # fmt: skip


def _check_interval(building: Building, search: Search, values: Mapping[str, float]) -> None:
    try:
        low, high = (evaluate(bound, values) for bound in search.bounds)
        within = None if search.within is None else evaluate(search.within, values)
    except NotKnown:
        return
    if low == high:
        building.problems.error(
            "ION462", f"{search.name} is sought between two values that are the same", search.bounds[1].span,
            "the same as the other end", secondary=(Label(search.bounds[0].span, "the other end"),),
            help="take ends so far apart that the condition holds at one of them only",
        )  # fmt: skip
    elif within is not None and search.within is not None and not 0 < within < abs(high - low):
        wrong = "not above 0" if not within > 0 else "no closer than the two ends"
        building.problems.error(
            "ION462", f"{search.name} cannot be found within this", search.within.span, wrong,
            help="`within` is how far apart the two runs may be at last; left out it is a 10000th of the interval",
        )  # fmt: skip
