"""Rules about `find p from a to b so that cond within e`."""

from __future__ import annotations

from collections.abc import Callable

from ionlang.diagnostics import Diagnostic
from ionlang.syntax.forms import FORMS
from ionlang.syntax.marks import Stop
from ionlang.syntax.mistake import mistake

_FORM = f"it is written `{FORMS['find']}`"
_OTHER_WORDS = ("where", "such", "for", "until", "when", "with", "while", "if")


def misread_find(stop: Stop) -> Diagnostic | None:
    """Whatever stands between `find` and the end, by where the reading stops."""
    if stop.first.text != "find" or stop.index < 1 or (stop.found is not None and stop.wants_value):
        return None
    words = [mark.text for mark in stop.marks]
    if words[1:2] == ["="]:
        return None
    if "from" not in words[: stop.index]:
        return _ends(stop)
    if "to" not in words[: stop.index]:
        return _said(stop, "what is sought lies between two values", "expected `to` and the other end")
    if "so" in words[: stop.index]:
        return _in_condition(stop, words)
    swallowed = stop.before is not None and stop.before.text in _OTHER_WORDS  # read as the unit of a number
    if (
        swallowed
        or stop.found is None
        or stop.found.text in (*_OTHER_WORDS, "so", "in", "within", ",", "<", ">")
    ):
        return _said(
            stop,
            "it is not said what must change between the two values",
            "expected `so that` and a condition",
        )
    return None


def _ends(stop: Stop) -> Diagnostic | None:
    if stop.index < 2:
        return None
    if stop.found is not None and stop.found.text == "=":
        return _said(stop, "what is sought is given no value: that is to be found", "expected `from`")
    return _said(stop, "what is sought lies between two values", "expected `from`")


def _in_condition(stop: Stop, words: list[str]) -> Diagnostic | None:
    if "that" not in words[: stop.index]:
        return _said(stop, "`that` is missing after `so`", "expected `that`")
    found = None if stop.found is None else stop.found.text
    if found in ("=", "is"):
        notes = ("where a quantity merely reaches a value there is nothing that tips",)
        return mistake(
            stop, "ION025", "what decides is an inequality", "expected `<` or `>`", help=_FORM, notes=notes
        )
    if found in ("+-", "±"):
        return mistake(
            stop,
            "ION025",
            "how closely it is to be found is said with `within`",
            "expected `within`",
            help=_FORM,
        )
    return None


def _said(stop: Stop, message: str, label: str) -> Diagnostic:
    return mistake(stop, "ION025", message, label if stop.found else f"{label} behind this", help=_FORM)


FIND_RULES: tuple[Callable[[Stop], Diagnostic | None], ...] = (misread_find,)
