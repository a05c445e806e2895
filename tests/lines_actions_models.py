"""Lines to act upon: a passive fibre, a strip in which something spreads."""

from __future__ import annotations


def fibre(count: int, spacing: str, scenario: str) -> str:
    """A cable of radius 2 um with R_m = 10 kohm.cm2, C_m = 1 uF/cm2, R_i = 150 ohm.cm; at rest V is 0."""
    return f"""
temperature = 37 degC
ion K {{ valence = +1 }}
param radius = 2 um
arrangement stretch {{
    bath inside  {{ K = 140 mM }}
    bath outside {{ K = 4 mM }}
    membrane wall (inside | outside) {{
        area        = 2 * pi * radius * spacing
        capacitance = 1 uF/cm2
        V from currents starting at 0 mV
        param g = 0.1 mS/cm2
        channel leak {{ carries K;  conductance = g;  reversal = 0 mV }}
    }}
}}
line fibre of {count} stretch {{
    spacing = {spacing}
    ends    = closed
    axial inside {{ resistivity = 150 ohm.cm;  cross_section = pi * radius^2;  carries K }}
}}
{scenario}"""


def strip(count: int, scenario: str, start: str = "1 mM", spacing: str = "20 um") -> str:
    """A solute that diffuses along places of 1 pL, and decays at a rate that can be given."""
    return f"""
solute marker
arrangement patch {{
    param decay = 0 /s
    compartment outside {{ volume = 1 pL;  marker = {start} }}
    flux loss {{ moves marker from outside to nothing;  rate = decay * outside.volume * outside.marker }}
}}
line tissue of {count} patch {{
    spacing = {spacing}
    ends    = closed
    diffusion outside {{ marker = 1e-5 cm2/s }}
}}
{scenario}"""
