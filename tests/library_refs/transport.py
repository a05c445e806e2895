"""Carriers: rates by formulas transcribed from the codes that the entries cite, and limits by thermodynamics."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

import ionlang
from tests.library_references import VOLTAGES, Probe, Values, agree, membrane, reference

F, R = 96485.33212331002, 8.31446261815324
"""C/mol and J/mol/K, which in cell units are fC/fmol and aJ/fmol/K."""

PER_AREA = 1e-4
"""1 umol/m2/s through 100 um2, in fmol/ms."""

IONS = "Na 13/147, K 127/3.7, Cl 6.3/121, HCO3 11/24.5"
CALCIUM = "Na 13/147, Ca 0.00013/1.9, ATP 3/1"
GLUTAMATE = "Na 13/147, K 127/3.7, H 0.000063/0.00004, glutamate 4/0.011"
GABA = "Na 13/147, Cl 6.3/121, GABA 1.3/0.002"
GLUCOSE = "Na 13/147, glucose 0.7/2.9"

# At the start, loaded with sodium, with chloride, and with nearly all gradients gone.
STATES: tuple[dict[str, float], ...] = (
    {},
    {"inside.Na": 31.0, "outside.K": 11.0, "inside.Ca": 0.0011, "outside.glutamate": 0.4},
    {"inside.K": 88.0, "inside.Cl": 40.0, "outside.Na": 91.0, "outside.GABA": 0.3},
    {"inside.Na": 60.0, "outside.K": 40.0, "inside.Cl": 60.0, "outside.Cl": 70.0, "outside.Na": 80.0, "outside.Ca": 0.2},
)  # fmt: skip

Sides = dict[str, tuple[float, float]]
Law = Callable[[Sides, Values], Values | float]


def sides(matter: str, given: dict[str, float]) -> Sides:
    """Concentrations (mM) inside and outside."""
    found = {}
    for name, both in (part.split() for part in matter.split(",")):
        inner, outer = (float(value) for value in both.split("/"))
        found[name] = (given.get(f"inside.{name}", inner), given.get(f"outside.{name}", outer))
    return found


def probe_of(entry: str, matter: str, kelvin: float) -> Probe:
    kind = "pump" if entry.startswith("PMCA") else "transporter"
    carrier = f"{kind} X is transport.{entry}"
    return Probe(membrane("transport", carrier, matter, f"temperature = {kelvin} K"))


def compare(entry: str, matter: str, law: Law, path: str = "rate", kelvin: float = 310.15) -> None:
    """That the model's `cell.X.path` is what `law` gives, at many potentials and contents."""
    probe = probe_of(entry, matter, kelvin)
    known = {p.path for p in probe.model.cell.parameters}
    for state in STATES:
        held = {name: value for name, value in state.items() if name in known}
        found = probe.values([f"cell.X.{path}"], {"cell.V": VOLTAGES, **held})[f"cell.X.{path}"]
        agree(found, law(sides(matter, held), VOLTAGES) + 0 * VOLTAGES)


def stops(entry: str, matter: str, species: str, limit: float) -> None:
    """That at -70 mV and 310 K the rate is 0 where this species (`inside.glucose`) is `limit` (mM), and changes its sign
    there."""
    probe = probe_of(entry, matter, 310.0)
    below, at, above = (
        probe.values(["cell.X.rate"], {"cell.V": -70.0, species: limit * f})["cell.X.rate"][0]
        for f in (0.99, 1.0, 1.01)
    )
    assert below * above < 0
    assert abs(at) < 1e-9 * abs(below)


def thermal(kelvin: float) -> float:
    """RT/F (mV)."""
    return 1e3 * R * kelvin / F


@reference("transport.KCC2")
def kcc2() -> None:
    """j_kcc2 = U ln(K_n Cl_n/(K_e Cl_e)), U = 7.00e-7 mol/m2/s."""

    def law(c: Sides, V: Values) -> Values | float:
        return 0.7 * PER_AREA * np.log(c["K"][0] * c["Cl"][0] / (c["K"][1] * c["Cl"][1]))

    compare("KCC2", IONS, law)
    stops("KCC2", IONS, "inside.Cl", 121 * 3.7 / 127)


