"""Gates: alpha and beta, or inf and tau, or a steady state that is followed at once."""

from __future__ import annotations

from ionlang.diagnostics import Label
from ionlang.model.blocks.building import Building
from ionlang.model.blocks.synapses import WORDS, is_synaptic, synaptic_gate
from ionlang.model.cell import Gate, RateGate, RelaxGate, SynapticGate
from ionlang.model.expression import Expr
from ionlang.model.names.entities import Entity
from ionlang.syntax import ast


def gates(building: Building, carrier: Entity) -> tuple[Gate, ...]:
    members = (m for m in carrier.members.values() if m.kind == "gate")
    built = (_gate(building, member) for member in members)
    return tuple(g for g in built if g is not None)


def _gate(building: Building, entity: Entity) -> Gate | None:
    at_once = next((s for s in entity.block.body if isinstance(s, ast.Instantaneous)), None)
    kinetics = _kinetics(building, entity, at_once)
    factor = _optional(building, entity, "temperature_factor")
    start = _optional(building, entity, "start")
    if start is not None and at_once is not None:
        sentence = building.property(entity, "start")
        assert sentence is not None
        _pointless(
            building,
            entity,
            sentence,
            at_once,
            "a gate that follows at once starts where its steady state is",
        )
    return None if kinetics is None else Gate(
        entity.name, entity.path, kinetics, at_once is not None, factor, start, entity.span
    )  # fmt: skip


def _optional(building: Building, entity: Entity, name: str) -> Expr | None:
    sentence = building.property(entity, name)
    return building.resolved(entity, sentence) if sentence is not None else None


def _kinetics(
    building: Building, entity: Entity, at_once: ast.Instantaneous | None
) -> RateGate | RelaxGate | SynapticGate | None:
    given = {name: building.property(entity, name) for name in ("alpha", "beta", "inf", "tau")}
    if is_synaptic(building, entity):
        return _opened_by_event(building, entity, given, at_once)
    values = {name: building.resolved(entity, s) for name, s in given.items() if s is not None}
    rates = [s for name in ("alpha", "beta") if (s := given[name]) is not None]
    relaxes = [s for name in ("inf", "tau") if (s := given[name]) is not None]
    if rates and relaxes:
        building.problems.error(
            "ION305", f"{entity.describe()} is given in two ways", relaxes[0].name.span, "and here",
            secondary=(Label(rates[0].name.span, "here"),),
            help="give either `alpha` and `beta`, or `inf` and `tau`",
        )  # fmt: skip
        return None
    for pair in (("alpha", "beta"), ("inf", "tau")):
        if any(given[name] is not None for name in pair):
            return _pair(building, entity, pair, values, at_once)
    building.missing(
        entity,
        f"{entity.describe()} has no kinetics",
        "give it `alpha` and `beta`, or `inf` and `tau`, or `decay` and `opens at` an event",
    )
    return None


def _opened_by_event(
    building: Building,
    entity: Entity,
    given: dict[str, ast.Property | None],
    at_once: ast.Instantaneous | None,
) -> SynapticGate | None:
    """Such a gate follows nothing but its event."""
    curve = next((s for s in given.values() if s is not None), None)
    other = curve.name.span if curve is not None else at_once.span if at_once is not None else None
    if other is None:
        return synaptic_gate(building, entity)
    own = next(
        s.name.span if isinstance(s, ast.Property) else s.span
        for s in entity.block.body
        if isinstance(s, ast.Opens) or (isinstance(s, ast.Property) and s.name.text in WORDS)
    )
    building.problems.error(
        "ION305", f"{entity.describe()} is given in two ways", other, "this follows a potential or concentration",
        secondary=(Label(own, "this an event"),),
        help="keep `rise`, `decay` and `opens at`, or what it follows",
    )  # fmt: skip
    return None


def _pair(
    building: Building,
    entity: Entity,
    pair: tuple[str, str],
    values: dict[str, Expr | None],
    at_once: ast.Instantaneous | None,
) -> RateGate | RelaxGate | None:
    absent = [name for name in pair if name not in values]
    if pair == ("inf", "tau") and at_once is not None:
        if "tau" in values:
            sentence = building.property(entity, "tau")
            assert sentence is not None
            _pointless(
                building, entity, sentence, at_once, "a gate that follows at once has no time constant"
            )
        absent = [name for name in absent if name != "tau"]
    if absent:
        example = (
            "`instantaneous`, or a time constant `tau = … ms`" if absent == ["tau"] else f"`{absent[0]} = …`"
        )
        building.missing(entity, f"{entity.describe()} has no `{absent[0]}`", f"add {example}")
        return None
    first, second = values[pair[0]], values.get(pair[1])
    if first is None or (pair[1] in values and second is None):
        return None
    if pair == ("alpha", "beta"):
        assert second is not None
        return RateGate(first, second)
    return RelaxGate(first, second)


def _pointless(
    building: Building, entity: Entity, sentence: ast.Property, at_once: ast.Instantaneous, why: str
) -> None:
    building.problems.error(
        "ION305", f"`{sentence.name.text}` has no effect in {entity.describe()}", sentence.name.span, why,
        secondary=(Label(at_once.span, "the gate follows at once"),),
        help=f"take out `{sentence.name.text}` or `instantaneous`",
    )  # fmt: skip
