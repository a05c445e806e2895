"""What may be read of each kind of thing by name, and in which dimension."""

from __future__ import annotations

from ionlang.model.names.entities import Entity
from ionlang.syntax import ast
from ionlang.units import (
    AMOUNT,
    AREA,
    CAPACITANCE,
    CHARGE,
    CONCENTRATION,
    CONDUCTANCE,
    CURRENT,
    ENERGY,
    FREQUENCY,
    LENGTH,
    POWER,
    PURE,
    RATE,
    RESISTIVITY,
    TIME,
    VOLTAGE,
    VOLUME,
    Dimension,
)

_OF_PLACE = {"volume": VOLUME, "osmolarity": CONCENTRATION, "charge": CHARGE}
_OF_PLACE_IN_LINE = {"potential": VOLTAGE}
_OF_MEMBRANE = {
    "V": VOLTAGE, "area": AREA, "capacitance": CAPACITANCE, "current": CURRENT, "conductance": CONDUCTANCE,
    "dissipation": POWER, "work": POWER,
}  # fmt: skip
_PAID = {"free_energy": ENERGY / AMOUNT, "dissipation": POWER}
_OF_CHANNEL = {"current": CURRENT, "conductance": CONDUCTANCE, **_PAID}
_OF_TRANSPORTER = {
    "current": CURRENT, "rate": RATE, "affinity": PURE, **_PAID,
    "work": POWER, "fuel_power": POWER, "efficiency": PURE,
}  # fmt: skip
_OF_REACTION = {"rate": RATE, "affinity": PURE, **_PAID}
_OF_FLUX = {"rate": RATE, **_PAID}
_OF_LINE = {"spacing": LENGTH, "total_length": LENGTH, "x": LENGTH}
_OF_DIFFUSION = {"tortuosity": PURE, "cross_section": AREA, "dissipation": POWER}
_OF_AXIAL = {"resistivity": RESISTIVITY, "cross_section": AREA, "dissipation": POWER}
_OF_JUNCTION = {
    "conductance": CONDUCTANCE, "permeability": VOLUME / TIME, "number": PURE, "current": CURRENT, "dissipation": POWER,
}  # fmt: skip
_OF_BUFFER = {"bound": CONCENTRATION, "sites": CONCENTRATION}
_OF_WATER = {"rate": VOLUME / TIME, "dissipation": POWER}
_OF_SYNAPSE = {"rise": TIME, "decay": TIME, "drive": PURE}
_OF_OCCUPANCY = {"inf": PURE}
_OF_GATE = {"alpha": FREQUENCY, "beta": FREQUENCY, "inf": PURE, "tau": TIME}
_OF_COUPLING = {
    "diffusion": _OF_DIFFUSION,
    "electrodiffusion": {**_OF_DIFFUSION, "current": CURRENT},
    "axial": _OF_AXIAL,
    "gap_junction": _OF_JUNCTION,
}


def readable(entity: Entity) -> dict[str, Dimension]:
    """What may be read of this entity by name, apart from what is declared in it."""
    match entity.kind:
        case "place":
            bath = entity.block.kind.text == "bath"
            own = {k: d for k, d in _OF_PLACE.items() if not (bath and k != "osmolarity")}
            return own if entity.enclosing("line") is None else own | _OF_PLACE_IN_LINE
        case "membrane":
            return _OF_MEMBRANE
        case "channel":
            return _OF_CHANNEL
        case "pump" | "transporter":
            return _OF_TRANSPORTER
        case "flux":
            return _OF_FLUX
        case "gate" if any(isinstance(s, ast.Opens) for s in entity.block.body):
            return _OF_SYNAPSE
        case "buffer":
            return _OF_BUFFER
        case "water":
            return _OF_WATER
        case "reaction":
            return _OF_REACTION
        case "line":
            given = [s.name.text for s in entity.block.body if isinstance(s, ast.Property)]
            return {word: of for word, of in _OF_LINE.items() if word != "total_length" or word in given}
        case "coupling":
            return _OF_COUPLING[entity.name]
        case "gate":
            return _OF_GATE
        case "occupancy":
            return _OF_OCCUPANCY
        case _:
            return {}
