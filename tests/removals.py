"""A mechanism taken out of an example: what its file expected of that mechanism must then fail."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import ionlang

EXAMPLES = Path(__file__).parent.parent / "examples"


@dataclass(frozen=True)
class Removal:
    """A mechanism taken out of a file (or of the file that it uses): which scenario then fails, and in what."""

    file: str
    old: str
    new: str
    scenario: str
    fails: str
    within: str = ""


@dataclass(frozen=True)
class Verdict:
    """An expectation of a scenario that may be one run or several."""

    text: str
    found: tuple[float | None, ...]
    passed: bool


def judged(path: Path, scenario: str) -> tuple[Verdict, ...]:
    """The expectations of a scenario as `ionlang test` judges them: of several runs, in every one.
    Raises AssertionError where a run does not come to its end, or its books do not close."""
    study = ionlang.load(path).study(scenario)
    assert [m.failure for m in study.failed] == []
    runs = [m.solution for m in study.members if m.solution is not None]
    assert all(run.failure is None and run.conservation_drift < 1e-5 for run in runs)
    columns = [*zip(*(run.verdicts for run in runs), strict=True), *((j.verdict,) for j in study.judgements)]
    return tuple(
        Verdict(column[0].expectation.text, tuple(v.value for v in column), all(v.passed for v in column))
        for column in columns
    )


def without(removal: Removal, folder: Path) -> tuple[Verdict, ...]:
    """What the scenario comes to in a copy of the examples from which the mechanism is taken: the expectations of the
    text that should fail. Raises AssertionError if the file does not say `old` exactly once."""
    shutil.copytree(EXAMPLES, folder, dirs_exist_ok=True)
    changed = folder / (removal.within or removal.file)
    text = changed.read_text(encoding="utf-8")
    assert text.count(removal.old) == 1
    changed.write_text(text.replace(removal.old, removal.new), encoding="utf-8")
    return tuple(v for v in judged(folder / removal.file, removal.scenario) if removal.fails in v.text)
