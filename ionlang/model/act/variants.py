"""`variant mutant { scale NaV.conductance by 0.5 }`: changes that hold throughout a run, for many scenarios."""

from __future__ import annotations

from collections.abc import Mapping

from ionlang.diagnostics import Label
from ionlang.model.act.actions import Staging, act
from ionlang.model.blocks.building import Building
from ionlang.model.names.entities import Entity
from ionlang.model.study import Variant
from ionlang.syntax import ast
from ionlang.units import Dimension


def variant(building: Building, entity: Entity, states: Mapping[str, Dimension]) -> Variant:
    """What the actions of a variant come to; one that names a moment is reported."""
    staging = Staging(building, entity, states)
    for action in (s for s in entity.block.body if isinstance(s, ast.Action)):
        if action.when is None:
            act(staging, action)
        else:
            _at_a_moment(building, entity, action.when)
    title = entity.block.title.text if entity.block.title else ""
    return Variant(entity.name, title, tuple(staging.overrides), tuple(staging.holdings), entity.span)


def _at_a_moment(building: Building, entity: Entity, when: ast.When) -> None:
    building.problems.error(
        "ION432", f"{entity.describe()} holds throughout a run", when.span, "this is a moment of a run",
        secondary=(Label(entity.span, "declared here"),),
        help="say it without a moment, or in the scenario, where it holds for every variant",
    )  # fmt: skip
