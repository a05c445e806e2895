"""Modifiers against the same cell written with other numbers, and with the mechanism taken out."""

from __future__ import annotations

import numpy as np
import pytest

import ionlang
from tests.gates_models import axon, codes

CELL = """
temperature = 37 degC
ion K {{ valence = +1 }}
bath cytosol {{ K = 140 mM }}
bath ecs     {{ K = 4 mM }}
{top}
membrane soma (cytosol | ecs) {{
    area = 1000 um2
    capacitance = 1 uF/cm2
    V from currents starting at -65 mV
    let far = V + 35 mV
    channel KM {{ carries K; conductance = {g} mS/cm2 * n
        let above = far + {d} mV
        gate n {{ inf = 1/(1 + exp(-above/8 mV)); tau = {tau} ms }} }}
    channel KA {{ carries K; conductance = {leak} mS/cm2 }}
    channel leak {{ carries charge; conductance = 0.05 mS/cm2; reversal = -45 mV }}
}}
{tail}
"""
DRUG = """
modifier D(dose = 10 uM) on soma.KM {
    shift n by -20 mV * hill(dose, 10 uM, 1)
    scale conductance by 1 + hill(dose, 10 uM, 1)
    set n.tau = 20 ms
    scale KA.conductance by 0.5
}
"""


def cell(
    tail: str = "", top: str = "", g: float = 0.3, d: float = 0.0, tau: float = 40, leak: float = 0.1
) -> str:
    return CELL.format(top=top, tail=tail, g=g, d=d, tau=tau, leak=leak)


def rest(text: str, given: dict[str, str | float] | None = None) -> float:
    model = ionlang.loads(text)
    wrong = [d.message for d in model.check() if d.severity == "error"]
    assert not wrong, wrong
    return dict(model.run("z", given).measures)["v"]


def trace(text: str, rtol: float = 1e-9) -> np.ndarray:
    model = ionlang.loads(text)
    wrong = [d.message for d in model.check() if d.severity == "error"]
    assert not wrong, wrong
    return model.run("z", rtol=rtol).values(["soma.V"], np.linspace(0, 100, 101))[0]


ASK = "measure v = soma.V at rest"
CONTROL = f"scenario z {{ {ASK} }}"


def test_a_drug_is_the_cell_with_other_numbers() -> None:
    treated = rest(cell(DRUG + f"scenario z {{ apply D; {ASK} }}"))
    written = rest(cell(CONTROL, g=0.3 * 1.5, d=10, tau=20, leak=0.05))
    assert treated == pytest.approx(written, abs=1e-7)
    assert abs(treated - rest(cell(CONTROL))) > 5


def test_a_run_too() -> None:
    treated = trace(cell(DRUG + "scenario z { apply D; run 100 ms }"))
    written = trace(cell("scenario z { run 100 ms }", g=0.3 * 1.5, d=10, tau=20, leak=0.05))
    assert np.abs(treated - written).max() < 1e-6
    assert np.abs(treated - trace(cell("scenario z { run 100 ms }"))).max() > 1


@pytest.mark.parametrize("dose", [0.0, 1.0, 10.0, 300.0])
def test_the_dose_decides(dose: float) -> None:
    drug = DRUG.replace("    set n.tau = 20 ms\n    scale KA.conductance by 0.5\n", "")
    share = dose / (dose + 10)
    treated = rest(cell(drug + f"scenario z {{ apply D(dose = {dose} uM); {ASK} }}"))
    assert treated == pytest.approx(rest(cell(CONTROL, g=0.3 * (1 + share), d=20 * share)), abs=1e-7)


def test_a_dose_that_no_apply_gives_is_set_from_outside() -> None:
    open_dose, given_dose = (
        cell(DRUG + f"scenario z {{ apply D{a}; {ASK} }}") for a in ("", "(dose = 10 uM)")
    )
    strong = rest(cell(DRUG + f"scenario z {{ apply D(dose = 90 uM); {ASK} }}"))
    assert rest(open_dose, {"D.dose": "90 uM"}) == pytest.approx(strong, abs=1e-9)
    assert rest(given_dose, {"D.dose": "90 uM"}) == pytest.approx(rest(open_dose), abs=1e-9)


