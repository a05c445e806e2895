"""The four ways of V: they agree where they should, keep the charge, and come to rest where closed forms say."""

from __future__ import annotations

from math import log

import numpy as np
import pytest

from tests.places_models import at_rest, codes, mistakes, model

F = 96485.33212331001  # fC/fmol
RTF = 8.31446261815324 * 310.15 / 96.48533212331001  # mV

CURRENTS, CHARGE, ZERO = (
    "V from currents starting at -65 mV",
    "V from charge starting at -65 mV",
    "V from zero_current",
)

PUMP_LEAK = """
compartment inside {{ volume = {volume}; Na = 15 mM; K = 140 mM; Cl = 7 mM; {balance}; ATP = 3 mM held }}
bath outside {{ Na = 145 mM; K = 4 mM; Cl = 120 mM; S = 60 mM }}
membrane soma (inside | outside) {{
    area = {area}
    {capacitance}
    {potential}
    channel Na_leak {{ carries Na;  conductance = 0.02 mS/cm2 }}
    channel K_leak {{ carries K;  conductance = 0.1 mS/cm2 }}
    channel Cl_leak {{ carries Cl;  conductance = 0.05 mS/cm2 }}
    pump NaK {{ moves 3 Na out, 2 K in, uses 1 ATP;  current = 1 uA/cm2 * (in.Na/(10 mM + in.Na))^3 }}
    {more}
}}
scenario s {{ run {span}; {acts} }}
"""
BLOCKED = "from 50 s for 100 s: block NaK"
MOMENTS = (1, 20, 49, 50.5, 60, 100, 149, 150.5, 200, 300)
WATER = "water w { permeability = 0.01 cm/s; molar_volume = 18 mL/mol }"
SPHERE = "4*pi*(3*inside.volume/(4*pi))^(2/3)"


def cell(
    potential: str, *, acts: str = "", span: str = "300 s", capacitance: str = "capacitance = 1 uF/cm2", area: str = "1000 um2",
    balance: str = "A balances charge", volume: str = "2 pL", more: str = "",
) -> str:  # fmt: skip
    return PUMP_LEAK.format(
        potential=potential, acts=acts, span=span, capacitance=capacitance, area=area, balance=balance,
        volume=volume, more=more,
    )  # fmt: skip


def shown(text: str, rtol: float = 1e-10) -> dict[str, float]:
    return dict(model(text).run(rtol=rtol).measures)


def potentials(potential: str, **parts: str) -> np.ndarray:
    asked = "; ".join(f"measure v{i} = soma.V at {t} s" for i, t in enumerate(MOMENTS))
    found = shown(cell(potential, acts=f"{BLOCKED}\n{asked}", **parts), rtol=1e-11)
    return np.array([found[f"v{i}"] for i in range(len(MOMENTS))])


def test_charge_and_currents_give_the_same_potential() -> None:
    difference = potentials(CHARGE) - potentials(CURRENTS)
    assert np.abs(difference).max() < 1e-6


def test_without_inertia_the_potential_is_the_limit_of_a_small_capacitance() -> None:
    """The difference is charge that a capacitance takes: it falls in proportion."""
    limit = potentials(ZERO, capacitance="")
    off = [
        np.abs(potentials(CURRENTS, capacitance=f"capacitance = {c} uF/cm2") - limit).max()
        for c in (1e-1, 1e-2, 1e-4)
    ]
    assert off[2] < 1e-6
    assert off[0] / off[1] == pytest.approx(10, rel=0.05)


def test_zero_current_is_where_the_currents_cancel() -> None:
    run = model(cell(ZERO, capacitance="", acts=BLOCKED)).run(rtol=1e-9)
    inside = {ion: np.asarray(run[f"inside.{ion}"]) for ion in ("Na", "K", "Cl")}
    e = {
        ion: RTF * z * np.log(out / inside[ion])
        for ion, z, out in (("Na", 1, 145), ("K", 1, 4), ("Cl", -1, 120))
    }
    pump = np.where((np.asarray(run["time"]) >= 50) & (np.asarray(run["time"]) <= 150), 0, 1)
    current = pump * (inside["Na"] / (10 + inside["Na"])) ** 3  # uA/cm2
    expected = (0.02 * e["Na"] + 0.1 * e["K"] + 0.05 * e["Cl"] - current) / 0.17
    times = np.asarray(run["time"])
    apart = (np.abs(times - 50) > 1e-6) & (np.abs(times - 150) > 1e-6)
    assert np.abs(np.asarray(run["soma.V"]) - expected)[apart].max() < 1e-9


