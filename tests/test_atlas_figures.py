"""The figures of the atlas, each computed here from the laws alone and compared with what the example finds."""

from __future__ import annotations

from functools import cache
from math import exp, log

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

import ionlang
from ionlang.simulate.study import Study
from tests.removals import EXAMPLES

R, F, AVOGADRO = 8.31446261815324, 96485.33212, 6.02214076e23
NA, K, CL = (15.0, 145.0), (140.0, 3.0), (7.0, 120.0)  # inside, outside [mM]


def thermal(temperature: float = 310.15) -> float:
    """RT/F [mV]."""
    return 1e3 * R * temperature / F


def goldman(
    sodium: float, k: tuple[float, float] = K, pump: float = 1.0, temperature: float = 310.15
) -> float:
    """V [mV] where K and Na alone leak, `pump` = 1.5 of a 3:2 pump (Mullins and Noda), 1 of none."""
    return thermal(temperature) * log((pump * k[1] + sodium * NA[1]) / (pump * k[0] + sodium * NA[0]))


def field(
    permeability: float, z: int, inside: float, outside: float, v: float, temperature: float = 310.15
) -> float:
    """The constant-field current [uA/cm2]: permeability in cm/s, concentrations in mM, V in mV."""
    u = z * v / thermal(temperature)
    return permeability * z * F * u * (inside - outside * exp(-u)) / (1 - exp(-u))


@cache
def asked(file: str, scenario: str) -> Study:
    return ionlang.load(EXAMPLES / file).study(scenario)


def found(file: str, scenario: str, text: str) -> float:
    """What the expectation that says `text` found, in cell units."""
    solution = asked(file, scenario).members[0].solution
    assert solution is not None
    (value,) = [v.value for v in solution.verdicts if text in v.expectation.text]
    assert value is not None
    return value


# ── row 6 ──


def _potential(sodium: float, pulses: tuple[tuple[float, float, float], ...], end: float) -> np.ndarray:
    """V [mV] at every 0.01 ms of a cell with a mixed synapse. A pulse is its start [ms], its transmitter [mM] and its
    current [uA/cm2]; it lasts until the next one starts."""
    state, course = [goldman(sodium), 0.0], []
    edges = [*(pulse[0] for pulse in pulses), end]
    for (start, transmitter, current), stop in zip(pulses, edges[1:], strict=True):

        def rates(_: float, y: np.ndarray, c: float = transmitter, i: float = current) -> list[float]:
            v, opened = y
            leak = field(1e-6, 1, *K, v) + field(1e-6 * sodium, 1, *NA, v)
            synapse = opened * (field(1e-6, 1, *K, v) + field(0.11384e-6, 1, *NA, v))
            return [(i - leak - synapse) / 1.0, c * (1 - opened) - 0.1 * opened]

        times = np.arange(start, stop, 0.01)
        step = solve_ivp(rates, (start, stop), state, "LSODA", times, rtol=1e-9, atol=1e-9)
        course.append(step.y[0])
        state = list(solve_ivp(rates, (start, stop), state, "LSODA", rtol=1e-9, atol=1e-9).y[:, -1])
    return np.concatenate(course)


def test_a_mixed_synapse_reverses_between() -> None:
    assert goldman(0.11384) == pytest.approx(-53, abs=0.002)
    highest = found("06_mixed_synapse.ion", "excitatory", "max(cell.V) = -53 mV")
    assert -53.05 < highest < goldman(0.11384)


@pytest.mark.parametrize(
    ("scenario", "text", "sodium"), [("excitatory", "4.61 mV", 0.05004), ("inhibitory", "-2.80 mV", 0.20011)]
)
def test_a_psp_has_the_sign_and_size_of_the_equations(scenario: str, text: str, sodium: float) -> None:
    v = _potential(sodium, ((0.0, 1.0, 0.0), (1.0, 0.0, 0.0)), 60.0)
    furthest = max(v - v[0], key=abs)
    assert found("06_mixed_synapse.ion", scenario, text) == pytest.approx(furthest, abs=2e-4)


def test_an_open_synapse_shunts_what_it_does_not_move() -> None:
    alone = _potential(0.11384, ((0.0, 0.0, 1.0), (5.0, 0.0, 0.0)), 60.0)
    shunted = _potential(0.11384, ((0.0, 1.0, 1.0), (5.0, 0.0, 0.0)), 60.0)
    for text, v in (("3.41 mV", alone), ("2.56 mV", shunted)):
        assert found("06_mixed_synapse.ion", "shunting", text) == pytest.approx(max(v - v[0]), abs=2e-4)


# ── rows 8 and 9 ──


def test_the_electrogenic_share_is_that_of_mullins_and_noda() -> None:
    study = asked("08_sodium_pump.ion", "stop")
    for sodium, potential, direct in zip(
        (0.005, 0.01, 0.02, 0.04), study["formula"], study["direct"], strict=True
    ):
        member = study.member(sodium).solution
        assert member is not None
        na, k = member["inside.Na"][0], member["inside.K"][0]
        with_pump, without = (
            thermal() * log((r * 3 + sodium * 145) / (r * k + sodium * na)) for r in (1.5, 1.0)
        )
        assert member["soma.V"][0] == pytest.approx(with_pump, abs=1e-6)
        assert potential == pytest.approx(with_pump, abs=1e-6)
        assert direct == pytest.approx(with_pump - without, abs=1e-4)
        # at the 15 and 140 mM of the atlas it is the same to the hundredth
        assert direct == pytest.approx(goldman(sodium, pump=1.5) - goldman(sodium), abs=0.01)


