"""What a line says of a place in its copies: `diffusion outside { … }` belongs to `tissue.outside`."""

from __future__ import annotations

from ionlang.diagnostics import Label, Problems
from ionlang.model.kinds import KINDS, SENTENCE_WORDS, Kind
from ionlang.model.names.entities import Entity
from ionlang.model.names.properties import is_content, report_text, report_unknown
from ionlang.model.names.suggest import article, closest, listing
from ionlang.source import Span
from ionlang.syntax import ast
from ionlang.syntax.words import COUPLINGS


def declare_couplings(line: Entity, problems: Problems) -> None:
    """Every coupling of a line, as a member of the place it is about; its species are its members."""
    for block in (s for s in line.block.body if isinstance(s, ast.Block) and s.kind.text in COUPLINGS):
        place = line.members.get(block.name.text)
        if place is None or place.kind != "place":
            _no_place(block, line, problems)
            continue
        place.used = True
        kind = block.kind.text
        entity = Entity("coupling", kind, f"{place.path}.{kind}", block, block.head, place)
        first = place.members.setdefault(kind, entity)
        if first is not entity:
            problems.error(
                "ION102", f"the {kind} of {place.name} is declared twice", block.head, "here again",
                secondary=(Label(first.span, "first here"),), help="say all of it in one block",
            )  # fmt: skip
            continue
        for sentence in block.body:
            _declare(sentence, entity, KINDS[kind], problems)


def _no_place(block: ast.Block, line: Entity, problems: Problems) -> None:
    if line.has_lost(block.name.text) or line.is_unmade:
        return
    there = [m for m in line.members.values() if m.kind == "place"]
    for each in there:
        each.lost.append(block.kind.text)
    places = [each.name for each in there]
    kind, name = block.kind.text, block.name.text
    guess = closest(name, places) or next((p.name for p in there if name in p.members), None)
    known = line.members.get(name)
    problems.error(
        "ION480", f"the copies of {line.describe()} have no place `{name}`", block.name.span,
        f"{article(kind)} runs along a place of the copies",
        secondary=(Label(known.span, f"{article(known.kind)}, not a place"),) if known is not None else (),
        notes=(_places(places),),
        help=f"did you mean `{guess}`?" if guess is not None else _remedy(kind, known, places),
    )  # fmt: skip


def _places(names: list[str]) -> str:
    if not names:
        return "they have no place at all"
    return f"there {'is' if len(names) == 1 else 'are'} {listing(names)}"


def _remedy(kind: str, known: Entity | None, places: list[str]) -> str:
    if places and (known is None or known.kind != "variable"):
        return f"write `{kind} PLACE {{ … }}` with one of them"
    name = known.name if known is not None else "S"
    return f"what passes from copy to copy is matter in a place: `solute {name}`, in a `compartment`"


def _declare(sentence: ast.Sentence, entity: Entity, kind: Kind, problems: Problems) -> None:
    match sentence:
        case ast.Property() if is_content(sentence.name.text, kind):
            _enter(sentence, entity, problems)
        case ast.Property() if sentence.name.text in (*kind.properties, *kind.words):
            _enter_property(sentence, entity, problems)
        case ast.Property():
            report_unknown(sentence, entity, problems)
        case ast.TextProperty():
            report_text(sentence, entity, problems)
        case ast.Comment() | ast.Broken():
            entity.stray |= isinstance(sentence, ast.Broken)
        case _ if type(sentence) not in kind.sentences:
            word = (
                sentence.kind.text
                if isinstance(sentence, ast.Block)
                else SENTENCE_WORDS.get(type(sentence), "this")
            )
            problems.error(
                "ION107", f"`{word}` cannot stand in {article(entity.block.kind.text)}", sentence.span, "not here",
                help="what is not between copies stands in their arrangement",
            )  # fmt: skip
        case _:
            pass


def _enter(sentence: ast.Property, entity: Entity, problems: Problems) -> None:
    name = sentence.name.text
    member = Entity("coefficient", name, f"{entity.path}.{name}", sentence, sentence.name.span, entity)
    if entity.members.setdefault(name, member) is not member:
        _twice(sentence, entity.members[name].span, problems)


def _enter_property(sentence: ast.Property, entity: Entity, problems: Problems) -> None:
    word = sentence.name.text
    first = next(s for s in entity.block.body if isinstance(s, ast.Property) and s.name.text == word)
    if first is not sentence:
        _twice(sentence, first.name.span, problems)


def _twice(sentence: ast.Property, first: Span, problems: Problems) -> None:
    problems.error(
        "ION305", f"`{sentence.name.text}` is given twice", sentence.name.span, "here again",
        secondary=(Label(first, "first here"),), help="keep one of the two",
    )  # fmt: skip
