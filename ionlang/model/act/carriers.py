"""Sentences that act on carriers and membranes: `inject`, `block`."""

from __future__ import annotations

from ionlang.diagnostics import Label
from ionlang.model.act.staging import Staging
from ionlang.model.expression import Apply, Expr, Literal, Read
from ionlang.model.names.entities import Entity
from ionlang.model.names.sides import holding, lost_on, named, sides_of
from ionlang.model.names.suggest import closest, listing
from ionlang.model.names.unknown import carriers
from ionlang.model.read.readings import first_entity, not_known, species_named
from ionlang.model.scenario_when import When
from ionlang.source import Span
from ionlang.syntax import ast
from ionlang.units import AREA, CURRENT, PURE


def inject(staging: Staging, doing: ast.Inject, when: When) -> None:
    resolver = staging.building.resolver
    membrane = first_entity(resolver, doing.membrane.parts[0], staging.where)
    if membrane is None:
        not_known(resolver, doing.membrane.parts[0], staging.where)
    for name in doing.membrane.parts[1:]:
        membrane = membrane.members.get(name.text) if membrane is not None else None
    if membrane is not None and membrane.kind != "membrane":
        staging.building.problems.error(
            "ION110", "current is injected into a membrane", doing.membrane.span, f"this is {membrane.describe()}",
            secondary=(Label(membrane.span, "declared here"),),
            help="name the membrane: `inject 10 pA into soma carried by K`",
        )  # fmt: skip
    current = staging.value(doing.current, (CURRENT, CURRENT / AREA), "an injected current")
    carrier = "charge"
    if doing.carrier.text != "charge":
        known = species_named(resolver, doing.carrier)
        if known is None or membrane is None or membrane.kind != "membrane":
            return
        if not _can_carry(staging, membrane, known, doing):
            return
        carrier = known.name
    if membrane is None or membrane.kind != "membrane" or current is None:
        return
    membrane.used = True
    cell = staging.building.cell
    if cell is not None and all(m.name != membrane.path for m in cell.membranes):
        return  # it was not built, and why was said
    if staging.building.property(membrane, "V") is not None:
        _keeps_no_charge(staging, membrane, doing)
        return
    if current.dimension != CURRENT:
        area = Read(f"{membrane.path}.area", AREA, doing.current.span)
        if not staging.building.is_fixed(area):
            _needs_a_total(staging, membrane, doing)
            return
        current = Apply("multiply", (current, area), CURRENT, doing.current.span)
    else:
        current = staging.per_part(current)
    path = f"{membrane.path}.inject({carrier})"
    staging.override("inject", path, current, when, doing.span)


def _needs_a_total(staging: Staging, membrane: Entity, doing: ast.Inject) -> None:
    staging.building.problems.error(
        "ION316", f"a current per area follows the area of {membrane.describe()}, which changes",
        doing.current.span, "a scenario acts from outside",
        secondary=(Label(membrane.span, "its area depends on a state"),),
        help="give the whole current: `inject 10 pA into …`",
    )  # fmt: skip


def _keeps_no_charge(staging: Staging, membrane: Entity, doing: ast.Inject) -> None:
    staging.building.problems.error(
        "ION110", f"V of {membrane.describe()} is defined, no current changes it", doing.membrane.span,
        "keeps no charge", secondary=(Label(membrane.span, "declared here"),),
        help="inject into a membrane whose V comes from currents, from charge or from zero_current",
    )  # fmt: skip


def _can_carry(staging: Staging, membrane: Entity, known: Entity, doing: ast.Inject) -> bool:
    sides = sides_of(membrane)
    side = () if sides is None else sides[0]
    if known.block.kind.text != "ion":
        staging.building.problems.error(
            "ION302", f"{known.name} is no ion and cannot carry a current", doing.carrier.span, "not an ion",
            secondary=(Label(known.span, "declared here"),),
        )  # fmt: skip
        return False
    if lost_on(side, known.name):
        return False
    places = holding(side, known.name)
    if side and len(places) != 1:
        staging.building.problems.error(
            "ION346" if places else "ION303",
            f"{known.name} is in {listing([p.name for p in places])}: which of them gets the current?"
            if places
            else f"{named(side)} holds no {known.name}, which the current brings",
            doing.carrier.span, "injected here", secondary=(Label(side[0].span, f"{side[0].name} is declared here"),),
            help=f"inject it as `charge`, or into a membrane with one place that holds {known.name}" if places
            else f"give it a concentration there: `{known.name} = … mM`",
        )  # fmt: skip
        return False
    return True


def block(staging: Staging, doing: ast.BlockCarrier, when: When) -> None:
    resolver = staging.building.resolver
    entity = first_entity(resolver, doing.carrier.parts[0], staging.where)
    if entity is None:
        _no_carrier(staging, doing.carrier.parts[0])
        return
    for name in doing.carrier.parts[1:]:
        entity.used = True
        if name.text not in entity.members:
            resolver.no_member(entity, name)
            return
        entity = entity.members[name.text]
    if entity.kind not in ("channel", "pump", "transporter", "flux", "reaction"):
        staging.building.problems.error(
            "ION110", f"{entity.describe()} cannot be blocked", doing.carrier.span, "not a carrier",
            secondary=(Label(entity.span, "declared here"),),
            help="channels, pumps, transporters, fluxes and reactions can",
        )  # fmt: skip
        return
    entity.used = True
    share: Expr | None = _one(doing.span)
    if doing.by is not None:
        share = staging.value(doing.by, (PURE,), "the blocked share")
        if isinstance(share, Literal) and not 0 <= share.value <= 1:
            staging.building.problems.error(
                "ION312", "the blocked share lies between 0 and 1", doing.by.span, "not between 0 % and 100 %",
                help="`by 60 %` leaves 40 % of the carrier open; without `by` it is blocked wholly",
            )  # fmt: skip
            return
    if share is not None:
        path = f"{entity.path}.block"
        staging.override("block", path, share, when, doing.span)


def _no_carrier(staging: Staging, name: ast.Name) -> None:
    root = staging.building.resolver.root
    known = [e.name for e in carriers(root)]
    guess = closest(name.text, known)
    staging.building.resolver.not_declared(
        staging.entity, name.span, f"no channel, pump, transporter or flux `{name.text}` is declared",
        notes=(f"there are {listing(known)}",) if known else (), help=f"did you mean `{guess}`?" if guess else "",
    )  # fmt: skip


def _one(span: Span) -> Expr:
    return Literal(1.0, "1", PURE, span)
