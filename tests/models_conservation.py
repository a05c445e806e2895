"""Matter and charge at the right-hand side of a generated model, against the test's own book-keeping.

What must vanish is measured against the sum of the sizes of its terms.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from tests.models_built import POINTS, Built, Reading
from tests.models_ledger import WATER, Flow, Values, flows_of, own_flows
from tests.models_structure import Membrane, Model


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


def changes_in(found: Reading, place: str, species: str) -> bool:
    return f"{place}.{species}" in found.rates or f"amount({place}.{species})" in found.rates


def amount_rate(found: Reading, place: str, species: str) -> Values:
    """The rate of an amount, which is a state or goes by its concentration in a fixed volume."""
    rate = found.rates.get(f"amount({place}.{species})")
    return found.look(f"{place}.volume") * found.rates[f"{place}.{species}"] if rate is None else rate


def check_water(model: Model, found: Reading) -> None:
    """Each volume changes by the water that comes; what follows another loses what that gains."""
    flows = [(flow, flow.rate(found.look)) for flow in flows_of(model)]
    for place in (p for p in model.places if p.has_water):
        brought = [
            n * r for flow, r in flows for where, s, n in flow.moves if (where, s) == (place.name, WATER)
        ]
        expected, sizes = total(brought)
        near(found.rates[f"{place.name}.volume"], expected, sizes, 1e-12, f"volume of {place.name}")


def check_matter(model: Model, found: Reading) -> None:
    """Each amount changes by what the flows bring; the total of a species by what passes the borders of the finite
    places: baths, what is held, nothing, fuel, injected currents."""
    flows = [(flow, flow.rate(found.look)) for flow in flows_of(model)]
    for species in (s.name for s in model.species):
        brought = [(place, n * rate) for flow, rate in flows for place, s, n in flow.moves if s == species]
        changes = []
        for place in (p.name for p in model.places if changes_in(found, p.name, species)):
            changes.append(amount_rate(found, place, species))
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
    faraday = found.look("faraday")
    for m in model.membranes:
        if m.way != "defined":
            leaving = [(n, f) for f in flows for name, n in f.charges_out if name == m.name]
            expected, sizes = total(n * faraday * f.rate(found.look) for n, f in leaving)
            near(charging(found, m), -expected, sizes, 1e-12, f"V of {m.name}")
        own = [(f.through[1], f) for f in flows if f.through is not None and f.through[0] == m.name]
        expected, sizes = total(n * faraday * f.rate(found.look) for n, f in own)
        near(found.look(f"{m.name}.current"), expected, sizes, 1e-12, f"current of {m.name}")


def charging(found: Reading, m: Membrane) -> Values:
    """C dV/dt, or the rate of the charge where that is the state."""
    if m.way == "charge":
        return found.rates[f"{m.name}.charge"]
    return found.look(f"{m.name}.total_capacitance") * found.rates[f"{m.name}.V"]


def check_charge(model: Model, found: Reading) -> None:
    """The charge of a side and C·V of its membranes part only by what no membrane sees: charge of no named ion, plain
    fluxes, reactions and fuel, injected currents, and what is held."""
    faraday = found.look("faraday")
    for group in model.groups:
        terms, unseen = [], []
        for place in group:
            for s in (s for s in model.species if changes_in(found, place, s.name)):
                terms.append(float(s.valence) * faraday * amount_rate(found, place, s.name))
        for m in (m for m in model.membranes if m.way != "defined"):
            terms += [-charging(found, m)] * (m.first in group) + [charging(found, m)] * (m.second in group)
        for flow in flows_of(model):
            here = [
                (n, model.valence(s))
                for where, s, n in flow.moves
                if where in group and s != WATER and model.place(str(where)).changes(s)
            ]
            taken = [n * (count(model, m, group)) for m, n in flow.charges_out]
            unseen.append((sum(n * z for n, z in here) - sum(taken)) * faraday * flow.rate(found.look))
        near(
            total(terms)[0], total(unseen)[0], charge_sizes(model, found, group), 1e-12, f"charge of {group}"
        )


def count(model: Model, name: str, group: Sequence[str]) -> int:
    """How much of what leaves the first side of a membrane comes to these places: 1, −1 or nothing."""
    m = model.membrane(name)
    return (m.second in group) - (m.first in group)


def charge_sizes(model: Model, found: Reading, group: Sequence[str]) -> Values:
    """The sum of sizes of all that carries charge at places or through their membranes."""
    sizes = np.zeros(POINTS)
    for flow in flows_of(model):
        rate = np.abs(found.look("faraday") * flow.rate(found.look))
        here = (abs(n * model.valence(s)) for where, s, n in flow.moves if where in group and s != WATER)
        sizes += rate * (sum(here) + sum(abs(n * count(model, m, group)) for m, n in flow.charges_out))
    return sizes


def check_laws(built: Built, found: Reading) -> None:
    """As many laws as the null space has dimensions (by singular values), independent, and none of them moves.
    Laws are of the model's own processes: they are tried where nothing is injected, and where areas are fixed."""
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
        assert law.exact == (not any(is_loose(model, states[index].path) for index, _ in law.terms))
        if law.exact:
            near(moved[:2], np.zeros(2), sizes[:2], 1e-12, law.name)
    assert len(laws) == 0 or np.linalg.matrix_rank(matrix) == len(laws)


def effect(model: Model, flow: Flow, path: str) -> int:
    """What one unit of a flow adds to a state, counted in amount; to a potential in charges."""
    place, _, species = path.removeprefix("amount(").removesuffix(")").partition(".")
    if species in ("V", "charge"):
        return -sum(n for name, n in flow.charges_out if name == place)
    wanted = WATER if species == "volume" else species
    return sum(n for where, s, n in flow.moves if (where, s) == (place, wanted))


def is_loose(model: Model, path: str) -> bool:
    """Whether the charge of a potential is not kept exactly, for the area follows a volume."""
    name, _, word = path.partition(".")
    area = model.membrane(name).area if word == "V" else ()
    return any(isinstance(piece, str) and ".volume" in piece for piece in area)


def matter_in_one(model: Model, found: Reading, path: str) -> float:
    """The amount (or number of charges, or volume) in one unit of a state."""
    place, _, species = path.partition(".")
    if species == "V":
        return float((found.look(f"{place}.total_capacitance") / found.look("faraday"))[0])
    if species == "charge":
        return float(1 / found.look("faraday")[0])
    if path.startswith("amount(") or species == "volume":
        return 1.0
    return float(found.look(f"{place}.volume")[0])
