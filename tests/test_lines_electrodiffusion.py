"""Nernst–Planck along a line, against closed forms: liquid junctions, Boltzmann equilibria, drift, the cable; and nothing
is lost, of no ion and of no charge."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from ionlang import loads
from ionlang.model.books.conservation_lines import laws_along_lines
from ionlang.simulate.solution import Solution
from tests.electro_models import BOTH, IONS, MORE, cells, tube
from tests.lines_models import band_and_slopes

COULOMBS = 96485.33212
THERMAL = 8.314462618 * 298.15 / COULOMBS * 1e3  # mV
FAST, SLOW = 2.03e-5, 1.33e-5
RATIO = (SLOW - FAST) / (SLOW + FAST)
AMBIPOLAR = 2 * SLOW * FAST / (SLOW + FAST)


def last(solution: Solution, path: str) -> np.ndarray:
    """A quantity in every copy at the end."""
    found: np.ndarray = solution.profiles(path).values[:, -1]
    return found


@pytest.mark.parametrize("count", ["3", "20"])
def test_a_salt_between_two_reservoirs(count: str) -> None:
    """Its concentration falls evenly, it passes with 2 D₊D₋/(D₊ + D₋), and the potential is
    −(D₊ − D₋)/(D₊ + D₋) RT/F ln c, on any grid."""
    n = int(count)
    solution = loads(tube(count=count, spacing=f"{200 / n!r} um", volume=f"{20 / n!r} pL")).run()
    even = 100 - 90 * (np.arange(n) + 0.5) / n
    assert last(solution, "tube.pore.Na") == pytest.approx(even, rel=1e-8)
    assert last(solution, "tube.pore.Cl") == pytest.approx(even, rel=1e-8)
    potential = last(solution, "tube.pore.potential")
    assert potential == pytest.approx(-RATIO * THERMAL * np.log(even / even[0]), rel=1e-7, abs=1e-9)
    flux = AMBIPOLAR * 1e-6 * 90e-6 / 200e-4 * 1e15  # D A Δc/L, cm2/s cm2 mol/cm3 /cm in fmol/s
    assert last(solution, "tube.pore.electrodiffusion.flux(Na)")[:-1] == pytest.approx(
        np.full(n - 1, flux), rel=1e-7
    )
    assert np.abs(last(solution, "tube.pore.electrodiffusion.current")).max() < 1e-9


def test_two_salts_of_one_concentration() -> None:
    """The field is even there, so the potential is that of Planck and of the constant field alike:
    RT/F ln((D_K + D_Cl)/(D_Na + D_Cl)); second order in the spacing."""
    exact = THERMAL * math.log((1.96 + 2.03) / (1.33 + 2.03))
    errors = []
    for n in (10, 20):
        text = tube(
            further="ion K { valence = +1 }", count=str(n), spacing=f"{200 / n!r} um", length="300 s",
            volume=f"{20 / n!r} pL", held="Na = 50 mM;  K = 50 mM;  Cl = 100 mM",
            beside="K = 1.96e-5 cm2/s;  first = left;  last = right",
        )  # fmt: skip
        text = text.replace(
            "bath left  { Na = 100 mM;  Cl = 100 mM }", "bath left { K = 100 mM; Na = 1e-9 mM;  Cl = 100 mM }"
        )
        text = text.replace(
            "bath right { Na = 10 mM;  Cl = 10 mM }", "bath right { K = 1e-9 mM; Na = 100 mM; Cl = 100 mM }"
        )
        solution = loads(text).run()
        assert last(solution, "tube.pore.Cl") == pytest.approx(np.full(n, 100.0), rel=2e-3)
        potential = last(solution, "tube.pore.potential")
        inner = potential[-1] - potential[0]
        k, na = last(solution, "tube.pore.K"), last(solution, "tube.pore.Na")
        weighted = 1.96 * k + 1.33 * na + 2.03 * 100
        errors.append(abs(inner - THERMAL * math.log(weighted[0] / weighted[-1])))
        assert inner == pytest.approx(exact * (1 - 1 / n), rel=0.02)
    assert errors[1] < errors[0] / 3


def test_a_salt_spreads_as_one() -> None:
    """The middle of a step of salt in a closed tube decays with the ambipolar coefficient."""
    held = "Na = 50 mM + 20 mM * cos(pi * x/(1 mm));  Cl = 50 mM + 20 mM * cos(pi * x/(1 mm))"
    text = tube(held=held, count="100", beside="", length="100 s")
    solution = loads(text).run(rtol=1e-9)
    h = 1e-3  # cm
    wave = 4 / h**2 * math.sin(math.pi / 200) ** 2
    x = (np.arange(100) + 0.5) / 100
    expected = 50 + 20 * np.cos(math.pi * x) * math.exp(-AMBIPOLAR * wave * 100)
    for ion in ("Na", "Cl"):
        assert last(solution, f"tube.pore.{ion}") == pytest.approx(expected, rel=1e-7)


def test_without_a_field_it_is_diffusion() -> None:
    """Ions that are equally fast make no field."""
    held = "Na = 50 mM + 0.1 mM/um * x;  Cl = 50 mM + 0.1 mM/um * x"
    text = tube(held=held, d_Cl="1.33e-5 cm2/s", volume="1 pL * (1 + x/(100 um))", length="3 s")
    found, plain = loads(text).run(), loads(text.replace("electrodiffusion", "diffusion")).run()
    assert last(found, "tube.pore.potential") == pytest.approx(np.zeros(20), abs=1e-9)
    assert last(found, "tube.pore.Na") == pytest.approx(last(plain, "tube.pore.Na"), rel=1e-6)


def test_ions_settle_around_charge_that_cannot_move() -> None:
    """Boltzmann: c exp(z φ F/RT) is even for every ion that moves; and the product of the salt is."""
    fixed = "20 mM * exp(-((x - 100 um)/(40 um))^2)"
    text = tube(
        further="impermeant A { valence = -1 }\nion Ca { valence = +2 }", beside="Ca = 0.8e-5 cm2/s", length="2000 s",
        held=f"A = {fixed};  Na = 50 mM + {fixed};  Cl = 54 mM;  Ca = 2 mM",
    )  # fmt: skip
    solution = loads(text).run()
    potential = last(solution, "tube.pore.potential") / THERMAL
    assert potential.min() < -0.05
    for ion, valence in (("Na", 1), ("Cl", -1), ("Ca", 2)):
        level = last(solution, f"tube.pore.{ion}") * np.exp(valence * potential)
        assert level == pytest.approx(np.full(20, level[0]), rel=1e-9)
        assert np.abs(last(solution, f"tube.pore.electrodiffusion.flux({ion})")).max() < 1e-6


def test_an_ion_that_alone_can_move_stays() -> None:
    """The field holds it back: its Nernst potential, from copy to copy."""
    held = "Na = 100 mM * exp(-x/(50 um));  Cl = 1 mM"
    solution = loads(tube(held=held, beside="", d_Cl="0 cm2/s", length="10 s")).run()
    x = (np.arange(20) + 0.5) * 10
    assert last(solution, "tube.pore.Na") == pytest.approx(100 * np.exp(-x / 50), rel=1e-9)
    assert last(solution, "tube.pore.potential") == pytest.approx(THERMAL * (x - 5) / 50, rel=1e-9, abs=1e-9)


def test_from_nothing_a_salt_diffuses_too() -> None:
    """Into pure water, and past an ion that is not there yet, no concentration falls below 0."""
    held = "Na = if x < 100 um then 100 mM else 0 mM;  Cl = if x < 100 um then 100 mM else 0 mM"
    solution = loads(tube(held=held, beside="", length="1 s")).run()
    for ion in ("Na", "Cl"):
        kept = solution.profiles(f"tube.pore.{ion}").values
        assert kept.min() > -1e-6
    assert last(solution, "tube.pore.Na") == pytest.approx(last(solution, "tube.pore.Cl"), rel=1e-6, abs=1e-6)
    plain = tube(held=held, beside="", length="1 s", d_Na=f"{AMBIPOLAR!r} cm2/s", d_Cl=f"{AMBIPOLAR!r} cm2/s")
    even = loads(plain.replace("electrodiffusion", "diffusion")).run()
    assert last(solution, "tube.pore.Na") == pytest.approx(last(even, "tube.pore.Na"), rel=1e-4, abs=1e-4)


def test_beyond_open_ends_it_goes_on_as_at_the_start() -> None:
    text = tube(held="Na = 50 mM;  Cl = 50 mM", beside="", length="10 s").replace("closed", "open")
    assert last(loads(text).run(), "tube.pore.Na") == pytest.approx(np.full(20, 50.0), rel=1e-12)


CABLE = """
temperature = 25 degC
ion Na {{ valence = +1 }}
ion Cl {{ valence = -1 }}
arrangement stretch {{
    {inside}
    {outside}
    membrane wall (inside | outside) {{
        area = 6 um * pi * spacing
        capacitance = 1 uF/cm2
        V from currents starting at -70 mV + 10 mV * cos(pi * x/(1 mm))
        channel leak {{ carries charge;  conductance = 0.1 mS/cm2;  reversal = -70 mV }}
    }}
}}
line fibre of 100 stretch {{
    spacing = 10 um
    ends = closed
    {couplings}
}}
scenario settling {{ run 5 ms }}
"""
TAU, STEP = 10.0, 1e-3  # ms, cm


def decayed(resistance: float) -> np.ndarray:
    """V of the cable after 5 ms, with this resistance along it [ohm/cm], both sides together."""
    wave = 4 / STEP**2 * math.sin(math.pi / 200) ** 2
    length2 = 1 / (resistance * 0.1e-3 * math.pi * 6e-4)  # cm2
    x = (np.arange(100) + 0.5) / 100
    found: np.ndarray = -70 + 10 * np.cos(math.pi * x) * math.exp(-5 / TAU * (1 + length2 * wave))
    return found


def resistivity(concentration: float) -> float:
    """1/(F² Σ z² D c/RT) [ohm cm] of a salt [mM]."""
    return THERMAL * 1e-3 / (COULOMBS * (SLOW + FAST) * concentration * 1e-6)


SALT = f"Na = {SLOW!r} cm2/s;  Cl = {FAST!r} cm2/s"
HELD_IN, HELD_OUT = "bath inside { Na = 100 mM;  Cl = 100 mM }", "bath outside { Na = 140 mM;  Cl = 140 mM }"


def test_with_even_concentrations_it_is_a_cable() -> None:
    """σ = F² Σ z² D c/RT; the outside is earthed."""
    along = f"electrodiffusion inside {{ {SALT};  cross_section = 7 um2 }}"
    solution = loads(CABLE.format(inside=HELD_IN, outside=HELD_OUT, couplings=along)).run(rtol=1e-9)
    assert last(solution, "fibre.wall.V") == pytest.approx(decayed(resistivity(100) / 7e-8), rel=1e-7)
    assert last(solution, "fibre.inside.potential") == pytest.approx(
        last(solution, "fibre.wall.V"), rel=1e-12
    )


@pytest.mark.parametrize("inner", ["electrodiffusion", "axial"])
def test_resistance_outside_counts_as_resistance_inside_does(inner: str) -> None:
    """λ² = r_m/(r_i + r_o), and the potentials of both sides divide V as their resistances do."""
    along = f"electrodiffusion outside {{ {SALT};  cross_section = 3 um2 }}\n    "
    along += (
        f"electrodiffusion inside {{ {SALT};  cross_section = 7 um2 }}"
        if inner == "electrodiffusion"
        else f"axial inside {{ resistivity = {resistivity(100)!r} ohm.cm;  cross_section = 7 um2;  carries Na }}"
    )
    solution = loads(CABLE.format(inside=HELD_IN, outside=HELD_OUT, couplings=along)).run(rtol=1e-9)
    within, around = resistivity(100) / 7e-8, resistivity(140) / 3e-8
    v, outside = last(solution, "fibre.wall.V"), last(solution, "fibre.outside.potential")
    assert v == pytest.approx(decayed(within + around), rel=1e-7)
    assert outside == pytest.approx(-(v - v[0]) * around / (within + around), rel=1e-7, abs=1e-9)
    assert last(solution, "fibre.inside.potential") == pytest.approx(v + outside, rel=1e-9)


def test_an_even_field_carries_ions_by_drift_alone() -> None:
    """D z c F/RT × field × cross-section, as much as the concentration there."""
    along = f"electrodiffusion inside {{ {SALT};  cross_section = 7 um2 }}"
    text = CABLE.format(inside=HELD_IN, outside=HELD_OUT, couplings=along)
    text = text.replace("10 mV * cos(pi * x/(1 mm))", "10 mV * x/(1 mm)").replace("run 5 ms", "run 1 ns")
    found = last(loads(text).run(), "fibre.inside.electrodiffusion.flux(Cl)")
    field = 10 / 0.1 / THERMAL  # of RT/F per cm
    assert found[1:-2] == pytest.approx(np.full(97, FAST * 100e-6 * 7e-8 * field * 1e15), rel=1e-6)
    assert found[-1] == 0


@pytest.mark.parametrize("way", ["currents starting at -80 mV", "charge"])
def test_nothing_is_lost(way: str) -> None:
    """Of no ion, and of no charge: that of each copy is what its membrane holds, on both sides."""
    solution = loads(cells(more=MORE, way=way)).run()
    assert solution.conservation_drift < 1e-12
    charge = {}
    for place, fixed in (("inside", "B"), ("outside", "A")):
        parts = [
            z * last(solution, f"amount(tissue.{place}.{s})") for s, z in (("Na", 1), ("K", 1), ("Cl", -1))
        ]
        charge[place] = (sum(parts) - last(solution, f"amount(tissue.{place}.{fixed})")) * COULOMBS
    size = COULOMBS * 300
    assert charge["inside"] == pytest.approx(9.0 * last(solution, "tissue.soma.V"), abs=1e-12 * size)
    assert charge["outside"] == pytest.approx(-charge["inside"], abs=1e-12 * size)
    through = [last(solution, f"tissue.{p}.electrodiffusion.current") for p in ("inside", "outside")]
    assert np.abs(through[0]).max() > 1
    assert through[1] == pytest.approx(-through[0], rel=1e-9, abs=1e-9)


def test_current_returns_through_the_other_places() -> None:
    """Potassium let go around a cell is carried away through the cells: in where there is much, out where there is
    little, more than in a line whose insides do not conduct."""
    outside = f"electrodiffusion outside {{ {IONS};  tortuosity = 1.6 }}"
    joined, alone = (loads(cells(more=MORE, couplings=c)).run() for c in (BOTH, outside))
    assert last(joined, "tissue.soma.K_leak.flux(K)")[-1] > last(alone, "tissue.soma.K_leak.flux(K)")[-1]
    assert np.ptp(last(joined, "tissue.soma.V")) < np.ptp(last(alone, "tissue.soma.V"))


def test_all_that_flows_dissipates() -> None:
    """Σ flux × fall of the electrochemical potential ≥ 0, for every ion at every face."""
    solution = loads(cells(more=MORE, length="0.5 s")).run()
    warm = THERMAL * 310.15 / 298.15
    for place in ("inside", "outside"):
        potential = last(solution, f"tissue.{place}.potential")
        for ion, z in (("Na", 1), ("K", 1), ("Cl", -1)):
            level = warm * np.log(last(solution, f"tissue.{place}.{ion}")) + z * potential
            flux = last(solution, f"tissue.{place}.electrodiffusion.flux({ion})")[:-1]
            assert (flux * -np.diff(level) >= 0).all()
            assert np.abs(flux).max() > 0


def test_what_passes_is_what_the_potential_says() -> None:
    """k c̄ (μ − μ')/RT at every face, with the potential as it is read; inside it is V higher than outside."""
    solution = loads(cells(more=MORE, length="0.5 s")).run()
    warm, speeds = THERMAL * 310.15 / 298.15, {"Na": 1.33e-5, "K": 1.96e-5, "Cl": 2.03e-5}
    potentials = {place: last(solution, f"tissue.{place}.potential") for place in ("inside", "outside")}
    assert potentials["inside"] - potentials["outside"] == pytest.approx(
        last(solution, "tissue.soma.V"), rel=1e-12
    )
    for place, volume, tortuosity in (("inside", 2e-9, 3), ("outside", 0.7e-9, 1.6)):
        for ion, z in (("Na", 1), ("K", 1), ("Cl", -1)):
            held = last(solution, f"tissue.{place}.{ion}")
            fall = -np.diff(np.log(held) + z * potentials[place] / warm)
            mean = np.diff(held) / np.diff(np.log(held))
            flux = speeds[ion] / tortuosity**2 * volume / 5e-3**2 * mean * 1e-6 * fall * 1e15  # fmol/s
            found = last(solution, f"tissue.{place}.electrodiffusion.flux({ion})")
            assert found[:-1] == pytest.approx(flux, rel=1e-6)
            assert found[-1] == 0
            gain = last(solution, f"tissue.{place}.electrodiffusion.gain({ion})")
            assert gain == pytest.approx(np.concatenate(([0], found[:-1])) - found, abs=1e-9)


ENDED = tube(
    further="impermeant A { valence = -1 }", volume="1 pL * (1 + x/(100 um))", count="6",
    held="Na = 40 mM + 0.2 mM/um * x;  Cl = 30 mM + 0.2 mM/um * x;  A balances charge", length="1 s",
)  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        ENDED,
        ENDED.replace("bath right {", "compartment right { volume = 4 pL; "),
        cells(more=MORE, count="4", outside="0.5 pL + 1 pL * x/(1 mm)"),
    ],
    ids=["ends", "vessel", "cells"],
)
def test_the_band_is_the_jacobian(text: str) -> None:
    found, expected = band_and_slopes(loads(text).machine)
    assert found == pytest.approx(expected, rel=1e-5, abs=1e-8 * np.abs(expected).max())


