"""`find`: what is found against closed forms, what it is a run of, and what is said where there is no answer."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ionlang
from ionlang.cli import main
from ionlang.simulate import answering, members
from ionlang.simulate.running import course
from ionlang.simulate.running.remembered import Memory
from ionlang.simulate.study import Member, Study, Tipping

PATCH = """
temperature = 37 degC
ion K { valence = +1 }
param strength = 50 pA
param lasting  = 5 ms
bath inside  { K = 140 mM }
bath outside { K = 4 mM }
membrane patch (inside | outside) {
    capacitance = 100 pF
    V from currents starting at -70 mV
    channel leak { carries K;  conductance = 10 nS;  reversal = -70 mV }
}
"""
PUSH = "run 30 ms\n from 1 ms for lasting: inject strength into patch carried by K\n"
TAU = 10.0  # ms


def lapicque(lasting: float, capacitance: float = 100.0) -> float:
    """The current [pA] that lifts the membrane by 10 mV at the end of a pulse [ms]: g ΔV/(1 − exp(−D/τ))."""
    return 100.0 / -math.expm1(-lasting * 10.0 / capacitance)


def study(body: str, more: str = "", cell: str = PATCH) -> Study:
    model = ionlang.loads(f"{cell}\n{more}\nscenario s {{ {body} }}", "cell.ion")
    assert [d.message for d in model.check() if d.severity == "error"] == []
    return model.study("s")


def found(each: Study) -> Tipping:
    (member,) = each.members
    assert member.failure is None and member.found is not None, member.failure
    return member.found


def codes(body: str, more: str = "") -> list[str]:
    text = f"{PATCH}\n{more}\nscenario s {{ {body} }}"
    return [d.code for d in ionlang.loads(text, "cell.ion").check() if d.code != "ION353"]


# What is found is right


@settings(max_examples=25, deadline=None)
@given(
    st.floats(1.0, 20.0),
    st.floats(0.3, 0.999),
    st.floats(1.001, 3.0),
    st.sampled_from([1e-2, 1e-3, 1e-4]),
    st.booleans(),
    st.booleans(),
)
def test_the_threshold_of_a_passive_membrane(
    lasting: float, below: float, above: float, share: float, swapped: bool, from_above: bool
) -> None:
    exact = lapicque(lasting)
    ends = (below * exact, above * exact)[:: -1 if swapped else 1]
    within = share * abs(ends[1] - ends[0])
    condition = "max(patch.V) < -60 mV" if from_above else "max(patch.V) > -60 mV"
    search = f"find strength from {ends[0]!r} pA to {ends[1]!r} pA so that {condition} within {within!r} pA"
    tipping = found(study(f"{PUSH} set lasting = {lasting!r} ms\n {search}"))
    low, high = tipping.bracket
    slack = 1e-4 * exact  # of the integration
    assert low - slack <= exact <= high + slack
    assert high - low <= within * (1 + 1e-6)
    assert tipping.value == (low if from_above else high)
    assert tipping.runs == 2 + math.ceil(math.log2(1 / share) - 1e-6)


def test_without_within_it_is_a_ten_thousandth_of_the_interval() -> None:
    tipping = found(study(f"{PUSH} find strength from 0 pA to 1 nA so that max(patch.V) > -60 mV"))
    low, high = tipping.bracket
    assert 0.05 < high - low <= 0.1
    assert low - 0.02 < lapicque(5.0) < high + 0.02


def test_a_threshold_of_rest_is_the_nernst_equation() -> None:
    """Without other currents V rests at E_K, and passes −60 mV where outside.K = 140 mM exp(−60 mV F/RT)."""
    cell = PATCH.replace(";  reversal = -70 mV", "")
    tipping = found(study("find outside.K from 2 mM to 40 mM so that patch.V at rest > -60 mV", cell=cell))
    exact = 140.0 * math.exp(-60.0 / (8.31446261815324 * 310.15 / 96.48533212331))
    low, high = tipping.bracket
    assert low < exact < high
    assert tipping.unit == "mM" and tipping.value > tipping.beyond


@pytest.mark.parametrize(
    "condition",
    [
        "time(patch.V > -60 mV) < 20 ms",
        "count(patch.V > -60 mV) > 0.5",
        "not max(patch.V) < -60 mV",
        "top > -60 mV and patch.V at start < -60 mV",
        "lift > 10 mV or top > 0 mV",
    ],
)
def test_any_question_to_the_run_decides(condition: str) -> None:
    """An event that never came does not hold."""
    measures = "measure top = max(patch.V)\n measure lift = top - patch.V at start\n"
    search = f"find strength from 100 pA to 400 pA so that {condition} within 0.1 pA"
    low, high = found(study(f"{PUSH} {measures} {search}")).bracket
    assert low - 0.05 <= lapicque(5.0) <= high + 0.05


@pytest.mark.parametrize("limit", ["run until patch.V > -60 mV, at most 30 ms", "begin at rest\n run 30 ms"])
def test_runs_of_every_kind_are_searched(limit: str) -> None:
    body = f"{limit}\n from 1 ms for lasting: inject strength into patch carried by K\n"
    search = "find strength from 100 pA to 400 pA so that max(patch.V) >= -60.0001 mV within 0.1 pA"
    low, high = found(study(body + search)).bracket
    assert low - 0.1 <= lapicque(5.0) <= high + 0.1


def test_a_length_of_time_is_found() -> None:
    """The time after which 254.149 pA have lifted the membrane by 10 mV."""
    body = f"{PUSH} set strength = {lapicque(5.0)!r} pA\n"
    low, high = found(study(f"{body} find lasting from 1 ms to 20 ms so that max(patch.V) > -60 mV")).bracket
    assert low - 1e-6 <= 5e-3 <= high + 1e-6  # s


# What is found is a run


def test_measures_and_expectations_are_those_of_the_run_that_holds() -> None:
    body = f"{PUSH} measure top = max(patch.V)\n measure charge = strength * lasting\n"
    search = "find strength from 0 pA to 1 nA so that top > -60 mV within 1 pA\n"
    each = study(
        f"{body} {search} expect strength = 254.5 pA +- 0.6 pA\n expect top between -60 mV and -59.9 mV"
    )
    tipping = found(each)
    assert each.passed
    assert each.measures == ("strength", "top", "charge")
    assert each["strength"] == tipping.value
    assert each["charge"] == pytest.approx(5.0 * tipping.value, rel=1e-12)
    (member,) = each.members
    assert member.solution is not None
    assert [name for name, _ in member.solution.measures] == ["strength", "top", "charge"]
    assert member.solution["patch.V"].max() > -60.0 > tipping.other["patch.V"].max()
    assert tipping.other.measures[1][1] < -60.0
    alone = ionlang.loads(f"{PATCH} scenario s {{ {body} }}").run(set={"strength": f"{tipping.value!r} pA"})
    assert dict(alone.measures)["top"] == pytest.approx(float(each["top"]), rel=1e-6)


def test_an_expectation_that_fails_is_told() -> None:
    search = "find strength from 0 pA to 1 nA so that max(patch.V) > -60 mV\n"
    each = study(f"{PUSH} {search} expect strength < 200 pA")
    assert not each.passed and not each.failed


def test_it_is_the_same_every_time() -> None:
    body = f"{PUSH} find strength from 0 pA to 1 nA so that max(patch.V) > -60 mV"
    one, two = found(study(body)), found(study(body))
    assert (one.value, one.beyond) == (two.value, two.beyond)
    np.testing.assert_array_equal(one.other["patch.V"], two.other["patch.V"])


# Variants and sweeps: a search for each


CURVE = f"""{PUSH}
    compare thin, thick
    sweep lasting over 1 ms, 5 ms, 20 ms
    find strength from 50 pA to 3 nA so that max(patch.V) > -60 mV within 0.2 pA
    measure threshold = strength
    expect thin.threshold < thick.threshold
