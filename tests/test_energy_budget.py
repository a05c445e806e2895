"""Budgets of energy: the figures of textbooks, who pays for what, what a run draws from its gradients, and what an
action potential costs, against independent calculations."""

from __future__ import annotations

import json
import math
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import solve_ivp

import ionlang
from ionlang.analyse.energy.budget import Budget, Row
from ionlang.analyse.energy.count import Terms
from ionlang.analyse.energy.scale import scale_for
from ionlang.cli import main
from ionlang.simulate.solution import Solution
from tests.explain_views import model

EXAMPLES = Path(__file__).parents[1] / "examples"
AVOGADRO = 6.02214076e8  # per fmol
F, R = 96485.33212331001, 8.31446261815324


def row(budget: Budget, path: str, ion: str | None = None) -> Row:
    return next(r for r in budget.rows if r.path == path and (ion is None or r.ion == ion))


# ── textbook figures ──────────────────────────────────────────────────────────────────────────────


def test_a_cycle_of_the_pump_costs_41_kilojoules_and_sodium_pays_12() -> None:
    budget = model("05_free_energy.ion").energy("clamped")
    cycle, sodium = row(budget, "cell.NaK").energy, row(budget, "cell.Na_leak").energy
    assert cycle is not None and sodium is not None
    assert cycle * 1e-6 == pytest.approx(41.5, abs=0.05)
    assert sodium * 1e-6 == pytest.approx(12.6, abs=0.05)
    ways = [line.split() for line in budget.text().split("\n\n")[1].splitlines()]
    shown = {words[0]: words for words in ways}
    assert shown["cell.NaK"][3:5] == ["41.47", "429.8"]
    assert shown["cell.Na_leak"][4:6] == ["-12.6", "-130.6"]  # as it runs: in


@pytest.mark.parametrize(
    ("scenario", "atp", "oxygen"), [("small_leak", 1.04e9, 2.08e8), ("large_leak", 2.08e9, 4.16e8)]
)
def test_a_leak_in_oxygen(scenario: str, atp: float, oxygen: float) -> None:
    (bill,) = model("09_energy_budget.ion").energy(scenario).bills
    assert bill.species == "ATP"
    assert bill.fuel * AVOGADRO * 1e3 == pytest.approx(atp, rel=2e-3)
    assert bill.oxygen * AVOGADRO * 1e3 == pytest.approx(oxygen, rel=2e-3)


def test_the_atp_of_oxygen_may_be_said() -> None:
    budget = model("09_energy_budget.ion").energy(terms=Terms(atp_per_oxygen=6))
    assert budget.bills[0].fuel / budget.bills[0].oxygen == pytest.approx(6)
    with pytest.raises(ValueError, match="above 0"):
        model("09_energy_budget.ion").energy(terms=Terms(atp_per_oxygen=0))


# ── who makes the pump work ───────────────────────────────────────────────────────────────────────

WITH_PUMPS = ("08_sodium_pump.ion", "anoxia.ion", "frog_skin.ion", "tripartite_synapse.ion")


@pytest.mark.parametrize("name", WITH_PUMPS)
def test_the_shares_of_each_ion_are_the_whole_bill(name: str) -> None:
    budget = model(name).energy()
    assert budget.bills
    for bill in budget.bills:
        for ion in dict.fromkeys(c.ion for c in bill.causes):
            mine = [c for c in bill.causes if c.ion == ion]
            assert sum(c.share for c in mine) == pytest.approx(1, abs=1e-12)
            assert sum(c.fuel for c in mine) == pytest.approx(bill.fuel, rel=1e-12)
            assert abs(next(c.share for c in mine if c.path is None)) < 1e-7  # at rest no place changes


def test_a_way_that_brings_more_pays_more_and_one_that_helps_is_below_nothing() -> None:
    causes = {
        (b.path, c.ion, c.path): c.share
        for b in model("tripartite_synapse.ion").energy().bills
        for c in b.causes
    }
    assert causes["nerve.PMCA", "Ca", "nerve.Ca_leak"] > 1
    assert causes["nerve.PMCA", "Ca", "nerve.NCX"] < 0
    assert causes["glia.NaK", "Na", "glia.NKCC1"] == pytest.approx(0.19, abs=0.01)


