"""How the rest of a line depends on its numbers: against closed forms, against central differences of the rest itself,
and the doors."""

from __future__ import annotations

import numpy as np
import pytest

import ionlang
from ionlang import loads
from ionlang.diagnostics import ModelError
from ionlang.model.expression import Read
from ionlang.model.numbers import parameter_values
from ionlang.simulate.resting.rest import find_settled
from ionlang.simulate.sensitivity.answer import Sensitivity
from ionlang.simulate.sensitivity.inputs import inputs_of
from ionlang.simulate.sensitivity.lines.rest import line_rest
from ionlang.source import NOWHERE
from ionlang.units import PURE
from tests.electro_models import tube
from tests.lines_branches_models import CLOSED, SHARED
from tests.lines_models import tissue
from tests.test_lines_rest import CABLE, RESERVOIRS, UNEVEN

SUPPLIED = """
solute glucose
param k = 0.05 /s
param spread = 6e-6 cm2/s
bath artery { glucose = 5 mM }
bath vein   { glucose = 4 mM }
arrangement patch {
    compartment outside { volume = 2 pL;  glucose = 3 mM }
    flux uptake { moves glucose from outside to nothing;  rate = k * outside.volume * outside.glucose }
}
line tissue of 20 patch {
    spacing = 10 um
    ends = closed
    diffusion outside { glucose = spread;  tortuosity = 1.6;  first = artery;  last = vein }
}
"""


def differences(model: ionlang.Model, rows: list[int], path: str, share: float) -> np.ndarray:
    """d state/d parameter from rests at four values about the one of the file, to fourth order [cell units]."""
    value = parameter_values(model.cell, {})[path]
    step = share * (abs(value) or 1.0)
    found = []
    for k in (-2, -1, 1, 2):
        rest = find_settled(model.machine, {path: value + k * step})
        assert rest.settled is not None
        found.append(rest.settled.state[rows])
    a, b, c, d = found
    return (a - 8 * b + 8 * c - d) / (12 * step)


def compared(text: str, paths: tuple[str, ...], rel: float, share: float = 2e-3) -> int:
    """How many derivatives were compared with differences."""
    model = loads(text)
    machine, inputs = model.machine, inputs_of(model.cell, {})
    asked = [(path, Read(path, PURE, NOWHERE)) for path in paths]
    rest = line_rest(machine, inputs, {}, asked)
    slopes = np.array([rest.at_rest(e).slope[:-1] for _, e in asked])
    rows = [machine.state_index[path] for path in paths]
    sizes = np.abs([rest.state[row] for row in rows])
    for k, name in enumerate(rest.inputs.names):
        by_hand = differences(model, rows, name, share)
        value = abs(parameter_values(model.cell, {})[name]) or 1.0
        assert slopes[:, k] * value == pytest.approx(by_hand * value, rel=rel, abs=1e-8 * sizes.max()), name
    return len(rest.inputs.names)


def slopes(text: str, paths: tuple[str, ...]) -> Sensitivity:
    return loads(text).sensitivity(of=paths)


def test_between_two_vessels_the_shares_are_those_of_the_way():
    """c = c₀ + (c_L − c₀)(i − ½)/N, whatever the coefficient of diffusion is."""
    text = RESERVOIRS.format(volume="0.1 pL")
    found = slopes(text, ("tissue[2].outside.S", "tissue[15].outside.S"))
    for i in (2, 15):
        response = found[f"tissue[{i}].outside.S"]
        share = (i - 0.5) / 20
        assert response["vessel.S"].derivative == pytest.approx(1 - share, rel=1e-12)
        assert response["csf.S"].derivative == pytest.approx(share, rel=1e-12)
        assert response["tissue.outside.diffusion.S"].derivative == pytest.approx(0.0, abs=1e-6)
        assert response["tissue.outside.S"].derivative == pytest.approx(0.0, abs=1e-12)


