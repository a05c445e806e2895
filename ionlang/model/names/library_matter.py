"""Matter that libraries declare: `K` is potassium in every file, so it stands without the library's name.

What is brought is what some place holds or some carrier moves. A file may declare the same matter itself; both must
mean the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ionlang.diagnostics import Label, Problems
from ionlang.model.kinds import KINDS
from ionlang.model.names.copies import original, parts_of
from ionlang.model.names.libraries import MATTER, Library
from ionlang.model.names.suggest import article
from ionlang.records import dataclass
from ionlang.source import Source
from ionlang.syntax import ast

_PLACES = ("bath", "compartment")
_SIDES = ("in", "out")
_VALENCE = re.compile(r"-?(?=.*[1-9])\d+(\.\d+)?")


@dataclass(frozen=True, slots=True)
class _Declared:
    """Matter and who declares it: `this file`, or a library."""

    block: ast.Block
    by: str


def needed_matter(
    items: tuple[ast.Sentence, ...], libraries: dict[str, Library], problems: Problems
) -> tuple[ast.Block, ...]:
    """The matter of libraries that the sentences name and do not declare themselves, in the libraries' order. What is
    declared with two meanings is reported where they meet: where text of that library names it too."""
    offered = [_Declared(block, library.name) for library in libraries.values() for block in library.matter]
    named = [(name.text, original(name.span).source) for name in _named(items)] if offered else []
    wanted = dict.fromkeys(name for name, _ in named)
    own = (item for item in items if isinstance(item, ast.Block) and item.kind.text in MATTER)
    known = {block.name.text: _Declared(block, "this file") for block in own}
    brought: list[ast.Block] = []
    for each in (each for each in offered if each.block.name.text in wanted):
        first = known.setdefault(each.block.name.text, each)
        if first is each:
            brought.append(each.block)
        elif _meaning(first.block) != _meaning(each.block) and (each.block.name.text, _home(each)) in named:
            _report(first, each, problems)
    return tuple(brought)


def _home(declared: _Declared) -> Source:
    return original(declared.block.span).source


def _named(items: tuple[ast.Sentence, ...]) -> Iterator[ast.Name]:
    """The species that places hold, those that are moved, turned into others or carried, and those that are read on a
    side of a membrane."""
    for part in parts_of(items):
        match part:
            case ast.Block() if part.kind.text in _PLACES:
                for sentence in part.body:
                    match sentence:
                        case ast.Property():
                            yield sentence.name
                        case ast.Balances():
                            yield sentence.species
                        case _:
                            pass
            case ast.Carries() | ast.Moves() | ast.Turns() | ast.Binds():
                yield from (name for name in parts_of(part) if isinstance(name, ast.Name))
            case ast.Path(parts=(side, species, *_)) if side.text in _SIDES:
                yield species
            case _:
                pass


def _meaning(block: ast.Block) -> tuple[str, str]:
    """The kind, and the valence as it is written but for a plus sign."""
    valences = (
        s.value.span.text for s in block.body if isinstance(s, ast.Property) and s.name.text == "valence"
    )
    return block.kind.text, "".join(next(valences, "").lstrip("+").split())


def _is_whole(block: ast.Block) -> bool:
    """Whether it says what it must, and nothing else: if not, that is what has to be said of it."""
    kind, valence = _meaning(block)
    known = all(isinstance(s, ast.Property) and s.name.text in KINDS[kind].properties for s in block.body)
    return known and (kind == "solute" or bool(_VALENCE.fullmatch(valence)))


def _report(first: _Declared, second: _Declared, problems: Problems) -> None:
    if not (_is_whole(first.block) and _is_whole(second.block)):
        return
    name, (kind, valence) = first.block.name.text, _meaning(second.block)
    said = f"{article(kind)} of valence {valence}" if valence else article(kind)
    problems.error(
        "ION128", f"`{name}` is not the `{name}` of the library {second.by}", first.block.name.span,
        f"declared by {first.by if first.by == 'this file' else f'the library {first.by}'}",
        secondary=(Label(second.block.name.span, f"there it is {said}"),),
        notes=("matter of a library stands without its name, so that a file and its libraries speak of the same",),
        help=f"give yours another name, for instance `{name}_1`, or leave its declaration out",
    )  # fmt: skip
