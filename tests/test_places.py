"""Volumes that water moves or that follow, and what balances: against closed forms and what cannot change."""

from __future__ import annotations

from math import exp, pi

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from tests.places_models import at_rest, codes, mistakes, model

RT = 8.31446261815324 * 310.15  # Pa/mM
PERMEABILITY, MOLAR = 1e-4, 18e-6  # m/s, m3/mol

CELL = """
compartment cell {{ volume = {volume}; {inside} }}
bath outside {{ {outside} }}
membrane wall (cell | outside) {{
    {area}
    water w {{ permeability = {permeability}; molar_volume = 18 mL/mol; {pressure} }}
}}
scenario s {{ run {span}; {acts} }}
"""


def cell(
    *, inside: str = "S = 300 mM", outside: str = "S = 330 mM", volume: str = "1 pL", span: str = "20 s",
    area: str = "area = 500 um2;", permeability: str = "0.01 cm/s", pressure: str = "", acts: str = "",
) -> str:  # fmt: skip
    return CELL.format(
        inside=inside, outside=outside, volume=volume, span=span, area=area, permeability=permeability,
        pressure=pressure, acts=acts,
    )  # fmt: skip


def test_water_flows_by_permeability_area_molar_volume_and_osmolarity() -> None:
    run = model(cell(acts="measure r = wall.w.rate at start")).run()
    expected = PERMEABILITY * 500e-12 * MOLAR * 30 * 1e15  # pL/s
    assert dict(run.measures)["r"] == pytest.approx(expected * 1e-3, rel=1e-14)  # pL/ms


def test_a_permeability_may_be_a_total() -> None:
    total = model(cell(area="", permeability="5e-8 mL/s")).run(rtol=1e-10)
    density = model(cell()).run(rtol=1e-10)
    assert np.asarray(total["cell.volume"]) == pytest.approx(np.asarray(density["cell.volume"]), rel=1e-9)


def test_a_small_step_relaxes_exponentially() -> None:
    """d v/dt = P A Vw (n/v − o): near the end exp(−t/τ) with τ = v²/(P A Vw n)."""
    run = model(cell(outside="S = 300.003 mM")).run(rtol=1e-12)
    tau = 1e-15 / (PERMEABILITY * 500e-12 * MOLAR * 300)  # s
    final = 300 / 300.003
    for t in (1.0, 5.0, 12.0):
        shown = np.interp(t * 1e3, np.asarray(run["time"]) * 1e3, np.asarray(run["cell.volume"]))
        assert shown == pytest.approx(final + (1 - final) * exp(-t / tau), abs=2e-9)


def test_shrinking_follows_the_closed_solution() -> None:
    """v/o + (n/o²) ln(n − o v) grows with −P A Vw t: the implicit solution, solved for v."""
    n, o = 300.0, 330.0
    rate = PERMEABILITY * 500e-12 * MOLAR * 1e15  # pL/s/mM
    at = {
        t: brentq(lambda v, t=t: _passed(v, n, o) - rate * t, n / o + 1e-13, 1.0, xtol=1e-15) for t in (1, 4)
    }
    measures = "; ".join(f"measure v{t} = cell.volume at {t} s" for t in at)
    found = dict(model(cell(acts=measures)).run(rtol=1e-11).measures)
    for t, volume in at.items():
        assert found[f"v{t}"] == pytest.approx(volume, rel=1e-9)


def _passed(v: float, n: float, o: float) -> float:
    """∫ dv/(n/v − o) from 1 to v."""
    return (1 - v) / o - n / o**2 * (np.log(o * v - n) - np.log(o - n))


def test_the_end_is_what_van_t_hoff_says() -> None:
    read = model(cell(inside="S = 200 mM; A = 50 mM; Cl = 20 mM; Na = 30 mM"))
    assert at_rest(read)["cell.volume"] == pytest.approx(300 / 330, rel=1e-14)


def test_what_does_not_move_keeps_its_amount_and_what_is_held_its_concentration() -> None:
    text = cell(inside="S = 290 mM; A = 10 mM; ATP = 3 mM held", acts="""
        measure a = amount(cell.A) at end;  measure c = cell.A at end;  measure v = cell.volume at end
        measure h = cell.ATP at end;  measure n = amount(cell.ATP) at end""")  # fmt: skip
    found = dict(model(text).run(rtol=1e-10).measures)
    assert found["a"] == pytest.approx(10.0, rel=1e-14)
    assert found["c"] * found["v"] == pytest.approx(10.0, rel=1e-12)
    assert found["h"] == 3.0
    assert found["n"] == pytest.approx(3 * found["v"], rel=1e-14)
    assert found["v"] == pytest.approx(300 / 327, rel=1e-3)


