"""Text → tree, where the text is right."""

from __future__ import annotations

import pytest

from ionlang.diagnostics import Problems
from ionlang.source import NOWHERE, Source
from ionlang.syntax import ast
from ionlang.syntax.cut import cut
from ionlang.syntax.parse import parse_expression, parse_item
from ionlang.syntax.print_expression import print_expression
from tests.syntax_models import MODELS, PUMP_LEAK
from tests.syntax_reading import name, number, one, path, quantity
from tests.syntax_reading import read_right as read


@pytest.mark.parametrize("text", MODELS)
def test_models_are_read(text):
    model = read(text)
    assert not any(isinstance(item, ast.Broken) for item in model.items)


def test_the_pump_leak_model():
    model = read(PUMP_LEAK)
    assert model.documentation is not None and model.documentation.text.startswith("A pump–leak neuron")
    kinds = [item.kind.text for item in model.items if isinstance(item, ast.Block)]
    assert kinds == [
        "ion",
        "ion",
        "ion",
        "impermeant",
        "solute",
        "compartment",
        "compartment",
        "membrane",
        "scenario",
    ]
    membrane = next(
        item for item in model.items if isinstance(item, ast.Block) and item.kind.text == "membrane"
    )
    assert membrane.sides == ((path("inside"),), (path("outside"),))
    assert membrane.head.text == "membrane soma (inside | outside)"
    pump = membrane.body[-1]
    assert isinstance(pump, ast.Block)
    moves = pump.body[0]
    assert isinstance(moves, ast.Moves)
    assert [
        (m.what.count and m.what.count.text, m.what.species.text, m.direction) for m in moves.movements
    ] == [
        ("3", "Na", "out"),
        ("2", "K", "in"),
    ]
    assert moves.uses == (ast.Count(number("1"), path("ATP"), NOWHERE),)


def test_counts_are_no_kelvin():
    assert one("moves 2 K in, Na out, uses 1 ATP, uses GTP") == ast.Moves(
        (
            ast.Movement(ast.Count(number("2"), path("K"), NOWHERE), "in", None, None, NOWHERE),
            ast.Movement(ast.Count(None, path("Na"), NOWHERE), "out", None, None, NOWHERE),
        ),
        (ast.Count(number("1"), path("ATP"), NOWHERE), ast.Count(None, path("GTP"), NOWHERE)),
        NOWHERE,
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ATP = 3 mM held", ast.Property(name("ATP"), quantity("3", "mM"), True, None, NOWHERE)),
        ("let f() = 3", ast.Let(name("f"), (), number("3"), None, NOWHERE)),
        ("let f = 3", ast.Let(name("f"), None, number("3"), None, NOWHERE)),
        ("A balances charge", ast.Balances(name("A"), "charge", NOWHERE)),
        ("V from zero_current", ast.Potential(name("zero_current"), None, NOWHERE)),
        ('use "a.ion"', ast.Use(ast.String("a.ion", NOWHERE), (), NOWHERE)),
        ("begin at rest", ast.Begin(None, NOWHERE)),
        ("instantaneous", ast.Instantaneous(NOWHERE)),
        ("solute ATP", ast.Block(name("solute"), name("ATP"), None, None, None, (), NOWHERE, NOWHERE)),
        (
            "block a.b by 60 %",
            ast.Action(None, (ast.BlockCarrier(path("a.b"), quantity("60", "%"), NOWHERE),), NOWHERE),
        ),
        (
            "from 2 s for 3 s: hold a",
            ast.Action(
                ast.When(None, quantity("2", "s"), quantity("3", "s"), NOWHERE),
                (ast.Hold(path("a"), NOWHERE),),
                NOWHERE,
            ),
        ),
        (
            "expect q = 5 mM ± 5 %",
            ast.Expect(path("q"), "=", quantity("5", "mM"), quantity("5", "%"), None, None, NOWHERE),
        ),
        (
            "expect q between a and b",
            ast.Expect(path("q"), "between", path("a"), None, path("b"), None, NOWHERE),
        ),
    ],
)
def test_sentences(text, expected):
    assert one(text) == expected


def test_actions_in_braces_with_and_without_a_colon():
    expected = one("at 3 s {\n hold a\n hold b\n}")
    assert isinstance(expected, ast.Action) and len(expected.doings) == 2
    assert one("at 3 s: { hold a; hold b }") == expected
    assert one("at 3 s: hold a") == one("at 3 s { hold a }") == one("at 3 s:\n    hold a")


