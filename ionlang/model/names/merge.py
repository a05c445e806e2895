"""Sentences that take the place of others: what an instance or an `extend` says again replaces what was said."""

from __future__ import annotations

from dataclasses import replace

from ionlang.model.kinds import SENTENCE_WORDS
from ionlang.model.names.difference import Difference
from ionlang.records import dataclass
from ionlang.source import Span
from ionlang.syntax import ast

Key = tuple[str, str]
"""What a sentence says something about: two sentences with one key cannot both hold."""

# Laws of which a block has one: a property of one of them replaces all of the others.
_LAWS: dict[str, tuple[tuple[str, ...], ...]] = {
    "channel": (("conductance", "reversal"), ("permeability",), ("current",)),
    "gate": (("alpha", "beta"), ("inf", "tau"), ("rise", "decay")),
    "pump": (("rate",), ("current",)),
    "transporter": (("rate",), ("current",)),
    "reaction": (("rate",), ("forward", "backward")),
    "variable": (("rate",), ("inf", "tau")),
}
_SINGLE = (
    ast.Carries, ast.Moves, ast.Turns, ast.Binds, ast.Excluded, ast.Instantaneous, ast.Opens, ast.Begin, ast.Run,
)  # fmt: skip


@dataclass(slots=True)
class Changes:
    """Who changes blocks (`maker`), and what has been changed so far."""

    maker: str
    found: list[Difference]

    def note(self, path: str, word: str, was: str, now: str, span: Span) -> None:
        if was != now:
            self.found.append(Difference(self.maker, path, word, was, now, span))


def key_of(sentence: ast.Sentence) -> Key | None:
    """None for what may be said any number of times."""
    match sentence:
        case ast.Property() | ast.TextProperty():
            return "property", sentence.name.text
        case ast.Balances():
            return "property", sentence.species.text
        case ast.Potential():
            return "property", "V"
        case ast.Parameter() | ast.Let() | ast.Measure():
            return "name", sentence.name.text
        case ast.Block():
            return "block", sentence.name.text
        case ast.Transition():
            return "transition", f"{sentence.origin.text} to {sentence.target.text}"
        case _ if isinstance(sentence, _SINGLE):
            return "sentence", type(sentence).__name__
        case _:
            return None


def merged(
    base: tuple[ast.Sentence, ...], own: tuple[ast.Sentence, ...], kind: str, path: str, changes: Changes
) -> tuple[ast.Sentence, ...]:
    """The body of a block of this kind, with `own` in the place of what it says again, and behind it what it adds."""
    by_key: dict[Key, list[ast.Sentence]] = {}
    for sentence in own:
        if (key := key_of(sentence)) is not None:
            by_key.setdefault(key, []).append(sentence)
    given_up = _given_up(kind, by_key)
    body: list[ast.Sentence] = []
    replaced: dict[Key, bool] = {}
    for sentence in base:
        key = key_of(sentence)
        if key is not None and key in given_up:
            changes.note(path, word_of(sentence), text_of(sentence), "", sentence.span)
        elif key is None or key not in by_key:
            body.append(sentence)
        elif key not in replaced:
            replaced[key] = True
            body += _in_place_of(sentence, by_key[key], path, changes)
    for sentence in own:
        key = key_of(sentence)
        if key is None or key not in replaced:
            body.append(sentence)
            _note_added(sentence, path, changes)
    return tuple(body)


def _in_place_of(
    sentence: ast.Sentence, own: list[ast.Sentence], path: str, changes: Changes
) -> list[ast.Sentence]:
    first = own[0]
    if (
        isinstance(sentence, ast.Block)
        and isinstance(first, ast.Block)
        and first.kind == sentence.kind
        and first.instance is None
        and len(own) == 1
    ):
        return [joined(sentence, first, f"{path}.{first.name.text}", changes)]
    changes.note(path, word_of(sentence), text_of(sentence), text_of(first), first.span)
    return own


def joined(base: ast.Block, own: ast.Block, path: str, changes: Changes) -> ast.Block:
    """The block `own` with everything that it does not say itself taken from `base`."""
    return replace(
        own,
        sides=own.sides or base.sides,
        title=own.title or base.title,
        documentation=own.documentation or base.documentation,
        place=own.place or base.place,
        formals=own.formals if own.formals is not None else base.formals,
        on=own.on or base.on,
        body=merged(base.body, own.body, own.kind.text, path, changes),
    )


def _given_up(kind: str, by_key: dict[Key, list[ast.Sentence]]) -> tuple[Key, ...]:
    """The properties of all laws but the one that is now given."""
    laws = _LAWS.get(kind, ())
    chosen = [law for law in laws if any(("property", word) in by_key for word in law)]
    others = [law for law in laws if law not in chosen]
    return tuple(("property", word) for law in others for word in law) if chosen else ()


def _note_added(sentence: ast.Sentence, path: str, changes: Changes) -> None:
    if not isinstance(sentence, ast.Comment | ast.Broken):
        changes.note(path, word_of(sentence), "", text_of(sentence), sentence.span)


def word_of(sentence: ast.Sentence) -> str:
    """What a sentence is about, as the file calls it: `conductance`, `param g`, `carries`, `gate m`."""
    match sentence:
        case ast.Property() | ast.TextProperty():
            return sentence.name.text
        case ast.Balances():
            return sentence.species.text
        case ast.Parameter():
            return f"param {sentence.name.text}"
        case ast.Let():
            return f"let {sentence.name.text}"
        case ast.Block():
            return f"{sentence.kind.text} {sentence.name.text}"
        case ast.Potential():
            return "V"
        case ast.Transition():
            return f"{sentence.origin.text} to {sentence.target.text}"
        case _:
            return SENTENCE_WORDS.get(type(sentence), "")


def text_of(sentence: ast.Sentence) -> str:
    """What it says of that, in one line."""
    match sentence:
        case ast.Property():
            text = sentence.value.span.text + (" held" if sentence.held else "")
        case ast.TextProperty() | ast.Parameter() | ast.Let():
            text = sentence.value.span.text
        case ast.Block():
            text = "{ … }"
        case _:
            text = sentence.span.text.removeprefix(word_of(sentence))
    return " ".join(text.split())
