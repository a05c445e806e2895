"""Receptors: their time courses, kinetics, block and reversal by formulas transcribed from the codes that they cite."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

import ionlang
from tests.library_references import VOLTAGES, Probe, Values, agree, membrane, reference

F, R, KELVIN = 96485.33212331002, 8.31446261815324, 310.15
RTF = 1e3 * R * KELVIN / F
"""mV"""

MATTER = "K 127/3.7, Na 13/147, Mg 0.9/1.3, Ca 0.00013/1.9, Cl 6.3/121, HCO3 16/26, glutamate 4/0.011, GABA 1.3/0.002"
OPENED = " { gate open { opens at release } }"

Law = Callable[[Values], Values]


def probe_of(entry: str) -> Probe:
    return Probe("event release\n" + membrane("synapses", f"channel X is synapses.{entry}", MATTER))


def compare(entry: str, gate: str, law: Law, path: str = "current") -> None:
    """That `cell.X.path` is what the law gives (pA, for 3 nS or a permeability of 3 um3/s) with the gate at 0.37."""
    probe = probe_of(entry)
    state: dict[str, Any] = {"cell.V": VOLTAGES, f"cell.X.{gate}": 0.37}
    agree(probe.values([f"cell.X.{path}"], state)[f"cell.X.{path}"], 0.37 * law(VOLTAGES))


def shares_alike(entry: str, gate: str) -> None:
    """That potassium and sodium carry half of the current each, and that it is 0 at 0 mV."""
    state: dict[str, ArrayLike] = {"cell.V": VOLTAGES, f"cell.X.{gate}": 0.37}
    paths = ["cell.X.current", "cell.X.current(K)", "cell.X.current(Na)"]
    whole, *halves = probe_of(entry).values(paths, state).values()
    for half in halves:
        agree(half, whole / 2)
    nothing = probe_of(entry).values(paths, {"cell.V": 0.0, f"cell.X.{gate}": 0.37})
    agree(np.array(list(nothing.values())), 0.0)


def opens(entry: str, rise: float, decay: float) -> None:
    """That after one event the gate is factor (exp(-t/decay) - exp(-t/rise)), the factor such that its peak is 1."""
    text = (
        probe_of(entry).text + "scenario one { run 100 ms\nclamp cell.V to -60 mV\nat 2 ms: fire release }\n"
    )
    solution = ionlang.loads(text).run("one", rtol=1e-10)
    peak = rise * decay / (decay - rise) * np.log(decay / rise)
    factor = 1 / (np.exp(-peak / decay) - np.exp(-peak / rise))
    t = np.array([0.05, 0.1, 0.3, peak, 1.0, 3.0, 10.0, 40.0])
    found = solution.values(["cell.X.open"], t + 2.0)[0]
    agree(found, factor * (np.exp(-t / decay) - np.exp(-t / rise)), rtol=1e-7, atol=1e-9)
    assert abs(found[3] - 1) < 1e-8


def unblocked(V: Values, Mg: float = 1.3) -> Values:
    """mgblock of nmda.mod: 1/(1 + exp(0.062 * -v) * (mg/3.57))."""
    return 1 / (1 + np.exp(0.062 * -V) * (Mg / 3.57))


def field(V: Values, valence: int, inner: float, outer: float) -> Values:
    """The constant-field current (pA) of 1 um3/s."""
    u = valence * V / RTF
    return 1e-6 * valence * F * u * (inner - outer * np.exp(-u)) / (1 - np.exp(-u))


def nernst(valence: int, inner: float, outer: float) -> float:
    return RTF / valence * float(np.log(outer / inner))


@reference("synapses.AMPA")
def ampa() -> None:
    """ampa.mod: tcon = .2, tcoff = 1.0, eampa = 0."""
    entry = "AMPA(g_max = 3 nS)" + OPENED
    shares_alike(entry, "open")
    compare(entry, "open", lambda V: 3 * V)
    opens(entry, 0.2, 1.0)


@reference("synapses.NMDA")
def nmda() -> None:
    """nmda.mod of the one: tcon = 2.3, tcoff = 95.0, enmda = 0; the block of the other."""
    entry = "NMDA(g_max = 3 nS)" + OPENED
    shares_alike(entry, "open")
    compare(entry, "open", lambda V: 3 * unblocked(V) * V)
    opens(entry, 2.3, 95.0)
    agree(unblocked(np.array([np.log(1 / 3.57) / 0.062]), 1.0), 0.5)  # -20.5 mV: half unblocked in 1 mM
    found = probe_of(entry).values(["cell.X.unblocked"], {"cell.V": VOLTAGES, "outside.Mg": 0.1})
    agree(found["cell.X.unblocked"], unblocked(VOLTAGES, 0.1))


@reference("synapses.NMDA_field")
def nmda_by_constant_field() -> None:
    entry = "NMDA_field(p_max = 3 um3/s, Ca_ratio = 9)" + OPENED

    def law(V: Values) -> Values:
        currents = field(V, 1, 127, 3.7) + field(V, 1, 13, 147) + 9 * field(V, 2, 0.00013, 1.9)
        return 3 * unblocked(V) * currents

    compare(entry, "open", law)
    opens(entry, 2.3, 95.0)


def two_paths(V: Values, share: float = 0.18) -> Values:
    """icl + ihco3 of gabaA_Cl.mod per conductance: (1-P)(v - ecl) + P (v - ehco3)."""
    ecl, ehco3 = -RTF * np.log(121 / 6.3), RTF * np.log(16 / 26)
    return (1 - share) * (V - ecl) + share * (V - ehco3)


@reference("synapses.GABA_A")
def gaba_a() -> None:
    """tau1 = .1, tau2 = 10, P = 0.18; it reverses at e = P ehco3 + (1-P) ecl."""
    entry = "GABA_A(g_max = 3 nS)" + OPENED
    compare(entry, "open", lambda V: 3 * two_paths(V))
    opens(entry, 0.1, 10.0)
    e = 0.18 * RTF * np.log(16 / 26) + 0.82 * nernst(-1, 6.3, 121)
    current = probe_of(entry).values(["cell.X.current"], {"cell.V": e, "cell.X.open": 1.0})["cell.X.current"]
    agree(current, 0.0, atol=1e-9)


@reference("synapses.GABA_A_field")
def gaba_a_by_constant_field() -> None:
    """It reverses at RT/F ln((Cl_i + P HCO3_i)/(Cl_o + P HCO3_o))."""
    entry = "GABA_A_field(p_max = 3 um3/s)" + OPENED
    compare(entry, "open", lambda V: 3 * (field(V, -1, 6.3, 121) + 0.18 * field(V, -1, 16, 26)))
    opens(entry, 0.1, 10.0)
    reversal = RTF * np.log((6.3 + 0.18 * 16) / (121 + 0.18 * 26))
    found = probe_of(entry).values(
        ["cell.X.current", "cell.X.current(Cl)"], {"cell.V": reversal, "cell.X.open": 1.0}
    )
    assert abs(found["cell.X.current"][0]) < 1e-9 * abs(found["cell.X.current(Cl)"][0])
    assert nernst(-1, 6.3, 121) < reversal < nernst(-1, 16, 26)


def binds(entry: str, transmitter: str, alpha: float, beta: float) -> None:
    """R' = alpha C (1 - R) - beta R."""
    probe = probe_of(entry)
    for C in (0.0005, 0.02, 1.0):
        given = {f"outside.{transmitter}": C, "cell.V": -60.0}
        inf, tau = probe.values(["cell.X.bound.inf", "cell.X.bound.tau"], given).values()
        agree(inf, alpha * C / (alpha * C + beta))
        agree(tau, 1 / (alpha * C + beta))


