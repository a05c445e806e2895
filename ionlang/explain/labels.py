"""How each quantity of a cell is written and what it means: symbols as a textbook has them, words for the legend."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from ionlang.explain.explanation import Name
from ionlang.explain.labels_carriers import carrier_labels
from ionlang.explain.labels_lines import arriving_labels, drawn_label, line_labels
from ionlang.explain.names import Label, Labels, Namer, own_name, species_name
from ionlang.model.act.along import variates
from ionlang.model.cell import Buffer, Cell, Membrane, Parameter, Place, Reaction, Varying


def labels_of(cell: Cell) -> dict[str, Label]:
    """The symbol and the meaning of every quantity by path; those of one name are told apart in their part."""
    carriers = [c for m in cell.membranes for c in m.carriers]
    gates = Counter(g.name for c in carriers for g in c.openings)
    namer = Namer(cell, len(cell.membranes) == 1, Counter(c.name for c in carriers), gates)
    found: dict[str, Label] = {}
    for path, label in _all(namer):
        found.setdefault(path, _of_one_copy(cell, label))
    return found


def _of_one_copy(cell: Cell, label: Label) -> Label:
    """Of a cell with one line its name is left out: everything is told of one copy of it."""
    if len(cell.lines) != 1:
        return label
    prefix, (name, words) = f"{cell.lines[0].name}.", label
    return replace(name, base=name.base.replace(prefix, ""), sub=name.sub.replace(prefix, "")), words.replace(
        prefix, ""
    )


def _along(namer: Namer) -> Labels:
    for line in namer.cell.lines:
        yield from line_labels(namer, line)
    yield from arriving_labels(namer)
    for drawn in variates(namer.cell):
        yield drawn.path, drawn_label(drawn)


def _all(namer: Namer) -> Labels:
    cell = namer.cell
    yield from _constants()
    yield from _along(namer)
    for species in cell.species:
        yield (
            f"z({species.name})",
            (Name("z", species.name), f"charge number of {species_name(species.name)}"),
        )
    for place in cell.places:
        yield from _of_place(namer, place)
    for membrane in cell.membranes:
        yield from _of_membrane(namer, membrane)
        for carrier in membrane.carriers:
            yield from carrier_labels(namer, carrier)
        for water in membrane.waters:
            yield (
                f"{water.path}.rate",
                (Name("J", water.name), f"water through {water.name}, out of {water.inside}"),
            )
            yield f"{water.path}.dissipation", (Name("Φ", water.name), f"power that {water.name} dissipates")
    for flux in cell.fluxes:
        yield f"{flux.path}.rate", (Name("J", flux.name), f"rate of flux {flux.name}")
        for movement in flux.movements:
            words = f"{species_name(movement.species)} moved by flux {flux.name}"
            yield (
                f"{flux.path}.flux({movement.species})",
                (Name("J", f"{flux.name},{movement.species}"), words),
            )
        yield from _energy_of(flux.path, flux.name, f"flux {flux.name}")
        yield f"{flux.path}.block", (Name("b", flux.name), f"share of {flux.name} that is blocked")
    for reaction in cell.reactions:
        yield from _of_reaction(reaction)
    for buffer in cell.buffers:
        yield from _of_buffer(buffer)
    for varying in cell.varying:
        yield from _of_varying(varying)
    for definition in cell.definitions:
        yield definition.path, (own_name(definition.path), f"defined in the file ({definition.span.place()})")
    for parameter in cell.parameters:
        yield parameter.path, (own_name(parameter.path), _property(parameter))


def _property(parameter: Parameter) -> str:
    """Whose number it is, and where the file gives it."""
    if parameter.what == "param":
        return f"given in the file ({parameter.span.place()})"
    return f"{parameter.path.rpartition('.')[2].replace('_', ' ')} of {parameter.what}"


def _constants() -> Labels:
    yield "faraday", (Name("F"), "Faraday constant")
    yield "gas_constant", (Name("R"), "gas constant")
    yield "avogadro", (Name("N", "A"), "Avogadro constant")
    yield "temperature", (Name("T"), "absolute temperature")
    yield "thermal_voltage", (Name("V", "T"), "thermal voltage, R·T/F")
    yield "pi", (Name("π"), "circumference over diameter of a circle")
    yield "time", (Name("t"), "time")


def _of_place(namer: Namer, place: Place) -> Labels:
    name = place.name
    sub = name
    yield f"{name}.volume", (Name("vol", sub), f"volume of {name}")
    yield f"{name}.volume.start", (Name("vol", f"{sub},start"), f"volume of {name} at the start")
    yield f"d({name}.volume)/dt", (Name("dvol/dt", sub), f"change of the volume of {name} per time")
    yield f"{name}.osmolarity", (Name("osm", sub), f"osmolarity of {name}")
    yield f"{name}.charge", (Name("Q", sub), f"charge of what {name} holds")
    for content in place.contents:
        matter = species_name(content.species)
        symbol = namer.concentration(name, content.species)
        yield content.path, (symbol, f"{matter} in {name}")
        change = Name(f"d[{content.species}]{symbol.sub}/dt")
        yield f"d({content.path})/dt", (change, f"change of {matter} in {name} per time")
        amount = f"{content.species},{symbol.sub}"
        yield f"amount({content.path})", (Name("n", amount), f"amount of {matter} in {name}")
        yield (
            f"d(amount({content.path}))/dt",
            (Name("dn/dt", amount), f"change of the amount of {matter} in {name}"),
        )
        yield (
            f"{content.path}.start",
            (Name(content.species, f"{name},start", True), f"{matter} in {name} at the start"),
        )


def _of_membrane(namer: Namer, membrane: Membrane) -> Labels:
    name, own = membrane.name, namer.of(membrane)
    inside, outside = " + ".join(membrane.inside), " + ".join(membrane.outside)
    yield f"{name}.V", (Name("V", own), f"potential of {name}, {inside} against {outside}")
    yield f"d({name}.V)/dt", (Name("dV/dt", own), f"change of the potential of {name} per time")
    yield f"{name}.V.start", (Name("V", namer.of(membrane, "start")), f"potential of {name} at the start")
    yield f"{name}.area", (Name("A", name), f"area of {name}")
    yield f"{name}.capacitance", (Name("c", name), f"capacitance of {name}")
    yield f"{name}.total_capacitance", (Name("C", name), f"capacitance of the whole of {name}")
    yield f"{name}.total_capacitance/area", (Name("c", name), f"capacitance of {name} per area")
    yield f"{name}.charge", (Name("Q", name), f"charge on {name}")
    yield f"d({name}.charge)/dt", (Name("dQ/dt", own), f"change of the charge on {name} per time")
    yield f"{name}.dissipation", (Name("Φ", name), f"power that is dissipated in {name}")
    yield f"{name}.work", (Name("W", name), f"work per time of the pumps in {name}")
    for tail, more in (("", ""), ("/area", " per area")):
        yield f"{name}.current{tail}", (Name("I", name), f"net current out through {name}{more}")
        yield f"{name}.total_conductance{tail}", (Name("g", name), f"conductance of {name}{more}")
        yield f"{name}.inject(charge){tail}", (Name("I", "inj"), f"current injected into {name}{more}")
    for species in namer.cell.species:
        ion, matter = species.name, species_name(species.name)
        sub = namer.of(membrane, ion)
        yield f"{name}.E({ion})", (Name("E", sub), f"equilibrium (Nernst) potential of {matter}")
        yield f"{name}.ghk({ion})", (Name("j", sub), f"constant-field current of {matter} per permeability")
        yield f"{name}.u({ion})", (Name("u", sub), f"z·F·V/(R·T) of {matter}")
        yield (
            f"{name}.flux({ion})",
            (Name("J", namer.of(membrane, ion)), f"{matter} that leaves through {name}"),
        )
        for tail, more in (("", ""), ("/area", " per area")):
            words = f"current of {matter} out through {name}{more}"
            yield f"{name}.current({ion}){tail}", (Name("I", namer.of(membrane, ion)), words)
            yield (
                f"{name}.inject({ion}){tail}",
                (Name("I", f"inj,{ion}"), f"current of {matter} injected{more}"),
            )


def _of_reaction(reaction: Reaction) -> Labels:
    path, name, what = reaction.path, reaction.name, f"reaction {reaction.name}"
    yield f"{path}.rate", (Name("v", name), f"rate of {what}")
    yield f"{path}.block", (Name("b", name), f"share of {what} that is blocked")
    yield f"{path}.factor", (Name("f", name), f"factor by which {what} is scaled")
    yield f"{path}.affinity", (Name("a", name), f"affinity of {what}: free energy that it gives, over R·T")
    yield from _energy_of(path, name, what)
    yield f"{path}.mass_forward", (Name("m⁺", name), f"product of what {what} takes")
    yield f"{path}.mass_backward", (Name("m⁻", name), f"product of what {what} gives")


def _energy_of(path: str, name: str, what: str) -> Labels:
    yield f"{path}.free_energy", (Name("ΔG", name), f"free energy that {what} needs")
    yield f"{path}.dissipation", (Name("Φ", name), f"power that {what} dissipates")


def _of_buffer(buffer: Buffer) -> Labels:
    matter, name = species_name(buffer.species), buffer.path
    yield f"{name}.bound", (Name("B", buffer.name), f"{matter} bound to {buffer.name}")
    yield f"{name}.sites", (Name("S", buffer.name), f"sites of {buffer.name}")


def _of_varying(varying: Varying) -> Labels:
    path, name = varying.path, own_name(varying.path)
    yield path, (name, f"variable {varying.name}")
    yield f"d({path})/dt", (Name(f"d{varying.name}/dt"), f"change of {varying.name} per time")
    yield f"{path}.inf", (Name(varying.name, "∞"), f"value that {varying.name} goes to")
    yield f"{path}.tau", (Name("τ", varying.name), f"time constant of {varying.name}")
