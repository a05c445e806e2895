"""Equilibria of lines over a parameter: the folds of a single cell, fronts that are pinned between two folds against an
independent computation, branch points against their closed form, conserved totals, and the doors."""

from __future__ import annotations

import json
import math
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import brentq, fsolve

import ionlang
from ionlang import loads
from ionlang.analyse.branches import diagram_text
from ionlang.cli import main
from ionlang.diagnostics import ModelError
from ionlang.simulate.continuation.diagram import Diagram
from ionlang.simulate.continuation.lines.extended import Operator, extended
from ionlang.simulate.continuation.lines.family import equations, line_family
from ionlang.simulate.resting.rest import find_rest
from tests.lines_branches_models import ANOXIA, SHARED, front, neurons, swinging, two_states


def parameters_of(diagram: Diagram, kind: str) -> list[float]:
    return sorted(point.parameter for point in diagram.points if point.kind == kind)


@cache
def joined(count: int) -> Diagram:
    return loads(two_states(count, 5000)).continue_over("g_up", "0.11 mS/cm2", "0.15 mS/cm2")


@cache
def pinned() -> Diagram:
    return loads(front(6, 0.05)).continue_over("a", 0.3, 0.7)


def test_a_uniform_line_folds_where_its_cell_does():
    (alone,) = parameters_of(joined(1), "fold")
    for count in (2, 12):
        (fold,) = parameters_of(joined(count), "fold")
        assert fold == pytest.approx(alone, rel=1e-12)
        (tip,) = joined(count).of_kind("fold")
        assert tip.V["mean(row.wall.V)"] == pytest.approx(tip.V["row[1].wall"], rel=1e-9)
        assert tip.changes_stability


def test_waves_along_a_uniform_line_leave_it_where_their_eigenvalue_is_zero():
    """λ = ρ(V) − (4 g/C) sin²(π k/2N) = 0, of the conductance at which V is a rest."""
    joint = 5e-8 / (5000 * 20e-4) * 1e9 / 10  # nS/pF

    def conductance(v: float) -> float:
        return -0.1 * (v + 70) * (1 + math.exp(-(v + 40) / 4)) / v

    def growth(v: float) -> float:
        o = 1 / (1 + math.exp(-(v + 40) / 4))
        return -(0.1 + conductance(v) * (o + v * o * (1 - o) / 4))

    heights = [4 * joint * math.sin(math.pi * k / 24) ** 2 for k in (1, 2)]
    wanted = [conductance(brentq(lambda v, h=h: growth(v) - h, -40.5, -35.2, xtol=1e-13)) for h in heights]
    assert parameters_of(joined(12), "branch") == pytest.approx([w for w in wanted if w < 0.15], rel=1e-7)


def test_from_there_states_are_followed_in_which_copies_differ():
    diagram = joined(12)
    ranges = [np.ptp(b.states, axis=0).max() for b in diagram.branches]
    assert sum(r < 1e-6 for r in ranges) >= 2
    assert sum(r > 2 for r in ranges) >= 1
    model = loads(two_states(12, 5000))
    track = next(b for b, r in zip(diagram.branches, ranges, strict=True) if r > 2)
    for k in (3, -3):
        p = model.machine.parameters({"g_up": float(track.parameter[k])})
        assert np.abs(model.machine.vector.rhs(0.0, track.states[:, k], p)).max() < 1e-8


def cubic(u: np.ndarray, a: float, joint: float) -> np.ndarray:
    padded = np.pad(u, 1, mode="edge")
    return joint * (padded[2:] - 2 * u + padded[:-2]) + u * (1 - u) * (u - a)


def fold_near(u: np.ndarray, a: float, joint: float) -> float:
    """The fold next to a state, as the root of F = 0, F_u w = 0, w·w = 1, written out by hand."""
    n = u.size
    coupling = joint * (np.eye(n, k=1) + np.eye(n, k=-1) - 2 * np.eye(n))
    coupling[0, 0] = coupling[-1, -1] = -joint

    def slope(u: np.ndarray, a: float) -> np.ndarray:
        return coupling + np.diag((1 - u) * (u - a) - u * (u - a) + u * (1 - u))

    def defect(z: np.ndarray) -> np.ndarray:
        u, w, a = z[:n], z[n:-1], z[-1]
        return np.concatenate([cubic(u, a, joint), slope(u, a) @ w, [w @ w - 1]])

    w = np.linalg.svd(slope(u, a))[2][-1]
    return float(fsolve(defect, np.concatenate([u, w, [a]]), xtol=1e-12)[-1])


