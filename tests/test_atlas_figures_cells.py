"""Figures of the atlas in which cells work together or change (rows 13 to 17, 20, 22, 23), each computed from the laws
alone and compared with what the example finds."""

from __future__ import annotations

from functools import cache
from math import exp, log

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.integrate import solve_ivp
from scipy.optimize import brentq, fsolve

import ionlang
from ionlang.simulate.study import Study
from tests.removals import EXAMPLES

F = 96485.33212
RT_F = 1e3 * 8.31446261815324 * 310.15 / F  # mV
Array = NDArray[np.float64]


@cache
def study(file: str, scenario: str) -> Study:
    return ionlang.load(EXAMPLES / file).study(scenario)


def measured(file: str, scenario: str, name: str) -> dict[str, float]:
    """What a measure came to in each run, by variant, in cell units."""
    asked = study(file, scenario)
    return {
        variant: dict(member.solution.measures)[name]
        for variant, member in zip(asked.variants, asked.members, strict=True)
        if member.solution is not None
    }


def expected(file: str, scenario: str, text: str) -> float:
    """What the expectation that says `text` found, in cell units."""
    (member,) = study(file, scenario).members
    assert member.solution is not None
    (value,) = [v.value for v in member.solution.verdicts if text in v.expectation.text]
    assert value is not None
    return value


# ── row 13: four astrocytes in a row, in s, pA, fmol, pL, mV ──

_Z = np.array([1.0, 1.0, -1.0])  # Na, K, Cl


def _field(p: Array, v: float, inside: Array, outside: Array) -> Array:
    """Constant-field currents [pA] of Na, K, Cl for permeabilities in pL/s."""
    u = _Z * v / RT_F
    falling = np.where(abs(u) < 1e-6, 1 - u / 2, u / np.expm1(np.where(u == 0, 1, u)))  # u/(e^u - 1)
    return p * _Z * F * 1e-3 * (inside * (falling + u) - outside * falling)


def _walls(state: Array, outside_k: Array) -> Array:
    """Currents [pA] of Na, K, Cl out of each of four astrocytes through its wall, and of K through its pump."""
    v, na, k, cl = state.reshape(4, 4)
    e_na, e_k, e_cl = RT_F * np.log(145 / na), RT_F * np.log(outside_k / k), -RT_F * np.log((145 + 3) / cl)
    kir = 10 * np.sqrt(outside_k / 3) / (1 + np.exp((v - e_k - 20) / 25))  # nS: 0.5 mS/cm2 of 2000 um2
    pump = 27.4 * na**3 / (na**3 + 1e3) * (outside_k / (outside_k + 3.6)) ** 2  # pA
    return np.array([0.08 * (v - e_na) + 3 * pump, kir * (v - e_k) - 2 * pump, 0.04 * (v - e_cl), -2 * pump])


def _gaps(state: Array, joined: Array) -> Array:
    """Currents [pA] of Na, K, Cl from each astrocyte to the next."""
    v, *inside = state.reshape(4, 4)
    c = np.array(inside)
    p = np.array([0.8, 1.0, 0.7])
    return np.array([_field(joined[i] * p, v[i] - v[i + 1], c[:, i], c[:, i + 1]) for i in range(3)]).T


def _chain(time: float, y: Array, outside_k: Array, joined: Array) -> Array:
    """Of V, Na, K, Cl in each, then of K taken up by the first, passed on by it, and through its pump [fmol/s]."""
    wall, gap = _walls(y[:16], outside_k), _gaps(y[:16], joined)
    out = wall[:3].copy()
    out[:, :3] += gap
    out[:, 1:] -= gap
    slopes = [-out.sum(0) / 20 * 1e3, *(-out / (_Z[:, None] * F * 1e-3) / 2)]  # 20 pF, 2 pL
    taken = -wall[1, 0] / (F * 1e-3), gap[1, 0] / (F * 1e-3), -wall[3, 0] / (F * 1e-3)
    return np.concatenate([np.ravel(slopes), taken])