def test_without_it_nothing_changes() -> None:
    applied = rest(cell("modifier D(a = 0 mV, f = 1) on soma.KM { shift n by a; scale conductance by f }\n"
                        f"scenario z {{ apply D; {ASK} }}"))  # fmt: skip
    assert applied == pytest.approx(rest(cell(CONTROL)), abs=1e-9)


MEASURES = """run 2000 ms
    measure first = soma.V at rest;  measure before = soma.V at 19 ms;  measure treated = soma.V at 50 ms
    measure last = soma.V at end;  measure dose = D.dose at 30 ms;  measure dose_after = D.dose at end"""


def test_a_window_opens_and_closes() -> None:
    applied = (
        DRUG + f"scenario z {{ begin at rest; from 20 ms for 30 ms: apply D(dose = 30 uM); {MEASURES} }}"
    )
    found = dict(ionlang.loads(cell(applied)).run("z", rtol=1e-9).measures)
    assert found["before"] == pytest.approx(found["first"], abs=1e-6)
    assert found["last"] == pytest.approx(found["first"], abs=1e-4)
    assert found["treated"] > found["first"] + 2
    assert found["dose"] == pytest.approx(0.03) and found["dose_after"] == pytest.approx(0.01)


def test_a_window_is_that_of_the_words_themselves() -> None:
    words = "from 20 ms for 30 ms { scale KM.conductance by 1.75; shift KM.n by -15 mV; set soma.KM.n.tau = 20 ms\n"
    words += " scale soma.KA.conductance by 0.5 }"
    applied, said = (
        trace(cell(DRUG + f"scenario z {{ {what}; run 100 ms }} scenario used {{ apply D }}"))
        for what in ("from 20 ms for 30 ms: apply D(dose = 30 uM)", words)
    )
    assert np.abs(applied - said).max() < 1e-9
    assert np.ptp(applied) > 5


def test_a_dose_may_change_with_time() -> None:
    drug = "modifier D(dose = 0 mM) on soma.KM { scale conductance by 1 + dose/1 mM }\n"
    rising = trace(cell(drug + "scenario z { from 20 ms: apply D(dose = 1 mM * elapsed/10 ms); run 100 ms }"))
    said = trace(cell("scenario z { from 20 ms: scale KM by 1 + elapsed/10 ms; run 100 ms }"))
    assert np.abs(rising - said).max() < 1e-6
    assert np.abs(rising - trace(cell("scenario z { run 100 ms }"))).max() > 1


def test_two_drugs_compose_in_any_order() -> None:
    both = "modifier A on soma.KM { scale conductance by 2; shift n by 3 mV }\n"
    both += "modifier B on KM { scale conductance by 0.25; shift n by -7 mV; block KM by 0.5 }\n"
    one, two = (rest(cell(f"{both}scenario z {{ apply {a}; apply {b}; {ASK} }}")) for a, b in ("AB", "BA"))
    assert one == pytest.approx(two, abs=1e-10)
    assert one == pytest.approx(rest(cell(CONTROL, g=0.3 * 0.25, d=4)), abs=1e-7)


def test_words_of_a_scenario_do_the_same() -> None:
    said = f"scenario z {{ scale KM.conductance by 1.5; shift KM.n by -10 mV; set soma.KM.n.tau = 20 ms; {ASK} }}"
    assert rest(cell(said)) == pytest.approx(rest(cell(CONTROL, g=0.45, d=10, tau=20)), abs=1e-7)


def test_a_constant_conductance_is_scaled_itself() -> None:
    text = cell("scenario z { scale KA.conductance by 0.5; scale KM by 2; measure v = soma.V at rest }")
    paths = [p.path for p in ionlang.loads(text).cell.parameters]
    assert "soma.KM.factor" in paths and "soma.KA.factor" not in paths
    assert rest(text) == pytest.approx(rest(cell(CONTROL, g=0.6, leak=0.05)), abs=1e-7)


def test_what_nothing_scales_has_no_factor() -> None:
    paths = [p.path for p in ionlang.loads(cell(CONTROL)).cell.parameters]
    assert not [p for p in paths if p.endswith((".factor", ".shift"))]
    assert "shift" not in ionlang.loads(cell(CONTROL)).compile()


