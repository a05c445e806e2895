"""`ionlang new`: a file to begin with, that is whole, tested and explained."""

from __future__ import annotations

from pathlib import Path

import pytest

import ionlang
from ionlang.cli import main


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", ["neuron", "neuron.ion"])
def test_the_new_file_passes_its_own_test(
    folder: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["new", name]) == 0
    assert "ionlang test neuron.ion" in capsys.readouterr().out
    assert [path.name for path in folder.iterdir()] == ["neuron.ion"]
    assert main(["test", "neuron.ion"]) == 0
    assert capsys.readouterr().out.endswith("3 passed, 0 failed\n")


def test_the_new_file_shows_what_a_model_consists_of(folder: Path) -> None:
    main(["new", "neuron"])
    model = ionlang.load(folder / "neuron.ion")
    assert model.check() == ()
    cell = model.cell
    assert {p.kind for p in cell.places} == {"compartment", "bath"}
    assert [len(m.channels) for m in cell.membranes] == [3]
    assert [t.kind for t in cell.membranes[0].transporters] == ["pump"]
    assert len(cell.scenarios) == 1 and len(cell.scenarios[0].expectations) == 3
    assert (folder / "neuron.ion").read_text(encoding="utf-8").count("# ") > 6


def test_its_expectations_depend_on_the_pump(folder: Path) -> None:
    main(["new", "neuron"])
    model = ionlang.load(folder / "neuron.ion")
    weak = model.run(set={"pump_strength": "0.2 uA/cm2"})
    assert [v.passed for v in weak.verdicts] != [True, True, True]
    (rest,) = model.equilibria()
    assert rest.stable


def test_a_file_that_is_there_stays(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "neuron.ion").write_text("mine", encoding="utf-8")
    assert main(["new", "neuron"]) == 2
    assert capsys.readouterr().err == (
        "ionlang: neuron.ion is there already, and stays as it is: choose another name\n"
    )
    assert (folder / "neuron.ion").read_text(encoding="utf-8") == "mine"


def test_a_folder_that_is_not_there_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "nowhere/neuron"]) == 2
    assert capsys.readouterr().err.startswith("ionlang: cannot write nowhere")
    (folder / "cells").mkdir()
    assert main(["new", "cells/neuron"]) == 0
    assert (folder / "cells" / "neuron.ion").exists()
