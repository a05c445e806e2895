"""Ledgers: what is counted agrees with closed forms and with quadratures of its own, closes, and notices if anything is
left out."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from math import exp, log
from pathlib import Path

import numpy as np
import pytest

import ionlang
from ionlang.cli import main
from ionlang.simulate.ledgers import keep
from ionlang.simulate.ledgers.books import Books
from ionlang.simulate.ledgers.ledger import Ledger
from ionlang.simulate.solution import Solution
from tests.reading_ledgers import account, energy, of, through

ROOT = Path(__file__).parents[1]
F = 96485.33212331001  # fC/fmol
RT = 8.31446261815324 * 310.15 * 1e3  # aJ/fmol, at 37 degC
PICO = 1e-6

CELL = """
temperature = 37 degC
ion Na { valence = +1 }
ion K  { valence = +1 }
ion Cl { valence = -1 }
impermeant A { valence = -1 }
solute ATP
compartment inside  { volume = 2 pL;  Na = 15 mM;  K = 140 mM;  Cl = 8 mM;  A balances charge;  ATP = 3 mM held }
compartment outside { volume = 4 pL;  Na = 145 mM; K = 4 mM;    Cl = 120 mM;  A balances charge }
membrane soma (inside | outside) {
    area = 900 um2
    capacitance = 1 uF/cm2
    V from currents starting at -70 mV
    channel Na_leak { carries Na;  conductance = 0.02 mS/cm2 }
    channel K_leak  { carries K;   conductance = 0.1 mS/cm2 }
    channel Cl_leak { carries Cl;  permeability = 1e-7 cm/s }
    transporter KCC2 { moves 1 K out, 1 Cl out;  rate = 0.3 pmol/cm2/s * affinity }
    pump NaK { moves 3 Na out, 2 K in, uses 1 ATP;  current = 1.5 uA/cm2 * hill(in.Na, 15 mM, 3) }
}
"""


def ledger(text: str, name: str = "S", rtol: float = 1e-6) -> tuple[Solution, Ledger]:
    solution = ionlang.loads(text, "cell.ion").run(name, rtol=rtol)
    assert solution.failure is None
    return solution, solution.ledger()


def quadrature(solution: Solution, quantity: Callable[..., np.ndarray], *paths: str) -> float:
    """∫ of a quantity of some paths, by Simpson's rule on even grids of its own: a fine one where V settles."""
    total = 0.0
    for start, end in ((0.0, 300.0), (300.0, solution.end)):
        t = np.linspace(start, end, 6001)
        weights = np.ones(t.size)
        weights[1:-1:2], weights[2:-1:2] = 4, 2
        total += float((t[1] - t[0]) / 3 * weights @ quantity(*solution.values(paths, t)))
    return total


# ── closed forms ────────────────────────────────────────────────────────────────────────────────────────────────────

MIXING = """
temperature = 37 degC
solute A
compartment left  { volume = 1 pL;  A = 9 mM }
compartment right { volume = 3 pL;  A = 1 mM }
flux mixing { moves A from left to right;  rate = 0.3 /s * 1 pL * (left.A - right.A) }
scenario S { run 2 s }
"""


def test_mixing_dissipates_what_the_entropy_gains() -> None:
    _, found = ledger(MIXING, rtol=1e-9)
    phase = found.whole
    left = 3 + 6 * exp(-0.3 * 2 * (1 + 1 / 3))  # mM; 12 fmol in all, 3 mM in the end
    right = (12 - left) / 3
    moved = 9 - left
    for place, before, change in (("left", 9.0, -moved), ("right", 3.0, moved)):
        own = account(phase, place, "A")
        assert own.before == pytest.approx(before, rel=1e-15)
        assert own.change == pytest.approx(change, rel=1e-6)
        assert through(own, "mixing") == pytest.approx(change, rel=1e-6)

    def stored(a: float, b: float) -> float:
        return PICO * RT * (a * (log(a / 1000) - 1) + 3 * b * (log(b / 1000) - 1))

    assert energy(phase).before == pytest.approx(stored(9, 1), rel=1e-12)
    assert energy(phase).after == pytest.approx(stored(left, right), rel=1e-7)
    assert of(energy(phase).dissipated, "mixing") == pytest.approx(
        stored(9, 1) - stored(left, right), rel=1e-6
    )
    assert energy(phase).supplied == ()


