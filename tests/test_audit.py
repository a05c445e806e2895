"""The audit: no carrier without fuel goes uphill unseen, and no law that is right is blamed."""

from __future__ import annotations

import json
import re
from math import exp, log

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import ionlang
from ionlang.cli import main
from ionlang.diagnostics import Diagnostic

RT = 8.31446261815324 * 310.15 / 96485.33212 * 1e3  # mV, at 37 degC
FARADAY = 96485.33212

CELL = """
temperature = 37 degC
ion K  {{ valence = +1 }}
ion Na {{ valence = +1 }}
ion Ca {{ valence = +2 }}
ion Cl {{ valence = -1 }}
solute ATP
solute ADP
bath inside  {{ K = {K_in} mM;  Na = 12 mM;   Ca = 100 nM;  Cl = 8 mM;  ATP = 3 mM;  ADP = 0.3 mM }}
bath outside {{ K = {K_out} mM;  Na = 145 mM;  Ca = 1.5 mM;  Cl = 120 mM }}
membrane cell (inside | outside) {{
    capacitance = 1 uF/cm2
    V from currents starting at {V} mV
    channel open_always {{ carries K : 1, Na : 0.2;  permeability = 1e-6 cm/s }}
    {carrier}
}}
"""


def text(carrier: str, V: float = -65.0, K_in: float = 140.0, K_out: float = 4.0) -> str:
    return CELL.format(carrier=carrier, V=V, K_in=K_in, K_out=K_out)


def found(carrier: str, **values: float) -> tuple[Diagnostic, ...]:
    return ionlang.loads(text(carrier, **values)).check()


def codes(carrier: str, **values: float) -> list[str]:
    return [d.code for d in found(carrier, **values)]


# ── uphill at the start ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "carrier",
    [
        "transporter K_in { moves 1 K in;  rate = 1 pmol/cm2/s }",
        "transporter K_in { moves 1 K out;  rate = -1 pmol/cm2/s }",
        "transporter NCC { moves 1 Na out, 1 Cl out;  rate = 1 pmol/cm2/s }",
        "transporter NCX { moves 3 Na out, 1 Ca in;  current = 1 uA/cm2 }",
        "transporter wrong_way { moves 1 Na in, 1 Cl in;  rate = -1 pmol/cm2/s * affinity }",
        "channel K_in { carries K;  current = -1 uA/cm2 }",
        "channel Cl_in { carries Cl;  current = -1 uA/cm2 * open;  gate open { inf = 0.3;  tau = 1 ms } }",
        "channel Ca_out { carries Ca;  current = 1 uA/cm2 }",
        "channel both { carries K : 1, Na : 1;  current = 1 uA/cm2 }",
        "channel hidden { carries K;  current = 1 uA/cm2;  excluded from V }".replace("1 uA", "-1 uA"),
    ],
)
def test_whatever_goes_uphill_without_fuel_is_an_error(carrier: str) -> None:
    assert "ION352" in codes(carrier)
    assert "ION323" not in codes(carrier)


@pytest.mark.parametrize(
    "carrier",
    [
        "transporter K_out { moves 1 K out;  rate = 1 pmol/cm2/s * (1 - exp(-affinity)) }",
        "transporter NCC { moves 1 Na out, 1 Cl out;  rate = mass_action(1 pmol/cm2/s/mM2) }",
        "transporter NCX { moves 3 Na out, 1 Ca in;  current = 1 uA/cm2 * affinity }",
        "transporter by_hand { moves 1 K out, 1 Cl out;  rate = 1 pmol/cm2/s * log(in.K*in.Cl/(out.K*out.Cl)) }",
        "channel K_leak { carries K;  current = 1 mS/cm2 * (V - E(K)) }",
        "channel K_leak { carries K;  conductance = 1 mS/cm2 }",
        "channel Ca_field { carries Ca;  current = 1e-7 cm/s * ghk(Ca) }",
        "channel charge { carries charge;  current = -1 uA/cm2 }",
        "pump K_in { moves 1 K in, uses 1 ATP;  rate = 1 pmol/cm2/s }",
    ],
)
@pytest.mark.parametrize("V", [-110.0, -65.0, 40.0])
def test_a_right_law_is_no_mistake_wherever_it_starts(carrier: str, V: float) -> None:
    assert [code for code in codes(carrier, V=V) if code != "ION313"] == []


