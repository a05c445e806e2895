"""What the published models' rates of change must be, by the references alone.

A `Sample` is a state and what the reference says of it, all in ms, mV and mM. Sizes are the largest term of which
each rate is the sum: the paper's rounded constants show in the terms, not in their difference.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.oracles import fh1964, hh1952, hubel_dahlem2014

EXAMPLES = Path(__file__).parent.parent / "examples"


@dataclass(frozen=True)
class Sample:
    """State, rates and the size of each rate's largest term by path; `temperature` [K] and other parameters (in cell
    units) if not the file's."""

    state: dict[str, float]
    rates: dict[str, float]
    sizes: dict[str, float]
    temperature: float | None = None
    given: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Published:
    """A file of the examples, the start its paper gives, and 20 samples."""

    path: Path
    start: dict[str, float]
    samples: tuple[Sample, ...]


def _gate(path: str, x: float, alpha: float, beta: float, factor: float = 1.0) -> tuple[str, float]:
    return path, factor * max(abs(alpha * (1 - x)), abs(beta * x))


def _random_gates(random: np.random.Generator, count: int) -> Iterator[float]:
    return iter(random.uniform(0.01, 0.99, count).tolist())


# Hodgkin and Huxley 1952

_HH = ("axon.V", "axon.NaV.m", "axon.NaV.h", "axon.KDR.n")


def _hh_sample(state: tuple[float, ...], celsius: float) -> Sample:
    V, m, h, n = state
    rates = hh1952.rhs(0.0, state, 0.0, celsius, hh1952.EL_PAPER)
    am, bm, ah, bh, an, bn = (float(r) for r in hh1952.rates(V))
    factor = 3 ** ((celsius - 6.3) / 10)
    currents = (
        hh1952.gNa * m**3 * h * (V - hh1952.ENa), hh1952.gK * n**4 * (V - hh1952.EK), hh1952.gL * (V - hh1952.EL_PAPER),
    )  # fmt: skip
    gates = (
        _gate(_HH[1], m, am, bm, factor),
        _gate(_HH[2], h, ah, bh, factor),
        _gate(_HH[3], n, an, bn, factor),
    )
    sizes = {_HH[0]: max(abs(c) for c in currents) / hh1952.C, **dict(gates)}
    warmth = None if celsius == 6.3 else celsius + 273.15
    return Sample(
        dict(zip(_HH, state, strict=True)), dict(zip(_HH, map(float, rates), strict=True)), sizes, warmth
    )


def hodgkin_huxley() -> Published:
    random = np.random.default_rng(1952)
    rest = hh1952.rest(hh1952.EL_PAPER)
    near = [(rest + d, *(x * (1 + d / 100) for x in hh1952.inf(rest))) for d in (-3, -1, -0.1, 0, 0.1, 1, 3)]
    poles = [(V, *_random_gates(random, 3)) for V in (-40.0, -40.0 + 1e-9, -40.0 - 1e-4, -55.0, -55.0 + 1e-5)]
    wide = [(V, *_random_gates(random, 3)) for V in random.uniform(-80, 50, 8).tolist()]
    warmth = [6.3] * 15 + [18.5, 18.5, 6.0, 12.0, 25.0]
    samples = [
        _hh_sample(tuple(map(float, y)), c) for y, c in zip([*near, *poles, *wide], warmth, strict=True)
    ]
    start = (-65.0, *(float(x) for x in hh1952.inf(-65.0)))
    path = EXAMPLES / "published" / "hodgkin_huxley_1952.ion"
    return Published(path, dict(zip(_HH, start, strict=True)), tuple(samples))


# Frankenhaeuser and Huxley 1964

_FH = ("node.V", "node.NaV.m", "node.NaV.h", "node.KDR.n", "node.slow.p")


def _fh_sample(state: tuple[float, ...]) -> Sample:
    rates = fh1964.rhs(0.0, state, 0.0)
    r = [float(x) for x in fh1964.rates(state[0])]
    gates = (_gate(_FH[k + 1], state[k + 1], r[2 * k], r[2 * k + 1]) for k in range(4))
    largest = max(abs(c) for c in fh1964.currents(*state))
    sizes = {_FH[0]: 1e3 * float(largest) / fh1964.C, **dict(gates)}
    return Sample(dict(zip(_FH, state, strict=True)), dict(zip(_FH, map(float, rates), strict=True)), sizes)


def frankenhaeuser_huxley() -> Published:
    random = np.random.default_rng(1964)
    rest = -69.766852
    near = [(rest + d, *(x * (1 + d / 100) for x in fh1964.inf(rest))) for d in (-3, -0.1, 0, 0.1, 3)]
    exactly = [u - 70.0 for u in (22, 13, -10, 35, 10, 40, -25)]
    poles = [(V, *_random_gates(random, 4)) for V in (*exactly, 0.0, 1e-7)]
    wide = [(V, *_random_gates(random, 4)) for V in random.uniform(-100, 60, 6).tolist()]
    samples = [_fh_sample(tuple(map(float, y))) for y in (*near, *poles, *wide)]
    start = (-70.0, *(float(x) for x in fh1964.inf(-70.0)))
    path = EXAMPLES / "published" / "frankenhaeuser_huxley_1964.ion"
    return Published(path, dict(zip(_FH, start, strict=True)), tuple(samples))


# Hübel and Dahlem 2014. The reference has five states and takes the others from sums; here all are written out.


