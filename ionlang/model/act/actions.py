"""What happens in a scenario and when: sentences → overrides, jumps, holdings, firings."""

from __future__ import annotations

from typing import assert_never

from ionlang.model.act.aims import aim_of
from ionlang.model.act.carriers import block, inject
from ionlang.model.act.modifiers import apply
from ionlang.model.act.parameters import ramp, relax, scale, set_value, shift
from ionlang.model.act.staging import Staging
from ionlang.model.act.states import add, clamp, fire, hold
from ionlang.model.act.whens import when_of
from ionlang.model.scenario_when import When
from ionlang.syntax import ast

__all__ = ["Staging", "act"]


def act(staging: Staging, action: ast.Action) -> None:
    """Read one action into the scenario."""
    when = when_of(staging, action.when)
    if when is None:
        return
    for doing in action.doings:
        _do(staging, doing, when)


def _do(staging: Staging, doing: ast.Doing | ast.Comment, when: When) -> None:
    aim = aim_of(doing)
    staging = staging if aim is None or isinstance(doing, ast.Apply | ast.Fire) else staging.about(aim)
    match doing:
        case ast.Set():
            set_value(staging, doing, when)
        case ast.Scale():
            scale(staging, doing, when)
        case ast.Shift():
            shift(staging, doing, when)
        case ast.Ramp():
            ramp(staging, doing, when)
        case ast.Relax():
            relax(staging, doing, when)
        case ast.Inject():
            inject(staging, doing, when)
        case ast.BlockCarrier():
            block(staging, doing, when)
        case ast.Hold():
            hold(staging, doing, when)
        case ast.Clamp():
            clamp(staging, doing, when)
        case ast.Add():
            add(staging, doing, when)
        case ast.Fire():
            fire(staging, doing, when)
        case ast.Apply():
            apply(staging, doing, when)
        case ast.Broken() | ast.Comment():
            pass
        case _:
            assert_never(doing)
