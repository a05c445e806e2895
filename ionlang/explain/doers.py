"""Who does what: the carrier behind a flow, for accounts of what is brought and taken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ionlang.explain.view import View
from ionlang.model.books.losses import Coupling, couplings_of
from ionlang.model.cell import Cell, Transporter
from ionlang.model.cell_lines import (
    Axial,
    Electrodiffusion,
    Spreading,
    of_any_copy,
    which_copy,
)
from ionlang.model.expression import Apply, Expr, Read, reads

_FLOWS = ("rate", "current", "flux")
_SILENT = ("faraday", "gas_constant", "temperature", "thermal_voltage")


def doer(view: View, term: Expr) -> str:
    """The carrier whose flow stands in a term; without one the first quantity in it that is no constant."""
    paths = [r.path for r in reads(term)]
    owners = dict(_owners(view.cell))
    for path in paths:
        along = _along(view.cell, path)
        if along:
            return along
        if which_copy(path) == "*":
            return f"{doer(view, _in_one_copy(term))}, all copies"
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


def _in_one_copy(term: Expr) -> Expr:
    """The term with the sums over copies read in one of them."""
    match term:
        case Read(path=path):
            return replace(term, path=of_any_copy(path))
        case Apply(arguments=arguments):
            return replace(term, arguments=tuple(_in_one_copy(a) for a in arguments))
        case _:
            return term


def _along(cell: Cell, path: str) -> str:
    """What passes between copies: `diffusion from the previous copy`; nothing for any other path."""
    plain, which = of_any_copy(path), which_copy(path)
    for line in cell.lines:
        for coupling in couplings_of(line):
            if not plain.startswith(f"{coupling.path}."):
                continue
            what, word = kind_of(coupling), plain.removeprefix(f"{coupling.path}.").partition("(")[0]
            if word == "face":
                return f"{what} {'from the previous copy' if which == 'previous' else 'to the next copy'}"
            if word in ("first", "last"):
                return _through_end(coupling, word, what)
    return ""


def _through_end(coupling: Coupling, word: str, what: str) -> str:
    place = None
    if isinstance(coupling, Spreading):
        place = coupling.first if word == "first" else coupling.last
    return f"{what} between {place} and the {word} copy" if place else f"{what} through the {word} end"


def kind_of(coupling: Coupling) -> str:
    """What a coupling is called."""
    match coupling:
        case Electrodiffusion():
            return "electrodiffusion"
        case Spreading():
            return "diffusion"
        case Axial():
            return "axial current"
        case _:
            return "gap junctions"


def _owners(cell: Cell) -> Iterator[tuple[str, str]]:
    for membrane in cell.membranes:
        for carrier in membrane.carriers:
            kind = carrier.kind if isinstance(carrier, Transporter) else "channel"
            yield carrier.path, f"{kind} {carrier.name}"
        for water in membrane.waters:
            yield water.path, f"water {water.name}"
    yield from ((flux.path, f"flux {flux.name}") for flux in cell.fluxes)
    yield from ((reaction.path, f"reaction {reaction.name}") for reaction in cell.reactions)
