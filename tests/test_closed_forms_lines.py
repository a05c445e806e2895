"""Closed forms of one copy of a line, and the length and time constant of a line itself: against formulas by hand,
against the rest that is found, against the line's own rates; and gone where neighbours break what they need."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

import ionlang
from ionlang.cli import main
from ionlang.explain.derived.derivation import Derivation, Derived
from ionlang.explain.derived.derive import derivation
from tests.explain_lines import NAMES, copies_of, resting
from tests.test_explain_lines import fibre


def of(found: Derivation, kind: str) -> list[Derived]:
    return [d for d in found.derived if d.form.kind == kind]


@pytest.mark.parametrize("name", NAMES)
def test_every_form_of_every_copy_holds_at_its_rest(name: str) -> None:
    view = resting(name)
    if not view.now.settled:
        pytest.skip("comes to no rest")
    for line, number in copies_of(view):
        for each in derivation(view.in_copy(line, number)).derived:
            for c in each.compared:
                assert c.complete == pytest.approx(c.found, rel=1e-8, abs=1e-6), (
                    number,
                    each.form.kind,
                    c.path,
                )


def test_the_current_along_a_line_counts_in_v() -> None:
    m = fibre()
    V = m.rest().equilibria[0].profiles["fibre.wall.V"].values
    E = 8.31446261815324 * 310.15 / 96485.33212 * 1e3 * math.log(4 / 140)
    area, axial = 2 * math.pi * 2 * 100 / 100, math.pi * 4 / (150 * 100) * 1e5  # 100 um2, nS
    (form,) = of(m.closed_forms(copy=3), "chord conductance")
    by_hand = E + axial * (V[1] - 2 * V[2] + V[3]) / area / 0.1
    assert form.compared[0].formula == pytest.approx(by_hand, abs=1e-8)
    assert form.compared[0].formula == pytest.approx(V[2], abs=1e-8)
    assert any("axial current in fibre.inside" in condition for condition in form.form.conditions)
    assert abs(E - V[2]) > 10  # without the current along the line it would be this


def test_where_copies_are_alike_the_forms_are_those_of_one_cell() -> None:
    found = fibre("1 m").closed_forms(copy=4)
    assert found.copies == ("copy 4 of 20 of fibre, which is as all others",)
    (form,) = of(found, "chord conductance")
    assert "all copies of fibre are alike, so nothing passes between them" in form.form.conditions
    assert "of copy 4 of 20 of fibre" in found.text()
    assert json.loads(json.dumps(found.as_object()))["copies"]


SHARED = """
temperature = 37 degC
ion K {{ valence = +1 }}
ion Na {{ valence = +1 }}
compartment serum {{ volume = 50 pL;  K = 4 mM;  Na = 145 mM }}
arrangement cell {{
    bath inside {{ K = {inside};  Na = 12 mM }}
    membrane soma (inside | serum) {{
        area = 900 um2
        capacitance = 1 uF/cm2
        V from currents starting at -80 mV
        channel K_leak {{ carries K;  conductance = 0.1 mS/cm2 }}
        channel Na_leak {{ carries Na;  permeability = 1e-8 cm/s }}
    }}
}}
line row of 4 cell {{ spacing = 50 um;  ends = closed;  axial inside {{ resistivity = 2000 ohm.cm;  cross_section = 1 um2;  carries K }} }}
"""


def test_what_all_copies_share_ties_no_copy_by_itself() -> None:
    """What one copy lets into the common space another one takes up, so no ion is in equilibrium in either."""
    m = ionlang.loads(SHARED.format(inside="if x < 100 um then 140 mM else 110 mM"))
    view = m.explain("row.soma.K_leak.current").parts[0]
    assert abs(view.value) > 1e-3
    assert not of(m.closed_forms(), "Nernst")


def test_constant_fields_have_no_closed_form_beside_neighbours() -> None:
    text = SHARED.format(inside="140 mM - x * 1 mM/(10 um)").replace(
        "conductance = 0.1 mS/cm2", "permeability = 1e-6 cm/s"
    )
    why = " | ".join(m.why for m in ionlang.loads(text).closed_forms().missing)
    assert "axial current in row.inside brings current from the copies beside this one" in why
    alike = text.replace("140 mM - x * 1 mM/(10 um)", "140 mM")
    assert of(ionlang.loads(alike).closed_forms(), "Goldman-Hodgkin-Katz")


def response(model: ionlang.api.Model) -> tuple[np.ndarray, np.ndarray]:
    """The answer of V along the line to a steady current into the middle copy, and the rates at which shapes decay; by
    differences of the rates."""
    machine = model.machine
    rest = model.rest()
    p = machine.parameters({})
    y = np.array(rest.equilibria[0].profiles["fibre.wall.V"].values, dtype=float)
    slopes = np.array(
        [
            (machine.vector.rhs(0.0, y + h, p) - machine.vector.rhs(0.0, y - h, p)) / 2e-3
            for h in 1e-3 * np.eye(y.size)
        ]
    ).T
    push = np.zeros(y.size)
    push[y.size // 2] = -1.0
    return np.linalg.solve(slopes, push), np.linalg.eigvals(slopes)


def test_length_and_time_constant_are_those_of_the_textbook_and_of_the_line() -> None:
    m = fibre("1 m", count=300)
    (form,) = of(m.closed_forms(), "cable")
    scale, time = form.compared
    resistance = 1 / 0.2e-3  # ohm cm2, of both channels together
    wanted = math.sqrt(4e-4 * resistance / (4 * 150)) * 1e4 / 10  # sqrt(d R_m/(4 R_i)), in 10 um
    assert scale.formula == pytest.approx(wanted, rel=1e-9)
    assert time.formula == pytest.approx(resistance * 1e-6 * 1e3, rel=1e-9)
    assert form.neglected == pytest.approx((2000 / 300 / (10 * wanted)) ** 2 / 24, rel=1e-3)
    answer, rates = response(m)
    assert time.found == pytest.approx(-1 / rates.real.max(), rel=1e-5)
    away = answer[151:160]  # both ends are far
    curve = np.arccosh((away[:-2] + away[2:]) / (2 * away[1:-1]))
    assert scale.found == pytest.approx(2000 / 300 / 10 / curve.mean(), rel=1e-4)


@pytest.mark.parametrize("count", [8, 20, 60])
def test_on_any_grid_the_length_constant_is_exact_once_the_spacing_is_put_back(count: int) -> None:
    (form,) = of(fibre("1 m", count=count).closed_forms(), "cable")
    scale = form.compared[0]
    assert scale.complete == pytest.approx(scale.found, rel=1e-9)
    error = scale.found / scale.formula - 1
    assert error == pytest.approx(form.neglected, rel=0.1) and error > 0


GATED = """
        channel delayed {
            carries K
            conductance = 1 mS/cm2 * n
            gate n { inf = 1/(1 + exp(-(V + 30 mV)/(10 mV)));  tau = 5 ms }
        }
