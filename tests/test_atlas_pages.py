"""Each row of the atlas has its page: a picture drawn from the file, and three questions that the file answers.

What the pages' blocks print is compared by `test_docs.py`.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

import ionlang
from tests.page_pictures import ATLAS as PAGES
from tests.page_pictures import ROOT, draw, picture_command, picture_of

EXAMPLES = {path.name[:2]: path for path in sorted((ROOT / "examples").glob("[0-9][0-9]_*.ion"))}
BYTES = 250_000
IDS = [page.stem for page in PAGES]


def test_every_row_has_its_page_and_every_page_its_row() -> None:
    assert [page.name[:2] for page in PAGES] == [*EXAMPLES]


def test_the_index_leads_to_every_page() -> None:
    index = (ROOT / "docs" / "atlas" / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"\]\((\d\d-[a-z-]+\.md)\)", index) == [page.name for page in PAGES]


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_a_page_asks_three_questions_and_answers_them(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    parts = re.split(r"^\*\*[123]\. .*\?\*\*$", text, flags=re.MULTILINE)
    assert len(parts) == 4
    for answer in parts[1:]:
        assert answer.count("<details>") == answer.count("</details>") == 1
        assert "```console\n$ ionlang " in answer
        assert f'use "examples/{EXAMPLES[page.name[:2]].name}"' in answer


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_a_page_shows_a_picture_of_its_file(page: Path) -> None:
    number, text = page.name[:2], page.read_text(encoding="utf-8")
    assert f"](../../examples/{EXAMPLES[number].name})" in text
    assert f"](../images/atlas/{number}.png)" in text
    assert picture_of(page).stat().st_size < BYTES
    command = picture_command(page)
    file, scenario = command[1], command[command.index("--scenario") + 1]
    if file.startswith("examples/"):
        assert Path(file).name == EXAMPLES[number].name
        assert scenario in ionlang.load(ROOT / file).scenarios
    else:
        assert f"```ion {file}" in text


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_a_picture_can_be_drawn_anew(page: Path, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    assert draw(page, tmp_path).stat().st_size > 1000
