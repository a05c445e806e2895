"""Models and results as HTML for a notebook. Whatever comes from a file is text: it is escaped, never markup.

The one exception is `picture`, an SVG that ionlang has drawn itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from ionlang.analyse.card import Card, EquilibriumCard
from ionlang.analyse.display import duration, shown, shown_measure, tuned_lines
from ionlang.analyse.phase_portrait import character_words
from ionlang.analyse.report import failure_text
from ionlang.analyse.study_report import study_verdicts, table
from ionlang.model.cell import Cell
from ionlang.simulate.solution import Solution
from ionlang.simulate.study import Study
from ionlang.units import VOLTAGE

_GOOD, _BAD = "#2e7d32", "#c62828"


def model_page(cell: Cell, card: Card) -> str:
    """What the file says of itself, what it consists of, and its equilibria."""
    parts = [_title(cell.name)]
    if cell.documentation:
        parts.append(f'<p style="white-space:pre-line">{escape(cell.documentation.strip())}</p>')
    parts += [_contents(cell), *map(_paragraph, tuned_lines(card.tuned, "")), _equilibria(card)]
    parts += [_paragraph(f"note: {note}") for note in card.notes]
    return _page(parts)


def solution_page(solution: Solution, picture: str | None) -> str:
    """Measures, verdicts, and the time course if there is a picture of it."""
    scenario = solution.scenario
    parts = [_title(scenario.name, scenario.title)]
    if solution.measures:
        asked = {m.name: m.value for m in scenario.measures}
        rows = [(name, shown_measure(value, asked[name], 8)) for name, value in solution.measures]
        parts.append(_table(("measure", "value"), rows))
    if solution.verdicts:
        marked = [
            (v.passed, (v.expectation.text, shown(v.value, v.expectation.value.dimension, 8)))
            for v in solution.verdicts
        ]
        parts.append(_verdicts(("", "expectation", "found"), marked))
    parts += [_paragraph(f"note: {remark}") for remark in solution.remarks]
    if solution.failure is not None or solution.broken_balances:
        parts.append(_failure(failure_text(solution)))
    return _page([*parts, picture or ""])


def study_page(study: Study) -> str:
    """The table of all runs, and what was expected of them."""
    heading, *rows = table(study)
    parts = [_title(study.scenario.name, study.scenario.title), _table(heading, rows)]
    verdicts = [(good, (_without_mark(line),)) for good, line in study_verdicts(study)]
    if verdicts:
        parts.append(_verdicts(("", "expectation"), verdicts))
    parts += [_failure(member.failure) for member in study.failed if member.failure is not None]
    return _page(parts)


def _without_mark(line: str) -> str:
    return line.strip().removeprefix("FAIL").removeprefix("ok").strip()


def _contents(cell: Cell) -> str:
    """How much there is of what, without what there is none of."""
    counted = (
        ("species", [s.name for s in cell.species]),
        ("places", [p.name for p in cell.places]),
        ("membranes", [m.name for m in cell.membranes]),
        ("carriers", [c.path for m in cell.membranes for c in m.carriers]),
        ("scenarios", [s.name for s in cell.scenarios]),
    )
    return _table(("there are", ""), [(word, ", ".join(names)) for word, names in counted if names])


def _equilibria(card: Card) -> str:
    if not card.equilibria:
        return _paragraph("no equilibrium was found")
    heading = [*(f"V({name})" for name in card.sides), "", "slowest time constant", ""]
    rows = [_equilibrium(card, e, k) for k, e in enumerate(card.equilibria)]
    return _table(heading, rows)


def _equilibrium(card: Card, e: EquilibriumCard, place: int) -> list[str]:
    potentials = [shown(p.V, VOLTAGE) for p in e.state.potentials.values()]
    home = "reached from the state as written" if place == card.settles_at else ""
    return [*potentials, character_words(e.character), duration(e.slowest_time_s * 1e3, 4), home]


def _title(name: str, words: str = "") -> str:
    return f"<p><b>{escape(name)}</b>{f' – {escape(words)}' if words else ''}</p>"


def _paragraph(words: str) -> str:
    return f"<p>{escape(words)}</p>"


def _failure(words: str) -> str:
    return f'<pre style="color:{_BAD}">{escape(words)}</pre>'


def _table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return _rows([_row("th", heading), *(_row("td", row) for row in rows)])


def _verdicts(heading: Sequence[str], rows: Iterable[tuple[bool, Sequence[str]]]) -> str:
    """Rows with a mark and its colour before each."""
    marked = [
        f'<tr><td style="color:{_GOOD if good else _BAD}">{"ok" if good else "FAIL"}</td>{_cells("td", row)}</tr>'
        for good, row in rows
    ]
    return _rows([_row("th", heading), *marked])


def _rows(rows: Sequence[str]) -> str:
    return f"<table>{''.join(rows)}</table>"


def _row(tag: str, cells: Sequence[str]) -> str:
    return f"<tr>{_cells(tag, cells)}</tr>"


def _cells(tag: str, cells: Sequence[str]) -> str:
    return "".join(
        f'<{tag} style="text-align:left;white-space:pre-wrap">{escape(cell)}</{tag}>' for cell in cells
    )


def _page(parts: Sequence[str]) -> str:
    return f'<div class="ionlang">{"".join(parts)}</div>'
