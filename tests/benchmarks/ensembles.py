"""How fast are many members? A thousand variants of a pump–leak cell for 600 s, as a user asks for them (`model.study` of a
`sweep`, with two measures and the accounts), side by side with a loop over other simulators, each as its users write it.

Those that are installed take part: CasADi (CVODES), Myokit (CVODES; it needs a C compiler and SUNDIALS) and libRoadRunner
(CVODE, the model from Antimony). All in one process, taken in turn; the least of several rounds, as processor time and
as time on the clock. The relative tolerance is 1e-6, of the others also 1e-7. What they give is the course of V and Na
every second, of which the same two measures are taken. Errors, in the states at the end and in both measures, are
against Radau at 1e-11 for a sample of the members.

    python tests/benchmarks/ensembles.py [MEMBERS] [ROUNDS]

They are installed where nothing else is: python -m venv DIR; DIR/bin/pip install casadi myokit libroadrunner antimony.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import platform
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

import ionlang

Array = NDArray[np.float64]
RTOL, TIGHTER, ATOL = 1e-6, 1e-7, 1e-9
END, BEGIN_BLOCK, END_BLOCK = 600.0, 60.0, 180.0  # s
THRESHOLD = 18.0  # mM of Na
START = (-70.0, 15.0, 130.0, 10.0)
SAMPLE = 12
SECONDS = np.arange(0.0, END + 0.5)

CELL = """
temperature = 37 degC
ion Na { valence = +1 }
ion K  { valence = +1 }
ion Cl { valence = -1 }
impermeant A { valence = -1 }
solute ATP
param strength = 1
compartment inside { volume = 2 pL;  Na = 15 mM;  K = 130 mM;  Cl = 10 mM;  ATP = 3 mM held;  A balances charge }
bath outside { Na = 145 mM;  K = 4 mM;  Cl = 149 mM }
membrane soma (inside | outside) {
    area = 900 um2
    capacitance = 1 uF/cm2
    V from currents starting at -70 mV
    channel Na_leak { carries Na;  conductance = 0.02 mS/cm2 }
    channel K_leak  { carries K;   conductance = 0.1 mS/cm2 }
    channel Cl_leak { carries Cl;  conductance = 0.02 mS/cm2 }
    pump NaK {
        moves 3 Na out, 2 K in, uses 1 ATP
        current = 1.5 uA/cm2 * strength * hill(in.Na, 15 mM, 3) * hill(out.K, 2 mM, 2)
    }
}
scenario many {
    run 600 s
    BLOCK
    sweep strength from 0.6 to 1.6 in STEPS steps
    measure highest = max(soma.V)
    measure late = time(inside.Na > 18 mM)
}
"""
BLOCK = "from 60 s for 120 s: block NaK by 70 %"

# The same equations in s, mV and mM, with currents in pA.
RT_F = 8314.46261815324 * 310.15 / 96485.33212331001
CAPACITANCE, LEAK_NA, LEAK_K, LEAK_CL, PUMP = 9.0, 0.18, 0.9, 0.18, 13.5
PER_MM = 1e3 / (96485.33212331001 * 2.0)  # mM/s of one pA in 2 pL
OUT_NA, OUT_K, OUT_CL = 145.0, 4.0, 149.0


def rates(V: Any, Na: Any, K: Any, Cl: Any, strength: Any, log: Callable[[Any], Any]) -> list[Any]:
    """d/dt of V [mV/s] and of the concentrations [mM/s]."""
    pump = PUMP * strength * Na**3 / (Na**3 + 15.0**3) * OUT_K**2 / (OUT_K**2 + 4.0)
    I_Na = LEAK_NA * (V - RT_F * log(OUT_NA / Na))
    I_K = LEAK_K * (V - RT_F * log(OUT_K / K))
    I_Cl = LEAK_CL * (V + RT_F * log(OUT_CL / Cl))
    return [
        -1e3 * (I_Na + I_K + I_Cl + pump) / CAPACITANCE,
        -PER_MM * (I_Na + 3 * pump),
        -PER_MM * (I_K - 2 * pump),
        PER_MM * I_Cl,
    ]


@dataclass(frozen=True)
class Answers:
    """Of each member (m,) or (m, 4): both measures, and the states at the end. V in mV, Na in mM, time in s."""

    highest: Array
    late: Array
    ended: Array


Solve = Callable[[Array], Answers]


@dataclass(frozen=True)
class Case:
    """`stretches`: from when to when [s], and how much of the pump works."""

    name: str
    block: str
    stretches: tuple[tuple[float, float, float], ...]


CASES = (
    Case("undisturbed", "", ((0.0, END, 1.0),)),
    Case("its pump fails from 60 s to 180 s", BLOCK, ((0.0, 60.0, 1.0), (60.0, 180.0, 0.3), (180.0, END, 1.0))),
)  # fmt: skip


def seen(V: Array, Na: Array, ended: Array) -> tuple[float, float, Array]:
    """The measures of one course, as one takes them of values every second."""
    over = np.flatnonzero(Na > THRESHOLD)
    if not over.size or over[0] == 0:
        return float(V.max()), float(over[0]) if over.size else np.nan, ended
    i = int(over[0])
    return float(V.max()), float(i - (Na[i] - THRESHOLD) / (Na[i] - Na[i - 1])), ended


def looped(strengths: Array, one: Callable[[float], tuple[float, float, Array]]) -> Answers:
    found = [one(strength) for strength in strengths.tolist()]
    return Answers(*(np.array(column) for column in zip(*found, strict=True)))


def ours(case: Case, members: int) -> Solve:
    model = ionlang.loads(CELL.replace("BLOCK", case.block).replace("STEPS", str(members - 1)))

    def solve(strengths: Array) -> Answers:
        study = model.study("many", rtol=RTOL)
        assert not study.failed
        ends = [m.solution.trajectory.pieces[-1].values[:, -1] for m in study.members]  # type: ignore[union-attr]
        return Answers(study["highest"], study["late"], np.array(ends))

    return solve


def casadi_loop(case: Case, rtol: float) -> Solve:
    import casadi as ca  # type: ignore[import-not-found,unused-ignore]

    y, p = ca.SX.sym("y", 4), ca.SX.sym("p")
    dae = {"x": y, "p": p, "ode": ca.vertcat(*rates(y[0], y[1], y[2], y[3], p, ca.log))}
    options = {"reltol": rtol, "abstol": ATOL}
    solvers = [
        ca.integrator("go", "cvodes", dae, 0.0, (SECONDS[1 : int(end - begin) + 1]).tolist(), options)
        for begin, end, _ in case.stretches
    ]

    def one(strength: float) -> tuple[float, float, Array]:
        parts = [np.array(START)[:, None]]
        for solver, (_, _, share) in zip(solvers, case.stretches, strict=True):
            parts.append(solver(x0=parts[-1][:, -1], p=strength * share)["xf"].full())
        course = np.concatenate(parts, axis=1)
        return seen(course[0], course[1], course[:, -1])

    return lambda strengths: looped(strengths, one)


MYOKIT = f"""
[[model]]
c.V = {START[0]}
c.Na = {START[1]}
c.K = {START[2]}
c.Cl = {START[3]}
[c]
time = 0 bind time
pace = 0 bind pace
strength = 1
working = strength * (1 - 0.7 * pace)
pump = {PUMP} * working * Na^3 / (Na^3 + 15^3) * {OUT_K**2} / {OUT_K**2 + 4.0}
I_Na = {LEAK_NA} * (V - {RT_F!r} * log({OUT_NA} / Na))
I_K = {LEAK_K} * (V - {RT_F!r} * log({OUT_K} / K))
I_Cl = {LEAK_CL} * (V + {RT_F!r} * log({OUT_CL} / Cl))
dot(V) = -1000 * (I_Na + I_K + I_Cl + pump) / {CAPACITANCE}
dot(Na) = -{PER_MM!r} * (I_Na + 3 * pump)
dot(K) = -{PER_MM!r} * (I_K - 2 * pump)
dot(Cl) = {PER_MM!r} * I_Cl
"""


def myokit_loop(case: Case, rtol: float) -> Solve:
    import myokit  # type: ignore[import-not-found,unused-ignore]

    protocol = myokit.Protocol()
    if case.block:
        protocol.schedule(1, BEGIN_BLOCK, END_BLOCK - BEGIN_BLOCK)
    simulation = myokit.Simulation(myokit.parse_model(MYOKIT), protocol)
    simulation.set_tolerance(abs_tol=ATOL, rel_tol=rtol)

    def one(strength: float) -> tuple[float, float, Array]:
        simulation.reset()
        simulation.set_constant("c.strength", strength)
        log = simulation.run(END, log=["c.V", "c.Na"], log_times=SECONDS[:-1])
        ended = np.array(simulation.state())
        return seen(np.append(log["c.V"], ended[0]), np.append(log["c.Na"], ended[1]), ended)

    return lambda strengths: looped(strengths, one)


ANTIMONY = f"""
model cell
    V = {START[0]}; Na = {START[1]}; K = {START[2]}; Cl = {START[3]}; strength = 1; share = 1
    pump := {PUMP} * strength * share * Na^3 / (Na^3 + 15^3) * {OUT_K**2} / {OUT_K**2 + 4.0}
    I_Na := {LEAK_NA} * (V - {RT_F!r} * ln({OUT_NA} / Na))
    I_K := {LEAK_K} * (V - {RT_F!r} * ln({OUT_K} / K))
    I_Cl := {LEAK_CL} * (V + {RT_F!r} * ln({OUT_CL} / Cl))
    V' = -1000 * (I_Na + I_K + I_Cl + pump) / {CAPACITANCE}
    Na' = -{PER_MM!r} * (I_Na + 3 * pump)
    K' = -{PER_MM!r} * (I_K - 2 * pump)
    Cl' = {PER_MM!r} * I_Cl
    EVENTS
