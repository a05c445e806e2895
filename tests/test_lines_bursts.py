"""Few copies of a long line fire while the others hardly change: a run that takes them by themselves comes to the
same."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray

import ionlang
from ionlang.simulate.lines.drift import Account
from ionlang.simulate.lines.part import Apart
from ionlang.simulate.lines.recorder import Recorder
from ionlang.simulate.lines.totals import Totals
from ionlang.simulate.multistep.bdf import NEVER, Bdf
from ionlang.simulate.running import bursts as bursts_module
from ionlang.simulate.running import stepping
from ionlang.simulate.running.bursts import Bursts, _Burst
from ionlang.simulate.running.long_step import Few
from ionlang.simulate.solution import Solution
from tests.benchmarks.lines import model_of, result_of
from tests.bursts_models import AXIAL, JOINED, row

Array = NDArray[np.float64]
Seen = list[tuple[float, float, list[int]]]
COUNT = 180
MANY = 400
slow = partial(pytest.param, marks=pytest.mark.slow)


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Seen:
    """When bursts began and how long they went, and of which copies."""
    found: Seen = []
    follow = Bursts.follow

    def watched(bursts: Bursts, solver, few, see):
        time, state = follow(bursts, solver, few, see)
        found.append((solver.time, time - solver.time, few.tolist()))
        return time, state

    monkeypatch.setattr(Bursts, "follow", watched)
    return found


def together(model: ionlang.Model, monkeypatch: pytest.MonkeyPatch, rtol: float) -> Solution:
    """A run in which all copies take the same steps."""
    with monkeypatch.context() as patched:
        patched.setattr(stepping, "bursts_of", lambda functions, phase: None)
        return model.run(rtol=rtol)


def last(solution: Solution) -> Array:
    assert solution.recorder is not None
    return solution.recorder.last


@pytest.mark.parametrize("firing", [1, 90, slow(2), slow(COUNT)])
def test_a_cell_that_fires_alone_is_what_it_is_where_all_take_its_steps(
    firing: int, seen: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = ionlang.loads(
        row(firing, more="measure top = max(row[FIRING].soma.V)".replace("FIRING", str(firing)))
    )
    found = model.run()
    assert sum(length for _, length, _ in seen) > 25
    assert all(few == [firing - 1] for _, _, few in seen)
    plain, right = together(model, monkeypatch, 1e-6), together(model, monkeypatch, 1e-8)
    times = np.linspace(0.0, 60.0, 1201)
    for path, unit in ((f"row[{firing}].soma.V", 1.0), (f"row[{firing}].outside.K", 1e-2)):
        trace, same, exact = (each.values([path], times)[0] for each in (found, plain, right))
        assert exact.max() > 10 * unit
        assert np.abs(trace - exact).max() < 3 * np.abs(same - exact).max() + 1e-4 * unit
        assert np.abs(trace - exact).max() < 0.5 * unit
    wrong, plainly = (np.abs(last(each) - last(right)) for each in (found, plain))
    tolerated = 1e-6 * np.abs(last(right)) + 1e-9
    assert (wrong / tolerated).max() < 3 * (plainly / tolerated).max() + 1


def test_two_that_fire_far_from_one_another_take_their_own_steps_each(
    seen: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = row(
        200,
        MANY,
        more="measure most = max(row[30].soma.V)\nat 25 ms: add 20 mM to row[30].outside.K\n"
        "from 25 ms for 30 ms: inject 30 pA into row[30].soma carried by K",
    )
    model = ionlang.loads(text)
    together_in: list[int] = []
    take = _Burst._take

    def watched(burst: _Burst, few: Few, see: bursts_module.See) -> bool:
        together_in.append(len(few.parts))
        return take(burst, few, see)

    monkeypatch.setattr(_Burst, "_take", watched)
    found = model.run()
    assert together_in.count(2) > 10
    plain, right = together(model, monkeypatch, 1e-6), together(model, monkeypatch, 1e-9)
    times = np.linspace(0.0, 60.0, 1201)
    for path, little in (("row[200].soma.V", 1e-3), ("row[30].soma.V", 1e-3), ("row[30].outside.K", 1e-5)):
        trace, same, exact = (each.values([path], times)[0] for each in (found, plain, right))
        assert np.abs(trace - exact).max() < 3 * np.abs(same - exact).max() + little
    sizes = {drift.name: drift.size for drift in found.drifts}
    assert sizes["total K"] < 1e-13 and sizes["total Na"] < 1e-13
    assert max(sizes.values()) < 1e-10


def test_what_is_kept_along_the_line_is_kept_also_while_an_ion_is_injected(seen: Seen) -> None:
    solution, again = (ionlang.loads(row(90)).run() for _ in range(2))
    assert seen
    assert last(again).tobytes() == last(solution).tobytes()
    assert max(drift.size for drift in solution.drifts) < 1e-11
    sizes = {drift.name: drift.size for drift in solution.drifts}
    assert sizes["total K"] < 1e-13 and sizes["total Na"] < 1e-13
    ledger = solution.ledger()
    assert max(abs(b.residue) / b.size for b in ledger.whole.balances if b.size) < 1e-9


def test_what_crosses_borders_in_the_few_is_counted_in_their_own_steps(
    seen: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = ionlang.loads(row(90))
    solution = model.run()
    assert seen
    apart = [drift.size for drift in solution.drifts]
    passed = [account.passed for account in accounts_in(solution)]
    monkeypatch.setattr(Recorder, "counts_by_copies", False)
    plainly = model.run()
    assert apart == pytest.approx([drift.size for drift in plainly.drifts], abs=1e-12)
    assert passed == pytest.approx([account.passed for account in accounts_in(plainly)], rel=1e-7)
    monkeypatch.undo()
    integrals: list[Array] = []

    def watched(some: Apart, quantities: tuple[object, ...]) -> Array:
        integrals.append(some.weights)
        return np.zeros(len(quantities))

    monkeypatch.setattr(Apart, "integrals", watched)
    assert max(drift.size for drift in model.run().drifts) > 100 * max(apart)
    assert sum(weights.sum() for weights in integrals) == pytest.approx(0.0, abs=1e-9)


def accounts_in(solution: Solution) -> Sequence[Account]:
    assert solution.recorder is not None
    return solution.recorder.accounts.listed


def test_profiles_and_sums_see_the_whole_burst(seen: Seen, monkeypatch: pytest.MonkeyPatch) -> None:
    model = ionlang.loads(row(90, more="measure all = max(sum(row[1 .. 180].outside.K))"))
    found = model.run()
    assert seen
    plain, right = together(model, monkeypatch, 1e-6), together(model, monkeypatch, 1e-9)
    for path, little in (("row.soma.V", 1e-3), ("row.outside.K", 1e-5), ("row.soma.KDR.n", 1e-5)):
        one, other, exact = (each.profiles(path) for each in (found, plain, right))
        assert one.times == pytest.approx(exact.times)
        wrong, plainly = (np.abs(each.values - exact.values).max() for each in (one, other))
        assert wrong < 2 * plainly + little
    assert dict(found.measures)["all"] == pytest.approx(dict(right.measures)["all"], rel=1e-8)


def test_where_neighbours_follow_at_once_all_take_the_same_steps(
    seen: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And where it is tried nevertheless it is no mistake."""
    model = ionlang.loads(row(90, coupling=JOINED).replace("inject 25 pA", "inject 200 pA"))
    found = model.run()
    assert seen and sum(length for _, length, _ in seen) < 2
    plain, right = together(model, monkeypatch, 1e-6), together(model, monkeypatch, 1e-9)
    times = np.linspace(0.0, 60.0, 1201)
    trace, same, exact = (each.values(["row[90].soma.V"], times)[0] for each in (found, plain, right))
    assert exact.max() > 20.0
    assert np.abs(trace - exact).max() < 2 * np.abs(same - exact).max()