def test_pressure_ends_swelling_where_it_equals_the_osmotic_one() -> None:
    read = model(cell(outside="S = 299 mM", pressure="pressure = 10000 Pa * (cell.volume/(1 pL) - 1)"))
    expected = brentq(lambda v: 299 - 300 / v + 1e4 * (v - 1) / RT, 0.9, 1.1, xtol=1e-15)
    assert at_rest(read)["cell.volume"] == pytest.approx(expected, rel=1e-12)
    free = at_rest(model(cell(outside="S = 299 mM")))["cell.volume"]
    assert 1 < expected < free


@pytest.mark.parametrize(
    ("area", "expected"),
    [
        ("area = 4*pi*(3*cell.volume/(4*pi))^(2/3);", lambda v: 4 * pi * (3 * v * 1e3 / (4 * pi)) ** (2 / 3)),
        ("param l = 25 um; area = 2*sqrt(pi*cell.volume*l);", lambda v: 2 * (pi * v * 1e3 * 25) ** 0.5),
    ],
)
def test_the_area_of_a_sphere_and_of_a_cylinder_follow_the_volume(area, expected) -> None:
    run = model(cell(area=area, acts="measure a0 = wall.area at start; measure a1 = wall.area at end")).run(
        rtol=1e-10
    )
    found, volume = dict(run.measures), float(np.asarray(run["cell.volume"])[-1])
    assert found["a0"] * 100 == pytest.approx(
        expected(1.0), rel=1e-12
    )  # cell units are 100 um2, volumes um3 × 1000
    assert found["a1"] * 100 == pytest.approx(expected(volume), rel=1e-9)
    solved = solve_ivp(
        lambda t, v: -PERMEABILITY * expected(v) * 1e-12 * MOLAR * (330 - 300 / v) * 1e15,
        (0, 20), [1.0], rtol=1e-10, atol=1e-13, method="LSODA",
    )  # fmt: skip
    assert volume == pytest.approx(float(solved.y[0, -1]), rel=1e-8)


TWO = """
compartment a { volume = 1 pL; S = 300 mM; A = 5 mM }
compartment b { volume = 3 pL; S = 350 mM }
membrane wall (SIDES) { area = 500 um2;  water w { permeability = 0.01 cm/s; molar_volume = 18 mL/mol } }
scenario s { run 200 s }
"""


@pytest.mark.parametrize("sides", ["a | b", "b | a"])
def test_water_between_two_compartments_is_conserved(sides: str) -> None:
    read = model(TWO.replace("SIDES", sides))
    run = read.run(rtol=1e-9)
    total = np.asarray(run["a.volume"]) + np.asarray(run["b.volume"])
    assert np.abs(total - 4).max() < 1e-12
    assert run.conservation_drift < 1e-12
    assert at_rest(read)["a.volume"] == pytest.approx(4 * 305 / (305 + 1050), rel=1e-13)


SHARED = """
param total = 3 pL
compartment n1 { volume = 1 pL; S = 300 mM; Cl = 10 mM }
compartment n2 { volume = 1 pL; S = 320 mM; Cl = 10 mM }
compartment ecs { volume = total - n1.volume - n2.volume; S = 250 mM; Cl = 100 mM }
membrane m1 (n1 | ecs) { area = 500 um2;  water w { permeability = 0.01 cm/s; molar_volume = 18 mL/mol } }
membrane m2 (n2 | ecs) { area = 300 um2;  water w { permeability = 0.01 cm/s; molar_volume = 18 mL/mol } }
scenario s { run 100 s; measure sum_start = n1.volume + n2.volume + ecs.volume at start; ACTS }
"""


def test_cells_share_the_space_between_them() -> None:
    read = model(
        SHARED.replace("measure sum_start = n1.volume + n2.volume + ecs.volume at start;", "").replace(
            "ACTS", ""
        )
    )
    run = read.run(rtol=1e-9)
    volumes = [np.asarray(run[f"{p}.volume"]) for p in ("n1", "n2", "ecs")]
    assert np.abs(sum(volumes) - 3).max() < 1e-14
    for species, amount in (("S", 250.0), ("Cl", 100.0)):
        assert np.asarray(run[f"ecs.{species}"]) * volumes[2] == pytest.approx(amount, rel=1e-13)
    common = (310 + 330 + 350) / 3  # mM, the same everywhere at the end
    rest = at_rest(read)
    assert rest["n1.volume"] == pytest.approx(310 / common, rel=1e-12)
    assert rest["n2.volume"] == pytest.approx(330 / common, rel=1e-12)


