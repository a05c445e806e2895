"""Tests of a membrane at rest and the shape of an action potential, against closed forms, independent differences and
other solvers; the mistakes that newcomers make with them."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

import ionlang
from ionlang.analyse.results import result_object, result_text
from ionlang.model.read.observe import FUNCTIONALS
from ionlang.model.read.probes import PROBES
from ionlang.simulate.functions import FloatArray
from tests.oracles import hh1952
from tests.reference_mistakes import CELL, Mistake
from tests.test_docs import blocks_of

ROOT = Path(__file__).parents[1]
HODGKIN_HUXLEY = ROOT / "examples" / "published" / "hodgkin_huxley_1952.ion"
PAGE = (ROOT / "docs" / "language" / "measures.md").read_text(encoding="utf-8")


def measured(text: str, scenario: str = "asked") -> Mapping[str, float]:
    """What the measures of a scenario come to, in cell units."""
    return dict(ionlang.loads(text).run(scenario, rtol=1e-9).measures)


def asked(cell: str, *questions: str, more: str = "") -> list[float]:
    """What these questions come to in a scenario that does not run."""
    lines = "\n".join(f"    measure q{k} = {q}" for k, q in enumerate(questions))
    return list(measured(f"{cell}\nscenario asked {{\n{more}\n{lines}\n}}").values())


def passive(area: float, specific: float, conductance: float) -> str:
    return f"""
        bath inside {{ }}
        bath outside {{ }}
        membrane soma (inside | outside) {{
            area = {area!r} um2;  capacitance = {specific!r} uF/cm2
            V from currents starting at -70 mV
            channel leak {{ carries charge;  conductance = {conductance!r} mS/cm2;  reversal = -70 mV }}
        }}"""


SIZES = (st.floats(1.0, 1e5), st.floats(0.1, 10.0), st.floats(1e-4, 10.0))


@settings(max_examples=15, deadline=None)
@given(*SIZES, st.floats(0.01, 5.0))
def test_a_passive_membrane_is_a_resistor_and_a_capacitor(
    area: float, specific: float, conductance: float, share: float
) -> None:
    tau = specific / conductance
    after = f"input_resistance(soma, after = {share * tau!r} ms)"
    resistance, constant, later = asked(
        passive(area, specific, conductance), "input_resistance(soma)", "time_constant(soma)", after
    )
    assert resistance == pytest.approx(1 / (conductance * area / 100), rel=1e-9)  # Gohm
    assert constant == pytest.approx(tau, rel=1e-9)
    assert later == pytest.approx(resistance * -math.expm1(-share), rel=1e-9)


def test_of_the_squid_axon_they_are_those_of_its_steady_currents() -> None:
    """R = dV/dI along the steady current-voltage curve, tau = C/g with the gates where they are."""
    model = ionlang.load(HODGKIN_HUXLEY)
    text = model.source.text + "\nscenario asked { measure R = input_resistance(axon)\n"
    found = measured(text + "measure tau = time_constant(axon) }")
    rest = float(hh1952.rest(hh1952.EL_PAPER))

    def steady(v: float) -> float:
        m, h, n = hh1952.inf(v)
        return float(hh1952.Iion(v, m, h, n, hh1952.EL_PAPER))

    step = 1e-3
    slope = (steady(rest + step) - steady(rest - step)) / (2 * step)
    m, h, n = (float(x) for x in hh1952.inf(rest))
    at_once = hh1952.gNa * m**3 * h + hh1952.gK * n**4 + hh1952.gL
    assert found["R"] == pytest.approx(1 / slope, rel=1e-6)  # kohm.cm2
    assert found["tau"] == pytest.approx(hh1952.C / at_once, rel=1e-6)
    assert found["R"] < 0.6 * found["tau"] / hh1952.C  # without its gates it would be that


def test_the_answer_so_long_after_is_that_of_a_run_with_a_small_current() -> None:
    text = ionlang.load(HODGKIN_HUXLEY).source.text
    found = measured(
        f"""{text}
        scenario asked {{
            begin at rest
            run 20 ms
            from 0 ms: inject 0.001 uA/cm2 into axon carried by charge
            measure a2 = input_resistance(axon, after = 2 ms)
            measure b2 = (axon.V at 2 ms - axon.V at rest)/(0.001 uA/cm2)
            measure a20 = input_resistance(axon, after = 20 ms)
            measure b20 = (axon.V at 20 ms - axon.V at rest)/(0.001 uA/cm2)
        }}"""
    )
    assert found["a2"] == pytest.approx(found["b2"], rel=1e-3)
    assert found["a20"] == pytest.approx(found["b20"], rel=1e-3)


IONS = """
    temperature = 37 degC
    ion Na { valence = +1 }
    ion K  { valence = +1 }
    solute ATP
