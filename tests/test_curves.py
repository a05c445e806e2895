"""Folds and Hopf points over two parameters: closed forms of normal forms, an independent solution of the squid axon, the
branches over one parameter, and the doors (command, JSON, CSV, picture)."""

from __future__ import annotations

import csv
import json
from functools import cache
from pathlib import Path

import mpmath as mp
import numpy as np
import pytest

import ionlang
from ionlang.analyse.curves import chart_text
from ionlang.cli import main
from ionlang.simulate.continuation.plane.chart import Chart
from ionlang.simulate.continuation.plane.regions import regions_of
from tests.oracles import hh_folds

ROOT = Path(__file__).parent.parent
AXON = ROOT / "examples/published/hodgkin_huxley_1952.ion"
CUSP = "param a = 0\nparam b = 2\nvariable u { start = 0; rate = (a + b*u - u^3)/(1 ms) }"
CURRENT = ("axon.inject(charge)", "-60 uA/cm2", "20 uA/cm2")
POTASSIUM = ("axon.KDR.reversal", "-80 mV", "-45 mV")


@cache
def cusp() -> Chart:
    return ionlang.loads(CUSP).curves_over(("a", -4, 4), ("b", -1, 3))


@cache
def axon() -> Chart:
    return ionlang.load(AXON).curves_over(CURRENT, POTASSIUM)


def bautin(shift: float) -> str:
    """Amplitude dr/dt = r_ r + (k − shift) r³ − r⁵, behind a change of variables that is not linear."""
    return f"""
    param r = 0.3
    param k = 0.5
    let e = u - 0.4*w^2
    let size = e^2 + w^2
    let de = r*e - 3*w + (k - {shift})*e*size - e*size^2
    let dw = 3*e + r*w + (k - {shift})*w*size - w*size^2
    variable u {{ start = 0.1; rate = (de + 0.8*w*dw)/(1 ms) }}
    variable w {{ start = 0.1; rate = dw/(1 ms) }}
    """


def test_the_folds_of_a_cusp_are_its_semicubic_parabola():
    (curve,) = cusp().curves
    assert curve.kind == "fold"
    assert np.abs(4 * curve.also**3 - 27 * curve.parameter**2).max() < 1e-8
    assert np.abs(3 * curve.columns["u"] ** 2 - curve.also).max() < 1e-9
    assert sorted(curve.parameter[[0, -1]]) == pytest.approx([-2, 2], rel=1e-10)
    assert curve.also[[0, -1]] == pytest.approx([3, 3])
    (point,) = cusp().points
    assert point.kind == "cusp"
    assert (point.parameter, point.also, point.variables["u"]) == pytest.approx((0, 0, 0), abs=1e-9)


def test_a_cusp_that_lies_anywhere_is_found_to_rounding():
    """Nothing is symmetric, and the file's own value has no fold: other rows lead to the curve."""
    text = """
    param a = 0.3
    param b = -0.9
    variable u { start = 0; rate = (a + (b - 0.2718)*(u - 0.31) - (u - 0.31)^3 + 0.4*(u - 0.31)^4)/(1 ms) }
    """
    chart = ionlang.loads(text).curves_over(("a", -1, 1), ("b", -1, 1))
    assert chart.diagram.points == ()
    (point,) = chart.of_kind("cusp")
    assert (point.parameter, point.also) == pytest.approx((0, 0.2718), abs=1e-10)
    assert point.variables["u"] == pytest.approx(0.31, abs=1e-8)


