"""Small words for messages: did you mean, lists, articles."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.resources import files


@cache
def known_species() -> frozenset[str]:
    """Chemical symbols and usual names of ions, read from the data file: never "corrected" to a neighbour."""
    text = files("ionlang.data").joinpath("known_species.txt").read_text(encoding="utf-8")
    return frozenset(line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#"))


def closest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate that the word was probably meant to be; None if there is none, or if the word is itself
    the symbol of an ion (which is then missing, not misspelt)."""
    from difflib import get_close_matches

    others = [c for c in dict.fromkeys(candidates) if c != word]
    by_case = [c for c in others if c.lower() == word.lower()]
    if by_case or word in known_species():
        return by_case[0] if by_case else None
    names = [c for c in others if c not in known_species()] if len(word) > 1 else []
    found = get_close_matches(word, names, n=1, cutoff=0.65)
    return found[0] if found else None


def listing(names: Iterable[str], joint: str = "and") -> str:
    """`a`, `b` and `c`."""
    quoted = [f"`{name}`" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} {joint} {quoted[-1]}"


def article(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"
