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
from ionlang.model.algebra import read
from ionlang.model.books.following import follows_beside_matter, follows_state
from ionlang.units import PURE, VOLTAGE
from tests.explain_lines import NAMES, copies_of, resting
from tests.test_explain_lines import FIBRE, fibre


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
    assert found.copies == ("copy 4 of 20 of fibre, in the same state as all others",)
    (form,) = of(found, "chord conductance")
    assert "all copies of fibre are in the same state, so nothing passes between them" in form.form.conditions
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


UNIFORM = FIBRE.format(reach="1 m", count=5)


def why(text: str) -> str:
    """Why there is no length constant; nothing where there is one."""
    return " | ".join(m.why for m in ionlang.loads(text).closed_forms().missing if m.kind == "cable")


def with_channel(size: str, opening: str = "") -> str:
    """The fibre with one more channel, of this many mS/cm2."""
    rect = f"        channel rect {{ carries K;  conductance = 0.2 mS/cm2 * ({size});  {opening} }}\n"
    return UNIFORM.replace("        channel hole", rect + "        channel hole")


def test_why_there_is_no_length_constant() -> None:
    assert "its copies are not in the same state at this rest" in why(FIBRE.format(reach="100 um", count=20))
    field = UNIFORM.replace(
        "conductance = 0.1 mS/cm2 }\n        channel hole", "permeability = 1e-6 cm/s }\n        channel hole"
    )
    assert "leak is no conductance" in why(field)
    tapered = UNIFORM.replace("cross_section = pi * (2 um)^2", "cross_section = pi * (2 um + x/1000)^2")
    assert "differ in section" in why(tapered)
    uneven = UNIFORM.replace(
        "0.1 mS/cm2 else 0 mS/cm2 }", "0.1 mS/cm2 * (1 + x/(1 mm)) else 0 mS/cm2;  reversal = -95 mV }"
    )
    uneven = uneven.replace("channel leak { carries K;", "channel leak { carries K;  reversal = -95 mV;")
    assert "or conductance" in why(uneven)
    assert why(FIBRE.format(reach="1 m", count=2)).endswith("fibre has fewer than three copies")


AT_V = "1/(1 + exp(-(V + 60 mV)/(10 mV)))"
SCHEME = "scheme S { C to O at 1 /ms * exp((V + 60 mV)/(10 mV));  O to C at 1 /ms }"
FOLLOWING = [
    ("n", f"gate n {{ inf = {AT_V};  tau = 5 ms }}", "fibre.wall.rect.n"),
    ("m", f"gate m {{ inf = {AT_V};  instantaneous }}", "fibre.wall.V"),
    ("1 - m^2", f"gate m {{ inf = {AT_V};  instantaneous }}", "fibre.wall.V"),
    ("S.O", SCHEME, "fibre.wall.rect.S.O"),
    ("S.C", SCHEME, "fibre.wall.rect.S.O"),  # what is left of 1
    (AT_V, "", "fibre.wall.V"),
    ("1 + leak.current/(100 pA)", "", "fibre.wall.V"),
    ("1 - leak.free_energy/(100 kJ/mol)", "", "fibre.wall.V"),
]


@pytest.mark.parametrize(("size", "opening", "followed"), FOLLOWING)
def test_a_conductance_that_follows_v_gives_no_length_constant(
    size: str, opening: str, followed: str
) -> None:
    assert why(with_channel(size, opening)).endswith(f"the conductance of rect follows {followed}")


def test_a_reversal_potential_that_follows_v_gives_no_length_constant() -> None:
    text = UNIFORM.replace("channel leak { carries K;", "channel leak { carries K;  reversal = V/2 - 80 mV;")
    assert why(text).endswith("the reversal potential of leak follows fibre.wall.V")


def test_what_is_not_known_to_be_fixed_counts_as_moving() -> None:
    cell = fibre("1 m").cell
    beside, drawn = read("fibre[next].wall.V", VOLTAGE), read("fibre.normal(3)", PURE)
    assert follows_state(cell, beside) == follows_beside_matter(cell, {}, beside) == beside.path
    assert follows_state(cell, drawn) is follows_beside_matter(cell, {}, drawn) is None


