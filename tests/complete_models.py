"""Models whose equilibria are known from formulas."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

O1 = """
param I = 0 uA/cm2
param E_K = -77 mV
bath inside { }
bath outside { }
membrane axon (inside | outside) {
    area = 1000 um2
    capacitance = 1 uF/cm2
    V from currents starting at -65 mV
    channel leak { carries charge;  conductance = 0.3 mS/cm2;  reversal = -54.387 mV }
    channel electrode { carries charge;  current = -I }
    channel NaV {
        carries charge;  reversal = 50 mV;  conductance = 120 mS/cm2 * m^3 * h
        gate m { alpha = 0.1 /mV/ms * linoid(V + 40 mV, 10 mV);  beta = 4 /ms * exp(-(V + 65 mV)/(18 mV)) }
        gate h { alpha = 0.07 /ms * exp(-(V + 65 mV)/(20 mV));  beta = 1 /ms / (1 + exp(-(V + 35 mV)/(10 mV))) }
    }
    channel KV {
        carries charge;  reversal = E_K;  conductance = 36 mS/cm2 * n^4
        gate n { alpha = 0.01 /mV/ms * linoid(V + 55 mV, 10 mV);  beta = 0.125 /ms * exp(-(V + 65 mV)/(80 mV)) }
    }
}
"""

FIRING = """
bath inside { }
bath outside { }
membrane m (inside | outside) {
    area = 1000 um2
    capacitance = 1 uF/cm2
    V from currents starting at -66 mV
    channel leak { carries charge;  conductance = 8 mS/cm2;  reversal = -80 mV }
    channel electrode { carries charge;  current = -4 uA/cm2 }
    channel NaP {
        carries charge;  reversal = 60 mV;  conductance = 20 mS/cm2 * p
        gate p { inf = 1/(1 + exp(-(V + 20 mV)/(15 mV)));  instantaneous }
    }
    channel KDR {
        carries charge;  reversal = -90 mV;  conductance = 10 mS/cm2 * n
        gate n { inf = 1/(1 + exp(-(V + 25 mV)/(5 mV)));  tau = 0.152 ms }
    }
}
"""
"""Persistent sodium and a fast potassium current: a rest, a saddle, and a cycle around an equilibrium."""


def polynomial_current(roots: Sequence[float]) -> str:
    """A membrane whose current is a polynomial of V with these roots [mV]."""
    factors = " * ".join(f"(V - ({root!r} mV))" for root in roots)
    return f"""
bath inside {{ }}
bath outside {{ }}
membrane m (inside | outside) {{
    area = 1000 um2
    capacitance = 1 uF/cm2
    V from currents starting at {roots[0] - 5!r} mV
    channel odd {{ carries charge;  current = 1 uA/cm2 * {factors} / (10 mV)^{len(roots)} }}
}}
"""


NA, K, CL, U = 145.0, 5.0, 150.0, 26.64  # mM outside, mV
G_NA, G_K = 0.02, 0.3  # mS/cm2


def pump_leak(strength: float) -> str:
    """A pump of constant current, ohmic leaks, water that follows: z = -1 on what cannot leave."""
    return f"""
thermal_voltage = {U} mV
ion Na {{ valence = +1 }}
ion K {{ valence = +1 }}
ion Cl {{ valence = -1 }}
impermeant A {{ valence = -1 }}
solute ATP
compartment inside {{
    volume = 1 pL
    Na = 20 mM
    K = 120 mM
    Cl = 20 mM
    A balances charge
    ATP = 0 mM held
}}
bath outside {{ Na = {NA} mM;  K = {K} mM;  Cl = {CL} mM }}
membrane m (inside | outside) {{
    area = 900 um2
    capacitance = 1 uF/cm2
    V from currents starting at -60 mV
    water W {{ permeability = 0.01 cm/s;  molar_volume = 18 mL/mol }}
    channel Na_leak {{ carries Na;  conductance = {G_NA} mS/cm2 }}
    channel K_leak {{ carries K;  conductance = {G_K} mS/cm2 }}
    channel Cl_leak {{ carries Cl;  conductance = 0.1 mS/cm2 }}
    pump NaK {{ moves 3 Na out, 2 K in, uses 1 ATP;  current = {0.1 * strength} uA/cm2 }}
}}
"""


def pump_leak_rest(strength: float) -> tuple[float, float]:
    """V [mV] and chloride inside [mM] where the inside is taken to be electroneutral.

    Na = Na_o exp(-(V + 3p/g_Na)/U), K = K_o exp(-(V - 2p/g_K)/U), Cl = Cl_o exp(V/U); with z = -1 charge and osmotic
    balance together say Na + K = Cl_o.
    """
    pump = 0.1 * strength
    cations = NA * math.exp(-3 * pump / G_NA / U) + K * math.exp(2 * pump / G_K / U)
    potential = -U * math.log(CL / cations)
    return potential, CL * float(np.exp(potential / U))
