"""`find p from a to b so that cond within e`: the value at which what a run comes to changes."""

from __future__ import annotations

from ionlang.diagnostics import Label
from ionlang.model.act.staging import Staging
from ionlang.model.act.targets import known_before, number_of, target_of
from ionlang.model.blocks.building import Building
from ionlang.model.expression import Apply, Expr, Observed, Probed, Read
from ionlang.model.names.entities import Entity
from ionlang.model.read.resolve import Where
from ionlang.model.read.wording import a_quantity
from ionlang.model.scenario import Search
from ionlang.syntax import ast


def search(staging: Staging) -> Search | None:
    """What a scenario seeks, if it seeks anything. Its measures are known."""
    building, entity = staging.building, staging.entity
    sentences = [s for s in entity.block.body if isinstance(s, ast.Find)]
    if not sentences:
        return None
    if len(sentences) > 1:
        building.problems.error(
            "ION305", f"{entity.describe()} seeks two values", sentences[1].span, "here again",
            secondary=(Label(sentences[0].span, "first here"),),
            help="find one, and `sweep` the other: that gives one for each value of the other",
        )  # fmt: skip
    return _search(staging, sentences[0])


def _search(staging: Staging, sentence: ast.Find) -> Search | None:
    building, entity = staging.building, staging.entity
    target = target_of(building, sentence.target, Where(entity), staging.states)
    known = None if target is None else number_of(building, target, sentence.target, "ION460", "find")
    condition = _condition(staging, sentence)
    if known is None:
        return None
    what, dimension = f"`{sentence.target.text}`", known.dimension
    ends = [known_before(building, entity, n, dimension, f"an end of {what}") for n in sentence.bounds]
    within = None
    if sentence.within is not None:
        within = known_before(building, entity, sentence.within, dimension, "`within`")
    low, high = ends
    lost = sentence.within is not None and within is None
    if low is None or high is None or condition is None or lost:
        return None
    return Search(known.path, sentence.target.text, dimension, (low, high), condition, within, sentence.span)


def _condition(staging: Staging, sentence: ast.Find) -> Expr | None:
    """A truth value of what a run found."""
    building, node = staging.building, sentence.condition
    value = building.resolver.expression(node, Where(staging.entity, "observation"))
    if value is None:
        return None
    if value.dimension is not None:
        building.problems.error(
            "ION208", "`so that` takes a condition", node.span, f"this is {a_quantity(value.dimension)}",
            help=f"compare it with something, for instance `{node.span.text} > …`",
        )  # fmt: skip
        return None
    if not _asks(building, value, staging.entity):
        building.problems.error(
            "ION461", "this condition asks nothing of the run", node.span, "known before anything runs",
            help=f"ask what came of it, for instance `max(soma.V) < 0 mV`; the ends of `{sentence.target.text}` are "
            "said with `from` and `to`",
        )  # fmt: skip
        return None
    return value


def _asks(building: Building, expression: Expr, scenario: Entity) -> bool:
    """Whether an expression, or a measure that it names, asks the run. What changes in time does as well: that its
    moment is missing is said elsewhere."""
    match expression:
        case Observed() | Probed():
            return True
        case Apply(arguments=arguments):
            return any(_asks(building, argument, scenario) for argument in arguments)
        case Read(path=path) if path.startswith(f"{scenario.path}."):
            measured = building.resolver.lets.get(path)
            return measured is None or _asks(building, measured, scenario)
        case _:
            return not building.is_fixed(expression)
