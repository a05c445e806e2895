"""A thousand random models: matter and charge are conserved at the right-hand side, the sides of a membrane and the
units of numbers are matters of writing, and printed text means the same."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

import ionlang
from ionlang.syntax.print import print_model
from tests.models_built import POINTS, Built, Numbers, Reading, random_settings, random_states
from tests.models_conservation import (
    check_charge,
    check_laws,
    check_matter,
    check_potentials,
    check_water,
    near,
    total,
)
from tests.models_laws import check_channels
from tests.models_ledger import Values, stands_alone
from tests.models_strategy import models
from tests.models_structure import Model, Place
from tests.models_text import Writer
from tests.syntax_reading import read_right

SEEDS = st.integers(0, 2**32 - 1)
UNHURRIED = (HealthCheck.too_slow, HealthCheck.data_too_large)


def part(name: str, examples: int) -> Callable[[], None]:
    """A test of so many models; the name decides which under a derandomized profile. Parts run side by side."""

    def run(model: Model, seed: int) -> None:
        check(model, seed)

    run.__name__ = name
    found: Callable[[], None] = settings(max_examples=examples, suppress_health_check=UNHURRIED)(
        given(models(), SEEDS)(run)
    )
    return found


test_some_models = part("some", 25)
test_more_models = pytest.mark.slow(part("more", 40))
test_other_models = pytest.mark.slow(part("other", 40))
test_further_models = pytest.mark.slow(part("further", 40))
test_first_quarter_of_a_thousand = pytest.mark.slow(part("first", 250))
test_second_quarter_of_a_thousand = pytest.mark.slow(part("second", 250))
test_third_quarter_of_a_thousand = pytest.mark.slow(part("third", 250))
test_fourth_quarter_of_a_thousand = pytest.mark.slow(part("fourth", 250))


def check(model: Model, seed: int) -> None:
    """All that holds for every model; `seed` chooses the points, the membranes to turn and the units."""
    random = np.random.default_rng(seed)
    built = Built(model, Writer(model).text())
    note(built.text)
    states, given_values = random_states(built, random), random_settings(model, random)
    found = built.at(states, given_values)
    check_matter(model, found)
    check_water(model, found)
    check_potentials(model, found)
    check_charge(model, found)
    check_laws(built, found)
    check_channels(model, found)
    check_start(built)
    sizes = built.sizes(states, given_values)
    check_forms(built, states, given_values, sizes)
    check_jacobian(built, states, given_values, sizes)
    check_other_writing(built, states, given_values, random)
    if seed % 16 == 1:  # it is compiled once more
        check_wrapped(built, states)
    if seed % 4 == 0:  # for these each on its own: it takes long
        check_units(built, states, given_values, sizes, seed)
        check_print(built)


# ── one model, many ways to write it ──


def check_start(built: Built) -> None:
    """At the start every gate without a start value is at rest, and what balances charge does."""
    model = built.model
    y = built.start()
    assert np.isfinite(y).all()
    states = {s.path: np.full(POINTS, v) for s, v in zip(built.system.states, y, strict=True)}
    found = built.at(states, {})
    gates = {f"{m.name}.{c.name}.{g.name}": g for m in model.membranes for c in m.carriers for g in c.gates}
    for path, gate in gates.items():
        if path in states and "start" not in dict(gate.properties):
            slope = built.jacobian(states, {})[built.index[path], built.index[path]]
            near(found.rates[path], np.zeros(POINTS), np.abs(slope), 1e-13, f"start of {path}")
    baths = [(p.name,) for p in model.places if p.kind == "bath"]
    for group in (*model.groups, *baths):
        places = [model.place(name) for name in group]
        if not any(h.start is None for p in places for h in p.contents):
            continue
        charges = [
            model.charge(s) * held_there(found, p, s) for p in places for s in (h.species for h in p.contents)
        ]
        if places[0].kind == "compartment":
            for m in (m for m in model.membranes if m.way != "defined"):
                held = (
                    found.look(f"{m.name}.total_capacitance")
                    * found.look(f"{m.name}.V")
                    / found.look("faraday")
                )
                charges += [-held] * (m.first in group) + [held] * (m.second in group)
        left, sizes = total(charges)
        near(left, np.zeros(POINTS), sizes, 1e-13, f"charge of {group} at the start")


def held_there(found: Reading, place: Place, species: str) -> Values:
    """The amount, free and bound: bound ions keep their charge; of a bath the concentration."""
    free = found.look(f"{place.name}.{species}")
    whole = free
    if place.changes(species):
        for buffer in (b for b in place.buffers if b.species == species):
            total, half = float(buffer.total.number), float(buffer.dissociation.number)  # [mM]
            whole = whole + total * free / (half + free)
    return whole * found.look(f"{place.name}.volume") if place.kind == "compartment" else whole


def check_forms(built: Built, states: Numbers, given_values: Numbers, sizes: Values) -> None:
    """Scalar and vector code agree."""
    machine, y = built.machine, built.state(states)
    rates = machine.vector.rhs(0.0, y, built.parameters(given_values))
    slopes = built.jacobian(states, given_values)
    for i in range(POINTS):
        p = machine.parameters({path: float(v[i]) for path, v in given_values.items()})
        column = y[:, i].tolist()
        near(np.array(machine.scalar.rhs(0.0, column, p)), rates[:, i], sizes[:, i], 1e-13, "scalar rhs")
        scalar = np.array(machine.scalar.jacobian(0.0, column, p))
        scale = sizes[:, i, None] / np.maximum(np.abs(y[:, i]), 1e-4)
        near(scalar, slopes[:, :, i], scale + np.abs(scalar), 1e-12, "scalar jacobian")


def check_jacobian(built: Built, states: Numbers, given_values: Numbers, sizes: Values) -> None:
    """The Jacobian against central differences, wherever those converge."""
    machine, y = built.machine, built.state(states)
    p = built.parameters(given_values)
    slopes = built.jacobian(states, given_values)
    for j in range(len(y)):
        step = np.maximum(np.abs(y[j]), 1e-3) * 1e-5
        up, down = y.copy(), y.copy()
        up[j] += step
        down[j] -= step
        differences = (machine.vector.rhs(0.0, up, p) - machine.vector.rhs(0.0, down, p)) / (up[j] - down[j])
        noise = 1e-12 * sizes / step + 1e-5 * np.abs(slopes[:, j])
        near(differences, slopes[:, j], noise, 1.0, f"d/d {built.system.states[j].path}")


def check_units(built: Built, states: Numbers, given_values: Numbers, sizes: Values, seed: int) -> None:
    """Every number in another unit: the same model."""
    other = Built(built.model, Writer(built.model, units=seed).text())
    rates, found = built.at(states, given_values).rates, other.at(states, given_values).rates
    for i, path in enumerate(rates):
        near(found[path], rates[path], sizes[i], 1e-13, f"{path} in other units")
    near(other.start(), built.start(), np.abs(built.start()), 1e-13, "start in other units")


def check_other_writing(
    built: Built, states: Numbers, given_values: Numbers, random: np.random.Generator
) -> None:
    """Printed text with membranes from their other side and numbers in other units: V, currents and fluxes change
    their signs and nothing else does."""
    model = built.model
    turned = [name for name in model.turnable() if random.random() < 0.7] or model.turnable()[:1]
    units = int(random.integers(2**32))
    other = Built(model, reprinted(Writer(model, turned, units).text()))
    before, after = injected(built, other, given_values, turned)
    starts = dict(zip(built.index, built.start(), strict=True))
    fixed = {path: np.full(POINTS, starts[path]) for path in states if path not in other.index}
    states = {**states, **fixed}  # what only an injected current moves
    sizes = built.sizes(states, before)
    sign = {f"{name}.V": -1.0 for name in turned}
    mirrored = {path: sign.get(path, 1.0) * value for path, value in states.items()}
    expected, found = built.at(states, before), other.at(mirrored, after)
    for i, (path, rate) in enumerate(expected.rates.items()):
        image = found.rates.get(path, np.zeros(POINTS))
        near(image, sign.get(path, 1.0) * rate, sizes[i], 1e-13, f"{path} from the other side")
    for path in (path for path in other.paths if path not in expected.rates):
        image, wanted = found.look(path), expected.look(path)
        size = np.abs(wanted)
        owner = path.partition(".")[0]
        if re.search(r"\.(V|current|flux|inject|w0\.rate)\b", path):
            size = size + span(built, expected, sizes, owner)
            wanted = -wanted if owner in turned else wanted
        near(image, wanted, size, 1e-12, f"{path} from the other side")


def span(built: Built, found: Reading, sizes: Values, owner: str) -> Values:
    """What the terms of a membrane's currents come to."""
    if f"{owner}.V" in built.index:
        return sizes[built.index[f"{owner}.V"]] * found.look(f"{owner}.total_capacitance")
    if f"{owner}.charge" in built.index:
        return sizes[built.index[f"{owner}.charge"]]
    return np.full(POINTS, 1e3) * (1.0 + np.abs(found.look(f"{owner}.current")))