def test_with_an_uptake_the_slope_is_that_of_the_difference_equation():
    """D (c₊ − 2c + c₋)/h² = k c has c = Σ ± roots of r + 1/r = 2 + k h²/D: its derivative by k, by hand."""

    def value(k: float) -> float:
        ratio = k * (10e-4) ** 2 / (6e-6 / 1.6**2)
        matrix = np.diag(np.full(20, -2.0 - ratio)) + np.eye(20, k=1) + np.eye(20, k=-1)
        matrix[0, 0] = matrix[-1, -1] = -3.0 - ratio  # a vessel lies half a spacing away
        right = np.zeros(20)
        right[0], right[-1] = -2 * 5.0, -2 * 4.0
        return float(np.linalg.solve(matrix, right)[6])

    h = 1e-4
    by_hand = (value(0.05 - 2 * h) - 8 * value(0.05 - h) + 8 * value(0.05 + h) - value(0.05 + 2 * h)) / (
        12 * h
    )
    (response,) = slopes(SUPPLIED, ("tissue[7].outside.glucose",)).responses
    assert response.value == pytest.approx(value(0.05), rel=1e-10)
    assert response["k"].elasticity == pytest.approx(by_hand * 0.05 / value(0.05), rel=1e-8)
    assert response["spread"].elasticity == pytest.approx(-by_hand * 0.05 / value(0.05), rel=1e-8)
    assert response["tissue.outside.diffusion.tortuosity"].elasticity == pytest.approx(
        2 * by_hand * 0.05 / value(0.05), rel=1e-8
    )
    assert response["tissue.spacing"].elasticity == pytest.approx(2 * by_hand * 0.05 / value(0.05), rel=1e-8)


@pytest.mark.slow
def test_in_a_row_of_uneven_cells_every_derivative_is_that_of_the_rest_itself():
    """Potassium has one total over the line, sodium and charge one in each copy, and starts stand in them."""
    paths = ("tissue[1].outside.K", "tissue[3].soma.V", "tissue[4].inside.Na", "tissue[2].soma.KDR.n")
    assert compared(tissue(4, **UNEVEN), paths, rel=2e-7) == 15


def test_in_a_cable_every_derivative_is_that_of_the_rest_itself():
    """A resistivity, a radius in areas and cross-sections, a conductance that only the first copy has."""
    assert compared(CABLE.format(count=12), ("fibre[1].wall.V", "fibre[12].wall.V"), rel=1e-7) > 5


UNLIKE = """
temperature = 37 degC
bath serum { }
param more = 0.2
arrangement cell {
    bath inner { }
    membrane soma (inner | serum) {
        area = 900 um2
        capacitance = 1 uF/cm2
        V from currents starting at -80 mV
        channel leak {
            carries charge
            conductance = 0.1 mS/cm2 * normal(1, 0.1, seed = 3)
            reversal = -60 mV * (1 + x/(1 mm))
        }
        channel other {
            carries charge
            conductance = 0.05 mS/cm2 * (1 + more * (if x > 100 um then 1 else 0))
            reversal = -90 mV
        }
    }
}
line row of 5 cell {
    spacing = 50 um
    ends = closed
    axial inner { resistivity = 300 ohm.cm;  cross_section = 10 um2;  carries charge }
}
"""


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        (SHARED, ("tissue[1].outside.glucose", "tissue[6].outside.glucose", "csf.glucose", "pool.glucose")),
        (CLOSED, ("tissue[1].outside.glucose", "csf.glucose", "pool.glucose")),
        (UNLIKE, ("row[1].soma.V", "row[4].soma.V")),
        (tube(count="4"), ("tube[2].pore.Na", "tube[4].pore.Cl")),
    ],
    ids=["places that copies share", "a total over everything", "copies drawn at random", "ions in a field"],
)
def test_whatever_lines_are_made_of_derivatives_are_those_of_the_rest(text: str, paths: tuple[str, ...]):
    assert compared(text, paths, rel=1e-6) >= 5


def test_the_cable_forgets_its_end_as_its_length_constant_says():
    """With λ² = a/(2 R_i g) V depends on R_i and g as on x/λ; a quantity of a copy is one along the whole line."""
    text = CABLE.format(count=12)
    near, far = slopes(text, ("fibre[1].wall.V", "fibre[12].wall.V")).responses
    assert near["fibre.inside.axial.resistivity"].derivative > 0  # what is let in stays where it is
    assert far["fibre.inside.axial.resistivity"].derivative < 0
    named = slopes(text, ("fibre[1].wall.grip.current",)).responses[0]
    by_state = near["fibre.wall.leak.reversal"].derivative
    assert named["fibre.wall.leak.reversal"].derivative == pytest.approx(1.0 * by_state, rel=1e-9)  # of 1 nS


