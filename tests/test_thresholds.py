"""Thresholds by bisection against bisections of other solvers, closed forms, and what they are not found for."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import solve_ivp

import ionlang
from ionlang.analyse.results import result_object, result_text
from tests.oracles import fh1964, hh1952
from tests.test_measures import HODGKIN_HUXLEY, asked, passive

FRANKENHAEUSER_HUXLEY = Path(HODGKIN_HUXLEY).with_name("frankenhaeuser_huxley_1964.ion")
AXON = HODGKIN_HUXLEY.read_text(encoding="utf-8")


def bisected(fires: Callable[[float], bool], low: float, high: float) -> float:
    assert fires(high) and not fires(low)
    while high - low > 1e-7 * high:
        middle = (low + high) / 2
        low, high = (low, middle) if fires(middle) else (middle, high)
    return high


def peak(current: float, lasting: float, step: float = 0.0, after: float = 50.0) -> float:
    """The highest V [mV] of the squid axon after a current [uA/cm2], or a step of V [mV]."""
    rest = float(hh1952.rest(hh1952.EL_PAPER))
    y = np.array([rest + step, *hh1952.inf(rest)])
    highest = -np.inf
    for length, flowing in ((lasting, current), (after, 0.0)):
        if length:
            found = solve_ivp(
                hh1952.rhs,
                (0, length),
                y,
                method="LSODA",
                args=(flowing, 6.3, hh1952.EL_PAPER),
                rtol=1e-10,
                atol=1e-11,
            )
            y, highest = found.y[:, -1], max(highest, float(found.y[0].max()))
    return highest


@pytest.mark.parametrize("lasting", [0.2, 1.0])
def test_the_threshold_current_of_the_squid_axon(lasting: float) -> None:
    found = asked(AXON, f"threshold_current(axon, lasting = {lasting!r} ms)")[0]
    assert found == pytest.approx(bisected(lambda i: peak(i, lasting) > 0, 2.0, 60.0), rel=1e-5)


def test_the_threshold_depolarisation_of_the_squid_axon() -> None:
    found = asked(AXON, "threshold_depolarisation(axon)")[0]
    assert found == pytest.approx(bisected(lambda step: peak(0.0, 0.0, step) > 0, 2.0, 20.0), rel=1e-5)


def test_the_threshold_of_the_node_begun_where_the_paper_begins() -> None:
    """0.76037 mA/cm2 for 0.12 ms, from -70 mV, where the model is not at rest."""
    text = FRANKENHAEUSER_HUXLEY.read_text(encoding="utf-8")
    question = "threshold_current(node, lasting = 0.12 ms, within = 2.88 ms)"
    model = ionlang.loads(f"{text}\nscenario asked {{ run 1 ms;  measure least = {question} }}")
    found = dict(model.run("asked").measures)["least"] / 1000
    printed = (Path(__file__).parent / "oracles" / "fh1964.out").read_text(encoding="utf-8")
    assert found == pytest.approx(float(printed.rpartition("pulse = ")[2].split()[0]), abs=1e-6)
    assert found == pytest.approx(
        bisected(lambda i: fh1964.ap(I=i, tend=3)[1].y[0].max() > 0, 0.7, 0.8), rel=1e-5
    )
    at_rest = asked(text, question)[0] / 1000
    assert found - 0.01 < at_rest < found - 0.001  # rest is 0.23 mV nearer to the threshold


@pytest.mark.parametrize("lasting", [0.1, 3.0, 100.0])
def test_the_strength_duration_curve_of_a_passive_membrane(lasting: float) -> None:
    """20 mV = I R (1 − exp(−D/τ)), with R = 500 Mohm and τ = 5 ms."""
    found = asked(
        passive(1000.0, 1.0, 0.2),
        f"threshold_current(soma, lasting = {lasting!r} ms, firing = soma.V > -50 mV)",
        "threshold_depolarisation(soma, firing = soma.V > -50 mV)",
    )
    assert found == pytest.approx([20 / 0.5 / -math.expm1(-lasting / 5), 20.0], rel=2e-6)


def remarks(text: str, *questions: str, more: str = "") -> tuple[list[float], tuple[str, ...]]:
    lines = "\n".join(f"    measure q{k} = {q}" for k, q in enumerate(questions))
    solution = ionlang.loads(f"{text}\nscenario asked {{\n{more}\n{lines}\n}}").run("asked")
    return [value for _, value in solution.measures], solution.remarks


BOTH = ("threshold_current(soma, lasting = 1 ms)", "threshold_depolarisation(soma)")


def test_a_passive_membrane_has_no_threshold() -> None:
    found, said = remarks(passive(1000.0, 1.0, 0.2), *BOTH)
    assert all(math.isnan(value) for value in found)
    assert [line.partition(": never: ")[0] for line in said] == list(BOTH)
    assert all("no action potential" in line for line in said)


def test_what_is_never_reached_and_what_is_so_already() -> None:
    cell = passive(1000.0, 1.0, 0.2)
    found, said = remarks(
        cell, *(q.replace("soma)", f"soma, firing = soma.V > {v} mV)") for v in (5000, -80) for q in BOTH[1:])
    )
    assert all(math.isnan(value) for value in found)
    assert "no step of V fires it" in said[0] and "fires without a step of V" in said[1]


def test_a_cell_without_its_sodium_channels_has_none() -> None:
    question = "threshold_current(axon, lasting = 1 ms)"
    found, said = remarks(AXON, question, more="block NaV")
    assert math.isnan(found[0]) and "no action potential" in said[0]
    assert not math.isnan(asked(AXON, question)[0])
    solution = ionlang.loads(f"{AXON}\nscenario asked {{ block NaV;  expect {question} > 0 uA/cm2 }}").run(
        "asked"
    )
    assert not solution.passed and solution.verdicts[0].never


VARIANTS = """
variant healthy { }
variant mutant { shift NaV.m by -1 mV }
variant blocked { block NaV }
"""


def test_variants_and_sweeps_hold_in_a_test() -> None:
    """What holds all the time counts, at rest and in the test; what comes at a moment does not."""
    question = "threshold_current(axon, lasting = 1 ms)"
    study = ionlang.loads(
        f"{AXON}\n{VARIANTS}\nscenario asked {{ compare healthy, mutant, blocked\n measure least = {question} }}"
    ).study("asked")
    healthy, mutant, blocked = study["least"].tolist()
    alone = asked(AXON, question)[0]
    shifted = asked(
        AXON.replace("V + 40 mV", "V + 41 mV").replace("-(V + 65 mV)/(18 mV)", "-(V + 66 mV)/(18 mV)"),
        question,
    )[0]
    assert (
        healthy == pytest.approx(alone, rel=1e-12)
        and mutant == pytest.approx(shifted, rel=1e-5)
        and math.isnan(blocked)
    )
    assert "note: blocked: threshold_current(axon, lasting = 1 ms): never" in result_text(study)
    assert "never" in json.dumps(result_object(study))
    at_a_moment = f"{AXON}\nscenario asked {{ begin at rest;  run 1 ms;  from 0 ms: block NaV;  measure least = {question} }}"
    assert dict(ionlang.loads(at_a_moment).run("asked").measures)["least"] == pytest.approx(alone, rel=1e-5)


def test_a_sweep_and_a_value_from_outside() -> None:
    cell = "param g = 0.2 mS/cm2\n" + passive(1000.0, 1.0, 0.2).replace("0.2 mS/cm2", "g")
    question = "threshold_current(soma, lasting = 1 s, firing = soma.V > -60 mV)"
    model = ionlang.loads(
        f"{cell}\nscenario asked {{ sweep g over 0.1 mS/cm2, 0.4 mS/cm2\n measure least = {question} }}"
    )
    assert model.study("asked")["least"].tolist() == pytest.approx([10.0, 40.0], rel=1e-5)
    alone = ionlang.loads(f"{cell}\nscenario asked {{ measure least = {question} }}")
    assert dict(alone.run("asked", set={"g": "0.3 mS/cm2"}).measures)["least"] == pytest.approx(
        30.0, rel=1e-5
    )


def test_a_threshold_with_what_is_injected_already() -> None:
    cell = passive(1000.0, 1.0, 0.2)
    question = "threshold_current(soma, lasting = 1 s, firing = soma.V > -60 mV)"
    assert asked(cell, question, more="inject 5 pA into soma carried by charge")[0] == pytest.approx(
        15.0, rel=1e-5
    )


def test_events_and_the_end_of_another_scenario() -> None:
    """An inhibitory event raises the threshold, and so does an action potential shortly before."""
    text = "\n".join([
        AXON.replace(
            "    channel leak {",
            "    channel syn { carries charge;  conductance = 2 mS/cm2 * s;  reversal = -65 mV\n"
            "        gate s { rise = 0.3 ms;  decay = 5 ms;  opens at release } }\n    channel leak {",
        ),
        "event release",
        "scenario spike { begin at rest;  run 15 ms;  from 0 ms for 1 ms: inject 10 uA/cm2 into axon carried by charge }",
        "scenario wake { begin at end of spike;  run 1 ms;  measure q = threshold_current(axon, lasting = 1 ms) }",
    ])  # fmt: skip
    question = "threshold_current(axon, lasting = 1 ms)"
    alone, inhibited = asked(text, question, question.replace(")", ", with = release)"))
    assert inhibited > 2 * alone
    assert dict(ionlang.loads(text).run("wake").measures)["q"] > 1.3 * alone


def test_numbers_that_fail_in_a_test_say_so() -> None:
    """dA/dt = A² ends before the test does."""
    text = passive(1000.0, 1.0, 0.2) + "\nvariable A { start = 1;  rate = A^2 * 1 /ms * on }\nparam on = 1"
    scenario = "scenario asked { run 0.1 ms;  measure q = threshold_current(soma, lasting = 1 ms) }"
    solution = ionlang.loads(f"{text}\n{scenario}").run("asked")
    assert math.isnan(dict(solution.measures)["q"])
    assert "never: the test stopped after 1 ms" in solution.remarks[0]
