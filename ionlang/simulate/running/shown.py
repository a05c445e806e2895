"""What a scenario did when, in its own words, for figures."""

from __future__ import annotations

from ionlang.simulate.running.plan import Plan
from ionlang.source import Span

Shown = tuple[float, float, str]
"""From one moment to another [ms], with the words of the action; one of no length is a moment."""


def shown_windows(plan: Plan) -> tuple[Shown, ...]:
    """Actions with an edge in the run, as far as the plan knows them; those of the whole scenario are left out."""
    found = [(w.start, w.end, w.override.span) for w in plan.windows]
    found += [(k.start, k.end, k.holding.span) for k in plan.keepings]
    found += [(s.time, s.time, s.what.span) for s in plan.strokes if s.time < plan.length]
    shown = (
        (max(start, 0.0), min(end, plan.length), words(span))
        for start, end, span in found
        if start >= 0.0 and start <= plan.length
    )
    return tuple(dict.fromkeys(shown))  # one sentence may change several numbers


def words(span: Span) -> str:
    return " ".join(span.text.split())


def closed_at(instant: float, span: Span, shown: Shown) -> Shown:
    """The same if it is no open window of that sentence; else the window, closed now."""
    start, end, said = shown
    return (start, instant, said) if said == words(span) and start <= instant < end else shown
