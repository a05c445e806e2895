"""Water: how fast volumes change, by the codes that the entries cite."""

from __future__ import annotations

import numpy as np

import ionlang
from tests.library_references import agree, reference

R = 8.31446261815324

CELL = """
temperature = 300 K
use osmosis
solute sucrose
compartment cell { volume = 1 pL;  sucrose = 300 mM }
bath saline { sucrose = 310 mM }
membrane wall (cell | saline) {
    area = 616 um2
    water W is osmosis.ENTRY
}
scenario shrink { run 60 s }
"""


def outflow(entry: str, outer: float) -> float:
    """Volume that leaves the cell, in pL/ms."""
    machine = ionlang.loads(CELL.replace("ENTRY", entry)).machine
    p = machine.parameters({"saline.sucrose": outer})
    y = np.array(machine.initial_state(p))[:, None]
    return float(machine.paths(["wall.W.rate"])(np.zeros(1), y, p)[0, 0])


def permeability(entry: str) -> tuple[float, float]:
    """Osmotic permeability (10 um/ms, which are cm/s) and molar volume (pL/fmol)."""
    machine = ionlang.loads(CELL.replace("ENTRY", entry)).machine
    p = machine.parameters({})
    y = np.array(machine.initial_state(p))[:, None]
    found = machine.paths(["wall.W.permeability", "wall.W.molar_volume"])(np.zeros(1), y, p)[:, 0]
    return float(found[0]), float(found[1])


def by_pressure(conductivity: float, outer: float) -> float:
    """dV/dt = G (psi_e - psi_i) into the cell, psi = -R T c (Pa): m3/s, here out and in pL/ms."""
    return conductivity * R * 300 * (outer - 300) * 1e15 / 1e3


def shrinks(entry: str, conductivity: float) -> None:
    """The closed form of v' = G R T (n/v - c_o) against a run: v - v_end + v_end ln falls in proportion to time."""
    solution = ionlang.loads(CELL.replace("ENTRY", entry)).run("shrink", rtol=1e-10)
    t = np.array([0.0, 5e3, 2e4, 6e4])
    v = solution.values(["cell.volume"], t)[0]
    end, rate = 300 / 310, conductivity * R * 300 * 310 * 1e15 / 1e3

    def elapsed(v: float) -> float:
        return float((1 - v) / rate + end / rate * np.log((1 - end) / (v - end)))

    agree([elapsed(float(each)) for each in v[1:]], t[1:], rtol=1e-6)


@reference("osmosis.neuron")
def neuron() -> None:
    """G_n = 2e-23 m3/Pa/s for A_m = 616e-12 m2."""
    for outer in (150.0, 310.0, 600.0):
        agree(outflow("neuron", outer), by_pressure(2e-23, outer))
    agree(outflow("neuron", 300.0), 0.0, atol=1e-15)
    shrinks("neuron", 2e-23)
    agree(permeability("neuron"), (2e-23 / 616e-12 * R * 300 / 18e-6 * 1e2, 18e-6))


@reference("osmosis.astrocyte")
def astrocyte() -> None:
    """G_g = 5e-23 m3/Pa/s for A_m = 616e-12 m2."""
    for outer in (150.0, 310.0, 600.0):
        agree(outflow("astrocyte", outer), by_pressure(5e-23, outer))
    shrinks("astrocyte", 5e-23)
    agree(permeability("astrocyte"), (5e-23 / 616e-12 * R * 300 / 18e-6 * 1e2, 18e-6))


@reference("osmosis.pump_leak")
def pump_leak() -> None:
    """tests/oracles/dusterwald2018.py: dw/dt = v_w p_w A (osm_i - osm_o), v_w = 0.018 dm3/mol, p_w = 0.0015 dm/s."""
    area = 616e-10  # dm2
    for outer in (150.0, 310.0, 600.0):
        litres_a_second = 0.018 * 0.0015 * area * (outer - 300) * 1e-3
        agree(outflow("pump_leak", outer), litres_a_second * 1e12 / 1e3)
