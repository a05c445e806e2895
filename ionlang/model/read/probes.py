"""What may be asked of a membrane by a small test: its input resistance, the current that makes it fire, the answer to
an event. Each is a function whose first argument is the membrane."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

from ionlang.diagnostics import Label
from ionlang.model.cell import DefinedPotential, FromZeroCurrent, Membrane, Ohmic
from ionlang.model.expression import Expr, Probe, Probed
from ionlang.model.expression import Literal as Number
from ionlang.model.names.entities import Entity
from ionlang.model.names.suggest import listing
from ionlang.model.read.copies import split_of
from ionlang.model.read.resolve import Resolver, Where
from ionlang.model.read.tested import in_one_copy, tested_events, tested_membrane
from ionlang.model.read.wording import a_quantity
from ionlang.records import dataclass
from ionlang.source import Span
from ionlang.syntax import ast
from ionlang.units import AREA, CURRENT, RESISTANCE, TIME, VOLTAGE, Dimension

Word = Literal["lasting", "within", "after", "firing", "with"]


@dataclass(frozen=True, slots=True)
class _Form:
    """How a test is written: the words that it takes, an example, and what its answer is."""

    words: tuple[Word, ...]
    example: str
    dimension: Dimension


_FORMS: dict[Probe, _Form] = {
    "input_resistance": _Form(("after",), "input_resistance(soma)", RESISTANCE),
    "time_constant": _Form((), "time_constant(soma)", TIME),
    "threshold_current": _Form(
        ("lasting", "firing", "with", "within"), "threshold_current(soma, lasting = 1 ms)", CURRENT
    ),
    "threshold_depolarisation": _Form(("firing", "within"), "threshold_depolarisation(soma)", VOLTAGE),
    "psp": _Form(("within",), "psp(soma, release)", VOLTAGE),
}
PROBES: tuple[Probe, ...] = get_args(Probe)
_AREAS = {"input_resistance": AREA, "threshold_current": AREA**-1}


def is_probe(node: ast.Call) -> bool:
    return node.function.text in PROBES


def probe(resolver: Resolver, node: ast.Call, where: Where) -> Expr | None:
    """The test that a call asks for; what is wrong with its arguments is reported."""
    name = next(p for p in PROBES if p == node.function.text)
    plain = [a for a in node.arguments if a.keyword is None]
    if any(a.ratio is not None for a in plain) or not plain or (len(plain) > 1 and name != "psp"):
        resolver.problems.error(
            "ION115", f"`{name}` takes {'a membrane and an event' if name == 'psp' else 'one membrane'}", node.span,
            f"{len(plain)} given", help=f"for instance `{_FORMS[name].example}`",
        )  # fmt: skip
        return None
    given = _keywords(resolver, name, node, where)
    membrane = tested_membrane(resolver, name, _FORMS[name].example, node, plain[0], where)
    if given is None or membrane is None or not _has_length(resolver, name, node):
        return None
    beside = [a.value for a in node.arguments if a.keyword is not None and a.keyword.text == "with"]
    fired = [*(a.value for a in plain[1:]), *(beside if "with" in _FORMS[name].words else [])]
    events = tested_events(resolver, name, node, fired, where)
    if events is None:
        return None
    noun = resolver.membranes.get(membrane.path)
    if noun is None or not _can_be_tested(resolver, name, membrane, noun, plain[0].span):
        return None
    tested = in_one_copy(resolver, name, node, plain[0].value, membrane, where)
    if tested is None:
        return None
    line = membrane.enclosing("line")
    per_area = name in _AREAS and is_per_area(noun)
    dimension = _FORMS[name].dimension * (_AREAS[name] if per_area else AREA**0)
    return Probed(
        name, tested, events, given.get("firing"), given.get("lasting"), given.get("within"),
        given.get("after"), per_area, dimension, node.span, 1 if line is None else split_of(line),
    )  # fmt: skip


def is_per_area(membrane: Membrane) -> bool:
    """Whether the file gives no area, and what it gives is per area."""
    if membrane.area is not None:
        return False
    if membrane.capacitance is not None:
        return membrane.capacitance_basis == "per area"
    return any(c.law.basis == "per area" for c in membrane.channels if isinstance(c.law, Ohmic))


def _keywords(resolver: Resolver, name: Probe, node: ast.Call, where: Where) -> Mapping[str, Expr] | None:
    """What is said by name, events aside; None if some of it is wrong."""
    found: dict[str, Expr] = {}
    seen: list[str] = []
    fine = True
    for argument in (a for a in node.arguments if a.keyword is not None):
        assert argument.keyword is not None
        word = argument.keyword.text
        if word not in _FORMS[name].words or word in seen:
            _no_such_word(resolver, name, argument, word)
            fine = False
        elif word != "with":
            seen.append(word)
            value = _worded(resolver, argument, word, Where(where.scope, "action", where.arguments))
            found |= {} if value is None else {word: value}
            fine &= value is not None
    return found if fine else None


def _no_such_word(resolver: Resolver, name: Probe, argument: ast.Argument, word: str) -> None:
    words, alone = _FORMS[name].words, f"it takes the membrane alone: `{_FORMS[name].example}`"
    if word in words:
        message, why, mend = f"`{word}` is given twice", "here again", "say it once"
    else:
        message, why = f"`{name}` has no argument `{word}`", "not known here"
        mend = f"it may have {listing(words)}" if words else alone
    resolver.problems.error("ION115", message, argument.span, why, help=mend)


def _worded(resolver: Resolver, argument: ast.Argument, word: str, where: Where) -> Expr | None:
    return _condition(resolver, argument, where) if word == "firing" else _time(resolver, argument, where)


def _condition(resolver: Resolver, argument: ast.Argument, where: Where) -> Expr | None:
    value = resolver.expression(argument.value, where)
    if value is None or value.dimension is None:
        return value
    resolver.problems.error(
        "ION208", "`firing` is a condition", argument.span, f"this is {a_quantity(value.dimension)}",
        help="for instance `firing = soma.V > -20 mV`",
    )  # fmt: skip
    return None


def _time(resolver: Resolver, argument: ast.Argument, where: Where) -> Expr | None:
    assert argument.keyword is not None
    value = resolver.of_dimension(argument.value, where, (TIME,), f"`{argument.keyword.text}`")
    if isinstance(value, Number) and not value.value > 0:
        resolver.problems.error(
            "ION444", f"`{argument.keyword.text}` is longer than 0", argument.value.span, "no time at all",
            help=f"for instance `{argument.keyword.text} = 1 ms`",
        )  # fmt: skip
        return None
    return value


def _has_length(resolver: Resolver, name: Probe, node: ast.Call) -> bool:
    if name != "threshold_current" or any(a.keyword and a.keyword.text == "lasting" for a in node.arguments):
        return True
    resolver.problems.error(
        "ION441", "a threshold current has a length: a longer one may be weaker", node.span, "how long does it last?",
        help=f"say it: `{' '.join(node.span.text.split()).rstrip(') ')}, lasting = 1 ms)`",
    )  # fmt: skip
    return False


def _can_be_tested(resolver: Resolver, name: Probe, entity: Entity, membrane: Membrane, span: Span) -> bool:
    match membrane.potential:
        case DefinedPotential():
            why = f"V of {entity.describe()} is defined, no current changes it"
            mend = "test a membrane whose V comes from currents, from charge or from zero_current"
        case FromZeroCurrent() if name in ("time_constant", "threshold_depolarisation"):
            why = f"V of {entity.describe()} is from zero_current: it has no inertia"
            mend = "give the membrane a capacitance, and `V from currents starting at … mV`"
        case _:
            return True
    resolver.problems.error(
        "ION443", why, span, f"no `{name}`", secondary=(Label(entity.span, "declared here"),), help=mend
    )
    return False
