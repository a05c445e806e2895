"""The double cable: current along the axon and along the space beneath its sheath, against closed forms; a myelinated
fibre against an independent computation (`oracles/mrg2002.py`)."""

from __future__ import annotations

import math
import re
from pathlib import Path

import numpy as np
import pytest
from scipy.linalg import expm

from ionlang import loads
from ionlang.diagnostics import ModelError
from ionlang.simulate.solution import Solution

FIBRE = Path(__file__).parents[1] / "examples" / "published" / "mcintyre_2002.ion"
RADIUS, GAP, SHEATH = 3.0, 0.02, 5.0  # um
C_AXON, C_SHEATH, G_AXON, G_SHEATH, RHO = 2.0, 0.01, 0.5, 0.2, 70.0  # uF/cm2, mS/cm2, ohm.cm

CABLE = f"""
arrangement stretch {{{{
    bath axon {{{{ }}}}
    bath periaxonal {{{{ }}}}
    bath outside {{{{ }}}}
    membrane axolemma (axon | periaxonal) {{{{
        area = 2 * pi * {RADIUS} um * spacing
        capacitance = {C_AXON} uF/cm2
        V from currents starting at {{start_axon}}
        channel leak {{{{ carries charge;  conductance = {G_AXON} mS/cm2;  reversal = -80 mV }}}}
        {{grip}}
    }}}}
    membrane sheath (periaxonal | outside) {{{{
        area = 2 * pi * {SHEATH} um * spacing
        capacitance = {C_SHEATH} uF/cm2
        V from currents starting at {{start_sheath}}
        channel leak {{{{ carries charge;  conductance = {G_SHEATH} mS/cm2;  reversal = 0 mV }}}}
    }}}}
}}}}
line fibre of {{count}} stretch {{{{
    spacing = {{spacing}}
    ends = closed
    axial axon {{{{ resistivity = {RHO} ohm.cm;  cross_section = pi * ({RADIUS} um)^2;  carries charge }}}}
    axial periaxonal {{{{
        resistivity = {RHO} ohm.cm
        cross_section = 2 * pi * {RADIUS} um * {GAP} um
        carries charge
    }}}}
}}}}
scenario settling {{{{ run {{length}}
    {{action}} }}}}
"""


def cable(**said: str) -> str:
    given = {"start_axon": "-80 mV", "start_sheath": "0 mV", "grip": "", "action": ""}
    return CABLE.format(**(given | said))


def per_length() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of axolemma and sheath, per cm: capacitances [uF/cm], conductances [mS/cm]; and the matrix [mS cm] that gives the
    axial currents that charge them from the second derivatives of their potentials."""
    around = 2 * math.pi * np.array([RADIUS, SHEATH]) * 1e-4
    inside = math.pi * (RADIUS * 1e-4) ** 2 / RHO * 1e3
    beneath = 2 * math.pi * RADIUS * GAP * 1e-8 / RHO * 1e3
    axial = np.array([[inside, inside], [inside, inside + beneath]])
    return np.array([C_AXON, C_SHEATH]) * around, np.array([G_AXON, G_SHEATH]) * around, axial


def both(solution: Solution, at: float | None = None) -> np.ndarray:
    """The deviations of both potentials from rest (2, copies) at a time [s], or at the end."""
    found = [solution.profiles(f"fibre.{name}.V") for name in ("axolemma", "sheath")]
    values = [p.values[:, -1] if at is None else p.at(at) for p in found]
    return np.array(values) + np.array([[80.0], [0.0]])


def test_a_wave_on_a_double_cable_decays_in_two_modes() -> None:
    """C u' = (−G − k² A) u for a wave cos(k x): a matrix of 2 × 2, with k² as the grid has it."""
    count, spacing, length = 80, 5e-4, 0.04  # cm
    start = "10 mV * cos(pi * x/(0.4 mm))"
    text = cable(
        count=str(count),
        spacing="5 um",
        length="0.5 ms",
        start_axon=f"-80 mV + {start}",
        start_sheath=f"-0.7 * {start}",
    )
    solution = loads(text).run(rtol=1e-9)
    capacity, conductance, axial = per_length()
    k2 = 4 / spacing**2 * math.sin(math.pi * spacing / (2 * length)) ** 2
    matrix = -(np.diag(conductance) + k2 * axial) / capacity[:, None]
    modes = np.linalg.eigvals(matrix)
    assert min(modes) < 50 * max(modes) < 0  # the two differ, and both decay
    wave = np.cos(math.pi * (np.arange(count) + 0.5) * spacing / length)
    profiles = solution.profiles("fibre.axolemma.V")
    for t in (profiles.times[2] * 1e3, 0.05, 0.5):  # ms
        t = float(profiles.times[np.abs(profiles.times - t / 1e3).argmin()]) * 1e3
        amplitude = expm(matrix * t) @ np.array([10.0, -7.0])
        assert both(solution, t / 1e3) == pytest.approx(np.outer(amplitude, wave), rel=2e-5, abs=2e-6)


