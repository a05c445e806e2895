"""The shipped libraries and what is in them, from the libraries' own text.

A library's documentation and that of each template end with what the entry holds for: the lines `Species: …` and
`Temperature: …`. A template that does not say them has them from its library.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files

from ionlang.diagnostics import Problems
from ionlang.model.names.copies import parts_of
from ionlang.model.names.libraries import MATTER, library_names
from ionlang.records import dataclass
from ionlang.source import Source
from ionlang.syntax import ast
from ionlang.syntax.parse import parse

_HOLDS_FOR = re.compile(r"^\s*(?P<what>Species|Temperature):\s*(?P<said>.+?)\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Formal:
    """A parameter of a template: `default` as it is written, or the `unit` in which it must be given."""

    name: str
    default: str
    unit: str
    source: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A template of a library, or the matter that it declares. `sources` are the texts of what it cites; `text` is
    the entry as the library has it."""

    library: str
    name: str
    kind: str
    about: str
    species: str
    temperature: str
    formals: tuple[Formal, ...]
    sources: tuple[str, ...]
    text: str

    @property
    def path(self) -> str:
        return self.name if self.kind in MATTER else f"{self.library}.{self.name}"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A library: what its documentation says, its entries in its order, and its whole text."""

    name: str
    about: str
    entries: tuple[Entry, ...]
    text: str


def catalogue(name: str) -> Catalogue:
    """A shipped library. Raises KeyError for a name that none has."""
    if name not in library_names():
        raise KeyError(name)
    text = files("ionlang.library").joinpath(f"{name}.ion").read_text(encoding="utf-8")
    model = parse(Source(f"ionlang/library/{name}.ion", text), Problems())
    said = model.documentation.text if model.documentation is not None else ""
    return Catalogue(name, _about(said), tuple(_entries(name, model, _holds_for(said))), text)


def catalogues() -> tuple[Catalogue, ...]:
    """All of them, by alphabet."""
    return tuple(catalogue(name) for name in library_names())


def _entries(library: str, model: ast.Model, otherwise: dict[str, str]) -> Iterator[Entry]:
    cites = {
        c.name.text: _cited(c) for c in model.items if isinstance(c, ast.Block) and c.kind.text == "cite"
    }
    for item in model.items:
        match item:
            case ast.Template(block=block):
                yield _entry(library, block, item, cites, otherwise)
            case ast.Block() if item.kind.text in MATTER:
                yield _entry(library, item, item, cites, {})
            case _:
                pass


def _entry(
    library: str,
    block: ast.Block,
    whole: ast.Template | ast.Block,
    cites: dict[str, str],
    otherwise: dict[str, str],
) -> Entry:
    formals = whole.formals if isinstance(whole, ast.Template) else ()
    said = block.documentation.text if block.documentation is not None else ""
    holds = otherwise | _holds_for(said)
    return Entry(
        library, block.name.text, block.kind.text, _about(said), holds.get("Species", ""), holds.get("Temperature", ""),
        tuple(_formal(f, cites) for f in formals or ()), _sources(whole, cites), whole.span.text,
    )  # fmt: skip


def _formal(formal: ast.Formal, cites: dict[str, str]) -> Formal:
    default = formal.default.span.text if formal.default is not None else ""
    unit = formal.unit.text if formal.unit is not None else ""
    return Formal(formal.name.text, default, unit, _said(formal.source, cites))


def _sources(whole: ast.Template | ast.Block, cites: dict[str, str]) -> tuple[str, ...]:
    """What stands behind `source` in the entry, each once, in its order."""
    sayers = (ast.Parameter, ast.Let, ast.Property, ast.Formal)
    said = (_said(part.source, cites) for part in parts_of(whole) if isinstance(part, sayers))
    return tuple(dict.fromkeys(text for text in said if text))


def _said(source: ast.Said | None, cites: dict[str, str]) -> str:
    return "" if source is None else cites.get(source.text, source.text)


def _cited(cite: ast.Block) -> str:
    texts = {
        s.name.text: " ".join(s.value.text.split()) for s in cite.body if isinstance(s, ast.TextProperty)
    }
    doi = f"doi:{texts['doi']}" if "doi" in texts else ""
    return ", ".join(part for part in (texts.get("text", ""), doi) if part)


def _holds_for(documentation: str) -> dict[str, str]:
    return {found["what"]: found["said"] for found in _HOLDS_FOR.finditer(documentation)}


def _about(documentation: str) -> str:
    """The first paragraph, in one line."""
    paragraph, _, _ = _HOLDS_FOR.sub("", documentation).strip().partition("\n\n")
    return " ".join(paragraph.split())
