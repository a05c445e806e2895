"""What every step of the reading needs to know: whose text it is, where it lies, and where mistakes go."""

from __future__ import annotations

from collections.abc import Callable

from lark import Token

from ionlang.diagnostics import Problems
from ionlang.records import dataclass
from ionlang.source import Source, Span
from ionlang.syntax import ast
from ionlang.syntax.branch import Branch, token_end, token_start


@dataclass(frozen=True, slots=True)
class Reader:
    """`text` is normalised text that lies at `offset` in the source; all other offsets are in `text`.

    `broken` offsets have been reported: the sentence that holds one is lost without another message.
    `glued` is told of every number that has no blank before its unit.
    """

    source: Source
    text: str
    offset: int
    broken: tuple[int, ...]
    problems: Problems
    glued: Callable[[ast.Quantity], None]

    def span(self, start: int, end: int) -> Span:
        """Where a stretch of the text is in the source."""
        longest = len(self.source.text)
        return Span(self.source, min(start + self.offset, longest), min(end + self.offset, longest))

    def is_lost(self, start: int, end: int) -> bool:
        return any(start <= at < end for at in self.broken)

    def span_of(self, node: Branch | Token) -> Span:
        if isinstance(node, Token):
            return self.span(token_start(node), token_end(node))
        return self.span(node.start, node.end)
