"""The nouns: a point on a branch while it is followed, and where something happens on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from ionlang.simulate.functions import FloatArray

Spectrum = npt.NDArray[np.complex128]
Crossing = Literal["fold", "hopf", "branch"]
Kind = Literal["fold", "hopf", "branch", "extremum", "asymptote"]
Ending = Literal["lower end", "upper end", "meeting", "closed", "grows", "edge", "lost", "long"]


class Known(NamedTuple):
    """Eigenvalues of the free states [per ms], largest real part first; and whether these are all."""

    values: Spectrum
    whole: bool


Spectra = Callable[[], Known]


@dataclass(frozen=True, eq=False)
class Point:
    """An equilibrium on a branch.

    place (m + 1,), see `family`; tangent (m + 1,): the direction of the branch there, of length one.
    side · exp(log_side): the determinant of the slope with the tangent below it; it changes sign where branches meet
    and nowhere else. critical: something happens here, so that rounding would decide the stability.
    """

    place: FloatArray
    tangent: FloatArray
    spectra: Spectra = field(repr=False)
    side: float
    log_side: float = 0.0
    critical: bool = False

    @cached_property
    def known(self) -> Known:
        return self.spectra()

    @property
    def eigenvalues(self) -> Spectrum:
        """(m,) of the free states [per ms], largest real part first; of a long line those that were sought."""
        return self.known.values

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
