"""Reactions, turned matter and variables against closed forms; what they keep; what the program refuses."""

from __future__ import annotations

from collections.abc import Mapping
from math import exp, sqrt

import numpy as np
import pytest

import ionlang
from ionlang.simulate.solution import Solution

ONE_PLACE = """
temperature = 37 degC
{species}
compartment cell {{ volume = 2 pL; {contents} }}
{body}
scenario s {{ run {span}; {acts} }}
"""


def model(contents: str, body: str, acts: str = "", span: str = "3 s") -> ionlang.api.Model:
    """Chemistry of solutes in one compartment; the names of the species are read from its contents."""
    names = [part.split("=")[0].strip() for part in contents.split(";")]
    species = "\n".join(f"solute {name}" for name in names)
    read = ionlang.loads(
        ONE_PLACE.format(species=species, contents=contents, body=body, acts=acts, span=span), "cell.ion"
    )
    errors = [(d.code, d.message, d.primary.span.text) for d in read.check() if d.severity == "error"]
    assert not errors, errors
    return read


def columns(solution: Solution, *paths: str) -> Mapping[str, np.ndarray]:
    return {path: np.asarray(solution[path]) for path in paths}


def at_rest(read: ionlang.api.Model) -> dict[str, float]:
    (only,) = read.equilibria()
    return dict(zip([s.path for s in read.machine.system.states], only.state, strict=True))


FORWARD, BACKWARD = 2.0, 0.5  # per second
EXCHANGE = f"reaction R in cell {{ turns A into B; forward = {FORWARD} /s; backward = {BACKWARD} /s }}"


def test_a_reversible_reaction_relaxes_with_the_sum_of_its_rate_constants() -> None:
    solution = model("A = 3 mM; B = 0.5 mM", EXCHANGE).run(rtol=1e-10)
    t = np.asarray(solution["time"])
    total, rest = 3.5, 3.5 * BACKWARD / (FORWARD + BACKWARD)
    expected = rest + (3.0 - rest) * np.exp(-(FORWARD + BACKWARD) * t)
    assert np.abs(np.asarray(solution["cell.A"]) - expected).max() < 1e-8
    assert np.abs(np.asarray(solution["cell.B"]) - (total - expected)).max() < 1e-8
    assert solution.conservation_drift < 1e-9


def test_it_rests_exactly_where_the_rate_constants_say() -> None:
    read = model("A = 3 mM; B = 0.5 mM", EXCHANGE)
    rest = at_rest(read)
    assert rest["cell.B"] / rest["cell.A"] == pytest.approx(FORWARD / BACKWARD, rel=1e-13)
    assert rest["cell.A"] + rest["cell.B"] == pytest.approx(3.5, rel=1e-14)
    (slowest,) = (e.slowest for e in read.equilibria())
    assert slowest == pytest.approx(1000 / (FORWARD + BACKWARD), rel=1e-12)


@pytest.mark.parametrize(
    "law",
    [
        "rate = 2 /s * A - 0.5 /s * B",
        "rate = (2 /s * A - 0.5 /s * B) * cell.volume",
        "rate = mass_action(2 /s); equilibrium_constant = 4",
        "forward = 2 /s; equilibrium_constant = 4",
        "backward = 0.5 /s; equilibrium_constant = 4",
        "param k = 2 /s; let flow = k * A; rate = flow - flow * exp(-affinity); equilibrium_constant = 4",
    ],
)
def test_one_reaction_may_be_written_in_several_ways(law: str) -> None:
    contents = "A = 3 mM; B = 0.5 mM"
    written = model(contents, f"reaction R in cell {{ turns A into B; {law} }}").run(rtol=1e-9)
    plain = model(contents, EXCHANGE).run(rtol=1e-9)
    assert written["cell.A"][-1] == pytest.approx(plain["cell.A"][-1], rel=1e-7)
    assert written["R.rate"][0] == pytest.approx(plain["R.rate"][0], rel=1e-12)


