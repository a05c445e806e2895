"""Rest of a line: against closed forms, against a long integration, and with all conserved totals as at the start."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ionlang import loads
from ionlang.analyse.card import Card
from ionlang.simulate.resting.rest import Rest, find_rest, find_settled
from tests.lines_models import tissue

RESERVOIRS = """
solute S
bath vessel {{ S = 8 mM }}
bath csf {{ S = 3 mM }}
arrangement patch {{ compartment outside {{ volume = {volume};  S = 4 mM }} }}
line tissue of 20 patch {{
    spacing = 10 um
    ends = closed
    diffusion outside {{ S = 1e-5 cm2/s;  first = vessel;  last = csf }}
}}
"""

CABLE = """
param radius = 2 um
arrangement stretch {{
    bath inside {{ }}
    bath outside {{ }}
    membrane wall (inside | outside) {{
        area = 2 * pi * radius * spacing
        capacitance = 1 uF/cm2
        V from currents starting at -70 mV
        channel leak {{ carries charge;  conductance = 0.1 mS/cm2;  reversal = -70 mV }}
        channel grip {{
            carries charge
            conductance = if x < spacing then 1 nS / (2 * pi * radius * spacing) else 0 S/cm2
            reversal = -30 mV
        }}
    }}
}}
line fibre of {count} stretch {{
    spacing = 3 mm / {count}
    ends = closed
    axial inside {{ resistivity = 150 ohm.cm;  cross_section = pi * radius^2;  carries charge }}
}}
"""


def settled(text: str) -> tuple[Rest, np.ndarray]:
    rest = find_settled(loads(text).machine, {})
    assert rest.settled is not None
    return rest, rest.settled.state


def along(card: Card, path: str) -> np.ndarray:
    """A quantity in all copies at the first equilibrium."""
    return card.equilibria[0].profiles[path].values


def test_between_two_reservoirs_the_gradient_is_even() -> None:
    card = loads(RESERVOIRS.format(volume="0.1 pL")).rest()
    found = card.equilibria[0].profiles["tissue.outside.S"]
    assert found.unit == "mM" and found.positions[:2] == pytest.approx([5, 15])
    assert found.values == pytest.approx(8 - 5 * (np.arange(20) + 0.5) / 20, rel=1e-12)


def test_the_slowest_mode_between_two_reservoirs() -> None:
    """A half wave: 1/τ = D (2/h)² sin²(π h/2L) with c held half a spacing beyond the outermost middles."""
    (found,) = find_rest(loads(RESERVOIRS.format(volume="0.1 pL")).machine, {}).found
    rates = 4 * 1e-5 / (10e-4) ** 2 * np.sin(np.pi * np.arange(1, 21) / 40) ** 2 * 1e-3  # per ms
    assert -found.eigenvalues.real == pytest.approx(rates, rel=1e-10)
    assert found.slowest == pytest.approx(1 / rates[0], rel=1e-10)


def test_where_the_section_changes_the_same_passes_everywhere() -> None:
    card = loads(RESERVOIRS.format(volume="0.1 pL * (1 + x/(50 um))")).rest()
    halves = np.repeat(1 / (1 + (np.arange(20) + 0.5) * 10 / 50), 2)
    expected = 8 - 5 * np.cumsum(halves)[::2] / halves.sum()
    assert along(card, "tissue.outside.S") == pytest.approx(expected, rel=1e-12)


def cable(count: int) -> tuple[np.ndarray, np.ndarray, float]:
    """Positions from the first end [um], V above rest [mV], and the current [pA] that the grip at the first end lets
    in."""
    model = loads(CABLE.format(count=count))
    found = model.rest().equilibria[0].profiles["fibre.wall.V"]
    return found.positions, found.values + 70, float(1.0 * (-30 - found.values[0]))


def closed_cable(x: np.ndarray, current: float) -> np.ndarray:
    """R∞ I cosh((L − x)/λ)/sinh(L/λ): a current into one end of a cable that is sealed at both."""
    lam = math.sqrt(2e-4 / (2 * 150 * 0.1e-3)) * 1e4  # um
    resistance = 150 * lam * 1e-4 / (math.pi * (2e-4) ** 2) * 1e-9  # Gohm = mV/pA
    return resistance * current * np.cosh((3000 - x) / lam) / math.sinh(3000 / lam)


def test_a_cable_at_rest_is_a_hyperbolic_cosine_to_second_order() -> None:
    """Seen half a spacing inside the end, where the first copy lets its current in."""
    errors = []
    for count in (50, 100, 200):
        x, v, current = cable(count)
        h = 3000 / count
        exact = closed_cable(x, current)
        errors.append(float(np.abs(v - exact)[x > 300].max() / exact.max()))
        assert v[0] / current == pytest.approx(closed_cable(np.array([h / 2]), 1.0)[0], rel=2e-2)
    assert errors[0] / errors[1] == pytest.approx(4, rel=0.1)
    assert errors[1] / errors[2] == pytest.approx(4, rel=0.05)


def test_the_input_resistance_of_a_cable() -> None:
    """V over current at the first copy, extrapolated from two grids: R∞ coth(L/λ)."""
    seen = []
    for count in (400, 800):
        _, v, current = cable(count)
        at_end = (9 * v[0] - v[1]) / 8  # even about the end, but for the current let in within the first copy
        seen.append(at_end / current)
    exact = float(closed_cable(np.zeros(1), 1.0)[0])
    assert seen[1] == pytest.approx(exact, rel=5e-3)


def test_a_line_of_equal_cells_rests_as_one_of_them_does() -> None:
    alone = tissue(1).split("line tissue")[0].replace("arrangement patch", "arrangement lone")
    (one,) = loads(alone).rest().equilibria
    (all_,) = loads(tissue(12)).rest().equilibria
    potential = next(iter(one.state.potentials.values())).V
    assert along(loads(tissue(12)).rest(), "tissue.soma.V") == pytest.approx(
        np.full(12, potential), rel=1e-10
    )
    assert all_.stable and all_.slowest_time_s > one.slowest_time_s * 0.99


UNEVEN = {"inside_K": "129 mM + 10 mM * sin(x/(100 um))", "outside_volume": "0.7 pL * (1 + x/(1 mm))"}


def test_the_rest_has_the_totals_of_the_start() -> None:
    """Potassium over the whole line; sodium, and charge less C·V, in each cell by itself."""
    rest, state = settled(tissue(40, **UNEVEN))
    names = [law.name for law in rest.machine.system.invariants]
    lines = [law.line for law in rest.machine.system.invariants]
    assert [(n.split()[1] if n.startswith("total") else n.split()[0], line) for n, line in zip(names, lines, strict=True)] == [
        ("Na", "tissue"), ("charge", "tissue"), ("K", ""),
    ]  # fmt: skip
    volume = 0.7 * (1 + (np.arange(40) + 0.5) * 50 / 1000)

    def totals(y: np.ndarray) -> tuple[np.ndarray, float, np.ndarray]:
        V, _, Na, K, Na_out, K_out = (y[i::6] for i in range(6))
        charge = 2 * (Na + K) - 9e-6 * 1e6 * V / 96485.33  # C = 9 pF
        return 2 * Na + volume * Na_out, float((2 * K + volume * K_out).sum()), charge

    before, after = totals(rest.written), totals(state)
    for a, b in zip(before, after, strict=True):
        assert b == pytest.approx(a, rel=1e-12)
    assert rest.totals[2] == pytest.approx(before[1], rel=1e-14)


def test_a_long_run_comes_to_that_rest() -> None:
    text = tissue(6, **UNEVEN)
    rest, state = settled(text)
    assert rest.settled is not None
    length = 20 * rest.settled.slowest
    long_run = loads(tissue(6, f"scenario long {{ run {length} ms }}", **UNEVEN)).run(rtol=1e-9)
    assert long_run.trajectory is not None
    end = long_run.trajectory.pieces[-1].values[:, -1]
    assert end == pytest.approx(state, rel=1e-5)
    assert np.abs(rest.machine.vector.rhs(0.0, state, rest.parameters)).max() < 1e-13


def test_begin_at_rest_stays_there() -> None:
    scenario = """
    scenario still {
        begin at rest
        run 10 s
        measure begun = tissue[3].outside.K at start
        expect tissue[3].outside.K at end = tissue[3].outside.K at rest +- 1e-6 mM
        expect tissue[1].soma.V at end = tissue[1].soma.V at rest +- 1e-3 mV
    }
    scenario asked { expect tissue[5].outside.K at rest > 3 mM }
    """
    model = loads(tissue(5, scenario, **UNEVEN))
    assert model.run("still").passed
    assert model.run("asked").passed


def test_of_a_long_line_rest_is_read_from_what_is_kept() -> None:
    scenario = """scenario still {
        begin at rest
        run 1 s
        expect tissue[7].outside.K at end = tissue[7].outside.K at rest +- 1e-6 mM
    }"""
    solution = loads(tissue(60, scenario, **UNEVEN)).run()
    assert solution.recorder is not None
    assert solution.passed


BISTABLE = """
param x_0 = 1
arrangement cell {
    bath inside { }
    bath outside { }
    membrane wall (inside | outside) {
        area = 1000 um2
        capacitance = 1 uF/cm2
        V from currents starting at -70 mV
        channel leak { carries charge;  conductance = 0.1 mS/cm2;  reversal = -70 mV }
        channel up {
            carries charge
            conductance = 0.3 mS/cm2 / (1 + exp(-(V + 40 mV)/(4 mV)))
            reversal = 0 mV
        }
    }
}
line row of 30 cell {
    spacing = 20 um
    ends = closed
    axial inside { resistivity = 500 ohm.cm;  cross_section = 5 um2;  carries charge }
}
"""


def test_every_uniform_equilibrium_is_one_of_the_line() -> None:
    card = loads(BISTABLE).rest()
    seen = [
        along_of[0] for e in card.equilibria if np.ptp(along_of := e.profiles["row.wall.V"].values) < 1e-9
    ]

    def current(v: float) -> float:
        return 0.1 * (v + 70) + 0.3 / (1 + math.exp(-(v + 40) / 4)) * v

    assert len(seen) == 3
    assert [current(v) for v in seen] == pytest.approx([0, 0, 0], abs=1e-10)
    assert [e.stable for e in card.equilibria] == [True, False, True]
    assert card.settles_at == 0
    assert not card.search.complete and "not sought" in card.search.sentence


def test_how_many_ways_lead_from_an_unstable_uniform_state() -> None:
    """λ = ρ − (4 g/C) sin²(π k/2N): a wave of each length grows or decays by itself."""
    rest = find_rest(loads(BISTABLE).machine, {})
    unstable = rest.found[1]
    v = float(unstable.state[0])
    open_ = 1 / (1 + math.exp(-(v + 40) / 4))
    slope = 0.1 + 0.3 * (open_ + v * open_ * (1 - open_) / 4)  # mS/cm2
    leaving = -slope * 10 / 10  # nS over pF, of 1000 um2: per ms
    joint = 5e-8 / (500 * 20e-4) * 1e9 / 10  # nS/pF
    expected = leaving - 4 * joint * np.sin(np.pi * np.arange(30) / 60) ** 2
    assert unstable.eigenvalues.real == pytest.approx(expected, rel=1e-8)
    assert unstable.character.unstable == int((expected > 0).sum())


def test_a_state_in_which_copies_differ_is_found_from_there() -> None:
    """Half of a poorly joined row up, half down: it stays so."""
    text = BISTABLE.replace("starting at -70 mV", "starting at if x < 300 um then -70 mV else -5 mV")
    rest, state = settled(text.replace("500 ohm.cm", "1e6 ohm.cm"))
    assert state[0] < -60 and state[-1] > -30
    assert rest.settled is not None and rest.settled.stable


def test_a_line_without_rest_says_so() -> None:
    text = RESERVOIRS.format(volume="0.1 pL").replace("first = vessel;  last = csf", "")
    text = text.replace(
        "S = 4 mM }", "S = 4 mM }\n flux leak { moves S from outside to nothing; rate = -1e-6 fmol/ms }"
    )
    card = loads(text).rest()
    assert not card.equilibria
    assert "was not seen to come to rest" in " ".join(card.notes)


def test_long_lines_are_judged_by_leading_eigenvalues() -> None:
    """As many states as are too many for all eigenvalues: the slowest are the same as those of the closed form."""
    text = RESERVOIRS.format(volume="0.1 pL").replace("of 20", "of 600")
    (found,) = find_rest(loads(text).machine, {}).found
    rates = 4 * 1e-5 / (10e-4) ** 2 * np.sin(np.pi * np.arange(1, 7) / 1200) ** 2 * 1e-3
    assert -found.eigenvalues.real[:6] == pytest.approx(rates, rel=1e-6)
    assert found.stable
    grown = find_rest(loads(BISTABLE.replace("of 30", "of 500")).machine, {})
    assert [e.stable for e in grown.found] == [True, False, True]


def test_all_that_grow_are_found_in_a_long_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the eigenvalues of a line of 30 sought as those of a long line are."""
    whole = find_rest(loads(BISTABLE).machine, {}).found
    monkeypatch.setattr("ionlang.simulate.resting.lines.spectrum.DENSE", 0)
    some = find_rest(loads(BISTABLE).machine, {}).found
    for a, b in zip(whole, some, strict=True):
        grown = a.eigenvalues[a.eigenvalues.real > 0]
        assert b.eigenvalues[: grown.size] == pytest.approx(grown, rel=1e-6)
        assert a.stable is b.stable
        assert a.slowest == pytest.approx(b.slowest, rel=1e-6)