@reference("transport.KCC2_ohmic")
def kcc2_as_a_conductance() -> None:
    """tests/oracles/dusterwald2018.py: into the cell go g (E_K - E_Cl), with g = 2e-3/F S/dm2 and RT/F = 26.725 mV."""
    kelvin = 26.725e-3 * F / R

    def law(c: Sides, V: Values) -> Values | float:
        E_K, E_Cl = 26.725 * np.log(c["K"][1] / c["K"][0]), 26.725 * np.log(c["Cl"][0] / c["Cl"][1])
        return 2e-3 * 1e9 * 1e-8 / F * (E_Cl - E_K)  # dm2 = 1e8 um2 * 100; nS mV/(fC/fmol)

    compare("KCC2_ohmic", IONS, law, kelvin=kelvin)
    stops("KCC2_ohmic", IONS, "inside.Cl", 121 * 3.7 / 127)


def per_conductance(siemens: float, kelvin: float) -> float:
    """A conductance (S/m2) times RT/F over F, through 100 um2, in fmol/ms."""
    return siemens * 0.1 * thermal(kelvin) / F


@reference("transport.KCC1")
def kcc1() -> None:
    """J_KCC1_k = G ph ln(K_s Cl_s/(K_k Cl_k)) into the astrocyte, G = 1e-2 S/m2, ph = RT/F."""

    def law(c: Sides, V: Values) -> Values | float:
        return per_conductance(1e-2, 300.0) * np.log(c["K"][0] * c["Cl"][0] / (c["K"][1] * c["Cl"][1]))

    compare("KCC1", IONS, law, kelvin=300.0)
    stops("KCC1", IONS, "inside.Cl", 121 * 3.7 / 127)


def salt(c: Sides) -> float:
    """ln(Na K Cl^2) inside less outside."""
    return float(
        np.log(c["Na"][0] * c["K"][0] * c["Cl"][0] ** 2 / (c["Na"][1] * c["K"][1] * c["Cl"][1] ** 2))
    )


@reference("transport.NKCC1")
def nkcc1() -> None:
    """J_NKCC1_k = G ph ln(Na_s K_s Cl_s^2/(Na_k K_k Cl_k^2)) into the astrocyte, G = 5.54e-2 S/m2."""
    compare("NKCC1", IONS, lambda c, V: -per_conductance(5.54e-2, 300.0) * salt(c), kelvin=300.0)
    stops("NKCC1", IONS, "inside.Cl", 121 * np.sqrt(147 * 3.7 / (13 * 127)))


@reference("transport.NKCC1_neuron")
def nkcc1_of_a_neuron() -> None:
    """j_nkcc1 = U/(1 + exp(16 - K_e)) (ln(K Cl) + ln(Na Cl)) out of the neuron, U = 2.33e-7 mol/m2/s."""
    compare("NKCC1_neuron", IONS, lambda c, V: -0.233 * PER_AREA / (1 + np.exp(16 - c["K"][1])) * salt(c))
    stops("NKCC1_neuron", IONS, "inside.Cl", 121 * np.sqrt(147 * 3.7 / (13 * 127)))


@reference("transport.NBC")
def nbc() -> None:
    """J_NBC_k = G (v_k - E_NBC) into the astrocyte, E_NBC = -ph ln(Na_s HCO3_s^2/(Na_k HCO3_k^2)), G = 7.57e-1 S/m2."""

    def law(c: Sides, V: Values) -> Values | float:
        E = -thermal(300.0) * np.log(c["Na"][1] * c["HCO3"][1] ** 2 / (c["Na"][0] * c["HCO3"][0] ** 2))
        return 0.757 * 0.1 / F * (V - E)

    compare("NBC", IONS, law, kelvin=300.0)
    stops("NBC", IONS, "inside.Na", 147 * (24.5 / 11) ** 2 * np.exp(-70 / thermal(310.0)))