TWO_PUMPS = """
temperature = 37 degC
ion Na { valence = +1 }
solute ATP
compartment inside { volume = 1 pL;  Na = 10 mM;  ATP = 3 mM held }
bath outside { Na = 140 mM }
membrane m (inside | outside) {
    area = 100 um2
    V from zero_current
    channel leak { carries Na;  conductance = 0.03 mS/cm2 }
    transporter feed { moves 1 Na in;  rate = 1 pmol/cm2/s }
    pump strong { moves 1 Na out, uses 1 ATP;  rate = 3 pmol/cm2/s * in.Na/(10 mM) }
    pump weak   { moves 1 Na out, uses 2 ATP;  rate = 1 pmol/cm2/s * in.Na/(10 mM) }
}
"""


def test_two_pumps_share_what_comes_back_and_each_has_its_own_fuel() -> None:
    budget = ionlang.loads(TWO_PUMPS).energy()
    strong, weak = budget.bills
    assert weak.fuel / strong.fuel == pytest.approx(2 / 3, rel=1e-9)
    for bill in budget.bills:
        shares = {c.path: c.share for c in bill.causes}
        assert shares["m.feed"] + shares["m.leak"] == pytest.approx(1, abs=1e-8)
        whole = row(budget, "m.strong").rate + row(budget, "m.weak").rate
        assert shares["m.feed"] == pytest.approx(row(budget, "m.feed").rate / whole, rel=1e-9)


def test_what_is_not_at_rest_is_a_share_of_the_place() -> None:
    budget = model("anoxia.ion").energy("anoxia", at="10 s")
    (bill,) = budget.bills
    sodium = [c for c in bill.causes if c.ion == "Na"]
    assert sum(c.share for c in sodium) == pytest.approx(1, abs=1e-12)
    after = model("anoxia.ion").energy("anoxia", at="40 s")
    assert abs(next(c.share for c in after.bills[0].causes if c.ion == "Na" and c.path is None)) > 0.01


# ── in a run ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("at", ["0 s", "10 s", "24.5234 s", "24.524 s", "60 s"])
def test_what_is_lost_is_drawn_from_pumps_gradients_and_charge(at: str) -> None:
    balance = model("anoxia.ion").energy("anoxia", at=at).balance
    drawn = sum(power for _, power in balance.drawn)
    assert balance.passive - balance.work == pytest.approx(drawn, abs=1e-11 * balance.passive)


@cache
def anoxia() -> Solution:
    return model("anoxia.ion").run("anoxia")


def gibbs(at: float) -> float:
    """The free energy [aJ] of the whole cell: Σ n RT (ln c − 1) + C V²/2."""
    solution = anoxia()
    paths = [f"{place}.{ion}" for place in ("inside", "outside") for ion in ("Na", "K", "Cl")]
    c = solution.values(paths, np.array([at]))[:, 0]
    V, C = solution.values(["soma.V", "soma.total_capacitance"], np.array([at]))[:, 0]
    volumes = np.repeat([2.16, 0.72], 3)
    RT = F * 26.64
    return float((volumes * c * RT * (np.log(c) - 1)).sum() + C * V * V / 2)


def test_what_a_stretch_dissipates_is_what_the_cell_has_lost() -> None:
    """An independent account: the Gibbs energy of the state, and the pump's work."""
    first, last = 24.0, 30.0
    budget = model("anoxia.ion").energy("anoxia", between=(first, last))
    lost = gibbs(first * 1e3) - gibbs(last * 1e3)
    assert budget.balance.passive - budget.balance.work == pytest.approx(lost, rel=1e-5)
    assert budget.balance.passive > 40 * budget.balance.work > 0


def test_what_moved_is_what_the_places_have() -> None:
    budget = model("anoxia.ion").energy("anoxia", between=("24 s", "30 s"))
    solution = anoxia()
    before, after = solution.values(["inside.Na"], np.array([24e3, 30e3]))[0]
    came = -sum(row(budget, f"soma.{name}").rate for name in ("Na_leak", "NaV"))
    pumped = 3 * row(budget, "soma.NaK").rate
    assert 2.16 * (after - before) == pytest.approx(came - pumped, rel=1e-5)
    (swing,) = budget.swings
    assert sum(c.amount for c in swing.charges if c.ion == "Na") == pytest.approx(came, rel=1e-5)


# ── an action potential ───────────────────────────────────────────────────────────────────────────