def test_the_logarithmic_mean() -> None:
    from ionlang.codegen.runtime_vector import log_mean, log_mean_slope

    a = np.array([1.0, 2.0, 1e-5, 3.0, 3.0 + 1e-9, 7e3])
    b = np.array([1.0, 1.0, 140.0, 0.1, 3.0, 1e-4])
    exact = [x if x == y else (x - y) / math.log(x / y) for x, y in zip(a, b, strict=True)]
    assert log_mean(a, b) == pytest.approx(np.array(exact), rel=1e-6)
    assert log_mean(a, b) == pytest.approx(log_mean(b, a), rel=1e-15)
    step = 1e-6 * a
    slope = (log_mean(a + step, b) - log_mean(a - step, b)) / (2 * step)
    assert log_mean_slope(a, b) == pytest.approx(slope, rel=1e-6)
    assert np.isfinite(log_mean([0.0, 0.0, -1.0], [0.0, 5.0, 5.0])).all()
    assert np.isfinite(log_mean_slope([0.0, 0.0, 5.0], [0.0, 5.0, 0.0])).all()


def test_what_takes_the_neighbours_to_tell_is_right_in_long_lines_too() -> None:
    """It is kept where a scenario reads it; else there are profiles."""
    asked = "run 1 s;  measure there = tube[100].pore.potential at end;  measure most = max(tube[100].pore.potential)"
    held = "Na = 50 mM + 0.1 mM/um * x;  Cl = 50 mM + 0.1 mM/um * x"
    text = tube(held=held, count="150", beside="", length="1 s")
    long, known = loads(text).run(), loads(text.replace("run 1 s", asked)).run()
    potential = long.profiles("tube.pore.potential").values[:, -1]
    assert known.measures[0][1] == pytest.approx(potential[99], rel=1e-9)
    assert known.measures[1][1] == pytest.approx(known["tube[100].pore.potential"].max(), rel=1e-9)
    assert known.recorder is not None
    assert long["tube[75].pore.Na"][-1] > 0
    with pytest.raises(KeyError, match="neighbours"):
        long["tube[75].pore.potential"]


