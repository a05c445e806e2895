"""What runs say of quantities and conditions, located on the dense output at solver accuracy: m runs at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from ionlang.model.expression import Apply, Expr, Literal, Observed, Probed, Read, reads
from ionlang.simulate.evaluate_many import Many, evaluate_many
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.lines.along import FRONTS, Along, in_time
from ionlang.simulate.locating.many import crossings_of, greatest_of, integral_of, values_of
from ionlang.simulate.machine import Machine
from ionlang.simulate.probing.ask import ask
from ionlang.simulate.probing.bench import Bench
from ionlang.simulate.resting.rest import Rest
from ionlang.simulate.rows import ManyQuantities
from ionlang.simulate.shape import half_width
from ionlang.simulate.sheaf import Sheaf, stacked


@dataclass(slots=True)
class Observers:
    """Finished runs, and the values of parameters and measures known so far: a number, or one for each run (m,); `nan`
    stands for never. `benches` are the cells where the runs begin, for tests of them; `remarks` are what these say of
    each run besides a number. `along` is what was seen along lines, in each run."""

    machine: Machine
    sheaf: Sheaf | None
    rests: Sequence[Rest | None]
    values: dict[str, Many]
    benches: Sequence[Bench | None]
    known: dict[Observed | Probed, FloatArray] = field(default_factory=dict)
    measured: dict[str, Many] = field(default_factory=dict)
    remarks: dict[int, list[str]] = field(default_factory=dict)
    along: Sequence[Along] = ()

    @property
    def count(self) -> int:
        return len(self.rests)

    def value(self, expression: Expr) -> FloatArray:
        """The value of a measure or of a side of an expectation for each run (m,), in cell units."""
        found = np.asarray(evaluate_many(expression, self.values, self._observed), dtype=float)
        return np.broadcast_to(found, (self.count,))

    def _observed(self, observed: Observed | Probed) -> FloatArray:
        if observed not in self.known:
            if isinstance(observed, Probed):
                found = np.array([self._test(observed, run) for run in range(self.count)])
            else:
                found = self._look(observed)
            self.known[observed] = found
        return self.known[observed]

    def _test(self, probed: Probed, run: int) -> float:
        bench = self.benches[run]
        if bench is None:
            return np.nan
        firing = None if probed.firing is None else self.with_measures(probed.firing, run)
        found = ask(bench, probed, firing, lambda e: float(self.value(e)[run]))
        return self._told(probed, run, found.value, found.remark)

    def _told(self, asked: Observed | Probed, run: int, value: float, remark: str) -> float:
        """The value; what there is to say of it is kept."""
        if remark:
            never = "never: " if np.isnan(value) else ""
            self.remarks.setdefault(run, []).append(f"{' '.join(asked.span.text.split())}: {never}{remark}")
        return value

    def _look(self, observed: Observed) -> FloatArray:
        asked = [r.path for r in reads(observed.subject) if r.path in self.measured]
        if not asked:
            return self._seen(observed)
        found = np.full(self.count, np.nan)
        for run in range(self.count):  # what is asked for has numbers of its own in each
            if not any(np.isnan(_of(self.measured[path], run)) for path in asked):
                own = replace(observed, subject=self.with_measures(observed.subject, run))
                found[run] = self.alone(run)._seen(own)[0]
        return found

    def alone(self, run: int) -> Observers:
        """One of the runs by itself."""
        return Observers(
            self.machine,
            None if self.sheaf is None else self.sheaf.only(run),
            self.rests[run : run + 1],
            {path: _of(value, run) for path, value in self.values.items()},
            self.benches[run : run + 1],
            {observed: value[run : run + 1] for observed, value in self.known.items()},
            {path: _of(value, run) for path, value in self.measured.items()},
            {},
            self.along[run : run + 1],
        )

    def with_measures(self, expression: Expr, run: int) -> Expr:
        """Measures that a quantity mentions, as the numbers they came to."""
        match expression:
            case Read(path=path) if path in self.measured:
                number = _of(self.measured[path], run)
                return Literal(number, "measured", expression.dimension, expression.span)
            case Apply():
                arguments = tuple(self.with_measures(a, run) for a in expression.arguments)
                return Apply(expression.operator, arguments, expression.dimension, expression.span)
            case _:
                return expression

    def _seen(self, observed: Observed) -> FloatArray:
        if observed.functional == "rest":
            return self._at_rest(observed.subject)
        sheaf = self.sheaf
        if sheaf is None:
            return np.full(self.count, np.nan)
        after = sheaf.begun if observed.after is None else self.value(observed.after)
        until = sheaf.ended if observed.until is None else self.value(observed.until)
        fits = (sheaf.begun <= until) & (after <= sheaf.ended) & (after <= until)
        if not fits.any():
            return np.full(self.count, np.nan)  # also where a bound is an event that never came
        window = _Window(np.where(fits, after, np.inf), np.where(fits, until, -np.inf))
        return np.where(fits, self._within(observed, sheaf, window), np.nan)

    def _within(self, observed: Observed, sheaf: Sheaf, window: _Window) -> FloatArray:
        if observed.functional in FRONTS:
            return np.array([self._front(observed, window, run) for run in range(self.count)])
        over_time = in_time(observed)
        if over_time is not None:
            if all(observed in along.extremes for along in self.along):
                found = [along.extremes[observed] for along in self.along]
                return np.array([each.sign * each.best for each in found])
            observed = replace(observed, subject=over_time)
        match observed.functional:
            case "max" | "min" | "mean" | "integral" | "half_width":
                return _extent(observed, sheaf, self.machine.quantity(observed.subject), window)
            case "time" | "count" | "rate" | "duration":
                return _condition(observed, sheaf, self.machine.holding(observed.subject), window)
            case "start":
                return self._at(observed.subject, sheaf, sheaf.begun)
            case "end":
                return self._at_end(observed.subject, sheaf)
            case _:
                assert observed.moment is not None
                return self._at(observed.subject, sheaf, self.value(observed.moment))

    def _front(self, observed: Observed, window: _Window, run: int) -> float:
        if not window.counts[run]:
            return np.nan
        told = self.along[run].front(observed, float(window.after[run]), float(window.until[run]))
        return self._told(observed, run, told.value, told.remark)

    def _at(self, subject: Expr, sheaf: Sheaf, instants: FloatArray) -> FloatArray:
        return _valued(sheaf, self.machine.quantity(subject), instants)

    def _at_end(self, subject: Expr, sheaf: Sheaf) -> FloatArray:
        """The limit from the left: an action that ends with the run still holds."""
        pieces = sheaf.pieces_of[1:] - 1
        states = sheaf.values[:, sheaf.first[pieces + 1] - 1]
        parameters = sheaf.parameters_at(pieces, sheaf.ended)
        row: FloatArray = self.machine.expressions((subject,))(sheaf.ended, states, parameters)[0]
        return row

    def _at_rest(self, subject: Expr) -> FloatArray:
        found = np.full(self.count, np.nan)
        rests = [
            (k, r, e) for k, r in enumerate(self.rests) if r is not None and (e := r.settled) is not None
        ]
        if rests:
            states = self.machine.kept(np.array([settled.state for _, _, settled in rests]).T)
            parameters = stacked([rest.parameters for _, rest, _ in rests])
            rows = self.machine.expressions((subject,))(np.zeros(len(rests)), states, parameters)
            found[[k for k, _, _ in rests]] = rows[0]
        return found


@dataclass(frozen=True, slots=True, eq=False)
class _Window:
    """Of each run (m,) [ms]; of runs that do not count it is empty."""

    after: FloatArray
    until: FloatArray

    @property
    def counts(self) -> NDArray[np.bool_]:
        return self.after <= self.until


def _of(value: Many, run: int) -> float:
    return float(value[run]) if isinstance(value, np.ndarray) else value


def _extent(observed: Observed, sheaf: Sheaf, quantity: ManyQuantities, window: _Window) -> FloatArray:
    after, until = window.after, window.until
    match observed.functional:
        case "max" | "min":
            sign = 1.0 if observed.functional == "max" else -1.0
            return greatest_of(sheaf, quantity, sign, after, until).values
        case "mean":
            length = np.minimum(until, sheaf.ended) - np.maximum(after, sheaf.begun)
            total = integral_of(sheaf, quantity, after, until)
            return np.where(length > 0, total / np.where(length > 0, length, 1.0), np.nan)
        case "half_width":
            return np.array([_width(sheaf, quantity, window, run) for run in range(sheaf.count)])
        case _:
            return integral_of(sheaf, quantity, after, until)


def _width(sheaf: Sheaf, quantity: ManyQuantities, window: _Window, run: int) -> float:
    if not window.counts[run]:
        return np.nan
    return half_width(sheaf.only(run), quantity, float(window.after[run]), float(window.until[run]))


def _valued(sheaf: Sheaf, quantity: ManyQuantities, instants: FloatArray) -> FloatArray:
    """At an instant of each run (m,); nan outside."""
    found = np.full(sheaf.count, np.nan)
    runs = np.flatnonzero((sheaf.begun <= instants) & (instants <= sheaf.ended))
    if runs.size:
        found[runs] = values_of(sheaf, quantity, runs, instants[runs])
    return found


def _condition(observed: Observed, sheaf: Sheaf, holding: ManyQuantities, window: _Window) -> FloatArray:
    if observed.functional == "duration":
        return _duration(sheaf, holding, window)
    found = crossings_of(sheaf, holding, "upward", window.after, window.until)
    first, behind = (
        np.searchsorted(found.runs, np.arange(sheaf.count), side=side) for side in ("left", "right")
    )
    count = behind - first
    match observed.functional:
        case "time":
            came = np.append(found.times, np.nan)[np.where(count > 0, first, -1)]
            return np.where(_valued(sheaf, holding, window.after) > 0, window.after, came)
        case "count":
            return count.astype(float)
        case _:
            if not count.any():
                return np.zeros(sheaf.count)
            wanted = np.minimum(observed.last, count - 1)
            some, last = wanted >= 1, np.maximum(behind - 1, 0)
            length = found.times[last] - found.times[np.maximum(last - wanted, 0)]
            return np.where(some, wanted / np.where(some, length, 1.0), 0.0)


def _duration(sheaf: Sheaf, holding: ManyQuantities, window: _Window) -> FloatArray:
    marks = crossings_of(sheaf, holding, "both", window.after, window.until)
    runs = np.flatnonzero(window.counts)
    every = np.concatenate([runs, marks.runs, runs])
    edges = np.concatenate([window.after[runs], marks.times, window.until[runs]])
    order = np.lexsort((edges, every))
    every, edges = every[order], edges[order]
    inner = every[1:] == every[:-1]
    middles = ((edges[:-1] + edges[1:]) / 2)[inner]
    holds = values_of(sheaf, holding, every[1:][inner], middles) > 0
    lengths = np.diff(edges)[inner] * holds
    return np.bincount(every[1:][inner], weights=lengths, minlength=sheaf.count).astype(float)
