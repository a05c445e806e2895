"""How fast is `ionlang run`? The function it calls, with edges, dense output, measures and the conservation check,
side by side with what a user writes: NumPy rates and `solve_ivp(method="LSODA")`, and nothing else.

Both in one process, taken in turn; processor time, least of several rounds; the same tolerances. Errors of both are
against ionlang at a relative tolerance of 1e-11 (which `independent` compares with DOP853 where that can go).

    python tests/benchmarks/dynamics.py [ROUNDS]
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

import ionlang
from ionlang.simulate.locate import crossings
from ionlang.simulate.running.tolerances import absolute_tolerances
from ionlang.simulate.solution import Solution

EXAMPLES = Path(__file__).parents[2] / "examples"
Array = NDArray[np.float64]
RTOL = 1e-6


def axon(t: float, y: Array) -> Array:
    V, m, h, n = y
    a_m, b_m = 0.1 * (V + 40) / (1 - np.exp(-(V + 40) / 10)), 4 * np.exp(-(V + 65) / 18)
    a_h, b_h = 0.07 * np.exp(-(V + 65) / 20), 1 / (1 + np.exp(-(V + 35) / 10))
    a_n, b_n = 0.01 * (V + 55) / (1 - np.exp(-(V + 55) / 10)), 0.125 * np.exp(-(V + 65) / 80)
    current = 120 * m**3 * h * (V - 50) + 36 * n**4 * (V + 77) + 0.3 * (V + 54.387)
    return np.array([10 - current, a_m * (1 - m) - b_m * m, a_h * (1 - h) - b_h * h, a_n * (1 - n) - b_n * n])


def neuron(t: float, y: Array, rho: float) -> Array:
    V, n, Na, K, Cl, Na_o, K_o, Cl_o = y
    a_n, b_n = 0.01 * (V + 34) / (1 - np.exp(-(V + 34) / 10)), 0.125 * np.exp(-(V + 44) / 80)
    a_m, b_m = 0.1 * (V + 30) / (1 - np.exp(-(V + 30) / 10)), 4 * np.exp(-(V + 55) / 18)
    m, h = a_m / (a_m + b_m), 1 - 1 / (1 + np.exp(-6.5 * (n - 0.35)))
    pump = rho / (1 + np.exp((25 - Na) / 3)) / (1 + np.exp(5.5 - K_o))
    I_Na = (0.0175 + 100 * m**3 * h) * (V - 26.64 * np.log(Na_o / Na)) + 3 * pump
    I_K = (0.05 + 40 * n**4) * (V - 26.64 * np.log(K_o / K)) - 2 * pump
    I_Cl = 0.02 * (V + 26.64 * np.log(Cl_o / Cl))
    per_charge = 9.22 / 96485.33212  # area/F
    J = per_charge * np.array([I_Na, I_K, -I_Cl])
    return np.concatenate([[-(I_Na + I_K + I_Cl), 3 * (a_n * (1 - n) - b_n * n)], -J / 2.16, J / 0.72])


@dataclass(frozen=True)
class Case:
    name: str
    text: str
    scenario: str
    plain: Callable[..., Array]
    edges: tuple[float, ...]
    arguments: tuple[tuple[float, ...], ...]
    threshold: float


def _cases() -> tuple[Case, ...]:
    squid = (EXAMPLES / "published" / "hodgkin_huxley_1952.ion").read_text(encoding="utf-8")
    squid += """
