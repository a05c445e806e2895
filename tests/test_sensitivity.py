"""How much each number matters: closed forms, what scaling says, and the words around it."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ionlang
from ionlang.cli import main
from ionlang.simulate.sensitivity.dual import Dual, dual

ANOXIA = "examples/19_anoxia.ion"
THERMAL = 8.31446261815324 * 310.15 / 96485.33212331  # V

GOLDMAN = """
temperature = 37 degC
ion K  { valence = +1 }
ion Na { valence = +1 }
param P_K  = 2e-6 cm/s
param P_Na = 1e-7 cm/s
bath inside  { K = 140 mM;  Na = 15 mM }
bath outside { K = 4 mM;    Na = 145 mM }
membrane soma (inside | outside) {
    area = 1000 um2
    V from zero_current
    channel K_leak  { carries K;   permeability = P_K }
    channel Na_leak { carries Na;  permeability = P_Na }
}
"""

CHORD = """
ion K { valence = +1 }
temperature = 20 degC
param g   = 0.3 mS/cm2
param h   = 0.1 mS/cm2
param E_g = -80 mV
param V0  = -20 mV
bath inside  { K = 140 mM }
bath outside { K = 4 mM }
membrane soma (inside | outside) {
    area = 1000 um2
    capacitance = 1 uF/cm2
    V from currents starting at V0
    channel G { carries K;  conductance = g;  reversal = E_g }
    channel H { carries K;  conductance = h;  reversal = 10 mV }
}
scenario discharge {
    run 100 ms
    measure late = time(soma.V < -50 mV)
    measure high = max(soma.V)
    measure q    = integral(soma.V - E_rest)
    measure n    = count(soma.V < -50 mV)
    measure no   = time(soma.V > 100 mV)
}
scenario passive {
    measure rin  = input_resistance(soma)
    measure some = rin + 1 Mohm
    measure V    = soma.V at rest
}
let E_rest = (g*E_g + h*(10 mV))/(g + h)
"""

CLOSED = """
solute S
compartment left  { volume = 2 pL;  S = 5 mM }
compartment right { volume = 1 pL;  S = 1 mM }
flux across { moves S from left to right;  rate = 1 pL/s * (left.S - right.S) }
"""


def test_nernst() -> None:
    """E = (RT/F) ln(c_out/c_in), so dE/d ln c_out = RT/F and dE/dT = E/T."""
    text = GOLDMAN.replace("    channel Na_leak { carries Na;  permeability = P_Na }\n", "")
    found = ionlang.loads(text).sensitivity()["soma.V"]
    assert found["outside.K"].change == pytest.approx(10.0 * THERMAL, rel=1e-12)
    assert found["inside.K"].change == pytest.approx(-10.0 * THERMAL, rel=1e-12)
    assert found["temperature"].derivative == pytest.approx(found.value / 310.15, rel=1e-12)
    assert found["temperature"].step == "+1 K"
    assert found["outside.K"].elasticity is None and found["outside.K"].percent is None
    assert [e.parameter for e in found.telling] == ["temperature", "inside.K", "outside.K"]  # as in the file


model_of_goldman = ionlang.loads(GOLDMAN)


@settings(max_examples=20, deadline=None)
@given(st.tuples(*(st.floats(1.0, 300.0) for _ in range(4)), st.floats(1e-8, 1e-5), st.floats(1e-8, 1e-5)))
def test_goldman(numbers: tuple[float, ...]) -> None:
    names = ("inside.K", "outside.K", "inside.Na", "outside.Na", "P_K", "P_Na")
    ki, ko, nai, nao, pk, pna = numbers
    units = ("mM",) * 4 + ("cm/s",) * 2
    given_values = {n: f"{x!r} {u}" for n, x, u in zip(names, numbers, units, strict=True)}
    found = model_of_goldman.sensitivity(set=given_values)["soma.V"]
    out, into = pk * ko + pna * nao, pk * ki + pna * nai
    expected = {
        "inside.K": -pk / into, "outside.K": pk / out, "inside.Na": -pna / into, "outside.Na": pna / out,
        "P_K": ko / out - ki / into, "P_Na": nao / out - nai / into,
    }  # fmt: skip
    for name, slope in expected.items():
        assert found[name].derivative == pytest.approx(
            1e3 * THERMAL * slope, rel=1e-8, abs=1e-9 / numbers[names.index(name)]
        )


def test_chord_conductance() -> None:
    """V = (g E_g + h E_h)/(g + h), so dV/dg = (E_g - V)/(g + h)."""
    found = ionlang.loads(CHORD).sensitivity()["soma.V"]
    assert found.value == pytest.approx(-57.5, abs=1e-9)
    assert found["g"].derivative == pytest.approx((-80.0 + 57.5) / 0.4, rel=1e-12)
    assert found["E_g"].derivative == pytest.approx(0.75, rel=1e-12)
    assert found["E_g"].step == "+1 mV"
    assert found["soma.capacitance"].change == 0.0 and found["V0"].change == 0.0


def test_discharge_of_a_membrane() -> None:
    """t = (C/G) ln((V0 - E)/(theta - E))."""
    model = ionlang.loads(CHORD)
    found = model.sensitivity("discharge")
    late, G, E = found["late"], 0.4, -57.5
    assert late.value == pytest.approx(1e-3 / G * math.log((-20.0 - E) / (-50.0 - E)), rel=1e-7)
    assert late["soma.capacitance"].elasticity == pytest.approx(1.0, rel=1e-6)
    assert late["V0"].derivative == pytest.approx(1e-3 / G / (-20.0 - E), rel=1e-6)
    by_E = 1e-3 / G * (1.0 / (-50.0 - E) - 1.0 / (-20.0 - E))
    assert late["E_g"].derivative == pytest.approx(0.75 * by_E, rel=1e-6)
    g, h = (late[name].elasticity for name in ("g", "h"))
    assert g is not None and h is not None and g + h == pytest.approx(-1.0, rel=1e-6)  # G is a rate
    assert found["high"]["V0"].derivative == 1.0
    assert found["q"]["V0"].derivative == pytest.approx(1.0 / G, rel=1e-6)


def test_what_has_no_derivative_is_left_out_in_words() -> None:
    found = ionlang.loads(CHORD).sensitivity("discharge")
    assert [r.name for r in found.responses] == ["late", "high", "q"]
    assert {each.name: each.reason for each in found.left_out} == {
        "n": "a count is a whole number",
        "no": "it never comes",
    }
    found = ionlang.loads(CHORD).sensitivity("passive")
    assert [r.name for r in found.responses] == ["V"]
    assert {each.name: each.reason for each in found.left_out} == {
        "rin": "input resistance is told by trials of its own",
        "some": "it depends on rin, which has none",
    }


def test_conserved_totals_follow_the_start_and_the_volumes() -> None:
    """c = (V1 c1 + V2 c2)/(V1 + V2): rest has no memory but the totals."""
    found = ionlang.loads(CLOSED).sensitivity(of=["left.S", "amount(left.S)"])
    c = 11.0 / 3.0
    assert found["left.S"].value == pytest.approx(c)
    expected = {
        "left.volume": (5.0 - c) / 3.0,
        "right.volume": (1.0 - c) / 3.0,
        "left.S": 2.0 / 3.0,
        "right.S": 1.0 / 3.0,
    }
    for name, slope in expected.items():
        assert found["left.S"][name].derivative == pytest.approx(slope, rel=1e-12)
    assert found["amount(left.S)"]["left.volume"].derivative == pytest.approx(
        c + 2.0 * (5.0 - c) / 3.0, rel=1e-12
    )


def test_the_anoxic_cell_and_what_its_units_say() -> None:
    """Twice as fast clocks halve the time; twice the cell leaves it as it is (Euler's theorem)."""
    found = ionlang.load(ANOXIA).sensitivity("anoxia", of=["collapse"])["collapse"]
    by = {e.parameter: e.elasticity or 0.0 for e in found.effects}
    assert by["P_Na"] == pytest.approx(-0.919, abs=5e-4)
    assert by["capacity"] == pytest.approx(0.278, abs=5e-4)
    assert by["ATP_time"] == pytest.approx(0.614, abs=5e-4)
    assert by["P_K"] + by["P_Na"] + by["capacity"] - by["ATP_time"] == pytest.approx(-1.0, abs=1e-6)
    assert by["inside.volume"] + by["outside.volume"] + by["soma.area"] == pytest.approx(0.0, abs=1e-6)
    assert by["inside.ATP"] == pytest.approx(by["capacity"], rel=1e-6)  # they stand in one product


def test_rest_does_not_know_how_fast_its_clocks_run() -> None:
    found = ionlang.load(ANOXIA).sensitivity()["soma.V"]
    changes = [found[name].change for name in ("P_K", "P_Na", "capacity")]
    assert sum(changes) == pytest.approx(0.0, abs=1e-9)


def test_what_is_tuned_is_held() -> None:
    text = (
        CHORD.replace("param h   = 0.1 mS/cm2", "param h = 0.2 mS/cm2")
        + "\ntune h so that soma.V at rest = -57.5 mV\n"
    )
    model = ionlang.loads(text)
    assert not [d for d in model.check() if d.severity == "error"], model.check()
    found = model.sensitivity()
    assert [t.name for t in found.tuned] == ["h"]
    assert found["soma.V"]["g"].derivative == pytest.approx((-80.0 + 57.5) / 0.4, rel=1e-8)
    assert found["soma.V"]["h"].derivative == pytest.approx((10.0 + 57.5) / 0.4, rel=1e-8)


def test_a_quantity_alone_is_meant_at_the_end() -> None:
    model = ionlang.load(ANOXIA)
    found = model.sensitivity("anoxia", of=["outside.K", "outside.K at end"])
    assert found["outside.K"].effects == found["outside.K at end"].effects


@given(st.floats(0.1, 3.0), st.floats(-2.0, 2.0))
def test_numbers_that_move_obey_the_rules(a: float, b: float) -> None:
    """Against complex steps, which subtract nothing."""
    import numpy as np

    from ionlang.model.expression import Apply, Expr, Read
    from ionlang.source import NOWHERE
    from ionlang.units import PURE

    def on(operator: str, *parts: Expr) -> Expr:
        return Apply(operator, parts, PURE, NOWHERE)  # type: ignore[arg-type]

    x, y = Read("x", PURE, NOWHERE), Read("y", PURE, NOWHERE)
    product = on("multiply", on("sin", x), on("exp", on("divide", y, x)))
    whole = on(
        "add", on("power", x, y), on("subtract", on("log", x), on("multiply", on("tanh", y), on("sqrt", x)))
    )
    whole = on("add", whole, product)
    known = {
        "x": Dual(np.array([a]), np.array([[1.0, 0.0]])),
        "y": Dual(np.array([b]), np.array([[0.0, 1.0]])),
    }

    def exact(u: complex, v: complex) -> complex:
        import cmath

        return u**v + cmath.log(u) - cmath.tanh(v) * cmath.sqrt(u) + cmath.sin(u) * cmath.exp(v / u)

    found = dual(whole, known.__getitem__, 2)
    assert found.value[0] == pytest.approx(exact(a, b).real, rel=1e-12, abs=1e-12)
    assert found.slope[0, 0] == pytest.approx(exact(a + 1e-30j, b).imag / 1e-30, rel=1e-10, abs=1e-10)
    assert found.slope[0, 1] == pytest.approx(exact(a, b + 1e-30j).imag / 1e-30, rel=1e-10, abs=1e-10)


# ── the command ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def chord(tmp_path: Path) -> str:
    path = tmp_path / "chord.ion"
    path.write_text(CHORD, encoding="utf-8")
    return str(path)


def test_text(chord: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sensitivity", chord]) == 0
    shown = capsys.readouterr().out
    assert "soma.V = -57.5 mV" in shown
    assert "g                 0.3 mS/cm2     +1 %   -0.1688 mV   -56.25 mV per mS/cm2" in shown
    assert "numbers have no effect" in shown


def test_json_and_table(chord: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "found.csv"
    asked = [
        "sensitivity",
        chord,
        "--scenario",
        "discharge",
        "--of",
        "late",
        "--format",
        "json",
        "--csv",
        str(table),
    ]
    assert main(asked) == 0
    found = json.loads(capsys.readouterr().out)
    (late,) = found["quantities"]
    assert found["scenario"] == "discharge" and late["unit"] == "s"
    by = {e["parameter"]: e for e in late["effects"]}
    assert by["soma.capacitance"]["elasticity"] == pytest.approx(1.0)
    assert by["E_g"]["elasticity"] is None and by["E_g"]["step"] == "+1 mV"
    with table.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["parameter"] for row in rows] == [e["parameter"] for e in late["effects"]]
    assert float(rows[0]["derivative"]) == late["effects"][0]["derivative"]


def test_top(chord: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sensitivity", chord, "--top", "1"]) == 0
    assert "… and 3 with smaller effects" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--scenario", "foo"], 2, "no scenario 'foo'; there are: discharge"),
        (["--of", "max(soma.V)"], 2, "max(soma.V) asks about a run: name its scenario"),
        (["--of", "soma.X"], 1, "ION1"),
        (["--top", "0"], 2, "--top takes a number of effects"),
        (["--within", "10 %"], 2, "--samples, --within and --vary belong to --global"),
        (["--scenario", "discharge", "--of", "n"], 3, "nothing that was asked of"),
        (["--plot", "drawn.xyz"], 2, "cannot write drawn.xyz"),
    ],
)
def test_mistakes(
    chord: str, words: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sensitivity", chord, *words]) == code
    assert said in capsys.readouterr().err


def test_a_scenario_of_several_runs_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sensitivity", "examples/20_what_decides_when.ion", "--scenario", "by_a_lot"]) == 2
    assert "is several runs" in capsys.readouterr().err


def test_a_tornado(chord: str, tmp_path: Path) -> None:
    drawn = ionlang.load(chord).sensitivity("discharge").plot(tmp_path / "tornado.svg")
    assert (tmp_path / "tornado.svg").stat().st_size > 1000
    late = drawn.axes[0]
    assert "E_g (+1 mV)" in [label.get_text() for label in late.get_yticklabels()]
    assert "late (%)" in late.get_xlabel()


def test_cells_with_nothing_to_ask(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "closed.ion"
    path.write_text(CLOSED, encoding="utf-8")
    assert main(["sensitivity", str(path)]) == 2
    assert "has no membrane potential: say of which quantity" in capsys.readouterr().err