@pytest.mark.parametrize(
    "size",
    [
        "outside.K/(4 mM)",
        "E(K)/(-95 mV)",
        "E(K:1, Na:0.1)/(-60 mV)",
        "outside.osmolarity/(100 mM)",
        "leak.conductance/(1 nS)",
        "fibre.wall.area/(1000 um2)",
    ],
)
def test_a_conductance_that_stays_where_v_moves_counts_as_it_is(size: str) -> None:
    """Whatever else it reads; the program's own Jacobian is the judge."""
    (form,) = of(ionlang.loads(with_channel(size)).closed_forms(), "cable")
    plain, _ = of(fibre("1 m", count=5).closed_forms(), "cable")[0].compared
    for each in form.compared:
        assert each.complete == pytest.approx(each.found, rel=1e-8)
    assert form.compared[0].found < 0.99 * plain.found


def with_transporter(rate: str) -> str:
    carrier = f"        transporter shuttle {{ moves 1 Na in, 1 K out, 1 K out;  rate = {rate} }}\n"
    return UNIFORM.replace("        channel hole", carrier + "        channel hole")


POT = """
    compartment pot { volume = 1 pL;  glucose = 1 mM;  Ca = 1 uM }
    buffer sponge in pot { binds Ca;  total = 50 uM;  K_d = 1 uM }
    flux fill  { moves glucose from nothing to pot;  rate = 1 /s * 1 pL * (5 mM - pot.glucose) }
    flux enter { moves Ca from nothing to pot;  rate = 1 /s * 1 pL * (2 uM - pot.Ca) }
    membrane wall"""


@pytest.mark.parametrize("size", ["pot.glucose/(5 mM)", "pot.Ca/(2 uM)", "pot.osmolarity/(5 mM)"])
def test_concentrations_that_change_count_as_they_are(size: str) -> None:
    text = (
        with_channel(size)
        .replace("    membrane wall", POT)
        .replace("ion Na", "solute glucose\nsolute Ca\nion Na")
    )
    (form,) = of(ionlang.loads(text).closed_forms(), "cable")
    for each in form.compared:
        assert each.complete == pytest.approx(each.found, rel=1e-8)


def test_a_current_that_follows_v_gives_no_length_constant() -> None:
    steady = with_transporter("1 pmol/cm2/s * hill(inside.Na, 15 mM, 3)")
    (form,) = of(ionlang.loads(steady).closed_forms(), "cable")
    for each in form.compared:
        assert each.complete == pytest.approx(each.found, rel=1e-8)
    driven = why(with_transporter("1 pmol/cm2/s * affinity"))
    assert driven.endswith("the current of shuttle follows fibre.wall.V")


JOINT = """
    membrane joint (inside | outside) {
        area = 100 um2;  V = wall.V + 20 mV
        channel pore { carries K;  conductance = 1 mS/cm2 }
    }
}
line"""


def test_a_current_that_reaches_the_membrane_through_another_one_counts() -> None:
    found = why(UNIFORM.replace("}\nline", JOINT))
    assert found.endswith("pore.current(K), which charges fibre.wall too, follows fibre.joint.V")


WRAPPED = """
temperature = 37 degC
ion K {{ valence = +1 }}
arrangement stretch {{
    bath inside  {{ K = 140 mM }}
    bath gap     {{ K = 4 mM }}
    bath outside {{ K = 4 mM }}
    membrane wall (inside | gap) {{
        area = 2 * pi * 2 um * spacing;  capacitance = 1 uF/cm2;  V from currents starting at -60 mV
        channel leak {{ carries K;  conductance = 0.1 mS/cm2 }}
    }}
    membrane sheath (gap | outside) {{
        area = 2 * pi * 3 um * spacing;  capacitance = 1 uF/cm2;  V from currents starting at 0 mV
        channel leak {{ carries K;  conductance = 0.1 mS/cm2 }}
    }}
}}
line fibre of 20 stretch {{
    spacing = 100 um;  ends = closed
    axial inside {{ resistivity = 150 ohm.cm;  cross_section = pi * (2 um)^2;  carries K }}
    {more}
}}
"""


