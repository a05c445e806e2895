"""Matter and charge at the right-hand side of a generated model, against the test's own book-keeping.

What must vanish is measured against the sum of the sizes of its terms.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from tests.models_built import POINTS, Built, Reading
from tests.models_ledger import Flow, Values, flows_of, own_flows
from tests.models_structure import Model


def total(terms: Iterable[Values]) -> tuple[Values, Values]:
    """The sum of the terms and the sum of their sizes."""
    rows = np.array([np.zeros(POINTS), *terms])
    return rows.sum(axis=0), np.abs(rows).sum(axis=0)


def near(actual: Values, expected: Values, sizes: Values, share: float, what: object) -> None:
    """Both are equal to this share of the sizes; else the worst entry is shown."""
    actual, expected, sizes = np.broadcast_arrays(actual, expected, sizes)
    over = np.abs(actual - expected) - share * sizes
    worst = np.unravel_index(np.argmax(over), over.shape)
    assert over[worst] <= 0.0, (what, worst, actual[worst], expected[worst], sizes[worst])


def check_matter(model: Model, found: Reading) -> None:
    """Each amount changes by what the flows bring; the total of a species by what passes the borders of the finite
    places: baths, what is held, nothing, fuel, injected currents."""
    flows = [(flow, flow.rate(found.look)) for flow in flows_of(model)]
    for species in (s.name for s in model.species):
        brought = [(place, n * rate) for flow, rate in flows for place, s, n in flow.moves if s == species]
        changes = []
        for place in (p.name for p in model.places if f"{p.name}.{species}" in found.rates):
            changes.append(found.look(f"{place}.volume") * found.rates[f"{place}.{species}"])
            expected, sizes = total(term for where, term in brought if where == place)
            near(changes[-1], expected, sizes, 1e-12, f"{species} in {place}")
        crossing = [
            rate * sum(n for where, s, n in flow.moves if s == species and finite(model, where, s))
            for flow, rate in flows
        ]
        _, sizes = total(term for _, term in brought)
        near(total(changes)[0], total(crossing)[0], sizes, 1e-12, f"total of {species}")


def finite(model: Model, place: str | None, species: str) -> bool:
    return place is not None and model.place(place).changes(species)


def check_potentials(model: Model, found: Reading) -> None:
    """C dV/dt = −(sum of currents), and a membrane's current is that of its carriers."""
    flows = flows_of(model)
    for m in model.membranes:
        mine = [f for f in flows if f.membrane == m.name]
        currents = [f.charge_out * found.look("faraday") * f.rate(found.look) for f in mine]
        expected, sizes = total(currents)
        charging = found.look(f"{m.name}.total_capacitance") * found.rates[f"{m.name}.V"]
        near(charging, -expected, sizes, 1e-12, f"V of {m.name}")
        own, sizes = total(c for c, f in zip(currents, mine, strict=True) if ".inject(" not in f.path)
        near(found.look(f"{m.name}.current"), own, sizes, 1e-12, f"current of {m.name}")


def check_charge(model: Model, found: Reading) -> None:
    """The charge of a compartment and C·V of its membranes part only by what no membrane sees: charge of no named
    ion, plain fluxes, fuel, injected currents, and what is held."""
    faraday = found.look("faraday")
    for place in (p for p in model.places if p.kind == "compartment"):
        terms, unseen = [], []
        for s in (s for s in model.species if f"{place.name}.{s.name}" in found.rates):
            volume = found.look(f"{place.name}.volume")
            terms.append(float(s.valence) * faraday * volume * found.rates[f"{place.name}.{s.name}"])
        for m in (m for m in model.membranes if place.name in (m.first, m.second)):
            charging = found.look(f"{m.name}.total_capacitance") * found.rates[f"{m.name}.V"]
            terms.append(-charging if m.first == place.name else charging)
        for flow in flows_of(model):
            seen = 0
            if flow.membrane is not None:
                m = model.membrane(flow.membrane)
                seen = flow.charge_out * ((m.second == place.name) - (m.first == place.name))
            counted = sum(
                n * model.valence(s) for where, s, n in flow.moves if where == place.name and place.changes(s)
            )
            unseen.append((counted - seen) * faraday * flow.rate(found.look))
        sizes = charge_sizes(model, found, place.name)
        near(total(terms)[0], total(unseen)[0], sizes, 1e-12, f"charge of {place.name}")


def charge_sizes(model: Model, found: Reading, place: str) -> Values:
    """The sum of sizes of all that carries charge at a place or through its membranes."""
    sizes = np.zeros(POINTS)
    for flow in flows_of(model):
        rate = np.abs(found.look("faraday") * flow.rate(found.look))
        sizes += rate * sum(abs(n * model.valence(s)) for where, s, n in flow.moves if where == place)
        m = None if flow.membrane is None else model.membrane(flow.membrane)
        if m is not None and place in (m.first, m.second):
            sizes += rate * abs(flow.charge_out)
    return sizes


def check_laws(built: Built, found: Reading) -> None:
    """As many laws as the null space has dimensions (by singular values), independent, and none of them moves.
    Laws are of the model's own processes: they are tried where nothing is injected."""
    model, states = built.model, built.system.states
    flows = own_flows(model)
    pools = {s.path: [effect(model, flow, s.path) for flow in flows] for s in states}
    pools = {path: row for path, row in pools.items() if any(row)}
    rank = np.linalg.matrix_rank(np.array([*pools.values()], dtype=float)) if pools else 0
    laws = built.system.invariants
    assert len(laws) == len(pools) - rank
    matrix = np.zeros((len(laws), len(states)))
    weights = iter(found.weights)
    for i, law in enumerate(laws):
        moved, sizes = np.zeros(POINTS), np.zeros(POINTS)
        for index, _ in law.terms:
            path = states[index].path
            weight = next(weights)
            matrix[i, index] = weight[0] / matter_in_one(model, found, path)
            moved += weight * found.rates[path]
            rates = (np.abs(n * flow.rate(found.look)) for n, flow in zip(pools[path], flows, strict=True))
            sizes += abs(matrix[i, index]) * sum(rates)
        near(moved[:2], np.zeros(2), sizes[:2], 1e-12, law.name)
    assert len(laws) == 0 or np.linalg.matrix_rank(matrix) == len(laws)


def effect(model: Model, flow: Flow, path: str) -> int:
    """What one unit of a flow adds to a state, counted in amount; to a potential in charges."""
    place, _, species = path.partition(".")
    if species == "V":
        return -flow.charge_out * (flow.membrane == place)
    return sum(n for where, s, n in flow.moves if (where, s) == (place, species))


def matter_in_one(model: Model, found: Reading, path: str) -> float:
    """The amount (or number of charges) in one unit of a state."""
    place, _, species = path.partition(".")
    if species == "V":
        return float((found.look(f"{place}.total_capacitance") / found.look("faraday"))[0])
    return float(found.look(f"{place}.volume")[0])
