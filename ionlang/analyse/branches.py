"""A diagram of equilibria over a parameter as text for a terminal and as an object for JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ionlang.analyse.display import plain
from ionlang.analyse.objects import Object, number
from ionlang.simulate.continuation.branch import Ending, Kind
from ionlang.simulate.continuation.diagram import Diagram, Tip, Track

_KINDS: dict[Kind, str] = {
    "fold": "fold",
    "hopf": "Hopf point",
    "branch": "branch point",
    "extremum": "extremum",
    "asymptote": "asymptote",
}
_ENDS: dict[Ending, str] = {
    "lower end": "lower end",
    "upper end": "upper end",
    "meeting": "branch point",
    "closed": "closes",
    "grows": "grows",
    "edge": "edge",
    "lost": "lost",
    "long": "left off",
}
_CRITICALITY = {
    "supercritical": "supercritical: a small stable oscillation begins",
    "subcritical": "subcritical: rest is left with a jump",
}
_DIGITS = 10  # of the parameter at a point


def diagram_object(diagram: Diagram) -> Object:
    """The contract of `ionlang continue --format json`: V in mV, the parameter in the unit that was asked for."""
    return {
        "branch": [entry for track in diagram.branches for entry in _entries(diagram, track)],
        "points": [_point(diagram, tip) for tip in diagram.points],
    }


def _entries(diagram: Diagram, track: Track) -> Iterator[Object]:
    for k, value in enumerate(track.parameter):
        yield {
            "parameter": number(float(value)),
            "V": {name: number(float(row[k])) for name, row in track.V.items()},
            **_instead(track.V, {path: float(track.columns[path][k]) for path in diagram.shown}),
            "stable": bool(track.stable[k]),
            "branch_number": track.number,
        }


def _instead(potentials: Mapping[str, object], shown: Mapping[str, float]) -> Object:
    """Of a model without membranes what is shown in place of potentials, in display units."""
    return {} if potentials else {"quantities": {path: number(value) for path, value in shown.items()}}


def _point(diagram: Diagram, tip: Tip) -> Object:
    potentials: Object = {name: number(value) for name, value in tip.V.items()}
    frequency: Object = {} if tip.frequency is None else {"frequency": number(tip.frequency)}
    return {
        "kind": tip.kind,
        "parameter": number(tip.parameter),
        "V": potentials,
        **_instead(tip.V, {path: tip.columns[path] for path in diagram.shown}),
        **frequency,
        **_criticality(tip),
        **_quantity(tip),
        "changes_stability": tip.changes_stability,
        "branch_number": tip.branch,
    }


def _criticality(tip: Tip) -> Object:
    if tip.kind != "hopf":
        return {}
    return {
        "criticality": tip.criticality,
        "lyapunov": None if tip.lyapunov is None else number(tip.lyapunov),
    }


def _quantity(tip: Tip) -> Object:
    """What is least or greatest, or grows without bound."""
    if tip.extremum is not None:
        at = tip.extremum
        return {"quantity": at.quantity, "which": at.which, "value": number(at.value), "unit": at.unit or "1"}
    return {} if tip.growing is None else {"quantity": tip.growing}


def diagram_text(diagram: Diagram) -> str:
    """For each branch its ends and what happens between them, in order; then the notes."""
    low, high = (plain(diagram.over.shown(x)) for x in (diagram.over.low, diagram.over.high))
    unit = f" {diagram.over.unit}" if diagram.over.unit else ""
    count = len(diagram.branches)
    words = f"{count} branch" if count == 1 else f"{count} branches"
    lines = [f"{diagram.model}: {words} of equilibria over {diagram.name} from {low} to {high}{unit}"]
    for track in diagram.branches:
        lines += ["", f"branch {track.number} ({len(track.parameter)} points)", *_rows(diagram, track)]
    lines += ["", *(f"note: {note}" for note in diagram.notes)] if diagram.notes else []
    return "\n".join(lines) + "\n"


def _rows(diagram: Diagram, track: Track) -> Iterator[str]:
    tips = [tip for tip in diagram.points if tip.branch == track.number]
    far = [_happening(diagram, tip) for tip in tips if tip.kind == "asymptote"]
    first = far.pop(0) if far and track.began == "grows" else _end(diagram, track, _ENDS[track.began], 0)
    last = far.pop(0) if far and track.ended == "grows" else _end(diagram, track, _ENDS[track.ended], -1)
    between = [_happening(diagram, tip) for tip in tips if tip.kind != "asymptote"]
    yield from aligned([_heading(diagram), first, *between, last])


def aligned(table: Iterable[list[str]]) -> Iterator[str]:
    """A table with columns as wide as what stands in them; words first and last, numbers between."""
    rows = list(table)
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    for row in rows:
        cells = [cell.rjust(width) for cell, width in zip(row[1:-1], widths[1:-1], strict=True)]
        yield f"   {'   '.join([row[0].ljust(widths[0]), *cells, row[-1]])}".rstrip()


def _heading(diagram: Diagram) -> list[str]:
    shown = [f"{path} [{diagram.units[path]}]" for path in diagram.shown]
    return ["", f"{diagram.name} [{diagram.unit}]", *shown, ""]


def _end(diagram: Diagram, track: Track, words: str, k: int) -> list[str]:
    values = [plain(float(track.columns[path][k])) for path in diagram.shown]
    remark = "" if words in ("closes", "branch point") else "stable" if track.stable[k] else "unstable"
    return [words, plain(float(track.parameter[k]), _DIGITS), *values, remark]


def _change(tip: Tip) -> str:
    if tip.extremum is not None:
        at = tip.extremum
        words = "least" if at.which == "minimum" else "greatest"
        return f"{words} {at.quantity}: {plain(at.value)} {at.unit}".rstrip()
    if tip.kind == "asymptote":
        return f"{tip.growing} without bound"
    if not tip.changes_stability:
        return "unstable on both sides"
    return "stability changes" if tip.criticality is None else _CRITICALITY[tip.criticality]


def _happening(diagram: Diagram, tip: Tip) -> list[str]:
    values = [plain(tip.columns[path]) for path in diagram.shown]
    remarks = [] if tip.frequency is None else [f"{plain(tip.frequency)} Hz"]
    remarks += [_change(tip)]
    return [_KINDS[tip.kind], plain(tip.parameter, _DIGITS), *values, ", ".join(remarks)]