def injected(built: Built, other: Built, given_values: Numbers, turned: list[str]) -> tuple[Numbers, Numbers]:
    """The settings of both. An injected ion comes from outside the model to the first side; from the other side
    there is no such current, so none is injected; nor is any where it passes further membranes on its way out."""
    before, after = dict(given_values), dict(given_values)
    for i in built.model.injections:
        path = f"{i.membrane}.inject({i.carrier})"
        before[path] = given_values[path] * (i.carrier == "charge" and stands_alone(built.model, i.membrane))
        after[path] = -before[path] if i.membrane in turned else before[path]
        if path not in other.symbols:
            del after[path]
    return before, after


def reprinted(text: str) -> str:
    """The canonical text: it is read as the same tree and printed as itself."""
    tree = read_right(text)
    printed = print_model(tree)
    again = read_right(printed)
    assert again == tree
    assert print_model(again) == printed
    return printed


def check_wrapped(built: Built, states: Numbers) -> None:
    """In an arrangement everything has a longer path and the same numbers."""
    other = Built(built.model, Writer(built.model).wrapped())
    paths = [inside_box(path) for path in built.index]
    assert sorted(other.index) == sorted(paths)
    starts = dict(zip(other.index, other.start(), strict=True))
    near(np.array([starts[p] for p in paths]), built.start(), np.abs(built.start()), 1e-14, "start in a box")
    found = other.at({inside_box(path): value for path, value in states.items()}, {})
    sizes = built.sizes(states, {})
    for i, (path, rate) in enumerate(built.at(states, {}).rates.items()):
        near(found.rates[inside_box(path)], rate, sizes[i], 1e-13, f"{path} in a box")


