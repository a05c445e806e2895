"""Readings of energy: each power from its own flux and its own potentials, and what must hold of them together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import ionlang
from ionlang.analyse.energy.count import Terms, Values, When, budget_of
from ionlang.model.books.energies import energies, is_driven
from ionlang.model.cell import Cell
from tests.energy_models import counted, lawful_cells
from tests.explain_views import EXAMPLES, NAMES, model
from tests.models_built import Built, random_settings, random_states
from tests.models_conservation import near
from tests.models_strategy import models
from tests.models_structure import Model
from tests.models_text import Writer
from tests.reading_models import CELL, changed, check, codes, with_scenario

F, R = 96485.33212331001, 8.31446261815324
UNHURRIED = (HealthCheck.too_slow, HealthCheck.data_too_large)


def at_rest(found: ionlang.Model) -> dict[str, float]:
    """Every reading of energy, the rates and potentials where the cell rests."""
    rest = found._rest(None)
    state = rest.written if rest.settled is None else rest.settled.state
    paths = [reading.path for reading in energies(found.cell)]
    row = found.machine.paths(paths)(np.zeros(1), state[:, None], list(rest.parameters))[:, 0]
    return dict(zip(paths, row.tolist(), strict=True))


def driven(cell: Cell) -> tuple[str, ...]:
    return tuple(t.path for m in cell.membranes for t in m.transporters if is_driven(t))


def passive_and_work(found: ionlang.Model) -> tuple[dict[str, float], dict[str, float]]:
    """What passive ways dissipate, one by one, and what pumps put on ions."""
    cell, values = found.cell, at_rest(found)
    sums = (*driven(cell), *(m.name for m in cell.membranes), *(r.path for r in cell.reactions))
    lost = {p: x for p, x in values.items() if p.endswith(".dissipation") and p[:-12] not in sums}
    return lost, {p: values[f"{p}.work"] for p in driven(cell) if f"{p}.work" in values}


# ── at rest ───────────────────────────────────────────────────────────────────────────────────────

CLOSED = (
    "08_sodium_pump.ion", "09_energy_budget.ion", "13_spatial_buffering.ion", "19_anoxia.ion",
    "20_what_decides_when.ion", "anoxia.ion", "frog_skin.ion", "published/duesterwald_2018.ion",
    "published/huebel_dahlem_2014_closed.ion", "published/huebel_dahlem_2014_glia.ion",
    "published/wei_ullah_schiff_2014.ion", "tripartite_synapse.ion",
)  # fmt: skip
TAKEN_UP_UNPAID = ("glia.dissipation", "shuttle.dissipation")  # the paper's uptake names no fuel


@pytest.mark.parametrize("name", CLOSED)
def test_what_is_dissipated_at_rest_is_what_pumps_put_on_ions(name: str) -> None:
    lost, work = passive_and_work(model(name))
    assert sum(lost.values()) == pytest.approx(sum(work.values()), rel=1e-9)
    assert sum(work.values()) > 0
    wrong = {p: x for p, x in lost.items() if x < -1e-12 * sum(work.values())}
    assert set(wrong) <= set(TAKEN_UP_UNPAID)


def test_no_example_with_a_pump_is_left_out() -> None:
    """What has a pump and rests on it is in the list, or holds an open boundary: baths on both sides, a held ion, a
    reversal that is no ion's; or has glia that take up an ion without its charge."""
    open_ones = {"05_free_energy.ion", "14_tripartite.ion", "grey_matter.ion", "published/zandt_2011.ion"}
    with_pumps = {n for n in NAMES if any(energies(model(n).cell)) and driven(model(n).cell)}
    assert with_pumps - set(CLOSED) <= open_ones


def test_a_pump_that_takes_matter_without_paying_shows_in_the_sum() -> None:
    """Taken out: a leak is not counted."""
    lost, work = passive_and_work(model("anoxia.ion"))
    assert sum(lost.values()) - lost["soma.Na_leak.dissipation"] < 0.9 * sum(work.values())


