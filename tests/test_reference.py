"""The reference is whole: every word of the language is used in a block that the tests run, has its row in the tables of
`docs/language.md`, and names a message that newcomers get, which they do get."""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar, get_args

import pytest

import ionlang
from ionlang.diagnostics import Problems
from ionlang.model.kinds import KINDS, SENTENCE_WORDS
from ionlang.source import Source
from ionlang.syntax import ast
from ionlang.syntax.parse import parse
from ionlang.syntax.words import FUNCTIONS
from tests.reference_mistakes import ACTIONS, CELL, EVERY, MOMENTS, SENTENCES, Mistake
from tests.reference_mistakes import KINDS as KIND_MISTAKES
from tests.reference_mistakes_further import FURTHER
from tests.test_docs import NAMES, ROOT, Block, _rows, _words, blocks_of

REFERENCE = [name for name in NAMES if name.startswith("docs/language")]
Node = TypeVar("Node")

LANGUAGE = (ROOT / "docs" / "language.md").read_text(encoding="utf-8")


@functools.cache
def _models() -> tuple[tuple[str, Block, ast.Model, Problems], ...]:
    """Every model of the reference, as it is read."""
    found = []
    for name in REFERENCE:
        for block in blocks_of((ROOT / name).read_text(encoding="utf-8")):
            if block.kind == "ion":
                problems = Problems()
                model = parse(Source(f"{name}:{block.line}", block.text), problems)
                found.append((name, block, model, problems))
    return tuple(found)


def _nodes(value: object) -> Iterator[object]:
    if isinstance(value, tuple):
        for entry in value:
            yield from _nodes(entry)
    elif dataclasses.is_dataclass(value) and type(value).__module__.startswith("ionlang.syntax"):
        yield value
        for field in dataclasses.fields(value):
            yield from _nodes(getattr(value, field.name))


@functools.cache
def _right() -> tuple[object, ...]:
    """All nodes of the models that are no examples of a mistake."""
    return tuple(
        node for _, block, model, _ in _models() if "fails" not in block.words for node in _nodes(model.items)
    )


def _all(kind: type[Node]) -> list[Node]:
    return [node for node in _right() if isinstance(node, kind)]


def _blocks(kind: str) -> list[ast.Block]:
    return [block for block in _all(ast.Block) if block.kind.text == kind]


def test_every_block_can_be_read() -> None:
    for name, block, _, problems in _models():
        codes = [d.code for d in problems.found if d.code.startswith("ION0")]
        assert set(codes) <= set(block.codes_after("fails")), f"{name}, line {block.line}"


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_shown(kind: str) -> None:
    assert _blocks(kind), kind
    like = ("pump", "transporter") if kind in ("pump", "transporter") else (kind,)  # one entry for both
    shown = [block for each in like for block in _blocks(each)]
    said = [sentence for block in shown for sentence in block.body]
    properties = {s.name.text for s in said if isinstance(s, ast.Property | ast.TextProperty)}
    wanted = (*KINDS[kind].properties, *KINDS[kind].texts, *KINDS[kind].words)
    assert [word for word in wanted if word not in properties] == []
    own = [s for s in KINDS[kind].sentences if s not in (ast.Parameter, ast.Let, ast.Excluded)]
    assert [s.__name__ for s in own if not any(isinstance(x, s) for x in said)] == []


@pytest.mark.parametrize("sentence", SENTENCE_WORDS, ids=lambda s: s.__name__)
def test_every_sentence_is_shown(sentence: type[ast.Sentence]) -> None:
    assert _all(sentence)


def test_every_sentence_has_its_words() -> None:
    without = {ast.Block, ast.Property, ast.TextProperty, ast.Comment, ast.Broken}
    assert set(get_args(ast.Sentence)) - without == set(SENTENCE_WORDS)


@pytest.mark.parametrize(
    "doing", sorted(set(get_args(ast.Doing)) - {ast.Broken}, key=str), ids=lambda d: d.__name__
)
def test_every_action_is_shown(doing: type) -> None:
    assert _all(doing)