def inside_box(path: str) -> str:
    return path.replace("amount(", "amount(box.") if path.startswith("amount(") else f"box.{path}"


def check_print(built: Built) -> None:
    """Printed text gives the same code to the last digit (where its lines came from apart)."""
    assert code(Built(built.model, reprinted(built.text))) == code(built)


def code(built: Built) -> str:
    return re.sub(r"#.*", "", built.machine.scalar.source)


IN_OTHER_WORDS = """
temperature = 37 degC
let radius = width / 2
param width = 12 um
ion K { valence = +1 }
compartment cell { volume = 4/3*pi*radius^3; K = level }
let level = high - 20 mM
param high = 160 mM
bath sea { K = 4 mM }
membrane skin (cell | sea) {
    area = 4*pi*radius^2
    capacitance = 1 uF/cm2
    V from currents starting at 1 mV - 2.5*thermal_voltage
    channel leak {
        carries K
        conductance = faraday/gas_constant/temperature * 0.1 uA/cm2 * follows
        gate follows { inf = 1 - KDR.n; tau = 3 ms }
    }
    channel KDR { carries K; conductance = 1 mS/cm2 * n; gate n { inf = 1/(1 + exp(-V/(9 mV))); tau = 2 ms } }
}
"""


def test_constants_and_names_in_start_values_and_a_gate_that_starts_where_a_later_one_puts_it() -> None:
    machine = ionlang.loads(IN_OTHER_WORDS).machine
    p = machine.parameters({"width": 1.0})
    V = 1.0 - 2.5 * (RT_F := 8314.46261815324 * 310.15 / 96485.33212331001)
    n = 1 / (1 + math.exp(-V / 9))
    assert machine.initial_state(p) == pytest.approx([V, 1 - n, n, 140.0], rel=1e-14)
    assert machine.parameter_value("cell.volume", p) == pytest.approx(math.pi / 6, rel=1e-14)
    assert machine.parameter_value("skin.area", p) == pytest.approx(math.pi, rel=1e-14)
    conductance = machine.paths(["skin.leak.total_conductance"])
    found = conductance(np.zeros(1), np.array(machine.initial_state(p))[:, None], p)
    assert found[0, 0] == pytest.approx(0.1 / RT_F * (1 - n) * math.pi, rel=1e-14)
