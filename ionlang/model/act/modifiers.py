"""`apply D(dose = 3 uM)`: the arguments take their values, and what the modifier changes is changed, as long as the
window is open. All this composes as if each change stood there by itself."""

from __future__ import annotations

from ionlang.diagnostics import Label
from ionlang.model.act.staging import Staging, way_of_set
from ionlang.model.expression import Expr, Read
from ionlang.model.names.entities import Entity
from ionlang.model.names.suggest import closest, listing
from ionlang.model.scenario_modifier import Modifier
from ionlang.model.scenario_when import When
from ionlang.syntax import ast


def apply(staging: Staging, doing: ast.Apply, when: When) -> None:
    """The overrides of a modifier."""
    entity = _entity(staging, doing)
    if entity is None:
        return
    entity.used = True
    arguments = _arguments(staging, doing, entity)
    modifier = staging.building.modifiers.get(entity.path)
    if arguments is None or modifier is None:
        return
    _check_needed(staging, doing, entity, modifier, arguments)
    for path, value in (_own_values(staging, entity) | arguments).items():
        staging.override(way_of_set(when), path, value, when, doing.span)
    for effect in modifier.effects:
        way = way_of_set(when) if effect.way == "set" else effect.way
        staging.override(way, effect.target, effect.value, when, doing.span)


def _own_values(staging: Staging, entity: Entity) -> dict[str, Expr]:
    """Arguments that are not given keep their values; said all the same, so that two doses at one time collide."""
    formals = {entity.members[f.name.text].path for f in entity.block.formals or () if f.default is not None}
    return {
        p.path: Read(p.path, p.dimension, p.span) for p in staging.building.parameters if p.path in formals
    }


def _entity(staging: Staging, doing: ast.Apply) -> Entity | None:
    root = staging.building.resolver.root
    found: Entity | None = root
    for name in doing.modifier.parts:
        found = found.members.get(name.text) if found is not None else None
    if found is not None and found.kind == "modifier":
        return found
    if found is not None:
        staging.building.problems.error(
            "ION110", f"{found.describe()} cannot be applied", doing.modifier.span, "not a modifier",
            secondary=(Label(found.span, "declared here"),),
            help="a `modifier` says what a drug or a mutation changes",
        )  # fmt: skip
        return None
    known = [e.path for e in root.all() if e.kind == "modifier"]
    guess = closest(doing.modifier.text, known)
    staging.building.resolver.not_declared(
        staging.entity, doing.modifier.span, f"no modifier `{doing.modifier.text}` is declared",
        notes=(f"there are {listing(known)}",) if known else (), help=f"did you mean `{guess}`?" if guess else "",
    )  # fmt: skip
    return None


def _arguments(staging: Staging, doing: ast.Apply, entity: Entity) -> dict[str, Expr] | None:
    """The value of each argument by the path of its parameter; None if one of them is wrong."""
    found: dict[str, Expr] = {}
    whole = True
    for argument in doing.arguments:
        name = argument.keyword
        formal = entity.members.get(name.text) if name is not None else None
        if name is None or formal is None or formal.kind != "param":
            whole = False
            _no_such_argument(staging, argument, entity)
            continue
        value = _value(staging, argument, formal)
        if value is None:
            whole = False
        elif formal.path in found:
            whole = False
            staging.building.problems.error(
                "ION305", f"`{name.text}` is given twice", argument.span, "here again", help="keep one of the two"
            )  # fmt: skip
        else:
            found[formal.path] = value
    return found if whole else None


def _no_such_argument(staging: Staging, argument: ast.Argument, entity: Entity) -> None:
    if argument.keyword is not None and argument.keyword.text in entity.lost:
        return
    known = [f.name.text for f in entity.block.formals or ()]
    word = argument.keyword.text if argument.keyword is not None else ""
    staging.building.problems.error(
        "ION115", f"{entity.describe()} has no argument `{word}`" if word else "an argument says what it is for",
        argument.span, "not known here", secondary=(Label(entity.span, "declared here"),),
        help=f"it may have {listing(known)}" if known else "it takes none: write it without brackets",
    )  # fmt: skip


def _value(staging: Staging, argument: ast.Argument, formal: Entity) -> Expr | None:
    known = staging.building.resolver.value_of(formal)
    if known is None or known.dimension is None:
        return None
    return staging.value(argument.value, (known.dimension,), f"`{formal.name}`")


def _check_needed(
    staging: Staging, doing: ast.Apply, entity: Entity, modifier: Modifier, given: dict[str, Expr]
) -> None:
    for name in modifier.needed:
        if f"{entity.path}.{name}" not in given:
            staging.building.problems.error(
                "ION115", f"{entity.describe()} needs its `{name}`", doing.span, "not given here",
                secondary=(Label(entity.members[name].span, "without a value of its own"),),
                help=f"write `apply {entity.name}({name} = …)`",
            )  # fmt: skip
