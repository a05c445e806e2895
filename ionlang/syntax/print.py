"""The formatter: `ast.Model` → canonical text.

One sentence per line, four blanks for a body, blanks round operators, brackets only where they are needed. A
block of plain sentences stays on one line where it fits. Comments stay where they are; blank lines between
sentences are kept as one, and stand round blocks of several lines. Reading the printed text gives the same
tree again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from ionlang.source import NOWHERE
from ionlang.syntax import ast
from ionlang.syntax.print_expression import print_expression, print_sum

_WIDTH = 100
_INDENT = "    "


def print_model(model: ast.Model) -> str:
    """The canonical text of a model; ends with a line end if there is any text."""
    lines = [*_document(model.documentation), *([""] if model.documentation and model.items else [])]
    lines += _sentences(model.items, "")
    return "\n".join(lines) + "\n" if lines else ""


def print_sentence(sentence: ast.Sentence) -> str:
    """The canonical text of one sentence, without a line end behind it."""
    return "\n".join(_lines(sentence, ""))


def _document(text: ast.String | None) -> list[str]:
    return [f'"""{text.text}"""'] if text else []


def _sentences(parts: Sequence[ast.Sentence | ast.Doing], indent: str) -> list[str]:
    lines: list[str] = []
    previous: ast.Sentence | ast.Doing | None = None
    tall = False
    for part in parts:
        own = _lines(part, indent)
        if previous is not None and isinstance(part, ast.Comment) and _same_line(previous, part):
            lines[-1] += "  " + own[0].lstrip()
            continue
        comes_tall = len(own) > 1 and isinstance(part, ast.Block)
        if previous is not None and (_apart(previous, part) or tall or _needs_air(previous, comes_tall)):
            lines.append("")
        lines += own
        previous, tall = part, comes_tall
    return lines


def _needs_air(previous: ast.Sentence | ast.Doing, comes_tall: bool) -> bool:
    return comes_tall and not isinstance(previous, ast.Comment)


def _same_line(earlier: ast.Sentence | ast.Doing, later: ast.Comment) -> bool:
    """Whether a comment stands behind a sentence on its last line."""
    if (
        isinstance(earlier, ast.Comment)
        or later.span.source is NOWHERE.source
        or earlier.span.end > later.span.start
    ):
        return False
    return later.span.source.line_of(max(earlier.span.start, earlier.span.end - 1)) == later.span.line


def _apart(earlier: ast.Sentence | ast.Doing, later: ast.Sentence | ast.Doing) -> bool:
    """Whether the author left a blank line between two sentences."""
    if later.span.source is NOWHERE.source:
        return False
    between = later.span.source.text[earlier.span.end : later.span.start]
    return any(not line.strip() for line in between.split("\n")[1:-1])


def _lines(part: ast.Sentence | ast.Doing, indent: str) -> list[str]:
    match part:
        case ast.Block():
            return _block(part, indent)
        case ast.Action():
            return _action(part, indent)
        case ast.Comment():
            return [f"{indent}# {part.text}".rstrip()]
        case ast.Set() | ast.Inject() | ast.BlockCarrier() | ast.Hold():
            return [indent + _doing(part)]
        case ast.Broken():
            return [indent + part.span.text]
        case _:
            return [indent + _plain(part)]


def _block(block: ast.Block, indent: str) -> list[str]:
    head = f"{indent}{block.kind.text} {block.name.text}"
    if block.sides:
        head += f" ({block.sides[0][0].text} | {block.sides[1][0].text})"
    if block.title:
        head += f' "{block.title.text}"'
    if not block.body and not block.documentation:
        return [head]
    if not block.documentation and all(_is_plain(part) for part in block.body):
        short = f"{head} {{ {'; '.join(_lines(part, '')[0] for part in block.body)} }}"
        if len(short) <= _WIDTH:
            return [short]
    inner = indent + _INDENT
    return [f"{head} {{", *(inner + line for line in _document(block.documentation)),
            *_sentences(block.body, inner), f"{indent}}}"]  # fmt: skip


def _is_plain(part: ast.Sentence) -> bool:
    return not isinstance(part, ast.Block | ast.Action | ast.Comment | ast.Broken)


def _action(action: ast.Action, indent: str) -> list[str]:
    if action.when is None:
        return [line for part in action.doings for line in _lines(part, indent)]
    moment = indent + _when(action.when)
    if len(action.doings) == 1 and not isinstance(action.doings[0], ast.Comment):
        return [f"{moment}: {_lines(action.doings[0], '')[0]}"]
    if not action.doings:
        return [f"{moment} {{ }}"]
    return [f"{moment} {{", *_sentences(action.doings, indent + _INDENT), f"{indent}}}"]


def _when(when: ast.When) -> str:
    if when.at is not None:
        return f"at {print_expression(when.at)}"
    assert when.start is not None
    duration = f" for {print_expression(when.duration)}" if when.duration is not None else ""
    return f"from {print_expression(when.start)}{duration}"


def _doing(doing: ast.Set | ast.Inject | ast.BlockCarrier | ast.Hold) -> str:
    match doing:
        case ast.Set():
            return f"set {doing.target.text} = {print_expression(doing.value)}"
        case ast.Inject():
            into = f"into {doing.membrane.text} carried by {doing.carrier.text}"
            return f"inject {print_expression(doing.current)} {into}"
        case ast.BlockCarrier():
            by = f" by {print_expression(doing.by)}" if doing.by is not None else ""
            return f"block {doing.carrier.text}{by}"
        case ast.Hold():
            return f"hold {doing.target.text}"
        case _:
            assert_never(doing)


_Plain = (
    ast.Property
    | ast.Parameter
    | ast.Let
    | ast.Carries
    | ast.Moves
    | ast.Balances
    | ast.Potential
    | ast.Instantaneous
    | ast.Use
    | ast.Begin
    | ast.Run
    | ast.Measure
    | ast.Expect
)


def _plain(part: _Plain) -> str:
    """Sentences that take one line."""
    match part:
        case ast.Property():
            held = " held" if part.held else ""
            return f"{part.name.text} = {print_expression(part.value)}{held}{_source(part.source)}"
        case ast.Parameter():
            between = f" between {_two(part.between)}" if part.between else ""
            return f"param {part.name.text} = {print_expression(part.value)}{between}{_source(part.source)}"
        case ast.Let():
            names = "" if part.arguments is None else f"({', '.join(name.text for name in part.arguments)})"
            return f"let {part.name.text}{names} = {print_expression(part.value)}{_source(part.source)}"
        case ast.Carries():
            return f"carries {', '.join(map(_share, part.shares))}"
        case ast.Moves():
            uses = (f"uses {_count(count)}" for count in part.uses)
            return f"moves {', '.join((*map(_movement, part.movements), *uses))}"
        case ast.Balances():
            return f"{part.species.text} balances {part.what}"
        case ast.Potential():
            start = f" starting at {print_expression(part.start)}" if part.start is not None else ""
            return f"V from {part.way.text}{start}"
        case ast.Instantaneous():
            return "instantaneous"
        case ast.Use():
            return f'use "{part.file.text}"'
        case ast.Begin():
            return "begin at rest"
        case ast.Run():
            return f"run {print_expression(part.duration)}"
        case ast.Measure():
            return f"measure {part.name.text} = {print_expression(part.value)}"
        case ast.Expect():
            return _expect(part)
        case _:
            assert_never(part)


def _source(source: ast.String | None) -> str:
    return f' source "{source.text}"' if source else ""


def _two(bounds: tuple[ast.Expr, ast.Expr]) -> str:
    return f"{print_sum(bounds[0])} and {print_sum(bounds[1])}"


def _share(share: ast.Share) -> str:
    return f"{share.species.text} : {print_expression(share.ratio)}" if share.ratio else share.species.text


def _count(count: ast.Count) -> str:
    return f"{count.count.text} {count.species.text}" if count.count else count.species.text


def _movement(movement: ast.Movement) -> str:
    if movement.direction:
        return f"{_count(movement.what)} {movement.direction}"
    assert movement.origin and movement.target
    return f"{_count(movement.what)} from {movement.origin.text} to {movement.target.text}"


def _expect(expect: ast.Expect) -> str:
    value, target, source = print_sum(expect.value), print_sum(expect.target), _source(expect.source)
    if expect.upper is not None:
        return f"expect {value} between {_two((expect.target, expect.upper))}{source}"
    tolerance = f" +- {print_sum(expect.tolerance)}" if expect.tolerance is not None else ""
    return f"expect {value} {expect.relation} {target}{tolerance}{source}"