@reference("transport.NCX")
def ncx() -> None:
    """inaca of crnach_step.h, with its parameters; 100 um2 at 1 uF/cm2 are 1 pF."""
    scale = 1000 * F / (R * 310.0) / 1e6

    def law(c: Sides, V: Values) -> Values | float:
        (nai, nac), (cai, cac), u = c["Na"], c["Ca"], V * scale
        saturated = 1600.0 / (87.5**3 + nac**3) / (1.38 + cac) / (1 + 0.1 * np.exp((0.35 - 1) * u))
        return saturated * (nai**3 * cac * np.exp(0.35 * u) - nac**3 * cai * np.exp((0.35 - 1) * u))

    compare("NCX", CALCIUM, law, "current", 310.0)
    stops("NCX", CALCIUM, "inside.Ca", 1.9 * (13 / 147) ** 3 * np.exp(-70 / thermal(310.0)))


@reference("transport.PMCA")
def pmca() -> None:
    """IMAX_P c^2/(KD_P^2 + c^2), KD_P = 6.0e-5 mM."""
    compare(
        "PMCA(most = 0.1 umol/m2/s)", CALCIUM,
        lambda c, V: 0.1 * PER_AREA * c["Ca"][0] ** 2 / (6.0e-5**2 + c["Ca"][0] ** 2),
    )  # fmt: skip


@reference("transport.PMCA_heart")
def pmca_of_the_heart() -> None:
    """icap = Cm icapbar cai/(cai + kmcap), two charges an ion."""

    def law(c: Sides, V: Values) -> Values | float:
        return 0.275 * c["Ca"][0] / (c["Ca"][0] + 0.0005)

    compare("PMCA_heart", CALCIUM, law, "current")
    compare("PMCA_heart", CALCIUM, lambda c, V: law(c, V) / (2 * F))


@reference("transport.EAAT")
def eaat() -> None:
    """I_current of eaat2_current.m, less what comes back; the limit by the Gibbs energy of 3 Na, H, glutamate in, K out."""

    def reached(c: Sides, kelvin: float, V: Values) -> Values:
        """[glutamate] inside over outside, over the largest ratio that there can be."""
        most = (c["Na"][1] / c["Na"][0]) ** 3 * c["H"][1] / c["H"][0] * c["K"][0] / c["K"][1]
        return c["glutamate"][0] / c["glutamate"][1] / (most * np.exp(-2 * V / thermal(kelvin)))

    def law(c: Sides, V: Values) -> Values | float:
        Na, H, glu, K = c["Na"][1], c["H"][1], c["glutamate"][1], c["K"][1]
        current = (Na**2.3 / (46**2.3 + Na**2.3)) * (H / (26e-6 + H)) * (1 - 0.3 * (K / (12 + K)))
        return (
            0.1
            * PER_AREA
            * current
            * (glu / (1.58e-2 + glu))
            * np.exp(-0.0204 * V)
            * (1 - reached(c, 310.15, V))
        )

    compare("EAAT(most = 0.1 umol/m2/s)", GLUTAMATE, law)
    compare("EAAT(most = 0.1 umol/m2/s)", GLUTAMATE, lambda c, V: -2 * F * np.asarray(law(c, V)), "current")
    atlas = f"Na 15/145, K 140/3, H {10**-4.2}/{10**-4.4}, glutamate 1/0.00002"
    stops("EAAT(most = 0.1 umol/m2/s)", atlas, "inside.glutamate", 0.00002 * limits()["EAAT"])


def limits() -> dict[str, float]:
    """What uptake can reach, inside over outside, at -70 mV, 310 K, Na 15/145, Cl 7/120, K 140/3, pH 7.2/7.4."""
    q, volt = 145 / 15, np.exp(70 / thermal(310.0))
    return {
        "EAAT": q**3 * 10**-0.2 * (140 / 3) * volt**2,
        "GAT": q**2 * (120 / 7) * volt,
        "SGLT1": q**2 * volt**2,
        "SGLT2": q * volt,
    }


@reference("transport.EAAT", "transport.GAT", "transport.SGLT1", "transport.SGLT2")
def limits_of_uptake() -> None:
    """The figures of `tests/oracles/seed_numbers.py`."""
    agree(list(limits().values()), [5.0219e6, 2.2012e4, 17643.40, 132.828], rtol=2e-5)


