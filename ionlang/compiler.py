"""The whole compiler on one page: text → syntax tree → cell → equations → code that runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ionlang.diagnostics import Diagnostic, ModelError, Problems
from ionlang.model.assemble import assemble
from ionlang.model.cell import Cell
from ionlang.model.check.sources import warn_of_missing_sources
from ionlang.model.names.difference import Difference
from ionlang.model.names.include import include
from ionlang.model.names.reuse import reuse
from ionlang.model.names.settle import settle
from ionlang.records import dataclass
from ionlang.source import Source, Span
from ionlang.syntax import ast
from ionlang.syntax.depth import report_too_deep
from ionlang.syntax.parse import parse

if TYPE_CHECKING:
    from ionlang.equations.system import System
    from ionlang.simulate.machine import Machine


@dataclass(frozen=True, slots=True)
class Checked:
    """A text that has been read and checked. `cell` is None if any diagnostic is an error; `differences` are those
    of instances and extensions from what they are made from."""

    source: Source
    tree: ast.Model
    cell: Cell | None
    diagnostics: tuple[Diagnostic, ...]
    differences: tuple[Difference, ...] = ()

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        return tuple(d for d in self.diagnostics if d.severity == "error")

    def whole(self) -> Cell:
        """The cell; raises ModelError with all diagnostics if the text has mistakes."""
        if self.cell is None:
            raise ModelError(self.diagnostics)
        return self.cell


def check(source: Source) -> Checked:
    """Read and check a text: syntax, names, units, chemistry, physics; all mistakes at once. Needs lark alone."""
    problems = Problems()
    tree = parse(source, problems)
    try:
        reused = reuse(include(tree, read_file, problems), problems)
        cell = assemble(reused.model, problems)
        settle(problems, reused.unused)
        differences = reused.differences
    except RecursionError:  # hundreds of `let`s in one chain
        cell, differences = None, ()
        report_too_deep(problems, Span(source, 0, len(source.line_text(1))))
    return Checked(source, tree, None if problems.errors else cell, problems.in_text_order(), differences)


def missing_sources(checked: Checked) -> tuple[Diagnostic, ...]:
    """A warning for each number that does not say where it is from; none if the text has mistakes."""
    problems = Problems()
    if checked.cell is not None:
        warn_of_missing_sources(checked.cell, problems)
    return problems.in_text_order()


def equations(cell: Cell) -> System:
    """Derive the equations."""
    from ionlang.equations.derive import derive

    return derive(cell)


def machine(cell: Cell) -> Machine:
    """Derive, generate and load: a cell that runs."""
    from ionlang.simulate.machine import Machine

    return Machine(cell, equations(cell))


def module(cell: Cell) -> str:
    """The text of a Python module that needs NumPy alone."""
    from ionlang.codegen.lower import lower
    from ionlang.codegen.module import module_text

    return module_text(lower(tuned_equations(cell)), cell.documentation)


def tuned_equations(cell: Cell) -> System:
    """The equations with what is tuned as found. Raises ModelError where the goals cannot be met."""
    system = equations(cell)
    if cell.tuning is None:
        return system
    from ionlang.equations.tuning import with_values
    from ionlang.simulate.machine import Machine
    from ionlang.simulate.tuning.solve import tune

    found = {each.path: each.value for each in tune(Machine(cell, system), {})}
    return with_values(system, found, "tuned")


def read_file(name: str, user: Source) -> Source | None:
    """The file that a `use` names, seen from the folder of the file that says so; None if it cannot be read."""
    path = Path(user.name).parent / name
    try:
        return Source(str(path), path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, ValueError):
        return None
