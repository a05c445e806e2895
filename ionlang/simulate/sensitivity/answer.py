"""The noun of this room: how much each number of a file matters for each quantity that was asked for.

An effect is told for a small change of a parameter, to first order: for +1 % of it; for +1 mV or +1 K where its zero is
arbitrary (voltages, temperatures); for one unit where it is 0. It is in per cent of the quantity, or in its unit where
the zero of that is arbitrary (potentials) or where it is 0.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from ionlang.simulate.tuning.tuned import Tuned
from ionlang.units import PURE, TEMPERATURE, VOLTAGE, Dimension, display_unit

if TYPE_CHECKING:
    from ionlang.plot import Figure

SHARE = 0.01
"""The change of a parameter that effects are told for, of its own size."""
NOTHING = 1e-8
"""Of what the largest effect is: an effect so small is rounding."""
DIGITS = 6
"""In so many effects may differ; those that differ in later ones only are of the same size."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What a parameter does to a quantity, to first order. `value` is the parameter's, in `unit`.

    step: the change that is meant, `+1 %`, `+1 mV`. change: what that makes of the quantity, in its unit; percent: the
    same in per cent of it (None where its zero is arbitrary). derivative: in the quantity's unit per `unit`.
    elasticity: d ln q/d ln p (None where either has an arbitrary zero, or is 0).
    """

    parameter: str
    value: float
    unit: str
    step: str
    change: float
    percent: float | None
    derivative: float
    elasticity: float | None

    @property
    def size(self) -> float:
        """By what effects are ranked."""
        return abs(self.change if self.percent is None else self.percent)


@dataclass(frozen=True, slots=True)
class Response:
    """A quantity with its value in `unit` (`1` for a pure number), and what each parameter does to it: the largest
    effect first."""

    name: str
    value: float
    unit: str
    effects: tuple[Effect, ...]

    @property
    def telling(self) -> tuple[Effect, ...]:
        """The effects that are more than rounding."""
        largest = max((effect.size for effect in self.effects), default=0.0)
        return tuple(e for e in self.effects if e.size > NOTHING * largest)

    @property
    def relative(self) -> bool:
        """Whether effects are in per cent of the quantity."""
        return all(effect.percent is not None for effect in self.effects)

    def __getitem__(self, parameter: str) -> Effect:
        """The effect of one parameter. Raises KeyError."""
        for effect in self.effects:
            if effect.parameter == parameter:
                return effect
        raise KeyError(
            f"no parameter {parameter!r}; there are: {', '.join(e.parameter for e in self.effects)}"
        )


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A quantity that has no derivative, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """Quantities at rest (`scenario` None) or measures of a scenario, with the effects of all parameters.

    `sensitivity["collapse"]["P_Na"].elasticity` is a number. `left_out` are quantities without a derivative.
    `tuned` is what was solved for before: those numbers are held, and count as parameters of their own.
    """

    model: str
    scenario: str | None
    responses: tuple[Response, ...]
    left_out: tuple[LeftOut, ...]
    tuned: tuple[Tuned, ...] = ()

    def __getitem__(self, quantity: str) -> Response:
        """What one quantity depends on. Raises KeyError."""
        for response in self.responses:
            if response.name == quantity:
                return response
        raise KeyError(
            f"no quantity {quantity!r}; there are: {', '.join(r.name for r in self.responses) or 'none'}"
        )

    def __repr__(self) -> str:
        where = "at rest" if self.scenario is None else f"in {self.scenario}"
        return (
            f"<sensitivity of {', '.join(r.name for r in self.responses) or 'nothing'} {where}, {self.model}>"
        )

    def to_csv(self, path: str | PathLike[str]) -> None:
        """A line for each effect, the largest of each quantity first. Raises OSError."""
        with Path(path).open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, lineterminator="\n").writerows(self._rows())

    def _rows(self) -> Iterator[list[str]]:
        yield [
            "quantity", "value", "unit", "parameter", "parameter value", "parameter unit", "elasticity",
            "step", "change", "change [%]", "derivative",
        ]  # fmt: skip
        for r in self.responses:
            for e in r.effects:
                numbers = [_cell(x) for x in (e.change, e.percent, e.derivative)]
                yield [
                    r.name, repr(r.value), r.unit, e.parameter, repr(e.value), e.unit, _cell(e.elasticity), e.step,
                    *numbers,
                ]  # fmt: skip

    def plot(self, path: str | PathLike[str] | None = None, top: int = 12) -> Figure:
        """A tornado for each quantity: bars of the `top` largest effects; saved if a path is given (`.png`, `.pdf`,
        `.svg`). Raises ImportError without matplotlib, ValueError if there is nothing to draw."""
        # A call to a stage above, as on a Solution: the picture is looked for on what it shows.
        from ionlang import plot

        drawn = plot.tornado_figure(self, top)
        if path is not None:
            plot.save_figure(drawn, path)
        return drawn


def _cell(number: float | None) -> str:
    return "" if number is None else repr(number)


def effect_of(
    name: str,
    value: float,
    dimension: Dimension,
    slope: float,
    quantity: float,
    of: Dimension,
) -> Effect:
    """Of a parameter and a quantity in cell units, and d quantity/d parameter in these."""
    unit, whole = display_unit(dimension), display_unit(of)
    scale, per = float(unit.scale), float(whole.scale)
    step, words = _step(name, value, dimension)
    has_zero = of not in (VOLTAGE, TEMPERATURE) and quantity != 0.0
    percent = 100.0 * slope * step / quantity if has_zero else None
    by_share = math.isclose(step, SHARE * value) and value != 0.0
    elasticity = slope * value / quantity if has_zero and by_share else None
    return Effect(
        name, value / scale, unit.text or "1", words, slope * step / per, percent, slope * scale / per, elasticity
    )  # fmt: skip


def _step(name: str, value: float, dimension: Dimension) -> tuple[float, str]:
    """The change of a parameter that its effect is told for [cell units], and in words. RT/F is a voltage with a zero
    of its own."""
    unit = display_unit(dimension)
    arbitrary = dimension in (VOLTAGE, TEMPERATURE) and name != "thermal_voltage"
    if arbitrary or (value == 0.0 and dimension != PURE):
        return float(unit.scale), f"+1 {unit.text}"
    if value == 0.0:
        return SHARE, f"+{SHARE}"
    return SHARE * value, "+1 %"


def response_of(name: str, value: float, dimension: Dimension, effects: list[Effect]) -> Response:
    """With the effects by their size; those of the same size stay in their order."""
    unit = display_unit(dimension)
    ranked = sorted(effects, key=lambda e: -_told(e.size) if math.isfinite(e.size) else math.inf)
    return Response(name, value / float(unit.scale), unit.text or "1", tuple(ranked))


def _told(size: float) -> float:
    """To the digits in which it may differ from another."""
    return float(f"{size:.{DIGITS}g}")
