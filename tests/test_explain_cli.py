"""`ionlang explain`: what it prints, and how its mistakes are told."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

import ionlang
from ionlang.cli import main

EXAMPLES = Path(__file__).parents[1] / "examples"
NERNST, ANOXIA = str(EXAMPLES / "01_nernst.ion"), str(EXAMPLES / "19_anoxia.ion")


def test_text_is_what_python_gives(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", NERNST]) == 0
    assert capsys.readouterr().out == ionlang.load(NERNST).explain().text()


@pytest.mark.parametrize("form", ["latex", "html", "json"])
def test_formats(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", NERNST, "cell.E(K)", "--format", form]) == 0
    printed = capsys.readouterr().out
    if form == "json":
        (part,) = json.loads(printed)["parts"]
        assert part["unit"] == "mV"
        assert part["value"] == pytest.approx(-89.0587, abs=1e-4)
    elif form == "html":
        ElementTree.fromstring(printed)
    else:
        assert r"\begin{align*}" in printed


def test_set_changes_what_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", NERNST, "cell.E(K)", "--set", "outside.K=14 mM"]) == 0
    assert "cell.E(K) at rest = -61.5404 mV" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["cell.VV"], "membrane cell has no `VV`; did you mean `V`?"),
        (["cellV"], "`cellV` is not declared"),
        (["cell.E(Ka)"], "no ion or solute `Ka` is declared"),
        (["cell.V >"], ""),
        (["cell.V > 0 mV"], "condition"),
        (["--scenario", "nothing"], "no scenario 'nothing'; there are: sodium_alone_warm"),
        (["--at", "3 s"], "name the scenario with --scenario"),
        (["--from", "3 s"], "--from and --to go together"),
        (["--at", "3 s", "--from", "1 s", "--to", "2 s"], "--at is one time"),
        (["--set", "outside.K"], "--set takes NAME=VALUE"),
    ],
)
def test_mistakes_of_the_command(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", NERNST, *arguments]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert message in printed.err
    assert printed.err.count("\n") == 1


@pytest.mark.parametrize(
    ("time", "message"),
    [
        ("3 mV", "3 mV is no time"),
        ("30000 s", "runs from 0 s to 20000 s, not to 30000 s"),
        ("soma.V", "is not known before the run"),
        ("-1 s", "not to -1 s"),
    ],
)
def test_mistaken_times(time: str, message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", ANOXIA, "soma.V", "--scenario", "anoxia", f"--at={time}"]) == 2
    assert message in capsys.readouterr().err


def test_a_scenario_without_a_run_has_no_times(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", NERNST, "--scenario", "both", "--at", "1 s"]) == 2
    assert "does not run" in capsys.readouterr().err


def test_a_scenario_of_several_runs_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "several.ion"
    text = (EXAMPLES / "01_nernst.ion").read_text(encoding="utf-8")
    path.write_text(text + "\nscenario many { sweep outside.K over 3 mM, 4 mM }\n", encoding="utf-8")
    assert main(["explain", str(path), "--scenario", "many"]) == 2
    assert "several runs" in capsys.readouterr().err


def test_a_mistake_of_the_file_is_no_mistake_of_the_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "wrong.ion"
    path.write_text("ion K { valnce = 1 }", encoding="utf-8")
    assert main(["explain", str(path)]) == 1
    assert "ION105" in capsys.readouterr().err


def test_the_name_of_a_thing_is_its_potential_current_or_rate(capsys: pytest.CaptureFixture[str]) -> None:
    for name, path in (("soma", "soma.V"), ("K_leak", "soma.K_leak.current"), ("NaK", "soma.NaK.rate")):
        assert main(["explain", ANOXIA, name]) == 0
        assert capsys.readouterr().out.startswith(f"{path} at rest")


def test_a_measure_of_the_scenario(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", ANOXIA, "collapse", "--scenario", "anoxia"]) == 0
    assert "collapse = time(soma.V > -40 mV)" in capsys.readouterr().out
