"""Markov schemes: states by their transitions, occupancies that sum to 1."""

from __future__ import annotations

from ionlang.diagnostics import Label
from ionlang.model.blocks.building import Building
from ionlang.model.blocks.reaching import closed_groups, halves, reached
from ionlang.model.cell import Scheme, Transition
from ionlang.model.expression import Expr, reads
from ionlang.model.names.entities import Entity
from ionlang.model.names.suggest import closest, listing
from ionlang.model.read.resolve import Where
from ionlang.syntax import ast
from ionlang.units import FREQUENCY


def schemes(building: Building, carrier: Entity) -> tuple[Scheme, ...]:
    members = (m for m in carrier.members.values() if m.kind == "scheme")
    built = (_scheme(building, member) for member in members)
    return tuple(s for s in built if s is not None)


def _scheme(building: Building, entity: Entity) -> Scheme | None:
    written = [s for s in entity.block.body if isinstance(s, ast.Transition)]
    if not written:
        building.missing(entity, f"{entity.describe()} has no transitions", "write `C to O at … /ms`")
        return None
    start = _start(building, entity)
    factor_sentence = building.property(entity, "temperature_factor")
    factor = building.resolved(entity, factor_sentence) if factor_sentence is not None else None
    whole = _check_pairs(building, entity, written)
    transitions = [_transition(building, entity, sentence) for sentence in written]
    if not whole or any(t is None for t in transitions):
        return None
    states = tuple(dict.fromkeys(name.text for s in written for name in (s.origin, s.target)))
    known = tuple(t for t in transitions if t is not None)
    scheme = Scheme(entity.name, entity.path, states, known, factor, start, entity.span)
    if f"{entity.path}.start" in building.broken or not _is_whole(building, entity, scheme):
        return None
    return scheme


def _start(building: Building, entity: Entity) -> str | None:
    """The state that `start = C1` names."""
    sentence = building.property(entity, "start")
    if sentence is None:
        return None
    value = sentence.value
    if isinstance(value, ast.Path) and len(value.parts) == 1:
        if value.text in entity.members:
            return value.text
        known = [m.name for m in entity.members.values() if m.kind == "occupancy"]
        guess = closest(value.text, known)
        building.resolver.no_member(
            entity, value.parts[0], notes=(f"its states are {listing(known)}",),
            help=f"did you mean `{guess}`?" if guess else "",
        )  # fmt: skip
    elif not isinstance(value, ast.Broken):
        building.problems.error(
            "ION204", "a scheme starts in one of its states", value.span, "not the name of a state",
            help="for instance `start = C1`; without `start` it begins at its steady state",
        )  # fmt: skip
    building.broken.append(f"{entity.path}.start")
    return None


def _check_pairs(building: Building, entity: Entity, written: list[ast.Transition]) -> bool:
    """Whether each transition joins two states, and is said once."""
    first: dict[tuple[str, str], ast.Transition] = {}
    fine = True
    for sentence in written:
        pair = (sentence.origin.text, sentence.target.text)
        earlier = first.setdefault(pair, sentence)
        if pair[0] == pair[1]:
            fine = False
            building.problems.error(
                "ION335", f"{pair[0]} cannot turn into itself", sentence.span, "no change",
                help="a transition leads to another state",
            )  # fmt: skip
        elif earlier is not sentence:
            fine = False
            building.problems.error(
                "ION335", f"{entity.describe()} says twice how fast {pair[0]} turns into {pair[1]}",
                sentence.span, "here again", secondary=(Label(earlier.span, "first here"),),
                help=f"write one rate, the sum of both; the way back is `{pair[1]} to {pair[0]} at …`",
            )  # fmt: skip
    return fine


def _transition(building: Building, entity: Entity, sentence: ast.Transition) -> Transition | None:
    names = f"the rate from {sentence.origin.text} to {sentence.target.text}"
    rate = building.resolver.of_dimension(sentence.rate, Where(entity), (FREQUENCY,), names)
    if rate is None or not _is_rate(building, entity, sentence, rate):
        return None
    return Transition(sentence.origin.text, sentence.target.text, rate, sentence.span)


def _is_rate(building: Building, entity: Entity, sentence: ast.Transition, rate: Expr) -> bool:
    """Whether the rate belongs to one channel: it does not depend on how many are in which state."""
    own = tuple(m.path for m in entity.members.values() if m.kind == "occupancy")
    if not any(read.path in own for read in reads(rate)) and not building.follows(rate, own):
        return True
    building.problems.error(
        "ION339", f"a rate of {entity.describe()} depends on its own states", sentence.rate.span,
        "not the rate of one channel",
        notes=("in a scheme each channel changes by itself, whatever the others do",),
        help="let it depend on V, on concentrations, or on another gate or scheme",
    )  # fmt: skip
    return False


def _is_whole(building: Building, entity: Entity, scheme: Scheme) -> bool:
    """One piece; and where it starts at its steady state, one that it comes to from everywhere."""
    if entity.lost:
        return True  # a transition could not be read
    pairs = [(t.origin, t.target) for t in scheme.transitions]
    one, rest = halves(scheme.states, pairs)
    if rest:
        building.problems.error(
            "ION336", f"{entity.describe()} falls apart", entity.span, "two schemes in one",
            notes=(f"nothing leads from {listing(one)} to {listing(rest)}, nor back",),
            help="add the transition that joins them, or write two schemes",
        )  # fmt: skip
        return False
    groups = closed_groups(scheme.states, pairs)
    if groups[0] == scheme.states:
        return True
    if scheme.start is None:
        _no_steady_state(building, entity, groups)
        return False
    _one_way(building, entity, scheme, scheme.start, groups[0] if len(groups) == 1 else ())
    return True


def _no_steady_state(building: Building, entity: Entity, groups: tuple[tuple[str, ...], ...]) -> None:
    ends = " or ".join(listing(group) for group in groups)
    building.problems.error(
        "ION338", f"nothing says where {entity.describe()} starts", entity.span,
        "not every state can be reached from every other",
        notes=(f"without `start` it begins at its steady state, and in time all ends in {ends}",),
        help=f"say in which state all channels begin: `start = {next(iter(entity.members))}`, or add the way back",
    )  # fmt: skip


def _one_way(building: Building, entity: Entity, scheme: Scheme, start: str, ends: tuple[str, ...]) -> None:
    pairs = [(t.origin, t.target) for t in scheme.transitions]
    never = [state for state in scheme.states if state not in reached(start, pairs)]
    if never:
        message, why = (
            f"{listing(never)} of {entity.describe()} cannot be reached",
            f"no way leads there from {start}",
        )
    else:
        where = listing(ends) if ends else "one of its ends"
        message, why = f"{entity.describe()} ends in {where}", "no way leads back"
    building.problems.warning(
        "ION337", message, entity.span, why, help="write the way back if there is one, however slow"
    )
