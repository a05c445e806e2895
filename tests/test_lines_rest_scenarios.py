"""Scenarios of lines that begin at rest: sweeps of them, and such as go on from them."""

from __future__ import annotations

import numpy as np
import pytest

from ionlang import loads
from ionlang.simulate.running.run import NoRest
from tests.test_lines_rest import BISTABLE

SUPPLIED = """
solute glucose
bath artery { glucose = 5 mM }
bath vein   { glucose = 4 mM }
param k = 0.05 /s
arrangement patch {
    compartment outside { volume = 2 pL;  glucose = 3 mM }
    flux uptake { moves glucose from outside to nothing;  rate = k * outside.volume * outside.glucose }
}
line tissue of 40 patch {
    spacing = 10 um
    ends    = closed
    diffusion outside { glucose = 6e-6 cm2/s;  tortuosity = 1.6;  first = artery;  last = vein }
}
scenario many {
    begin at rest
    run 10 s
    sweep k from 0.01 /s to 0.09 /s in 9 steps
    measure begun = tissue[20].outside.glucose at rest
    measure ended = tissue[20].outside.glucose at end
}
scenario resting {
    sweep k from 0.01 /s to 0.09 /s in 9 steps
    measure least = tissue[20].outside.glucose at rest
}
scenario first { begin at rest;  run 10 s }
scenario second {
    begin at end of first
    run 10 s
    measure ended = tissue[20].outside.glucose at end
}
"""


def supplied(k: float) -> float:
    """The 20th copy with an uptake k [per s]: (2 + κ) c = the sum of both neighbours, κ = k h²/D*; an end is reached
    over half a spacing."""
    n, kappa = 40, k * 1e-6 / (6e-6 / 1.6**2)
    matrix = np.diag(np.full(n, 2 + kappa)) - np.diag(np.ones(n - 1), 1) - np.diag(np.ones(n - 1), -1)
    matrix[0, 0] = matrix[-1, -1] = 3 + kappa
    right = np.zeros(n)
    right[0], right[-1] = 10, 8
    return float(np.linalg.solve(matrix, right)[19])


def test_each_member_of_a_sweep_begins_at_its_own_rest() -> None:
    model = loads(SUPPLIED)
    for name, measures in (("many", ("begun", "ended")), ("resting", ("least",))):
        members = model.study(name).members
        assert len(members) == 10
        for member in members:
            assert member.solution is not None
            found, expected = dict(member.solution.measures), supplied(member.values[0])
            for measure in measures:
                assert found[measure] == pytest.approx(expected, rel=1e-6)


def test_a_scenario_goes_on_from_one_that_began_at_rest() -> None:
    found = dict(loads(SUPPLIED).run("second").measures)
    assert found["ended"] == pytest.approx(supplied(0.05), rel=1e-6)


SWINGING = """
arrangement cell {
    bath inside { }
    bath outside { }
    membrane wall (inside | outside) {
        area = 1000 um2
        capacitance = 20 uF/cm2
        V from currents starting at if x < 100 um then -20 mV else 0 mV
        channel leak { carries charge;  conductance = 2 mS/cm2;  reversal = -10 mV }
        channel fast {
            carries charge
            conductance = 4.4 mS/cm2 * (1 + tanh((V + 1.2 mV)/(18 mV)))/2
            reversal = 120 mV
        }
        channel slow {
            carries charge
            conductance = 8 mS/cm2 * w
            reversal = -84 mV
            gate w {
                inf = (1 + tanh((V - 2 mV)/(30 mV)))/2
                tau = 50 ms/(exp((V - 2 mV)/(60 mV)) + exp(-(V - 2 mV)/(60 mV)))
            }
        }
    }
}
line row of 12 cell {
    spacing = 20 um
    ends = closed
    axial inside { resistivity = 500 ohm.cm;  cross_section = 5 um2;  carries charge }
}
scenario still {
    begin at rest
    run 1 ms
}
"""


def test_a_line_that_swings_for_ever_has_an_unstable_rest_and_comes_to_none() -> None:
    model = loads(SWINGING)
    card = model.rest()
    (only,) = card.equilibria
    assert not only.stable and only.character.name in ("unstable focus", "saddle-focus")
    assert card.settles_at is None
    assert "was not seen to come to rest" in " ".join(card.notes)
    with pytest.raises(NoRest):
        model.run("still")


@pytest.mark.parametrize("joint", ["spacing = 20 um", "total_length = 600 um"])
def test_what_a_copy_reads_of_its_line_it_has_by_itself(joint: str) -> None:
    """Its own membrane is as long as the spacing says, also where a single copy is brought to rest."""
    text = BISTABLE.replace("area = 1000 um2", "area = 50 um * spacing").replace(
        "spacing = 20 um\n", f"{joint}\n"
    )
    card, plain = loads(text).rest(), loads(BISTABLE).rest()
    for a, b in zip(card.equilibria, plain.equilibria, strict=True):
        assert a.profiles["row.wall.V"].values == pytest.approx(b.profiles["row.wall.V"].values, rel=1e-9)
