"""Actions on some copies of a line: against closed forms, and against files that say the same with the position."""

from __future__ import annotations

import math

import numpy as np
import pytest

import ionlang
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.lines import recorder
from ionlang.simulate.solution import Solution
from tests.lines_actions_models import fibre, strip
from tests.lines_models import tissue

LAMBDA = math.sqrt(2e-4 * 1e4 / (2 * 150))  # cm: radius 2 um, 10 kohm.cm2, 150 ohm.cm
AXIAL = 150 / (math.pi * (2e-4) ** 2)  # ohm/cm
TAU = 10.0  # ms


def states(solution: Solution, *times: float) -> FloatArray:
    """All states (n, times) at these times [ms]."""
    assert solution.trajectory is not None
    return solution.trajectory.at(np.array(times))


def green(distance: FloatArray, time: float, current: float) -> FloatArray:
    """V [mV] of an infinite cable into which a current [nA] has flowed at one place for so long [ms]."""
    x, t = distance / LAMBDA, time / TAU
    erfc = np.vectorize(math.erfc)
    near, far = x / (2 * math.sqrt(t)) - math.sqrt(t), x / (2 * math.sqrt(t)) + math.sqrt(t)
    size = AXIAL * LAMBDA * current * 1e-6 / 4  # mV
    found: FloatArray = size * (np.exp(-x) * erfc(near) - np.exp(x) * erfc(far))
    return found


