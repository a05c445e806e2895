"""Text → `ast.Model`. Nothing is raised: what cannot be read is reported and becomes a `Broken` node."""

from __future__ import annotations

from ionlang.diagnostics import Problems
from ionlang.source import Source
from ionlang.syntax import ast
from ionlang.syntax.comments import with_comments
from ionlang.syntax.cut import JOINED, Item, cut_file
from ionlang.syntax.reader import Reader
from ionlang.syntax.recover import read_expression, read_sentence
from ionlang.syntax.scan import scan
from ionlang.syntax.tree import body


def parse(source: Source, problems: Problems) -> ast.Model:
    """What the text of a file says; every mistake of syntax goes to `problems`."""
    pieces = cut_file(source, problems)
    whole = Reader(source, source.text, 0, (), problems, _keep_silent)
    items = body(whole, [_read(item, problems) for item in pieces.items])
    return ast.Model(pieces.documentation, with_comments(items, pieces.comments), source)


def parse_item(item: Item, problems: Problems) -> tuple[ast.Sentence, ...]:
    """What one item of `cut` says: a sentence, and behind it those comments that lie in it but in none of
    its bodies.
    """
    return with_comments((_read(item, problems),), item.comments)


def _read(item: Item, problems: Problems) -> ast.Sentence:
    def glued(quantity: ast.Quantity) -> None:
        _report_glued(quantity, problems)

    offset = item.span.start
    broken = tuple(at - offset for at in item.broken)
    reader = Reader(item.span.source, item.text, offset, broken, problems, glued)
    return read_sentence(reader, 0, len(item.text))


def parse_expression(source: Source, problems: Problems) -> ast.Expr:
    """What a text says that is one expression, as after `--set`; here `5mV` needs no blank."""
    scanned = scan(source, problems)
    text = scanned.text.replace("\n", JOINED)
    start = len(text) - len(text.lstrip())
    return read_expression(Reader(source, text.strip(), start, (), problems, _keep_silent))


def _keep_silent(quantity: ast.Quantity) -> None:
    """Here a unit may follow its number without a blank."""


def _report_glued(quantity: ast.Quantity, problems: Problems) -> None:
    unit = quantity.unit_span.text
    problems.error(
        "ION016",
        f"there is no blank between the number {quantity.number} and its unit",
        quantity.span,
        f"write `{quantity.number} {unit}`",
    )
