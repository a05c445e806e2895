"""Branches of equilibria over a parameter: normal forms with known points, an independent solution of the squid axon in
extended precision, the closed cell's own search for rest, and the doors (command, JSON, CSV, picture)."""

from __future__ import annotations

import csv
import json
from functools import cache
from pathlib import Path

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ionlang
from ionlang.cli import main
from ionlang.simulate.continuation.diagram import Diagram
from tests.oracles import hubel_closed

ROOT = Path(__file__).parent.parent
AXON = ROOT / "examples/published/hodgkin_huxley_1952.ion"
CLOSED = ROOT / "examples/anoxia.ion"
CUBIC = "param r = 0\nvariable u { start = 0; rate = (r + 3*u - u^3)/(1 ms) }"


def kinds(diagram: Diagram) -> list:
    return sorted((p.kind, p.parameter) for p in diagram.points)


@cache
def closed() -> Diagram:
    return ionlang.load(CLOSED).continue_over("rho", "0.5 uA/cm2", "45 uA/cm2")


def test_a_cubic_folds_where_its_derivative_is_zero():
    diagram = ionlang.loads(CUBIC).continue_over("r", -4, 4)
    assert kinds(diagram) == [("fold", pytest.approx(-2, rel=1e-12)), ("fold", pytest.approx(2, rel=1e-12))]
    (branch,) = diagram.branches
    u = branch.columns["u"]
    assert np.abs(branch.parameter + 3 * u - u**3).max() < 1e-9
    away = np.abs(np.abs(u) - 1) > 1e-6
    assert (branch.stable == (np.abs(u) > 1))[away].all()
    assert (branch.began, branch.ended) == ("lower end", "upper end")
    assert branch.parameter[0] == -4 and branch.parameter[-1] == 4


@settings(max_examples=8, deadline=None, derandomize=True)
@given(a=st.floats(0.2, 3.0), b=st.floats(-2.0, 2.0), shift=st.floats(-2.0, 2.0))
def test_any_cubic_folds_where_its_derivative_is_zero(a: float, b: float, shift: float):
    turns = (b + np.array([-1.0, 1.0]) * np.sqrt(b**2 + 3 * a)) / 3
    expected = sorted(turns**3 - b * turns**2 - a * turns)
    text = f"""
    param r = 0
    variable u {{ start = {shift};  rate = (r + {a}*(u - {shift}) + {b}*(u - {shift})^2 - (u - {shift})^3)/(1 ms) }}
    """
    margin = 0.1 + (expected[1] - expected[0])
    diagram = ionlang.loads(text).continue_over("r", float(expected[0] - margin), float(expected[1] + margin))
    assert [kind for kind, _ in kinds(diagram)] == ["fold", "fold"]
    assert [r for _, r in kinds(diagram)] == pytest.approx(expected, rel=1e-8, abs=1e-9)


@pytest.mark.parametrize("height", [1e-3, 1.0, 1e3])
def test_folds_do_not_depend_on_the_unit_of_the_parameter(height: float):
    text = f"param r = 0\nvariable u {{ start = 0; rate = (r/{height} + 3*u - u^3)/(1 ms) }}"
    diagram = ionlang.loads(text).continue_over("r", -4 * height, 4 * height)
    assert [p / height for _, p in kinds(diagram)] == pytest.approx([-2, 2], rel=1e-11)


def test_a_pitchfork_has_a_branch_point_and_the_branches_that_leave_there():
    text = "param r = -0.5\nvariable u { start = 0; rate = (r*u - u^3)/(1 ms) }"
    diagram = ionlang.loads(text).continue_over("r", -1, 1)
    assert kinds(diagram) == [("branch", pytest.approx(0, abs=1e-10))]
    straight, fork = diagram.branches
    assert np.abs(straight.columns["u"]).max() < 1e-12
    assert np.abs(fork.columns["u"] ** 2 - fork.parameter).max() < 1e-9
    assert fork.columns["u"][[0, -1]] == pytest.approx([1, -1]) or fork.columns["u"][
        [0, -1]
    ] == pytest.approx([-1, 1])
    assert (straight.stable == (straight.parameter < 0))[np.abs(straight.parameter) > 1e-9].all()


