"""Some copies of a long line by themselves: where in it they are, and that they are there what they are in the line."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

import ionlang
from ionlang.simulate.lines.part import Part, Parts, Polynomial
from ionlang.simulate.lines.totals import Totals
from ionlang.simulate.machine import Machine
from ionlang.simulate.running.clamped_lines import kept_along
from tests.bursts_models import AXIAL, DIFFUSION, JOINED, STRIP, row
from tests.lines_models import LEAKY_CELL

Array = NDArray[np.float64]
MANY = 400
SPREAD = "gap_junction inside { conductance = 2 nS * lognormal(1, 0.3, seed = 3);  carries K, Na }"


def state_of(machine: Machine, seed: int = 1) -> tuple[list[float], Array]:
    parameters = machine.parameters({})
    start = np.array(machine.initial_state(parameters), dtype=float)
    return parameters, start * np.random.default_rng(seed).uniform(0.9, 1.1, start.size)


def part_of(machine: Machine, parameters: list[float], first: int, last: int) -> Part:
    assert machine.functions.parts is not None
    begin, end = machine.functions.parts._place(first, last)
    return machine.functions.parts.part(parameters, begin, end)


def rates_of(part: Part, time: float, state: Array, beside: Polynomial) -> list[float]:
    return part.functions.rhs(time, state.tolist(), part.phase(0.0, 20.0, beside).parameters)


def dense(band: Array, above: int) -> Array:
    count = band.shape[1]
    i, j = np.indices((count, count))
    rows = above + i - j
    inside = (rows >= 0) & (rows < len(band))
    return np.where(inside, band[np.clip(rows, 0, len(band) - 1), j], 0.0)


def parts_of(count: int) -> Parts:
    parts = ionlang.loads(row(1)).machine.functions.parts
    assert parts is not None
    return replace(parts, copies=count)


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
        row(1, MANY).replace("n^4", "share^4").replace("gate n", "gate share").replace("KDR.n", "KDR.share"),
        row(1, MANY).replace("h }", "V_1 }").replace("* h\n", "* V_1\n").replace("gate h", "gate V_1"),
    ],
    ids=["diffusion", "axial", "gap", "both", "spread", "open", "field", "share", "numbers"],
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


@given(st.integers(100, 500), st.data())
def test_parts_hold_what_they_must_with_copies_beside_and_none_holds_what_another_does(
    count: int, data: st.DataObject
) -> None:
    copies = np.array(sorted(data.draw(st.sets(st.integers(0, count - 1), min_size=1, max_size=6))))
    places = parts_of(count).places(copies)
    assert 25 * 6 * sum(end - begin for begin, end in places) <= 6 * count + 400
    integrated: list[int] = []
    for begin, end in places:
        assert 0 <= begin < end <= count
        integrated += range(begin + (begin > 0), end - (end < count))
    assert len(integrated) == len(set(integrated))
    beside = {k for begin, end in places for k in (begin - (begin == 0), end - (end < count))} - {-1, count}
    assert beside.isdisjoint(integrated)
    assert not places or set(copies.tolist()) <= set(integrated)
    if copies.size <= 4 and (np.diff(copies) >= 8).all() and count > 450:
        assert len(places) == copies.size


@pytest.mark.parametrize(
    ("copies", "places"),
    [
        ([90], [(88, 93)]),
        ([0], [(0, 5)]),
        ([90, 94], [(88, 93), (92, 97)]),
        ([90, 93], [(87, 97)]),
        ([0, 5], [(0, 10)]),
        ([0, 6], [(0, 5), (4, 9)]),
        ([5, 50, 100, 150], [(3, 8), (48, 53), (98, 103), (148, 153)]),
        ([5, 50, 100, 150, 190], []),
        ([80, 90], [(78, 83), (88, 93)]),
        ([*range(80, 101, 3)], []),
        ([], []),
    ],
)
def test_where_parts_are_in_a_line_of_600(copies: list[int], places: list[tuple[int, int]]) -> None:
    assert list(parts_of(600).places(np.array(copies, dtype=np.intp))) == places


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