def test_a_rate_is_read_as_an_amount_per_time() -> None:
    solution = model("A = 3 mM; B = 0.5 mM", EXCHANGE).run()
    (rate,) = solution.machine.paths(["R.rate"])(
        np.zeros(1), solution.states(np.zeros(1)), solution.machine.parameters({})
    )
    assert rate[0] == pytest.approx((2.0 * 3 - 0.5 * 0.5) * 2 / 1000, rel=1e-14)  # fmol/ms in 2 pL


def test_second_order_decay_of_pairs() -> None:
    """d[A]/dt = −2 k [A]²."""
    solution = model(
        "A = 3 mM; B = 0 mM", "reaction R in cell { turns 2 A into B; forward = 0.7 /mM/s }"
    ).run(rtol=1e-10)
    t = np.asarray(solution["time"])
    expected = 3.0 / (1 + 2 * 3.0 * 0.7 * t)
    assert np.abs(np.asarray(solution["cell.A"]) / expected - 1).max() < 1e-7
    assert np.abs(np.asarray(solution["cell.B"]) - (3.0 - expected) / 2).max() < 1e-7


def test_two_partners_of_unlike_amount() -> None:
    """[A] = (A₀ − B₀) A₀/(A₀ − B₀ e^(−(A₀ − B₀) k t))."""
    a, b, k = 3.0, 1.0, 0.7
    solution = model(
        f"A = {a} mM; B = {b} mM; C = 0 mM",
        f"reaction R in cell {{ turns A, B into C; forward = {k} /mM/s }}",
    ).run(rtol=1e-10)
    t = np.asarray(solution["time"])
    expected = (a - b) * a / (a - b * np.exp(-(a - b) * k * t))
    assert np.abs(np.asarray(solution["cell.A"]) / expected - 1).max() < 1e-7
    names = {law.name for law in solution.machine.system.invariants}
    assert names == {"total A + C in cell", "total B + C in cell"}


TURNOVER = """
reaction make in cell { turns nothing into P; rate = 0.3 mM/s }
reaction lose in cell { turns P into nothing; rate = 0.6 /s * P }
"""


def test_synthesis_and_decay_meet() -> None:
    read = model("P = 2 mM", TURNOVER)
    assert [d.code for d in read.check()] == ["ION315", "ION315"]
    t = np.asarray(read.run(rtol=1e-10)["time"])
    found = np.asarray(read.run(rtol=1e-10)["cell.P"])
    assert np.abs(found - (0.5 + 1.5 * np.exp(-0.6 * t))).max() < 1e-8
    assert at_rest(read)["cell.P"] == pytest.approx(0.5, rel=1e-14)
    assert not read.machine.system.invariants


def test_what_is_blocked_does_not_react() -> None:
    acts = "from 1 s: block R by 60 %; measure before = R.rate at 0.999999 s; measure after = R.rate at 1.000001 s"
    found = dict(model("A = 3 mM; B = 0.5 mM", EXCHANGE, acts).run(rtol=1e-9).measures)
    assert found["after"] / found["before"] == pytest.approx(0.4, rel=1e-5)


def test_what_is_held_feeds_a_reaction() -> None:
    solution = model("A = 3 mM held; B = 0 mM", "reaction R in cell { turns A into B; forward = 2 /s }").run(
        rtol=1e-9
    )
    assert solution["cell.B"][-1] == pytest.approx(18.0, rel=1e-8)
    assert [s.path for s in solution.machine.system.states] == ["cell.B"]


def test_a_catalyst_stays() -> None:
    read = model(
        "enzyme = 0.1 mM; A = 3 mM; B = 0 mM",
        "reaction R in cell { turns A, enzyme into B, enzyme; forward = 2 /mM/s }",
    )
    solution = read.run(rtol=1e-9)
    assert solution["cell.A"][-1] == pytest.approx(3 * exp(-0.2 * 3), rel=1e-7)
    assert "cell.enzyme" not in [s.path for s in solution.machine.system.states]


BINDING = """
temperature = 37 degC
ion Ca { valence = +2 }
ion CaB { valence = +1 }
impermeant B { valence = -1 }
impermeant X { valence = +1 }
compartment cell { volume = 2 pL; Ca = 0.1 mM; CaB = 1e-9 mM; B = 0.3 mM; X balances charge }
reaction binding in cell { turns Ca, B into CaB; forward = 100 /mM/s; backward = 1 /s }
scenario s { run 10 s }
"""


