"""Every equilibrium of a cell in which one coordinate decides everything else, with proof; nothing for other cells."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ionlang.simulate.enclosing.evaluate import NotLinear
from ionlang.simulate.enclosing.reduction import reductions
from ionlang.simulate.enclosing.zeros import every_zero
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.machine import Machine
from ionlang.simulate.resting.reduced import Kind, ReducedSystem


def every_rest(machine: Machine, parameters: Sequence[float], free: ReducedSystem) -> FloatArray | None:
    """The coordinates x = y[rows] (r, m) of every equilibrium whose lead is in the box; None where no coordinate is
    known to decide the others, or where bounds do not settle how many there are. The coordinates must be kept states
    (`on_kept_states`)."""
    found = reductions(
        machine.vector.program,
        machine.vector.structure,
        parameters,
        free.offset,
        free.matrix,
        free.rows,
        _leads(free),
    )
    for reduction in found:
        row = free.rows[reduction.lead]
        try:
            zeros = every_zero(reduction.rate, float(free.lower[row]), float(free.upper[row]))
        except NotLinear:
            continue
        if zeros is None:
            return None
        rests = reduction.coordinates(zeros)
        return rests if np.isfinite(rests).all() else None
    return None


def _leads(free: ReducedSystem) -> list[int]:
    """Coordinates that may decide: potentials, or in a cell without any those with a range; the ends of a range of
    concentrations, where logarithms end, are left to the search."""
    kinds = [free.kinds[row] for row in free.rows]
    bounded = [i for i, row in enumerate(free.rows) if np.isfinite(free.upper[row] - free.lower[row])]
    potentials = [i for i in bounded if kinds[i] is Kind.POTENTIAL]
    return potentials or bounded
