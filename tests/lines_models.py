"""Models with lines, and the same written out by hand."""

from __future__ import annotations

import numpy as np

from ionlang.simulate.machine import Machine

HEAD = """
thermal_voltage = 26.64 mV
ion Na { valence = +1 }
ion K  { valence = +1 }
solute ATP
param spread_of_K = 1.96e-5 cm2/s
"""

CELL = """
    compartment inside  {{ volume = 2 pL;  Na = 25 mM;  K = {inside_K};  ATP = 3 mM held }}
    compartment outside {{ volume = {outside_volume};  Na = 125 mM;  K = {outside_K} }}
    membrane soma (inside | outside) {{
        area = 900 um2
        capacitance = 1 uF/cm2
        V from currents starting at -67 mV
        channel K_leak  {{ carries K;   conductance = 0.05 mS/cm2 }}
        channel Na_leak {{ carries Na;  conductance = 0.0175 mS/cm2 }}
        channel KDR {{
            carries K
            conductance = 40 mS/cm2 * n^4
            gate n {{
                alpha = 0.03 /mV/ms * linoid(V + 34 mV, 10 mV)
                beta = 0.375 /ms * exp(-(V + 44 mV)/(80 mV))
            }}
        }}
        pump NaK {{
            moves 3 Na out, 2 K in, uses 1 ATP
            current = 6.8 uA/cm2 / (1 + exp((25 mM - in.Na)/(3 mM))) / (1 + exp((5.5 mM - out.K)/(1 mM)))
        }}
    }}
"""

UNIFORM = {"inside_K": "129 mM", "outside_K": "4 mM", "outside_volume": "0.7 pL"}


def tissue(count: int, scenario: str = "", **said: str) -> str:
    """Cells in a row whose outside K diffuses, with a gap junction's worth of axial conductance inside."""
    cell = CELL.format(**(UNIFORM | said))
    return f"""{HEAD}
arrangement patch {{{cell}}}
line tissue of {count} patch {{
    spacing = 50 um
    ends = closed
    diffusion outside {{ K = spread_of_K;  tortuosity = 1.6 }}
    axial inside {{ resistivity = 2000 ohm.cm;  carries K }}
}}
{scenario}"""


def written_out(volumes: tuple[str, ...], potassium: tuple[str, ...]) -> str:
    """The same row of cells as `tissue`, each an arrangement of its own, with plain fluxes and gap junctions."""
    cells, joints = [], []
    for i, (volume, held) in enumerate(zip(volumes, potassium, strict=True)):
        cell = CELL.format(**(UNIFORM | {"outside_volume": volume, "outside_K": held}))
        cells.append(f"arrangement c{i} {{{cell}}}")
    for i in range(len(volumes) - 1):
        a, b = f"c{i}", f"c{i + 1}"
        joints.append(f"""
let between_{i} = 2 * spread_of_K/1.6^2/(50 um) / (50 um / {a}.outside.volume + 50 um / {b}.outside.volume)
flux from_{i} {{ moves K from {a}.outside to {b}.outside;  rate = between_{i} * ({a}.outside.K - {b}.outside.K) }}
membrane gap_{i} ({a}.inside | {b}.inside) {{
    V = {a}.soma.V - {b}.soma.V
    channel joint {{ carries K;  conductance = 2 pL/(50 um)/(2000 ohm.cm * 50 um);  reversal = 0 mV }}
}}""")
    return HEAD + "\n".join(cells) + "\n".join(joints)


def band_and_slopes(machine: Machine, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """The Jacobian of a line near its start, from its band and from differences of its rates."""
    p = machine.parameters({})
    start = np.array(machine.initial_state(p))
    y = start * np.random.default_rng(seed).uniform(0.9, 1.1, start.size)
    below, above = machine.functions.band or (0, 0)
    band, n = machine.vector.jacobian(0.0, y, p), y.size
    found = np.zeros((n, n))
    for i in range(n):
        for j in range(max(0, i - below), min(n, i + above + 1)):
            found[i, j] = band[above + i - j, j]
    steps = 1e-6 * np.maximum(np.abs(y), 1e-3)
    slopes = [
        (machine.vector.rhs(0.0, y + h * e, p) - machine.vector.rhs(0.0, y - h * e, p)) / (2 * h)
        for h, e in zip(steps, np.eye(n), strict=True)
    ]
    return found, np.array(slopes).T


LEAKY_CELL = """
temperature = 37 degC
ion Na { valence = +1 }
ion K  { valence = +1 }
ion Cl { valence = -1 }
impermeant A { valence = -1 }
solute ATP
bath serum { Na = 145 mM;  K = 4 mM;  Cl = 149 mM }
arrangement cell {
    compartment inside { volume = 2 pL;  Na = 15 mM;  K = 140 mM;  Cl = 8 mM;  A balances charge;  ATP = 3 mM held }
    membrane soma (inside | serum) {
        area = 900 um2
        capacitance = 1 uF/cm2
        V from currents starting at -75 mV
        channel Na_leak { carries Na;  conductance = if x < 100 um then 0.03 mS/cm2 else 0.01 mS/cm2 }
        channel K_leak  { carries K;   conductance = 0.1 mS/cm2 }
        channel Cl_leak { carries Cl;  conductance = 0.02 mS/cm2 }
        pump NaK { moves 3 Na out, 2 K in, uses 1 ATP;  current = 1.5 uA/cm2 * hill(in.Na, 15 mM, 3) }
    }
}
"""
"""Cells of which the first ones leak more sodium; a line is still to be made of them."""