scenario one_second {
    begin at rest
    run 1 s
    from 0 s: inject 10 uA/cm2 into axon carried by charge
    measure spikes = count(axon.V > 0 mV)
    measure top = max(axon.V)
}
"""
    anoxia = (EXAMPLES / "anoxia.ion").read_text(encoding="utf-8").replace("run 3000 s", "run 600 s")
    return (
        Case("squid axon, 1 s", squid, "one_second", axon, (0.0, 1e3), ((),), 0.0),
        Case("anoxia.ion, 600 s", anoxia, "anoxia", neuron, (0.0, 20e3, 29.5e3, 600e3), ((6.8,), (0.0,), (6.8,)), -40.0),
    )  # fmt: skip


def spikes(solution: Solution, threshold: float) -> Array:
    assert solution.trajectory is not None
    return crossings(solution.trajectory, lambda t, y, p: y[0] - threshold, "upward")


def plain_run(case: Case, y0: Array, rtol: float, atol: Array) -> list[tuple[Array, Array]]:
    y, parts = y0, []
    for start, end, arguments in zip(case.edges[:-1], case.edges[1:], case.arguments, strict=True):
        solution = solve_ivp(case.plain, (start, end), y, "LSODA", args=arguments, rtol=rtol, atol=atol)
        parts.append((solution.t, solution.y))
        y = solution.y[:, -1]
    return parts


def plain_spikes(case: Case, parts: list[tuple[Array, Array]]) -> Array:
    """Crossings between the steps of the plain way, by the cubic through values and rates at both ends."""
    found = []
    for (t, y), arguments in zip(parts, case.arguments, strict=True):
        v = y[0] - case.threshold
        for i in np.flatnonzero((v[:-1] < 0) & (v[1:] >= 0)):
            h = t[i + 1] - t[i]
            d, e = (h * case.plain(t[j], y[:, j], *arguments)[0] for j in (i, i + 1))
            s = v[i + 1] - v[i]
            roots = np.roots([d + e - 2 * s, 3 * s - 2 * d - e, d, v[i]])
            real = roots[np.abs(roots.imag) < 1e-9].real
            found.append(t[i] + h * real[(real >= 0) & (real <= 1)][0])
    return np.array(found)


def clock(work: Callable[[], object]) -> float:
    begin = time.process_time()
    work()
    return time.process_time() - begin


def errors(times: Array, end: Array, right: Array, right_end: Array) -> str:
    if times.size != right.size:
        return f"{times.size} spikes instead of {right.size}"
    late = np.abs(times - right)
    relative = np.abs(end - right_end) / np.abs(right_end)
    return f"{times.size} spikes, worst spike time {late.max():.2e} ms, mean {late.mean():.2e} ms, end state {relative.max():.1e}"


def report(case: Case, rounds: int) -> float:
    """Time both, print the ratio and the errors; returns the ratio."""
    model = ionlang.loads(case.text)
    exact = model.run(case.scenario, rtol=1e-11)
    assert exact.trajectory is not None
    right, right_end = spikes(exact, case.threshold), exact.trajectory.pieces[-1].values[:, -1]
    start = exact.trajectory.pieces[0].values[:, 0]
    atol = absolute_tolerances(model.machine, model.machine.parameters({}), start, RTOL)
    plain_time, our_time = np.inf, np.inf
    for _ in range(rounds):
        plain_time = min(plain_time, clock(lambda: plain_run(case, start, RTOL, atol)))
        our_time = min(our_time, clock(lambda: model.run(case.scenario)))
    parts, ours = plain_run(case, start, RTOL, atol), model.run(case.scenario)
    assert ours.trajectory is not None
    print(f"{case.name}: ionlang is {plain_time / our_time:.2f} times faster (rtol {RTOL:g})")
    print(
        f"  plain    {plain_time * 1e3:7.1f} ms  {errors(plain_spikes(case, parts), parts[-1][1][:, -1], right, right_end)}"
    )
    ended = ours.trajectory.pieces[-1].values[:, -1]
    print(
        f"  ionlang  {our_time * 1e3:7.1f} ms  {errors(spikes(ours, case.threshold), ended, right, right_end)}"
    )
    return plain_time / our_time


def independent() -> None:
    """The reference for the squid axon against another method."""
    case = _cases()[0]
    model = ionlang.loads(case.text)
    exact = model.run(case.scenario, rtol=1e-11).trajectory
    assert exact is not None
    solution = solve_ivp(axon, (0, 1000), exact.at(np.zeros(1))[:, 0], "DOP853", rtol=1e-12, atol=1e-13)
    difference = np.abs(exact.pieces[-1].values[:, -1] - solution.y[:, -1])
    print(f"reference against DOP853 after 1 s: {difference.max():.1e}")


if __name__ == "__main__":
    independent()
    for each in _cases():
        report(each, int(sys.argv[1]) if len(sys.argv) > 1 else 5)