end
"""


def roadrunner_loop(case: Case, rtol: float) -> Solve:
    import antimony  # type: ignore[import-not-found,unused-ignore]
    import roadrunner  # type: ignore[import-not-found,unused-ignore]

    events = f"at time >= {BEGIN_BLOCK}: share = 0.3; at time >= {END_BLOCK}: share = 1" if case.block else ""
    if antimony.loadAntimonyString(ANTIMONY.replace("EVENTS", events)) < 0:
        raise RuntimeError(antimony.getLastError())
    runner = roadrunner.RoadRunner(antimony.getSBMLString("cell"))
    integrator = runner.getIntegrator()
    integrator.setValue("relative_tolerance", rtol)
    integrator.setValue("absolute_tolerance", ATOL)
    runner.timeCourseSelections = ["V", "Na", "K", "Cl"]

    def one(strength: float) -> tuple[float, float, Array]:
        runner.resetToOrigin()
        runner["strength"] = strength
        course = np.array(runner.simulate(0.0, END, SECONDS.size)).T
        return seen(course[0], course[1], course[:, -1])

    return lambda strengths: looped(strengths, one)


def exact(case: Case, strength: float) -> tuple[float, float, Array]:
    """Radau at 1e-11, looked at every millisecond around what is asked."""
    y, parts = np.array(START), []
    for begin, end, share in case.stretches:
        pump = strength * share
        solution: Any = solve_ivp(
            _plain(pump), (begin, end), y, "Radau", rtol=1e-11, atol=1e-13, dense_output=True
        )
        parts.append(solution)
        y = solution.y[:, -1]
    top, late = -np.inf, np.nan
    for solution in parts:
        t = np.unique(np.concatenate([solution.t, np.linspace(solution.t[0], solution.t[-1], 4001)]))
        V, Na = solution.sol(t)[:2]
        k = int(V.argmax())
        near = np.linspace(t[max(k - 1, 0)], t[min(k + 1, t.size - 1)], 4001)
        top = max(top, float(solution.sol(near)[0].max()))
        over = np.flatnonzero(Na > THRESHOLD)
        if np.isnan(late) and over.size:
            late = _crossing(solution.sol, float(t[max(over[0] - 1, 0)]), float(t[over[0]]))
    return top, late, y


def _plain(strength: float) -> Callable[[float, Array], Array]:
    return lambda t, y: np.array(rates(y[0], y[1], y[2], y[3], strength, np.log))


def _crossing(course: Callable[[float], Array], low: float, high: float) -> float:
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if course(middle)[1] > THRESHOLD else (middle, high)
    return high


OTHERS: dict[str, tuple[Callable[[Case, float], Solve], tuple[str, ...]]] = {
    "CasADi": (casadi_loop, ("casadi",)),
    "Myokit": (myokit_loop, ("myokit",)),
    "RoadRunner": (roadrunner_loop, ("libroadrunner", "antimony")),
}


def versions(packages: tuple[str, ...]) -> str:
    return ", ".join(f"{name} {importlib.metadata.version(name)}" for name in packages)


def taking_part(case: Case) -> dict[str, Solve]:
    """Those that are there and work; of the others it is said why not."""
    found: dict[str, Solve] = {}
    for name, (make, packages) in OTHERS.items():
        try:
            solvers = {f"{name} {rtol:g}": make(case, rtol) for rtol in (RTOL, TIGHTER)}
            for solve in solvers.values():
                solve(np.array([1.0]))
        except Exception as error:  # noqa: BLE001
            print(f"  {name}: not measured ({type(error).__name__}: {' '.join(str(error).split())[:160]})")
            continue
        print(f"  {name}: {versions(packages)}")
        found |= solvers
    return found


def errors(answers: Answers, right: Answers, chosen: NDArray[np.intp]) -> tuple[float, float, float]:
    """Worst of the sample: of the states at the end (relative), of max V [mV], of the time [s]."""
    late = np.abs(answers.late[chosen] - right.late)
    return (
        float(np.abs(answers.ended[chosen] / right.ended - 1).max()),
        float(np.abs(answers.highest[chosen] - right.highest).max()),
        float(np.nanmax(late)) if np.isfinite(late).any() else 0.0,
    )


def report(case: Case, members: int, rounds: int) -> None:
    print(f"{members} variants of a pump–leak cell, 600 s, {case.name}; rtol {RTOL:g}")
    strengths = np.linspace(0.6, 1.6, members)
    own = f"ionlang {RTOL:g}"
    solvers = {own: ours(case, members)} | taking_part(case)
    least = dict.fromkeys(solvers, (np.inf, np.inf))
    answers: dict[str, Answers] = {}
    for _ in range(rounds):
        for name, solve in solvers.items():
            clock, processor = time.perf_counter(), time.process_time()
            answers[name] = solve(strengths)
            taken = time.process_time() - processor, time.perf_counter() - clock
            least[name] = (min(least[name][0], taken[0]), min(least[name][1], taken[1]))
    chosen = np.linspace(0, members - 1, SAMPLE).astype(np.intp)
    right = looped(strengths[chosen], lambda strength: exact(case, strength))
    print(
        "                    processor    clock   ionlang is   error: states at the end, max V [mV], time [s]"
    )
    for name, (processor_time, clock_time) in least.items():
        ratio = f"{processor_time / least[own][0]:7.1f} ×"
        states, top, late = errors(answers[name], right, chosen)
        print(
            f"  {name:16}  {processor_time * 1e3:6.0f} ms  {clock_time * 1e3:6.0f} ms  {ratio}"
            f"      {states:.1e}  {top:.1e}  {late:.1e}"
        )


if __name__ == "__main__":
    arguments = [int(argument) for argument in sys.argv[1:]]
    print(
        f"Python {platform.python_version()}, {versions(('numpy', 'scipy'))}, ionlang {ionlang.__version__}"
    )
    for each in CASES:
        report(each, arguments[0] if arguments else 1000, arguments[1] if len(arguments) > 1 else 5)
    print(f"memory at most: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
