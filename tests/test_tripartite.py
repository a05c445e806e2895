"""The tripartite synapse: matter, charge and osmoles counted through ten minutes without oxygen, against the test's own
books; what each mechanism is there for, seen by taking it out."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import ionlang
from ionlang.codegen.callables import vector_outputs
from ionlang.simulate.locate import integral
from ionlang.simulate.machine import Machine
from ionlang.simulate.solution import Solution
from ionlang.simulate.trajectory import Trajectory
from tests.tripartite_books import BOOKS, BROUGHT, POOLS, Values, points, valences

F, R = 96485.33212331001, 8.31446261815324
FILE = Path(__file__).parent.parent / "examples" / "tripartite_synapse.ion"
WORDS = FILE.read_text(encoding="utf-8")
TRAIN, ANOXIA = "    from 1 s for 2 s every", "    from 1 min: set supply"


@pytest.fixture(scope="module")
def model() -> ionlang.Model:
    return ionlang.load(FILE)


@pytest.fixture(scope="module")
def machine(model: ionlang.Model) -> Machine:
    return model.machine


@pytest.fixture(scope="module")
def train(model: ionlang.Model) -> Solution:
    return model.run("train")


@pytest.fixture(scope="module")
def anoxia(model: ionlang.Model) -> Solution:
    return model.run("anoxia")


def looked(machine: Machine, paths: list[str], y: Values) -> Values:
    t = np.zeros(y.shape[1])
    return machine.paths(paths)(t, y, machine.parameters_many({}))


def rates_at(machine: Machine, y: Values) -> dict[str, Values]:
    values = np.asarray(machine.vector.rhs(0.0, y, machine.parameters_many({})), dtype=float)
    return {s.path: row for s, row in zip(machine.system.states, values, strict=True)}


# ── the right-hand side ──


@pytest.mark.parametrize("seed", range(4))
def test_each_pool_changes_by_what_is_brought(machine: Machine, seed: int) -> None:
    y = points(machine, seed)
    rates, flows = rates_at(machine, y), looked(machine, list(BOOKS), y)
    for pool, row in zip(POOLS, BROUGHT, strict=True):
        sizes = np.abs(row) @ np.abs(flows)
        assert np.all(np.abs(rates[f"amount({pool})"] - row @ flows) <= 1e-13 * sizes), pool
    moved = {path.removeprefix("amount(").removesuffix(")") for path in rates if path.startswith("amount(")}
    assert moved == set(POOLS)


@pytest.mark.parametrize("seed", range(4))
def test_membranes_hold_the_charge_that_their_cells_gain(machine: Machine, seed: int) -> None:
    """C dV/dt [fC/ms] = F d(sum of z n)/dt."""
    y = points(machine, seed)
    rates, flows = rates_at(machine, y), looked(machine, list(BOOKS), y)
    for cell, membrane, capacitance in (("neuron", "nerve", 9.0), ("astrocyte", "glia", 15.0)):
        charges = valences(cell) @ BROUGHT
        sizes = np.abs(valences(cell)) @ np.abs(BROUGHT) @ np.abs(flows)
        gained = capacitance / F * rates[f"{membrane}.V"]
        assert np.all(np.abs(gained - charges @ flows) <= 1e-13 * sizes)


@pytest.mark.parametrize("seed", range(4))
def test_laws_stand_still(machine: Machine, seed: int) -> None:
    """Sum of weight x rate over the states of each exact law, against the flows behind it."""
    y = points(machine, seed)
    rates, flows = rates_at(machine, y), looked(machine, list(BOOKS), y)
    passing = dict(zip(POOLS, np.abs(BROUGHT) @ np.abs(flows), strict=True))
    for name, weights in laws(machine):
        moved = sum(w * rates[path] for path, w in weights.items())
        pools = {path: path.removeprefix("amount(").removesuffix(")") for path in weights}
        sizes = sum(abs(w) * passing[pools[path]] for path, w in weights.items() if pools[path] in passing)
        assert np.all(np.abs(moved) <= 1e-13 * sizes), name


def laws(machine: Machine) -> list[tuple[str, dict[str, float]]]:
    """Each exact law with its weights by state."""
    system = machine.system
    weights = [weight for law in system.invariants for _, weight in law.terms]
    start, p = np.array(machine.initial_state(machine.parameters({}))), machine.parameters_many({})
    numbers = iter(np.asarray(vector_outputs(system, weights)(0.0, start, p), dtype=float))
    assert all(law.exact for law in system.invariants)
    return [
        (law.name, {system.states[i].path: float(next(numbers)) for i, _ in law.terms})
        for law in system.invariants
    ]


def test_laws_are_found_by_name(machine: Machine) -> None:
    """As many as the null space has dimensions; two are glutamate that moves with its proton."""
    names = [name for name, _ in laws(machine)]
    for species in ("Na", "K", "Cl", "H", "glutamate"):
        assert f"total {species} in neuron + astrocyte + ecs" in names
    assert "total Ca in neuron + ecs" in names
    for cell in ("neuron", "astrocyte"):
        assert {f"total ATP + ADP in {cell}", f"total ATP + Pi in {cell}", f"charge in {cell} less C·V"} <= {
            *names
        }
    rank = np.linalg.matrix_rank(BROUGHT)
    assert len(names) == len(POOLS) + 2 - rank


@pytest.mark.parametrize("seed", range(2))
def test_both_forms_of_the_code_and_the_jacobian(machine: Machine, seed: int) -> None:
    y, p = points(machine, 10 + seed), machine.parameters({})
    rates = np.array(list(rates_at(machine, y).values()))
    slopes = np.asarray(machine.vector.jacobian(0.0, y, machine.parameters_many({})), dtype=float)
    sizes = np.abs(rates) + np.abs(slopes * y).sum(axis=1)
    for k in range(y.shape[1]):
        column = y[:, k].tolist()
        assert np.all(
            np.abs(np.array(machine.scalar.rhs(0.0, column, p)) - rates[:, k]) <= 1e-13 * sizes[:, k]
        )
        exact = np.array(machine.scalar.jacobian(0.0, column, p))
        scale = sizes[:, k, None] / np.maximum(np.abs(y[:, k]), 1e-4) + np.abs(exact)
        assert np.all(np.abs(exact - slopes[:, :, k]) <= 1e-12 * scale)
    for j, state in enumerate(machine.system.states):
        step = 1e-5 * np.maximum(np.abs(y[j]), 1e-3)
        up, down = y.copy(), y.copy()
        up[j], down[j] = y[j] + step, y[j] - step
        both = [np.array(list(rates_at(machine, x).values())) for x in (up, down)]
        differences = (both[0] - both[1]) / (up[j] - down[j])
        allowed = 1e-12 * sizes / step + 1e-6 * np.abs(slopes[:, j])
        assert np.all(np.abs(differences - slopes[:, j]) <= allowed), state.path


# ── uptake ──


def test_uptake_moves_two_charges(machine: Machine) -> None:
    y = points(machine, 20)
    current, rate = looked(machine, ["glia.EAAT.current", "glia.EAAT.rate"], y)
    assert np.allclose(current, -2 * F * rate, rtol=1e-14)


def test_uptake_is_at_rest_where_its_gradients_say(machine: Machine) -> None:
    """ln([Glu]i/[Glu]o) = 3 ln Na + ln H + ln K ratios - 2 FV/RT."""
    y = points(machine, 21)
    paths = [f"{place}.{ion}" for ion in ("Na", "H", "K", "glutamate") for place in ("ecs", "astrocyte")]
    na_o, na_i, h_o, h_i, k_o, k_i, glu_o, glu_i, v, affinity = looked(
        machine, [*paths, "glia.V", "glia.EAAT.affinity"], y
    )
    limit = (na_o / na_i) ** 3 * (h_o / h_i) * (k_i / k_o) * np.exp(-2 * v * F / (1000 * R * 310.15))
    assert np.allclose(affinity, np.log(limit * glu_o / glu_i), rtol=0, atol=1e-11)


UPTAKE = """
temperature = 37 degC
ion Na { valence = +1 }
ion K  { valence = +1 }
ion H  { valence = +1 }
ion glutamate { valence = -1 }
bath inside  { Na = 15 mM;   K = 140 mM;  H = 63.0957344 nM;  glutamate = 5 mM }
bath outside { Na = 145 mM;  K = 3 mM;    H = 39.8107171 nM;  glutamate = 20 nM }
membrane glia (inside | outside) {
    area = 100 um2;  capacitance = 1 uF/cm2
    V from currents starting at -70 mV
    transporter EAAT { moves 3 Na in, 1 H in, 1 glutamate in, 1 K out;  rate = 1e-9 fmol/s * (1 - exp(-affinity)) }
}
scenario far { run 0.001 ms;  measure limit = (inside.glutamate/outside.glutamate * exp(glia.EAAT.affinity)) at start }
scenario there { set outside.glutamate = 5 mM / 5.005e6;  run 0.001 ms;  measure left = glia.EAAT.affinity at start }
"""


def test_uptake_can_hold_five_million_to_one() -> None:
    """pH 7.4 and 7.2, potassium 140 to 3 mM, sodium 145 to 15 mM, -70 mV."""
    model = ionlang.loads(UPTAKE)
    limit = dict(model.run("far").measures)["limit"]
    by_hand = (145 / 15) ** 3 * 10 ** (7.2 - 7.4) * (140 / 3) * math.exp(140 * F / (1000 * R * 310.15))
    assert limit == pytest.approx(by_hand, rel=1e-7)
    assert 4.9e6 < limit < 5.1e6
    assert abs(dict(model.run("there").measures)["left"]) < 0.01


# ── ten minutes without oxygen ──

CLOSED = ("Na", "K", "Cl", "Ca", "H", "glutamate", "ATP + ADP", "ATP + Pi")


def test_ledgers_of_matter_and_charge_close(anoxia: Solution) -> None:
    drifts = {d.name: d.size for d in anoxia.drifts}
    for name in (
        *(f"total {what}" for what in CLOSED),
        *(f"charge in {p} less C·V" for p in ("neuron", "astrocyte", "ecs")),
    ):
        assert drifts.pop(name) < 1e-12, name
    assert [*drifts] == [
        "water"
    ]  # into the space that the cells leave, which is no state: the quadrature shows


def test_laws_hold_at_every_instant(anoxia: Solution) -> None:
    t = anoxia.instants()
    y, index = anoxia.states(t), anoxia.machine.state_index
    for name, weights in laws(anoxia.machine):
        terms = np.array([w * y[index[path]] for path, w in weights.items()])
        total = terms.sum(axis=0)
        assert np.abs(total - total[0]).max() < 1e-12 * np.abs(terms[:, 0]).sum(), name


def test_osmoles_are_counted(anoxia: Solution) -> None:
    """Free and bound particles, where a split ATP is two; and the places fill the tissue at all times."""
    t = anoxia.instants()
    places = ("neuron", "astrocyte", "ecs")
    volumes = dict(zip(places, anoxia.values([f"{p}.volume" for p in places], t), strict=True))
    free = anoxia.values([f"{p}.osmolarity" for p in places], t)
    buffers = {"calbindin": "neuron", "proteins": "neuron", "proteins_a": "astrocyte", "bicarbonate": "ecs"}
    bound = anoxia.values([f"{b}.bound" for b in buffers], t)
    fuel = anoxia.values(["amount(neuron.ATP)", "amount(astrocyte.ATP)"], t)
    particles = sum(c * volumes[p] for c, p in zip(free, places, strict=True)) + fuel.sum(axis=0)
    particles = particles + sum(c * volumes[p] for c, p in zip(bound, buffers.values(), strict=True))
    assert np.abs(particles / particles[0] - 1).max() < 1e-12
    assert np.abs(sum(volumes.values()) / 3.6 - 1).max() < 1e-15


def test_changes_are_the_integrated_fluxes() -> None:
    """Each pool of each place and each volume by itself: as exact as the run and its quadrature are."""
    brief = ionlang.loads(WORDS.replace("run 11 min", "run 200 s")).run("anoxia", rtol=1e-9)
    assert brief.trajectory is not None
    watched = [*BOOKS, "nerve.pores.rate", "glia.AQP4.rate"]
    passed = np.asarray(integral(Trajectory(brief.trajectory.pieces), brief.machine.paths(watched)))
    y, index = brief.states(np.array([0.0, brief.end])), brief.machine.state_index
    for pool, row in zip(POOLS, BROUGHT, strict=True):
        begun, ended = y[index[f"amount({pool})"]]
        size = abs(begun) + np.abs(row) @ np.abs(passed[: len(BOOKS)])
        assert abs(ended - begun - row @ passed[: len(BOOKS)]) < 1e-9 * size, pool
    for cell, water in (("neuron", passed[-2]), ("astrocyte", passed[-1])):
        begun, ended = y[index[f"{cell}.volume"]]
        assert abs(ended - begun + water) < 1e-9 * begun, cell


# ── what each mechanism is for ──

BLOCKED = {  # the sentence, the scenario, what must then fail
    "EAAT": (TRAIN, "    from 0.9 s: block EAAT\n", "ecs.glutamate at 3.5 s"),
    "Kir4.1": (TRAIN, "    from 0.9 s: block Kir41\n", "ecs.K at 5 s"),
    "calbindin": (TRAIN, "    set calbindin.total = 0 mM\n", "max(neuron.Ca)"),
    "release": (TRAIN, "    from 0.9 s: block release\n", "max(ecs.glutamate)"),
    "no way back": (ANOXIA, "    from 1 min: block EAAT\n", "EAAT.affinity"),
    "no water": (ANOXIA, "    from 1 min: set glia.AQP4.permeability = 0 cm/s\n", "astrocyte.volume at end"),
    "oxygen": (ANOXIA, "    from 1 min: set oxygen.inf = 1\n", "collapse"),
}


@cache
def blocked(name: str) -> Solution:
    at, sentence, _ = BLOCKED[name]
    scenario = "train" if at == TRAIN else "anoxia"
    assert WORDS.count(at) == 1
    return ionlang.loads(WORDS.replace(at, sentence + at)).run(scenario)


@pytest.mark.slow
@pytest.mark.parametrize("name", BLOCKED)
def test_without_its_mechanism_the_example_fails(name: str) -> None:
    failed = [v.expectation.text for v in blocked(name).verdicts if not v.passed]
    assert any(BLOCKED[name][2] in text for text in failed), failed


def test_without_uptake_glutamate_stays(train: Solution) -> None:
    cleared, left = train, blocked("EAAT")
    assert left["ecs.glutamate"].max() > 20 * cleared["ecs.glutamate"].max()
    assert left["ecs.glutamate"][-1] > 0.95 * left["ecs.glutamate"].max()
    assert cleared["ecs.glutamate"][-1] < 20e-6


def test_without_kir_potassium_stays_longer(train: Solution) -> None:
    after = np.array([5000.0])
    cleared, left = (run.values(["ecs.K"], after)[0, 0] for run in (train, blocked("Kir4.1")))
    assert left > cleared + 0.7
