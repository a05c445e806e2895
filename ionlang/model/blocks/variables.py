"""Quantities with a rate of their own that are neither matter nor charge: a slow regulator, an abstract state."""

from __future__ import annotations

from ionlang.diagnostics import Label
from ionlang.model.blocks.building import Building
from ionlang.model.cell import ChangesBy, RelaxesTo, Varying
from ionlang.model.names.entities import Entity
from ionlang.model.read.varying import start_of
from ionlang.units import TIME, Dimension

_WAYS = {"`rate`": ("rate",), "`inf` with `tau`": ("inf", "tau")}


def variable(building: Building, entity: Entity) -> Varying | None:
    """dq/dt = rate, or (inf − q)/tau; its dimension is that of its start, else of `inf`."""
    way = building.exclusive(entity, _WAYS, "rate")
    first = start_of(building.resolver, entity)
    sentence = building.property(entity, "start")
    if way == "`rate`" and sentence is None:
        building.missing(entity, f"{entity.describe()} has no `start`", "say where it begins: `start = …`")
    if way is None or first is None or first.dimension is None:
        return None
    kinetics = _changes_by(building, entity, first.dimension)
    if way != "`rate`":
        kinetics = _relaxes_to(building, entity, first.dimension)
    start = None if sentence is None else building.resolved_as(entity, sentence, (first.dimension,))
    if kinetics is None or (sentence is not None and start is None):
        return None
    return Varying(entity.name, entity.path, kinetics, start, first.dimension, entity.span)


def _changes_by(building: Building, entity: Entity, dimension: Dimension) -> ChangesBy | RelaxesTo | None:
    sentence, tau = building.property(entity, "rate"), building.property(entity, "tau")
    if sentence is None:
        return None
    if tau is not None:
        building.problems.error(
            "ION305", f"`tau` has no effect in {entity.describe()}", tau.name.span, "its `rate` says how it changes",
            secondary=(Label(sentence.name.span, "given here"),), help="give either `rate`, or `inf` and `tau`",
        )  # fmt: skip
        return None
    rate = building.resolved_as(entity, sentence, (dimension / TIME,))
    return None if rate is None else ChangesBy(rate)


def _relaxes_to(building: Building, entity: Entity, dimension: Dimension) -> ChangesBy | RelaxesTo | None:
    sentence = building.property(entity, "inf")
    inf = None if sentence is None else building.resolved_as(entity, sentence, (dimension,))
    tau = building.required(entity, "tau", "say how fast it follows", "1 h")
    return None if inf is None or tau is None else RelaxesTo(inf, tau)