def test_a_volume_may_follow_a_variable() -> None:
    text = """
    variable v { start = 1 pL;  inf = 2 pL;  tau = 3 s }
    compartment cell { volume = v; S = 300 mM; K = 10 mM }
    flux wash { moves K from nothing to cell; rate = 0.1 fmol/s }
    scenario s { run 5 s; measure c = cell.S at end; measure k = cell.K at end; measure n = amount(cell.K) at end }
    """
    found = dict(model(text).run(rtol=1e-11).measures)
    volume = 2 - exp(-5 / 3)
    assert found["c"] == pytest.approx(300 / volume, rel=1e-9)
    assert found["n"] == pytest.approx(10.5, rel=1e-12)
    assert found["k"] == pytest.approx(10.5 / volume, rel=1e-9)


@pytest.mark.parametrize("how", ["set", "given"])
def test_start_volumes_and_concentrations_can_be_set(how: str) -> None:
    acts = "measure n = amount(cell.S) at start; measure v = cell.volume at start"
    if how == "set":
        run = model(cell(acts=f"set cell.volume.start = 2 pL; set cell.S.start = 100 mM; {acts}"))
        found = dict(run.run().measures)
    else:
        found = dict(model(cell(acts=acts)).run("s", {"cell.volume": "2 pL", "cell.S": "100 mM"}).measures)
    assert found == {"n": 200.0, "v": 2.0}


@given(st.floats(0.5, 3), st.floats(150, 400), st.floats(100, 290), st.integers(0, 9))
@settings(max_examples=12)
def test_any_cell_ends_isosmotic(volume: float, solute: float, outside: float, fixed: float) -> None:
    read = model(
        cell(volume=f"{volume} pL", inside=f"S = {solute} mM; A = {fixed} mM", outside=f"S = {outside} mM")
    )
    assert at_rest(read)["cell.volume"] == pytest.approx(volume * (solute + fixed) / outside, rel=1e-12)


ISOSMOTIC = """
compartment {first} {{ volume = 2 pL; Na = 15 mM; K = 140 mM; Cl = 7 mM; A balances charge; S balances osmolarity }}
compartment {second} {{ volume = 1 pL; Na = 145 mM; K = 4 mM; Cl = 120 mM; A balances charge; S = 20 mM }}
membrane soma ({inside}) {{
    area = 1000 um2;  capacitance = 1 uF/cm2
    V from currents starting at {volts} mV
    channel leak {{ carries K;  conductance = 0.01 mS/cm2 }}
    water w {{ permeability = 0.01 cm/s; molar_volume = 18 mL/mol }}
}}
scenario s {{ run 1 s
    measure w0 = soma.w.rate at start;  measure oa = a.osmolarity at start;  measure ob = b.osmolarity at start
    measure qa = a.charge at start;  measure qb = b.charge at start
}}
"""


@pytest.mark.parametrize(("inside", "sign"), [("a | b", 1), ("b | a", -1)])
def test_balances_of_charge_and_osmolarity_together(inside: str, sign: int) -> None:
    """The osmolarity counts what balances the charges on both sides, wherever they stand in the file."""
    text = ISOSMOTIC.format(first="a", second="b", inside=inside, volts=-65 * sign)
    found = dict(model(text).run().measures)
    assert found["oa"] == pytest.approx(found["ob"], rel=1e-15)
    assert found["w0"] == pytest.approx(0, abs=1e-18)
    assert found["qa"] == pytest.approx(-650, rel=1e-10)
    assert found["qb"] == pytest.approx(650, rel=1e-10)


CHAIN = """
compartment {0} {{ volume = 1 pL; ATP = {1} mM; S balances osmolarity }}
compartment {2} {{ volume = 1 pL; ATP = {3} mM; S balances osmolarity }}
bath o {{ S = 300 mM }}
membrane ab (a | b) {{ area = 10 um2; water w {{ permeability = 0.01 cm/s; molar_volume = 18 mL/mol }} }}
membrane bo (b | o) {{ area = 10 um2; water w {{ permeability = 0.01 cm/s; molar_volume = 18 mL/mol }} }}
scenario s {{ run 1 s; measure oa = a.osmolarity at start; measure ob = b.osmolarity at start }}
"""


@pytest.mark.parametrize("order", [("a", 150, "b", 110), ("b", 110, "a", 150)])
def test_balances_wait_for_each_other_in_any_order(order) -> None:
    found = dict(model(CHAIN.format(*order)).run().measures)
    assert found["oa"] == pytest.approx(300, rel=1e-14)
    assert found["ob"] == pytest.approx(300, rel=1e-14)


