"""Reading texts in tests, and writing trees without places."""

from __future__ import annotations

from ionlang.diagnostics import Diagnostic, Problems
from ionlang.source import NOWHERE, Source
from ionlang.syntax import ast
from ionlang.syntax.parse import parse


def read(text: str) -> tuple[ast.Model, tuple[Diagnostic, ...]]:
    problems = Problems()
    model = parse(Source("cell.ion", text), problems)
    return model, problems.in_text_order()


def codes(text: str) -> list[str]:
    return [found.code for found in read(text)[1]]


def blocks(model: ast.Model) -> list[str]:
    return [item.name.text for item in model.items if isinstance(item, ast.Block)]


def read_right(text: str) -> ast.Model:
    problems = Problems()
    model = parse(Source("cell.ion", text), problems)
    assert problems.found == []
    return model


def one(text: str) -> ast.Sentence:
    (item,) = read_right(text).items
    return item


def value(text: str) -> ast.Expr:
    item = one(f"q = {text}")
    assert isinstance(item, ast.Property)
    return item.value


def name(text: str) -> ast.Name:
    return ast.Name(text, NOWHERE)


def path(text: str) -> ast.Path:
    return ast.Path(tuple(map(name, text.split("."))), NOWHERE)


def number(text: str) -> ast.Number:
    return ast.Number(text, NOWHERE)


def quantity(digits: str, unit: str) -> ast.Quantity:
    return ast.Quantity(digits, unit, NOWHERE, NOWHERE)
