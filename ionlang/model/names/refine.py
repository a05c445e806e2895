"""The same file with lines on a finer grid: every copy of a line is split, each part as much shorter."""

from __future__ import annotations

from dataclasses import replace

from ionlang.syntax import ast


def refine(model: ast.Model, split: int) -> ast.Model:
    """A model in which every copy of every line is split into an odd number of parts. Then the middle of a copy
    remains the middle of one, and what a file measures in a copy stays where it is."""
    return replace(model, items=tuple(_refined(item, split) for item in model.items))


def _refined(item: ast.Sentence, split: int) -> ast.Sentence:
    if not isinstance(item, ast.Block) or item.copies is None:
        return item
    body = tuple(_shortened(sentence, split) for sentence in item.body)
    groups = tuple(_more(group, split) for group in item.copies.groups)
    copies = replace(item.copies, groups=groups, split=item.copies.split * split)
    return replace(item, copies=copies, body=body)


def _more(group: ast.Group, split: int) -> ast.Group:
    """Of what a pattern repeats there are as many; of each arrangement in it more copies in a row."""
    if isinstance(group.of, ast.Instance):
        return replace(group, count=replace(group.count, text=str(int(group.count.text) * split)))
    return replace(group, of=tuple(_more(inner, split) for inner in group.of))


def _shortened(sentence: ast.Sentence, split: int) -> ast.Sentence:
    """What lies between two copies; the length of the whole line stays what it is."""
    if not isinstance(sentence, ast.Property) or sentence.name.text != "spacing":
        return sentence
    span = sentence.value.span
    return replace(sentence, value=ast.Binary("/", sentence.value, ast.Number(str(split), span), span))
