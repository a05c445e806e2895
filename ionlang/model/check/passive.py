"""Transporters without fuel whose rate law does not vanish where their gradients balance: a warning.

Nothing drives such a line but the gradients of what it moves, so it must stand still where they balance, at whatever
concentrations that is. One concentration after the other is put there, by numbers, with the rest as the file starts.
What reads its affinity or its mass action is right by construction. Where anything is not known before the run there
is no warning.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from fractions import Fraction

from ionlang.diagnostics import Problems
from ionlang.model.books.cycles import Cycle, cycle_of
from ionlang.model.cell import Cell, CycleCurrent, Membrane, Transporter
from ionlang.model.check.laws import law_expressions
from ionlang.model.evaluate import NotKnown, evaluate
from ionlang.model.expression import Expr, reads
from ionlang.model.numbers import parameter_values

_SMALL = 0.02  # of the rate at the start or one e-fold from equilibrium: rounded constants stay below it


def check_passive(problems: Problems, cell: Cell) -> None:
    if problems.errors:
        return
    for membrane in cell.membranes:
        for carrier in membrane.transporters:
            cycle = cycle_of(carrier, membrane)
            if cycle is not None and carrier.conversion is None and not _is_exact(cell, carrier, cycle):
                _check(problems, cell, membrane, carrier, cycle)


def _is_exact(cell: Cell, carrier: Transporter, cycle: Cycle) -> bool:
    """Whether the law reads its own affinity or mass action, directly or through a `let`."""
    named = {d.path: d.value for d in cell.definitions}
    ahead: list[Expr] = [*law_expressions(carrier.law)]
    seen: set[str] = set()
    while ahead:
        for path in (r.path for r in reads(ahead.pop())):
            if path in (*cycle.readings, f"{carrier.path}.free_energy"):
                return True
            if path in named and path not in seen:
                seen.add(path)
                ahead.append(named[path])
    return False


def _check(problems: Problems, cell: Cell, membrane: Membrane, carrier: Transporter, cycle: Cycle) -> None:
    law = law_expressions(carrier.law)[0]
    starts = _starts(cell)
    for path, values in _at_equilibrium(cell, membrane, cycle, starts):
        try:
            here = _rate(cell, law, {**starts, **values})
            sizes = [_rate(cell, law, starts)] + [
                _rate(cell, law, {**starts, **values, path: values[path] * factor})
                for factor in (math.e, 1 / math.e)
            ]
        except NotKnown:
            return
        if not all(map(math.isfinite, (here, *sizes))) or abs(here) <= _SMALL * max(map(abs, sizes)):
            continue
        word = "current" if isinstance(carrier.law, CycleCurrent) else "rate"
        problems.warning(
            "ION323", f"{carrier.kind} {carrier.name} does not stand still at its equilibrium", law.span,
            f"this {word} is not 0 where the gradients balance, at {path} = {values[path]:.4g} mM",
            notes=("without fuel only the gradients of what it moves can drive it",),
            help="write it with its affinity, `rate = … * (1 - exp(-affinity))`; or say what fuel it uses",
        )  # fmt: skip
        return


def _starts(cell: Cell) -> dict[str, float]:
    """What concentrations and potentials are before the run, as far as that is known."""
    values = parameter_values(cell)
    found: dict[str, float] = {}
    for content in (c for p in cell.places for c in p.contents if c.start is not None):
        _enter(found, content.path, content.start, values)
    for membrane in (m for m in cell.membranes if m.start is not None):
        _enter(found, f"{membrane.name}.V", membrane.start, values)
    return found


def _enter(found: dict[str, float], path: str, value: Expr | None, values: Mapping[str, float]) -> None:
    try:
        if value is not None:
            found[path] = evaluate(value, values)
    except NotKnown:
        pass


def _at_equilibrium(
    cell: Cell, membrane: Membrane, cycle: Cycle, starts: Mapping[str, float]
) -> Iterator[tuple[str, dict[str, float]]]:
    """Each concentration of the cycle where the others leave it no affinity."""
    thermal = parameter_values(cell).get("thermal_voltage", math.nan)
    parts = [*((path, n) for path, n in cycle.takes), *((path, -n) for path, n in cycle.gives)]
    if any(starts.get(path, 0.0) <= 0 for path, _ in parts):
        return
    affinity = sum(n * math.log(starts[path]) for path, n in parts)
    if cycle.charge_out:
        affinity += float(cycle.charge_out) * starts.get(f"{membrane.name}.V", math.nan) / thermal
    powers: dict[str, int] = {}
    for path, n in parts:
        powers[path] = powers.get(path, 0) + n
    for path, n in powers.items():
        if n and math.isfinite(affinity) and abs(affinity / n) < 50:
            yield path, {path: starts[path] * math.exp(-affinity / n)}


def _rate(cell: Cell, law: Expr, values: Mapping[str, float]) -> float:
    return evaluate(law, parameter_values(cell, {**values, **_potentials(cell, values)}))


def _potentials(cell: Cell, values: Mapping[str, float]) -> dict[str, float]:
    """The Nernst potentials of all ions at these concentrations."""
    thermal = parameter_values(cell).get("thermal_voltage")
    found: dict[str, float] = {}
    for m in cell.membranes if thermal is not None else ():
        for ion in (s for s in cell.species if s.kind == "ion"):
            inside, outside = (
                values.get(f"{cell.holder(side, ion.name)}.{ion.name}", 0.0) for side in (m.inside, m.outside)
            )
            if inside > 0 and outside > 0:
                valence = float(Fraction(ion.valence))
                found[f"{m.name}.E({ion.name})"] = (thermal or 0.0) / valence * math.log(outside / inside)
    return found
