"""What `scale` and `shift` act on beyond parameters: a whole carrier, the curves of a gate.

`X.factor` (1 unless something scales X) multiplies all fluxes and currents of a carrier, beside 1 − `X.block`.
`X.shift` (0 mV) moves the curves of a gate or scheme along V: in its own expressions V reads V − shift.
Both are parameters that exist only where the file uses them, so that the equations of other files stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping

from ionlang.diagnostics import Label
from ionlang.model.act.targets import Target, target_of
from ionlang.model.blocks.building import CONSTANT_OF, Building
from ionlang.model.cell import Parameter
from ionlang.model.expression import Literal
from ionlang.model.kinds import CARRIERS
from ionlang.model.names.entities import Entity
from ionlang.model.names.suggest import listing
from ionlang.model.read.readings import first_entity
from ionlang.model.read.resolve import Where
from ionlang.syntax import ast
from ionlang.units import PURE, VOLTAGE, Dimension

_SIZES = ("conductance", "permeability", "current", "rate")
_FLOWS = {"channel": ("current",), "pump": ("current", "rate"), "transporter": ("current", "rate")}


def scaled(
    building: Building, path: ast.Path, where: Where, states: Mapping[str, Dimension]
) -> Target | None:
    """The target of `scale`: a parameter, or the factor of a carrier whose size is no single number."""
    entity, words = _found(building, path, where)
    if entity is None or entity.kind not in (*CARRIERS, "flux", "reaction"):
        return target_of(building, path, where, states)
    if not words:
        return _factor(building, entity)
    if len(words) > 1 or words[0] not in _SIZES or _is_parameter(building, entity, words[0]):
        return target_of(building, path, where, states)
    given = [word for word in _SIZES if building.property(entity, word) is not None]
    if words[0] in (*given, *_FLOWS.get(entity.kind, ("rate",))):
        broken = f"{entity.path}.{words[0]}" in building.broken
        return None if broken else _factor(building, entity)
    building.problems.error(
        "ION342", f"{entity.describe()} has no `{words[0]}`", path.span, "nothing to scale",
        secondary=(Label(entity.span, "declared here"),),
        help=f"it is given by its {listing(given)}" if given else f"scale it as a whole: `scale {entity.name} by …`",
    )  # fmt: skip
    return None


def shifted(
    building: Building, path: ast.Path, where: Where, states: Mapping[str, Dimension]
) -> Target | None:
    """The target of `shift`: a parameter, or the curves of a gate or scheme."""
    entity, words = _found(building, path, where)
    if entity is None or words or entity.kind not in ("gate", "scheme"):
        return target_of(building, path, where, states)
    building.shifts.setdefault(f"{entity.path}.shift", path.span)
    return _demand(building, entity, "shift", Literal(0.0, "0 mV", VOLTAGE, entity.span))


def _factor(building: Building, entity: Entity) -> Target:
    return _demand(building, entity, "factor", Literal(1.0, "1", PURE, entity.span))


def _demand(building: Building, entity: Entity, word: str, value: Literal) -> Target:
    """The parameter of that name, declared when it is first asked for."""
    entity.used = True
    path = f"{entity.path}.{word}"
    if not any(p.path == path for p in building.parameters):
        building.parameters.append(
            Parameter(path, value, value.dimension, value.text, entity.describe(), None, None, entity.span)
        )
        building.fixed[path] = True
    return Target("parameter", path, value.dimension)


def _is_parameter(building: Building, entity: Entity, word: str) -> bool:
    path = f"{entity.path}.{CONSTANT_OF.get(word, word)}"
    return any(p.path == path for p in building.parameters)


def _found(building: Building, path: ast.Path, where: Where) -> tuple[Entity | None, tuple[str, ...]]:
    """The entity that a path leads to, and the words behind it."""
    entity = first_entity(building.resolver, path.parts[0], where)
    words = [name.text for name in path.parts[1:]]
    while entity is not None and words and words[0] in entity.members:
        entity = entity.members[words.pop(0)]
    return entity, tuple(words)
