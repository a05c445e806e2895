"""How quantities along a line are written, and what they mean; and those of the copies beside one."""

from __future__ import annotations

from dataclasses import replace

from ionlang.equations.closed.quantities import arriving
from ionlang.explain.explanation import Name
from ionlang.explain.names import Label, Labels, Namer, species_name
from ionlang.model.books.along import Way, conducting, way_out
from ionlang.model.books.ledger import couplings
from ionlang.model.books.lengthwise import ENDS, End, place_at
from ionlang.model.books.losses import Loss, losses
from ionlang.model.cell import Line
from ionlang.model.cell_lines import Axial, Electrodiffusion, GapJunction, Passing, Spreading, Variate

_INDEX = {"next": "i+1", "previous": "i-1"}
_ONWARD = ", from this copy to the next"
_ONWARD_FROM = {
    "previous": ", from the previous copy to this one",
    "next": ", from the next copy to the one after it",
}


def line_labels(namer: Namer, line: Line) -> Labels:
    """Of everything that a line adds to its copies."""
    name = line.name
    yield f"{name}.x", (Name("x"), f"position of the middle of the copy, from the first end of {name}")
    yield f"{name}.copy", (Name("i"), f"number of the copy in {name}")
    yield f"{name}.spacing", (Name("Δx"), f"spacing of {name}")
    for end in ENDS:
        yield f"{name}.{end}()", (Name("δ", end), f"1 in the {end} copy of {name}, 0 in all others")
    for coupling in conducting(namer.cell, line):
        yield from _of_potential(namer, line, coupling.place)
    for spread in (*line.diffusions, *line.electrodiffusions):
        yield from _of_spreading(namer, spread)
    for axial in line.axials:
        yield from _of_axial(axial)
    for junction in line.gap_junctions:
        yield from _of_junction(junction)
    for loss in losses(namer.cell, line):
        yield from _of_loss(loss)


def arriving_labels(namer: Namer) -> Labels:
    """Of the currents that couplings bring to membranes."""
    for membrane in namer.cell.membranes:
        for process in couplings(namer.cell):
            words = (
                f"current that {process.what} brings to {membrane.name} from the copies beside it, per area"
            )
            symbol = Name("I", process.what.split()[0])
            yield f"{arriving(membrane.name, process.path)}/area", (symbol, words)


def drawn_label(drawn: Variate) -> Label:
    """Of numbers that are drawn at random."""
    return Name("ξ", str(drawn.seed)), f"drawn at random, {drawn.kind}"


def _of_potential(namer: Namer, line: Line, place: str) -> Labels:
    way = way_out(namer.cell, place)
    around = [p for p in way.outermost if line.holds(f"{p}.")] if isinstance(way, Way) else []
    for each in (place, *around):
        words = f"potential of {each}, against what is outermost"
        yield f"{each}.potential", (Name("φ", each), words)
        yield f"{each}.fall()", (Name("Δφ", each), f"fall of the potential along {each}{_ONWARD}")
        words = f"fall of the potential along {each}, the outermost place{_ONWARD}"
        yield f"{each}.outermost_fall()", (Name("Δφ", each), words)


def _of_spreading(namer: Namer, coupling: Spreading) -> Labels:
    path, place = coupling.path, coupling.place
    yield from _of_section(coupling)
    if coupling.tortuosity is not None:
        yield f"{path}.tortuosity", (Name("λ", place), f"tortuosity of {place}")
    for each in coupling.species:
        yield from _of_coefficients(namer, coupling, each.species)
        yield from _of_flow(namer, coupling, each.species)
        for end in ENDS:
            yield from _of_end(coupling, end, each.species)
    yield _free(path, place)
    yield f"{path}.conducts()", (Name("σ", place), f"conductance along {place}{_ONWARD}")
    for word in ("face()", "current"):
        yield f"{path}.{word}", (Name("I", place), f"current along {place}{_ONWARD}")


def _of_coefficients(namer: Namer, coupling: Spreading, ion: str) -> Labels:
    """How easily a species spreads."""
    path, place, matter = coupling.path, coupling.place, species_name(ion)
    sub = f"{ion},{namer.concentration(place, ion).sub}"
    yield f"{path}.{ion}", (Name("D", ion), f"diffusion coefficient of {matter} in {place}")
    words = f"rate per concentration of {matter} from the middle of a copy to its face"
    yield f"{path}.half({ion})", (Name("h", sub), words)
    words = f"rate per concentration of {matter} in {place}{_ONWARD}"
    yield f"{path}.pass({ion})", (Name("k", sub), words)


def _of_flow(namer: Namer, coupling: Spreading, ion: str) -> Labels:
    """How much of a species spreads."""
    path, place, matter = coupling.path, coupling.place, species_name(ion)
    held = namer.concentration(place, ion)
    sub = f"{ion},{held.sub}"
    mean = replace(held, base=f"mean {ion}") if held.bracketed else Name("c", f"mean,{sub}")
    words = f"{matter} in {place}, logarithmic mean of this copy and the next"
    yield f"{path}.mean({ion})", (mean, words)
    moves = "moves by electrodiffusion" if isinstance(coupling, Electrodiffusion) else "diffuses"
    for word in ("face", "flux"):
        yield f"{path}.{word}({ion})", (Name("J", sub), f"{matter} that {moves} in {place}{_ONWARD}")
    words = f"{matter} that {place} gets from the copies beside it"
    yield f"{path}.gain({ion})", (Name("ΔJ", sub), words)