def test_charge_that_nothing_balances_is_seen_in_any_copy() -> None:
    held = "Na = if x > 150 um then 60 mM else 50 mM;  Cl = 50 mM"
    found = loads(tube(held=held)).check()
    assert [(d.code, d.severity) for d in found] == [("ION317", "warning")]
    assert loads(tube()).check() == ()


NESTED = """
temperature = 37 degC
ion Na {{ valence = +1 }}
ion K  {{ valence = +1 }}
ion Cl {{ valence = -1 }}
impermeant A {{ valence = -1 }}
arrangement stretch {{
    compartment core    {{ volume = 2 pL;    Na = 15 mM;  K = 135 mM - {more};  Cl = 10 mM;  A balances charge }}
    compartment space  {{ volume = 0.1 pL;  Na = 140 mM;  K = 5 mM;  Cl = 140 mM;  A balances charge }}
    compartment around  {{ volume = 1 pL;    Na = 145 mM - {more};  K = 4 mM + {more};  Cl = 140 mM;  A balances charge }}
    membrane inner (core | space) {{
        capacitance = 10 pF
        V from currents starting at -70 mV
        channel K_leak  {{ carries K;   conductance = 2 nS }}
        channel Cl_leak {{ carries Cl;  conductance = 1 nS }}
    }}
    membrane sheath (space | around) {{
        capacitance = 3 pF
        V from currents starting at -10 mV
        channel Na_leak {{ carries Na;  conductance = 0.5 nS }}
    }}
}}
line fibre of 6 stretch {{
    spacing = 20 um
    ends = closed
    {couplings}
}}
scenario later {{ run 100 ms }}
"""


