"""`apply DRUG(dose = …)`: what a modifier means, as overrides of the scenario that applies it."""

from __future__ import annotations

from ionlang.model.act.staging import Staging
from ionlang.model.scenario_when import When
from ionlang.syntax import ast


def apply(staging: Staging, doing: ast.Apply, when: When) -> None:
    """The overrides of a modifier."""
    staging.building.resolver.not_declared(
        staging.entity, doing.modifier.span, f"no modifier `{doing.modifier.text}` is declared"
    )
