"""The numbers of a model text, each found and changed by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass

from ionlang.diagnostics import Problems
from ionlang.source import Source
from ionlang.syntax import ast
from ionlang.syntax.parse import parse

ZERO_CELSIUS = 273.15


@dataclass(frozen=True)
class Constant:
    """A number of the text: where it stands, with the line it stands in."""

    number: str
    unit: str
    start: int
    line: str

    def changed(self, text: str, by: float) -> str:
        """The text with this number larger by a relative amount (degrees Celsius: of the absolute temperature)."""
        value = float(self.number)
        moved = (value + ZERO_CELSIUS) * (1 + by) - ZERO_CELSIUS if self.unit == "degC" else value * (1 + by)
        return f"{text[: self.start]}{moved!r}{text[self.start + len(self.number) :]}"


def constants(text: str) -> list[Constant]:
    """All numbers of the model: not those of scenarios, nor valences and stoichiometric counts, which are whole."""
    model = parse(Source("text", text), Problems())
    return [
        _constant(text, node) for item in model.items if not _is(item, "scenario") for node in _numbers(item)
    ]


def _is(node: object, kind: str) -> bool:
    return isinstance(node, ast.Block) and node.kind.text == kind


def _numbers(node: object) -> Iterator[ast.Number | ast.Quantity]:
    match node:
        case ast.Number() | ast.Quantity():
            yield node
        case ast.Count() | ast.Property(name=ast.Name(text="valence")):
            return
        case tuple():
            for part in node:
                yield from _numbers(part)
        case _:
            for field in fields(node) if is_dataclass(node) else ():
                yield from _numbers(getattr(node, field.name))


def _constant(text: str, node: ast.Number | ast.Quantity) -> Constant:
    number, unit = (node.number, node.unit) if isinstance(node, ast.Quantity) else (node.text, "")
    start = node.span.start
    assert text.startswith(number, start), text[start : start + 20]
    line = text[text.rfind("\n", 0, start) + 1 : text.find("\n", start)]
    return Constant(number, unit, start, " ".join(line.split("#")[0].split()))
