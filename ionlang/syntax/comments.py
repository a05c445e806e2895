"""Comments become sentences: each of the innermost body that holds it, in order of place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ionlang.syntax import ast


def with_comments(
    sentences: Sequence[ast.Sentence], comments: Sequence[ast.Comment]
) -> tuple[ast.Sentence, ...]:
    """The sentences of a body with the comments that lie in it, or in their bodies."""
    if not comments:
        return tuple(sentences)
    left = list(comments)
    filled: list[ast.Sentence] = [_filled(part, _taken(left, part)) for part in sentences]
    return tuple(sorted((*filled, *left), key=_place))


def _filled(part: ast.Sentence, inside: list[ast.Comment]) -> ast.Sentence:
    if not inside:
        return part
    match part:
        case ast.Block() | ast.Extend():
            return replace(part, body=with_comments(part.body, inside))
        case ast.Template():
            block = replace(part.block, body=with_comments(part.block.body, inside))
            return replace(part, block=block)
        case ast.Action():
            return replace(part, doings=tuple(sorted((*part.doings, *inside), key=_place)))
        case _:
            return part


def _taken(comments: list[ast.Comment], part: ast.Sentence) -> list[ast.Comment]:
    """Take from the comments those that lie in the braces of a sentence (or in what is lost of it)."""
    if not (isinstance(part, ast.Broken) or _has_braces(part)):
        return []
    inside = [comment for comment in comments if _lies_in(comment, part)]
    comments[:] = [comment for comment in comments if not _lies_in(comment, part)]
    return inside


def _lies_in(comment: ast.Comment, part: ast.Sentence) -> bool:
    return part.span.start <= comment.span.start < part.span.end


def _has_braces(part: ast.Sentence) -> bool:
    return isinstance(part, ast.Block | ast.Template | ast.Extend) or (
        isinstance(part, ast.Action) and part.span.text.endswith("}")
    )


def _place(part: ast.Sentence | ast.Doing) -> int:
    return part.span.start
