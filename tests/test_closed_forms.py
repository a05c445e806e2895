"""Closed forms of rest: against formulas written by hand, against the rest that is found, and gone when what they need is
taken away."""

from __future__ import annotations

import json
import math
import re
from fractions import Fraction
from functools import cache
from pathlib import Path

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ionlang
from ionlang.cli import main
from ionlang.constants import FARADAY as CONSTANT_F
from ionlang.constants import GAS_CONSTANT as CONSTANT_R
from ionlang.explain.derived.derivation import Derivation, Derived
from tests.oracles import dusterwald2018
from tests.test_continuation import PUMP_LEAK

ROOT = Path(__file__).parent.parent
EXAMPLES = sorted((ROOT / "examples").rglob("*.ion"))
WITHOUT_LINES = [path for path in EXAMPLES if "\nline " not in path.read_text(encoding="utf-8")]
SWELLING = ROOT / "examples/published/duesterwald_2018.ion"
FARADAY, GAS = CONSTANT_F.in_cell_units, CONSTANT_R.in_cell_units


def kinds(found: Derivation) -> list[tuple[str, str]]:
    return [(d.form.kind, d.form.species or d.form.subject) for d in found.derived]


def one(found: Derivation, kind: str, species: str = "") -> Derived:
    (form,) = [d for d in found.derived if d.form.kind == kind and d.form.species == species]
    return form


def amperes(rate: float | None) -> float:
    """A rate of cycles, each of one charge, as a current."""
    assert rate is not None
    return rate * FARADAY


def why(found: Derivation) -> str:
    return " | ".join(m.why for m in found.missing)


@pytest.mark.parametrize("path", WITHOUT_LINES, ids=lambda p: p.stem)
def test_every_form_of_every_example_holds_at_its_rest(path: Path):
    """An approximate one, when what it neglects is put back."""
    found = ionlang.load(path).closed_forms()
    for each in found.derived:
        assert each.compared
        for c in each.compared:
            assert c.complete == pytest.approx(c.found, rel=1e-9, abs=1e-9), (each.form.kind, c.path)
            if each.form.exact:
                assert c.formula == c.complete
            else:
                assert c.formula == pytest.approx(c.found, rel=1e-4)


def test_without_a_stable_rest_there_is_nothing_to_derive():
    found = ionlang.load(ROOT / "examples/published/zandt_2011.ion").closed_forms()
    assert not found.settled and found.derived == () and "no stable rest" in found.text()


def test_nernst():
    found = ionlang.load(ROOT / "examples/01_nernst.ion").closed_forms(set={"cell.K_leak.block": 1})
    assert kinds(found) == [("Nernst", "Na")]
    unit = GAS * 310.15 / FARADAY
    assert found.derived[0].compared[0].formula == pytest.approx(unit * math.log(150 / 15), rel=1e-12)


def test_goldman_hodgkin_katz():
    found = one(ionlang.load(ROOT / "examples/02_ghk.ion").closed_forms(), "Goldman-Hodgkin-Katz")
    unit = GAS * 310.15 / FARADAY
    expected = unit * math.log((4 + 0.0005 * 145) / (140 + 0.0005 * 15))
    assert found.compared[0].formula == pytest.approx(expected, rel=1e-12)
    assert "[K]out" in found_text(found) and "Cl" not in found_text(found)


def found_text(found: Derived) -> str:
    return Derivation("", True, (found,), ()).text()


def test_mullins_and_noda():
    """V = RT/F ln((3 P_K K_out + 2 P_Na Na_out)/(3 P_K K_in + 2 P_Na Na_in)), with chloride at its own equilibrium."""
    model = ionlang.load(ROOT / "examples/08_sodium_pump.ion")
    found = model.closed_forms()
    assert ("Mullins-Noda", "soma") in kinds(found) and ("Nernst", "Cl") in kinds(found)
    K, Na = (model.rest().equilibria[0].state.concentrations["inside"][ion] for ion in ("K", "Na"))
    unit = GAS * 310.15 / FARADAY
    expected = unit * math.log((1.5 * 3 + 0.075064 * 145) / (1.5 * K + 0.075064 * Na))
    assert one(found, "Mullins-Noda").compared[0].formula == pytest.approx(expected, rel=1e-9)


