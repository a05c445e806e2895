"""The callables that a simulation runs on, and the phases between scheduled edges.

Every function comes in two forms. The scalar form works on Python floats and lists (the `math` module): the
integrator calls it tens of thousands of times, and on short arrays it is several times faster than NumPy.
The form named `…_many` works on arrays of m instants at once: whoever looks at a finished trajectory calls
it. Units are the cell's own throughout: time [ms], rates per ms.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol, cast

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ionlang.codegen.chain import Sparsity
    from ionlang.simulate.lines.part import Apart, Parts
    from ionlang.simulate.lines.pooled import Pooling

FloatArray = NDArray[np.float64]
Parameters = Sequence[float]
ParametersMany = Sequence[float | FloatArray]
Rhs = Callable[[float, list[float], Parameters], list[float]]
Jacobian = Callable[[float, list[float], Parameters], list[list[float]]]
Integrand = Callable[..., Callable[[float, FloatArray], object]]
RhsMany = Callable[[FloatArray, FloatArray, ParametersMany], FloatArray]

Take = Callable[["Phase", FloatArray, FloatArray], FloatArray]


class Keeper(Protocol):
    """Keeps what is to be kept of a run of n states, told of it step by step.

    `rows` are the states that are kept at every step, as they begin a stretch of the run and at samples of each step;
    behind them stands what it makes (`seen`) of samples of the states on which that depends, `watched()`. It says at
    which instants of a phase it `wants` all states, and is given their `profile` (n, instants) then; what the states
    were where a stretch `begun` and where it `ended`; and where it counts what comes from outside, of the states that
    this depends on, `counted()`, what they were between (`passed`, with weights [ms] for an integral); where it
    `counts_by_copies` it may be told besides what is to be added of some copies `apart`.
    """

    @property
    def rows(self) -> NDArray[np.intp]: ...
    def counted(self) -> NDArray[np.intp]: ...
    def watched(self) -> NDArray[np.intp]: ...
    def wants(self, phase: Phase, start: float, end: float) -> list[float]: ...
    def profile(self, phase: Phase, times: list[float], values: FloatArray) -> None: ...
    def begun(self, phase: Phase, time: float, values: FloatArray) -> None: ...
    def ended(self, phase: Phase, time: float, values: FloatArray) -> None: ...
    def passed(
        self,
        phase: Phase,
        times: FloatArray,
        values: FloatArray,
        weights: FloatArray,
        apart: Sequence[Apart] = (),
    ) -> None: ...
    @property
    def counts_by_copies(self) -> bool: ...
    def seen(self, phase: Phase, times: FloatArray, values: FloatArray) -> FloatArray: ...


REJECTED = 1e100  # a rate that no step survives, yet no arithmetic within LSODA overflows on


@dataclass(frozen=True, slots=True)
class Functions:
    """Right-hand side and Jacobian of one system of n states.

    `rhs(t, y, p)` gives n rates; `jacobian(t, y, p)[i][j]` is d rate i / d state j, or `jacobian` is None
    and the integrator takes differences. `rhs_many` takes t (m,) and y (n, m) and gives (n, m);
    `jacobian_many` gives (n, n, m); the entries of p are then floats or arrays (m,).

    The scalar forms may raise ArithmeticError or ValueError (`math.exp` of a large number, `math.log` of a
    negative one): the integrator takes that as "this trial step was too long". They must not return complex
    numbers, so a power with a broken exponent is `math.pow(x, a)`, not `x**a`.

    Of a cell with lines all are functions of arrays, and the Jacobian is a band of `band` = (rows below the diagonal,
    rows above it): `jacobian(t, y, p)[above + i - j, j]` is d rate i / d state j. Where not all is kept of a run,
    `take(phase, times, values)` is given each stretch of it, values (times, n), and gives back what is; a `keeper` does
    the same step by step. `pooling` says which states are integrated as totals. `slopes(p)` is the Jacobian with its
    parameters bound, as `integrand` is of the rates; `sparsity` says where the Jacobian of one line is not zero,
    and `parts` gives the functions of some of its copies by themselves.
    """

    rhs: Rhs
    jacobian: Jacobian | None = None
    rhs_many: RhsMany | None = None
    jacobian_many: RhsMany | None = None
    integrand: Integrand | None = None
    band: tuple[int, int] | None = None
    take: Take | None = None
    pooling: Pooling | None = None
    keeper: Keeper | None = None
    slopes: Callable[[Parameters], Callable[[float, FloatArray], FloatArray]] | None = None
    sparsity: Sparsity | None = None
    parts: Parts | None = None


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of time [ms] within which nothing jumps.

    `parameters` holds throughout, unless `parameters_at(t)` is given: then parameters are a continuous
    function of time within [start, end], and that function is never asked about a time outside.
    `parameters_at_many` (t (m,) to floats or arrays (m,)) is its form for arrays; without it the scalar
    form is called m times. No step of an integrator is longer than `longest_step` [ms].

    Raises ValueError if the phase ends before it starts.
    """

    start: float
    end: float
    parameters: Parameters
    parameters_at: Callable[[float], Parameters] | None = None
    parameters_at_many: Callable[[FloatArray], ParametersMany] | None = None
    longest_step: float = math.inf

    def __post_init__(self) -> None:
        if not self.start <= self.end:
            raise ValueError(f"a phase cannot run from {self.start} ms to {self.end} ms")

    def parameters_many(self, t: FloatArray) -> ParametersMany:
        """Parameters at the instants t (m,) [ms]: floats if constant, else arrays (m,)."""
        if self.parameters_at is None:
            return self.parameters
        if self.parameters_at_many is not None:
            return self.parameters_at_many(t)
        if t.size == 0:
            return self.parameters
        return list(np.array([self.parameters_at(instant) for instant in t.tolist()], float).T)


