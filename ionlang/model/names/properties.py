"""The properties of a block: those that it cannot have, and words and values taken for each other."""

from __future__ import annotations

from collections.abc import Iterable

from ionlang.diagnostics import Problems
from ionlang.model.kinds import KINDS, SYMBOLS, Kind
from ionlang.model.names.entities import Entity
from ionlang.model.names.suggest import article, closest, listing
from ionlang.syntax import ast


def report_text(sentence: ast.TextProperty, entity: Entity, problems: Problems) -> None:
    """`volume = "2 pL"`."""
    word, text = sentence.name.text, sentence.value.text.strip()
    entity.lost.append(word)
    entity.stray = True
    problems.error(
        "ION143", f"`{word}` is a quantity, not a text", sentence.value.span, "a number with its unit is expected",
        help=f"leave the quotes out: `{word} = {text if text[:1].isdigit() else '…'}`",
    )  # fmt: skip


def report_quantity(sentence: ast.Property, entity: Entity, problems: Problems) -> None:
    """`doi = 10.1234/example`."""
    word, value = sentence.name.text, " ".join(sentence.value.span.text.split())
    entity.lost.append(word)
    entity.stray = True
    problems.error(
        "ION143", f"`{word}` of {article(entity.block.kind.text)} is a text", sentence.value.span,
        "a text in quotes is expected", help=f'write `{word} = "{value}"`',
    )  # fmt: skip


def report_unknown(sentence: ast.Property | ast.TextProperty, entity: Entity, problems: Problems) -> None:
    kind = entity.block.kind.text
    known = (*KINDS[kind].properties, *KINDS[kind].texts, *KINDS[kind].words)
    entity.lost.append(sentence.name.text)
    entity.stray = True
    problems.error(
        "ION105", f"{article(kind)} has no property `{sentence.name.text}`", sentence.name.span, "not known here",
        notes=(f"{article(kind)} may have {listing(known)}",) if known else (),
        help=_unknown_help(sentence, kind),
    )  # fmt: skip


def _unknown_help(sentence: ast.Property | ast.TextProperty, kind: str) -> str:
    word = sentence.name.text
    if isinstance(sentence, ast.TextProperty) or KINDS[kind].texts:
        return (
            meant(word, KINDS[kind].texts)
            or f"what is said in words of {article(kind)} stands in a `# comment`"
        )
    if kind == "bath" and word in KINDS["compartment"].properties:
        return "a bath is unlimited; what has a volume is a `compartment`"
    return meant(word, KINDS[kind].properties) or f"to name an expression write `let {word} = …`"


def is_content(word: str, kind: Kind) -> bool:
    """In a place every other word is a species; a property of another kind or of a misspelt one is none."""
    if not kind.lists_species or word in kind.properties:
        return False
    return word not in (*KINDS["compartment"].properties, *kind.words)


def meant(word: str, names: Iterable[str]) -> str:
    known = tuple(names)
    symbol = SYMBOLS.get(word)
    guess = symbol if symbol in known else closest(word, known)
    return f"did you mean `{guess}`?" if guess else ""
