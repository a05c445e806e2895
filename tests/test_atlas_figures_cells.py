"""Figures of the atlas in which cells work together or change (rows 13 to 17, 20, 22, 23), each computed from the laws
alone and compared with what the example finds."""

from __future__ import annotations

from functools import cache
from math import exp, log

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.integrate import solve_ivp
from scipy.optimize import brentq, fsolve

import ionlang
from ionlang.simulate.study import Study
from tests.removals import EXAMPLES

F = 96485.33212
RT_F = 1e3 * 8.31446261815324 * 310.15 / F  # mV
Array = NDArray[np.float64]


@cache
def study(file: str, scenario: str) -> Study:
    return ionlang.load(EXAMPLES / file).study(scenario)


def measured(file: str, scenario: str, name: str) -> dict[str, float]:
    """What a measure came to in each run, by variant, in cell units."""
    asked = study(file, scenario)
    return {
        variant: dict(member.solution.measures)[name]
        for variant, member in zip(asked.variants, asked.members, strict=True)
        if member.solution is not None
    }


def expected(file: str, scenario: str, text: str) -> float:
    """What the expectation that says `text` found, in cell units."""
    (member,) = study(file, scenario).members
    assert member.solution is not None
    (value,) = [v.value for v in member.solution.verdicts if text in v.expectation.text]
    assert value is not None
    return value


# ── row 13: four astrocytes in a row, in s, pA, fmol, pL, mV ──

_Z = np.array([1.0, 1.0, -1.0])  # Na, K, Cl


def _field(p: Array, v: float, inside: Array, outside: Array) -> Array:
    """Constant-field currents [pA] of Na, K, Cl for permeabilities in pL/s."""
    u = _Z * v / RT_F
    falling = np.where(abs(u) < 1e-6, 1 - u / 2, u / np.expm1(np.where(u == 0, 1, u)))  # u/(e^u - 1)
    return p * _Z * F * 1e-3 * (inside * (falling + u) - outside * falling)


def _walls(state: Array, outside_k: Array) -> Array:
    """Currents [pA] of Na, K, Cl out of each of four astrocytes through its wall, and of K through its pump."""
    v, na, k, cl = state.reshape(4, 4)
    e_na, e_k, e_cl = RT_F * np.log(145 / na), RT_F * np.log(outside_k / k), -RT_F * np.log((145 + 3) / cl)
    kir = 10 * np.sqrt(outside_k / 3) / (1 + np.exp((v - e_k - 20) / 25))  # nS: 0.5 mS/cm2 of 2000 um2
    pump = 27.4 * na**3 / (na**3 + 1e3) * (outside_k / (outside_k + 3.6)) ** 2  # pA
    return np.array([0.08 * (v - e_na) + 3 * pump, kir * (v - e_k) - 2 * pump, 0.04 * (v - e_cl), -2 * pump])


def _gaps(state: Array, joined: Array) -> Array:
    """Currents [pA] of Na, K, Cl from each astrocyte to the next."""
    v, *inside = state.reshape(4, 4)
    c = np.array(inside)
    p = np.array([0.8, 1.0, 0.7])
    return np.array([_field(joined[i] * p, v[i] - v[i + 1], c[:, i], c[:, i + 1]) for i in range(3)]).T


def _chain(time: float, y: Array, outside_k: Array, joined: Array) -> Array:
    """Of V, Na, K, Cl in each, then of K taken up by the first, passed on by it, and through its pump [fmol/s]."""
    wall, gap = _walls(y[:16], outside_k), _gaps(y[:16], joined)
    out = wall[:3].copy()
    out[:, :3] += gap
    out[:, 1:] -= gap
    slopes = [-out.sum(0) / 20 * 1e3, *(-out / (_Z[:, None] * F * 1e-3) / 2)]  # 20 pF, 2 pL
    taken = -wall[1, 0] / (F * 1e-3), gap[1, 0] / (F * 1e-3), -wall[3, 0] / (F * 1e-3)
    return np.concatenate([np.ravel(slopes), taken])


def _astrocyte_at_rest() -> Array:
    """V, Na, K, Cl where nothing moves; the charge on the membrane is what the file begins with."""

    def moving(y: Array) -> Array:
        walls = _walls(np.repeat(y, 4), np.full(4, 3.0))[:3, 0]
        charge = (y[1] - 15 + y[2] - 140 - (y[3] - 3.3)) * F * 1e-3 * 2 - 20 * (y[0] + 100) * 1e-3
        return np.array([*walls, charge])

    return np.asarray(fsolve(moving, [-100.0, 15.0, 140.0, 3.3], xtol=1e-12))


@pytest.mark.parametrize(("variant", "joined"), [("joined", 1.0), ("alone", 0.0)])
def test_the_chain_of_astrocytes(variant: str, joined: float) -> None:
    rest = np.concatenate([np.repeat(_astrocyte_at_rest(), 4), np.zeros(3)])
    active = (np.array([8.0, 3.0, 3.0, 3.0]), np.array([joined, 1.0, 1.0]))
    course = solve_ivp(_chain, (0, 10), rest, "LSODA", [0.1, 10], args=active, rtol=1e-7, atol=1e-8).y
    at_rest = _walls(rest[:16], np.full(4, 3.0))[3, 0] / (F * 1e-3)
    taken, passed, pumped = course[16:, -1] + np.array([0, 0, 10 * at_rest])
    names = ("E_K", "V", "taken", "passed", "pumped")
    of = {n: measured("13_spatial_buffering.ion", "firing", n)[variant] for n in names}
    assert of["E_K"] == pytest.approx(RT_F * log(8 / course[8, 0]), abs=1e-3)
    assert of["V"] == pytest.approx(course[0, 0], abs=1e-3)
    assert of["taken"] == pytest.approx(taken, rel=1e-4)
    assert of["passed"] == pytest.approx(passed, rel=1e-4, abs=1e-9)
    assert of["pumped"] == pytest.approx(pumped, rel=1e-3)