def test_from_charge_charge_is_capacitance_times_potential_though_the_area_moves() -> None:
    text = cell(CHARGE, area=SPHERE, more=WATER, balance="A balances charge; S balances osmolarity", acts=f"""{BLOCKED}
        measure q = inside.charge at end;  measure c = soma.capacitance at end;  measure v = soma.V at end
        measure a = soma.area at end;  measure p = inside.volume at end""")  # fmt: skip
    run = model(text).run(rtol=1e-9)
    found = dict(run.measures)
    assert found["c"] == pytest.approx(found["a"], rel=1e-14)  # 1 uF/cm2 is 1 pF per 100 um2
    assert found["q"] == pytest.approx(found["c"] * found["v"], rel=1e-8)  # 1e-10 of all ions
    assert abs(found["p"] - 2) > 1e-3
    (drift,) = (d.size for d in run.drifts if d.name.startswith("charge"))
    assert drift < 1e-12


def test_from_currents_with_a_moving_area_keeps_no_charge_and_the_program_does_not_claim_it() -> None:
    text = cell(CURRENTS, area=SPHERE, more=WATER, balance="A balances charge; S balances osmolarity")
    read = model(text)
    assert [law.exact for law in read.machine.system.invariants if law.name.startswith("charge")] == [False]


@pytest.mark.parametrize("excess", [0.0, 0.003])
def test_without_a_start_the_charge_is_what_the_first_side_holds(excess: float) -> None:
    text = cell("V from charge", balance=f"A = {148 + excess} mM", acts="measure v = soma.V at start")
    assert shown(text)["v"] == pytest.approx(-excess * 2 * F / 10, abs=1e-6)


NESTED = """
compartment nucleus { volume = 0.5 pL; K = 140 mM; Cl = 7 mM;  A = 133 mM }
compartment cytosol { volume = 2 pL; K = 140 mM; Cl = 7 mM;  A = 133 mM }
bath outside { K = 4 mM; Cl = 4 mM }
membrane envelope (nucleus | cytosol) { area = 200 um2; capacitance = 1 uF/cm2; V from currents starting at -10 mV
  channel c { carries K;  conductance = 0.01 mS/cm2 } }
membrane soma (cytosol | outside) { area = 1000 um2; capacitance = 1 uF/cm2; V from charge
  channel c { carries K;  conductance = 0.01 mS/cm2 } }
scenario s { run 1 s
  measure v = soma.V at start;  measure q = cytosol.charge at end;  measure e = envelope.V at end;  measure w = soma.V at end }
"""


def test_what_an_inner_membrane_holds_is_counted() -> None:
    """The cytosol is neutral at the start, −20 fC of its ions belong to the envelope: C V = q + C V of the envelope."""
    found = shown(NESTED)
    assert found["v"] == pytest.approx(-2, rel=1e-12)
    assert found["q"] == pytest.approx(10 * found["w"] - 2 * found["e"], abs=1e-6)


# --- rest


