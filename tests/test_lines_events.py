"""Events in the copies of a line: against closed forms, against single cells, against another solver; the mistakes that
newcomers make with them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.integrate import solve_ivp

import ionlang

HEAD = """
thermal_voltage = 26.64 mV
event everywhere
"""
PIECE = """
    bath inside { }
    bath outside { }
    event release
    event spike { condition = wall.V > -50 mV }
    membrane wall (inside | outside) {
        area        = 400 um2
        capacitance = 1 uF/cm2
        V from currents starting at -65 mV
        param push = PUSH
        channel AMPA { carries charge;  conductance = 2 nS * g;  reversal = 0 mV
            gate g { rise = 0.3 ms;  decay = SLOW;  opens at release } }
        channel two { carries charge;  conductance = 1 nS * g;  reversal = 0 mV
            gate g { decay = 2 ms;  opens at everywhere } }
        channel after { carries charge;  conductance = 8 nS * g;  reversal = -90 mV
            gate g { decay = 4 ms;  opens at spike } }
        channel leak { carries charge;  conductance = 0.1 mS/cm2;  reversal = -65 mV }
        channel electrode { carries charge;  current = -push }
    }
"""
ALONG = "axial inside { resistivity = 100 ohm.cm;  cross_section = 4 um2;  carries charge }"


def line(count: int, scenario: str, along: str = ALONG, slow: str = "2 ms", push: str = "0 pA") -> str:
    piece = PIECE.replace("SLOW", slow).replace("PUSH", push)
    return f"""{HEAD}
