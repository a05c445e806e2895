"""What a value means, in a sentence: which way an ion goes, what a cycle costs, how far a gate is open."""

from __future__ import annotations

from ionlang.analyse.display import plain
from ionlang.explain.explanation import Account, Piece
from ionlang.explain.laws.carriers import energy_terms, net_out
from ionlang.explain.names import joined, species_name
from ionlang.explain.render.numbers import with_unit
from ionlang.explain.sums import summed
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
    carriers = [(m, c) for m in view.cell.membranes for c in m.carriers]
    gate = next((g for _, c in carriers for g in c.gates if g.path == path), None)
    if gate is not None:
        return _gate(view, gate)
    for membrane, carrier in carriers:
        if carrier.path == owner:
            return _carrier(view, membrane, carrier, word, target)
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
    said = [
        f"There is {plain(more, 3)} times as much {matter} in {place}; at {with_unit(E, VOLTAGE)} the electrical pull "
        "would just hold it."
    ]
    if abs(V - E) < 1e-5:
        return [*said, f"V is there: {matter} is in equilibrium."]
    way = "out" if (V - E) * float(view.cell.valence(ion)) > 0 else "in"
    drive = f"V is {with_unit(V, VOLTAGE)}, so the driving force V − E is {with_unit(V - E, VOLTAGE)}"
    return [*said, f"{drive}, which drives {matter} {way}."]


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
    line = joined([_moved(membrane, carrier, m.species) for m in carrier.movements])
    uses = ", ".join(f"{u.count} {species_name(u.species)}" for u in carrier.uses)
    cycle = f"One cycle carries {line}{f', and uses {uses}' if uses else ''}."
    match word:
        case "rate" | "current" if value == 0:
            return [cycle, "It stands still."]
        case "rate" | "current":
            return [cycle, _charge(carrier)]
        case "free_energy":
            return [cycle, _energy(value, with_unit(abs(value), target.dimension), "a mole of cycles")]
        case "affinity":
            if abs(value) < 1e-9:
                return [cycle, "The concentrations and V drive it neither way: it is in equilibrium."]
            way = "forward" if value > 0 else "backward"
            return [cycle, f"With an affinity of {plain(value)} the concentrations and V drive it {way}."]
        case _:
            return [cycle]


def _charge(carrier: Transporter) -> str:
    if not carrier.charge_out:
        return "No net charge moves."
    size = plain(float(abs(carrier.charge_out)))
    return f"A net charge of +{size} {'leaves' if carrier.charge_out > 0 else 'enters'} with each cycle."


def _energy(value: float, size: str, what: str) -> str:
    if abs(value) < 1e-6:
        return f"{_capital(what)} costs and pays nothing: it is in equilibrium."
    return f"{_capital(what)} {'costs' if value > 0 else 'pays'} {size.removesuffix('/mol')}."


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def energy_account(view: View, target: Read) -> list[Account]:
    """What each movement of one cycle costs against its concentrations, and against V."""
    owner = target.path.rpartition(".")[0]
    found = [(m, c) for m in view.cell.membranes for c in m.carriers if c.path == owner]
    if not found:
        return []
    membrane, carrier = found[0]
    pieces: list[Piece] = []
    for species, number, origin, end in _moves(carrier):
        way = "out" if origin in membrane.inside else "in"
        for what, sign, term in energy_terms(view.cell, membrane, species, origin, end):
            words = f"{number} {species_name(species)} {way}, against {what}"
            pieces.append(Piece(words, number * sign * view.now.of(term), target.dimension))
    words = "work, for each mole of cycles"
    return [Account(words, tuple(pieces), summed(pieces), target.dimension)]


def _moves(carrier: Channel | Transporter) -> list[tuple[str, int, str, str]]:
    if isinstance(carrier, Channel):
        return [(s.species, 1, s.inside, s.outside) for s in carrier.shares if s.species is not None]
    return [
        (m.species, m.count, m.origin, m.target)
        for m in carrier.movements
        if m.origin is not None and m.target is not None
    ]


def _moved(membrane: Membrane, carrier: Transporter, species: str) -> str:
    out = net_out(membrane, carrier, species)
    return f"{abs(out)} {species_name(species)} {'out' if out > 0 else 'in'}"


def _channel(view: View, membrane: Membrane, channel: Channel, word: str, target: Read) -> list[str]:
    value = view.now[target.path]
    if word == "free_energy":
        matter = species_name(channel.shares[0].species or "")
        return [_energy(value, with_unit(abs(value), target.dimension), f"a mole of {matter} out")]
    ion = channel.shares[0].species if len(channel.shares) == 1 else None
    if not word.startswith("current"):
        return []
    if ion is None:
        way = "leaves, which pulls V down" if value > 0 else "enters, which pulls V up"
        return [f"Positive charge {way}." if abs(value) > 1e-12 else "No charge flows."]
    matter = species_name(ion)
    if abs(value) < 1e-12:
        return [f"No {matter} flows: the way is closed, or V is where {matter} is in equilibrium."]
    out = value * float(view.cell.valence(ion)) > 0
    charge = "out" if value > 0 else "in"
    effect = "down" if value > 0 else "up"
    way = "out" if out else "in"
    return [f"{matter.capitalize()} flows {way}: positive charge goes {charge}, which pulls V {effect}."]


def _gate(view: View, gate: Gate) -> list[str]:
    if gate.path not in view.now:
        return []
    said = [f"{plain(100 * view.now[gate.path], 3)} % of gate {gate.name} is open."]
    if f"{gate.path}.inf" in view.now:
        said.append(f"At this V it would come to {plain(100 * view.now[f'{gate.path}.inf'], 3)} %.")
    return said
