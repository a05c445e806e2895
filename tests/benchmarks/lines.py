"""How fast is a line of cells? A wave of depolarisation creeps through tissue: 200 cells of seven states (V, n, and
sodium and potassium inside and outside, potassium in glia), 300 s, cells 50 um apart.

`compare`: `ionlang run`, with recorder, measures and the conservation check, side by side with what a user writes: rates
in NumPy, and `scipy.integrate.solve_ivp(method="LSODA", lband, uband)`. All in one process, in turns; processor time.
A run that is asked for a tolerance gives its integrator half of it (`SAFETY`). So there are two comparisons: both asked
for the same; and both integrators given the same. Errors are against the same rates by hand at a tolerance of 1e-8.
`grow`: time and memory of a run for lines of 50 to 5,000 cells.
`build`: how long the code takes to make, and how long it is.

    python tests/benchmarks/lines.py compare [SECONDS [ROUNDS]]
    python tests/benchmarks/lines.py grow [SECONDS]
    python tests/benchmarks/lines.py build
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

import ionlang
from ionlang.simulate.running.run import SAFETY
from ionlang.simulate.running.tolerances import absolute_tolerances
from ionlang.simulate.solution import Solution

Array = NDArray[np.float64]
RTOL = 1e-6
STATES = 7
SPACING = 50.0  # um
FRONT = 15.0  # mM of potassium outside
SIZES = (50, 200, 800, 1250, 3200, 5000)

MODEL = """
thermal_voltage = 26.64 mV
ion Na { valence = +1 }
ion K  { valence = +1 }
solute ATP

arrangement patch {
    compartment inside  { volume = 2.16 pL;  Na = 25.231485 mM;  K = 129.25764 mM;  ATP = 3 mM held }
    compartment outside { volume = 0.72 pL;  Na = 125.30555 mM;  K = if x < 300 um then 60 mM else 4 mM }
    compartment glia    { volume = 0.72 pL;  K = 0 mM }
    membrane soma (inside | outside) {
        area        = 922 um2
        capacitance = 1 uF/cm2
        V from currents starting at -67.193253 mV
        channel Na_leak { carries Na;      conductance = 0.0175 mS/cm2 }
        channel K_leak  { carries K;       conductance = 0.05 mS/cm2 }
        channel Cl_leak { carries charge;  conductance = 0.02 mS/cm2;  reversal = -67.2 mV }
        channel NaV {
            carries Na
            conductance = 100 mS/cm2 * m^3 * h
            gate m {
                alpha = 0.1 /mV/ms * linoid(V + 30 mV, 10 mV)
                beta = 4 /ms * exp(-(V + 55 mV)/(18 mV))
                instantaneous
            }
            gate h { inf = 1 - 1/(1 + exp(-6.5*(KDR.n - 0.35)));  instantaneous }
        }
        channel KDR {
            carries K
            conductance = 40 mS/cm2 * n^4
            gate n {
                alpha = 0.01 /mV/ms * linoid(V + 34 mV, 10 mV)
                beta = 0.125 /ms * exp(-(V + 44 mV)/(80 mV))
                temperature_factor = 3
                start = 0.069410823
            }
        }
        pump NaK {
            moves 3 Na out, 2 K in, uses 1 ATP
            current = 6.8 uA/cm2 / (1 + exp((25 mM - in.Na)/(3 mM))) / (1 + exp((5.5 mM - out.K)/(1 mM)))
        }
    }
    flux uptake {
        let binding = 5e-8 /ms / 1 mM / (1 + exp((15 mM - outside.K)/(1.09 mM)))
        moves K from outside to glia
        rate = (binding * outside.K * (500 mM - glia.K) - 5e-8 /ms * glia.K) * outside.volume
    }
}

line tissue of COUNT patch {
    spacing = 50 um
    ends    = closed
    diffusion outside { K = 0.765625 um2/ms }
}

