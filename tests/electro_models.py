"""Models whose copies exchange ions in a field, and through gap junctions."""

from __future__ import annotations

TUBE = """
temperature = 25 degC
ion Na {{ valence = +1 }}
ion Cl {{ valence = -1 }}
{further}
bath left  {{ Na = {left};  Cl = {left} }}
bath right {{ Na = {right};  Cl = {right} }}
arrangement slice {{ compartment pore {{ volume = {volume};  {held} }} }}
line tube of {count} slice {{
    spacing = {spacing}
    ends = closed
    electrodiffusion pore {{ Na = {d_Na};  Cl = {d_Cl};  {beside} }}
}}
scenario settling {{ run {length} }}
"""

GIVEN = {
    "further": "", "left": "100 mM", "right": "10 mM", "volume": "1 pL", "held": "Na = 50 mM;  Cl = 50 mM",
    "count": "20", "spacing": "10 um", "d_Na": "1.33e-5 cm2/s", "d_Cl": "2.03e-5 cm2/s",
    "beside": "first = left;  last = right", "length": "100 s",
}  # fmt: skip


def tube(**said: str) -> str:
    """Salt between two reservoirs, or alone."""
    return TUBE.format(**(GIVEN | said))


# Cells whose insides and outsides conduct: all charge is carried by ions that are counted.
CELLS = """
temperature = 37 degC
ion Na {{ valence = +1 }}
ion K  {{ valence = +1 }}
ion Cl {{ valence = -1 }}
impermeant A {{ valence = -1 }}
impermeant B {{ valence = {valence} }}

arrangement patch {{
    compartment outside {{ volume = {outside};  Na = 145 mM - {more};  K = 4 mM + {more};  Cl = 120 mM;  A balances charge }}
    compartment inside  {{ volume = {inside};  Na = 15 mM;  K = 130 mM;  Cl = 8 mM;  B balances charge }}
    membrane soma (inside | outside) {{
        area = 900 um2
        capacitance = 1 uF/cm2
        V from {way}
        channel K_leak  {{ carries K;   conductance = 0.1 mS/cm2 }}
        channel Na_leak {{ carries Na;  conductance = 0.01 mS/cm2 }}
        channel Cl_leak {{ carries Cl;  conductance = 0.02 mS/cm2 }}
    }}
}}
line tissue of {count} patch {{
    spacing = 50 um
    ends = closed
    {couplings}
}}
scenario later {{ run {length} }}
"""

IONS = "Na = 1.33e-5 cm2/s;  K = 1.96e-5 cm2/s;  Cl = 2.03e-5 cm2/s"
BOTH = f"electrodiffusion outside {{ {IONS};  tortuosity = 1.6 }}\n    electrodiffusion inside {{ {IONS};  tortuosity = 3 }}"
UNIFORM = {
    "valence": "-1", "outside": "0.7 pL", "inside": "2 pL", "more": "0 mM", "count": "8", "couplings": BOTH,
    "way": "currents starting at -80 mV", "length": "2 s",
}  # fmt: skip


def cells(**said: str) -> str:
    """A row of cells with leaks."""
    return CELLS.format(**(UNIFORM | said))


MORE = "10 mM * exp(-((x - 100 um)/(60 um))^2)"
"""More potassium around a cell."""
