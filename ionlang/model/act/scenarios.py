"""Scenarios: what happens when, what is measured, what must come out."""

from __future__ import annotations

from collections.abc import Mapping

from ionlang.diagnostics import Label
from ionlang.model.act.actions import act
from ionlang.model.act.asked import asked, observations, outside_observed
from ionlang.model.act.following import following
from ionlang.model.act.probes import check_test
from ionlang.model.act.searches import search
from ionlang.model.act.staging import Staging
from ionlang.model.act.whens import condition
from ionlang.model.blocks.building import Building
from ionlang.model.expression import Apply, Expr, Observed, Probed, Read
from ionlang.model.names.entities import Entity
from ionlang.model.read.operators import Typed, same_units
from ionlang.model.read.resolve import Where
from ionlang.model.read.wording import a_quantity
from ionlang.model.scenario import Expectation, Measure, Scenario
from ionlang.model.scenario_when import Always
from ionlang.syntax import ast
from ionlang.units import Dimension


def scenario(building: Building, entity: Entity, states: Mapping[str, Dimension]) -> Scenario:
    staging = Staging(building, entity, states)
    body = entity.block.body
    runs = [s for s in body if isinstance(s, ast.Run)]
    if len(runs) > 1:
        building.problems.error(
            "ION305", f"{entity.describe()} runs twice", runs[1].span, "here again",
            secondary=(Label(runs[0].span, "first here"),), help="a scenario has one `run`; write a second scenario",
        )  # fmt: skip
    duration = staging.time(runs[0].duration, "the duration of a run") if runs else None
    until = condition(staging, runs[0].until, "`run until`") if runs and runs[0].until is not None else None
    for action in (s for s in body if isinstance(s, ast.Action)):
        act(staging, action)
    begins = [s for s in body if isinstance(s, ast.Begin)]
    measures = tuple(
        m for s in body if isinstance(s, ast.Measure) if (m := _measure(building, entity, s)) is not None
    )
    expectations = tuple(
        e for s in body if isinstance(s, ast.Expect) if (e := _expectation(building, entity, s)) is not None
    )
    title = entity.block.title.text if entity.block.title else ""
    known = Scenario(
        entity.name, title, any(b.after is None for b in begins), duration, tuple(staging.overrides),
        tuple(staging.jumps), tuple(staging.holdings), measures, expectations, entity.span,
        tuple(staging.firings), until, following(building, entity, begins), search(staging),
    )  # fmt: skip
    _check_moments(staging, known, runs=bool(runs))
    return known


def _measure(building: Building, entity: Entity, sentence: ast.Measure) -> Measure | None:
    value = building.resolver.expression(sentence.value, Where(entity, "observation"))
    path = f"{entity.path}.{sentence.name.text}"
    building.resolver.lets[path] = value
    building.fixed[path] = True
    if value is None:
        return None
    if value.dimension is None:
        building.problems.error(
            "ION208", "a measure is a quantity", sentence.value.span, "this is a condition",
            help="`time(…)` says when it first holds, `count(…)` how often it comes true",
        )  # fmt: skip
        return None
    return Measure(sentence.name.text, value, value.dimension, sentence.span)


def _expectation(building: Building, entity: Entity, sentence: ast.Expect) -> Expectation | None:
    where = Where(entity, "observation")
    nodes = {
        "value": sentence.value,
        "target": sentence.target,
        "upper": sentence.upper,
        "tolerance": sentence.tolerance,
    }
    values = {k: building.resolver.expression(n, where) for k, n in nodes.items() if n is not None}
    if any(v is None for v in values.values()):
        return None
    value, target = values["value"], values["target"]
    upper, tolerance = values.get("upper"), values.get("tolerance")
    assert value is not None and target is not None
    left = Typed(sentence.value, value)
    for node, other in ((sentence.target, target), (sentence.upper, upper)):
        if node is None or other is None:
            continue
        if not same_units(
            left, Typed(node, other), sentence.span, "the two sides of `expect`", building.problems
        ):
            return None
    if sentence.relation == "=" and tolerance is None and not _is_count(building, value):
        building.problems.error(
            "ION404", "two real numbers are never equal: say how close they must be", sentence.span, "no tolerance",
            help=f"write `{sentence.span.text} +- …`",
        )  # fmt: skip
        return None
    if tolerance is not None and sentence.tolerance is not None:
        tolerance = _tolerance(building, sentence, Typed(sentence.tolerance, tolerance), target)
        if tolerance is None:
            return None
    said = sentence.source.text if sentence.source else None
    text = " ".join(sentence.span.text.split())
    return Expectation(text, value, sentence.relation, target, tolerance, upper, said, sentence.span)


