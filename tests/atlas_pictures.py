"""The pages of the atlas and their pictures: `python -m tests.atlas_pictures [NN …]` draws them anew.

Each page has one command with `--plot NN.png`; it is run among the page's own files, and what it draws is kept in
`docs/images/atlas/`.
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
PAGES = tuple(sorted((ROOT / "docs" / "atlas").glob("[0-9][0-9]-*.md")))
PICTURES = ROOT / "docs" / "images" / "atlas"
_FILE = re.compile(r"^```ion (\S+\.ion)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_PLOT = re.compile(r"^\$ ionlang (run .*--plot (\S+\.png).*)$", re.MULTILINE)


def number_of(page: Path) -> str:
    return page.name[:2]


def picture_command(page: Path) -> list[str]:
    """The words of the command that draws the page's picture. Raises ValueError if there is not exactly one."""
    (found,) = _PLOT.findall(page.read_text(encoding="utf-8"))
    return shlex.split(found[0])


def draw(page: Path, folder: Path) -> Path:
    """The picture of a page, drawn among its files in a folder that has the examples."""
    for name, text in _FILE.findall(page.read_text(encoding="utf-8")):
        (folder / name).write_text(text, encoding="utf-8")
    with chdir(folder), redirect_stdout(StringIO()):
        main(picture_command(page))
    return folder / f"{number_of(page)}.png"


def draw_all(wanted: list[str]) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    for page in PAGES:
        if wanted and number_of(page) not in wanted:
            continue
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            shutil.copytree(ROOT / "examples", folder / "examples")
            shutil.copy(draw(page, folder), PICTURES)
        print(page.name)


if __name__ == "__main__":
    draw_all(sys.argv[1:])
