"""Pictures: the panels a physiologist expects, the ions' own colours, the scenario's windows – and the lines drawn."""

from __future__ import annotations

import builtins
from pathlib import Path

import numpy as np
import pytest
from matplotlib import colors, image

import ionlang
from ionlang.cli import main
from ionlang.plot import figure, save
from ionlang.simulate.solution import Solution

CELL = """
temperature = 37 degC
ion K { valence = +1 }
ion Cl { valence = -1 }
compartment inside { volume = 2 pL; K = 140 mM; Cl = 7 mM }
compartment outside { volume = 1 pL; K = 4 mM; Cl = 120 mM }
membrane soma (inside | outside) {
    area = 900 um2
    capacitance = 1 uF/cm2
    V from currents starting at -60 mV
    channel K_leak { carries K; permeability = 1e-5 cm/s }
    channel Cl_leak { carries Cl; permeability = 1e-5 cm/s }
}
scenario pulse "a load of potassium" {
    run 2 s
    from 500 ms for 500 ms: inject 100 pA into soma carried by K
}
scenario quiet { expect soma.V at rest < 0 mV }
"""
AXON = """
bath a { }
bath b { }
membrane axon (a | b) {
    capacitance = 1 uF/cm2
    V from currents starting at -65 mV
    channel leak {
        carries charge
        conductance = 0.3 mS/cm2 * n
        reversal = -54 mV
        gate n { inf = 1/(1 + exp(-(V + 50 mV)/(5 mV))); tau = 3 ms }
    }
}
scenario step { run 20 ms; from 5 ms for 5 ms: inject 3 uA/cm2 into axon carried by charge }
"""


@pytest.fixture(scope="module")
def pulse() -> Solution:
    return ionlang.loads(CELL).run("pulse")


def test_potentials_and_concentrations_have_panels(pulse: Solution) -> None:
    panels = figure(pulse).axes
    labels = [axes.get_ylabel().replace("\n", " ") for axes in panels]
    assert [label for label in labels if label] == [
        "soma potential (mV)", "inside concentration (mM)", "outside concentration (mM)",
    ]  # fmt: skip
    drawn = [line.get_label() for axes in panels for line in axes.get_lines()]
    for expected in ("V", "E(K⁺)", "E(Cl⁻)", "K⁺", "Cl⁻"):
        assert expected in drawn


def test_the_lines_are_the_columns(pulse: Solution) -> None:
    axes = figure(pulse).axes[0]
    line = next(line for line in axes.get_lines() if line.get_label() == "V")
    assert np.max(line.get_ydata()) == pytest.approx(pulse["soma.V"].max(), abs=0.05)
    assert np.min(line.get_ydata()) == pytest.approx(pulse["soma.V"].min(), abs=0.05)


def test_an_ion_has_one_colour_everywhere(pulse: Solution) -> None:
    drawn = figure(pulse)
    found = {
        colors.to_hex(line.get_color())
        for axes in drawn.axes
        for line in axes.get_lines()
        if line.get_label() in ("K⁺", "E(K⁺)")
    }
    assert len(found) == 1


def test_windows_are_shaded_with_their_words(pulse: Solution) -> None:
    drawn = figure(pulse)
    texts = [text.get_text() for axes in drawn.axes for text in axes.texts] + [
        t.get_text() for t in drawn.texts
    ]
    assert any("inject 100 pA" in text for text in texts)
    assert any(
        "a load of potassium" in text for text in texts + [axes.get_title(loc="left") for axes in drawn.axes]
    )


def test_a_fixed_cell_shows_gates_and_currents() -> None:
    labels = [a.get_ylabel().replace("\n", " ") for a in figure(ionlang.loads(AXON).run("step")).axes]
    assert any("gates" in label for label in labels)
    assert any("current" in label for label in labels)


def test_the_picture_has_the_ions_colour_in_it(pulse: Solution, tmp_path: Path) -> None:
    path = tmp_path / "x.png"
    save(pulse, path)
    pixels = image.imread(path)[..., :3]
    line = next(line for axes in figure(pulse).axes for line in axes.get_lines() if line.get_label() == "K⁺")
    near = np.abs(pixels - np.array(colors.to_rgb(line.get_color()))).max(axis=-1) < 0.02
    assert near.sum() > 300


@pytest.mark.parametrize("suffix", ["svg", "pdf"])
def test_the_same_run_gives_the_same_bytes(pulse: Solution, tmp_path: Path, suffix: str) -> None:
    one, two = tmp_path / f"1.{suffix}", tmp_path / f"2.{suffix}"
    save(pulse, one)
    save(ionlang.loads(CELL).run("pulse"), two)
    assert one.read_bytes() == two.read_bytes()


def test_a_stretch_of_time_can_be_shown(pulse: Solution, tmp_path: Path) -> None:
    low, high = pulse.plot(tmp_path / "x.png", between=(0.4, 0.6)).axes[0].get_xlim()
    scale = 1e3 if high > 10 else 1.0  # the axis may be in ms
    assert (low, high) == pytest.approx((0.4 * scale, 0.6 * scale))


