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
from ionlang.simulate.multistep.latent import Known, latent
from ionlang.simulate.running.integrate import NO_LENGTH, Integration, resolution
from ionlang.simulate.running.long_step import Few, LongStep
from ionlang.simulate.trajectory import Piece

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
STRICTER = 0.2
"""Of what is tolerated: so much of the few, whose errors add up as they begin anew in each step of the others."""
IDLE = 8
"""Steps of the others in a row that did not pay: then all go on together."""
PAUSE, LONGEST_PAUSE = 200, 3_200
"""Steps of all from the beginning of a phase, and after a try that did not pay; each further one doubles them."""

Copies = NDArray[np.intp]
Places = tuple[tuple[int, int], ...]
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

    def active(self, solver: Bdf) -> Copies | None:
        """The copies that alone need so short a step, from 0; None if there are no such."""
        self.waiting -= 1
        if self.waiting > 0 or solver.is_over:
            return None
        self.waiting = EVERY
        copies = self.limiting(solver)
        self.narrow = self.narrow + 1 if self.parts.places(copies) else 0
        return copies if self.narrow >= TWICE else None

    def limiting(self, solver: Bdf) -> Copies:
        """Those that the last step needed to be so short."""
        errors = solver.weighed_correction().reshape(self.parts.copies, self.parts.states).max(axis=1)
        return np.flatnonzero(errors > FAINT * errors.max())

    def follow(self, solver: Bdf, copies: Copies, see: See) -> tuple[float, FloatArray]:
        """Go on while it pays; where that came to, and the states there. Where others of all copies turn out to need
        short steps, they join the few. The linear systems of `solver` are used."""
        self.narrow = 0
        time, state, steps, long_steps = solver.time, solver.state.copy(), 0, 0
        places: Places = ()
        while time < solver.problem.end and (wider := self.parts.places(copies)) and wider != places:
            places = wider
            parts = tuple(self.parts.part(self.phase.parameters, *place) for place in places)
            burst = _Burst(self, solver.problem, parts, time, state, FIRST * solver.length)
            burst.go_on(see)
            time, state = burst.time, burst.state
            steps, long_steps = steps + burst.steps, long_steps + burst.long_steps
            copies = np.union1d(copies, self.limiting(burst.outer))
        solver.forget()
        pays = steps >= WORTH * max(long_steps, 1)
        self.waiting = EVERY if pays else self.pause
        self.pause = PAUSE if pays else min(2 * self.pause, LONGEST_PAUSE)
        return time, state


