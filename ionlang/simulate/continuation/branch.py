"""The nouns: a point on a branch while it is followed, and where something happens on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from ionlang.simulate.functions import FloatArray

Spectrum = npt.NDArray[np.complex128]
Crossing = Literal["fold", "hopf", "branch"]
Kind = Literal["fold", "hopf", "branch", "extremum", "asymptote"]
Ending = Literal["lower end", "upper end", "meeting", "closed", "grows", "edge", "lost", "long"]


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """An equilibrium on a branch.

    place (m + 1,), see `family`; tangent (m + 1,): the direction of the branch there, of length one.
    eigenvalues (m,) of the free states [per ms], largest real part first. side: the determinant of the slope with the
    tangent below it, rows in their own sizes; it changes sign where branches meet and nowhere else. critical: something
    happens here, so that rounding would decide the stability.
    """

    place: FloatArray
    tangent: FloatArray
    eigenvalues: Spectrum
    side: float
    critical: bool = False

    @property
    def unstable(self) -> int:
        """How many eigenvalues have a positive real part."""
        return int((self.eigenvalues.real > 0).sum())

    @property
    def stable(self) -> bool:
        return not self.critical and bool((self.eigenvalues.real < 0).all())


@dataclass(frozen=True, slots=True, eq=False)
class Happening:
    """A fold, a Hopf point or a branch point; or where a quantity is least or greatest (`extremum`).

    rate: |Im λ| of the pair at a Hopf point [rad/ms], else 0. is_least: of an extremum.
    """

    kind: Kind
    point: Point
    rate: float = 0.0
    is_least: bool = False

    @property
    def others(self) -> int:
        """How many eigenvalues have a positive real part beside those that are critical here."""
        sizes = self.point.eigenvalues.real
        critical = np.argsort(np.abs(sizes), kind="stable")[: self.critical]
        return int((np.delete(sizes, critical) > 0).sum())

    @property
    def critical(self) -> int:
        """How many eigenvalues cross the imaginary axis here."""
        return {"hopf": 2, "extremum": 0, "asymptote": 0}.get(self.kind, 1)

    @property
    def changes_stability(self) -> bool:
        return self.critical > 0 and self.others == 0


@dataclass(frozen=True, slots=True, eq=False)
class Branch:
    """Points in order, those where something happens among them; and why it ends on either side."""

    points: tuple[Point, ...]
    happenings: tuple[Happening, ...]
    began: Ending
    ended: Ending
