"""Rules about actions: when something happens, and what."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from ionlang.diagnostics import Diagnostic, Label
from ionlang.source import Span
from ionlang.syntax.forms import FORMS
from ionlang.syntax.marks import Mark, Stop
from ionlang.syntax.mistake import mistake, text_between
from ionlang.syntax.refuse import similar
from ionlang.syntax.words import MOMENTS, VERBS


def missing_colon(stop: Stop) -> Diagnostic | None:
    if "COLON" not in stop.accepts or stop.first.text not in MOMENTS or _is_sign(stop.found):
        return None
    moment = text_between(stop, stop.first.start, stop.marks[stop.index - 1].end)
    if stop.found is None:
        return mistake(
            stop,
            "ION014",
            f"`{moment}` says when, but not what happens",
            "expected `:` and an action",
            help=f"write `{moment}: set …` or `{moment} {{ … }}`",
        )
    if stop.found.text not in VERBS:
        return None
    action = text_between(stop, stop.found.start, stop.marks[-1].end)
    return mistake(
        stop,
        "ION014",
        f"`:` is missing between `{moment}` and what happens then",
        "expected `:` before this",
        help=f"write `{moment}: {action}`",
    )


def _is_sign(mark: Mark | None) -> bool:
    return mark is not None and mark.kind != "word"


def unknown_action(stop: Stop) -> Diagnostic | None:
    found = stop.found
    after_moment = stop.first.text in MOMENTS and stop.before is not None and stop.before.text == ":"
    if (
        found is None
        or found.kind != "word"
        or not (after_moment or (stop.index == 0 and stop.closer == "}"))
    ):
        return None
    meant = similar(found.text, VERBS)
    return mistake(
        stop,
        "ION010",
        f"`{found.text}` is not a word that starts an action",
        "not known",
        notes=() if meant else ("an action begins with a verb such as `set`, `inject`, `block` or `hold`",),
        help=f"did you mean `{meant}`?" if meant else "",
    )


def window_by_its_end(stop: Stop) -> Diagnostic | None:
    """`from 3 s to 5 s: …`, `every 1 s from 3 s to 5 s: …`: a window is given by its length."""
    if stop.found is None or stop.found.text not in ("to", "till", "-") or "_FOR" not in stop.accepts:
        return None
    origin = next((i for i, mark in enumerate(stop.marks[: stop.index]) if mark.text == "from"), None)
    if origin is None or stop.first.text not in ("from", "every"):
        return None
    start = text_between(stop, stop.marks[origin + 1].start, stop.marks[stop.index - 1].end)
    end = _until_the_action(stop)
    length = _difference(start, end) or (f"{end} - {start}" if end else "…")
    return mistake(
        stop,
        "ION037",
        "a window is given by its start and its length, not by its end",
        "expected `for`",
        help=f"write `from {start} for {length}`",
    )


def _until_the_action(stop: Stop) -> str:
    """What stands between the offending word and the `:` or `{`."""
    rest = stop.marks[stop.index + 1 :]
    stops = next((i for i, mark in enumerate(rest) if mark.text in ":{" or mark.text in VERBS), len(rest))
    return text_between(stop, rest[0].start, rest[stops - 1].end) if stops else ""


def _difference(start: str, end: str) -> str | None:
    """`2 s` for `3 s` and `5 s`: of two plain quantities with one unit."""
    first, second = start.split(), end.split()
    if len(first) != 2 or len(second) != 2 or first[1] != second[1]:
        return None
    if not all(part.replace(".", "", 1).isdigit() for part in (first[0], second[0])):
        return None
    length = Decimal(second[0]) - Decimal(first[0])
    return f"{length} {first[1]}" if length > 0 else None


def moment_of_another_kind(stop: Stop) -> Diagnostic | None:
    """`at 3 s for 2 s`, `every 5 ms:`, `from 3 s every 5 ms`, `from 3 s for 2 s every 5 ms:`."""
    first, found = stop.first.text, stop.found.text if stop.found else ""
    before = text_between(stop, stop.first.start, stop.marks[stop.index - 1].end) if stop.index else ""
    later = before[len(first) :].strip()
    if first == "at" and found in ("for", "until", "every") and "COLON" in stop.accepts:
        return _said(
            stop, "what lasts begins with `from`, what happens once with `at`", f"from {later} {found} …"
        )
    if first == "every" and "_FROM" in stop.accepts:
        return _said(stop, f"it is not said when `{before}` begins", f"{before} from 0 s")
    if first == "from" and found in ("during", "lasting", "over") and "_FOR" in stop.accepts:
        return _said(stop, "how long a window lasts is said with `for`", f"{before} for …")
    if first == "from" and found == "every" and "_FOR" in stop.accepts:
        return _said(stop, "what repeats without an end begins with `every`", f"every … {before}")
    if (
        first == "from"
        and "_FOR" in stop.accepts
        and any(m.text == "every" for m in stop.marks[: stop.index])
    ):
        return _said(stop, "it is not said how long each repetition lasts", f"{before} for …")
    return None


def _said(stop: Stop, message: str, form: str) -> Diagnostic:
    label = "not expected here" if stop.found else "expected more behind this"
    return mistake(stop, "ION025", message, label, help=f"write `{form}`")


def run_without_a_limit(stop: Stop) -> Diagnostic | None:
    """`run until soma.V > 0 mV`, and other ways to say how long at most."""
    started = [mark.text for mark in stop.marks[:2]] == ["run", "until"]
    if not started or stop.index < 3:
        return None
    comma = next((i for i, mark in enumerate(stop.marks) if mark.text == ","), len(stop.marks))
    if (
        stop.index < comma
        and stop.found is not None
        and stop.before is not None
        and not _ends_condition(stop)
    ):
        return None
    condition = _condition(stop)
    return Diagnostic(
        "ION036",
        "it is not said how long this run waits at most",
        Label(condition, "expected `, at most …` behind this"),
        notes=("a condition that never holds would let the run go on for ever",),
        help=f"write `run until {' '.join(condition.text.split())}, at most 600 s`",
    )


_LIMITS = ("at", "for", "max", "most", "within", "up", "or")


def _ends_condition(stop: Stop) -> bool:
    """Whether the limit seems to begin, or to have begun, where the reading stops."""
    return any(mark is not None and mark.text in (*_LIMITS, ",") for mark in (stop.found, stop.before))


def _condition(stop: Stop) -> Span:
    ends = next(
        (i for i, mark in enumerate(stop.marks) if i > 2 and mark.text in (*_LIMITS, ",")), len(stop.marks)
    )
    return stop.reader.span(stop.marks[2].start, stop.marks[ends - 1].end)


def moment_behind(stop: Stop) -> Diagnostic | None:
    """`fire release at 3 s`: when something happens is said first."""
    if (
        stop.first.text not in VERBS
        or stop.found is None
        or stop.found.text not in MOMENTS
        or not stop.may_end
    ):
        return None
    what = text_between(stop, stop.first.start, stop.marks[stop.index - 1].end)
    moment = text_between(stop, stop.found.start, stop.marks[-1].end)
    return mistake(
        stop,
        "ION014",
        "when something happens is said before what happens",
        "too late",
        help=f"write `{moment}: {what}`",
    )


def equals_after_a_verb(stop: Stop) -> Diagnostic | None:
    """`clamp p = 3 mM`, `sweep p = 1, 2`: only `set` takes an `=`."""
    if stop.found is None or stop.found.text != "=" or "EQUAL" in stop.accepts:
        return None
    verb = next((m.text for m in reversed(stop.marks[: stop.index]) if m.text in (*VERBS, "sweep")), None)
    if verb is None or any(mark.text in "=(" for mark in stop.marks[: stop.index]):
        return None
    return mistake(
        stop, "ION025", f"`{verb}` takes no `=`", "not expected here", help=f"it is written `{FORMS[verb]}`"
    )


def dose_without_brackets(stop: Stop) -> Diagnostic | None:
    """`apply D 5 uM`, `apply D with dose = 5 uM`."""
    applies = any(mark.text == "apply" for mark in stop.marks[: stop.index])
    if not applies or stop.found is None or "LPAR" not in stop.accepts or "NUMBER" in stop.accepts:
        return None
    if not (stop.found.kind == "number" or stop.found.text in ("with", "by", "dose", "at")):
        return None
    return mistake(
        stop,
        "ION025",
        "what a modifier is given stands in brackets",
        "expected `(`",
        help=f"it is written `{FORMS['apply']}`",
    )


def sweep_in_other_words(stop: Stop) -> Diagnostic | None:
    """`sweep p in 1, 2`, `sweep p from 1 to 3 by 0.1`."""
    if stop.first.text != "sweep" or stop.index < 2:
        return None
    if stop.found is not None and (stop.wants_value or stop.found.text == "="):
        return None
    return mistake(
        stop,
        "ION025",
        "this is no way to sweep a parameter",
        "not expected here" if stop.found else "expected more behind this",
        help=f"write `{FORMS['sweep']}` or `sweep p from 1 mM to 5 mM in 10 steps`",
    )


ACTION_RULES: tuple[Callable[[Stop], Diagnostic | None], ...] = (
    missing_colon,
    window_by_its_end,
    moment_of_another_kind,
    run_without_a_limit,
    moment_behind,
    equals_after_a_verb,
    dose_without_brackets,
    sweep_in_other_words,
)