"""


def test_a_pump_that_depends_on_v_conducts_and_what_it_moves_is_held() -> None:
    """In a tiny cell concentrations would follow; held, all that counts is dI/dV."""
    cell = f"""{IONS}
        ion Cl {{ valence = -1 }}
        compartment inside {{ volume = 0.01 pL;  Na = 15 mM;  K = 140 mM;  Cl = 155 mM;  ATP = 3 mM held }}
        bath outside {{ Na = 145 mM;  K = 4 mM;  Cl = 149 mM }}
        membrane soma (inside | outside) {{
            area = 100 um2;  capacitance = 1 uF/cm2
            V from currents starting at -70 mV
            channel Na_leak {{ carries Na;  conductance = 0.02 mS/cm2 }}
            channel K_leak {{ carries K;  conductance = 0.1 mS/cm2 }}
            channel Cl_leak {{ carries Cl;  conductance = 0.1 mS/cm2 }}
            pump NaK {{ moves 3 Na out, 2 K in, uses 1 ATP
                current = 1 uA/cm2 * hill(in.Na, 10 mM, 3) * (V + 200 mV)/(100 mV) }}
        }}"""
    resistance, sodium = asked(cell, "input_resistance(soma)", "inside.Na at rest")
    pump = 1 / 100 * sodium**3 / (sodium**3 + 1000.0)  # mS/cm2
    assert resistance == pytest.approx(1 / (0.22 + pump), rel=1e-8)
    blocked = asked(cell, "input_resistance(soma)", more="set NaK.block = 50 %\nset inside.volume = 0.02 pL")
    assert blocked[0] > resistance


def test_v_without_inertia_has_a_resistance_too() -> None:
    """Constant-field currents and a slow gate; against differences of the steady current."""
    cell = f"""{IONS}
        bath inside  {{ Na = 15 mM;   K = 140 mM }}
        bath outside {{ Na = 145 mM;  K = 4 mM }}
        membrane soma (inside | outside) {{
            area = 1000 um2
            V from zero_current
            channel Na_leak {{ carries Na;  permeability = 1e-8 cm/s }}
            channel K_leak {{ carries K;  permeability = 2e-7 cm/s * n
                gate n {{ inf = 1/(1 + exp(-(V + 60 mV)/(10 mV)));  tau = 5 ms }} }}
        }}"""
    resistance, v, current = asked(cell, "input_resistance(soma)", "soma.V at rest", "soma.current at rest")
    assert abs(current) < 1e-9
    x = 8.31446261815324 * 310.15 / 96.4853321233100184

    def flow(v: float) -> float:
        """[pA]; 1e-8 cm/s is 1e-8 in cell units of length per time, the area 10."""
        u = v / x
        ghk = lambda i, o: 96485.3321233100184 * u * (i - o * math.exp(-u)) / -math.expm1(-u)  # noqa: E731
        n = 1 / (1 + math.exp(-(v + 60) / 10))
        return 10 * (1e-8 * ghk(15, 145) + 2e-7 * n * ghk(140, 4))

    root = brentq(flow, -100, -1, xtol=1e-13)
    assert v == pytest.approx(root, abs=1e-6)
    slope = (flow(root + 1e-3) - flow(root - 1e-3)) / 2e-3
    assert resistance == pytest.approx(1 / slope, rel=1e-6)


def test_v_from_charge_answers_as_v_from_currents_does() -> None:
    cell = f"""{IONS}
        impermeant A {{ valence = -1 }}
        ion Cl {{ valence = -1 }}
        compartment inside {{ volume = 1 pL;  Na = 15 mM;  K = 130 mM;  Cl = 10 mM;  A balances charge }}
        bath outside {{ Na = 145 mM;  K = 4 mM;  Cl = 149 mM }}
        membrane soma (inside | outside) {{
            area = 600 um2;  capacitance = 1 uF/cm2
            V from WAY starting at -60 mV
            channel K_leak {{ carries K;  conductance = 0.1 mS/cm2 * n
                gate n {{ inf = 1/(1 + exp(-(V + 60 mV)/(10 mV)));  tau = 5 ms }} }}
            channel Cl_leak {{ carries Cl;  conductance = 0.05 mS/cm2 }}
        }}"""
    questions = (
        "input_resistance(soma)",
        "time_constant(soma)",
        "input_resistance(soma, after = 3 ms)",
        "threshold_current(soma, lasting = 5 ms, firing = soma.V > soma.V_mark)",
        "threshold_depolarisation(soma, firing = soma.V > soma.V_mark)",
    )
    with_mark = cell.replace("area =", "let V_mark = -20 mV;  area =")
    charge, currents = (asked(with_mark.replace("WAY", way), *questions) for way in ("charge", "currents"))
    assert charge == pytest.approx(currents, rel=1e-5)


def test_a_gap_junction_shares_the_current() -> None:
    cell = """
        bath a { }
        bath b { }
        bath outside { }
        membrane one (a | outside) { area = 1000 um2;  capacitance = 10 pF
            V from currents starting at -70 mV
            channel leak { carries charge;  conductance = 2 nS;  reversal = -70 mV } }
        membrane two (b | outside) { area = 1000 um2;  capacitance = 10 pF
            V from currents starting at -70 mV
            channel leak { carries charge;  conductance = 3 nS;  reversal = -70 mV } }
        membrane junction (a | b) { area = 1 um2;  V = one.V - two.V
            channel pore { carries charge;  conductance = 6 nS;  reversal = 0 mV } }
    """
    one, two = asked(cell, "input_resistance(one)", "input_resistance(two)")
    assert one == pytest.approx(1 / (2 + 3 * 6 / 9), rel=1e-9)
    assert two == pytest.approx(1 / (3 + 2 * 6 / 8), rel=1e-9)


def test_where_nothing_is_per_area_a_total_comes_out() -> None:
    shape = passive(1.0, 1.0, 1.0).replace("area = 1.0 um2;", "")
    density, total = (
        ionlang.loads(f"{text}\nscenario asked {{ measure R = input_resistance(soma) }}")
        for text in (shape, shape.replace("1.0 uF/cm2", "10 pF").replace("1.0 mS/cm2", "10 nS"))
    )
    assert "R = 1000 ohm.cm2" in result_text(density.run("asked"))
    assert "R = 100 Mohm" in result_text(total.run("asked"))


SYNAPSE = """
    bath inside { }
    bath outside { }
    event release
    event excite
    membrane soma (inside | outside) {
        area = 1000 um2;  capacitance = 10 pF
        V from currents starting at -70 mV
        channel leak { carries charge;  conductance = 2 nS;  reversal = -70 mV }
        channel R { carries charge;  conductance = 3 nS * s;  reversal = REVERSAL
            gate s { rise = 0.5 ms;  decay = 6 ms;  opens at release } }
        channel X { carries charge;  conductance = 1 nS * s;  reversal = 0 mV
            gate s { rise = 0.5 ms;  decay = 6 ms;  opens at excite } }
    }"""


@pytest.mark.parametrize(
    ("reversal", "kind"), [(0.0, "depolarising"), (-90.0, "hyperpolarising"), (-70.0, "shunting")]
)
def test_a_psp_is_that_of_another_solver(reversal: float, kind: str) -> None:
    model = ionlang.loads(
        SYNAPSE.replace("REVERSAL", f"{reversal} mV") + "\nscenario asked { measure p = psp(soma, release) }"
    )
    solution = model.run("asked")
    rise, decay = 0.5, 6.0
    peak = math.log(decay / rise) * rise * decay / (decay - rise)
    scale = 1 / (math.exp(-peak / decay) - math.exp(-peak / rise))

    def rates(t: float, y: FloatArray) -> list[float]:
        s = scale * (math.exp(-t / decay) - math.exp(-t / rise))
        return [-(2 * (y[0] + 70) + 3 * s * (y[0] - reversal)) / 10]

    course = solve_ivp(rates, (0, 60), [-70.0], rtol=1e-10, atol=1e-10, max_step=0.01).y[0] + 70
    expected = course[np.abs(course).argmax()]
    assert dict(solution.measures)["p"] == pytest.approx(expected, rel=1e-6, abs=1e-6)
    assert len(solution.remarks) == 1 and f"psp(soma, release): {kind}" in solution.remarks[0]
    assert "2.5 times" in solution.remarks[0]


def test_shunting_takes_from_another_psp() -> None:
    cell = SYNAPSE.replace("REVERSAL", "-70 mV")
    alone, both, shunt = asked(cell, "psp(soma, excite)", "psp(soma, excite, release)", "psp(soma, release)")
    assert abs(shunt) < 1e-6 and both < 0.75 * alone


def test_an_answer_that_fires_the_cell_says_so_in_text_and_json() -> None:
    text = ionlang.load(HODGKIN_HUXLEY).source.text.replace(
        "    channel leak {",
        "    channel syn { carries charge;  conductance = 5 mS/cm2 * s;  reversal = 0 mV\n"
        "        gate s { rise = 0.3 ms;  decay = 3 ms;  opens at release } }\n    channel leak {",
    )
    model = ionlang.loads(f"{text}\nevent release\nscenario asked {{ measure p = psp(axon, release) }}")
    solution = model.run("asked")
    assert dict(solution.measures)["p"] > 80
    assert "makes the cell fire" in solution.remarks[0]
    assert f"note: {solution.remarks[0]}" in result_text(solution)
    assert json.loads(json.dumps(result_object(solution)))["remarks"] == list(solution.remarks)


@settings(max_examples=10, deadline=None)
@given(st.floats(0.2, 30.0))
def test_the_half_width_of_a_charging_curve(duration: float) -> None:
    """Up as 1 − exp(−t/τ) for D, then down as exp(−t/τ): half is passed at −τ ln(1 − top/2) and D + τ ln 2."""
    tau = 5.0
    found = measured(
        f"""{passive(1000.0, 1.0, 0.2)}
        scenario asked {{
            begin at rest
            run 100 ms
            from 1 ms for {duration!r} ms: inject 10 pA into soma carried by charge
            measure width = half_width(soma.V)
            measure never = half_width(soma.V, until = 1 ms + {duration!r} ms)
        }}"""
    )
    top = -math.expm1(-duration / tau)
    expected = duration + tau * math.log(2) + tau * math.log1p(-top / 2)
    assert found["width"] == pytest.approx(expected, rel=1e-5)
    assert math.isnan(found["never"])


MISTAKES = {
    "input_resistance(soma.V)": "ION440",
    "input_resistance(inside)": "ION440",
    "input_resistance(1 mV)": "ION440",
    "input_resistance(sma)": "ION101",
    "input_resistance()": "ION115",
    "input_resistance(soma, lasting = 1 ms)": "ION115",
    "input_resistance(soma, after = 5)": "ION204",
    "time_constant(soma, after = 1 ms)": "ION115",
    "threshold_current(soma)": "ION441",
    "threshold_current(soma, 1 ms)": "ION115",
    "threshold_current(soma, lasting = 1 ms, lasting = 2 ms)": "ION115",
    "threshold_current(soma, lasting = 1 mV)": "ION204",
    "threshold_current(soma, lasting = 0 ms)": "ION444",
    "threshold_current(soma, lasting = 1 ms * inside.Na/outside.Na)": "ION316",
    "threshold_current(soma, lasting = 1 ms, firing = soma.V)": "ION208",
    "threshold_current(soma, lasting = 1 ms, with = soma)": "ION442",
    "threshold_current(soma, lasting = 1 ms) + 1 mV": "ION202",
    "threshold_curent(soma, lasting = 1 ms)": "ION101",
    "max(threshold_depolarisation(soma))": "ION107",
    "psp(soma)": "ION442",
    "psp(soma, relase)": "ION442",
    "psp(release, soma)": "ION440",
    "psp(soma, with = release)": "ION115",
    "half_width(soma.V > 0 mV)": "ION208",
}


@pytest.mark.parametrize("question", MISTAKES)
def test_a_mistake_has_one_message(question: str) -> None:
    code = MISTAKES[question]
    mistake = Mistake("measure", code, f"scenario s {{ begin at rest;  run 1 s;  measure m = {question} }}")
    said = ionlang.loads(mistake.whole).check()
    assert [d.code for d in said] == [code], [d.message for d in said]
    assert (ROOT / "docs" / "errors" / f"{code}.md").exists()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("scenario s { run 1 s;  measure m = input_resistance(soma) }", "ION406"),
        ("scenario s { run 1 s;  measure m = psp(soma, release) }", "ION406"),
        ("let tau = time_constant(soma)/(1 ms)", "ION107"),
        ("tune drive so that input_resistance(soma) = 1 Gohm", "ION406"),
        ("scenario s { run 1 s;  set drive = input_resistance(soma)/(1 Mohm) }", "ION107"),
        ("scenario s { measure m = half_width(soma.V) }", "ION406"),
        ("param psp = 1\nscenario s { set drive = psp;  measure m = psp(soma, release) }", None),
        ("let psp(x) = 2*x\nscenario s { expect psp(drive) = 2 +- 1 % }", None),
    ],
)
def test_where_they_may_stand_and_whose_name_it_is(text: str, code: str | None) -> None:
    said = ionlang.loads(f"{CELL}\n{text}\n").check()
    assert [d.code for d in said] == ([] if code is None else [code]), [d.message for d in said]


def test_every_measure_is_in_the_tables_and_in_a_block() -> None:
    listed = {
        word for row in re.findall(r"^\| (`.+?) \|", PAGE, re.M) for word in re.findall(r"`(\w+)\(", row)
    }
    assert listed >= {*PROBES, *FUNCTIONALS}
    shown = "\n".join(block.text for block in blocks_of(PAGE) if block.kind == "ion")
    assert [word for word in PROBES if f"{word}(" not in shown] == []
    assert "half_width(" in shown
