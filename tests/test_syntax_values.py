"""Text → expressions, where the text is right: units, what binds tighter, calls."""

from __future__ import annotations

import pytest

from ionlang.diagnostics import Problems
from ionlang.source import NOWHERE, Source
from ionlang.syntax import ast
from ionlang.syntax.parse import parse_expression
from tests.syntax_reading import name, number, path, quantity, value


@pytest.mark.parametrize(
    ("text", "digits", "unit"),
    [
        ("120 mS/cm2", "120", "mS/cm2"),
        ("0.1 /mV/ms", "0.1", "/mV/ms"),
        ("5 %", "5", "%"),
        ("37 °C", "37", "degC"),
        ("37 ℃", "37", "degC"),
        ("70 ohm.cm", "70", "ohm.cm"),
        ("4e-9 m/s", "4e-9", "m/s"),
        ("5 µm", "5", "um"),
        ("5 μm", "5", "um"),
        ("2 /h", "2", "/h"),
        ("3 atm", "3", "atm"),
        ("3 form", "3", "form"),
        ("1e3 e3", "1e3", "e3"),
        (".5 mM", ".5", "mM"),
        ("2 mM2", "2", "mM2"),
        ("5 zorkmid", "5", "zorkmid"),
        ("5\tmV", "5", "mV"),
    ],
)
def test_a_quantity_is_one_word(text, digits, unit):
    said = value(text)
    assert said == quantity(digits, unit)
    assert isinstance(said, ast.Quantity)
    assert said.span.text == text and said.unit_span.text == text.split()[1]


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("2 / h", "2/h"),
        ("1 - 1/(1 + x)", "1 - (1/(1 + x))"),
        ("200/3 mM/s", "200 / (3 mM/s)"),
        ("5 mV*x", "(5 mV) * x"),
        ("-x^2", "-(x^2)"),
        ("x^y^z", "x^(y^z)"),
        ("x^-1", "x^(-1)"),
        ("x^-y^2", "x^(-(y^2))"),
        ("a - b - c", "(a - b) - c"),
        ("a / b * c", "(a / b) * c"),
        ("-a * b", "(-a) * b"),
        ("a * -b", "a * (-b)"),
        ("not a < b and c < d", "(not (a < b)) and (c < d)"),
        ("a and b and c", "(a and b) and c"),
        ("if a then b else if c then d else e + f", "if a then b else (if c then d else (e + f))"),
        ("soma.V at end - soma.V at start", "(soma.V at end) - (soma.V at start)"),
        ("a at end / b at 3 s", "(a at end) / (b at (3 s))"),
        ("-V at rest", "-(V at rest)"),
        ("2 * V at rest", "2 * (V at rest)"),
        ("n^4 at end", "(n^4) at end"),
        ("max(V) - (V at rest)", "max(V) - V at rest"),
        ("a ≤ b", "a <= b"),
    ],
)
def test_what_binds_tighter(text, same):
    source = Source("q", text), Source("q", same)
    problems = Problems()
    first, second = (parse_expression(each, problems) for each in source)
    assert first == second and not isinstance(first, ast.Broken)
    assert [d.code for d in problems.found] in ([], ["ION001"])  # `≤` is understood, but not ASCII


def test_a_blank_decides_between_unit_and_quotient():
    assert value("2 /h") == quantity("2", "/h")
    assert value("2/h") == value("2 / h") == ast.Binary("/", number("2"), path("h"), NOWHERE)
    assert value("5 mV / tau") == ast.Binary("/", quantity("5", "mV"), path("tau"), NOWHERE)


def test_a_unit_stands_on_the_line_of_its_number():
    assert value("(6\n  /h)") == value("6 / h")


def test_words_that_begin_like_keywords_are_names():
    assert value("soma + ending + nothing * inner / atp") == value(
        "soma + ending + ((nothing * inner) / atp)"
    )
    assert value("in.K + out.K") == ast.Binary("+", path("in.K"), path("out.K"), NOWHERE)


def test_calls_and_their_arguments():
    said = value("f(a, K : 0.03, after = 20 s)")
    assert isinstance(said, ast.Call)
    plain, ratio, keyword = said.arguments
    assert (plain.ratio, plain.keyword) == (None, None)
    assert ratio.ratio == number("0.03") and ratio.value == path("K")
    assert keyword.keyword == name("after") and keyword.value == quantity("20", "s")
    assert value("f()") == ast.Call(path("f"), (), NOWHERE)