"""
VARIANTS = "variant thin { set patch.capacitance = 50 pF }\n variant thick { }"


def test_each_variant_and_value_has_its_own() -> None:
    each = study(CURVE, VARIANTS)
    assert each.shape == (2, 3) and each.passed
    exact = [[lapicque(d, c) for d in (1.0, 5.0, 20.0)] for c in (50.0, 100.0)]
    np.testing.assert_allclose(each["strength"], exact, atol=0.25, rtol=1e-4)
    assert each.runs == sum(m.found.runs for m in each.members if m.found is not None)


def test_many_searches_at_once_are_the_same() -> None:
    body = f"{PUSH} sweep lasting from 1 ms to 20 ms in {members.SEARCHES} steps\n"
    each = study(f"{body} find strength from 50 pA to 3 nA so that max(patch.V) > -60 mV within 0.5 pA")
    exact = np.array([lapicque(d) for d in each.axes[0].values * 1e3])
    assert all(m.found is not None for m in each.members)
    brackets = np.array([m.found.bracket for m in each.members if m.found is not None])
    slack = 1e-4 * exact
    assert (brackets[:, 0] - slack < exact).all() and (exact < brackets[:, 1] + slack).all()


def test_ends_may_follow_what_is_swept() -> None:
    body = f"{PUSH} sweep lasting over 2 ms, 8 ms\n"
    search = "find strength from 100 pA to 5 nA * (1 ms / lasting) so that max(patch.V) > -60 mV within 1 pA"
    np.testing.assert_allclose(study(body + search)["strength"], [lapicque(2.0), lapicque(8.0)], atol=1.1)


# Where there is no answer


def refused(each: Study) -> str:
    (member,) = each.members
    assert member.found is None and member.solution is None and member.failure is not None
    return member.failure


def test_ends_that_agree_are_told_with_what_was_seen() -> None:
    weak = study(f"{PUSH} find strength from 0 pA to 200 pA so that max(patch.V) > -60 mV")
    said = refused(weak)
    assert "holds at neither end: at strength = 0 pA (max(patch.V) = -70 mV)" in said
    assert "at strength = 200 pA (max(patch.V) = -62.13" in said
    assert weak.runs == 2 and not weak.passed and np.isnan(weak["strength"])
    strong = study(f"{PUSH} find strength from 300 pA to 400 pA so that max(patch.V) > -60 mV")
    assert "holds at both ends" in refused(strong)
    never = study(f"{PUSH} find strength from 0 pA to 200 pA so that time(patch.V > -60 mV) < 9 ms")
    assert "time(patch.V > -60 mV) = never" in refused(never)


def test_an_end_that_fails_is_told() -> None:
    body = "run 30 ms\n from 1 ms for lasting: set strength = 1 pA\n from 9 ms: set strength = 2 pA\n"
    said = refused(study(f"{body} find lasting from 1 ms to 20 ms so that max(patch.V) > -60 mV"))
    assert "an end of the interval failed: at lasting = 0.02 s: two sentences say" in said


def failing_between(monkeypatch: pytest.MonkeyPatch, low: float, high: float) -> None:
    """Runs fail where strength [pA] is between two values."""
    true = answering._failure

    def failure(machine: object, solution: object) -> str | None:
        strength = dict(solution.measures)["strength"]  # type: ignore[attr-defined]
        return "it broke" if low < strength < high else true(machine, solution)  # type: ignore[arg-type]

    monkeypatch.setattr(answering, "_failure", failure)


SEARCH = f"{PUSH} find strength from 0 pA to 1 nA so that max(patch.V) > -60 mV within 1 pA"


def test_a_bracket_goes_round_a_run_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    failing_between(monkeypatch, 490.0, 510.0)
    each = study(SEARCH)
    low, high = found(each).bracket
    assert low < lapicque(5.0) < high and high - low <= 1.0
    (remark,) = found(each).remarks
    assert remark == "the run at strength = 500 pA failed: it broke"


def test_a_run_that_fails_is_no_end(monkeypatch: pytest.MonkeyPatch) -> None:
    failing_between(monkeypatch, 200.0, 450.0)
    said = refused(study(SEARCH))
    low, high = (float(x) for x in said.split("between strength = ")[1].split(" pA,")[0].split(" pA and "))
    assert low <= 200.0 and high >= 450.0
    assert said.count("it broke") >= 2


# What runs have in common is integrated once


def integrated(monkeypatch: pytest.MonkeyPatch, body: str, more: str = "") -> tuple[float, Tipping]:
    """The time [ms] that was integrated altogether, and what was found."""
    lengths: list[float] = []
    true = course.Request.answer

    def answer(request: course.Request) -> object:
        lengths.append(request.phase.end - request.phase.start)
        return true(request)

    with monkeypatch.context() as patched:
        patched.setattr(course.Request, "answer", answer)
        tipping = found(study(body, more))
    return sum(lengths), tipping


LATE = "run 30 ms\n set strength = 254.149 pA\n from 10 ms for lasting: inject strength into patch carried by K\n"
LENGTH = "find lasting from 1 ms to 16 ms so that max(patch.V) > -60 mV within 0.1 ms"


def test_a_common_beginning_is_integrated_once(monkeypatch: pytest.MonkeyPatch) -> None:
    whole, tipping = integrated(monkeypatch, LATE + LENGTH)
    with monkeypatch.context() as patched:
        patched.setattr(Memory, "answered", lambda memory, talk: course.answered(talk))
        each, alone = integrated(monkeypatch, LATE + LENGTH)
    assert tipping.runs == alone.runs == 10
    assert each == pytest.approx(300.0)
    ends = [16.0, 1.0] + [5.0] * 8  # of the pulse, nearly
    assert whole == pytest.approx(10.0 + 16.0 + sum(20.0 - end for end in ends), abs=6.0)
    assert tipping.value == alone.value
    assert tipping.other["patch.V"].max() == pytest.approx(alone.other["patch.V"].max(), rel=1e-6)


def test_what_a_rate_reads_is_in_nothing_common(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the length of the pulse is a part of the conductance too, every run is another from the start."""
    cell = PATCH.replace("conductance = 10 nS", "conductance = 10 nS * lasting / 5 ms")
    lengths: list[float] = []
    true = course.Request.answer

    def answer(request: course.Request) -> object:
        lengths.append(request.phase.end - request.phase.start)
        return true(request)

    monkeypatch.setattr(course.Request, "answer", answer)
    each = study(f"{LATE} find lasting from 1 ms to 4.9 ms so that max(patch.V) > -55 mV", cell=cell)
    assert sum(lengths) == pytest.approx(30.0 * each.runs)


