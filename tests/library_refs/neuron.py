"""Channels of mammalian neurons, transcribed from the mod files that the entries cite."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from tests.library_references import VOLTAGES as V
from tests.library_references import Probe, Values, agree, charge_numbers, membrane, reference

Pair = tuple[Values, Values]
"""A steady state, and a time constant in ms."""
IONS = "Na 14/145, K 130/3.5, Cl 6/120, Ca 0.0001/1.8"
CELSIUS = (21.0, 34.0, 37.0)
R, F = 8.31446261815324, 96485.33212


def probe(entry: str, arguments: str, celsius: float) -> Probe:
    carrier = f"channel X is neuron.{entry}({arguments})"
    return Probe(membrane("neuron", carrier, IONS, f"temperature = {celsius} degC"))


def from_rates(alpha: Values, beta: Values) -> Pair:
    return alpha / (alpha + beta), 1 / (alpha + beta)


def gates_agree(
    entry: str, arguments: str, source: dict[str, Callable[[], Pair]], faster: Callable[[float], float]
) -> None:
    """The gates of an entry are those of the source, at a few temperatures; `faster` is the source's factor."""
    for celsius in CELSIUS:
        found = probe(entry, arguments, celsius)
        for gate, formula in source.items():
            steady, constant = formula()
            inf, tau = found.gate(f"cell.X.{gate}", V)
            agree(inf, steady)
            agree(tau, constant / faster(celsius))


def conducts(entry: str, arguments: str, gates: dict[str, float], conductance: float) -> None:
    """The conductance (mS/cm2) with these openings."""
    given: dict[str, ArrayLike] = {
        "cell.V": -20.0,
        **{f"cell.X.{gate}": value for gate, value in gates.items()},
    }
    agree(
        probe(entry, arguments, 34.0).values(["cell.X.total_conductance"], given)["cell.X.total_conductance"],
        conductance,
    )


def unscaled(celsius: float) -> float:
    return 1.0


def cortex(celsius: float) -> float:
    """qt = 2.3^((34-21)/10), at 34 degC."""
    return 2.3 ** ((celsius - 21) / 10)


def pyramidal(celsius: float) -> float:
    """tadj = 3^((celsius-36)/10)."""
    return 3.0 ** ((celsius - 36) / 10)


def doubled(celsius: float) -> float:
    return 2.0


@reference("neuron.Na", "neuron.K", "neuron.Cl", "neuron.Ca")
def matter() -> None:
    assert charge_numbers("neuron") == {"Na": 1, "K": 1, "Cl": -1, "Ca": 2}


def hippocampal(vtraub: float) -> dict[str, Callable[[], Pair]]:
    v2, vh = V - vtraub, 5

    def m() -> Pair:
        alpha = 0.32 * (13 - v2) / (np.exp((13 - v2) / 4) - 1)
        return from_rates(alpha, 0.28 * (v2 - 40) / (np.exp((v2 - 40) / 5) - 1))

    def h() -> Pair:
        return from_rates(0.128 * np.exp((17 - v2 - vh) / 18), 4 / (1 + np.exp((40 - v2 - vh) / 5)))

    return {"m": m, "h": h}


@reference("neuron.NaV")
def hippocampal_sodium() -> None:
    gates_agree("NaV", "g = 100 mS/cm2", hippocampal(-55.0), pyramidal)
    gates_agree("NaV", "g = 100 mS/cm2, V_T = -63 mV", hippocampal(-63.0), pyramidal)
    conducts("NaV", "g = 100 mS/cm2", {"m": 0.4, "h": 0.7}, 100 * 0.4**3 * 0.7)


@reference("neuron.KDR")
def hippocampal_rectifier() -> None:
    v2 = V + 55
    a, b = 0.032 * (15 - v2) / (np.exp((15 - v2) / 5) - 1), 0.5 * np.exp((10 - v2) / 40)
    gates_agree("KDR", "g = 80 mS/cm2", {"n": lambda: from_rates(a, b)}, pyramidal)
    conducts("KDR", "g = 80 mS/cm2", {"n": 0.4}, 80 * 0.4**4)


def nata_m() -> Pair:
    alpha = (0.182 * (V - -38)) / (1 - (np.exp(-(V - -38) / 6)))
    return from_rates(alpha, (0.124 * (-V - 38)) / (1 - (np.exp(-(-V - 38) / 6))))


@reference("neuron.NaT")
def transient_sodium() -> None:
    def h() -> Pair:
        alpha = (-0.015 * (V - -66)) / (1 - (np.exp((V - -66) / 6)))
        return from_rates(alpha, (-0.015 * (-V - 66)) / (1 - (np.exp((-V - 66) / 6))))

    gates_agree("NaT", "g = 50 mS/cm2", {"m": nata_m, "h": h}, cortex)
    conducts("NaT", "g = 50 mS/cm2", {"m": 0.4, "h": 0.7}, 50 * 0.4**3 * 0.7)


