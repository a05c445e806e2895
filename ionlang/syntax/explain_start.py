"""Rules about how a sentence begins, and about signs that this language does not have."""

from __future__ import annotations

from collections.abc import Callable

from ionlang.diagnostics import Diagnostic, Label
from ionlang.syntax.marks import Stop
from ionlang.syntax.mistake import mistake, quoted
from ionlang.syntax.refuse import similar
from ionlang.syntax.words import JOINERS, KINDS, OPENERS, SOFT_OPENERS

_FOREIGN = {
    "**": "a power is written `^`",
    "==": "write `=`; it compares only after `expect`",
    "!=": "there is no comparison for inequality: real numbers are never quite equal",
    "<>": "there is no comparison for inequality: real numbers are never quite equal",
    "!": "write `not`",
    "&&": "write `and`",
    "||": "write `or`",
    "&": "write `and`",
    "//": "division is written `/`; a comment begins with `#`",
    "->": "a movement is written `from … to …`, a transition `C1 to C2 at …`, a reaction `turns … into …`",
    "=>": "`greater or equal` is written `>=`",
    "=<": "`less or equal` is written `<=`",
    ":=": "write `=`",
    "+=": "a value is given once: write `=` and the whole expression",
    "-=": "a value is given once: write `=` and the whole expression",
    "*=": "a value is given once: write `=` and the whole expression",
    "/=": "a value is given once: write `=` and the whole expression",
    "'": 'quotes are written `"`',
    "%": "`%` is a unit and stands after a number and a blank: `5 %`",
    "?": "a choice is written `if … then … else …`",
    "[": "square brackets name a copy of a line, behind its name: `tissue[3].outside.K`; elsewhere write `( )`",
    "\\": "a line that ends with an operator or comma goes on by itself",
}


def arrow_both_ways(stop: Stop) -> Diagnostic | None:
    """`C1 <-> C2`."""
    after = stop.marks[stop.index + 1 : stop.index + 2]
    if (
        stop.found is None
        or stop.found.text not in ("<", "<=")
        or not after
        or after[0].text not in ("->", ">")
    ):
        return None
    return mistake(
        stop,
        "ION021",
        "there is no arrow in both directions",
        "not known",
        help="write each direction: `C1 to C2 at …` and `C2 to C1 at …`",
    )


def foreign_operator(stop: Stop) -> Diagnostic | None:
    found = stop.found
    if found is None or found.text not in _FOREIGN or (found.text == "[" and stop.index <= 2):
        return None
    message = f"`{found.text}` is not an operator of this language"
    return mistake(stop, "ION021", message, "not known", help=_FOREIGN[found.text])


def strange_character(stop: Stop) -> Diagnostic | None:
    found = stop.found
    if found is None or found.kind != "sign" or (found.text.isascii() and found.text not in "@$~`\\?!&'"):
        return None
    if found.text in "±≤≥℃°":
        return None
    notes = (
        ("names are made of the letters a to z and A to Z, digits and `_`",) if found.text.isalpha() else ()
    )
    return mistake(
        stop,
        "ION002",
        f"`{found.text}` has no meaning here",
        "not known",
        notes=notes,
        help="take it out, or write what it stands for",
    )


def no_start(stop: Stop) -> Diagnostic | None:
    found = stop.found
    if stop.index or found is None or stop.closer == "}":
        return None
    if found.kind == "documentation":
        return mistake(
            stop,
            "ION030",
            "documentation stands where it documents nothing",
            "not the first thing in its block",
            help="move it behind the `{` of its block, or to the top of the file; elsewhere write a comment with `#`",
        )
    return mistake(
        stop,
        "ION010",
        f"a sentence cannot start with {quoted(found)}",
        "expected a word",
        notes=("a sentence is `name = value`, a block, or begins with a verb such as `carries`",),
    )


_JOINS = {
    "uses": "it belongs to the line of what is moved: `moves 3 Na out, 2 K in, uses 1 ATP`",
    "source": 'it follows a value: `param p = 5 mM source "…"`',
    "held": "it follows a value: `ATP = 3 mM held`",
    "if": "a choice is a value: `p = if … then … else …`; what happens on a condition begins with `when`",
    "for": "it follows `from`: `from 20 s for 9 s: …`",
    "until": "what ends with a condition begins with `from`: `from 3 s until soma.V > 0 mV: …`; what begins with one"
    " with `when`",
    "on": "it belongs to the first line of a modifier: `modifier D on CARRIER { … }`",
    "is": "it belongs to the first line of a block: `channel c is T(p = …)`",
    "balances": "it follows a species: `A balances charge`",
}


def joining_word(stop: Stop) -> Diagnostic | None:
    """`uses 1 ATP` on a line of its own."""
    if stop.first.text not in JOINERS or (stop.marks[1:2] and stop.marks[1].text == "="):
        return None
    return Diagnostic(
        "ION010",
        f"`{stop.first.text}` cannot start a sentence",
        Label(stop.reader.span(stop.first.start, stop.first.end), "a joining word"),
        help=_JOINS.get(stop.first.text, ""),
    )


def reserved_as_name(stop: Stop) -> Diagnostic | None:
    if stop.index != 1 or stop.found is None or stop.found.text != "=" or not stop.first.is_keyword:
        return None
    span = stop.reader.span(stop.first.start, stop.first.end)
    said = mistake(stop, "ION031", f"`{stop.first.text}` is a word of the language and cannot be a name")
    return Diagnostic(said.code, said.message, Label(span, "reserved"), help="choose another name")


def unknown_start(stop: Stop) -> Diagnostic | None:
    """The first word is neither a kind nor a verb, and no `=` follows."""
    first = stop.first
    early = stop.index in (1, 2) or (
        stop.index > 2 and stop.marks[2].text == "("
    )  # `expects max(a.V)`: no sides
    if first.is_keyword or first.kind != "word" or first.text in KINDS or not early:
        return None
    if (
        any(mark.text in ("=", "from", "balances", "at", "to") for mark in stop.marks[1:2])
        or first.text in SOFT_OPENERS
    ):
        return None
    meant = "when" if first.text == "while" else similar(first.text, KINDS + OPENERS + SOFT_OPENERS)
    second = stop.marks[1].text if len(stop.marks) > 1 else ""
    if meant is None and similar(second, ("balances",)):
        meant = f"{first.text} balances"
    if meant is None and stop.index == 1 and stop.found is not None:
        return None  # a value is probably to be given: `missing_equals` says it better
    span = stop.reader.span(first.start, first.end)
    said = mistake(stop, "ION010", f"`{first.text}` is not a word that starts a sentence")
    alone = f"to give a value, write `{first.text} = …`"
    return Diagnostic(
        said.code, said.message, Label(span, "not known"), help=f"did you mean `{meant}`?" if meant else alone
    )


START_RULES: tuple[Callable[[Stop], Diagnostic | None], ...] = (
    arrow_both_ways,
    foreign_operator,
    strange_character,
    no_start,
    joining_word,
    reserved_as_name,
    unknown_start,
)
