"""Several runs of one scenario: what each of them is, how they are judged, and what is written and drawn of them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ionlang
from ionlang.cli import main
from ionlang.plot import compare
from ionlang.simulate.axes import values_of
from ionlang.simulate.resting.rest import find_settled
from ionlang.simulate.resting.rest_many import find_settled_many
from ionlang.simulate.study import Study

CELL = """
temperature = 37 degC
ion K  { valence = +1 }
ion Na { valence = +1 }
ion Cl { valence = -1 }
impermeant A { valence = -1 }
solute ATP
param strength = 0.5 uA/cm2 between 0 uA/cm2 and 5 uA/cm2
compartment inside { volume = 2 pL;  K = 130 mM;  Na = 15 mM;  Cl = 10 mM;  A balances charge;  ATP = 3 mM held }
bath outside { K = 4 mM;  Na = 145 mM;  Cl balances charge }
membrane soma (inside | outside) {
    area = 900 um2
    capacitance = 1 uF/cm2
    V from currents starting at -70 mV
    channel K_leak  { carries K;   conductance = 0.1 mS/cm2 }
    channel Na_leak { carries Na;  conductance = 0.01 mS/cm2 }
    channel Cl_leak { carries Cl;  conductance = 0.02 mS/cm2 }
    channel slow    { carries K;   conductance = 0.05 mS/cm2 * n
        gate n { inf = 1/(1 + exp(-(V + 60 mV)/(8 mV)));  tau = 5 ms;  start = 0.2 } }
    pump NaK { moves 3 Na out, 2 K in, uses 1 ATP;  current = strength * hill(in.Na, 15 mM, 3) }
}
"""
RUN = "run 50 ms\n measure last = soma.V at end\n measure top = max(soma.V)\n measure late = time(soma.V > -60 mV)\n"


def model(scenarios: str, cell: str = CELL) -> ionlang.Model:
    found = ionlang.loads(cell + scenarios, "cell.ion")
    assert [d.message for d in found.check() if d.severity == "error"] == []
    return found


def study(body: str, variants: str = "") -> Study:
    return model(f"{variants}\nscenario s {{ {body} }}").study("s")


def codes(text: str) -> list[str]:
    return [d.code for d in ionlang.loads(CELL + text, "cell.ion").check()]


# Each member is the run that it says it is


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("outside.K", ["2 mM", "4 mM", "9 mM"]),
        ("inside.K", ["100 mM", "130 mM"]),
        ("soma.V", ["-80 mV", "-50 mV"]),
        ("slow.n", ["0", "0.9"]),
        ("strength", ["0 uA/cm2", "2 uA/cm2"]),
        ("K_leak.conductance", ["0.05 mS/cm2", "200 uS/cm2"]),
        ("NaK.block", ["0 %", "100 %"]),
        ("soma.area", ["500 um2", "2000 um2"]),
        ("temperature", ["20 degC", "310.15 K"]),
    ],
)
def test_a_sweep_is_runs_with_set(path: str, values: list[str]) -> None:
    swept = study(f"sweep {path} over {', '.join(values)}\n{RUN}")
    alone = model(f"scenario s {{ {RUN} }}")
    for member, value in zip(swept.members, values, strict=True):
        assert member.solution is not None
        expected = alone.run("s", {swept.axes[0].path.removesuffix(".start"): value.replace("%", " %")})
        assert member.solution.measures[0] == expected.measures[0]
        np.testing.assert_array_equal(member.solution["soma.V"], expected["soma.V"])


def test_a_sweep_of_rest_is_rests_with_set() -> None:
    body = "measure V0 = soma.V at rest\n"
    swept = study(f"sweep outside.K from 2 mM to 12 mM in 5 steps\n{body}")
    alone = model(f"scenario s {{ {body} }}")
    one_by_one = [alone.run("s", {"outside.K": f"{v} mM"}).measures[0][1] for v in (2, 4, 6, 8, 10, 12)]
    np.testing.assert_allclose(swept["V0"], one_by_one, rtol=1e-10)
    assert np.ptp(swept["V0"]) > 10.0


def test_rests_sought_together_are_those_sought_alone() -> None:
    """A model with three equilibria: each cell comes to its own stable one, whatever its neighbour does."""
    found = ionlang.load(Path(__file__).parents[1] / "examples" / "anoxia.ion")
    machine = found.machine
    strengths = [{"rho": rho} for rho in np.linspace(0.0, 12.0, 13).tolist()]
    blocks = [{"soma.NaK.block": share} for share in (0.0, 0.5, 0.99)]
    starts = [{"soma.V.start": -30.0}, {"inside.K.start": 120.0}]
    bases = [*strengths, *blocks, *starts]
    together = find_settled_many(machine, bases)
    alone = [find_settled(machine, base) for base in bases]
    assert sum(rest is not None for rest in together) > 12
    for one, other in zip(together, alone, strict=True):
        assert other.settled is not None
        if one is not None:
            assert one.settled is not None and one.parameters == other.parameters
            np.testing.assert_allclose(one.settled.state, other.settled.state, rtol=1e-9, atol=1e-12)
            np.testing.assert_allclose(one.totals, other.totals, rtol=1e-14)


def test_a_comparison_is_separate_files() -> None:
    variants = """
    variant plain { }
    variant leaky { set Na_leak.conductance = 0.05 mS/cm2 }
    variant stopped { block NaK by 80 %;  set outside.K = 8 mM }
    """
    together = study(f"compare plain, leaky, stopped\nbegin at rest\n{RUN}", variants)
    leaky = CELL.replace("carries Na;  conductance = 0.01", "carries Na;  conductance = 0.05")
    stopped = CELL.replace("bath outside { K = 4 mM", "bath outside { K = 8 mM").replace(
        "current = strength", "current = 0.2 * strength"
    )
    for member, text in zip(together.members, (CELL, leaky, stopped), strict=True):
        assert member.solution is not None
        alone = model(f"scenario s {{ begin at rest\n{RUN} }}", text).run("s")
        found = dict(member.solution.measures)
        for name, value in alone.measures:
            if not np.isnan(value):
                assert found[name] == pytest.approx(value, abs=1e-6), member.variant


def test_members_share_one_machine() -> None:
    swept = study(f"sweep outside.K over 2 mM, 4 mM\n{RUN}")
    assert [m.solution is not None and m.solution.machine is swept.machine for m in swept.members] == [
        True
    ] * 2


def test_a_window_of_the_scenario_wins_over_a_variant_and_returns_to_it() -> None:
    found = study(
        """
        run 50 ms
        from 10 ms for 20 ms: set outside.K = 8 mM
        from 10 ms for 20 ms: block NaK by 50 %
        compare plain, rich
        measure before = outside.K at 5 ms
        measure within = outside.K at 20 ms
        measure after  = outside.K at 40 ms
        measure pumped = soma.NaK.rate at 5 ms
        measure open   = soma.NaK.rate at 20 ms
        """,
        "variant plain { }  \n variant rich { set outside.K = 6 mM;  block NaK by 20 % }",
    )
    assert [found[m].tolist() for m in ("before", "within", "after")] == [[4, 6], [8, 8], [4, 6]]
    assert found["open"][0] / found["pumped"][0] == pytest.approx(0.5, rel=1e-2)
    assert found["open"][1] / found["pumped"][0] == pytest.approx(0.8 * 0.5, rel=1e-2)
    assert found["pumped"][1] / found["pumped"][0] == pytest.approx(0.8, rel=1e-2)


def test_scale_in_a_variant_acts_on_what_the_scenario_sets_and_what_is_swept() -> None:
    found = study(
        """
        run 20 ms
        sweep strength over 1 uA/cm2, 2 uA/cm2
        set outside.K = 5 mM
        compare plain, doubled
        measure K = outside.K at end
        measure p = strength
        """.replace("measure K =", "measure k ="),
        "variant plain { }  \n variant doubled { scale outside.K by 2;  scale strength by 0.5 }",
    )
    assert found["k"].tolist() == [[5, 5], [10, 10]]
    assert found["p"].tolist() == [[1, 2], [0.5, 1]]


def test_what_a_scenario_goes_on_from_is_of_the_same_variant() -> None:
    text = """
    variant plain { }
    variant rich { set outside.K = 9 mM }
    scenario before { run 30 ms;  measure v = soma.V at end }
    scenario s { begin at end of before;  run 1 ms;  compare plain, rich;  measure first = soma.V at start }
    scenario other { run 30 ms;  set outside.K = 9 mM;  measure v = soma.V at end }
    """
    found = model(text)
    plain, rich = (found.run(name).measures[0][1] for name in ("before", "other"))
    np.testing.assert_allclose(found.study("s")["first"], [plain, rich], rtol=1e-12)
    assert abs(plain - rich) > 5.0


# Axes and shapes


def test_the_product_is_in_order() -> None:
    found = study(
        "compare a, b\n sweep outside.K over 3 mM, 5 mM, 7 mM\n sweep strength from 0 uA/cm2 to 1 uA/cm2 in 1 steps\n"
        "measure k = outside.K at rest\n measure p = strength",
        "variant a { } \n variant b { set K_leak.conductance = 0.2 mS/cm2 }",
    )
    assert found.shape == (2, 3, 2)
    assert [(m.variant, m.values) for m in found.members[:3]] == [("a", (3, 0)), ("a", (3, 1)), ("a", (5, 0))]
    np.testing.assert_array_equal(found["k"], np.broadcast_to([[[3], [5], [7]]], (2, 3, 2)))
    np.testing.assert_array_equal(found["p"], np.broadcast_to([0, 1], (2, 3, 2)))
    assert found.member(5, 1, variant="b") is found.members[9]
    assert found.units == {"outside.K": "mM", "strength": "uA/cm2", "k": "mM", "p": "uA/cm2"}
    for wrong in ((), (5,), (4, 1)):
        with pytest.raises(KeyError):
            found.member(*wrong, variant="b")
    with pytest.raises(KeyError, match="2 runs"):
        found.member(5, 1)
    with pytest.raises(KeyError, match="there are: k, p"):
        found["V"]


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 40), st.floats(0.5, 5), st.floats(5, 50))
def test_steps_are_intervals_and_both_ends_are_there(steps: int, low: float, high: float) -> None:
    text = f"{CELL}\nscenario s {{ sweep outside.K from {low!r} mM to {high!r} mM in {steps} steps }}"
    axis = ionlang.loads(text, "cell.ion").cell.studies[0].axes[0]
    assert axis.size == steps + 1
    values = values_of(axis, {})
    assert values.size == axis.size
    assert values[[0, -1]] == pytest.approx([low, high], rel=1e-14)
    assert np.diff(values) == pytest.approx((high - low) / steps, rel=1e-9)


def test_values_may_follow_from_parameters_and_given_ones() -> None:
    found = model("scenario s { sweep strength over strength/2, 2*strength\n measure p = strength }")
    assert found.study(set={"strength": "0.1 uA/cm2"})["p"].tolist() == pytest.approx([0.05, 0.2])


def test_run_is_for_one_run_and_study_for_any() -> None:
    found = model(f"scenario one {{ {RUN} }}\n scenario two {{ sweep outside.K over 3 mM\n {RUN} }}")
    with pytest.raises(ValueError, match=r"model.study\('two'\)"):
        found.run("two")
    alone = found.study("one")
    assert alone.shape == () and len(alone.members) == 1
    assert alone.members[0].solution is not None
    assert alone.members[0].solution.measures[0] == found.run("one").measures[0]
    with pytest.raises(KeyError):
        found.study("three")


# Judgement


def test_a_plain_expectation_holds_in_every_run() -> None:
    body = "measure V0 = soma.V at rest\n expect V0 < -60 mV\n expect V0 > -200 mV"
    found = study(f"sweep outside.K over 2 mM, 20 mM, 3 mM\n {body}")
    assert [[v.passed for v in m.solution.verdicts] for m in found.members if m.solution] == [
        [True, True], [False, True], [True, True],
    ]  # fmt: skip
    assert [m.passed for m in found.members] == [True, False, True] and not found.passed


def test_runs_are_named_at_every_point() -> None:
    found = study(
        """
        compare plain, rich
        sweep strength over 0 uA/cm2, 1 uA/cm2, 2 uA/cm2
        measure k = outside.K at rest
        measure p = strength
        expect rich.k = plain.k + 2 mM +- 1e-9 mM
        expect plain.p + rich.p < 3 uA/cm2
        expect k > 1 mM
        """,
        "variant plain { } \n variant rich { shift outside.K by 2 mM }",
    )
    assert [(j.values, j.verdict.passed) for j in found.judgements] == [
        ((0,), True), ((0,), True), ((1,), True), ((1,), True), ((2,), True), ((2,), False),
    ]  # fmt: skip
    assert all(m.passed for m in found.members) and not found.passed


def test_counts_need_no_tolerance_across_runs() -> None:
    found = study(
        "compare a, b\n run 5 ms\n measure n = count(soma.V > 0 mV)\n expect a.n = 0\n expect a.n <= b.n",
        "variant a { } \n variant b { }",
    )
    assert found.passed and len(found.judgements) == 2


FAILING = """
scenario s {
    run 10 s
    sweep strength over 1 uA/cm2, 2 uA/cm2, 3 uA/cm2
    from 2 s for strength / (1 uA/cm2) * 2 s: set outside.K = 8 mM
    from 7 s: set outside.K = 6 mM
    measure p = strength
    expect p > 0 uA/cm2
}
"""


def test_a_run_that_fails_is_marked_and_the_others_finish() -> None:
    text = FAILING.replace("from 7 s:", "from 7 s for 1 s:")
    found = model(text).study("s")
    assert [m.failure is None for m in found.members] == [True, True, False]
    assert "outside.K" in (found.members[2].failure or "")
    assert found.failed == found.members[2:] and not found.passed
    assert found["p"][:2].tolist() == [1, 2] and np.isnan(found["p"][2])


def test_values_that_the_cell_cannot_have_fail_alone() -> None:
    text = CELL.replace("K = 130 mM;  Na", "K = base;  Na").replace(
        "param strength", "param base = 130 mM\nparam strength"
    )
    found = ionlang.loads(
        text + "scenario s { sweep base over 100 mM, -5 mM\n measure k = inside.K at rest }"
    ).study()
    assert found.members[0].failure is None
    assert "above 0" in (found.members[1].failure or "") and found.members[1].solution is None


# What is wrong


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("scenario s { compare nobody\n measure v = soma.V at rest }", ["ION101"]),
        ("scenario s { compare soma\n measure v = soma.V at rest }", ["ION435"]),
        ("variant a { }\nscenario s { compare a\n compare a\n measure v = soma.V at rest }", ["ION305"]),
        ("variant a { }\nscenario s { compare a, a\n measure v = soma.V at rest }", ["ION305"]),
        ("variant a { from 1 s: block NaK }", ["ION432"]),
        ("variant a { }\nvariant a { }", ["ION102"]),
        ("variant a { set outside.K = 4 mM;  set outside.K = 5 mM }", ["ION403"]),
        ("variant a { set outside.K = 4 mV }", ["ION204"]),
        ("variant a { set outside.K = -4 mM }", ["ION304"]),
        ("variant a { measure v = 1 }", ["ION107"]),
        ("variant a { set outside.K = 5 mM }\nscenario s { set outside.K = 6 mM\n compare a\n measure v = soma.V at rest }",
         ["ION403"]),
        ("variant a { hold inside.K }\nscenario s { run 1 s\n hold inside.K\n compare a\n measure v = soma.V at end }",
         ["ION403"]),
        ("let y = 2 * soma.V\nscenario s { sweep y over 1 mV\n measure v = soma.V at rest }", ["ION110"]),
        ("scenario s { sweep nobody over 1 mV\n measure v = soma.V at rest }", ["ION101"]),
        ("scenario s { sweep outside.K over 1 mV, 2 mM\n measure v = soma.V at rest }", ["ION204"]),
        ("scenario s { sweep outside.K from 1 mM to 2 in 3 steps\n measure v = soma.V at rest }", ["ION204"]),
        ("scenario s { sweep outside.K over soma.V at end\n measure v = soma.V at rest }", ["ION107"]),
        ("scenario s { sweep outside.K over inside.K\n measure v = soma.V at rest }", ["ION316"]),
        ("scenario s { sweep outside.K from 1 mM to 2 mM in 0 steps\n measure v = soma.V at rest }", ["ION431"]),
        ("scenario s { sweep outside.K from 1 mM to 2 mM in 2.5 steps\n measure v = soma.V at rest }", ["ION431"]),
        ("scenario s { sweep outside.K from 1 mM to 2 mM in 999 steps\n sweep strength from 0 uA/cm2 to 1 uA/cm2 in 999 "
         "steps\n measure v = soma.V at rest }", ["ION431"]),
        ("scenario s { sweep outside.K over 1 mM\n sweep outside.K over 2 mM\n measure v = soma.V at rest }", ["ION305"]),
        ("scenario s { sweep outside.K over 1 mM, -1 mM\n measure v = soma.V at rest }", ["ION304"]),
        ("scenario s { sweep strength from 0 uA/cm2 to 6 uA/cm2 in 2 steps\n measure v = soma.V at rest }", ["ION312"]),
        ("scenario s { set outside.K = 2 mM\n sweep outside.K over 1 mM\n measure v = soma.V at rest }", ["ION433"]),
        ("variant a { set outside.K = 2 mM }\nscenario s { compare a\n sweep outside.K over 1 mM\n measure v = soma.V at rest }",
         ["ION433"]),
        ("variant a { }\nscenario s { measure v = soma.V at rest\n expect a.v < 0 mV }", ["ION434"]),
        ("variant a { }\nscenario s { compare a\n measure v = soma.V at rest\n measure w = a.v }", ["ION434"]),
        ("variant a { }\nscenario s { compare a\n measure v = soma.V at rest\n expect a.v < v }", ["ION434"]),
        ("variant a { }\nscenario s { compare a\n measure v = soma.V at rest\n expect a.v < soma.V at rest }", ["ION434"]),
        ("variant a { }\nscenario s { compare a\n measure v = soma.V at rest\n expect a.w < 0 mV }", ["ION434"]),
        ("variant a { }\nscenario s { compare a\n measure v = soma.V at rest\n expect a.soma.V < 0 mV }", ["ION434"]),
        ("variant a { }\nscenario s { compare a\n measure v = soma.V at rest\n expect a < 0 mV }", ["ION434"]),
        ("variant a { }\nscenario s { compare a\n measure v = soma.V at rest\n expect a.v < 1 mM }", ["ION202"]),
        ("variant a { }\nlet y = a.v", ["ION434"]),
    ],
)  # fmt: skip
def test_mistakes(text: str, expected: list[str]) -> None:
    assert codes(text) == expected


def test_a_gate_without_a_start_cannot_be_swept() -> None:
    text = CELL.replace(";  start = 0.2", "")
    found = ionlang.loads(f"{text}\nscenario s {{ run 1 s\n sweep slow.n over 0, 1 }}").check()
    assert [d.code for d in found] == ["ION430"]


# The command line, files, pictures

TOGETHER = """
variant plain "as written" { }
variant rich { set outside.K = 9 mM }
scenario s "a title" {
    run 50 ms
    sweep strength over 0 uA/cm2, 1 uA/cm2
    compare plain, rich
    measure last = soma.V at end
    measure late = time(soma.V > 0 mV)
    expect last < 0 mV
    expect rich.last > plain.last
}
"""


@pytest.fixture
def written(tmp_path: Path) -> Path:
    path = tmp_path / "cell.ion"
    path.write_text(CELL + TOGETHER, encoding="utf-8")
    return path


def test_the_table_and_the_exit_code(written: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(written)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "s – a title: 4 runs"
    assert lines[1].split() == ["variant", "strength", "[uA/cm2]", "last", "[mV]", "late", "[s]"]
    assert [line.split()[:2] for line in lines[2:6]] == [
        ["plain", "0"],
        ["plain", "1"],
        ["rich", "0"],
        ["rich", "1"],
    ]
    assert lines[6:8] == [
        "   ok   expect last < 0 mV   in all 4 runs",
        "   ok   expect rich.last > plain.last   in all 2 points",
    ]
    assert main(["test", str(written)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "2 passed, 0 failed"


def test_what_fails_is_said_with_its_place(written: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = CELL + TOGETHER.replace("last < 0 mV", "last < -70 mV").replace("rich.last >", "rich.last <")
    written.write_text(text, encoding="utf-8")
    assert main(["run", str(written)]) == 1
    out = capsys.readouterr().out
    assert "FAIL expect last < -70 mV   in 2 of 4 runs" in out
    assert "rich, strength = 0 uA/cm2: found -" in out
    assert "FAIL expect rich.last < plain.last   in 2 of 2 points" in out
    assert "strength = 1 uA/cm2: found -" in out
    assert main(["test", str(written)]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "0 passed, 2 failed"


def test_numbers_that_fail_are_told_at_the_end(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "cell.ion"
    path.write_text(CELL + FAILING.replace("from 7 s:", "from 7 s for 1 s:"), encoding="utf-8")
    assert main(["run", str(path)]) == 3
    out = capsys.readouterr().out
    assert "failed" in out.splitlines()[4]
    assert "strength = 3 uA/cm2: " in out.splitlines()[-1]
    assert main(["test", str(path)]) == 1


def test_csv_comes_back_as_it_was(tmp_path: Path) -> None:
    found = model(TOGETHER).study("s")
    found.to_csv(tmp_path / "s.csv")
    with (tmp_path / "s.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["variant", "strength [uA/cm2]", "last [mV]", "late [s]", "failure"]
    assert [float(row["last [mV]"]) for row in rows] == found["last"].ravel().tolist()
    assert [(row["variant"], float(row["strength [uA/cm2]"])) for row in rows] == [
        (m.variant, m.values[0]) for m in found.members
    ]
    assert all(row["late [s]"] == "" and row["failure"] == "" for row in rows)


def test_json(written: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(written), "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)["scenarios"]["s"]
    assert found["variants"] == ["plain", "rich"] and found["units"] == {"last": "mV", "late": "s"}
    assert found["axes"] == [{"name": "strength", "path": "strength", "unit": "uA/cm2", "values": [0, 1]}]
    assert [(r["variant"], r["at"], r["measures"]["late"]) for r in found["runs"][:2]] == [
        ("plain", [0], None), ("plain", [1], None),
    ]  # fmt: skip
    assert [(c["at"], c["passed"]) for c in found["comparisons"]] == [([0], True), ([1], True)]


def test_progress_goes_up_to_the_end() -> None:
    shares: list[float] = []
    model(TOGETHER).study("s", progress=shares.append)
    assert shares == sorted(shares) and shares[0] >= 0.0 and 0.9 < shares[-1] <= 1.0 and len(shares) > 4


MEASURED = "measure v = soma.V at rest\n measure never = soma.V at rest / 0"
SWEPT = (
    "sweep outside.K from 2 mM to 9 mM in {} steps\n sweep strength from 0 uA/cm2 to 2 uA/cm2 in {} steps\n"
)


@pytest.mark.parametrize(
    ("body", "gids"),
    [
        (f"compare a, b\n {RUN}", {"a: soma.V", "b: soma.V", "a: inside.K", "b: inside.Na"}),
        (f"sweep outside.K over 1 mM, 3 mM, 10 mM, 30 mM\n {RUN}", {": last", ": top", ": late"}),
        ("compare a, b\n sweep outside.K over 2 mM, 4 mM\n measure v = soma.V at rest", {"a: v", "b: v"}),
        (
            SWEPT.format(9, 1) + "measure v = soma.V at rest",
            {"strength = 0 uA/cm2: v", "strength = 2 uA/cm2: v"},
        ),
        (SWEPT.format(7, 6) + "measure v = soma.V at rest\n measure w = sqrt(-strength / (1 uA/cm2))", set()),
        ("compare a, b\n measure v = soma.V at rest", set()),
    ],
)
def test_pictures(body: str, gids: set[str], tmp_path: Path) -> None:
    found = study(
        body,
        "variant a { } \n variant b { set outside.K = 8 mM }".replace(
            "outside.K", "Na_leak.conductance"
        ).replace("8 mM", "0.03 mS/cm2"),
    )
    drawn = found.plot(tmp_path / "a.png")
    found.plot(tmp_path / "b.png")
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    assert gids <= {line.get_gid() for axes in drawn.axes for line in axes.lines}


def test_a_picture_shows_the_numbers() -> None:
    found = study(f"sweep outside.K over 8 mM, 2 mM, 4 mM\n {RUN}")
    drawn = found.plot()
    line = next(x for axes in drawn.axes for x in axes.lines if x.get_gid() == ": last")
    np.testing.assert_array_equal(line.get_xdata(), [2, 4, 8])
    np.testing.assert_array_equal(line.get_ydata(), found["last"][[1, 2, 0]])


def test_three_sweeps_and_no_measure_have_no_picture() -> None:
    three = "sweep outside.K over 2 mM\n sweep outside.Na over 140 mM\n sweep strength over 1 uA/cm2\n measure p = strength"
    with pytest.raises(ValueError, match="3 sweeps"):
        study(three).plot()
    with pytest.raises(ValueError, match="measure"):
        study("sweep outside.K over 2 mM\n expect soma.V at rest < 0 mV").plot()


def test_any_runs_on_one_figure(written: Path, tmp_path: Path) -> None:
    runs = [
        model(f"scenario {name} {{ {RUN} }}").run(set={"outside.K": value})
        for name, value in (("poor", "4 mM"), ("rich", "9 mM"))
    ]
    drawn = compare(runs, between=(0.01, 0.04))
    assert {"poor: soma.V", "rich: soma.V"} <= {line.get_gid() for axes in drawn.axes for line in axes.lines}
    assert drawn.axes[0].get_xlim() == pytest.approx((10, 40))
    with pytest.raises(ValueError, match="2 runs and 1 labels"):
        compare(runs, ["one"])
    rest = model("scenario r { measure v = soma.V at rest }").run()
    with pytest.raises(ValueError, match="time course"):
        compare([*runs, rest])
    picture = tmp_path / "all.svg"
    assert main(["run", str(written), "--scenario", "s", "--overlay", str(picture)]) == 0
    assert "rich, strength = 1 uA/cm2: soma.V" in picture.read_text(encoding="utf-8")
