"""`KIND N is T(p = …) { … }`: the template's body as if it were written here, with what the instance says instead."""

from __future__ import annotations

from dataclasses import replace

from ionlang.model.names.copies import copied
from ionlang.model.names.difference import Difference
from ionlang.model.names.merge import Changes, joined
from ionlang.model.names.patterns import members_of
from ionlang.model.names.templates import Shelf, takes_parameters
from ionlang.records import dataclass
from ionlang.syntax import ast
from ionlang.syntax.words import COUPLINGS


@dataclass(slots=True)
class Workshop:
    """Makes blocks from templates; `differences` grows in the order of the text. Nothing is reported here: what
    cannot be made (`check_instances` has said why) becomes a block with something unreadable in it."""

    shelf: Shelf
    differences: list[Difference]

    def sentence(self, sentence: ast.Sentence, outer: str) -> ast.Sentence:
        """The sentence with every instance in it written out; `outer` is the path of the block around."""
        return self.block(sentence, outer) if isinstance(sentence, ast.Block) else sentence

    def block(self, block: ast.Block, outer: str) -> ast.Block:
        path = f"{outer}.{block.name.text}" if outer else block.name.text
        own = replace(block, body=tuple(self.sentence(s, path) for s in block.body))
        if block.instance is None:
            return own
        members = (block.instance,) if block.copies is None else members_of(block.copies)
        templates = [self.shelf.found(member, block.kind.text) for member in members]
        template = next((template for template in templates if template is not None), None)
        if template is None:
            return replace(own, body=(*own.body, ast.Broken(block.instance.span)))
        changes = Changes(f"{block.kind.text} {path} is {self.shelf.named(template)}", self.differences)
        if block.copies is not None:  # what a line adds is no difference of its copies
            own, couplings = _parted(own)
            alike = tuple(m for m, other in zip(members, templates, strict=True) if other is template)
            own = own if alike == members else replace(own, copies=None)
            made = joined(self._base(template, alike, path, changes), own, path, changes)
            return replace(made, body=(*made.body, *couplings))
        return joined(self._base(template, members, path, changes), own, path, changes)

    def _base(
        self, template: ast.Template, members: tuple[ast.Instance, ...], path: str, changes: Changes
    ) -> ast.Block:
        """The template's block with its parameters as `param` sentences, in the places of the template's text. Of the
        several members of a line each has its own arguments."""
        silent = Workshop(self.shelf, [])
        body = tuple(silent.sentence(s, path) for s in template.block.body)
        here = copied(replace(template.block, body=body), path)
        if not takes_parameters(template.block.kind.text):
            return replace(here, body=(*(ast.Broken(f.span) for f in template.formals), *here.body))
        given = [{a.keyword.text: a for a in reversed(m.arguments) if a.keyword is not None} for m in members]
        formals = {f.name.text: f for f in reversed(template.formals)}
        sentences = [
            _by_member(f, [each.get(f.name.text) for each in given], path, changes)
            for f in reversed(formals.values())
        ]
        return replace(here, body=(*sentences, *here.body))


def _parted(line: ast.Block) -> tuple[ast.Block, tuple[ast.Sentence, ...]]:
    """A line with what it says of its copies, and what it says of itself."""
    own = tuple(s for s in line.body if not _of_the_line(s))
    return replace(line, body=own), tuple(s for s in line.body if _of_the_line(s))


def _of_the_line(sentence: ast.Sentence) -> bool:
    match sentence:
        case ast.Property():
            return True
        case ast.Block():
            return sentence.kind.text in COUPLINGS
        case _:
            return False


def _by_member(
    formal: ast.Formal, arguments: list[ast.Argument | None], path: str, changes: Changes
) -> ast.Parameter:
    """A parameter, which may be another one in each member of a pattern."""
    if all(argument == arguments[0] for argument in arguments):
        return _parameter(formal, arguments[0], path, changes)
    silent = Changes("", [])
    parts = tuple(_parameter(formal, argument, path, silent) for argument in arguments)
    given = next(argument for argument in arguments if argument is not None)
    default = formal.default.span.text if formal.default is not None else ""
    changes.note(path, formal.name.text, default, written_by_member(parts), given.span)
    first = next(part for part in parts if part.is_argument)
    return replace(first, members=parts)


def written_by_member(parts: tuple[ast.Parameter, ...]) -> str:
    """`1 um | 100 um`."""
    return " | ".join(part.value.span.text for part in parts)


def _parameter(
    formal: ast.Formal, argument: ast.Argument | None, path: str, changes: Changes
) -> ast.Parameter:
    here = copied(formal, path)
    if argument is not None and argument.keyword is not None:
        default = formal.default.span.text if formal.default is not None else ""
        changes.note(path, formal.name.text, default, argument.value.span.text, argument.span)
        return ast.Parameter(argument.keyword, argument.value, None, None, argument.span, here)
    value = here.default if here.default is not None else ast.Broken(here.span)
    return ast.Parameter(here.name, value, None, here.source, here.span, here)