@reference("neuron.NaP")
def persistent_sodium() -> None:
    def h() -> Pair:
        alpha = -2.88e-6 * (V + 17) / (1 - np.exp((V + 17) / 4.63))
        beta = 6.94e-6 * (V + 64.4) / (1 - np.exp(-(V + 64.4) / 2.63))
        return 1.0 / (1 + np.exp((V - -48.8) / 10)), 1 / (alpha + beta)

    def m() -> Pair:
        return 1.0 / (1 + np.exp((V - -52.6) / -4.6)), 6 * nata_m()[1]

    gates_agree("NaP", "g = 1 mS/cm2", {"m": m, "h": h}, cortex)
    conducts("NaP", "g = 1 mS/cm2", {"m": 0.4, "h": 0.7}, 0.4**3 * 0.7)


@reference("neuron.Kv3")
def high_threshold_rectifier() -> None:
    def m() -> Pair:
        steady = 1 / (1 + np.exp((V - 18.700) / (-9.700)))
        return steady, 0.2 * 20.000 / (1 + np.exp((V - (-46.560)) / (-44.140)))

    gates_agree("Kv3", "g = 30 mS/cm2", {"m": m}, unscaled)
    conducts("Kv3", "g = 30 mS/cm2", {"m": 0.4}, 30 * 0.4)


@reference("neuron.KA")
def transient_potassium() -> None:
    v = V + 10

    def m() -> Pair:
        return 1 / (1 + np.exp(-(v + 0) / 19)), 0.34 + 0.92 * np.exp(-(((v + 71) / 59) ** 2))

    def h() -> Pair:
        return 1 / (1 + np.exp(-(v + 66) / -10)), 8 + 49 * np.exp(-(((v + 73) / 23) ** 2))

    gates_agree("KA", "g = 20 mS/cm2", {"m": m, "h": h}, cortex)
    conducts("KA", "g = 20 mS/cm2", {"m": 0.4, "h": 0.7}, 20 * 0.4**4 * 0.7)


@reference("neuron.KM")
def m_current() -> None:
    def m() -> Pair:
        return from_rates(3.3e-3 * np.exp(2.5 * 0.04 * (V - -35)), 3.3e-3 * np.exp(-2.5 * 0.04 * (V - -35)))

    gates_agree("KM", "g = 0.1 mS/cm2", {"m": m}, cortex)
    conducts("KM", "g = 0.1 mS/cm2", {"m": 0.4}, 0.1 * 0.4)


@reference("neuron.HCN")
def hyperpolarisation_activated() -> None:
    def q() -> Pair:
        alpha = 0.001 * 6.907805613 * np.exp(-(V + 102.12240358) / 18.7137579766)
        return from_rates(alpha, 0.001 * 6.907805613 * np.exp((V + 102.12240358) / 21.7297609))

    gates_agree("HCN", "g = 0.1 mS/cm2", {"q": q}, unscaled)
    half, found = 0.5 * 0.1 * 0.3, probe("HCN", "g = 0.1 mS/cm2", 37.0)
    paths = ["cell.X.current(K)", "cell.X.current(Na)", "cell.E(K)", "cell.E(Na)"]
    i_K, i_Na, E_K, E_Na = found.values(paths, {"cell.V": V, "cell.X.q": 0.3}).values()
    agree(i_K, half * (V - E_K))
    agree(i_Na, half * (V - E_Na))


@reference("neuron.Ih")
def dendritic_ih() -> None:
    def m() -> Pair:
        alpha = 0.001 * 6.43 * (V + 154.9) / (np.exp((V + 154.9) / 11.9) - 1)
        return from_rates(alpha, 0.001 * 193 * np.exp(V / 33.1))

    gates_agree("Ih", "g = 0.1 mS/cm2", {"m": m}, unscaled)
    found = probe("Ih", "g = 0.1 mS/cm2", 34.0).values(["cell.X.current"], {"cell.V": V, "cell.X.m": 0.3})
    agree(found["cell.X.current"], 0.1 * 0.3 * (V + 45))


@reference("neuron.CaHVA")
def high_threshold_calcium() -> None:
    def m() -> Pair:
        alpha = (0.055 * (-27 - V)) / (np.exp((-27 - V) / 3.8) - 1)
        return from_rates(alpha, 0.94 * np.exp((-75 - V) / 17))

    def h() -> Pair:
        return from_rates(0.000457 * np.exp((-13 - V) / 50), 0.0065 / (np.exp((-V - 15) / 28) + 1))

    gates_agree("CaHVA", "g = 1 mS/cm2", {"m": m, "h": h}, unscaled)
    conducts("CaHVA", "g = 1 mS/cm2", {"m": 0.4, "h": 0.7}, 0.4**2 * 0.7)