def test_a_hopf_curve_ends_on_the_folds_where_two_eigenvalues_are_zero():
    """u' = w, w' = a + b w + u² + u w, the normal form of Bogdanov and Takens: folds at a = 0, Hopf points at b² = −a with
    u = −b, b > 0, and frequency ω² = 2b."""
    text = """
    param a = -0.5
    param b = 0.3
    variable u { start = -0.5; rate = w/(1 ms) }
    variable w { start = 0; rate = (a + b*w + u^2 + u*w)/(1 ms) }
    """
    chart = ionlang.loads(text).curves_over(("a", -0.9, 0.5), ("b", -0.7, 1.1))
    by_kind = {curve.kind: curve for curve in chart.curves}
    assert len(chart.curves) == 2
    fold, hopf = by_kind["fold"], by_kind["hopf"]
    assert np.abs(fold.parameter).max() < 1e-10
    assert np.abs(hopf.parameter + hopf.also**2).max() < 1e-9 and (hopf.also > -1e-9).all()
    assert hopf.frequency == pytest.approx(
        1e3 * np.sqrt(2 * np.maximum(hopf.also, 0)) / (2 * np.pi), abs=1e-3
    )
    assert "bogdanov_takens" in (hopf.began, hopf.ended)
    (corner,) = chart.points
    assert corner.kind == "bogdanov_takens"
    assert (corner.parameter, corner.also) == pytest.approx((0, 0), abs=1e-9)


def test_a_hopf_curve_that_no_row_meets_is_found_from_the_folds():
    """As above, turned so that Hopf points exist only between two rows: they leave from the corner on the folds."""
    text = """
    param a = 0.2
    param b = 0.3
    variable u { start = -0.5; rate = w/(1 ms) }
    variable w { start = 0; rate = (a + (b - 0.45)*w - (u^2 - 0.25) + 3*u*w - 0.9*w)/(1 ms) }
    """
    chart = ionlang.loads(text).curves_over(("a", -0.27, 0.1), ("b", 0.2, 3.2))
    (corner,) = chart.of_kind("bogdanov_takens")
    assert (corner.parameter, corner.also) == pytest.approx((-0.25, 1.35), abs=1e-9)
    hopf = next(curve for curve in chart.curves if curve.kind == "hopf")
    u = hopf.columns["u"]
    assert np.abs(hopf.also - 1.35 + 3 * u).max() < 1e-8
    assert np.abs(hopf.parameter + 0.25 - u**2).max() < 1e-8


@pytest.mark.parametrize("shift", [0.2, -0.137])
def test_a_cycle_changes_its_stability_where_the_third_order_is_zero(shift: float):
    chart = ionlang.loads(bautin(shift)).curves_over(("r", -1, 1), ("k", -1, 1))
    (curve,) = chart.curves
    assert curve.kind == "hopf" and np.abs(curve.parameter).max() < 1e-10
    assert curve.frequency == pytest.approx(3e3 / (2 * np.pi), rel=1e-9)
    (point,) = chart.points
    assert point.kind == "bautin"
    assert (point.parameter, point.also) == pytest.approx((0, shift), abs=1e-9)


def test_a_fold_and_a_swing_at_one_place():
    """u alone folds at a = 0; the pair turns over at u = b: on the folds, where u = 0, at b = 0, on both curves."""
    text = """
    param a = 0.5
    param b = 0.4
    variable u { start = 0.5; rate = (a - u^2)/(1 ms) }
    variable p { start = 0; rate = ((u - b)*p - 2*q)/(1 ms) }
    variable q { start = 0; rate = (2*p + (u - b)*q)/(1 ms) }
    """
    chart = ionlang.loads(text).curves_over(("a", -0.3, 1), ("b", -0.8, 0.9))
    assert sorted(curve.kind for curve in chart.curves) == ["fold", "hopf"]
    hopf = next(curve for curve in chart.curves if curve.kind == "hopf")
    assert np.abs(hopf.parameter - hopf.also**2).max() < 1e-9
    (point,) = chart.points
    assert point.kind == "fold_hopf" and (point.parameter, point.also) == pytest.approx((0, 0), abs=1e-9)


def test_two_pairs_that_cross_at_once():
    text = """
    param a = 0.3
    param b = 0.4
    variable p { start = 0; rate = (a*p - 2*q)/(1 ms) }
    variable q { start = 0; rate = (2*p + a*q)/(1 ms) }
    variable v { start = 0; rate = ((a + b)*v - 5*w)/(1 ms) }
    variable w { start = 0; rate = (5*v + (a + b)*w)/(1 ms) }
    """
    chart = ionlang.loads(text).curves_over(("a", -1, 0.9), ("b", -0.7, 0.8))
    assert [curve.kind for curve in chart.curves] == ["hopf", "hopf"]
    (point,) = chart.points
    assert point.kind == "hopf_hopf" and (point.parameter, point.also) == pytest.approx((0, 0), abs=1e-9)