@pytest.mark.slow
def test_a_front_is_pinned_between_folds_that_another_method_finds():
    """Where a lattice is weakly joined its fronts stand still in a whole range of the threshold."""
    folds = pinned().of_kind("fold")
    assert len(folds) == 10  # the front climbs from copy to copy, with a fold on either side
    for tip in folds:
        start = tip.state + 1e-3 * np.sin(np.arange(6.0))
        assert tip.parameter == pytest.approx(fold_near(start, tip.parameter + 1e-3, 0.05), abs=1e-8)
    low, high = min(p.parameter for p in folds), max(p.parameter for p in folds)
    assert 0.36 < low < 0.38 and 0.62 < high < 0.64


def test_copies_exchanged_and_states_exchanged_are_the_same_picture():
    """u → 1 − u, a → 1 − a turns the cubic into itself: the front in the middle has folds that mirror each other."""
    stable = [b for b in pinned().branches if np.ptp(b.states, axis=0).max() > 0.5]
    (snake,) = stable
    folds = [p.parameter for p in pinned().of_kind("fold")]
    middle = [f for f in folds if 0.372 < f < 0.3725] + [f for f in folds if 0.6275 < f < 0.628]
    assert len(middle) == 4
    assert sorted(middle)[0] + sorted(middle)[-1] == pytest.approx(1.0, abs=1e-6)
    assert snake.stable.any() and not snake.stable.all()


def test_beyond_the_fold_the_front_moves():
    """Propagation failure, seen in runs: on one side of the fold the middle stays, on the other it is taken."""
    run = "scenario later {\n    run 2000 s\n    measure last = row[4].box.u at end\n}"
    fold = min(p.parameter for p in pinned().of_kind("fold") if 0.372 < p.parameter < 0.3725)
    for share, taken in ((fold + 0.005, False), (fold - 0.005, True)):
        solution = loads(front(6, 0.05, run)).run("later", set={"a": share})
        assert (dict(solution.measures)["last"] > 0.9) is taken


def test_without_what_joins_the_copies_nothing_is_pinned_between_folds():
    diagram = loads(front(4, 0.0)).continue_over("a", 0.35, 0.65)
    assert not diagram.of_kind("fold")
    assert any(np.ptp(b.states, axis=0).max() > 0.9 for b in diagram.branches)


@pytest.mark.slow
def test_neurons_in_a_row_have_the_tipping_points_of_one():
    alone = ionlang.load(ANOXIA).continue_over("rho", "0.9 uA/cm2", "1.5 uA/cm2")
    model = loads(neurons(2))
    row = model.continue_over("rho", "0.9 uA/cm2", "1.5 uA/cm2")
    assert parameters_of(row, "fold") == pytest.approx(parameters_of(alone, "fold"), rel=1e-8)
    seen = np.array(parameters_of(row, "hopf"))
    for parameter in parameters_of(alone, "hopf"):  # some more are those of neighbours that swing in turn
        assert np.abs(seen / parameter - 1).min() < 1e-7
    law = next(i for i, v in enumerate(model.machine.system.invariants) if not v.line)
    for track in row.branches:
        k = len(track.parameter) // 2
        rest = find_rest(model.machine, {"rho": float(track.parameter[k])})
        K = [0.72 * track.states[i, k] + 2.16 * track.states[j, k] for i, j in potassium(model, 2)]
        assert sum(K) == pytest.approx(rest.totals[law], rel=1e-12)


def potassium(model: ionlang.Model, count: int) -> list[tuple[int, int]]:
    index = model.machine.state_index
    return [(index[f"tissue[{c}].outside.K"], index[f"tissue[{c}].inside.K"]) for c in range(1, count + 1)]


@pytest.mark.slow
def test_branches_pass_through_what_rest_finds():
    model = loads(neurons(3))
    branches = model.continue_over("rho", "6 uA/cm2", "7 uA/cm2").branches
    track = next(b for b in branches if b.stable.all() and b.columns["tissue[1].soma.V"][0] < -50)
    k = len(track.parameter) // 2
    rest = find_rest(model.machine, {"rho": float(track.parameter[k])})
    assert rest.settled is not None
    assert track.states[:, k] == pytest.approx(rest.settled.state, rel=1e-9)