def test_a_current_into_one_copy_spreads_as_the_cable_equation_says_to_second_order() -> None:
    """λ is 0.816 mm, the cable 12 λ; middles of the coarse grid are middles of the fine one."""
    length, worst = 12 * LAMBDA * 1e4, []
    for count in (45, 135):
        middle = (count + 1) // 2
        asked = [middle + k * count // 45 for k in (1, 3, 6)]
        measures = "\n".join(f"measure v{k} = fibre[{copy}].wall.V at 15 ms" for k, copy in enumerate(asked))
        text = fibre(
            count,
            f"{length / count!r} um",
            f"scenario pulse {{ run 15 ms; inject 0.1 nA into fibre[{middle}].wall carried by K\n{measures} }}",
        )
        found = np.array([v for _, v in ionlang.loads(text).run("pulse", rtol=1e-9).measures])
        distance = np.array([(copy - middle) * length * 1e-4 / count for copy in asked])
        worst.append(float(np.abs(found / green(distance, 15.0, 0.1) - 1).max()))
    assert worst[1] < 0.002
    assert 8 < worst[0] / worst[1] < 10


def test_a_current_that_is_always_there_is_in_the_rest_the_scenario_begins_at() -> None:
    """V where it enters, in the middle of a cable of length L closed at both ends: I r λ/(2 tanh(L/2λ))."""
    count, length = 99, 0.2  # cm
    said = "scenario s { begin at rest; run 1 ms; inject 0.1 nA into fibre[50].wall carried by K\n"
    text = fibre(count, f"{length * 1e4 / count!r} um", said + "measure v = fibre[50].wall.V at start }")
    found = dict(ionlang.loads(text).run("s").measures)["v"]
    expected = AXIAL * LAMBDA * 0.1e-6 / (2 * math.tanh(length / (2 * LAMBDA)))
    assert found == pytest.approx(expected, rel=1e-3)


GRADIENT = "4 mM + 2 mM * exp(-x/(100 um))"
SAME = {
    "block": (
        "block tissue[100 um .. 250 um].soma.NaK by 60 %",
        "block tissue.soma.NaK by tissue.mine * 0.6",
    ),
    "scale": (
        "scale tissue[100 um .. 250 um].soma.K_leak.conductance by 10",
        "scale tissue.soma.K_leak.conductance by 1 + 9 * tissue.mine",
    ),
    "shift": (
        "shift tissue[100 um .. 250 um].soma.KDR.n by 20 mV",
        "shift tissue.soma.KDR.n by tissue.mine * 20 mV",
    ),
    "inject": (
        "inject 20 pA into tissue[100 um .. 250 um].soma carried by K",
        "inject tissue.mine * 20 pA into tissue.soma carried by K",
    ),
    "set": (
        "set tissue[100 um .. 250 um].soma.Na_leak.conductance = 0.1 mS/cm2 * x/(100 um)",
        "set tissue.soma.Na_leak.conductance = if x > 100 um and x < 250 um then 0.1 mS/cm2 * x/(100 um) else 0.0175"
        " mS/cm2",
    ),
    "diffusion": (
        "set tissue[100 um .. 250 um].outside.diffusion.K = 1e-6 cm2/s",
        "set tissue.outside.diffusion.K = if x > 100 um and x < 250 um then 1e-6 cm2/s else spread_of_K",
    ),
    "moving": (
        "set tissue[100 um .. 250 um].soma.Na_leak.conductance = 0.0175 mS/cm2 * (1 + elapsed/(10 ms))",
        "scale tissue.soma.Na_leak.conductance by 1 + tissue.mine * elapsed/(10 ms)",
    ),
    "ramp": (
        "ramp tissue[100 um .. 250 um].soma.Na_leak.conductance to 0.1 mS/cm2 over 20 ms",
        "ramp tissue.soma.Na_leak.conductance to 0.0175 mS/cm2 + tissue.mine * 0.0825 mS/cm2 over 20 ms",
    ),
    "relax": (
        "relax tissue[100 um .. 250 um].soma.Na_leak.conductance to 0.1 mS/cm2 with tau 20 ms",
        "relax tissue.soma.Na_leak.conductance to 0.0175 mS/cm2 + tissue.mine * 0.0825 mS/cm2 with tau 20 ms",
    ),
}


@pytest.mark.parametrize("way", SAME)
def test_a_range_is_what_the_position_says(way: str) -> None:
    """`mine` is 1 where 100 um < x < 250 um."""
    mine = "param mine = if x > 100 um and x < 250 um then 1 else 0\n membrane soma ("
    runs = []
    for said in SAME[way]:
        text = tissue(7, f"scenario s {{ run 60 ms; from 10 ms for 40 ms: {said} }}", outside_K=GRADIENT)
        solution = ionlang.loads(text.replace("membrane soma (", mine, 1)).run("s", rtol=1e-11)
        assert solution.conservation_drift < 1e-12 or way in ("inject", "moving", "ramp", "relax")
        runs.append(states(solution, 20.0, 50.0, 60.0))
    assert np.abs(runs[0] / runs[1] - 1).max() < 1e-9
    untouched = ionlang.loads(tissue(7, "scenario s { run 60 ms }", outside_K=GRADIENT)).run("s", rtol=1e-9)
    other = states(untouched, 20.0, 50.0, 60.0)
    assert np.abs(runs[0] / other - 1).max() > 1e-5


def test_a_block_takes_its_share_of_all_that_a_carrier_moves_and_only_there() -> None:
    words = ("NaK.rate", "NaK.current", "NaK.flux(K)", "NaK.flux(Na)")
    asked = [(copy, word, moment) for copy in (2, 3, 4) for word in words for moment in (9.999999, 10)]
    lines = "\n".join(f"measure m{k} = tissue[{c}].soma.{w} at {t} ms" for k, (c, w, t) in enumerate(asked))
    text = tissue(
        5, f"scenario s {{ run 20 ms; from 10 ms for 10 ms: block tissue[3 .. 4].soma.NaK by 60 %\n{lines} }}"
    )
    found = np.array([v for _, v in ionlang.loads(text).run("s").measures]).reshape(3, len(words), 2)
    assert np.allclose(found[..., 1] / found[..., 0], np.array([1.0, 0.4, 0.4])[:, None], rtol=1e-6)


def test_two_copies_kept_at_two_values_have_a_straight_line_between_them() -> None:
    count = 11
    text = strip(
        count,
        "scenario s { run 60 s; clamp tissue[1].outside.marker to 10 mM; clamp tissue[11].outside.marker to 0 mM }",
        spacing="10 um",
    )
    solution = ionlang.loads(text).run("s", rtol=1e-9)
    profile = states(solution, 60e3)[:, 0]
    assert np.allclose(profile, np.linspace(10, 0, count), atol=1e-6)
    assert solution.conservation_drift < 1e-8
    supplied = {s.path: s.amount for s in solution.supplies}
    assert list(supplied) == ["tissue[1].outside.marker", "tissue[11].outside.marker"]
    assert sum(supplied.values()) == pytest.approx(profile.sum() - count, rel=1e-6)


def test_what_a_copy_that_is_held_was_given_is_what_its_neighbours_took() -> None:
    """Steady flux: D A/spacing × 10 mM/(10 spacings), A = 1 pL/(10 um)."""
    text = strip(
        11,
        "scenario s { begin at end of before; run 1 s; clamp tissue[11].outside.marker to 0 mM\n"
        "hold tissue[1].outside.marker }\n"
        "scenario before { run 60 s; clamp tissue[1].outside.marker to 10 mM; clamp tissue[11].outside.marker to 0 mM }",
        spacing="10 um",
    )
    model = ionlang.loads(text)
    solution = model.run("s", rtol=1e-9)
    flux = 1e-5 / (1e-3) ** 2 * 10 / 10  # mM/s into and out of 1 pL
    end = states(solution, 1e3)[:, 0]
    assert end[0] == pytest.approx(10, rel=1e-7)
    first, last = solution.supplies
    assert (first.path, last.path) == ("tissue[1].outside.marker", "tissue[11].outside.marker")
    assert first.amount == pytest.approx(flux, rel=1e-6)
    assert last.amount == pytest.approx(-flux, rel=1e-6)


def test_what_is_added_to_a_range_is_there_afterwards() -> None:
    text = strip(
        10,
        "scenario s { run 20 s; at 1 s: add 5 mM to tissue[0 um .. 60 um].outside.marker\n"
        "at 2 s: add 3 fmol to tissue[10].outside.marker\n"
        "at 3 s: set tissue[5 .. 6].outside.marker = 2 mM + 1 mM * x/(100 um) }",
        start="0 mM",
    )
    solution = ionlang.loads(text).run("s")
    after, before = (states(solution, t)[:, 0] for t in (1e3, 1e3 - 1e-6))
    assert np.allclose(after - before, [5, 5, 5, *[0] * 7], atol=1e-9)
    after, before = (states(solution, t)[:, 0] for t in (2e3, 2e3 - 1e-6))
    assert np.allclose(after - before, [*[0] * 9, 3], atol=1e-6)
    assert np.allclose(states(solution, 3e3)[4:6, 0], [2.9, 3.1])
    supplied = {s.path: s.amount for s in solution.supplies}
    assert list(supplied) == [
        "amount(tissue[1 .. 3].outside.marker)", "amount(tissue[5 .. 6].outside.marker)", "tissue[10].outside.marker",
    ]  # fmt: skip
    assert sum(supplied.values()) == pytest.approx(states(solution, 20e3).sum(), rel=1e-10)
    assert solution.conservation_drift < 1e-12


def test_a_moving_clamp_leads_each_copy_by_its_own_position() -> None:
    said = "scenario s { run 2 s; from 1 s for 500 ms: clamp tissue[2 .. 4].outside.marker to (1 mM + 1 mM * x/(100 um))"
    text = strip(8, said + " * (1 + elapsed/(1 s)) }")
    solution = ionlang.loads(text).run("s")
    for moment in (1000.0, 1250.0, 1499.999):
        expected = (1 + np.array([30, 50, 70]) / 100) * (1 + (moment - 1000) / 1000)
        assert np.allclose(states(solution, moment)[1:4, 0], expected, rtol=1e-9)
    assert solution.conservation_drift < 1e-8


@pytest.mark.parametrize("stepped", [0, 10_000])
def test_all_of_it_holds_in_a_line_of_which_not_every_state_is_kept(
    stepped: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "STEPPED", stepped)
    said = """scenario s {
        run 2 s
        from 500 ms for 1 s: clamp tissue[2 .. 4].outside.marker to 3 mM * (1 + sin(elapsed/(100 ms)))
        at 1 s: add 2 mM to tissue[6].outside.marker
        from 0 s for 1 s: set tissue[5 .. 8].decay = 1 /s
        measure a = tissue[3].outside.marker at 700 ms
        measure b = tissue[6].outside.marker at 1.5 s
        measure c = tissue[7].decay at 500 ms
    }"""
    short, long = (ionlang.loads(strip(count, said)).run("s", rtol=1e-8) for count in (60, 400))
    assert long.recorder is not None and short.recorder is None
    assert np.allclose([v for _, v in short.measures], [v for _, v in long.measures], rtol=1e-6)
    assert dict(long.measures)["a"] == pytest.approx(3 * (1 + math.sin(2)), rel=1e-9)
    assert long.conservation_drift < 1e-7
    assert [s.path for s in short.supplies] == [s.path for s in long.supplies]
    assert np.allclose([s.amount for s in short.supplies], [s.amount for s in long.supplies], rtol=1e-5)


@pytest.mark.parametrize("stepped", [0, 10_000])
def test_what_is_held_in_a_long_line_is_counted(stepped: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """All that is there in the end came through the held end; into a half-space, c √(4 D t/π) of it (1 pL in 20 um)."""
    monkeypatch.setattr(recorder, "STEPPED", stepped)
    said = "scenario s { run 2 s;  clamp tissue[1].outside.marker to 10 mM }"
    solution = ionlang.loads(strip(400, said, start="0 mM")).run("s", rtol=1e-9)
    assert solution.recorder is not None
    (supply,) = solution.supplies
    there = solution.profiles("tissue.outside.marker").at(2e3)
    assert there[-1] < 1e-6 < there[3]
    assert supply.amount == pytest.approx(there.sum(), rel=1e-9)
    half_space = 10 * math.sqrt(4 * 1e-5 * 2 / math.pi) / 2e-3
    assert there[1:].sum() + 5 == pytest.approx(half_space, rel=0.02)
    assert solution.conservation_drift < 1e-9


def test_a_drug_acts_where_it_is_applied_with_the_dose_of_that_place() -> None:
    drug = "modifier ouabain(dose = 1 uM) on tissue.soma.NaK { block NaK by hill(dose, 1 uM, 1) }\n"
    measures = "\n".join(f"measure m{k} = tissue[{k}].soma.NaK.rate at 5 ms" for k in range(1, 7))
    said = f"""{drug}scenario s {{
        run 20 ms
        from 5 ms for 10 ms: apply ouabain(dose = 3 uM) on tissue[2 .. 3]
        from 5 ms for 10 ms: apply ouabain on tissue[250 um .. 300 um]
        {measures}
    }}"""
    found = np.array([v for _, v in ionlang.loads(tissue(6, said)).run("s").measures])
    assert np.allclose(found / found[0], [1, 0.25, 0.25, 1, 1, 0.5], rtol=1e-9)


def test_what_is_injected_into_some_copies_of_a_long_line_is_counted() -> None:
    said = "from 2 ms for 10 ms: inject 200 pA into tissue[3 .. 5].soma carried by K"
    solution = ionlang.loads(tissue(60, f"scenario s {{ run 20 ms; {said} }}")).run("s")
    assert solution.recorder is not None
    assert solution.conservation_drift < 1e-12