def test_a_membrane_that_discharges_loses_half_c_v_squared() -> None:
    """Between baths nothing is stored but the charge: ½ C V² about E, less what the baths give."""
    text = """
    temperature = 37 degC
    ion K { valence = +1 }
    bath inside  { K = 10 mM }
    bath outside { K = 10 mM }
    membrane m (inside | outside) { capacitance = 20 pF;  V from currents starting at -60 mV
        channel leak { carries K;  conductance = 2 nS } }
    scenario S { run 15 ms }
    """
    _, found = ledger(text, rtol=1e-9)
    e, charge = energy(found.whole), account(found.whole, "m", "charge")
    before, after = PICO * 10 * 60**2, PICO * 10 * 60**2 * exp(-2 * 15 * 2 / 20)
    assert e.before == pytest.approx(before, rel=1e-12)
    assert of(e.dissipated, "m.leak") == pytest.approx(before - after, rel=1e-6)
    assert charge.change == pytest.approx(20 * 60 * (1 - exp(-15 * 2 / 20)), rel=1e-6)  # fC
    received = account(found.whole, "inside", "K")
    assert received.before is None and received.change == pytest.approx(charge.change / F, rel=1e-6)
    assert abs(sum(x.amount for x in e.supplied)) < 1e-9 * before


def test_water_dissipates_what_osmolarity_loses() -> None:
    text = """
    temperature = 37 degC
    solute A
    bath sea { A = 200 mM }
    compartment cell { volume = 1 pL;  A = 300 mM }
    membrane skin (cell | sea) { area = 500 um2;  capacitance = 1 uF/cm2;  V = 0 mV
        water pores { permeability = 0.01 cm/s;  molar_volume = 18 mL/mol } }
    scenario S { run 300 s }
    """
    _, found = ledger(text, rtol=1e-9)
    water, e = account(found.whole, "cell", "water"), energy(found.whole)
    assert water.after == pytest.approx(1.5, rel=1e-5)
    assert through(water, "skin.pores") == pytest.approx(0.5, rel=1e-5)
    # ∫ RT (300/v − 200) dv from 1 to 1.5
    assert of(e.dissipated, "skin.pores") == pytest.approx(PICO * RT * (300 * log(1.5) - 100), rel=1e-5)
    assert of(e.supplied, "bath sea") == pytest.approx(-PICO * RT * 200 * 0.5, rel=1e-5)
    assert abs(e.residue) < 1e-6 * e.size
    assert found.whole.contents[1].osmolarity[1] == pytest.approx(200, rel=1e-5)


def test_a_reaction_of_known_worth_dissipates_its_affinity() -> None:
    text = """
    temperature = 37 degC
    solute A
    solute B
    compartment cell { volume = 2 pL;  A = 3 mM;  B = 0.5 mM }
    reaction R in cell { turns A into B;  forward = 2 /s;  backward = 0.5 /s }
    scenario S { run 3 s }
    """
    _, found = ledger(text, rtol=1e-9)
    e, B = energy(found.whole), account(found.whole, "cell", "B")
    a = 0.7 + 2.3 * exp(-7.5)
    made = 2 * (3 - a)
    assert B.change == pytest.approx(made, rel=1e-6)
    assert of(e.supplied, "chemistry of cell.R") + of(e.supplied, "chemistry of R") == pytest.approx(
        PICO * RT * log(4) * made, rel=1e-6
    )
    assert abs(e.residue) < 1e-6 * e.size


# ── quadratures of their own ────────────────────────────────────────────────────────────────────────────────────────


def test_each_carrier_is_what_its_flux_and_its_potentials_say() -> None:
    solution, found = ledger(CELL + "scenario S { run 20 s }", rtol=1e-9)
    e = energy(found.whole)
    for ion, name, z in (("Na", "Na_leak", 1), ("K", "K_leak", 1), ("Cl", "Cl_leak", -1)):
        current, inside = f"soma.{name}.current", account(found.whole, "inside", ion)
        carried = quadrature(solution, lambda i: i, current)
        assert through(inside, f"soma.{name}") == pytest.approx(-carried / (z * F), rel=1e-6)
        lost = quadrature(solution, lambda i, V, E: i * (V - E), current, "soma.V", f"soma.E({ion})")
        assert of(e.dissipated, f"soma.{name}") == pytest.approx(PICO * lost, rel=1e-6)
    work = quadrature(solution, np.multiply, "soma.NaK.rate", "soma.NaK.free_energy")
    assert of(e.supplied, "soma.NaK") == pytest.approx(PICO * work, rel=1e-6)
    lost = RT * quadrature(solution, np.multiply, "soma.KCC2.rate", "soma.KCC2.affinity")
    assert of(e.dissipated, "soma.KCC2") == pytest.approx(PICO * lost, rel=1e-6)
    assert all(x.amount >= 0 for x in e.dissipated)
    ATP = account(found.whole, "inside", "ATP")
    assert ATP.before is None and ATP.change == pytest.approx(
        -quadrature(solution, lambda r: r, "soma.NaK.rate"), rel=1e-6
    )