def test_a_branch_that_only_a_branch_point_leads_to_is_found():
    """In the range below the pitchfork's ends: the fork closes on itself between two branch points."""
    text = "param r = -1\nvariable u { start = 0; rate = ((1 - r^2)*u - u^3)/(1 ms) }"
    diagram = ionlang.loads(text).continue_over("r", -1.5, 1.5)
    assert kinds(diagram) == [
        ("branch", pytest.approx(-1, rel=1e-10)),
        ("branch", pytest.approx(1, rel=1e-10)),
    ]
    loop = diagram.branches[1]
    assert np.abs(loop.columns["u"] ** 2 + loop.parameter**2 - 1).max() < 1e-8


def test_two_branches_that_cross_exchange_their_stability():
    text = "param r = 0.5\nvariable u { start = 0.1; rate = (r*u - u^2)/(1 ms) }"
    diagram = ionlang.loads(text).continue_over("r", -1, 1)
    assert kinds(diagram) == [("branch", pytest.approx(0, abs=1e-10))]
    assert len(diagram.branches) == 2
    for branch in diagram.branches:
        upper = branch.columns["u"] > 1e-6
        r = branch.parameter
        assert (branch.stable == np.where(upper, r > 0, (np.abs(branch.columns["u"]) < 1e-6) & (r < 0)))[
            np.abs(r) > 1e-3
        ].all()


def test_a_hopf_point_and_the_frequency_of_its_cycle():
    text = """
    param r = 0.5
    variable u { start = 0.1; rate = (r*u - 3*w - u*(u^2 + w^2))/(1 ms) }
    variable w { start = 0.1; rate = (3*u + r*w - w*(u^2 + w^2))/(1 ms) }
    """
    (point,) = ionlang.loads(text).continue_over("r", -1, 1).points
    assert point.kind == "hopf" and point.parameter == pytest.approx(0, abs=1e-12)
    assert point.frequency == pytest.approx(3e3 / (2 * np.pi), rel=1e-9)
    assert point.changes_stability


SPIRAL = """
param r = 0.01
variable u {{ start = 0.1; rate = (r*u - 3*w + ({s})*u*(u^2 + w^2) - 0.4*w*(u^2 + w^2))/(1 ms) }}
variable w {{ start = 0.1; rate = (3*u + r*w + ({s})*w*(u^2 + w^2) + 0.4*u*(u^2 + w^2))/(1 ms) }}
"""


@pytest.mark.parametrize(("s", "words"), [(-0.7, "supercritical"), (1.3, "subcritical")])
def test_the_coefficient_of_a_normal_form_is_found(s: float, words: str):
    """The amplitude goes as dr/dt = r_ r + s r³ exactly."""
    (point,) = ionlang.loads(SPIRAL.format(s=s)).continue_over("r", -1, 1).points
    assert point.criticality == words and point.lyapunov == pytest.approx(s, rel=1e-9)


def test_quadratic_terms_count_in_the_coefficient():
    """u' = r u − w + a u² + b u w + c w², w' = u + r w: with ω = 1 the textbook's formula for the plane gives
    (1/16)(f_uv (f_uu + f_vv)) = b (2a + 2c)/16, signs for this orientation."""
    a, b, c = 0.6, -0.9, 0.35
    text = f"""
    param r = 0.1
    variable u {{ start = 0.1; rate = (r*u - w + {a}*u^2 + ({b})*u*w + {c}*w^2)/(1 ms) }}
    variable w {{ start = 0.1; rate = (u + r*w)/(1 ms) }}
    """
    (point,) = ionlang.loads(text).continue_over("r", -0.2, 0.2).points
    assert point.lyapunov == pytest.approx(b * (2 * a + 2 * c) / 16, rel=1e-8)