def test_calcium_and_its_buffer() -> None:
    """K = 10 µM: [CaB] = (s − √(s² − 4 Ca B))/2 with s = Ca + B + K."""
    read = ionlang.loads(BINDING)
    assert not read.check()
    rest = at_rest(read)
    s = 0.1 + 0.3 + 0.01
    bound = (s - sqrt(s * s - 4 * 0.1 * 0.3)) / 2
    assert rest["cell.CaB"] == pytest.approx(bound, rel=1e-7)  # 1 pM of it was there before
    names = [law.name for law in read.machine.system.invariants]
    assert set(names) == {"total Ca + CaB in cell", "total B + CaB in cell"}
    assert read.run(rtol=1e-9).conservation_drift < 1e-9


PROTONS = """
temperature = 37 degC
ion H { valence = +1 }
ion HCO3 { valence = -1 }
solute CO2
impermeant fixed { valence = +1 }
bath air { CO2 = 1.2 mM }
compartment cell { volume = 2 pL; H = 100 nM; HCO3 = 15 mM; CO2 = 1.2 mM; fixed balances charge }
flux breath { moves CO2 from air to cell; rate = 5 /s * (air.CO2 - cell.CO2) * cell.volume }
reaction hydration in cell {
    turns CO2 into H, HCO3
    forward = 0.15 /s
    equilibrium_constant = 0.8 uM
}
let pH = -log(cell.H/(1 M))/log(10)
scenario s { run 60 s; measure final = pH at end; expect pH at end = 7.0 +- 0.2 }
"""


def test_a_buffer_of_protons_finds_its_ph() -> None:
    read = ionlang.loads(PROTONS)
    assert not [d for d in read.check() if d.severity == "error"], read.check()
    solution = read.run(rtol=1e-9)
    assert solution.passed
    at_end = solution.states(np.array([solution.end]))[:, 0]
    found = dict(zip([s.path for s in read.machine.system.states], at_end, strict=True))
    assert found["cell.H"] * found["cell.HCO3"] / found["cell.CO2"] == pytest.approx(0.8e-3, rel=1e-6)
    assert found["cell.CO2"] == pytest.approx(1.2, rel=1e-6)
    # Protons and bicarbonate come and go together: their difference is what it was.
    assert found["cell.HCO3"] - found["cell.H"] == pytest.approx(15 - 1e-4, rel=1e-10)


PUMP = """
temperature = 37 degC
ion Na { valence = +1 }
ion K { valence = +1 }
ion Cl { valence = -1 }
impermeant A { valence = -1 }
solute ATP
solute ADP
solute Pi
compartment inside {
    volume = 2 pL
    Na = 15 mM; K = 140 mM; Cl = 7 mM; A balances charge
    ATP = 3 mM; ADP = 0.05 mM; Pi = 3 mM
}
bath outside { Na = 145 mM; K = 4 mM; Cl = 149 mM }
membrane soma (inside | outside) {
    area = 900 um2
    capacitance = 1 uF/cm2
    V from currents starting at -70 mV
    channel K_leak { carries K; conductance = 0.1 mS/cm2 }
    channel Na_leak { carries Na; conductance = 0.01 mS/cm2 }
    pump NaK {
        moves 3 Na out, 2 K in
        turns in.ATP into in.ADP, in.Pi
        equilibrium_constant = 2e5 M
        param K_Na = 10 mM
        rate = 30 fmol/s * hill(in.Na, K_Na, 3) * michaelis(out.K, 1.5 mM) * michaelis(in.ATP, 0.5 mM)
               * (1 - exp(-affinity))
    }
}
reaction synthesis in inside { turns ADP, Pi into ATP; rate = 1 /s * ADP }
scenario s { run 120 s; measure before = soma.NaK.rate at start }
scenario tuned { set soma.NaK.K_Na = 5 mM; run 1 s; measure before = soma.NaK.rate at start }
"""


