"""Integrate the phases of a run with LSODA (`scipy.integrate.odeint`), and keep its dense output cheaply.

Why `odeint`: its loop over steps is compiled, whereas a solver that returns to Python after each step spends more
time there than in a small model. `odeint` gives the solution only on a grid of times settled beforehand, yet the
right grid is five even intervals in each step that LSODA takes (`trajectory.py`), and LSODA chooses its steps as it
goes. But the first evaluation of the rates within a step tells where the step will end, and `odeint` reads each time
of the grid only when it gets there. So the callback writes the samples of the step under way into the grid, and after
them a gate, the first instant after the step: to pass it, `odeint` must take one further step before it reads on.
Output times do not influence the steps, as the length of the first is given. So with a SciPy that copied the grid
(found out once, by trial) the steps are found in one pass and sampled in a second: slower, the same numbers. Times in
ms.
"""

from __future__ import annotations

import math
import struct
import warnings
from array import array
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial

import numpy as np

from ionlang.simulate.functions import FloatArray, Functions, GuardedRates, Phase
from ionlang.simulate.lines.pooled import Rates
from ionlang.simulate.trajectory import INTERVALS, Failure, PhaseRun, Piece, Run, Trajectory, constant_piece

BEYOND = 1e60  # no state is so large: it comes of a rejected rate, or of an overflow
STEPS = 4096  # in one call of odeint; to start anew costs about 30
PLACES = 1 << 24  # numbers that one call of odeint may fill: 128 MB
LEAST_STEPS = 64
STEPS_BETWEEN_SAMPLES = 200  # one at most is needed, unless the step vanishes against time
SHORTER = 1000.0  # times, the first step after a leg that ended early: LSODA begins with an explicit method
ATTEMPTS = 4  # in a row that end early before the integration is given up
NO_LENGTH = 256  # units in the last place of time: what remains of a phase is passed over if so short
STEPS_WITHOUT_STATES = 64

__all__ = ["Failure", "PhaseRun", "Run", "integrate", "integrate_phase"]

Progress = Callable[[float], None]
_Raw = tuple[FloatArray, FloatArray, bool]  # times (5s + 1,), values (5s + 1, n) of s steps; stopped early?


def integrate(
    functions: Functions,
    phases: Sequence[Phase],
    y0: Sequence[float],
    rtol: float,
    atol: FloatArray,
    progress: Progress | None = None,
) -> Run:
    """Integrate `phases` (one at least, in order) from the n values y0; states are continuous at the edges.

    Otherwise as `integrate_phase`.
    """
    pieces: list[Piece] = []
    values = [float(value) for value in y0]
    for phase in phases:
        run = integrate_phase(functions, phase, values, rtol, atol, progress)
        pieces.append(run.piece)
        if run.failure is not None:
            return Run(Trajectory(tuple(pieces)), run.failure)
        values = run.piece.values[:, -1].tolist()
    return Run(Trajectory(tuple(pieces)), None)


def integrate_phase(
    functions: Functions,
    phase: Phase,
    y0: Sequence[float],
    rtol: float,
    atol: FloatArray,
    progress: Progress | None = None,
) -> PhaseRun:
    """Integrate one phase from the n values y0, to the relative tolerance rtol and the absolute ones atol
    (n,) in the units of the states. `progress(t)` is told now and then how far it got.

    Failure of the numbers is a value, never an exception; but exceptions of the functions other than
    arithmetic ones, and those of `progress`, pass through.
    """
    y = np.array(y0, float)
    if phase.end - phase.start <= NO_LENGTH * resolution(phase):
        y = y if functions.take is None else functions.take(phase, np.array([phase.start]), y[None, :])[0]
        return PhaseRun(constant_piece(phase, phase.end, y, 1), None)
    if y.size == 0:
        return PhaseRun(constant_piece(phase, phase.end, y, STEPS_WITHOUT_STATES), None)
    return Integration(GuardedRates(functions, phase), phase, rtol, np.asarray(atol, float)).run(y, progress)