def test_the_amplitude_of_the_small_cycle_is_the_root_that_the_coefficient_says():
    """An independent long integration: near the point r² = −σ/ℓ."""
    from scipy.integrate import solve_ivp

    text = """
    param r = -0.1
    variable u { start = 0.1; rate = (u - u^3/3 - w + r)/(1 ms) }
    variable w { start = 0.1; rate = 0.3*(u + 0.7 - 0.5*w)/(1 ms) }
    """
    diagram = ionlang.loads(text).continue_over("r", -0.5, 1.0)
    (first,) = diagram.of_kind("hopf")
    assert first.criticality == "supercritical" and first.lyapunov is not None
    r, track = first.parameter + 4e-4, diagram.branches[0]
    grows = np.interp(r, track.parameter, track.eigenvalues.real.max(axis=0))
    swing = np.sqrt(-grows / first.lyapunov)
    found = solve_ivp(
        lambda t, y: [y[0] - y[0] ** 3 / 3 - y[1] + r, 0.3 * (y[0] + 0.7 - 0.5 * y[1])], (0, 4000),
        first.state + [swing, 0], method="LSODA", rtol=1e-7, atol=1e-10, t_eval=np.linspace(3900, 4000, 2001),
    )  # fmt: skip
    assert np.ptp(found.y[0]) / 2 == pytest.approx(swing, rel=0.03)


def test_the_axon_begins_with_a_jump_and_ends_by_small_swings():
    diagram = ionlang.load(AXON).continue_over("axon.inject(charge)", "0 uA/cm2", "200 uA/cm2")
    assert [p.criticality for p in diagram.points] == ["subcritical", "supercritical"]


def test_a_centre_has_no_criticality():
    text = """
    param r = 0.1
    variable u { start = 0.1; rate = (r*u - w)/(1 ms) }
    variable w { start = 0.1; rate = (u + r*w)/(1 ms) }
    """
    (point,) = ionlang.loads(text).continue_over("r", -0.2, 0.3).points
    assert point.kind == "hopf" and point.criticality is None and point.lyapunov is None


def test_two_real_eigenvalues_with_opposite_signs_are_no_hopf_point():
    """Their sum passes through zero at r = 0, but nothing changes."""
    text = """
    param r = 0.5
    variable u { start = 0.1; rate = (1 + r)*(u - r)/(1 ms) }
    variable w { start = 0.1; rate = -w/(1 ms) }
    """
    assert ionlang.loads(text).continue_over("r", -0.9, 1).points == ()


def test_an_island_that_reaches_neither_end_is_followed_round():
    text = "param r = 0.1\nvariable u { start = 0.6; rate = (1 - u^2 - r^2)/(1 ms) }"
    diagram = ionlang.loads(text).continue_over("r", -2, 2)
    (branch,) = diagram.branches
    assert (branch.began, branch.ended) == ("closed", "closed")
    assert kinds(diagram) == [("fold", pytest.approx(-1, rel=1e-11)), ("fold", pytest.approx(1, rel=1e-11))]
    assert np.abs(branch.columns["u"] ** 2 + branch.parameter**2 - 1).max() < 1e-9


def test_an_island_is_found_where_neither_the_ends_nor_the_file_lead_to_it():
    text = "param r = -1.5\nvariable u { start = 0.1; rate = (0.16 - u^2 - (r - 0.6)^2)/(1 ms) }"
    diagram = ionlang.loads(text).continue_over("r", -2, 2)
    assert [p for _, p in kinds(diagram)] == pytest.approx([0.2, 1.0], rel=1e-10)
    assert diagram.branches[0].ended == "closed"


