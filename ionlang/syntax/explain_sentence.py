"""Rules about the parts that belong to a verb."""

from __future__ import annotations

from collections.abc import Callable

from ionlang.diagnostics import Diagnostic, Label
from ionlang.syntax.forms import FORMS
from ionlang.syntax.marks import Stop
from ionlang.syntax.mistake import mistake, quoted, text_between
from ionlang.syntax.refuse import similar
from ionlang.syntax.words import KINDS

_TOWARDS = ("inside", "outside", "inward", "outward")  # for `in` and `out`, as people also say it


def missing_equals(stop: Stop) -> Diagnostic | None:
    if "EQUAL" not in stop.accepts or stop.before is None or stop.first.text in KINDS:
        return None
    name = stop.before.text if stop.before.text != ")" else stop.marks[1].text
    if stop.found is None:
        return mistake(
            stop, "ION013", f"nothing is said about `{name}`", "expected `=` and a value behind it"
        )
    behind = stop.marks[stop.index + 1 :] if stop.found.text == "to" else stop.marks[stop.index :]
    value = text_between(stop, behind[0].start, behind[-1].end) if behind else "…"
    return mistake(
        stop,
        "ION013",
        f"`=` is missing between `{name}` and {quoted(stop.found)}",
        "expected `=`",
        help=f"write `{'set ' * (stop.first.text == 'set')}{name} = {'…' if stop.found.kind == 'sign' else value}`",
    )


def no_count(stop: Stop) -> Diagnostic | None:
    """`moves 3 mM Na out`, `moves -1 K in`: a count is a pure number."""
    if stop.first.text not in ("moves", "turns") or stop.found is None:
        return None
    earlier = stop.marks[stop.index - 2] if stop.index > 1 else None
    if (
        stop.found.kind == "word"
        and earlier
        and earlier.kind == "number"
        and {"OUT", "_FROM", "_INTO"} & {*stop.accepts}
    ):
        unit = stop.marks[stop.index - 1]
        if similar(stop.found.text, ("in", "out", "from", "into", *_TOWARDS)):
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
            help=f"it is written `{FORMS[stop.first.text]}`; what is used up stands before what is made"
            if stop.first.text == "turns"
            else "write `moves 3 Na out`; the direction is said by `out` and `in`",
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


def counts_apart(stop: Stop) -> Diagnostic | None:
    """`moves Na in, turns ATP into ADP`: what is turned into what is a sentence of its own."""
    if stop.first.text != "moves" or not any(mark.text == "turns" for mark in stop.marks[: stop.index + 1]):
        return None
    turns = next(mark for mark in stop.marks if mark.text == "turns")
    span = stop.reader.span(turns.start, turns.end)
    sentence = text_between(stop, turns.start, stop.marks[-1].end)
    return Diagnostic(
        "ION015",
        "`turns` is a sentence of its own",
        Label(span, "expected a new line or `;` before this"),
        help=f"write `{sentence}` on the next line, without a comma before it",
    )


def soft_word(stop: Stop) -> Diagnostic | None:
    """`opens release`, `excluded V`: words that begin a sentence only together with their second word."""
    second = {"opens": "at", "excluded": "from"}.get(stop.first.text)
    if second is None or any(mark.text in ("=", second) for mark in stop.marks[1:2]):
        return None
    return mistake(
        stop,
        "ION025",
        f"`{second}` is missing after `{stop.first.text}`",
        f"expected `{stop.first.text} {second} …`",
        help=f"it is written `{FORMS[stop.first.text]}`",
    )


def between_two_places(stop: Stop) -> Diagnostic | None:
    """`carries Ca from a to b`."""
    if stop.first.text != "carries" or stop.found is None or stop.found.text not in ("from", "to", "in"):
        return None
    return mistake(
        stop,
        "ION025",
        "the two places of an ion that is carried are joined by `between … and …`",
        "expected `between`",
        notes=(
            "a channel has no direction: `moves … from … to …` belongs to pumps, transporters and fluxes",
        ),
        help="write `carries Ca between subspace and outside`",
    )


def commas_in_a_list(stop: Stop) -> Diagnostic | None:
    """`compare healthy and mutant`, `use mammal pumps`."""
    if stop.first.text not in ("compare", "use") or stop.found is None or "COMMA" not in stop.accepts:
        return None
    if stop.found.kind != "word" or stop.index < 2:
        return None
    return mistake(
        stop,
        "ION025",
        f"the names after `{stop.first.text}` are separated by commas",
        "expected `,`",
        help=f"it is written `{FORMS[stop.first.text]}`",
    )


def no_transition(stop: Stop) -> Diagnostic | None:
    """`C1 to C2 = 3 /s`."""
    if stop.first.is_keyword or stop.index < 3 or stop.marks[1].text != "to" or "_AT" not in stop.accepts:
        return None
    way = text_between(stop, stop.first.start, stop.marks[2].end)
    return mistake(
        stop,
        "ION025",
        f"the rate of `{way}` is missing",
        "expected `at`" if stop.found else "expected `at …` behind this",
        help=f"write `{way} at …` with a rate such as `3 /ms`",
    )


def begin_at_end(stop: Stop) -> Diagnostic | None:
    if stop.first.text != "begin" or stop.index < 2:
        return None
    return mistake(
        stop,
        "ION025",
        "a run begins at rest, or at the end of another scenario",
        "not expected here" if stop.found else "expected more behind this",
        help="write `begin at rest` or `begin at end of OTHER`",
    )


SENTENCE_RULES: tuple[Callable[[Stop], Diagnostic | None], ...] = (
    counts_apart,
    no_count,
    no_direction,
    soft_word,
    between_two_places,
    commas_in_a_list,
    no_transition,
    begin_at_end,
    missing_equals,
)
