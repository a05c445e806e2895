"""The whole compiler on one page: text → syntax tree → cell → equations → code that runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ionlang.diagnostics import Diagnostic, ModelError, Problems
from ionlang.model.assemble import assemble
from ionlang.model.cell import Cell
from ionlang.model.cell_lines import in_copy, which_copy
from ionlang.model.check.sources import warn_of_missing_sources
from ionlang.model.evaluate import NotKnown, evaluate
from ionlang.model.expression import Expr, reads
from ionlang.model.names.difference import Difference
from ionlang.model.names.include import include
from ionlang.model.names.refine import refine
from ionlang.model.names.reuse import reuse
from ionlang.model.names.settle import settle
from ionlang.model.numbers import parameter_values
from ionlang.model.read.asked import read_asked
from ionlang.records import dataclass
from ionlang.source import Source, Span
from ionlang.syntax import ast
from ionlang.syntax.depth import report_too_deep
from ionlang.syntax.parse import parse, parse_expression
from ionlang.units import PURE, TIME

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


def refined(checked: Checked, split: int) -> Cell:
    """The cell of a file without mistakes with every copy of every line split into an odd number of parts. Raises
    ModelError."""
    model = reuse(include(checked.tree, read_file, Problems()), Problems()).model
    problems = Problems()
    cell = assemble(refine(model, split), problems)
    problems.stop()
    assert cell is not None
    return cell


def missing_sources(checked: Checked) -> tuple[Diagnostic, ...]:
    """A warning for each number that does not say where it is from; none if the text has mistakes."""
    problems = Problems()
    if checked.cell is not None:
        warn_of_missing_sources(checked.cell, problems)
    return problems.in_text_order()


def quantity(checked: Checked, text: str, scenario: str | None = None) -> Expr:
    """What a text asked from outside means in a file without mistakes; with a scenario also its measures. Raises
    ModelError with what is wrong in the text."""
    problems, cell = Problems(), checked.whole()
    node = parse_expression(Source(text, text), problems)
    problems.stop()
    model = reuse(include(checked.tree, read_file, Problems()), Problems()).model
    found = read_asked(model, cell, node, scenario, problems)
    problems.stop()
    if found is None:
        raise ModelError(problems.in_text_order())
    return found


def quantity_in_copy(checked: Checked, text: str, scenario: str | None, copy: str) -> Expr:
    """As `quantity`; where it does not say which copy of a line is meant, it is this one: its number, or a position in
    it. Raises ModelError."""
    try:
        return quantity(checked, text, scenario)
    except ModelError as error:
        if all(d.code != "ION484" for d in error.diagnostics):
            raise
    for line in checked.whole().lines:
        while (named := in_copy(text, line.name, copy)) != text:
            text = named
    return quantity(checked, text, scenario)


def copies(checked: Checked, copy: str) -> dict[str, int]:
    """The number of the copy that a number or a position names, of each line that reaches there. Raises ModelError
    where none does."""
    found: dict[str, int] = {}
    failed: ModelError | None = None
    for line in checked.whole().lines:
        try:
            asked = quantity(checked, f"{line.name}[{copy}].x")
        except ModelError as error:
            failed = error
            continue
        found[line.name] = next(int(which_copy(read.path)) for read in reads(asked))
    if failed is not None and not found:
        raise failed
    return found


def instant(checked: Checked, time: str | float) -> float:
    """A time [ms]: a text with its unit, which may read parameters, or a number of seconds. Raises ModelError with what
    is wrong in the text, ValueError for what is no time."""
    if not isinstance(time, str):
        return 1e3 * time
    found = quantity(checked, time)
    try:
        value = evaluate(found, parameter_values(checked.whole()))
    except NotKnown:
        raise ValueError(
            f"{time} is not known before the run: write a time with its unit, as in 30 s"
        ) from None
    if found.dimension != TIME and not (found.dimension == PURE and value == 0):
        raise ValueError(f"{time} is no time: write a number with its unit, as in 30 s")
    return value


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
