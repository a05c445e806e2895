"""Cell models written by hand, and their equilibria from bracketing on a line, to test the search against."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq

from ionlang.simulate.resting.account import Equilibria
from ionlang.simulate.resting.equilibria import find_equilibria
from ionlang.simulate.resting.reduced import Kind, ReducedSystem

Array = npt.NDArray[np.float64]
Model = Callable[[npt.NDArray[Any]], npt.NDArray[Any]]
V, G, X = Kind.POTENTIAL, Kind.GATE, Kind.CONCENTRATION


def complex_step(model: Model) -> Callable[[Array], Array]:
    """The Jacobian of a model in analytic functions, exact to rounding."""

    def jacobian(y: Array) -> Array:
        n, k = y.shape
        shifted = y[:, None, :] + 1e-30j * np.eye(n)[:, :, None]
        return model(shifted.reshape(n, n * k)).imag.reshape(n, n, k) / 1e-30

    return jacobian


def system(
    model: Model,
    kinds: tuple[Kind, ...],
    lower: Array,
    upper: Array,
    scale: Array,
    matrix: Array | None = None,
) -> ReducedSystem:
    """A system without conserved totals, or with `matrix` alone if it is given."""
    n = len(kinds)
    matrix = np.eye(n) if matrix is None else matrix
    rows = tuple(range(matrix.shape[1]))
    return ReducedSystem(model, complex_step(model), np.zeros(n), matrix, rows, kinds, lower, upper, scale)


def box(kinds: tuple[Kind, ...], potential: tuple[float, float] = (-150.0, 80.0)) -> tuple[Array, Array]:
    limits = {V: potential, G: (0.0, 1.0), X: (0.0, np.inf), Kind.AMOUNT: (0.0, np.inf)}
    return np.array([limits[k][0] for k in kinds]), np.array([limits[k][1] for k in kinds])


def linear_over_expm1(x, k):
    """x/(1 − exp(−x/k))"""
    y = x / k
    small = np.abs(y) < 1e-7
    safe = np.where(small, 1.0, y)
    return np.where(small, k * (1 + y / 2), -k * safe / np.expm1(-safe))


# A closed cell: sodium, potassium and chloride between a cell and its small surroundings, and one gate.

CELL, OUTSIDE, THERMAL, AREA = 2.16, 0.72, 26.64, 9.55589e-5
K0, N0, L0, KE0, NE0, LE0 = 129.25764, 25.231485, 9.900239, 4.0, 125.30555, 123.2716
V_START = -67.193253
G_NA_LEAK, G_NA, G_K_LEAK, G_K, G_CL = 0.0175, 100.0, 0.05, 40.0, 0.02
CLOSED_KINDS = (V, G, X, X, X, X, X, X)  # V, n, Na_i, K_i, Cl_i, Na_o, K_o, Cl_o


def closed_gates(v):
    """steady m, and the two rates of n"""
    opening, closing = 0.1 * linear_over_expm1(v + 30, 10), 4 * np.exp(-(v + 55) / 18)
    up, down = 0.01 * linear_over_expm1(v + 34, 10), 0.125 * np.exp(-(v + 44) / 80)
    return opening / (opening + closing), up, down


def inactivation(n):
    return 1 - 1 / (1 + np.exp(-6.5 * (n - 0.35)))


def closed_model(rho: float) -> Model:
    def model(y):
        v, n, na_i, k_i, cl_i, na_o, k_o, cl_o = y
        m, up, down = closed_gates(v)
        pump = rho / (1 + np.exp((25 - na_i) / 3)) / (1 + np.exp(5.5 - k_o))
        sodium = (G_NA_LEAK + G_NA * m**3 * inactivation(n)) * (v - THERMAL * np.log(na_o / na_i)) + 3 * pump
        potassium = (G_K_LEAK + G_K * n**4) * (v - THERMAL * np.log(k_o / k_i)) - 2 * pump
        chloride = G_CL * (v + THERMAL * np.log(cl_o / cl_i))
        inward = [-sodium * AREA, -potassium * AREA, chloride * AREA]
        gate = 3 * (up * (1 - n) - down * n)
        cell, outside = [j / CELL for j in inward], [-j / OUTSIDE for j in inward]
        return np.array([-(sodium + potassium + chloride), gate, *cell, *outside])

    return model


def closed_cell(rho: float) -> tuple[ReducedSystem, Array]:
    """Four coordinates V, n, K_i, Cl_i; sodium from the charge on the membrane, the outside from totals."""
    start = np.array([V_START, 0.07, N0, K0, L0, NE0, KE0, LE0])
    matrix = np.zeros((8, 4))
    matrix[[0, 1, 3, 4], [0, 1, 2, 3]] = 1.0
    matrix[2] = [AREA / CELL, 0.0, -1.0, 1.0]
    matrix[5:] = -CELL / OUTSIDE * matrix[2:5]
    offset = start - matrix @ start[[0, 1, 3, 4]]
    offset[[0, 1, 3, 4]] = 0.0
    lower, upper = box(CLOSED_KINDS)
    model, scale = closed_model(rho), np.array([100.0, 1.0, 10.0, 100.0, 10.0, 100.0, 10.0, 100.0])
    reduced = ReducedSystem(
        model, complex_step(model), offset, matrix, (0, 1, 3, 4), CLOSED_KINDS, lower, upper, scale
    )
    return reduced, start


def passive_currents(v, k):
    """Sodium and potassium currents without the pump, Na_i and K_o, gates and chloride at rest.

    Cl_i follows from its own equilibrium, Na_i from the charge on the membrane.
    """
    m, up, down = closed_gates(v)
    n = up / (up + down)
    na = chargeless_total(v) - k
    na_o, k_o = NE0 + (N0 - na) * CELL / OUTSIDE, KE0 + (K0 - k) * CELL / OUTSIDE
    sodium = (G_NA_LEAK + G_NA * m**3 * inactivation(n)) * (v - THERMAL * np.log(na_o / na))
    return sodium, (G_K_LEAK + G_K * n**4) * (v - THERMAL * np.log(k_o / k)), na, k_o


def chargeless_total(v):
    """Na_i + K_i"""
    cl = (L0 * CELL + LE0 * OUTSIDE) / (CELL + OUTSIDE * np.exp(-v / THERMAL))
    return N0 + K0 - L0 + cl + AREA / CELL * (v - V_START)


def imbalance(v, k):
    """Zero where one pump makes up for both currents: 2 I_Na + 3 I_K."""
    sodium, potassium, _, _ = passive_currents(v, k)
    return 2 * sodium + 3 * potassium


def pump_strengths(v: Array) -> Array:
    """The pump strength (uA/cm2) that makes each potential (mV) an equilibrium of the closed cell, or nan.

    At most two values of K_i balance the currents; at the lower one the pump would have to run backwards.
    """
    total = chargeless_total(v)
    low = np.maximum(0.0, total - (N0 * CELL + NE0 * OUTSIDE) / CELL) + 1e-9
    high = np.minimum(total, (K0 * CELL + KE0 * OUTSIDE) / CELL) - 1e-9
    upper, sign = high, np.sign(imbalance(v, high))
    for _ in range(6):
        k = low + np.linspace(0, 1, 201)[:, None] * (high - low)
        at = np.clip((sign * imbalance(v, k)).argmin(axis=0), 1, 199)
        low, high = (np.take_along_axis(k, at[None] + side, axis=0)[0] for side in (-1, 1))
    lowest = (low + high) / 2
    crosses = sign * imbalance(v, lowest) < 0
    low, high = lowest, upper
    for _ in range(60):
        middle = (low + high) / 2
        beyond = sign * imbalance(v, middle) > 0
        low, high = np.where(beyond, low, middle), np.where(beyond, middle, high)
    sodium, _, na, k_o = passive_currents(v, (low + high) / 2)
    strength = -sodium / 3 * (1 + np.exp((25 - na) / 3)) * (1 + np.exp(5.5 - k_o))
    return np.where(crosses, strength, np.nan)


DONNAN = -22.8698962
FOLDS = (-56.55743, -29.63505)
NEAR_FOLDS = [fold + np.linspace(-0.1, 0.1, 401) for fold in FOLDS]
BRANCH_V = np.unique(np.concatenate([np.linspace(-149.5, DONNAN - 1e-5, 1201), *NEAR_FOLDS]))
BRANCH_RHO = pump_strengths(BRANCH_V)


def closed_potentials(rho: float) -> list[float]:
    crossing = np.flatnonzero((BRANCH_RHO[:-1] - rho) * (BRANCH_RHO[1:] - rho) < 0)
    left, right = BRANCH_V[crossing], BRANCH_V[crossing + 1]
    return [
        brentq(lambda v: pump_strengths(np.array([v]))[0] - rho, *ends, xtol=1e-12)
        for ends in zip(left, right, strict=True)
    ]


def potentials(result: Equilibria) -> list[float]:
    return [float(e.state[0]) for e in result.found]


# A squid axon: one compartment, no concentrations.

SQUID_KINDS = (V, G, G, G)


def squid_rates(v):
    return (
        0.1 * linear_over_expm1(v + 40, 10),
        4 * np.exp(-(v + 65) / 18),
        0.07 * np.exp(-(v + 65) / 20),
        1 / (1 + np.exp(-(v + 35) / 10)),
        0.01 * linear_over_expm1(v + 55, 10),
        0.125 * np.exp(-(v + 65) / 80),
    )


def squid_current(v, m, h, n, e_k: float):
    return 120 * m**3 * h * (v - 50) + 36 * n**4 * (v - e_k) + 0.3 * (v + 54.387)


def squid_model(current: float, e_k: float) -> Model:
    def model(y):
        v, m, h, n = y
        am, bm, ah, bh, an, bn = squid_rates(v)
        return np.array(
            [
                current - squid_current(v, m, h, n, e_k),
                am * (1 - m) - bm * m,
                ah * (1 - h) - bh * h,
                an * (1 - n) - bn * n,
            ]
        )

    return model


def squid(current: float, e_k: float) -> Equilibria:
    lower, upper = box(SQUID_KINDS, (-350.0, 80.0))
    reduced = system(squid_model(current, e_k), SQUID_KINDS, lower, upper, np.array([10.0, 1.0, 1.0, 1.0]))
    return find_equilibria(reduced, np.array([-65.0, 0.0, 0.6, 0.3]))


def squid_potentials(current: float, e_k: float) -> list[float]:
    def excess(v):
        am, bm, ah, bh, an, bn = squid_rates(v)
        return squid_current(v, am / (am + bm), ah / (ah + bh), an / (an + bn), e_k) - current

    grid = np.linspace(-349.9, 79.9, 20001)
    value = excess(grid)
    crossing = np.flatnonzero(value[:-1] * value[1:] < 0)
    return [brentq(excess, grid[i], grid[i + 1], xtol=1e-13) for i in crossing]