@settings(max_examples=15, suppress_health_check=UNHURRIED, deadline=None)
@given(lawful_cells())
def test_lawful_cells_lose_free_energy_in_every_way_and_produce_entropy(text: str) -> None:
    found = ionlang.loads(text)
    rest = found._rest(None)
    assert rest.settled is not None
    lost, work = passive_and_work(found)
    whole = sum(work.values())
    assert all(x >= -1e-12 * whole for x in lost.values()), lost
    assert sum(lost.values()) == pytest.approx(whole, rel=1e-9)
    values = at_rest(found)
    assert values["m.dissipation"] >= 0
    if "m.NaK.fuel_power" in values:
        spent, own = values["m.NaK.fuel_power"], values["m.NaK.dissipation"]
        assert spent == pytest.approx(whole + own, rel=1e-9)
        assert own > 0
        assert values["m.NaK.efficiency"] == pytest.approx(whole / spent, rel=1e-12)
        assert values["m.dissipation"] == pytest.approx(spent, rel=1e-9)
    assert all(0 <= x <= 1 + 1e-9 for p, x in values.items() if p.endswith(".efficiency"))


@settings(max_examples=5, suppress_health_check=UNHURRIED, deadline=None)
@given(lawful_cells(pump="known"))
def test_a_carrier_that_is_driven_by_nothing_is_seen(text: str) -> None:
    """Taken out: a rate that has not the sign of its affinity. (A transporter like that is refused where V is known.)"""
    unpaid = "flux unpaid { moves 1 Na from inside to outside;  rate = 0.02 fmol/s }\n"
    assert at_rest(ionlang.loads(text + unpaid))["unpaid.dissipation"] < 0


# ── at any moment ─────────────────────────────────────────────────────────────────────────────────


@settings(max_examples=15, suppress_health_check=UNHURRIED, deadline=None)
@given(models(), st.integers(0, 2**32 - 1))
def test_powers_of_random_models_are_what_their_fluxes_and_places_say(found: Model, seed: int) -> None:
    random = np.random.default_rng(seed)
    built = Built(found, Writer(found).text())
    states, given_values = random_states(built, random), random_settings(found, random)
    y, p = built.state(states), built.parameters(given_values)
    for path, expected, size in counted(built, states, given_values):
        value = built.machine.paths([path])(np.zeros(y.shape[1]), y, p)[0]
        near(value, expected, size, 1e-12, path)
    for m in found.membranes:
        for c in (c for c in m.carriers if c.kind == "channel"):
            words = {name for name, _ in c.properties}
            if "current" in words or "reversal" in words:
                continue
            for path in (f"{m.name}.{c.name}.dissipation({ion})" for ion, _ in c.shares if ion != "charge"):
                value = built.machine.paths([path])(np.zeros(y.shape[1]), y, p)[0]
                assert (value >= -1e-9 * (1 + np.abs(value).max())).all(), path


@settings(max_examples=12, suppress_health_check=UNHURRIED, deadline=None)
@given(models(), st.integers(0, 2**32 - 1))
def test_budgets_of_random_models_close_at_any_moment(found: Model, seed: int) -> None:
    """What passive ways lose beyond the work of the pumps is drawn from gradients and charge, though nothing is at rest;
    and the shares of each bill are the whole of it."""
    random = np.random.default_rng(seed)
    built = Built(found, Writer(found).text())
    machine, y = built.machine, built.state(random_states(built, random))[:, :1]
    p = machine.parameters({})

    def look(paths: Sequence[str]) -> Values:
        return dict(zip(paths, machine.paths(paths)(np.zeros(1), y, p)[:, 0], strict=True))

    budget = budget_of(machine, When("then"), look, float(look(["temperature"])["temperature"]), Terms())
    balance = budget.balance
    drawn = sum(power for _, power in balance.drawn)
    size = sum(abs(x) for r in budget.rows for x in (r.lost, r.gained) if x is not None)
    size += sum(abs(power) for _, power in balance.drawn)
    assert balance.passive - balance.work == pytest.approx(drawn, abs=1e-10 * size)
    for bill in budget.bills:
        for ion in dict.fromkeys(c.ion for c in bill.causes):
            shares = [c.share for c in bill.causes if c.ion == ion]
            assert sum(shares) == pytest.approx(1, abs=1e-9 * sum(map(abs, shares)))


