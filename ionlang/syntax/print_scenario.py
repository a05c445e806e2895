"""Sentences of a scenario → text: moments, what is done, and what is asked."""

from __future__ import annotations

from typing import assert_never

from ionlang.syntax import ast
from ionlang.syntax.print_expression import print_arguments, print_expression, print_sum
from ionlang.syntax.print_model import print_source, print_two

ScenarioSentence = ast.Begin | ast.Run | ast.Sweep | ast.Find | ast.Comparison | ast.Measure | ast.Expect


def print_scenario_sentence(part: ScenarioSentence) -> str:
    """A sentence that is no action; it takes one line."""
    match part:
        case ast.Begin():
            return f"begin at end of {part.after.text}" if part.after else "begin at rest"
        case ast.Run():
            longest = print_expression(part.duration)
            if part.until is None:
                return f"run {longest}"
            return f"run until {print_expression(part.until)}, at most {longest}"
        case ast.Sweep():
            return _sweep(part)
        case ast.Find():
            return _find(part)
        case ast.Comparison():
            return f"compare {', '.join(variant.text for variant in part.variants)}"
        case ast.Measure():
            return f"measure {part.name.text} = {print_expression(part.value)}"
        case ast.Expect():
            return _expect(part)
        case _:
            assert_never(part)


def _sweep(sweep: ast.Sweep) -> str:
    if sweep.bounds is None or sweep.steps is None:
        return f"sweep {sweep.target.text} over {', '.join(map(print_expression, sweep.values))}"
    low, high = map(print_expression, sweep.bounds)
    return f"sweep {sweep.target.text} from {low} to {high} in {sweep.steps.text} steps"


def _find(find: ast.Find) -> str:
    low, high = map(print_expression, find.bounds)
    within = f" within {print_expression(find.within)}" if find.within is not None else ""
    condition = print_expression(find.condition)
    return f"find {find.target.text} from {low} to {high} so that {condition}{within}"


def _expect(expect: ast.Expect) -> str:
    value, target, source = print_sum(expect.value), print_sum(expect.target), print_source(expect.source)
    if expect.upper is not None:
        return f"expect {value} between {print_two((expect.target, expect.upper))}{source}"
    tolerance = f" +- {print_sum(expect.tolerance)}" if expect.tolerance is not None else ""
    return f"expect {value} {expect.relation} {target}{tolerance}{source}"


def print_when(when: ast.When) -> str:
    """A moment, without the colon behind it."""
    if when.at is not None:
        return f"at {print_expression(when.at)}"
    if when.condition is not None:
        return f"when {print_expression(when.condition)}"
    assert when.start is not None
    start = f"from {print_expression(when.start)}"
    every = f"every {print_expression(when.every)}" if when.every is not None else ""
    lasting = f" for {print_expression(when.duration)}" if when.duration is not None else ""
    if when.until is not None:
        return f"{start} until {print_expression(when.until)}"
    if when.width is not None:
        return f"{start}{lasting} {every} for {print_expression(when.width)}"
    return f"{every} {start}{lasting}" if every else f"{start}{lasting}"


def print_doing(doing: ast.Doing) -> str:
    """What an action does; it takes one line."""
    match doing:
        case ast.Set():
            return f"set {doing.target.text} = {print_expression(doing.value)}"
        case ast.Scale():
            return f"scale {doing.target.text} by {print_expression(doing.by)}"
        case ast.Shift():
            return f"shift {doing.target.text} by {print_expression(doing.by)}"
        case ast.Ramp() | ast.Relax() | ast.Clamp():
            return _towards(doing)
        case ast.Hold():
            return f"hold {doing.target.text}"
        case ast.Inject():
            into = f"into {doing.membrane.text} carried by {doing.carrier.text}"
            return f"inject {print_expression(doing.current)} {into}"
        case ast.BlockCarrier():
            by = f" by {print_expression(doing.by)}" if doing.by is not None else ""
            return f"block {doing.carrier.text}{by}"
        case ast.Add():
            return f"add {print_expression(doing.amount)} to {doing.target.text}"
        case ast.Apply():
            where = "" if doing.on is None else f" on {doing.on.text}"
            return f"apply {doing.modifier.text}{print_arguments(doing.arguments)}{where}"
        case ast.Fire():
            return f"fire {doing.event.text}"
        case ast.Broken():
            return doing.span.text
        case _:
            assert_never(doing)


def _towards(doing: ast.Ramp | ast.Relax | ast.Clamp) -> str:
    goal = f"{doing.target.text} to {print_expression(doing.to)}"
    match doing:
        case ast.Ramp():
            return f"ramp {goal} over {print_expression(doing.over)}"
        case ast.Relax():
            return f"relax {goal} with tau {print_expression(doing.tau)}"
        case ast.Clamp():
            return f"clamp {goal}"
        case _:
            assert_never(doing)