def test_charge_and_matter_and_osmolarity_say_the_same() -> None:
    _, found = ledger(CELL + "scenario S { run 20 s;  from 5 s for 10 s: block NaK }")
    for phase in (*found.phases, found.whole):
        inside, _ = phase.contents
        charge = account(phase, "soma", "charge")
        matter = F * (account(phase, "inside", "Na").change + account(phase, "inside", "K").change - account(phase, "inside", "Cl").change)  # fmt: skip
        assert charge.change == pytest.approx(matter, abs=1e-6)
        assert inside.charge is not None and inside.charge[1] - inside.charge[0] == pytest.approx(
            matter, abs=1e-6
        )
        moved = sum(a.change for a in phase.accounts if a.place == "inside" and a.what != "ATP")
        assert inside.osmolarity[1] - inside.osmolarity[0] == pytest.approx(moved / 2, rel=1e-9)
    ends = [(p.start, p.end) for p in found.phases]
    assert ends == [(0.0, 5000.0), (5000.0, 15000.0), (15000.0, 20000.0)]
    for one, next_one in zip(found.phases, found.phases[1:], strict=False):
        for a, b in zip(one.accounts, next_one.accounts, strict=True):
            assert a.after == b.before
        assert energy(one).after == energy(next_one).before
    assert found.phases[1].words == ("block NaK",) and found.phases[0].words == ()
    assert through(account(found.phases[1], "inside", "Na"), "soma.NaK") == 0


# ── closure ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def closed(found: Ledger) -> tuple[float, float]:
    """The worst energy of a phase that nothing explains, of what went through; the worst total."""
    phases = (*found.phases, found.whole)
    worst = max(abs(energy(p).residue) / energy(p).size for p in phases)
    return worst, max(abs(b.residue) / b.size for p in phases for b in p.balances if b.size)


def test_a_closed_cell_closes() -> None:
    model = ionlang.load(ROOT / "examples" / "anoxia.ion")
    found = model.run("anoxia").ledger()
    powers, matter = closed(found)
    assert powers < 3e-6 and matter < 1e-12
    whole = energy(found.whole)
    assert abs(whole.residue) / whole.size < 1e-6
    finer = model.run("anoxia", rtol=1e-8).ledger()
    assert closed(finer)[0] < 1e-7 and closed(finer)[1] < 1e-12


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("examples/19_anoxia.ion", "anoxia"),
        ("examples/tripartite_synapse.ion", "train"),
        ("tests/fields/swelling.ion", "resting"),
        ("examples/published/duesterwald_2018.ion", "pump_fails"),
    ],
)
def test_water_areas_reactions_and_baths_are_in_the_books(path: str, name: str) -> None:
    found = ionlang.load(ROOT / path).run(name).ledger()
    assert closed(found)[0] < 3e-6


def test_what_is_left_out_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    text = CELL + "scenario S { run 20 s }"
    whole = ledger(text, rtol=1e-9)[1].whole
    assert abs(energy(whole).residue) < 1e-7 * energy(whole).size
    own = Books.rates

    def without_chloride(self: Books, t: object, y: object, p: object) -> list[np.ndarray]:
        rates = own(self, t, y, p)  # type: ignore[arg-type]
        rates[self.names.index("soma.Cl_leak")] = 0.99 * rates[self.names.index("soma.Cl_leak")]
        return rates

    monkeypatch.setattr(Books, "rates", without_chloride)
    spoilt = ledger(text, rtol=1e-9)[1].whole
    inside = account(spoilt, "inside", "Cl")
    assert abs(inside.residue) == pytest.approx(0.01 / 0.99 * abs(through(inside, "soma.Cl_leak")), rel=1e-3)
    assert abs(energy(spoilt).residue) > 1e-6 * energy(spoilt).size


# ── what scenarios do ───────────────────────────────────────────────────────────────────────────────────────────────


