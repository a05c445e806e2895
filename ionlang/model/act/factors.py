"""What `scale` and `shift` act on."""

from __future__ import annotations

from collections.abc import Mapping

from ionlang.model.act.targets import Target, target_of
from ionlang.model.blocks.building import Building
from ionlang.model.read.resolve import Where
from ionlang.syntax import ast
from ionlang.units import Dimension


def scaled(
    building: Building, path: ast.Path, where: Where, states: Mapping[str, Dimension]
) -> Target | None:
    """The target of `scale`."""
    return target_of(building, path, where, states)


def shifted(
    building: Building, path: ast.Path, where: Where, states: Mapping[str, Dimension]
) -> Target | None:
    """The target of `shift`."""
    return target_of(building, path, where, states)