@dataclass(slots=True)
class _Burst:
    """One under way: it has come to a `time` and a `state` (n,) after so many steps of the few, the `parts`, and
    `long_steps` of the others. The `first` of these is so long. `outer` takes them, and `beside` is what was foreseen
    of the copies beside the few. Its totals are `kept`, and change at a `pace`. `rows` and `outside` are those of all
    parts and of all copies beside them."""

    bursts: Bursts
    problem: Problem
    parts: tuple[Part, ...]
    time: float
    state: FloatArray
    first: InitVar[float]
    steps: int = 0
    long_steps: int = 0
    rows: NDArray[np.intp] = field(init=False)
    outside: NDArray[np.intp] = field(init=False)
    known: Known = field(init=False)
    outer: Bdf = field(init=False)
    beside: Polynomial = field(init=False)
    tolerated: FloatArray = field(init=False)
    mending: FloatArray = field(init=False)
    kept: FloatArray = field(init=False)
    pace: FloatArray = field(init=False)

    def __post_init__(self, first: float) -> None:
        bursts, problem, state = self.bursts, self.problem, self.state
        self.rows = np.concatenate([np.arange(part.rows.start, part.rows.stop) for part in self.parts])
        self.outside = np.unique(np.concatenate([part.outside for part in self.parts]))
        begins = state[self.rows]
        self.known = Known(problem, self.rows, bursts.above, lambda time: begins)
        self.outer = latent(self.known, self.time, state, first)
        self.tolerated = problem.rtol * np.abs(state) + problem.atol
        ways = self._ways(problem.slopes(self.time, state))
        self.mending = bursts.totals.mending(self.outside, ways, self.tolerated[self.outside])
        self.kept, self.pace = bursts.totals.of(state), self._pace(self.time, state)

    def go_on(self, see: See) -> None:
        """Step by step, as long as it pays."""
        idle = 0
        while self.time < self.problem.end and idle < IDLE:
            few, before = self._alone(self.outer.end_of(self.outer.next_length)[1]), self.steps
            while few is not None and not self._step(few, see):
                shorter = self.time + SHORTER * (few.end - self.time)
                few = few.until(shorter) if few.steps > WORTH else None
            if few is None:
                return
            idle = 0 if self.steps - before > WORTH else idle + 1

    def _step(self, few: Few, see: See) -> bool:
        """One of the others, over what the few did; whether it is good. If not, nothing has happened."""
        if not self._pushed_outside(few) <= LITTLE:
            return False
        if few.end < self.outer.end_of(self.outer.next_length)[1]:
            self.outer.aim(few.end - self.time)
        before, self.known.within = self.outer.as_it_is(), few.at
        if self.outer.step():
            is_shorter = self.outer.time < few.end - 4 * math.ulp(few.end)
            taken = few.until(self.outer.time) if is_shorter else few
            if self._pushed_inside(taken) <= LITTLE and self._take(taken, see):
                return True
        self.outer = before
        return False

    def _alone(self, end: float) -> Few | None:
        """The parts by themselves, up to there if none takes too many steps; None where one comes to nothing."""
        self.beside = self._foreseen(self.outside)
        pieces = []
        for part in self.parts:
            piece = self._one_alone(part, end)
            if piece is None:
                return None
            end = piece.end
            pieces.append(piece)
        found = Few(self.parts, tuple(pieces)).until(end)
        sizes = np.abs(self.state)
        sizes[self.rows] = np.maximum(np.abs(found.first), np.abs(found.last))
        self.tolerated = self.problem.rtol * sizes + self.problem.atol
        return found

    def _one_alone(self, part: Part, end: float) -> Piece | None:
        problem, beside = self.problem, self._foreseen(part.outside)
        phase = part.phase(self.time, end, beside, self.bursts.phase.longest_step)
        rates = GuardedRates(part.functions, phase)
        own = Integration(rates, phase, STRICTER * problem.rtol, STRICTER * problem.atol[part.rows])
        times, values, stopped = own.leg(self.time, self.state[part.rows], MOST)
        if stopped:
            return None
        if end - times[-1] <= NO_LENGTH * resolution(phase):
            times[-1] = end
        return Piece(phase, times, np.ascontiguousarray(values.T))

    def _foreseen(self, rows: NDArray[np.intp]) -> Polynomial:
        """What these rows of the others will be, as far as one knows."""
        outer = self.outer
        return Polynomial(outer.terms[: max(outer.order, 1) + 1, rows], outer.time, outer.length)

    def _pushed_outside(self, few: Few) -> float:
        """How much of what is tolerated it could make in the copies beside that the few did not go straight."""
        last, bent, beside = few.last, few.bent(), self.beside.at(few.end)
        found, *others = (
            self._rates(few.end, last + sign * bent, beside)[self.outside] for sign in (0.0, 1.0, -1.0)
        )
        change = np.abs([other - found for other in others]) * (few.end - few.start)
        return float((change / self.tolerated[self.outside]).max(initial=0.0))

    def _pushed_inside(self, few: Few) -> float:
        """How much it could make in the few that the others came to something else than was foreseen."""
        beside = self.beside.at(few.end), self.outer.state[self.outside]
        foreseen, found = (self._rates(few.end, few.last, each)[self.rows] for each in beside)
        change = np.abs(found - foreseen) * (few.end - few.start)
        return float((change / self.tolerated[self.rows]).max(initial=0.0))

    def _rates(self, time: float, inside: FloatArray, beside: FloatArray) -> FloatArray:
        """Where the few are `inside` and the copies beside them `beside`."""
        state = self.state.copy()
        state[self.rows], state[self.outside] = inside, beside
        return np.array(self.problem.rates(time, state))

    def _ways(self, band: FloatArray) -> FloatArray:
        """How the parts change the rates of the copies beside them (outside, k)."""
        found = []
        for part in self.parts:
            own = part.ways(band, self.bursts.above)
            ways = np.zeros((self.outside.size, own.shape[1]))
            ways[np.searchsorted(self.outside, part.outside)] = own
            found.append(ways)
        return np.hstack(found)

    def _pace(self, time: float, state: FloatArray) -> FloatArray:
        """How fast totals change."""
        return self.bursts.totals.pace(self.problem.rates(time, state))

    def _take(self, few: Few, see: See) -> bool:
        """The step is good, if what is kept along the line is."""
        outer = self.outer
        state = outer.state.copy()
        state[self.rows] = few.last
        found, pace = self.bursts.totals.of(state), self._pace(outer.time, state)
        is_steady = np.abs(pace - self.pace) <= STEADY * np.abs(pace)
        kept = np.where(is_steady, self.kept + pace * (outer.time - self.time), found)
        change = self.mending @ (kept - found)
        if not (np.abs(change) <= LITTLE * self.tolerated[self.outside]).all():
            return False
        see(LongStep(outer, few))
        state[self.outside] += change
        outer.state[:] = state
        self.time, self.state, self.kept, self.pace = outer.time, state, kept, pace
        self.steps, self.long_steps = self.steps + few.steps, self.long_steps + 1
        return True


def bursts_of(functions: Functions, phase: Phase) -> Bursts | None:
    """What looks after a phase in which parameters stay; None where copies cannot be taken by themselves."""
    parts = functions.parts
    if parts is None or functions.band is None or phase.parameters_at is not None:
        return None
    return Bursts(parts, phase, parts.totals(phase.parameters), functions.band[1])