def test_chord_conductance_with_the_current_and_with_the_ratio_of_a_pump():
    found = ionlang.load(ROOT / "examples/05_free_energy.ion").closed_forms()
    unit = GAS * 310 / FARADAY
    E_Na, E_K = unit * math.log(145 / 15), unit * math.log(5 / 140)
    assert found.derived[0].compared[0].formula == pytest.approx(
        (0.01 * E_Na + 0.1 * E_K - 0.4) / 0.11, rel=1e-12
    )

    settled = ionlang.loads(PUMP_LEAK)
    E = settled.rest().equilibria[0].state.potentials["soma"].nernst
    with_ratio = (2 * 0.02 * E["Na"] + 3 * 0.2 * E["K"]) / (2 * 0.02 + 3 * 0.2)
    assert one(settled.closed_forms(), "chord conductance").compared[0].formula == pytest.approx(
        with_ratio, rel=1e-10
    )


WRITTEN = """
temperature = 310 K
ion K   { valence = +1 }
ion SO4 { valence = -2 }
bath inside  { K = 140 mM;  SO4 = 1 mM }
bath outside { K = 5 mM;    SO4 = 2 mM }
membrane cell (inside | outside) {
    capacitance = 1 uF/cm2
    V from currents
    channel K_leak { carries K;    conductance = 0.1 mS/cm2 }
    channel other  { carries SO4;  current = 0.5 uA/cm2 }
    channel plain  { carries charge;  current = -0.2 uA/cm2 }
}
"""


def test_a_written_current_counts_in_the_mean_with_its_value():
    (form,) = ionlang.loads(WRITTEN).closed_forms().derived
    E_K = GAS * 310 / FARADAY * math.log(5 / 140)
    assert form.form.kind == "chord conductance"
    assert form.compared[0].formula == pytest.approx(E_K - 0.3 / 0.1, rel=1e-9)
    assert form.compared[0].found == pytest.approx(E_K - 0.3 / 0.1, rel=1e-9)


FIELD = """
temperature = 37 degC
ion Na { valence = +1 }
ion K  { valence = +1 }
ion Ca { valence = +2 }
solute ATP
bath inside  { Na = 15 mM;   K = 140 mM;  Ca = 0.0001 mM;  ATP = 3 mM }
bath outside { Na = 145 mM;  K = 4 mM;    Ca = 1 mM }
membrane cell (inside | outside) {
    capacitance = 1 uF/cm2
    V from currents
    channel K_leak  { carries K;   permeability = 1e-6 cm/s }
    channel Na_leak { carries Na;  %s }
    %s
}
"""
SMALL = "permeability = 1e-7 cm/s"


def test_the_constant_field_equation_goes_with_each_thing_that_it_needs():
    whole = ionlang.loads(FIELD % (SMALL, "")).closed_forms()
    assert kinds(whole) == [("Goldman-Hodgkin-Katz", "cell")]
    ohmic = ionlang.loads(FIELD % ("conductance = 0.01 mS/cm2", "")).closed_forms()
    assert kinds(ohmic) == [] and "K_leak is a constant field and Na_leak a conductance" in why(ohmic)
    divalent = ionlang.loads(
        FIELD % (SMALL, "channel Ca_leak { carries Ca;  permeability = 1e-8 cm/s }")
    ).closed_forms()
    assert kinds(divalent) == [] and "Ca is not monovalent" in why(divalent)
    pump = "pump NaK { moves 3 Na out, 2 K in, uses 1 ATP;  current = 0.1 uA/cm2 }"
    pumped = ionlang.loads(FIELD % (SMALL, pump)).closed_forms()
    assert kinds(pumped) == [] and "does not balance what leaks" in why(pumped)
    neutral = "pump NaK { moves 1 Na out, 1 K in, uses 1 ATP;  rate = 1 pmol/cm2/s }"
    assert kinds(ionlang.loads(FIELD % (SMALL, neutral)).closed_forms()) == [("Goldman-Hodgkin-Katz", "cell")]
    shut = ionlang.loads(FIELD % (SMALL, pump)).closed_forms(set={"cell.NaK.block": 1})
    assert kinds(shut) == [("Goldman-Hodgkin-Katz", "cell")]


