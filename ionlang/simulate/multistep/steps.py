"""What the states were within the steps of an integrator."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ionlang.simulate.functions import FloatArray, Phase
from ionlang.simulate.multistep.bdf import Bdf
from ionlang.simulate.multistep.formulas import HIGHEST
from ionlang.simulate.trajectory import INTERVALS, Piece

NODES = np.arange(1, INTERVALS + 1) / INTERVALS - 1.0
"""The samples of a step, but the one where it begins: in its length, from its end."""
_POWERS = np.arange(HIGHEST + 1)
AT_NODES = NODES[:, None] ** _POWERS


def sampled(solver: Bdf, times: FloatArray) -> FloatArray:
    """The states (n, m) at instants within the step that was taken last."""
    count = solver.order + 1
    weights = ((times - solver.time) / solver.length)[:, None] ** _POWERS[:count]
    found: FloatArray = (weights @ solver.terms[:count]).T
    return found


def values_at(powers: FloatArray, terms: FloatArray) -> FloatArray:
    """Of polynomials (steps, order + 1, rows), at the same places of each step: (rows, steps · places)."""
    steps, count, rows = terms.shape
    found: FloatArray = np.matmul(powers[:, :count], terms).reshape(steps * len(powers), rows).T
    return found


def instants(edges: FloatArray, nodes: FloatArray) -> FloatArray:
    """The times of these places in each step, of which the edges (steps + 1,) are given."""
    times: FloatArray = (edges[1:, None] + np.diff(edges)[:, None] * nodes).ravel()
    return times


@dataclass(slots=True)
class Steps:
    """Steps one after the other, from a time and a state (n,): where they end, and their polynomials."""

    time: float
    state: FloatArray
    ends: list[float] = field(default_factory=list)
    terms: list[FloatArray] = field(default_factory=list)

    def add(self, solver: Bdf) -> None:
        """The one that was taken last."""
        terms = solver.terms[: HIGHEST + 1].copy()
        terms[solver.order + 1 :] = 0.0
        self.ends.append(solver.time)
        self.terms.append(terms)

    def piece(self, phase: Phase) -> Piece:
        """Their samples; there must be one at least."""
        edges = np.array([self.time, *self.ends])
        values = values_at(AT_NODES, np.array(self.terms))
        return Piece(
            phase, np.append(self.time, instants(edges, NODES)), np.hstack([self.state[:, None], values])
        )