def test_joined_lines():
    joined = "let q = a +\n  b * f(c,\n d)\n - e\nlet r = if a > b\n then c\n else d\n"
    assert read(joined) == read("let q = a + b * f(c, d) - e\nlet r = if a > b then c else d")
    assert read('param p = 3 mM\n    source "a book"') == read('param p = 3 mM source "a book"')
    assert one("membrane M (a |\n b)\n{\n}") == one("membrane M (a | b) { }")


def test_a_line_end_after_a_value_separates():
    assert len(read("a = 1\nb = 2\n\n\nc = 3;;d = 4").items) == 4


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_ends_of_all_systems(ending):
    expected = read(MODELS[1])
    assert read(MODELS[1].replace("\n", ending)) == expected


def test_other_layouts_of_the_same_text():
    expected = read(MODELS[1])
    assert read(MODELS[1].rstrip()) == expected
    assert read("\ufeff" + MODELS[1]) == expected
    assert read(MODELS[1].replace("    ", "\t")) == expected
    assert read(MODELS[1].replace(" = ", "\u00a0=\u2009")) == expected
    assert read("\n".join(line.strip() for line in MODELS[1].split("\n"))) == expected
    assert read("\n".join("  " + line for line in MODELS[1].split("\n"))) == expected


def test_texts_without_a_sentence():
    assert read("").items == () == read("  \n\n\t").items == read('"""only said"""').items
    assert read("# one\n# two") == read("# one\r\n#two  \r\n")
    assert list(read("# one\n#\n").items) == [
        ast.Comment("one", NOWHERE),
        ast.Comment("", NOWHERE),
    ]


def test_comments_go_to_the_innermost_body():
    model = read(
        "# top\nmembrane M (a | b) { # in M\n channel c { # in c\n carries K # K\n }\n # after c\n}\n# end"
    )
    first, membrane, last = model.items
    assert (first, last) == (ast.Comment("top", NOWHERE), ast.Comment("end", NOWHERE))
    assert isinstance(membrane, ast.Block)
    in_m, channel, after_c = membrane.body
    assert (in_m, after_c) == (ast.Comment("in M", NOWHERE), ast.Comment("after c", NOWHERE))
    assert isinstance(channel, ast.Block)
    assert [c.text for c in channel.body if isinstance(c, ast.Comment)] == ["in c", "K"]


def test_quoted_text_keeps_its_signs():
    said = one('ion K "µ; } { # ， = (" { """a "quoted" µ\n}""" \n valence = +1 }')
    assert isinstance(said, ast.Block) and said.title and said.documentation
    assert said.title.text == "µ; } { # ， = ("
    assert said.documentation.text == 'a "quoted" µ\n}'


def test_places_are_those_of_the_text():
    text = "# µ\nmembrane M (a | b) {\n    area = 3 um2 * (r + 1)  # c\n}\n"
    membrane = read(text).items[1]
    assert isinstance(membrane, ast.Block)
    area = membrane.body[0]
    assert isinstance(area, ast.Property)
    assert area.span.text == "area = 3 um2 * (r + 1)"
    assert area.value.span.text == "3 um2 * (r + 1)" and (area.span.line, area.span.column) == (3, 5)
    assert membrane.span.text == text[4:].rstrip()


def test_cut_gives_the_items_and_each_can_be_read_alone():
    source = Source("cell.ion", PUMP_LEAK)
    items = cut(source)
    assert [(item.kind, item.name) for item in items[:3]] == [
        ("setting", "thermal_voltage"),
        ("ion", "Na"),
        ("ion", "K"),
    ]
    problems = Problems()
    again = [sentence for item in items for sentence in parse_item(item, problems)]
    assert problems.found == []
    assert again == [item for item in read(PUMP_LEAK).items if not isinstance(item, ast.Comment)]


@pytest.mark.parametrize(
    ("text", "printed"), [("0.5uA/cm2", "0.5 uA/cm2"), (" 5 ", "5"), ("1e-3", "1e-3"), ("2h", "2 h")]
)
def test_a_single_expression_needs_no_blank(text, printed):
    problems = Problems()
    assert print_expression(parse_expression(Source("--set", text), problems)) == printed
    assert problems.found == []


@pytest.mark.parametrize("text", ["", "3 +", "(3", "3)", "a = 3", "µ µ", "$"])
def test_what_is_no_expression_is_reported_once(text):
    problems = Problems()
    assert isinstance(parse_expression(Source("--set", text), problems), ast.Broken)
    assert len(problems.found) == 1