arrangement piece {{{piece}}}
line axon of {count} piece {{
    spacing = 100 um;  ends = closed
    {along}
}}
scenario s {{ {scenario} }}
"""


def single(scenario: str, slow: str = "2 ms", push: str = "0 pA") -> str:
    piece = PIECE.replace("SLOW", slow).replace("PUSH", push)
    return f"{HEAD}{piece}\nscenario s {{ {scenario} }}\n"


def measured(text: str) -> dict[str, float]:
    return dict(ionlang.loads(text).run("s", rtol=1e-9).measures)


def two_exponentials(t: float, rise: float, decay: float) -> float:
    """What an event at 0 brings a gate to: its peak is 1."""
    r = rise / decay
    return r ** (r / (r - 1)) * (math.exp(-t / decay) - math.exp(-t / rise)) / (1 - r)


@pytest.mark.parametrize("count", [6, 80])  # of 80 copies those that are named are kept at every step
def test_the_gates_of_the_copies_that_are_named_open(count: int) -> None:
    """Where copies differ each has its own peak of 1."""
    asked = "\n".join(
        f"measure g{k} = axon[{k}].wall.AMPA.g at 8 ms\n measure top{k} = max(axon[{k}].wall.AMPA.g)"
        for k in (1, 3, 4, 5)
    )
    text = line(
        count,
        f"run 20 ms\n at 5 ms: fire axon[3].release\n at 6 ms: fire axon[390 um .. 500 um].release\n {asked}",
        slow="2 ms + 1 ms * x/(100 um)",
    )
    found = measured(text)
    assert abs(found["top1"]) < 1e-12
    for copy, begun in ((3, 5.0), (4, math.inf), (5, 6.0)):
        expected = two_exponentials(8.0 - begun, 0.3, 2 + copy - 0.5) if begun < 8 else 0.0
        assert found[f"g{copy}"] == pytest.approx(expected, abs=1e-7)
        assert found[f"top{copy}"] == pytest.approx(1.0 if expected else 0.0, abs=1e-6)


def test_an_event_of_the_file_opens_the_gates_of_all_copies() -> None:
    asked = "\n".join(f"measure g{k} = axon[{k}].wall.two.g at 10 ms" for k in (1, 5, 9))
    found = measured(line(9, f"run 20 ms\n every 3 ms from 4 ms for 5 ms: fire everywhere\n {asked}"))
    for value in found.values():
        assert value == pytest.approx(math.exp(-6 / 2) + math.exp(-3 / 2), rel=1e-7)


def test_one_event_in_all_copies_is_the_same_as_in_each() -> None:
    asked = "measure V = axon[2].wall.V at 9 ms\n measure last = axon[3].wall.V at end"
    each = "\n".join(f"at 5 ms: fire axon[{k}].release" for k in range(1, 5))
    together = measured(
        line(4, f"run 20 ms\n at 5 ms: fire axon.release\n {asked}", slow="2 ms + 1 ms * x/(1 mm)")
    )
    apart = measured(line(4, f"run 20 ms\n {each}\n {asked}", slow="2 ms + 1 ms * x/(1 mm)"))
    assert together == pytest.approx(apart, rel=1e-9)


DRIVE = (1.0, 12.0, 30.0)  # pA: 400 um2 of 0.1 mS/cm2 are 0.4 nS, so the first does not come to -50 mV


def test_each_copy_fires_by_itself_as_a_single_cell_does() -> None:
    """Copies that nothing joins, each pushed by another current."""
    push = "if x < 100 um then 1 pA else if x < 200 um then 12 pA else 30 pA"
    model = ionlang.loads(line(3, "run 100 ms\n measure V = axon[2].wall.V at 60 ms", along="", push=push))
    solution = model.run("s", rtol=1e-9)
    for k, size in enumerate(DRIVE, start=1):
        alone = ionlang.loads(single("run 100 ms\n measure V = wall.V at 60 ms", push=f"{size} pA")).run(
            "s", rtol=1e-9
        )
        own = [time for time, event in solution.fired if event == f"axon[{k}].spike"]
        assert own == pytest.approx([time for time, _ in alone.fired], rel=1e-7)
        assert (size == 1.0) == (not own)
        if k == 2:
            assert dict(solution.measures)["V"] == pytest.approx(dict(alone.measures)["V"], rel=1e-6)


def by_hand(t: float, y: np.ndarray) -> np.ndarray:
    """Ten passive pieces; the synapse of the third is x, s. V [mV], conductances [nS], capacitances [pF]."""
    V, (x, s) = y[:10], y[10:]
    along = 4e-8 / (100 * 1e-2) * 1e9 * np.diff(V)
    current = np.append(along, 0.0) - np.insert(along, 0, 0.0) - 0.4 * (V + 65)
    current[2] -= 0.5 * s * V[2]
    return np.concatenate([current / 4, [-x / 0.3, x / 0.3 - s / 2]])


def test_a_psp_fades_along_a_dendrite_as_with_another_solver() -> None:
    asked = "\n".join(f"measure at_{k} = psp(axon[{k}].wall, axon[3].release)" for k in (3, 5, 10))
    found = measured(line(10, asked).replace("conductance = 2 nS", "conductance = 0.5 nS"))
    r = 0.3 / 2
    kick = r ** (r / (r - 1))
    y0 = np.concatenate([np.full(10, -65.0), [kick, 0.0]])
    run = solve_ivp(by_hand, (0, 60), y0, method="LSODA", rtol=1e-10, atol=1e-10, dense_output=True)
    assert run.sol is not None
    for k in (3, 5, 10):
        expected = run.sol(np.linspace(0, 60, 60001))[k - 1].max() + 65
        assert found[f"at_{k}"] == pytest.approx(expected, rel=1e-6)
    assert found["at_3"] > found["at_5"] > found["at_10"] > 0


def test_what_kind_of_answer_it_is_is_said_of_the_copy_itself() -> None:
    """0.5 nS at the peak and 0.4 nS of leak: what flows along the line does not count."""
    text = line(10, "measure q = psp(axon[3].wall, axon[3].release)").replace(
        "conductance = 2 nS", "conductance = 0.5 nS"
    )
    (remark,) = ionlang.loads(text).run("s").remarks
    assert "depolarising, the membrane conducts up to 2.25 times as much" in remark
    (far,) = ionlang.loads(text.replace("psp(axon[3]", "psp(axon[7]")).run("s").remarks
    assert far.endswith(": depolarising")


def test_an_event_beside_a_current_changes_its_threshold() -> None:
    asked = "firing = axon[3].wall.V > -55 mV, lasting = 5 ms"
    text = line(
        10,
        f"measure alone = threshold_current(axon[3].wall, {asked})\n"
        f"measure near  = threshold_current(axon[3].wall, {asked}, with = axon[3 .. 4].release)\n"
        f"measure far   = threshold_current(axon[3].wall, {asked}, with = axon[10].release)",
    ).replace("conductance = 2 nS", "conductance = 0.1 nS")
    found = measured(text)
    assert found["near"] < 0.97 * found["alone"]
    assert found["near"] < found["far"] < found["alone"]


def test_actions_wait_for_an_event_in_one_copy() -> None:
    text = line(
        6,
        "run 30 ms\n at 3 ms: fire axon[2].release\n when axon[2].spike: fire axon[6].release\n"
        " measure g = max(axon[6].wall.AMPA.g)\n measure mine = time(axon[2].wall.V > -50 mV)",
        along="",
    )
    solution = ionlang.loads(text).run("s", rtol=1e-9)
    names = [event for _, event in solution.fired]
    assert names == ["axon[2].release", "axon[2].spike", "axon[6].release", "axon[6].spike"]
    assert solution.fired[1][0] == pytest.approx(dict(solution.measures)["mine"], rel=1e-9)
    assert solution.fired[1][0] == solution.fired[2][0]
    assert dict(solution.measures)["g"] == pytest.approx(1.0, abs=1e-6)
    later = solution.fired[3][0] - solution.fired[2][0]
    assert later == pytest.approx(solution.fired[1][0] - 3.0, rel=1e-6)


@pytest.mark.parametrize("apart", ["0", "1e-11"])
def test_hundreds_of_copies_may_fire_at_one_moment(apart: str) -> None:
    """At the same, or one after the other with hardly any time between."""
    text = line(
        120,
        "run 20 ms\n at 3 ms: fire axon.release\n measure V = max(axon[1].wall.V)",
        along="",
        slow=f"2 ms * (1 + {apart} * x/(100 um))",
    )
    solution = ionlang.loads(text).run("s")
    assert solution.failure is None
    assert len(solution.fired) == 121
    times = [time for time, event in solution.fired if "spike" in event]
    assert np.ptp(times) < 1e-8
    assert (len(set(times)) > 100) == (apart != "0")


def test_events_that_set_off_each_other_for_ever_are_told() -> None:
    scenario = "run 9 ms\n at 1 ms: fire axon[1].release\n when axon[1].release: fire axon[2].release\n when axon[2].release: fire axon[1].release"
    solution = ionlang.loads(line(4, scenario)).run("s")
    assert solution.failure is not None
    assert "set off each other without end" in solution.failure.reason


def test_on_finer_grids_all_parts_of_a_copy_get_the_event() -> None:
    text = line(6, "run 9 ms\n at 1 ms: fire axon[2].release\n measure V = axon[2].wall.V at 3 ms")
    text = text.replace("area        = 400 um2", "area        = 4 um * spacing").replace(
        "2 nS * g", "20 nS/mm * spacing * g"
    )
    text = text.replace("1 nS * g", "10 nS/mm * spacing * g").replace("8 nS * g", "80 nS/mm * spacing * g")
    found = ionlang.loads(text).converge("s")
    assert found["V"].judged.order == pytest.approx(2.0, abs=0.2)


MISTAKES = (
    ("at 1 ms: fire axon[99].release", "ION483"),
    ("at 1 ms: fire axon[7 .. 3].release", "ION490"),
    ("at 1 ms: fire everywhere[3]", "ION483"),
    ("at 1 ms: fire axon[3].wall", "ION110"),
    ("at 1 ms: fire axon[3].relase", "ION101"),
    ("at 1 ms: fire axon[3]", "ION110"),
    ("at 1 ms: fire release", "ION101"),
    ("when axon.spike: fire everywhere", "ION484"),
    ("when axon[1 .. 3].spike: fire everywhere", "ION484"),
    ("when axon[99].spike: fire everywhere", "ION483"),
    ("measure p = psp(axon[3].wall, everywhere[3])", "ION483"),
    ("measure p = psp(axon.wall, axon[3].release)", "ION484"),
    ("measure p = psp(axon[3].wall, axon[99].release)", "ION483"),
    ("measure p = psp(axon[3].wall, axon[3].wall)", "ION442"),
)


@pytest.mark.parametrize(("sentence", "code"), MISTAKES)
def test_a_mistake_has_one_message(sentence: str, code: str) -> None:
    found = [
        d
        for d in ionlang.loads(line(10, f"begin at rest\n run 5 ms\n {sentence}")).check()
        if d.severity == "error"
    ]
    assert [d.code for d in found] == [code]
    assert found[0].help


@pytest.mark.parametrize(
    ("meant", "guess"), [("axon[3].relase", "axon[3].release"), ("axon[3].everywher", "everywhere")]
)
def test_a_misspelt_event_is_guessed(meant: str, guess: str) -> None:
    text = line(10, f"run 5 ms\n at 1 ms: fire {meant}")
    (found,) = [d for d in ionlang.loads(text).check() if d.severity == "error"]
    assert found.help == f"did you mean `{guess}`?"


OUTSIDE = """
membrane far (cytosol | ecs) {
    area = 400 um2;  capacitance = 1 uF/cm2;  V from currents starting at -65 mV
    channel leak { carries charge;  conductance = 0.4 nS;  reversal = -65 mV }
    channel syn  { carries charge;  conductance = 1 nS * g;  reversal = 0 mV
        gate g { decay = 2 ms;  opens at EVENT } }
}
bath cytosol { }
bath ecs { }
"""


@pytest.mark.parametrize(
    ("event", "code"), [("everywhere", None), ("axon.spike", "ION484"), ("axon[3].spike", "ION485")]
)
def test_a_gate_outside_of_the_line_does_not_know_which_copy(event: str, code: str | None) -> None:
    text = line(10, "run 1 ms\n at 0.5 ms: fire everywhere\n measure g = max(far.syn.g)") + OUTSIDE.replace(
        "EVENT", event
    )
    found = [d.code for d in ionlang.loads(text).check() if d.severity == "error"]
    assert found == ([] if code is None else [code])
    if code is None:
        assert measured(text)["g"] == pytest.approx(1.0, abs=1e-9)


def test_a_condition_of_the_whole_file_does_not_know_which_copy() -> None:
    text = line(10, "run 1 ms") + "\nevent any_spike { condition = axon.wall.V > 0 mV }\n"
    assert [d.code for d in ionlang.loads(text).check() if d.severity == "error"] == ["ION484"]