def test_a_pole_of_the_third_order_is_no_change_of_the_cycle():
    """At the fold–Hopf point the coefficient is infinite on either side, with opposite signs."""
    text = """
    param a = 0.5
    param b = 0.4
    variable u { start = 0.5; rate = (a - u^2 - 0.3*(p^2 + q^2))/(1 ms) }
    variable p { start = 0; rate = ((u - b)*p - 2*q)/(1 ms) }
    variable q { start = 0; rate = (2*p + (u - b)*q)/(1 ms) }
    """
    chart = ionlang.loads(text).curves_over(("a", -0.3, 1), ("b", -0.8, 0.9))
    assert [point.kind for point in chart.points] == ["fold_hopf"]


def test_the_cusp_of_the_squid_axon():
    """The independent solution: 30 digits, from the equations themselves."""
    mp.mp.dps = 30
    V, E = mp.findroot(
        lambda V, E: [mp.diff(lambda v: hh_folds.I(v, E), V), mp.diff(lambda v: hh_folds.I(v, E), V, 2)], (-65, -60.5)
    )  # fmt: skip
    (point,) = axon().of_kind("cusp")
    assert point.also == pytest.approx(float(E), rel=1e-9) == pytest.approx(-60.5185, abs=5e-5)
    assert point.parameter == pytest.approx(float(hh_folds.I(V, E)), rel=1e-9)
    assert point.parameter == pytest.approx(-6.04708, abs=5e-6)
    assert point.V["axon"] == pytest.approx(float(V), abs=1e-6)


def test_the_folds_of_the_squid_axon_lie_on_the_curve():
    """At every point of it dI/dV = 0 at the equilibrium's own E_K."""
    mp.mp.dps = 30
    folds = next(curve for curve in axon().curves if curve.kind == "fold")
    for k in range(0, len(folds.parameter), 6):
        V, E = float(folds.V["axon"][k]), float(folds.also[k])
        exact = mp.findroot(lambda v, E=E: mp.diff(lambda u: hh_folds.I(u, E), v), V)
        if abs(E + 60.5185) > 0.01:
            assert pytest.approx(float(exact), abs=1e-7) == V
        assert folds.parameter[k] == pytest.approx(float(hh_folds.I(exact, E)), abs=1e-8)


def test_where_the_axon_begins_to_fire_lies_on_a_curve_of_hopf_points():
    row = [tip.parameter for tip in axon().diagram.of_kind("hopf")]
    assert row == pytest.approx([9.775437995], abs=1e-8)
    distances = [
        np.hypot(curve.parameter - row[0], curve.also + 77).min() for curve in axon().curves if curve.kind == "hopf"
    ]  # fmt: skip
    assert min(distances) < 1e-9


def test_the_axon_has_the_other_corners_where_its_own_branches_say():
    """Below the generalised Hopf point the branch over the current begins to swing supercritically, above subcritically,
    and beyond the Bogdanov–Takens point it does not at that end."""
    chart = axon()
    (change,), (end,) = chart.of_kind("bautin"), chart.of_kind("bogdanov_takens")
    model, words = ionlang.load(AXON), []
    for E in (change.also - 0.05, change.also + 0.05, end.also + 0.05):
        row = model.continue_over(
            "axon.inject(charge)", "-7.2 uA/cm2", "-5.8 uA/cm2", set={"axon.KDR.reversal": f"{E} mV"}
        )
        words.append([tip.criticality for tip in row.of_kind("hopf")])
    assert words[:2] == [["subcritical"], ["supercritical"]] and words[2] == []


def test_regions_have_as_many_equilibria_as_rest_finds():
    regions = regions_of(axon())
    assert {label.equilibria for label in regions.labels} == {1, 3}
    model = ionlang.load(AXON)
    for label in regions.labels:
        current = f"{label.parameter * axon().over.scale} pA"
        given = {"axon.KDR.reversal": f"{label.also} mV", "axon.inject(charge)": current}
        found = model.equilibria(set=given)
        assert (len(found), sum(e.stable for e in found)) == (label.equilibria, label.stable)