PULSE = f"""
use "{(EXAMPLES / "published" / "hodgkin_huxley_1952.ion").as_posix()}"

scenario pulse {{
    begin at rest
    run 25 ms
    from 1 ms for 0.5 ms: inject 40 uA/cm2 into axon carried by charge
}}
"""


def rates(t: float, y: np.ndarray, phi: float) -> list[float]:
    """V, m, h, n, and the charge [nC/cm2] of sodium, of potassium."""
    V, m, h, n = y[:4]
    am = 0.1 * (V + 40) / -math.expm1(-(V + 40) / 10)
    bm = 4 * math.exp(-(V + 65) / 18)
    ah, bh = 0.07 * math.exp(-(V + 65) / 20), 1 / (1 + math.exp(-(V + 35) / 10))
    an = 0.01 * (V + 55) / -math.expm1(-(V + 55) / 10)
    bn = 0.125 * math.exp(-(V + 65) / 80)
    sodium, potassium, leak = 120 * m**3 * h * (V - 50), 36 * n**4 * (V + 77), 0.3 * (V + 54.387)
    stimulus = 40.0 if 1 <= t < 1.5 else 0.0
    rises = [(am, bm, m), (ah, bh, h), (an, bn, n)]
    gates = [phi * (a * (1 - x) - b * x) for a, b, x in rises]
    return [stimulus - sodium - potassium - leak, *gates, -sodium, potassium]


@cache
def independent(temperature: float) -> tuple[float, float, float]:
    """Charge of sodium in, of potassium out [nC/cm2], and the swing of V [mV] over 25 ms."""
    phi = 3 ** ((temperature - 6.3) / 10)
    y = np.array([-65, 0.053, 0.6, 0.318, 0, 0])
    settle = solve_ivp(lambda t, y: rates(-1, y, phi), (0, 400), y, method="LSODA", rtol=1e-10, atol=1e-12)
    y, peaks = settle.y[:, -1].copy(), []
    y[4:] = 0
    for a, b in ((0, 1), (1, 1.5), (1.5, 25)):
        edge = min(b, 1.5 - 1e-12) if b == 1.5 else b
        part = solve_ivp(
            rates, (a, edge), y, args=(phi,), method="LSODA", rtol=1e-10, atol=1e-12, max_step=0.01
        )
        peaks += [part.y[0].min(), part.y[0].max()]
        y = part.y[:, -1]
    return float(y[4]), float(y[5]), max(peaks) - min(peaks)


@pytest.mark.parametrize("temperature", [6.3, 18.5])
def test_the_charge_of_a_spike_of_the_squid_axon(temperature: float) -> None:
    found = ionlang.loads(PULSE).energy(
        "pulse", between=(0, 0.025), set={"temperature": f"{temperature} degC"}
    )
    (swing,) = found.swings
    sodium, potassium, height = independent(temperature)
    charges = {c.path: c for c in swing.charges}
    assert charges["axon.NaV"].inward / swing.area == pytest.approx(sodium, rel=1e-4)
    assert charges["axon.KDR"].outward / swing.area == pytest.approx(potassium, rel=1e-4)
    assert swing.least / swing.area == pytest.approx(height, rel=1e-4)  # of 1 uF/cm2
    atp = charges["axon.NaV"].fuel
    assert atp is not None
    assert atp / charges["axon.NaV"].amount == pytest.approx(1 / 3)
    assert found.rows[0].lost is None and len(found.left_out) == 3


def test_the_excess_of_sodium_is_about_four_where_the_squid_is_warm_and_more_in_the_cold() -> None:
    """The ratio that budgets of the brain took over from the squid axon is 4."""

    def ratio(temperature: str) -> float:
        (swing,) = (
            ionlang.loads(PULSE).energy("pulse", between=(0, 0.025), set={"temperature": temperature}).swings
        )
        return next(c.inward for c in swing.charges if c.path == "axon.NaV") / swing.least

    assert ratio("18.5 degC") == pytest.approx(3.86, abs=0.02)
    assert ratio("6.3 degC") == pytest.approx(12.15, abs=0.1)