def test_a_lasting_push_falls_off_with_two_length_constants() -> None:
    """A u'' = G u: u = Σ a_i w_i cosh((L − x)/λ_i), with A⁻¹ G w = w/λ²; of the two ends of a stretch the rest follows."""
    count, spacing = 400, 2.5e-4
    grip = "channel grip { carries charge;  conductance = if x < 2.5 um then 1 S/cm2 else 0 S/cm2;  reversal = -30 mV }"
    solution = loads(cable(count=str(count), spacing="2.5 um", length="60 ms", grip=grip)).run(rtol=1e-8)
    _, conductance, axial = per_length()
    squares, ways = np.linalg.eig(np.linalg.solve(axial, np.diag(conductance)))
    grid = np.arccosh(1 + squares * spacing**2 / 2) / spacing  # 1/λ as the grid has it
    assert 1 / grid.max() < 0.5 / grid.min()
    x = (np.arange(count) + 0.5) * spacing
    shapes = (
        ways[:, :, None] * np.cosh(grid[:, None] * (count * spacing - x)) / np.cosh(grid[:, None] * x[-1])
    )
    found = both(solution)
    weights = np.linalg.solve(shapes[:, :, 20], found[:, 20])
    expected = np.einsum("ikx,k->ix", shapes, weights)
    assert found[:, 20:] == pytest.approx(expected[:, 20:], rel=1e-4, abs=1e-5)
    assert np.abs(weights * np.abs(shapes[0, :, 20])).min() > 0.01  # both take part


def test_an_injected_current_charges_all_membranes_around_a_place() -> None:
    """A current that is brought into the axon leaves through axolemma and sheath in series."""
    text = cable(
        count="3",
        spacing="5 um",
        length="100 ms",
        action="from 0 ms: inject 1 pA into fibre.axolemma carried by charge",
    )
    found = both(loads(text).run(rtol=1e-9))
    area = 2 * math.pi * np.array([RADIUS, SHEATH]) * 5e-8  # cm2
    expected = 1e-9 / (area * np.array([G_AXON, G_SHEATH])) * 1e3  # mA over mS, in mV
    assert found[:, 1] == pytest.approx(expected, rel=1e-6)


IONS = """
temperature = 37 degC
ion K { valence = +1 }
ion Na { valence = +1 }
impermeant A { valence = -1 }
template arrangement stretch(length in um, leak = 0.1 mS/cm2) {
    compartment axon { volume = 30 um2 * length;  K = if x < 100 um then 150 mM else 130 mM;  Na = 10 mM;  A balances charge }
    compartment periaxonal { volume = 0.5 um2 * length;  K = 4 mM;  Na = 140 mM;  A balances charge }
    compartment outside { volume = 10 um2 * length;  K = 3 mM;  Na = 140 mM;  A balances charge }
    membrane axolemma (axon | periaxonal) {
        area = 20 um * length
        capacitance = 1 uF/cm2
        V from currents starting at -70 mV
        channel K_leak { carries K;  conductance = leak }
        channel Na_leak { carries Na;  conductance = 0.1 * leak }
    }
    membrane sheath (periaxonal | outside) {
        area = 25 um * length
        capacitance = 0.05 uF/cm2
        V from currents starting at -5 mV
        channel K_leak { carries K;  conductance = 0.01 mS/cm2 }
    }
}
arrangement node is stretch(length = 2 um, leak = 3 mS/cm2)
arrangement internode is stretch(length = 40 um)
line fibre of 3 (1 node, 4 internode), 1 node {
    spacing = length
    ends = closed
    axial axon { resistivity = 100 ohm.cm;  carries K }
    axial periaxonal { resistivity = 100 ohm.cm;  carries Na }
    diffusion periaxonal { K = 1e-5 cm2/s }
    diffusion outside { K = 2e-5 cm2/s;  Na = 1.3e-5 cm2/s }
}
scenario run_on { run 0.5 s }
"""


def test_nothing_is_lost_along_a_double_cable() -> None:
    solution = loads(IONS).run()
    assert solution.passed
    assert solution.conservation_drift < 1e-12
    assert {drift.name for drift in solution.drifts} >= {"total K", "total Na"}
    beneath = solution.profiles("fibre.periaxonal.K").values
    assert np.abs(beneath[:, -1] - beneath[:, 0]).min() > 1  # much has moved


