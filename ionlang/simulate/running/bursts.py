"""Bursts: a few copies of a long line fire while the others hardly change.

An integrator takes for all states the step that the fastest needs. Where the errors of its steps lie in few copies,
these and some beside them are integrated by themselves, as a small cell of their own (`lines/part.py`), along the
polynomials on which the others are, and then the others take one long step (`multistep/latent.py`), along what the few
were in it. So long a step is, as any, as its error allows. Besides it is asked of it:

- What the few did within it that is not a straight line, and what the others did that was not foreseen, changes either
  by less than a tenth of what is tolerated. If not, the step is shorter.
- What is kept along the line stays what it was, or becomes what is injected into it: the states beside the few take
  what two ways to count the same flux leave over, which is far less than tolerated. If not, the step is shorter.

It pays where the few take many steps in one of the others. Where it does not, nothing is tried for a while. Times in
ms.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import InitVar, dataclass, field

import numpy as np
from numpy.typing import NDArray

from ionlang.simulate.functions import FloatArray, Functions, GuardedRates, Phase
from ionlang.simulate.lines.part import Part, Parts, Polynomial
from ionlang.simulate.lines.totals import Totals
from ionlang.simulate.multistep.bdf import Bdf, Problem
from ionlang.simulate.multistep.latent import Known, latent, still
from ionlang.simulate.running.integrate import NO_LENGTH, Integration, resolution
from ionlang.simulate.running.long_step import LongStep
from ionlang.simulate.running.watches import cut
from ionlang.simulate.trajectory import INTERVALS, Piece

EVERY, TWICE = 8, 2
"""Each so many steps it is looked where the errors are; so often in a row they must be in few copies."""
FAINT = 1e-3
"""Of the largest error: a copy with less hardly changes."""
FIRST = 50.0
"""Steps of all that the first of the others may be long."""
LITTLE = 0.1
"""Of what is tolerated: so much may pass unseen."""
STEADY = 1e-9
"""Of how fast a total changes: what is injected is as much at the end of a step as at its beginning."""
SHORTER = 0.25
"""Of its length: how long a step is that is tried again."""
WORTH, MOST = 64, 1024
"""Steps of the few in a step of the others: some thirty they take only because they begin anew in each, and with fewer
than this it does not pay; more of them save nothing."""
IDLE = 8
"""Steps of the others in a row that did not pay: then all go on together."""
PAUSE, LONGEST_PAUSE = 200, 3_200
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
        self.narrow = self.narrow + 1 if self.parts.holds(first, last) and not solver.is_over else 0
        return (first, last) if self.narrow >= TWICE else None

    def follow(self, solver: Bdf, copies: tuple[int, int], see: See) -> tuple[float, FloatArray]:
        """Go on while it pays; where that came to, and the states there. The linear systems of `solver` are used."""
        self.narrow = 0
        part = self.parts.around(self.phase.parameters, *copies)
        burst = _Burst(self, solver.problem, part, solver.time, solver.state.copy(), FIRST * solver.length)
        burst.go_on(see)
        solver.forget()
        pays = burst.steps >= WORTH * max(burst.long_steps, 1)
        self.waiting = EVERY if pays else self.pause
        self.pause = PAUSE if pays else min(2 * self.pause, LONGEST_PAUSE)
        return burst.time, burst.state


@dataclass(slots=True)
class _Burst:
    """One under way: it has come to a `time` and a `state` (n,) after so many steps of the few, the `part`, and
    `long_steps` of the others. The `first` of these is so long. `outer` takes them, and `beside` is what was foreseen
    of the copies beside the few. Its totals are `kept`, and change at a `pace`."""

    bursts: Bursts
    problem: Problem
    part: Part
    time: float
    state: FloatArray
    first: InitVar[float]
    steps: int = 0
    long_steps: int = 0
    known: Known = field(init=False)
    outer: Bdf = field(init=False)
    beside: Polynomial = field(init=False)
    tolerated: FloatArray = field(init=False)
    mending: FloatArray = field(init=False)
    kept: FloatArray = field(init=False)
    pace: FloatArray = field(init=False)

    def __post_init__(self, first: float) -> None:
        bursts, problem, part = self.bursts, self.problem, self.part
        self.known = Known(problem, part.rows, bursts.above)
        self.known.piece = still(bursts.phase, self.time, self.state[part.rows])
        self.outer = latent(self.known, self.time, self.state, first)
        ways = part.ways(problem.slopes(self.time, self.state), bursts.above)
        self.tolerated = problem.rtol * np.abs(self.state) + problem.atol
        self.mending = bursts.totals.mending(part.outside, ways, self.tolerated[part.outside])
        self.kept, self.pace = bursts.totals.of(self.state), self._pace(self.time, self.state)

    def go_on(self, see: See) -> None:
        """Step by step, as long as it pays."""
        idle = 0
        while self.time < self.problem.end and idle < IDLE:
            few = self._alone(self.outer.end_of(self.outer.next_length)[1])
            while few is not None and not self._step(few, see):
                shorter = self.time + SHORTER * (few.end - self.time)
                few = cut(few, shorter) if steps_of(few) > WORTH else None
            if few is None:
                return
            idle = 0 if steps_of(few) > WORTH else idle + 1

    def _step(self, few: Piece, see: See) -> bool:
        """One of the others, over what the few did; whether it is good. If not, nothing has happened."""
        if few.end < self.outer.end_of(self.outer.next_length)[1]:
            self.outer.aim(few.end - self.time)
        if not self._pushed_outside(few) <= LITTLE:
            return False
        before, self.known.piece = self.outer.as_it_is(), few
        if self.outer.step():
            is_shorter = self.outer.time < few.end - 4 * math.ulp(few.end)
            taken = cut(few, self.outer.time) if is_shorter else few
            if self._pushed_inside() <= LITTLE and self._take(taken, see):
                return True
        self.outer = before
        return False

    def _alone(self, end: float) -> Piece | None:
        """The part by itself, up to there if it does not take too many steps; None where it comes to nothing."""
        part, outer, problem = self.part, self.outer, self.problem
        count = max(outer.order, 1) + 1
        self.beside = Polynomial(outer.terms[:count, part.outside], outer.time, outer.length)
        phase = part.phase(self.time, end, self.beside, self.bursts.phase.longest_step)
        rates = GuardedRates(part.functions, phase)
        own = Integration(rates, phase, problem.rtol, problem.atol[part.rows])
        times, values, stopped = own.leg(self.time, self.state[part.rows], MOST)
        if stopped:
            return None
        if end - times[-1] <= NO_LENGTH * resolution(phase):
            times[-1] = end
        found = Piece(phase, times, np.ascontiguousarray(values.T))
        sizes = np.abs(self.state)
        sizes[part.rows] = np.abs(found.values[:, [0, -1]]).max(axis=1)
        self.tolerated = problem.rtol * sizes + problem.atol
        return found

    def _pushed_outside(self, few: Piece) -> float:
        """How much of what is tolerated it could make in the copies beside that the few did not go straight."""
        part, first, last = self.part, few.values[:, 0], few.values[:, -1]
        share = (few.times - few.start) / (few.end - few.start)
        bent = np.abs(few.values - first[:, None] - np.outer(last - first, share)).max(axis=1)
        beside = self.beside.at(few.end)
        found, *others = (
            self._rates(few.end, last + sign * bent, beside, part.outside) for sign in (0.0, 1.0, -1.0)
        )
        change = np.abs([other - found for other in others]) * (few.end - few.start)
        return float((change / self.tolerated[part.outside]).max(initial=0.0))

    def _pushed_inside(self) -> float:
        """How much it could make in the few that the others came to something else than was foreseen."""
        part, time = self.part, self.outer.time
        inside = self.known.within(time)
        beside = self.beside.at(time), self.outer.state[part.outside]
        foreseen, found = (self._rates(time, inside, each, part.rows) for each in beside)
        change = np.abs(found - foreseen) * (time - self.time)
        return float((change / self.tolerated[part.rows]).max(initial=0.0))

    def _rates(
        self, time: float, inside: FloatArray, beside: FloatArray, rows: slice | NDArray[np.intp]
    ) -> FloatArray:
        """In these rows, where the few are `inside` and the copies beside them `beside`."""
        state = self.state.copy()
        state[self.part.rows], state[self.part.outside] = inside, beside
        return np.array(self.problem.rates(time, state)[rows])

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
        see(LongStep(outer, part, few))
        state[part.outside] += change
        outer.state[:] = state
        self.time, self.state, self.kept, self.pace = outer.time, state, kept, pace
        self.steps, self.long_steps = self.steps + steps_of(few), self.long_steps + 1
        return True


def steps_of(piece: Piece) -> int:
    """How many an integrator took in it."""
    return piece.times.size // INTERVALS


def bursts_of(functions: Functions, phase: Phase) -> Bursts | None:
    """What looks after a phase in which parameters stay; None where copies cannot be taken by themselves."""
    parts = functions.parts
    if parts is None or functions.band is None or phase.parameters_at is not None:
        return None
    return Bursts(parts, phase, parts.totals(phase.parameters), functions.band[1])