def test_fifty_pulses_are_one_phase() -> None:
    acts = "run 2 s;  from 0.5 s for 1 s every 20 ms for 5 ms: inject 20 pA into soma carried by K"
    solution, found = ledger(f"{CELL} scenario S {{ {acts} }}")
    assert solution.trajectory is not None and len(solution.trajectory.pieces) > 99
    assert [len(p.words) for p in found.phases] == [0, 1, 0]
    train = found.phases[1]
    assert train.start == 500.0 and 500 + 49 * 20 + 5 <= train.end <= 1500
    injected = through(account(train, "inside", "K"), "soma.inject(K)")
    assert injected == pytest.approx(50 * 5 * 20 / F, rel=1e-6)
    assert through(account(train, "soma", "charge"), "soma.inject(K)") == pytest.approx(50 * 5 * 20, rel=1e-6)
    assert abs(energy(train).residue) < 3e-6 * energy(train).size


def test_what_is_added_and_what_is_held_is_booked() -> None:
    acts = "run 10 s;  at 2 s: add 3 mM to outside.K;  from 4 s for 2 s: hold outside.K;  when time > 8 s: set inside.Na = 20 mM"  # fmt: skip
    solution, found = ledger(f"{CELL} scenario S {{ {acts} }}")
    assert [p.start for p in found.phases] == [0.0, 2000.0, 4000.0, 6000.0, pytest.approx(8000.0, abs=1e-6)]
    added = account(found.phases[1], "outside", "K")
    assert through(added, "set or added") == pytest.approx(3 * 4, rel=1e-12)
    assert of(energy(found.phases[1]).supplied, "set or added") != 0
    held = account(found.phases[2], "outside", "K")
    assert held.change == 0 and through(held, "held") == pytest.approx(-sum(e.amount for e in held.entries if e.by != "held"), rel=1e-12)  # fmt: skip
    assert of(energy(found.phases[2]).supplied, "outside.K held") == pytest.approx(
        PICO * RT * log(solution.values(["outside.K"], np.array([5000.0]))[0, 0] / 1000) * through(held, "held"), rel=1e-6
    )  # fmt: skip
    finer = ledger(f"{CELL} scenario S {{ {acts} }}", rtol=1e-9)[1]
    assert closed(finer)[0] < 1e-6 and closed(found)[0] < 1e-4


def test_a_clamp_pays_for_the_current() -> None:
    solution, found = ledger(
        CELL + "scenario S { run 1 s;  from 0.2 s for 0.5 s: clamp soma.V to -40 mV }", rtol=1e-8
    )
    clamped = found.phases[1]
    charge = account(clamped, "soma", "charge")
    before = solution.values(["soma.V"], np.array([199.9999]))[0, 0]
    assert through(charge, "set or added") == pytest.approx(9 * (-40 - before), rel=1e-5)
    assert of(energy(clamped).supplied, "soma.V held") == pytest.approx(
        PICO * -40 * through(charge, "held"), rel=1e-9
    )
    assert abs(energy(clamped).residue) < 1e-6 * energy(clamped).size


def test_without_a_temperature_there_is_no_energy() -> None:
    _, found = ledger(MIXING.replace("temperature = 37 degC", ""))
    assert found.whole.energy is None and found.notes == (keep.COLD,)
    assert account(found.whole, "left", "A").change < 0


# ── the command and the door ────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "cell.ion"
    file.write_text(
        CELL + "scenario S { run 2 s;  from 1 s: block NaK }\nscenario quiet { expect soma.V at rest < 0 mV }"
    )
    return file


def test_the_text_shows_every_phase(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(path), "--ledger"]) == 0
    said = capsys.readouterr().out
    assert "ledger of S\n\n1. 0 s to 1 s: nothing acts\n" in said
    assert "\n2. 1 s to 2 s: block NaK\n" in said and "\nthe whole run, to 2 s\n" in said
    assert "ledger of quiet" not in said
    for word in ("inside: osmolarity", "membrane soma", "dissipated", "supplied", "totals agree"):
        assert said.count(word) == 3


def test_the_json_has_the_same_numbers(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(path), "--scenario", "S", "--ledger", "--format", "json"]) == 0
    shown = json.loads(capsys.readouterr().out)["scenarios"]["S"]["ledger"]
    found = ionlang.load(path).run("S").ledger()
    assert len(shown["phases"]) == 2
    for row, own in zip(shown["phases"][1]["accounts"], found.phases[1].accounts, strict=True):
        assert row["change"] == own.change and row["through"] == {e.by: e.amount for e in own.entries}
    assert shown["whole"]["energy"]["dissipated_pJ"]["soma.K_leak"] == of(
        energy(found.whole).dissipated, "soma.K_leak"
    )
    assert "ledger" not in json.loads(json.dumps(shown))


