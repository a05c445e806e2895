"""What a scenario did when, for the shades and words of a figure."""

from __future__ import annotations

from dataclasses import dataclass

from ionlang.simulate.solution import Solution

_LONGEST = 72  # characters


@dataclass(frozen=True, slots=True)
class Mark:
    """The words of an action and the stretches of time [ms] in which it holds; one of no length is a moment."""

    words: str
    stretches: tuple[tuple[float, float], ...]


def marks_of(solution: Solution, start: float, end: float) -> tuple[Mark, ...]:
    """Actions with an edge in the run, as far as they are within `start` and `end`; equal words are one mark."""
    found: dict[str, list[tuple[float, float]]] = {}
    for opening, closing, words in solution.windows:
        if closing >= start and opening <= end:
            stretch = (max(opening, start), min(closing, end))
            found.setdefault(_shortened(words), []).append(stretch)
    marks = (Mark(words, tuple(sorted(stretches))) for words, stretches in found.items())
    return tuple(sorted(marks, key=lambda mark: mark.stretches[0]))


def _shortened(words: str) -> str:
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1].rstrip()}…"