def test_the_pump_current_meets_the_input_resistance() -> None:
    chloride = (120 * exp(-70 / thermal()), 120.0)

    def current(v: float) -> float:
        return (
            (field(2e-6, 1, *K, v) + field(2e-6 * 0.075064, 1, *NA, v) + field(2.901e-6, -1, *chloride, v))
            * 4.076e-5
            * 1e6
        )  # pA

    sodium = field(2e-6 * 0.075064, 1, *NA, -70) * 4.076e-5 * 1e6
    resistance = 0.002 / (current(-69.999) - current(-70.001)) * 1e3  # Mohm, of mV over pA
    stopped = float(brentq(current, -80, -60)) + 70
    assert sodium == pytest.approx(-240, abs=0.1)
    assert resistance == pytest.approx(50, abs=0.05)
    assert found("08_sodium_pump.ion", "resistance", "-0.24 nA") == pytest.approx(sodium, rel=1e-5)
    assert found("08_sodium_pump.ion", "resistance", "4.0 mV") == pytest.approx(
        -sodium / 3 * resistance / 1e3, rel=1e-5
    )
    assert found("08_sodium_pump.ion", "resistance", "3.9 mV") == pytest.approx(stopped, abs=1e-3)


@pytest.mark.parametrize(("scenario", "leak", "figures"), [
    ("small_leak", 0.5e-9, ("1.04e9", "2.08e8")),
    ("large_leak", 1.0e-9, ("2.08e9", "4.16e8")),
])  # fmt: skip
def test_a_leak_has_its_price(scenario: str, leak: float, figures: tuple[str, str]) -> None:
    cycles = leak / (3 * F / AVOGADRO)  # per second
    for text, price in zip(figures, (cycles, cycles / 5), strict=True):
        assert found("09_energy_budget.ion", scenario, text) * 1e3 == pytest.approx(price, rel=1e-4)


def test_a_brain_has_oxygen_for_half_a_nanoampere() -> None:
    """1.4 kg at 3.5 mL a minute for each 100 g, a gas of 22.4 L/mol, 86 billion neurons."""
    share = 14 * 3.5e-3 / 60 / 22.4 * AVOGADRO / 8.6e10
    assert share == pytest.approx(2.6e8, rel=0.02)


# ── rows 10, 11, 12: equilibria ──


def test_chloride_lies_where_its_transporters_put_it() -> None:
    potassium = thermal(310) * log(3.57 / 140)
    between = (potassium + thermal(310) * log(145 / 15)) / 2
    assert found("10_chloride.ion", "mature", "-98.01 mV") == pytest.approx(potassium, abs=1e-6)
    assert found("10_chloride.ion", "young", "-18.70 mV") == pytest.approx(between, abs=1e-6)
    passive = goldman(0.046, (140, 3.57), temperature=310)
    assert found("10_chloride.ion", "passive", "E(Cl)") == pytest.approx(passive, abs=1e-6)


def _limit(sodium: int, charges: int, temperature: float, v: float, others: float = 1.0) -> float:
    """Inside over outside where a cycle that takes in so many Na and charges has no energy left."""
    return (145 / 15) ** sodium * others * exp(-charges * v / thermal(temperature))


def test_eaat_can_go_on_to_five_million() -> None:
    v = goldman(0.04995, temperature=310)
    limit = _limit(3, 2, 310, v, 39.8 / 63.1 * 140 / 3)
    assert found("11_eaat.ion", "limit", "5.02e6") == pytest.approx(limit, rel=1e-6)
    assert limit == pytest.approx(_limit(3, 2, 310, -70, 10**-0.2 * 140 / 3), rel=1e-3)


def test_eaat_turns_round_where_the_gradients_are_gone() -> None:
    v = thermal(310) * log((60 + 0.04995 * 60) / (120 + 0.04995 * 30))
    limit = (60 / 30) ** 3 * 39.8 / 63.1 * 120 / 60 * exp(-2 * v / thermal(310))
    assert found("11_eaat.ion", "ischaemia", "133 uM") == pytest.approx(5 / limit, rel=1e-6)


@pytest.mark.parametrize(("scenario", "text", "sodium", "charges", "others"), [
    ("one_sodium", "132.8", 1, 1, 1.0),
    ("one_sodium", "2.20e4", 2, 1, 120 / 7),
    ("two_sodium", "glucose", 2, 2, 1.0),
    ("two_sodium", "GABA", 2, 2, 1.0),
])  # fmt: skip
def test_sodium_buys_what_the_stoichiometry_says(
    scenario: str, text: str, sodium: int, charges: int, others: float
) -> None:
    limit = _limit(sodium, charges, 310, goldman(0.04995, temperature=310), others)
    assert found("12_secondary_transport.ion", scenario, text) == pytest.approx(limit, rel=1e-6)
