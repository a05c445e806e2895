"""Rate laws ready made: whatever a cycle moves and turns, they vanish at its equilibrium and nowhere else, and the
forward over the backward rate is e^affinity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, isclose, log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ionlang
from ionlang.constants import FARADAY, GAS_CONSTANT

TEMPERATURE = 310.0
RT_OVER_F = GAS_CONSTANT.in_cell_units * TEMPERATURE / FARADAY.in_cell_units  # mV

# ── any cycle ──────────────────────────────────────────────────────────────────────────────────────────────────────

MOVED = ("P", "Q", "R")
TURNED = ("S", "T", "U")


@dataclass(frozen=True)
class Cycle:
    """Counts out of the first side (negative: in) with valences, counts made (negative: used up), where and with K."""

    moved: tuple[tuple[int, int], ...]
    made: tuple[int, ...]
    constant: float
    concentrations: tuple[float, ...]
    potential: float

    @property
    def turns(self) -> bool:
        return any(self.made)

    @property
    def charge_out(self) -> int:
        return sum(n * z for n, z in self.moved)

    def inside(self, i: int) -> float:
        return self.concentrations[i]

    def outside(self, i: int) -> float:
        return self.concentrations[3 + i]

    def turned(self, i: int) -> float:
        return self.concentrations[6 + i]

    @property
    def affinity(self) -> float:
        """−ΔG/(RT), term by term."""
        total = sum(n * log(self.inside(i) / self.outside(i)) for i, (n, _) in enumerate(self.moved))
        total += self.charge_out * self.potential / RT_OVER_F
        if self.turns:
            total += log(self.constant) - sum(n * log(self.turned(i)) for i, n in enumerate(self.made))
        return total

    @property
    def order(self) -> int:
        taken = sum(abs(n) for n, _ in self.moved)
        return taken + sum(-n for n in self.made if n < 0)

    def text(self, law: str) -> str:
        moves = ", ".join(
            f"{abs(n)} {name} {'out' if n > 0 else 'in'}"
            for name, (n, _) in zip(MOVED, self.moved, strict=True)
            if n
        )
        valences = [z for _, z in self.moved]
        kinds = [
            f"ion {n} {{ valence = {z} }}" if z else f"solute {n}"
            for n, z in zip(MOVED, valences, strict=True)
        ]
        kinds += [f"solute {name}" for name in TURNED]
        inside = [f"{n} = {self.inside(i)!r} mM" for i, n in enumerate(MOVED)]
        inside += [f"{n} = {self.turned(i)!r} mM" for i, n in enumerate(TURNED)]
        outside = [f"{n} = {self.outside(i)!r} mM" for i, n in enumerate(MOVED)]
        return "\n".join((
            f"temperature = {TEMPERATURE} K", *kinds,
            f"compartment inside {{ volume = 1 pL; {'; '.join(inside)} }}",
            f"compartment outside {{ volume = 1 pL; {'; '.join(outside)} }}",
            "membrane m (inside | outside) {",
            "area = 900 um2", "capacitance = 1 uF/cm2",
            f"V from currents starting at {self.potential!r} mV",
            "transporter X {", f"moves {moves}", self._chemistry(), f"rate = {law}", "}", "}",
        ))  # fmt: skip

    def _chemistry(self) -> str:
        if not self.turns:
            return ""
        used, made = (
            ", ".join(f"{abs(n)} {name}" for name, n in zip(TURNED, self.made, strict=True) if n * sign > 0)
            or "nothing"
            for sign in (-1, 1)
        )
        return f"turns {used} into {made}\nequilibrium_constant = {self.constant!r} {unit(sum(self.made))}"


def unit(power: int) -> str:
    if power == 0:
        return ""
    return ("" if power > 0 else "/") + ("mM" if abs(power) == 1 else f"mM{abs(power)}")


def numbers(lower: float, upper: float) -> st.SearchStrategy[float]:
    return st.floats(lower, upper).map(lambda value: round(value, 6))


@st.composite
def cycles(draw: st.DrawFn) -> Cycle:
    moved = draw(
        st.tuples(*[st.tuples(st.integers(-3, 3), st.integers(-2, 2))] * 3).filter(
            lambda m: any(n for n, _ in m)
        )
    )
    made = draw(st.one_of(st.just((0, 0, 0)), st.tuples(*[st.integers(-2, 2)] * 3)))
    powers = draw(st.tuples(*[numbers(-3, 2.3)] * 9))
    return Cycle(
        moved, made, 10 ** draw(numbers(-4, 4)), tuple(10**p for p in powers), draw(numbers(-150, 100))
    )


def read(cycle: Cycle, law: str) -> ionlang.api.Model:
    model = ionlang.loads(cycle.text(law))
    errors = [(d.code, d.message, d.primary.span.text) for d in model.check() if d.severity == "error"]
    assert not errors, (errors, cycle.text(law))
    return model


def values(model: ionlang.api.Model, changed: Mapping[str, float], *paths: str) -> list[float]:
    """These paths at the start of the file, with some states at other values."""
    machine = model.machine
    parameters = machine.parameters({})
    state = machine.initial_state(parameters)
    for path, value in changed.items():
        state[machine.state_index[path]] = value
    y = np.array(state)[:, None]
    return [float(v) for v in machine.paths(paths)(np.zeros(1), y, parameters)[:, 0]]


def mass_law(cycle: Cycle) -> str:
    below = unit(cycle.order)
    return f"mass_action(1 fmol/s/{below})" if below else "mass_action(1 fmol/s)"


def balancing(cycle: Cycle) -> dict[str, float] | None:
    """One concentration so that the cycle is at equilibrium, if that is a number that a float can be."""
    i, n = next((i, n) for i, (n, _) in enumerate(cycle.moved) if n)
    value = log(cycle.inside(i)) - cycle.affinity / n
    return {f"inside.{MOVED[i]}": exp(value)} if abs(value) < 200 else None


@settings(max_examples=25, deadline=None)
@given(cycles())
def test_detailed_balance_of_any_cycle(cycle: Cycle) -> None:
    model = read(cycle, mass_law(cycle))
    affinity, forward, backward, rate, energy = values(
        model, {}, "m.X.affinity", "m.X.mass_forward", "m.X.mass_backward", "m.X.rate", "m.X.free_energy"
    )
    scale = 1 + abs(cycle.affinity)
    assert abs(affinity - cycle.affinity) < 1e-11 * scale
    assert isclose(energy, -GAS_CONSTANT.in_cell_units * TEMPERATURE * affinity, rel_tol=1e-9, abs_tol=1e-3)
    assert isclose(log(forward / backward), affinity, rel_tol=1e-11, abs_tol=1e-11)
    assert isclose(rate, (forward - backward) / 1000, rel_tol=1e-12)
    if abs(affinity) > 1e-9:
        assert (rate > 0) == (affinity > 0)


@settings(max_examples=25, deadline=None)
@given(cycles())
def test_at_equilibrium_nothing_runs(cycle: Cycle) -> None:
    place = balancing(cycle)
    if place is None:
        return
    rate, forward = values(read(cycle, mass_law(cycle)), place, "m.X.rate", "m.X.mass_forward")
    assert abs(rate) <= 1e-12 * forward / 1000 * (1 + abs(cycle.affinity))
    for law, size in (("1 fmol/s * affinity", 1.0), ("3 fmol/s * (1 - exp(-affinity))", 3.0)):
        (rate,) = values(read(cycle, law), place, "m.X.rate")
        assert abs(rate) <= 1e-12 * size / 1000 * (1 + abs(cycle.affinity)) * 10


@settings(max_examples=10, deadline=None)
@given(cycles().filter(lambda c: abs(c.affinity) < 30))
def test_both_codes_agree_and_so_do_jacobian_and_differences(cycle: Cycle) -> None:
    machine = read(cycle, mass_law(cycle)).machine
    parameters = machine.parameters({})
    state = machine.initial_state(parameters)
    plain = np.array(machine.scalar.rhs(0.0, state, parameters))
    arrays = machine.vector.rhs(0.0, np.array(state), parameters)
    assert np.allclose(plain, arrays, rtol=1e-12, atol=0)
    jacobian = np.array(machine.scalar.jacobian(0.0, state, parameters))
    for j, value in enumerate(state):
        step = 1e-4 * (abs(value) or 1.0)
        ends = []
        for h in (-2 * step, -step, step, 2 * step):
            moved = list(state)
            moved[j] += h
            ends.append(np.array(machine.scalar.rhs(0.0, moved, parameters)))
        slope = (ends[0] - 8 * ends[1] + 8 * ends[2] - ends[3]) / (12 * step)
        size = np.abs(slope).max() + np.abs(plain).max() / (abs(value) or 1.0)
        assert np.abs(jacobian[:, j] - slope).max() <= 1e-6 * size + 1e-300


# ── the laws of textbooks ──────────────────────────────────────────────────────────────────────────────────────────

COTRANSPORT = """
temperature = 37 degC
ion Na {{ valence = +1 }}
ion K  {{ valence = +1 }}
ion Cl {{ valence = -1 }}
compartment inside  {{ volume = 1 pL; Na = 15 mM; K = 140 mM; Cl = 7 mM }}
compartment outside {{ volume = 1 pL; Na = 145 mM; K = 4 mM; Cl = 120 mM }}
membrane m (inside | outside) {{
    area = 900 um2
    capacitance = 1 uF/cm2
    V from currents starting at -70 mV
    transporter X {{ moves {moves}; rate = {law} }}
}}
"""


def codes(text: str) -> list[str]:
    return [d.code for d in ionlang.loads(text).check() if d.code not in ("ION317", "ION109")]


@pytest.mark.parametrize(
    ("moves", "law"),
    [
        ("1 K out, 1 Cl out", "1 fmol/s * log(in.K*in.Cl/(out.K*out.Cl))"),
        ("1 Na in, 1 K in, 2 Cl in", "1 fmol/s * log(out.Na*out.K*out.Cl^2/(in.Na*in.K*in.Cl^2))"),
        ("1 K out, 1 Cl out", "1 nS / faraday * (E(Cl) - E(K))"),
        ("1 K out, 1 Cl out", "1 nS / (96485 C/mol) * (26.7 mV)*log(in.K*in.Cl/(out.K*out.Cl))"),
    ],
)
def test_a_driving_force_written_by_hand_is_the_affinity(moves: str, law: str) -> None:
    text = COTRANSPORT.format(moves=moves, law=law)
    assert codes(text) == []
    rate, affinity = values(ionlang.loads(text), {}, "m.X.rate", "m.X.affinity")
    assert (rate > 0) == (affinity > 0)
    if law.startswith("1 fmol"):
        assert rate == pytest.approx(affinity / 1000, rel=1e-13)


def test_a_current_law_of_an_electrogenic_exchanger_is_checked_too() -> None:
    exchange = "3 Na in, 1 K out"  # three charges in, one out
    law = "1 nS / faraday * (3*E(Na) - E(K) - 2*V)"
    assert codes(COTRANSPORT.format(moves=exchange, law=law)) == []
    assert codes(COTRANSPORT.format(moves=exchange, law=law.replace("2*V", "1*V"))) == ["ION323"]


@pytest.mark.parametrize(
    "law",
    [
        "1 fmol/s * (in.Cl - 5 mM)/(1 mM)",
        "1 fmol/s * michaelis(in.K, 10 mM)",
        "1 fmol/s * log(in.K/out.K)",
        "1 nS / faraday * (E(Na) - E(K))",
        "1 fmol/s",
    ],
)
def test_a_passive_law_that_misses_its_equilibrium_is_warned_of(law: str) -> None:
    assert codes(COTRANSPORT.format(moves="1 K out, 1 Cl out", law=law)) == ["ION323"]


@pytest.mark.parametrize(
    "law",
    [
        "1 fmol/s * michaelis(in.K, 10 mM) * michaelis(in.Cl, 5 mM) * (1 - exp(-affinity))",
        "1 fmol/s * michaelis(in.K, 10 mM) * (1 - out.K*out.Cl/(in.K*in.Cl))",
        "mass_action(1 fmol/s/mM2)",
        "0 fmol/s",
    ],
)
def test_laws_that_keep_the_equilibrium_are_left_in_peace(law: str) -> None:
    assert codes(COTRANSPORT.format(moves="1 K out, 1 Cl out", law=law)) == []


def test_what_is_not_known_before_the_run_is_left_in_peace() -> None:
    gated = COTRANSPORT.format(
        moves="1 K out, 1 Cl out",
        law="1 fmol/s * s.O; scheme s { C to O at 1 /ms; O to C at 1 /ms }",
    )
    assert codes(gated) == []
    assert codes(COTRANSPORT.format(moves="1 K out, 1 Cl out, uses 1 ATP", law="1 fmol/s").replace(
        "ion Na", "solute ATP\nion Na", 1).replace("Na = 15 mM", "ATP = 3 mM; Na = 15 mM")) == []  # fmt: skip


def test_no_temperature_is_needed_where_no_charge_is_moved() -> None:
    electroneutral = COTRANSPORT.format(moves="1 K out, 1 Cl out", law="1 fmol/s * affinity")
    cold = electroneutral.replace("temperature = 37 degC", "")
    assert codes(cold) == []
    (affinity,) = values(ionlang.loads(cold), {}, "m.X.affinity")
    assert affinity == pytest.approx(log(140 * 7 / (4 * 120)), rel=1e-14)
    electric = COTRANSPORT.format(moves="1 K out, 1 Na in, 1 Cl out", law="1 fmol/s * affinity")
    assert codes(electric.replace("temperature = 37 degC", "")) == ["ION306"]


def test_michaelis_is_hill_of_one() -> None:
    laws = ("1 fmol/s * michaelis(in.K, 60 mM)", "1 fmol/s * hill(in.K, 60 mM, 1)")
    found = [
        values(ionlang.loads(COTRANSPORT.format(moves="1 K out", law=law)), {}, "m.X.rate")[0] for law in laws
    ]
    assert found[0] == pytest.approx(140 / 200 / 1000, rel=1e-14)
    assert found[1] == pytest.approx(found[0], rel=1e-14)


def test_the_affinity_is_read_from_elsewhere() -> None:
    text = COTRANSPORT.format(moves="1 K out, 1 Cl out", law="1 fmol/s * affinity")
    model = ionlang.loads(
        text + "let distance = m.X.affinity\nscenario s { run 1 s; measure d = distance at start }\n"
    )
    assert dict(model.run().measures)["d"] == pytest.approx(log(140 * 7 / (4 * 120)), rel=1e-13)


def test_fuel_whose_energy_is_not_known_has_no_affinity() -> None:
    text = COTRANSPORT.format(moves="1 K out, uses 1 ATP", law="1 fmol/s")
    text = text.replace("ion Na", "solute ATP\nion Na", 1).replace("Na = 15 mM", "ATP = 3 mM; Na = 15 mM")
    found = ionlang.loads(
        text + "let a = m.X.affinity\nscenario s { run 1 s; measure b = a at start }"
    ).check()
    assert [d.code for d in found if d.severity == "error"] == ["ION320"]


def test_the_last_step_of_a_pump_is_what_its_fuel_can_pay() -> None:
    """ΔG of the whole cycle: what the movements cost less what the fuel gives."""
    cycle = Cycle(((3, 1), (-2, 1), (0, 0)), (-1, 1, 1), 2e8, (15, 140, 1, 145, 4, 1, 3, 0.05, 3), -70.0)
    model = read(cycle, "1 fmol/s * (1 - exp(-affinity))")
    (energy,) = values(model, {}, "m.X.free_energy")
    rt = GAS_CONSTANT.in_cell_units * TEMPERATURE
    moved = rt * (3 * log(145 / 15) + 2 * log(140 / 4) + 70 / RT_OVER_F)
    fuel = rt * log(0.05 * 3 / 3 / 2e8)
    assert energy == pytest.approx(moved + fuel, rel=1e-12)
    assert fuel < 0 < moved
