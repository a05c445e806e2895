"""A scenario while it is being read: what its actions have come to so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Literal

from ionlang.model.act.timing import lasts
from ionlang.model.blocks.building import Building
from ionlang.model.expression import Expr
from ionlang.model.names.entities import Entity
from ionlang.model.read.resolve import Where
from ionlang.model.scenario import Firing, Holding, Jump, Override
from ionlang.model.scenario_when import At, Every, When, Whenever
from ionlang.records import dataclass
from ionlang.source import Span
from ionlang.syntax import ast
from ionlang.units import TIME, Dimension

Way = Literal["base", "set", "ramp", "relax", "scale", "shift", "block", "inject"]


@dataclass(slots=True)
class Staging:
    """`states` are the paths that can be given a value in a run. `of_a_run` are the places that make sense in a run
    only. Whoever adds an `Override` makes a parameter of the scenario follow it: see `composition`."""

    building: Building
    entity: Entity
    states: Mapping[str, Dimension]
    overrides: list[Override] = field(default_factory=list)
    jumps: list[Jump] = field(default_factory=list)
    holdings: list[Holding] = field(default_factory=list)
    firings: list[Firing] = field(default_factory=list)
    of_a_run: list[Span] = field(default_factory=list)

    @property
    def where(self) -> Where:
        return Where(self.entity, "action")

    def time(self, node: ast.Expr, what: str) -> Expr | None:
        """A time that is known before the run."""
        value = self.building.resolver.of_dimension(node, Where(self.entity), (TIME,), what)
        if value is not None and not self.building.is_fixed(value):
            self.building.problems.error(
                "ION316", f"{what} depends on a quantity that changes", node.span, "not known before the run",
                help="use numbers and parameters",
            )  # fmt: skip
            return None
        return value

    def value(self, node: ast.Expr, allowed: tuple[Dimension, ...], what: str) -> Expr | None:
        """What an action brings: it acts from outside, so no state enters."""
        value = self.building.resolver.of_dimension(node, self.where, allowed, what)
        if value is not None and not self.building.is_fixed(value):
            self.building.problems.error(
                "ION316", f"{what} depends on a state of the cell", node.span, "a scenario acts from outside",
                help="it may use numbers, parameters, `time` and `elapsed`",
            )  # fmt: skip
            return None
        return value

    def override(
        self, way: Way, target: str, value: Expr, when: When, span: Span, over: Expr | None = None
    ) -> None:
        """A parameter is changed. Moments without windows are reported."""
        if isinstance(when, Every):
            self.building.problems.error(
                "ION408", "this holds for a while: for how long each time?", span, "a change that lasts",
                help="say it after `for`: `from 0 s for 10 s every 1 s for 100 ms: …`; `every` alone is for `add`, "
                "`fire` and giving a state a value",
            )  # fmt: skip
            return
        self.overrides.append(Override(way, target, value, when, span, over))

    def single(self, when: When, span: Span, word: str) -> At | Every | Whenever | None:
        """The moments of something that happens at once; windows are reported."""
        if isinstance(when, At | Every | Whenever):
            return when
        self.building.problems.error(
            "ION409", f"`{word}` happens at one moment", span, "at which moment?",
            help=f"write `at 1 s: {span.text}`, `every 1 s from 0 s: {span.text}` or `when …: {span.text}`",
        )  # fmt: skip
        return None


def way_of_set(when: When) -> Way:
    return "base" if lasts(when) else "set"