def test_both_potentials_are_shown_in_both_units_and_the_way_it_goes() -> None:
    message = next(d for d in found("channel K_in { carries K;  current = -1 uA/cm2 }") if d.code == "ION352")
    inside, outside = RT * log(0.140) - 65, RT * log(0.004)
    kj = FARADAY * 1e-6
    assert message.notes[0] == (
        f"K: {inside * kj:.2f} kJ/mol ({inside:.1f} mV) in inside, {outside * kj:.2f} kJ/mol ({outside:.1f} mV) in outside"
    )
    rise = inside - outside
    assert rise > 0
    assert f"K from outside to inside, {rise * kj:.3g} kJ/mol ({rise:.3g} mV) upward" in message.primary.text
    assert message.primary.span.text == "-1 uA/cm2"


@settings(max_examples=60, deadline=None)
@given(
    V=st.floats(-110, 50),
    zero=st.floats(-110, 60),
    ratio=st.floats(0.5, 60),
)
def test_a_written_current_is_judged_by_its_gradient(V: float, zero: float, ratio: float) -> None:
    """Error where the current and the driving force have opposite signs, warning where only the zeros differ."""
    E = -RT * log(ratio)
    V, zero = round(V, 3), round(zero, 3)
    assume(abs(V - E) < 2.5 or abs(V - E) > 2.9)
    assume(abs(zero - E) < 0.9 or abs(zero - E) > 1.2)
    assume(zero != V)
    got = codes(
        f"channel K_own {{ carries K;  current = 1 mS/cm2 * (V - ({zero} mV)) }}", V=V, K_in=4 * ratio
    )
    uphill = (V - zero) * (V - E) < 0 and abs(V - E) > 0.1 * RT
    missed = abs(E - zero) > 1.1  # mV
    assert got == (["ION352"] if uphill else ["ION323"] if missed else [])


# ── laws with their zero elsewhere ──────────────────────────────────────────────────────────────────────────────────

VALUES = re.compile(r"stands still at (\S+) = (\S+) (mM|mV), the gradients balance at (\S+) \3")


def both(carrier: str, **values: float) -> tuple[str, float, float]:
    """What is warned of: the quantity, where the law stands still, where it should."""
    (warned,) = [d for d in found(carrier, **values) if d.code == "ION323"]
    shown = VALUES.search(warned.primary.text)
    assert shown is not None, warned.primary.text
    return shown[1], float(shown[2]), float(shown[4])


def test_a_channel_shows_where_its_current_vanishes_and_where_it_should() -> None:
    path, zero, balance = both("channel NaV { carries Na;  current = 1 mS/cm2 * (V - 40 mV) }")
    assert (path, zero) == ("cell.V", 40.0)
    assert balance == pytest.approx(RT * log(145 / 12), rel=1e-3)


def test_a_channel_of_several_ions_balances_at_the_mean_of_theirs() -> None:
    _, zero, balance = both("channel both { carries K : 1, Na : 3;  current = 1 mS/cm2 * (V - 0 mV) }")
    assert zero == 0.0
    assert balance == pytest.approx((RT * log(4 / 140) + 3 * RT * log(145 / 12)) / 4, rel=1e-3)


def test_a_cotransporter_shows_the_quantity_in_which_it_has_a_zero() -> None:
    path, zero, balance = both("transporter KCC { moves 1 K out, 1 Cl out;  rate = 1 pmol/cm2/s * (in.Cl - 5 mM)/(1 mM) }")  # fmt: skip
    assert (path, zero) == ("inside.Cl", 5.0)
    assert balance == pytest.approx(4 * 120 / 140, rel=1e-3)


def test_a_constant_rate_has_no_zero_at_all() -> None:
    (warned,) = found("transporter KCC { moves 1 K out, 1 Cl out;  rate = 1 pmol/cm2/s }")
    assert warned.primary.text == (
        f"this rate stands still at no inside.K, the gradients balance at inside.K = {4 * 120 / 8:.4g} mM"
    )


def test_a_pump_of_known_fuel_has_its_reversal_too() -> None:
    pump = "pump P {{ moves 1 Na out;  turns in.ATP into in.ADP;  equilibrium_constant = 1e4;  rate = {} }}"
    fixed = "1 pmol/cm2/s * (in.Na - 3 mM)/(1 mM)"
    path, zero, balance = both(pump.format(fixed))
    affinity = log(1e4) + log(3 / 0.3) + log(12 / 145) - 65 / RT
    assert (path, zero) == ("inside.Na", 3.0)
    assert balance == pytest.approx(12 * exp(-affinity), rel=1e-3)
    assert codes(pump.format("1 pmol/cm2/s * (1 - exp(-affinity))")) == []
    assert codes(f"pump P {{ moves 1 Na out, uses 1 ATP;  rate = {fixed} }}") == []


REACTION = """
solute A
solute B
compartment cell {{ volume = 2 pL;  A = 3 mM;  B = 0.5 mM }}
reaction R in cell {{ turns A into 2 B;  rate = {rate};  equilibrium_constant = {K} }}
"""


