"""Calls → expressions: mathematics, the potentials and currents of a membrane, the functions of the file itself."""

from __future__ import annotations

from dataclasses import replace

from ionlang.diagnostics import Label
from ionlang.model.cell_lines import of_any_copy
from ionlang.model.expression import Expr, Read
from ionlang.model.names.entities import Entity
from ionlang.model.names.sides import holding, lost_on, named, sides_of
from ionlang.model.names.suggest import article, closest, listing
from ionlang.model.read import along, formals, observe, probes
from ionlang.model.read.mathematics import ARITY, mathematics, plain_arguments
from ionlang.model.read.random import SPREADS, spread
from ionlang.model.read.rate_laws import MASS_ACTION, mass_action
from ionlang.model.read.readings import first_entity, not_known, species_named
from ionlang.model.read.resolve import Resolver, Where
from ionlang.source import Span
from ionlang.syntax import ast
from ionlang.units import AMOUNT, CHARGE, CURRENT, ENERGY, POWER, PURE, RATE, VOLTAGE, VOLUME

_CARRIED = {"current": CURRENT, "flux": RATE, "free_energy": ENERGY / AMOUNT}
_ION_READINGS = {
    "membrane": {"E": VOLTAGE, "ghk": CHARGE / VOLUME, "current": CURRENT, "flux": RATE},
    "channel": {**_CARRIED, "dissipation": POWER},
    "pump": _CARRIED,
    "transporter": _CARRIED,
    "flux": {"flux": RATE},
    "coupling": {"flux": RATE, "gain": RATE, "dissipation": POWER},
}  # fmt: skip


def read_call(resolver: Resolver, node: ast.Call, where: Where) -> Expr | None:
    """The value of a call; wrong names, counts and units of arguments are reported."""
    if len(node.function.parts) > 1:
        return _reading(resolver, node, where)
    name = node.function.parts[0]
    if where.moment == "observation" and observe.is_functional(node):
        return observe.functional(resolver, node, where)
    if along.is_reduction(node, where):
        return along.reduction(resolver, node, where)
    if probes.is_probe(node) and not _is_function(where.scope.visible(name.text)):
        return _probe(resolver, node, where)
    membrane = where.scope.enclosing("membrane")
    if name.text in ("E", "ghk") and membrane is not None:
        return _ion_reading(resolver, membrane, name, node, where)
    if name.text == "amount":
        return _amount(resolver, node, where)
    if name.text == MASS_ACTION:
        return mass_action(resolver, node, where)
    if name.text in ARITY:
        return mathematics(resolver, node, where)
    entity = where.scope.visible(name.text)
    if name.text in SPREADS and not _is_function(entity):
        return spread(resolver, node, where)
    if entity is not None and entity.kind == "function":
        formals.check_one_meaning(resolver, entity, name)
        return _own_function(resolver, entity, node, where)
    _not_a_function(resolver, entity, name, where)
    return None


def _is_function(entity: Entity | None) -> bool:
    """Whether the file has its own function of that name."""
    return entity is not None and entity.kind == "function"


def _probe(resolver: Resolver, node: ast.Call, where: Where) -> Expr | None:
    if where.moment == "observation":
        return probes.probe(resolver, node, where)
    resolver.problems.error(
        "ION107", f"`{node.function.text}` tests the cell before a run", node.function.span,
        "not here", help=f"it stands by itself: `measure m = {' '.join(node.span.text.split())}`",
    )  # fmt: skip
    return None


