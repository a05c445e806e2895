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
from ionlang.model.cell_lines import Axial, Electrodiffusion, GapJunction, Spreading, Variate

_INDEX = {"next": "i+1", "previous": "i-1"}
_ONWARD = ", from this copy to the next"


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
        yield from _of_axial(namer, axial)
    for junction in line.gap_junctions:
        yield from _of_junction(namer, junction)
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
    drifts = isinstance(coupling, Electrodiffusion)
    yield from _of_section(coupling)
    if coupling.tortuosity is not None:
        yield f"{path}.tortuosity", (Name("λ", place), f"tortuosity of {place}")
    for each in coupling.species:
        ion, matter = each.species, species_name(each.species)
        held = namer.concentration(place, ion)
        sub = f"{ion},{held.sub}"
        moves = "moves by electrodiffusion" if drifts else "diffuses"
        yield f"{path}.{ion}", (Name("D", ion), f"diffusion coefficient of {matter} in {place}")
        yield (
            f"{path}.half({ion})",
            (Name("h", sub), f"rate per concentration of {matter} from the middle of a copy to its face"),
        )
        yield (
            f"{path}.pass({ion})",
            (Name("k", sub), f"rate per concentration of {matter} in {place}{_ONWARD}"),
        )
        mean = replace(held, base=f"mean {ion}") if held.bracketed else Name("c", f"mean,{sub}")
        yield (
            f"{path}.mean({ion})",
            (mean, f"{matter} in {place}, logarithmic mean of this copy and the next"),
        )
        for word in ("face", "flux"):
            yield f"{path}.{word}({ion})", (Name("J", sub), f"{matter} that {moves} in {place}{_ONWARD}")
        words = f"{matter} that {place} gets from the copies beside it"
        yield f"{path}.gain({ion})", (Name("ΔJ", sub), words)
        for end in ENDS:
            yield from _of_end(coupling, end, ion)
    yield f"{path}.free()", (Name("I", f"free,{place}"), f"current along {place} if the potential were level")
    yield f"{path}.conducts()", (Name("σ", place), f"conductance along {place}{_ONWARD}")
    for word in ("face()", "current"):
        yield f"{path}.{word}", (Name("I", place), f"current along {place}{_ONWARD}")


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


def _of_axial(namer: Namer, axial: Axial) -> Labels:
    path, place = axial.path, axial.place
    yield from _of_section(axial)
    yield f"{path}.resistivity", (Name("ρ", place), f"resistivity of {place}")
    yield (
        f"{path}.half",
        (Name("h", f"ax,{place}"), f"conductance of {place} from the middle of a copy to its face"),
    )
    yield f"{path}.conducts()", (Name("g", f"ax,{place}"), f"axial conductance of {place}{_ONWARD}")
    yield f"{path}.potential", (Name("φ", place), f"potential of {place}")
    yield f"{path}.face", (Name("I", f"ax,{place}"), f"axial current in {place}{_ONWARD}")
    yield (
        f"{path}.current",
        (Name("ΔI", f"ax,{place}"), f"axial current that {place} gets from the copies beside it"),
    )
    yield f"{path}.free()", (Name("I", f"free,{place}"), f"current along {place} if the potential were level")


def _of_junction(namer: Namer, junction: GapJunction) -> Labels:
    path, place = junction.path, junction.place
    size, symbol = ("conductance", "g") if junction.conductance is not None else ("permeability", "P")
    yield f"{path}.total_{size}", (Name(symbol, f"gap,{place}"), f"{size} of the gap junctions of {place}")
    words = f"{size} of the gap junctions between {place} of this copy and of the next"
    yield f"{path}.pass()", (Name(symbol, f"gap,{place}"), words)
    yield f"{path}.conducts()", (Name(symbol, f"gap,{place}"), words)
    yield f"{path}.{size}", (Name(symbol, f"1,{place}"), f"{size} of one gap junction")
    yield f"{path}.number", (Name("N", place), f"number of gap junctions of {place}")
    for share in junction.shares:
        ion, matter = share.species or "charge", species_name(share.species or "charge")
        flow = Name("I", f"gap,{ion}") if share.species is None else Name("J", f"gap,{ion}")
        yield f"{path}.ratio({ion})", (Name("r", ion), f"ratio of {matter} among what gap junctions pass")
        for word in ("face", "flux"):
            words = f"{matter} through the gap junctions of {place}{_ONWARD}"
            yield f"{path}.{word}({ion})", (flow, words)
        words = f"{matter} that {place} gets through its gap junctions"
        yield f"{path}.gain({ion})", (replace(flow, base=f"Δ{flow.base}"), words)
    yield f"{path}.free()", (Name("I", f"free,{place}"), f"current along {place} if the potential were level")
    for word in ("face()", "current"):
        yield (
            f"{path}.{word}",
            (Name("I", f"gap,{place}"), f"current through the gap junctions of {place}{_ONWARD}"),
        )


def in_other_copy(label: Label, path: str, which: str) -> Label:
    """The label of the same quantity in another copy: `next`, `previous`, a number, `*` for all together."""
    name, words = label
    index = _INDEX.get(which, which)
    if which == "*":
        return replace(name, index=index), f"{words.removesuffix(_ONWARD)}, the sum over all copies"
    if words.endswith(_ONWARD):
        told = {
            "previous": ", from the previous copy to this one",
            "next": ", from the next copy to the one after it",
        }
        return replace(name, index=index), words.removesuffix(_ONWARD) + told.get(
            which, f", from copy {which} on"
        )
    return replace(
        name, index=index
    ), f"{words}, in {f'the {which} copy' if which in _INDEX else f'copy {which}'}"
