"""Few copies of a long line that fire while the others hardly change: by themselves they are what they are in the line,
and a run that takes them by themselves comes to the same."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

import ionlang
from ionlang.simulate.functions import Phase
from ionlang.simulate.lines.drift import Accounts
from ionlang.simulate.lines.part import Cutout, Part, Polynomial
from ionlang.simulate.lines.recorder import Recorder
from ionlang.simulate.lines.totals import Totals
from ionlang.simulate.machine import Machine
from ionlang.simulate.running import bursts as bursts_module
from ionlang.simulate.running import stepping
from ionlang.simulate.running.bursts import Bursts
from ionlang.simulate.running.clamped_lines import kept_along
from ionlang.simulate.solution import Solution
from tests.benchmarks.lines import model_of, result_of
from tests.bursts_models import AXIAL, DIFFUSION, STRIP, row
from tests.lines_models import LEAKY_CELL

Array = NDArray[np.float64]
Seen = list[tuple[float, float, tuple[int, int]]]
COUNT = 180
MANY = 400
JOINED = "gap_junction inside { conductance = 2 nS;  carries K, Na }"
SPREAD = "gap_junction inside { conductance = 2 nS * lognormal(1, 0.3, seed = 3);  carries K, Na }"


def state_of(machine: Machine, seed: int = 1) -> tuple[list[float], Array]:
    parameters = machine.parameters({})
    start = np.array(machine.initial_state(parameters), dtype=float)
    return parameters, start * np.random.default_rng(seed).uniform(0.9, 1.1, start.size)


def part_of(machine: Machine, parameters: list[float], first: int, last: int) -> Part:
    assert machine.functions.parts is not None
    return machine.functions.parts.around(parameters, first, last)


def rates_of(part: Part, time: float, state: Array, beside: Polynomial) -> list[float]:
    return part.functions.rhs(time, state.tolist(), part.phase(0.0, 20.0, beside).parameters)


def dense(band: Array, above: int) -> Array:
    count = band.shape[1]
    i, j = np.indices((count, count))
    rows = above + i - j
    inside = (rows >= 0) & (rows < len(band))
    return np.where(inside, band[np.clip(rows, 0, len(band) - 1), j], 0.0)


# ── by themselves ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("first", "last"), [(0, 0), (1, 2), (200, 200), (195, 199), (210, 223), (398, 398), (399, 399)]
)
@pytest.mark.parametrize(
    "text",
    [
        row(1, MANY),
        row(1, MANY, coupling=AXIAL),
        row(1, MANY, coupling=JOINED),
        row(1, MANY, coupling=DIFFUSION + JOINED),
        row(1, MANY, coupling=SPREAD),
        row(1, MANY).replace("ends = closed", "ends = open"),
        STRIP,
    ],
    ids=["diffusion", "axial", "gap", "both", "spread", "open", "field"],
)
def test_a_part_has_the_rates_and_the_jacobian_that_it_has_in_the_line(
    text: str, first: int, last: int
) -> None:
    machine = ionlang.loads(text).machine
    states = len(machine.system.states)
    parameters, state = state_of(machine)
    part = part_of(machine, parameters, first, last)
    assert part.rows.start <= states * first and part.rows.stop >= states * (last + 1)
    beside = Polynomial(np.array([state[part.outside]]), 0.0, 1.0)
    rates: Array = np.asarray(machine.functions.rhs(0.0, state, parameters))  # type: ignore[arg-type]
    assert rates_of(part, 0.0, state[part.rows], beside) == pytest.approx(
        rates[part.rows], rel=1e-11, abs=1e-14
    )
    assert machine.functions.slopes is not None and machine.functions.band is not None
    whole = dense(machine.functions.slopes(parameters)(0.0, state), machine.functions.band[1])
    found = part.cutout.model.jacobian(
        0.0, state[part.rows].tolist(), part.phase(0.0, 1.0, beside).parameters
    )
    assert np.array(found) == pytest.approx(whole[part.rows, part.rows], rel=1e-10, abs=1e-13)


def test_what_stands_beside_a_part_moves_along_its_polynomial() -> None:
    machine = ionlang.loads(row(1)).machine
    parameters, state = state_of(machine)
    part = part_of(machine, parameters, 90, 90)
    slope, bend = 1e-3 * state[part.outside], 2e-4 * state[part.outside]
    beside = Polynomial(np.array([state[part.outside], slope, bend]), 10.0, 4.0)
    later = state.copy()
    later[part.outside] += 0.75 * slope + 0.75**2 * bend
    assert beside.at(13.0) == pytest.approx(later[part.outside], rel=1e-15)
    rates: Array = np.asarray(machine.functions.rhs(13.0, later, parameters))  # type: ignore[arg-type]
    assert rates_of(part, 13.0, state[part.rows], beside) == pytest.approx(rates[part.rows], rel=1e-12)
    assert rates_of(part, 10.0, state[part.rows], beside) != pytest.approx(rates[part.rows], rel=1e-9)


def test_a_part_is_made_only_of_a_line_whose_copies_read_their_neighbours_and_nothing_else() -> None:
    text, _, _ = row(1).partition("scenario")
    fluid = "compartment fluid { volume = 0.9 nL;  Na = 125 mM;  K = 4 mM }\narrangement cell {"
    shared = text.replace("(inside | outside)", "(inside | fluid)").replace("arrangement cell {", fluid)
    alone = "line row of 180 cell { spacing = 50 um;  ends = closed }"
    assert ionlang.loads(text).machine.functions.parts is not None
    assert ionlang.loads(LEAKY_CELL + alone).machine.functions.parts is not None
    assert ionlang.loads(shared).machine.functions.parts is None
    assert ionlang.loads(row(1, count=12)).machine.functions.parts is None
    far = text.replace("tortuosity = 1.6", "tortuosity = 1.6 + inside.gap_junction.flux(K)/(1 fmol/s)")
    far = far.replace("diffusion outside", f"{JOINED}\ndiffusion outside")
    assert ionlang.loads(far).machine.functions.parts is None
    held = kept_along(ionlang.loads(text).machine.functions, [3], ())
    assert held.parts is None


@given(st.integers(0, 2**32 - 1))
def test_mending_changes_each_total_by_itself_in_the_ways_that_are_open(seed: int) -> None:
    draw = np.random.default_rng(seed)
    weights, rows = draw.normal(size=(2, 42)), np.r_[6:12, 30:36]
    ways = np.zeros((12, 12))
    ways[2], ways[5], ways[8], ways[11] = draw.normal(size=(4, 12))
    ways[4] = 0.25 * ways[2]  # what comes with it
    changes = Totals(weights).mending(rows, ways, 10.0 ** draw.uniform(-6, 1, 12))
    assert weights[:, rows] @ changes == pytest.approx(np.eye(2), abs=1e-6)
    assert changes[4] == pytest.approx(0.25 * changes[2], rel=1e-6, abs=1e-9 * np.abs(changes).max())
    assert np.abs(np.delete(changes, [2, 4, 5, 8, 11], axis=0)).max() < 1e-9 * np.abs(changes).max()


@pytest.mark.parametrize(
    ("coupling", "ways"),
    [(DIFFUSION, {"outside.K", "outside.Na"}), (JOINED, {"inside.K", "inside.Na", "soma.V"})],
    ids=["diffusion", "gap"],
)
def test_what_is_missing_is_put_where_it_passes_between_copies(coupling: str, ways: set[str]) -> None:
    machine = ionlang.loads(row(1, coupling=coupling)).machine
    parameters, state = state_of(machine)
    part = part_of(machine, parameters, 90, 90)
    functions = machine.functions
    assert functions.slopes is not None and functions.band is not None and functions.parts is not None
    found = part.ways(functions.slopes(parameters)(0.0, state), functions.band[1])
    totals = functions.parts.totals(parameters)
    changes = totals.mending(part.outside, found, 1e-6 * np.abs(state[part.outside]))
    names = [machine.row_path(int(i)) for i in part.outside[np.abs(changes).max(axis=1) > 0]]
    assert {name.partition("].")[2] for name in names} == ways
    assert totals.weights[:, part.outside] @ changes == pytest.approx(np.eye(len(totals.weights)), abs=1e-9)


def test_a_try_that_fails_leaves_the_jacobian_as_it_was(monkeypatch: pytest.MonkeyPatch, seen: Seen) -> None:
    """Totals are kept to rounding because it is exact."""
    text = row(90).replace("K = 0.765625 um2/ms", "K = 765.6 um2/ms")
    monkeypatch.setattr(bursts_module._Burst, "_pushed_inside", lambda self: 1.0)
    drifts = {drift.name: drift.size for drift in ionlang.loads(text).run().drifts}
    assert seen and all(length == 0 for _, length, _ in seen)
    assert drifts["total K"] < 1e-14


# ── a whole run ─────────────────────────────────────────────────────────────────────────────────────────────

slow = partial(pytest.param, marks=pytest.mark.slow)


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Seen:
    """When bursts began and how long they went, and of which copies."""
    found: Seen = []
    follow = Bursts.follow

    def watched(bursts: Bursts, solver, few, see):
        time, state = follow(bursts, solver, few, see)
        found.append((solver.time, time - solver.time, few))
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
    assert all(few == (firing - 1, firing - 1) for _, _, few in seen)
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


def test_what_is_kept_along_the_line_is_kept_also_while_an_ion_is_injected(seen: Seen) -> None:
    solution = ionlang.loads(row(90)).run()
    assert seen
    assert max(drift.size for drift in solution.drifts) < 1e-11
    sizes = {drift.name: drift.size for drift in solution.drifts}
    assert sizes["total K"] < 1e-13 and sizes["total Na"] < 1e-13
    ledger = solution.ledger()
    assert max(abs(b.residue) / b.size for b in ledger.whole.balances if b.size) < 1e-9


def test_what_crosses_borders_in_the_few_is_counted_in_their_own_steps(
    seen: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = ionlang.loads(row(90))
    apart = [drift.size for drift in model.run().drifts]
    counted: list[Array] = []
    crossed_in = Accounts.crossed_in

    def watched(accounts: Accounts, some: Cutout, phase: Phase, *rest: Array) -> None:
        counted.append(rest[-1])
        crossed_in(accounts, some, phase, *rest)

    monkeypatch.setattr(Accounts, "crossed_in", watched)
    assert [drift.size for drift in model.run().drifts] == apart
    assert seen and sum(weights.sum() for weights in counted) == pytest.approx(0.0, abs=1e-9)
    monkeypatch.setattr(Recorder, "counts_by_copies", False)
    together = [drift.size for drift in model.run().drifts]
    assert apart == pytest.approx(together, abs=1e-12)
    monkeypatch.undo()
    monkeypatch.setattr(Accounts, "crossed_in", lambda *_: None)
    assert max(drift.size for drift in model.run().drifts) > 100 * max(apart)


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


@pytest.mark.parametrize("coupling", [AXIAL, JOINED], ids=["axial", "gap"])
def test_where_neighbours_follow_at_once_all_take_the_same_steps(
    coupling: str, seen: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or if it is tried nevertheless it is no mistake."""
    model = ionlang.loads(row(90, coupling=coupling))
    found, right = model.run(), together(model, monkeypatch, 1e-9)
    times = np.linspace(0.0, 60.0, 601)
    trace, exact = (each.values(["row[90].soma.V"], times)[0] for each in (found, right))
    assert np.abs(trace - exact).max() < 0.02


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
