"""Modifiers: a drug or a mutation, as changes of one carrier with arguments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ionlang.diagnostics import Label
from ionlang.model.act.factors import scaled, shifted
from ionlang.model.act.targets import Target, target_of
from ionlang.model.blocks.building import Building
from ionlang.model.expression import Expr, Literal
from ionlang.model.kinds import CARRIERS, KINDS
from ionlang.model.names.entities import Entity
from ionlang.model.names.suggest import listing
from ionlang.model.read.readings import carrier_by_short_name, first_entity, not_known
from ionlang.model.read.resolve import Where
from ionlang.model.scenario_modifier import Effect, Modifier
from ionlang.syntax import ast
from ionlang.units import PURE, Dimension

MAY_BE_MODIFIED = (*CARRIERS, "flux", "reaction", "gate", "scheme")
_BLOCKED = (*CARRIERS, "flux", "reaction")


def modifier(building: Building, entity: Entity, states: Mapping[str, Dimension]) -> Modifier | None:
    """What a modifier does to its target, each change checked once however often it is applied."""
    target = _target(building, entity)
    if target is None:
        return None
    scope = Entity("modifier", entity.name, entity.path, entity.node, entity.span, target, entity.members)
    scope.lost = entity.lost
    actions = [s for s in entity.block.body if isinstance(s, ast.Action)]
    doings = [doing for action in actions for doing in _doings(building, action)]
    if not actions:
        building.missing(
            entity, f"{entity.describe()} changes nothing", "say what: `scale conductance by 0.5`"
        )
    effects = [_effect(building, scope, target, doing, states) for doing in doings]
    needed = tuple(f.name.text for f in entity.block.formals or () if f.default is None)
    return Modifier(entity.name, entity.path, needed, tuple(e for e in effects if e is not None))


def _target(building: Building, entity: Entity) -> Entity | None:
    on = entity.block.on
    if on is None:
        return None  # the head line could not be read
    resolver = building.resolver
    found = resolver.root.members.get(on.parts[0].text)
    if found is None:
        found = carrier_by_short_name(resolver.root, on.parts[0].text)
    if found is None:
        not_known(resolver, on.parts[0], Where(resolver.root))
        return None
    for name in on.parts[1:]:
        found.used = True
        if name.text not in found.members:
            resolver.no_member(found, name)
            return None
        found = found.members[name.text]
    if found.kind in MAY_BE_MODIFIED:
        return found
    building.problems.error(
        "ION342", f"{found.describe()} cannot be modified", on.span, "not a carrier and not a gate",
        secondary=(Label(found.span, "declared here"),),
        help="a modifier changes a channel, a pump, a transporter, a flux, or one of their gates",
    )  # fmt: skip
    return None


def _doings(building: Building, action: ast.Action) -> list[ast.Doing]:
    """The changes; a modifier lasts as long as it is applied, so none has a moment of its own."""
    if action.when is not None:
        building.problems.error(
            "ION107", "a modifier says what changes, not when", action.when.span, "not here",
            help="when it acts is said where it is applied: `from 20 s for 9 s: apply …` in a scenario",
        )  # fmt: skip
        return []
    return [doing for doing in action.doings if not isinstance(doing, ast.Comment | ast.Broken)]


def _effect(
    building: Building, scope: Entity, target: Entity, doing: ast.Doing, states: Mapping[str, Dimension]
) -> Effect | None:
    where = Where(building.resolver.root, "action")
    match doing:
        case ast.Set(target=path, value=value):
            found = _found(building, target, path)
            to = None if found is None else target_of(building, found, where, states)
            return _of_parameter(building, scope, "set", to, value, doing)
        case ast.Scale(target=path, by=by):
            found = _found(building, target, path)
            to = None if found is None else scaled(building, found, where, states)
            return _of_parameter(building, scope, "scale", to, by, doing)
        case ast.Shift(target=path, by=by):
            found = _found(building, target, path)
            to = None if found is None else shifted(building, found, where, states)
            return _of_parameter(building, scope, "shift", to, by, doing)
        case ast.BlockCarrier():
            return _block(building, scope, target, doing)
        case _:
            building.problems.error(
                "ION107", "a modifier changes numbers of a carrier", doing.span, "not here",
                help=f"it may {listing(('scale', 'shift', 'set', 'block'), 'or')}",
            )  # fmt: skip
            return None


def _of_parameter(
    building: Building,
    scope: Entity,
    way: str,
    to: Target | None,
    value: ast.Expr,
    doing: ast.Set | ast.Scale | ast.Shift,
) -> Effect | None:
    if to is None:
        return None
    if to.kind == "state":
        building.problems.error(
            "ION342", f"{doing.target.text} changes by itself", doing.target.span, "a state",
            help="a modifier changes parameters: numbers, factors, the curves of a gate",
        )  # fmt: skip
        return None
    allowed = PURE if way == "scale" else to.dimension
    written = _value(building, scope, value, allowed, f"`{doing.target.text}`")
    if written is None:
        return None
    match way:
        case "set":
            return Effect("set", to.path, written, doing.span)
        case "scale":
            return Effect("scale", to.path, written, doing.span)
        case _:
            return Effect("shift", to.path, written, doing.span)


def _block(building: Building, scope: Entity, target: Entity, doing: ast.BlockCarrier) -> Effect | None:
    carrier = first_entity(building.resolver, doing.carrier.parts[0], Where(target))
    for name in doing.carrier.parts[1:]:
        carrier = carrier.members.get(name.text) if carrier is not None else None
    if carrier is None or carrier.kind not in _BLOCKED:
        building.problems.error(
            "ION110", f"`{doing.carrier.text}` cannot be blocked", doing.carrier.span, "not a carrier",
            help="channels, pumps, transporters and fluxes can be blocked",
        )  # fmt: skip
        return None
    share: Expr | None = Literal(1.0, "1", PURE, doing.span)
    if doing.by is not None:
        share = _value(building, scope, doing.by, PURE, "the blocked share")
    return None if share is None else Effect("block", f"{carrier.path}.block", share, doing.span)


def _value(building: Building, scope: Entity, node: ast.Expr, allowed: Dimension, what: str) -> Expr | None:
    value = building.resolver.of_dimension(node, Where(scope, "action"), (allowed,), what)
    if value is None or building.is_fixed(value):
        return value
    building.problems.error(
        "ION316", f"{what} depends on a state of the cell", node.span, "a modifier acts from outside",
        help="it may use numbers, parameters and the modifier's own arguments",
    )  # fmt: skip
    return None


def _found(building: Building, target: Entity, path: ast.Path) -> ast.Path | None:
    """The path as seen from the file: what is named first may be a property or a part of the target, or anything
    that is visible there."""
    first = path.parts[0]
    if first.text in target.members or first.text in KINDS[target.block.kind.text].properties:
        start = target.path
        rest = path.parts
    else:
        entity = target.visible(first.text)
        if entity is None:
            not_known(building.resolver, first, Where(target))
            return None
        start, rest = entity.path, path.parts[1:]
    return replace(path, parts=(*(ast.Name(word, first.span) for word in start.split(".")), *rest))