# Checks


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("find strength from 0 pA to 1 nA so that max(patch.V) > -60 mV", []),
        ("find strength from 0 pA to 1 nA so that patch.V > -60 mV", ["ION405"]),
        ("find strength from 0 pA to 1 nA so that max(patch.V)", ["ION208"]),
        ("find strength from 0 pA to 1 nA so that strength > lasting", ["ION202"]),
        ("find strength from 0 pA to 1 nA so that strength > 3 pA", ["ION461"]),
        ("measure twice = 2*strength\n find strength from 0 pA to 1 nA so that twice > 3 pA", ["ION461"]),
        ("find strength from 0 mV to 1 nA so that max(patch.V) > -60 mV within 1 s", ["ION204", "ION204"]),
        ("find nobody from 0 mV to 1 mV so that max(patch.V) > -60 mV", ["ION101"]),
        ("find patch from 0 mV to 1 mV so that max(patch.V) > -60 mV", ["ION110"]),
        ("find strength from 0 pA to max(patch.V) so that max(patch.V) > -60 mV", ["ION115"]),
        ("find patch.V from -90 mV to patch.V so that max(patch.V) > -60 mV", ["ION316"]),
        ("find strength from 9 pA to 9 pA so that max(patch.V) > -60 mV", ["ION462"]),
        ("find strength from 0 pA to 9 pA so that max(patch.V) > -60 mV within -1 pA", ["ION462"]),
        ("find strength from 0 pA to 9 pA so that max(patch.V) > -60 mV within 10 pA", ["ION462"]),
        ("find outside.K from -1 mM to 9 mM so that max(patch.V) > -60 mV", ["ION304"]),
        ("set strength = 3 pA\n find strength from 0 pA to 9 pA so that max(patch.V) > -60 mV", ["ION463"]),
        ("scale strength by 3\n find strength from 0 pA to 9 pA so that max(patch.V) > -60 mV", ["ION463"]),
        ("sweep strength over 3 pA\n find strength from 0 pA to 9 pA so that max(patch.V) > -60 mV", ["ION463"]),
        ("compare a\n find strength from 0 pA to 9 pA so that max(patch.V) > -60 mV", ["ION463"]),
        ("find strength from 0 pA to 9 pA so that max(patch.V) > -60 mV\n"
         "find lasting from 0 s to 9 s so that max(patch.V) > -60 mV", ["ION305"]),
        ("find strength from 0 pA to 1 nA so that patch.V at rest > -60 mV", ["ION406"]),
    ],
)  # fmt: skip
def test_mistakes(body: str, expected: list[str]) -> None:
    variant = "variant a { set strength = 3 pA }" if "compare" in body else ""
    assert codes(PUSH + body, variant) == expected


