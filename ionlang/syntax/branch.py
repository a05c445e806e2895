"""The tree that the parser makes: of one type, with its place, without the signs and words that only join."""

from __future__ import annotations

from lark import Token

_SIGNS = frozenset(
    ("EQUAL", "COLON", "COMMA", "DOT", "LPAR", "RPAR", "LBRACE", "RBRACE", "VBAR", "LSQB", "RSQB")
)


class Branch:
    """A rule of the grammar (`data`, its name) and what it read: branches, tokens, None for what is left
    out.

    `start` and `end` are offsets in the text that was read, `depth` the levels below. Lark can
    add places by itself, but at twice the price.
    """

    __slots__ = ("children", "data", "depth", "end", "start")

    def __init__(self, data: str, children: list[Node]) -> None:
        self.data = data
        self.start = next((_start(child) for child in children if child is not None), 0)
        self.end = next((_end(child) for child in reversed(children) if child is not None), 0)
        self.depth: int = 1 + max((child.depth for child in children if isinstance(child, Branch)), default=0)
        self.children = [child for child in children if not (isinstance(child, Token) and _joins(child))]


Node = Branch | Token | None


def _joins(token: Token) -> bool:
    return token.type in _SIGNS or token.type.startswith("_")


def _start(child: Branch | Token) -> int:
    return child.start if isinstance(child, Branch) else token_start(child)


def _end(child: Branch | Token) -> int:
    return child.end if isinstance(child, Branch) else token_end(child)


def token_start(token: Token) -> int:
    assert token.start_pos is not None
    return token.start_pos


def token_end(token: Token) -> int:
    assert token.end_pos is not None
    return token.end_pos