# ── one by one ────────────────────────────────────────────────────────────────────────────────────

PARTS = """
temperature = 37 degC
ion Na { valence = +1 }
ion Ca { valence = +2 }
solute Glc
solute S
solute P
compartment inside {
    volume = 1 pL;  Na = 10 mM held;  Ca = 0.0002 mM held;  Glc = 2 mM held;  S = 1 mM held;  P = 0.1 mM held
}
bath outside { Na = 140 mM;  Ca = 1.5 mM;  Glc = 5 mM }
bath far { Na = 30 mM;  Glc = 7 mM }
membrane m (inside | outside) {
    area = 100 um2
    capacitance = 1 uF/cm2
    V from currents starting at -60 mV
    channel both { carries Na : 1, Ca : 5;  permeability = 1e-6 cm/s }
    channel mixed { carries Na : 1, charge : 1;  conductance = 0.2 mS/cm2;  reversal = 0 mV }
    transporter NCX { moves 3 Na in, 1 Ca out;  rate = 3 pmol/cm2/s }
    transporter GLUT { moves 1 Glc in;  rate = 1 pmol/cm2/s }
    water aqua { permeability = 1e-3 cm/s;  molar_volume = 18e-6 m3/mol;  pressure = 200 Pa }
}
flux drift { moves 1 Glc from far to outside;  rate = 2 fmol/s }
flux charged { moves 1 Na from inside to outside;  rate = 1 fmol/s }
reaction turn in inside { turns S into P;  forward = 2 /s;  equilibrium_constant = 3 }
"""
RT = R * 310.15  # J/mol


@cache
def parts() -> dict[str, float]:
    """Powers [fW], energies [mJ/mol] of the model as written."""
    found = ionlang.loads(PARTS)
    assert [d.code for d in found.check() if d.severity == "error"] == []
    machine = found.machine
    p = machine.parameters({})
    y = np.array(machine.initial_state(p))[:, None]
    paths = [path for path in machine.symbols if path != "time"]
    row = machine.paths(paths)(np.zeros(1), y, p)[:, 0]
    return dict(zip(paths, row.tolist(), strict=True))


def test_every_ion_of_a_channel_has_its_own_energy_and_power() -> None:
    known = parts()
    energies_of = {"Na": RT * math.log(14) - F * -0.06, "Ca": RT * math.log(1.5 / 2e-4) - 2 * F * -0.06}
    for ion, energy in energies_of.items():
        assert known[f"m.both.free_energy({ion})"] == pytest.approx(1e3 * energy, rel=1e-12)
        flux = known[f"m.both.flux({ion})"]
        assert known[f"m.both.dissipation({ion})"] == pytest.approx(-flux * 1e3 * energy, rel=1e-12)
    both = known["m.both.dissipation(Na)"] + known["m.both.dissipation(Ca)"]
    assert known["m.both.dissipation"] == pytest.approx(both, rel=1e-12)


def test_charge_without_an_ion_is_left_out() -> None:
    known = parts()
    assert known["m.mixed.dissipation"] == known["m.mixed.dissipation(Na)"]
    assert known["m.mixed.dissipation(Na)"] == pytest.approx(
        known["m.mixed.current(Na)"] * (-60 - known["m.E(Na)"]), rel=1e-12
    )