def test_without_a_run_only_rest_can_be_asked() -> None:
    used = "measure charge = strength * lasting\n find outside.K from 1 mM to 9 mM so that "
    assert codes(f"{used} max(patch.V) > -60 mV") == ["ION406"]
    assert codes(f"{used} patch.V at rest > -60 mV") == []


def test_find_so_and_within_may_be_names() -> None:
    more = "param so = 3 mV\n param within = so\n let find = so + within"
    assert codes(f"{PUSH} measure find_it = find", more) == []
    words = "find so from 1 mV to 90 mV so that max(patch.V) + so > 0 mV within within"
    assert codes(f"{PUSH} {words}", "param so = 3 mV\n param within = 1 mV") == []


def test_a_run_is_asked_for_as_a_study() -> None:
    model = ionlang.loads(f"{PATCH} scenario s {{ {SEARCH} }}")
    with pytest.raises(ValueError, match=r"model\.study\('s'\)"):
        model.run()


# What is written and drawn


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "one.ion").write_text(f"{PATCH} scenario s {{ {SEARCH} \n expect strength < 260 pA }}")
    (tmp_path / "curve.ion").write_text(f"{PATCH} {VARIANTS}\n scenario s {{ {CURVE} }}")
    weak = SEARCH.replace("1 nA", "200 pA")
    (tmp_path / "weak.ion").write_text(f"{PATCH} scenario s {{ {weak} \n expect strength < 100 pA }}")
    return tmp_path


