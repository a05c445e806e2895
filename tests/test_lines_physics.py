"""What passes between copies, against closed forms: diffusion from a point, a gradient between two reservoirs, the
length and the time constant of a cable; and nothing is lost on the way."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ionlang import loads
from ionlang.simulate.lines import recorder
from ionlang.simulate.solution import Solution
from tests.lines_models import tissue

GRAM = """
solute S
arrangement patch {{
    compartment outside {{ volume = 1 pL;  S = if {where} then 100 mM else 0 mM }}
}}
line tissue of {count} patch {{
    spacing = {spacing}
    ends = closed
    diffusion outside {{ S = 1e-5 cm2/s;  tortuosity = 1.5 }}
}}
scenario spreading {{ run 20 s }}
"""


def profile(solution: Solution, path: str) -> np.ndarray:
    """A quantity in every copy at the end."""
    found = solution.profiles(path)
    assert found.times[-1] == pytest.approx(solution.end / 1e3)
    return found.values[:, -1]


def test_diffusion_from_a_point_is_a_gaussian() -> None:
    """c = M/(√(4 π D* t)) exp(−x²/(4 D* t)) with D* = D/λ², far from the ends."""
    count, spacing = 201, 5.0
    text = GRAM.format(count=count, spacing="5 um", where="x > 500 um and x < 505 um")
    found = profile(loads(text).run(), "tissue.outside.S")
    d, t = 1e-5 * 1e8 / 1.5**2, 20.0  # um2/s, s
    x = (np.arange(count) - count // 2) * spacing
    expected = 100 * spacing / math.sqrt(4 * math.pi * d * t) * np.exp(-(x**2) / (4 * d * t))
    assert found == pytest.approx(expected, rel=2e-3, abs=2e-3 * expected.max())


def test_a_finer_grid_is_nearer_to_the_gaussian() -> None:
    """Second order: half the spacing, a quarter of the error."""
    d, t = 1e-5 * 1e8 / 1.5**2, 5.0
    errors = []
    for count in (51, 101):
        where = "x > 400 um and x < 600 um"
        solution = loads(GRAM.format(count=count, spacing=f"{1000 / count} um", where=where)).run()
        x = (np.arange(count) + 0.5) * 1000 / count
        # the box as the grid holds it
        inside = ((x > 400) & (x < 600)).nonzero()[0]
        low, high = inside[0] * 1000 / count, (inside[-1] + 1) * 1000 / count
        width = 2 * math.sqrt(d * t)
        exact = np.array([50 * (math.erf((high - a) / width) - math.erf((low - a) / width)) for a in x])
        found = solution.profiles("tissue.outside.S").at(5.0)
        errors.append(float(np.abs(found - exact).max()))
    assert errors[1] < errors[0] / 3


RESERVOIRS = """
solute S
bath vessel {{ S = 8 mM }}
bath csf {{ S = 3 mM }}
arrangement patch {{ compartment outside {{ volume = {volume};  S = 4 mM }} }}
line tissue of 20 patch {{
    spacing = 10 um
    ends = closed
    diffusion outside {{ S = 1e-5 cm2/s;  first = vessel;  last = csf }}
}}
scenario settling {{ run 300 s }}
"""


def test_between_two_reservoirs_the_gradient_is_even() -> None:
    found = profile(loads(RESERVOIRS.format(volume="0.1 pL")).run(), "tissue.outside.S")
    assert found == pytest.approx(8 - 5 * (np.arange(20) + 0.5) / 20, rel=1e-8)


def test_what_passes_is_the_same_everywhere_where_the_section_changes() -> None:
    """A tube that widens: in the steady state c falls by flux × ∫ dx/(D A), the sections of both halves in series."""
    found = profile(loads(RESERVOIRS.format(volume="0.1 pL * (1 + x/(50 um))")).run(), "tissue.outside.S")
    area = 1 + (np.arange(20) + 0.5) * 10 / 50
    halves = np.repeat(1 / area, 2)
    fallen = np.cumsum(halves)[::2]
    assert found == pytest.approx(8 - 5 * fallen / halves.sum(), rel=1e-7)


def test_a_finite_vessel_gets_what_the_line_loses() -> None:
    text = RESERVOIRS.format(volume="1 pL").replace(
        "bath csf { S = 3 mM }", "compartment csf { volume = 30 pL;  S = 3 mM }"
    )
    text = text.replace("first = vessel;", "").replace("bath vessel { S = 8 mM }", "")
    solution = loads(text).run()
    end = (20 * 1 * 4 + 30 * 3) / 50
    assert float(solution["csf.S"][-1]) == pytest.approx(end, rel=1e-6)
    assert profile(solution, "tissue.outside.S") == pytest.approx(np.full(20, end), rel=1e-6)
    assert solution.conservation_drift < 1e-6


CABLE = """
param radius = 2 um
arrangement stretch {{
    bath inside {{ }}
    bath outside {{ }}
    membrane wall (inside | outside) {{
        area = 2 * pi * radius * spacing
        capacitance = 1 uF/cm2
        V from currents starting at {start}
        channel leak {{ carries charge;  conductance = 0.1 mS/cm2;  reversal = -70 mV }}
        {further}
    }}
}}
line fibre of {count} stretch {{
    spacing = {spacing}
    ends = closed
    axial inside {{ resistivity = 150 ohm.cm;  cross_section = pi * radius^2;  carries charge }}
}}
scenario settling {{ run {length} }}
"""


def test_the_length_constant_of_a_cable() -> None:
    """λ = √(radius/(2 R_i g)); a current into the end of a long cable leaves V falling as exp(−x/λ)."""
    further = "channel grip { carries charge;  conductance = if x < 10 um then 1 S/cm2 else 0 S/cm2;  reversal = -30 mV }"
    text = CABLE.format(start="-70 mV", further=further, count=600, spacing="10 um", length="200 ms")
    v = profile(loads(text).run(), "fibre.wall.V") + 70
    lam = math.sqrt(2e-4 / (2 * 150 * 0.1e-3)) * 1e4  # um
    x = np.arange(600) * 10.0
    assert v[50:200] / v[50] == pytest.approx(
        np.cosh((6000 - 5 - x[50:200]) / lam) / np.cosh((6000 - 5 - x[50]) / lam), rel=1e-4
    )


def test_the_time_constant_of_a_cable() -> None:
    """τ = C/g for an even potential; a wave cos(π x/L) decays by 1/τ (1 + (π λ/L)²)."""
    start = "-70 mV + 10 mV * cos(pi * x/(1 mm))"
    text = CABLE.format(start=start, further="", count=200, spacing="5 um", length="5 ms")
    v = profile(loads(text).run(rtol=1e-8), "fibre.wall.V") + 70
    lam2 = 2e-4 / (2 * 150 * 0.1e-3) * 1e8
    tau, h = 10.0, 5.0
    wave = 4 / h**2 * math.sin(math.pi * h / 2000) ** 2  # (π/L)² as the grid has it
    x = (np.arange(200) + 0.5) * h
    expected = 10 * np.cos(math.pi * x / 1000) * math.exp(-5 / tau * (1 + lam2 * wave))
    assert v == pytest.approx(expected, rel=1e-5, abs=5e-6)


def test_nothing_is_lost_along_a_line() -> None:
    scenario = "scenario s { run 2 s;  from 0.5 s: block NaK }"
    solution = loads(tissue(12, scenario, outside_K="if x < 150 um then 30 mM else 4 mM")).run()
    assert solution.passed
    assert solution.conservation_drift < 1e-12
    assert {drift.name for drift in solution.drifts} >= {"total K", "total Na"}
    middle = profile(solution, "tissue.outside.K")
    assert middle[0] > middle[-1]


def test_a_line_of_equal_copies_is_one_copy() -> None:
    scenario = "scenario s { run 1 s;  from 0.2 s: block NaK by 60 % }"
    line = loads(tissue(5, scenario)).run(rtol=1e-8)
    alone = tissue(5, scenario).replace("tissue", "patch")
    alone = alone[: alone.index("line patch")] + scenario
    cell = loads(alone).run(rtol=1e-8)
    for i in (1, 3, 5):
        assert line[f"tissue[{i}].soma.V"][-1] == pytest.approx(cell["patch.soma.V"][-1], rel=1e-6)


LONG = """
temperature = 37 degC
ion K {{ valence = +1 }}
arrangement stretch {{
    bath inside  {{ K = 140 mM }}
    bath outside {{ K = 4 mM }}
    membrane wall (inside | outside) {{
        area = 10 um * spacing
        capacitance = 1 uF/cm2
        V from currents starting at if x < 1 mm then -60 mV else -95 mV
        param more = 1 + x/(5 mm)
        channel KDR {{
            carries K
            conductance = 1 mS/cm2 * n^4
            gate n {{ alpha = 0.01 /mV/ms * linoid(V + 55 mV, 10 mV);  beta = 0.125 /ms * exp(-(V + 65 mV)/(80 mV)) }}
        }}
        channel leak {{ carries K;  conductance = 0.1 mS/cm2 * more }}
    }}
}}
line fibre of {count} stretch {{
    spacing = {spacing}
    ends = closed
    axial inside {{ resistivity = 100 ohm.cm;  cross_section = 20 um2;  carries K }}
}}
scenario passing {{
    run 5 ms
    from 2 ms: set fibre.wall.leak.conductance = 0.05 mS/cm2
    measure high = max(fibre[2 mm].wall.V)
    measure when = time(fibre[2 mm].wall.V > -94 mV)
    measure last = fibre[4 mm].wall.leak.current at end
}}
"""


def test_of_a_long_line_the_copies_that_are_looked_at_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line of more rows than are all kept says the same as its excerpt from a run of which all is kept,
    by another integrator to a tight tolerance."""
    text = LONG.format(count=300, spacing="20 um")
    monkeypatch.setattr(recorder, "STEPPED", 0)
    long = loads(text).run(rtol=1e-10)
    assert long.recorder is not None
    kept = long.recorder.excerpt.rows.size
    assert long.trajectory is not None
    assert long.trajectory.pieces[0].values.shape[0] == kept == 10
    monkeypatch.setattr(recorder, "SHORT", 1000)
    whole = loads(text).run(rtol=1e-10)
    assert whole.recorder is None
    for (name, found), (_, expected) in zip(long.measures, whole.measures, strict=True):
        assert found == pytest.approx(expected, rel=1e-8), name
    assert profile(long, "fibre.wall.V") == pytest.approx(profile(whole, "fibre.wall.V"), rel=1e-8)
    assert profile(long, "fibre.wall.leak.current")[99] == pytest.approx(
        whole["fibre[100].wall.leak.current"][-1], rel=1e-8
    )
    with pytest.raises(KeyError, match="profiles"):
        long["fibre[7].wall.V"]


def test_a_stretch_in_which_nothing_diffuses_lets_nothing_pass() -> None:
    """Both halves of the way between two copies may be 0."""
    text = """
    solute marker
    arrangement patch { compartment outside { volume = 1 pL;  marker = if x < 30 um then 3 mM else 1 mM } }
    line tissue of 10 patch {
        spacing = 10 um;  ends = closed
        diffusion outside { marker = if x < 50 um then 0 cm2/s else 1e-5 cm2/s }
    }
    scenario s { run 1 s;  measure kept = tissue[3].outside.marker at end;  measure far = tissue[10].outside.marker at end }
    """
    solution = loads(text).run()
    assert solution.failure is None
    found = dict(solution.measures)
    assert found["kept"] == 3.0
    assert found["far"] == pytest.approx(1.0, abs=1e-12)