def test_a_cycle_is_from_spike_to_spike() -> None:
    found = model("published/hodgkin_huxley_1952.ion")
    budget = found.energy("tonic", cycle="axon.V > 0 mV")
    assert budget.stretch is not None
    assert budget.stretch[1] - budget.stretch[0] == pytest.approx(1e3 / 68.3237, rel=1e-3)
    with pytest.raises(ValueError, match="never"):
        found.energy("tonic", cycle="axon.V > 100 mV")
    with pytest.raises(ValueError, match="is a quantity"):
        found.energy("tonic", cycle="axon.V")
    with pytest.raises(ValueError, match="one of these"):
        found.energy("tonic", at="3 ms", cycle="axon.V > 0 mV")


# ── what is shown ─────────────────────────────────────────────────────────────────────────────────


def test_json_csv_and_picture(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table, picture = tmp_path / "ways.csv", tmp_path / "bars.png"
    file = str(EXAMPLES / "anoxia.ion")
    assert main(["energy", file, "--format", "json", "--csv", str(table), "--plot", str(picture)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["sums"]["passive_pW"] == pytest.approx(found["sums"]["work_pW"], rel=1e-9)
    assert abs(found["sums"]["gap"]) < 1e-9
    ways = {(way["path"], way["ion"]): way for way in found["ways"]}
    leak = ways["soma.Na_leak", "Na"]
    assert leak["flux_fmol_s"] < 0 < leak["free_energy_kJ_mol"]
    assert leak["dissipated_pW"] == pytest.approx(-leak["flux_fmol_s"] * leak["free_energy_kJ_mol"], rel=1e-9)
    assert leak["free_energy_mV"] == pytest.approx(leak["free_energy_kJ_mol"] / F * 1e6, rel=1e-9)
    assert table.read_text(encoding="utf-8").startswith("path,kind,ion,flux_fmol_s,free_energy_kJ_mol")
    assert picture.read_bytes()[:4] == b"\x89PNG"


def test_charges_are_drawn_where_no_ion_is_named(tmp_path: Path) -> None:
    budget = model("published/hodgkin_huxley_1952.ion").energy("tonic", cycle="axon.V > 0 mV")
    axes = budget.plot(tmp_path / "spike.svg").axes[0]
    assert [t.get_text() for t in axes.get_yticklabels()] == [
        "axon.NaV in",
        "axon.KDR out",
        "axon.leak in",
        "axon.leak out",
    ]
    with pytest.raises(ValueError, match="nothing to draw"):
        model("18_action_potential.ion").energy().plot()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["anoxia.ion", "--from", "3 s"], "--from and --to go together"),
        (["anoxia.ion", "--scenario", "nope"], "no scenario 'nope'"),
        (["anoxia.ion", "--scenario", "anoxia", "--at", "1e9 s"], "runs from 0 s to 3000 s"),
        (["anoxia.ion", "--scenario", "anoxia", "--from", "5 s", "--to", "4 s"], "comes before"),
        (
            ["09_energy_budget.ion", "--scenario", "small_leak", "--from", "0 s", "--to", "1 s"],
            "does not run",
        ),
        (["anoxia.ion", "--atp-per-o2", "-1"], "numbers above 0"),
    ],
)
def test_a_wrong_command_is_told(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file, *rest = arguments
    assert main(["energy", str(EXAMPLES / file), *rest]) == 2
    assert words in capsys.readouterr().err


def test_a_file_without_a_temperature_is_told() -> None:
    cold = "ion K { valence = +1 }\nbath a { K = 3 mM }\nbath b { K = 4 mM }\n"
    with pytest.raises(ValueError, match="has no temperature"):
        ionlang.loads(cold).energy()


def test_a_held_ion_is_a_cause_of_its_own() -> None:
    budget = model("05_free_energy.ion").energy()
    kept = [c for c in budget.bills[0].causes if c.path is None]
    assert kept and all(c.held for c in kept)
    assert "Na in inside: held from outside" in budget.text()
    assert budget.per_area and "[nW/cm2]" in budget.text()


def test_an_area_that_is_not_said_is_told() -> None:
    assert model("14_tripartite.ion").energy().notes == (
        "muscle says no area: its totals are those of 1 cm2",
    )


def test_units_suit_the_largest() -> None:
    assert scale_for([3e-3, 250.0], -15, "W").unit == "fW"
    assert scale_for([3e-3, 2500.0], -15, "W").unit == "pW"
    assert scale_for([], -15, "W").unit == "fW"
    assert scale_for([1e30], -15, "W").unit == "W"
    assert scale_for([2.5e3], -15, "W").shown(2.5e3) == "2.5"
