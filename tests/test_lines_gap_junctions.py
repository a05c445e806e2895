"""Gap junctions along a line, against closed forms, and against the same junctions written out as membranes."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ionlang import loads
from ionlang.simulate.solution import Solution
from tests.electro_models import IONS, MORE, cells
from tests.lines_models import band_and_slopes

COULOMBS = 96485.33212
THERMAL = 8.314462618 * 310.15 / COULOMBS * 1e3  # mV


def last(solution: Solution, path: str) -> np.ndarray:
    """A quantity in every copy at the end."""
    found: np.ndarray = solution.profiles(path).values[:, -1]
    return found


PASSIVE = """
arrangement cell {{
    bath inside {{ }}
    bath outside {{ }}
    membrane soma (inside | outside) {{
        capacitance = 10 pF
        V from currents starting at -90 mV
        channel leak {{ carries charge;  conductance = 5 nS;  reversal = -90 mV }}
        channel grip {{ carries charge;  conductance = if x < 50 um then 20 nS else 0 nS;  reversal = 0 mV }}
    }}
}}
line row of 30 cell {{
    spacing = 50 um
    ends = closed
    gap_junction inside {{ {junction}  carries charge }}
}}
scenario settling {{ run 200 ms }}
"""


@pytest.mark.parametrize("junction", ["conductance = 20 nS;", "conductance = 50 pS;  number = 400;"])
def test_the_length_constant_of_a_passive_syncytium(junction: str) -> None:
    """V − E falls as cosh(μ (N − i)) with 2 (cosh μ − 1) = g_m/g; over many cells λ = √(g/g_m) of them."""
    v = last(loads(PASSIVE.format(junction=junction)).run(rtol=1e-9), "row.soma.V") + 90
    mu = math.acosh(1 + 5 / (2 * 20))
    i = np.arange(30)
    fall = np.cosh(mu * (29.5 - i))
    assert v / v[0] == pytest.approx(fall / fall[0], rel=1e-7)
    g_in = 20 * v[0] - 5 * v[0]  # what the grip lets in, less what leaks of the first cell
    assert 20 * (v[0] - v[1]) == pytest.approx(20 * (90 - v[0]) - 5 * v[0], rel=1e-7)
    assert g_in > 0


def test_where_there_are_no_junctions_nothing_passes() -> None:
    v = last(
        loads(PASSIVE.format(junction="conductance = if x < 500 um then 20 nS else 0 nS;")).run(),
        "row.soma.V",
    )
    assert v[9] > -89.9
    assert v[10:] == pytest.approx(np.full(20, -90.0), abs=1e-6)


PAIR = """
temperature = 37 degC
ion K  {{ valence = +1 }}
ion Cl {{ valence = -1 }}
ion Ca {{ valence = +2 }}
solute IP3
arrangement cell {{
    param V0 = if x < 50 um then -80 mV else -60 mV
    let RT_F = thermal_voltage
    compartment inside {{ volume = 2 pL;  K = {K};  Cl = {Cl};  Ca = {Ca};  IP3 = if x < 50 um then 2 mM else 1 mM }}
    bath outside {{ K = 3 mM }}
    membrane soma (inside | outside) {{
        capacitance = 10 pF
        V from currents starting at V0
        channel leak {{ carries K;  conductance = 1e-9 nS }}
    }}
}}
line pair of 2 cell {{
    spacing = 50 um
    ends = closed
    gap_junction inside {{ {junction} }}
}}
scenario begun {{ run 1 ns }}
"""
UNEQUAL = {
    "K": "if x < 50 um then 140 mM else 100 mM",
    "Cl": "8 mM",
    "Ca": "if x < 50 um then 1 mM else 3 mM",
}
BALANCED = {
    ion: f"{held} mM * exp(-({z}) * V0/(26.7268 mV))"
    for ion, held, z in (("K", 5, 1), ("Cl", 100, -1), ("Ca", 0.01, 2))
}
OHMIC = "conductance = 20 nS;  carries K : 4, Cl : 1, Ca : 0.5"
FIELD = "permeability = 0.1 pL/ms;  carries K, Cl : 0.5, Ca : 0.1, IP3 : 0.2"


def passing(junction: str, said: dict[str, str]) -> dict[str, float]:
    """The flux [fmol/s] of everything from the first cell of two to the second."""
    solution = loads(PAIR.format(junction=junction, **said)).run()
    names = [name for name in ("K", "Cl", "Ca", "IP3") if name in junction]
    return {name: solution.profiles(f"pair.inside.gap_junction.flux({name})").values[0, 0] for name in names}


def test_ions_pass_a_conductance_down_their_gradients() -> None:
    """I = g (ΔV + RT/(zF) ln(c/c')), each ion by its share of g."""
    found = passing(OHMIC, UNEQUAL)
    for ion, z, share, ratio in (("K", 1, 4, 1.4), ("Cl", -1, 1, 1), ("Ca", 2, 0.5, 1 / 3)):
        current = 20 * share / 5.5 * (-20 + THERMAL / z * math.log(ratio))  # pA
        assert found[ion] == pytest.approx(current / (z * COULOMBS) * 1e3, rel=1e-6), ion


def test_ions_pass_a_permeability_as_in_a_constant_field() -> None:
    """P (c L(u) − c' L(−u)), u = z ΔV F/RT, L(x) = x/(1 − exp(−x)); a solute P (c − c')."""
    found = passing(FIELD, UNEQUAL)
    for ion, z, share, held, beyond in (("K", 1, 1, 140, 100), ("Cl", -1, 0.5, 8, 8), ("Ca", 2, 0.1, 1, 3)):
        u = -20 * z / THERMAL
        flux = 0.1 * share * (held * u / (1 - math.exp(-u)) + beyond * u / (1 - math.exp(u)))
        assert found[ion] == pytest.approx(flux * 1e3, rel=1e-6), ion
    assert found["IP3"] == pytest.approx(0.1 * 0.2 * 1 * 1e3, rel=1e-6)


@pytest.mark.parametrize("junction", [OHMIC, FIELD])
def test_at_equilibrium_nothing_passes(junction: str) -> None:
    found, moving = passing(junction, BALANCED), passing(junction, UNEQUAL)
    for ion in ("K", "Cl", "Ca"):
        assert abs(found[ion]) < 1e-5 * abs(moving[ion])


@pytest.mark.parametrize("seed", range(3))
def test_what_passes_dissipates(seed: int) -> None:
    """Each ion down its own electrochemical gradient, whatever the others do."""
    rng = np.random.default_rng(seed)
    held = dict(zip(("K", "Cl", "Ca"), rng.uniform(0.1, 90, (3, 2)).tolist(), strict=True))
    said = {ion: f"if x < 50 um then {a} mM else {b} mM" for ion, (a, b) in held.items()}
    v = rng.uniform(-90, 40, 2)
    for junction in (OHMIC, FIELD):
        text = PAIR.replace("-80 mV else -60 mV", f"{v[0]} mV else {v[1]} mV")
        solution = loads(text.format(junction=junction, **said)).run()
        for ion, z in (("K", 1), ("Cl", -1), ("Ca", 2)):
            fall = THERMAL * math.log(held[ion][0] / held[ion][1]) + z * (v[0] - v[1])
            flux = solution.profiles(f"pair.inside.gap_junction.flux({ion})").values[0, 0]
            assert flux * fall > 0


def written_out(law: str) -> str:
    """Two of the cells with a membrane between them."""
    text = cells(count="2").replace("patch", "{0}")
    head, _, rest = text.partition("arrangement {0} {")
    body = rest[: rest.index("line tissue")]
    both = "".join(f"arrangement {name} {{{body}" for name in ("a", "b"))
    return (
        f"{head}{both}membrane gap (a.inside | b.inside) {{\n    V = a.soma.V - b.soma.V\n"
        f"    channel joint {{ carries K, Cl : 0.3;  {law} }}\n}}\nscenario later {{ run 1 s }}"
    )


@pytest.mark.parametrize("law", ["conductance = 20 nS", "permeability = 0.2 pL/ms"])
def test_it_is_the_gap_junction_written_as_a_membrane(law: str) -> None:
    line = loads(cells(count="2", couplings=f"gap_junction inside {{ carries K, Cl : 0.3;  {law} }}")).machine
    two = loads(written_out(law)).machine
    p, q = line.parameters({}), two.parameters({})
    y = np.array(line.initial_state(p)) * np.random.default_rng(0).uniform(0.9, 1.1, line.layout.states.size)
    names = [line.row_path(row).replace("tissue[1]", "a").replace("tissue[2]", "b") for row in range(y.size)]
    z = np.array([y[names.index(state.path)] for state in two.system.states])
    rates = np.array(two.scalar.rhs(0.0, z.tolist(), q))
    expected = np.array([rates[two.state_index[name]] for name in names])
    assert line.vector.rhs(0.0, y, p) == pytest.approx(expected, rel=1e-11, abs=1e-14)


SYNCYTIUM = f"""gap_junction inside {{ conductance = 20 nS;  carries K, Cl : 0.3 }}
    electrodiffusion outside {{ {IONS};  tortuosity = 1.6 }}"""


@pytest.mark.parametrize("way", ["currents starting at -80 mV", "charge"])
def test_beside_a_field_nothing_is_lost(way: str) -> None:
    """What flows through the junctions returns outside."""
    solution = loads(cells(more=MORE, couplings=SYNCYTIUM, way=way)).run()
    assert solution.conservation_drift < 1e-12
    within, around = (
        last(solution, f"tissue.{path}.current")
        for path in ("inside.gap_junction", "outside.electrodiffusion")
    )
    assert np.abs(within).max() > 1
    assert around == pytest.approx(-within, rel=1e-9, abs=1e-9)
    parts = [
        z * last(solution, f"amount(tissue.inside.{s})")
        for s, z in (("Na", 1), ("K", 1), ("Cl", -1), ("B", -1))
    ]
    assert sum(parts) * COULOMBS == pytest.approx(
        9.0 * last(solution, "tissue.soma.V"), abs=1e-12 * 300 * COULOMBS
    )


@pytest.mark.parametrize(
    "couplings",
    [SYNCYTIUM, "gap_junction inside { permeability = 0.2 pL/ms * (1 + x/(1 mm));  carries K, Cl : 0.3 }"],
    ids=["field", "permeability"],
)
def test_the_band_is_the_jacobian(couplings: str) -> None:
    found, expected = band_and_slopes(loads(cells(more=MORE, count="4", couplings=couplings)).machine)
    assert found == pytest.approx(expected, rel=1e-5, abs=1e-8 * np.abs(expected).max())


def test_a_scenario_closes_them() -> None:
    text = cells(count="3", more=MORE, couplings=SYNCYTIUM)
    closed = text.replace("run 2 s", "run 2 s;  set tissue.inside.gap_junction.conductance = 0 nS")
    assert np.abs(last(loads(closed).run(), "tissue.inside.gap_junction.current")).max() == 0
