"""What a file cites, and which numbers, expressions and expectations it has from where."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Literal

from ionlang.model.blocks.building import Building
from ionlang.model.cell import Parameter
from ionlang.model.cell_sources import Citation, Stated
from ionlang.model.names.copies import parts_of
from ionlang.model.names.entities import Entity
from ionlang.model.names.suggest import closest
from ionlang.syntax import ast

_DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)*/\S+")
_DOI_AT_THE_END = re.compile(r"10\.\d{4,9}(?:\.\d+)*/\S+\Z")

Stating = ast.Parameter | ast.Let | ast.Property | ast.Expect


def citation(building: Building, entity: Entity) -> Citation:
    said: dict[str, ast.String] = {}
    for sentence in (s for s in entity.block.body if isinstance(s, ast.TextProperty)):
        said.setdefault(sentence.name.text, sentence.value)
    texts = {word: _in_one_line(value.text) for word, value in said.items()}
    if "doi" in said and not _DOI.fullmatch(texts["doi"]):
        _report_doi(building, said["doi"], texts["doi"])
    elif not any(texts.values()) and not entity.stray:
        building.problems.error(
            "ION142", f"{entity.describe()} says nothing", entity.block.head, "neither `doi` nor `text`",
            help='say what it is: `doi = "10.…/…"`, or in words `text = "…"`',
        )  # fmt: skip
    return Citation(entity.name, texts.get("doi", ""), texts.get("text", ""), entity.span)


def stated(building: Building, root: Entity) -> tuple[Stated, ...]:
    """Everything with `source` behind it, and every number that could have one, in source order. A name behind
    `source` that no `cite` declares is reported."""
    found = [_stated(building, owner, node) for owner, node in _stating(root)]
    return tuple(each for each in found if each is not None)


def with_sources(parameters: Iterable[Parameter], known: tuple[Stated, ...]) -> tuple[Parameter, ...]:
    """The parameters, each with the source that its sentence names: start values are made apart from theirs."""
    said = {each.span: each.source for each in known if each.source is not None}
    return tuple(replace(p, source=said.get(p.span, p.source)) for p in parameters)


def _stating(root: Entity) -> Iterator[tuple[Entity, Stating]]:
    for entity in (root, *root.all()):
        match entity.node:
            case ast.Parameter() | ast.Let():
                yield entity, entity.node
            case ast.Block(body=sentences) | ast.Model(items=sentences):
                yield from ((entity, s) for s in sentences if isinstance(s, ast.Property | ast.Expect))
            case _:
                pass


def _stated(building: Building, owner: Entity, node: Stating) -> Stated | None:
    if node.source is None and not _is_number(owner, node):
        return None
    if isinstance(node.source, ast.Name) and not _is_known(building, node.source):
        return None
    source = None if node.source is None else _in_one_line(node.source.text)
    is_cited = isinstance(node.source, ast.Name)
    what: Literal["parameter", "property", "expression"]
    match node:
        case ast.Expect():
            sentence = node.span.text if node.source is None else node.span.text.rpartition("source")[0]
            return Stated("expectation", owner.name, _in_one_line(sentence), source, is_cited, node.span)
        case ast.Parameter():
            what, path = "parameter", owner.path
        case ast.Let():
            what, path = "expression", owner.path
        case ast.Property():
            what, path = "property", f"{owner.path}.{node.name.text}".removeprefix(".")
    return Stated(what, path, _in_one_line(node.value.span.text), source, is_cited, node.name.span)


def _is_number(owner: Entity, node: Stating) -> bool:
    """Whether this is a number that somebody measured or chose: not what follows from others, nor a valence, nor a
    dose."""
    if not isinstance(node, ast.Parameter | ast.Property) or owner.kind == "species":
        return False
    if owner.outer is not None and owner.outer.kind == "modifier":
        return False
    parts = parts_of(node.value)
    return not any(isinstance(part, ast.Path | ast.Broken) for part in parts)


def _in_one_line(text: str) -> str:
    return " ".join(text.split())


def _is_known(building: Building, name: ast.Name) -> bool:
    """Whether a `cite` declares it; it is used by that."""
    root = building.resolver.root
    entity = root.members.get(name.text)
    if entity is not None and entity.kind == "cite":
        entity.used = True
        return True
    guess = closest(name.text, [e.name for e in root.members.values() if e.kind == "cite"])
    declare = f'declare it: `cite {name.text} {{ text = "…" }}`'
    if entity is not None:
        declare = f'a source is a `cite`, or a text in quotes: `source "{name.text}"`'
    building.resolver.not_declared(
        root, name.span,
        f"`{name.text}` is not cited" if entity is None else f"{entity.describe()} is no source",
        "no `cite` of that name", help=f"did you mean `{guess}`?" if guess else declare, code="ION140",
    )  # fmt: skip
    return False


def _report_doi(building: Building, value: ast.String, doi: str) -> None:
    inner = _DOI_AT_THE_END.search(doi)
    building.problems.error(
        "ION141", f"`{doi}` is no DOI", value.span, "not of the form `10.…/…`",
        notes=("a DOI is `10.`, the number of the registrant, a slash and a name without blanks",),
        help=f'write `doi = "{inner[0]}"`' if inner else 'what has no DOI is said in words: `text = "…"`',
    )  # fmt: skip
