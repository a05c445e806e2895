"""Sentences that change a parameter: `set`, `scale`, `shift`, `ramp`, `relax`."""

from __future__ import annotations

from ionlang.model.act.factors import scaled, shifted
from ionlang.model.act.staging import Staging, way_of_set
from ionlang.model.act.states import set_state
from ionlang.model.act.targets import Target, target_of
from ionlang.model.act.whens import positive
from ionlang.model.blocks.building import Building
from ionlang.model.expression import Expr
from ionlang.model.scenario_when import Always, When
from ionlang.syntax import ast
from ionlang.units import PURE

SIZES = ("volume", "area", "capacitance")


def set_value(staging: Staging, doing: ast.Set, when: When) -> None:
    target = target_of(staging.building, doing.target, staging.where, staging.states)
    if target is None:
        return
    value = staging.value(doing.value, (target.dimension,), f"`{doing.target.text}`")
    if value is None:
        return
    if target.kind == "state":
        set_state(staging, doing, target, value, when)
    elif not _moves_matter(staging, doing, target, when):
        staging.override(way_of_set(when), target.path, value, when, doing.span)


def scale(staging: Staging, doing: ast.Scale, when: When) -> None:
    target = scaled(staging.building, doing.target, staging.where, staging.states)
    value = staging.value(doing.by, (PURE,), "the factor of `scale`")
    if target is not None and value is not None and _is_parameter(staging, doing, target, "scaled", when):
        staging.override("scale", target.path, value, when, doing.span)


def shift(staging: Staging, doing: ast.Shift, when: When) -> None:
    target = shifted(staging.building, doing.target, staging.where, staging.states)
    if target is None:
        return
    value = staging.value(doing.by, (target.dimension,), f"a shift of `{doing.target.text}`")
    if value is not None and _is_parameter(staging, doing, target, "shifted", when):
        staging.override("shift", target.path, value, when, doing.span)


def ramp(staging: Staging, doing: ast.Ramp, when: When) -> None:
    over = positive(staging, doing.over, "the length of a ramp")
    goal = _goal(staging, doing, "led along a ramp", when)
    if goal is not None and over is not None:
        staging.override("ramp", goal[0].path, goal[1], when, doing.span, over)


def relax(staging: Staging, doing: ast.Relax, when: When) -> None:
    tau = positive(staging, doing.tau, "a time constant")
    goal = _goal(staging, doing, "made to relax", when)
    if goal is not None and tau is not None:
        staging.override("relax", goal[0].path, goal[1], when, doing.span, tau)


def _goal(staging: Staging, doing: ast.Ramp | ast.Relax, what: str, when: When) -> tuple[Target, Expr] | None:
    target = target_of(staging.building, doing.target, staging.where, staging.states)
    if target is None:
        return None
    value = staging.value(doing.to, (target.dimension,), f"`{doing.target.text}`")
    if value is None or not _is_parameter(staging, doing, target, what, when):
        return None
    return target, value


_Changing = ast.Set | ast.Scale | ast.Shift | ast.Ramp | ast.Relax


def _is_parameter(staging: Staging, doing: _Changing, target: Target, what: str, when: When) -> bool:
    """Whether it is a parameter that may change then; what is wrong is reported."""
    if target.kind == "parameter":
        return not _moves_matter(staging, doing, target, when)
    name = doing.target.text
    staging.building.problems.error(
        "ION402", f"{name} changes by itself and cannot be {what}", doing.span, "this is a state",
        help=f"lead it with `clamp {name} to …`, an expression of `elapsed`; or change what drives it",
    )  # fmt: skip
    return False


def _moves_matter(staging: Staging, doing: _Changing, target: Target, when: When) -> bool:
    """Whether the change would make or lose matter or charge: then it is reported."""
    path = None if isinstance(when, Always) else _size_that_follows(staging.building, target.path)
    if path is None:
        return False
    word, name = path.rpartition(".")[2], doing.target.text
    lost = "the amount of everything in it" if word == "volume" else "the charge that the membrane holds"
    staging.building.problems.error(
        "ION402", f"{name} cannot change during a run", doing.span, "changed for a time",
        notes=(f"concentrations and potentials would stay as they are, so {lost} would change from nowhere",),
        help=f"set it for the whole scenario: `set {name} = …` without a moment",
    )  # fmt: skip
    return True


def _size_that_follows(building: Building, path: str) -> str | None:
    """The volume, area or capacitance that is this parameter or follows from it: amounts and charges are counted with
    these, so changed in a run they would make or lose matter or charge."""
    for size in building.parameters:
        owner = building.resolver.root.members.get(size.path.partition(".")[0])
        is_size = (
            owner is not None
            and size.path.rpartition(".")[2] in SIZES
            and owner.kind in ("place", "membrane")
        )
        if is_size and (size.path == path or building.follows(size.value, (path,))):
            return size.path
    return None