def test_the_table_adds_up(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "books.csv"
    assert main(["run", str(path), "--ledger", str(target)]) == 0
    with target.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    K = [r for r in rows if (r["phase"], r["place"], r["what"]) == ("2", "inside", "K")]
    value = {(r["line"], r["by"]): float(r["value"]) for r in K}
    explained = sum(x for (line, _), x in value.items() if line in ("through", "unexplained"))
    assert value["after", ""] - value["before", ""] == pytest.approx(explained, abs=1e-12)


def test_what_cannot_be_meant_is_said(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(path), "--scenario", "quiet", "--ledger"]) == 2
    assert "there is no ledger where nothing is run" in capsys.readouterr().err
    assert main(["run", str(path), "--ledger", "books.txt"]) == 2
    assert "--ledger writes a .csv" in capsys.readouterr().err
    with pytest.raises(ValueError, match="asks about rest alone"):
        ionlang.load(path).run("quiet").ledger()


def test_runs_without_a_ledger_keep_none(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keep, "ledger_of", lambda _: pytest.fail("nobody asked"))
    assert main(["run", str(path)]) == 0


def test_each_run_of_a_comparison_has_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "cell.ion"
    file.write_text(
        f"{CELL}\nscenario S {{ run 1 s;  sweep outside.Cl over 110 mM, 120 mM;  measure v = max(soma.V) }}"
    )
    assert main(["run", str(file), "--ledger", "--format", "json"]) == 0
    shown = json.loads(capsys.readouterr().out)["scenarios"]["S"]["ledger"]
    assert len(shown) == 2 and all(len(each["phases"]) == 1 for each in shown.values())


def test_what_comes_again_and_again_is_one_phase() -> None:
    _, found = ledger(f"{CELL} scenario S {{ run 2 s;  every 100 ms from 0.5 s: add 0.01 mM to outside.K }}")
    assert len(found.phases) == 2 and found.phases[1].words[0].endswith("(15 times)")
    added = through(account(found.phases[1], "outside", "K"), "set or added")
    assert added == pytest.approx(15 * 0.01 * 4, rel=1e-9)


def test_an_injected_charge_works_against_the_potential() -> None:
    acts = "run 50 ms;  from 10 ms for 20 ms: inject 50 pA into soma carried by charge"
    solution, found = ledger(f"{CELL} scenario S {{ {acts} }}", rtol=1e-9)
    phase = found.phases[1]
    V = solution.values(["soma.V"], np.linspace(10, 30, 2001)[:-1])[0]
    assert of(energy(phase).supplied, "soma.inject(charge)") == pytest.approx(
        PICO * 50 * 20 * V.mean(), rel=1e-3
    )
    assert abs(energy(phase).residue) < 1e-6 * energy(phase).size


@pytest.mark.parametrize(
    "text",
    [
        "variable phase { start = 0;  rate = 1 /s }\nscenario S { run 3 s }",
        "solute A\ncompartment c { volume = 1 pL;  A = 1 mM }\nscenario S { run 1 s }",
        "temperature = 37 degC\nbath a { }\nbath b { }\nmembrane m (a | b) { capacitance = 1 pF;  V from currents starting"
        " at 0 mV;  channel l { carries charge;  conductance = 1 nS;  reversal = 9 mV } }\nscenario S { run 9 ms }",
    ],
)
def test_where_there_is_little_the_ledger_is_short(text: str) -> None:
    from ionlang.analyse.ledger_text import ledger_text

    _, found = ledger(text)
    assert ledger_text("S", found).startswith("ledger of S\n\n1. 0 s to ")
    assert [a.what for a in found.whole.accounts if a.what not in ("charge", "A")] == []


def test_the_readings_of_energy_say_the_same() -> None:
    """`dissipation` and `work` are equations of the model, the ledger has its own."""
    solution, found = ledger(CELL + "scenario S { run 20 s }", rtol=1e-9)
    e = energy(found.whole)
    for name in ("Na_leak", "K_leak", "Cl_leak", "KCC2"):
        read = quadrature(solution, lambda power: power, f"soma.{name}.dissipation")
        assert of(e.dissipated, f"soma.{name}") == pytest.approx(PICO * read, rel=1e-9)
    work = quadrature(solution, lambda power: power, "soma.NaK.work")
    assert of(e.supplied, "soma.NaK") == pytest.approx(PICO * work, rel=1e-9)
