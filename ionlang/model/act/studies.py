"""`compare` and `sweep`: one scenario, several runs."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from ionlang.diagnostics import Label
from ionlang.model.act.targets import known_before, number_of, target_of
from ionlang.model.blocks.building import Building
from ionlang.model.expression import Apply, Expr, Observed, Probed, Read, reads
from ionlang.model.names.entities import Entity
from ionlang.model.names.suggest import closest, listing
from ionlang.model.read.resolve import Where
from ionlang.model.read.runs import compared
from ionlang.model.scenario import Expectation, Measure, Scenario
from ionlang.model.study import Axis, Study, run_path
from ionlang.syntax import ast
from ionlang.units import Dimension

States = Mapping[str, Dimension]
MOST_RUNS = 100_000


def studied(
    building: Building, root: Entity, told: Sequence[Scenario], states: States
) -> tuple[tuple[Scenario, ...], tuple[Study, ...]]:
    """The scenarios without the expectations that name runs, and what is to be run several times."""
    entities = {e.name: e for e in root.all() if e.kind == "scenario"}
    scenarios: list[Scenario] = []
    studies: list[Study] = []
    for scenario in told:
        entity = entities[scenario.name]
        variants = _variants(building, entity)
        axes = _axes(building, entity, states)
        across = tuple(e for e in scenario.expectations if _names_a_run(e, scenario.name, variants))
        for expectation in across:
            _check_across(building, expectation, scenario.name, variants)
        if variants or axes or scenario.search is not None:
            studies.append(Study(scenario.name, variants, axes, across))
        kept = tuple(e for e in scenario.expectations if e not in across)
        scenarios.append(
            replace(scenario, expectations=kept, measures=(*_found(scenario), *scenario.measures))
        )
    return tuple(scenarios), tuple(studies)


def _found(scenario: Scenario) -> tuple[Measure, ...]:
    """What is sought stands among the measures: it is found by runs, as they are."""
    search = scenario.search
    if search is None:
        return ()
    return (
        Measure(search.name, Read(search.path, search.dimension, search.span), search.dimension, search.span),
    )


def _variants(building: Building, entity: Entity) -> tuple[str, ...]:
    sentences = [s for s in entity.block.body if isinstance(s, ast.Comparison)]
    if len(sentences) > 1:
        building.problems.error(
            "ION305", f"{entity.describe()} compares twice", sentences[1].span, "here again",
            secondary=(Label(sentences[0].span, "first here"),), help="name all variants in one `compare`",
        )  # fmt: skip
    known = [e.name for e in building.resolver.root.all() if e.kind == "variant"]
    found: dict[str, ast.Name] = {}
    for name in compared(entity):
        first = found.get(name.text)
        if first is not None and first.span.end <= sentences[0].span.end >= name.span.end:
            building.problems.error(
                "ION305", f"variant {name.text} is compared with itself", name.span, "here again",
                secondary=(Label(first.span, "first here"),), help="name each variant once",
            )  # fmt: skip
        elif _is_variant(building, entity, name, known):
            found.setdefault(name.text, name)
    return tuple(found)


def _is_variant(building: Building, entity: Entity, name: ast.Name, known: list[str]) -> bool:
    declared = building.resolver.root.members.get(name.text)
    guess = closest(name.text, known)
    there = (
        f"the variants of this file are {listing(known)}" if known else f"write `variant {name.text} {{ … }}`"
    )
    help_text = f"did you mean `{guess}`?" if guess else there
    if declared is None:
        building.resolver.not_declared(
            entity, name.span, f"no variant `{name.text}` is declared", help=help_text
        )
        return False
    declared.used = True
    if declared.kind == "variant":
        return True
    building.problems.error(
        "ION435", f"`compare` takes variants, and {declared.describe()} is none", name.span, "not a variant",
        secondary=(Label(declared.span, "declared here"),), help=help_text,
    )  # fmt: skip
    return False


def _axes(building: Building, entity: Entity, states: States) -> tuple[Axis, ...]:
    axes: list[Axis] = []
    for sentence in (s for s in entity.block.body if isinstance(s, ast.Sweep)):
        axis = _axis(building, entity, sentence, states)
        earlier = next((a for a in axes if axis is not None and a.path == axis.path), None)
        if earlier is not None:
            building.problems.error(
                "ION305", f"{sentence.target.text} is swept twice", sentence.span, "here again",
                secondary=(Label(earlier.span, "first here"),), help="write all its values in one `sweep`",
            )  # fmt: skip
        elif axis is not None:
            axes.append(axis)
    return tuple(axes)


def _axis(building: Building, entity: Entity, sentence: ast.Sweep, states: States) -> Axis | None:
    target = target_of(building, sentence.target, Where(entity), states)
    nodes = sentence.values if sentence.bounds is None else sentence.bounds
    steps = None if sentence.bounds is None else _steps(building, sentence)
    known = None if target is None else number_of(building, target, sentence.target, "ION430", "sweep")
    if known is None:
        return None
    values = [
        known_before(building, entity, node, known.dimension, f"a value of `{sentence.target.text}`")
        for node in nodes
    ]
    whole = tuple(v for v in values if v is not None)
    if len(whole) < len(values) or (sentence.bounds is not None and steps is None):
        return None
    return Axis(known.path, sentence.target.text, known.dimension, whole, steps, sentence.span)


def _steps(building: Building, sentence: ast.Sweep) -> int | None:
    assert sentence.steps is not None
    number = float(sentence.steps.text)
    if number >= 1 and number == math.floor(number) and number < MOST_RUNS:
        return int(number)
    building.problems.error(
        "ION431", f"a sweep has a whole number of steps, from 1 to {MOST_RUNS - 1}", sentence.steps.span,
        "not a number of steps", help="`from 2 mM to 12 mM in 10 steps` is 2 mM, 3 mM, … 12 mM: eleven values",
    )  # fmt: skip
    return None


def _parts(expectation: Expectation) -> Iterable[Expr]:
    parts = (expectation.value, expectation.target, expectation.upper, expectation.tolerance)
    return (part for part in parts if part is not None)


def _run_paths(scenario: str, variants: Sequence[str]) -> tuple[str, ...]:
    return tuple(run_path(scenario, variant, "") for variant in variants)


def _names_a_run(expectation: Expectation, scenario: str, variants: Sequence[str]) -> bool:
    runs = _run_paths(scenario, variants)
    return any(read.path.startswith(runs) for part in _parts(expectation) for read in reads(part))


def _check_across(
    building: Building, expectation: Expectation, scenario: str, variants: Sequence[str]
) -> None:
    """Where one run is named, every measure must say of which run it is."""
    runs = _run_paths(scenario, variants)
    for asked in (a for part in _parts(expectation) for a in _of_no_run(part, scenario, runs)):
        measured = asked.path.removeprefix(f"{scenario}.") if isinstance(asked, Read) else None
        building.problems.error(
            "ION434", f"`{asked.span.text}` in which run?", asked.span, "this expectation names runs",
            help=f"write `{variants[0]}.{measured}`" if measured
            else f"measure it: `measure name = {asked.span.text}`, and write `{variants[0]}.name`",
        )  # fmt: skip


def _of_no_run(expression: Expr, scenario: str, runs: tuple[str, ...]) -> Iterator[Read | Observed | Probed]:
    match expression:
        case Observed() | Probed():
            yield expression
        case Apply(arguments=arguments):
            for argument in arguments:
                yield from _of_no_run(argument, scenario, runs)
        case Read(path=path) if path.startswith(f"{scenario}.") and not path.startswith(runs):
            yield expression
        case _:
            return
