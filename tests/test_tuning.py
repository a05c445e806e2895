"""`tune`: against closed forms, against the numbers of models that were chosen by hand, and back again."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ionlang
from ionlang.cli import main
from ionlang.constants import FARADAY, GAS_CONSTANT
from tests.tuning_models import CHORD, GHK, PUMP_LEAK, SQUID

BODY_HEAT = 310.15
RT_F = GAS_CONSTANT.in_cell_units * BODY_HEAT / FARADAY.in_cell_units  # mV
ANOXIA = Path(__file__).parents[1] / "examples" / "19_anoxia.ion"


def tuned(text: str, sentence: str, **given: str) -> dict[str, float]:
    """What is found, in cell units."""
    found = ionlang.loads(f"{text}\n{sentence}\n").tuned(given)
    return {name: each.value for name, each in found.items()}


def nernst(inside: float, outside: float, z: int = 1) -> float:
    return RT_F / z * math.log(outside / inside)


def test_a_conductance_for_a_resting_potential() -> None:
    wanted = 0.1 * (-65 - nernst(140, 4)) / (nernst(15, 145) + 65)
    assert tuned(CHORD, "tune g so that start is rest")["g"] == pytest.approx(wanted, rel=1e-13)
    assert tuned(CHORD, "tune g so that soma.V at rest = -65 mV")["g"] == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize("guess", ["1e-9 mS/cm2", "0 mS/cm2", "1000 mS/cm2"])
def test_where_it_is_linear_the_guess_does_not_matter(guess: str) -> None:
    text = CHORD.replace("g = 0.02 mS/cm2", f"g = {guess}")
    assert tuned(text, "tune g so that start is rest") == pytest.approx(
        tuned(CHORD, "tune g so that start is rest"), rel=1e-13
    )


@pytest.mark.parametrize("potential", [-80.0, -70.0, -30.0, 0.0, 40.0])
def test_a_permeability_from_the_constant_field_equation(potential: float) -> None:
    e = math.exp(potential / RT_F)
    # P_K (K_o - e K_i) + P_Na (Na_o - e Na_i) + P_Cl (Cl_i - e Cl_o) = 0
    wanted = -((4 - e * 140) + 0.45 * (7 - e * 116)) / (145 - e * 12)
    found = tuned(GHK, f"tune P_Na so that soma.V at rest = {potential} mV")["P_Na"]
    assert wanted > 0
    assert found / 1e-6 == pytest.approx(wanted, rel=1e-10)


def test_permeability_and_pump_against_mullins_and_noda() -> None:
    """With a pump of 3:2, r P_K (K_o - e K_i) + P_Na (Na_o - e Na_i) = 0 with r = 1.5."""
    e = math.exp(-65 / RT_F)
    found = tuned(PUMP_LEAK, "tune P_Na, rho, inside.Cl so that start is rest")
    assert found["P_Na"] / 1e-6 == pytest.approx(1.5 * (4 - e * 140) / (e * 12 - 145), rel=1e-12)
    assert found["inside.Cl"] == pytest.approx(149 * e, rel=1e-12)
    influx = found["P_Na"] * 1e-6 * 65 / RT_F  # the sodium current per area is carried back by the pump
    assert influx > 0 and found["rho"] > 0
    model = ionlang.loads(f"{PUMP_LEAK}\ntune P_Na, rho, inside.Cl so that start is rest")
    rest = model.equilibria()[0]
    assert rest.stable and rest.state[0] == pytest.approx(-65, abs=1e-9)


def test_the_numbers_of_the_anoxia_example_are_found_again() -> None:
    text = ANOXIA.read_text(encoding="utf-8")
    written = [float(re.search(rf"param {name} *= ([\d.e-]+)", text)[1]) for name in ("P_Na", "capacity")]  # type: ignore[index]
    plain = re.sub(r"(param P_Na +=) \S+", r"\1 5e-7", text)
    plain = re.sub(r"(param capacity +=) \S+", r"\1 10", plain)
    model = ionlang.loads(f"{plain}\ntune P_Na, capacity so that start is rest\n")
    found = model.tuned()
    assert [each.quantity[0] for each in found.values()] == pytest.approx(written, rel=1e-12)
    assert [each.quantity[1] for each in found.values()] == ["cm/s", "pmol/cm2/s"]
    assert model.run("healthy").passed


def test_the_leak_that_makes_minus_65_mV_the_rest_of_the_squid_axon() -> None:
    def linoid(x: float) -> float:
        return x / -math.expm1(-x)

    a, b = 1.0 * linoid(2.5 - 5), 4.0
    m = a / (a + b)
    h = 0.07 / (0.07 + 1 / (1 + math.exp(3)))
    a = 0.1 * linoid(-1.0)
    n = a / (a + 0.125)
    current = 120 * m**3 * h * (-65 - 50) + 36 * n**4 * (-65 + 77)
    found = tuned(SQUID, "tune E_leak so that start is rest")["E_leak"]
    assert found == pytest.approx(-65 + current / 0.3, rel=1e-12)
    back = SQUID.replace("E_leak = -50 mV", f"E_leak = {found!r} mV")
    assert tuned(back, "tune g_leak so that soma.V at rest = -65 mV".replace("soma", "axon"))[
        "g_leak"
    ] == pytest.approx(0.3, rel=1e-9)


def test_goals_at_rest_with_a_start_that_is_none() -> None:
    text = f"{PUMP_LEAK}\ntune P_Na, rho so that soma.V at rest = -70 mV and inside.Na at rest = 9 mM\n"
    model = ionlang.loads(text)
    e = math.exp(-70 / RT_F)
    settled = next(q for q in model.rest().equilibria if q.stable).state
    assert pytest.approx(-70, abs=1e-8) == settled.potentials["soma"].V
    assert settled.concentrations["inside"]["Na"] == pytest.approx(9, rel=1e-9)
    k = settled.concentrations["inside"]["K"]
    assert model.tuned()["P_Na"].value / 1e-6 == pytest.approx(1.5 * (4 - e * k) / (e * 9 - 145), rel=1e-9)


def test_a_start_content_for_a_concentration_at_rest() -> None:
    """What is there at the start is conserved as a charge, so that the start decides where potassium comes to rest."""
    text = PUMP_LEAK.replace("P_Na = 1e-8", "P_Na = 4e-8").replace("rho  = 1 uA", "rho  = 17 uA")
    sentence = "tune inside.Cl so that inside.K at rest = 100 mM"
    model = ionlang.loads(f"{text}\n{sentence}\n")
    settled = next(q for q in model.rest().equilibria if q.stable).state
    assert settled.concentrations["inside"]["K"] == pytest.approx(100, rel=1e-9)


def test_both_kinds_of_goal_together() -> None:
    text = PUMP_LEAK.replace("P_Na = 1e-8", "P_Na = 4e-8")
    sentence = "tune P_Na, rho, inside.Cl, soma.V so that start is rest and soma.V at rest = -72 mV"
    found = tuned(text, sentence)
    assert found["soma.V"] == pytest.approx(-72, rel=1e-12)
    assert found["inside.Cl"] == pytest.approx(149 * math.exp(-72 / RT_F), rel=1e-10)


def test_sentences_are_met_together() -> None:
    two = "tune P_Na, rho so that start is rest\ntune inside.Cl so that start is rest"
    one = "tune P_Na, rho, inside.Cl so that start is rest"
    assert tuned(PUMP_LEAK, two) == tuned(PUMP_LEAK, one)


@settings(max_examples=25, deadline=None)
@given(
    g=st.floats(0.002, 0.2),
    potassium=st.floats(2.0, 20.0),
    guess=st.floats(1e-4, 1.0),
)
def test_from_a_conductance_to_rest_and_back(g: float, potassium: float, guess: float) -> None:
    text = CHORD.replace("K = 4 mM", f"K = {potassium} mM")
    there = ionlang.loads(text).equilibria(set={"g": f"{g} mS/cm2"})[0].state[0]
    text = text.replace("g = 0.02 mS/cm2", f"g = {guess} mS/cm2")
    assert tuned(text, f"tune g so that soma.V at rest = {float(there)!r} mV")["g"] == pytest.approx(
        g, rel=1e-8
    )
    started = text.replace("starting at -65 mV", f"starting at {float(there)!r} mV")
    assert tuned(started, "tune g so that start is rest")["g"] == pytest.approx(g, rel=1e-8)


@settings(max_examples=10, deadline=None)
@given(sodium=st.floats(2e-8, 1e-7), pump=st.floats(8.0, 40.0))
def test_from_a_whole_cell_to_rest_and_back(sodium: float, pump: float) -> None:
    numbers = {"P_Na": f"{sodium} cm/s", "rho": f"{pump} uA/cm2"}
    rest = next(e for e in ionlang.loads(PUMP_LEAK).rest(set=numbers).equilibria if e.stable).state
    na, v = rest.concentrations["inside"]["Na"], rest.potentials["soma"].V
    text = PUMP_LEAK.replace("P_Na = 1e-8 cm/s", "P_Na = 5e-8 cm/s").replace("rho  = 1 uA", "rho  = 15 uA")
    found = tuned(text, f"tune P_Na, rho so that soma.V at rest = {v!r} mV and inside.Na at rest = {na!r} mM")
    assert found["P_Na"] == pytest.approx(sodium, rel=1e-7)
    assert found["rho"] == pytest.approx(pump, rel=1e-7)


# ── what the numbers are used for ───────────────────────────────────────────────────────────────────────────────────────

RUNS = """
scenario stays {
    run 10 s
    measure moved = max(abs(soma.V - -65 mV))
    expect moved < 1e-4 mV  # what the integrator tolerates
}
scenario dose {
    sweep outside.K over 3 mM, 4 mM, 8 mM
    measure V = soma.V at rest
    measure leak = P_Na
}
variant leaky { scale P_Na by 2 }
variant healthy { }
scenario both { compare healthy, leaky;  measure V = soma.V at rest }
tune P_Na, rho, inside.Cl so that start is rest
"""


def test_a_run_begins_where_nothing_moves_and_only_then() -> None:
    assert ionlang.loads(PUMP_LEAK + RUNS).run("stays").passed
    without = RUNS.replace("tune P_Na, rho, inside.Cl so that start is rest", "")
    assert not ionlang.loads(PUMP_LEAK + without).run("stays").passed


def test_what_a_scenario_varies_is_not_tuned_again() -> None:
    study = ionlang.loads(PUMP_LEAK + RUNS).study("dose")
    assert np.ptp(study["leak"]) == 0.0 and np.ptp(study["V"]) > 1.0
    assert study["V"][1] == pytest.approx(-65, abs=1e-6)
    both = ionlang.loads(PUMP_LEAK + RUNS).study("both")
    assert both["V"][0] == pytest.approx(-65, abs=1e-6) and both["V"][1] > -60
    assert [t.name for t in both.tuned] == ["P_Na", "rho", "inside.Cl"]


def test_numbers_from_outside_come_first() -> None:
    model = ionlang.loads(f"{CHORD}\ntune g so that start is rest\n")
    e_k = nernst(140, 8)
    wanted = 0.1 * (-65 - e_k) / (nernst(15, 145) + 65)
    assert model.tuned({"outside.K": "8 mM"})["g"].value == pytest.approx(wanted, rel=1e-12)
    assert model.equilibria(set={"outside.K": "8 mM"})[0].state[0] == pytest.approx(-65, abs=1e-9)


def test_what_is_tuned_cannot_be_set_from_outside() -> None:
    with pytest.raises(ionlang.ModelError, match=r"ION110.*tuned"):
        ionlang.loads(f"{CHORD}\ntune g so that start is rest\n").rest(set={"g": "1 mS/cm2"})


def test_what_follows_from_a_tuned_number_follows() -> None:
    text = CHORD.replace("param g", "param half = 0.01 mS/cm2\nparam g").replace(
        "g = 0.02 mS/cm2", "g = 2 * half"
    )
    assert tuned(text, "tune half so that start is rest")["half"] == pytest.approx(
        tuned(CHORD, "tune g so that start is rest")["g"] / 2, rel=1e-13
    )


def test_it_is_shown_everywhere(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "cell.ion"
    path.write_text(f"{PUMP_LEAK}{RUNS}", encoding="utf-8")
    line = r"tuned: P_Na = [\d.e-]+ cm/s, rho = [\d.]+ uA/cm2, inside.Cl = 13.0909\d* mM"
    for command in (["rest"], ["run", "--scenario", "stays"], ["run", "--scenario", "both"]):
        assert main([command[0], str(path), *command[1:]]) == 0
        assert re.search(line, capsys.readouterr().out), command
    assert main(["rest", str(path), "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)["tuned"]
    assert found["inside.Cl"]["unit"] == "mM" and found["inside.Cl"]["value"] == pytest.approx(
        13.0909, abs=1e-4
    )
    assert main(["run", str(path), "--format", "json"]) == 0
    scenarios = json.loads(capsys.readouterr().out)["scenarios"]
    assert all(set(each["tuned"]) == {"P_Na", "rho", "inside.Cl"} for each in scenarios.values())
    assert main(["show", "model", str(path)]) == 0
    assert re.search(r"rho = [\d.]+ uA/cm2  \(written: 1 uA/cm2\)", capsys.readouterr().out)


def test_a_generated_module_has_the_numbers() -> None:
    model = ionlang.loads(f"{PUMP_LEAK}\ntune P_Na, rho, inside.Cl so that start is rest\n", "cell.ion")
    text = model.compile()
    assert (
        text
        == ionlang.loads(
            f"{PUMP_LEAK}\ntune P_Na, rho, inside.Cl so that start is rest\n", "cell.ion"
        ).compile()
    )
    module: dict[str, object] = {}
    exec(compile(text, "cell.py", "exec"), module)  # noqa: S102 (our own text)
    p = module["parameters"]()  # type: ignore[operator]
    y = np.array(module["initial_state"](p))  # type: ignore[operator]
    rates = np.array(module["rhs"](0.0, y, p))  # type: ignore[operator]
    slopes = np.array(module["jacobian"](0.0, y, p))  # type: ignore[operator]
    assert (np.abs(rates) <= 1e-13 * (np.abs(slopes) @ np.abs(y))).all()
    listed = {row[1]: row for row in module["PARAMETERS"]}  # type: ignore[attr-defined]
    assert listed["rho"][2] == model.tuned()["rho"].value and listed["rho"][4] == "tuned"
    assert listed["P_K"][4] == "1e-6 cm/s"


def test_a_file_that_tunes_nothing_has_nothing_tuned() -> None:
    model = ionlang.loads(CHORD)
    assert model.tuned() == {} and model.rest().tuned == ()