def _astrocyte_at_rest() -> Array:
    """V, Na, K, Cl where nothing moves; the charge on the membrane is what the file begins with."""

    def moving(y: Array) -> Array:
        walls = _walls(np.repeat(y, 4), np.full(4, 3.0))[:3, 0]
        charge = (y[1] - 15 + y[2] - 140 - (y[3] - 3.3)) * F * 1e-3 * 2 - 20 * (y[0] + 100) * 1e-3
        return np.array([*walls, charge])

    return np.asarray(fsolve(moving, [-100.0, 15.0, 140.0, 3.3], xtol=1e-12))


@pytest.mark.parametrize(("variant", "joined"), [("joined", 1.0), ("alone", 0.0)])
def test_the_chain_of_astrocytes(variant: str, joined: float) -> None:
    rest = np.concatenate([np.repeat(_astrocyte_at_rest(), 4), np.zeros(3)])
    active = (np.array([8.0, 3.0, 3.0, 3.0]), np.array([joined, 1.0, 1.0]))
    course = solve_ivp(_chain, (0, 10), rest, "LSODA", [0.1, 10], args=active, rtol=1e-7, atol=1e-8).y
    at_rest = _walls(rest[:16], np.full(4, 3.0))[3, 0] / (F * 1e-3)
    taken, passed, pumped = course[16:, -1] + np.array([0, 0, 10 * at_rest])
    names = ("E_K", "V", "taken", "passed", "pumped")
    of = {n: measured("13_spatial_buffering.ion", "firing", n)[variant] for n in names}
    assert of["E_K"] == pytest.approx(RT_F * log(8 / course[8, 0]), abs=1e-3)
    assert of["V"] == pytest.approx(course[0, 0], abs=1e-3)
    assert of["taken"] == pytest.approx(taken, rel=1e-4)
    assert of["passed"] == pytest.approx(passed, rel=1e-4, abs=1e-9)
    assert of["pumped"] == pytest.approx(pumped, rel=1e-3)


# ── rows 14 and 16: constant fields ──


def _goldman(
    k: float, sodium: float, chloride: float, inside: tuple[float, float, float], rt_f: float = RT_F
) -> float:
    """V [mV] for [K]o, permeabilities of Na and Cl to that of K, and Na, K, Cl inside; outside Na 145, Cl 120."""
    na, k_inside, cl = inside
    outward = k_inside + sodium * na + chloride * 120
    return rt_f * log((k + sodium * 145 + chloride * cl) / outward)


def test_the_muscle_fibre_in_three_baths() -> None:
    of = measured("14_tripartite.ion", "hyperkalaemia", "fibre")
    for k in (4, 6, 7):
        assert of[f"bath_{k}"] == pytest.approx(_goldman(k, 0.01, 0, (12, 155, 0), 26.64), abs=1e-6)


def test_the_neuron_in_three_baths() -> None:
    """Against where oracles/wei2014.py, a program of its own, comes to rest."""
    of = measured("14_tripartite.ion", "hyperkalaemia", "neuron")
    assert of == pytest.approx({"bath_4": -77.89, "bath_6": -68.53, "bath_7": -64.83}, abs=0.006)


def test_node_and_internode() -> None:
    for name, sodium in (("at_node", 0.0573), ("at_internode", 0.0045)):
        of = measured("16_myelin.ion", "rests", name)
        assert list(of.values()) == pytest.approx(2 * [_goldman(3, sodium, 0.1, (15, 140, 7))], abs=1e-6)


def test_fifty_wraps() -> None:
    """Membranes in series: 51 times the resistance, a 51st of the capacitance. The resistance by the slope of the
    constant-field current."""

    def current(v: float) -> float:
        u = v / RT_F
        terms = ((1, 1.0, 140, 3), (1, 0.0045, 15, 145), (-1, 0.1, 7, 120))
        return sum(
            4e-6 * p * F * z * u * z * (i - o * exp(-z * u)) / (1 - exp(-z * u)) for z, p, i, o in terms
        )  # uA/cm2

    v = _goldman(3, 0.0045, 0.1, (15, 140, 7))
    slope = (current(v + 1e-3) - current(v - 1e-3)) / 2e-3  # mS/cm2
    of = measured("16_myelin.ion", "pushed", "resistance")  # mV/(pA/(100 um2)) = 1 kohm.cm2
    assert of["bare"] * slope == pytest.approx(1, rel=1e-5)
    assert of["wrapped"] * slope == pytest.approx(51, rel=1e-5)
    slowness = measured("16_myelin.ion", "pushed", "slowness")
    assert slowness == pytest.approx({"bare": 1 / slope, "wrapped": 1 / slope}, rel=1e-5)


