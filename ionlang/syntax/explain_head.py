"""Rules about the first line of a block."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ionlang.diagnostics import Diagnostic
from ionlang.syntax.forms import FORMS
from ionlang.syntax.marks import Mark, Stop
from ionlang.syntax.mistake import mistake, quoted, text_between
from ionlang.syntax.words import COUPLINGS, KINDS

_PARTS = {
    "membrane": "its sides `(a | b)`",
    "reaction": "its place `in PLACE`",
    "buffer": "its place `in PLACE`",
    "line": "how many of what `of 20 PATTERN`",
    "modifier": "its parameters `(dose = 1 uM)` and what it acts on `on CARRIER`",
}


def template_without_kind(stop: Stop) -> Diagnostic | None:
    """`template leak(g in mS/cm2) { … }`: a template of what?"""
    if stop.first.text != "template" or stop.index > 2 or "NAME" not in stop.accepts:
        return None
    name = stop.before.text if stop.index == 2 and stop.before else "NAME"
    if name in KINDS:
        return mistake(
            stop,
            "ION024",
            f"this template of a `{name}` has no name",
            f"expected a name behind `{name}`",
            help=f"it is written `{FORMS['template']}`",
        )
    return mistake(
        stop,
        "ION024",
        "it is not said what this is a template of",
        "expected `channel`, `pump` or another kind of block before the name",
        help=f"write `template channel {name}…` if it is a channel",
    )


def parameter_without_value(stop: Stop) -> Diagnostic | None:
    """`template channel leak(g)`, `template channel leak(3 nS)`: a parameter has a name, and a default or a unit."""
    opened = next((i for i, mark in enumerate(stop.marks[: stop.index]) if mark.text == "("), None)
    if opened is None or stop.first.text not in ("template", "modifier"):
        return None
    if {"EQUAL", "IN"} <= {*stop.accepts} and stop.before is not None:
        name = stop.before.text
        return mistake(
            stop,
            "ION024",
            f"neither a default nor a unit is given for the parameter `{name}`",
            "expected `=` or `in` before this",
            help=f"write `{name} = …` with a value that it has if none is given, or `{name} in mM` with its unit",
        )
    if stop.accepts == ("UNIT",):
        return mistake(
            stop, "ION024", "a unit is missing after `in`", "expected a unit such as `mS/cm2`, or `1`",
            help=f"it is written `{FORMS['template']}`",
        )  # fmt: skip
    if "NAME" in stop.accepts and "NUMBER" not in stop.accepts:
        return mistake(
            stop, "ION024", "a parameter has a name", f"expected a name, found {quoted(stop.found)}",
            help=f"it is written `{FORMS['template']}`",
        )  # fmt: skip
    return None


def broken_head(stop: Stop) -> Diagnostic | None:
    """`channel {`, `ion 3`, `membrane m (a b)`."""
    if stop.first.text not in KINDS or ("EQUAL" in stop.accepts and stop.found and stop.found.text == "="):
        return None
    kind = stop.first.text
    if kind in COUPLINGS:
        return _coupling(stop, kind)
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
    if any(mark.text == "(" for mark in stop.marks[2:3]) and kind not in ("reaction", "buffer", "modifier"):
        return _sides(stop)
    return _goes_on(stop, kind)


def _coupling(stop: Stop, kind: str) -> Diagnostic:
    """`diffusion { K = … }`, `diffusion K = 1e-5 cm2/s`: along which place, and of what?"""
    said = (
        "it is not said along which place"
        if stop.index == 1
        else f"what belongs to this `{kind}` stands in `{{ }}`"
    )
    found = f", found {quoted(stop.found)}" if stop.found else ""
    return mistake(
        stop, "ION024", said, f"expected {'the name of a place' if stop.index == 1 else '`{`'}{found}",
        notes=(f"{kind} runs along a place of the copies, from each to the next",),
        help=f"write `{kind} PLACE {{ {_example(stop, kind)} }}`",
    )  # fmt: skip


def _example(stop: Stop, kind: str) -> str:
    """What would stand in the braces: what the sentence says as far as it goes."""
    if stop.found is None or stop.found.text != "=" or len(stop.marks) <= stop.index + 1:
        return "…"
    value = text_between(stop, stop.marks[stop.index + 1].start, stop.marks[-1].end)
    return f"{stop.marks[1].text} = {value.removesuffix('}').strip()}"


def _sides(stop: Stop) -> Diagnostic:
    return mistake(
        stop,
        "ION024",
        "the two sides of a membrane are written `(first | second)`",
        "not expected here",
        help="write the names of two places with `|` between them; several places of one side are joined by `+`",
    )


def _goes_on(stop: Stop, kind: str) -> Diagnostic:
    part = f"{_PARTS[kind]}, " if kind in _PARTS else ""
    found = stop.found
    message = f"the first line of this `{kind}` "
    message += f"goes on with {quoted(found)}" if found else f"stops after {quoted(stop.before)}"
    return mistake(
        stop,
        "ION024",
        message,
        "not expected here" if found else "expected more behind this",
        notes=(f'after the name come {part}a template `is T(p = …)`, a title `"…"`, and `{{`',),
        help=_meant(stop, kind, found) if found else "",
    )


def _meant(stop: Stop, kind: str, found: Mark) -> str:
    """`variable q = 3`, `event spike when soma.V > 0 mV`, `reaction r at cell`."""
    name = stop.marks[1].text
    behind = stop.marks[stop.index + 1 :]
    if kind == "line" and stop.before is not None and stop.before.text == "of":
        return _copies(name, found, behind)
    rest = text_between(stop, behind[0].start, behind[-1].end) if behind else "…"
    if kind == "event" and found.text in ("when", "=", "if"):
        return f"write `event {name} {{ condition = {rest} }}`"
    if found.text == "=" and "(" in rest:
        return f"write `{kind} {name} is {rest}` to make it from a template"
    if found.text == "=":
        return f"what belongs to a block stands between `{{` and `}}`: `{kind} {name} {{ … }}`"
    if kind in ("reaction", "buffer") and found.text in ("at", "on", "(", "inside", "of"):
        return f"write `{kind} {name} in PLACE {{ … }}`"
    if kind == "line" and stop.accepts == ("NUMBER",):
        return f"write how many there are of it, `1 {found.text}`: `of 20 (1 node, 10 internode), 1 node`"
    if kind == "modifier" and found.text in ("of", "for", "at", "to", "in"):
        return f"write `modifier {name} on {rest} {{ … }}`"
    return ""


def _copies(name: str, found: Mark, behind: Sequence[Mark]) -> str:
    """`line tissue of patch 20`, `line tissue of N patch`."""
    following = behind[0].text if behind else ""
    if following.isdigit():
        return f"the number comes first: `line {name} of {following} {found.text} {{ … }}`"
    pattern = following if following.isidentifier() else found.text
    return f"how many copies there are is written as a number: `line {name} of 20 {pattern} {{ … }}`"


def broken_extend(stop: Stop) -> Diagnostic | None:
    if stop.first.text != "extend":
        return None
    names = stop.marks[1:2] and stop.marks[1].text in KINDS and len(stop.marks) > 2
    return mistake(
        stop,
        "ION024",
        "`extend` is followed by the name of a block, and by what is added to it in `{ }`",
        "not expected here" if stop.found else "expected more behind this",
        help=f"write `extend {stop.marks[2].text} {{ … }}`, without the kind"
        if names
        else f"it is written `{FORMS['extend']}`",
    )


HEAD_RULES: tuple[Callable[[Stop], Diagnostic | None], ...] = (
    template_without_kind,
    parameter_without_value,
    broken_head,
    broken_extend,
)
