"""What may be asked of a membrane by a small test: its input resistance, the current that makes it fire, the answer to
an event. Each is a function whose first argument is the membrane."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

from ionlang.diagnostics import Label
from ionlang.model.cell import DefinedPotential, FromZeroCurrent, Membrane, Ohmic
from ionlang.model.expression import Expr, Probe, Probed
from ionlang.model.cell_lines import in_copy
from ionlang.model.expression import Literal as Number
from ionlang.model.names.entities import Entity
from ionlang.model.names.suggest import closest, listing
from ionlang.model.read.copies import copy_named, split_of
from ionlang.model.read.resolve import Resolver, Where
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
    membrane = _membrane(resolver, name, node, plain[0], where)
    if given is None or membrane is None or not _has_length(resolver, name, node):
        return None
    events = _events(resolver, name, node, [a.value for a in plain[1:]], where)
    if events is None:
        return None
    noun = resolver.membranes.get(membrane.path)
    if noun is None or not _can_be_tested(resolver, name, membrane, noun, plain[0].span):
        return None
    tested = _in_one_copy(resolver, name, node, plain[0].value, membrane, where)
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


def _membrane(
    resolver: Resolver, name: Probe, node: ast.Call, argument: ast.Argument, where: Where
) -> Entity | None:
    """The membrane that is tested; a quantity of it in its place is a usual slip."""
    found = _entity(resolver, argument.value, where)
    if found is not None and found.kind == "membrane":
        return found
    if found is None and _names_nothing(resolver, argument.value, where):
        return None
    text, written = " ".join(node.span.text.split()), argument.span.text
    meant = _membrane_within(argument.value, where)
    guess = text.replace(written, meant, 1) if meant is not None else None
    resolver.problems.error(
        "ION440", f"`{name}` tests a membrane", argument.span,
        f"this is {found.describe()}" if found is not None else "not a membrane",
        secondary=() if found is None else (Label(found.span, "declared here"),),
        help=f"write `{guess}`" if guess else f"for instance `{_FORMS[name].example}`",
    )  # fmt: skip
    return None


def _membrane_within(value: ast.Expr, where: Where) -> str | None:
    """The membrane that a path begins with, as it would be written."""
    entity = _first(value, where)
    if entity is None or not isinstance(value, ast.Path):
        return None
    named = [entity]
    for part in value.parts[1:]:
        found = named[-1].members.get(part.text)
        if found is None:
            break
        named.append(found)
    index = "" if value.index is None or value.upto is not None else f"[{value.index.span.text}]"
    words = [f"{value.parts[0].text}{index}", *(part.text for part in value.parts[1:])]
    until = next((k for k, each in enumerate(named, 1) if each.kind == "membrane"), None)
    return None if until is None else ".".join(words[:until])


def _in_one_copy(
    resolver: Resolver, name: Probe, node: ast.Call, value: ast.Expr, membrane: Entity, where: Where
) -> str | None:
    """The path of the membrane that is tested: of a line the one in the copy that is named; none or several are
    reported."""
    line = membrane.enclosing("line")
    assert isinstance(value, ast.Path)
    if line is None and value.index is None:
        return membrane.path
    if line is None:
        assert value.index is not None
        resolver.problems.error(
            "ION483", f"{membrane.describe()} is one thing, not a line of copies", value.index.span,
            "which copy of what?", help=f"write `{value.in_all_copies}`",
        )  # fmt: skip
        return None
    if value.index is not None and value.upto is None:
        number = copy_named(resolver, value.index, line, where)
        return None if number is None else in_copy(membrane.path, line.path, str(number))
    rest = "".join(f".{part.text}" for part in value.parts[1:])
    first, there = (
        " ".join(node.span.text.split()).replace(value.span.text, f"{line.name}[{copy}]{rest}", 1)
        for copy in ("1", "100 um")
    )
    resolver.problems.error(
        "ION484", f"`{name}` tests the membrane of one copy, and line {line.name} has many", value.span,
        "in which copy?", secondary=(Label(line.span, "the line"),),
        notes=("one copy gets the current, or the step of V, and the whole line answers",),
        help=f"write `{first}` for the first, or `{there}` for the one at that place",
    )  # fmt: skip
    return None


def _first(value: ast.Expr, where: Where) -> Entity | None:
    return where.scope.visible(value.parts[0].text) if isinstance(value, ast.Path) else None


def _entity(resolver: Resolver, value: ast.Expr, where: Where) -> Entity | None:
    """What a path names; None if it is no name of a thing."""
    entity = _first(value, where)
    assert entity is None or isinstance(value, ast.Path)
    for part in value.parts[1:] if isinstance(value, ast.Path) else ():
        if entity is None:
            return None
        entity.used = True
        entity = entity.members.get(part.text)
    if entity is not None:
        entity.used = True
    return entity


def _names_nothing(resolver: Resolver, value: ast.Expr, where: Where) -> bool:
    """Whether it is a word that nobody declared; then that is reported."""
    if isinstance(value, ast.Broken):
        return True
    if not isinstance(value, ast.Path) or _first(value, where) is not None:
        return False
    word = value.parts[0]
    known = [e.name for e in resolver.root.all() if e.kind == "membrane"]
    guess = closest(word.text, known)
    resolver.not_declared(
        where.scope, word.span, f"no membrane `{word.text}` is declared",
        notes=(f"there are {listing(known)}",) if known else (), help=f"did you mean `{guess}`?" if guess else "",
    )  # fmt: skip
    return True


def _events(
    resolver: Resolver, name: Probe, node: ast.Call, plain: list[ast.Expr], where: Where
) -> tuple[str, ...] | None:
    """The paths of the events that the test fires; None if one of them is none."""
    beside = [a.value for a in node.arguments if a.keyword is not None and a.keyword.text == "with"]
    named = [*plain, *(beside if "with" in _FORMS[name].words else [])]
    if name == "psp" and not plain:
        _no_event(resolver, name, node.span, None)
        return None
    found = [_event(resolver, name, value, where) for value in named]
    return None if any(e is None for e in found) else tuple(e.path for e in found if e is not None)


def _event(resolver: Resolver, name: Probe, value: ast.Expr, where: Where) -> Entity | None:
    found = _entity(resolver, value, where)
    if found is not None and found.kind == "event":
        return found
    if not isinstance(value, ast.Broken):
        _no_event(resolver, name, value.span, found)
    return None


def _no_event(resolver: Resolver, name: Probe, span: Span, found: Entity | None) -> None:
    known = [e.path for e in resolver.root.all() if e.kind == "event"]
    guess = closest(span.text, known)
    there = (
        f"the file has {listing(known)}"
        if known
        else "declare it: `event release`, and a gate that `opens at release`"
    )
    resolver.problems.error(
        "ION442", f"`{name}` fires an event", span,
        "no event is named" if found is None and span.text.startswith(name) else "not an event",
        secondary=() if found is None else (Label(found.span, "declared here"),),
        help=f"did you mean `{guess}`?" if guess else there,
    )  # fmt: skip


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
    in_line = entity.enclosing("line") is not None
    match membrane.potential:
        case DefinedPotential():
            why = f"V of {entity.describe()} is defined, no current changes it"
            mend = "test a membrane whose V comes from currents, from charge or from zero_current"
        case FromZeroCurrent() if in_line or name in ("time_constant", "threshold_depolarisation"):
            why = f"V of {entity.describe()} is from zero_current: it has no inertia"
            mend = "give the membrane a capacitance, and `V from currents starting at … mV`"
        case _:
            return True
    resolver.problems.error(
        "ION443", why, span, f"no `{name}`", secondary=(Label(entity.span, "declared here"),), help=mend
    )
    return False
