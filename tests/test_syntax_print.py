"""Tree → text → the same tree."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from ionlang.diagnostics import Problems
from ionlang.source import Source
from ionlang.syntax.parse import parse, parse_expression
from ionlang.syntax.print import print_model, print_sentence
from ionlang.syntax.print_expression import print_expression
from tests.syntax_models import MODELS
from tests.syntax_strategies import expressions, models, plain_sentences


@given(expressions)
@settings(max_examples=200)
def test_expressions_come_back(value):
    problems = Problems()
    text = print_expression(value)
    assert parse_expression(Source("q", text), problems) == value
    assert problems.found == []


@given(models)
@settings(max_examples=80)
def test_models_come_back(model):
    problems = Problems()
    text = print_model(model)
    again = parse(Source("cell.ion", text), problems)
    assert problems.found == []
    assert again == model
    assert print_model(again) == text


@given(plain_sentences)
@settings(max_examples=300)
def test_sentences_come_back(sentence):
    problems = Problems()
    text = print_sentence(sentence)
    assert parse(Source("cell.ion", text), problems).items == (sentence,)
    assert problems.found == []


@pytest.mark.parametrize("text", MODELS)
def test_the_example_models_come_back(text):
    problems = Problems()
    model = parse(Source("cell.ion", text), problems)
    printed = print_model(model)
    again = parse(Source("cell.ion", printed), problems)
    assert again == model and problems.found == []
    assert print_model(again) == printed


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("q=a+b*(c-d)", "q = a + b * (c - d)"),
        ("q = (a*b)+(c/d)", "q = a * b + c / d"),
        ("q = 2 /h", "q = 2 /h"),
        ("q = 2/h", "q = 2 / h"),
        ("q = (2 mM)^2", "q = (2 mM)^2"),
        ("q = a-(b-c)", "q = a - (b - c)"),
        ("q = (x^y)^z", "q = (x^y)^z"),
        ("q = 37 °C", "q = 37 degC"),
        ("ion K{valence=+1}", "ion K { valence = +1 }"),
        ("solute ATP { }", "solute ATP"),
        ("at 3 s { hold a }", "at 3 s: hold a"),
        ("membrane M(a|b){\n\n\narea=3 um2 #why\n}", "membrane M (a | b) {\n    area = 3 um2  # why\n}"),
        ("a = 1\n\n\n\nb = 2", "a = 1\n\nb = 2"),
    ],
)
def test_canonical_text(text, printed):
    assert print_model(parse(Source("cell.ion", text), Problems())) == printed + "\n"


def test_one_sentence_and_what_is_broken():
    (item,) = parse(Source("cell.ion", "foo ! bar"), Problems()).items
    assert print_sentence(item) == "foo ! bar"
    assert print_model(parse(Source("cell.ion", ""), Problems())) == ""
