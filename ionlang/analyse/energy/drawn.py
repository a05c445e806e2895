"""What all that moves draws from the concentrations of each species, net between two places each, and from the charge
of membranes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ionlang.analyse.energy.ways import Way, lifted
from ionlang.constants import FARADAY, GAS_CONSTANT
from ionlang.equations.fields import SMALLEST, fall_path
from ionlang.model.books.lengthwise import ENDS
from ionlang.model.books.losses import Loss
from ionlang.model.cell import Cell
from ionlang.simulate.functions import FloatArray

F = FARADAY.in_cell_units
Values = Mapping[str, FloatArray]
Drawn = dict[str, float]
CHARGE = "charge of the membranes"


def drawn_from(
    cell: Cell, ways: Sequence[Way], values: Values, temperature: float
) -> tuple[tuple[str, float], ...]:
    """The power drawn from each: above 0 where it runs down."""
    drawn, electric = _between_places(cell, ways, values, temperature)
    for way in ways:
        if way.loss is not None and way.loss.path in values:
            electric += _by_potential(cell, way.loss, values, temperature)
            if way.loss.species is not None:
                _add(drawn, way.loss.species, _by_concentration(cell, way.loss, values, temperature))
    return (*drawn.items(), (CHARGE, electric))


def _add(drawn: Drawn, species: str, power: float) -> None:
    drawn[f"gradients of {species}"] = drawn.get(f"gradients of {species}", 0.0) + power


def _between_places(
    cell: Cell, ways: Sequence[Way], values: Values, temperature: float
) -> tuple[Drawn, float]:
    """What crosses membranes, in each copy; and what that draws from their charge."""
    flows: dict[tuple[str, str, str], FloatArray] = {}
    electric = 0.0
    for way in ways:
        for move, membrane in way.moves:
            species, count, origin, target = move
            first, last = sorted((origin, target))
            amount = count * values[way.rate] * (1 if first == origin else -1)
            flows[species, first, last] = flows.get((species, first, last), np.zeros(())) + amount
            if membrane is not None and f"{membrane.name}.V" in values:
                charge = float(lifted(cell, move, membrane)) * values[way.rate]
                electric -= F * float((charge * values[f"{membrane.name}.V"]).sum())
    drawn: Drawn = {}
    for (species, first, last), amount in flows.items():
        a, b = values[f"{first}.{species}"], values[f"{last}.{species}"]
        if (a > 0).all() and (b > 0).all():
            heat = GAS_CONSTANT.in_cell_units * temperature
            _add(drawn, species, float((amount * heat * np.log(a / b)).sum()))
    return drawn, electric


def paths_along(loss: Loss) -> list[str]:
    """All that is read, beside the concentrations in places, to know what a loss is drawn from."""
    path, named = loss.coupling.path, f"({loss.species})"
    words = (named, f".beyond{named}", ".rise()")
    return [
        loss.face,
        fall_path(loss.coupling.place),
        *(f"{path}.{end}{word}" for end in ENDS for word in words),
    ]


def _by_concentration(cell: Cell, loss: Loss, values: Values, temperature: float) -> float:
    """What is handed on, or comes through an end, draws from the concentrations on both sides: J RT ln(c/c')."""
    path, named = loss.coupling.path, f"({loss.species})"
    passed, inside = _passed(cell, loss, values), _logarithm(values[f"{loss.coupling.place}.{loss.species}"])
    fallen = float((passed * (inside[:-1] - inside[1:])).sum()) if passed.any() else 0.0
    for end in ENDS:
        through, beyond = (values.get(f"{path}.{end}{word}") for word in (named, f".beyond{named}"))
        if through is not None and beyond is not None:
            fallen += float((through * (_logarithm(beyond) - inside)).sum())
    return GAS_CONSTANT.in_cell_units * temperature * fallen


def _passed(cell: Cell, loss: Loss, values: Values) -> FloatArray:
    """The amount of a species that passes each face per time."""
    face = values[loss.face]
    assert loss.species is not None
    return face if loss.kind == "rate" else face / (float(cell.valence(loss.species)) * F)


def _logarithm(concentration: FloatArray) -> FloatArray:
    logarithm: FloatArray = np.log(np.maximum(concentration, float(SMALLEST)))
    return logarithm


def _by_potential(cell: Cell, loss: Loss, values: Values, temperature: float) -> float:
    """What is handed on draws from the potential along the place: z F J (φ − φ')."""
    if not loss.is_electric or fall_path(loss.coupling.place) not in values:
        return 0.0
    current = values[loss.face] * (1.0 if loss.kind == "current" else F)
    valence = 1.0 if loss.species is None or loss.kind == "current" else float(cell.valence(loss.species))
    fallen = float((valence * current * values[fall_path(loss.coupling.place)]).sum())
    for end in ENDS:
        passed, rise = (
            values.get(f"{loss.coupling.path}.{end}{word}") for word in (f"({loss.species})", ".rise()")
        )
        if passed is not None and rise is not None:
            heat = GAS_CONSTANT.in_cell_units * temperature
            fallen += float((valence * heat * passed * rise).sum())
    return fallen