CHLORIDE = """
temperature = 310 K
ion K  { valence = +1 }
ion Na { valence = +1 }
ion Cl { valence = -1 }
impermeant A { valence = -1 }
compartment inside { volume = 2 pL;  K = 140 mM held;  Na = 15 mM held;  Cl = 10 mM;  A balances charge }
bath outside { K = 3.57 mM;  Na = 145 mM;  Cl = 120 mM }
membrane cell (inside | outside) {
    area = 1000 um2;  capacitance = 1 uF/cm2
    V from currents starting at -70 mV
    channel leak    { carries K : 1, Na : 0.046;  permeability = 1e-6 cm/s }
    channel Cl_leak { carries Cl;  conductance = 0.1 mS/cm2 }
    %s
}
"""


def test_the_nernst_equation_goes_when_something_else_moves_the_ion():
    assert ("Nernst", "Cl") in kinds(ionlang.loads(CHLORIDE % "").closed_forms())
    line = "transporter KCC2 { moves 1 K out, 1 Cl out;  rate = 1 pmol/cm2/s * affinity }"
    found = ionlang.loads(CHLORIDE % line).closed_forms()
    assert ("Nernst", "Cl") not in kinds(found)
    assert "KCC2 moves it against its gradient, and E_Cl" in why(found) and "below V" in why(found)
    line = "transporter NKCC1 { moves 1 Na in, 1 K in, 2 Cl in;  rate = 1 pmol/cm2/s * affinity }"
    found = ionlang.loads(CHLORIDE % line).closed_forms()
    assert "no Nernst equation for chloride at cell: transporter NKCC1 moves it against its gradient" in why(
        found
    )
    assert "above V" in why(found)


DONNAN = """
temperature = 310 K
{species}
impermeant A {{ valence = {impermeant} }}
compartment inside {{ volume = 2 pL;  {inside}  A = {amount} mM }}
bath outside {{ {outside} }}
membrane cell (inside | outside) {{
    area = 1000 um2;  capacitance = 1 uF/cm2
    V from currents starting at 0 mV
    {channels}
    {more}
}}
"""


def donnan(valences: list[int], outer: list[float], z: Fraction, amount: float, more: str = "") -> str:
    names = [f"X{i}" for i in range(len(valences))]
    return DONNAN.format(
        species="\n".join(f"ion {n} {{ valence = {v:+d} }}" for n, v in zip(names, valences, strict=True)),
        impermeant=f"{float(z):+g}",
        inside=" ".join(f"{n} = {c:.6g} mM; " for n, c in zip(names, outer, strict=True)),
        outside="  ".join(f"{n} = {c:.6g} mM;" for n, c in zip(names, outer, strict=True)),
        channels="\n".join(f"channel {n}_leak {{ carries {n};  conductance = 0.1 mS/cm2 }}" for n in names),
        amount=f"{amount:.6g}",
        more=more,
    )


CATIONS = st.lists(st.sampled_from([1, 2, 3]), min_size=1, max_size=2)
ANIONS = st.lists(st.sampled_from([-1, -2]), min_size=1, max_size=2)


