"""`apply D(dose = 3 uM)`: the arguments take their values, and what the modifier changes is changed, as long as the
window is open. All this composes as if each change stood there by itself."""

from __future__ import annotations

from ionlang.diagnostics import Label
from ionlang.model.act.staging import Staging, way_of_set
from ionlang.model.expression import Apply, Expr, Read
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
    on = staging if doing.on is None else staging.on_line(doing.on)
    arguments = _arguments(staging, doing, entity)
    modifier = staging.building.modifiers.get(entity.path)
    if arguments is None or modifier is None or on is None:
        return
    _check_needed(staging, doing, entity, modifier, arguments)
    if on.line is not None and on.copies is not None:
        _in_copies(on, doing, modifier, arguments, when)
        return
    for path, value in (_own_values(staging, entity) | arguments).items():
        staging.override(way_of_set(when), path, value, when, doing.span)
    for effect in modifier.effects:
        way = way_of_set(when) if effect.way == "set" else effect.way
        staging.override(way, effect.target, effect.value, when, doing.span)


def _in_copies(
    staging: Staging, doing: ast.Apply, modifier: Modifier, given: dict[str, Expr], when: When
) -> None:
    """The effects in some copies of a line, the arguments written into them: other copies may get another dose."""
    assert staging.line is not None and doing.on is not None
    for effect in modifier.effects:
        if not effect.target.startswith(f"{staging.line.path}."):
            staging.building.problems.error(
                "ION110", f"modifier {modifier.name} acts on nothing in {staging.line.describe()}", doing.on.span,
                "not here", secondary=(Label(effect.span, "it acts on this"),),
                help=f"leave `on {doing.on.text}` out",
            )  # fmt: skip
            return
        way = way_of_set(when) if effect.way == "set" else effect.way
        value = _with(staging, effect.value, given)
        staging.override(way, effect.target, value, when, doing.span)


def _with(staging: Staging, value: Expr, given: dict[str, Expr]) -> Expr:
    """The value with these arguments, also in what it reads by name."""
    match value:
        case Read(path=path) if path in given:
            return given[path]
        case Read(path=path):
            meant = staging.building.resolver.lets.get(path)
            return value if meant is None else _kept(value, meant, _with(staging, meant, given))
        case Apply():
            parts = tuple(_with(staging, part, given) for part in value.arguments)
            return Apply(value.operator, parts, value.dimension, value.span)
        case _:
            return value


def _kept(name: Expr, meant: Expr, found: Expr) -> Expr:
    """The name itself where none of the arguments is behind it."""
    return name if found == meant else found


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
