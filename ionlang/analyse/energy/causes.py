"""Who makes a pump work: its fuel, shared out over the ways by which each of its ions returns.

At rest a pump takes out of a place exactly what other ways bring in. So for each ion that it moves, the share of a way
is what it brings back over what all pumps of that ion take, counted with its sign; what the place itself gains or loses
is a share too. They sum to 1 for each ion, and each ion gives an account of the same fuel: they are not to be added.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ionlang.analyse.energy.budget import Bill, Cause
from ionlang.analyse.energy.ways import Way
from ionlang.constants import FARADAY
from ionlang.model.books.conservation_lines import is_between_copies
from ionlang.model.books.ledger import Pool, Process, injections, processes
from ionlang.model.cell import Cell

Rates = Mapping[str, float]


def bills(cell: Cell, ways: Sequence[Way], rates: Rates, per_oxygen: float) -> tuple[Bill, ...]:
    """The bill of every carrier with fuel, in the order of the file."""
    driven = [way for way in ways if way.driven and way.fuel is not None]
    return tuple(_bill(cell, way, driven, rates, per_oxygen) for way in driven)


def _bill(cell: Cell, way: Way, driven: Sequence[Way], rates: Rates, per_oxygen: float) -> Bill:
    assert way.fuel is not None
    species, count = way.fuel
    fuel = count * rates[way.rate]
    causes = tuple(cause for ion in _moved(way) for cause in _causes(cell, way, ion, driven, rates, fuel))
    return Bill(way.path, species, fuel, fuel / per_oxygen, causes)


def _moved(way: Way) -> tuple[str, ...]:
    return tuple(dict.fromkeys(species for (species, *_), _ in way.moves))


def _causes(
    cell: Cell, way: Way, ion: str, driven: Sequence[Way], rates: Rates, fuel: float
) -> Iterator[Cause]:
    """The ways that undo what the pump does to the ion, at the place where it does it."""
    place = _place_of(cell, way, ion)
    flows = {p.path: _brought(p, place, ion, rates) for p in _all(cell) if p.path in rates}
    own = flows.get(way.rate, 0.0)
    pumps = {w.rate for w in driven if flows.get(w.rate, 0.0) * own > 0}
    taken = sum(flows[path] for path in pumps if path in flows)
    if not taken or not fuel:
        return
    undone = 0.0
    for path, flow in flows.items():
        if path not in pumps and flow:
            share = -flow / taken
            undone += share
            yield Cause(ion, place, _owner(path), share, share * fuel)
    held = not _can_change(cell, place, ion)
    yield Cause(ion, place, None, 1.0 - undone, (1.0 - undone) * fuel, held)


def _all(cell: Cell) -> tuple[Process, ...]:
    """What copies hand on to one another brings nothing to all of them."""
    return tuple(p for p in (*processes(cell), *injections(cell)) if not is_between_copies(p))


def _owner(path: str) -> str:
    """The carrier, flux or reaction behind a rate; an injected current by its own path."""
    owner = path.partition(".flux(")[0].removesuffix(".rate")
    return owner.partition(".current(")[0]


def _place_of(cell: Cell, way: Way, ion: str) -> str:
    """Where the ion is counted: on the first side of the membrane, or on the other if only there can it change."""
    ends: list[str] = []
    for (species, _, origin, target), membrane in way.moves:
        if species == ion:
            inside = membrane is not None and target in membrane.inside
            ends += [target, origin] if inside else [origin, target]
    return next((name for name in ends if _can_change(cell, name, ion)), ends[0])


def _can_change(cell: Cell, name: str, ion: str) -> bool:
    place = cell.place(name)
    content = place.content(ion)
    return place.kind == "compartment" and content is not None and not content.held


def _brought(process: Process, place: str, ion: str, rates: Rates) -> float:
    """What a process brings to the place: amount per time."""
    change = process.change_of(Pool(place, ion))
    change += sum(amount for name, species, amount in process.elsewhere if (name, species) == (place, ion))
    size = 1 / FARADAY.in_cell_units if process.kind == "current" else 1.0
    return float(change) * rates[process.path] * size
