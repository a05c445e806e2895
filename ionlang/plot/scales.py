"""Units and limits of axes."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import XAxis, YAxis
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter, NullLocator

from ionlang.plot.styles import QUIET, raised
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.study import Axis, Study

_TIMES = ((2e3, 1.0, "ms"), (6e5, 1e3, "s"), (1.08e7, 6e4, "min"), (2.592e8, 3.6e6, "h"))
"""Up to this end [ms], this many ms are one of this unit; beyond, days."""
_CURRENTS = ((1e9, "mA"), (1e6, "µA"), (1e3, "nA"), (1.0, "pA"))
_RATES = ((1e9, "µmol/s"), (1e6, "nmol/s"), (1e3, "pmol/s"), (1.0, "fmol/s"), (1e-3, "amol/s"))
_WIDE = 5.0  # a larger ratio of concentrations is shown on a logarithmic axis
_DECADES = 7.0  # what is further below the highest concentration is cut off
_FARTHEST = 160.0  # mV: Nernst potentials beyond (almost nothing on one side) do not stretch the axis
_ROOM = 0.06


def time_scale(end: float) -> tuple[float, str]:
    """How many ms one of the unit has in which a run until `end` [ms] is shown, and that unit."""
    for limit, size, unit in _TIMES:
        if end <= limit:
            return size, unit
    return 8.64e7, "days"


def current_scale(rows: FloatArray) -> tuple[float, str]:
    """How many pA one of the unit has in which these currents [pA] are shown, and that unit."""
    largest = float(np.nanmax(np.abs(rows), initial=0.0))
    return next(((size, unit) for size, unit in _CURRENTS if largest >= size), _CURRENTS[-1])


def rate_scale(rows: FloatArray) -> tuple[float, str]:
    """How many fmol/s one of the unit has in which these rates [fmol/s] are shown, and that unit."""
    largest = float(np.nanmax(np.abs(rows), initial=0.0))
    found = ((size, unit) for size, unit in _RATES if largest >= size)
    return next(found, _RATES[-1] if largest else _RATES[-2])


def fit_potentials(axes: Axes, rows: FloatArray) -> None:
    """The first row is the membrane's own potential and is always shown whole."""
    own, others = rows[0], rows[1:]
    others = others[np.isfinite(others)]
    limits = [*_range(own), *_range(np.clip(others, -_FARTHEST, _FARTHEST))]
    _linear(axes, min(limits), max(limits), 10.0)


def fit_currents(axes: Axes, rows: FloatArray) -> None:
    low, high = _range(rows)
    _linear(axes, low, high, 1e-3)


def fit_rates(axes: Axes, rows: FloatArray) -> None:
    """From 0, so that half a rate has half the height."""
    low, high = _range(rows)
    _linear(axes, min(low, 0.0), max(high, 0.0), 1e-3)


def fit_variable(axes: Axes, rows: FloatArray) -> None:
    low, high = _range(rows)
    _linear(axes, low, high, 0.02 * max(abs(low), abs(high), 1e-9))


def fit_gates(axes: Axes, rows: FloatArray) -> None:
    axes.set_ylim(-0.03, 1.03)
    axes.yaxis.set_major_locator(MaxNLocator(4))


def fit_concentrations(axes: Axes, rows: FloatArray) -> None:
    """Logarithmic where 4 mM and 150 mM stand together: there equal ratios, and so equal changes of a Nernst
    potential, have equal heights."""
    low, high = _range(rows)
    if low > 0.0 and high > _WIDE * low:
        _logarithmic(axes, max(low, high / 10**_DECADES), high)
    else:
        _linear(axes, low, high, 0.02 * max(abs(high), abs(low), 1e-9))


def measure_scale(study: Study, name: str) -> tuple[float, str]:
    """By what the values of a measure are multiplied, and the unit in which they are shown: short times in ms."""
    unit = study.units[name]
    largest = float(np.nanmax(np.abs(study[name]), initial=0.0))
    if unit == "s" and 0.0 < largest < 1.0:
        return 1e3, "ms"
    return 1.0, "" if unit == "1" else unit


def fit_values(axes: Axes, values: FloatArray, room: float = _ROOM) -> None:
    """Any measure; one that hardly changes is not blown up to a curve."""
    if not np.isfinite(values).any():
        axes.set_yticks([])
        axes.text(0.5, 0.5, "never", transform=axes.transAxes, ha="center", va="center", color=QUIET)
        return
    low, high = _range(values)
    _linear(axes, low, high, max(1e-3 * max(abs(low), abs(high)), 1e-12), room)


def is_spread_by_ratio(values: FloatArray) -> bool:
    """Whether equal ratios should have equal widths: positive values over more than a decade, not evenly spaced."""
    if values.size < 3 or values.min() <= 0.0 or values.max() < 10.0 * values.min():
        return False
    steps = np.diff(np.sort(values))
    return bool(steps.max() > 3.0 * max(steps.min(), 1e-300))


def sweep_words(axis: Axis) -> str:
    return f"{axis.name} ({axis.unit})" if axis.unit != "1" else axis.name


def sweep_marks(along: XAxis | YAxis, axis: Axis, most: int = 9) -> None:
    """The marks of what was swept, on a logarithmic axis where its values are spread by ratio."""
    if is_spread_by_ratio(axis.values):
        along.axes.set(**{f"{along.axis_name}scale": "log"})
        along.set_major_locator(LogLocator(base=10.0, subs=(1.0, 2.0, 5.0), numticks=15))
        along.set_major_formatter(FuncFormatter(_plain))
        along.set_minor_formatter(NullFormatter())
    else:
        along.set_major_locator(MaxNLocator(nbins=most, steps=[1, 2, 2.5, 5, 10]))


def _range(values: FloatArray) -> tuple[float, float]:
    finite = values[np.isfinite(values)]
    return (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)


def _linear(axes: Axes, low: float, high: float, least: float, room: float = _ROOM) -> None:
    """At least `least` high, so that rounding is not blown up to a curve."""
    span = max(high - low, least)
    middle = 0.5 * (low + high)
    half = (0.5 + room) * span
    axes.set_ylim(middle - half, middle + half)
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    axes.ticklabel_format(axis="y", useOffset=False)


def _logarithmic(axes: Axes, low: float, high: float) -> None:
    room = (high / low) ** _ROOM
    axes.set_yscale("log")
    axes.set_ylim(low / room, high * room)
    decades = np.log10(high / low)
    marks = (1.0, 2.0, 5.0) if decades < 1.7 else (1.0, 3.0) if decades < 2.6 else (1.0,)
    axes.yaxis.set_major_locator(LogLocator(base=10.0, subs=marks, numticks=12))
    axes.yaxis.set_major_formatter(FuncFormatter(_plain))
    axes.yaxis.set_minor_formatter(NullFormatter())
    if decades > 2.6:
        axes.yaxis.set_minor_locator(NullLocator())


def _plain(value: float, _position: int | None) -> str:
    """`0.001`, `4`, `150`; traces as `10⁻⁴`, `3·10⁻⁵`."""
    if value >= 9.9e-4:
        return f"{value:g}"
    size = math.floor(math.log10(value) + 1e-9)
    factor = round(value / 10**size)
    return (f"{factor}·" if factor != 1 else "") + f"10{raised(str(size))}"
