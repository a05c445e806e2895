"""Sodium pumps: net currents at given concentrations, transcribed from the code and the case files that they cite."""

from __future__ import annotations

import numpy as np

from tests.library_references import Probe, Values, agree, charge_numbers, membrane, reference

SODIUM = np.array([4.0, 9.3, 14.0, 18.0, 25.2, 40.0])
POTASSIUM = np.array([2.0, 2.9, 3.5, 5.5, 8.0, 30.0])
F = 96485.33212


def pumped(entry: str, arguments: str = "") -> Values:
    """The net current (uA/cm2) at these concentrations of sodium inside, potassium outside; checks 3 : 2 and ATP."""
    given = f"({arguments})" if arguments else ""
    text = membrane("pumps", f"pump X is pumps.{entry}{given}", "Na 14/145, K 130/3.5, ATP 3/1").replace(
        "; ATP = 1 mM", ""
    )
    paths = ["cell.X.current", "cell.X.current(Na)", "cell.X.current(K)", "cell.X.rate"]
    concentrations = {"inside.Na": SODIUM, "outside.K": POTASSIUM}
    net, sodium, potassium, cycles = Probe(text).values(paths, concentrations, "inside.Na").values()
    agree(sodium, 3 * net)
    agree(potassium, -2 * net)
    agree(cycles * 96485.33212, net)
    return net


@reference("pumps.Na", "pumps.K", "pumps.ATP")
def matter() -> None:
    assert charge_numbers("pumps") == {"Na": 1, "K": 1, "ATP": 0}


@reference("pumps.NaK")
def half_saturations() -> None:
    """imax = 0.013 mA/cm2, km_na = 10, km_k = 2; ina = 3 imax flux, ik = -2 imax flux."""

    def flux(km_na: float, km_k: float) -> Values:
        na, k = SODIUM, POTASSIUM
        return (1 / ((1 + km_k / k) * (1 + km_k / k))) * (
            1 / ((1 + km_na / na) * (1 + km_na / na) * (1 + km_na / na))
        )

    agree(pumped("NaK"), 1000 * 0.013 * flux(10, 2))
    agree(pumped("NaK", "K_Na = 6 mM"), 1000 * 0.013 * flux(6, 2))


def sigmoids(K_half: float) -> Values:
    return 1 / (1 + np.exp((25 - SODIUM) / 3)) / (1 + np.exp(K_half - POTASSIUM))


@reference("pumps.NaK_huebel_dahlem")
def huebel_dahlem() -> None:
    """tests/oracles/hubel_dahlem2014.py: rho = 6.8 uA/cm2, half at 25 and 5.5 mM."""
    agree(pumped("NaK_huebel_dahlem"), 6.8 * sigmoids(5.5))


@reference("pumps.NaK_zandt")
def zandt() -> None:
    """tests/oracles/zandt2011.py: rho = 1.25/gamma, gamma = 1e-2*3/7e-6/F (mM cm2/(uA s))."""
    gamma = 1e-2 * 3 / 7e-6 / F
    agree(pumped("NaK_zandt"), 1.25 / gamma * sigmoids(5.5))


@reference("pumps.NaK_wei")
def wei() -> None:
    """tests/oracles/wei2014.py: rho = rho_max/(1+exp((20-O)/3))/gamma, gamma = S/(F vol)*1e-2 of a sphere, half at 3.5 mM."""
    volume = 4 / 3 * np.pi * 7e-6**3
    gamma = 4 * np.pi * (3 * volume / (4 * np.pi)) ** (2 / 3) / (F * volume) * 1e-2
    for oxygen, argument in ((29.3, ""), (20.0, "oxygen = 20 mg/L"), (5.0, "oxygen = 5 mg/L")):
        rho = 0.8 / (1 + np.exp((20 - oxygen) / 3)) / gamma
        agree(pumped("NaK_wei", argument), rho * sigmoids(3.5))


@reference("pumps.NaK_astrocyte")
def astrocyte() -> None:
    """rho_g = 1.12e-6 mol/m2/s, cNa_treshold = 10, cK_treshold = 1.5."""
    j = 1.12e-6 * (SODIUM**1.5 / (SODIUM**1.5 + 10**1.5)) * (POTASSIUM / (POTASSIUM + 1.5))
    agree(pumped("NaK_astrocyte"), 100 * F * j)  # A/m2 are 100 uA/cm2


@reference("pumps.NaK_cubic")
def cubic() -> None:
    """tests/oracles/dusterwald2018.py: j_p = p (na/nao)^3 with p = 0.1/F mol/dm2/s; A/dm2 are 10000 uA/cm2."""
    agree(pumped("NaK_cubic"), 0.1 * 1e4 * (SODIUM / 145) ** 3)
