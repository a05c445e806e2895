"""The wheel, away from the checkout: installed, run from its zip, and with Lark as the only library.

The grammar lies beside the package in a checkout and inside it in a wheel; a wheel without it builds without complaint.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Sequence
from pathlib import Path
from zipfile import ZipFile

import lark
import pytest

import ionlang

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "anoxia.ion"
WHERE = "import ionlang; print(ionlang.__file__)"


def run(command: Sequence[str | Path], folder: Path, *libraries: Path) -> str:
    """What the command prints, run in a folder with these libraries on `PYTHONPATH`; it must succeed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    environment |= {"PYTHONUTF8": "1", "XDG_CACHE_HOME": str(folder / "cache")}
    environment["PYTHONPATH"] = os.pathsep.join(map(str, libraries))
    answer = subprocess.run(
        list(map(str, command)),
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert answer.returncode == 0, f"{command}\n{answer.stdout}\n{answer.stderr}"
    return answer.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        folder,
        ROOT,
    ]
    run(command, folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of commands of an empty environment with the wheel in it; other libraries are borrowed by path."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    paths = sysconfig.get_paths(vars={"base": str(folder), "platbase": str(folder)})
    commands, libraries = Path(paths["scripts"]), Path(paths["purelib"])
    offline = ["install", "--quiet", "--no-deps", "--no-index", "--disable-pip-version-check"]
    run([sys.executable, "-m", "pip", "--python", python_in(commands), *offline, wheel], folder)
    borrowed = dict.fromkeys((sysconfig.get_path("purelib"), sysconfig.get_path("platlib")))
    (libraries / "borrowed.pth").write_text("\n".join(borrowed) + "\n", encoding="utf-8")
    return commands


def python_in(commands: Path) -> Path:
    return commands / ("python.exe" if os.name == "nt" else "python")


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A folder far from the checkout with a copy of an example in it."""
    shutil.copy(EXAMPLE, tmp_path)
    return tmp_path


def test_the_wheel_carries_what_the_package_reads(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        names = archive.namelist()
        inside = archive.read("ionlang/_grammar/ion.lark")
    assert inside == (ROOT / "grammar" / "ion.lark").read_bytes()
    assert "ionlang/py.typed" in names
    data = [path for path in (ROOT / "ionlang").rglob("*") if path.suffix in (".txt", ".json", ".ion")]
    assert data
    assert [path for path in data if path.relative_to(ROOT).as_posix() not in names] == []
    assert [name for name in names if name.split("/")[0] not in ("ionlang", wheel_record(wheel))] == []


def wheel_record(wheel: Path) -> str:
    return "-".join(wheel.name.split("-")[:2]) + ".dist-info"


def test_the_version_is_written_once(wheel: Path, installed: Path, elsewhere: Path) -> None:
    assert wheel_record(wheel) == f"ionlang-{ionlang.__version__}.dist-info"
    assert ionlang.__version__ in run([installed / "ionlang", "--version"], elsewhere)


def test_the_installed_command_checks_an_example(installed: Path, elsewhere: Path) -> None:
    found = Path(run([python_in(installed), "-c", WHERE], elsewhere).strip())
    assert found.is_relative_to(installed.parent)
    run([installed / "ionlang", "check", EXAMPLE.name], elsewhere)
    run([python_in(installed), "-m", "ionlang", "check", EXAMPLE.name], elsewhere)


def test_the_zip_itself_checks_an_example(wheel: Path, elsewhere: Path) -> None:
    found = Path(run([sys.executable, "-c", WHERE], elsewhere, wheel).strip())
    assert found.is_relative_to(wheel)
    run([sys.executable, "-m", "ionlang.cli", "check", EXAMPLE.name], elsewhere, wheel)
    run([sys.executable, "-m", "ionlang", "check", EXAMPLE.name], elsewhere, wheel)


def test_checking_needs_lark_alone(wheel: Path, elsewhere: Path) -> None:
    alone = elsewhere / "libraries"
    shutil.copytree(Path(lark.__file__).parent, alone / "lark")
    run([sys.executable, "-S", "-m", "ionlang", "check", EXAMPLE.name], elsewhere, wheel, alone)


def test_a_broken_example_is_refused_from_the_wheel(wheel: Path, elsewhere: Path) -> None:
    (elsewhere / "broken.ion").write_text("species {\n", encoding="utf-8")
    with pytest.raises(AssertionError, match="ION0"):
        run([sys.executable, "-m", "ionlang", "check", "broken.ion"], elsewhere, wheel)
