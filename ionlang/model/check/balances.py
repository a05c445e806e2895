"""Whether what balances a charge or an osmolarity comes to a concentration that there can be."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping

from ionlang.diagnostics import Problems
from ionlang.model.cell import Cell, Content, Place
from ionlang.model.evaluate import NotKnown, evaluate
from ionlang.source import Span

_HELP = {
    "charge": "the other charges need an ion of the opposite sign here",
    "osmolarity": "there is more here already than across the membrane: take some out, or add to the other side",
}


def check_balances(
    problems: Problems,
    cell: Cell,
    values: Mapping[str, float],
    given: Mapping[str, Span],
    doubtful: Collection[str],
    logarithms: Collection[tuple[str, str]],
) -> None:
    """Where something is balanced, that must take some of the species that does it. `given` are the places of values
    from outside the file, `logarithms` what must not be 0; `doubtful` places are passed over."""
    for place in (p for p in cell.places if p.name not in doubtful):
        charge = _taken(place, place.balancer, values, given)
        if charge is None or not _report(problems, place, place.balancer, charge, "charge", logarithms):
            osmotic = _taken(place, place.osmotic_balancer, values, given)
            if osmotic is not None:
                _report(problems, place, place.osmotic_balancer, osmotic, "osmolarity", logarithms)


def _taken(
    place: Place, species: str | None, values: Mapping[str, float], given: Mapping[str, Span]
) -> float | None:
    """How much of it that takes; None where a mistake in what is written comes first."""
    content = place.content(species or "")
    if content is None or span_of(place, content, given) is not content.span:
        return None
    balancers = (place.balancer, place.osmotic_balancer)
    written = [value_of(c, values) for c in place.contents if c.species not in balancers]
    return None if min(written, default=0) < 0 else value_of(content, values)


def _report(
    problems: Problems,
    place: Place,
    species: str | None,
    value: float,
    what: str,
    logarithms: Collection[tuple[str, str]],
) -> bool:
    """Whether it was impossible."""
    content = place.content(species or "")
    if content is None or value > 0 or (value == 0 and (place.name, content.species) not in logarithms):
        return False
    problems.error(
        "ION304", f"{content.species} cannot balance the {what} of {place.name}", content.span,
        f"this would take {value:.6g} mM", help=_HELP[what],
    )  # fmt: skip
    return True


def span_of(place: Place, content: Content, given: Mapping[str, Span]) -> Span:
    path = f"{place.name}.{content.species}"
    written = content.span if content.start is None else content.start.span
    return given.get(path) or given.get(f"{path}.start") or written


def value_of(content: Content, values: Mapping[str, float]) -> float:
    """What nothing says is no mistake of this number."""
    try:
        return math.inf if content.start is None else evaluate(content.start, values)
    except NotKnown:
        return math.inf