BOTH = """
compartment a { volume = 1 pL; ATP = 1 mM; S balances osmolarity }
compartment b { volume = 1 pL; ATP = 9 mM; S balances osmolarity }
membrane m (a | b) { area = 10 um2;  water w { permeability = 0.01 cm/s; molar_volume = 18 mL/mol } }
"""


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        (BOTH, "ION305", "each wait for the other"),
        ("compartment a { volume = 1 pL; S balances osmolarity }", "ION306", "has nothing to balance"),
        (cell(inside="ATP = 350 mM; S balances osmolarity"), "ION304", "S cannot balance the osmolarity of cell"),
        (cell(inside="Cl = 5 mM; A balances charge"), "ION304", "A cannot balance the charge of cell"),
        (cell(inside="S = 5 mM; S balances charge"), "ION305", "given twice"),
        (cell(inside="S balances charge"), "ION301", "carries no charge"),
        (cell(inside="K balances osmolarity"), "ION301", "carries charge"),
        (cell(inside="Na = 1 mM; A balances charge; Cl balances charge"), "ION305", "two species"),
        (cell(permeability="0.01 cm"), "ION204", "permeability"),
        (cell().replace("permeability = 0.01 cm/s; ", ""), "ION306", "has no `permeability`"),
        (cell().replace("molar_volume = 18 mL/mol;", ""), "ION306", "has no `molar_volume`"),
        (cell(area="", permeability="0.01 cm/s"), "ION306", "area"),
        (cell().replace("volume = 1 pL; ", ""), "ION306", "has no `volume`"),
        (cell(volume="-1 pL"), "ION312", "above 0"),
        (cell(area="area = wall.area;"), "ION401", "needs its own value"),
        (cell(volume="cell.volume"), "ION401", "needs its own value"),
        (cell(acts="measure v = wall.V at end"), "ION116", "has no value"),
        (cell(pressure="pressure = 3 mM"), "ION204", "pressure"),
        (cell(acts="at 1 s: set outside.volume = 2 pL"), "ION110", "cannot be set"),
        (cell(acts="from 1 s: hold cell.S"), "ION110", "cannot be set"),
        (SHARED.replace("n1.volume - n2.volume; S", "n1.volume - 3*n2.volume; S").replace("measure sum_start = n1.volume + n2.volume + ecs.volume at start; ACTS", ""), "ION312", "above 0"),
        ("bath p { S = 1 mM }\nbath q { S = 2 mM }\nmembrane m (p | q) { area = 1 um2; water w { permeability = 1 cm/s; molar_volume = 18 mL/mol } }", "ION345", "joins two baths"),
        ("compartment p { volume = q.volume + 0 pL; S = 1 mM }\ncompartment q { volume = p.volume; S = 2 mM }", "ION401", "needs its own value"),
    ],
)  # fmt: skip
def test_a_mistake_gives_one_message(text: str, code: str, words: str) -> None:
    found = mistakes(text)
    assert [c for c, _ in found] == [code], found
    assert words in found[0][1]


def test_without_temperature_a_pressure_has_no_meaning() -> None:
    import ionlang

    text = "solute S\n" + cell(pressure="pressure = 100 Pa * (cell.volume/(1 pL) - 1)")
    found = [(d.code, d.message) for d in ionlang.loads(text).check() if d.severity == "error"]
    assert [c for c, _ in found] == ["ION306"], found
    assert "how warm" in found[0][1]


def test_water_alone_needs_no_potential() -> None:
    assert codes(cell()) == []


def test_a_current_per_area_needs_an_area_that_stays() -> None:
    text = """
        temperature = 37 degC
        ion K { valence = +1 }
        compartment cell { volume = 1 pL;  K = 140 mM }
        bath outside { K = 140 mM }
        membrane wall (cell | outside) {
            area = AREA;  capacitance = 1 uF/cm2
            V from currents starting at 0 mV
            channel leak { carries K;  conductance = 0.1 mS/cm2 }
            water w { permeability = 0.01 cm/s;  molar_volume = 18 mL/mol }
        }
        scenario s { run 1 ms;  inject CURRENT into wall carried by K;  expect wall.V at end > 0 mV }
    """
    sphere = text.replace("AREA", "4*pi*(3*cell.volume/(4*pi))^(2/3)")
    assert "ION316" in codes(sphere.replace("CURRENT", "1 uA/cm2"))
    assert "ION316" not in codes(sphere.replace("CURRENT", "10 pA"))
    assert "ION316" not in codes(text.replace("AREA", "500 um2").replace("CURRENT", "1 uA/cm2"))
