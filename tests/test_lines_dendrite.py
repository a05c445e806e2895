"""A passive dendrite with sealed ends (Rall): a current at one end, against closed forms and on finer grids."""

from __future__ import annotations

import math

import pytest

from ionlang import loads

DENDRITE = """
temperature = 37 degC
param radius = 1 um
arrangement piece {
    bath inside  { }
    bath outside { }
    membrane wall (inside | outside) {
        area        = 2 * pi * radius * spacing
        capacitance = 1 uF/cm2
        V from currents starting at -70 mV
        channel leak { carries charge;  conductance = 0.05 mS/cm2;  reversal = -70 mV }
    }
}
line dendrite of 100 piece {
    total_length = 1 mm
    ends = closed
    axial inside { resistivity = 150 ohm.cm;  cross_section = pi * radius^2;  carries charge }
}
scenario steady {
    run 300 ms
    inject 0.05 nA into dendrite[1].wall carried by charge
    measure near = dendrite[1].wall.V at end + 70 mV
    measure away = dendrite[100].wall.V at end + 70 mV
}
scenario brief {
    run 100 ms
    from 5 ms for 1 ms: inject 0.2 nA into dendrite[1 mm].wall carried by charge
    measure widest = max(width(dendrite.wall.V > -65 mV))
    measure early  = width(dendrite.wall.V > -65 mV) at 6 ms
}
"""
LENGTH = 0.1 / math.sqrt(1e-4 * 20e3 / (2 * 150))  # cm over λ: radius 1 um, 20 kohm.cm2, 150 ohm.cm
ENDLESS = math.sqrt(20e3 * 150 / 2) / (math.pi * 1e-6)  # ohm


def steady(x: float) -> float:
    """V [mV] at x [mm] from the end into which 0.05 nA flow over the first 10 um."""
    within = 0.01 * LENGTH  # of that stretch, in λ
    if x < 0.01:
        here = 1 - math.sinh(LENGTH - within) / math.sinh(LENGTH) * math.cosh(x * LENGTH)
    else:
        here = math.sinh(within) / math.sinh(LENGTH) * math.cosh(LENGTH * (1 - x))
    return 0.05e-9 * ENDLESS / within * here * 1e3


def test_a_current_into_one_copy_is_the_same_current_on_finer_grids() -> None:
    """The parts of a copy share what is injected into it."""
    found = loads(DENDRITE).converge("steady")
    assert not found.warnings
    assert found["near"].judged.order == pytest.approx(2.0, abs=0.05)
    for name, place in (("near", 0.005), ("away", 0.995)):
        assert found[name].judged.limit == pytest.approx(steady(place), rel=1e-5)


def test_a_width_is_looked_at_over_a_whole_run() -> None:
    found = dict(loads(DENDRITE).run("brief").measures)
    assert found["widest"] >= found["early"] > 0
    assert found["widest"] < 100.0  # 1 mm, in units of 10 um
