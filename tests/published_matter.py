"""What the rates of published models must be in which amounts and volumes move, by the references alone: see
`published_cases`. Amounts are in fmol, volumes in pL, charges in fC, times in ms."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from tests.oracles import dusterwald2018, wei2014, zandt2011
from tests.published_cases import EXAMPLES, Published, Sample

IONS = ("Na", "K", "Cl")
Numbers = NDArray[np.float64]


def _largest(*terms: float) -> float:
    return float(max(abs(term) for term in terms))


# Zandt and others 2011: states V n h Ko Nai Ki Nao Cli Clo


def _zandt_sample(state: Numbers) -> Sample:
    z = zandt2011
    rates = z.rhs(0.0, state, 1.0, 1.0, 1.0, 0.0)
    V, n, h, Ko, Nai, Ki, Nao, Cli, Clo = state
    names = (
        "soma.V", "soma.KDR.n", "soma.NaV.h", "outside.K", "inside.Na", "inside.K", "outside.Na", "inside.Cl",
        "outside.Cl",
    )  # fmt: skip
    am, bm = 0.1 * z.lin(V + 30), 4 * np.exp(-(V + 55) / 18)
    m = am / (am + bm)
    Na, K, Cl = V - z.E0 * np.log(Nao / Nai), V - z.E0 * np.log(Ko / Ki), V - z.E0 * np.log(Cli / Clo)
    pump = z.rho / (1 + np.exp((25 - Nai) / 3)) / (1 + np.exp(5.5 - Ko))
    sodium, potassium, chloride = (100 * m**3 * h * Na, 0.0175 * Na), (40 * n**4 * K, 0.05 * K), (0.05 * Cl,)
    flow = 1e-3 * z.gam
    taken = 1e-3 * z.G / (1 + np.exp((18 - Ko) / 2.5)), 1e-3 * z.eps * Ko, 1e-3 * z.eps * z.kb
    inside = {
        "Na": flow * _largest(*sodium, 3 * pump),
        "K": flow * _largest(*potassium, 2 * pump),
        "Cl": flow * _largest(*chloride),
    }
    an, bn = 0.01 * z.lin(V + 34), 0.125 * np.exp(-(V + 44) / 80)
    ah, bh = 0.07 * np.exp(-(V + 44) / 20), 1 / (1 + np.exp(-0.1 * (V + 14)))
    sizes = {
        "soma.V": _largest(*sodium, *potassium, *chloride),
        "soma.KDR.n": z.phi * _largest(an * (1 - n), bn * n),
        "soma.NaV.h": z.phi * _largest(ah * (1 - h), bh * h),
    }
    sizes |= {f"inside.{ion}": size for ion, size in inside.items()}
    sizes |= {f"outside.{ion}": z.beta * size for ion, size in inside.items()}
    sizes["outside.K"] = _largest(sizes["outside.K"], *taken)
    return Sample(
        dict(zip(names, map(float, state), strict=True)), dict(zip(names, map(float, rates), strict=True)), sizes
    )  # fmt: skip


def zandt() -> Published:
    random = np.random.default_rng(2011)
    near = [zandt2011.IC * (1 + d * random.uniform(-1, 1, 9)) for d in (0.0, 1e-3, 0.01, 0.02, 0.05)]
    voltages = (-30.0, -34.0, -34.0 + 1e-8, *random.uniform(-80, 30, 12).tolist())
    wide = [
        np.array([V, *random.uniform(0.02, 0.98, 2), random.uniform(2, 60), *random.uniform(10, 140, 5)])
        for V in voltages
    ]
    samples = tuple(_zandt_sample(y) for y in (*near, *wide))
    path = EXAMPLES / "published" / "zandt_2011.ion"
    return Published(path, _zandt_sample(zandt2011.IC).state, samples)


# Düsterwald and others 2018: states Na K Cl [mol] and the volume [dm3]; V from the charge


def _duesterwald_sample(concentrations: Numbers, swollen: float) -> Sample:
    """At these concentrations [mol/dm3] of Na, K, Cl and at this volume over that of the start."""
    d = dusterwald2018
    w, X = d.W0 * swollen, 154.962e-3 * d.W0
    amounts = np.array([*(concentrations * w), w])
    na, k, cl, x, area, V = d.derived(amounts, X)
    rates = d.rhs(0.0, amounts, X, -1.0, d.gKC)
    charging = d.F * (rates[0] + rates[1] - rates[2])
    pump = 0.1 / d.F * (na / d.nao) ** 3
    E = {"Na": d.RTF * np.log(d.nao / na), "K": d.RTF * np.log(d.ko / k), "Cl": d.RTF * np.log(cl / d.clo)}
    both = d.gKC * (E["K"] - E["Cl"])
    terms = {
        "Na": _largest(d.gNa * (V - E["Na"]), 3 * pump),
        "K": _largest(d.gK * (V - E["K"]), 2 * pump, both),
        "Cl": _largest(d.gCl * (V - E["Cl"]), both),
    }
    state = {"soma.charge": 1e15 * V * d.C * area, "inside.volume": 1e12 * w}
    slopes = {"soma.charge": 1e12 * charging, "inside.volume": 1e9 * rates[3]}
    water = d.vw * d.pw * area * max(d.ose, na + k + cl + x)
    sizes = {"soma.charge": 1e12 * d.F * area * max(terms.values()), "inside.volume": 1e9 * water}
    for i, ion in enumerate(IONS):
        path = f"amount(inside.{ion})"
        state[path], slopes[path], sizes[path] = 1e15 * amounts[i], 1e12 * rates[i], 1e12 * area * terms[ion]
    y, slopes, sizes = ({k: float(v) for k, v in part.items()} for part in (state, slopes, sizes))
    return Sample(y, slopes, sizes)


def duesterwald() -> Published:
    random = np.random.default_rng(2018)
    start = np.array([14.002e-3, 122.873e-3, 5.163e-3])
    near = [(start * (1 + s * random.uniform(-1e-4, 1e-4, 3)), 1 + 1e-4 * s) for s in range(8)]
    far = [(random.uniform(2e-3, 0.15, 3), random.uniform(0.7, 2.0)) for _ in range(11)]
    samples = [_duesterwald_sample(c, s) for c, s in (*near, *far, (np.array([10e-3, 20e-3, 5e-3]), 3.0))]
    path = EXAMPLES / "published" / "duesterwald_2018.ion"
    return Published(path, _duesterwald_sample(start, 1.0).state, tuple(samples))


# Wei, Ullah and Schiff 2014: states V m h n, amounts over the volume of the start, its swelling, oxygen

K_BATH, O_BATH = 4.0, 32.0  # mM, mg/L: as the file has them
_WEI = (
    "soma.V", "soma.NaV.m", "soma.NaV.h", "soma.KDR.n", "amount(outside.K)", "amount(inside.K)", "amount(outside.Na)",
    "amount(inside.Na)", "amount(outside.Cl)", "amount(inside.Cl)", "swelling", "oxygen",
)  # fmt: skip
_SCALE = np.array([1.0] * 4 + [1e15 * wei2014.vol0] * 6 + [1.0, 1e-4])
"""The reference counts amounts in mM times the volume of the start [m3], in fmol 1e15 of it; a mg/L is 1e-4 of what a cell
counts mass per volume in (1e-14 kg/pL)."""


def _wei_sample(state: Numbers, K_bath: float, O_bath: float) -> Sample:
    w = wei2014
    rates = np.array(w.rhs(0.0, state, K_bath, O_bath))
    V, m, h, n = state[:4]
    oxygen = state[11]
    Ko, Ki, Nao, Nai, Clo, Cli, vi, vo = w.conc(state)
    v = vi * w.vol0
    gam = 4 * np.pi * (3 * v / (4 * np.pi)) ** (2 / 3) / (w.F * v) * 1e-2
    am, bm = 0.32 * w.lin(V + 54, 4), 0.28 * w.lin(-(V + 27), 5)
    ah, bh = 0.128 * np.exp(-(V + 50) / 18), 4 / (1 + np.exp(-(V + 27) / 5))
    an, bn = 0.032 * w.lin(V + 52, 5), 0.5 * np.exp(-(V + 57) / 40)
    Na, K, Cl = V - w.E0 * np.log(Nao / Nai), V - w.E0 * np.log(Ko / Ki), V - w.E0 * np.log(Cli / Clo)
    sodium, potassium = (w.gNa * m**3 * h * Na, w.gNaL * Na), (w.gK * n**4 * K, w.gKL * K)
    fed = w.rho_max / (1 + np.exp((20 - max(oxygen, 0.0)) / 3))
    pump = fed / (1 + np.exp((25 - Nai) / 3)) / (1 + np.exp(3.5 - Ko))  # mM/s
    glial = fed / 3 / (1 + np.exp(7 / 3)) / (1 + np.exp(3.5 - Ko))
    a = np.log(Ki * Cli / (Ko * Clo))
    kcc2, nkcc1 = w.Uk * a, w.Un / (1 + np.exp(16 - Ko)) * (a + np.log(Nai * Cli / (Nao * Clo)))
    moved = {
        "K": _largest(*(gam * i for i in potassium), 2 * pump, kcc2, nkcc1),
        "Na": _largest(*(gam * i for i in sodium), 3 * pump, nkcc1),
        "Cl": _largest(gam * w.gClL * Cl, kcc2, 2 * nkcc1),
    }
    reached = 1 / (1 + np.exp((2.5 - O_bath) / 0.2))
    diffused = w.epsK * reached / (1 + np.exp((vi / vo - 20) / 2))
    taken = w.Gg * reached / (1 + np.exp((18 - Ko) / 2.5))
    cleared = _largest(diffused * Ko, diffused * K_bath, taken, 2 * glial)
    tau, flow = w.tau, w.tau * vi
    sizes = [
        _largest(*sodium, *potassium, w.gClL * Cl, pump / gam),
        *(_largest(x * (1 - g), y * g) for x, y, g in ((am, bm, m), (ah, bh, h), (an, bn, n))),
        max(flow * moved["K"], tau * vo * cleared), flow * moved["K"], *[flow * moved["Na"]] * 2,
        *[flow * moved["Cl"]] * 2, tau / 0.25 * max(1.1029, vi),
        tau * _largest(5.3 * (pump + glial), w.epsO * O_bath, w.epsO * oxygen),
    ]  # fmt: skip
    y, slopes, largest = (
        dict(zip(_WEI, map(float, part * _SCALE), strict=True)) for part in (state, rates, np.array(sizes))
    )
    given = (("K_bath", K_bath, K_BATH), ("O_bath", 1e-4 * O_bath, 1e-4 * O_BATH))
    return Sample(y, slopes, largest, given=tuple((name, x) for name, x, own in given if x != own))


def _still(K_outside: float, oxygen: float, swelling: float) -> Numbers:
    """A state in which next to nothing crosses the membrane of the neuron, so that what else there is can be seen."""
    vo = 1 + 1 / wei2014.beta0 - swelling
    V = wei2014.E0 * np.log(K_outside / 140)
    inside = {"K": 140.0, "Na": 3.0, "Cl": K_outside * 130 / 140}
    contents = [K_outside * vo, inside["K"] * swelling, 144 * vo, inside["Na"] * swelling, 130 * vo]
    return np.array([V, 0.003, 0.99, 0.0, *contents, inside["Cl"] * swelling, swelling, oxygen])


def _wei_conditions() -> Iterator[tuple[Numbers, float, float]]:
    random = np.random.default_rng(2014)
    start = wei2014.ic()
    for d in (0.0, 1e-3, 0.01):
        yield start * (1 + d * random.uniform(-1, 1, 12)), K_BATH, O_BATH
    for K_outside, oxygen in ((3.6, 20.0), (4.4, 24.0)):  # so little oxygen that glia and diffusion cease
        yield _still(K_outside, oxygen, 1.0), K_BATH, 1.2
    yield _still(4.0, 24.0, 1.0975), 20.0, O_BATH  # the space outside is a twenty-fourth of the cell
    for V in (-54.0, -27.0, -52.0, -52.0 + 1e-8, *random.uniform(-80, 20, 9).tolist()):
        vi = random.uniform(0.95, 1.1)
        vo = 1 + 1 / wei2014.beta0 - vi
        inside = random.uniform(10, 140, 3) * vi
        outside = np.array([random.uniform(3, 30), *random.uniform(5, 140, 2)]) * vo
        contents = np.stack([outside, inside], axis=1).ravel()
        y = np.array([V, *random.uniform(0.02, 0.98, 3), *contents, vi, random.uniform(5, 32)])
        yield y, random.uniform(3, 20), random.choice([1.9, 2.3, 2.5, 2.8, 32.0])
    shrinking = start.copy()
    shrinking[[4, 6, 8]] *= 1.15  # a concentrated space outside draws water
    yield shrinking, K_BATH, O_BATH


def wei_ullah_schiff() -> Published:
    path = EXAMPLES / "published" / "wei_ullah_schiff_2014.ion"
    samples = tuple(_wei_sample(*conditions) for conditions in _wei_conditions())
    return Published(path, _wei_sample(wei2014.ic(), K_BATH, O_BATH).state, samples)


MATTER = {p.path.stem: p for p in (zandt(), duesterwald(), wei_ullah_schiff())}