def _moment(when: ast.When | None) -> str:
    if when is None:
        return "always"
    given = ("at", "start", "duration", "until", "every", "width", "condition")
    return " ".join(word for word in given if getattr(when, word) is not None)


def test_every_moment_is_shown() -> None:
    assert {_moment(action.when) for action in _all(ast.Action)} == {
        "always",
        "at",
        "start",
        "start duration",
        "start until",
        "start duration every width",
        "start every",
        "start duration every",
        "condition",
    }


def test_every_form_of_a_sentence_is_shown() -> None:
    assert {p.way.text for p in _all(ast.Potential)} == {"currents", "charge", "zero_current"}
    assert {p.start is None for p in _all(ast.Potential)} == {True, False}
    assert {b.what for b in _all(ast.Balances)} == {"charge", "osmolarity"}
    assert {b.after is None for b in _all(ast.Begin)} == {True, False}
    assert {r.until is None for r in _all(ast.Run)} == {True, False}
    assert {s.bounds is None for s in _all(ast.Sweep)} == {True, False}
    assert {u.file is None for u in _all(ast.Use)} == {True, False}
    assert {e.relation for e in _all(ast.Expect)} >= {"=", "<", ">", "between"}
    assert {m.direction for v in _all(ast.Moves) for m in v.movements} == {"in", "out", None}
    assert any(v.uses for v in _all(ast.Moves))
    assert any(len(side) > 1 for b in _blocks("membrane") for side in b.sides or ())
    assert {f.default is None for t in _all(ast.Template) for f in t.formals} == {True, False}
    assert any(p.between is not None for p in _all(ast.Parameter))
    assert any(p.held for p in _all(ast.Property))


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_function_is_shown(function: str) -> None:
    assert function in {call.function.parts[-1].text for call in _all(ast.Call)}


def _first_words(heading: str) -> list[str]:
    return [re.split(r"[` ]", row[0].replace("[`", ""))[0] for row in _rows(LANGUAGE, heading)]


def test_the_tables_of_the_reference_have_every_word() -> None:
    sentences = [next(iter(_words(row[0]))) for row in _rows(LANGUAGE, "sentence")]
    assert sorted(sentences) == sorted(set(SENTENCE_WORDS.values()) - {"an action"})
    assert _first_words("action") == [m.word for m in ACTIONS]
    assert [next(iter(_words(row[0]))) for row in _rows(LANGUAGE, "moment")] == [m.word for m in MOMENTS]


def _row_of(word: str) -> list[str]:
    rows = [row for heading in ("kind", "sentence", "action", "moment") for row in _rows(LANGUAGE, heading)]
    verbs = [m.word for m in ACTIONS]
    return next(
        row for row in rows if _shown(row) == word or (word in verbs and _shown(row).startswith(f"{word} "))
    )


def _shown(row: list[str]) -> str:
    return next(iter(_words(row[0])))


def test_the_cell_of_the_mistakes_is_right() -> None:
    assert ionlang.loads(CELL).check() == ()


@pytest.mark.parametrize("mistake", [*EVERY, *FURTHER], ids=lambda m: f"{m.word} {m.code}")
def test_what_newcomers_write_instead_is_answered(mistake: Mistake) -> None:
    said = ionlang.loads(mistake.whole).check()
    assert {d.code for d in said} == {mistake.code}, [d.message for d in said]
    assert f"](errors/{mistake.code}.md)" in _row_of(mistake.word)[-1]
    assert Path(ROOT / "docs" / "errors" / f"{mistake.code}.md").exists()


def test_every_word_has_its_mistake() -> None:
    assert [m.word for m in KIND_MISTAKES] == [m.word for m in KIND_MISTAKES if m.word in KINDS]
    assert {m.word for m in KIND_MISTAKES} == set(KINDS)
    assert {m.word for m in SENTENCES} == set(SENTENCE_WORDS.values()) - {"an action"}
