"""Currents of channels against the textbook, computed from concentrations, V and what the channel opens."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tests.models_built import Reading
from tests.models_conservation import near
from tests.models_ledger import Values
from tests.models_structure import Carrier, Membrane, Model, Quantity


def check_channels(model: Model, found: Reading) -> None:
    """Ions share an ohmic conductance g by their ratios: the sum of I/(V − E) is g, or the sum of I is g (V − E) about
    a reversal potential of the channel's own. An ion without a ratio has the constant-field current of the whole
    permeability."""
    channels = [(m, c) for m in model.membranes for c in m.carriers if c.kind == "channel"]
    for m, c in channels:
        path, V = f"{m.name}.{c.name}", found.look(f"{m.name}.V")
        currents = np.array([current(model, path, ion, found) for ion, _ in c.shares])
        laws = dict(c.properties)
        if "permeability" in laws:
            whole = found.look(f"{path}.total_permeability")
            for (_, ratio), part, field in zip(
                c.shares, currents, fields(model, m, c, V, found), strict=True
            ):
                if ratio is None:
                    near(part, whole * field.sum(axis=0), whole * np.abs(field).sum(axis=0), 1e-12, path)
        elif "conductance" in laws:
            whole = found.look(f"{path}.total_conductance")
            own = laws.get("reversal", ())
            if own and isinstance(own[0], Quantity):
                expected = whole * (V - float(own[0].number))
                near(currents.sum(axis=0), expected, np.abs(expected), 1e-10, path)
            elif not own:
                drives = np.array([V - nernst(model, m, c, ion, found) for ion, _ in c.shares])
                spread = whole * (1.0 + (1.0 / np.abs(drives)).sum(axis=0))
                near((currents / drives).sum(axis=0), whole, spread, 1e-10, path)


def current(model: Model, path: str, ion: str, found: Reading) -> Values:
    if ion == "charge":
        return found.look(f"{path}.current(charge)")
    return model.valence(ion) * found.look("faraday") * found.look(f"{path}.flux({ion})")


def nernst(model: Model, m: Membrane, c: Carrier, ion: str, found: Reading) -> Values:
    inside, outside = found.look(f"{c.inner or m.first}.{ion}"), found.look(f"{m.second}.{ion}")
    return found.look("thermal_voltage") / model.valence(ion) * np.log(outside / inside)


def fields(model: Model, m: Membrane, c: Carrier, V: Values, found: Reading) -> Iterator[Values]:
    """z F c_in L(u) and −z F c_out L(−u) for each ion, u = z V F/(R T), L(u) = u/(1 − exp(−u)), L(0) = 1."""
    for ion, _ in c.shares:
        z = model.valence(ion)
        u = np.where(V == 0.0, 1e-300, z * V / found.look("thermal_voltage"))
        inside, outside = found.look(f"{c.inner or m.first}.{ion}"), found.look(f"{m.second}.{ion}")
        charge = z * found.look("faraday")
        yield np.array([-charge * inside * u / np.expm1(-u), -charge * outside * u / np.expm1(u)])
