"""Rules about `tune a, b so that …`."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from ionlang.diagnostics import Diagnostic
from ionlang.syntax.forms import FORMS
from ionlang.syntax.marks import Stop
from ionlang.syntax.mistake import mistake, text_between

_FORM = f"it is written `{FORMS['tune']}`"
_GOALS = "write `start is rest`, or a quantity at rest: `soma.V at rest = -65 mV`"
_INSTEAD = ("such", "that", "for", "until", "to", "with", "where", "if", "when")  # of `so that`


def misread_tune(stop: Stop) -> Diagnostic | None:
    """Whatever stands between `tune` and the end, by where the reading stops."""
    if stop.first.text != "tune" or (stop.marks[1:2] and stop.marks[1].text == "="):
        return None
    words = [mark.text for mark in stop.marks]
    so = words.index("so") if "so" in words else None
    if so is None or words[so + 1 : so + 2] != ["that"]:
        return _without_so_that(stop, words, so)
    if so == 1:
        return _said(stop, "ION026", "it is not said what is to be found", "expected a name before `so that`")
    named = _among_names(stop, words[:so])
    return named if named is not None else _in_goal(stop, so + 2)


def _without_so_that(stop: Stop, words: list[str], so: int | None) -> Diagnostic | None:
    names = _among_names(stop, words[:so])
    if names is not None:
        return names
    if stop.found is not None and words[stop.index + 1 : stop.index + 2] == ["that"]:
        text = f"`{stop.found.text}` stands where `so` is expected"
        return mistake(stop, "ION025", text, "expected `so`", help=_FORM)
    if so is not None and words[so + 1 : so + 2]:
        return mistake(stop, "ION025", "`that` is missing after `so`", "too late", help=_FORM)
    return _said(stop, "ION025", "it is not said what must come out", "expected `so that` and a goal")


def _among_names(stop: Stop, words: list[str]) -> Diagnostic | None:
    if "=" in words:
        text = "what is tuned is given no value: that is to be found"
        return mistake(
            stop, "ION025", text, "not expected here",
            notes=("the value that the file gives it elsewhere is where the search begins",), help=_FORM,
        )  # fmt: skip
    if any(word in words for word in ("from", "between", "over")):
        return mistake(
            stop, "ION025", "`tune` takes no bounds", "not expected here",
            help="give the parameter its bounds where it is declared: `param p = 5 mM between 1 mM and 9 mM`",
        )  # fmt: skip
    if "and" in words:
        return _said(stop, "ION025", "what is tuned is separated by commas", "expected `,`")
    strange = next((word for word in words[1:] if not word.isidentifier() and word not in ",."), None)
    if strange is not None:
        return _said(
            stop, "ION033", f"`{strange}` cannot stand among the names of what is tuned", "expected a name"
        )
    apart = any(a.isidentifier() and b.isidentifier() for a, b in pairwise(words[1:]))
    if apart and not any(word in _INSTEAD for word in words):
        return _said(stop, "ION025", "what is tuned is separated by commas", "expected `,`")
    return None


def _in_goal(stop: Stop, start: int) -> Diagnostic | None:
    words = [mark.text for mark in stop.marks[start:]]
    found = "" if stop.found is None else stop.found.text
    if not words:
        return mistake(
            stop, "ION025", "it is not said what must come out", "expected a goal behind this", help=_GOALS
        )
    if found in (",", "or", ";"):
        return _said(
            stop, "ION025", "goals are joined by `and`: all of them must be met", "expected `and`", _GOALS
        )
    if found in ("<", ">", "<=", ">=", "≤", "≥"):
        return _said(stop, "ION025", "a goal is an equality", "expected `=`", _GOALS)
    if found in ("+-", "±"):
        return _said(stop, "ION032", "a goal has no tolerance: it is met to rounding", "a tolerance", _GOALS)
    if found == "==":
        return None
    if "is" in words or (stop.found is not None and "EQUAL" in stop.accepts):
        behind = text_between(stop, stop.marks[start].start, stop.marks[-1].end)
        return mistake(stop, "ION025", f"`{behind}` is no goal", "not expected here", help=_GOALS)
    return None


def _said(stop: Stop, code: str, message: str, label: str, help: str = _FORM) -> Diagnostic:
    return mistake(stop, code, message, label if stop.found else f"{label} behind this", help=help)


TUNE_RULES: tuple[Callable[[Stop], Diagnostic | None], ...] = (misread_tune,)
