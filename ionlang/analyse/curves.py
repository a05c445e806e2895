"""A chart of folds and Hopf points over two parameters as text for a terminal and as an object for JSON."""

from __future__ import annotations

from collections.abc import Iterator

from ionlang.analyse.branches import aligned, diagram_object, diagram_text
from ionlang.analyse.display import plain
from ionlang.analyse.objects import Object, number
from ionlang.simulate.continuation.diagram import Over
from ionlang.simulate.continuation.plane.chart import Border, Chart, Corners
from ionlang.simulate.continuation.plane.lines import Curve
from ionlang.simulate.continuation.plane.spot import Corner
from ionlang.simulate.continuation.plane.trace import Stop

_CURVES: dict[Curve, str] = {"fold": "folds", "hopf": "Hopf points"}
_CORNERS: dict[Corner, str] = {
    "cusp": "cusp",
    "bogdanov_takens": "Bogdanov-Takens",
    "bautin": "generalised Hopf",
    "fold_hopf": "fold-Hopf",
    "hopf_hopf": "Hopf-Hopf",
}
_STOPS: dict[Stop, str] = {
    "end of range": "end of range",
    "closed": "closes",
    "bogdanov_takens": "Bogdanov-Takens",
    "edge": "edge",
    "lost": "lost",
    "long": "left off",
}
_DIGITS = 10  # of the parameters at a corner


def chart_object(chart: Chart) -> Object:
    """The contract of `ionlang continue --also --format json`: as without, with the second parameter as `also`."""
    row = diagram_object(chart.diagram)
    own: Object = {"also": number(chart.value)}
    return {
        "branch": [{**entry, **own} for entry in _objects(row["branch"])],
        "points": [*({**entry, **own} for entry in _objects(row["points"])), *map(_corner, chart.points)],
        "curves": [_curve(curve) for curve in chart.curves],
    }


def _objects(entries: object) -> list[Object]:
    return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []


def _corner(point: Corners) -> Object:
    potentials: Object = {name: number(value) for name, value in point.V.items()}
    return {
        "kind": point.kind,
        "parameter": number(point.parameter),
        "also": number(point.also),
        "V": potentials,
        "curve_number": point.curve,
    }


def _curve(curve: Border) -> Object:
    return {
        "kind": curve.kind,
        "curve_number": curve.number,
        "points": [_entry(curve, k) for k in range(len(curve.parameter))],
    }


def _entry(curve: Border, k: int) -> Object:
    potentials: Object = {name: number(float(row[k])) for name, row in curve.V.items()}
    frequency: Object = {"frequency": number(float(curve.frequency[k]))} if curve.kind == "hopf" else {}
    return {
        "parameter": number(float(curve.parameter[k])),
        "also": number(float(curve.also[k])),
        "V": potentials,
        **frequency,
        "changes_stability": bool(curve.changes_stability[k]),
    }


def chart_text(chart: Chart) -> str:
    """The branches at one value of the second parameter; then for each curve its ends and what lies between them."""
    count = len(chart.curves)
    words = f"{count} curve" if count == 1 else f"{count} curves"
    lines = [
        f"at {chart.also.name} = {plain(chart.value)} {chart.also.unit}".rstrip() + ":",
        diagram_text(chart.diagram),
        f"{words} of folds and Hopf points over {_range(chart.over)} and {_range(chart.also)}",
    ]
    for curve in chart.curves:
        lines += ["", f"curve {curve.number}: {_CURVES[curve.kind]} ({len(curve.parameter)} points)"]
        lines += aligned(_table(chart, curve))
    own = [note for note in chart.notes if note not in chart.diagram.notes]
    lines += ["", *(f"note: {note}" for note in own)] if own else []
    return "\n".join(lines) + "\n"


def _range(over: Over) -> str:
    low, high = (plain(over.shown(x)) for x in (over.low, over.high))
    return f"{over.name} from {low} to {high} {over.unit}".rstrip()


def _table(chart: Chart, curve: Border) -> Iterator[list[str]]:
    shown = [path for path in chart.units if path.endswith(".V")] or list(chart.units)[:4]
    names = [f"{each.name} [{each.unit or '1'}]" for each in (chart.over, chart.also)]
    yield ["", *names, *(f"{path} [{chart.units[path]}]" for path in shown), ""]
    yield _end(curve, shown, curve.began, 0)
    for point in chart.points:
        is_end = point.kind == "bogdanov_takens" and curve.kind == "hopf"
        if point.curve == curve.number and not is_end:
            values = [plain(x, _DIGITS) for x in (point.parameter, point.also)]
            yield [_CORNERS[point.kind], *values, *(plain(_at(point, path)) for path in shown), ""]
    yield _end(curve, shown, curve.ended, -1)


def _at(point: Corners, path: str) -> float:
    return point.V[path.removesuffix(".V")] if path.endswith(".V") else point.variables[path]


def _end(curve: Border, shown: list[str], stop: Stop, k: int) -> list[str]:
    digits = _DIGITS if stop == "bogdanov_takens" else 6
    values = [plain(float(x[k]), digits) for x in (curve.parameter, curve.also)]
    remark = f"{plain(float(curve.frequency[k]))} Hz" if curve.kind == "hopf" else ""
    return [_STOPS[stop], *values, *(plain(float(curve.columns[path][k])) for path in shown), remark]
