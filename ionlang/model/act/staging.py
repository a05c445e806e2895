"""A scenario while it is being read: what its actions have come to so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from typing import Literal

from ionlang.diagnostics import Label
from ionlang.model.act.timing import lasts
from ionlang.model.blocks.building import Building
from ionlang.model.cell_lines import Copies
from ionlang.model.expression import Apply, Expr, reads
from ionlang.model.expression import Literal as Number
from ionlang.model.names.copies import parts_of
from ionlang.model.names.entities import Entity
from ionlang.model.read.copies import split_of
from ionlang.model.read.ranges import copies_named
from ionlang.model.read.readings import carrier_by_short_name, not_known
from ionlang.model.read.resolve import Where
from ionlang.model.scenario import Firing, Holding, Jump, Override
from ionlang.model.scenario_when import At, Every, When, Whenever
from ionlang.records import dataclass
from ionlang.source import Span
from ionlang.syntax import ast
from ionlang.units import PURE, TIME, Dimension

Way = Literal["base", "set", "ramp", "relax", "scale", "shift", "block", "inject"]


@dataclass(slots=True)
class Staging:
    """`states` are the paths that can be given a value in a run. `of_a_run` are the places that make sense in a run
    only. `line` and `copies` are those of the action being read. Whoever adds an `Override` makes a parameter of the
    scenario follow it: see `composition`."""

    building: Building
    entity: Entity
    states: Mapping[str, Dimension]
    overrides: list[Override] = field(default_factory=list)
    jumps: list[Jump] = field(default_factory=list)
    holdings: list[Holding] = field(default_factory=list)
    firings: list[Firing] = field(default_factory=list)
    of_a_run: list[Span] = field(default_factory=list)
    line: Entity | None = None
    copies: Copies | None = None

    @property
    def where(self) -> Where:
        return Where(self.entity, "action", (), self.line)

    def about(self, path: ast.Path) -> Staging:
        """The same, for an action on what stands in the copies of a line: it may name some of them, and read what
        belongs to the same copy."""
        resolver = self.building.resolver
        found = self.entity.visible(path.parts[0].text)
        if found is None:
            found = carrier_by_short_name(resolver.root, path.parts[0].text)
        line = None if found is None else found.enclosing("line")
        if line is None or len(path.parts) < 2 or path.parts[-1].text == "spacing":
            if path.index is not None and found is not None:
                self._no_copies(path, found)
            return self
        return replace(self, line=line, copies=copies_named(resolver, path, line, Where(self.entity)))

    def per_part(self, value: Expr) -> Expr:
        """What is given to each copy, as it is given to each part where copies are split; what reads the `spacing` says
        that itself."""
        split = 1 if self.line is None else split_of(self.line)
        if (
            self.line is None
            or split == 1
            or any(r.path == f"{self.line.path}.spacing" for r in reads(value))
        ):
            return value
        parts = Number(float(split), str(split), PURE, value.span)
        return Apply("divide", (value, parts), value.dimension, value.span)

    def on_line(self, path: ast.Path) -> Staging | None:
        """The same, for what is applied to a line as such, `tissue` or `tissue[3 .. 7]`; anything else is reported."""
        resolver = self.building.resolver
        found = self.entity.visible_at(path)
        if found is None:
            not_known(resolver, path.parts[0], self.where)
            return None
        if found.kind != "line":
            self.building.problems.error(
                "ION110", "a modifier is applied to copies of a line", path.span, f"this is {found.describe()}",
                secondary=(Label(found.span, "declared here"),),
                help="leave `on …` out: the modifier says itself what it acts on",
            )  # fmt: skip
            return None
        found.used = True
        return replace(self, line=found, copies=copies_named(resolver, path, found, Where(self.entity)))

    def _no_copies(self, path: ast.Path, found: Entity) -> None:
        assert path.index is not None
        whole = found.kind == "line"
        self.building.problems.error(
            "ION483",
            f"this belongs to {found.describe()} as a whole" if whole
            else f"{found.describe()} is one thing, not a line of copies",
            path.index.span, "which copy of what?", help=f"write `{path.in_all_copies}`",
        )  # fmt: skip

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
        if any(isinstance(part, ast.Path) and part.index is not None for part in parts_of(node)):
            return None  # a copy that is named here is reported elsewhere
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
        self.overrides.append(Override(way, target, value, when, span, over, self.copies))

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