def test_a_pump_gives_its_products_back_to_who_makes_atp() -> None:
    read = ionlang.loads(PUMP)
    assert not read.check()
    names = [law.name for law in read.machine.system.invariants]
    assert "total ATP + ADP in inside" in names
    assert "total ATP + Pi in inside" in names
    solution = read.run("s", rtol=1e-9)
    assert solution.conservation_drift < 1e-9
    nucleotides = np.asarray(solution["inside.ATP"]) + np.asarray(solution["inside.ADP"])
    assert np.abs(nucleotides - 3.05).max() < 1e-12
    # Demand and supply meet: what the pump turns is made again.
    assert solution["soma.NaK.rate"][-1] == pytest.approx(solution["synthesis.rate"][-1], rel=1e-3)


def test_a_higher_affinity_for_sodium_is_a_parameter() -> None:
    read = ionlang.loads(PUMP)
    plain, tuned = (dict(read.run(name).measures)["before"] for name in ("s", "tuned"))
    hill = {k: 15**3 / (15**3 + k**3) for k in (10, 5)}
    assert tuned / plain == pytest.approx(hill[5] / hill[10], rel=1e-12)


def test_what_a_pump_turns_may_name_its_side() -> None:
    text = PUMP.replace("turns in.ATP into in.ADP, in.Pi", "turns ATP into inside.ADP, Pi")
    (before,) = dict(ionlang.loads(text).run("tuned").measures).values()
    assert before == pytest.approx(dict(ionlang.loads(PUMP).run("tuned").measures)["before"], rel=1e-14)


OXYGEN = """
solute O2
bath blood { O2 = 0.09 mM }
compartment tissue { volume = 1 pL; O2 = 0.05 mM }
flux supply { moves O2 from blood to tissue; rate = 2 /s * (blood.O2 - tissue.O2) * tissue.volume }
reaction burning in tissue { turns O2 into nothing; rate = 0.1 mM/s * michaelis(O2, 0.01 mM) }
scenario s { run 20 s }
"""


def test_oxygen_rests_where_supply_meets_use() -> None:
    """2 (0.09 − x)(x + 0.01) = 0.1 x."""
    read = ionlang.loads(OXYGEN)
    a, b, c = 2.0, 0.1 - 2 * 0.08, -2 * 0.09 * 0.01
    assert at_rest(read)["tissue.O2"] == pytest.approx((-b + sqrt(b * b - 4 * a * c)) / (2 * a), rel=1e-12)


GLUTAMATE = """
solute glutamate
compartment vesicles { volume = 0.1 pL; glutamate = 100 mM }
compartment cleft { volume = 0.01 pL; glutamate = 0 mM }
compartment glia { volume = 1 pL; glutamate = 0 mM }
param release = 0 /s
flux exocytosis { moves glutamate from vesicles to cleft; rate = release * vesicles.glutamate * vesicles.volume }
flux clearance { moves glutamate from cleft to glia; rate = 0.2 fmol/s * michaelis(cleft.glutamate, 0.02 mM) }
scenario s {
    run 2 s
    from 0.1 s for 10 ms: set release = 1 /s
    measure peak = max(cleft.glutamate)
    measure left = cleft.glutamate at end
}
"""


def test_glutamate_is_released_and_cleared() -> None:
    solution = ionlang.loads(GLUTAMATE).run(rtol=1e-9)
    found = dict(solution.measures)
    released = 10.0 * (1 - exp(-0.01))  # fmol
    assert 0 < found["peak"] < released / 0.01
    assert found["left"] < 1e-6 * found["peak"]
    assert solution["glia.glutamate"][-1] == pytest.approx(released, rel=1e-6)
    assert solution.conservation_drift < 1e-9


# ── variables ──────────────────────────────────────────────────────────────────────────────────────────────────────

FACTOR = """
solute nothing_else
compartment cell {{ volume = 1 pL; nothing_else = 1 mM }}
param drive = 2
{variables}
scenario s {{ run {span}; {acts} }}
"""


def varying(variables: str, acts: str = "", span: str = "10 h") -> ionlang.api.Model:
    read = ionlang.loads(FACTOR.format(variables=variables, acts=acts, span=span))
    assert not [d for d in read.check() if d.severity == "error"], read.check()
    return read