def _not_a_function(resolver: Resolver, entity: Entity | None, name: ast.Name, where: Where) -> None:
    if name.text in ("E", "ghk"):
        resolver.not_declared(
            where.scope, name.span, f"`{name.text}` belongs to a membrane", "which membrane?",
            help=f"write its name before it, as in `soma.{name.text}(…)`",
        )  # fmt: skip
    elif name.text in along.ALONE and not where.scope.visible(name.text):
        resolver.problems.error(
            "ION107",
            f"`{name.text}` looks over copies of a line",
            name.span,
            "it stands only after `measure` and `expect`",
        )
    elif observe.is_functional_name(name.text):
        resolver.problems.error(
            "ION107",
            f"`{name.text}` looks over a whole run",
            name.span,
            "it stands only after `measure` and `expect`",
        )
    elif entity is not None:
        resolver.problems.error(
            "ION116", f"{entity.describe()} takes no arguments", name.span, "this is not a function",
            secondary=(Label(entity.span, "declared here"),),
        )  # fmt: skip
    else:
        over_a_run = (*observe.FUNCTIONALS, *probes.PROBES) if where.moment == "observation" else ()
        names = [*ARITY, *SPREADS, "amount", MASS_ACTION, *over_a_run, *(along.ALONE if over_a_run else ())]
        guess = closest(name.text, [*names, *where.scope.visible_names()])
        resolver.not_declared(
            where.scope, name.span, f"no function `{name.text}` is known", notes=(f"there are {listing(names)}",),
            help=f"did you mean `{guess}`?" if guess else "the file's own functions are written `let f(x) = …`",
        )  # fmt: skip


def _own_function(resolver: Resolver, entity: Entity, node: ast.Call, where: Where) -> Expr | None:
    let = entity.node
    assert isinstance(let, ast.Let) and let.arguments is not None and entity.outer is not None
    entity.used = True
    if entity in resolver.open_lets:
        resolver.problems.error(
            "ION401", f"`{entity.name}` is defined through itself", entity.span, "its value needs itself",
            help="a function of the file may use others, but no circle of them",
        )  # fmt: skip
        return None
    arguments = plain_arguments(resolver, node, len(let.arguments))
    if arguments is None:
        return None
    values = tuple(resolver.expression(a, where) for a in arguments)
    if any(v is None for v in values):
        return None
    bound = tuple((name.text, value) for name, value in zip(let.arguments, values, strict=True))
    resolver.open_lets.append(entity)
    result = resolver.expression(
        let.value, replace(where, scope=entity.outer, moment="model", arguments=bound)
    )
    resolver.open_lets.pop()
    return result


def _amount(resolver: Resolver, node: ast.Call, where: Where) -> Expr | None:
    arguments = plain_arguments(resolver, node, 1)
    if arguments is None:
        return None
    subject = resolver.expression(arguments[0], where)
    if subject is None:
        return None
    place = (
        resolver.root.find(of_any_copy(subject.path).rpartition(".")[0])
        if isinstance(subject, Read)
        else None
    )
    if place is None or place.kind != "place" or place.block.kind.text == "bath":
        resolver.problems.error(
            "ION115", "`amount` takes a species in a compartment", node.arguments[0].span, "this is none",
            help="for instance `amount(inside.K)`",
        )  # fmt: skip
        return None
    assert isinstance(subject, Read)
    return Read(f"amount({subject.path})", AMOUNT, node.span)


def _reading(resolver: Resolver, node: ast.Call, where: Where) -> Expr | None:
    """`soma.E(K)`, `NaK.current(K)`: the path before the last word names a membrane or carrier."""
    *owner, word = node.function.parts
    entity = first_entity(resolver, owner[0], where)
    if entity is None:
        not_known(resolver, owner[0], where)
        return None
    for name in owner[1:]:
        entity.used = True
        member = entity.members.get(name.text)
        if member is None:
            resolver.no_member(entity, name)
            return None
        entity = member
    return along.of_copies(
        resolver, node.function, _ion_reading(resolver, entity, word, node, where), entity, where
    )