def _hd_terms(state: tuple[float, ...]) -> tuple[dict[str, list[float]], float, float]:
    """The currents of each ion [µA/cm²], and the rates of the gate n."""
    hd = hubel_dahlem2014
    V, n, Ki, Cli, dK = state
    Nai, Nae, Cle, Ke = hd.conc(Ki, Cli, dK)
    am, bm = 0.1 * hd.lin(V + 30), 4 * np.exp(-(V + 55) / 18)
    m, h = am / (am + bm), 1 - 1 / (1 + np.exp(-6.5 * (n - 0.35)))
    pump = 6.8 / (1 + np.exp((25 - Nai) / 3)) / (1 + np.exp(5.5 - Ke))
    Na, K, Cl = V - hd.E0 * np.log(Nae / Nai), V - hd.E0 * np.log(Ke / Ki), V + hd.E0 * np.log(Cle / Cli)
    currents = {
        "Na": [hd.gNaL * Na, hd.gNa * m**3 * h * Na, 3 * pump],
        "K": [hd.gKL * K, hd.gK * n**4 * K, -2 * pump],
        "Cl": [hd.gCl * Cl],
    }
    return currents, hd.phi * 0.01 * hd.lin(V + 34), hd.phi * 0.125 * np.exp(-(V + 44) / 80)


def _hd_sample(state: tuple[float, ...], store: str) -> Sample:
    hd = hubel_dahlem2014
    q = {"z": 1.0, "rho": 6.8, "stim": 0.0, "reg": store, "kbath": 4.0}
    dV, dn, dKi, dCli, dstore = (float(x) / 1e3 for x in hd.rhs(0.0, state, q))
    V, n, Ki, Cli, dK = state
    Nai, Nae, Cle, Ke = hd.conc(Ki, Cli, dK)
    dNai = hd.conv / hd.vi * dV - dKi + dCli  # the reference's V' is minus the sum of the three currents
    ratio = hd.vi / hd.ve
    values = {"Na": Nai, "K": Ki, "Cl": Cli}, {"Na": Nae, "K": Ke, "Cl": Cle}
    slopes = {"Na": dNai, "K": dKi, "Cl": dCli}
    currents, alpha, beta = _hd_terms(state)
    largest = {ion: hd.conv / hd.vi * max(map(abs, terms)) for ion, terms in currents.items()}
    taking = (
        max(5e-8 / (1 + np.exp((15 - Ke) / 1.09)) * Ke * (500 + dK), abs(5e-8 * dK))
        if store == "glia"
        else 0.0
    )
    y = {"soma.V": V, "soma.KDR.n": n}
    rates = {"soma.V": dV, "soma.KDR.n": dn}
    sizes = {"soma.V": max(abs(c) for terms in currents.values() for c in terms)}
    sizes["soma.KDR.n"] = max(alpha * (1 - n), beta * n)
    for ion in ("Na", "K", "Cl"):
        stored = ion == "K"
        y |= {f"inside.{ion}": values[0][ion], f"outside.{ion}": values[1][ion]}
        rates |= {f"inside.{ion}": slopes[ion], f"outside.{ion}": -ratio * slopes[ion] + dstore * stored}
        sizes |= {f"inside.{ion}": largest[ion], f"outside.{ion}": max(ratio * largest[ion], taking * stored)}
    if store == "glia":
        y["glia.K"], rates["glia.K"], sizes["glia.K"] = -dK, -dstore, float(taking)
    return Sample(y, rates, {k: float(v) for k, v in sizes.items()})


def _hd_states(store: str) -> Iterator[tuple[float, ...]]:
    random = np.random.default_rng(2014)
    rest = hubel_dahlem2014.IC
    for d in (-0.02, -0.005, 0.0, 0.001, 0.005, 0.01, 0.02):
        yield tuple(
            float(x) for x in rest * (1 + d * np.array([1, 1, 0.1, 1, 1])) - [0, 0, 0, 0, 20 * abs(d)]
        )
    voltages = [-30.0, -30.0 + 1e-8, -34.0, -34.0 - 1e-8, *random.uniform(-80, 20, 9).tolist()]
    for V in voltages:
        n, Ki, Cli = random.uniform(0.02, 0.9), random.uniform(110, 129), random.uniform(9, 14)
        Ke = hubel_dahlem2014.conc(Ki, Cli, 0.0)[3]
        yield V, n, Ki, Cli, -random.uniform(0, 0.8) * (Ke - 1)
    assert len(voltages) == 13


def _hd_start(store: str) -> dict[str, float]:
    return _hd_sample(tuple(float(x) for x in hubel_dahlem2014.IC), store).state


def huebel_dahlem_closed() -> Published:
    samples = [_hd_sample((*y[:4], 0.0), "none") for y in _hd_states("none")]
    return Published(EXAMPLES / "anoxia.ion", _hd_start("none"), tuple(samples))


def huebel_dahlem_glia() -> Published:
    samples = [_hd_sample(y, "glia") for y in _hd_states("glia")]
    path = EXAMPLES / "published" / "huebel_dahlem_2014_glia.ion"
    return Published(path, _hd_start("glia"), tuple(samples))


PUBLISHED = {
    p.path.stem: p
    for p in (hodgkin_huxley(), frankenhaeuser_huxley(), huebel_dahlem_closed(), huebel_dahlem_glia())
}