@settings(max_examples=12, deadline=None, derandomize=True)
@given(
    cations=CATIONS, anions=ANIONS, z=st.sampled_from([-2, -1, Fraction(-17, 20), 1, 3]),
    amount=st.floats(1.0, 300.0), data=st.data(),
)  # fmt: skip
def test_donnan_with_any_valences(
    cations: list[int], anions: list[int], z: Fraction, amount: float, data: st.DataObject
):
    """r is where Σ z c_out r^z + z_A A is nothing, sought here by bisection in 40 digits; with the membrane's charge put
    back the form is the rest that is found."""
    valences = [*cations, *anions]
    outer = [float(f"{data.draw(st.floats(1.0, 150.0)):.6g}") for _ in valences]
    amount = float(f"{amount:.6g}")
    found = one(ionlang.loads(donnan(valences, outer, Fraction(z), amount)).closed_forms(), "Gibbs-Donnan")
    mp.mp.dps = 40
    low, high = mp.mpf("1e-12"), mp.mpf("1e12")
    for _ in range(300):
        r = mp.sqrt(low * high)
        charge = sum(v * c * r**v for v, c in zip(valences, outer, strict=True)) + mp.mpf(float(z)) * amount
        low, high = (r, high) if charge < 0 else (low, r)
    mp.mp.dps = 15
    unit = GAS * 310 / FARADAY
    assert found.compared[0].formula == pytest.approx(float(-unit * mp.log(r)), rel=1e-9, abs=1e-9)
    for c in found.compared:
        assert c.complete == pytest.approx(c.found, rel=1e-8, abs=1e-8), c.path


def test_the_donnan_equilibrium_goes_with_each_thing_that_it_needs():
    def at(**changes: str) -> Derivation:
        more = changes.get("more", "")
        text = donnan([1, -1], [100.0, 100.0], Fraction(-1), 50.0, more)
        return ionlang.loads(text.replace(changes.get("out", "\0"), changes.get("into", ""))).closed_forms()

    assert ("Gibbs-Donnan", "inside") in kinds(at())
    passive = at(
        more="transporter both { moves 1 X0 out, 1 X1 out;  rate = 1 pmol/cm2/s * (1 - exp(-affinity)) }"
    )
    assert ("Gibbs-Donnan", "inside") in kinds(passive)
    odd = at(
        more="transporter both { moves 1 X0 out, 1 X1 out;  rate = 1 pmol/cm2/s * (1.01 - exp(-affinity)) }"
    )
    assert ("Gibbs-Donnan", "inside") not in kinds(odd) and "stands still in equilibrium" in why(odd)
    held = at(out="X0 = 100 mM;  X1", into="X0 = 100 mM held;  X1")
    assert ("Gibbs-Donnan", "inside") not in kinds(held) and "X0 is held" in why(held)
    written = at(
        out="carries X0;  conductance = 0.1 mS/cm2",
        into="carries X0;  conductance = 0.1 mS/cm2;  reversal = -10 mV",
    )
    assert ("Gibbs-Donnan", "inside") not in kinds(written) and "reversal potential of its own" in why(
        written
    )
    nothing = at(out="A = 50 mM", into="A = 0 mM")
    assert "holds nothing charged that cannot pass" in why(nothing)


def test_a_closed_donnan_cell_conserves_its_totals():
    found = ionlang.load(ROOT / "examples/anoxia.ion").closed_forms(set={"soma.NaK.block": 1})
    form = one(found, "Gibbs-Donnan")
    V = form.compared[0]
    assert V.found == pytest.approx(-22.869896, abs=1e-6) and abs(V.difference) < 1e-3
    assert V.complete == pytest.approx(V.found, abs=1e-9)


def _swelling(kcc2: str = "2e-3", z: str = "-0.85") -> ionlang.Model:
    text = SWELLING.read_text().replace("rate = 2e-3 S/dm2", f"rate = {kcc2} S/dm2")
    return ionlang.loads(text.replace("X { valence = -0.85 }", f"X {{ valence = {z} }}"))


@cache
def _stated(pattern: str) -> tuple[float, ...]:
    text = (ROOT / "tests/oracles/dusterwald2018.out").read_text()
    found = re.search(pattern, text)
    assert found is not None
    return tuple(float(x) for x in found.groups())


