"""What each process of a model does, read from the structure: the test's own book-keeping of matter and charge."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tests.models_structure import Carrier, Membrane, Model

Values = NDArray[np.float64]
Look = Callable[[str], Values]


@dataclass(frozen=True, slots=True)
class Flow:
    """Anything with one rate. `path` reads the rate (fmol/ms), or, with `charges`, a current (pA) that over F times
    as many charges is the rate. `moves` are (place or nothing, species, amount); `charge_out` leaves the first side
    of `membrane` and is seen by its potential."""

    path: str
    charges: int | None
    moves: tuple[tuple[str | None, str, int], ...]
    membrane: str | None
    charge_out: int

    def rate(self, look: Look) -> Values:
        value = look(self.path)
        return value if self.charges is None else value / (self.charges * look("faraday"))


def flows_of(model: Model) -> list[Flow]:
    """All processes, those of scenarios included."""
    return [*own_flows(model), *injected_flows(model)]


def own_flows(model: Model) -> list[Flow]:
    """The model's own processes."""
    found = [flow for m in model.membranes for c in m.carriers for flow in _carrier(model, m, c)]
    for flux in model.fluxes:
        ends = tuple(end for m in flux.movements for end in _ends(m.origin, m.target, m.species, m.count))
        found.append(Flow(f"{flux.name}.rate", None, ends, None, 0))
    return found


def injected_flows(model: Model) -> list[Flow]:
    """What scenarios inject: the ion, if one is named, appears at the first side."""
    found: list[Flow] = []
    for i in model.injections:
        first = model.membrane(i.membrane).first
        z = 1 if i.carrier == "charge" else model.valence(i.carrier)
        moves = () if i.carrier == "charge" else ((first, i.carrier, 1),)
        found.append(Flow(f"{i.membrane}.inject({i.carrier})", z, moves, i.membrane, -z))
    return found


def _ends(
    origin: str | None, target: str | None, species: str, count: int
) -> tuple[tuple[str | None, str, int], ...]:
    return ((origin, species, -count), (target, species, count))


def _carrier(model: Model, m: Membrane, c: Carrier) -> Iterator[Flow]:
    path = f"{m.name}.{c.name}"
    for ion, _ in c.shares:
        if ion == "charge":
            yield Flow(f"{path}.current(charge)", 1, (), m.name, 1)
        else:
            yield Flow(
                f"{path}.flux({ion})", None, _ends(m.first, m.second, ion, 1), m.name, model.valence(ion)
            )
    if c.kind != "channel":
        ends = tuple(end for v in c.movements for end in _ends(v.origin, v.target, v.species, v.count))
        used = tuple((u.place, u.species, -u.count) for u in c.uses)
        out = sum(model.valence(species) * -count for place, species, count in ends if place == m.first)
        yield Flow(f"{path}.rate", None, (*ends, *used), m.name, out)
