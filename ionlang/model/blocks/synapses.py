"""Gates that an event opens: they close with `decay`, after a `rise` if there is one.

With x' = −x/rise and s' = x/rise − s/decay, adding a to x at rest gives, with r = rise/decay,

    s(t) = a (exp(−t/decay) − exp(−t/rise))/(1 − r),

or a (t/decay) exp(−t/decay) where rise = decay (the alpha function). Its largest value is a r^(r/(1 − r)), so
a = r^(r/(r − 1)) = exp(L(ln r)) with L(u) = u/(1 − exp(−u)) brings the peak to 1, and is regular at r = 1 (a = e).
"""

from __future__ import annotations

from ionlang.diagnostics import Label
from ionlang.model.blocks.building import Building
from ionlang.model.cell import Kick, SynapticGate
from ionlang.model.expression import Apply, Expr, Literal
from ionlang.model.names.copies import Copy
from ionlang.model.names.entities import Entity
from ionlang.model.names.suggest import closest, listing
from ionlang.model.read.readings import first_entity
from ionlang.model.read.resolve import Where
from ionlang.source import Span
from ionlang.syntax import ast
from ionlang.units import PURE

WORDS = ("rise", "decay")


def is_synaptic(building: Building, entity: Entity) -> bool:
    """Whether the gate is given by the words of this way."""
    opens = any(isinstance(s, ast.Opens) for s in entity.block.body)
    return opens or any(building.property(entity, word) is not None for word in WORDS)


def synaptic_gate(building: Building, entity: Entity) -> SynapticGate | None:
    """The gate; what its event does to it is noted among the kicks."""
    opens = [s for s in entity.block.body if isinstance(s, ast.Opens)]
    if len(opens) > 1:
        building.problems.error(
            "ION305", f"{entity.describe()} opens at two events", opens[1].span, "and here",
            secondary=(Label(opens[0].span, "here"),), help="keep one, or let two gates open and add them",
        )  # fmt: skip
        return None
    if not opens:
        building.missing(entity, f"{entity.describe()} has no event to open it", _name_one(entity))
    decay = building.required(entity, "decay", "it has to close again", "5 ms")
    written = building.property(entity, "rise")
    rise = building.resolved(entity, written) if written is not None else None
    event = _event(building, entity, opens[0]) if opens else None
    if decay is None or event is None or (written is not None and rise is None):
        return None
    if not _steady(building, entity):
        return None
    span = opens[0].span
    if rise is None:
        building.kicks.append(Kick(event, entity.path, Literal(1.0, "1", PURE, span), span))
    else:
        building.kicks.append(Kick(event, f"{entity.path}.drive", to_peak_1(rise, decay, span), span))
    return SynapticGate(rise, decay, event)


def _name_one(entity: Entity) -> str:
    """How to mend a gate without an event: a template leaves the event to its instances."""
    sentence = "opens at release"
    if not isinstance(entity.block.head.source, Copy):
        return f"name one: `{sentence}`"
    return f"name one where it is made: `is T(…) {{ gate {entity.name} {{ {sentence} }} }}`"


def to_peak_1(rise: Expr, decay: Expr, span: Span) -> Expr:
    """exp(L(ln(rise/decay))): what an event adds to x."""
    ratio = Apply("divide", (rise, decay), PURE, span)
    exponent = Apply("linoid", (Apply("log", (ratio,), PURE, span),), PURE, span)
    return Apply("exp", (exponent,), PURE, span)


def _steady(building: Building, entity: Entity) -> bool:
    """Whether rise and decay are numbers: the peak is 1 only if they stay the same while the gate opens."""
    fine = True
    for word in WORDS:
        sentence = building.property(entity, word)
        if sentence is None or f"{entity.path}.{word}" in building.fixed:
            continue
        fine = False
        building.problems.error(
            "ION316", f"`{word}` depends on a quantity that changes", sentence.value.span,
            "not the same all the time",
            notes=("one event brings the gate to a peak of 1, whatever `rise` and `decay` are",),
            help="use numbers and parameters; a gate that depends on V is given by `inf` and `tau`",
        )  # fmt: skip
    return fine


def _event(building: Building, entity: Entity, opens: ast.Opens) -> str | None:
    resolver, first = building.resolver, opens.event.parts[0]
    found = first_entity(resolver, first, Where(entity))
    for name in opens.event.parts[1:]:
        found = found.members.get(name.text) if found is not None else None
    if found is not None and found.kind == "event":
        found.used = True
        return found.path if _is_reached(building, entity, opens, found) else None
    known = [e.name for e in resolver.root.all() if e.kind == "event"]
    guess = closest(opens.event.text, known)
    if found is not None:
        building.problems.error(
            "ION341", f"{found.describe()} is no event", opens.event.span, "a gate opens at an event",
            secondary=(Label(found.span, "declared here"),),
            help=f"there are {listing(known)}" if known else "declare one: `event release`",
        )  # fmt: skip
        return None
    resolver.not_declared(
        entity, opens.event.span, f"no event `{opens.event.text}` is declared",
        help=f"did you mean `{guess}`?" if guess else f"declare it: `event {opens.event.text}`",
    )  # fmt: skip
    return None


def _is_reached(building: Building, entity: Entity, opens: ast.Opens, event: Entity) -> bool:
    """Whether it is known in which copy the event is: it stands beside the gate, or in no line."""
    line = event.enclosing("line")
    if line is None or line is entity.enclosing("line"):
        return True
    if opens.event.index is not None:  # that a copy is named is reported elsewhere
        return False
    building.problems.error(
        "ION484", f"{event.describe()} is another one in each copy of line {line.name}", opens.event.span,
        "in which copy?", secondary=(Label(line.span, "the line"),),
        help="declare the event outside of the arrangement, or the gate inside",
    )  # fmt: skip
    return False
