"""The formatter: `ast.Model` → canonical text.

One sentence per line, four blanks for a body, blanks round operators, brackets only where they are needed. A
block of plain sentences stays on one line where it fits. Comments stay where they are; blank lines between
sentences are kept as one, and stand round blocks of several lines. Reading the printed text gives the same
tree again.
"""

from __future__ import annotations

from collections.abc import Sequence

from ionlang.source import NOWHERE
from ionlang.syntax import ast
from ionlang.syntax.print_block import print_head, print_template_head
from ionlang.syntax.print_model import ModelSentence, print_model_sentence
from ionlang.syntax.print_scenario import (
    ScenarioSentence,
    print_doing,
    print_scenario_sentence,
    print_when,
)

_WIDTH = 100
_INDENT = "    "
_Braced = ast.Block | ast.Template | ast.Extend


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
        comes_tall = len(own) > 1 and isinstance(part, _Braced)
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
            return _braced(print_head(part), part.documentation, part.body, indent)
        case ast.Template():
            return _braced(print_template_head(part), part.block.documentation, part.block.body, indent)
        case ast.Extend():
            written = _braced(f"extend {part.target.text}", None, part.body, indent)
            return written if part.body else [f"{written[0]} {{ }}"]
        case ast.Action():
            return _action(part, indent)
        case ast.Comment():
            return [f"{indent}# {part.text}".rstrip()]
        case _:
            return [indent + _one_line(part)]


def _braced(
    head: str, documentation: ast.String | None, body: Sequence[ast.Sentence], indent: str
) -> list[str]:
    """A first line, and in braces what belongs to it: on the same line if that is short."""
    head = indent + head
    if not body and not documentation:
        return [head]
    if not documentation and all(_is_plain(part) for part in body):
        short = f"{head} {{ {'; '.join(_lines(part, '')[0] for part in body)} }}"
        if len(short) <= _WIDTH:
            return [short]
    inner = indent + _INDENT
    return [f"{head} {{", *(inner + line for line in _document(documentation)),
            *_sentences(body, inner), f"{indent}}}"]  # fmt: skip


def _is_plain(part: ast.Sentence) -> bool:
    return not isinstance(part, _Braced | ast.Action | ast.Comment | ast.Broken)


def _action(action: ast.Action, indent: str) -> list[str]:
    if action.when is None:
        return [line for part in action.doings for line in _lines(part, indent)]
    moment = indent + print_when(action.when)
    if len(action.doings) == 1 and not isinstance(action.doings[0], ast.Comment):
        return [f"{moment}: {_lines(action.doings[0], '')[0]}"]
    if not action.doings:
        return [f"{moment} {{ }}"]
    return [f"{moment} {{", *_sentences(action.doings, indent + _INDENT), f"{indent}}}"]


def _one_line(part: ModelSentence | ScenarioSentence | ast.Doing) -> str:
    match part:
        case (
            ast.Begin()
            | ast.Run()
            | ast.Sweep()
            | ast.Find()
            | ast.Comparison()
            | ast.Measure()
            | ast.Expect()
        ):
            return print_scenario_sentence(part)
        case (
            ast.Property() | ast.TextProperty() | ast.Parameter() | ast.Let() | ast.Carries() | ast.Moves()
            | ast.Turns() | ast.Binds() | ast.Balances() | ast.Potential() | ast.Excluded()
            | ast.Instantaneous() | ast.Opens() | ast.Transition() | ast.Use() | ast.Tune()
        ):  # fmt: skip
            return print_model_sentence(part)
        case _:
            return print_doing(part)