def test_the_pump_strength_of_the_closed_cell():
    """The figures of an independent solution with V as the parameter; its Hopf points to its own digits."""
    diagram = closed()
    assert len(diagram.branches) == 1
    folds = [p.parameter for p in diagram.of_kind("fold")]
    assert folds == pytest.approx([39.37812407, 1.06479909], rel=1e-8)
    swings = {round(p.parameter, 6): p for p in diagram.of_kind("hopf") if p.changes_stability}
    assert sorted(swings) == [1.067195, 28.732356]
    assert swings[1.067195].frequency == pytest.approx(0.0013453, abs=1e-7)
    assert swings[28.732356].frequency == pytest.approx(444.55, abs=0.01)
    assert swings[28.732356].V["soma"] == pytest.approx(-25.31822, abs=1e-5)


def test_as_many_eigenvalues_are_unstable_as_an_independent_solution_finds():
    """On every piece of the branch; so that no point is missed, and none is there that should not be."""
    (track,) = closed().branches
    for k in range(3, len(track.parameter), 11):
        V = float(track.V["soma"][k])
        nearest = min(abs(V - p.V["soma"]) for p in closed().points)
        if nearest > 0.02 and hubel_closed.branch(V, 1) is not None:
            count = int((hubel_closed.eig(V, 1).real > 0).sum())
            assert int((track.eigenvalues[:, k].real > 0).sum()) == count, V
            assert hubel_closed.branch(V, 1)[0] == pytest.approx(track.parameter[k], rel=1e-4)


@pytest.mark.slow
def test_a_branch_passes_through_every_equilibrium_that_is_found_for_itself():
    diagram = closed()
    for rho in (0.8, 6.8, 30.0, 42.0):
        found = ionlang.load(CLOSED).equilibria(set={"rho": f"{rho} uA/cm2"})
        (track,) = diagram.branches
        above = track.parameter > rho
        crossings = np.flatnonzero(above[1:] != above[:-1])
        assert len(crossings) == len(found)
        near = sorted(np.interp(rho, *_pair(track, int(k))) for k in crossings)
        assert near == pytest.approx([e.state[0] for e in found], abs=0.5)
        assert sorted(bool(track.stable[k]) for k in crossings) == sorted(e.stable for e in found)


def _pair(track, k: int) -> tuple[list[float], list[float]]:
    ends = sorted((float(track.parameter[i]), float(track.V["soma"][i])) for i in (k, k + 1))
    return [x for x, _ in ends], [v for _, v in ends]


def test_every_point_of_a_branch_is_an_equilibrium_with_the_written_totals():
    model, (track,) = ionlang.load(CLOSED), closed().branches
    machine = model.machine
    for k in range(0, len(track.parameter), 9):
        p = machine.parameters({"rho": float(track.parameter[k])})
        y = track.states[:, k]
        size = np.abs(machine.vector.jacobian(0.0, y, p)) @ np.abs(y)
        assert (np.abs(machine.vector.rhs(0.0, y, p)) < 1e-10 * size).all()
        total = 2.16 * track.columns["inside.K"][k] + 0.72 * track.columns["outside.K"][k]
        assert total == pytest.approx(2.16 * 129.25764 + 0.72 * 4, rel=1e-12)


def test_totals_follow_what_is_written_when_a_content_is_varied():
    """At each value the cell is the file with that value in it."""
    model = ionlang.load(CLOSED)
    diagram = model.continue_over("outside.K", "4 mM", "6 mM")
    ends = sorted(float(t.V["soma"][-1]) for t in diagram.branches if t.parameter[-1] == 6.0)
    ends += sorted(float(t.V["soma"][0]) for t in diagram.branches if t.parameter[0] == 6.0)
    found = [e.state[0] for e in model.equilibria(set={"outside.K": "6 mM"})]
    assert sorted(ends) == pytest.approx(found, abs=1e-6)


