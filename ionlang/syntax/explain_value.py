"""Rules about values: what is missing before, between or behind them."""

from __future__ import annotations

from collections.abc import Callable

from ionlang.diagnostics import Diagnostic, Label
from ionlang.syntax.marks import Mark, Stop
from ionlang.syntax.mistake import comma_in_number, mistake, quoted, quoted_list, text_between
from ionlang.syntax.refuse import similar
from ionlang.syntax.words import KINDS, OPENERS


def decimal_comma(stop: Stop) -> Diagnostic | None:
    """`0,5 mM`: the reading stops at the comma, or behind it where a comma may stand."""
    for at in (stop.index, stop.index - 1):
        whole, comma, rest = (stop.marks[i : i + 1] for i in (at - 1, at, at + 1))
        if at < 1 or not (comma and rest and comma[0].text == ","):
            continue
        near = whole[0].end == comma[0].start and comma[0].end == rest[0].start
        if near and whole[0].kind == rest[0].kind == "number":
            return comma_in_number(
                whole[0].text, stop.reader.span(comma[0].start, comma[0].end), rest[0].text
            )
    return None


def equals_in_expression(stop: Stop) -> Diagnostic | None:
    if stop.found is None or stop.found.text != "=" or not stop.index or stop.wants_value:
        return None
    if "EQUAL" in stop.accepts:
        return None
    notes = ("`=` gives a value to a name; it compares only after `expect`",)
    if stop.marks[1:2] and stop.marks[1].text == "=" and not _mentions(stop, ("if", "and", "or", "not")):
        return mistake(stop, "ION020", "a sentence has only one `=`", "a second `=`", notes=notes)
    return mistake(
        stop,
        "ION020",
        "`=` is not a comparison",
        "expected `<`, `<=`, `>` or `>=`",
        notes=(*notes, "two real numbers are hardly ever equal: ask whether one is above or below the other"),
    )


def _mentions(stop: Stop, words: tuple[str, ...]) -> bool:
    return any(mark.text in words for mark in stop.marks[: stop.index])


def stray_tolerance(stop: Stop) -> Diagnostic | None:
    if stop.found is None or stop.found.text not in ("+-", "±"):
        return None
    return mistake(
        stop,
        "ION032",
        f"`{stop.found.text}` stands where no tolerance can be",
        "a tolerance",
        notes=("a tolerance follows the value of `expect … = …`: `expect q = 5 mM +- 0.1 mM`",),
    )


def missing_quotes(stop: Stop) -> Diagnostic | None:
    if stop.accepts == ("STRING",):
        return mistake(
            stop,
            "ION027",
            f"quoted text is missing after {quoted(stop.before)}",
            'expected `"…"`',
            help=f'write `{stop.before.text} "{_rest(stop) or "…"}"`' if stop.before else "",
        )
    if stop.first.text == "use" and stop.found is not None and stop.found.text == ".":
        return _file_without_quotes(stop)
    if stop.found is None or stop.found.kind not in ("text", "documentation"):
        return None
    source = "_SOURCE" in stop.accepts
    return mistake(
        stop,
        "ION027",
        "quoted text cannot stand here",
        "`source` is missing before it" if source else "not expected",
        help=f"write `source {stop.place.text}`" if source else "",
    )


def _file_without_quotes(stop: Stop) -> Diagnostic:
    """`use soma.ion`."""
    file = stop.reader.span(stop.marks[1].start, stop.marks[-1].end)
    return Diagnostic(
        "ION027",
        "the name of a file stands in quotes",
        Label(file, 'expected `"…"`'),
        help=f'write `use "{file.text}"`; without quotes `use` takes the names of libraries',
    )


def _rest(stop: Stop) -> str:
    return text_between(stop, stop.found.start, stop.marks[-1].end) if stop.found else ""


def missing_value(stop: Stop) -> Diagnostic | None:
    if not stop.wants_value or (stop.found is not None and stop.found.kind in ("number", "text")):
        return None
    where = f" after {quoted(stop.before)}" if stop.before else ""
    if stop.found is None:
        return mistake(stop, "ION011", f"a value is missing{where}", "expected a value behind this")
    found = quoted(stop.found)
    between = f" between {quoted(stop.before)} and {found}" if stop.before else f" before {found}"
    return mistake(stop, "ION011", f"a value is missing{between}", "expected a value before this")


def missing_name(stop: Stop) -> Diagnostic | None:
    if "NAME" not in stop.accepts or "QUANTITY" in stop.accepts:
        return None
    where = f" after {quoted(stop.before)}" if stop.before else ""
    if stop.found is None:
        return mistake(stop, "ION026", f"a name is missing{where}", "expected a name behind this")
    return mistake(
        stop, "ION026", f"a name is missing{where}", f"expected a name, found {quoted(stop.found)}"
    )


def unclosed(stop: Stop) -> Diagnostic | None:
    """Only single expressions come here with an open bracket: in files brackets are matched before."""
    opened = [mark for mark in stop.marks[: stop.index] if mark.text == "("]
    if "RPAR" not in stop.accepts or stop.found is not None or not opened:
        return None
    first = stop.reader.span(opened[0].start, opened[0].end)
    return Diagnostic(
        "ION005", "this `(` has no closing `)`", Label(first, "opened here"), help="write `)` behind it"
    )


