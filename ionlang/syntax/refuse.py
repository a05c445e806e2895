"""Refusals of sentences that the grammar reads: unknown kinds, words that must be one of a few, loose
actions.
"""

from __future__ import annotations

from difflib import get_close_matches

from ionlang.diagnostics import Label
from ionlang.source import Span
from ionlang.syntax import ast
from ionlang.syntax.forms import FORMS
from ionlang.syntax.reader import Reader
from ionlang.syntax.words import INNER_KINDS, KINDS, OPENERS, SOFT_OPENERS, TOP_KINDS


def listed(words: tuple[str, ...]) -> str:
    """`` `a`, `b` or `c` ``."""
    quoted = [f"`{word}`" for word in words]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"


def similar(word: str, candidates: tuple[str, ...]) -> str | None:
    """The candidate that was probably meant."""
    close = get_close_matches(word.lower(), candidates, n=1, cutoff=0.7)
    if close:
        return close[0]
    stem = word[:-1]
    return next((each for each in candidates if len(stem) > 3 and each.startswith(stem)), None)


def report_unknown_kind(reader: Reader, kind: ast.Name) -> None:
    """A block begins with a word that is no kind of block."""
    meant = similar(kind.text, KINDS)
    kinds = f"some kinds of block: {listed(TOP_KINDS[:8])}; in a membrane or channel {listed(INNER_KINDS)}"
    reader.problems.error(
        "ION009",
        f"`{kind.text}` is not a word that starts a block",
        kind.span,
        "not known",
        notes=() if meant else (kinds,),
        help=f"did you mean `{meant}`?" if meant else "",
    )


def report_unknown_start(reader: Reader, word: ast.Name) -> None:
    """A sentence begins with a word that begins none."""
    if word.text in SOFT_OPENERS:
        form = FORMS[word.text]
        reader.problems.error(
            "ION025",
            f"this is no way to say `{form}`",
            word.span,
            f"expected `{form}`",
            help=f"write `{form}`",
        )
        return
    meant = similar(word.text, KINDS + OPENERS + SOFT_OPENERS)
    reader.problems.error(
        "ION010",
        f"`{word.text}` is not a word that starts a sentence",
        word.span,
        "not known",
        notes=()
        if meant
        else ("a sentence is `name = value`, a block, or begins with a verb such as `carries`",),
        help=f"did you mean `{meant}`?" if meant else f"to give a value, write `{word.text} = …`",
    )


def fixed_word(reader: Reader, word: ast.Name, allowed: tuple[str, ...], why: str) -> str | None:
    """The word if it is one of those allowed, else None and a message."""
    if word.text in allowed:
        return word.text
    meant = similar(word.text, allowed) if len(allowed) > 1 else allowed[0]
    reader.problems.error(
        "ION025",
        f"`{word.text}` stands where {listed(allowed)} is expected",
        word.span,
        f"expected {listed(allowed)}",
        notes=(why,),
        help=f"did you mean `{meant}`?" if meant else "",
    )
    return None


def refuse_documentation(reader: Reader, said: ast.String) -> None:
    """In `extend`: a block is documented where it is declared."""
    reader.problems.error(
        "ION030",
        "documentation stands where it documents nothing",
        said.span,
        "the block is declared elsewhere",
        help="move it to where the block is declared, or write a comment with `#`",
    )


def no_other_scenario(reader: Reader, span: Span) -> None:
    """`begin at end`."""
    reader.problems.error(
        "ION025",
        "it is not said at the end of which scenario this one begins",
        span,
        "expected `of` and a name behind this",
        help="write `begin at end of OTHER`",
    )


def is_loose_action(reader: Reader, earlier: ast.Sentence, later: ast.Sentence) -> bool:
    """`from 5 s: set a = 0; set b = 0` sets b from the start on, which nobody who writes it means: reported."""
    if not (isinstance(earlier, ast.Action) and isinstance(later, ast.Action)):
        return False
    between = Span(reader.source, earlier.span.end, later.span.start).text
    if (
        later.when
        or not earlier.when
        or earlier.span.text.endswith("}")
        or "\n" in between
        or ";" not in between
    ):
        return False
    clause = earlier.when.span.text
    both = f"{clause} {{ {_said(earlier)}; {later.span.text} }}"
    reader.problems.error(
        "ION028",
        f"`{clause}` holds for the first action only",
        later.span,
        "this would act from the start of the run",
        secondary=(Label(earlier.when.span, "ends at the `;`"),),
        help=f"write `{both}`, or put the second action on a line of its own",
    )
    return True


def _said(action: ast.Action) -> str:
    return "; ".join(doing.span.text for doing in action.doings)
