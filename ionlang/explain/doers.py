"""Who does what: the carrier behind a flow, for accounts of what is brought and taken."""

from __future__ import annotations

from collections.abc import Iterator

from ionlang.explain.view import View
from ionlang.model.cell import Cell, Transporter
from ionlang.model.expression import Expr, reads

_FLOWS = ("rate", "current", "flux")
_SILENT = ("faraday", "gas_constant", "temperature", "thermal_voltage")


def doer(view: View, term: Expr) -> str:
    """The carrier whose flow stands in a term; without one the first quantity in it that is no constant."""
    paths = [r.path for r in reads(term)]
    owners = dict(_owners(view.cell))
    for path in paths:
        if ".inject(" in path:
            return "injected current"
        owner, _, word = path.rpartition(".")
        if owner in owners and word.partition("(")[0] in _FLOWS:
            return owners[owner]
    telling = list(dict.fromkeys(p for p in paths if p not in _SILENT and not p.startswith("z(")))
    held = {content.path for place in view.cell.places for content in place.contents}
    if len(telling) > 1 and all(path in held for path in telling):
        return "the concentrations"
    return view.label(telling[0])[1] if telling else "a constant"


def _owners(cell: Cell) -> Iterator[tuple[str, str]]:
    for membrane in cell.membranes:
        for carrier in membrane.carriers:
            kind = carrier.kind if isinstance(carrier, Transporter) else "channel"
            yield carrier.path, f"{kind} {carrier.name}"
        for water in membrane.waters:
            yield water.path, f"water {water.name}"
    yield from ((flux.path, f"flux {flux.name}") for flux in cell.fluxes)
    yield from ((reaction.path, f"reaction {reaction.name}") for reaction in cell.reactions)