def test_a_current_charges_every_membrane_around() -> None:
    """Of a place within a place: each keeps the charge of its membranes, those outside of it included."""
    places = ("core", "space", "around")
    along = "\n    ".join(f"electrodiffusion {place} {{ {IONS} }}" for place in places)
    solution = loads(NESTED.format(more="2 mM * sin(x/(15 um))", couplings=along)).run()
    inner, sheath = 10 * last(solution, "fibre.inner.V"), 3 * last(solution, "fibre.sheath.V")
    held = {"core": inner, "space": sheath - inner, "around": -sheath}
    currents = {place: last(solution, f"fibre.{place}.electrodiffusion.current") for place in places}
    for place in places:
        amounts = (
            z * last(solution, f"amount(fibre.{place}.{s})")
            for s, z in (("Na", 1), ("K", 1), ("Cl", -1), ("A", -1))
        )
        assert sum(amounts) * COULOMBS == pytest.approx(held[place], abs=1e-11 * 300 * COULOMBS)
        assert np.abs(currents[place]).max() > 0.01
    assert sum(currents.values()) == pytest.approx(np.zeros(6), abs=1e-9)
    assert solution.conservation_drift < 1e-12
    potential = last(solution, "fibre.core.potential") - last(solution, "fibre.around.potential")
    assert potential == pytest.approx(inner / 10 + sheath / 3, rel=1e-12)