@dataclass(frozen=True, slots=True)
class Integration:
    """One phase under way, in legs: a leg is one call of `odeint`."""

    rates: GuardedRates
    phase: Phase
    rtol: float
    atol: FloatArray

    def run(self, y: FloatArray, progress: Progress | None) -> PhaseRun:
        t, end = self.phase.start, self.phase.end
        times, values = [np.array([t])], [self.kept(np.array([t]), y[None, :])]
        while self.rates.early < ATTEMPTS and end - t > NO_LENGTH * resolution(self.phase):
            more_times, more_values, stopped = self.leg(t, y)
            self.rates.early = self.rates.early + 1 if stopped else 0
            times.append(more_times[1:])
            values.append(self.kept(more_times, more_values)[1:])
            t, y = float(more_times[-1]), more_values[-1]
            if progress is not None:
                progress(t)
        if self.rates.early < ATTEMPTS:
            times[-1][-1] = end
            return PhaseRun(self.piece(times, values), None)
        return PhaseRun(self.piece(times, values), self.failure(t, y))

    def kept(self, times: FloatArray, values: FloatArray) -> FloatArray:
        """Of some steps what is kept."""
        take = self.rates.functions.take
        return values if take is None else take(self.phase, times, values)

    def piece(self, times: list[FloatArray], values: list[FloatArray]) -> Piece:
        all_times, all_values = np.concatenate(times), np.concatenate(values)
        if all_times.size == 1:
            return constant_piece(self.phase, self.phase.start, all_values[0], 1)
        return Piece(self.phase, all_times, np.ascontiguousarray(all_values.T))

    def leg(self, t: float, y: FloatArray, most: int = STEPS) -> _Raw:
        """Up to `most` steps from t, all of them good: finite, and with rates at the end of each."""
        self.rates.complaint = None
        if not self.rates.defined(t, y):
            return np.array([t]), y[None, :], True
        most = min(most, max(PLACES // (INTERVALS * y.size), LEAST_STEPS))
        times, values, stopped = (_live_leg if _grid_is_live() else _two_pass_leg)(self, t, y, most)
        steps = good = times.size // INTERVALS
        bad = ~(np.abs(values) < BEYOND).all(axis=1)
        if bad.any():
            good = max(int(bad.argmax()) - 1, 0) // INTERVALS
        if stopped or good < steps or self.rates.complaint is not None:
            self.rates.wary = True
            ends = range(INTERVALS, INTERVALS * good + 1, INTERVALS)
            valid = [self.rates.defined(float(times[i]), values[i]) for i in ends]
            good = [*valid, False].index(False)
        rows = INTERVALS * good + 1
        return times[:rows], values[:rows], stopped or good < steps

    def odeint(self, rates: Rates, t: FloatArray, y: FloatArray, most_steps: int) -> tuple[FloatArray, bool]:
        """States at the times t, and whether odeint stopped early: then the last rows are arbitrary."""
        from scipy.integrate import ODEintWarning, odeint

        functions = self.rates.functions
        slopes: Rates | None = self.rates.jacobian()
        below, above = functions.band or (None, None)
        pooled = None if functions.pooling is None else functions.pooling(self.phase.parameters)
        if pooled is not None and above is not None:
            rates, slopes, y = pooled.rates(rates), pooled.slopes(slopes, above), pooled.into(y)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", ODEintWarning)
            values, _ = odeint(  # type: ignore[call-overload]
                rates,
                y,
                t,
                Dfun=slopes,
                ml=below,
                mu=above,
                tfirst=True,
                rtol=self.rtol,
                atol=self.atol,
                h0=self.first_step(float(t[0]), y),
                tcrit=[self.phase.end],
                hmax=self.phase.longest_step if math.isfinite(self.phase.longest_step) else 0.0,
                mxstep=most_steps,
                full_output=True,
            )
        values = values if pooled is None else pooled.back(values)
        return values, any(issubclass(warning.category, ODEintWarning) for warning in caught)

    def first_step(self, t: float, y: FloatArray) -> float:
        """LSODA's own rule, which would else depend on the first output time; shorter after a leg that ended early."""
        speed = float(np.abs(np.array(self.rates.guarded(t, y)) / (self.rtol * np.abs(y) + self.atol)).max())
        longest = math.sqrt(self.rtol) * (self.phase.end - t)
        step = min(1.0 / (math.sqrt(self.rtol) * speed), longest) if speed > 0.0 else longest
        return max(step / SHORTER**self.rates.early, 16 * resolution(self.phase))

    def failure(self, t: float, y: FloatArray) -> Failure:
        """Blames the state that changes fastest for its tolerance, or the one whose rate is not finite."""
        reason = self.rates.complaint or "the solution changes faster than time can resolve"
        blamed = None
        with suppress(ArithmeticError, ValueError):
            speed = np.abs(np.array(self.rates.unguarded(t, y))) / (self.rtol * np.abs(y) + self.atol)
            blamed = int(np.where(np.isfinite(speed), speed, np.inf).argmax())
        return Failure(t, blamed, reason, tuple(y.tolist()))


class _LiveGrid(np.ndarray[tuple[int], np.dtype[np.float64]]):
    """Output times that `odeint` shares with us: it copies its argument, and gets the same memory."""

    def __copy__(self) -> _LiveGrid:
        return self


@cache
def _grid_is_live() -> bool:
    """Whether this SciPy's `odeint` reads the grid as it goes, tried on y' = 1."""
    from scipy.integrate import odeint

    grid = np.array([0.0, 1.0, 4.0])

    def rates(t: float, y: FloatArray) -> list[float]:
        grid[2] = 2.0
        return [1.0]

    values = odeint(rates, [0.0], grid.view(_LiveGrid), tfirst=True)
    return bool(abs(values[2, 0] - 2.0) < 1e-3)


def _live_leg(integration: Integration, t: float, y: FloatArray, most: int) -> _Raw:
    size = INTERVALS * most + 2
    grid = _empty_grid(t, integration.phase.end, size)
    rates, place = _watch(integration, grid, t)
    times = np.frombuffer(grid)[:size]
    values, stopped = integration.odeint(rates, times.view(_LiveGrid), y, STEPS_BETWEEN_SAMPLES)
    # If it stopped, the last trial failed, and the end of the step before was not yet read.
    rows = max(min(place() + (-INTERVALS if stopped else INTERVALS), size), 2)
    return np.delete(times[:rows], 1), np.delete(values[:rows], 1, axis=0), stopped


def _two_pass_leg(integration: Integration, t: float, y: FloatArray, most: int) -> _Raw:
    """As `_live_leg`, where the grid must be settled beforehand: the steps are taken twice."""
    size = INTERVALS * most + 2
    grid = _empty_grid(t, integration.phase.end, size)
    rates, place = _watch(integration, grid, t)
    stopped = True
    with suppress(struct.error):  # the grid is full
        _, stopped = integration.odeint(rates, np.array([t, integration.phase.end]), y, most + 1)
    rows = max(min(place() + (0 if stopped else INTERVALS), size), 2)
    times = np.maximum.accumulate(np.array(grid[:rows]))  # steps of rounding length cross their gates
    values, stopped = integration.odeint(integration.rates.guarded, times, y, STEPS_BETWEEN_SAMPLES)
    rows = max(rows - INTERVALS, 2) if stopped else rows
    return np.delete(times[:rows], 1), np.delete(values[:rows], 1, axis=0), stopped


def _watch(integration: Integration, grid: array[float], start: float) -> tuple[Rates, Callable[[], int]]:
    """Rates that lay down the samples of each step in `grid`, and the place where those of the last trial
    begin.

    Place 0 is the start, place 1 its gate; each step has four samples within and a gate at its end. Where
    time goes back, LSODA tries the same step with a shorter length, and its samples are laid down again.
    """
    end, base, clock = integration.phase.end, start, [start]
    block = struct.Struct(f"{INTERVALS}d")
    lay, width = block.pack_into, block.size
    place = 2 * grid.itemsize - width  # in bytes

    def mark(t: float) -> None:
        nonlocal base, place
        if t > clock[0]:
            base = clock[0]
            place += width
        clock[0] = t
        part = (t - base) * 0.2
        lay(grid, place, base + part, base + part + part, t - part - part, t - part, math.nextafter(t, end))

    return marking(integration, clock, mark), lambda: place // grid.itemsize


def marking(integration: Integration, clock: list[float], mark: Callable[[float], None]) -> Rates:
    """Rates that call `mark(t)` before they answer for another time than the last."""
    guard, parameters = integration.rates, integration.phase.parameters
    if guard.binds:
        assert guard.functions.integrand is not None
        n = integration.atol.size
        memory = bytearray(8 * n)
        write, result = struct.Struct(f"{n}d").pack_into, np.frombuffer(memory)
        reject = partial(guard.reject, count=n)
        return guard.functions.integrand(parameters, clock, mark, write, memory, result, reject)
    rhs = guard.rhs()

    def rates(t: float, y: FloatArray) -> list[float]:
        if t != clock[0]:
            mark(t)
        try:
            return rhs(t, y.tolist(), parameters)
        except (ArithmeticError, ValueError) as error:
            return guard.reject(error, y.size)

    return rates


def _empty_grid(start: float, end: float, size: int) -> array[float]:
    """`size` places and room for one step more; those not laid down are at the end of the phase."""
    grid = array("d", [end]) * (size + INTERVALS)
    grid[0], grid[1] = start, math.nextafter(start, end)
    return grid


def resolution(phase: Phase) -> float:
    """The last digit of time [ms] there."""
    return math.ulp(max(abs(phase.start), abs(phase.end)))
