"""Says of a sentence that cannot be read what is wrong with it: one diagnostic, by the first rule that
applies.

Rules about a whole kind of sentence come before rules about values, and those before the general ones.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ionlang.diagnostics import Diagnostic
from ionlang.syntax.explain_action import ACTION_RULES, unknown_action
from ionlang.syntax.explain_find import FIND_RULES
from ionlang.syntax.explain_head import HEAD_RULES
from ionlang.syntax.explain_sentence import SENTENCE_RULES
from ionlang.syntax.explain_start import START_RULES
from ionlang.syntax.explain_tune import TUNE_RULES
from ionlang.syntax.explain_value import VALUE_RULES, decimal_comma
from ionlang.syntax.forms import FORMS
from ionlang.syntax.marks import Stop, stop_of
from ionlang.syntax.mistake import mistake, quoted, quoted_list
from ionlang.syntax.reader import Reader

_RULES = (
    unknown_action,
    *START_RULES,
    decimal_comma,
    *TUNE_RULES,
    *FIND_RULES,
    *HEAD_RULES,
    *ACTION_RULES,
    *SENTENCE_RULES,
    *VALUE_RULES,
)

Rule = Callable[[Stop], Diagnostic | None]


def explain(reader: Reader, start: int, end: int, rule: str, closer: str = "") -> None:
    """Report why the text between two offsets is no `rule` of the grammar; `closer` is what stands behind
    it.
    """
    stop = stop_of(reader, start, end, rule, closer)
    reader.problems.add(_first_that_applies(stop))


def _first_that_applies(stop: Stop) -> Diagnostic:
    for rule in _RULES:
        said = rule(stop)
        if said:
            return _with_form(stop, said)
    return _with_form(stop, _general(stop))


def _with_form(stop: Stop, said: Diagnostic) -> Diagnostic:
    """Where nothing better is known: how such a sentence is written."""
    if said.help or said.code not in ("ION025", "ION026", "ION033"):
        return said
    begun = [mark.text for mark in stop.marks[: stop.index] if mark.text in FORMS]
    return replace(said, help=f"it is written `{FORMS[begun[-1]]}`") if begun else said


def _general(stop: Stop) -> Diagnostic:
    words = stop.wanted_words[:6]
    expected = f"expected {quoted_list(words)}" if words else "not expected here"
    if stop.found is None:
        behind = f" after {quoted(stop.before)}" if stop.before else ""
        return mistake(stop, "ION033", f"the sentence stops too early{behind}", expected)
    ended = "; the sentence could have ended before it" if stop.may_end else ""
    return mistake(stop, "ION033", f"{quoted(stop.found)} cannot stand here{ended}", expected)
