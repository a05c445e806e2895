"""The equations of a line are those of the same cells written out; its Jacobian is that of its rates; neither grows with
the number of copies."""

from __future__ import annotations

import re

import numpy as np
import pytest

from ionlang import loads
from ionlang.codegen.band import banded_jacobian
from tests.lines_models import tissue, written_out

VOLUMES = ("0.7 pL", "0.9 pL", "1.1 pL", "1.3 pL")
POTASSIUM = ("4 mM", "9 mM", "14 mM", "19 mM")
BY_POSITION = {"outside_volume": "0.6 pL + 0.2 pL * x/(50 um)", "outside_K": "1.5 mM + 0.1 mM/um * x"}


def by_position() -> str:
    """The line in which copy i has volume 0.6 + 0.2 (i − 1/2) pL and so on: those of `VOLUMES` and `POTASSIUM`."""
    return tissue(4, **BY_POSITION)


@pytest.mark.parametrize("seed", range(3))
def test_rates_are_those_of_the_same_cells_written_out(seed: int) -> None:
    line, cells = loads(by_position()).machine, loads(written_out(VOLUMES, POTASSIUM)).machine
    rng = np.random.default_rng(seed)
    p, q = line.parameters({}), cells.parameters({})
    y = np.array(line.initial_state(p)) * rng.uniform(0.9, 1.1, line.layout.states.size)
    names = [_in_cell(line.row_path(row)) for row in range(y.size)]
    z = np.array([y[names.index(state.path)] for state in cells.system.states])
    rates = np.array(cells.scalar.rhs(0.0, z.tolist(), q))
    expected = np.array([rates[cells.state_index[name]] for name in names])
    assert line.vector.rhs(0.0, y, p) == pytest.approx(expected, rel=1e-12, abs=1e-15)


def _in_cell(path: str) -> str:
    """`tissue[3].outside.K` as the file that is written out calls it."""
    return re.sub(r"tissue\[(\d+)\]", lambda found: f"c{int(found[1]) - 1}", path)


def test_starts_are_those_of_the_same_cells_written_out() -> None:
    line, cells = loads(by_position()).machine, loads(written_out(VOLUMES, POTASSIUM)).machine
    starts = dict(
        zip((s.path for s in cells.system.states), cells.initial_state(cells.parameters({})), strict=True)
    )
    found = line.initial_state(line.parameters({}))
    for row, value in enumerate(found):
        assert value == pytest.approx(starts[_in_cell(line.row_path(row))], rel=1e-14), line.row_path(row)


ENDS = """
solute S
solute T
bath vessel { S = 8 mM }
arrangement patch {
    compartment outside { volume = 1 pL + 0.3 pL * x/(50 um);  S = 4 mM;  T = 2 mM }
    compartment inside  { volume = 1 pL;  S = 1 mM }
    flux uptake { moves S from outside to inside;  rate = 1 /s * outside.volume * outside.S^2/(1 mM) / (1 + outside.T/(1 mM)) }
}
line tissue of 6 patch {
    spacing = 50 um
    ends = open
    diffusion outside { S = 1e-5 cm2/s;  T = 2e-5 cm2/s * (1 + x/(1 mm));  tortuosity = 1.6;  first = vessel }
    diffusion inside  { S = 1e-6 cm2/s }
}
"""


@pytest.mark.parametrize("text", [by_position(), ENDS], ids=["cells", "ends"])
def test_the_band_is_the_jacobian(text: str) -> None:
    machine = loads(text).machine
    p = machine.parameters({})
    y = np.array(machine.initial_state(p)) * np.random.default_rng(1).uniform(
        0.9, 1.1, machine.layout.states.size
    )
    below, above = machine.functions.band or (0, 0)
    band = machine.vector.jacobian(0.0, y, p)
    n = y.size
    found = np.zeros((n, n))
    for i in range(n):
        for j in range(max(0, i - below), min(n, i + above + 1)):
            found[i, j] = band[above + i - j, j]
    steps = 1e-6 * np.maximum(np.abs(y), 1e-3)
    slopes = [
        (machine.vector.rhs(0.0, y + h * e, p) - machine.vector.rhs(0.0, y - h * e, p)) / (2 * h)
        for h, e in zip(steps, np.eye(n), strict=True)
    ]
    size = np.abs(np.array(slopes)).max()
    assert found == pytest.approx(np.array(slopes).T, rel=1e-5, abs=1e-8 * size)


def test_the_code_does_not_grow_with_the_line() -> None:
    few, many = (loads(tissue(n)).machine.vector for n in (10, 5000))
    lines = [re.sub(r"\d+", "#", model.source).count("\n") for model in (few, many)]
    assert lines[0] == lines[1]
    band = banded_jacobian(many.program).output
    assert band == banded_jacobian(few.program).output


def test_neighbours_are_near() -> None:
    """The band reaches to the states of the next copy, and no further."""
    machine = loads(tissue(10)).machine
    per_copy = sum(1 for state in machine.system.states if state.line)
    assert machine.functions.band is not None
    assert max(machine.functions.band) < 2 * per_copy


@pytest.mark.parametrize("instants", [(), (1,), (4,)], ids=str)
def test_whatever_stands_in_a_line_is_an_array_over_its_copies(instants: tuple[int, ...]) -> None:
    """Also what is the same in all copies or at all times; at faces one fewer. As many instants as copies are no
    other case."""
    machine = loads(tissue(4, inside_K="if x < 100 um then 129 mM else 130 mM")).machine
    parameters = machine.parameters({})
    start = np.array(machine.initial_state(parameters))
    states = np.broadcast_to(start.reshape(-1, *(1 for _ in instants)), (start.size, *instants))
    paths = [path for path in machine.symbols if path != "time"]
    with np.errstate(all="ignore"):
        found = machine.arrays(paths)(np.zeros(instants), states, parameters)
    for path, row in zip(paths, found, strict=True):
        line = machine.cell.line_of(path)
        assert row.shape in ([instants] if line is None else [(4, *instants), (3, *instants)]), path
    (held,) = machine.arrays(["tissue.inside.K"])(np.zeros(instants), states, parameters)
    assert np.array_equal(held.reshape(4, -1)[:, 0], [129, 129, 130, 130])