PUMP_LEAK = """
thermal_voltage = 25 mV
ion Na { valence = +1 }
ion K  { valence = +1 }
ion Cl { valence = -1 }
solute ATP
impermeant X { valence = -1 }
param p = 1 uA/cm2
compartment inside {
    volume = 1 pL
    Na = 20 mM
    K = 120 mM
    Cl = 10 mM
    X = 130 mM
    ATP = 0 mM held
}
bath outside { Na = 140 mM;  K = 5 mM;  Cl = 145 mM }
membrane soma (inside | outside) {
    area = 1000 um2
    V from zero_current
    channel Na_leak { carries Na;  conductance = 0.02 mS/cm2 }
    channel K_leak  { carries K;   conductance = 0.2 mS/cm2 }
    channel Cl_leak { carries Cl;  conductance = 0.1 mS/cm2 }
    pump NaK { moves 3 Na out, 2 K in, uses 1 ATP;  current = p }
    water lipid { permeability = 1e-3 cm/s;  molar_volume = 18 mL/mol }
}
"""


def test_the_volume_of_the_pump_leak_cell_is_its_closed_form():
    """At rest Na = 140 mM exp(−V/25 mV − 3p/(g 25 mV)), K likewise with +2p, Cl at its own Nernst potential. With neutrality
    and equal osmolarities volume = 130 fmol/(145 mM − A(p)), A(p) = 140 mM exp(−3p/…) + 5 mM exp(2p/…): finite below the pump
    rate at which A is 145 mM, least where A is."""

    def held(p):
        return 140 * np.exp(-3 * p / (0.02 * 25)) + 5 * np.exp(2 * p / (0.2 * 25))

    diagram = ionlang.loads(PUMP_LEAK).continue_over("p", "0.3 uA/cm2", "8.2 uA/cm2")
    (branch,) = diagram.branches
    p, volume = branch.parameter, branch.columns["inside.volume"]
    assert volume == pytest.approx(130 / (145 - held(p)), rel=1e-8)
    assert branch.stable.all() and diagram.points == ()


def test_the_pump_leak_cell_has_a_least_volume_and_a_rate_beyond_which_it_has_none():
    """Both against the closed form: the minimum of A(p), and A(p) = 145 mM."""

    def held(x):
        return 140 * mp.exp(-6 * x) + 5 * mp.exp(x * mp.mpf("0.4"))

    mp.mp.dps = 30
    diagram = ionlang.loads(PUMP_LEAK).continue_over("p", "0.3 uA/cm2", "12 uA/cm2", extrema="inside.volume")
    least, (end,) = diagram.of_kind("extremum"), diagram.of_kind("asymptote")
    exact = mp.log(mp.mpf(840) / 2) / mp.mpf("6.4")
    assert [p.parameter for p in least] == pytest.approx([float(exact)], rel=1e-11)
    found = least[0].extremum
    assert found is not None and (found.quantity, found.which, found.unit) == (
        "inside.volume",
        "minimum",
        "pL",
    )
    assert found.value == pytest.approx(float(130 / (145 - held(exact))), rel=1e-12)
    assert end.growing == "inside.volume"
    assert end.parameter == pytest.approx(float(mp.findroot(lambda x: held(x) - 145, 8.4)), rel=1e-11)
    assert diagram.branches[0].ended == "grows" and len(diagram.branches) == 1
    assert any("inside.volume grows without bound" in note for note in diagram.notes)


def test_without_a_pump_there_is_no_finite_volume_either():
    """A(0) = 145 mM: from above the volume grows without bound as the pump comes to a stand."""
    diagram = ionlang.loads(PUMP_LEAK).continue_over("p", "-0.5 uA/cm2", "1 uA/cm2")
    (end,) = diagram.of_kind("asymptote")
    assert end.parameter == pytest.approx(0, abs=1e-9)
    assert diagram.branches[0].began == "grows" and diagram.branches[0].ended == "upper end"


def test_what_grows_but_has_an_end_is_followed_to_it():
    text = "param r = 1\nvariable u { start = 1; rate = (r^4 - u)/(1 ms) }"
    diagram = ionlang.loads(text).continue_over("r", 0.5, 20)
    (branch,) = diagram.branches
    assert branch.ended == "upper end" and branch.columns["u"][-1] == pytest.approx(20**4)
    assert not diagram.of_kind("asymptote")


