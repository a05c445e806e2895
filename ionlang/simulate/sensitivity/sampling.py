"""A machine and what is asked → samples over whole ranges: members run, indices told."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ionlang.model.scenario import Measure, Scenario
from ionlang.simulate.answering import Asked as Run
from ionlang.simulate.answering import answers_together
from ionlang.simulate.axes import Point
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.machine import Machine
from ionlang.simulate.running.run import RELATIVE_TOLERANCE
from ionlang.simulate.sensitivity import salib
from ionlang.simulate.sensitivity.answer import LeftOut
from ionlang.simulate.sensitivity.asked import Asked, measuring, of_rest
from ionlang.simulate.sensitivity.overall import Failed, Method, Overall, Share, Spread
from ionlang.simulate.sensitivity.ranges import Range, ranges_of
from ionlang.simulate.study import Member
from ionlang.units import display_unit

AT_ONCE = 256
"""Members whose courses are in memory at a time."""
FEWEST = 8
"""Blocks of members from which indices are told at all."""


@dataclass(frozen=True, slots=True)
class Sampling:
    """How members are drawn: `samples` blocks (None: as many as the method takes as a rule), numbers without a range of
    their own `within` this share of their value; `vary` names what is varied, all if it is empty."""

    method: Method
    samples: int | None = None
    within: float = 0.2
    vary: tuple[str, ...] = ()


def overall_sensitivity(
    machine: Machine,
    scenario: Scenario | None,
    asked: Sequence[Asked],
    given: Mapping[str, float],
    sampling: Sampling,
    progress: Callable[[float], None] | None = None,
) -> Overall:
    """Raises ImportError without SALib, KeyError and ValueError for what cannot be varied or asked."""
    salib.require()
    method, samples = sampling.method, sampling.samples or salib.DEFAULT_SAMPLES[sampling.method]
    if samples < FEWEST:
        raise ValueError(f"{samples} samples tell nothing: take {FEWEST} at least")
    if not 0.0 < sampling.within < 1.0:
        raise ValueError(
            f"numbers are varied by a share between 0 and 1 of their value, not by {sampling.within:g}"
        )
    ranges, held = ranges_of(machine.cell, given, sampling.within, sampling.vary)
    whole, wanted = of_rest(machine, asked) if scenario is None else measuring(scenario, asked)
    members = salib.sampled(method, ranges, samples)
    values, failed = _run(machine, whole, ranges, members, given, progress)
    measures = {m.name: (k, m) for k, m in enumerate(whole.measures)}
    spreads: list[Spread] = []
    left_out: list[LeftOut] = []
    for name in wanted:
        k, measure = measures[name]
        kept = _whole_blocks(values[:, k], salib.block_of(method, len(ranges)))
        if kept.sum() < FEWEST * salib.block_of(method, len(ranges)):
            left_out.append(LeftOut(name, "too few members have it"))
            continue
        shares = salib.indices(method, ranges, members[kept], values[kept, k])
        spreads.append(_spread(measure, values[kept, k], ranges, shares, method))
    title = None if scenario is None else scenario.name
    return Overall(
        machine.cell.name, title, method, len(members), tuple(spreads), tuple(left_out), tuple(failed), held
    )


def _run(
    machine: Machine,
    scenario: Scenario,
    ranges: Sequence[Range],
    members: FloatArray,
    given: Mapping[str, float],
    progress: Callable[[float], None] | None,
) -> tuple[FloatArray, list[Failed]]:
    """What each member measured (m, measures), nan where it never came; and those that failed."""
    values: list[list[float]] = []
    failed: list[Failed] = []
    for begin in range(0, len(members), AT_ONCE):
        part = members[begin : begin + AT_ONCE]
        runs = [Run(None, Point((), {**given, **_named(ranges, row)})) for row in part]
        found = answers_together(machine, scenario, runs, RELATIVE_TOLERANCE, None)
        for row, member in zip(part, found, strict=True):
            values.append([member.measured(m.name) for m in scenario.measures])
            failed += _failure(member, row, ranges)
        if progress is not None:
            progress((begin + len(part)) / len(members))
    return np.array(values).reshape(len(members), len(scenario.measures)), failed


def _named(ranges: Sequence[Range], row: FloatArray) -> dict[str, float]:
    return {r.path: x for r, x in zip(ranges, row.tolist(), strict=True)}


def _failure(member: Member, row: FloatArray, ranges: Sequence[Range]) -> list[Failed]:
    if member.failure is None:
        return []
    shown = zip(row.tolist(), ranges, strict=True)
    return [Failed(tuple(x / float(display_unit(r.dimension).scale) for x, r in shown), member.failure)]


def _whole_blocks(values: FloatArray, block: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """The members (m,) of blocks in which none is without a value."""
    fine = np.isfinite(values).reshape(-1, block).all(axis=1)
    return np.asarray(np.repeat(fine, block))


def _spread(
    measure: Measure,
    values: FloatArray,
    ranges: Sequence[Range],
    shares: list[dict[str, float]],
    method: Method,
) -> Spread:
    unit = display_unit(measure.dimension)
    scale = float(unit.scale)
    per = scale if method == "morris" else 1.0  # Morris tells changes of the quantity, Sobol shares
    rows = [
        _share(r, {word: number / per for word, number in told.items()})
        for r, told in zip(ranges, shares, strict=True)
    ]
    first = "total" if method == "sobol" else "strength"
    rows.sort(key=lambda s: -s.numbers[first] if math.isfinite(s.numbers[first]) else math.inf)
    mean, deviation = float(values.mean()) / scale, float(values.std()) / scale
    return Spread(measure.name, unit.text or "1", mean, deviation, len(values), tuple(rows))


def _share(r: Range, numbers: dict[str, float]) -> Share:
    unit = display_unit(r.dimension)
    scale = float(unit.scale)
    return Share(r.name, r.low / scale, r.high / scale, unit.text or "1", numbers)