@pytest.mark.parametrize("kcc2", ["0e+00", "2e-04", "2e-03", "2e-02"])
def test_cotransport_in_closed_form(kcc2: str):
    V, E_Cl = _stated(rf"gKCC2={re.escape(kcc2)} S/dm2: V=(\S+) E_Cl=(\S+)")
    form = one(_swelling(kcc2).closed_forms(), "pump and leak")
    _check_swelling(form, V, E_Cl)


@pytest.mark.parametrize("z", ["-0.60", "-0.85", "-1.20", "-1.00"])
def test_impermeant_charge_in_closed_form(z: str):
    if z == "-1.00":  # the oracle's own formula divides by nothing there: from both sides
        pair = [dusterwald2018.analytic_p(zz=float(z) + d)[1] for d in (-1e-7, 1e-7)]
        V, Cl = (1e3 * (pair[0][k] + pair[1][k]) / 2 for k in (0, 3))
        E_Cl = 26.725 * math.log(Cl / 119)
    else:
        V, E_Cl = _stated(rf"z={re.escape(z)}: V=(\S+) E_Cl=(\S+)")
    _check_swelling(one(_swelling(z=z).closed_forms(), "pump and leak"), V, E_Cl)


def _check_swelling(form: Derived, V: float, E_Cl: float) -> None:
    by_path = {c.path: c for c in form.compared}
    assert by_path["soma.V"].formula == pytest.approx(V, abs=2e-5)
    assert abs(by_path["soma.V"].difference) < 1e-3
    assert 26.725 * math.log(by_path["inside.Cl"].formula / 119) == pytest.approx(E_Cl, abs=2e-5)
    for c in form.compared:
        assert c.complete == pytest.approx(c.found, rel=1e-8, abs=1e-8)


def test_the_pump_leak_form_goes_with_each_thing_that_it_needs():
    def at(out: str, into: str) -> Derivation:
        text = SWELLING.read_text()
        assert out in text
        return ionlang.loads(text.replace(out, into)).closed_forms()

    law = "rate = 2e-3 S/dm2 / faraday * (E(Cl) - E(K))"
    two = at(law, "rate = 1 pmol/cm2/s * (1 - exp(-affinity))")
    assert "the rates of NaK and KCC2 are no straight lines in the potentials" in why(two)
    straight = at(law, "rate = 1 pmol/cm2/s * affinity")
    assert ("pump and leak", "inside") in kinds(straight)
    gated = at(
        "carries K;   conductance = 7e-3 S/dm2", "carries K;   conductance = 7e-3 S/dm2 * exp(V/(100 mV))"
    )
    assert "the conductance of K_leak is no constant, it follows soma.V" in why(gated)
    field = at("carries K;   conductance = 7e-3 S/dm2", "carries K;   permeability = 1e-6 cm/s")
    assert "passes by constant field" in why(field)
    for found in (two, gated, field):
        assert all(kind != "pump and leak" for kind, _ in kinds(found))


def _held(p):
    return 140 * mp.exp(-6 * p) + 5 * mp.exp(p * mp.mpf(2) / 5)


CRITICAL = float(mp.findroot(lambda p: _held(p) - 145, 8.4))
LEAST = float(mp.log(420) / mp.mpf("6.4"))


def test_a_finite_volume_needs_a_pump_that_is_neither_too_slow_nor_too_fast():
    """130 fmol/(145 mM − A(p)), A(p) = 140 mM exp(−6p) + 5 mM exp(0.4p), p in uA/cm2: A(0) is 145 mM."""
    model = ionlang.loads(PUMP_LEAK)
    found = one(model.closed_forms(), "pump and leak")
    volume = next(c for c in found.compared if c.path == "inside.volume")
    assert volume.formula == pytest.approx(float(130 / (145 - _held(1))), rel=1e-12)
    finite = found.finite
    assert finite is not None and finite.lower == 0.0
    assert amperes(finite.upper) == pytest.approx(CRITICAL, rel=1e-10)
    assert amperes(finite.least) == pytest.approx(LEAST, rel=1e-10)
    assert finite.least_volume == pytest.approx(float(130 / (145 - _held(LEAST))), rel=1e-12)
    text = found_text(found)
    assert "Without the pump no volume is finite" in text
    assert "it is finite only below" in " ".join(text.split())


