"""What a model rests on: each source with what it backs, and the numbers without one; as text and as an object."""

from __future__ import annotations

from dataclasses import dataclass

from ionlang.model.cell import Cell, Citation, Stated
from ionlang.model.check.sources import without_source

Entry = dict[str, str | int | None]
Object = dict[str, str | list[Entry] | list["Object"] | None]


@dataclass(frozen=True, slots=True)
class Source:
    """A source: a `Citation`, or said in words. `backs` is in source order."""

    citation: Citation | None
    words: str
    backs: tuple[Stated, ...]

    @property
    def title(self) -> str:
        """In one line; the DOI behind the words."""
        if self.citation is None:
            return f'"{self.words}"'
        doi = f"doi:{self.citation.doi}" if self.citation.doi else ""
        return f"{self.citation.name}: {', '.join(part for part in (self.citation.text, doi) if part)}"


@dataclass(frozen=True, slots=True)
class RestsOn:
    model: str
    scenario: str | None
    sources: tuple[Source, ...]
    without: tuple[Stated, ...]


def rests_on(cell: Cell, scenario: str | None = None) -> RestsOn:
    """The sources of a cell, citations first; of expectations those of one scenario, if it is named."""
    stated = [s for s in cell.stated if s.what != "expectation" or scenario in (None, s.path)]
    cited = [
        Source(c, "", tuple(s for s in stated if s.is_cited and s.source == c.name)) for c in cell.citations
    ]
    words = dict.fromkeys(s.source for s in stated if s.source is not None and not s.is_cited)
    said = [Source(None, w, tuple(s for s in stated if not s.is_cited and s.source == w)) for w in words]
    sources = tuple(source for source in (*cited, *said) if source.backs)
    return RestsOn(cell.name, scenario, sources, without_source(cell))


def rests_on_text(found: RestsOn) -> str:
    who = found.model if found.scenario is None else f"{found.model} {found.scenario}"
    number = len(found.sources)
    lines = [f"{who}: {number or 'no'} source{'' if number == 1 else 's'}"]
    for source in found.sources:
        lines += ["", source.title, *_lines(source.backs)]
    if found.without:
        lines += ["", "without a source", *_lines(found.without)]
    return "\n".join(lines) + "\n"


def _lines(stated: tuple[Stated, ...]) -> list[str]:
    return [
        f"    {s.path}: {s.text}" if s.what == "expectation" else f"    {s.path} = {s.text}" for s in stated
    ]


def rests_on_object(found: RestsOn) -> Object:
    return {
        "model": found.model,
        "scenario": found.scenario,
        "sources": [_source(source) for source in found.sources],
        "without_source": [_entry(s) for s in found.without],
    }


def _source(source: Source) -> Object:
    citation = source.citation
    return {
        "name": None if citation is None else citation.name,
        "doi": (citation.doi or None) if citation is not None else None,
        "text": source.words if citation is None else citation.text,
        "backs": [_entry(s) for s in source.backs],
    }


def _entry(stated: Stated) -> Entry:
    return {
        "kind": stated.what,
        "path": stated.path,
        "text": stated.text,
        "file": stated.span.source.name,
        "line": stated.span.line,
    }
