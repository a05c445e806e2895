"""Each method has its page with a picture that a command on the page draws.

What the pages' blocks print is compared by `test_docs.py`.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.page_pictures import PHYSICS, ROOT, draw, picture_command, picture_of

BYTES = 250_000
IDS = [page.stem for page in PHYSICS]


def test_the_overview_leads_to_every_page() -> None:
    overview = (ROOT / "docs" / "physics.md").read_text(encoding="utf-8")
    assert [page.name for page in PHYSICS if f"](physics/{page.name})" not in overview] == []


@pytest.mark.parametrize("page", PHYSICS, ids=IDS)
def test_a_page_shows_the_picture_that_it_draws(page: Path) -> None:
    picture = picture_of(page)
    assert f"](../images/physics/{picture.name})" in page.read_text(encoding="utf-8")
    assert picture.name in picture_command(page)
    assert 1000 < picture.stat().st_size < BYTES


@pytest.mark.slow
@pytest.mark.parametrize("page", PHYSICS, ids=IDS)
def test_a_picture_can_be_drawn_anew(page: Path, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    assert draw(page, tmp_path).stat().st_size > 1000