def test_a_maximum_and_a_minimum_of_a_quantity_that_is_no_state():
    text = """
    param r = 0
    variable u { start = 0; rate = (r - u)/(1 ms) }
    let wave = u^3 - 3*u + 0*r
    """
    diagram = ionlang.loads(text).continue_over("r", -3, 2.5, extrema="wave")
    found: list[object] = [
        (p.parameter, p.extremum.which, p.extremum.value) for p in diagram.points if p.extremum
    ]
    assert found == [
        (pytest.approx(-1, rel=1e-9), "maximum", pytest.approx(2)),
        (pytest.approx(1, rel=1e-9), "minimum", pytest.approx(-2)),
    ]
    assert "wave" in diagram.branches[0].columns
    with pytest.raises(ValueError, match="no quantity 'waves'"):
        ionlang.loads(text).continue_over("r", -3, 2.5, extrema="waves")


FED = PUMP_LEAK.replace("current = p }", "current = p * inside.ATP/(inside.ATP + 1 mM) }").replace(
    "ATP = 0 mM held", "ATP = 3 mM held"
)


def _volume(ATP=3.0, K=5.0, leak=0.02, thermal=25.0) -> float:
    """[pL]: with S the osmolarity left to the ions and A as above, 130 fmol/(S/2 − 2 A Cl/S), 145 mM of Cl outside."""
    p = 1.0 * ATP / (ATP + 1)
    held = 140 * np.exp(-3 * p / (leak * thermal)) + K * np.exp(2 * p / (0.2 * thermal))
    ions = 140 + K + 145 - ATP
    return float(130 / (ions / 2 - 2 * held * 145 / ions))


@pytest.mark.parametrize(
    ("name", "low", "high", "word"),
    [
        ("inside.ATP", "0.2 mM", "6 mM", "ATP"),
        ("outside.K", "3 mM", "30 mM", "K"),
        ("soma.Na_leak.conductance", "0.005 mS/cm2", "0.1 mS/cm2", "leak"),
        ("thermal_voltage", "22 mV", "28 mV", "thermal"),
    ],
)
def test_everyday_parameters_of_the_pump_leak_cell_give_its_closed_form(name, low, high, word):
    """Fuel, potassium of the bath, a leak, temperature."""
    diagram = ionlang.loads(FED).continue_over(name, low, high)
    (branch,) = diagram.branches
    exact = [_volume(**{word: float(value)}) for value in branch.parameter]
    assert branch.columns["inside.volume"] == pytest.approx(exact, rel=1e-8)
    assert (branch.began, branch.ended) == ("lower end", "upper end") and len(exact) > 10


def test_a_current_is_a_parameter_too():
    """Of the squid axon: V at each current is that of the independent equations."""
    diagram = ionlang.load(AXON).continue_over("axon.inject(charge)", "-5 uA/cm2", "15 uA/cm2")
    (branch,) = diagram.branches
    mp.mp.dps = 30
    for k in range(0, len(branch.parameter), 5):
        assert branch.parameter[k] == pytest.approx(float(_axon_current(branch.V["axon"][k])), abs=1e-9)


def _axon_current(V: mp.mpf, EK: float = -77.0) -> mp.mpf:
    am, bm, ah, bh, an, bn = _rates(V)
    m, h, n = am / (am + bm), ah / (ah + bh), an / (an + bn)
    return 120 * m**3 * h * (V - 50) + 36 * n**4 * (V - EK) + mp.mpf("0.3") * (V - mp.mpf("-54.387"))


def _rates(V: mp.mpf) -> tuple[mp.mpf, ...]:
    def lin(x: mp.mpf) -> mp.mpf:
        return x / (1 - mp.exp(-x / 10)) if abs(x) > mp.mpf(10) ** -12 else 10 + x / 2

    return (
        lin(V + 40) / 10, 4 * mp.exp(-(V + 65) / 18), mp.mpf("0.07") * mp.exp(-(V + 65) / 20),
        1 / (1 + mp.exp(-(V + 35) / 10)), lin(V + 55) / 100, mp.exp(-(V + 65) / 80) / 8,
    )  # fmt: skip


