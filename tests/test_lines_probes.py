"""Tests of a membrane in a line: cables against the textbook and against difference equations, cells against the same
written out one by one, thresholds against another solver; the mistakes that newcomers make with them."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.sparse import csc_array

import ionlang
from ionlang.simulate import answering
from ionlang.simulate.ensemble import answer
from ionlang.simulate.probing.modes import grows, rightmost
from tests.lines_models import tissue, written_out
from tests.test_lines_dendrite import DENDRITE, steady

CABLE = """
thermal_voltage = 26.64 mV
param radius = 2 um
param g = 0.1 mS/cm2
arrangement stretch {
    bath inside  { }
    bath outside { }
    membrane wall (inside | outside) {
        area        = 2 * pi * radius * spacing
        capacitance = 1 uF/cm2
        V from currents starting at -70 mV
        channel leak { carries charge;  conductance = LEAK;  reversal = -70 mV }
    }
}
line fibre of COUNT stretch {
    total_length = LENGTH
    ends         = closed
    axial inside { resistivity = 100 ohm.cm;  cross_section = pi * radius^2;  carries charge }
}
scenario asked {
    QUESTIONS
}
"""
LAMBDA = 0.1  # cm: √(10 kohm.cm² × 4 um/(4 × 100 ohm.cm))
PER_LENGTH = 100 / (math.pi * 2e-4**2) * 1e-9  # Gohm/cm


def measured(text: str, scenario: str = "asked") -> Mapping[str, float]:
    return dict(ionlang.loads(text).run(scenario).measures)


def cable(count: int, length: float, *questions: str, leak: str = "g") -> list[float]:
    """Answers of a passive cable so many cm long."""
    asked = "\n".join(f"measure q{k} = {q}" for k, q in enumerate(questions))
    text = CABLE.replace("LENGTH", f"{10 * length!r} mm").replace("COUNT", str(count)).replace("LEAK", leak)
    return list(measured(text.replace("QUESTIONS", asked)).values())


def conductances(count: int, length: float) -> tuple[float, float]:
    """Of one copy's membrane, and between two copies [nS]."""
    h = length / count
    return 2 * math.pi * 2e-4 * h * 0.1e-3 * 1e9, 1 / (PER_LENGTH * h)


def of_a_chain(count: int, length: float, place: int) -> float:
    """Input resistance [Gohm] of a row of leaky copies in copy `place` (from 1), by its difference equation: V falls as
    cosh(κ(k − ½)) from a sealed end, cosh κ = 1 + g/2G."""
    g, along = conductances(count, length)
    kappa = math.acosh(1 + g / (2 * along))

    def lost(copies: int) -> float:
        """What flows away to one side, in which there are so many copies besides."""
        here, next_one = math.cosh(kappa * (copies + 0.5)), math.cosh(kappa * (copies - 0.5))
        return along * (1 - next_one / here) if copies else 0.0

    return 1 / (g + lost(place - 1) + lost(count - place))