def test_the_charge_of_each_copy_is_a_law() -> None:
    found = laws_along_lines(loads(cells()).cell)
    assert {each.law.name for each in found if each.line} == {
        "charge in tissue.outside less C·V",
        "charge in tissue.inside less C·V",
    }


@pytest.mark.parametrize(
    "text", [cells(more=MORE, count="5"), tube(count="5", held="Na = 60 mM;  Cl = 60 mM")]
)
def test_rest_is_where_a_long_run_goes(text: str) -> None:
    rested = loads(text.replace("run ", "begin at rest;  run ", 1)).run()
    longest = loads(re.sub(r"run \d+ s", "run 100000 s", text)).run()
    for path in (s.path for s in rested.machine.system.states):
        assert last(rested, path) == pytest.approx(last(longest, path), rel=1e-6), path


def test_a_finite_vessel_gets_what_the_line_loses() -> None:
    """Salt goes as a whole: the vessel gets no charge."""
    text = tube(count="6", held="Na = 80 mM;  Cl = 80 mM", length="5000 s", beside="last = right").replace(
        "bath right {", "compartment right { volume = 4 pL; "
    )
    text = text.replace("bath left  { Na = 100 mM;  Cl = 100 mM }", "")
    solution = loads(text).run()
    even = (6 * 80 + 4 * 10) / 10
    for ion in ("Na", "Cl"):
        assert solution[f"right.{ion}"][-1] == pytest.approx(even, rel=1e-9)
        assert last(solution, f"tube.pore.{ion}") == pytest.approx(np.full(6, even), rel=1e-9)
    assert solution["right.Na"] == pytest.approx(solution["right.Cl"], rel=1e-12)
    assert solution.conservation_drift < 1e-12
