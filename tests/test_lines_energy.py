"""Energy along lines: what couplings dissipate, budgets at rest and in runs, who goes uphill and in which copy, and what
action potentials carry."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from math import log
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ionlang
from ionlang.analyse.audit import audit_of_rest, audit_of_run
from ionlang.analyse.energy import count, drawn
from ionlang.analyse.energy.budget import Budget, Row
from ionlang.analyse.energy.count import Terms, Values, When, budget_of
from ionlang.cli import main
from ionlang.model.cell_lines import of_any_copy
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.ledgers.copies import in_copies
from ionlang.simulate.lines import recorder
from ionlang.simulate.machine import Machine
from ionlang.simulate.resting.rest import find_settled
from tests.electro_models import IONS, MORE, cells, tube
from tests.lines_models import LEAKY_CELL, tissue
from tests.test_lines_ledgers import OPEN, OUTSIDE, RESERVOIRS

F = 96485.33212331001  # fC/fmol
RT = 8.31446261815324 * 298.15 * 1e3  # aJ/fmol, at 25 degC
RT_AT_37 = 8.31446261815324 * 310.15 * 1e3
LEAKY = (
    LEAKY_CELL
    + """line row of 6 cell { spacing = 50 um;  ends = closed;  gap_junction inside { conductance = 2 nS;  carries K, Na } }