def test_a_reaction_must_stand_still_at_its_equilibrium_constant() -> None:
    def warned(rate: str, K: str = "2 mM") -> list[Diagnostic]:
        return list(ionlang.loads(REACTION.format(rate=rate, K=K)).check())

    (one,) = warned("1 mM/s * (A - B)/(1 mM)")
    shown = VALUES.search(one.primary.text)
    assert one.code == "ION323" and shown is not None
    assert (shown[1], float(shown[2])) == ("cell.A", 0.5)
    assert float(shown[4]) == pytest.approx(0.5**2 / 2, rel=1e-3)
    assert warned("1 mM/s * (A - B^2/(2 mM))/(1 mM)") == []
    assert warned("1 mM/s * (1 - exp(-affinity))") == []


def test_rounded_constants_are_let_pass() -> None:
    E = RT * log(145 / 12)
    assert codes(f"channel NaV {{ carries Na;  current = 1 mS/cm2 * (V - {E + 0.8:.3f} mV) }}") == []
    assert codes(f"channel NaV {{ carries Na;  current = 1 mS/cm2 * (V - {E + 1.4:.3f} mV) }}") == ["ION323"]


# ── reversal potentials of their own ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("carries", "off", "expected"),
    [("K", 0.9, []), ("K", 1.1, ["ION353"]), ("K", -1.1, ["ION353"]), ("K : 1, Na : 1", 50.0, [])],
)
def test_a_reversal_potential_is_compared_with_its_ions(
    carries: str, off: float, expected: list[str]
) -> None:
    E = RT * log(4 / 140) + off
    carrier = f"channel X {{ carries {carries};  conductance = 1 mS/cm2;  reversal = {E:.4f} mV }}"
    assert codes(carrier) == expected
    for each in found(carrier):
        assert (
            f"{E:.4g} mV" in each.primary.text and f"E(K) = {RT * log(4 / 140):.4g} mV" in each.primary.text
        )


def test_what_only_the_run_tells_is_left_to_it() -> None:
    unknown = text("channel K_in { carries K;  current = -1 uA/cm2 }").replace(" starting at -65.0 mV", "")
    assert [d.code for d in ionlang.loads(unknown).check()] == ["ION323"]
    tuned = text("param I = -1 uA/cm2\n    channel K_in { carries K;  current = I }")
    assert "ION352" in [d.code for d in ionlang.loads(tuned).check()]
    goal = "\ntune cell.I so that cell.V at rest = -60 mV\n"
    assert "ION352" not in [d.code for d in ionlang.loads(tuned + goal).check()]


# ── at rest, and where a run ends ───────────────────────────────────────────────────────────────────────────────────

LEAK = "channel Na_way {{ carries Na;  conductance = 0.02 mS/cm2 }}\n channel K_own {{ carries K;  conductance = 0.2 mS/cm2;  reversal = {} mV }}"  # fmt: skip
RUN = "scenario S { run 200 ms }\n"


def test_rest_and_run_say_what_goes_uphill_there() -> None:
    model = ionlang.loads(text(LEAK.format(-20)) + RUN)
    card, V = model.rest(), model.equilibria()[0].state[0]
    (note,) = [n for n in card.notes if n.startswith("audit: ")]
    gain = V - RT * log(4 / 140)  # an inward current at a potential above E_K
    assert V < -20 and gain > 0
    assert f"channel K_own takes K from outside to inside, {gain * FARADAY * 1e-6:.3g} kJ/mol ({gain:.3g} mV) uphill" in note  # fmt: skip
    from ionlang.analyse.objects import solution_object
    from ionlang.analyse.report import solution_text

    solution = model.run("S")
    assert f"audit: at the end channel K_own takes K from outside to inside, {gain * FARADAY * 1e-6:.3g} kJ/mol" in solution_text(solution)  # fmt: skip
    assert len(json.loads(json.dumps(solution_object(solution)))["audit"]) == 1


def test_rest_and_run_are_silent_where_all_goes_downhill() -> None:
    for reversal in ("E(K)", "-90"):
        carrier = LEAK.replace("{} mV", "{}").format(reversal if "E" in reversal else f"{reversal} mV")
        model = ionlang.loads(text(carrier) + RUN)
        assert [n for n in model.rest().notes if "audit" in n] == []


def test_the_command_stops_at_the_error(tmp_path, capsys) -> None:
    path = tmp_path / "cell.ion"
    path.write_text(text("channel K_in { carries K;  current = -1 uA/cm2 }"))
    assert main(["rest", str(path)]) == 1
    assert "ION352" in capsys.readouterr().err