SCHEME = """
    channel NaV { carries Na; conductance = 120 mS/cm2 * M.O^3*H.O; reversal = 50 mV
        scheme M { C to O at a_m; O to C at b_m }
        scheme H { I to O at a_h; O to I at b_h } }
"""


def test_a_scheme_is_shifted_through_its_lets() -> None:
    shifted = axon(SCHEME, "scenario z { shift NaV.M by 6 mV; measure v = soma.NaV.M.O at start; run 1 ms }")
    moved = axon(SCHEME, "scenario z { measure v = soma.NaV.M.O at start; run 1 ms }", start="-71 mV")
    plain = axon(SCHEME, "scenario z { measure v = soma.NaV.M.O at start; run 1 ms }")
    values = [dict(ionlang.loads(text).run("z").measures)["v"] for text in (shifted, moved, plain)]
    assert values[0] == pytest.approx(values[1], rel=1e-12)
    assert abs(values[0] / values[2] - 1) > 0.1


FUNCTIONS = "param free = 1 mV"


@pytest.mark.parametrize(
    ("tail", "code"),
    [
        ("scenario z { apply D; run 1 ms }", ["ION101"]),
        (DRUG + "scenario z { apply D(dos = 3 uM); run 1 ms }", ["ION115"]),
        (DRUG + "scenario z { apply D(dose = 3 mV); run 1 ms }", ["ION204"]),
        (DRUG + "scenario z { apply soma; run 1 ms }", ["ION110"]),
        (DRUG + "scenario z { run 1 ms }", ["ION109"]),
        (DRUG + "scenario z { apply D; run 1 ms; apply D(dose = 1 uM) }", ["ION403"]),
        (DRUG + "scenario z { run 1 ms; apply D(dose = 1 uM); apply D(dose = 2 uM) }", ["ION403"]),
        ("modifier D(dose in uM) on soma.KM { scale conductance by hill(dose, 1 uM, 1) }\n"
         "scenario z { apply D; run 1 ms }", ["ION115"]),
        ("modifier D on soma.KM { scale permeability by 2 }\nscenario z { apply D; run 1 ms }", ["ION342"]),
        ("modifier D on soma.leak { shift n by 2 mV }\nscenario z { apply D; run 1 ms }", ["ION101"]),
        ("modifier D on soma { scale area by 2 }\nscenario z { apply D; run 1 ms }", ["ION342"]),
        ("modifier D on soma.KX { scale conductance by 2 }\nscenario z { apply D; run 1 ms }", ["ION101"]),
        ("modifier D on soma.KM { shift n by 2 mM }\nscenario z { apply D; run 1 ms }", ["ION204"]),
        ("modifier D on soma.KM { scale conductance by V/1 mV }\nscenario z { apply D; run 1 ms }", ["ION316"]),
        ("modifier D on soma.KM { at 3 ms: scale conductance by 2 }\nscenario z { apply D; run 1 ms }", ["ION107"]),
        ("modifier D on soma.KM { hold soma.V }\nscenario z { apply D; run 1 ms }", ["ION107"]),
        ("modifier D { scale conductance by 2 }\nscenario z { apply D; run 1 ms }", ["ION035"]),
        ("modifier D on soma.KM { }\nscenario z { apply D; run 1 ms }", ["ION306"]),
        ("modifier D on soma.KM { set n = 0.5 }\nscenario z { apply D; run 1 ms }", ["ION342"]),
    ],
)  # fmt: skip
def test_what_is_said_of_a_modifier(tail: str, code: list[str]) -> None:
    assert list(dict.fromkeys(c for c in codes(cell(tail)) if c != "ION313")) == code


def test_the_dose_of_an_applied_modifier_can_be_swept() -> None:
    swept = cell(DRUG + f"scenario z {{ apply D; sweep D.dose over 0 uM, 10 uM, 90 uM; {ASK} }}")
    found = ionlang.loads(swept).study("z")
    single = [rest(cell(DRUG + f"scenario z {{ apply D(dose = {d} uM); {ASK} }}")) for d in (0, 10, 90)]
    assert len(set(single)) == 3 and list(found["v"]) == pytest.approx(single, abs=1e-9)
