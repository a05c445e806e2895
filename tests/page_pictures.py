"""The pages of the atlas and of the physics, and their pictures: `python -m tests.page_pictures [NAME …]` draws them
anew, all or those of the pages whose file name begins so.

Each such page has one command with `--plot NAME.png`; it is run among the page's own files, and what it draws is kept
in `docs/images/atlas/` or `docs/images/physics/`.
"""

from __future__ import annotations

import re
import shlex
import shutil
import sys
import tempfile
from contextlib import chdir, redirect_stdout
from io import StringIO
from pathlib import Path

from ionlang.cli import main

ROOT = Path(__file__).parent.parent
ATLAS = tuple(sorted((ROOT / "docs" / "atlas").glob("[0-9][0-9]-*.md")))
PHYSICS = tuple(sorted((ROOT / "docs" / "physics").glob("*.md")))
_FILE = re.compile(r"^```ion (\S+\.ion)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_PLOT = re.compile(r"^\$ ionlang (\w+ .*--plot \S+\.png.*)$", re.MULTILINE)


def picture_of(page: Path) -> Path:
    """Where the picture of a page is kept: by its number in the atlas, else by its name."""
    name = page.name[:2] if page in ATLAS else page.stem
    return ROOT / "docs" / "images" / page.parent.name / f"{name}.png"


def picture_command(page: Path) -> list[str]:
    """The words of the command that draws the page's picture. Raises ValueError if there is not exactly one."""
    (found,) = _PLOT.findall(page.read_text(encoding="utf-8"))
    return shlex.split(found)


def draw(page: Path, folder: Path) -> Path:
    """The picture of a page, drawn among its files in a folder that has the examples."""
    for name, text in _FILE.findall(page.read_text(encoding="utf-8")):
        (folder / name).write_text(text, encoding="utf-8")
    command = picture_command(page)
    with chdir(folder), redirect_stdout(StringIO()):
        main(command)
    return folder / command[command.index("--plot") + 1]


def draw_all(wanted: list[str]) -> None:
    for page in (*ATLAS, *PHYSICS):
        if wanted and not page.name.startswith(tuple(wanted)):
            continue
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            shutil.copytree(ROOT / "examples", folder / "examples")
            picture_of(page).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(draw(page, folder), picture_of(page))
        print(page.name)


if __name__ == "__main__":
    draw_all(sys.argv[1:])