scenario S { begin at rest;  run 2 s;  at 0.5 s: add 10 mM to row[1].inside.K }
"""
)


def row(budget: Budget, path: str, ion: str | None = None) -> Row:
    (found,) = [r for r in budget.rows if (r.path, r.ion) == (path, ion)]
    return found


def known(budget: Budget) -> dict[tuple[str, str | None], float]:
    return {(r.path, r.ion): r.lost for r in budget.rows if r.lost is not None}


# ── at rest ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_at_rest_what_is_lost_is_what_the_pumps_do() -> None:
    """Leaky cells beside tight ones: ions go round through the gap junctions, and the pumps pay for it."""
    budget = ionlang.loads(LEAKY, "row.ion").energy()
    joined = sum(row(budget, "row.inside.gap_junction", ion).lost or 0 for ion in ("K", "Na"))
    assert budget.balance.passive == pytest.approx(budget.balance.work, rel=1e-9)
    assert joined > 0.005 * budget.balance.work
    without = budget.balance.passive - joined
    assert without != pytest.approx(budget.balance.work, rel=1e-3)
    (bill,) = budget.bills
    for ion in ("Na", "K"):
        assert sum(c.share for c in bill.causes if c.ion == ion) == pytest.approx(1, abs=1e-12)
    assert not any(c.path is not None and "gap_junction" in c.path for c in bill.causes)


def test_between_reservoirs_the_flux_loses_its_difference_of_potentials() -> None:
    budget = ionlang.loads(tube(), "tube.ion").energy()
    na, cl = (row(budget, "tube.pore.electrodiffusion", ion) for ion in ("Na", "Cl"))
    assert na.rate == pytest.approx(cl.rate, rel=1e-9)
    lost = 2 * na.rate * RT * log(100 / 10)
    assert (na.lost or 0) + (cl.lost or 0) == pytest.approx(lost, rel=1e-9)
    assert dict(budget.balance.drawn)["gradients of Na"] == pytest.approx(lost / 2, rel=1e-9)
    assert na.kind == "electrodiffusion" and na.course == "downhill"


def test_a_solute_between_reservoirs() -> None:
    text = RESERVOIRS.replace("37 degC", "25 degC")
    (only,) = ionlang.loads(text, "tissue.ion").energy().rows
    assert only.lost == pytest.approx(only.rate * RT * log(5 / 4), rel=1e-9)


def test_the_readings_say_the_same(tmp_path: Path) -> None:
    said = """
    scenario resting {
        measure lost = sum(row.inside.gap_junction.dissipation) at rest
        measure of_K = sum(row.inside.gap_junction.dissipation(K)) at rest
        measure one  = row[2].inside.gap_junction.dissipation(Na) at rest
        measure last = row[6].inside.gap_junction.dissipation at rest
        measure work = sum(row.soma.NaK.work) at rest
        measure V = row[2].soma.V at rest
        measure W = row[3].soma.V at rest
        measure c = row[2].inside.Na at rest
        measure d = row[3].inside.Na at rest
    }
    """
    model = ionlang.loads(LEAKY + said, "row.ion")
    found, budget = dict(model.run("resting").measures), model.energy()
    parts = [row(budget, "row.inside.gap_junction", ion).lost or 0 for ion in ("K", "Na")]
    assert found["lost"] == pytest.approx(sum(parts), rel=1e-12)
    assert found["of_K"] == pytest.approx(parts[0], rel=1e-12)
    assert found["work"] == pytest.approx(budget.balance.work, rel=1e-12)
    fall = found["V"] - found["W"] + 8.31446261815324 * 310.15e3 / F * log(found["c"] / found["d"])
    assert found["one"] == pytest.approx(1.0 * fall**2, rel=1e-9)  # half of 2 nS each
    assert found["last"] == 0


# ── at any moment ───────────────────────────────────────────────────────────────────────────────────────────────────

MODELS = {
    "ions in a field": cells(more=MORE),
    "gap junctions by permeability": cells(
        more=MORE, couplings=f"diffusion outside {{ {IONS} }}\n gap_junction inside {{ permeability = 0.01 pL/s;  carries K, Cl }}"
    ),
    "gap junctions and a field": cells(
        more=MORE, couplings=f"{OUTSIDE}\n gap_junction inside {{ conductance = 5 nS;  carries K, Na, Cl }}"
    ),
    "axial in a field": cells(
        more=MORE, couplings=f"{OUTSIDE}\n axial inside {{ resistivity = 150 ohm.cm;  carries K }}"
    ),
    "plain diffusion and axial": tissue(5),
    "reservoirs": tube(count="5"),
    "a solute between reservoirs": RESERVOIRS,
    "open ends": OPEN,
    "leaky cells": LEAKY,
}  # fmt: skip


def somewhere(text: str, seed: int) -> tuple[Machine, FloatArray, list[float]]:
    """Another state in each copy, not at rest."""
    machine = ionlang.loads(text, "line.ion").machine
    p = machine.parameters({})
    start = np.array(machine.initial_state(p))
    return machine, start * np.random.default_rng(seed).uniform(0.8, 1.2, start.size), p


def budget_somewhere(text: str, seed: int) -> Budget:
    machine, y, p = somewhere(text, seed)

    def look(paths: Sequence[str]) -> Values:
        rows = in_copies(machine, paths)(np.zeros(1), y[:, None], p)
        return {path: each[..., 0] for path, each in zip(paths, rows, strict=True)}

    return budget_of(machine, When("somewhere"), look, float(look(["temperature"])["temperature"]), Terms())


def gap(budget: Budget) -> float:
    balance = budget.balance
    drawn = sum(power for _, power in balance.drawn)
    size = sum(abs(x) for r in budget.rows for x in (r.lost, r.gained) if x is not None)
    return abs(balance.passive - balance.work - drawn) / size


@pytest.mark.parametrize("case", list(MODELS))
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_is_lost_is_drawn_from_gradients_and_charge(case: str, seed: int) -> None:
    budget = budget_somewhere(MODELS[case], seed)
    assert gap(budget) < 1e-11
    assert all(r.lost > 0 for r in budget.rows if r.lost is not None and r.kind in ("diffusion", "gap junction", "electrodiffusion"))  # fmt: skip


CLOSED = (
    "ions in a field",
    "gap junctions by permeability",
    "gap junctions and a field",
    "axial in a field",
    "plain diffusion and axial",
)
"""Nothing comes from outside of the copies."""


def no_longer_stored(text: str, seed: int) -> dict[str, float]:
    """By how much less is stored per time, RT ln(c) of all that there is and C V²/2: from how fast each state changes,
    with nothing of what passes where."""
    machine, y, p = somewhere(text, seed)
    rates, V_T = (
        machine.vector.rhs(0.0, y, p),
        26.64 if "thermal_voltage" in text else RT / F * 310.15 / 298.15,
    )
    found: dict[str, float] = {}
    for path, at in machine.state_index.items():
        holder, _, last = of_any_copy(path).rpartition(".")
        if last == "n":  # a gate
            continue
        if last == "V":
            words, power = drawn.CHARGE, -9 * y[at] * rates[at]  # 900 um2 with 1 uF/cm2
        else:
            volume = 2 if holder.endswith("inside") else 0.7
            words, power = f"gradients of {last}", -volume * F * V_T * np.log(y[at]) * rates[at]
        found[words] = found.get(words, 0.0) + power
    return found


@pytest.mark.parametrize("case", CLOSED)
@pytest.mark.parametrize("seed", [1, 2])
def test_what_is_drawn_from_each_is_no_longer_stored(case: str, seed: int) -> None:
    """So much of a loss comes from the gradients of each species, and so much from the charge."""
    found, wanted = (
        dict(budget_somewhere(MODELS[case], seed).balance.drawn),
        no_longer_stored(MODELS[case], seed),
    )
    assert found == {words: pytest.approx(power, rel=1e-9) for words, power in wanted.items()}


def disagreement(case: str) -> float:
    """The largest relative difference between what is drawn and what is stored no longer."""
    found, wanted = dict(budget_somewhere(MODELS[case], 1).balance.drawn), no_longer_stored(MODELS[case], 1)
    return max(abs(found[words] / power - 1) for words, power in wanted.items())


@pytest.mark.parametrize("case", CLOSED)
@pytest.mark.parametrize("part", ["_by_potential", "_by_concentration"])
def test_a_wrong_split_is_seen(case: str, part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The balance, and the books of what is stored, miss 1 % of one part of what is lost along the line."""
    right: Callable[..., float] = getattr(drawn, part)
    monkeypatch.setattr(drawn, part, lambda *given: 1.01 * right(*given))
    assert gap(budget_somewhere(MODELS[case], 1)) > 1e-5
    assert disagreement(case) > 1e-5


