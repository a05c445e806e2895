"""Lines whose equilibria are followed over a parameter."""

from __future__ import annotations

import re
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

SHARED = """
solute glucose
bath vessel { glucose = 5 mM }
compartment csf  { volume = 0.05 pL;  glucose = 3 mM }
compartment pool { volume = 3 pL;  glucose = 2 mM }
param k = 0.02 /s
arrangement patch {
    compartment outside { volume = 2 pL * (1 + x/(1 mm));  glucose = 3 mM }
    flux uptake {
        moves glucose from outside to nothing
        rate = k * (1 + x/(50 um)) * outside.volume * outside.glucose
    }
    flux swap { moves glucose from outside to pool;  rate = 0.1 pL/s * (outside.glucose - pool.glucose) }
}
line tissue of 6 patch {
    spacing = 10 um
    ends    = closed
    diffusion outside {
        glucose = 6e-6 cm2/s;  tortuosity = 1.6;  cross_section = 200 um2;  first = vessel;  last = csf
    }
}
"""
CLOSED = re.sub(r"    flux uptake .*?\n    }\n", "", SHARED, flags=re.DOTALL).replace("first = vessel;  ", "")


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


SWINGING = """
param push = 0 pA
arrangement cell {
    bath inside { }
    bath outside { }
    membrane wall (inside | outside) {
        area = 1000 um2
        capacitance = 1 uF/cm2
        V from currents starting at -60 mV
        channel leak { carries charge;  conductance = 0.1 mS/cm2;  reversal = -60 mV }
        channel up {
            carries charge
            conductance = 0.4 mS/cm2 / (1 + exp(-(V + 35 mV)/(5 mV)))
            reversal = 50 mV
        }
        channel slow {
            carries charge
            conductance = 0.8 mS/cm2 * w
            reversal = -80 mV
            gate w { inf = 1/(1 + exp(-(V + 38 mV)/(5 mV)));  tau = 50 ms }
        }
        channel electrode { carries charge;  current = -push }
    }
}
"""


def swinging(count: int) -> str:
    """Cells that begin to swing when they are pushed, so many in a row; one by itself if there is one."""
    if count == 1:
        return SWINGING
    return SWINGING + JOINED.format(count=count, resistivity=20000)
