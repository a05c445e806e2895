"""An arrangement that a line is made of is the pattern of its copies; it does not stand by itself as well.

A line of several arrangements is a line of one template, with arguments for each of them.
"""

from __future__ import annotations

import re
from dataclasses import replace

from ionlang.diagnostics import Label, Problems
from ionlang.model.names.suggest import closest, listing
from ionlang.records import dataclass
from ionlang.syntax import ast

PATTERN = "arrangement"
_WORD = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True, slots=True)
class Patterns:
    """`plain` are the arrangements that lines are made of; `made` those among them that are made from a template
    themselves; `known` are all names that a line may say, with those that may be declared in what could not be
    read."""

    plain: dict[str, ast.Block]
    made: dict[str, ast.Block]
    known: tuple[str, ...]

    def meant(self, name: str) -> str:
        """The arrangement that a line means by a name; of one that is not declared, that which was probably meant."""
        if name in self.known or "." in name:
            return name
        return closest(name, (*self.plain, *self.made)) or name


def with_patterns(model: ast.Model, problems: Problems) -> ast.Model:
    """The model with the arrangements that lines name as templates, and the lines as made from them."""
    lines = [item for item in model.items if isinstance(item, ast.Block) and item.copies is not None]
    patterns = _patterns(model)
    written = (m.template.text for line in lines if line.copies is not None for m in line.copies.members)
    named = dict.fromkeys(map(patterns.meant, (*written, *_in_broken_lines(model))))
    items = (_item(item, named, patterns, problems) for item in model.items)
    return replace(model, items=tuple(item for item in items if item is not None))


def _patterns(model: ast.Model) -> Patterns:
    blocks = [item for item in model.items if isinstance(item, ast.Block) and item.kind.text == PATTERN]
    templates = (item.block.name.text for item in model.items if isinstance(item, ast.Template))
    plain = {block.name.text: block for block in blocks if block.instance is None}
    made = {block.name.text: block for block in blocks if block.instance is not None}
    lost = (w for item in model.items if isinstance(item, ast.Broken) for w in _WORD.findall(item.span.text))
    return Patterns(plain, made, (*plain, *made, *templates, *lost))


def _in_broken_lines(model: ast.Model) -> list[str]:
    """The words of lines that could not be read: what they name does not stand by itself."""
    broken = (item.span.text for item in model.items if isinstance(item, ast.Broken))
    return [word for text in broken if text.startswith("line") for word in _WORD.findall(text)]


def _item(
    item: ast.Sentence, named: dict[str, None], patterns: Patterns, problems: Problems
) -> ast.Sentence | None:
    match item:
        case ast.Block(copies=ast.Copies() as copies):
            return _line(item, copies, patterns, problems)
        case ast.Block(kind=ast.Name(text="arrangement")) if item.name.text in named:
            return ast.Template(item, (), item.span) if item.instance is None else None
        case _:
            return item


def _line(line: ast.Block, copies: ast.Copies, patterns: Patterns, problems: Problems) -> ast.Block:
    """The line with what its members are made from in their place."""
    used = dict.fromkeys(patterns.meant(m.template.text) for m in copies.members)
    said = {name: patterns.made[name] for name in used if name in patterns.made}
    changed = [block for block in said.values() if any(map(_says_something, block.body))]
    if len(used) > 1 and changed:
        _report_body(changed[0], copies, problems)
    own = (*changed[0].body, *line.body) if changed and len(used) == 1 else line.body
    known = replace(copies, groups=tuple(_group(group, patterns, problems) for group in copies.groups))
    return replace(line, instance=known.members[0], copies=known, body=own)


def _says_something(sentence: ast.Sentence) -> bool:
    return not isinstance(sentence, ast.Comment)


def _group(group: ast.Group, patterns: Patterns, problems: Problems) -> ast.Group:
    if not isinstance(group.of, ast.Instance):
        return replace(group, of=tuple(_group(inner, patterns, problems) for inner in group.of))
    written = group.of.template
    block = patterns.made.get(patterns.meant(written.text))
    if block is None or block.instance is None:
        return group
    if block.name.text != written.text:
        problems.error(
            "ION121", f"there is no arrangement `{written.text}`", written.span, "not declared",
            help=f"did you mean `{block.name.text}`?",
        )  # fmt: skip
    given = {a.keyword.text for a in group.of.arguments if a.keyword is not None}  # for membership only
    taken = (a for a in block.instance.arguments if a.keyword is None or a.keyword.text not in given)
    return replace(group, of=replace(block.instance, arguments=(*taken, *group.of.arguments)))


def members_of(copies: ast.Copies) -> tuple[ast.Instance, ...]:
    """What the copies are made of, each once, in the order of the text."""
    return tuple(dict.fromkeys(copies.members))


def check_members(line: ast.Block, templates: list[ast.Template | None], problems: Problems) -> None:
    """Whether all members of a pattern, as far as they are known, are made from one template."""
    assert line.copies is not None
    known = [template for template in templates if template is not None]
    other = next((template for template in known if template is not known[0]), None)
    if other is None:
        return
    names = [template.block.name.text for template in (known[0], other)]
    problems.error(
        "ION470", f"{listing(names)} stand in one line, and are not made from one template", line.copies.span,
        "copies in a line differ in numbers alone",
        secondary=tuple(Label(t.block.head, f"{t.block.name.text} is declared here") for t in (known[0], other)),
        notes=("what only some of them have, a channel for instance, has a conductance of 0 in the others",),
        help=f"write `template {PATTERN} stretch(g = 0 mS/cm2) {{ … }}` with what differs as its parameters, and one"
        f" `{PATTERN} NAME is stretch(g = …)` for each of them",
    )  # fmt: skip


def _report_body(block: ast.Block, copies: ast.Copies, problems: Problems) -> None:
    said = next(s for s in block.body if _says_something(s))
    assert block.instance is not None
    problems.error(
        "ION471", f"{block.name.text} is one of several in a line, and says here what its template does not",
        said.span, "copies in a line differ in the template's parameters alone",
        secondary=(Label(copies.span, "the line"),),
        help=f"make what differs a parameter of `{block.instance.template.text}`, and give it in the brackets",
    )  # fmt: skip


def kind_of_template(kind: str) -> str:
    """The kind of template that a block of this kind is made from."""
    return PATTERN if kind == "line" else kind