# ── row 15: chord conductances, a protein with one time constant, an EPSP ──


def _between(k: float) -> float:
    """V [mV] between the potassium leak, its conductance over that of the rest given, and the rest of the leak."""
    e_k = RT_F * log(4.8266 / 140)
    return (k * e_k - 50) / (k + 1)


def test_a_modulator_closes_part_of_the_leak() -> None:
    of = {n: measured("15_neuromodulation.ion", "gain", n) for n in ("resting", "resistance", "EPSP")}
    for variant, open_ in (("control", 1.0), ("modulated", 3 / 7)):
        g = 2.5 * (1 + open_)  # nS
        assert of["resting"][variant] == pytest.approx(_between(open_), abs=1e-6)
        assert of["resistance"][variant] == pytest.approx(1 / g, rel=1e-6)
        assert of["EPSP"][variant] == pytest.approx(_epsp(_between(open_), g), rel=1e-4)


def _epsp(rest: float, g: float) -> float:
    """The peak [mV] that a synapse of 0.2 nS, reversal 0 mV, rise 1 ms, decay 20 ms makes in 10 pF and g [nS]."""
    peak = log(20) / (1 - 1 / 20)
    unit = exp(-peak / 20) - exp(-peak)

    def slope(t: float, v: Array) -> Array:
        return -(g * (v - rest) + 0.2 * (exp(-t / 20) - exp(-t)) / unit * v) / 10

    course = solve_ivp(slope, (0, 60), [rest], rtol=1e-9, atol=1e-9, max_step=0.05)
    return float(course.y[0].max()) - rest


def test_a_channel_expressed_within_days() -> None:
    for hours, moment in ((1, "25 h"), (24, "2 day"), (96, "end")):
        protein = 1 - exp(-hours / 30)
        found = expected("15_neuromodulation.ion", "expressed", f"at {moment}")
        assert found == pytest.approx(_between(1 + 4 * protein), abs=1e-4)
    assert expected("15_neuromodulation.ion", "in_the_end", "= -83.33 mV") == pytest.approx(
        _between(5), abs=1e-6
    )


# ── row 17: the steady current–voltage curve ──


def _steady(v: float, sodium_shift: float, kcnq_shift: float) -> float:
    """The current [nA/(100 nF)] = [uA/cm2] that the neuron lets out if V stays for long."""

    def linoid(x: float, k: float) -> float:
        return k if x == 0 else x / (1 - exp(-x / k))

    u = v - sodium_shift
    a, b = 0.32 * linoid(u + 53, 4), 0.28 * linoid(-26 - u, 5)
    m = a / (a + b)
    a, b = 0.128 * exp(-(v + 54) / 18), 4 / (1 + exp(-(v + 31) / 5))
    h = a / (a + b)
    a, b = 0.032 * linoid(v + 51, 5), 0.5 * exp(-(v + 56) / 40)
    n = a / (a + b)
    kcnq = 1 / (1 + exp(-(v - kcnq_shift + 40) / 8))
    e_na, e_k = RT_F * log(145 / 15), RT_F * log(4 / 140)
    return 30 * m**3 * h * (v - e_na) + (25 * n**4 + kcnq) * (v - e_k) + 0.08 * (v + 65)


@pytest.mark.parametrize(
    ("variant", "sodium", "kcnq"),
    [("healthy", 0, 0), ("early_Na", -5, 0), ("treated", -5, -10), ("early_K", 0, -15)],
)
def test_rest_and_input_resistance_of_the_mutants(variant: str, sodium: float, kcnq: float) -> None:
    v = brentq(_steady, -90, -65, args=(sodium, kcnq), xtol=1e-12)
    slope = (_steady(v + 1e-4, sodium, kcnq) - _steady(v - 1e-4, sodium, kcnq)) / 2e-4  # mS/cm2
    assert measured("17_channelopathies.ion", "side_by_side", "resting")[variant] == pytest.approx(
        v, abs=1e-6
    )
    r_in = measured("17_channelopathies.ion", "side_by_side", "R_in")[variant]  # mV/pA = Gohm
    assert r_in == pytest.approx(1 / (slope * 50), rel=1e-5)


