"""The noun of several runs of one scenario: variants, axes of a sweep, and the scenario that each run is."""

from __future__ import annotations

from dataclasses import field, replace

from ionlang.model.expression import Expr
from ionlang.model.scenario import Expectation, Holding, Override, Scenario
from ionlang.records import dataclass
from ionlang.source import Span
from ionlang.units import Dimension


@dataclass(frozen=True, slots=True)
class Variant:
    """Changes that hold throughout a run, rest included: a mutation, a drug. Without any it is the cell as written."""

    name: str
    title: str
    overrides: tuple[Override, ...]
    holdings: tuple[Holding, ...]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Axis:
    """A parameter that takes several values, one after the other. `name` is how the file calls it.

    With `steps`, `values` are the two ends, and the values are spread evenly: `steps` intervals, one value more.
    """

    path: str
    name: str
    dimension: Dimension
    values: tuple[Expr, ...]
    steps: int | None
    span: Span = field(compare=False, repr=False)

    @property
    def size(self) -> int:
        return len(self.values) if self.steps is None else self.steps + 1


@dataclass(frozen=True, slots=True)
class Study:
    """A scenario that is run several times: once for each of `variants` (none: as written) at each point of the `axes`
    (their product); a scenario that seeks a value, as often as that takes at each of them. `across` are the
    expectations that name runs; all others hold in every run."""

    scenario: str
    variants: tuple[str, ...]
    axes: tuple[Axis, ...]
    across: tuple[Expectation, ...]


def with_variant(scenario: Scenario, variant: Variant) -> Scenario:
    """The scenario as it is in a cell with the changes of a variant."""
    return replace(
        scenario,
        overrides=(*scenario.overrides, *variant.overrides),
        holdings=(*scenario.holdings, *variant.holdings),
    )


def run_path(scenario: str, variant: str, measure: str) -> str:
    """The path of what a measure came to in the run of one variant."""
    return f"{scenario}.{variant}.{measure}"
