"""The command line is a contract: commands, exit codes, JSON."""

from __future__ import annotations

import io
import json
import re
import sys
from pathlib import Path

import pytest

from ionlang.cli import main

EXAMPLES = Path(__file__).parent.parent / "examples"
ANOXIA = str(EXAMPLES / "anoxia.ion")

SMALL = """
temperature = 37 degC
ion K { valence = +1 }
ion Na { valence = +1 }
bath inside { K = 140 mM; Na = 10 mM }
bath outside { K = 4 mM; Na = 145 mM }
param P_Na = 0.05e-6 cm/s
membrane soma (inside | outside) {
    capacitance = 1 uF/cm2
    V from currents starting at -60 mV
    channel K_leak { carries K; permeability = 1e-6 cm/s }
    channel Na_leak { carries Na; permeability = P_Na }
}
scenario quiet { expect soma.V at rest = -70 mV +- 5 mV }
scenario pulse {
    begin at rest
    run 10 ms
    from 2 ms for 2 ms: inject 1 nA/cm2 into soma carried by K
    measure top = max(soma.V)
    measure never = time(soma.V > 100 mV)
}
"""


@pytest.fixture
def small(tmp_path: Path) -> str:
    path = tmp_path / "small.ion"
    path.write_text(SMALL, encoding="utf-8")
    return str(path)


