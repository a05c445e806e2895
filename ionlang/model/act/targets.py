"""What a scenario or `--set` may change: the parameter or state that a path means there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from ionlang.diagnostics import Label
from ionlang.model.blocks.building import CONSTANT_OF, Building
from ionlang.model.cell import DefinedPotential, FromZeroCurrent
from ionlang.model.expression import Expr
from ionlang.model.names.entities import Entity
from ionlang.model.names.suggest import closest
from ionlang.model.read.readable import readable
from ionlang.model.read.readings import first_entity, not_known
from ionlang.model.read.resolve import Where
from ionlang.records import dataclass
from ionlang.source import Span
from ionlang.syntax import ast
from ionlang.units import CONCENTRATION, PURE, TEMPERATURE, VOLTAGE, Dimension


@dataclass(frozen=True, slots=True)
class Target:
    """A parameter or a state by its canonical path."""

    kind: Literal["parameter", "state"]
    path: str
    dimension: Dimension


def target_of(
    building: Building, path: ast.Path, where: Where, states: Mapping[str, Dimension]
) -> Target | None:
    """The target that a path means; what cannot be changed is reported."""
    dimensions = {p.path: p.dimension for p in building.parameters}
    if path.text in ("temperature", "thermal_voltage"):
        return _thermal(building, path, dimensions)
    entity = first_entity(building.resolver, path.parts[0], where)
    if entity is None:
        not_known(building.resolver, path.parts[0], where)
        return None
    words = [name.text for name in path.parts[1:]]
    while words and words[0] in entity.members:
        entity.used = True
        entity = entity.members[words.pop(0)]
    entity.used = True
    canonical = ".".join([entity.path, *words])
    for candidate in (canonical, _constant(canonical)):
        if candidate in states:
            return Target("state", candidate, states[candidate])
        if candidate in dimensions:
            return Target("parameter", candidate, dimensions[candidate])
    if not _was_reported(building, entity, words):
        _not_settable(building, entity, words, path.span, [*dimensions, *states])
    return None


def _was_reported(building: Building, entity: Entity, words: list[str]) -> bool:
    """Whether it could be set if its own text were right: then that is what has been reported."""
    if words:
        path = ".".join([entity.path, *words])
        return (
            words[0] in entity.lost
            or path in building.broken
            or ((entity.kind, words) == ("membrane", ["V"]) and _follows(building, entity) is None)
        )
    match entity.kind:
        case "param" | "coefficient":
            return True
        case "content":
            follows = any(p.path == f"{entity.path}.start" for p in building.parameters)  # from an amount
            return isinstance(entity.node, ast.Property) and (not follows or movement_is_unknown(building))
        case "gate":
            return not any(isinstance(s, ast.Instantaneous) for s in entity.block.body)
        case _:
            return False


_MOVERS = ("channel", "pump", "transporter", "flux", "reaction")


def movement_is_unknown(building: Building) -> bool:
    """Whether a membrane has lost its sides, or a carrier its line: which concentrations they change cannot be told."""
    cell = building.cell
    built = (
        ()
        if cell is None
        else (*(c for m in cell.membranes for c in m.carriers), *cell.fluxes, *cell.reactions)
    )
    known = dict.fromkeys(each.path for each in built)
    return any(
        (e.kind == "membrane" and "sides" in e.lost) or (e.kind in _MOVERS and e.path not in known)
        for e in building.resolver.root.all()
    )


def _follows(building: Building, membrane: Entity) -> str | None:
    """What a potential follows at once, if it is no state."""
    cell = building.cell
    built = next((m for m in cell.membranes if m.name == membrane.path), None) if cell is not None else None
    match built.potential if built is not None else None:
        case FromZeroCurrent():
            return "the currents of the membrane"
        case DefinedPotential():
            return "other quantities"
        case _:
            return None


def number_of(
    building: Building, target: Target, node: ast.Path, code: str, what: Literal["sweep", "find"]
) -> Target | None:
    """The parameter that takes other values; of a state, the value that it starts with."""
    if target.kind == "parameter":
        return target
    start = f"{target.path}.start"
    if any(p.path == start for p in building.parameters):
        return Target("parameter", start, target.dimension)
    building.problems.error(
        code, f"{node.text} changes by itself, and the file gives it no start", node.span, f"no number to {what}",
        help=f"give it a start value; or {what} a parameter that it depends on",
    )  # fmt: skip
    return None


def known_before(
    building: Building, entity: Entity, node: ast.Expr, dimension: Dimension, what: str
) -> Expr | None:
    """A value that is known before the run."""
    value = building.resolver.of_dimension(node, Where(entity), (dimension,), what)
    if value is None or building.is_fixed(value):
        return value
    building.problems.error(
        "ION316", f"{what} depends on a quantity that changes", node.span, "not known before the run",
        help="use numbers and parameters",
    )  # fmt: skip
    return None


def _constant(path: str) -> str:
    head, _, word = path.rpartition(".")
    return f"{head}.{CONSTANT_OF[word]}" if word in CONSTANT_OF else path


def _thermal(building: Building, path: ast.Path, dimensions: Mapping[str, Dimension]) -> Target | None:
    if path.text in dimensions:
        return Target("parameter", path.text, TEMPERATURE if path.text == "temperature" else VOLTAGE)
    other = "thermal_voltage" if path.text == "temperature" else "temperature"
    building.problems.error(
        "ION110", f"`{path.text}` is not given in this file and cannot be changed", path.span, "not given",
        help=f"the file gives `{other}`: set that" if other in dimensions else f"give `{path.text} = …` at the top",
    )  # fmt: skip
    return None


def _not_settable(building: Building, entity: Entity, words: list[str], span: Span, known: list[str]) -> None:
    if entity.kind == "occupancy":
        help_text = "the states of a scheme sum to 1, so none is set alone; change the rates between them"
    elif entity.kind in ("channel", "pump", "transporter", "flux", "reaction") and not words:
        help_text = f"to close or stop it write `block {entity.name}`; or set one of its properties"
    elif (entity.kind, words) == ("membrane", ["V"]):
        help_text = (
            f"V follows {_follows(building, entity)} at every instant; to lead it take `V from currents`"
        )
    elif entity.kind in ("let", "function") or (words and words[0] in readable(entity)):
        help_text = (
            "it follows from other quantities; put the number that should change into a `param`, set that"
        )
    else:
        guess = closest(".".join([entity.path, *words]), known)
        help_text = (
            f"did you mean `{guess}`?"
            if guess
            else "parameters, constant properties and states can be changed"
        )
    building.problems.error(
        "ION110", f"`{span.text}` cannot be set", span, "not a parameter, a constant property or a state",
        secondary=(Label(entity.span, "declared here"),), help=help_text,
    )  # fmt: skip


STATE_DIMENSIONS = {"potential": VOLTAGE, "concentration": CONCENTRATION, "gate": PURE}