def test_in_a_cable_nothing_is_tried(seen: Seen) -> None:
    solution = ionlang.loads(row(90, coupling=AXIAL).replace("inject 25 pA", "inject 1.5 nA")).run()
    assert solution.values(["row[90].soma.V"], np.linspace(0.0, 60.0, 601)).max() > 0.0
    assert not seen


def test_after_a_try_the_jacobian_is_looked_at_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """The linear systems were those of the others: totals are kept to rounding because the Jacobian is exact."""
    looked: list[tuple[int, float]] = []
    follow = Bursts.follow

    def watched(
        bursts: Bursts, solver: Bdf, few: NDArray[np.intp], see: bursts_module.See
    ) -> tuple[float, Array]:
        assert solver.looked != NEVER
        found = follow(bursts, solver, few, see)
        looked.append((solver.looked, solver.factored))
        return found

    monkeypatch.setattr(Bursts, "follow", watched)
    drifts = {drift.name: drift.size for drift in ionlang.loads(row(90)).run().drifts}
    assert looked and set(looked) == {(NEVER, 0.0)}
    assert drifts["total K"] < 1e-14


@pytest.mark.slow
def test_a_wave_through_a_tissue_is_the_same(monkeypatch: pytest.MonkeyPatch, seen: Seen) -> None:
    model = model_of(200, 12.0, tuple(range(1, 21)))
    solution = model.run()
    found = result_of(solution, 200)
    assert sum(length for _, length, _ in seen) > 300
    plain, right = (result_of(together(model, monkeypatch, rtol), 200) for rtol in (1e-6, 1e-9))
    late, plainly = (np.nanmax(np.abs(each.arrivals - right.arrivals)) for each in (found, plain))
    assert late < 3 * plainly
    assert (np.abs(found.end - right.end).max(axis=0) < 3 * np.abs(plain.end - right.end).max(axis=0)).all()
    kept = {drift.name: drift.size for drift in solution.drifts}["total K"]
    assert kept < 1e-12
    monkeypatch.setattr(
        Totals, "mending", lambda self, rows, ways, scale: np.zeros((rows.size, len(self.weights)))
    )
    assert {drift.name: drift.size for drift in model.run().drifts}["total K"] > 10 * kept


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 3])
def test_some_cells_anywhere_fire_at_any_time(seed: int, seen: Seen, monkeypatch: pytest.MonkeyPatch) -> None:
    draw = np.random.default_rng(seed)
    count = int(draw.integers(200, 500))
    cells = sorted(draw.choice(np.arange(3, count - 3), 4, replace=False).tolist())
    acts = [
        f"at {draw.integers(5, 60)} ms: add {draw.integers(10, 30)} mM to row[{cell}].outside.K\n"
        f"from {draw.integers(5, 60)} ms for {draw.integers(10, 60)} ms:"
        f" inject {draw.integers(20, 60)} pA into row[{cell}].soma carried by K\n"
        f"measure top_{cell} = max(row[{cell}].soma.V)"
        for cell in cells[1:]
    ]
    model = ionlang.loads(
        row(cells[0], count, 150, more="\n".join([*acts, f"measure top = max(row[{cells[0]}].soma.V)"]))
    )
    found = model.run()
    assert seen
    plain, right = together(model, monkeypatch, 1e-6), together(model, monkeypatch, 1e-9)
    times = np.linspace(0.0, 150.0, 3001)
    for cell in cells:
        trace, same, exact = (
            each.values([f"row[{cell}].soma.V"], times)[0] for each in (found, plain, right)
        )
        assert np.abs(trace - exact).max() < 3 * np.abs(same - exact).max() + 0.1
    assert max(drift.size for drift in found.drifts) < 1e-10
