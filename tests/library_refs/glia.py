"""The astrocyte, transcribed from edNEGmodel.py: potentials there in V, conductances in S/m2 (10 S/m2 are 1 mS/cm2)."""

from __future__ import annotations

import numpy as np
import pytest

import ionlang
from tests.library_references import VOLTAGES, Probe, agree, charge_numbers, membrane, reference

IONS = "Na 14.5/142.3, K 101.2/3.54, Cl 5.65/131.9"
R, F = 8.31446261815324, 96485.33212


@reference("glia.Na", "glia.K", "glia.Cl", "glia.A")
def matter() -> None:
    assert charge_numbers("glia") == {"Na": 1, "K": 1, "Cl": -1, "A": -0.85}


@reference("glia.Kir41")
def inward_rectifier() -> None:
    text = membrane("glia", "channel X is glia.Kir41", IONS, "temperature = 35.99 degC")
    T, inside = 35.99 + 273.15, 101.2
    for outside in (1.0, 3.54, 12.0):
        phi_m = VOLTAGES / 1000
        E_K, bE_K = R * T / F * np.log(outside / inside), R * T / F * np.log(3.082 / 99.959)
        dphi, phi_m_mil, bE_K_mil = (phi_m - E_K) * 1000, phi_m * 1000, bE_K * 1000
        fact1 = (1 + np.exp(18.4 / 42.4)) / (1 + np.exp((dphi + 18.5) / 42.5))
        fact2 = (1 + np.exp(-(118.6 + bE_K_mil) / 44.1)) / (1 + np.exp(-(118.6 + phi_m_mil) / 44.1))
        current = 16.96 * np.sqrt(outside / 3.082) * fact1 * fact2 * (phi_m - E_K)  # A/m2
        found = Probe(text).values(["cell.X.current"], {"cell.V": VOLTAGES, "outside.K": outside})
        agree(found["cell.X.current"], 100 * current, rtol=1e-8)


@reference("glia.Na_leak", "glia.Cl_leak")
def leaks() -> None:
    """g_Na_leak_g = 1, g_Cl_leak_g = 0.5 S/m2."""
    for ion, g in (("Na", 1.0), ("Cl", 0.5)):
        text = membrane("glia", f"channel X is glia.{ion}_leak", IONS)
        current, E = Probe(text).values(["cell.X.current", f"cell.E({ion})"], {"cell.V": VOLTAGES}).values()
        agree(current, g / 10 * (VOLTAGES - E))


@reference("glia.cytosol")
def inside_an_astrocyte() -> None:
    """Na_sg0 = 14.5, K_sg0 = 101.2, Cl_sg0 = 5.65; X makes up the charge."""
    model = ionlang.loads("use glia\ncompartment cell is glia.cytosol { volume = 1 pL }\n")
    start = model.machine.parameters({})
    held = {
        p.path: model.machine.parameter_value(p.path, start)
        for p in model.cell.parameters
        if p.path != "temperature"
    }
    assert held.pop("cell.A") == pytest.approx((14.5 + 101.2 - 5.65) / 0.85)
    assert held == {"cell.volume": 1.0, "cell.Na": 14.5, "cell.K": 101.2, "cell.Cl": 5.65}
