"""What an equilibrium is, in the words of the theory of dynamical systems, from the eigenvalues of its linearisation.

Its *leading* eigenvalues are those nearest to the imaginary axis: they say how the cell comes back in the end (all real
parts negative), or how it begins to leave. If they are a complex pair the cell swings on the way: a focus, else a node.
Where some directions return and others leave it is a saddle, whatever the leading eigenvalues; a saddle-focus if
those of the returning or those of the leaving directions are a complex pair.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Spectrum = npt.NDArray[np.complex128]
Name = Literal[
    "stable node",
    "stable focus",
    "saddle",
    "saddle-focus",
    "unstable node",
    "unstable focus",
    "centre",
    "degenerate",
]


def in_order(eigenvalues: npt.ArrayLike) -> Spectrum:
    """The largest real part first; of a pair that with the positive imaginary part."""
    found = np.asarray(eigenvalues, dtype=np.complex128)
    return found[np.lexsort((-found.imag, -found.real))]


REAL = 1e-6
"""Eigenvalues whose imaginary part is a smaller part of their size are a pair of real ones, parted by rounding."""

LASTING = 1e-10
"""With a smaller part of their size as real part, two neither grow nor decay."""


@dataclass(frozen=True, slots=True)
class Oscillation:
    """exp(σ t) cos(2π f t): frequency f [per unit of the model's time], time 1/|σ| in which it grows or falls by e."""

    frequency: float
    time: float
    grows: bool


@dataclass(frozen=True, slots=True)
class Character:
    """unstable: how many directions leave.  oscillation: that of the leading pair – of the leaving directions where it
    is one, else of the returning ones; None if all come and go without swinging."""

    name: Name
    unstable: int
    oscillation: Oscillation | None


def character_of(eigenvalues: Spectrum, free: int) -> Character:
    """eigenvalues (m,), largest real part first; free: how many directions the linearisation leaves open."""
    leaving, returning = eigenvalues[eigenvalues.real > 0], eigenvalues[eigenvalues.real <= 0]
    if free:
        return Character("degenerate", len(leaving), None)
    if _neither(eigenvalues).any():
        lasting = eigenvalues[_neither(eigenvalues)]
        return Character("centre", int((leaving.real > LASTING * np.abs(leaving)).sum()), _swing(lasting[:1]))
    growing, decaying = _swing(leaving[-1:]), _swing(returning[:1])
    return Character(
        _name(len(leaving), len(returning), growing is not None, decaying is not None),
        len(leaving),
        growing or decaying,
    )


def _name(leaving: int, returning: int, growing: bool, decaying: bool) -> Name:
    match leaving > 0, returning > 0:
        case True, True:
            return "saddle-focus" if growing or decaying else "saddle"
        case True, False:
            return "unstable focus" if growing else "unstable node"
        case _:
            return "stable focus" if decaying else "stable node"


def _neither(eigenvalues: Spectrum) -> npt.NDArray[np.bool_]:
    size = np.abs(eigenvalues)
    lasting: npt.NDArray[np.bool_] = (np.abs(eigenvalues.real) <= LASTING * size) & (size > 0)
    return lasting


def _swing(leading: Spectrum) -> Oscillation | None:
    """What the leading eigenvalue (1,), if there is one, swings like; None if it is real."""
    if not len(leading) or abs(leading[0].imag) <= REAL * abs(leading[0]):
        return None
    rate, turn = float(leading[0].real), abs(float(leading[0].imag))
    return Oscillation(turn / (2 * math.pi), 1 / abs(rate) if rate else math.inf, rate > 0)
