"""A study as text for a terminal: a table of what every run measured, then what was expected of all of them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from ionlang.analyse.display import plain, shown, shown_value, tuned_lines
from ionlang.model.expression import Read
from ionlang.simulate.solution import Verdict
from ionlang.simulate.study import Member, Study, Tipping
from ionlang.units import TIME

_MOST_REMARKS = 12
_MOST_NAMED = 4  # runs that a line names before it says how many more there are


def study_text(study: Study) -> str:
    """The table of measures, the verdicts, and why runs failed."""
    scenario = study.scenario
    title = f" – {scenario.title}" if scenario.title else ""
    lines = [f"{scenario.name}{title}: {_count(study.runs)}", *tuned_lines(study.tuned, "   ")]
    lines += [f"   {line}".rstrip() for line in _table(study)]
    lines += [f"   {line}" for line in _brackets(study)]
    lines += [verdict for _, verdict in study_verdicts(study)]
    lines += _remarks(study)
    drifts = [m.solution.conservation_drift for m in study.members if m.solution and m.solution.drifts]
    if drifts:
        lines.append(f"   conservation: largest drift {max(drifts):.1e}")
    lines += failure_lines(study)
    return "\n".join(lines) + "\n"


def failure_lines(study: Study) -> list[str]:
    return [f"   {_before(study, m)}{m.failure}" for m in study.failed]


def _brackets(study: Study) -> Iterator[str]:
    """What was sought, from both sides."""
    search = study.scenario.search
    condition = "" if search is None else " ".join(search.condition.span.text.split())
    for member in study.members:
        if member.found is not None:
            holds, fails = sides(member.found)
            yield f"{_before(study, member)}`{condition}` holds at {holds}, and no longer at {fails}"


def sides(found: Tipping) -> tuple[str, str]:
    """`stop = 8.7977 s` where the condition holds, and where it does not."""
    words = [f"{found.name} = {plain(x, 8)} {found.unit}".removesuffix(" 1") for x in found.ends]
    return words[0], words[1]


def _before(study: Study, member: Member) -> str:
    words = member_words(study, member)
    return f"{words}: " if words else ""


def _remarks(study: Study) -> Iterator[str]:
    """What tests of membranes say besides their numbers, and what searches met on their way, run by run."""
    each = [(m, remark) for m in study.members if m.solution is not None for remark in m.solution.remarks]
    each += [(m, remark) for m in study.members if m.found is not None for remark in m.found.remarks]
    for member, remark in each[:_MOST_REMARKS]:
        yield f"   note: {_before(study, member)}{remark}"
    if len(each) > _MOST_REMARKS:
        yield f"   and {len(each) - _MOST_REMARKS} more notes"


def _count(runs: int) -> str:
    return "1 run" if runs == 1 else f"{runs} runs"


def table(study: Study) -> list[list[str]]:
    """The heading, and one row for each member."""
    return [_heading(study), *(_row(study, member) for member in study.members)]


def _table(study: Study) -> Iterator[str]:
    """One row for each member; columns are as wide as what stands in them."""
    rows = table(study)
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    first = 1 if study.variants else 0
    for row in rows:
        cells = [
            cell.ljust(width) if k < first else cell.rjust(width)
            for k, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  ".join(cells)


def _heading(study: Study) -> list[str]:
    compared = ["variant"] if study.variants else []
    swept = [f"{axis.name} [{axis.unit}]".replace(" [1]", "") for axis in study.axes]
    measured = [f"{name} [{_unit(study, name)[1]}]".replace(" []", "") for name in study.measures]
    return [*compared, *swept, *measured, ""]


def _row(study: Study, member: Member) -> list[str]:
    compared = [member.variant or ""] if study.variants else []
    cells = [_measure(study, member, name) for name in study.measures]
    return [*compared, *(plain(v, 8) for v in member.values), *cells, "failed" if member.failure else ""]


def _measure(study: Study, member: Member, name: str) -> str:
    if member.failure is not None:
        return "-"
    value = member.measured(name)
    return "never" if math.isnan(value) else plain(value / _unit(study, name)[0], 7)


def _unit(study: Study, name: str) -> tuple[float, str]:
    """How many cell units one of the unit has in which a column is shown, and that unit: short times in ms."""
    dimension = next(m.dimension for m in study.scenario.measures if m.name == name)
    found = [abs(m.measured(name)) for m in study.members]
    largest = max((x for x in found if math.isfinite(x)), default=0.0)
    if dimension == TIME and 0.0 < largest < 1000.0:
        return 1.0, "ms"
    size, unit = shown_value(1.0, dimension)
    return 1.0 / size, unit


def study_verdicts(study: Study) -> list[tuple[bool, str]]:
    """Every expectation with its line: that it holds in every run, or in which it does not."""
    found: list[tuple[bool, str]] = []
    for k, expectation in enumerate(study.scenario.expectations):
        each = [
            (member_words(study, m), None if m.solution is None else m.solution.verdicts[k])
            for m in study.members
        ]
        found.append(_line(expectation.text, each, "run"))
    for text in dict.fromkeys(j.verdict.expectation.text for j in study.judgements):
        points = [
            (point_words(study, j.values), j.verdict)
            for j in study.judgements
            if j.verdict.expectation.text == text
        ]
        found.append(_line(text, points, "point"))
    return found


def _line(text: str, each: Sequence[tuple[str, Verdict | None]], what: str) -> tuple[bool, str]:
    bad = [(words, verdict) for words, verdict in each if verdict is None or not verdict.passed]
    mark = "FAIL" if bad else "ok  "
    if len(each) == 1:
        return not bad, f"   {mark} {text}   found {_found(each[0][1])}"
    if not bad:
        return True, f"   {mark} {text}   in all {len(each)} {what}s"
    lines = [f"   {mark} {text}   in {len(bad)} of {len(each)} {what}s"]
    lines += [f"        {words}: found {_found(verdict)}" for words, verdict in bad[:_MOST_NAMED]]
    lines += [f"        and {len(bad) - _MOST_NAMED} more"] if len(bad) > _MOST_NAMED else []
    return False, "\n".join(lines)


def _found(verdict: Verdict | None) -> str:
    """The value; beside it the other side of the relation where that is no number of the text."""
    if verdict is None:
        return "no run"
    expectation = verdict.expectation
    value = shown(verdict.value, expectation.value.dimension, 8)
    if isinstance(expectation.target, Read) and verdict.upper is None:
        return f"{value} against {shown(verdict.target, expectation.target.dimension, 8)}"
    return value


def member_words(study: Study, member: Member) -> str:
    """`mutant, outside.K = 4 mM`."""
    return ", ".join(part for part in (member.variant, point_words(study, member.values)) if part)


def point_words(study: Study, values: tuple[float, ...]) -> str:
    parts = zip(study.axes, values, strict=True)
    return ", ".join(f"{axis.name} = {plain(v, 8)} {axis.unit}".removesuffix(" 1") for axis, v in parts)