@reference("synapses.AMPA_kinetic")
def ampa_that_binds() -> None:
    """ampa.mod: Alpha = 0.94 /ms mM, Beta = 0.18 /ms, Erev = 0."""
    entry = "AMPA_kinetic(g_max = 3 nS)"
    shares_alike(entry, "bound")
    compare(entry, "bound", lambda V: 3 * V)
    binds(entry, "glutamate", 0.94, 0.18)


@reference("synapses.NMDA_kinetic")
def nmda_that_binds() -> None:
    """nmda.mod: Alpha = 0.072 /ms mM, Beta = 0.0066 /ms, Erev = 0; and mgblock."""
    entry = "NMDA_kinetic(g_max = 3 nS)"
    shares_alike(entry, "bound")
    compare(entry, "bound", lambda V: 3 * unblocked(V) * V)
    binds(entry, "glutamate", 0.072, 0.0066)


@reference("synapses.GABA_A_kinetic")
def gaba_a_that_binds() -> None:
    """gabaa.mod: Alpha = 10.5 /ms mM, Beta = 0.166 /ms."""
    entry = "GABA_A_kinetic(g_max = 3 nS)"
    compare(entry, "bound", lambda V: 3 * two_paths(V))
    binds(entry, "GABA", 10.5, 0.166)


CHARGES = {"Na": 1, "K": 1, "Cl": -1, "Ca": 2, "Mg": 2, "HCO3": -1, "glutamate": -1, "GABA": 0}


@reference(*(f"synapses.{name}" for name in CHARGES))
def charge_numbers() -> None:
    held = "".join(f" {name} = 1 mM;" for name in CHARGES)
    cell = ionlang.loads(f"use synapses\nbath fluid {{{held} }}\n").cell
    assert {s.name: float(s.valence) for s in cell.species} == CHARGES