def out(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out


def test_check_says_fine_and_exits_0(small: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", small]) == 0
    assert out(capsys) == f"{small}: fine\n"


def test_check_of_several_files_reports_all(
    small: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.ion"
    bad.write_text("ion K { valence = 0 }\nparam a = 3 mM + 2 mV\n", encoding="utf-8")
    assert main(["check", small, str(bad), "--format", "json"]) == 1
    found = json.loads(out(capsys))
    assert [(d["code"], d["line"], d["file"]) for d in found] == [
        ("ION301", 1, str(bad)),
        ("ION202", 2, str(bad)),
    ]


def test_standard_input(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(SMALL.encode()), encoding="utf-8"))
    assert main(["check", "-"]) == 0
    assert "fine" in out(capsys)


def test_rest_as_json_has_the_promised_shape(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rest", ANOXIA, "--format", "json"]) == 0
    card = json.loads(out(capsys))
    assert [e["stable"] for e in card["equilibria"]] == [True, False, True]
    for e, V, slowest in zip(
        card["equilibria"], (-67.1939, -45.1487, -23.1130), (307, 550, 343), strict=True
    ):
        assert e["V"]["soma"] == pytest.approx(V, abs=2e-4)
        assert e["slowest_time_s"] == pytest.approx(slowest, abs=0.6)
        assert e["residual"] < 1e-10
        assert set(e["concentrations"]["inside"]) >= {"Na", "K", "Cl"}
        assert set(e["nernst"]["soma"]) == {"Na", "K", "Cl"}
        assert isinstance(e["ghk"]["soma"], float)
    assert card["as_written"]["nernst"]["soma"]["K"] == pytest.approx(26.64 * -3.475499, abs=1e-3)
    assert len(card["invariants"]) == 4


@pytest.mark.parametrize(
    "setting", ["rho=0 uA/cm2", "rho=0uA/cm2", "NaK.block=1", "soma.NaK.block=100 %", "rho=0"]
)
def test_the_pump_stopped_gives_the_gibbs_donnan_state(
    setting: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rest", ANOXIA, "--set", setting, "--format", "json"]) == 0
    card = json.loads(out(capsys))
    assert [e["V"]["soma"] for e in card["equilibria"]] == [pytest.approx(-22.8699, abs=1e-4)]
    potentials = card["equilibria"][0]["nernst"]["soma"].values()
    assert max(potentials) - min(potentials) < 1e-9


def test_rest_as_text_names_every_ion(small: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rest", small]) == 0
    text = out(capsys)
    for word in ("1 equilibrium, 1 stable", "V(soma)", "GHK", "chord conductance", "K ", "Na ", "140 mM"):
        assert word in text


def test_run_as_json_has_the_promised_shape(small: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", small, "--format", "json"]) == 0
    scenarios = json.loads(out(capsys))["scenarios"]
    assert list(scenarios) == ["quiet", "pulse"]
    pulse = scenarios["pulse"]
    assert pulse["end_s"] == pytest.approx(0.010)
    assert pulse["final"]["soma.V"] == pytest.approx(scenarios["quiet"]["expectations"][0]["value"], abs=0.05)
    assert pulse["measures"]["never"] is None
    assert pulse["conservation_drift"] == 0.0
    verdict = scenarios["quiet"]["expectations"][0]
    assert verdict["text"] == "expect soma.V at rest = -70 mV +- 5 mV"
    assert verdict["passed"] is True


def test_one_scenario_with_a_parameter_set(small: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", small, "--scenario", "quiet", "--set", "P_Na=1e-5 cm/s"]) == 1
    assert "FAIL" in out(capsys)


def test_csv_and_plot_are_written(small: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    csv, picture = tmp_path / "x.csv", tmp_path / "x.png"
    assert main(["run", small, "--scenario", "pulse", "--csv", str(csv), "--plot", str(picture)]) == 0
    header, *rows = csv.read_text(encoding="utf-8").splitlines()
    assert header.startswith("time [s],soma.V [mV]")
    assert len(rows) > 20
    assert picture.stat().st_size > 5000


def test_compile_writes_a_module(small: str, tmp_path: Path) -> None:
    target = tmp_path / "cell.py"
    assert main(["compile", small, "-o", str(target)]) == 0
    assert "def rhs(t, y, p):" in target.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("stage", "word"),
    [
        ("ast", "Block"),
        ("model", "ConstantField"),
        ("equations", "d soma.V/dt = "),
        ("code", "def jacobian(t, y, p):"),
    ],
)
def test_every_stage_can_be_shown(
    small: str, stage: str, word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["show", stage, small]) == 0
    assert word in out(capsys)


def test_test_counts_on_its_last_line(small: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["test", small]) == 0
    assert out(capsys).splitlines()[-1] == "1 passed, 0 failed"
    (tmp_path / "silent.ion").write_text("ion K { valence = +1 }\n", encoding="utf-8")
    assert main(["test", str(tmp_path)]) == 1
    lines = out(capsys).splitlines()
    assert lines[-1] == "1 passed, 1 failed"
    assert any("expects nothing" in line for line in lines)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["check", "there-is-none.ion"], "cannot read there-is-none.ion"),
        (["run", ANOXIA, "--scenario", "winter"], "no scenario 'winter'; there are: anoxia"),
        (["run", ANOXIA, "--set", "rho"], "--set takes NAME=VALUE"),
        (["test", "there-is-none"], "there is no there-is-none"),
    ],
)
def test_wrong_usage_exits_2(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [[], ["dance"], ["rest"], ["compile", ANOXIA], ["check", ANOXIA, "--format", "xml"]]
)
def test_what_argparse_refuses_exits_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2


def test_two_wrong_settings_are_both_reported(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rest", ANOXIA, "--set", "roh=1 uA/cm2", "--set", "rho=1 mV"]) == 1
    said = capsys.readouterr().err
    assert "did you mean `rho`?" in said
    assert "this is a voltage (mV)" in said


BLOW_UP = """
bath a { }
bath b { }
membrane m (a | b) {
    capacitance = 1 uF/cm2
    V from currents starting at 10 mV
    channel runaway { carries charge; current = -1 uA/cm2 * (V/(10 mV))^2 }
}
scenario s { run 1 s; measure top = max(m.V) }
"""


def test_a_failed_run_says_when_where_and_what_it_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """dV/dt = V²/100 mV/ms from 10 mV is infinite at 10 ms."""
    path = tmp_path / "blow_up.ion"
    path.write_text(BLOW_UP, encoding="utf-8")
    assert main(["run", str(path), "--format", "json", "--csv", str(tmp_path / "kept.csv")]) == 3
    failure = json.loads(out(capsys))["scenarios"]["s"]["failure"]
    assert failure["time_s"] == pytest.approx(0.010, rel=1e-3)
    assert failure["state"] == "m.V"
    assert failure["last_good"]["m.V"] > 100.0
    assert len((tmp_path / "kept.csv").read_text(encoding="utf-8").splitlines()) > 10
    assert main(["run", str(path)]) == 3
    text = out(capsys)
    assert re.search(r"stopped at (9\.99\d*|10(\.0\d*)?) ms of scenario s", text)
    assert "the state that failed is m.V" in text


NO_REST = BLOW_UP.replace("(V/(10 mV))^2", "(1 + (V/(10 mV))^2)").replace(
    "run 1 s;", "begin at rest; run 1 ms;"
)


def test_no_rest_to_begin_at_is_a_numerical_failure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "restless.ion"
    path.write_text(NO_REST, encoding="utf-8")
    assert main(["run", str(path)]) == 3
    assert "no stable rest" in capsys.readouterr().err
    assert main(["rest", str(path)]) == 3


def test_a_bug_of_ours_says_so(
    small: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(source: object) -> None:
        raise RuntimeError("planted")

    monkeypatch.setattr("ionlang.compiler.check", broken)
    assert main(["check", small]) == 70
    assert "bug of ionlang" in capsys.readouterr().err


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--version"])
    assert stopped.value.code == 0
    assert re.fullmatch(r"ionlang \d+\.\d+\.\d+\n", out(capsys))


RESTLESS = """
bath a { }
bath b { }
membrane m (a | b) {
    area = 1 cm2
    capacitance = 1 uF/cm2
    V from currents starting at 0 mV
    channel pushes { carries charge;  current = -1 uA/cm2 }
}
scenario s { begin at rest;  run 1 ms;  measure last = m.V at end }
"""


@pytest.mark.parametrize("command", ["run", "energy", "explain", "sensitivity"])
def test_no_rest_to_begin_at_is_a_failure_of_numbers_in_every_command(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "restless.ion"
    path.write_text(RESTLESS, encoding="utf-8")
    assert main([command, str(path), "--scenario", "s"]) == 3
    told = capsys.readouterr().err
    assert "ionlang: scenario s needs the cell at rest, but no stable rest was found" in told
    assert "Traceback" not in told