def test_a_place_inside_two_membranes_is_not_two_places() -> None:
    assert why(WRAPPED.format(more="")).endswith(
        "fibre.inside: membranes fibre.wall and fibre.sheath enclose it"
    )
    both = "axial gap { resistivity = 150 ohm.cm;  cross_section = 1 um2;  carries K }"
    found = why(WRAPPED.format(more=both))
    assert found.count("current flows along more than one place") == 2 and "enclose" not in found


AT_ONCE = """
temperature = 37 degC
ion K  { valence = +1 }
ion Na { valence = +1 }
arrangement stretch {
    bath inside  { K = 140 mM;  Na = 10 mM }
    bath outside { K = 4 mM + x * 1 mM/(100 um);  Na = 140 mM }
    membrane wall (inside | outside) {
        V from zero_current
        channel leak { carries K;   conductance = 0.1 mS/cm2 }
        channel hole { carries Na;  conductance = 0.01 mS/cm2 * h;  gate h { inf = 0.5;  tau = 1 ms } }
    }
}
line fibre of 20 stretch { spacing = 100 um;  ends = closed }
"""

HELD = """
solute glucose
arrangement patch {
    compartment outside { volume = 2 pL;  glucose = GLUCOSE held }
    compartment cell { volume = 1 pL;  glucose = 1 mM }
    flux uptake { moves glucose from outside to cell;  rate = 0.05 /s * (3 mM - cell.glucose) * 1 pL }
}
line tissue of 20 patch {
    spacing = 10 um;  ends = closed
    diffusion outside { glucose = 6e-6 cm2/s;  cross_section = 200 um2 }
}
"""


def test_copies_are_in_the_same_state_only_if_potentials_and_concentrations_are() -> None:
    assert ionlang.loads(AT_ONCE).closed_forms().copies == ("copy 1 of 20 of fibre",)
    same = AT_ONCE.replace("4 mM + x * 1 mM/(100 um)", "4 mM")
    assert ionlang.loads(same).closed_forms(copy=3).copies == (
        "copy 3 of 20 of fibre, in the same state as all others",
    )
    uneven = same.replace("0.01 mS/cm2 * h", "0.01 mS/cm2 * h * x/(1 mm)")
    assert ionlang.loads(uneven).closed_forms().copies == ("copy 1 of 20 of fibre",)
    sloped = ionlang.loads(HELD.replace("GLUCOSE", "3 mM * x/(100 um)"))
    assert sloped.closed_forms().copies == ("copy 1 of 20 of tissue",)
    level = ionlang.loads(HELD.replace("GLUCOSE", "3 mM"))
    assert "in the same state as all others" in level.closed_forms().copies[0]


def test_copies_in_one_state_need_not_be_alike() -> None:
    """K alone passes, so V is its Nernst potential in each copy, whatever the conductance there."""
    text = FIBRE.format(reach="0 um", count=20).replace("0.1 mS/cm2 }", "0.1 mS/cm2 * (1 + x/(1 mm)) }")
    m = ionlang.loads(text)
    found = m.closed_forms(copy=3)
    assert found.copies == ("copy 3 of 20 of fibre, in the same state as all others",)
    said = found.text()
    assert "alike" not in said and "as all others" not in said.replace("in the same state as all others", "")
    assert "as in all others" in m.explain("fibre.wall.V").parts[0].moment
    assert "as in all others" not in m.explain("fibre.wall.leak.conductance").parts[0].moment


def test_the_command_line_says_which_copy(tmp_path: object, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["derive", "examples/syncytium.ion", "--copy", "3"]) == 0
    assert "of copy 3 of 20 of row, in the same state as all others" in capsys.readouterr().out
    assert main(["derive", "examples/syncytium.ion", "--copy", "2 m"]) == 2
    assert "does not reach" in capsys.readouterr().err
