"""`ionlang library`: lists the shipped libraries, shows what is in one, prints an entry. Raises UsageError."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Iterable
from textwrap import wrap

from ionlang.catalogue import Catalogue, Entry, Formal, catalogue, catalogues
from ionlang.commands.request import Commands, command, takes_format
from ionlang.model.names.libraries import MATTER, library_names
from ionlang.model.names.suggest import closest, listing
from ionlang.outcome import UsageError

_WIDTH = 110
Value = str | None | list[str] | list["Object"]
Object = dict[str, Value]


def add(commands: Commands) -> None:
    parser = command(commands, "library", "list the shipped libraries, or print what is in them", library)
    parser.add_argument("library", nargs="?", metavar="NAME", help="one of them; without a name: all")
    parser.add_argument("entry", nargs="?", metavar="ENTRY", help="an entry of it")
    takes_format(parser)


def library(options: Namespace) -> int:
    """All libraries; one, `neuron`; an entry of one, `neuron NaV` or `neuron.NaV`."""
    name, _, inner = (options.library or "").partition(".")
    wanted = options.entry or inner
    as_json = options.format == "json"
    if not name:
        found = catalogues()
        print(_json([_library_object(each) for each in found]) if as_json else _overview(found))
    elif not wanted:
        one = _catalogue(name)
        print(_json(_library_object(one)) if as_json else _contents(one))
    else:
        entry = _entry_of(_catalogue(name), wanted)
        print(_json(entry_object(entry)) if as_json else _card(entry))
    return 0


def _catalogue(name: str) -> Catalogue:
    try:
        return catalogue(name)
    except KeyError:
        raise UsageError(f"there is no library {name!r}; {_meant(name, library_names())}") from None


def _entry_of(one: Catalogue, wanted: str) -> Entry:
    name = wanted.removeprefix(f"{one.name}.")
    for entry in one.entries:
        if entry.name == name:
            return entry
    raise UsageError(f"{one.name} has no entry {wanted!r}; {_meant(name, [e.name for e in one.entries])}")


def _meant(name: str, names: Iterable[str]) -> str:
    known = list(names)
    guess = closest(name, known)
    return f"did you mean {guess}?" if guess else f"there are {listing(known)}"


def _overview(found: Iterable[Catalogue]) -> str:
    return "\n\n".join("\n".join(_short(one)) for one in found)


def _short(one: Catalogue) -> list[str]:
    lines = _indented(f"{one.name}: {one.about}", "", "    ")
    for kind in dict.fromkeys(entry.kind for entry in one.entries):
        names = ", ".join(entry.name for entry in one.entries if entry.kind == kind)
        lines += _indented(names, f"    {kind:<12}", " " * 16)
    return lines


def _contents(one: Catalogue) -> str:
    parts = [_indented(f"{one.name}: {one.about}", "", "")]
    parts += [_head(entry) for entry in one.entries if entry.kind not in MATTER]
    matter = [entry.name for entry in one.entries if entry.kind in MATTER]
    parts += [[f"matter: {', '.join(matter)}"]] if matter else []
    cited = dict.fromkeys(source for entry in one.entries for source in entry.sources)
    parts += (
        [["sources", *(line for source in cited for line in _indented(source, "    ", "      "))]]
        if cited
        else []
    )
    return "\n\n".join("\n".join(lines) for lines in parts)


def _head(entry: Entry) -> list[str]:
    return [
        f"{entry.kind} {entry.path}",
        *_indented(entry.about, "    ", "    "),
        *(f"    {_parameter(formal)}" for formal in entry.formals),
        *_holds_for(entry),
    ]


def _holds_for(entry: Entry) -> list[str]:
    said = (("species", entry.species), ("temperature", entry.temperature))
    return [f"    {word}: {text}" for word, text in said if text]


def _parameter(formal: Formal) -> str:
    return (
        f"{formal.name} = {formal.default}"
        if formal.default
        else f"{formal.name} in {formal.unit}, must be given"
    )


def _card(entry: Entry) -> str:
    sources = (line for source in entry.sources for line in _indented(source, "    source: ", "        "))
    made = f"{entry.kind} X is {entry.path}" if entry.kind not in MATTER else ""
    needed = ", ".join(f"{f.name} = … {f.unit}" for f in entry.formals if not f.default)
    usage = [f"    use {entry.library}", f"    {made}({needed})" if needed else f"    {made}"] if made else []
    return "\n".join([*_head(entry), *sources, "", *usage, *([""] if usage else []), entry.text])


def _indented(text: str, first: str, then: str) -> list[str]:
    return (
        wrap(text, _WIDTH, initial_indent=first, subsequent_indent=then, break_on_hyphens=False)
        if text
        else []
    )


def _json(value: Object | list[Object]) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def _library_object(one: Catalogue) -> Object:
    return {
        "library": one.name,
        "about": one.about,
        "entries": [entry_object(entry) for entry in one.entries],
    }


def entry_object(entry: Entry) -> Object:
    """An entry as JSON: texts as they stand in the library, `null` for what is not said."""
    return {
        "library": entry.library,
        "name": entry.path,
        "kind": entry.kind,
        "about": entry.about,
        "parameters": [_formal_object(formal) for formal in entry.formals],
        "species": entry.species or None,
        "temperature": entry.temperature or None,
        "sources": list(entry.sources),
        "text": entry.text,
    }


def _formal_object(formal: Formal) -> Object:
    said = {"name": formal.name, "default": formal.default, "unit": formal.unit, "source": formal.source}
    return {word: text or None for word, text in said.items()}