def test_a_factor_drives_a_protein_over_days() -> None:
    """f = 2 (1 − e^(−t/τ)); p follows f with tau T: p = 2 (1 − (T e^(−t/T) − τ e^(−t/τ))/(T − τ))."""
    read = varying(
        "variable f { start = 0; inf = drive; tau = 2 h }\n"
        "variable density { start = 0 mS/cm2; inf = 3 mS/cm2 * f; tau = 1 day }",
        span="4 day",
    )
    solution = read.run(rtol=1e-9)
    t, slow, fast = np.asarray(solution["time"]) / 3600, 24.0, 2.0
    expected = 6 * (1 - (slow * np.exp(-t / slow) - fast * np.exp(-t / fast)) / (slow - fast))
    assert np.abs(np.asarray(solution["density"]) - expected).max() < 1e-6
    assert [s.kind for s in read.machine.system.states] == ["variable", "variable"]
    assert {"f", "density"} <= set(solution)


def test_without_a_start_it_begins_at_rest() -> None:
    read = varying("variable f { inf = drive; tau = 2 h }\nvariable g { inf = 3*f; tau = 1 h }")
    solution = read.run()
    assert (solution["f"][0], solution["g"][0]) == (2.0, 6.0)
    assert solution["g"][-1] == pytest.approx(6.0, rel=1e-12)


def test_a_variable_may_run_down_by_its_own_rate() -> None:
    solution = varying("variable q { start = 3 mV; rate = -q/(1 h) }").run(rtol=1e-9)
    assert solution["q"][-1] == pytest.approx(3 * exp(-10), rel=1e-6)


def test_a_variable_is_set_and_held_as_a_state() -> None:
    acts = "at 1 h: set f = 7; from 2 h for 3 h: hold f; measure early = f at 1 h; measure late = f at 4.9 h"
    found = dict(varying("variable f { start = 2; inf = drive; tau = 1 h }", acts).run(rtol=1e-9).measures)
    assert found["late"] == pytest.approx(2 + 5 * exp(-1), rel=1e-7)


def test_variables_come_to_rest_with_the_cell() -> None:
    read = varying(
        "variable f { start = -5; rate = (drive - f - f^3)/(1 h) }\nvariable g { start = 1; inf = f; tau = 1 h }"
    )
    rest = at_rest(read)
    assert rest["f"] == pytest.approx(1.0, rel=1e-9)
    assert rest["g"] == pytest.approx(1.0, rel=1e-9)


# ── what is refused ────────────────────────────────────────────────────────────────────────────────────────────────

REACTING = """
ion H {{ valence = +1 }}
solute A
solute B
bath blood {{ A = 1 mM }}
compartment cell {{ volume = 1 pL; A = 1 mM; B = 1 mM }}
compartment other {{ volume = 1 pL; A = 1 mM }}
{body}
"""


