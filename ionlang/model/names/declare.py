"""ast.Model → a tree of entities: who is declared where, and is each block, sentence and property legal there."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ionlang.diagnostics import Label, Problems
from ionlang.model.kinds import KINDS, SENTENCE_WORDS, SETTINGS, TOP_LEVEL, Kind, own_words
from ionlang.model.names.couplings import declare_couplings
from ionlang.model.names.entities import Entity, EntityKind
from ionlang.model.names.properties import (
    is_content,
    meant,
    report_quantity,
    report_text,
    report_unknown,
)
from ionlang.model.names.suggest import article, listing
from ionlang.source import Span
from ionlang.syntax import ast
from ionlang.syntax.words import COUPLINGS, RESERVED
from ionlang.units import is_unit_word

_WORD = re.compile(r"(?<![\w./])(?<!\d )[A-Za-z_]\w*")  # units and later parts of paths are not declared
_KIND_OF_BLOCK: dict[str, EntityKind] = {
    "ion": "species", "solute": "species", "impermeant": "species", "compartment": "place", "bath": "place",
    "membrane": "membrane", "channel": "channel", "gate": "gate", "pump": "pump", "transporter": "transporter",
    "scheme": "scheme", "water": "water", "flux": "flux", "reaction": "reaction", "buffer": "buffer",
    "variable": "variable", "event": "event", "modifier": "modifier", "arrangement": "arrangement", "line": "line",

    "scenario": "scenario", "variant": "variant", "cite": "cite",
}  # fmt: skip


_QUIET: tuple[EntityKind, ...] = ("content", "coupling", "coefficient")


def declare(model: ast.Model, problems: Problems) -> Entity:
    """All that the file declares. Reports what may not stand where it stands, and names given twice."""
    span = model.items[0].span if model.items else model_span(model)
    root = Entity("file", "", "", model, span, None)
    for item in model.items:
        match item:
            case ast.Block():
                if item.kind.text in TOP_LEVEL:
                    _declare_block(item, root, problems)
                else:
                    _misplaced_block(item, root, problems)
            case ast.Parameter() | ast.Let():
                _declare_name(item, root, problems)
            case ast.Property():
                _check_setting(item, root, problems)
            case ast.TextProperty() if item.name.text in SETTINGS:
                report_text(item, root, problems)
            case ast.Broken():
                _lose(item, root)
            case ast.Comment() | ast.Use() | ast.Tune():
                pass
            case _:
                _misplaced_sentence(item, root, problems)
    _check_twice((i for i in model.items if isinstance(i, ast.Property)), problems)
    _check_shadowing(root, problems)
    return root


def declare_alone(block: ast.Block, problems: Problems) -> None:
    """Look at a block that stands nowhere, a template that is not used: at its words, not at its values."""
    if block.kind.text in KINDS:
        _declare_block(block, Entity("file", "", "", block, block.span, None), problems)


def model_span(model: ast.Model) -> Span:
    """A place to point at for what the file as a whole lacks: its first line."""
    return Span(model.source, 0, min(len(model.source.line_text(1)), len(model.source.text)))


def _declare_block(block: ast.Block, outer: Entity, problems: Problems) -> None:
    entity = _enter(_KIND_OF_BLOCK[block.kind.text], block.name, block, outer, problems)
    kind = KINDS[block.kind.text]
    if block.sides is not None and block.kind.text != "membrane":
        problems.error(
            "ION107", f"{article(block.kind.text)} has no sides", block.head, "only a membrane parts two places",
            help=f"write `{block.kind.text} {block.name.text} {{ … }}`",
        )  # fmt: skip
    _declare_arguments(block, entity, problems)
    for sentence in block.body:
        match sentence:
            case ast.Block():
                if sentence.kind.text in COUPLINGS and block.kind.text == "line":
                    continue  # once the places of the copies are known
                if sentence.kind.text in kind.blocks:
                    _declare_block(sentence, entity, problems)
                else:
                    _misplaced_block(sentence, entity, problems)
            case ast.Property() | ast.TextProperty():
                _declare_property(sentence, entity, kind, problems)
            case ast.Balances() if type(sentence) in kind.sentences:
                _enter("content", sentence.species, sentence, entity, problems)
            case ast.Broken():
                _lose(sentence, entity)
            case ast.Comment():
                pass
            case _ if type(sentence) not in kind.sentences:
                _misplaced_sentence(sentence, entity, problems)
            case _:
                _declare_name(sentence, entity, problems)
    if block.kind.text == "line":
        declare_couplings(entity, problems)
    known = (*kind.properties, *kind.texts, *kind.words)
    written = (s for s in block.body if isinstance(s, ast.Property | ast.TextProperty))
    _check_twice((s for s in written if s.name.text in known), problems)


def _declare_property(
    sentence: ast.Property | ast.TextProperty, entity: Entity, kind: Kind, problems: Problems
) -> None:
    """In a place, every word that is no property is a species."""
    word = sentence.name.text
    has_value = word in kind.properties or is_content(word, kind)
    match sentence:
        case ast.Property() if word in kind.texts:
            report_quantity(sentence, entity, problems)
        case ast.TextProperty() if has_value:
            report_text(sentence, entity, problems)
        case ast.Property() if is_content(word, kind):
            _enter("content", sentence.name, sentence, entity, problems)
        case _ if not has_value and word not in (*kind.texts, *kind.words):
            report_unknown(sentence, entity, problems)
        case _:
            pass


def _declare_name(sentence: ast.Sentence, outer: Entity, problems: Problems) -> None:
    """What a sentence declares, if it declares anything."""
    match sentence:
        case ast.Parameter():
            _enter("param", sentence.name, sentence, outer, problems)
        case ast.Let():
            kind: EntityKind = "let" if sentence.arguments is None else "function"
            _enter(kind, sentence.name, sentence, outer, problems)
        case ast.Transition():
            _declare_states(sentence, outer, problems)
        case ast.Measure():
            _enter("measure", sentence.name, sentence, outer, problems)
        case _:
            pass


def _declare_arguments(block: ast.Block, outer: Entity, problems: Problems) -> None:
    """An argument is a parameter; one that must be given each time is 0 of its unit until then."""
    for formal in block.formals or ():
        value: ast.Expr | None = formal.default
        if formal.unit is not None:
            value = ast.Quantity("0", formal.unit.text, formal.unit.span, formal.unit.span)
        if value is not None:
            node = ast.Parameter(formal.name, value, None, formal.source, formal.span)
            _enter("param", formal.name, node, outer, problems)


def _declare_states(sentence: ast.Transition, outer: Entity, problems: Problems) -> None:
    """The states of a scheme, each where it is first named."""
    for name in (sentence.origin, sentence.target):
        known = outer.members.get(name.text)
        if known is None or known.kind != "occupancy":
            _enter("occupancy", name, sentence, outer, problems)


def _enter(
    kind: EntityKind,
    name: ast.Name,
    node: ast.Block | ast.Property | ast.Balances | ast.Parameter | ast.Let | ast.Measure | ast.Transition,
    outer: Entity,
    problems: Problems,
) -> Entity:
    path = f"{outer.path}.{name.text}" if outer.path else name.text
    entity = Entity(kind, name.text, path, node, name.span, outer)
    earlier = outer.members.get(name.text)
    if kind != "content" and (name.text in RESERVED or is_unit_word(name.text)):
        what = "the unit" if is_unit_word(name.text) else "a word of the language"
        problems.error(
            "ION104", f"`{name.text}` cannot be a name: it is {what}", name.span, "this name is taken",
            help=_other_name(name.text),
        )  # fmt: skip
        outer.lost.append(name.text)
    elif kind != "content" and (home := _whose_word(name.text, outer)) is not None:
        said = (
            "it is a word of its own" if home is outer else f"it is a word of the {_kind_of(home)} around it"
        )
        problems.error(
            "ION104", f"`{name.text}` cannot be a name in {article(_kind_of(outer))}: {said}", name.span,
            f"`{home.name}.{name.text}` would be two things", help=_other_name(name.text),
        )  # fmt: skip
        outer.lost.append(name.text)
        return entity
    elif earlier is not None:
        problems.error(
            "ION305" if kind == "content" else "ION102",
            f"`{name.text}` is given twice in {outer.describe()}"
            if kind == "content"
            else f"`{name.text}` is declared twice",
            name.span,
            "here again",
            secondary=(Label(earlier.span, "first here"),),
            help="keep one of the two" if kind == "content" else "give one of them another name",
        )
        return entity
    outer.members[name.text] = entity
    return entity


def _whose_word(name: str, outer: Entity) -> Entity | None:
    """The block, this one or one around it, that has such a word itself."""
    home: Entity | None = outer
    while home is not None:
        kind = _kind_of(home)
        if kind and name in own_words(kind):
            return home
        home = home.outer
    return None


def _kind_of(entity: Entity) -> str:
    """What kind of block an entity is; nothing for what is no block."""
    return entity.node.kind.text if isinstance(entity.node, ast.Block) else ""


def _check_shadowing(root: Entity, problems: Problems) -> None:
    for entity in root.all():
        if entity.kind in _QUIET or entity.outer is None or entity.outer.outer is None:
            continue
        if entity.declared_by is not None:  # its text knows nothing of the names outside
            continue
        other = entity.outer.outer.visible(entity.name)
        if other is not None:
            problems.error(
                "ION103", f"`{entity.name}` already has a meaning here", entity.span, f"this {entity.kind}",
                secondary=(Label(other.span, f"{other.describe()} is visible inside {entity.outer.describe()}"),),
                notes=("a name that is visible from outside may not be declared again inside",),
                help=f"give it another name, for instance `{entity.name}_{entity.kind}`",
            )  # fmt: skip


def _check_setting(setting: ast.Property, root: Entity, problems: Problems) -> None:
    if setting.name.text not in SETTINGS:
        root.lost.append(setting.name.text)
        problems.error(
            "ION105", f"`{setting.name.text}` is no setting of a file", setting.name.span, "not known here",
            help=meant(setting.name.text, SETTINGS)
            or f"to name a number write `param {setting.name.text} = …`, to name an expression `let`",
        )  # fmt: skip


def _check_twice(properties: Iterable[ast.Property | ast.TextProperty], problems: Problems) -> None:
    seen: dict[str, ast.Property | ast.TextProperty] = {}
    for sentence in properties:
        first = seen.setdefault(sentence.name.text, sentence)
        if first is not sentence:
            problems.error(
                "ION305", f"`{sentence.name.text}` is given twice", sentence.name.span, "here again",
                secondary=(Label(first.name.span, "first here"),), help="keep one of the two",
            )  # fmt: skip


def _other_name(word: str) -> str:
    if word in ("in", "out"):
        return (
            "`in` and `out` mean the two sides of the membrane around; call the place for instance `inside`"
        )
    return f"choose another name, for instance `{word}_1`"


def _lose(broken: ast.Broken, outer: Entity) -> None:
    """What could not be read may have declared any of its words."""
    outer.lost += dict.fromkeys(_WORD.findall(broken.span.text))
    outer.stray |= "{" not in broken.span.text


def _misplaced_block(block: ast.Block, outer: Entity, problems: Problems) -> None:
    outer.lost += dict.fromkeys(_WORD.findall(block.span.text))
    homes = [k for k, v in KINDS.items() if block.kind.text in v.blocks]
    where = f"inside {article(homes[0])}" if homes else "by itself, at the left margin"
    here = outer.describe() if outer.outer else "the top of a file"
    problems.error(
        "ION106", f"{article(block.kind.text)} cannot stand in {here}", block.head, "not here",
        help=f"{article(block.kind.text)} stands {where}",
    )  # fmt: skip


def _misplaced_sentence(sentence: ast.Sentence, outer: Entity, problems: Problems) -> None:
    outer.lost += dict.fromkeys(_WORD.findall(sentence.span.text))
    outer.stray = True
    word = SENTENCE_WORDS.get(type(sentence), "this sentence")
    homes = [k for k, v in KINDS.items() if type(sentence) in v.sentences]
    here = outer.describe() if outer.outer else "the top of a file"
    problems.error(
        "ION107", f"`{word}` cannot stand in {here}", sentence.span, "not here",
        help=f"it stands in {listing(homes, 'or')}" if homes else "it stands by itself, at the left margin",
    )  # fmt: skip
