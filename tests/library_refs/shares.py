"""What the other checks do not see, because it cancels in what they compare: how receptors share their current between
ions, and the molar volume of water."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

import ionlang
from tests.library_references import VOLTAGES, Probe, agree, membrane, reference

MATTER = "K 130/3.5, Na 14/145, Mg 0.5/1, Ca 0.0001/1.8, glutamate 4/0.01, GABA 1/0.002, Cl 6/120, HCO3 16/26"


@reference("synapses.AMPA", "synapses.NMDA", "synapses.AMPA_kinetic", "synapses.NMDA_kinetic")
def two_ions_share_evenly_and_turn_at_0_mV() -> None:
    """The sources have one current through 0 mV; half of it is potassium's, half sodium's."""
    for entry, gate in (
        ("AMPA", "open"),
        ("NMDA", "open"),
        ("AMPA_kinetic", "bound"),
        ("NMDA_kinetic", "bound"),
    ):
        opened = " { gate open { opens at release } }" if gate == "open" else ""
        carrier = f"channel X is synapses.{entry}(g_max = 3 nS){opened}"
        probe = Probe(f"event release\n{membrane('synapses', carrier, MATTER)}")
        given: dict[str, ArrayLike] = {"cell.V": VOLTAGES, f"cell.X.{gate}": 0.37}
        paths = ["cell.X.current", "cell.X.current(K)", "cell.X.current(Na)", "cell.X.total_conductance"]
        whole, potassium, sodium, conductance = probe.values(paths, given).values()
        agree(potassium, whole / 2)
        agree(sodium, whole / 2)
        agree(whole, conductance * VOLTAGES)


@reference("osmosis.neuron", "osmosis.astrocyte", "osmosis.pump_leak")
def water_has_its_molar_volume() -> None:
    """v_w = 0.018 dm3/mol."""
    for entry in ("neuron", "astrocyte", "pump_leak"):
        text = f"""temperature = 300 K
use osmosis
solute sucrose
compartment cell {{ volume = 1 pL;  sucrose = 300 mM }}
bath saline {{ sucrose = 310 mM }}
membrane wall (cell | saline) {{
    area = 616 um2
    water W is osmosis.{entry}
}}
"""
        machine = ionlang.loads(text).machine
        found = machine.parameter_value("wall.W.V_water", machine.parameters({}))
        agree(np.array(found), 0.018 * 1e-3)  # L/mol in pL/fmol: 1e12 over 1e15
