"""A study as a plain object for JSON."""

from __future__ import annotations

from ionlang.analyse.display import shown_value
from ionlang.analyse.objects import Object, number, tuned_object, verdict_object
from ionlang.simulate.study import Member, Study, Tipping


def study_object(study: Study) -> Object:
    """Axes and measures in display units, which `units` names; a failed run has its reason in `failure`."""
    return {
        "variants": list(study.variants),
        "axes": [
            {"name": a.name, "path": a.path, "unit": a.unit, "values": list(a.values.tolist())}
            for a in study.axes
        ],
        "units": {name: unit for name, unit in study.units.items() if name in study.measures},
        "runs": [_member(study, m) for m in study.members],
        "comparisons": [{"at": list(j.values), **verdict_object(j.verdict)} for j in study.judgements],
        **tuned_object(study.tuned),
    }


def _member(study: Study, member: Member) -> Object:
    measured: Object = {}
    for measure in study.scenario.measures:
        measured[measure.name] = number(shown_value(member.measured(measure.name), measure.dimension)[0])
    solution = member.solution
    return {
        "variant": member.variant,
        "at": list(member.values),
        "measures": measured,
        "expectations": [] if solution is None else [verdict_object(v) for v in solution.verdicts],
        **({"remarks": list(solution.remarks)} if solution is not None and solution.remarks else {}),
        "conservation_drift": None if solution is None else number(solution.conservation_drift),
        **(
            {}
            if study.scenario.search is None
            else {"found": None if member.found is None else _found(member.found)}
        ),
        "failure": member.failure,
    }


def _found(found: Tipping) -> Object:
    """`holds` and `fails` are the values on either side, `bracket` the same in order."""
    holds, fails = found.ends
    return {
        "name": found.name, "unit": found.unit, "holds": number(holds), "fails": number(fails),
        "bracket": [number(end) for end in found.bracket], "runs": found.runs, "remarks": list(found.remarks),
    }  # fmt: skip
