"""The equilibrium card against closed forms: Nernst, Goldman–Hodgkin–Katz, chord conductance, ledgers."""

from __future__ import annotations

from math import log

import pytest
from scipy.optimize import brentq

import ionlang
from ionlang.analyse.card import Card
from ionlang.constants import FARADAY, GAS_CONSTANT
from ionlang.model.evaluate import linoid

CELL = """
temperature = 310 K
ion K  {{ valence = +1 }}
ion Na {{ valence = +1 }}
ion Cl {{ valence = -1 }}
ion Ca {{ valence = +2 }}
bath inside  {{ K = 140 mM; Na = 15 mM; Cl = 7 mM; Ca = 0.0001 mM }}
bath outside {{ K = 3 mM; Na = 145 mM; Cl = 120 mM; Ca = 1.5 mM }}
param share = 0.05
membrane m (inside | outside) {{
    capacitance = 1 uF/cm2
    V from currents
    {channels}
}}
"""
RT_F = GAS_CONSTANT.in_cell_units * 310.0 / FARADAY.in_cell_units


def card(channels: str) -> Card:
    return ionlang.loads(CELL.format(channels=channels)).rest()


def test_ghk_of_several_ions_is_the_goldman_equation_and_the_rest() -> None:
    state = (
        card("channel leak { carries K : 1, Na : share, Cl : 0.45; permeability = 1e-6 cm/s }")
        .equilibria[0]
        .state
    )
    p = state.potentials["m"]
    exact = RT_F * log((3 + 0.05 * 145 + 0.45 * 7) / (140 + 0.05 * 15 + 0.45 * 120))
    assert pytest.approx(exact, abs=1e-9) == p.V
    assert p.ghk == pytest.approx(exact, abs=1e-9)
    assert p.chord == pytest.approx(exact, abs=1e-9)  # at a passive rest all three agree
    assert p.nernst["K"] == pytest.approx(RT_F * log(3 / 140), abs=1e-10)
    assert p.nernst["Cl"] == pytest.approx(-RT_F * log(120 / 7), abs=1e-10)
    assert p.nernst["Ca"] == pytest.approx(RT_F / 2 * log(1.5 / 0.0001), abs=1e-10)


def test_chord_of_ohmic_channels_weighs_reversals_by_conductance() -> None:
    channels = """
    channel a { carries K; conductance = 0.2 mS/cm2 }
    channel b { carries Na; conductance = share * 0.2 mS/cm2 }
    channel c { carries charge; conductance = 0.1 mS/cm2; reversal = -10 mV + 0.1 * V }
    """
    p = card(channels).equilibria[0].state.potentials["m"]
    E_K, E_Na = RT_F * log(3 / 140), RT_F * log(145 / 15)
    # 0.2 (V - E_K) + 0.01 (V - E_Na) + 0.1 (V + 10 - 0.1 V) = 0
    V = (0.2 * E_K + 0.01 * E_Na - 1.0) / (0.2 + 0.01 + 0.09)
    assert pytest.approx(V, abs=1e-9) == p.V
    assert p.chord == pytest.approx(V, abs=1e-9)


def test_ghk_of_ohmic_channels_uses_permeabilities_that_carry_the_same_currents() -> None:
    channels = "channel a { carries K; conductance = 0.2 mS/cm2 }  channel b { carries Ca; conductance = 0.01 mS/cm2 }"
    p = card(channels).equilibria[0].state.potentials["m"]
    assert p.ghk is not None

    def flow(V: float, z: float, inside: float, outside: float) -> float:
        u = z * V / RT_F
        return z * (inside * linoid(u) - outside * linoid(-u))

    ions = ((1.0, 140.0, 3.0, 0.2), (2.0, 0.0001, 1.5, 0.01))
    permeabilities = [
        g * (p.V - RT_F / z * log(out / into)) / flow(p.V, z, into, out) for z, into, out, g in ions
    ]
    net = lambda V: sum(P * flow(V, z, a, b) for P, (z, a, b, _) in zip(permeabilities, ions, strict=True))  # noqa: E731
    assert p.ghk == pytest.approx(brentq(net, -150, 150, xtol=1e-12), abs=1e-8)
    assert p.ghk == pytest.approx(
        p.V, abs=1e-8
    )  # the currents cancel at rest, so there is nothing left to drive V


def test_ledgers_of_charge_and_osmolarity() -> None:
    text = """
    temperature = 37 degC
    ion K { valence = +1 }
    ion Cl { valence = -1 }
    impermeant A { valence = -2 }
    solute G
    compartment inside { volume = 2 pL; K = 150 mM; Cl = 10 mM; G = 5 mM; A balances charge }
    bath outside { K = 5 mM; Cl = 150 mM }
    membrane m (inside | outside) {
        area = 1000 um2
        capacitance = 1 uF/cm2
        V from currents starting at -60 mV
        channel leak { carries K; permeability = 1e-6 cm/s }
    }
    """
    written = ionlang.loads(text).rest().as_written
    charge = written.charges["inside"]
    assert charge.capacitance == pytest.approx(10.0 * -60.0)  # 10 pF at -60 mV
    assert charge.matter == pytest.approx(charge.capacitance, rel=1e-9)
    impermeant = (150.0 - 10.0 - charge.matter / FARADAY.in_cell_units / 2.0) / 2.0
    assert written.concentrations["inside"]["A"] == pytest.approx(impermeant, rel=1e-12)
    assert written.osmolarity["inside"] == pytest.approx(150 + 10 + 5 + impermeant, rel=1e-12)