@pytest.mark.slow
def test_a_long_line_says_what_was_looked_for(monkeypatch: pytest.MonkeyPatch):
    """With a line of 12 followed as a long one is: the same fold, and the words."""
    whole = joined(12)
    monkeypatch.setattr("ionlang.simulate.resting.lines.spectrum.DENSE", 0)
    monkeypatch.setattr("ionlang.simulate.resting.lines.spectrum.LEADING", 4)
    diagram = loads(two_states(12, 5000)).continue_over("g_up", "0.11 mS/cm2", "0.15 mS/cm2")
    assert parameters_of(diagram, "fold") == pytest.approx(parameters_of(whole, "fold"), rel=1e-10)
    assert parameters_of(diagram, "branch") == pytest.approx(parameters_of(whole, "branch"), rel=1e-7)
    assert any("nearest to 0" in note for note in diagram.notes)
    assert any("all eigenvalues" in note for note in whole.notes)
    (tip,) = diagram.of_kind("fold")
    assert tip.changes_stability


@pytest.mark.slow
def test_cells_in_a_row_begin_to_swing_where_one_does():
    """Between the two Hopf points of a single cell are those of neighbours that swing in turn: one for each wave."""
    alone = loads(swinging(1)).continue_over("push", "0 pA", "150 pA")
    row = loads(swinging(3)).continue_over("push", "0 pA", "150 pA")
    both, all_ = parameters_of(alone, "hopf"), parameters_of(row, "hopf")
    assert len(both) == 2 and len(all_) == 6
    assert [all_[0], all_[-1]] == pytest.approx(both, rel=1e-9)
    changing = [tip for tip in row.of_kind("hopf") if tip.changes_stability]
    assert sorted(tip.parameter for tip in changing) == pytest.approx(both, rel=1e-9)
    one = {round(t.parameter, 6): t.frequency for t in alone.of_kind("hopf")}
    assert [t.frequency for t in changing] == pytest.approx(
        [one[round(t.parameter, 6)] for t in changing], rel=1e-6
    )
    assert all(tip.criticality is None for tip in row.of_kind("hopf"))  # not told for lines