# ── row 20: what the elasticities have to sum to ──


def test_elasticities_sum_to_minus_one_where_all_rates_change_alike() -> None:
    """All rates λ times as large, and nothing else: everything happens in 1/λ of the time."""
    text = (EXAMPLES / "20_what_decides_when.ion").read_text(encoding="utf-8")
    start = text.index("variant leak_more")
    more = """
        scenario all {
            run until soma.V > -40 mV, at most 1000 s
            relax inside.ATP to 0 mM with tau ATP_time
            scale P_K by 1.01;  scale P_Na by 1.01;  scale capacity by 1.01;  scale ATP_time by 1/1.01
            measure collapse = time(soma.V > -40 mV)
        }
    """
    head = text[:start].replace("19_anoxia.ion", str(EXAMPLES / "19_anoxia.ion"))
    faster = dict(ionlang.loads(head + more).run("all").measures)["collapse"]
    assert faster * 1.01 == pytest.approx(107974.93, abs=0.5)  # ms, as seed_anoxia.out has it


# ── row 22: days ──


def test_gaba_follows_butyrate_within_days() -> None:
    """HDAC, the enzyme and GABA in turn; GABA is steady but for an hour, so V follows it by the steady currents."""

    def slope(_: float, y: Array) -> Array:
        hdac, enzyme, gaba = y
        return np.array([(0.5 - hdac) / 3, (3 - 2 * hdac - enzyme) / 24, 0.2 * enzyme - gaba])

    def current(v: float, gaba: float) -> float:
        nmda = 0.2 / 3 / (1 + 0.3 * exp(-0.062 * v))
        ampa = 0.1 * 2 / 22
        chloride = 0.5 * gaba / (1 + gaba) * (v + RT_F * log(120 / 7))
        potassium, sodium = RT_F * log(4 / 140), RT_F * log(145 / 15)
        leaks = _steady(v, 0, 0) - 0.08 * (v + 65)
        leaks += 0.08 * (0.878 * (v - potassium) + 0.122 * (v - sodium))
        kcnq = 1 / (1 + exp(-(v + 40) / 8)) * (v - potassium)
        return leaks - kcnq + chloride + (nmda + ampa) * (0.39 * (v - potassium) + 0.61 * (v - sodium))

    def rest(gaba: float) -> float:
        return float(brentq(current, -90, -65, args=(gaba,), xtol=1e-12))

    course = solve_ivp(slope, (0, 216), [1, 1, 0.2], t_eval=[1, 24, 216], rtol=1e-9, atol=1e-9).y[2]
    for gaba, moment in zip(course, ("25 h", "2 day", "end"), strict=True):
        found = expected("22_gut_brain.ion", "diet", f"soma.V at {moment}")
        assert found == pytest.approx(rest(0.2) - rest(gaba), abs=2e-4)


# ── row 23: the block ──


def test_the_block_by_magnesium() -> None:
    def free(v: float) -> float:
        return 1 / (1 + exp(-0.062 * v) / 3.57)

    of = {n: measured("23_nmda.ion", "ramp", n) for n in ("half_free", "at_70", "at_27", "largest")}
    assert of["half_free"]["with_Mg"] == pytest.approx(100 - log(3.57) / 0.062, abs=1e-4)
    for name, v in (("at_70", -70), ("at_27", -27)):
        whole = of[name]["without_Mg"] * (1 + 1e-6 / 3.57 * exp(-0.062 * v))
        assert of[name]["with_Mg"] / whole == pytest.approx(free(v), rel=1e-6)

    def current(v: float) -> float:
        u = v / RT_F
        monovalent = u * (155 - 148 * exp(-u)) / (1 - exp(-u))
        calcium = 5 * 4 * u * (1e-4 - 1.5 * exp(-2 * u)) / (1 - exp(-2 * u))
        return 3e-8 * F * (monovalent + calcium) * free(v) * 100 / 103  # uA/cm2 = pA/(100 um2)

    assert of["at_70"]["with_Mg"] == pytest.approx(current(-70), rel=1e-6)
    assert of["largest"]["with_Mg"] == pytest.approx(
        min(current(-35 + k / 100) for k in range(2000)), rel=1e-5
    )
