"""What a value means, in a sentence: which way an ion goes, what a cycle costs, how far a gate is open."""

from __future__ import annotations

from ionlang.analyse.display import plain
from ionlang.explain.laws.carriers import net_out
from ionlang.explain.names import species_name
from ionlang.explain.render.numbers import with_unit
from ionlang.explain.view import View
from ionlang.model.cell import Cell, Channel, Gate, Membrane, Transporter
from ionlang.model.expression import Read
from ionlang.units import VOLTAGE


def facts(view: View, target: Read) -> list[str]:
    """Sentences about the quantity; none where its law says it all."""
    path = target.path
    owner, _, word = path.removesuffix("/area").rpartition(".")
    if ".E(" in path and ":" not in path:
        return _nernst(view, path)
    for membrane in view.cell.membranes:
        for carrier in membrane.carriers:
            if carrier.path == owner:
                return _carrier(view, membrane, carrier, word, target)
            for gate in carrier.gates:
                if gate.path == path:
                    return _gate(view, gate)
    if path in {d.path for d in view.cell.definitions}:
        place = next(d.span.place() for d in view.cell.definitions if d.path == path)
        return [f"The file defines it ({place})."]
    return []


def _nernst(view: View, path: str) -> list[str]:
    owner, _, ion = path.removesuffix(")").partition(".E(")
    sides = _sides(view.cell, owner, ion)
    if sides is None:
        return []
    membrane, inside, outside = sides
    a, b = view.now[f"{inside}.{ion}"], view.now[f"{outside}.{ion}"]
    E, V = view.now[path], view.now[f"{membrane}.V"]
    if not (a > 0 and b > 0):
        return []
    matter = species_name(ion)
    more, place = (a / b, inside) if a > b else (b / a, outside)
    first = f"There is {plain(more, 3)} times as much {matter} in {place}; at {with_unit(E, VOLTAGE)} the electrical pull would just hold it."
    if abs(V - E) < 1e-5:
        return [first, f"V is there: {matter} is in equilibrium."]
    out = (V - E) * float(view.cell.valence(ion)) > 0
    drive = with_unit(V - E, VOLTAGE)
    return [
        first,
        f"V is {with_unit(V, VOLTAGE)}: the driving force V − E is {drive}, so {matter} is driven {'out' if out else 'in'}.",
    ]


def _sides(cell: Cell, owner: str, ion: str) -> tuple[str, str, str] | None:
    """The membrane and the places between which an equilibrium potential is taken."""
    for membrane in cell.membranes:
        if membrane.name == owner:
            inside, outside = (cell.holder(side, ion) for side in (membrane.inside, membrane.outside))
            return None if inside is None or outside is None else (owner, inside, outside)
        for channel in membrane.channels:
            if channel.path == owner:
                share = next(s for s in channel.shares if s.species == ion)
                return membrane.name, share.inside, share.outside
    return None


def _carrier(
    view: View, membrane: Membrane, carrier: Channel | Transporter, word: str, target: Read
) -> list[str]:
    if isinstance(carrier, Channel):
        return _channel(view, membrane, carrier, word, target)
    value = view.now[target.path]
    line = ", ".join(_moved(membrane, carrier, m.species) for m in carrier.movements)
    uses = ", ".join(f"{u.count} {species_name(u.species)}" for u in carrier.uses)
    cycle = f"One cycle carries {line}{f' and uses {uses}' if uses else ''}."
    match word:
        case "rate" | "current" if value == 0:
            return [cycle, "It stands still."]
        case "rate" | "current":
            net = "no net charge" if not carrier.charge_out else f"{_charges(carrier)} net out"
            return [cycle, f"That is {net} in each cycle."]
        case "free_energy":
            return [cycle, _energy(value, with_unit(abs(value), target.dimension), "a mole of cycles")]
        case "affinity":
            way = "forward" if value > 0 else "backward" if value < 0 else "neither way"
            return [cycle, f"With an affinity of {plain(value)} the concentrations and V drive it {way}."]
        case _:
            return [cycle]


def _charges(carrier: Transporter) -> str:
    number = plain(float(abs(carrier.charge_out)))
    return f"{number} {'positive' if carrier.charge_out > 0 else 'negative'} charge{'' if number == '1' else 's'}"


def _energy(value: float, size: str, what: str) -> str:
    if abs(value) < 1e-6:
        return f"It costs nothing: {what} is in equilibrium."
    return (
        f"It costs {size} to move {what} this way." if value > 0 else f"It pays {size}: {what} runs downhill."
    )


def _moved(membrane: Membrane, carrier: Transporter, species: str) -> str:
    out = net_out(membrane, carrier, species)
    return f"{abs(out)} {species_name(species)} {'out' if out > 0 else 'in'}"


def _channel(view: View, membrane: Membrane, channel: Channel, word: str, target: Read) -> list[str]:
    value = view.now[target.path]
    if word == "free_energy":
        matter = species_name(channel.shares[0].species or "")
        return [_energy(value, with_unit(abs(value), target.dimension), f"a mole of {matter} out")]
    ion = channel.shares[0].species if len(channel.shares) == 1 else None
    if not word.startswith("current") or ion is None:
        return []
    matter = species_name(ion)
    if abs(value) < 1e-12:
        return [f"No {matter} flows: the way is closed, or V is where {matter} is in equilibrium."]
    out = value * float(view.cell.valence(ion)) > 0
    charge = "out" if value > 0 else "in"
    effect = "down" if value > 0 else "up"
    return [
        f"{matter.capitalize()} flows {'out' if out else 'in'}: positive charge goes {charge}, which pulls V {effect}."
    ]


def _gate(view: View, gate: Gate) -> list[str]:
    if gate.path not in view.now:
        return []
    said = [f"{plain(100 * view.now[gate.path], 3)} % of gate {gate.name} is open."]
    if f"{gate.path}.inf" in view.now:
        said.append(f"At this V it would come to {plain(100 * view.now[f'{gate.path}.inf'], 3)} %.")
    return said