"""


def test_why_there_is_no_length_constant() -> None:
    def why(model: ionlang.api.Model) -> str:
        return " | ".join(m.why for m in model.closed_forms().missing if m.kind == "cable")

    assert "not alike" in why(fibre())
    from tests.test_explain_lines import FIBRE

    text = FIBRE.format(reach="1 m", count=5)
    gated = text.replace("        channel hole", GATED + "        channel hole")
    assert "the conductance of delayed follows fibre.wall.delayed.n" in why(ionlang.loads(gated))
    field = text.replace(
        "conductance = 0.1 mS/cm2 }\n        channel hole", "permeability = 1e-6 cm/s }\n        channel hole"
    )
    assert "leak is no conductance" in why(ionlang.loads(field))
    tapered = text.replace("cross_section = pi * (2 um)^2", "cross_section = pi * (2 um + x/1000)^2")
    assert "differ in section" in why(ionlang.loads(tapered))
    uneven = text.replace(
        "0.1 mS/cm2 else 0 mS/cm2 }", "0.1 mS/cm2 * (1 + x/(1 mm)) else 0 mS/cm2;  reversal = -95 mV }"
    )
    uneven = uneven.replace("channel leak { carries K;", "channel leak { carries K;  reversal = -95 mV;")
    assert "or conductance" in why(ionlang.loads(uneven))


def test_the_command_line_says_which_copy(tmp_path: object, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["derive", "examples/syncytium.ion", "--copy", "3"]) == 0
    assert "of copy 3 of 20 of row, which is as all others" in capsys.readouterr().out
    assert main(["derive", "examples/syncytium.ion", "--copy", "2 m"]) == 2
    assert "does not reach" in capsys.readouterr().err