def _growth(V: mp.mpf) -> mp.mpf:
    """The largest real part of the eigenvalues at the equilibrium with this V, from the equations in 30 digits."""
    rates = _rates(V)
    gates = [rates[i] / (rates[i] + rates[i + 1]) for i in (0, 2, 4)]

    def flow(V, m, h, n):
        a = _rates(V)
        i = 120 * m**3 * h * (V - 50) + 36 * n**4 * (V + 77) + mp.mpf("0.3") * (V - mp.mpf("-54.387"))
        return [-i, *(a[2 * k] * (1 - g) - a[2 * k + 1] * g for k, g in enumerate((m, h, n)))]

    at, matrix = [V, *gates], mp.matrix(4, 4)
    step = mp.mpf(10) ** -10
    for j in range(4):
        ahead, behind = ([y + s * step * (k == j) for k, y in enumerate(at)] for s in (1, -1))
        for i, (a, b) in enumerate(zip(flow(*ahead), flow(*behind), strict=True)):
            matrix[i, j] = (a - b) / (2 * step)
    return max(mp.re(x) for x in mp.eig(matrix, left=False, right=False))


def test_the_axon_begins_to_fire_where_an_independent_solution_says():
    diagram = ionlang.load(AXON).continue_over("axon.inject(charge)", "0 uA/cm2", "200 uA/cm2")
    assert len(diagram.branches) == 1 and {p.kind for p in diagram.points} == {"hopf"}
    mp.mp.dps = 30
    exact = [
        _axon_current(mp.findroot(_growth, start, solver="secant", tol=1e-18))
        for start in ((-59.7, -59.6), (-43.1, -43.0))
    ]
    assert exact == [pytest.approx(9.77544, abs=1e-5), pytest.approx(154.52243, abs=1e-5)]
    assert [p.parameter for p in diagram.points] == pytest.approx([float(x) for x in exact], rel=1e-8)


def test_the_axon_folds_under_hyperpolarising_current():
    model, given = ionlang.load(AXON), {"axon.KDR.reversal": "-54 mV"}
    diagram = model.continue_over("axon.inject(charge)", "-20 uA/cm2", "5 uA/cm2", set=given)
    mp.mp.dps = 30
    exact = []
    for start in (-72.2, -52.6):
        V = mp.findroot(lambda v: mp.diff(lambda u: _axon_current(u, -54.0), v), start)
        exact.append(float(_axon_current(V, -54.0)))
    assert exact == pytest.approx([-6.876370, -15.792341], abs=1e-6)
    assert [p.parameter for p in diagram.of_kind("fold")] == pytest.approx(exact, rel=1e-8)


def test_without_current_the_axon_has_one_equilibrium_for_every_potassium_potential():
    diagram = ionlang.load(AXON).continue_over("axon.KDR.reversal", "-80 mV", "-20 mV")
    (branch,) = diagram.branches
    assert not diagram.of_kind("fold") and (np.diff(branch.parameter) > 0).all()


def test_a_content_that_is_written_as_nothing_does_not_make_steps_tiny():
    """What is bound at first is nothing, and 2.5 mM at rest: measured by what is written a branch would not end."""
    text = """
    param r = 0
    variable u { start = 0;  rate = (r + 3*u - u^3)/(1 ms) }
    variable taken { start = 1e-5;  rate = (1e5*(2 + u) - taken)/(1 s) }
    """
    diagram = ionlang.loads(text).continue_over("r", -4, 4)
    assert [p for _, p in kinds(diagram)] == pytest.approx([-2, 2], rel=1e-9)
    assert len(diagram.branches[0].parameter) < 400


DRIVEN = f"""
use "{AXON.as_posix()}"
param I = 0 uA/cm2
scenario driven {{ inject I into axon carried by charge }}
"""


