"""A derivation for a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ionlang.analyse.display import plain, shown_value
from ionlang.constants import FARADAY
from ionlang.explain.derived.derivation import Compared, Derivation, Derived, Finite
from ionlang.explain.names import species_name
from ionlang.explain.render.numbers import with_unit
from ionlang.explain.render.text import equation_lines, legend_lines, wrapped
from ionlang.units import AREA, CONCENTRATION, CURRENT, RATE, VOLUME

TITLES = {
    "Nernst": "V of {subject}: the Nernst potential of {ion}",
    "Goldman-Hodgkin-Katz": "V of {subject}: Goldman–Hodgkin–Katz",
    "Mullins-Noda": "V of {subject}: Mullins–Noda",
    "chord conductance": "V of {subject}: chord conductance",
    "Gibbs-Donnan": "{subject}: Gibbs–Donnan",
    "pump and leak": "{subject}: pump and leak",
    "cable": "{subject}: length constant and time constant",
}
SHOWN = 9
"""Digits of the numbers that are compared."""


def derivation_text(found: Derivation, width: int) -> str:
    count = len(found.derived)
    if not found.settled:
        return f"{found.title}: no stable rest was found, and closed forms are of rest\n"
    word = "closed form" if count == 1 else "closed forms"
    lines = [f"{found.title}: {count or 'no'} {word} of the rest that it comes to"]
    lines += [f"of {each}" for each in found.copies]
    for each in found.derived:
        lines += ["", *_form(each, width)]
    if found.missing:
        lines += [""]
    for absent in found.missing:
        lines += wrapped(absent.why, width, "", "   ")
    return "\n".join(lines) + "\n"


def _form(each: Derived, width: int) -> Iterator[str]:
    form = each.form
    title = TITLES[form.kind].format(subject=form.subject, ion=species_name(form.species))
    yield f"{title} ({'exact' if each.exact else 'approximate'})"
    for condition in form.conditions:
        yield from wrapped(condition, width, "  if: ", "      ")
    legend = {entry.path: entry for entry in each.legend}
    for equation in each.equations:
        yield ""
        if len(each.equations) > 1:
            yield from wrapped(equation.words, width, "  ", "  ")
        yield from equation_lines(equation, legend, width)
    yield ""
    yield "  where"
    yield from legend_lines(each.legend)
    yield ""
    yield from _table(each)
    yield from _neglected(each, width)
    if each.finite is not None:
        yield from _finite(each.finite, width)


def _table(each: Derived) -> Iterator[str]:
    beside = "linearised line" if each.form.kind == "cable" else "rest found"
    rows = [("", "closed form", beside, "difference"), *(_row(c) for c in each.compared)]
    wide = [max(len(row[k]) for row in rows) for k in range(4)]
    for words, formula, found, difference in rows:
        yield f"  {words:{wide[0]}}  {formula:>{wide[1]}}  {found:>{wide[2]}}  {difference:>{wide[3]}}".rstrip()


def _row(compared: Compared) -> tuple[str, str, str, str]:
    formula, unit = shown_value(compared.formula, compared.dimension)
    found, _ = shown_value(compared.found, compared.dimension)
    difference, _ = shown_value(compared.difference, compared.dimension)
    return (
        compared.path,
        f"{plain(formula, SHOWN)} {unit}",
        f"{plain(found, SHOWN)} {unit}",
        f"{difference:.1e} {unit}",
    )


def _neglected(each: Derived, width: int) -> Iterator[str]:
    form, first = each.form, each.compared[0]
    if form.exact:
        return
    if form.kind == "cable":
        said = (
            f"It neglects {form.neglected}. With that put back the form gives the length constant to "
            f"{abs(first.complete / first.found - 1):.0e} of itself."
        )
    elif not each.neglected:
        said = f"It neglects {form.neglected}; here there is none, so it is exact."
    else:
        missed = abs(first.complete - first.found)
        said = (
            f"It neglects {form.neglected}. That is {with_unit(each.neglected, CONCENTRATION)}; "
            f"with it put back the form gives {first.path} to {missed:.0e} mV."
        )
    yield from wrapped(said, width, "  ", "  ")


def _finite(finite: Finite, width: int) -> Iterator[str]:
    size = _rate(finite)
    parts = []
    if finite.lower is None:
        parts.append("The volume is finite without the pump too")
    elif finite.lower == 0:
        parts.append("Without the pump no volume is finite: the cell swells without limit")
    else:
        parts.append(
            f"The volume is finite only if {finite.carrier} turns over more than {size(finite.lower)}"
        )
    if finite.upper is not None:
        parts.append(f"it is finite only below {size(finite.upper)}")
    if finite.least is not None and finite.least_volume is not None:
        parts.append(f"it is least, {with_unit(finite.least_volume, VOLUME)}, at {size(finite.least)}")
    yield from wrapped("; ".join(parts) + ".", width, "  ", "  ")


def _rate(finite: Finite) -> Callable[[float], str]:
    """Cycles of the pump, and the current that they are."""

    def words(value: float) -> str:
        cycles = with_unit(value, RATE / AREA)
        if not finite.charge:
            return cycles
        return f"{cycles} ({with_unit(value * finite.charge * FARADAY.in_cell_units, CURRENT / AREA)})"

    return words