@cache
def _branch(low: float, high: float):
    (branch,) = ionlang.loads(PUMP_LEAK).continue_over("p", f"{low} uA/cm2", f"{high} uA/cm2").branches
    return branch


def test_the_critical_rate_and_the_least_volume_agree_with_continuation():
    finite = one(ionlang.loads(PUMP_LEAK).closed_forms(), "pump and leak").finite
    assert finite is not None
    branch = _branch(0.5, 8.41)
    p, volume = branch.parameter, branch.columns["inside.volume"]
    expected = [float(130 / (145 - _held(x))) for x in p]
    assert volume == pytest.approx(expected, rel=1e-8)

    near = p > 7.5
    squeezed = np.polynomial.Polynomial.fit(p[near], 1 / volume[near], 8)
    roots = squeezed.roots()
    critical = min((float(r.real) for r in roots if abs(r.imag) < 1e-6), key=lambda r: abs(r - 8.418))
    assert amperes(finite.upper) == pytest.approx(critical, rel=1e-8)

    near = np.abs(p - LEAST) < 0.35
    turns = np.polynomial.Polynomial.fit(p[near], 1 / volume[near], 14).deriv().roots()
    turn = min((float(r.real) for r in turns if abs(r.imag) < 1e-9), key=lambda r: abs(r - LEAST))
    assert amperes(finite.least) == pytest.approx(turn, rel=1e-6)
    assert finite.least_volume == pytest.approx(float(volume.min()), rel=1e-5)


def test_impermeants_outside_keep_the_volume_finite_without_a_pump():
    """4 S₊ S₋ of the bath is below the square of its osmolarity."""
    finite = one(_swelling().closed_forms(), "pump and leak").finite
    assert finite is not None and finite.lower is None and finite.upper is not None
    J = amperes(finite.upper) / (0.02 * 26.725)  # F J/g_Na over RT/F
    shifts = {"Na": 3 * J, "K": -2 * J * 0.04 * 0.02 / 0.0032, "Cl": -2 * J * 0.02 * 0.02 / 0.0032}
    S = 145 * math.exp(-shifts["Na"]) + 3.5 * math.exp(-shifts["K"])
    assert 4 * S * 119 * math.exp(shifts["Cl"]) == pytest.approx(297**2, rel=1e-9)


def test_the_command_and_its_json(capsys):
    assert main(["derive", str(ROOT / "examples/04_donnan.ion"), "--set", "inside.A=0.3 M"]) == 0
    text = capsys.readouterr().out
    assert "V of cell: the Nernst potential of potassium (exact)" in text
    assert (
        "r = (sqrt(4·S_+·S_− + ρ^2) − ρ)/(2·S_+)" in text and "It neglects the charge on the membrane" in text
    )
    assert main(["derive", str(SWELLING), "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [f["kind"] for f in found["forms"]] == ["chord conductance", "pump and leak"]
    V = found["forms"][1]["compared"]["soma.V"]
    assert (
        V["unit"] == "mV"
        and abs(V["difference"]) < 1e-3
        and abs(V["difference_with_what_is_neglected"]) < 1e-8
    )
    assert found["forms"][1]["finite_volume"]["above"] is None and found["at_rest"] is True
    assert any("KCC2" in m["why"] for m in found["missing"])


def test_mistakes_of_the_command_are_told(tmp_path, capsys):
    assert main(["derive", str(SWELLING), "--set", "nonsense=1"]) == 1
    assert main(["derive", str(SWELLING), "--set", "nonsense"]) == 2
    assert main(["derive", str(tmp_path / "none.ion")]) == 2
    broken = tmp_path / "broken.ion"
    broken.write_text("ion K { valence = +1 }\nmembrane m (a | b) { }")
    assert main(["derive", str(broken)]) == 1
