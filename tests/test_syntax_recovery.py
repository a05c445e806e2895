"""What is still read of a text with unmatched brackets, strange signs or no sense at all."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ionlang.render import render_text
from ionlang.syntax import ast
from tests.syntax_models import MODELS
from tests.syntax_reading import blocks, codes, read

UNCLOSED = """membrane soma (inside | outside) {
    channel K_leak {
        carries K
        conductance = 0.05 mS/cm2

    channel Na_leak { carries Na }
}

ion K { valence = +1 }
"""


def test_a_missing_brace_is_found_by_the_layout():
    model, (found,) = read(UNCLOSED)
    assert (found.code, found.primary.span.line) == ("ION007", 2)
    assert found.secondary[0].span.line == 4
    membrane = model.items[0]
    assert isinstance(membrane, ast.Block)
    assert [part.name.text for part in membrane.body if isinstance(part, ast.Block)] == ["K_leak", "Na_leak"]
    assert blocks(model) == ["soma", "K"]


def test_reading_goes_on_at_the_next_item():
    model, found = read(
        "compartment a {\n    K = 3 mM\n\nparam p = 3\nion K { valence = +1 }\nbath b {\n Na = 2 mM"
    )
    assert [(each.code, each.primary.span.line) for each in found] == [("ION007", 1), ("ION007", 6)]
    assert blocks(model) == ["a", "K", "b"]
    assert isinstance(model.items[1], ast.Parameter)


def test_a_brace_too_many_is_the_one_that_is_further_right():
    text = "membrane M (a | b) {\n    channel c {\n        carries K\n    }\n    }\n    area = 3 um2\n}\nion K { }"
    model, (found,) = read(text)
    assert (found.code, found.primary.span.line) == ("ION008", 5)
    membrane = model.items[0]
    assert isinstance(membrane, ast.Block) and len(membrane.body) == 2


def test_a_bracket_that_is_not_closed_ends_with_its_sentence():
    model, found = read(
        "channel c {\n  conductance = 3 nS * (1 + exp(\n    x)\n  carries K\n  gate m { inf = (1; tau = 2 ms }\n}"
    )
    assert [(each.code, each.primary.span.text) for each in found] == [("ION005", "("), ("ION005", "(")]
    (channel,) = model.items
    assert isinstance(channel, ast.Block) and isinstance(channel.body[1], ast.Carries)


def test_brackets_of_different_shape():
    assert codes("x = f(a]") == ["ION006"]


def test_documentation_that_is_not_closed_ends_before_the_next_block():
    model, found = read(
        '"""A cell\nof two lines.\n\nion K { valence = +1 }\nbath b { """said""" ; K = 3 mM }\n'
    )
    assert [each.code for each in found] == ["ION004"]
    assert blocks(model) == ["K", "b"]
    assert model.documentation is not None and model.documentation.text == "A cell\nof two lines."


@pytest.mark.parametrize(
    ("text", "ascii_form"),
    [("x ＝ 3", "="), ("x = 3 － 2", "-"), ("x = 3 − 2", "-"), ("x = a × b", "*"), ("x = 3 cm²", "2")],
)
def test_signs_that_look_like_ascii_are_read_as_ascii(text, ascii_form):
    model, (found,) = read(text)
    assert found.code == "ION001" and f"`{ascii_form}`" in found.message
    assert not any(isinstance(item, ast.Broken) for item in model.items)
    expected, _ = read(text.replace(found.primary.span.text, ascii_form))
    assert model == expected


def test_curly_quotes():
    model, found = read("param p = 3 source “a book”")
    assert [each.code for each in found] == ["ION001"]
    assert isinstance(model.items[0], ast.Parameter)


def test_a_glued_unit_is_still_a_quantity():
    model, found = read("x = 5mV + 1e-3mM + 2 K")
    assert [(each.code, each.primary.text) for each in found] == [
        ("ION016", "write `5 mV`"),
        ("ION016", "write `1e-3 mM`"),
    ]
    assert model == read("x = 5 mV + 1e-3 mM + 2 K")[0]


def test_both_spellings_of_a_squared_quantity_are_offered():
    (found,) = read("x = 2 mM^2")[1]
    assert "`(2 mM)^2`" in found.help and "`2 mM2`" in found.help


def test_loose_actions_only_on_one_line():
    assert codes("at 3 s: hold a\nhold b") == []
    assert codes("scenario s { at 3 s: hold a; at 4 s: hold b }") == []
    assert codes("scenario s { at 3 s { hold a }; hold b }") == []


@pytest.mark.parametrize("model", MODELS)
def test_a_text_cut_off_anywhere_gives_few_messages(model):
    for end in range(0, len(model), 7):
        _, found = read(model[:end])
        assert len(found) <= 5


@pytest.mark.parametrize(
    "sign", ["{", "}", "(", ")", '"', "=", ";", ":", "$", '"""', "\n", "3", " gate ", "#"]
)
def test_a_stray_sign_gives_few_messages(sign):
    text = MODELS[1]
    for place in range(3, len(text), 23):
        _, found = read(text[:place] + sign + text[place:])
        assert len(found) <= 6, (place, [each.message for each in found])


PIECES = (
    *'{}()[];=:,.|+-*/^<>"#$µ°±\n\r \t',
    "ion",
    "K",
    "gate",
    "at",
    "3",
    "mM",
    "if",
    "moves",
    "in",
    '"""',
    "let",
    "expect",
    "template channel",
    "extend",
    "modifier",
    "every",
    "when",
    "until",
    "is T",
    "turns",
    "sweep",
    "find",
    "so that",
    "within",
    "ramp",
)


@settings(max_examples=300)
@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_no_text_breaks_the_reader(text):
    """Whatever is written: no exception, and nothing is lost without a message."""
    model, found = read(text)
    lost = any(isinstance(item, ast.Broken) for item in model.items)
    assert found or not lost
    for each in found:
        assert 0 <= each.primary.span.start <= each.primary.span.end <= len(text)
    render_text(found)
