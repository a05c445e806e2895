"""Measures, and what they came to in another run of the scenario: `mutant.peak` after `compare healthy, mutant`."""

from __future__ import annotations

from ionlang.diagnostics import Label
from ionlang.model.expression import Expr, Read
from ionlang.model.names.entities import Entity
from ionlang.model.names.suggest import closest, listing
from ionlang.model.read.resolve import Resolver, Where
from ionlang.model.study import run_path
from ionlang.source import Span
from ionlang.syntax import ast


def compared(scenario: Entity) -> tuple[ast.Name, ...]:
    """The variants that a scenario compares, as written."""
    if scenario.kind != "scenario":
        return ()
    return tuple(n for s in scenario.block.body if isinstance(s, ast.Comparison) for n in s.variants)


def read_run(
    resolver: Resolver, variant: Entity, further: tuple[ast.Name, ...], node: ast.Path, where: Where
) -> Expr | None:
    """What a measure of this scenario came to in the run of one variant. Only an `expect` knows all runs."""
    scenario = where.scope
    if not isinstance(_sentence(scenario, node.span), ast.Expect):
        _misplaced(
            resolver, variant, node, "only `expect` sees all runs", "a run is named after `expect` only"
        )
        return None
    if variant.name not in [name.text for name in compared(scenario)]:
        _misplaced(
            resolver, variant, node, f"{scenario.describe()} does not run it",
            f"write `compare …, {variant.name}` in {scenario.describe()}",
        )  # fmt: skip
        return None
    measures = [m for m in scenario.members.values() if m.kind == "measure"]
    measure = next((m for m in measures if len(further) == 1 and m.name == further[0].text), None)
    if measure is None:
        _no_measure(resolver, variant, further, node, [m.name for m in measures])
        return None
    if measure.path not in resolver.lets:
        not_measured(resolver, measure, node)
        return None
    value = resolver.lets[measure.path]
    if value is None or value.dimension is None:
        return None
    path = run_path(scenario.path, variant.name, measure.name)
    resolver.lets[path] = value
    return Read(path, value.dimension, node.span)


def not_measured(resolver: Resolver, entity: Entity, node: ast.Path) -> None:
    """A measure is known to what is measured and expected after it."""
    here = _sentence(entity.outer, node.span)
    is_asked = isinstance(here, ast.Measure | ast.Expect)
    if here is entity.node:
        why, help_text = "it is measured here", "a measure cannot contain itself"
    elif is_asked:
        why, help_text = "it is measured further down", f"write `measure {entity.name} = …` above this line"
    else:
        why = "it is known only after the run"
        help_text = "what a scenario does may use numbers, parameters, `time` and `elapsed`"
    resolver.problems.error(
        "ION405", f"`{entity.name}` is not known yet", node.span, why,
        secondary=() if here is entity.node else (Label(entity.span, "measured here"),), help=help_text,
    )  # fmt: skip


def _sentence(block: Entity | None, span: Span) -> ast.Sentence | None:
    """The sentence of a block in which this place lies."""
    sentences = block.block.body if block is not None and isinstance(block.node, ast.Block) else ()
    return next((s for s in sentences if s.span.start <= span.start < s.span.end), None)


def _misplaced(resolver: Resolver, variant: Entity, node: ast.Path, why: str, help_text: str) -> None:
    resolver.problems.error(
        "ION434", f"there is no run of {variant.describe()} to ask here", node.span, why,
        secondary=(Label(variant.span, "declared here"),), help=help_text,
    )  # fmt: skip


def _no_measure(
    resolver: Resolver, variant: Entity, further: tuple[ast.Name, ...], node: ast.Path, known: list[str]
) -> None:
    asked = ".".join(name.text for name in further)
    guess = closest(asked, known) if asked else None
    if guess is not None:
        help_text = f"did you mean `{variant.name}.{guess}`?"
    elif known:
        help_text = (
            f"it measures {listing(known)}; for more write `measure name = …` and read `{variant.name}.name`"
        )
    else:
        help_text = f"write `measure name = …` above, then read `{variant.name}.name`"
    resolver.problems.error(
        "ION434", "of another run only measures can be read", node.span,
        f"`{asked}` is no measure of this scenario" if asked else "which measure?", help=help_text,
    )  # fmt: skip