def test_what_is_taken_for_the_other_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sum stays right if something is moved from gradients to charge, the parts do not."""
    case, concentration, potential = "axial in a field", drawn._by_concentration, drawn._by_potential
    monkeypatch.setattr(
        drawn, "_by_concentration", lambda *given: concentration(*given) - 0.01 * potential(*given)
    )
    monkeypatch.setattr(drawn, "_by_potential", lambda *given: 1.01 * potential(*given))
    assert gap(budget_somewhere(MODELS[case], 1)) < 1e-11
    assert disagreement(case) > 1e-3


def test_what_is_taken_out_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without what moves along the line, what is drawn from gradients and charge is lost nowhere."""
    monkeypatch.setattr(count, "_MOVING", ("channel", "transporter", "pump", "flux"))
    assert gap(budget_somewhere(MODELS["axial in a field"], 1)) > 1e-3


# ── uphill ──────────────────────────────────────────────────────────────────────────────────────────────────────────

BATTERY = """
temperature = 37 degC
ion K { valence = +1 }
bath serum { K = 4 mM }
arrangement cell {
    compartment inside { volume = 2 pL;  K = if x < 90 um then 140 mM else 20 mM }
    membrane soma (inside | serum) { area = 900 um2;  capacitance = 1 uF/cm2;  V from currents starting at -80 mV
        channel leak { carries K;  conductance = 0.1 mS/cm2;  reversal = -60 mV } }
}
line row of 6 cell { spacing = 50 um;  ends = closed;  axial inside { resistivity = 2000 ohm.cm;  carries K } }
scenario S { run 10 ms }
"""


@pytest.mark.parametrize("most_rows", [256, 1])
def test_the_audit_names_the_copy_that_goes_uphill(most_rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "SHORT", most_rows)
    monkeypatch.setattr(recorder, "STEPPED", 1)
    solution = ionlang.loads(BATTERY, "row.ion").run("S")
    (line,) = audit_of_run(solution)
    assert line.startswith("at the end channel leak takes K from serum to row.inside, 2.6")
    assert line.endswith(" in row[1] and 1 other copy")


def test_a_way_is_uphill_if_it_is_so_in_any_copy() -> None:
    """In four copies it runs down by more than it climbs in two."""
    budget = ionlang.loads(BATTERY, "row.ion").energy("S")
    leak = row(budget, "row.soma.leak", "K")
    assert leak.lost is not None and leak.lost > 0 and leak.course == "uphill"
    tight = ionlang.loads(BATTERY.replace("reversal = -60 mV", ""), "row.ion").energy("S")
    assert row(tight, "row.soma.leak", "K").course == "downhill"


def test_nothing_goes_uphill_where_laws_are_right() -> None:
    model = ionlang.loads(LEAKY, "row.ion")
    assert audit_of_run(model.run("S")) == ()
    assert audit_of_rest(find_settled(model.machine, {})) == ()


def test_potassium_that_carries_a_current_against_its_gradient_is_told() -> None:
    """`axial … carries K` is driven by V alone: where K differs it may be carried up."""
    text = tissue(4, inside_K="100 mM + 40 mM * exp(-x/(50 um))").replace("starting at -67 mV", "starting at -67 mV + 0.04 mV/(1 um) * x")  # fmt: skip
    budget = budget_somewhere_as_written(text)
    assert row(budget, "tissue.inside.axial", "K").course == "uphill"


def budget_somewhere_as_written(text: str) -> Budget:
    model = ionlang.loads(f"{text}\nscenario brief {{ run 0.01 ms }}", "line.ion")
    return model.energy("brief", at="0 s")


