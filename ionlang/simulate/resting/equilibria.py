"""Every equilibrium of a reduced cell model that can be found without following a branch in a parameter.

In order: the state the written start relaxes to; damped Newton from a sweep of the potentials and from points
spread in the box; pseudo-transient continuation for the starts that failed; deflation, until nothing new
turns up.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ionlang.simulate.resting.newton import Outcome, descend, descend_apart
from ionlang.simulate.resting.reduced import (
    Array,
    Indices,
    Kind,
    ReducedSystem,
    ScaledSystem,
    linearise,
    scaled_system,
)
from ionlang.simulate.resting.relaxation import relax
from ionlang.simulate.resting.roots import SAME_ROOT, Roots, collect
from ionlang.simulate.resting.stability import Equilibrium, characterise, free_directions
from ionlang.simulate.resting.starts import scatter, settle, sweep

SWEPT, SCATTERED, SCATTERED_AGAIN, DEFLATED = 33, 32, 128, 24
RELAXATION_STEPS, RESCUE_STEPS = 200, 40
RESCUED = 16
DEFLATION_ROUNDS = 4
LARGEST_BATCH = 100_000_000
"""Work of one step, starts times coordinates cubed; large models are tried from fewer starts."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """starts: all that were tried; converged: those that ended on a root; failed: why and how many not.

    start_reaches: place in `found` of the stable equilibrium that the written start relaxes to, followed
    roughly (see `relaxation`); None if it came to no such rest.  index_sum: Σ sign det(−J) over the roots,
    which is one when all are found and the flow points into the box; None where a root is singular.
    """

    starts: int
    converged: int
    failed: tuple[tuple[str, int], ...]
    start_reaches: int | None
    index_sum: int | None


@dataclass(frozen=True, slots=True)
class Equilibria:
    """The equilibria found, by first potential; how the search went; and what a reader should know of it."""

    found: tuple[Equilibrium, ...]
    statistics: Statistics
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Search:
    """Where the starts so far ended: ends (k, m) of those that converged, and the outcome of every start."""

    ends: Array
    outcomes: tuple[int, ...]
    roots: Roots
    home: Array
    relaxed: bool


def find_equilibria(system: ReducedSystem, start: Array) -> Equilibria:
    """All distinct equilibria in the box of `system` that the search finds; start (n,) is the written start.

    Only the kept states of `start` are read; it should share the conserved totals in `system.offset`.
    Finding none is an answer, with a note, not an error.  Raises ValueError as ReducedSystem does, and where
    the kept states do not determine the coordinates.
    """
    if not system.rows:
        return _immovable(system)
    settled = settle(scaled_system(system), np.asarray(start, dtype=float))
    if settled is None:
        nothing = Statistics(0, 0, (), None, None)
        return Equilibria((), nothing, ("the conserved totals leave no state inside the box",))
    scaled, home = settled
    search = _from_start(scaled, home)
    search = _from(scaled, search, _first_starts(scaled, home))
    search = _apart(scaled, search)
    if _index_sum(scaled, search.roots) not in (1, None):
        search = _apart(
            scaled,
            _from(scaled, search, scatter(scaled, home, _limit(scaled, SCATTERED_AGAIN))),
        )
    return _report(scaled, search)


def settle_from(system: ReducedSystem, start: Array) -> Equilibrium | None:
    """The stable equilibrium that the written start (n,) relaxes to, without a search for others; None if it comes to
    no such rest on the way that `find_equilibria` tries first."""
    if not system.rows:
        return _immovable(system).found[0]
    settled = settle(scaled_system(system), np.asarray(start, dtype=float))
    if settled is None:
        return None
    scaled, home = settled
    roots = _from_start(scaled, home).roots
    found = characterise(scaled, roots.z, roots.hits)
    return found[0] if found and found[0].stable else None


def _immovable(system: ReducedSystem) -> Equilibria:
    """The one state of a system in which everything is conserved."""
    found = characterise(scaled_system(system), np.zeros((1, 0)), (1,))
    return Equilibria(
        found,
        Statistics(1, 1, (), 0, 1),
        ("no state can move: everything is conserved",),
    )


def _limit(scaled: ScaledSystem, count: int) -> int:
    return max(4, min(count, LARGEST_BATCH // len(scaled.unit) ** 3))


def _evenly(indices: Indices, count: int) -> Indices:
    """At most `count` of the indices, evenly spaced among them."""
    if len(indices) <= count:
        return indices
    return indices[np.linspace(0, len(indices) - 1, count).astype(np.intp)]


def _first_starts(scaled: ScaledSystem, home: Array) -> Array:
    swept = sweep(scaled, home, _limit(scaled, SWEPT))
    return np.concatenate([home[None], swept, scatter(scaled, home, _limit(scaled, SCATTERED))])


def _from_start(scaled: ScaledSystem, home: Array) -> _Search:
    relaxed = relax(scaled, home[None], RELAXATION_STEPS)
    end = descend(scaled, relaxed, np.arange(len(home)))
    ends = end.z[end.converged]
    roots = collect(scaled, ends)
    return _Search(ends, tuple(end.outcome.tolist()), roots, home, len(roots.z) > 0)


def _from(scaled: ScaledSystem, search: _Search, starts: Array) -> _Search:
    """Newton from each start, and relaxation then Newton from those that it did not bring home."""
    free = np.arange(len(search.home))
    end = descend(scaled, starts, free)
    outcome = end.outcome.copy()
    lost = _evenly(np.flatnonzero(~end.converged & (outcome != Outcome.NOT_FINITE)), _limit(scaled, RESCUED))
    rescue = descend(scaled, relax(scaled, starts[lost], RESCUE_STEPS), free)
    outcome[lost] = rescue.outcome
    ends = np.concatenate([search.ends, end.z[end.converged], rescue.z[rescue.converged]])
    tally = search.outcomes + tuple(outcome.tolist())
    return _Search(ends, tally, collect(scaled, ends), search.home, search.relaxed)


def _apart(scaled: ScaledSystem, search: _Search) -> _Search:
    """Deflation of the known roots, until a round brings nothing new.  A continuum cannot be deflated."""
    for _ in range(DEFLATION_ROUNDS):
        known = search.roots.z
        if not len(known) or free_directions(linearise(scaled, known).slope).any():
            return search
        near = np.repeat(known, 4, axis=0) * (
            1 + 1e-3 * np.tile([1.0, -1.0, 10.0, -10.0], len(known))[:, None]
        )
        starts = np.concatenate([scatter(scaled, search.home, _limit(scaled, DEFLATED)), near])
        search = _from(scaled, search, descend_apart(scaled, starts, known))
        if len(search.roots.z) == len(known):
            return search
    return search


def _index_sum(scaled: ScaledSystem, roots: Roots) -> int | None:
    slope = linearise(scaled, roots.z).slope
    if free_directions(slope).any():
        return None
    return int(np.linalg.slogdet(-slope).sign.sum())


def _report(scaled: ScaledSystem, search: _Search) -> Equilibria:
    roots = search.roots
    found = characterise(scaled, roots.z, roots.hits)
    kinds = scaled.system.kinds
    lead = kinds.index(Kind.POTENTIAL) if Kind.POTENTIAL in kinds else 0
    order = sorted(range(len(found)), key=lambda i: (found[i].state[lead], *found[i].state))
    home = order.index(0) if search.relaxed and (found[0].stable or found[0].singular) else None
    index_sum = _index_sum(scaled, roots)
    statistics = Statistics(len(search.outcomes), sum(roots.hits), _failed(search), home, index_sum)
    ordered = tuple(found[i] for i in order)
    return Equilibria(
        ordered,
        statistics,
        _notes(scaled, ordered, [roots.members[i] for i in order], statistics),
    )


def _failed(search: _Search) -> tuple[tuple[str, int], ...]:
    reasons = (
        ("stalled", search.outcomes.count(Outcome.STALLED)),
        ("not finite", search.outcomes.count(Outcome.NOT_FINITE)),
        ("still moving", search.outcomes.count(Outcome.UNFINISHED)),
        ("no root", search.roots.rejected),
    )
    return tuple((reason, count) for reason, count in reasons if count)


def _notes(
    scaled: ScaledSystem,
    found: tuple[Equilibrium, ...],
    members: list[int],
    statistics: Statistics,
) -> tuple[str, ...]:
    notes = [] if found else ["no equilibrium was found in the box"]
    for place, (equilibrium, count) in enumerate(zip(found, members, strict=True), start=1):
        notes += _notes_on(scaled, f"equilibrium {place}", equilibrium, count)
    if found and statistics.index_sum not in (1, None):
        notes.append(
            f"the indices of the equilibria sum to {statistics.index_sum}, not 1: "
            "one may be missing, or lie outside the box"
        )
    return tuple(notes)


def _notes_on(scaled: ScaledSystem, name: str, equilibrium: Equilibrium, members: int) -> list[str]:
    notes = []
    free = equilibrium.free_directions
    if members > 1:
        notes.append(
            f"{name} is one of a continuum with {free} free direction(s), met at {members} points: "
            "a conserved total has not been eliminated, or the equations do not determine a state"
        )
    elif free:
        notes.append(f"{name} has a singular Jacobian: a fold, or {free} free direction(s)")
    reach = np.minimum(equilibrium.state - scaled.lower, scaled.upper - equilibrium.state)
    quantity = np.array([kind in (Kind.CONCENTRATION, Kind.AMOUNT) for kind in scaled.system.kinds])
    if (quantity & (reach < SAME_ROOT * scaled.system.scale)).any():
        notes.append(f"{name} lies on the edge of the box: a concentration or amount runs out")
    return notes
