"""What happens in a scenario and when: sentences → overrides, jumps, holdings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Literal as OneOf

from ionlang.diagnostics import Label
from ionlang.model.act.targets import target_of
from ionlang.model.blocks.building import Building
from ionlang.model.expression import Apply, Expr, Literal, Read
from ionlang.model.names.entities import Entity
from ionlang.model.names.suggest import closest, listing
from ionlang.model.names.unknown import carriers
from ionlang.model.read.readings import first_entity, not_known, species_named
from ionlang.model.read.resolve import Where
from ionlang.model.scenario import Holding, Jump, Override
from ionlang.records import dataclass
from ionlang.source import Span
from ionlang.syntax import ast
from ionlang.units import AREA, CURRENT, PURE, TIME, Dimension

SIZES = ("volume", "area", "capacitance")


@dataclass(slots=True)
class Staging:
    """A scenario while it is being read. `of_a_run` are the places that make sense in a run only."""

    building: Building
    entity: Entity
    states: Mapping[str, Dimension]
    overrides: list[Override] = field(default_factory=list)
    jumps: list[Jump] = field(default_factory=list)
    holdings: list[Holding] = field(default_factory=list)
    of_a_run: list[Span] = field(default_factory=list)

    @property
    def where(self) -> Where:
        return Where(self.entity, "action")

    def time(self, node: ast.Expr, what: str) -> Expr | None:
        value = self.building.resolver.of_dimension(node, Where(self.entity), (TIME,), what)
        if value is not None and not self.building.is_fixed(value):
            self.building.problems.error(
                "ION316", f"{what} depends on a quantity that changes", node.span, "not known before the run",
                help="use numbers and parameters",
            )  # fmt: skip
            return None
        return value


@dataclass(frozen=True, slots=True)
class _Window:
    """When an action holds; all None: the whole scenario, rest included."""

    at: Expr | None
    start: Expr | None
    end: Expr | None


def act(staging: Staging, action: ast.Action) -> None:
    window = _window(staging, action.when)
    if window is None:
        return
    if action.when is not None:
        staging.of_a_run.append(action.when.span)
    for doing in action.doings:
        match doing:
            case ast.Set():
                _set(staging, doing, window)
            case ast.Inject():
                _inject(staging, doing, window)
            case ast.BlockCarrier():
                _block(staging, doing, window)
            case ast.Hold():
                _hold(staging, doing, window)
            case _:
                pass


def _window(staging: Staging, when: ast.When | None) -> _Window | None:
    if when is None:
        return _Window(None, None, None)
    if when.at is not None:
        at = staging.time(when.at, "a moment")
        return None if at is None else _Window(at, at, None)
    if when.start is None:
        return None
    start = staging.time(when.start, "the start of a window")
    if start is None:
        return None
    if when.duration is None:
        return _Window(None, start, None)
    duration = staging.time(when.duration, "the length of a window")
    if duration is None:
        return None
    return _Window(None, start, Apply("add", (start, duration), TIME, when.span))


def _value(staging: Staging, node: ast.Expr, allowed: tuple[Dimension, ...], what: str) -> Expr | None:
    value = staging.building.resolver.of_dimension(node, staging.where, allowed, what)
    if value is not None and not staging.building.is_fixed(value):
        staging.building.problems.error(
            "ION316", f"{what} depends on a state of the cell", node.span, "a scenario acts from outside",
            help="it may use numbers, parameters, `time` and `elapsed`",
        )  # fmt: skip
        return None
    return value


def _set(staging: Staging, doing: ast.Set, window: _Window) -> None:
    target = target_of(staging.building, doing.target, staging.where, staging.states)
    if target is None:
        return
    value = _value(staging, doing.value, (target.dimension,), f"`{doing.target.text}`")
    if value is None:
        return
    size = _size_that_follows(staging.building, target.path)
    if target.kind == "parameter" and size is not None and window.start is not None:
        _moves_matter(staging, doing, size)
    elif target.kind == "parameter":
        lasting = window.start is None or window.at is not None
        way: OneOf["base", "set"] = "base" if lasting else "set"
        staging.overrides.append(Override(way, target.path, value, window.start, window.end, doing.span))
    elif window.at is not None:
        staging.jumps.append(Jump(target.path, value, window.at, doing.span))
    else:
        staging.building.problems.error(
            "ION402", f"{doing.target.text} changes by itself and cannot be set for a time", doing.span,
            "this is a state",
            help=f"give it a new value at one moment, `at 0 s: set {doing.target.text} = …`, or keep it with `hold`",
        )  # fmt: skip


def _size_that_follows(building: Building, path: str) -> str | None:
    """The volume, area or capacitance that is this parameter or follows from it: amounts and charges are counted with
    these, so changed in a run they would make or lose matter or charge."""
    for size in building.parameters:
        owner = building.resolver.root.members.get(size.path.partition(".")[0])
        is_size = (
            owner is not None
            and size.path.rpartition(".")[2] in SIZES
            and owner.kind in ("place", "membrane")
        )
        if is_size and (size.path == path or building.follows(size.value, (path,))):
            return size.path
    return None


def _moves_matter(staging: Staging, doing: ast.Set, path: str) -> None:
    word = path.rpartition(".")[2]
    lost = "the amount of everything in it" if word == "volume" else "the charge that the membrane holds"
    staging.building.problems.error(
        "ION402", f"{doing.target.text} cannot change during a run", doing.span, "set for a time",
        notes=(f"concentrations and potentials would stay as they are, so {lost} would change from nowhere",),
        help=f"set it for the whole scenario: `set {doing.target.text} = {doing.value.span.text}` without a moment",
    )  # fmt: skip


def _inject(staging: Staging, doing: ast.Inject, window: _Window) -> None:
    resolver = staging.building.resolver
    membrane = first_entity(resolver, doing.membrane.parts[0], staging.where)
    if membrane is None:
        not_known(resolver, doing.membrane.parts[0], staging.where)
    elif membrane.kind != "membrane" or len(doing.membrane.parts) > 1:
        staging.building.problems.error(
            "ION110", "current is injected into a membrane", doing.membrane.span, f"this is {membrane.describe()}",
            secondary=(Label(membrane.span, "declared here"),),
            help="name the membrane: `inject 10 pA into soma carried by K`",
        )  # fmt: skip
    current = _value(staging, doing.current, (CURRENT, CURRENT / AREA), "an injected current")
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
    if f"{membrane.path}.V" not in staging.states:
        return
    if current.dimension != CURRENT:
        area = Read(f"{membrane.path}.area", AREA, doing.current.span)
        current = Apply("multiply", (current, area), CURRENT, doing.current.span)
    path = f"{membrane.path}.inject({carrier})"
    staging.overrides.append(Override("inject", path, current, window.start, window.end, doing.span))


def _can_carry(staging: Staging, membrane: Entity, known: Entity, doing: ast.Inject) -> bool:
    side = membrane.block.sides[0][0].text if membrane.block.sides else ""
    place = staging.building.resolver.root.members.get(side)
    if known.block.kind.text != "ion":
        staging.building.problems.error(
            "ION302", f"{known.name} is no ion and cannot carry a current", doing.carrier.span, "not an ion",
            secondary=(Label(known.span, "declared here"),),
        )  # fmt: skip
        return False
    if place is not None and known.name in place.lost:
        return False
    if place is not None and known.name not in place.members:
        staging.building.problems.error(
            "ION303", f"{place.describe()} holds no {known.name}, which the current brings", doing.carrier.span,
            "injected here", secondary=(Label(place.span, f"{place.name} is declared here"),),
            help=f"give it a concentration there: `{known.name} = … mM`",
        )  # fmt: skip
        return False
    return True


def _block(staging: Staging, doing: ast.BlockCarrier, window: _Window) -> None:
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
    if entity.kind not in ("channel", "pump", "transporter", "flux"):
        staging.building.problems.error(
            "ION110", f"{entity.describe()} cannot be blocked", doing.carrier.span, "not a carrier",
            secondary=(Label(entity.span, "declared here"),), help="channels, pumps, transporters and fluxes can",
        )  # fmt: skip
        return
    entity.used = True
    share: Expr | None = _one(doing.span)
    if doing.by is not None:
        share = _value(staging, doing.by, (PURE,), "the blocked share")
        if isinstance(share, Literal) and not 0 <= share.value <= 1:
            staging.building.problems.error(
                "ION312", "the blocked share lies between 0 and 1", doing.by.span, "not between 0 % and 100 %",
                help="`by 60 %` leaves 40 % of the carrier open; without `by` it is blocked wholly",
            )  # fmt: skip
            return
    if share is not None:
        path = f"{entity.path}.block"
        staging.overrides.append(Override("block", path, share, window.start, window.end, doing.span))


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


def _hold(staging: Staging, doing: ast.Hold, window: _Window) -> None:
    target = target_of(staging.building, doing.target, staging.where, staging.states)
    if target is None:
        return
    if target.kind == "parameter":
        staging.building.problems.error(
            "ION402", f"{doing.target.text} does not change by itself", doing.target.span, "nothing to hold",
            help="`hold` keeps a potential, a concentration or a gate; a parameter is changed with `set`",
        )  # fmt: skip
        return
    staging.of_a_run.append(doing.span)
    staging.holdings.append(Holding(target.path, window.start, window.end, doing.span))
