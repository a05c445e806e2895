"""The tests' own books of the tripartite synapse: each path of the file, and what one of it brings where."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ionlang.simulate.machine import Machine

Values = NDArray[np.float64]


def leaving(species: str, inside: str, count: int = 1) -> dict[str, int]:
    return {f"{inside}.{species}": -count, f"ecs.{species}": count}


FUEL = {"neuron": {"neuron.ATP": -1, "neuron.ADP": 1, "neuron.Pi": 1},
        "astrocyte": {"astrocyte.ATP": -1, "astrocyte.ADP": 1, "astrocyte.Pi": 1}}  # fmt: skip
CHANNELS = {
    "nerve": ("neuron", {"NaV": "Na", "KDR": "K", "CaV": "Ca", "Na_leak": "Na", "K_leak": "K", "Cl_leak": "Cl",
                         "Ca_leak": "Ca"}),
    "glia": ("astrocyte", {"Kir41": "K", "Cl_leak": "Cl", "Na_leak": "Na"}),
}  # fmt: skip
LINES = {  # what leaves the cell
    "nerve.NaK": ("neuron", {"Na": 3, "K": -2}, True),
    "nerve.PMCA": ("neuron", {"Ca": 1}, True),
    "nerve.NCX": ("neuron", {"Na": -3, "Ca": 1}, False),
    "nerve.KCC2": ("neuron", {"K": 1, "Cl": 1}, False),
    "nerve.release": ("neuron", {"glutamate": 1, "H": 1}, True),
    "glia.NaK": ("astrocyte", {"Na": 3, "K": -2}, True),
    "glia.NKCC1": ("astrocyte", {"Na": -1, "K": -1, "Cl": -2}, False),
    "glia.EAAT": ("astrocyte", {"Na": -3, "H": -1, "glutamate": -1, "K": 1}, False),
}
CHARGE = {"Na": 1, "K": 1, "Cl": -1, "Ca": 2, "H": 1, "glutamate": -1}


def books() -> dict[str, dict[str, int]]:
    found = {}
    for membrane, (cell, channels) in CHANNELS.items():
        for channel, ion in channels.items():
            found[f"{membrane}.{channel}.flux({ion})"] = leaving(ion, cell)
    for path, (cell, line, burns) in LINES.items():
        entry: dict[str, int] = dict(FUEL[cell]) if burns else {}
        for ion, count in line.items():
            entry |= leaving(ion, cell, count)
        found[f"{path}.rate"] = entry
    for name, cell in (("of_neuron", "neuron"), ("of_astrocyte", "astrocyte")):
        found[f"{name}.rate"] = {pool: -n for pool, n in FUEL[cell].items()}
    found["shuttle.rate"] = {
        "astrocyte.glutamate": -1, "neuron.glutamate": 1, "astrocyte.H": -1, "neuron.H": 1,
    }  # fmt: skip
    return found


BOOKS = books()
POOLS = tuple(dict.fromkeys(pool for entry in BOOKS.values() for pool in entry))
BROUGHT = np.array([[entry.get(pool, 0) for entry in BOOKS.values()] for pool in POOLS], dtype=float)


def valences(place: str) -> Values:
    """z of each pool in a place, 0 elsewhere."""
    inside = [pool.partition(".") for pool in POOLS]
    return np.array([CHARGE.get(ion, 0) if name == place else 0 for name, _, ion in inside], dtype=float)


def points(machine: Machine, seed: int, count: int = 6) -> Values:
    """States (n, count) of cells in all conditions, dying ones too."""
    random = np.random.default_rng(seed)
    volume = {"neuron": random.uniform(1.5, 2.3, count), "astrocyte": random.uniform(0.7, 1.2, count)}
    volume["ecs"] = 3.6 - volume["neuron"] - volume["astrocyte"]
    rows = []
    for state in machine.system.states:
        place = state.path.removeprefix("amount(").partition(".")[0]
        match state.kind:
            case "potential":
                rows.append(random.uniform(-110, 50, count))
            case "amount":
                rows.append(10 ** random.uniform(-1.5, 2, count) * volume[place])
            case "volume":
                rows.append(volume[place])
            case _:
                rows.append(random.uniform(0.01, 0.99, count))
    return np.array(rows)
