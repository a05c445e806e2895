"""The symbols of carriers, their gates and schemes."""

from __future__ import annotations

from ionlang.explain.explanation import Name
from ionlang.explain.names import Labels, Namer, species_name
from ionlang.model.cell import Channel, Gate, Scheme, Transporter


def carrier_labels(namer: Namer, carrier: Channel | Transporter) -> Labels:
    path, sub = carrier.path, namer.carrier(carrier)
    kind = carrier.kind if isinstance(carrier, Transporter) else "channel"
    what = f"{kind} {carrier.name}"
    yield f"{path}.open()", (Name("w", sub), f"what of {what} is at work")
    yield f"{path}.block", (Name("b", sub), f"share of {what} that is blocked")
    yield f"{path}.factor", (Name("f", sub), f"factor by which {what} is scaled")
    yield f"{path}.reversal", (Name("E", sub), f"reversal potential of {what}")
    yield f"{path}.conductance", (Name("g", sub), f"conductance of {what}, fully open")
    yield f"{path}.permeability", (Name("P", sub), f"permeability of {what}")
    yield f"{path}.free_energy", (Name("ΔG", sub), f"free energy that {what} needs")
    yield f"{path}.dissipation", (Name("Φ", sub), f"power that {what} dissipates")
    yield f"{path}.work", (Name("W", sub), f"work per time that {what} does on what it moves")
    yield f"{path}.fuel_power", (Name("W", f"fuel,{sub}"), f"power that {what} takes from its fuel")
    yield f"{path}.efficiency", (Name("η", sub), f"what {what} gains over what it spends")
    yield (
        f"{path}.affinity",
        (Name("a", sub), f"affinity of {what}: free energy that a cycle gives, over R·T"),
    )
    yield f"{path}.mass_forward", (Name("m⁺", sub), f"product of what {what} takes")
    yield f"{path}.mass_backward", (Name("m⁻", sub), f"product of what {what} gives, with the work against V")
    for tail, more in (("", ""), ("/area", " per area")):
        yield f"{path}.total_conductance{tail}", (Name("g", sub), f"conductance of {what}{more}")
        whole = "" if tail else " times area"
        yield f"{path}.total_permeability{tail}", (Name("P", sub), f"permeability of {what}{whole}")
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
        words = f"free energy of the {matter} that a mole of cycles of {what} moves"
        if isinstance(carrier, Channel):
            words = f"free energy of a mole of {matter} going out through {what}"
        yield f"{path}.free_energy({species})", (Name("ΔG", f"{sub},{species}"), words)
        words = f"power that {matter} dissipates in {what}"
        yield f"{path}.dissipation({species})", (Name("Φ", f"{sub},{species}"), words)
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
