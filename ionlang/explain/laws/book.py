"""All laws of a cell in one book."""

from __future__ import annotations

from collections.abc import Iterator

from ionlang.explain.laws.between import arriving_laws, line_laws
from ionlang.explain.laws.carriers import channel_laws, flux_laws, transporter_laws, water_law
from ionlang.explain.laws.chemistry import cycle_laws, reaction_laws, varying_laws
from ionlang.explain.laws.faces import is_beyond
from ionlang.explain.laws.fields import field_laws
from ionlang.explain.laws.joined import junction_laws
from ionlang.explain.laws.losses import loss_laws
from ionlang.explain.laws.membranes import membrane_laws, mixed_laws
from ionlang.explain.laws.openings import gate_laws, scheme_laws
from ionlang.explain.laws.paths import ABSOLUTE_TEMPERATURE, FARADAY, GAS_CONSTANT, THERMAL_VOLTAGE, valence
from ionlang.explain.laws.places import buffer_laws, place_laws
from ionlang.explain.laws.spots import ALONE, Spots
from ionlang.model.algebra import count, over, times
from ionlang.model.books.energies import energies
from ionlang.model.cell import Cell, Channel
from ionlang.model.expression import Expr

Laws = Iterator[tuple[str, Expr]]


def laws_of(cell: Cell, spots: Spots = ALONE) -> dict[str, Expr]:
    """What every quantity that follows from others is made of, by path; the first law of a path counts. `spots` say
    which copy of each line speaks."""
    found: dict[str, Expr] = {}
    for path, law in _all(cell, spots):
        if not is_beyond(spots, law):
            found.setdefault(path, law)
    return found


def _all(cell: Cell, spots: Spots) -> Laws:
    yield from ((p.path, p.value) for p in cell.parameters)
    yield from ((d.path, d.value) for d in cell.definitions)
    yield from ((valence(s.name).path, count(s.valence)) for s in cell.species)
    if cell.temperature is not None:
        yield THERMAL_VOLTAGE.path, over(times(GAS_CONSTANT, ABSOLUTE_TEMPERATURE), FARADAY)
    elif cell.thermal_voltage is not None:
        yield ABSOLUTE_TEMPERATURE.path, over(times(FARADAY, THERMAL_VOLTAGE), GAS_CONSTANT)
    for membrane in cell.membranes:
        yield from membrane_laws(cell, membrane, spots)
        yield from arriving_laws(cell, membrane)
        for carrier in membrane.carriers:
            for gate in carrier.gates:
                yield from gate_laws(gate)
            for scheme in carrier.schemes:
                yield from scheme_laws(scheme)
            if isinstance(carrier, Channel):
                yield from channel_laws(cell, membrane, carrier)
            else:
                yield from transporter_laws(cell, membrane, carrier)
        yield from (water_law(membrane, water, cell) for water in membrane.waters)
    for flux in cell.fluxes:
        yield from flux_laws(cell, flux)
    for reaction in cell.reactions:
        yield from reaction_laws(cell, reaction)
    yield from cycle_laws(cell)
    for varying in cell.varying:
        yield from varying_laws(varying)
    for place in cell.places:
        yield from place_laws(cell, place, spots)
    for buffer in cell.buffers:
        yield from buffer_laws(cell, buffer)
    for line in cell.lines:
        yield from line_laws(cell, spots, line)
        yield from field_laws(cell, spots, line)
        yield from junction_laws(cell, spots, line)
        yield from loss_laws(cell, spots, line)
    yield from ((reading.path, reading.value) for reading in energies(cell))
    yield from mixed_laws(cell)
