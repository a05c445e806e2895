"""Every equilibrium of a reduced cell model in its box.

Structure first: where one coordinate decides all others, its zeros are counted with proof, and nothing is searched.
Elsewhere, in order: the state the written start relaxes to; damped Newton from a sweep of the potentials and from
points spread in the box; pseudo-transient continuation for the starts that failed; deflation, until nothing new turns
up; and the curves on which everything but one coordinate is at rest, from end to end.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ionlang.simulate.resting.account import (
    Argument,
    Equilibria,
    Statistics,
    Tally,
    argued,
    index_sum,
    report,
)
from ionlang.simulate.resting.along import followed, lead_of
from ionlang.simulate.resting.newton import Outcome, descend, descend_apart
from ionlang.simulate.resting.reduced import (
    Array,
    Indices,
    ReducedSystem,
    ScaledSystem,
    inside,
    linearise,
    scaled_system,
    states,
)
from ionlang.simulate.resting.relaxation import relax
from ionlang.simulate.resting.roots import Roots, collect
from ionlang.simulate.resting.stability import Equilibrium, characterise, free_directions
from ionlang.simulate.resting.starts import scatter, settle, sweep

SWEPT, SCATTERED, SCATTERED_AGAIN, DEFLATED = 33, 32, 128, 24
RELAXATION_STEPS, RESCUE_STEPS = 200, 40
RESCUED = 16
DEFLATION_ROUNDS = 4
LARGEST_BATCH = 100_000_000
"""Work of one step, starts times coordinates cubed; large models are tried from fewer starts."""


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
        return Equilibria(
            (), nothing, ("the conserved totals leave no state inside the box",), Argument("totals")
        )
    scaled, home = settled
    search = _from_start(scaled, home)
    proved = _exhausted(scaled, search)
    if proved is not None:
        return report(scaled, _tally(proved), _by_structure(scaled))
    search = _from(scaled, search, _first_starts(scaled, home))
    search = _apart(scaled, search)
    if index_sum(scaled, search.roots) not in (1, None):
        search = _apart(
            scaled,
            _from(scaled, search, scatter(scaled, home, _limit(scaled, SCATTERED_AGAIN))),
        )
    along = followed(scaled, search.roots, home)
    ends = np.concatenate([search.ends, along.ends])
    search = replace(search, ends=ends, roots=collect(scaled, ends))
    return report(scaled, _tally(search), argued(scaled, along))


def _exhausted(scaled: ScaledSystem, search: _Search) -> _Search | None:
    """With every equilibrium there is, where that can be proved."""
    exhaust = scaled.system.exhaust
    coordinates = None if exhaust is None else exhaust(scaled.system)
    if coordinates is None:
        return None
    z = coordinates / scaled.unit
    z = z[inside(scaled, states(scaled, z))]
    roots = collect(scaled, np.concatenate([search.ends, z]))
    complete = len(roots.z) == len(z) and all(count == 1 for count in roots.members)
    return replace(search, ends=z, roots=roots) if complete else None


def _by_structure(scaled: ScaledSystem) -> Argument:
    row = int(scaled.rows[lead_of(scaled)])
    return Argument("structure", row, (float(scaled.system.lower[row]), float(scaled.system.upper[row])))


def _tally(search: _Search) -> Tally:
    return Tally(search.roots, search.outcomes, search.relaxed)


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
        Argument("nothing moves"),
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
