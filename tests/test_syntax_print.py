"""Tree → text → the same tree."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ionlang.diagnostics import Problems
from ionlang.source import NOWHERE, Source
from ionlang.syntax import ast
from ionlang.syntax.parse import parse, parse_expression
from ionlang.syntax.print import print_model, print_sentence
from ionlang.syntax.print_expression import print_expression
from ionlang.syntax.words import FOLLOW_WORDS, KEYWORDS, KINDS
from tests.syntax_models import MODELS

HERE = NOWHERE
names = st.builds(
    ast.Name,
    st.from_regex(r"[A-Za-z_][A-Za-z_0-9]{0,4}", fullmatch=True).filter(
        lambda w: w not in (*KEYWORDS, "start", "end", "rest")
    ),
    st.just(HERE),
)
digits = st.from_regex(r"(?a:\d{1,3}(\.\d{1,2})?([eE][+-]?\d)?|\.\d)", fullmatch=True)
atoms = st.from_regex(r"[A-Za-z]{1,3}[0-9]?|%", fullmatch=True).filter(lambda w: w not in FOLLOW_WORDS)
units = st.builds(
    lambda lead, first, rest: lead + first + "".join(rest),
    st.sampled_from(("", "/")),
    atoms,
    st.lists(st.builds(lambda sign, atom: sign + atom, st.sampled_from("./"), atoms), max_size=2),
)
numbers = st.builds(ast.Number, digits, st.just(HERE))
quantities = st.builds(ast.Quantity, digits, units, st.just(HERE), st.just(HERE))
paths = st.builds(ast.Path, st.lists(names, min_size=1, max_size=3).map(tuple), st.just(HERE))
said = st.from_regex(r'[^"\n\r\x00-\x1f\x85\u2028\u2029]{0,8}', fullmatch=True)
strings = st.builds(ast.String, said, st.just(HERE))
documents = st.builds(
    ast.String, st.from_regex(r"[^\"\r\x00-\x09\x0b-\x1f]{0,12}", fullmatch=True), st.just(HERE)
)


def _grown(inner: st.SearchStrategy[ast.Expr]) -> st.SearchStrategy[ast.Expr]:
    here = st.just(HERE)
    plain = st.builds(ast.Argument, inner, st.none(), st.none(), here)
    ratio = st.builds(ast.Argument, inner, inner, st.none(), here)
    keyword = st.builds(ast.Argument, inner, st.none(), names, here)
    arguments = st.lists(st.one_of(plain, ratio, keyword), max_size=3).map(tuple)
    moment = st.one_of(inner, st.sampled_from(("start", "end", "rest")))
    chain = ("<", "<=", ">", ">=")
    return st.one_of(
        st.builds(ast.Call, paths, arguments, here),
        st.builds(ast.Unary, st.sampled_from(("-", "+", "not")), inner, here),
        st.builds(ast.Binary, st.sampled_from(("+", "-", "*", "/", "^")), inner, inner, here),
        st.builds(ast.Compare, st.sampled_from(chain), inner, inner, here),
        st.builds(ast.Logic, st.sampled_from(("and", "or")), inner, inner, here),
        st.builds(ast.Conditional, inner, inner, inner, here),
        st.builds(ast.At, inner, moment, here),
    )


expressions: st.SearchStrategy[ast.Expr] = st.recursive(
    st.one_of(numbers, quantities, paths), _grown, max_leaves=10
)
small = st.one_of(
    numbers, quantities, paths, st.builds(ast.Logic, st.just("and"), paths, paths, st.just(HERE))
)


def _sentences() -> st.SearchStrategy[ast.Sentence]:
    here, source = st.just(HERE), st.one_of(st.none(), strings)
    count = st.builds(ast.Count, st.one_of(st.none(), numbers), paths, here)
    directed = st.builds(ast.Movement, count, st.sampled_from(("in", "out")), st.none(), st.none(), here)
    between_places = st.builds(ast.Movement, count, st.none(), paths, paths, here)
    movements = st.lists(st.one_of(directed, between_places), min_size=1, max_size=3).map(tuple)
    share = st.builds(ast.Share, names, st.one_of(st.none(), small), here)
    relations = st.sampled_from(("<", "<=", ">", ">="))
    return st.one_of(
        st.builds(ast.Property, names, small, st.booleans(), source, here),
        st.builds(ast.Parameter, names, small, st.one_of(st.none(), st.tuples(small, small)), source, here),
        st.builds(
            ast.Let, names, st.one_of(st.none(), st.lists(names, max_size=2).map(tuple)), small, source, here
        ),
        st.builds(ast.Carries, st.lists(share, min_size=1, max_size=3).map(tuple), here),
        st.builds(ast.Moves, movements, st.lists(count, max_size=2).map(tuple), here),
        st.builds(ast.Balances, names, st.sampled_from(("charge", "osmolarity")), here),
        st.builds(ast.Potential, names, st.one_of(st.none(), small), here),
        st.builds(ast.Instantaneous, here),
        st.builds(ast.Use, strings, here),
        st.builds(ast.Begin, here),
        st.builds(ast.Run, small, here),
        st.builds(ast.Measure, names, small, here),
        st.builds(
            ast.Expect, small, st.just("="), small, st.one_of(st.none(), small), st.none(), source, here
        ),
        st.builds(ast.Expect, small, relations, small, st.none(), st.none(), source, here),
        st.builds(ast.Expect, small, st.just("between"), small, st.none(), small, source, here),
        st.builds(ast.Comment, said.map(str.rstrip), here),
    )


def _actions() -> st.SearchStrategy[ast.Sentence]:
    here = st.just(HERE)
    doing = st.one_of(
        st.builds(ast.Set, paths, small, here),
        st.builds(ast.Inject, small, paths, names, here),
        st.builds(ast.BlockCarrier, paths, st.one_of(st.none(), small), here),
        st.builds(ast.Hold, paths, here),
    )
    at = st.builds(ast.When, small, st.none(), st.none(), here)
    start = st.builds(ast.When, st.none(), small, st.one_of(st.none(), small), here)
    comment = st.builds(ast.Comment, said.map(str.rstrip), here)
    doings = st.lists(st.one_of(doing, comment), max_size=3).map(tuple)
    bare = st.builds(ast.Action, st.none(), st.tuples(doing), here)
    return st.one_of(bare, st.builds(ast.Action, st.one_of(at, start), doings, here))


def _block(body: st.SearchStrategy[ast.Sentence]) -> st.SearchStrategy[ast.Sentence]:
    here = st.just(HERE)
    return st.builds(
        ast.Block,
        st.builds(ast.Name, st.sampled_from(KINDS), here),
        names,
        st.one_of(st.none(), st.tuples(names, names)),
        st.one_of(st.none(), strings),
        st.one_of(st.none(), documents),
        st.lists(body, max_size=4).map(tuple),
        here,
        here,
    )


sentences = st.recursive(st.one_of(_sentences(), _actions()), _block, max_leaves=8)
models = st.builds(
    ast.Model,
    st.one_of(st.none(), documents),
    st.lists(sentences, max_size=4).map(tuple),
    st.just(HERE.source),
)


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