def _ion_reading(
    resolver: Resolver, entity: Entity, word: ast.Name, node: ast.Call, where: Where
) -> Expr | None:
    entity.used = True
    known = _ION_READINGS.get(entity.kind, {})
    if word.text not in known:
        resolver.no_member(
            entity, word, call="(…)",
            notes=(f"of {article(entity.kind)} one may read {listing([f'{k}(…)' for k in known])}",) if known else (),
        )  # fmt: skip
        return None
    if word.text == "E" and len(node.arguments) > 1:
        return _constant_field_potential(resolver, entity, node, where)
    argument = node.arguments[0] if len(node.arguments) == 1 else None
    ion = argument.value if argument is not None and argument.ratio is None else None
    if not isinstance(ion, ast.Path) or len(ion.parts) != 1:
        resolver.problems.error(
            "ION115", f"`{word.text}(…)` takes one ion", node.span, "name one ion here",
            help=f"for instance `{node.function.text}(K)`",
        )  # fmt: skip
        return None
    species = species_named(resolver, ion.parts[0])
    if species is None or not _ion_is_there(resolver, entity, word, species, ion.span):
        return None
    return Read(f"{entity.path}.{word.text}({species.name})", known[word.text], node.span)


def _ion_is_there(resolver: Resolver, entity: Entity, word: ast.Name, species: Entity, span: Span) -> bool:
    if entity.kind != "membrane" or entity.block.sides is None or word.text not in ("E", "ghk"):
        return True
    if species.block.kind.text != "ion":
        resolver.problems.error(
            "ION302", f"{species.describe()} has no `{word.text}`: it carries no charge that could cross", span,
            f"declared as {article(species.block.kind.text)}", secondary=(Label(species.span, "declared here"),),
        )  # fmt: skip
        return False
    for side in sides_of(entity) or ():
        places = holding(side, species.name)
        if len(places) == 1 or not side or (not places and lost_on(side, species.name)):
            continue
        if places:
            resolver.problems.error(
                "ION346", f"`{word.text}({species.name})`: which {species.name} of this side?", span,
                f"there is some in {listing([p.name for p in places])}",
                help=f"a channel that `carries {species.name} between … and …` has its own",
            )  # fmt: skip
        else:
            resolver.problems.error(
                "ION303", f"{named(side)} holds no {species.name}", span, "needed on both sides",
                secondary=(Label(side[0].span, f"{side[0].name} is declared here"),),
                help=f"give it a concentration there: `{species.name} = … mM`",
            )  # fmt: skip
        return False
    return True


def _constant_field_potential(
    resolver: Resolver, membrane: Entity, node: ast.Call, where: Where
) -> Expr | None:
    """`E(K : 1, Na : 0.03, Cl : share)`: the Goldman–Hodgkin–Katz voltage of monovalent ions."""
    parts: list[str] = []
    for argument in node.arguments:
        name = argument.value
        if not isinstance(name, ast.Path) or len(name.parts) != 1 or argument.keyword is not None:
            resolver.problems.error(
                "ION115", "`E(…)` takes ions with their permeability ratios", argument.span, "not an ion",
                help="for instance `E(K : 1, Na : 0.03)`",
            )  # fmt: skip
            return None
        species = species_named(resolver, name.parts[0])
        if species is None or not _ion_is_there(
            resolver, membrane, node.function.parts[-1], species, name.span
        ):
            return None
        ratio = "1" if argument.ratio is None else _ratio(resolver, argument.ratio, where)
        if ratio is None:
            return None
        parts.append(f"{species.name}:{ratio}")
    return Read(f"{membrane.path}.E({','.join(parts)})", VOLTAGE, node.span)


def _ratio(resolver: Resolver, node: ast.Expr, where: Where) -> str | None:
    """A permeability ratio as it stands in a path: a number, or the path of a pure number with a name."""
    if isinstance(node, ast.Number):
        return node.text
    if isinstance(node, ast.Path):
        read = resolver.of_dimension(node, where, (PURE,), "a permeability ratio")
        if read is None:
            return None
        if isinstance(read, Read):
            return read.path
    resolver.problems.error(
        "ION115", "a permeability ratio in `E(…)` is a number, or a `param` or `let`", node.span, "a calculation",
        help="give it a name: `let ratio = …`",
    )  # fmt: skip
    return None