def test_rest_alone_has_no_time_course() -> None:
    with pytest.raises(ValueError, match="time course"):
        figure(ionlang.loads(CELL).run("quiet"))


def test_without_matplotlib_it_says_what_to_install(
    pulse: Solution, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    real = builtins.__import__

    def missing(name: str, *rest: object) -> object:
        if name.split(".")[0] == "matplotlib":
            raise ModuleNotFoundError("No module named 'matplotlib'", name="matplotlib")
        return real(name, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(ModuleNotFoundError, match=r"ionlang\[plot\]"):
        figure(pulse)
    path = tmp_path / "cell.ion"
    path.write_text(CELL, encoding="utf-8")
    assert main(["run", str(path), "--scenario", "pulse", "--plot", str(tmp_path / "x.png")]) == 2
    assert "ionlang[plot]" in capsys.readouterr().err


def test_a_suffix_that_is_no_picture_is_wrong_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "cell.ion"
    path.write_text(CELL, encoding="utf-8")
    assert main(["run", str(path), "--scenario", "pulse", "--plot", str(tmp_path / "x.xyz")]) == 2
    assert "x.xyz" in capsys.readouterr().err


# ── what is asked for ─────────────────────────────────────────────────────────────────────────────

PUMPED = """
temperature = 37 degC
ion Na { valence = +1 }
ion K { valence = +1 }
impermeant A { valence = -1 }
solute ATP
solute ADP
compartment inside { volume = 2 pL;  Na = 15 mM;  K = 140 mM;  A balances charge;  ATP = 3 mM;  ADP = 0.1 mM }
bath outside { Na = 145 mM;  K = 4 mM;  A balances charge }
membrane soma (inside | outside) {
    area = 900 um2
    capacitance = 1 uF/cm2
    V from currents starting at -60 mV
    channel K_leak { carries K;  conductance = 0.1 mS/cm2 }
    channel Na_leak { carries Na;  conductance = 0.01 mS/cm2 }
    pump NaK { moves 3 Na out, 2 K in;  turns ATP into ADP;  current = 0.5 uA/cm2 }
    pump other { moves 1 Na out, uses 2 ATP;  current = 0.1 uA/cm2 }
    water pores { permeability = 0.001 cm/s;  molar_volume = 18 mL/mol }
}
scenario go { run 2 s }
"""


def drawn_lines(show: tuple[str, ...]) -> list[tuple[str, list[str | None]]]:
    axes = figure(ionlang.loads(PUMPED).run("go"), show=show).axes
    return [(a.get_ylabel(), [line.get_gid() for line in a.lines if line.get_gid()]) for a in axes]


def test_currents_by_carrier() -> None:
    ((label, lines),) = drawn_lines(("currents",))
    assert label.startswith("soma\ncurrent")
    assert lines == [f"soma.{c}.current" for c in ("K_leak", "Na_leak", "NaK", "other")]


def test_fluxes_of_each_species_by_carrier_with_their_sum() -> None:
    found = dict(drawn_lines(("fluxes",)))
    (sodium,) = (lines for label, lines in found.items() if "Na⁺ flux out" in label)
    assert sodium == [
        *(f"soma.{c}.flux(Na)" for c in ("Na_leak", "NaK", "other")), "soma.flux(Na)",
    ]  # fmt: skip


def test_pumps_and_what_they_use_up() -> None:
    model = ionlang.loads(PUMPED)
    solution = model.run("go")
    rates, use = figure(solution, show=("pumps",)).axes
    assert "ATP use" in use.get_ylabel() and "mol/s" in rates.get_ylabel()
    ratio = [
        float(np.asarray(u.get_ydata())[-1]) / float(np.asarray(r.get_ydata())[-1])
        for r, u in zip(rates.lines[:2], use.lines[:2], strict=True)
    ]
    assert ratio[1] / ratio[0] == pytest.approx(2.0)  # two ATP a cycle against one, in whatever unit


def test_volumes_that_change_are_shown_unasked() -> None:
    labels = [a.get_ylabel() for a in figure(ionlang.loads(PUMPED).run("go")).axes]
    assert any(label == "places\nvolume (pL)" for label in labels)


def test_panels_come_in_the_order_asked_for() -> None:
    labels = [label.split("\n")[1].split(" (")[0] for label, _ in drawn_lines(("volumes", "potentials"))]
    assert labels == ["volume", "potential"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--show", "currets", "--plot", "x.png"], "did you mean 'currents'"),
        (["--show", "music", "--plot", "x.png"], "there are potentials, concentrations"),
        (["--show", "currents"], "--plot PATH, which is missing"),
    ],
)
def test_a_panel_that_there_is_not_is_wrong_usage(
    words: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "cell.ion"
    file.write_text(PUMPED, encoding="utf-8")
    assert main(["run", str(file), *words]) == 2
    assert said in capsys.readouterr().err


def test_a_model_without_what_is_asked_for_says_so(pulse: Solution) -> None:
    with pytest.raises(ValueError, match="nothing to draw of pumps"):
        figure(pulse, show=("pumps",))
