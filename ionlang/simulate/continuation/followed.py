"""What a family of equations must be able to do so that its solutions can be followed: see `family` for a cell that
stands by itself, `lines.family` for one with lines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from ionlang.simulate.functions import FloatArray

if TYPE_CHECKING:
    from ionlang.simulate.continuation.branch import Point, Spectra
    from ionlang.simulate.machine import Machine
    from ionlang.simulate.resting.account import Equilibria


class Ahead(NamedTuple):
    """The tangent (m + 1,) of a branch, of length one; and the determinant of the slope with the tangent below it, as
    `side` · exp(`log_side`)."""

    tangent: FloatArray
    side: float
    log_side: float


class Linear(Protocol):
    """Equations near a place: their values and their slope."""

    def step(self, normal: FloatArray, gap: float) -> FloatArray | None:
        """The step x (m + 1,) to the root of the linear equations with normal · x = −gap; None if there is none."""

    def ahead(self, forwards: FloatArray) -> Ahead | None:
        """The tangent that points the way of `forwards` (m + 1,)."""

    def spectra(self) -> Spectra:
        """What gives the eigenvalues here when they are asked for."""


class Equations(Protocol):
    """Equations at places: one fewer than a place has entries."""

    def local(self, place: FloatArray) -> Linear | None: ...

    def near(self, place: FloatArray, known: Any) -> Linear | None:
        """As `local`, but what is dear may be taken from a place near by, of which `known` is what `local` gave."""


class Followed(Equations, Protocol):
    """Equations of rest under every value of one parameter. The last entry of a place says how far that has come."""

    @property
    def machine(self) -> Machine: ...
    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...

    @property
    def enough(self) -> int:
        """Points in all, after which no more branches that leave from branch points are begun."""

    def value(self, place: FloatArray) -> float:
        """The parameter at a place [cell units]."""

    def along(self, value: float) -> float:
        """The last entry of a place with this value of the parameter."""

    def parameters(self, value: float) -> list[float]:
        """The whole parameter vector."""

    def state(self, place: FloatArray) -> FloatArray:
        """All states (n,) at a place."""

    def place(self, value: float, state: FloatArray) -> FloatArray:
        """The place (m + 1,) of a state (n,)."""

    def equilibria(self, value: float) -> Equilibria:
        """What a search for rest finds there."""

    def measured_by(self, found: Iterable[FloatArray]) -> Followed:
        """The same with sizes that suit these states (n,) too."""

    def sizes(self, place: FloatArray) -> FloatArray:
        """Contents in typical sizes (m,); 0 for what has bounds of its own."""

    def path(self, index: int) -> str:
        """What the entry of a place with this number is; without the copy of a line."""

    def is_at_edge(self, place: FloatArray) -> bool:
        """Whether a state is about to leave what is possible."""

    def reach(self, tangent: FloatArray) -> float:
        """How far one may go at once in a direction, in parts of what is usual."""

    def sharpened(self, point: Point, chord: FloatArray) -> Point:
        """A branch point to rounding, if that can be had; `chord` (m + 1,) leads past it along its branch."""

    def ways(self, meeting: Point) -> tuple[FloatArray, ...]:
        """Directions (m + 1,) of branches through a branch point."""

    def slope_along(self, point: Point, path: str) -> float:
        """The change of a quantity with the length of the branch, the way of its tangent."""