def test_a_cell_without_a_pump_comes_to_donnan_equilibrium_with_water() -> None:
    """Ions at equilibrium, neutral (C → 0), isosmotic: K, Na and Cl by one Donnan ratio r, the volume by osmolarity."""
    text = """
    compartment cell { volume = 1 pL; Na = 20 mM; K = 130 mM; Cl = 50 mM; A balances charge }
    bath outside { Na = 145 mM; K = 5 mM; Cl = 150 mM; S = 200 mM }
    membrane m (cell | outside) {
        area = 500 um2
        V from zero_current
        channel na { carries Na; conductance = 0.02 mS/cm2 }
        channel k { carries K; conductance = 0.1 mS/cm2 }
        channel cl { carries Cl; conductance = 0.05 mS/cm2 }
        water w { permeability = 0.01 cm/s; molar_volume = 18 mL/mol }
    }
    """
    found = at_rest(model(text))
    # 150 r = 150/r + a and 150 r + 150/r + a = 500, so 300 r = 500
    r = 500 / 300
    volume = 100 / (150 * r - 150 / r)  # A is 100 fmol
    assert found["cell.volume"] == pytest.approx(volume, rel=1e-11)
    for ion, outside, power in (("Na", 145, 1), ("K", 5, 1), ("Cl", 150, -1)):
        assert found[f"amount(cell.{ion})"] == pytest.approx(outside * r**power * volume, rel=1e-11)


def test_zero_current_comes_to_rest_at_the_donnan_potential() -> None:
    text = """
    compartment cell { volume = 1 pL; K = 130 mM; Cl = 50 mM; A balances charge }
    bath outside { K = 150 mM; Cl = 150 mM }
    membrane m (cell | outside) {
        area = 500 um2
        V from zero_current
        channel k { carries K; conductance = 0.1 mS/cm2 }
        channel cl { carries Cl; conductance = 0.05 mS/cm2 }
    }
    scenario s { begin at rest;  measure v = m.V at rest }
    """
    a = 80.0
    r = (a + (a**2 + 4 * 150**2) ** 0.5) / 300
    (rest,) = model(text).equilibria()
    assert dict(zip(("K", "Cl"), rest.state, strict=True)) == pytest.approx(
        {"K": 150 * r, "Cl": 150 / r}, rel=1e-12
    )
    assert shown(text.replace("begin at rest; ", "run 1 ms;  begin at rest; "))["v"] == pytest.approx(
        -RTF * log(r), rel=1e-11
    )


@pytest.mark.parametrize(("potential", "capacitance"), [(CURRENTS, "1"), (CHARGE, "1"), (ZERO, "")])
def test_a_pump_leak_cell_with_volume_rests_where_all_its_equations_do(
    potential: str, capacitance: str
) -> None:
    """At rest every ion's leak cancels its pump, the osmolarities are equal and the charge is C V."""
    text = cell(
        potential, more=WATER, balance="A balances charge; S balances osmolarity",
        capacitance=f"capacitance = {capacitance} uF/cm2" if capacitance else "",
    )  # fmt: skip
    read = model(text)
    found = at_rest(read)
    volume = found["inside.volume"]
    c = {ion: found[f"amount(inside.{ion})"] / volume for ion in ("Na", "K", "Cl")}
    volts = RTF * log(c["Cl"] / 120)  # chloride has no pump
    pump = (c["Na"] / (10 + c["Na"])) ** 3
    assert 0.02 * (volts - RTF * log(145 / c["Na"])) + 3 * pump == pytest.approx(0, abs=1e-8)
    assert 0.1 * (volts - RTF * log(4 / c["K"])) - 2 * pump == pytest.approx(0, abs=1e-8)
    if potential is CHARGE:
        assert found["soma.charge"] == pytest.approx(10 * volts, rel=1e-9)
    if potential is CURRENTS:
        assert found["soma.V"] == pytest.approx(volts, rel=1e-9)


# --- what scenarios do to it


@pytest.mark.parametrize(
    "act",
    [
        "from 10 s for 20 s: clamp soma.V to -50 mV",
        "from 10 s for 20 s: hold soma.V",
        "at 10 s: set soma.V = -20 mV",
        "at 10 s: add 5 mV to soma.V",
        "from 10 s for 5 s: inject 3 pA into soma carried by K",
        "from 10 s for 20 s: hold inside.K",
        "from 10 s for 20 s: clamp inside.K to 130 mM",
        "at 10 s: add 1 fmol to inside.K",
        "at 10 s: set inside.K = 120 mM",
    ],
)
def test_an_action_does_the_same_to_a_charge_as_to_a_potential(act: str) -> None:
    asked = "\n".join(f"measure v{t} = soma.V at {t} s" for t in (9, 12, 25, 35, 60))
    one, other = (
        shown(cell(way, span="60 s", acts=f"{act}\n{asked}"), rtol=1e-11) for way in (CURRENTS, CHARGE)
    )
    assert one == pytest.approx(other, abs=2e-6)
    assert one["v9"] != pytest.approx(one["v12"], abs=1e-4)