def test_what_a_scenario_does_for_its_whole_length_is_in_force():
    diagram = ionlang.loads(DRIVEN).continue_over("I", "5 uA/cm2", "15 uA/cm2", scenario="driven")
    (point,) = diagram.points
    assert point.kind == "hopf" and point.parameter == pytest.approx(9.77543800, rel=1e-8)
    still = ionlang.loads(DRIVEN).continue_over("I", "5 uA/cm2", "15 uA/cm2")
    assert still.points == () and np.ptp(still.branches[0].V["axon"]) < 1e-9


def test_temperature_is_a_parameter_with_an_offset_of_its_unit():
    diagram = ionlang.load(AXON).continue_over("temperature", "6.3 degC", "20 degC")
    assert diagram.branches[0].parameter[[0, -1]] == pytest.approx([6.3, 20])


def test_json_is_the_contract(capsys):
    assert main(["continue", str(CLOSED), "--over", "rho=0.5uA/cm2..45uA/cm2", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert list(found) == ["branch", "points"]
    first = found["branch"][0]
    assert first["parameter"] == 0.5 and set(first["V"]) == {"soma"} and first["stable"] is True
    assert first["branch_number"] == 1
    assert {p["kind"] for p in found["points"]} == {"fold", "hopf"}
    assert all(("frequency" in p) == (p["kind"] == "hopf") for p in found["points"])


def test_the_table_has_every_point_and_the_picture_is_drawn(tmp_path, capsys):
    table, picture = tmp_path / "over.csv", tmp_path / "over.png"
    cubic = tmp_path / "cubic.ion"
    cubic.write_text(CUBIC)
    command = ["continue", str(cubic), "--over", "r=-4..4", "--csv", str(table), "--plot", str(picture)]
    assert main(command) == 0
    with table.open(newline="") as stream:
        rows = list(csv.reader(stream))
    assert rows[0] == ["branch_number", "r [1]", "stable", "u [1]"]
    assert f"({len(rows) - 1} points)" in capsys.readouterr().out
    assert picture.stat().st_size > 5000


@pytest.mark.parametrize(
    ("over", "said"),
    [
        ("r", "--over takes NAME=LOW..HIGH"),
        ("r=1", "--over takes NAME=LOW..HIGH"),
        ("r=..1", "--over takes NAME=LOW..HIGH"),
        ("r=2..1", "is no range"),
        ("r=1..1", "is no range"),
    ],
)
def test_a_range_that_is_none_is_refused(tmp_path, capsys, over: str, said: str):
    cubic = tmp_path / "cubic.ion"
    cubic.write_text(CUBIC)
    assert main(["continue", str(cubic), "--over", over]) == 2
    assert said in capsys.readouterr().err


def test_other_mistakes_are_told(tmp_path, capsys):
    cubic = tmp_path / "cubic.ion"
    cubic.write_text(CUBIC)
    assert main(["continue", str(cubic), "--over", "q=1..2"]) == 1
    assert "no parameter `q`" in capsys.readouterr().err
    assert main(["continue", str(cubic), "--over", "r=1 mV..2 mV"]) == 1
    assert "ION204" in capsys.readouterr().err
    assert main(["continue", str(cubic), "--over", "r=1..2", "--set", "r=3"]) == 2
    assert "cannot be set too" in capsys.readouterr().err
    assert main(["continue", str(cubic), "--over", "r=1..2", "--scenario", "none"]) == 2
    assert "no scenario 'none'" in capsys.readouterr().err
    assert main(["continue", str(cubic), "--over", "r=1..2", "--show", "u"]) == 2
    assert "--plot" in capsys.readouterr().err


def test_where_nothing_rests_there_is_no_branch(tmp_path, capsys):
    drift = tmp_path / "drift.ion"
    drift.write_text("param r = 1\nvariable u { start = 0; rate = (r + u^2)/(1 ms) }")
    assert main(["continue", str(drift), "--over", "r=1..2"]) == 3
    assert "no equilibrium" in capsys.readouterr().err
