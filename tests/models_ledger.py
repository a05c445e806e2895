"""What each process of a model does, read from the structure: the test's own book-keeping of matter and charge."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tests.models_structure import Carrier, Membrane, Model, Potential

WATER = "water"
Values = NDArray[np.float64]
Look = Callable[[str], Values]


@dataclass(frozen=True, slots=True)
class Flow:
    """Anything with one rate. `path` reads the rate (fmol/ms), or, with `charges`, a current (pA) that over F times
    as many charges is the rate. `moves` are (place or nothing, species, amount); `charges` are (membrane, charge that
    leaves its first side) as potentials see it, `through` what crosses one membrane."""

    path: str
    charges: int | None
    moves: tuple[tuple[str | None, str, int], ...]
    through: tuple[str, int] | None
    charges_out: tuple[tuple[str, int], ...]

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
        found.append(Flow(f"{flux.name}.rate", None, ends, None, ()))
    for r in model.reactions:
        used = tuple((r.place, s, -n) for n, s in r.origins)
        made = tuple((r.place, s, n) for n, s in r.targets)
        found.append(Flow(f"{r.name}.rate", None, (*used, *made), None, ()))
    for m in model.membranes:
        for w in m.waters:
            ends = ((m.first, WATER, -1), (m.second, WATER, 1))
            found.append(Flow(f"{m.name}.{w.name}.rate", None, ends, None, ()))
    return found


def seen(m: Membrane, charge_out: int) -> tuple[tuple[str, int], ...]:
    """Which membranes' charges change: a gap junction has none, it charges those of which its V is the difference."""
    if m.way != "defined":
        return ((m.name, charge_out),)
    named = [piece.membrane for piece in m.potential if isinstance(piece, Potential)]
    return tuple(zip(named, (charge_out, -charge_out), strict=False))


def injected_flows(model: Model) -> list[Flow]:
    """What scenarios inject: the ion, if one is named, appears at the first side."""
    found: list[Flow] = []
    for i in model.injections:
        first = model.membrane(i.membrane).first
        z = 1 if i.carrier == "charge" else model.valence(i.carrier)
        moves = () if i.carrier == "charge" else ((first, i.carrier, 1),)
        charges = tuple((name, -z) for name in passed_by(model, i.membrane))
        found.append(Flow(f"{i.membrane}.inject({i.carrier})", z, moves, None, charges))
    return found


def stands_alone(model: Model, name: str) -> bool:
    """Whether no other membrane has a place of this one on a side, which may become its first one."""
    own = model.membrane(name)
    near = {
        p
        for place in (own.first, own.second)
        for p in next((g for g in model.groups if place in g), (place,))
    }
    others = [m for m in model.membranes if m.name != name and m.way != "defined"]
    return not any(near.intersection(m.places) for m in others)


def passed_by(model: Model, name: str) -> list[str]:
    """What is injected through a membrane leaves through all around it, if one way leads out from each place."""
    found, place = [name], model.membrane(name).second
    while True:
        group = next((g for g in model.groups if place in g), (place,))
        around = [m for m in model.membranes if m.way != "defined" and any(p in group for p in m.inside)]
        if len(around) > 1 or (around and around[0].name in found):
            return [name]
        if not around:
            return found
        found.append(around[0].name)
        place = around[0].second


def _ends(
    origin: str | None, target: str | None, species: str, count: int
) -> tuple[tuple[str | None, str, int], ...]:
    return ((origin, species, -count), (target, species, count))


def _carrier(model: Model, m: Membrane, c: Carrier) -> Iterator[Flow]:
    path, inner = f"{m.name}.{c.name}", c.inner or m.first
    for ion, _ in c.shares:
        if ion == "charge":
            yield Flow(f"{path}.current(charge)", 1, (), (m.name, 1), seen(m, 1))
        else:
            z, ends = model.valence(ion), _ends(inner, m.second, ion, 1)
            yield Flow(f"{path}.flux({ion})", None, ends, (m.name, z), seen(m, z))
    if c.kind != "channel":
        ends = tuple(end for v in c.movements for end in _ends(v.origin, v.target, v.species, v.count))
        used = tuple((u.place, u.species, -u.count) for u in c.uses)
        out = sum(model.valence(species) * -count for place, species, count in ends if place in m.inside)
        yield Flow(f"{path}.rate", None, (*ends, *used), (m.name, out), seen(m, out))