@pytest.mark.parametrize("length", [0.05, 0.1, 0.4, 1.0])
def test_input_resistance_of_a_sealed_cable(length: float) -> None:
    count = 301
    end, middle, near = cable(
        count, length, *(f"input_resistance(fibre[{k}].wall)" for k in (1, (count + 1) // 2, 7))
    )
    assert end == pytest.approx(of_a_chain(count, length, 1), rel=1e-10)
    assert middle == pytest.approx(of_a_chain(count, length, (count + 1) // 2), rel=1e-10)
    assert near == pytest.approx(of_a_chain(count, length, 7), rel=1e-10)
    half = PER_LENGTH * length / count / 2  # from the end to the middle of the first copy
    textbook = PER_LENGTH * LAMBDA / math.tanh(length / LAMBDA)
    assert end + half == pytest.approx(textbook, rel=2e-4)
    both = PER_LENGTH * LAMBDA / math.tanh(length / 2 / LAMBDA) / 2
    assert middle == pytest.approx(both, rel=2e-4)


def test_of_cables_without_an_end_in_reach() -> None:
    end, middle = cable(1001, 2.0, "input_resistance(fibre[1].wall)", "input_resistance(fibre[501].wall)")
    assert end == pytest.approx(PER_LENGTH * LAMBDA, rel=0.011)  # semi-infinite: r λ
    assert middle == pytest.approx(PER_LENGTH * LAMBDA / 2, rel=0.006)  # both ways: r λ/2
    assert end == pytest.approx(of_a_chain(1001, 2.0, 1), rel=1e-10)


def test_an_end_that_is_leaky_takes_from_it() -> None:
    """V is held at the other end: r λ tanh(L/λ)."""
    count, length = 301, 0.1
    h = length / count
    leak = f"if x > {10 * (length - h)!r} mm then 1e9 mS/cm2 else g"
    (end,) = cable(count, length, "input_resistance(fibre[1].wall)", leak=leak)
    reach = (length - h / 2) / LAMBDA
    assert end + PER_LENGTH * h / 2 == pytest.approx(PER_LENGTH * LAMBDA * math.tanh(reach), rel=1e-4)


@pytest.mark.parametrize("count", [200, 500])  # by an exponential of a matrix, and integrated
def test_so_long_after_it_is_an_error_function(count: int) -> None:
    times = (0.5, 10.0, 40.0)
    asked = (f"input_resistance(fibre[1].wall, after = {t} ms)" for t in times)
    length = 0.8
    found = cable(count, length, *asked)
    half = PER_LENGTH * length / count / 2
    for t, value in zip(times, found, strict=True):
        assert value + half == pytest.approx(PER_LENGTH * LAMBDA * math.erf(math.sqrt(t / 10)), rel=3e-3)
    g, along = conductances(count, length)
    capacitance = 10 * g  # pF: τ = 10 ms
    slope = along * (np.eye(count, k=1) + np.eye(count, k=-1)) - np.diag(
        g + along * np.array([1.0] + [2.0] * (count - 2) + [1.0])
    )
    rates, modes = np.linalg.eigh(slope / capacitance)
    for t, value in zip(times, found, strict=True):
        expected = float((modes[0] ** 2 * np.expm1(rates * t) / rates).sum()) / capacitance
        assert value == pytest.approx(expected, rel=1e-7)


@pytest.mark.parametrize("count", [50, 900])
def test_the_time_constant_is_that_of_the_slowest_mode(count: int) -> None:
    (sealed,) = cable(count, 0.4, "time_constant(fibre[3].wall)")
    assert sealed == pytest.approx(10.0, rel=1e-9)
    (mixed,) = cable(count, 0.4, "time_constant(fibre[3].wall)", leak="if x > 2 mm then 3 * g else g")
    g, along = conductances(count, 0.4)
    leaks = g * np.where(np.arange(count) < count // 2, 1.0, 3.0)
    ends = np.array([1.0] + [2.0] * (count - 2) + [1.0])
    slope = along * (np.eye(count, k=1) + np.eye(count, k=-1)) - np.diag(leaks + along * ends)
    assert mixed == pytest.approx(-1 / np.linalg.eigvalsh(slope / (10 * g)).max(), rel=1e-8)
    assert mixed < 0.9 * sealed


QUESTIONS = (
    "input_resistance({}.soma)",
    "input_resistance({}.soma, after = 3 ms)",
    "threshold_current({}.soma, lasting = 2 ms, firing = {}.soma.V > -50 mV)",
    "threshold_depolarisation({}.soma, firing = {}.soma.V > -50 mV)",
)


def test_cells_in_a_row_answer_as_the_same_written_out() -> None:
    """Gates, a pump, potassium outside: against the tests of single cells, joined by gap junctions."""
    begin = "scenario asked { begin at rest\n run 1 ms\n"
    asked = "\n".join(f"measure q{k} = {q}" for k, q in enumerate(QUESTIONS)) + "\n}"
    volume = "0.7 pL * (1 + x/(300 um))"
    volumes = tuple(f"0.7 pL * (1 + {50 * k + 25}/300)" for k in range(4))
    line = measured(tissue(4, begin + asked.replace("{}", "tissue[2]"), outside_volume=volume))
    apart = measured(written_out(volumes, ("4 mM",) * 4) + begin + asked.replace("{}", "c1"))
    for name, value in apart.items():
        assert line[name] == pytest.approx(value, rel=3e-6), name


def test_it_is_the_answer_to_a_small_current_in_a_run() -> None:
    """Of two membranes around one another: what is brought into the axon charges the sheath too."""
    text = """
thermal_voltage = 26.64 mV
arrangement stretch {
    bath axon { }
    compartment gap { volume = 1 pL }
    bath outside { }
    membrane axolemma (axon | gap) {
        area = 500 um2;  capacitance = 1 uF/cm2;  V from currents starting at -70 mV
        channel leak { carries charge;  conductance = 0.2 mS/cm2;  reversal = -70 mV }
    }
    membrane sheath (gap | outside) {
        area = 600 um2;  capacitance = 0.02 uF/cm2;  V from currents starting at 0 mV
        channel leak { carries charge;  conductance = 0.05 mS/cm2;  reversal = 0 mV }
    }
}
line fibre of 30 stretch {
    spacing = 50 um;  ends = closed
    axial axon    { resistivity = 100 ohm.cm;  cross_section = 3 um2;  carries charge }
    axial gap { resistivity = 100 ohm.cm;  cross_section = 0.3 um2;  carries charge }
}
scenario small {
    begin at rest
    run 400 ms
    from 0 ms: inject 1 pA into fibre[4].AXOLEMMA carried by charge
    measure run_early = (fibre[4].AXOLEMMA.V at 2 ms - fibre[4].AXOLEMMA.V at rest) / (1 pA)
    measure run_late  = (fibre[4].AXOLEMMA.V at end - fibre[4].AXOLEMMA.V at rest) / (1 pA)
}
scenario asked {
    measure early = input_resistance(fibre[4].AXOLEMMA, after = 2 ms)
    measure late  = input_resistance(fibre[4].AXOLEMMA)
    measure slow  = time_constant(fibre[4].AXOLEMMA)
}
"""
    for membrane in ("axolemma", "sheath"):
        written = text.replace("AXOLEMMA", membrane)
        small, asked = measured(written, "small"), measured(written)
        assert asked["early"] == pytest.approx(small["run_early"], rel=1e-5)
        assert asked["late"] == pytest.approx(small["run_late"], rel=1e-5)
        assert asked["slow"] == pytest.approx(5.0, rel=0.3)  # near that of the axolemma alone


def test_on_finer_grids_the_parts_of_a_copy_share_the_current() -> None:
    asked = "scenario asked { begin at rest\n run 1 ms\n measure R = input_resistance(dendrite[1].wall)\n}"
    found = ionlang.loads(DENDRITE + asked).converge("asked")
    assert found["R"].judged.order == pytest.approx(2.0, abs=0.05)
    assert found["R"].judged.limit == pytest.approx(steady(0.005) / 50, rel=1e-6)  # mV by 50 pA: Gohm


def test_a_passive_threshold_in_a_long_line() -> None:
    """V at the end of a semi-infinite cable: r λ erf √(t/τ) × I; longer than what is kept of every copy."""
    least, R = cable(
        400, 0.8, "threshold_current(fibre[1].wall, lasting = 5 ms, firing = fibre[1].wall.V > -50 mV)",
        "input_resistance(fibre[1].wall, after = 5 ms)",
    )  # fmt: skip
    half = PER_LENGTH * 0.8 / 400 / 2
    assert least == pytest.approx(20 / R, rel=3e-6)
    assert 20 / least + half == pytest.approx(PER_LENGTH * LAMBDA * math.erf(math.sqrt(0.5)), rel=2e-4)


AXON = """
thermal_voltage = 26.64 mV
arrangement piece {
    bath inside { }
    bath outside { }
    membrane wall (inside | outside) {
        area        = 400 um2
        capacitance = 1 uF/cm2
        V from currents starting at -65 mV
        channel Na {
            carries charge;  conductance = 120 mS/cm2 * m^3 * h;  reversal = 50 mV
            gate m { alpha = 0.1 /mV/ms * linoid(V + 40 mV, 10 mV); beta = 4 /ms * exp(-(V + 65 mV)/(18 mV)) }
            gate h { alpha = 0.07 /ms * exp(-(V + 65 mV)/(20 mV)); beta = 1 /ms / (1 + exp(-(V + 35 mV)/(10 mV))) }
        }
        channel K {
            carries charge;  conductance = 36 mS/cm2 * n^4;  reversal = -77 mV
            gate n { alpha = 0.01 /mV/ms * linoid(V + 55 mV, 10 mV); beta = 0.125 /ms * exp(-(V + 65 mV)/(80 mV)) }
        }
        channel leak { carries charge;  conductance = 0.3 mS/cm2;  reversal = -54.4 mV }
    }
}
line axon of 15 piece {
    spacing = 100 um;  ends = closed
    axial inside { resistivity = 100 ohm.cm;  cross_section = 4 um2;  carries charge }
}
scenario asked {
    measure first = threshold_current(axon[1].wall, lasting = 1 ms)
    measure inner = threshold_current(axon[8].wall, lasting = 1 ms)
    measure far   = threshold_current(axon[8].wall, lasting = 1 ms, firing = axon[15].wall.V > 0 mV)
    measure step  = threshold_depolarisation(axon[8].wall, firing = axon[15].wall.V > 0 mV)
}
"""


def by_hand(t: float, y: np.ndarray, injected: np.ndarray) -> np.ndarray:
    """The same axon: V, m, h, n of 15 pieces of 4 pF, 4 nS between neighbours... of currents [pA]."""
    V, m, h, n = y.reshape(4, -1)
    area, between = 4e-6, 4e-8 / (100 * 1e-2) * 1e9  # cm2; nS
    a = (V + 40) / 10
    b = (V + 55) / 10
    alpha_m, beta_m = a / -np.expm1(-a), 4 * np.exp(-(V + 65) / 18)
    alpha_n, beta_n = 0.1 * b / -np.expm1(-b), 0.125 * np.exp(-(V + 65) / 80)
    alpha_h, beta_h = 0.07 * np.exp(-(V + 65) / 20), 1 / (1 + np.exp(-(V + 35) / 10))
    densities = 120 * m**3 * h * (V - 50) + 36 * n**4 * (V + 77) + 0.3 * (V + 54.4)  # uA/cm2
    along = between * np.diff(V)  # pA
    gained = np.append(along, 0.0) - np.insert(along, 0, 0.0)
    dV = (injected + gained - 1e6 * area * densities) / (1e6 * area)
    rates = (
        dV,
        alpha_m * (1 - m) - beta_m * m,
        alpha_h * (1 - h) - beta_h * h,
        alpha_n * (1 - n) - beta_n * n,
    )
    return np.concatenate(rates)


def fires(rest: np.ndarray, current: float, copy: int, seen: int) -> bool:
    injected = np.zeros(15)
    injected[copy - 1] = current
    kick = solve_ivp(by_hand, (0, 1), rest, args=(injected,), method="LSODA", rtol=1e-9, atol=1e-10)
    after = solve_ivp(
        by_hand, (0, 30), kick.y[:, -1], args=(0 * injected,), method="LSODA", rtol=1e-9, atol=1e-10
    )
    return bool(max(kick.y[seen - 1].max(), after.y[seen - 1].max()) > 0)


@pytest.mark.slow
def test_the_current_that_fires_an_axon_is_that_of_another_solver() -> None:
    found = measured(AXON)
    begin = np.repeat([-65.0, 0.05, 0.6, 0.32], 15)
    rest = solve_ivp(
        by_hand, (0, 500), begin, args=(np.zeros(15),), method="LSODA", rtol=1e-10, atol=1e-12
    ).y[:, -1]
    for name, copy, seen in (("first", 1, 1), ("inner", 8, 8), ("far", 8, 15)):
        assert not fires(rest, found[name] * (1 - 2e-5), copy, seen), name
        assert fires(rest, found[name] * (1 + 2e-5), copy, seen), name
    assert found["first"] < found["inner"]
    assert found["step"] > 10


def test_what_fires_nothing_says_why() -> None:
    solution = ionlang.loads(
        CABLE.replace("COUNT", "20").replace("LENGTH", "1 mm").replace("LEAK", "g")
        .replace("QUESTIONS", "measure I = threshold_current(fibre[1].wall, lasting = 1 ms)")
    ).run("asked")  # fmt: skip
    assert math.isnan(dict(solution.measures)["I"])
    assert "no action potential" in solution.remarks[0]


MISTAKES = (
    ("input_resistance(fibre.wall)", "ION484", "`input_resistance(fibre[1].wall)` for the first"),
    ("time_constant(fibre[1 .. 3].wall)", "ION484", "`time_constant(fibre[1].wall)` for the first"),
    (
        "threshold_current(fibre.wall, lasting = 1 ms)",
        "ION484",
        "`threshold_current(fibre[100 um].wall, lasting",
    ),
    ("input_resistance(fibre[99].wall)", "ION483", "`fibre[1]` for the first"),
    ("input_resistance(fibre[5 mm].wall)", "ION483", "`fibre[1]` for the first"),
    ("input_resistance(fibre[1].wall.V)", "ION440", "`input_resistance(fibre[1].wall)`"),
    ("input_resistance(fibre[1])", "ION440", "input_resistance"),
)


@pytest.mark.parametrize(("question", "code", "help_text"), MISTAKES)
def test_a_mistake_has_one_message_that_mends_it(question: str, code: str, help_text: str) -> None:
    text = CABLE.replace("COUNT", "20").replace("LENGTH", "1 mm").replace("LEAK", "g")
    text = text.replace("QUESTIONS", f"measure q = {question}")
    (found,) = (d for d in ionlang.loads(text).check() if d.severity == "error")
    assert found.code == code
    assert help_text in found.help


ZERO = """
membrane other (cytosol | ecs) { area = 400 um2;  V from zero_current
    channel one { carries charge;  conductance = 1 nS;  reversal = -70 mV } }
bath cytosol { }
bath ecs { }
"""


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("input_resistance(other)", "ION488"),
        ("threshold_current(other, lasting = 1 ms)", "ION488"),
        ("time_constant(other)", "ION443"),
    ],
)
def test_a_potential_without_inertia_is_not_tested_beside_a_line(question: str, code: str) -> None:
    text = CABLE.replace("COUNT", "20").replace("LENGTH", "1 mm").replace("LEAK", "g")
    text = text.replace("QUESTIONS", f"measure q = {question}") + ZERO
    assert [d.code for d in ionlang.loads(text).check() if d.severity == "error"] == [code]


def test_a_cell_beside_a_line_is_tested_as_one_alone() -> None:
    cell = """
event release
membrane other (cytosol | ecs) {
    area = 400 um2;  capacitance = 1 uF/cm2;  V from currents starting at -70 mV
    channel leak { carries charge;  conductance = 0.4 nS;  reversal = -70 mV }
    channel KDR { carries charge;  conductance = 20 nS * n^4;  reversal = -90 mV
        gate n { alpha = 0.03 /mV/ms * linoid(V + 34 mV, 10 mV);  beta = 0.375 /ms * exp(-(V + 44 mV)/(80 mV)) } }
    channel syn { carries charge;  conductance = 1 nS * s;  reversal = 0 mV
        gate s { decay = 3 ms;  opens at release } }
}
bath cytosol { }
bath ecs { }
"""
    asked = """
    measure R = input_resistance(other)
    measure early = input_resistance(other, after = 3 ms)
    measure tau = time_constant(other)
    measure least = threshold_current(other, lasting = 2 ms, firing = other.V > -55 mV)
    measure answer = psp(other, release)
"""
    beside = (
        CABLE.replace("COUNT", "20")
        .replace("LENGTH", "1 mm")
        .replace("LEAK", "g")
        .replace("QUESTIONS", asked)
    )
    one = ionlang.loads(beside + cell).run("asked")
    alone = ionlang.loads(f"thermal_voltage = 26.64 mV\n{cell}\nscenario asked {{ {asked} }}").run("asked")
    assert dict(one.measures) == pytest.approx(dict(alone.measures), rel=1e-6)
    assert one.remarks == alone.remarks


def test_members_that_run_together_are_tested_as_each_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = """
    begin at rest
    run 5 ms
    sweep g over 0.05 mS/cm2, 0.1 mS/cm2, 0.2 mS/cm2
    measure R     = input_resistance(fibre[1].wall)
    measure least = threshold_current(fibre[2].wall, lasting = 2 ms, firing = fibre[2].wall.V > -60 mV)
    """
    text = (
        CABLE.replace("COUNT", "10")
        .replace("LENGTH", "0.5 mm")
        .replace("LEAK", "g")
        .replace("QUESTIONS", asked)
    )
    found = []
    for enough in (2, 10**9):
        monkeypatch.setattr(answer, "ENOUGH_LINES", enough)
        monkeypatch.setattr(answering, "ENOUGH_LINES", enough)
        study = ionlang.loads(text).study()
        found.append({name: list(study[name]) for name in study.measures})
    for name, values in found[0].items():
        assert values == pytest.approx(found[1][name], rel=1e-6)
    assert found[0]["R"][0] > found[0]["R"][1] > found[0]["R"][2]


@pytest.mark.parametrize("above", [-1.0, 0.02])
def test_modes_of_many_states_are_those_of_all_eigenvalues(above: float) -> None:
    """A stretch in the middle of 700 states decays more slowly than the rest, or grows."""
    n = 700
    own = np.where(abs(np.arange(n) - n // 2) < 40, above, -3.0)
    matrix = 2.0 * (np.eye(n, k=1) + np.eye(n, k=-1) - 2 * np.eye(n)) + np.diag(own)
    expected = np.linalg.eigvalsh(matrix).max()
    assert rightmost(csc_array(matrix)) == pytest.approx(expected, rel=1e-8)
    assert grows(csc_array(matrix)) == (expected > 0)
