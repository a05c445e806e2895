"""Rules about the parts that belong to a verb, and about the first line of a block."""

from __future__ import annotations

from collections.abc import Callable

from ionlang.diagnostics import Diagnostic, Label
from ionlang.syntax.marks import Mark, Stop
from ionlang.syntax.mistake import mistake, quoted, text_between
from ionlang.syntax.refuse import similar
from ionlang.syntax.words import KINDS


def missing_equals(stop: Stop) -> Diagnostic | None:
    if "EQUAL" not in stop.accepts or stop.before is None or stop.first.text in KINDS:
        return None
    name = stop.before.text if stop.before.text != ")" else stop.marks[1].text
    if stop.found is None:
        return mistake(
            stop, "ION013", f"nothing is said about `{name}`", "expected `=` and a value behind it"
        )
    value = text_between(stop, stop.found.start, stop.marks[-1].end)
    return mistake(
        stop,
        "ION013",
        f"`=` is missing between `{name}` and {quoted(stop.found)}",
        "expected `=`",
        help=f"write `{name} = {'…' if stop.found.kind == 'sign' else value}`",
    )


def _rest(stop: Stop, found: Mark) -> str:
    return text_between(stop, found.start, stop.marks[-1].end)


def missing_colon(stop: Stop) -> Diagnostic | None:
    if "COLON" not in stop.accepts or stop.first.text not in ("at", "from") or _is_sign(stop.found):
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
    if stop.found.text not in ("set", "inject", "block", "hold"):
        return None
    action = _rest(stop, stop.found)
    return mistake(
        stop,
        "ION014",
        f"`:` is missing between `{moment}` and what happens then",
        "expected `:` before this",
        help=f"write `{moment}: {action}`",
    )


def _is_sign(mark: Mark | None) -> bool:
    return mark is not None and mark.kind != "word"


def no_count(stop: Stop) -> Diagnostic | None:
    """`moves 3 mM Na out`, `moves -1 K in`: a count is a pure number."""
    if stop.first.text != "moves" or stop.found is None:
        return None
    earlier = stop.marks[stop.index - 2] if stop.index > 1 else None
    if (
        stop.found.kind == "word"
        and earlier
        and earlier.kind == "number"
        and {"OUT", "_FROM"} & {*stop.accepts}
    ):
        unit = stop.marks[stop.index - 1]
        if similar(stop.found.text, ("in", "out", "from")):
            return None
        return Diagnostic(
            "ION022",
            "the count of a species is a pure number",
            Label(stop.reader.span(unit.start, unit.end), "not expected between a count and its species"),
            help=f"write `{earlier.text} {stop.found.text} …` without `{unit.text}`",
        )
    if "NUMBER" in stop.accepts and stop.found.kind in ("sign", "text"):
        return mistake(
            stop,
            "ION022",
            "the count of a species is a pure number",
            "expected a count or a species",
            help="write `moves 3 Na out`; the direction is said by `out` and `in`",
        )
    return None


def no_direction(stop: Stop) -> Diagnostic | None:
    if stop.first.text != "moves" or not {"OUT", "_FROM"} <= {*stop.accepts}:
        return None
    meant = similar(stop.found.text, ("out", "in")) if stop.found else None
    return mistake(
        stop,
        "ION023",
        f"it is not said where {quoted(stop.before)} moves",
        "expected `out`, `in` or `from … to …`",
        notes=("`out` is from the first side of the membrane to the second, `in` is back",),
        help=f"did you mean `{meant}`?" if meant else "",
    )


def broken_head(stop: Stop) -> Diagnostic | None:
    """`channel {`, `ion 3`, `membrane m (a b)`."""
    if stop.first.text not in KINDS or ("EQUAL" in stop.accepts and stop.found and stop.found.text == "="):
        return None
    kind = stop.first.text
    if stop.index == 1:
        end = f"`{stop.closer}`" if stop.closer else quoted(None)
        found = quoted(stop.found) if stop.found else end
        return mistake(
            stop,
            "ION024",
            f"this `{kind}` has no name",
            f"expected a name after `{kind}`, found {found}",
            help=f"write `{kind} NAME`",
        )
    in_sides = any(mark.text == "(" for mark in stop.marks[2:3])
    if in_sides:
        return mistake(
            stop,
            "ION024",
            "the two sides of a membrane are written `(first | second)`",
            "not expected here",
            help="write the names of two places with `|` between them",
        )
    return mistake(
        stop,
        "ION024",
        f"the first line of this `{kind}` goes on with {quoted(stop.found)}",
        "not expected here",
        notes=('after the name come the sides of a membrane `(a | b)`, a title `"…"`, and `{`',),
    )


SENTENCE_RULES: tuple[Callable[[Stop], Diagnostic | None], ...] = (
    missing_colon,
    no_count,
    no_direction,
    broken_head,
    missing_equals,
)