def test_an_injected_ion_moves_a_potential_without_inertia() -> None:
    """3 pA over the conductance of 1.7 nS, at once; the potassium arrives too."""
    text = cell(ZERO, capacitance="", span="2 s", more="", acts="""
        from 1 s: inject 3 pA into soma carried by K
        measure before = soma.V at 0.999999 s;  measure after = soma.V at 1.000001 s""")  # fmt: skip
    found = shown(text)
    assert found["after"] - found["before"] == pytest.approx(3 / 1.7, rel=1e-4)


@pytest.mark.parametrize("act", ["from 1 s: clamp soma.V to -50 mV", "from 1 s: hold soma.V", "at 1 s: set soma.V = 0 mV",
                                 "at 1 s: add 1 mV to soma.V", "set soma.V = 0 mV"])  # fmt: skip
def test_a_potential_that_is_no_state_is_no_target(act: str) -> None:
    assert codes(cell(ZERO, capacitance="", acts=act)) == ["ION110"]


def test_excluded_from_v_keeps_the_ions_and_drops_the_current() -> None:
    leak = "channel extra { carries K;  conductance = 0.3 mS/cm2; excluded from V }"
    asked = "measure i = soma.current at start;  measure all = soma.current(K) at start;  measure f = soma.extra.flux(K) at start"
    with_it, without = (shown(cell(CURRENTS, span="1 s", more=m, acts=a)) for m, a in
                        ((leak, asked), ("", asked.replace("soma.extra.flux", "soma.K_leak.flux"))))  # fmt: skip
    assert with_it["i"] == pytest.approx(without["i"], rel=1e-14)
    assert with_it["f"] == pytest.approx(3 * without["f"], rel=1e-12)
    assert with_it["all"] - without["all"] == pytest.approx(with_it["f"] * F, rel=1e-12)


TWO_PLACES = """
compartment soma { volume = 2 pL; Na = 15 mM; K = 140 mM; Cl = 7 mM; A balances charge }
compartment terminal { volume = 0.5 pL; K = 140 mM; Cl = 7 mM; Ca = 0.0001 mM; A balances charge }
compartment cleft { volume = 0.2 pL; Ca = 2 mM; K = 4 mM; Na = 145 mM;  Cl = 153 mM }
compartment ecs { volume = 1 pL; Na = 145 mM; K = 4 mM; Cl = 149 mM }
membrane cell (soma + terminal | ecs + cleft) {
    area = 1000 um2
    capacitance = 1 uF/cm2
    WAY
    channel ca { carries Ca between terminal and cleft;  conductance = 0.01 mS/cm2 }
    channel k { carries K between terminal and cleft;  conductance = 0.01 mS/cm2 }
    channel na { carries Na between ecs and soma;  conductance = 0.01 mS/cm2 }
    transporter p { moves 3 Na from soma to ecs, 2 K from ecs to soma;  rate = -0.001 fmol/s * (soma.Na/ecs.Na - 0.001) }
}
flux swap { moves K from soma to terminal; rate = 0.01 /s * (soma.K - terminal.K) * terminal.volume }
MORE
scenario s { run 10 s;  ACTS }
"""
GROUP = "charge in soma + terminal less C·V"


def two_places(way: str = CURRENTS, more: str = "", acts: str = "") -> str:
    return TWO_PLACES.replace("WAY", way).replace("MORE", more).replace("ACTS", acts)


