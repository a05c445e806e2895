"""An arrangement that a line is made of is the pattern of its copies; it does not stand by itself as well."""

from __future__ import annotations

from dataclasses import replace

from ionlang.model.names.suggest import closest
from ionlang.syntax import ast

PATTERN = "arrangement"


def with_patterns(model: ast.Model) -> ast.Model:
    """The model with the arrangements that lines name as templates, and the lines as made from them."""
    lines = [item for item in model.items if isinstance(item, ast.Block) and item.copies is not None]
    named = _meant(model, [line.copies.pattern.template.text for line in lines if line.copies is not None])
    return replace(model, items=tuple(_item(item, named) for item in model.items)) if lines else model


def _meant(model: ast.Model, named: list[str]) -> dict[str, None]:
    """The arrangements that lines name; for a misspelt one that which was probably meant."""
    there = [
        item.name.text for item in model.items if isinstance(item, ast.Block) and item.kind.text == PATTERN
    ]
    templates = [item.block.name.text for item in model.items if isinstance(item, ast.Template)]
    known = (*there, *templates)
    return dict.fromkeys(name if name in known else closest(name, there) or name for name in named)


def _item(item: ast.Sentence, named: dict[str, None]) -> ast.Sentence:
    match item:
        case ast.Block(copies=ast.Copies(pattern=pattern)):
            return replace(item, instance=pattern)
        case ast.Block(kind=ast.Name(text="arrangement"), instance=None) if item.name.text in named:
            return ast.Template(item, (), item.span)
        case _:
            return item


def kind_of_template(kind: str) -> str:
    """The kind of template that a block of this kind is made from."""
    return PATTERN if kind == "line" else kind