def test_the_inside_of_every_place_keeps_its_charge() -> None:
    """What axial currents, channels and diffusion bring is what the membranes hold: F Σ z n = Q of the first side less Q
    of the second."""
    solution = loads(IONS.replace("diffusion periaxonal { K = 1e-5 cm2/s }", "").replace(
        "diffusion outside { K = 2e-5 cm2/s;  Na = 1.3e-5 cm2/s }", ""
    )).run()  # fmt: skip

    def change(path: str) -> np.ndarray:
        values = solution.profiles(path).values
        return np.asarray(values[:, -1] - values[:, 0])

    def matter(place: str) -> np.ndarray:
        volume = solution.profiles(f"fibre.{place}.volume").values[:, 0]  # pL
        return 96485.33 * 1e-3 * volume * (change(f"fibre.{place}.K") + change(f"fibre.{place}.Na"))  # pC

    def held(membrane: str, density: float) -> np.ndarray:
        area = solution.profiles(f"fibre.{membrane}.area").values[:, 0]  # um2
        return density * area * 1e-5 * change(f"fibre.{membrane}.V")  # pC

    axolemma, sheath = held("axolemma", 1.0), held("sheath", 0.05)
    assert np.abs(axolemma).max() > 1e-3
    assert matter("axon") == pytest.approx(axolemma, rel=1e-6, abs=1e-8)
    assert matter("periaxonal") == pytest.approx(sheath - axolemma, rel=1e-6, abs=1e-8)


def test_a_place_with_two_ways_out_has_no_one_potential() -> None:
    text = cable(count="3", spacing="5 um", length="1 ms").replace(
        "    membrane sheath", "    bath beside { }\n    membrane other (periaxonal | beside) { area = 1 um2\n"
        " capacitance = 1 uF/cm2\n V from currents starting at 0 mV }\n    membrane sheath",
    )  # fmt: skip
    with pytest.raises(ModelError) as raised:
        loads(text).cell  # noqa: B018 – reading it checks the file
    found = [d for d in raised.value.diagnostics if d.severity == "error"]
    assert {d.code for d in found} == {"ION487"}


# ── a myelinated fibre ──


def one_run(**replaced: str) -> dict[str, float]:
    text = FIBRE.read_text(encoding="utf-8")
    text = re.sub(r" +(compare|expect).*\n", "", text)
    for old, new in replaced.items():
        text = re.sub(rf"(param {old} += )\S+", rf"\g<1>{new}", text)
    return {name: float(value) for name, value in loads(text).run(rtol=1e-7).measures}


def test_a_myelinated_fibre_conducts_as_an_independent_computation_says() -> None:
    """56.458 m/s where the time step of the reference goes to 0; peak 29.35 mV."""
    found = one_run()
    assert found["speed"] / 100 == pytest.approx(56.458, rel=3e-4)
    assert found["third"] == pytest.approx(0.56838, abs=2e-5)
    assert found["peak"] == pytest.approx(29.349, abs=0.01)


def finer(text: str, split: int) -> str:
    """Every copy in as many parts, an odd number; what is measured stays in the middle of its copy."""
    begun = text.index("line motor")
    end = text.index("{", begun)
    head = re.sub(r"(\d+)( \w+[,(\)\s])", lambda m: f"{int(m[1]) * split}{m[2]}", text[begun:end])
    text = text[:begun] + head + text[end:].replace("spacing = length", f"spacing = length/{split}")
    ranges = re.sub(r"motor\[(\d+) \.\. (\d+)\]", lambda m: f"motor[1 .. {split * int(m[2])}]", text)
    return re.sub(r"motor\[1 \+ ([^\]]*)\]", rf"motor[{split} * (\1) + {split // 2 + 1}]", ranges)


@pytest.mark.slow
def test_on_a_finer_grid_the_fibre_is_slower_as_the_independent_computation_says() -> None:
    text = re.sub(r" +(compare|expect).*\n", "", FIBRE.read_text(encoding="utf-8"))
    found = dict(loads(finer(text, 3)).run().measures)
    assert found["speed"] / 100 == pytest.approx(45.375, rel=1e-3)
    assert found["third"] == pytest.approx(0.58365, abs=1e-4)


@pytest.mark.slow
def test_a_spike_is_late_where_myelin_is_thin() -> None:
    found = one_run(left="20")
    assert found["sixth"] == pytest.approx(0.64348, abs=5e-5)
    assert found["eighth"] == pytest.approx(0.71418, abs=5e-5)
    assert found["peak"] == pytest.approx(28.872, abs=0.02)


@pytest.mark.slow
def test_a_spike_is_lost_where_myelin_is_gone() -> None:
    found = one_run(left="1")
    assert math.isnan(found.get("sixth", math.nan))
    assert found["peak"] == pytest.approx(-79.334, abs=0.01)
