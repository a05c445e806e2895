"""Speed and error of the integration against the plain way: NumPy rates and `solve_ivp(method="LSODA")`.

Two models written out by hand, in the two forms that generated code has. The plain way has neither dense output
nor events; ours has both, and the scheduled edges. Times are processor time, the least of several runs taken in
turn. Errors are against our own integration at a relative tolerance of 1e-11, which for the squid axon is itself
compared with DOP853.

Run: python -m tests.benchmarks.dynamics_prototype (or this file, with the checkout on the path)
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from math import exp, expm1, log

import numpy as np
from scipy.integrate import solve_ivp

from ionlang.simulate.functions import FloatArray, Functions, Parameters, ParametersMany, Phase, Rhs
from ionlang.simulate.integrate import Run, integrate
from ionlang.simulate.locate import Quantity, crossings, maximum

RTOL = 1e-6
PlainRhs = Callable[..., FloatArray]

AXON = [1.0, 120.0, 36.0, 0.3, 50.0, -77.0, -54.387, 10.0]
AXON_START = [-64.99637933, 0.0529550889, 0.595994112, 0.3177324045]


def axon(t: float, y: list[float], p: Parameters) -> list[float]:
    V, m, h, n = y
    C, g_Na, g_K, g_L, E_Na, E_K, E_L, applied = p
    x = (V + 40) / -10
    a_m, b_m = (x / expm1(x) if x else 1.0), 4 * exp((V + 65) / -18)
    x = (V + 55) / -10
    a_n, b_n = 0.1 * (x / expm1(x) if x else 1.0), 0.125 * exp((V + 65) / -80)
    a_h, b_h = 0.07 * exp((V + 65) / -20), 1 / (1 + exp((V + 35) / -10))
    n_2 = n * n
    current = g_Na * m * m * m * h * (V - E_Na) + g_K * n_2 * n_2 * (V - E_K) + g_L * (V - E_L)
    return [
        (applied - current) / C,
        a_m * (1 - m) - b_m * m,
        a_h * (1 - h) - b_h * h,
        a_n * (1 - n) - b_n * n,
    ]


def axon_plain(t: float, y: FloatArray) -> FloatArray:
    V, m, h, n = y
    a_m, b_m = 0.1 * (V + 40) / (1 - np.exp(-(V + 40) / 10)), 4 * np.exp(-(V + 65) / 18)
    a_h, b_h = 0.07 * np.exp(-(V + 65) / 20), 1 / (1 + np.exp(-(V + 35) / 10))
    a_n, b_n = 0.01 * (V + 55) / (1 - np.exp(-(V + 55) / 10)), 0.125 * np.exp(-(V + 65) / 80)
    current = 120 * m**3 * h * (V - 50) + 36 * n**4 * (V + 77) + 0.3 * (V + 54.387)
    return np.array([10 - current, a_m * (1 - m) - b_m * m, a_h * (1 - h) - b_h * h, a_n * (1 - n) - b_n * n])


V_I, V_E, RT_F, CONV, PHI = 2.16, 0.72, 26.64, 9.55589e-5, 3.0
K_I, NA_I, CL_I, K_E, NA_E, CL_E = 129.25764, 25.231485, 9.900239, 4.0, 125.30555, 123.2716
TOTALS = [K_I * V_I + K_E * V_E, NA_I * V_I + NA_E * V_E, CL_I * V_I + CL_E * V_E, NA_I + K_I - CL_I]
NEURON_START = [-67.193253, 0.06940732, K_I, CL_I]
PUMP = 6.8


def neuron_parameters(pump: float) -> list[float]:
    return [pump, V_I, V_E, RT_F, CONV, PHI, 0.0175, 100.0, 0.05, 40.0, 0.02, *TOTALS]


def neuron(t: float, y: list[float], p: Parameters) -> list[float]:
    V, n, K, Cl = y
    rho, v_i, v_e, rt_f, conv, phi, g_NaL, g_Na, g_KL, g_K, g_Cl, all_K, all_Na, all_Cl, fixed = p
    x = (V + 34) / -10
    a_n, b_n = 0.1 * (x / expm1(x) if x else 1.0), 0.125 * exp((V + 44) / -80)
    x = (V + 30) / -10
    a_m, b_m = (x / expm1(x) if x else 1.0), 4 * exp((V + 55) / -18)
    m, h = a_m / (a_m + b_m), 1 - 1 / (1 + exp(-6.5 * (n - 0.35)))
    Na = fixed - K + Cl
    Na_e, Cl_e, K_e = (all_Na - Na * v_i) / v_e, (all_Cl - Cl * v_i) / v_e, (all_K - K * v_i) / v_e
    pump = rho / (1 + exp((25 - Na) / 3)) / (1 + exp(5.5 - K_e))
    n_2 = n * n
    I_Na = (g_NaL + g_Na * m * m * m * h) * (V - rt_f * log(Na_e / Na)) + 3 * pump
    I_K = (g_KL + g_K * n_2 * n_2) * (V - rt_f * log(K_e / K)) - 2 * pump
    I_Cl = g_Cl * (V + rt_f * log(Cl_e / Cl))
    return [-(I_Na + I_K + I_Cl), phi * (a_n * (1 - n) - b_n * n), -conv / v_i * I_K, conv / v_i * I_Cl]


def neuron_plain(t: float, y: FloatArray, rho: float) -> FloatArray:
    V, n, K, Cl = y
    a_n, b_n = 0.01 * (V + 34) / (1 - np.exp(-(V + 34) / 10)), 0.125 * np.exp(-(V + 44) / 80)
    a_m, b_m = 0.1 * (V + 30) / (1 - np.exp(-(V + 30) / 10)), 4 * np.exp(-(V + 55) / 18)
    m, h = a_m / (a_m + b_m), 1 - 1 / (1 + np.exp(-6.5 * (n - 0.35)))
    Na = NA_I + K_I - K - CL_I + Cl
    Na_e = (NA_I * V_I + NA_E * V_E - Na * V_I) / V_E
    Cl_e = (CL_I * V_I + CL_E * V_E - Cl * V_I) / V_E
    K_e = (K_I * V_I + K_E * V_E - K * V_I) / V_E
    pump = rho / (1 + np.exp((25 - Na) / 3)) / (1 + np.exp(5.5 - K_e))
    I_Na = (0.0175 + 100 * m**3 * h) * (V - RT_F * np.log(Na_e / Na)) + 3 * pump
    I_K = (0.05 + 40 * n**4) * (V - RT_F * np.log(K_e / K)) - 2 * pump
    I_Cl = 0.02 * (V + RT_F * np.log(Cl_e / Cl))
    rates = [-(I_Na + I_K + I_Cl), PHI * (a_n * (1 - n) - b_n * n), -CONV / V_I * I_K, CONV / V_I * I_Cl]
    return np.array(rates)


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    rhs: Rhs
    plain: PlainRhs
    plain_arguments: tuple[tuple[float, ...], ...]
    phases: tuple[Phase, ...]
    start: list[float]
    threshold: float


CASES = (
    Case("squid axon, 1 s", axon, axon_plain, ((),), (Phase(0.0, 1000.0, AXON),), AXON_START, 0.0),
    Case(
        "closed neuron, 600 s, pump off 20 to 29.5 s",
        neuron,
        neuron_plain,
        ((PUMP,), (0.0,), (PUMP,)),
        (
            Phase(0.0, 20e3, neuron_parameters(PUMP)),
            Phase(20e3, 29.5e3, neuron_parameters(0.0)),
            Phase(29.5e3, 600e3, neuron_parameters(PUMP)),
        ),
        NEURON_START,
        -40.0,
    ),
)


def over(threshold: float) -> Quantity:
    def quantity(t: FloatArray, y: FloatArray, p: ParametersMany) -> FloatArray:
        return y[0] - threshold

    return quantity


def integrated(case: Case, rtol: float, atol: float) -> Run:
    return integrate(Functions(case.rhs), case.phases, case.start, rtol, np.full(len(case.start), atol))


def ours(case: Case, rtol: float, atol: float) -> tuple[Run, FloatArray, float]:
    run = integrated(case, rtol, atol)
    spikes = crossings(run.trajectory, over(case.threshold), "upward")
    return run, spikes, maximum(run.trajectory, over(0.0)).value


def plain(case: Case, rtol: float, atol: float) -> list[tuple[FloatArray, FloatArray]]:
    y, parts = np.array(case.start), []
    for phase, arguments in zip(case.phases, case.plain_arguments, strict=True):
        window = (phase.start, phase.end)
        solution = solve_ivp(case.plain, window, y, "LSODA", args=arguments, rtol=rtol, atol=atol)
        y = solution.y[:, -1]
        parts.append((solution.t, solution.y))
    return parts


def plain_spikes(case: Case, parts: list[tuple[FloatArray, FloatArray]]) -> FloatArray:
    """Crossings between the steps of the plain way, each by the cubic through values and rates at both ends."""
    found = []
    for (t, y), arguments in zip(parts, case.plain_arguments, strict=True):
        v = y[0] - case.threshold
        for i in np.flatnonzero((v[:-1] < 0) & (v[1:] >= 0)):
            h, a = t[i + 1] - t[i], case.plain(t[i], y[:, i], *arguments)
            b = case.plain(t[i + 1], y[:, i + 1], *arguments)
            d, s, e = h * a[0], v[i + 1] - v[i], h * b[0]
            roots = np.roots([d + e - 2 * s, 3 * s - 2 * d - e, d, v[i]])
            real = roots[np.abs(roots.imag) < 1e-9].real
            found.append(t[i] + h * real[(real >= 0) & (real <= 1)][0])
    return np.array(found)


def clock(work: Callable[[], object]) -> float:
    begin = time.process_time()
    work()
    return time.process_time() - begin


def errors(spikes: FloatArray, end: FloatArray, right: FloatArray, right_end: FloatArray) -> str:
    count = min(spikes.size, right.size)
    late = np.abs(spikes[:count] - right[:count])
    relative = np.abs(end - right_end) / np.abs(right_end)
    return (
        f"{spikes.size} spikes, first {spikes[0]:.5f} ms; errors: first {late[0]:.2e} ms, "
        f"worst {late.max():.2e} ms, end state {relative.max():.1e}"
    )


def report(case: Case, atol: float, rounds: int) -> None:
    exact, right, _ = ours(case, 1e-11, 1e-12)
    right_end = exact.trajectory.pieces[-1].values[:, -1]
    best = {"plain": np.inf, "ours": np.inf, "integration": np.inf}
    for _ in range(rounds):
        best["plain"] = min(best["plain"], clock(lambda: plain(case, RTOL, atol)))
        for _ in range(3):
            best["ours"] = min(best["ours"], clock(lambda: ours(case, RTOL, atol)))
            best["integration"] = min(best["integration"], clock(lambda: integrated(case, RTOL, atol)))
    run, spikes, _ = ours(case, RTOL, atol)
    parts = plain(case, RTOL, atol)
    print(f"{case.name}, rtol {RTOL:g}, atol {atol:g}: {best['plain'] / best['ours']:.2f} times faster")
    print(
        f"  plain {best['plain']:.4f} s; {errors(plain_spikes(case, parts), parts[-1][1][:, -1], right, right_end)}"
    )
    ended = run.trajectory.pieces[-1].values[:, -1]
    print(f"  ours  {best['ours']:.4f} s; {errors(spikes, ended, right, right_end)}")
    print(f"        of which integration and dense output {best['integration']:.4f} s")


def independent() -> None:
    """The reference itself, against another method."""
    exact, _, _ = ours(CASES[0], 1e-11, 1e-12)
    solution = solve_ivp(axon_plain, (0, 1000), AXON_START, "DOP853", rtol=1e-12, atol=1e-13)
    difference = np.abs(exact.trajectory.at(np.array([1000.0]))[:, 0] - solution.y[:, -1])
    print(f"reference against DOP853 after 1 s: {difference.max():.1e}")


if __name__ == "__main__":
    independent()
    for case in CASES:
        for atol in (1e-6, 1e-9):
            report(case, atol, 8 if case is CASES[0] else 3)