def test_a_transporter_its_parts_and_what_it_gains() -> None:
    known = parts()
    sodium = -3 * (RT * math.log(14) + F * 0.06)
    calcium = RT * math.log(1.5 / 2e-4) + 2 * F * 0.06
    assert known["m.NCX.free_energy(Na)"] == pytest.approx(1e3 * sodium, rel=1e-12)
    assert known["m.NCX.free_energy(Ca)"] == pytest.approx(1e3 * calcium, rel=1e-12)
    lost = -3e-18 * (sodium + calcium) * 1e15  # fW: the rate is 3 pmol/cm2/s × 100 um2
    assert known["m.NCX.dissipation"] == pytest.approx(lost, rel=1e-9)
    assert known["m.NCX.efficiency"] == pytest.approx(-calcium / sodium, rel=1e-12)
    assert "m.GLUT.efficiency" not in known
    assert known["m.GLUT.dissipation"] == pytest.approx(1e-18 * RT * math.log(5 / 2) * 1e15, rel=1e-9)


def test_fluxes_reactions_and_water() -> None:
    known = parts()
    assert known["drift.dissipation"] == pytest.approx(2e-15 * RT * math.log(7 / 5) * 1e15, rel=1e-9)
    uphill = RT * math.log(14) + F * 0.06
    assert known["charged.dissipation"] == pytest.approx(-1e-15 * uphill * 1e15, rel=1e-9)
    rate = 1e-15 * (2 * 1 - 2 / 3 * 0.1)  # mol/s
    gain = RT * math.log(3 * 1 / 0.1)
    assert known["turn.dissipation"] == pytest.approx(rate * gain * 1e15, rel=1e-9)
    outside, inside = 146.5, 10 + 0.0002 + 2 + 1 + 0.1
    drive = RT * (outside - inside) + 200  # Pa
    flow = 1e-5 * 100e-12 * 18e-6 * drive / RT  # m3/s
    assert known["m.aqua.dissipation"] == pytest.approx(flow * drive * 1e15, rel=1e-9)


def test_a_membrane_is_the_sum_of_what_is_in_it() -> None:
    known = parts()
    names = ("both", "mixed", "NCX", "GLUT", "aqua")
    whole = sum(known[f"m.{name}.dissipation"] for name in names)
    assert known["m.dissipation"] == pytest.approx(whole, rel=1e-12)
    assert "m.work" not in known


# ── what has no such reading ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("reading", "why"),
    [
        ("soma.shunt.dissipation", "names no ion"),
        ("NaK.dissipation", "what its fuel gives is not known"),
        ("NaK.fuel_power", "what its fuel gives is not known"),
        ("NaK.efficiency", "what its fuel gives is not known"),
        ("soma.both.free_energy", "of several each has its own"),
        ("soma.both.dissipation(Ca)", "does not carry Ca"),
        ("NaK.free_energy(Cl)", "does not carry Cl"),
    ],
)
def test_what_is_not_known_cannot_be_read(reading: str, why: str) -> None:
    lines = f"measure reading = {reading} at rest"
    assert codes(with_scenario(lines)) == ["ION116"]
    (found,) = (d for d in check(with_scenario(lines)) if d.code == "ION116")
    assert why in found.primary.text


def test_without_a_temperature_there_is_no_energy() -> None:
    cold = changed(CELL, "temperature = 37 degC\n", "")
    cold = cold.replace("conductance = 0.1 mS/cm2", "conductance = 0.1 mS/cm2;  reversal = -90 mV")
    cold = cold.replace("permeability = 1e-7 cm/s", "current = 0 uA/cm2")
    assert codes(cold) == []
    assert codes(with_scenario("measure reading = NaK.work at rest", cold)) == ["ION306"]
    named = cold.replace("current = 0.1 uA/cm2", "param workload = 0.1 uA/cm2;  current = workload")
    assert codes(named) == []


@pytest.mark.parametrize("word", ["K_leak.dissipation", "NaK.work", "soma.dissipation"])
def test_a_law_that_reads_its_own_power_is_a_circle(word: str) -> None:
    law = f"conductance = 0.1 mS/cm2 * (1 + {word}/(1 pW))"
    text = changed(CELL, "carries K;  conductance = 0.1 mS/cm2", f"carries K;  {law}")
    if word == "NaK.work":
        assert codes(text) == []
    else:
        assert codes(text) == ["ION401"]


def test_examples_are_all_there() -> None:
    assert len(EXAMPLES) == len(NAMES) > 20