@reference("neuron.CaLVA")
def low_threshold_calcium() -> None:
    v = V + 10

    def m() -> Pair:
        return 1 / (1 + np.exp((v - -30.0) / -6)), 5 + 20 / (1 + np.exp((v - -25.0) / 5))

    def h() -> Pair:
        return 1 / (1 + np.exp((v - -80.0) / 6.4)), 20 + 50 / (1 + np.exp((v - -40.0) / 7))

    gates_agree("CaLVA", "g = 1 mS/cm2", {"m": m, "h": h}, cortex)
    conducts("CaLVA", "g = 1 mS/cm2", {"m": 0.4, "h": 0.7}, 0.4**2 * 0.7)


def ghk_agrees(entry: str, gates: dict[str, float], opened: float) -> None:
    """The current (uA/cm2) at 1e-5 cm/s times `opened`: P z F times the difference of the two one-way fluxes."""
    celsius, inside, outside = 35.0, 0.0001, 1.8
    z = 1e-3 * 2 * F * V / (R * (celsius + 273.15))
    eco, eci = outside * z / (np.exp(z) - 1), inside * -z / (np.exp(-z) - 1)
    expected = 1e-5 * opened * 2 * F * (eci - eco)  # cm/s mC/cm3, mM being umol/cm3: uA/cm2 with F in uC/umol
    given: dict[str, ArrayLike] = {"cell.V": V, **{f"cell.X.{gate}": value for gate, value in gates.items()}}
    found = probe(entry, "P = 1e-5 cm/s", celsius).values(["cell.X.current"], given)
    agree(found["cell.X.current"], expected, rtol=1e-7)


@reference("neuron.CaL")
def l_type() -> None:
    def m() -> Pair:
        steady = 1 / (1 + np.exp((V - (-8.9)) / (-6.7)))
        return steady, 0.06 + 1 / (np.exp((V - 10) / 20) + np.exp((V - (-17)) / -48))

    def h() -> Pair:
        return 1 / (1 + np.exp((V - (-13.4)) / 11.9)), np.full_like(V, 44.3)

    gates_agree("CaL", "P = 1e-5 cm/s", {"m": m, "h": h}, doubled)
    gates_agree("CaL", "P = 1e-5 cm/s, speed = 1", {"m": m, "h": h}, unscaled)
    ghk_agrees("CaL", {"m": 0.4, "h": 0.7}, 0.4 * (0.7 * 0.17 + 1 - 0.17))


@reference("neuron.CaN")
def n_type() -> None:
    def m() -> Pair:
        steady = 1 / (1 + np.exp((V - (-3)) / (-8)))
        return steady, (0.06 + 1 / (np.exp((V - 25) / 18) + np.exp((V - (-31)) / -44))) * 2

    def h() -> Pair:
        return 1 / (1 + np.exp((V - (-74.8)) / 6.5)), np.full_like(V, 70.0)

    gates_agree("CaN", "P = 1e-5 cm/s", {"m": m, "h": h}, doubled)
    ghk_agrees("CaN", {"m": 0.4, "h": 0.7}, 0.4**2 * (0.7 * 0.21 + 1 - 0.21))


@reference("neuron.CaT")
def t_type() -> None:
    def m() -> Pair:
        return 1 / (1 + np.exp((V - -61.5) / -8.0)), 6.0 / (1 + np.exp((V + 66.0) / 15.0)) + 0.6

    def h() -> Pair:
        fast, slow = 4.3 / (1 + np.exp(0.06 * V)) + 8, 95 * np.exp(-(V + 58.0) / 25.0) + 20
        return 1 / (1 + np.exp((V - -73.7) / 9.1)), 0.9 * fast + (1 - 0.9) * slow

    gates_agree("CaT", "", {"m": m, "h": h}, unscaled)
    ghk_agrees("CaT", {"m": 0.4, "h": 0.7}, 0.4**3 * 0.7)
    text = membrane("neuron", "channel X is neuron.CaT", IONS)
    assert Probe(text).values(["cell.X.P"], {})["cell.X.P"] == 6.7e-6  # cm/s, which is 10 um/ms


@reference("neuron.SK")
def small_potassium() -> None:
    conducts("SK", "g = 2 mS/cm2", {"z": 0.3}, 2 * 0.3)
    calcium = np.array([5e-5, 2e-4, 4.3e-4, 1e-3, 5e-3])
    found = probe("SK", "g = 2 mS/cm2", 34.0)
    given = {"cell.V": np.full_like(calcium, -60.0), "inside.Ca": calcium}
    inf, tau = found.values(["cell.X.z.inf", "cell.X.z.tau"], given).values()
    agree(inf, 1 / (1 + (0.00043 / calcium) ** 4.8))
    agree(tau, 1.0)


@reference("neuron.Na_leak", "neuron.K_leak", "neuron.Cl_leak")
def leaks() -> None:
    """G_NA_L = 0.0175, G_K_L = 0.05, G_CL_L = 0.02 mS/cm2."""
    for ion, g in (("Na", 0.0175), ("K", 0.05), ("Cl", 0.02)):
        text = membrane("neuron", f"channel X is neuron.{ion}_leak", IONS)
        current, E = Probe(text).values(["cell.X.current", f"cell.E({ion})"], {"cell.V": V}).values()
        agree(current, g * (V - E))