# ── in runs ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_long_lines_have_the_budgets_of_short_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of them a moment or a stretch is looked at while they run again."""
    asked: tuple[dict[str, Any], ...] = (
        {"at": "0.7 s"},
        {"at": "0.5 s"},
        {},
        {"between": ("0.3 s", "1.1 s")},
    )
    short = [ionlang.loads(LEAKY, "row.ion").energy("S", **each) for each in asked]
    monkeypatch.setattr(recorder, "SHORT", 1)
    monkeypatch.setattr(recorder, "STEPPED", 1)
    model = ionlang.loads(LEAKY, "row.ion")
    assert model.run("S").recorder is not None
    for one, each in zip(short, asked, strict=True):
        other = model.energy("S", **each)
        assert known(other) == {key: pytest.approx(x, rel=1e-4, abs=1e-6 * one.dissipation) for key, x in known(one).items()}  # fmt: skip
        assert other.balance.work == pytest.approx(one.balance.work, rel=1e-5)
        assert other.words == one.words
    assert abs(short[1].dissipation - short[0].dissipation) > 1e-4 * short[0].dissipation


def test_the_budget_of_a_stretch_is_the_ledger_of_it() -> None:
    model = ionlang.loads(LEAKY, "row.ion")
    ledger, budget = model.run("S", rtol=1e-9).ledger(), model.energy("S", between=("0.5 s", "2 s"))
    phase = ledger.phases[1]
    assert phase.energy is not None
    lost = sum(row(budget, "row.inside.gap_junction", ion).lost or 0 for ion in ("K", "Na"))
    by = {e.by: e.amount for e in phase.energy.dissipated}
    assert lost * 1e-6 == pytest.approx(by["row.inside.gap_junction"], rel=1e-4)
    assert sum(known(budget).values()) * 1e-6 == pytest.approx(sum(by.values()), rel=1e-5)


FIRING = """
temperature = 6.3 degC
ion Na { valence = +1 }
ion K  { valence = +1 }
arrangement stretch {
    bath inside  { Na = 50 mM;  K = 400 mM }
    bath outside { Na = 440 mM;  K = 20 mM }
    membrane wall (inside | outside) {
        area = 2 * pi * 238 um * spacing
        capacitance = 1 uF/cm2
        V from currents starting at -65 mV
        channel NaV { carries Na;  conductance = 120 mS/cm2 * m^3 * h
            gate m { alpha = 0.1 /mV/ms * linoid(V + 40 mV, 10 mV);  beta = 4 /ms * exp(-(V + 65 mV)/(18 mV)) }
            gate h { alpha = 0.07 /ms * exp(-(V + 65 mV)/(20 mV));  beta = 1 /ms / (1 + exp(-(V + 35 mV)/(10 mV))) } }
        channel KDR { carries K;  conductance = 36 mS/cm2 * n^4
            gate n { alpha = 0.01 /mV/ms * linoid(V + 55 mV, 10 mV);  beta = 0.125 /ms * exp(-(V + 65 mV)/(80 mV)) } }
        channel leak { carries K;  conductance = 0.3 mS/cm2;  reversal = -54.4 mV }
    }
}
line axon of 20 stretch { total_length = 20 mm;  ends = closed
    axial inside { resistivity = 35.4 ohm.cm;  cross_section = pi * (238 um)^2;  carries K } }
scenario S { run 12 ms;  from 1 ms for 1 ms: inject 300 uA/cm2 into axon[1 .. 2].wall carried by K }
"""


