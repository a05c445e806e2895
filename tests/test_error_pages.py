"""Every code has a page, every page a code, and what a page shows is what the program does.

After a message has been changed: `python -m tests.error_pages` writes it into the pages.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import ionlang
from ionlang.model.codes import CODES as MODEL
from tests.error_pages import CODES, PAGES, found, index, message, read_page

PACKAGE = Path(ionlang.__file__).parent
MODEL_STAGE = (
    *sorted((PACKAGE / "model").rglob("*.py")),
    PACKAGE / "settings.py",
    *sorted((PACKAGE / "simulate" / "tuning").glob("*.py")),
)
TITLES = {code.code: code.title for code in CODES}
NEXT_STEP = re.compile(r"= (?:help|note): |write `|expected|never reached|is read here|declared here")


def test_the_table_of_the_model_stage_is_what_it_raises():
    texts = [path.read_text(encoding="utf-8") for path in MODEL_STAGE if path.name != "codes.py"]
    raised = {code for text in texts for code in re.findall(r'"(ION\d{3})"', text)}
    assert [code.code for code in MODEL] == sorted(raised)


def test_codes_are_in_order_and_said_once():
    codes = [code.code for code in CODES]
    assert codes == sorted(set(codes))
    assert len(set(TITLES.values())) == len(codes)


def test_there_is_a_page_for_every_code_and_no_other():
    assert sorted(path.stem for path in PAGES.glob("ION*.md")) == sorted(TITLES)


def test_the_index_is_that_of_the_codes():
    assert (PAGES / "README.md").read_text(encoding="utf-8") == index()


@pytest.mark.parametrize("code", TITLES)
def test_a_page_shows_what_the_program_says(code):
    page = read_page(code)
    assert [each.code for each in found(page.wrong, code)] == [code]
    assert page.said == message(page.wrong, code)
    assert page.title == f"{code}: {TITLES[code]}" and page.fails == code


@pytest.mark.parametrize("code", TITLES)
def test_the_mended_file_is_fine(code):
    assert message(read_page(code).right, code) == ""


@pytest.mark.parametrize("code", TITLES)
def test_a_page_explains_itself_in_a_few_sentences(code):
    why = read_page(code).why.replace("…", "")
    assert 2 <= len(re.findall(r"[.?!](?=\s|$)", why)) <= 7


@pytest.mark.parametrize("code", TITLES)
def test_every_message_shows_a_next_step(code):
    assert NEXT_STEP.search(read_page(code).said)
