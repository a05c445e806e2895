"""Whatever is done to a file: the check answers with diagnostics, and a file without errors can be built."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

import ionlang
from ionlang.render import render_json, render_text
from tests.planting_field import FIELDS

ROOT = Path(__file__).parents[1]
EXAMPLES = sorted((*ROOT.glob("examples/*.ion"), *ROOT.glob("examples/published/*.ion")))
TOKEN = re.compile(r'\s+|#[^\n]*|"""|"[^"\n]*"|[A-Za-z_]\w*|\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|.', re.DOTALL)


def damage_tokens(draw: random.Random, text: str) -> str:
    """One word or sign lost, doubled, swapped with another, or replaced by another of the file."""
    tokens = TOKEN.findall(text)
    marks = [i for i, token in enumerate(tokens) if not token.isspace() and not token.startswith("#")]
    if not marks:
        return text
    one, other = draw.choice(marks), draw.choice(marks)
    match draw.randrange(4):
        case 0:
            tokens[one] = ""
        case 1:
            tokens[one] += f" {tokens[one]}"
        case 2:
            tokens[one], tokens[other] = tokens[other], tokens[one]
        case _:
            tokens[one] = tokens[other]
    return "".join(tokens)


def damage_lines(draw: random.Random, text: str) -> str:
    """One line lost, doubled, moved, or swapped with another."""
    lines = text.split("\n")
    one, other = draw.randrange(len(lines)), draw.randrange(len(lines))
    match draw.randrange(4):
        case 0:
            del lines[one]
        case 1:
            lines.insert(one, lines[one])
        case 2:
            lines.insert(other, lines.pop(one))
        case _:
            lines[one], lines[other] = lines[other], lines[one]
    return "\n".join(lines)


def damaged(draw: random.Random) -> tuple[Path, str]:
    path = draw.choice(FIELDS if draw.random() < 0.5 else EXAMPLES)  # the fields use all that there is
    text = path.read_text(encoding="utf-8")
    for _ in range(draw.choice((1, 1, 1, 2, 3))):
        text = draw.choice((damage_tokens, damage_lines))(draw, text)
    return path, text


def check_damaged(seeds: range) -> None:
    for seed in seeds:
        draw = random.Random(seed)
        path, text = damaged(draw)
        model = ionlang.loads(text, str(path))
        try:
            found = model.check()
            assert render_text(found).count("]: ") >= len(found) and render_json(found)
            if all(each.severity == "warning" for each in found) and draw.random() < 0.3:
                assert model.machine is not None
        except Exception as error:  # noqa: BLE001
            pytest.fail(f"seed {seed}, {path.name}: {type(error).__name__} {error}\n{text}")


@pytest.mark.parametrize("first", range(0, 200, 50))
def test_a_damaged_file_gives_messages_and_no_crash(first):
    check_damaged(range(first, first + 50))


@pytest.mark.slow
def test_many_damaged_files():
    check_damaged(range(200, 4000))


SCRAPS = (
    "",
    "\n",
    "{",
    "}",
    '"""',
    '"',
    "#",
    "ion",
    "ion K {",
    "membrane m (a | b)",
    "scenario s { run",
    "\0",
    "(" * 300,
)
DEEP = (
    f"let q = {'-' * 3000}1",
    f"let q = {'(' * 3000}1{')' * 3000}",
    f"let q = {' + '.join(['1'] * 3000)}",
    "\n".join(f"let q{i} = q{i + 1}" for i in range(2000)),
)


@pytest.mark.parametrize("text", [*SCRAPS, *DEEP], ids=range(len(SCRAPS) + len(DEEP)))
def test_a_scrap_of_text_gives_no_crash(text):
    render_text(ionlang.loads(text).check())