def test_the_text_says_both_sides(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "one.ion"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("s: 12 runs\n")
    assert (
        "`max(patch.V) > -60 mV` holds at strength = 254.88281 pA, and no longer at strength = 253.90625 pA"
        in said
    )
    assert main(["run", "curve.ion"]) == 0
    assert "thin, lasting = 0.001 s: `max(patch.V) > -60 mV` holds at strength = " in capsys.readouterr().out


def test_no_answer_is_a_failure_of_the_numbers(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "weak.ion"]) == 3
    assert "   `max(patch.V) > -60 mV` holds at neither end" in capsys.readouterr().out
    assert main(["test", "weak.ion"]) == 1
    said = capsys.readouterr().out
    assert "holds at neither end" in said and "0 passed, 2 failed" in said


def test_json_has_the_bracket(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "one.ion", "--format", "json"]) == 0
    (run,) = json.loads(capsys.readouterr().out)["scenarios"]["s"]["runs"]
    assert run["found"] == {
        "name": "strength", "unit": "pA", "holds": 254.8828125, "fails": 253.90625,
        "bracket": [253.90625, 254.8828125], "runs": 12, "remarks": [],
    }  # fmt: skip
    assert main(["run", "weak.ion", "--format", "json"]) == 3
    (run,) = json.loads(capsys.readouterr().out)["scenarios"]["s"]["runs"]
    assert run["found"] is None and "neither end" in run["failure"]


def test_csv_has_both_values(files: Path) -> None:
    assert main(["run", "curve.ion", "--csv", "found.csv"]) == 0
    with (files / "found.csv").open(newline="") as file:
        heading, *rows = list(csv.reader(file))
    assert heading == [
        "variant", "lasting [s]", "strength [pA]", "threshold [pA]", "strength beyond [pA]", "failure",
    ]  # fmt: skip
    assert len(rows) == 6
    for row in rows:
        exact = lapicque(float(row[1]) * 1e3, 50.0 if row[0] == "thin" else 100.0)
        assert float(row[4]) < exact * (1 + 1e-4) and exact * (1 - 1e-4) < float(row[2])


def labels(figure: object) -> set[str]:
    lines = [line for axes in figure.axes for line in axes.get_lines()]  # type: ignore[attr-defined]
    return {str(line.get_gid()) for line in lines if line.get_gid()}


def test_both_runs_are_on_one_figure(files: Path) -> None:
    drawn = labels(ionlang.load("one.ion").study().plot())
    assert drawn == {"strength = 254.88281 pA: patch.V", "strength = 253.90625 pA: patch.V"}
    assert {"thin: strength", "thick: strength"} <= labels(ionlang.load("curve.ion").study().plot())
    assert main(["run", "one.ion", "--overlay", "both.svg", "--plot", "one.svg"]) == 0
    assert (files / "both.svg").exists() and (files / "one.svg").exists()


def test_a_notebook_shows_it(files: Path) -> None:
    page = ionlang.load("one.ion").study()._repr_html_()
    assert "strength" in page and "254.8828" in page


def test_members_know_how_often_they_ran(files: Path) -> None:
    each = ionlang.load("one.ion").study()
    assert isinstance(each.members[0], Member)
    assert each.runs == each.members[0].tried == found(each).runs == 12
