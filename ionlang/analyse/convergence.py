"""A convergence report as text for a terminal and as an object for JSON."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ionlang.analyse.display import plain, shown_value
from ionlang.analyse.objects import Object, Value, number
from ionlang.simulate.refining.convergence import Convergence, Refined
from ionlang.units import TIME

_DIGITS = 7
_TWO = 2  # digits of an error


def convergence_object(found: Convergence) -> Object:
    """The contract of `ionlang converge --format json`."""
    return {
        "model": found.model,
        "scenario": found.scenario.name,
        "within": number(found.share),
        "rtol": number(found.rtol),
        "enough": found.is_enough,
        "grids": [
            [{"line": g.line, "copies": g.copies, "spacing_um": number(g.spacing)} for g in grids]
            for grids in found.grids
        ],
        "measures": [_measure_object(m, found) for m in found.measures],
        "does_not_scale": [w.message.partition(" ")[0] for w in found.warnings],
    }


def _measure_object(measure: Refined, found: Convergence) -> Object:
    judged, (size, unit) = measure.judged, _unit(measure)
    values: list[Value] = [number(value / size) for value in measure.values]
    return {
        "name": measure.name,
        "unit": unit or "1",
        "values": values,
        "order": None if judged.order is None else number(judged.order),
        "limit": number(judged.limit / size),
        "uncertainty": number(judged.uncertainty / size),
        "error": number(judged.error / size),
        "left_open": number(measure.left_open / size),
        "verdict": judged.verdict,
        "copies_wanted": _wanted(measure, found),
    }


def _wanted(measure: Refined, found: Convergence) -> Value:
    factor = measure.judged.wanted
    return None if factor is None else {g.line: _rounded(factor * g.copies) for g in found.grids[0]}


def _rounded(copies: float) -> int:
    """Up to two digits that mean something."""
    size: int = 10 ** max(0, math.floor(math.log10(copies)) - 1)
    return size * math.ceil(copies / size)


def convergence_text(found: Convergence) -> str:
    """The grids, every measure on each of them, and whether the file's own is enough."""
    scenario = found.scenario
    title = f" – {scenario.title}" if scenario.title else ""
    lines = [f"{scenario.name}{title}: {len(found.grids)} grids"]
    for row in zip(*found.grids, strict=True):
        copies = ", ".join(str(g.copies) for g in row)
        spacings = ", ".join(plain(g.spacing, 4) for g in row)
        lines.append(f"   line {row[0].line}: {copies} copies, {spacings} um from one to the next")
    lines += ["", *_table(found), ""]
    lines += [_verdict(measure, found) for measure in found.measures]
    lines += list(_of_integrator(found))
    lines += [f"   note: {w.message}; so these grids are not of the same line" for w in found.warnings]
    return "\n".join(lines) + "\n"


def _table(found: Convergence) -> Iterator[str]:
    heads = [
        str(grids[0].copies) if len(grids) == 1 else f"grid {k}" for k, grids in enumerate(found.grids, 1)
    ]
    rows = [["", *heads, "order", "limit"], *(_row(measure) for measure in found.measures)]
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    for row in rows:
        cells = [cell.rjust(width) for cell, width in zip(row[1:-1], widths[1:-1], strict=True)]
        yield "   " + "   ".join([row[0].ljust(widths[0]), *cells, row[-1]]).rstrip()


def _row(measure: Refined) -> list[str]:
    judged, (size, unit) = measure.judged, _unit(measure)
    values = ["never" if math.isnan(v) else plain(v / size, _DIGITS) for v in measure.values]
    order = "" if judged.order is None else f"{judged.order:.2f}"
    limit = (
        "" if math.isnan(judged.limit) else _with_uncertainty(judged.limit / size, judged.uncertainty / size)
    )
    return [f"{measure.name} [{unit}]" if unit else measure.name, *values, order, limit]


def _with_uncertainty(value: float, uncertainty: float) -> str:
    """As many digits as are known: `18.732 +- 0.0021`."""
    if not uncertainty > 1e-10 * abs(value) or value == 0.0:
        return plain(value, _DIGITS)
    decimals = min(12, max(0, 1 - math.floor(math.log10(uncertainty))))
    return f"{value:.{decimals}f} +- {uncertainty:.{_TWO}g}"


def _unit(measure: Refined) -> tuple[float, str]:
    """How many cell units one of the unit has in which it is shown, and that unit: short times in ms."""
    largest = max((abs(v) for v in measure.values if math.isfinite(v)), default=0.0)
    if measure.dimension == TIME and 0.0 < largest < 1000.0:
        return 1.0, "ms"
    size, unit = shown_value(1.0, measure.dimension)
    return 1.0 / size, unit


def _verdict(measure: Refined, found: Convergence) -> str:
    judged, name = measure.judged, measure.name
    wanted = f"{plain(100 * found.share, 3)} %"
    off = f"off by {_share(measure)} at most"
    match judged.verdict:
        case "never":
            return f"   ok   {name}: never, on every grid"
        case "enough":
            return f"   ok   {name}: {off}, which is enough to {wanted}"
        case "too coarse":
            return f"   FAIL {name}: {off}, not enough to {wanted}: it wants {_copies(measure, found)}"
        case "unclear" if math.isnan(judged.limit):
            return f"   FAIL {name}: it comes on some grids only"
        case "unclear":
            return f"   FAIL {name}: {off}, and no order is seen in its differences: try one grid more"


def _share(measure: Refined) -> str:
    judged, (size, unit) = measure.judged, _unit(measure)
    if judged.limit == 0.0:
        return f"{plain(judged.error / size, _TWO)} {unit}".rstrip()
    return f"{plain(100 * judged.error / abs(judged.limit), _TWO)} %"


def _copies(measure: Refined, found: Convergence) -> str:
    factor = measure.judged.wanted
    if factor is None:
        return "more copies"
    each = [(g.line, _rounded(factor * g.copies)) for g in found.grids[0]]
    words = [f"{count} copies of {line}" for line, count in each]
    return "about " + (f"{each[0][1]} copies" if len(each) == 1 else ", ".join(words))


def _of_integrator(found: Convergence) -> Iterator[str]:
    """What a tenth of the tolerance changes."""
    shares = {m.name: m.left_open / abs(m.judged.limit) for m in found.measures if m.judged.limit}
    known = {name: share for name, share in shares.items() if math.isfinite(share)}
    if not known:
        return
    worst = max(known, key=lambda name: known[name])
    yield (
        f"   integrator: a tenth of its tolerance changes {worst} by {plain(100 * known[worst], _TWO)} %"
        + (", the others by less" if len(known) > 1 else "")
    )
    for measure in (m for m in found.measures if m.is_limited):
        yield f"   note: {measure.name} is limited by the integrator, not by the grid: ask for a smaller --rtol"
