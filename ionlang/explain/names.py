"""How each quantity of a cell is written and what it means: symbols as a textbook has them, words for the legend."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ionlang.explain.explanation import Name
from ionlang.model.cell import (
    Buffer,
    Cell,
    Channel,
    Gate,
    Membrane,
    Place,
    Reaction,
    Scheme,
    Transporter,
    Varying,
)

Label = tuple[Name, str]
Labels = Iterator[tuple[str, Label]]


@cache
def _species_names() -> dict[str, str]:
    text = files("ionlang.data").joinpath("species_names.txt").read_text(encoding="utf-8")
    rows = [line.split(maxsplit=1) for line in text.splitlines() if line and not line.startswith("#")]
    return {symbol: words.strip() for symbol, words in rows}


def species_name(symbol: str) -> str:
    """What a species is called in a sentence."""
    return _species_names().get(symbol, symbol)


def own_name(path: str) -> Name:
    """The name that the file gives, its part behind the first underscore as a subscript."""
    last = path.rpartition(".")[2]
    base, underscore, sub = last.partition("_")
    return Name(base, sub) if underscore and base and sub else Name(last)


@dataclass(frozen=True, slots=True)
class Namer:
    """`alone`: the cell has one membrane, so V, E(X), in and out need not say whose."""

    cell: Cell
    alone: bool
    carriers: Counter[str]
    gates: Counter[str]

    def carrier(self, carrier: Channel | Transporter) -> str:
        return carrier.name if self.carriers[carrier.name] == 1 else carrier.path

    def of(self, membrane: Membrane, sub: str = "") -> str:
        if self.alone:
            return sub
        return f"{sub},{membrane.name}" if sub else membrane.name

    def concentration(self, place: str, species: str) -> Name:
        sides = self.cell.membranes[0] if self.alone else None
        if sides is not None and self.cell.holder(sides.inside, species) == place:
            return Name(species, "in", bracketed=True)
        if sides is not None and self.cell.holder(sides.outside, species) == place:
            return Name(species, "out", bracketed=True)
        return Name(species, place, bracketed=True)


def labels_of(cell: Cell) -> dict[str, Label]:
    """The symbol and the meaning of every quantity by path; those of one name are told apart in their part."""
    carriers = [c for m in cell.membranes for c in m.carriers]
    gates = Counter(g.name for c in carriers for g in c.openings)
    namer = Namer(cell, len(cell.membranes) == 1, Counter(c.name for c in carriers), gates)
    found: dict[str, Label] = {}
    for path, label in _all(namer):
        found.setdefault(path, label)
    return found


def _all(namer: Namer) -> Labels:
    cell = namer.cell
    yield from _constants()
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
            yield from _of_carrier(namer, membrane, carrier)
        for water in membrane.waters:
            yield (
                f"{water.path}.rate",
                (Name("J", water.name), f"water through {water.name}, out of {water.inside}"),
            )
    for flux in cell.fluxes:
        yield f"{flux.path}.rate", (Name("J", flux.name), f"rate of flux {flux.name}")
        for movement in flux.movements:
            words = f"{species_name(movement.species)} moved by flux {flux.name}"
            yield (
                f"{flux.path}.flux({movement.species})",
                (Name("J", f"{flux.name},{movement.species}"), words),
            )
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
        words = (
            "parameter of the file"
            if parameter.what == "param"
            else _property(parameter.path, parameter.what)
        )
        yield parameter.path, (own_name(parameter.path), words)


def _property(path: str, what: str) -> str:
    return f"{path.rpartition('.')[2].replace('_', ' ')} of {what}"


def _constants() -> Labels:
    yield "faraday", (Name("F"), "Faraday constant")
    yield "gas_constant", (Name("R"), "gas constant")
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
        change = Name(f"d[{content.species}]/dt", symbol.sub)
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


def _of_carrier(namer: Namer, membrane: Membrane, carrier: Channel | Transporter) -> Labels:
    path, sub = carrier.path, namer.carrier(carrier)
    kind = carrier.kind if isinstance(carrier, Transporter) else "channel"
    what = f"{kind} {carrier.name}"
    yield f"{path}.open", (Name("w", sub), f"what of {what} is at work")
    yield f"{path}.block", (Name("b", sub), f"share of {what} that is blocked")
    yield f"{path}.factor", (Name("f", sub), f"factor by which {what} is scaled")
    yield f"{path}.reversal", (Name("E", sub), f"reversal potential of {what}")
    yield f"{path}.conductance", (Name("g", sub), f"conductance of {what}, fully open")
    yield f"{path}.permeability", (Name("P", sub), f"permeability of {what}")
    yield f"{path}.free_energy", (Name("ΔG", sub), f"free energy that {what} needs")
    yield (
        f"{path}.affinity",
        (Name("a", sub), f"affinity of {what}: free energy that a cycle gives, over R·T"),
    )
    yield f"{path}.mass_forward", (Name("m⁺", sub), f"product of what {what} takes")
    yield f"{path}.mass_backward", (Name("m⁻", sub), f"product of what {what} gives, with the work against V")
    for tail, more in (("", ""), ("/area", " per area")):
        yield f"{path}.total_conductance{tail}", (Name("g", sub), f"conductance of {what}{more}")
        yield (
            f"{path}.total_permeability{tail}",
            (Name("P", sub), f"permeability of {what}{'' if tail else ' times area'}"),
        )
        yield f"{path}.current{tail}", (Name("I", sub), f"current out through {what}{more}")
        yield f"{path}.rate{tail}", (Name("J", sub), f"cycles of {what} per time{more}")
        for species in (*(s.name for s in namer.cell.species), "charge"):
            words = f"current of {species_name(species)} out through {what}{more}"
            yield f"{path}.current({species}){tail}", (Name("I", f"{sub},{species}"), words)
    for species in (*(s.name for s in namer.cell.species), "charge"):
        matter = species_name(species)
        yield f"{path}.ratio({species})", (Name("r", f"{sub},{species}"), f"ratio of {matter} in {what}")
        yield (
            f"{path}.flux({species})",
            (Name("J", f"{sub},{species}"), f"{matter} that leaves through {what}"),
        )
        yield (
            f"{path}.E({species})",
            (Name("E", f"{species},{sub}"), f"equilibrium potential of {matter} at {what}"),
        )
        yield (
            f"{path}.ghk({species})",
            (Name("j", f"{species},{sub}"), f"constant-field current of {matter} at {what}"),
        )
    for opening in carrier.openings:
        yield from _of_opening(namer, carrier, opening)


def _of_opening(namer: Namer, carrier: Channel | Transporter, opening: Gate | Scheme) -> Labels:
    sub = "" if namer.gates[opening.name] == 1 else namer.carrier(carrier)
    if isinstance(opening, Scheme):
        for state in opening.states:
            path, words = opening.occupancy(state), f"share of {carrier.name} in state {state}"
            yield path, (Name(state, sub), words)
            yield f"d({path})/dt", (Name(f"d{state}/dt", sub), f"change of the {words} per time")
            yield f"{path}.inf", (Name(state, "∞"), f"steady state of the {words}")
        for t in opening.transitions:
            path = f"{opening.path}.rate({t.origin},{t.target})"
            yield path, (Name("k", f"{t.origin}→{t.target}"), f"rate from {t.origin} to {t.target}")
        return
    path, name = opening.path, opening.name
    what = f"gate {name} of {carrier.name}"
    behind = f",{sub}" if sub else ""
    yield path, (Name(name, sub), f"{what}, its open share")
    yield f"d({path})/dt", (Name(f"d{name}/dt", sub), f"change of {what} per time")
    yield f"{path}.inf", (Name(name, f"∞{behind}"), f"steady state of {what}")
    yield f"{path}.alpha", (Name("α", f"{name}{behind}"), f"rate at which {what} opens")
    yield f"{path}.beta", (Name("β", f"{name}{behind}"), f"rate at which {what} closes")
    yield f"{path}.tau", (Name("τ", f"{name}{behind}"), f"time constant of {what}")
    yield f"{path}.temperature_factor", (Name("φ", f"{name}{behind}"), f"temperature factor of {what}")
    yield f"{path}.rise", (Name("τ", f"rise,{name}{behind}"), f"time constant of the rise of {what}")
    yield f"{path}.decay", (Name("τ", f"decay,{name}{behind}"), f"time constant of the decay of {what}")
    yield f"{path}.drive", (Name("x", f"{name}{behind}"), f"what drives {what}")
    yield f"d({path}.drive)/dt", (Name("dx/dt", f"{name}{behind}"), f"change of what drives {what} per time")
    yield f"{path}.shift", (Name("δ", f"{name}{behind}"), f"shift of {what} along V")


def _of_reaction(reaction: Reaction) -> Labels:
    path, name, what = reaction.path, reaction.name, f"reaction {reaction.name}"
    yield f"{path}.rate", (Name("v", name), f"rate of {what}")
    yield f"{path}.block", (Name("b", name), f"share of {what} that is blocked")
    yield f"{path}.factor", (Name("f", name), f"factor by which {what} is scaled")
    yield f"{path}.affinity", (Name("a", name), f"affinity of {what}: free energy that it gives, over R·T")
    yield f"{path}.free_energy", (Name("ΔG", name), f"free energy that {what} needs")
    yield f"{path}.mass_forward", (Name("m⁺", name), f"product of what {what} takes")
    yield f"{path}.mass_backward", (Name("m⁻", name), f"product of what {what} gives")


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