def test_without_what_joins_them_a_copy_depends_on_no_other():
    """The mechanism taken out: no conductance between the copies, no slope by it and none through it."""
    text = tissue(4, **UNEVEN)
    apart = text.split("diffusion outside")[0] + "axial inside { resistivity = 2000 ohm.cm;  carries K }\n}"
    (with_it,) = slopes(text, ("tissue[2].outside.K",)).responses
    (without,) = slopes(apart, ("tissue[2].outside.K",)).responses
    assert abs(with_it["spread_of_K"].derivative) > 1e-4
    assert without["spread_of_K"].derivative == 0.0


def test_numbers_from_outside_count_as_those_of_the_file():
    text = RESERVOIRS.format(volume="0.1 pL")
    (response,) = loads(text).sensitivity(of=["tissue[5].outside.S"], set={"vessel.S": "20 mM"}).responses
    assert response["vessel.S"].value == pytest.approx(20.0)
    assert response["vessel.S"].derivative == pytest.approx(1 - 4.5 / 20, rel=1e-12)


def test_without_a_question_it_is_of_the_potentials_of_the_copies_shown():
    found = loads(CABLE.format(count=12)).sensitivity()
    assert [r.name for r in found.responses] == ["fibre[1].wall.V", "fibre[6].wall.V", "fibre[12].wall.V"]


PATTERN = """
solute S
bath vessel { S = 8 mM }
template arrangement patch(size = 0.1 pL) { compartment outside { volume = size;  S = 4 mM } }
arrangement small is patch(size = 0.1 pL)
arrangement large is patch(size = 0.2 pL)
line tissue of 3 (1 small, 2 large) {
    spacing = 10 um
    ends = closed
    diffusion outside { S = 1e-5 cm2/s;  first = vessel }
}
"""


def test_of_a_pattern_it_is_refused_in_words():
    with pytest.raises(ModelError) as refused:
        loads(PATTERN).sensitivity(of=["tissue[2].outside.S"])
    assert [d.code for d in refused.value.diagnostics] == ["ION488"]


def test_of_a_run_it_is_refused_in_words():
    scenario = "scenario later {\n    run 10 ms\n    measure last = tissue[2].outside.K at end\n}"
    with pytest.raises(ModelError) as refused:
        loads(tissue(3, scenario)).sensitivity("later")
    assert [d.code for d in refused.value.diagnostics] == ["ION488"]


def test_strengths_over_whole_ranges_of_rest():
    """c = c₀ (1 − s) + c_L s, with s = 0.175, is linear: Morris' strengths are its coefficients times the ranges."""
    pytest.importorskip("SALib")
    model = loads(RESERVOIRS.format(volume="0.1 pL"))
    found = model.global_sensitivity(
        "morris", of=["tissue[4].outside.S"], vary=["vessel.S", "csf.S"], samples=8, within=0.2
    )
    (spread,) = found.spreads
    near, far = (spread[name].numbers["strength"] for name in ("vessel.S", "csf.S"))
    assert near / far == pytest.approx((0.825 * 8) / (0.175 * 3), rel=1e-8)


def test_shares_of_rest():
    """Sobol, of the same: nearly all of the spread is that of the vessel near by."""
    pytest.importorskip("SALib")
    model = loads(RESERVOIRS.format(volume="0.1 pL"))
    (spread,) = model.global_sensitivity(
        of=["tissue[4].outside.S"], vary=["vessel.S", "csf.S"], samples=8, within=0.2
    ).spreads
    assert spread["vessel.S"].numbers["total"] > 10 * spread["csf.S"].numbers["total"]


def test_shares_of_a_run_of_a_line():
    """What a member of a run shows is drawn over too: a measure in a copy."""
    pytest.importorskip("SALib")
    scenario = """scenario later {
    run 50 ms
    measure last = tissue[5].outside.S at end
}"""
    model = loads(RESERVOIRS.format(volume="0.1 pL") + scenario)
    found = model.global_sensitivity(method="morris", scenario="later", vary=["vessel.S", "csf.S"], samples=8)
    (spread,) = found.spreads
    assert [s.parameter for s in spread.shares] == ["vessel.S", "csf.S"]
