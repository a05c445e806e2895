"""A test, as a measure asks for it: what it found, and what there is to say of it."""

from __future__ import annotations

import math
from collections.abc import Callable

from ionlang.model.expression import Expr, Probed
from ionlang.simulate.probing.bench import Bench, Stopped
from ionlang.simulate.probing.linear import linear, rate_of_return
from ionlang.simulate.probing.lines import slowest_return
from ionlang.simulate.probing.response import psp
from ionlang.simulate.probing.threshold import Found, threshold_current, threshold_depolarisation
from ionlang.simulate.running.plan import Impossible

Number = Callable[[Expr], float]


def ask(bench: Bench, probed: Probed, firing: Expr | None, number: Number) -> Found:
    """The answer to a test, in cell units (per area where the file gives no area). `firing` is the condition of the
    test with all its numbers known, `number` gives the value of what its times are made of."""
    times = [None if t is None else number(t) for t in (probed.lasting, probed.within, probed.after)]
    if any(t is not None and not 0 < t < math.inf for t in times):
        return Found(math.nan, "its times must be above 0")
    try:
        found = _asked(bench, probed, firing, *times)
    except (Impossible, Stopped) as problem:
        return Found(math.nan, str(problem))
    return Found(found.value * _per_area(bench, probed), found.remark)


def _asked(
    bench: Bench,
    probed: Probed,
    firing: Expr | None,
    lasting: float | None,
    within: float | None,
    after: float | None,
) -> Found:
    match probed.probe:
        case "input_resistance":
            return _input_resistance(bench, probed, after)
        case "time_constant":
            return _time_constant(bench, probed)
        case "threshold_current":
            assert lasting is not None
            return threshold_current(bench, probed, firing, lasting, within)
        case "threshold_depolarisation":
            return threshold_depolarisation(bench, probed, firing, within)
        case "psp":
            return psp(bench, probed, within)


def _input_resistance(bench: Bench, probed: Probed, after: float | None) -> Found:
    """[Gohm]"""
    answer = linear(bench, probed)
    if after is not None:
        return Found(answer.after(after))
    if not answer.settles:
        return Found(
            math.nan, "with its concentrations held the cell does not come to rest under a small current"
        )
    return Found(answer.steady)


def _time_constant(bench: Bench, probed: Probed) -> Found:
    """C over the slope conductance with all gates where they are [ms]; of a line that of its slowest mode."""
    rate = slowest_return(bench, probed) if bench.machine.has_lines else rate_of_return(bench, probed)
    if rate > 0:
        return Found(1 / rate)
    return Found(math.nan, "its slope conductance is not above 0: V does not return by itself")


def _per_area(bench: Bench, probed: Probed) -> float:
    """What makes a total one per area: a current is divided by the area, a resistance multiplied."""
    if not probed.per_area:
        return 1.0
    area = bench.value(f"{probed.membrane}.area") * probed.parts
    return area if probed.probe == "input_resistance" else 1 / area
