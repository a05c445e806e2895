"""The grammar itself: no conflicts, the words that it knows, its cache, its speed."""

from __future__ import annotations

import logging
import re
import subprocess
import sys
import time
from pathlib import Path
from zipfile import ZipFile

import lark
import pytest

import ionlang
from ionlang.diagnostics import Problems
from ionlang.source import Source
from ionlang.syntax import codes, grammar, words
from ionlang.syntax.branch import Branch
from ionlang.syntax.parse import parse
from tests.syntax_models import MODELS, PUMP_LEAK

SYNTAX = Path(ionlang.__file__).parent / "syntax"


def test_no_conflict_is_resolved_in_silence(caplog):
    lark.logger.setLevel(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger=lark.logger.name)
    lark.logger.addHandler(caplog.handler)
    try:
        lark.Lark(
            grammar.grammar_text(),
            parser="lalr",
            lexer="contextual",
            start=list(grammar.STARTS),
            debug=True,
            keep_all_tokens=True,
            tree_class=Branch,
        )
    finally:
        lark.logger.removeHandler(caplog.handler)
    assert [record.message for record in caplog.records if "conflict" in record.message.lower()] == []


def terminals_after_a_value() -> set[str]:
    """The terminals that the parse table allows behind a quantity."""
    table = grammar.parser().parser.parser._parse_table
    after = {action[1] for row in table.states.values() for name, action in row.items() if name == "QUANTITY"}
    return {name for state in after for name in table.states[state]}


def test_words_that_may_follow_a_value_are_never_units():
    follow = {name.removeprefix("_").lower() for name in terminals_after_a_value()}
    keywords = {word for word in follow if word in words.KEYWORDS}
    assert sorted(keywords) == list(words.FOLLOW_WORDS)
    excluded = re.search(r"QUANTITY.*\(\?!\(\?:([a-z|]+)\)\\b\)", grammar.grammar_text())
    assert excluded and excluded.group(1).split("|") == list(words.FOLLOW_WORDS)


def test_keywords_are_those_of_the_grammar():
    written = re.findall(r"^_?[A-Z]+\.3: /([a-z]+)\\b/$", grammar.grammar_text(), re.MULTILINE)
    assert sorted(written) == sorted(words.KEYWORDS)
    assert len(set(words.RESERVED)) == len(words.RESERVED) - words.RESERVED.count("E") + 1


def test_every_code_is_in_the_table_and_used():
    used = {
        code
        for file in SYNTAX.glob("*.py")
        if file.name != "codes.py"
        for code in re.findall(r"ION0\d\d", file.read_text("utf-8"))
    }
    assert sorted(used) == [code.code for code in codes.CODES]


def test_tables_are_cached(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    grammar.parser.cache_clear()
    try:
        grammar.parser()
        (tables,) = (tmp_path / "ionlang").iterdir()
        assert tables.stat().st_size < 400_000
        grammar.parser.cache_clear()
        assert grammar.parser().parse("a = 1", start="sentence").data == "property"
        tables.write_bytes(b"torn")
        grammar.parser.cache_clear()
        assert grammar.parser().parse("a = 1", start="sentence").data == "property"
    finally:
        grammar.parser.cache_clear()


def test_a_cache_that_cannot_be_written_is_no_matter(tmp_path, monkeypatch, capfd):
    (tmp_path / "ionlang").write_text("a file where the folder should be")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    grammar.parser.cache_clear()
    try:
        assert grammar.parser().parse("a = 1", start="sentence").data == "property"
        assert capfd.readouterr() == ("", "")
    finally:
        grammar.parser.cache_clear()


@pytest.mark.parametrize("place", ["ionlang/_grammar/ion.lark", "grammar/ion.lark"])
def test_the_grammar_is_found_in_a_zip(tmp_path, place):
    archive = tmp_path / "ionlang.zip"
    with ZipFile(archive, "w") as zipped:
        for file in (
            SYNTAX.parent / "__init__.py",
            SYNTAX.parent / "source.py",
            SYNTAX.parent / "diagnostics.py",
            *SYNTAX.glob("*.py"),
        ):
            zipped.write(file, file.relative_to(SYNTAX.parents[1]).as_posix())
        zipped.writestr(place, grammar.grammar_text())
    program = (
        "from ionlang.syntax import grammar; print(grammar.__file__); print(len(grammar.grammar_text()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={"PYTHONPATH": str(archive)},
        capture_output=True,
        text=True,
        check=True,
    )
    where, length = done.stdout.split("\n")[:2]
    assert "ionlang.zip" in where and int(length) == len(grammar.grammar_text())


def test_a_file_is_read_in_a_blink():
    """About 100 lines of models take some 15 ms; the bound leaves room for a busy machine."""
    text = "\n".join((*MODELS[1:], PUMP_LEAK.split('"""')[2]))
    source = Source("cell.ion", text)
    parse(source, Problems())
    fastest = min(_seconds(source) for _ in range(5))
    assert fastest / len(source.line_starts) * 100 < 0.060


def _seconds(source: Source) -> float:
    start = time.process_time()
    parse(source, Problems())
    return time.process_time() - start
