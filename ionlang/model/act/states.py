"""Sentences that act on a state: `set` at a moment, `add`, `hold`, `clamp`, `fire`."""

from __future__ import annotations

from ionlang.diagnostics import Label
from ionlang.model.act.landing import kept_state
from ionlang.model.act.staging import Staging
from ionlang.model.act.targets import Target, movement_is_unknown, target_of
from ionlang.model.act.whens import event_of
from ionlang.model.expression import Expr
from ionlang.model.names.suggest import closest, listing
from ionlang.model.read.readings import first_entity
from ionlang.model.scenario import Firing, Holding, Jump
from ionlang.model.scenario_when import At, Every, When, Whenever
from ionlang.syntax import ast
from ionlang.units import AMOUNT, CONCENTRATION


def set_state(staging: Staging, doing: ast.Set, target: Target, value: Expr, when: When) -> None:
    """A state takes a value at a moment."""
    if isinstance(when, At | Every | Whenever):
        staging.jumps.append(Jump("set", target.path, value, when, doing.span, staging.copies))
        return
    name = doing.target.text
    staging.building.problems.error(
        "ION402", f"{name} changes by itself and cannot be set for a time", doing.span, "this is a state",
        help=f"give it a new value at one moment, `at 0 s: set {name} = …`; keep it with `hold`, or lead it with "
        f"`clamp {name} to …`",
    )  # fmt: skip


def add(staging: Staging, doing: ast.Add, when: When) -> None:
    target = _state(staging, doing.target, "added to", "a parameter is changed with `shift`")
    if target is None:
        return
    concentration = target.dimension == CONCENTRATION
    allowed = (CONCENTRATION, AMOUNT) if concentration else (target.dimension,)
    value = staging.value(doing.amount, allowed, f"what is added to `{doing.target.text}`")
    moments = staging.single(when, doing.span, "add")
    if value is None or moments is None:
        return
    path = target.path
    if concentration and value.dimension == AMOUNT:
        path, value = f"amount({path})", staging.per_part(value)
    staging.jumps.append(Jump("add", path, value, moments, doing.span, staging.copies))


def hold(staging: Staging, doing: ast.Hold, when: When) -> None:
    target = _state(staging, doing.target, "held", "a parameter stays as it is, or is changed with `set`")
    state = None if target is None else kept_state(staging, target, None, doing.span)
    if state is not None:
        _keep(staging, doing, Holding(state[0], None, when, doing.span, staging.copies))


def clamp(staging: Staging, doing: ast.Clamp, when: When) -> None:
    target = _state(staging, doing.target, "clamped", "a parameter takes a value with `set`")
    if target is None:
        return
    value = staging.value(doing.to, (target.dimension,), f"`{doing.target.text}`")
    state = None if value is None else kept_state(staging, target, value, doing.span)
    if state is not None:
        _keep(staging, doing, Holding(*state, when, doing.span, staging.copies))


def _keep(staging: Staging, doing: ast.Hold | ast.Clamp, holding: Holding) -> None:
    staging.of_a_run.append(doing.span)
    if isinstance(holding.when, Every):
        staging.building.problems.error(
            "ION408", "this holds for a while: for how long each time?", doing.span, "a change that lasts",
            help="say it after `for`: `from 0 s for 10 s every 1 s for 100 ms: …`",
        )  # fmt: skip
        return
    staging.holdings.append(holding)


def fire(staging: Staging, doing: ast.Fire, when: When) -> None:
    moments = staging.single(when, doing.span, "fire")
    event = event_of(staging, doing.event)
    if event is None:
        _no_event(staging, doing.event)
    elif moments is not None:
        copies = staging.about(doing.event).copies
        staging.firings.append(Firing(event.path, moments, doing.span, copies))


def _no_event(staging: Staging, path: ast.Path) -> None:
    resolver = staging.building.resolver
    entity = first_entity(resolver, path.parts[0], staging.where)
    for part in path.parts[1:]:
        entity = None if entity is None else entity.members.get(part.text)
    events = [e.path for e in resolver.root.all() if e.kind == "event"]
    if entity is not None:
        staging.building.problems.error(
            "ION110", "only an event can be fired", path.span, f"this is {entity.describe()}",
            secondary=(Label(entity.span, "declared here"),),
            help=f"there are {listing(events)}" if events else "declare one: `event release`",
        )  # fmt: skip
        return
    guess = _of_copies(path, closest(path.in_all_copies, events))
    resolver.not_declared(
        staging.entity, path.span, f"no event `{path.text}` is declared",
        help=f"did you mean `{guess}`?" if guess else f"declare it: `event {path.text}`",
    )  # fmt: skip


def _of_copies(path: ast.Path, meant: str | None) -> str | None:
    """A path of all copies, in those that another names of the same line."""
    if meant is None or path.index is None or not meant.startswith(f"{path.parts[0].text}."):
        return meant
    return f"{path.text.partition(']')[0]}].{meant.partition('.')[2]}"


def _state(staging: Staging, path: ast.Path, done: str, otherwise: str) -> Target | None:
    """The state that a path means; a parameter is reported."""
    target = target_of(staging.building, path, staging.where, staging.states)
    if target is None or target.kind == "state":
        return target
    if target.dimension == CONCENTRATION and movement_is_unknown(staging.building):
        return None
    staging.building.problems.error(
        "ION402", f"{path.text} does not change by itself and cannot be {done}", path.span, "this is no state",
        help=f"potentials, gates and concentrations that something moves are states; {otherwise}",
    )  # fmt: skip
    return None
