"""`tune a, b so that …`: the parameters that are solved for, and the goals, with their units."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ionlang.diagnostics import Label
from ionlang.model.act.asked import outside_observed
from ionlang.model.act.targets import target_of
from ionlang.model.blocks.building import Building
from ionlang.model.books.balance import BALANCES, BALANCES_OSMOLARITY
from ionlang.model.expression import Apply, Expr, Observed, Probed
from ionlang.model.names.entities import Entity
from ionlang.model.read.operators import Typed, same_units
from ionlang.model.read.resolve import Where
from ionlang.model.tuning import Goal, Tuning, Unknown
from ionlang.source import Span
from ionlang.syntax import ast
from ionlang.units import Dimension

States = Mapping[str, Dimension]


def tuning(building: Building, root: Entity, model: ast.Model, states: States) -> Tuning | None:
    """What all `tune` sentences of the file say together; None if there is none."""
    sentences = [item for item in model.items if isinstance(item, ast.Tune)]
    if not sentences:
        return None
    unknowns: dict[str, Unknown] = {}
    for path in (path for sentence in sentences for path in sentence.unknowns):
        found = _unknown(building, root, path, states)
        earlier = unknowns.get(found.path) if found is not None else None
        if earlier is not None:
            building.problems.error(
                "ION305", f"{path.text} is tuned twice", path.span, "here again",
                secondary=(Label(earlier.span, "first here"),), help="name it once; all goals are met together",
            )  # fmt: skip
        elif found is not None:
            unknowns[found.path] = found
    asked = [goal for sentence in sentences for goal in sentence.goals]
    goals = [_goal(building, root, goal) for goal in asked if isinstance(goal, ast.Goal)]
    starts = [goal.span for goal in asked if isinstance(goal, ast.StartIsRest)]
    return Tuning(
        tuple(unknowns.values()), tuple(g for g in goals if g is not None), starts[0] if starts else None,
        sentences[0].span,
    )  # fmt: skip


def _unknown(building: Building, root: Entity, path: ast.Path, states: States) -> Unknown | None:
    """The parameter that a name means; of what changes the one that it starts with."""
    known = {p.path: p for p in building.parameters}
    wanted = f"{path.text}.start"
    if wanted not in known:
        target = target_of(building, path, Where(root), states)
        if target is None:
            return None
        wanted = target.path if target.kind == "parameter" else f"{target.path}.start"
    parameter = known.get(wanted)
    if parameter is None:
        building.problems.error(
            "ION450", f"{path.text} cannot be tuned: the file gives it no start", path.span, "no number to solve for",
            help="give it a start value, from which the search begins; or tune what it follows from",
        )  # fmt: skip
        return None
    if parameter.text in (BALANCES, BALANCES_OSMOLARITY):
        what = parameter.text.partition(" ")[2]
        building.problems.error(
            "ION450", f"{path.text} cannot be tuned: it balances the {what}", path.span, "solved for already",
            secondary=(Label(parameter.span, "here"),), help="give it a value instead, or tune another concentration",
        )  # fmt: skip
        return None
    return Unknown(parameter.path, path.text, parameter.dimension, path.span)


def _goal(building: Building, root: Entity, goal: ast.Goal) -> Goal | None:
    where = Where(root, "observation")
    value, target = (building.resolver.expression(node, where) for node in (goal.value, goal.target))
    if value is None or target is None:
        return None
    sides = Typed(goal.value, value), Typed(goal.target, target)
    if not same_units(*sides, goal.span, "the two sides of a goal", building.problems):
        return None
    if not all([_speaks_of_rest(building, value), _speaks_of_rest(building, target)]):
        return None
    if not (list(_observed(value)) or list(_observed(target))):
        _nothing_to_meet(building, goal.span)
        return None
    return Goal(" ".join(goal.span.text.split()), value, target, goal.span)


def _speaks_of_rest(building: Building, side: Expr) -> bool:
    """Whether all that changes in it is asked for at rest; the rest is reported."""
    loose = [r for r in outside_observed(side) if not building.is_fixed(r)]
    other = [o for o in _observed(side) if isinstance(o, Probed) or o.functional != "rest"]
    for read in loose:
        building.problems.error(
            "ION405", f"`{read.span.text}` changes in time: its value when?", read.span, "no moment is said",
            help=f"write `{read.span.text} at rest`: a goal speaks of the cell at rest",
        )  # fmt: skip
    for observed in other:
        what = "test" if isinstance(observed, Probed) else "run"
        building.problems.error(
            "ION406", f"`{observed.span.text}` asks a {what}, and `tune` comes before every {what}", observed.span,
            "this makes sense in a scenario only", help="ask for a quantity `at rest`",
        )  # fmt: skip
    return not (loose or other)


def _nothing_to_meet(building: Building, span: Span) -> None:
    building.problems.error(
        "ION405", "a goal speaks of a quantity at rest, and this one of numbers only", span, "nothing `at rest` here",
        help="write for instance `soma.V at rest = -65 mV`, or `start is rest`",
    )  # fmt: skip


def _observed(expression: Expr) -> Iterator[Observed | Probed]:
    match expression:
        case Observed() | Probed():
            yield expression
        case Apply(arguments=arguments):
            for argument in arguments:
                yield from _observed(argument)
        case _:
            return