@reference("transport.GAT")
def gat() -> None:
    def law(c: Sides, V: Values) -> Values | float:
        most = (c["Na"][1] / c["Na"][0]) ** 2 * c["Cl"][1] / c["Cl"][0] * np.exp(-V / thermal(310.15))
        bound = c["GABA"][1] / (c["GABA"][1] + 0.01)
        return 0.1 * PER_AREA * bound * (1 - c["GABA"][0] / c["GABA"][1] / most)

    entry = "GAT(most = 0.1 umol/m2/s, K_GABA = 10 uM)"
    compare(entry, GABA, law)
    compare(entry, GABA, lambda c, V: -F * np.asarray(law(c, V)), "current")
    stops(entry, "Na 15/145, Cl 7/120, GABA 1/0.0001", "inside.GABA", 0.0001 * limits()["GAT"])


@reference("transport.SGLT1")
def sglt1() -> None:
    """Outside: k12 = 8e4 /M2/s, k21 = 500 /s, k23 = 1e5 /M/s, k32 = 20 /s; what is bound, by these equilibria alone."""

    def law(c: Sides, V: Values) -> Values | float:
        Na, glucose = (1e-3 * c[name][1] for name in ("Na", "glucose"))
        bound = 8e4 / 500 * Na**2 / (1 + 8e4 / 500 * Na**2) * (1e5 / 20 * glucose) / (1 + 1e5 / 20 * glucose)
        most = (c["Na"][1] / c["Na"][0]) ** 2 * np.exp(-2 * V / thermal(310.15))
        return 0.1 * PER_AREA * bound * (1 - c["glucose"][0] / c["glucose"][1] / most)

    compare("SGLT1(most = 0.1 umol/m2/s)", GLUCOSE, law)
    entry = "SGLT1(most = 0.1 umol/m2/s)"
    stops(entry, "Na 15/145, glucose 1/0.01", "inside.glucose", 0.01 * limits()["SGLT1"])


@reference("transport.SGLT2")
def sglt2() -> None:
    """L (delta_mu_Na + delta_mu_Gluc), mu = rte ln c + z F V 1e-6 J/mmol; here L rte = 0.1 umol/m2/s."""
    rte = R * 310.15 / 1e3

    def law(c: Sides, V: Values) -> Values | float:
        sodium = rte * np.log(c["Na"][1] / c["Na"][0]) - F * V * 1e-6
        return 0.1 * PER_AREA / rte * (sodium + rte * np.log(c["glucose"][1] / c["glucose"][0]))

    compare("SGLT2(most = 0.1 umol/m2/s)", GLUCOSE, law)
    entry = "SGLT2(most = 0.1 umol/m2/s)"
    stops(entry, "Na 15/145, glucose 1/0.01", "inside.glucose", 0.01 * limits()["SGLT2"])


@reference("transport.GLUT")
def glut() -> None:
    """JGLCen = Tmax (e/(e + Kt) - n/(n + Kt)), Tmax = 0.0410 mM/s, Kt = 8.0 mM, SmVn = 25000 /cm."""
    per_area = 0.041e-6 / 25000 * 1e-6 * 1e12  # mol/cm3/s over 1/cm, through 1e-6 cm2, in fmol/ms

    def law(c: Sides, V: Values) -> Values | float:
        inner, outer = c["glucose"]
        return per_area * (outer / (outer + 8.0) - inner / (inner + 8.0))

    compare("GLUT", GLUCOSE, law)
    stops("GLUT", GLUCOSE, "inside.glucose", 2.9)


CHARGES = {
    "Na": 1,
    "K": 1,
    "Cl": -1,
    "Ca": 2,
    "H": 1,
    "HCO3": -1,
    "glutamate": -1,
    "GABA": 0,
    "glucose": 0,
    "ATP": 0,
}


@reference(*(f"transport.{name}" for name in CHARGES))
def charge_numbers() -> None:
    held = "".join(f" {name} = 1 mM;" for name in CHARGES)
    cell = ionlang.loads(f"use transport\nbath fluid {{{held} }}\n").cell
    assert {s.name: float(s.valence) for s in cell.species} == CHARGES
