"""Planting one mistake in a good file: where it goes, and where the program has to find it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from ionlang.diagnostics import Problems
from ionlang.source import Source
from ionlang.syntax.cut import cut
from ionlang.syntax.scan import scan

EXAMPLES = Path(__file__).parent.parent / "examples"
MARK = re.compile("«(.*?)»", re.DOTALL)


@dataclass(frozen=True)
class Rule:
    """A mistake: what is looked for, what is put in its place. `«…»` marks what the message has to point at; `{m}` (a
    membrane with V from currents), `{wide}` (one whose area is a number), `{bath}`, `{place}`, `{absent}`, `{ion}`, `{still}` and `{fuel}` stand
    for what the file calls its first membrane, and so on (`names_in`); where the file has no such thing the mistake does
    not fit.

    `needs` and `without` are what the block must and must not contain, `nowhere` what the file must not.
    """

    code: str
    pattern: str
    new: str
    needs: str = ""
    without: str = ""
    nowhere: str = ""


@dataclass(frozen=True)
class Planted:
    """A text with a mistake: `text[start : start + len(marked)] == marked` is what the message points at; the text is
    `added` characters longer than before."""

    code: str
    text: str
    start: int
    marked: str
    added: int


def blocks(text: str) -> list[tuple[int, int]]:
    """The stretches of the items of a file, in order."""
    return [(item.span.start, item.span.end) for item in cut(Source("cell.ion", text))]


def bare(text: str) -> str:
    """The text with comments blanked and quoted text dotted; every sign stays where it is."""
    plain = scan(Source("cell.ion", text), Problems()).text
    assert len(plain) == len(text)
    return plain


def _has_currents(text: str) -> bool:
    """Whether a file that is used says that V comes from currents."""
    used = [EXAMPLES / name for name in re.findall(r'^use "([^"]+)"', text, re.MULTILINE)]
    return any("V from currents" in file.read_text(encoding="utf-8") for file in used if file.exists())


def names_in(text: str) -> dict[str, str]:
    """What the rules may speak of, as far as the file has it."""
    plain = bare(text)
    found: dict[str, str] = {}
    charged = r"^membrane (\w+) [^{]*\{[^{}]*\bV from currents\b"
    membrane = re.search(charged, plain, re.MULTILINE)
    if membrane is None and not re.search(r"^membrane ", plain, re.MULTILINE) and _has_currents(text):
        membrane = re.search(r"(?<![\w.])(\w+)\.V\b", plain)
    if membrane:
        found["m"] = membrane[1]
    wide = re.search(r"^membrane (\w+) [^{]*\{[^{}]*\barea *= *[\d.]+ \w+\n", plain, re.MULTILINE)
    if wide:
        found["wide"] = wide[1]
    species = re.findall(r"^(ion|solute|impermeant) +(\w+)", plain, re.MULTILINE)
    places = re.findall(r"^(bath|compartment) +(\w+) *\{(.*?)\}", plain, re.MULTILINE | re.DOTALL)
    found |= {kind: name for kind, name, _ in reversed(places) if kind == "bath"}
    for kind, name in species:
        key = {"ion": "ion", "solute": "fuel", "impermeant": "still"}[kind]
        found.setdefault(key, name)
        for _, place, held in places:
            there = re.search(rf"\b{name}\b", held)
            found.setdefault("place" if there else "absent", place if there else f"{place}.«{name}»")
    return found


def plant(
    rule: Rule, text: str, start: int, end: int, names: dict[str, str], word: str = "planted"
) -> Planted | None:
    """The mistake in the first place between two offsets where it fits; None if there is none. What it declares is
    called `word`."""
    stretch = bare(text)[start:end]
    if rule.nowhere and re.search(rule.nowhere, text):
        return None
    if not re.search(rule.needs, stretch) or (rule.without and re.search(rule.without, stretch)):
        return None
    found = re.search(rule.pattern, stretch, re.MULTILINE)
    wanted = re.findall(r"\{(\w+)\}", rule.new)
    if found is None or any(name not in names for name in wanted):
        return None
    new = re.sub(r"\{(\w+)\}", lambda name: names[name[1]], rule.new).replace("planted", word)
    written = found.expand(new)
    mark = MARK.search(written)
    assert mark is not None, rule
    first = start + found.start()
    plain = MARK.sub(r"\1", written)
    whole = text[:first] + plain + text[start + found.end() :]
    return Planted(rule.code, whole, first + mark.start(), mark[1], len(plain) - len(found[0]))


def plant_all(
    chosen: list[tuple[Rule, int, int]], text: str
) -> tuple[str, list[tuple[str, int, str]]] | None:
    """Several mistakes in stretches of one text, given in text order: the text, and for each its code, the offset and
    the words that the message has to point at. None if one does not fit."""
    names = names_in(text)
    found: list[tuple[str, int, str]] = []
    for number, (rule, start, end) in reversed(list(enumerate(chosen))):
        planted = plant(rule, text, start, end, names, f"planted_{number}")
        if planted is None:
            return None
        found = [(code, at + planted.added, marked) for code, at, marked in found]
        found.insert(0, (planted.code, planted.start, planted.marked))
        text = planted.text
    return text, found