def _free(path: str, place: str) -> tuple[str, Label]:
    words = f"current along {place} if the potential were level"
    return f"{path}.free()", (Name("I", f"free,{place}"), words)


def _of_end(coupling: Spreading, end: End, ion: str) -> Labels:
    path, place, matter = f"{coupling.path}.{end}", coupling.place, species_name(ion)
    beyond = place_at(coupling, end) or f"beyond the {end} copy"
    source = beyond if place_at(coupling, end) else f"what lies {beyond}"
    yield f"{path}({ion})", (Name("J", f"{ion},{end}"), f"{matter} that comes into {place} from {source}")
    yield f"{path}.beyond({ion})", (Name(ion, f"{end} end", bracketed=True), f"{matter} in {source}")
    words = f"{matter}, logarithmic mean of {place} and {source}"
    yield f"{path}.mean({ion})", (Name(f"mean {ion}", f"{end} end", bracketed=True), words)
    words = f"by how much the potential of {source} is higher than that of {place}, over R·T/F"
    yield f"{path}.rise()", (Name("ρ", end), words)


def _of_loss(loss: Loss) -> Labels:
    path, species = loss.coupling.path, loss.species or "charge"
    matter, what = species_name(species), loss.what
    yield loss.path, (Name("Φ", f"{what.split()[0]},{species}"), f"power that {matter} loses by {what}")
    words = f"power that {matter} loses by {what}{_ONWARD}"
    yield loss.onward, (Name("Φ", f"on,{what.split()[0]},{species}"), words)
    yield f"{path}.dissipation", (Name("Φ", what.split()[0]), f"power that is lost by {what}")


def _of_section(coupling: Spreading | Axial) -> Labels:
    where = f"cross-section of {coupling.place}"
    yield f"{coupling.path}.cross_section", (Name("A", coupling.place), where)


def _of_axial(axial: Axial) -> Labels:
    path, place = axial.path, axial.place
    yield from _of_section(axial)
    yield f"{path}.resistivity", (Name("ρ", place), f"resistivity of {place}")
    words = f"conductance of {place} from the middle of a copy to its face"
    yield f"{path}.half", (Name("h", f"ax,{place}"), words)
    yield f"{path}.conducts()", (Name("g", f"ax,{place}"), f"axial conductance of {place}{_ONWARD}")
    yield f"{path}.potential", (Name("φ", place), f"potential of {place}")
    yield f"{path}.face", (Name("I", f"ax,{place}"), f"axial current in {place}{_ONWARD}")
    words = f"axial current that {place} gets from the copies beside it"
    yield f"{path}.current", (Name("ΔI", f"ax,{place}"), words)
    yield _free(path, place)


def _of_junction(junction: GapJunction) -> Labels:
    path, place = junction.path, junction.place
    yield from _of_opening(junction)
    for share in junction.shares:
        yield from _of_share(junction, share)
    yield _free(path, place)
    words = f"current through the gap junctions of {place}{_ONWARD}"
    for word in ("face()", "current"):
        yield f"{path}.{word}", (Name("I", f"gap,{place}"), words)


def _of_opening(junction: GapJunction) -> Labels:
    """How easily something passes gap junctions."""
    path, place = junction.path, junction.place
    size, symbol = ("conductance", "g") if junction.conductance is not None else ("permeability", "P")
    yield f"{path}.total_{size}", (Name(symbol, f"gap,{place}"), f"{size} of the gap junctions of {place}")
    words = f"{size} of the gap junctions between {place} of this copy and of the next"
    for word in ("pass()", "conducts()"):
        yield f"{path}.{word}", (Name(symbol, f"gap,{place}"), words)
    yield f"{path}.{size}", (Name(symbol, f"1,{place}"), f"{size} of one gap junction")
    yield f"{path}.number", (Name("N", place), f"number of gap junctions of {place}")


def _of_share(junction: GapJunction, share: Passing) -> Labels:
    path, place, species = junction.path, junction.place, share.species or "charge"
    matter, sub = species_name(species), f"gap,{species}"
    flow = Name("I", sub) if share.species is None else Name("J", sub)
    yield f"{path}.ratio({species})", (Name("r", species), f"ratio of {matter} among what gap junctions pass")
    words = f"{matter} through the gap junctions of {place}{_ONWARD}"
    for word in ("face", "flux"):
        yield f"{path}.{word}({species})", (flow, words)
    words = f"{matter} that {place} gets through its gap junctions"
    yield f"{path}.gain({species})", (replace(flow, base=f"Δ{flow.base}"), words)


def in_other_copy(label: Label, which: str) -> Label:
    """The label of the same quantity in another copy: `next`, `previous`, a number, `*` for all together."""
    name, words = label
    return replace(name, index=_INDEX.get(which, which)), _words_elsewhere(words, which)


def _words_elsewhere(words: str, which: str) -> str:
    here = words.removesuffix(_ONWARD)
    if which == "*":
        return f"{here}, the sum over all copies"
    if here != words:
        return here + _ONWARD_FROM.get(which, f", from copy {which} on")
    copy = f"the {which} copy" if which in _INDEX else f"copy {which}"
    return f"{words}, in {copy}"