def _is_count(building: Building, value: Expr) -> bool:
    if isinstance(value, Read) and (measured := building.resolver.lets.get(value.path)) is not None:
        return _is_count(building, measured)
    return isinstance(value, Observed) and value.functional in ("count", "reached")


def _tolerance(building: Building, sentence: ast.Expect, given: Typed, target: Expr) -> Expr | None:
    """`+- 5 %` is relative to the stated value."""
    if isinstance(given.node, ast.Quantity) and given.node.unit == "%":
        size = Apply("abs", (target,), target.dimension, sentence.span)
        return Apply("multiply", (given.value, size), target.dimension, sentence.span)
    if given.value.dimension == target.dimension:
        return given.value
    assert target.dimension is not None
    building.problems.error(
        "ION202", f"the tolerance must be {a_quantity(target.dimension)}, as the value is", given.span,
        f"this is {given.describe()}",
        secondary=(Label(sentence.target.span, f"this is {a_quantity(target.dimension)}"),),
        help="a relative tolerance is written in per cent: `+- 1 %`",
    )  # fmt: skip
    return None


def _check_moments(staging: Staging, known: Scenario, *, runs: bool) -> None:
    """A quantity that changes needs a moment; a moment needs a run (or rest)."""
    building, entity = staging.building, staging.entity
    moment = "end" if runs else "rest"
    changing = tuple(o.target for o in known.overrides if not isinstance(o.when, Always))
    for part in asked(known):
        for read in outside_observed(part):
            fixed = building.is_fixed(read) and not building.follows(read, changing)
            if not fixed and not read.path.startswith(f"{entity.path}."):
                building.problems.error(
                    "ION405", f"`{read.span.text}` changes in time: its value when?", read.span, "no moment is said",
                    help=f"write `{read.span.text} at {moment}`, or ask for `max({read.span.text})`",
                )  # fmt: skip
    for observed in observations(known):
        if isinstance(observed, Probed):
            check_test(building, observed)
        if _asks_rest(observed) and runs and not known.at_rest:
            building.problems.error(
                "ION406", f"{entity.describe()} does not begin at rest", observed.span, "rest is not looked for here",
                help="add `begin at rest`, or ask in a scenario that does not run",
            )  # fmt: skip
        elif isinstance(observed, Observed) and observed.functional != "rest":
            staging.of_a_run.append(observed.span)
    if not runs and not entity.stray:
        _report_no_run(staging)


def _asks_rest(observed: Observed | Probed) -> bool:
    """Whether its answer is that of the cell at rest. A threshold is sought from where the scenario begins."""
    if isinstance(observed, Probed):
        return observed.probe not in ("threshold_current", "threshold_depolarisation")
    return observed.functional == "rest"


def _report_no_run(staging: Staging) -> None:
    places = sorted(staging.of_a_run, key=lambda span: span.start)
    if places:
        staging.building.problems.error(
            "ION406", f"{staging.entity.describe()} does not run", places[0], "this makes sense in a run only",
            secondary=tuple(Label(span, "and this") for span in places[1:]),
            help="say how long it lasts: `run 10 s`; without a run only `at rest` can be asked",
        )  # fmt: skip