@pytest.mark.slow
def test_in_a_long_line_a_swing_is_found_where_stability_changes(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("ionlang.simulate.resting.lines.spectrum.DENSE", 0)
    monkeypatch.setattr("ionlang.simulate.resting.lines.spectrum.LEADING", 4)
    alone = loads(swinging(1)).continue_over("push", "2 pA", "6 pA")
    row = loads(swinging(6)).continue_over("push", "2 pA", "6 pA")
    (found,) = row.of_kind("hopf")
    assert found.changes_stability
    assert [found.parameter] == pytest.approx(parameters_of(alone, "hopf"), rel=1e-6)
    (tip,) = alone.of_kind("hopf")
    assert found.frequency == pytest.approx(tip.frequency, rel=1e-4)


def test_what_a_scenario_does_for_its_whole_length_is_in_force():
    """A stretch of the row with another conductance; rest finds the same."""
    text = two_states(4) + "scenario weak {\n    set row[1 .. 2].wall.leak.reversal = -75 mV\n}"
    model = loads(text)
    (track, *_) = model.continue_over("g_up", "0.02 mS/cm2", "0.05 mS/cm2", scenario="weak").branches
    own = two_states(4).replace("reversal = -70 mV", "reversal = if x < 40 um then -75 mV else -70 mV")
    weak = loads(own)
    rest = find_rest(weak.machine, {"g_up": float(track.parameter[0])})
    assert rest.settled is not None
    assert track.states[:, 0] == pytest.approx(rest.settled.state, rel=1e-9)
    assert np.ptp(track.states[:, 0]) > 1e-3


@pytest.mark.parametrize("text", [two_states(7), neurons(3), SHARED], ids=["cable", "neurons", "shared"])
def test_the_extended_equations_are_solved_and_their_determinant_is_right(text: str):
    machine = loads(text).machine
    name = next(name for name in ("g_up", "rho", "k") if f"param {name} " in text)
    low, high = {"g_up": (1.0, 4.0), "rho": (4.0, 8.0), "k": (1e-5, 3e-5)}[name]
    family = line_family(machine, lambda v: machine.parameters({name: v}), low, high, (low + high) / 2)
    task = family.at((low + high) / 2)
    y = task.written * np.random.default_rng(3).uniform(0.9, 1.1, task.written.size)
    column = family.by_parameter((low + high) / 2, y)
    row = np.random.default_rng(4).standard_normal(y.size + 1)
    operator = Operator(task.slopes.at(y), task.totals, family.scale, column, row)
    whole = np.array([operator.times(e) for e in np.eye(y.size + 1)]).T
    step = 1e-6 * task.unit
    for i in range(y.size):
        e = np.eye(y.size)[i] * step[i]
        by_hand = (equations(task, y + e) - equations(task, y - e)) / 2e-6 * family.scale[i] / task.unit[i]
        assert whole[:-1, i] == pytest.approx(by_hand, rel=1e-5, abs=1e-6 * np.abs(by_hand).max() + 1e-9)
    b = np.random.default_rng(5).standard_normal(y.size + 1)
    for pinned in np.flatnonzero(task.pinnable)[:4]:
        found = extended(operator, int(pinned))
        assert found.solve(b) == pytest.approx(np.linalg.solve(whole, b), rel=1e-6, abs=1e-9)
        sign, size = np.linalg.slogdet(whole)
        assert found.side == sign
        assert found.log_side == pytest.approx(size, abs=1e-6)


def test_the_doors(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = tmp_path / "row.ion"
    path.write_text(two_states(4), encoding="utf-8")
    table, picture = tmp_path / "row.csv", tmp_path / "row.png"
    over = ["continue", str(path), "--over", "g_up=0.1mS/cm2..0.2mS/cm2"]
    assert main([*over, "--csv", str(table), "--plot", str(picture), "--show", "mean(row.wall.V)"]) == 0
    said = capsys.readouterr().out
    assert "row[1].wall.V [mV]" in said and "mean(row.wall.V) [mV]" in said and "fold" in said
    assert "row[4].wall.V [mV]" in table.read_text().splitlines()[0]
    assert picture.stat().st_size > 10_000
    assert main([*over, "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told["branch"][0]["V"]) == {"row[1].wall", "row[2].wall", "row[4].wall", "mean(row.wall.V)"}
    assert [p["kind"] for p in told["points"]] == ["fold"]


BENT = """
solute u
param a = 0.3
arrangement cell {
    compartment box { volume = 1 pL;  u = 1 mM }
    flux growth {
        moves u from nothing to box
        rate = 1 pL * (a * (1 - a) * 1 mM * (1 + x/(100 um)) - box.u) / (1 s)
    }
}
line row of 4 cell { spacing = 10 um;  ends = closed;  diffusion box { u = 1e-6 cm2/s } }
"""


def test_a_copy_has_the_most_where_its_closed_form_does():
    """Linear in a (1 − a), whatever diffuses: the greatest value is at a half."""
    model = loads(BENT)
    diagram = model.continue_over("a", 0.1, 0.8, extrema="row[3].box.u")
    (tip,) = diagram.of_kind("extremum")
    assert tip.parameter == pytest.approx(0.5, abs=1e-8)
    rest = find_rest(model.machine, {"a": 0.5})
    row = model.machine.state_index["row[3].box.u"]
    assert tip.extremum is not None and rest.settled is not None
    assert tip.extremum.which == "maximum"
    assert tip.extremum.value == pytest.approx(rest.settled.state[row], rel=1e-10)
    with pytest.raises(ValueError, match="which copy"):
        model.continue_over("a", 0.4, 0.6, extrema="row.box.u")


def test_two_parameters_are_refused_in_words():
    with pytest.raises(ModelError) as refused:
        loads(two_states(3)).curves_over(
            ("g_up", "0.1 mS/cm2", "0.2 mS/cm2"), ("g_up", "0.1 mS/cm2", "0.2 mS/cm2")
        )
    assert [d.code for d in refused.value.diagnostics] == ["ION488"]


def test_a_model_without_membranes_shows_what_it_has():
    said = diagram_text(pinned())
    assert "row[3].box.u [mM]" in said and "mean(row.box.u) [mM]" in said
