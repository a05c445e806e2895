"""Rate laws ready made, as a carrier or reaction reads them of its own line.

`affinity` = −ΔG/(RT) of one cycle; `mass_action(k)` = k (Π c_from − Π c_to e^(work/RT)/K), whose two terms have the
ratio e^affinity: both vanish where the cycle is at equilibrium, and nowhere else.
"""

from __future__ import annotations

from fractions import Fraction

from ionlang.diagnostics import Label
from ionlang.model.expression import Apply, Expr, Read
from ionlang.model.names.entities import Entity, EntityKind
from ionlang.model.read.mathematics import plain_arguments
from ionlang.model.read.resolve import Resolver, Where
from ionlang.source import Span
from ionlang.syntax import ast
from ionlang.units import CONCENTRATION, PURE

AFFINITY = "affinity"
MASS_ACTION = "mass_action"
_CYCLES: tuple[EntityKind, ...] = ("pump", "transporter", "reaction")


def lines_of(entity: Entity) -> list[ast.Turns]:
    return [s for s in entity.block.body if isinstance(s, ast.Turns)]


def place_of_reaction(entity: Entity) -> Entity | None:
    """What stands after `in`, looked up from where the reaction stands."""
    path = entity.block.place
    found = (
        entity.outer.visible(path.parts[0].text) if path is not None and entity.outer is not None else None
    )
    for name in path.parts[1:] if path is not None else ():
        found = found.members.get(name.text) if found is not None else None
    return found


def concentration_here(name: ast.Name, where: Where) -> Entity | None:
    """In a reaction the bare name of a species is its concentration in the reaction's place."""
    reaction = where.scope.enclosing("reaction")
    place = place_of_reaction(reaction) if reaction is not None else None
    found = place.members.get(name.text) if place is not None and place.kind == "place" else None
    if found is None or found.kind != "content" or place is None:
        return None
    place.used = True
    return found


def stands_nowhere(where: Where) -> bool:
    """Whether this is in a reaction in a place that is not known: that is reported once."""
    reaction = where.scope.enclosing("reaction")
    return reaction is not None and place_of_reaction(reaction) is None


def read_affinity(resolver: Resolver, name: ast.Name, where: Where) -> Expr | None:
    """`affinity`, bare, of the carrier or reaction around."""
    entity = _cycle(resolver, name, where)
    return None if entity is None else affinity_of(resolver, entity, name.span)


def affinity_of(resolver: Resolver, entity: Entity, span: Span) -> Expr | None:
    if not _has_affinity(resolver, entity, span):
        return None
    return Read(f"{entity.path}.{AFFINITY}", PURE, span)


def mass_action(resolver: Resolver, node: ast.Call, where: Where) -> Expr | None:
    """k (forward − backward): the unit of k makes it the unit of the rate."""
    entity = _cycle(resolver, node.function.parts[0], where)
    arguments = plain_arguments(resolver, node, 1)
    if entity is None or arguments is None:
        return None
    factor = resolver.expression(arguments[0], where)
    if not _has_affinity(resolver, entity, node.span) or factor is None or factor.dimension is None:
        return None
    product = CONCENTRATION ** _order(entity)
    ways = tuple(Read(f"{entity.path}.mass_{way}", product, node.span) for way in ("forward", "backward"))
    difference = Apply("subtract", ways, product, node.span)
    return Apply("multiply", (factor, difference), factor.dimension * product, node.span)


def _order(entity: Entity) -> int:
    """How many particles one cycle takes. (A count that is none has been reported.)"""
    body = entity.block.body
    taken = [m.what for s in body if isinstance(s, ast.Moves) for m in s.movements]
    taken += [count for line in lines_of(entity) for count in line.origins]
    counts = [Fraction(c.count.text) if c.count is not None else Fraction(1) for c in taken]
    return sum(int(c) for c in counts)


def _cycle(resolver: Resolver, name: ast.Name, where: Where) -> Entity | None:
    entity = where.scope.enclosing(*_CYCLES)
    if entity is None:
        resolver.problems.error(
            "ION107", f"`{name.text}` belongs to a pump, a transporter or a reaction", name.span, "of which cycle?",
            help="from elsewhere the affinity is read with its name before it, as in `soma.KCC2.affinity`"
            if name.text == AFFINITY else "write it in the `rate` of one",
        )  # fmt: skip
    return entity


def _has_affinity(resolver: Resolver, entity: Entity, span: Span) -> bool:
    """Whether the file says all that the free energy of a cycle depends on; else what is missing is reported."""
    body = entity.block.body
    fuel = next((count for s in body if isinstance(s, ast.Moves) for count in s.uses), None)
    given = {s.name.text for s in body if isinstance(s, ast.Property)}
    lines = lines_of(entity)
    if fuel is None and (not lines or "equilibrium_constant" in given or {"forward", "backward"} <= given):
        return True
    if fuel is not None:
        because = (Label(fuel.span, "what it becomes is not said, nor what energy that gives"),)
        fuel_name = fuel.species.parts[-1].text
        help_text = (
            f"write what becomes of it, `turns {fuel_name} into …`, and the `equilibrium_constant` of that"
        )
    else:
        because = (Label(lines[0].span, "without its equilibrium constant"),)
        unit = _unit_of_constant(lines[0])
        help_text = (
            f"give it: `equilibrium_constant = …{unit}`, concentrations made over concentrations used up"
        )
    resolver.problems.error(
        "ION320", f"the affinity of {entity.describe()} is not known", span, "this needs the energy of a whole cycle",
        secondary=because, help=help_text,
    )  # fmt: skip
    return False


def _unit_of_constant(line: ast.Turns) -> str:
    made, used = (
        sum(Fraction(c.count.text) if c.count is not None else Fraction(1) for c in side)
        for side in (line.targets, line.origins)
    )
    power = made - used
    if power == 0:
        return ""
    word = "mM" if abs(power) == 1 else f"mM{abs(power)}"
    return f" {word}" if power > 0 else f" /{word}"