@pytest.mark.parametrize("way", [CURRENTS, CHARGE])
def test_places_of_one_side_share_potential_and_charge(way: str) -> None:
    read = model(two_places(way, acts="""
        measure one = soma.charge at end;  measure two = terminal.charge at end;  measure v = cell.V at end
        measure i = cell.ca.current at start;  measure v0 = cell.V at start"""))  # fmt: skip
    assert GROUP in [law.name for law in read.machine.system.invariants]
    run = read.run(rtol=1e-9)
    found = dict(run.measures)
    assert run.conservation_drift < 1e-12
    assert found["one"] + found["two"] == pytest.approx(10 * found["v"], abs=1e-5)
    nernst = RTF / 2 * log(2 / 0.0001)
    assert found["i"] == pytest.approx(
        0.1 * (found["v0"] - nernst), rel=1e-12
    )  # 0.01 mS/cm2 × 1000 um2 = 0.1 nS


@pytest.mark.parametrize(
    "sides", ["store | terminal", "terminal | far"], ids=["behind", "in front"]
)  # fmt: skip
def test_a_further_membrane_of_one_of_the_places_is_counted(sides: str) -> None:
    more = f"""
    bath far {{ K = 4 mM }}
    compartment store {{ volume = 0.1 pL; K = 100 mM; Cl = 100 mM }}
    membrane other ({sides}) {{ area = 10 um2; capacitance = 1 uF/cm2; V from currents starting at 0 mV
        channel k {{ carries K;  permeability = 1e-6 cm/s }} }}
    """
    read = model(two_places(more=more))
    assert GROUP in [law.name for law in read.machine.system.invariants]
    drifts = {d.name: d.size for d in read.run(rtol=1e-8).drifts}
    assert drifts[GROUP] < 1e-14


def test_a_flux_between_places_of_one_potential_is_no_current() -> None:
    import ionlang
    from tests.places_models import MATTER

    found = [d.code for d in ionlang.loads(MATTER + two_places()).check()]
    assert "ION314" not in found


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        (cell(""), "ION306", "does not say where V comes from"),
        (cell(CURRENTS, capacitance=""), "ION306", "has no `capacitance`"),
        (cell(CHARGE, capacitance=""), "ION306", "has no `capacitance`"),
        (cell("V from curents"), "ION107", "cannot come from"),
        (cell(f"{CURRENTS}; V = 3 mV"), "ION305", "two owners"),
        (cell(f"{CURRENTS}; V from charge"), "ION305", "two owners"),
        (cell("V from zero_current starting at -3 mV", capacitance=""), "ION305", "no start of its own"),
        (cell("V from currents starting at -65 mM"), "ION204", ""),
        (cell("V from currents starting at soma.E(K)"), "ION316", "depends on a quantity that changes"),
        (cell(CHARGE, balance="A = 148 mM"), "ION349", "given already"),
        (cell("V = soma.V + 1 mV"), "ION401", "its own value"),
        (cell("V = 2 pA"), "ION204", ""),
        (cell(ZERO, capacitance="", acts="measure c = soma.capacitance at end"), "ION116", "has no value"),
        (two_places(acts="inject 5 pA into cell carried by K"), "ION346", "which of them gets the current"),
        (two_places(acts="measure e = cell.E(K) at end"), "ION346", "which K of this side"),
        (two_places().replace("carries K between terminal and cleft", "carries K"), "ION346", "which of them"),
        (two_places().replace("carries K between terminal and cleft", "carries K between terminal and soma"), "ION346", "the other side"),
        (two_places().replace("conductance = 0.01 mS/cm2 }\n    channel na", "conductance = 0.01 mS/cm2 * in.K/(1 mM) }\n    channel na"), "ION346", "which place"),
    ],
)  # fmt: skip
def test_a_mistake_gives_one_message(text: str, code: str, words: str) -> None:
    found = mistakes(text)
    assert words in found[0][1], found
    assert {c for c, _ in found} == {code}, found


def test_two_membranes_face_each_other() -> None:
    text = """
    compartment a { volume = 1 pL; K = 100 mM; Cl = 100 mM }
    compartment b { volume = 1 pL; K = 10 mM; Cl = 10 mM }
    membrane m (a | b) { area = 9 um2; capacitance = 1 uF/cm2; V from charge;  channel k { carries K; conductance = 1 mS/cm2 } }
    membrane n (b | a) { area = 9 um2; capacitance = 1 uF/cm2; V from charge;  channel k { carries Cl; conductance = 1 mS/cm2 } }
    """
    assert codes(text) == ["ION349"]
