"""What a scenario came to, one run or several: as text, as an object, and whether the numbers held."""

from __future__ import annotations

from collections.abc import Iterator

from ionlang.analyse.objects import Object, solution_object
from ionlang.analyse.report import failure_text, solution_text, verdict_text
from ionlang.analyse.study_objects import study_object
from ionlang.analyse.study_report import failure_lines, member_words, sides, study_text, study_verdicts
from ionlang.simulate.solution import Solution
from ionlang.simulate.study import Member, Study

Result = Solution | Study


def result_text(result: Result) -> str:
    return study_text(result) if isinstance(result, Study) else solution_text(result)


def result_object(result: Result) -> Object:
    return study_object(result) if isinstance(result, Study) else solution_object(result)


def is_broken(result: Result) -> bool:
    """Whether numbers failed: a run stopped, could not begin, or its balances do not close."""
    if isinstance(result, Study):
        return bool(result.failed)
    return result.failure is not None or bool(result.broken_balances)


def failures_text(result: Result) -> str:
    """Why numbers failed, for `is_broken`."""
    if isinstance(result, Study):
        return "\n".join(failure_lines(result))
    return failure_text(result)


def verdict_lines(result: Result) -> list[tuple[bool, str]]:
    """Whether each expectation was met, with its line; over all runs of a study each counts once."""
    if isinstance(result, Study):
        return study_verdicts(result)
    return [(v.passed, verdict_text(v)) for v in result.verdicts]


def lacks_a_course(result: Result) -> bool:
    """Whether there is no time course to draw or write: only rest was asked, or a search found nothing."""
    if isinstance(result, Solution):
        return result.trajectory is None
    return result.scenario.search is not None and all(m.solution is None for m in result.members)


def time_courses(result: Result) -> Iterator[tuple[str, Solution]]:
    """The runs that lasted, with names to tell them apart."""
    if isinstance(result, Solution):
        yield from ((result.scenario.name, result),) if result.trajectory is not None else ()
        return
    for member in result.members:
        first = (result.scenario.name, member_words(result, member))
        for words, solution in _runs(member):
            if solution.trajectory is not None:
                yield ", ".join(part for part in (*first, words) if part), solution


def _runs(member: Member) -> Iterator[tuple[str, Solution]]:
    """The run of a member; of a search the two on either side."""
    if member.solution is None:
        return
    if member.found is None:
        yield "", member.solution
    else:
        holds, fails = sides(member.found)
        yield holds, member.solution
        yield fails, member.found.other