@pytest.mark.parametrize("most_rows", [256, 1])
def test_what_an_action_potential_carries_along_an_axon(
    most_rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sums over the copies of what each would say of itself."""
    monkeypatch.setattr(recorder, "SHORT", most_rows)
    monkeypatch.setattr(recorder, "STEPPED", 1)
    budget = ionlang.loads(FIRING, "axon.ion").energy("S", between=("0 s", "12 ms"))
    (swing,) = budget.swings
    monkeypatch.setattr(recorder, "SHORT", 256)
    solution = ionlang.loads(FIRING, "axon.ion").run("S")
    t = np.linspace(0, 12, 24001)
    least = inward = 0.0
    for i in range(1, 21):
        V, current = solution.values([f"axon[{i}].wall.V", f"axon[{i}].wall.NaV.current(Na)"], t)
        least += np.ptp(V) * 2 * np.pi * 238 * 1000 / 100
        inward += float(np.maximum(-current, 0)[:-1].sum() * (t[1] - t[0]))
    assert swing.least == pytest.approx(least, rel=1e-3)
    assert swing.charges[0].inward == pytest.approx(inward, rel=1e-3)
    assert swing.area == pytest.approx(2 * np.pi * 238 * 20000 / 100, rel=1e-9)
    assert swing.high > 20 and swing.inward / swing.least > 5


def test_a_cycle_in_one_copy_is_a_stretch_of_the_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "axon.ion"
    text = FIRING.replace(
        "run 12 ms;  from 1 ms for 1 ms", "run 40 ms;  from 1 ms for 30 ms every 18 ms for 1 ms"
    )
    file.write_text(text)
    asked = ["energy", str(file), "--scenario", "S", "--cycle", "axon[10].wall.V > 0 mV"]
    assert main(asked) == 0
    said = capsys.readouterr().out
    assert "axon.inside.axial" in said and "axon.wall: V from" in said
    assert main([*asked, "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    first, last = rises(text, "axon[10].wall.V")
    assert found["stretch_s"] == [pytest.approx(t / 1e3, abs=1e-6) for t in (first, last)]
    assert [way["path"] for way in found["ways"]] == [*(f"axon.wall.{c}" for c in ("NaV", "KDR", "leak")), "axon.inside.axial"]  # fmt: skip
    between = ionlang.loads(text, "axon.ion").energy("S", between=(f"{first} ms", f"{last} ms"))
    for way in found["ways"]:
        assert way["dissipated_pJ"] == pytest.approx(
            (row(between, way["path"], way["ion"]).lost or 0) * 1e-6, rel=1e-3
        )
    assert found["sums"]["dissipated_pJ"] == pytest.approx(sum(way["dissipated_pJ"] for way in found["ways"]))


def rises(text: str, path: str) -> list[float]:
    """When it rises above 0 [ms]."""
    t = np.linspace(0, 40, 40001)
    (V,) = ionlang.loads(text, "axon.ion").run("S").values([path], t)
    before = np.flatnonzero((V[:-1] <= 0) & (V[1:] > 0))
    return [float(t[i] - V[i] * (t[i + 1] - t[i]) / (V[i + 1] - V[i])) for i in before]


def test_a_cycle_in_a_copy_that_is_not_kept_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "SHORT", 1)
    monkeypatch.setattr(recorder, "STEPPED", 1)
    with pytest.raises(ValueError, match="not kept at every step: of axon 1, 10, 20 are"):
        ionlang.loads(FIRING, "axon.ion").energy("S", cycle="axon[7].wall.V > 0 mV")


def test_the_command_draws_and_writes_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, table = tmp_path / "row.ion", tmp_path / "ways.csv"
    file.write_text(LEAKY)
    assert main(["energy", str(file), "--csv", str(table), "--plot", str(tmp_path / "energy.png")]) == 0
    said = capsys.readouterr().out
    assert "what passes along lines dissipate" in said and "Na onward" in said
    assert "row.inside.gap_junction,gap junction,Na" in table.read_text()


def test_without_a_temperature_there_is_no_dissipation_to_read() -> None:
    text = "solute A\n" + """
    arrangement patch { compartment place { volume = 1 pL;  A = 1 mM } }
    line strip of 4 patch { spacing = 10 um;  ends = closed;  diffusion place { A = 1e-6 cm2/s } }
    scenario S { run 1 s;  measure lost = strip[2].place.diffusion.dissipation at end }
    """  # fmt: skip
    assert [d.code for d in ionlang.loads(text, "strip.ion").check() if d.severity == "error"] == ["ION306"]
    warm = ionlang.loads(f"temperature = 37 degC\n{text}", "strip.ion").run("S")
    assert dict(warm.measures)["lost"] == 0


def test_what_is_alike_in_all_copies_and_at_all_times_is_counted() -> None:
    """Baths in a row: nothing spreads between them, and what a flux brings is all that is lost."""
    text = """
    temperature = 37 degC
    solute A
    arrangement patch {
        bath place { A = 1 mM }
        compartment store { volume = 1 pL;  A = 2 mM }
        flux leak { moves A from store to place;  rate = 1e-3 pL/s * (store.A - place.A) }
    }
    line strip of 5 patch { spacing = 10 um;  ends = closed;  diffusion place { A = 1e-6 cm2/s;  cross_section = 1 um2 } }
    scenario S { run 1 s }
    """
    m = ionlang.loads(text, "strip.ion")
    A = m.run("S").values(["strip[3].store.A"], np.array([1e3]))[0, 0]
    assert pytest.approx(1 + np.exp(-1e-3), rel=1e-6) == A
    budget = m.energy("S")
    assert budget.balance.passive == pytest.approx(5 * 1e-6 * (A - 1) * RT_AT_37 * np.log(A), rel=1e-6)
    (phase,) = m.run("S").ledger().phases
    assert phase.energy is not None and abs(phase.energy.residue) < 1e-6 * phase.energy.size