def test_where_there_is_neither_fold_nor_hopf_point_it_is_said():
    text = "param a = 0\nparam b = 1\nvariable u { start = 0; rate = (a - b*u)/(1 ms) }"
    chart = ionlang.loads(text).curves_over(("a", -1, 1), ("b", 0.5, 2))
    assert chart.curves == () and any("neither a fold nor a Hopf point" in note for note in chart.notes)
    with pytest.raises(ValueError, match="nothing to draw"):
        chart.plot()


def test_a_picture_that_would_be_empty_is_not_written(tmp_path, capsys):
    file, picture = tmp_path / "line.ion", tmp_path / "line.png"
    file.write_text("param a = 0\nparam b = 1\nvariable u { start = 0; rate = (a - b*u)/(1 ms) }")
    assert main(["continue", str(file), "--over", "a=-1..1", "--also", "b=1..2", "--plot", str(picture)]) == 0
    said = capsys.readouterr()
    assert "no curve to draw" in said.err and not picture.exists()
    assert "0 curves of folds and Hopf points" in said.out


def test_a_range_over_decades_is_measured_by_ratio():
    """Folds of the cusp over the logarithms of both parameters."""
    text = """
    param a = 1
    param b = 100
    variable u { start = 0; rate = (log(a) + log(b)/2*u - u^3)/(1 ms) }
    """
    chart = ionlang.loads(text).curves_over(("a", 1e-2, 1e2), ("b", 0.1, 1e3))
    (curve,) = chart.curves
    assert np.abs(4 * (np.log(curve.also) / 2) ** 3 - 27 * np.log(curve.parameter) ** 2).max() < 1e-7
    (point,) = chart.points
    assert (point.parameter, point.also) == pytest.approx((1, 1), rel=1e-8)


def test_json_text_table_and_picture(tmp_path, capsys):
    file, table, picture = (tmp_path / name for name in ("cusp.ion", "curves.csv", "curves.png"))
    file.write_text(CUSP)
    command = ["continue", str(file), "--over", "a=-4..4", "--also", "b=-1..3"]
    assert main([*command, "--format", "json", "--csv", str(table), "--plot", str(picture)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert list(found) == ["branch", "points", "curves"]
    assert [point["kind"] for point in found["points"]] == ["fold", "fold", "cusp"]
    assert all(point["also"] == 2 for point in found["points"][:2])
    (curve,) = found["curves"]
    assert curve["kind"] == "fold" and set(curve["points"][0]) == {
        "parameter",
        "also",
        "V",
        "changes_stability",
    }
    with table.open(newline="") as stream:
        rows = list(csv.reader(stream))
    assert rows[0][:4] == ["curve_number", "kind", "a [1]", "b [1]"] and len(rows) - 1 == len(curve["points"])
    assert picture.stat().st_size > 5000
    text = chart_text(cusp())
    assert text.startswith("at b = 2:\n") and "curve 1: folds" in text and "\n   cusp " in text


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--also", "b"], 2, "--also takes NAME=LOW..HIGH"),
        (["--also", "b=2..1"], 2, "is no range"),
        (["--also", "a=0..1"], 2, "are the same parameter"),
        (["--also", "b=0..1", "--set", "b=1"], 2, "cannot be set too"),
        (["--also", "c=0..1"], 1, "no parameter `c`"),
        (
            ["--also", "b=0..1", "--plot", "x.png", "--show", "u"],
            2,
            "--show draws a quantity over one parameter",
        ),
        (["--also", "b=0..1", "--extrema", "u"], 2, "--extrema is about branches"),
    ],
)
def test_mistakes_are_told(tmp_path, capsys, words, code, said):
    file = tmp_path / "cusp.ion"
    file.write_text(CUSP)
    assert main(["continue", str(file), "--over", "a=-1..1", *words]) == code
    assert said in capsys.readouterr().err
