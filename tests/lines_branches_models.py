"""Lines whose equilibria are followed over a parameter."""

from __future__ import annotations

from pathlib import Path
from textwrap import indent

ANOXIA = Path(__file__).parent.parent / "examples/anoxia.ion"

TWO_STATES = """
param g_up = 0.3 mS/cm2
{head} {{
    bath inside {{ }}
    bath outside {{ }}
    membrane wall (inside | outside) {{
        area = 1000 um2
        capacitance = 1 uF/cm2
        V from currents starting at -70 mV
        channel leak {{ carries charge;  conductance = 0.1 mS/cm2;  reversal = -70 mV }}
        channel up {{
            carries charge
            conductance = g_up / (1 + exp(-(V + 40 mV)/(4 mV)))
            reversal = 0 mV
        }}
    }}
}}
"""

JOINED = """
line row of {count} cell {{
    spacing = 20 um
    ends = closed
    axial inside {{ resistivity = {resistivity} ohm.cm;  cross_section = 5 um2;  carries charge }}
}}
"""

FRONT = """
solute u
param a = 0.5
param spread = {joint}e-6 cm2/s
arrangement cell {{
    compartment box {{ volume = 1 pL;  u = if x < {middle} um then 1 mM else 0 mM }}
    flux growth {{
        moves u from nothing to box
        rate = 1 pL * box.u * (1 mM - box.u) * (box.u - a * 1 mM) / (1 mM)^2 / (1 s)
    }}
}}
line row of {count} cell {{ spacing = 10 um;  ends = closed;  diffusion box {{ u = spread }} }}
{scenario}
"""


def two_states(count: int, resistivity: float = 500.0) -> str:
    """Cells with two resting potentials in a row; one cell by itself if there is one."""
    if count == 1:
        return TWO_STATES.format(head="arrangement cell")
    body = TWO_STATES.format(head="arrangement cell")
    return body + JOINED.format(count=count, resistivity=resistivity)


def front(count: int, joint: float, scenario: str = "") -> str:
    """du/dt = joint (u₊ − 2u + u₋) + u (1 − u)(u − a) per s, half of the row begun at 1 and half at 0."""
    return FRONT.format(count=count, joint=joint, middle=5 * count, scenario=scenario)


def neurons(count: int) -> str:
    """The neuron of `examples/anoxia.ion` in its closed bath, so many in a row between which potassium diffuses."""
    head, _, rest = ANOXIA.read_text(encoding="utf-8").partition("compartment inside")
    cell = "compartment inside" + rest.partition("\nscenario")[0]
    return f"""{head}arrangement patch {{
{indent(cell, "    ")}
}}
line tissue of {count} patch {{
    spacing = 50 um
    ends = closed
    diffusion outside {{ K = 1.96e-5 cm2/s;  tortuosity = 1.6 }}
}}
"""