@pytest.mark.parametrize(
    ("body", "code", "text"),
    [
        ("reaction R { turns A into B; forward = 1 /s }", "ION035", "reaction R"),
        ("reaction R in cell { forward = 1 /s }", "ION306", "reaction R in cell"),
        ("reaction R in cell { turns A into B }", "ION306", "reaction R in cell"),
        ("reaction R in nowhere { turns A into B; forward = 1 /s }", "ION101", "nowhere"),
        ("reaction R in blood { turns A into nothing; forward = 1 /s }", "ION322", "blood"),
        ("reaction R in cell { turns A into H; forward = 1 /s }", "ION303", "H"),
        ("reaction R in cell { turns A into other.A; forward = 1 /s }", "ION307", "other.A"),
        ("reaction R in cell { turns A into A; forward = 1 /s }", "ION307", "turns A into A"),
        ("reaction R in cell { turns 1.5 A into B; forward = 1 /s }", "ION307", "1.5"),
        ("reaction R in cell { turns 2 A into B; forward = 1 /s }", "ION204", "1 /s"),
        ("reaction R in cell { turns A into B; backward = 1 /mM/s }", "ION204", "1 /mM/s"),
        ("reaction R in cell { turns A into B; rate = 1 mM }", "ION204", "1 mM"),
        ("reaction R in cell { turns A into B; rate = 1 mM/s; forward = 1 /s }", "ION305", "forward"),
        ("reaction R in cell { turns A into B; turns B into A; forward = 1 /s }", "ION305", "turns B into A"),
        (
            "reaction R in cell { turns A into B; forward = 1 /s; backward = 1 /s; equilibrium_constant = 1 }",
            "ION305", "equilibrium_constant",
        ),
        ("reaction R in cell { turns 2 A into B; forward = 1 /mM/s; equilibrium_constant = 1 mM }", "ION204", "1 mM"),
        ("reaction R in cell { turns A into B; forward = -1 /s }", "ION312", "-1 /s"),
        ("reaction R in cell { turns A into B; rate = 1 /s * A * affinity }", "ION320", "affinity"),
        ("reaction R in cell { turns A into B; rate = mass_action(1 /s) }", "ION320", "mass_action(1 /s)"),
        ("param p = affinity", "ION107", "affinity"),
        ("reaction R in cell { turns A into B; moves A from cell to other; forward = 1 /s }", "ION107",
         "moves A from cell to other"),
        ("flux F { turns A into B; moves A from cell to other; rate = 1 fmol/s }", "ION107", "turns A into B"),
        ("variable q { rate = 1 /s }", "ION306", "variable q"),
        ("variable q { start = 1 }", "ION306", "variable q"),
        ("variable q { start = 1; inf = 2 }", "ION306", "variable q"),
        ("variable q { start = 1; inf = 2; rate = 1 /s }", "ION305", "inf"),
        ("variable q { start = 1; rate = 1 /s; tau = 1 s }", "ION305", "tau"),
        ("variable q { start = 1 mV; rate = 1 /s }", "ION204", "1 /s"),
        ("variable q { start = 1 mV; inf = 2 mM; tau = 1 s }", "ION204", "2 mM"),
        ("variable q { inf = q; tau = 1 s }", "ION401", "q"),
        ("variable q { inf = p; tau = 1 s }\nvariable p { inf = q; tau = 1 s }", "ION401", "q"),
        ("variable q { start = 1; inf = 2; tau = 0 s }", "ION312", "0 s"),
        ("param affinity = 1", "ION104", "affinity"),
    ],
)  # fmt: skip
def test_mistakes_are_told_once_where_they_are(body: str, code: str, text: str) -> None:
    found = [d for d in ionlang.loads(REACTING.format(body=body)).check() if d.severity == "error"]
    assert [(d.code, d.primary.span.text) for d in found] == [(code, text)]


def test_a_logarithm_of_nothing_is_refused_and_mass_action_of_it_is_not() -> None:
    body = "reaction R in cell {{ turns A into B; equilibrium_constant = 1; rate = {} }}"
    for law, codes in (("1 mM/s * affinity", ["ION304"]), ("mass_action(1 /s)", [])):
        text = REACTING.format(body=body.format(law)).replace("B = 1 mM", "B = 0 mM")
        found = [d for d in ionlang.loads(text).check() if d.severity == "error"]
        assert [d.code for d in found] == codes, law
    read = model("A = 1 mM; B = 0 mM", body.format("mass_action(1 /s)").replace("{{", "{").replace("}}", "}"))
    assert read.run()["cell.B"][-1] == pytest.approx((1 - exp(-6)) / 2, rel=1e-5)


def test_variables_stand_on_the_card_and_in_the_picture() -> None:
    from ionlang.analyse.objects import card_object
    from ionlang.analyse.report import card_text
    from ionlang.plot.choose import panels_of

    read = varying("variable f { start = 1 mV; inf = 3 mV * drive; tau = 1 h }")
    card = read.rest()
    assert "f 6 mV" in card_text(card)
    assert card.equilibria[0].state.variables["f"][0] == pytest.approx(6.0, rel=1e-12)
    assert "'variables': {'f': {'value': 1.0, 'unit': 'mV'}}" in str(card_object(card)["as_written"])
    assert [(p.name, p.kind) for p in panels_of(read.machine)] == [("f", "variable")]


def test_tolerances_follow_the_size_of_a_variable() -> None:
    """A tiny quantity is followed as closely as a large one."""
    for start in ("1e-14", "1", "1e9"):
        solution = varying(f"variable q {{ start = {start}; rate = -q/(1 h) }}").run(rtol=1e-8)
        assert solution["q"][-1] == pytest.approx(float(start) * exp(-10), rel=1e-5)