scenario wave {
    run SECONDS s
    MEASURES
}
"""


def model_of(count: int, seconds: float, watched: tuple[int, ...]) -> ionlang.Model:
    """The tissue, with the arrival of the front in each of these cells."""
    measures = [f"measure arrives_{i} = time(tissue[{i}].outside.K > {FRONT:g} mM)" for i in watched]
    text = MODEL.replace("COUNT", str(count)).replace("SECONDS", f"{seconds:g}")
    return ionlang.loads(text.replace("MEASURES", "\n    ".join(measures)))


# ── by hand ─────────────────────────────────────────────────────────────────────────────────────────────────


def linoid(x: Array) -> Array:
    y = x / 10.0
    small = np.abs(y) < 1e-7
    safe = np.where(small, 1.0, y)
    return np.where(small, 10.0, 10 * safe / (-np.expm1(-safe)))


def rates_of(count: int) -> Callable[[float, Array], Array]:
    """The same equations as somebody writes them."""
    RTF, inside, outside, per_charge = 26.64, 2.16, 0.72, 9.22 / 96485.33212
    spread = 0.765625 / SPACING**2

    def rates(t: float, y: Array) -> Array:
        V, n, Na, K, Na_o, K_o, K_g = y.reshape(count, STATES).T
        a_m, b_m = 0.1 * linoid(V + 30), 4 * np.exp(-(V + 55) / 18)
        a_n, b_n = 0.01 * linoid(V + 34), 0.125 * np.exp(-(V + 44) / 80)
        m, h = a_m / (a_m + b_m), 1 - 1 / (1 + np.exp(-6.5 * (n - 0.35)))
        pump = 6.8 / (1 + np.exp((25 - Na) / 3)) / (1 + np.exp(5.5 - K_o))
        I_Na = (0.0175 + 100 * m**3 * h) * (V - RTF * np.log(Na_o / Na)) + 3 * pump
        I_K = (0.05 + 40 * n**4) * (V - RTF * np.log(K_o / K)) - 2 * pump
        uptake = 5e-8 / (1 + np.exp((15 - K_o) / 1.09)) * K_o * (500 - K_g) - 5e-8 * K_g
        bend = np.empty(count)
        bend[1:-1] = K_o[2:] - 2 * K_o[1:-1] + K_o[:-2]
        bend[0], bend[-1] = K_o[1] - K_o[0], K_o[-2] - K_o[-1]
        out = np.empty((count, STATES))
        out[:, 0] = -(I_Na + I_K + 0.02 * (V + 67.2))
        out[:, 1] = 3 * (a_n * (1 - n) - b_n * n)
        out[:, 2] = -per_charge * I_Na / inside
        out[:, 3] = -per_charge * I_K / inside
        out[:, 4] = per_charge * I_Na / outside
        out[:, 5] = per_charge * I_K / outside - uptake + spread * bend
        out[:, 6] = uptake
        return out.ravel()

    return rates


def start_of(count: int) -> Array:
    y = np.tile([-67.193253, 0.069410823, 25.231485, 129.25764, 125.30555, 4.0, 0.0], (count, 1))
    y[(np.arange(count) + 0.5) * SPACING < 300, 5] = 60.0
    return y.ravel()


@dataclass(frozen=True)
class Result:
    """When the front came to the watched cells [ms], and the state in the end (cells, 7)."""

    arrivals: Array
    end: Array


def by_hand(
    count: int,
    seconds: float,
    watched: tuple[int, ...],
    rtol: float,
    atol: Array | float,
    method: str = "LSODA",
) -> Result:
    """What a user writes, the arrivals found by `events`."""
    places = [STATES * (i - 1) + 5 for i in watched]
    events: list[Any] = [lambda t, y, k=k: y[k] - FRONT for k in places]
    solve: Any = solve_ivp
    solution = solve(
        rates_of(count), (0.0, 1e3 * seconds), start_of(count), method, events=events, rtol=rtol, atol=atol,
        t_eval=[1e3 * seconds], lband=STATES, uband=STATES,
    )  # fmt: skip
    arrivals = [found[0] if found.size else np.nan for found in solution.t_events]
    return Result(np.array(arrivals), solution.y[:, -1].reshape(count, STATES))


# ── side by side ────────────────────────────────────────────────────────────────────────────────────────────

ORDER = ("soma.V", "n", "inside.Na", "inside.K", "outside.Na", "outside.K", "glia.K")


def result_of(solution: Solution, count: int) -> Result:
    assert solution.recorder is not None
    machine = solution.recorder.excerpt.whole
    assert machine is not None
    paths = [next(s.path for s in machine.system.states if s.path.endswith(name)) for name in ORDER]
    rows = [
        [machine.state_index[f"tissue[{i}].{path.removeprefix('tissue.')}"] for path in paths]
        for i in range(1, count + 1)
    ]
    arrivals = np.array([value for _, value in solution.measures])
    return Result(arrivals, solution.recorder.last[np.array(rows)])


def clock(work: Callable[[], Result | Solution]) -> tuple[float, Result | Solution]:
    begin = time.process_time()
    found = work()
    return time.process_time() - begin, found


def told(found: Result, right: Result) -> str:
    late = np.abs(found.arrivals - right.arrivals)
    apart = np.abs(found.end - right.end)
    return (
        f"arrival wrong by at most {np.nanmax(late, initial=0.0):.2e} ms; at the end V by {apart[:, 0].max():.1e} mV,"
        f" K outside by {apart[:, 5].max():.1e} mM"
    )


def compare(seconds: float = 300.0, rounds: int = 1, count: int = 200) -> None:
    """Time all, print errors and ratios."""
    watched = tuple(range(10, count + 1, 10))
    model = model_of(count, seconds, watched)
    start = np.array(model.machine.initial_state(model.machine.parameters({})))
    atol = absolute_tolerances(model.machine, model.machine.parameters({}), start, RTOL)
    ways: dict[str, Callable[[], Result | Solution]] = {
        f"by hand, rtol {RTOL:g}": lambda: by_hand(count, seconds, watched, RTOL, atol),
        f"ionlang, its integrator at {RTOL:g}": lambda: model.run(rtol=RTOL / SAFETY),
        f"ionlang, asked for {RTOL:g}": lambda: model.run(rtol=RTOL),
    }
    taken: dict[str, list[float]] = {name: [] for name in ways}
    found: dict[str, Result] = {}
    for _ in range(rounds):
        for name, way in ways.items():
            spent, answer = clock(way)
            found[name] = answer if isinstance(answer, Result) else result_of(answer, count)
            taken[name].append(spent)
            if isinstance(answer, Solution):
                worst = max(drift.size for drift in answer.drifts if drift.name.startswith("total"))
            del answer
        print("  " + ", ".join(f"{times[-1]:.2f} s {name}" for name, times in taken.items()), flush=True)
    print(f"{count} cells of {STATES} states, {seconds:g} s; least times of {rounds}", flush=True)
    right = by_hand(count, seconds, watched, 1e-8, 1e-2 * atol)
    slowest = min(next(iter(taken.values())))
    for name, times in taken.items():
        print(
            f"  {name:34} {min(times):7.2f} s, {slowest / min(times):.2f} times  {told(found[name], right)}"
        )
    print(f"  drift of totals along the line {worst:.1e}")


def one(count: int, seconds: float) -> None:
    """A run in a process of its own: processor time, the least of three, and memory at most."""
    model = model_of(count, seconds, (1, count))
    model.run()  # code is made, memory got
    spent = min(clock(model.run)[0] for _ in range(3))
    print(count, spent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def grow(seconds: float = 3.0) -> None:
    """Time and memory by the number of cells, the same span of time."""
    command = [sys.executable, __file__, "one"]
    rows = []
    for count in SIZES:
        done = subprocess.run(
            [*command, str(count), str(seconds)], capture_output=True, text=True, check=True
        )
        n, spent, memory = (float(word) for word in done.stdout.split())
        rows.append((n, spent))
        print(f"{n:6.0f} cells  {spent:8.3f} s  {memory:6.0f} MB")
    spent_by = {int(n): spent for n, spent in rows}
    for small, large in ((50, 200), (200, 800), (800, 3200), (1250, 5000)):
        print(f"{small} to {large} cells: {spent_by[large] / spent_by[small]:.2f} times the time")


def build() -> None:
    """Code size and the time to make it."""
    for count in (50, 5000):
        model = model_of(count, 1.0, (1,))
        begin = time.process_time()
        source = model.machine.vector.source
        model.machine.functions  # noqa: B018
        print(
            f"{count:5} cells: {len(source.splitlines())} lines of code in {time.process_time() - begin:.3f} s"
        )


if __name__ == "__main__":
    name, *arguments = sys.argv[1:] or ["compare"]
    match name:
        case "compare":
            compare(
                float(arguments[0]) if arguments else 300.0, int(arguments[1]) if len(arguments) > 1 else 1
            )
        case "one":
            one(int(arguments[0]), float(arguments[1]))
        case "grow":
            grow(float(arguments[0]) if arguments else 3.0)
        case _:
            build()
