"""A derivation for other programs: plain objects, ready for JSON. Numbers in the units that are named beside them."""

from __future__ import annotations

import math

from ionlang.analyse.display import shown_value
from ionlang.explain.derived.derivation import Compared, Derivation, Derived, Finite
from ionlang.explain.render.objects import entry_object, equation_object
from ionlang.units import AREA, RATE, VOLUME, Dimension

Object = dict[str, object]


def derivation_object(found: Derivation) -> Object:
    return {
        "title": found.title,
        "at_rest": found.settled,
        "copies": list(found.copies),
        "forms": [_form(each) for each in found.derived],
        "missing": [{"kind": m.kind, "subject": m.subject, "why": m.why} for m in found.missing],
    }


def _form(each: Derived) -> Object:
    form = each.form
    legend = {entry.path: entry for entry in each.legend}
    return {
        "kind": form.kind,
        "subject": form.subject,
        "species": form.species or None,
        "exact": each.exact,
        "conditions": list(form.conditions),
        "equations": [equation_object(equation, legend) for equation in each.equations],
        "legend": [entry_object(entry) for entry in each.legend],
        "compared": {c.path: _compared(c) for c in each.compared},
        "neglected": None if form.exact else {"what": form.neglected, _unit(each): _number(each.neglected)},
        "finite_volume": None if each.finite is None else _finite(each.finite),
    }


def _unit(each: Derived) -> str:
    """What the size of what is neglected is told in."""
    return "relative" if each.form.kind == "cable" else "mM"


def _compared(compared: Compared) -> Object:
    d = compared.dimension
    return {
        "formula": _in(compared.formula, d),
        "rest": _in(compared.found, d),
        "difference": _in(compared.difference, d),
        "difference_with_what_is_neglected": _in(compared.complete - compared.found, d),
        "unit": shown_value(0.0, d)[1] or "1",
    }


def _finite(finite: Finite) -> Object:
    rates = {"above": finite.lower, "least_at": finite.least, "below": finite.upper}
    return {
        "carrier": finite.carrier,
        **{name: None if value is None else _in(value, RATE / AREA) for name, value in rates.items()},
        "unit": shown_value(0.0, RATE / AREA)[1],
        "least_volume_pL": None if finite.least_volume is None else _in(finite.least_volume, VOLUME),
    }


def _in(value: float, dimension: Dimension) -> float | None:
    return _number(shown_value(value, dimension)[0])


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