def missing_separator(stop: Stop) -> Diagnostic | None:
    found = stop.found
    if not stop.may_end or found is None or found.kind != "word":
        return None
    following = stop.marks[stop.index + 1] if stop.index + 1 < len(stop.marks) else None
    begins = found.text in OPENERS or (
        following is not None and (following.text == "=" or found.text in KINDS)
    )
    if not begins:
        return None
    return mistake(
        stop,
        "ION015",
        f"a new sentence seems to begin at `{found.text}`",
        "expected `;` or a new line before this",
        help=f"write `; {found.text}` or begin a new line",
    )


def wrong_word(stop: Stop) -> Diagnostic | None:
    """`inject 10 pA in soma`: a word that joins, but not here."""
    words = tuple(word for word in stop.wanted_words if word.isalpha() and word not in ("and", "or", "at"))
    if stop.found is None or stop.found.kind != "word" or not words:
        return None
    meant = similar(stop.found.text, words)
    joins = stop.found.text in ("and", "or")  # a list that should have commas, not a word that is misspelt
    if not (meant or stop.found.is_keyword) or (joins and stop.may_end):
        return None
    return mistake(
        stop,
        "ION025",
        f"`{stop.found.text}` cannot stand here",
        f"expected {quoted_list(words)}",
        help=f"did you mean `{meant}`?" if meant else _WHOLE.get(stop.found.text, ""),
    )


_WHOLE = {"if": "a choice is written `if … then … else …`, with the condition first"}


def chained(stop: Stop) -> Diagnostic | None:
    """`expect a < b < c`: inside expressions this is found where the tree is built."""
    comparisons = ("<", "<=", ">", ">=", "≤", "≥")
    if (
        stop.found is None
        or stop.found.text not in comparisons
        or not _mentions(stop, ("expect", *comparisons))
    ):
        return None
    return mistake(
        stop,
        "ION019",
        "comparisons cannot be chained",
        "a second comparison",
        help="write two sentences, or `expect q between a and b`",
    )


def left_out_word(stop: Stop) -> Diagnostic | None:
    """`inject 10 pA soma`: the sentence cannot end, and one word only can go on."""
    words = tuple(
        each
        for each in stop.wanted_words
        if each.isalpha() and each not in ("and", "or", "at", "for", "until", "every", "source")
    )
    if stop.may_end or stop.found is None or stop.found.kind != "word" or len(words) != 1:
        return None
    found = stop.found.text
    return mistake(
        stop,
        "ION025",
        f"`{words[0]}` is missing before `{found}`",
        f"expected `{words[0]}`",
        help=f"write `{words[0]} {found}`",
    )


def missing_operator(stop: Stop) -> Diagnostic | None:
    found, before = stop.found, stop.before
    if found is None or before is None or not (found.begins_value or found.text == "."):
        return None
    if not {"TIMES", "POWER"} & {*stop.accepts}:
        return None
    return mistake(
        stop,
        "ION012",
        f"an operator is missing between {quoted(before)} and {quoted(found)}",
        "expected an operator",
        help=_operator_help(stop, before, found),
    )


def _operator_help(stop: Stop, before: Mark, found: Mark) -> str:
    if before.is_keyword:
        return f"leave out {quoted(before)}: the value stands here by itself"
    after = stop.marks[stop.index + 1 :]
    earlier = stop.marks[stop.index - 2] if stop.index > 1 else None
    if before.kind == "number" and found.text == "1" and after and after[0].text == "/":
        return f"a unit is one word: `{before.text} /{after[1].text if len(after) > 1 else 'ms'}`"
    if earlier and earlier.kind == "number" and before.kind == found.kind == "word" and len(found.text) < 5:
        one = f"`{before.text}/{found.text}` or `{before.text}.{found.text}`"
        return f"a unit is one word without blanks, such as `mS/cm2`: {one}?"
    if before.kind == found.kind == "number":
        return f"a number is written without blanks: `{before.text}{found.text}`"
    return f"to multiply, write `{before.text} * {'(…)' if found.text == '(' else found.text}`"


def missing_word(stop: Stop) -> Diagnostic | None:
    """Something fixed has to come, as `into` after `inject 10 pA`."""
    if not stop.wanted_words or stop.may_end:
        return None
    words = tuple(word for word in stop.wanted_words if word.isalpha()) or stop.wanted_words
    meant = similar(stop.found.text, words) if stop.found and stop.found.kind == "word" else None
    place = f" before {quoted(stop.found)}" if stop.found else f" after {quoted(stop.before)}"
    return mistake(
        stop,
        "ION025",
        f"{quoted_list(words)} is missing{place}",
        f"expected {quoted_list(words)}",
        help=f"did you mean `{meant}`?" if meant else "",
    )


VALUE_RULES: tuple[Callable[[Stop], Diagnostic | None], ...] = (
    equals_in_expression,
    stray_tolerance,
    missing_quotes,
    missing_value,
    missing_name,
    unclosed,
    missing_separator,
    wrong_word,
    chained,
    left_out_word,
    missing_operator,
    missing_word,
)
