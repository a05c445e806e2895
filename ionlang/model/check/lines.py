"""What lines do not allow, or not yet: a copy named where all are meant, something outside that reaches into copies,
questions that nothing answers so far."""

from __future__ import annotations

from collections.abc import Iterator

from ionlang.diagnostics import Label, Problems
from ionlang.model.act.aims import aim_of
from ionlang.model.act.probes import tests_of
from ionlang.model.books.states import variables
from ionlang.model.cell import Cell, FromZeroCurrent, Membrane
from ionlang.model.cell_lines import of_any_copy
from ionlang.model.expression import Probed
from ionlang.model.names.copies import parts_of
from ionlang.source import Span
from ionlang.syntax import ast

_READERS = (ast.Measure, ast.Expect, ast.Run)


def check_copies_named(model: ast.Model, problems: Problems) -> None:
    """Copies are named where a run is looked at, and where a scenario changes something; nowhere else."""
    for path in _indexed(model.items):
        assert path.index is not None
        problems.error(
            "ION485", f"`{path.text}` is one copy; here all of them are meant", path.index.span, "not here",
            notes=("copies are named where a scenario looks at something, waits for it or changes it",),
            help=f"write `{'.'.join(part.text for part in path.parts)}`; what differs from copy to copy is written with"
            " the position `x` in the arrangement",
        )  # fmt: skip


def _indexed(sentences: tuple[object, ...]) -> Iterator[ast.Path]:
    for sentence in sentences:
        if isinstance(sentence, ast.Block) and sentence.kind.text in ("scenario", "variant"):
            yield from _indexed(tuple(s for s in sentence.body if not isinstance(s, _READERS)))
        elif isinstance(sentence, ast.Action):
            aims = [aim_of(doing) for doing in sentence.doings]
            named = _named_in(sentence.doings)
            yield from (path for path in named if not any(path is aim for aim in aims))
        elif isinstance(sentence, ast.Find):
            yield from _named_in((sentence.target, sentence.bounds, sentence.within))
        else:
            yield from _named_in(sentence)


def _named_in(sentence: object) -> Iterator[ast.Path]:
    found = (part for part in parts_of(sentence) if isinstance(part, ast.Path))
    yield from (path for path in found if path.index is not None)


def check_lines(problems: Problems, cell: Cell) -> None:
    if not cell.lines:
        return
    for membrane in cell.membranes:
        _check_reach(problems, cell, membrane)
    for flux in cell.fluxes:
        ends = [place for m in flux.movements for place in (m.origin, m.target) if place is not None]
        _check_ends(problems, cell, flux.path, f"flux {flux.name}", ends, flux.span)
    for probed in tests_of(cell.scenarios):
        _check_test(problems, cell, probed)
    if cell.tuning is not None:
        _not_yet(problems, "to `tune` a cell with lines", cell.tuning.span)
    if not problems.errors:
        _check_states(problems, cell)


def _check_states(problems: Problems, cell: Cell) -> None:
    states = [variable.path for variable in variables(cell)]
    for line in cell.lines:
        if not any(line.holds(path) for path in states):
            problems.error(
                "ION488", "a line in which nothing changes is not possible yet", line.span,
                f"the copies of {line.name} have no state",
                help="a potential `from currents`, a gate, or a concentration that something moves is a state;"
                " without one a single copy says the same",
            )  # fmt: skip


def _check_reach(problems: Problems, cell: Cell, membrane: Membrane) -> None:
    _check_ends(problems, cell, membrane.name, f"membrane {membrane.name}", membrane.places, membrane.span)


def _check_ends(
    problems: Problems, cell: Cell, path: str, what: str, places: list[str] | tuple[str, ...], span: Span
) -> None:
    """Something outside a line that has an end in the copies: in which?"""
    own = cell.line_of(path)
    for place in places:
        line = cell.line_of(f"{place}.")
        if line is not None and line is not own:
            problems.error(
                "ION484", f"{what} ends in {place}, which is another one in each copy of line {line.name}", span,
                "in which copy?", secondary=(Label(line.span, f"line {line.name}"),),
                help="what reaches into every copy stands in the arrangement that the line is made of",
            )  # fmt: skip


def _check_test(problems: Problems, cell: Cell, probed: Probed) -> None:
    membrane = next(m for m in cell.membranes if m.name == of_any_copy(probed.membrane))
    needs_current = probed.probe in ("input_resistance", "threshold_current")
    if needs_current and isinstance(membrane.potential, FromZeroCurrent):
        problems.error(
            "ION488",
            f"`{probed.probe}` of a membrane whose V is from zero_current is not possible yet in a file with lines",
            probed.span, "not yet", secondary=(Label(membrane.span, "declared here"),),
            help="give the membrane a capacitance, and `V from currents starting at … mV`",
        )  # fmt: skip


def _not_yet(problems: Problems, what: str, span: Span) -> None:
    problems.error(
        "ION488", f"{what} is not possible yet", span, "not yet",
        help="`run` it, or ask for its rest; what differs from copy to copy is written with the position `x`",
    )  # fmt: skip