@dataclass(slots=True)
class GuardedRates:
    """The scalar functions within one phase, made safe to be called by LSODA.

    A trial step may lead where the functions are undefined (`math` raises) although a shorter step would not.
    An exception would end `odeint`, and a NaN is silently dropped by LSODA's maximum norm; so an enormous rate
    is returned in place of either. Its sign alternates: no step satisfies that, and LSODA tries shorter ones.

    `complaint` is the last arithmetic error; `wary` tells that rates are checked to be finite, which takes time;
    `early` counts the legs in a row that ended early.
    """

    functions: Functions
    phase: Phase
    complaint: str | None = None
    wary: bool = False
    early: int = 0
    rejected: float = REJECTED

    @property
    def binds(self) -> bool:
        """Whether the functions offer a form with its parameters bound, and nothing stands against using it."""
        return self.functions.integrand is not None and self.phase.parameters_at is None and not self.wary

    def rhs(self) -> Rhs:
        """The right-hand side, with the parameters of the instant if they vary, and checked if wary."""
        rhs, varying = self.functions.rhs, self.phase.parameters_at
        if varying is None and not self.wary:
            return rhs

        def driven(t: float, y: list[float], parameters: Parameters) -> list[float]:
            return rhs(t, y, parameters if varying is None else varying(t))

        def checked(t: float, y: list[float], parameters: Parameters) -> list[float]:
            rates = driven(t, y, parameters)
            if not math.isfinite(sum(rates)):
                raise ArithmeticError("a rate is not a finite number")
            return rates

        return checked if self.wary else driven

    def unguarded(self, t: float, y: FloatArray) -> list[float]:
        parameters = (
            self.phase.parameters if self.phase.parameters_at is None else self.phase.parameters_at(t)
        )
        return self.functions.rhs(t, y.tolist(), parameters)

    def guarded(self, t: float, y: FloatArray) -> list[float]:
        try:
            return self.rhs()(t, y.tolist(), self.phase.parameters)
        except (ArithmeticError, ValueError) as error:
            return self.reject(error, y.size)

    def defined(self, t: float, y: FloatArray) -> bool:
        """Whether all rates are finite numbers there; if not, that is the complaint."""
        try:
            if all(math.isfinite(rate) for rate in self.unguarded(t, y)):
                return True
            self.complaint = "a rate is not a finite number"
        except (ArithmeticError, ValueError) as error:
            self.complaint = str(error)
        return False

    def reject(self, error: Exception, count: int) -> list[float]:
        self.complaint = str(error)
        self.rejected = -self.rejected
        return [self.rejected] * count

    def jacobian(self) -> Callable[[float, FloatArray], list[list[float]] | FloatArray] | None:
        """The Jacobian, zero where it is undefined."""
        jacobian, parameters, varying = (
            self.functions.jacobian,
            self.phase.parameters,
            self.phase.parameters_at,
        )
        if jacobian is None:
            return None
        if self.functions.band is not None and self.functions.slopes is not None and varying is None:
            return partial(_bound_band, self.functions.slopes(parameters))
        if self.functions.band is not None:
            return partial(_banded, cast("Callable[..., FloatArray]", jacobian), parameters, varying)

        def guarded(t: float, y: FloatArray) -> list[list[float]]:
            try:
                return jacobian(t, y.tolist(), parameters if varying is None else varying(t))
            except (ArithmeticError, ValueError):
                return [[0.0] * y.size] * y.size

        return guarded


def _banded(
    jacobian: Callable[..., FloatArray],
    parameters: Parameters,
    varying: Callable[[float], Parameters] | None,
    t: float,
    y: FloatArray,
) -> FloatArray:
    """The band of a Jacobian, zero where it is undefined."""
    return finite(jacobian(t, y, parameters if varying is None else varying(t)))


def _bound_band(jacobian: Callable[[float, FloatArray], FloatArray], t: float, y: FloatArray) -> FloatArray:
    return finite(jacobian(t, y))


def finite(found: FloatArray) -> FloatArray:
    """A band, zero where it is undefined."""
    if math.isfinite(np.add.reduce(found, axis=None)):
        return found
    return np.nan_to_num(found, nan=0.0, posinf=0.0, neginf=0.0)
