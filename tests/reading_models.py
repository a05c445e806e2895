"""Small cells in which one thing is wrong, and what is said of them."""

from __future__ import annotations

import ionlang
from ionlang.constants import FARADAY, GAS_CONSTANT
from ionlang.diagnostics import Diagnostic

RT_F = GAS_CONSTANT.in_cell_units * 310.15 / FARADAY.in_cell_units  # mV

MATTER = """
temperature = 37 degC
ion K  { valence = +1 }
ion Na { valence = +1 }
ion Ca { valence = +2 }
ion Cl { valence = -1 }
solute ATP
impermeant A { valence = -1.2 }
"""
PLACES = """
bath inside  { Na = 10 mM; K = 140 mM; Cl = 10 mM; Ca = 0.0001 mM; ATP = 3 mM }
bath outside { Na = 145 mM; K = 4 mM; Cl = 149 mM; Ca = 2 mM }
"""
CELL = (
    MATTER
    + PLACES
    + """
membrane soma (inside | outside) {
    area = 1000 um2
    capacitance = 1 uF/cm2
    V from currents starting at -65 mV
    channel K_leak { carries K;  conductance = 0.1 mS/cm2 }
    channel both { carries K : 1, Na : 0.05;  permeability = 1e-7 cm/s }
    channel shunt { carries charge;  reversal = 0 mV;  conductance = 0.001 mS/cm2
        gate m { inf = 0.5;  tau = 2 ms }
        gate n { alpha = 1 /ms;  beta = 3 /ms }
        gate k { inf = 0.5;  instantaneous } }
    pump NaK { moves 3 Na out, 2 K in, uses 1 ATP;  current = 0.1 uA/cm2 }
}
"""
)
BALANCED = (
    MATTER
    + """
compartment inside { volume = 2 pL;  K = 140 mM;  Cl = 7 mM;  A balances charge }
bath outside { K = 4 mM;  Cl balances charge }
membrane soma (inside | outside) {
    area = 900 um2
    capacitance = 1 uF/cm2
    V from currents starting at -80 mV
    channel K_leak { carries K;  conductance = 0.1 mS/cm2 }
}
"""
)


def check(text: str) -> tuple[Diagnostic, ...]:
    return ionlang.loads(text, "cell.ion").check()


def codes(text: str) -> list[str]:
    """What is wrong or doubtful, apart from names that are not used and charge of no ion."""
    return [d.code for d in check(text) if d.code not in ("ION109", "ION313")]


def changed(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1, old
    return text.replace(old, new)


def with_scenario(lines: str, text: str = CELL) -> str:
    return f"{text}\nscenario trial {{\n{lines}\n}}\n"
