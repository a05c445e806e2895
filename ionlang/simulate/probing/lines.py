"""The answer of a line to a small steady current into one of its copies: the equations of potentials and gates of all
copies, made linear where the line is.

Fast are the potentials and what opens carriers, as in `linear.py`; what a current reaches, along the line and through
the membranes around one another, is in the slopes and in `push`. The matrix is sparse.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ionlang.model.cell_lines import which_copy
from ionlang.model.expression import Probed
from ionlang.simulate.bands import diagonals
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.probing.bench import Bench, parameters_with
from ionlang.simulate.probing.modes import grows, rightmost
from ionlang.simulate.resting.lines.slopes import Slope

if TYPE_CHECKING:
    from scipy.sparse import csc_array

POTENTIALS = ("potential", "charge")
FAST = (*POTENTIALS, "gate")
DENSE = 300
"""Fast states: of so many the answer in time is an exponential of a matrix."""
_ACCURACY = 1e-10


@dataclass(frozen=True, slots=True, eq=False)
class LinearAlong:
    """`slope` J (m, m), `push` b (m,) per pA, `place` of the state that holds V of the tested membrane, `per_state`
    what V changes with that [mV each]."""

    slope: csc_array
    push: FloatArray
    place: int
    per_state: float

    @property
    def settles(self) -> bool:
        """Whether the answer to a small current comes to an end."""
        return not grows(self.slope)

    @property
    def steady(self) -> float:
        """V/I in the end [Gohm]."""
        from scipy.sparse.linalg import splu

        return -self.per_state * float(splu(self.slope).solve(self.push)[self.place])

    def after(self, time: float) -> float:
        """V/I so long [ms] after the current began [Gohm]."""
        if self.push.size <= DENSE:
            return self.per_state * float(exponential(self.slope.toarray(), self.push, time)[self.place])
        return self.per_state * float(_integrated(self.slope, self.push, time)[self.place])


def linear_along(bench: Bench, probed: Probed) -> LinearAlong:
    """The answer of a membrane to a small current, where the cell is now, in a cell with lines."""
    rows = _rows_of(bench, FAST)
    row = row_of_potential(bench, probed.membrane)
    is_charge = f"{probed.membrane}.V" not in bench.machine.state_index
    per_state = 1 / bench.value(f"{probed.membrane}.total_capacitance") if is_charge else 1.0
    place = int(np.searchsorted(rows, row))
    return LinearAlong(_slopes(bench, rows), _push(bench, probed)[rows], place, per_state)


def slowest_return(bench: Bench, probed: Probed) -> float:
    """The rate [per ms] at which V along the line goes back in the end, with all gates where they are: that of the
    slowest mode of the potentials that are joined to that of the tested membrane."""
    from scipy.sparse.csgraph import connected_components

    row = row_of_potential(bench, probed.membrane)
    rows = _rows_of(bench, POTENTIALS) if which_copy(probed.membrane) else np.array([row])
    slope = _slopes(bench, rows)
    _, parts = connected_components(slope, directed=False)
    joined = np.flatnonzero(parts == parts[np.searchsorted(rows, row)])
    return -rightmost(slope[joined][:, joined])


def own_conductance(bench: Bench, probed: Probed, y: FloatArray, parameters: Sequence[float]) -> float:
    """What the membrane of the tested copy itself conducts, over its capacitance [per ms], in the states y (n,): the
    slope of its current where V changes in all copies alike, so that nothing flows between them."""
    layout, row = bench.machine.layout, row_of_potential(bench, probed.membrane)
    slope = bench.slopes.under(parameters).at(y)
    if row in slope.shared:
        return -float(slope.across[np.searchsorted(slope.shared, row), row])
    columns = np.flatnonzero(layout.states == layout.states[row])
    near = columns[(row - columns <= slope.below) & (columns - row <= slope.above)]
    return -float(slope.band[slope.above + row - near, near].sum())


def _rows_of(bench: Bench, kinds: tuple[str, ...]) -> NDArray[np.intp]:
    states, layout = bench.machine.system.states, bench.machine.layout
    numbers = [i for i, state in enumerate(states) if state.kind in kinds]
    return np.flatnonzero(np.isin(layout.states, numbers))


def row_of_potential(bench: Bench, membrane: str) -> int:
    """The row of the state that holds V of a membrane: the potential, or the charge."""
    index = bench.machine.state_index
    return index[f"{membrane}.V"] if f"{membrane}.V" in index else index[f"{membrane}.charge"]


def _slopes(bench: Bench, rows: NDArray[np.intp]) -> Any:
    whole = _sparse(bench.slopes.at(bench.start))
    return whole[rows][:, rows].tocsc()


def _sparse(whole: Slope) -> csc_array:
    """The whole Jacobian (n, n)."""
    from scipy.sparse import coo_array

    n = whole.band.shape[1]
    parts = [
        (columns - offset, columns, whole.band[whole.above - offset, columns])
        for offset, columns in diagonals(n, whole.below, whole.above)
    ]
    every = np.arange(n)
    for k, row in enumerate(whole.shared.tolist()):
        others = np.delete(every, whole.shared)  # where both are shared, it stands in `across`
        parts.append((others, np.full(others.size, row), whole.down[others, k]))
        parts.append((np.full(n, row), every, whole.across[k]))
    rows, columns, values = (np.concatenate(each) for each in zip(*parts, strict=True))
    there = values != 0
    return coo_array((values[there], (rows[there], columns[there])), shape=(n, n)).tocsc()


def _push(bench: Bench, probed: Probed) -> FloatArray:
    """What a current of 1 pA adds to each rate (n,)."""
    machine = bench.machine
    cases = (parameters_with(bench, probed, 1.0), bench.parameters)
    more, without = (np.asarray(machine.vector.rhs(0.0, bench.start, p), dtype=float) for p in cases)
    found: FloatArray = more - without
    return found


def exponential(slope: FloatArray, push: FloatArray, time: float) -> FloatArray:
    """∫ e^{Js} b ds from 0 to t is a corner of exp of [[J, b], [0, 0]] t."""
    from scipy.linalg import expm

    m = push.size
    block = np.zeros((m + 1, m + 1))
    block[:m, :m], block[:m, m] = slope, push
    found: FloatArray = expm(block * time)[:m, m]
    return found


def _integrated(slope: csc_array, push: FloatArray, time: float) -> FloatArray:
    from scipy.integrate import solve_ivp

    size = _ACCURACY * float(np.abs(push).max()) * time
    found = solve_ivp(
        lambda t, x: slope @ x + push, (0.0, time), np.zeros(push.size), method="Radau", jac=slope, rtol=_ACCURACY,
        atol=size, t_eval=[time],
    )  # fmt: skip
    answer: FloatArray = found.y[:, -1]
    return answer
