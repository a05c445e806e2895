"""Bursts: a few copies of a long line fire while the others hardly change.

An integrator takes for all states the step that the fastest needs. Where the errors of its steps lie in few copies,
these and some beside them are integrated by themselves (`lines/part.py`), along the polynomials on which the others
are, and then the others take one long step (`multistep/latent.py`), along what the few were in it. So long a step is,
as any, as its error allows. Besides it is asked of it:

- What the few did within it that is not a straight line, and what the others did that was not foreseen, changes either
  by less than a tenth of what is tolerated. If not, the step is shorter, or more copies belong to the few.
- What is kept along the line stays what it was, or becomes what is injected into it: the states beside the few take
  what two ways to count the same flux leave over, which is far less than tolerated. If not, the step does not count.

It pays where the few take many steps in one of the others. Where it does not, nothing is tried for a while. Times in
ms.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from ionlang.simulate.functions import FloatArray, Functions, Phase
from ionlang.simulate.lines.part import Part, Parts, Polynomial
from ionlang.simulate.lines.totals import Totals
from ionlang.simulate.multistep.band_systems import banded
from ionlang.simulate.multistep.bdf import Bdf, Problem, begun
from ionlang.simulate.multistep.latent import Known, LongStep, latent, still
from ionlang.simulate.multistep.steps import Steps
from ionlang.simulate.running.watches import cut
from ionlang.simulate.trajectory import INTERVALS, Piece

EVERY, TWICE = 8, 2
"""Each so many steps it is looked where the errors are; so often in a row they must be in few copies."""
FAINT = 1e-6
"""Of the largest error: a copy with less hardly changes."""
FIRST = 50.0
"""Steps of all that the first of the others may be long."""
LITTLE, HOPELESS = 0.1, 1e3
"""Of what is tolerated: so much may pass unseen; with so much it is no use to take more copies."""
STEADY = 1e-9
"""Of how fast a total changes: what is injected is as much at the end of a step as at its beginning."""
SHORTER = 0.25
"""Of its length: how long a step is that is tried again."""
WORTH, MOST = 16, 512
"""Steps of the few in a step of the others: with fewer it does not pay; more of them save nothing, and are lost where
the step may not be."""
IDLE, GROWING = 5, 1.5
"""Steps of the others in a row that did not pay, once the first are over, of which each may be so many times longer
than the one before: then all go on together."""
PAUSE, LONGEST_PAUSE = 200, 20_000
"""Steps of all from the beginning of a phase, and after a try that did not pay; each further one doubles them."""

See = Callable[[LongStep], None]


@dataclass(slots=True)
class Bursts:
    """Looks after a phase. `waiting` are the steps until it is looked again, `narrow` how often in a row errors were in
    few copies, `pause` how long to wait when the next try does not pay."""

    parts: Parts
    phase: Phase
    totals: Totals
    above: int
    waiting: int = PAUSE
    narrow: int = 0
    pause: int = PAUSE

    def active(self, solver: Bdf) -> tuple[int, int] | None:
        """The first and the last of the copies that alone need so short a step, from 0; None if there are no such."""
        self.waiting -= 1
        if self.waiting > 0:
            return None
        self.waiting = EVERY
        errors = solver.weighed_correction().reshape(self.parts.copies, self.parts.states).max(axis=1)
        largest = errors.max()
        found = np.flatnonzero(errors > FAINT * largest)
        first, last = (int(found[0]), int(found[-1])) if largest > 0.0 else (0, self.parts.copies)
        self.narrow = self.narrow + 1 if self.parts.holds(first, last) else 0
        return (first, last) if self.narrow >= TWICE else None

    def follow(self, solver: Bdf, copies: tuple[int, int], see: See) -> tuple[float, FloatArray]:
        """Go on while it pays; where that came to, and the states there. The linear systems of `solver` are used."""
        self.narrow = 0
        burst = _Burst(self, solver, solver.problem, copies, solver.time, solver.state.copy())
        burst.length = FIRST * solver.length
        while burst.begin() and burst.goes_on(see):
            pass
        solver.forget()
        pays = burst.steps >= WORTH * max(burst.long_steps, 1)
        self.waiting = EVERY if pays else self.pause
        self.pause = PAUSE if pays else min(2 * self.pause, LONGEST_PAUSE)
        return burst.time, burst.state


@dataclass(slots=True)
class _Burst:
    """One under way of some `copies`: it has come to a `time` and a `state` (n,) after so many steps of the few and
    `long_steps` of the others, of which `idle` in a row did not pay; `has_paid` says whether one did since it last
    began. Its totals are `kept`, and change at a `pace`. When it begins its long step has the length `length`. `solver`
    is that of all, and stands where it began; `inner` takes the steps of the few, `outer` those of the others."""

    bursts: Bursts
    solver: Bdf
    problem: Problem
    copies: tuple[int, int]
    time: float
    state: FloatArray
    length: float = 0.0
    steps: int = 0
    long_steps: int = 0
    idle: int = 0
    has_paid: bool = False
    part: Part = field(init=False)
    known: Known = field(init=False)
    inner: Bdf = field(init=False)
    outer: Bdf = field(init=False)
    tolerated: FloatArray = field(init=False)
    mending: FloatArray = field(init=False)
    kept: FloatArray = field(init=False)
    pace: FloatArray = field(init=False)

    def begin(self) -> bool:
        """Part the line, from where it stands; whether that is possible."""
        bursts, problem = self.bursts, self.problem
        part = bursts.parts.around(bursts.phase.parameters, *self.copies)
        if part is None or self.time >= problem.end:
            return False
        self.part, self.known = part, Known(problem, part.rows, bursts.above)
        self.known.piece = still(bursts.phase, self.time, self.state[part.rows])
        self.outer = latent(self.known, self.time, self.state, self.length)
        self.inner = self._anew()
        self.idle, self.has_paid = 0, False
        ways = part.ways(problem.slopes(self.time, self.state), bursts.above)
        self.tolerated = problem.rtol * np.abs(self.state) + problem.atol
        self.mending = bursts.totals.mending(part.outside, ways, self.tolerated[part.outside])
        self.kept, self.pace = bursts.totals.of(self.state), self._pace(self.time, self.state)
        return True

    def goes_on(self, see: See) -> bool:
        """Step by step, as long as it pays; whether it might with shorter steps, or with more copies among the few."""
        while self.time < self.problem.end and self.idle < IDLE:
            _, end = self.outer.end_of(self.outer.next_length)
            few = self._alone(end)
            if few is None:
                return False
            if few.end < end:
                self.outer.aim(few.end - self.time)
            pushed = self._pushed_outside(few)
            if not pushed <= LITTLE:
                self._differently(few)
                return pushed < HOPELESS
            self.known.piece = few
            if not self.outer.step():
                return False
            is_shorter = self.outer.time < few.end - 4 * math.ulp(few.end)
            taken = cut(few, self.outer.time) if is_shorter else few
            if not (self._pushed_inside() <= LITTLE and self._take(taken, see)):
                self._differently(few)
                return True
            if is_shorter:
                self.inner = self._anew()
        return False

    def _differently(self, few: Piece) -> None:
        """After a step that may not be as it was: with shorter ones if that pays, else with more copies."""
        self.length = SHORTER * (few.end - few.start)
        if few.times.size // INTERVALS >= WORTH / SHORTER:
            self.problem = replace(self.problem, longest=self.length)
        else:
            states, rows = self.bursts.parts.states, self.part.rows
            self.copies = rows.start // states - 1, rows.stop // states

    def _alone(self, end: float) -> Piece | None:
        """The part by itself, up to there if it does not take too many steps; None where it comes to nothing."""
        part, inner, outer = self.part, self.inner, self.outer
        count = max(outer.order, 1) + 1
        part.lean(Polynomial(outer.terms[:count, part.outside], outer.time, outer.length))
        inner.problem = replace(inner.problem, end=end)
        steps = Steps(self.time, self.state[part.rows])
        while not inner.is_over and len(steps.ends) < MOST:
            if not inner.step():
                return None
            steps.add(inner)
        found = steps.piece(self.bursts.phase)
        sizes = np.abs(self.state)
        sizes[part.rows] = np.abs(found.values[:, [0, -1]]).max(axis=1)
        self.tolerated = self.problem.rtol * sizes + self.problem.atol
        return found

    def _anew(self) -> Bdf:
        """What integrates the part, from where it stands; its history is that of all copies where these got there."""
        part, problem, solver = self.part, self.problem, self.solver
        own = replace(
            problem,
            rates=part.rates,
            slopes=part.slopes,
            systems=banded(*part.band),
            atol=problem.atol[part.rows],
        )
        part.lean(Polynomial(self.outer.terms[:2, part.outside], self.time, self.outer.length))
        if self.time > solver.time:
            return begun(own, self.time, self.state[part.rows], min(solver.length, problem.end - self.time))
        terms = solver.terms[:, part.rows].copy()
        order, length = solver.next_order, solver.next_length
        return Bdf(own, self.time, terms, solver.length, solver.order, next_order=order, next_length=length)

    def _pushed_outside(self, few: Piece) -> float:
        """How much of what is tolerated it could make in the copies beside that the few did not go straight."""
        part, first, last = self.part, few.values[:, 0], few.values[:, -1]
        assert part.beside is not None
        share = (few.times - few.start) / (few.end - few.start)
        bent = np.abs(few.values - first[:, None] - np.outer(last - first, share)).max(axis=1)
        beside = part.beside.at(few.end)
        straight = part.pushed(few.end, last, beside)
        changes = [part.pushed(few.end, last + sign * bent, beside) - straight for sign in (1.0, -1.0)]
        shares = np.abs(changes)[:, part.others] * (few.end - few.start) / self.tolerated[part.outside]
        return float(shares.max(initial=0.0))

    def _pushed_inside(self) -> float:
        """How much it could make in the few that the others came to something else than was foreseen."""
        part, outer = self.part, self.outer
        assert part.beside is not None
        time, inside = outer.time, self.known.within(outer.time)
        foreseen = part.pushed(time, inside, part.beside.at(time))
        change = part.pushed(time, inside, outer.state[part.outside]) - foreseen
        shares = np.abs(change[part.own]) * (time - self.time) / self.tolerated[part.rows]
        return float(shares.max(initial=0.0))

    def _pace(self, time: float, state: FloatArray) -> FloatArray:
        """How fast totals change."""
        return self.bursts.totals.pace(self.problem.rates(time, state))

    def _take(self, few: Piece, see: See) -> bool:
        """The step is good, if what is kept along the line is."""
        part, outer = self.part, self.outer
        state = outer.state.copy()
        state[part.rows] = few.values[:, -1]
        found, pace = self.bursts.totals.of(state), self._pace(outer.time, state)
        is_steady = np.abs(pace - self.pace) <= STEADY * np.abs(pace)
        kept = np.where(is_steady, self.kept + pace * (outer.time - self.time), found)
        change = self.mending @ (kept - found)
        if not (np.abs(change) <= LITTLE * self.tolerated[part.outside]).all():
            return False
        see(LongStep(outer, part.rows, few))
        state[part.outside] += change
        outer.state[:] = state
        steps = few.times.size // INTERVALS
        self.time, self.state, self.kept, self.pace = outer.time, state, kept, pace
        self.steps, self.long_steps = self.steps + steps, self.long_steps + 1
        self.has_paid = self.has_paid or steps >= WORTH
        grows = not self.has_paid and outer.next_length > GROWING * outer.length
        self.idle = 0 if grows or steps >= WORTH else self.idle + 1
        return True


def bursts_of(functions: Functions, phase: Phase) -> Bursts | None:
    """What looks after a phase in which parameters stay; None where copies cannot be taken by themselves."""
    parts = functions.parts
    if parts is None or functions.band is None or phase.parameters_at is not None:
        return None
    return Bursts(parts, phase, parts.totals(phase.parameters), functions.band[1])
