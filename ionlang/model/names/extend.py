"""`extend PATH { … }`: further sentences of a block that is declared elsewhere, in place of what it says already."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field, replace

from ionlang.diagnostics import Label, Problems
from ionlang.model.names.difference import Difference
from ionlang.model.names.merge import Changes, Key, key_of, merged, word_of
from ionlang.model.names.suggest import closest, listing
from ionlang.records import dataclass
from ionlang.source import Span
from ionlang.syntax import ast

Items = tuple[ast.Sentence, ...]


@dataclass(slots=True)
class Extending:
    """The file while its `extend`s are put into it. `said` holds where each thing was first said by one."""

    problems: Problems
    differences: list[Difference]
    said: dict[tuple[str, Key], Span] = field(default_factory=dict)

    def items(self, items: Items, extends: tuple[ast.Extend, ...]) -> Items:
        """The items with every extension in its block."""
        is_whole = not any(isinstance(item, ast.Broken) for item in items)
        for extend in extends:
            names = tuple(part.text for part in extend.target.parts)
            if _block_at(items, names) is not None:
                items = self._within(items, names, "", self._checked(extend))
            else:
                if is_whole:
                    _report_no_block(extend, items, self.problems)
                items = (*items, ast.Broken(extend.span))
        return items

    def _within(self, body: Items, names: tuple[str, ...], outer: str, extend: ast.Extend) -> Items:
        here, further = names[0], names[1:]
        place = next(i for i, s in enumerate(body) if isinstance(s, ast.Block) and s.name.text == here)
        block = body[place]
        assert isinstance(block, ast.Block)
        path = f"{outer}.{here}" if outer else here
        if further:
            inner = self._within(block.body, further, path, extend)
        else:
            changes = Changes(f"extend {extend.target.text}", self.differences)
            inner = merged(block.body, extend.body, block.kind.text, path, changes)
        return (*body[:place], replace(block, body=inner), *body[place + 1 :])

    def _checked(self, extend: ast.Extend) -> ast.Extend:
        """The extension without what an earlier one has said; that is reported, with both places."""
        return replace(extend, body=self._new(extend.body, extend.target.text))

    def _new(self, body: Items, path: str) -> Items:
        kept: list[ast.Sentence] = []
        for sentence in body:
            key = key_of(sentence)
            if isinstance(sentence, ast.Block) and sentence.instance is None:
                inner = f"{path}.{sentence.name.text}"
                kept.append(replace(sentence, body=self._new(sentence.body, inner)))
                continue
            first = self.said.setdefault((path, key), sentence.span) if key is not None else sentence.span
            if first is sentence.span or _in_one_body(body, first):
                kept.append(sentence)
                continue
            self.problems.error(
                "ION127", f"`{word_of(sentence)}` of {path} is given by two `extend`s", sentence.span, "and here",
                secondary=(Label(first, "here"),), help="keep one of the two",
            )  # fmt: skip
        return tuple(kept)


def _in_one_body(body: Items, first: Span) -> bool:
    """Something given twice in one body is reported as in any block."""
    return any(sentence.span is first for sentence in body)


def _block_at(body: Items, names: tuple[str, ...]) -> ast.Block | None:
    for block in body:
        if isinstance(block, ast.Block) and block.name.text == names[0]:
            return _block_at(block.body, names[1:]) if len(names) > 1 else block
    return None


def _blocks(body: Items, outer: str = "") -> Iterator[str]:
    for block in (s for s in body if isinstance(s, ast.Block)):
        path = f"{outer}.{block.name.text}" if outer else block.name.text
        yield path
        yield from _blocks(block.body, path)


def _report_no_block(extend: ast.Extend, items: Items, problems: Problems) -> None:
    path = extend.target.text
    known = tuple(_blocks(items))
    deeper = [k for k in known if k.endswith(f".{path}")]
    guess = deeper[0] if len(deeper) == 1 else closest(path, known)
    template = next((t for t in items if isinstance(t, ast.Template) and t.block.name.text == path), None)
    problems.error(
        "ION126", f"there is no block `{path}` to extend", extend.target.span, "not declared",
        secondary=(Label(template.block.head, "this is a template"),) if template is not None else (),
        notes=(f"there are {listing(known)}",) if known and guess is None and len(known) < 9 else (),
        help=f"did you mean `{guess}`?" if guess else "extend the block that is made from it" if template else "",
    )  # fmt: skip
