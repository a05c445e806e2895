"""`use NAME`: the files that come with ionlang. Whatever such a file declares is reached under its prefix.

A prefixed name is one word to all later passes: `squid.phi` is a parameter of the file called `squid.phi`, and only
those that something reads are declared at all.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import TypeGuard, TypeVar

from ionlang.diagnostics import Label, Problems
from ionlang.model.names.copies import parts_of, rewritten
from ionlang.model.names.suggest import closest, listing
from ionlang.records import dataclass
from ionlang.source import Source
from ionlang.syntax import ast
from ionlang.syntax.parse import parse

Named = ast.Parameter | ast.Let
N = TypeVar("N", bound=ast.Parameter | ast.Let | ast.Block)
MATTER = ("ion", "solute", "impermeant")
_SAYS_SOURCE = (ast.Parameter, ast.Let, ast.Property, ast.Expect, ast.Formal)


@dataclass(frozen=True, slots=True)
class Library:
    """A shipped file with its names written in full. `names` holds its `param` and `let` by their full names, `cites`
    what it cites, `matter` the ions and solutes that it declares, which have no prefix."""

    name: str
    templates: tuple[ast.Template, ...]
    names: dict[str, Named]
    cites: dict[str, ast.Block]
    matter: tuple[ast.Block, ...]


def library_names() -> tuple[str, ...]:
    """All libraries that there are, by alphabet."""
    found = (f.name for f in files("ionlang.library").iterdir())
    return tuple(sorted(name.removesuffix(".ion") for name in found if name.endswith(".ion")))


def used_libraries(model: ast.Model, problems: Problems) -> dict[str, Library]:
    """The libraries that the file and its used files name, and those that these use. Unknown ones are reported."""
    found: dict[str, Library] = {}
    _collect(model, problems, found)
    _check_clashes(model, found, problems)
    return found


def _collect(model: ast.Model, problems: Problems, found: dict[str, Library]) -> None:
    for item in model.items:
        for word in item.libraries if isinstance(item, ast.Use) else ():
            name = word.text if word.text in library_names() else _meant(word, problems)
            if name is None or name in found:
                continue
            text = files("ionlang.library").joinpath(f"{name}.ion").read_text(encoding="utf-8")
            inner, found[name] = _read(name, text)
            _collect(inner, problems, found)


@cache
def _read(name: str, text: str) -> tuple[ast.Model, Library]:
    """A shipped file is without mistakes, and is read once however many files use it."""
    model = parse(Source(f"ionlang/library/{name}.ion", text), Problems())
    return model, read_library(name, model)


def read_library(name: str, model: ast.Model) -> Library:
    """What the file declares, every name of its own with the prefix."""
    own = {item.name.text for item in model.items if isinstance(item, Named)}
    templates = {item.block.name.text for item in model.items if isinstance(item, ast.Template)}
    cites = {item.name.text for item in model.items if _is_cite(item)}

    def in_full(node: object) -> object:
        if isinstance(node, ast.Instance) and node.template.text in templates:
            full = ast.Name(f"{name}.{node.template.text}", node.template.span)
            return replace(node, template=ast.Path((full,), full.span))
        if isinstance(node, ast.Path) and node.parts[0].text in own:
            first = replace(node.parts[0], text=f"{name}.{node.parts[0].text}")
            return replace(node, parts=(first, *node.parts[1:]))
        if isinstance(node, _SAYS_SOURCE) and isinstance(node.source, ast.Name) and node.source.text in cites:
            return replace(node, source=replace(node.source, text=f"{name}.{node.source.text}"))
        return node

    items = rewritten(model.items, in_full)
    named = (_renamed(item, f"{name}.{item.name.text}") for item in items if isinstance(item, Named))
    return Library(
        name,
        tuple(item for item in items if isinstance(item, ast.Template)),
        {item.name.text: item for item in named},
        {full: _renamed(c, full) for c in items if _is_cite(c) for full in (f"{name}.{c.name.text}",)},
        tuple(i for i in items if isinstance(i, ast.Block) and i.kind.text in MATTER),
    )


def _is_cite(item: ast.Sentence) -> TypeGuard[ast.Block]:
    return isinstance(item, ast.Block) and item.kind.text == "cite"


def with_prefixes(model: ast.Model, libraries: dict[str, Library], problems: Problems) -> ast.Model:
    """The file's own paths into libraries, `squid.phi`, as single names. Unknown ones are reported."""
    if not libraries:
        return model
    made_from = {p.template.span for p in parts_of(model.items) if isinstance(p, ast.Instance)}
    lost: list[ast.Sentence] = []

    def one_name(node: object) -> object:
        if not isinstance(node, ast.Path) or len(node.parts) < 2 or node.span in made_from:
            return node
        library = libraries.get(node.parts[0].text)
        if library is None:
            return node
        name = _joined(node.parts[0], node.parts[1])
        if name.text in library.names:
            return replace(node, parts=(name, *node.parts[2:]))
        _report_no_name(library, node.parts[1], problems)
        lost.append(ast.Broken(node.parts[0].span))
        return node

    return replace(model, items=(*rewritten(model.items, one_name), *lost))


def needed_names(items: tuple[ast.Sentence, ...], libraries: dict[str, Library]) -> tuple[Named, ...]:
    """The `param` and `let` of libraries that the sentences read, and what these read, in the libraries' order."""
    known = {full: node for library in libraries.values() for full, node in library.names.items()}
    needed: dict[str, None] = {}
    waiting: list[object] = [items] if known else []
    while waiting:
        heads = (part.parts[0].text for part in parts_of(waiting.pop()) if isinstance(part, ast.Path))
        new = [head for head in heads if head in known and head not in needed]
        needed |= dict.fromkeys(new)
        waiting += [known[head] for head in new]
    return tuple(node for full, node in known.items() if full in needed)


def needed_cites(items: tuple[ast.Sentence, ...], libraries: dict[str, Library]) -> tuple[ast.Block, ...]:
    """The `cite` blocks of libraries that the sentences name behind `source`, in the libraries' order."""
    known = {full: block for library in libraries.values() for full, block in library.cites.items()}
    saying = (part for part in parts_of(items if known else ()) if isinstance(part, _SAYS_SOURCE))
    named = {part.source.text for part in saying if isinstance(part.source, ast.Name)}
    return tuple(block for full, block in known.items() if full in named)


def _joined(library: ast.Name, word: ast.Name) -> ast.Name:
    return ast.Name(f"{library.text}.{word.text}", library.span.to(word.span))


def _renamed(node: N, name: str) -> N:
    return replace(node, name=replace(node.name, text=name))


def _meant(name: ast.Name, problems: Problems) -> str | None:
    """Report a library that does not exist; gives the one that was probably meant."""
    guess = closest(name.text, library_names())
    otherwise = 'a file of your own is used by its name in quotes: `use "file.ion"`'
    problems.error(
        "ION120", f"there is no library `{name.text}`", name.span, "not found",
        notes=(f"the libraries are {listing(library_names())}",),
        help=f"did you mean `{guess}`?" if guess else otherwise,
    )  # fmt: skip
    return guess


def _report_no_name(library: Library, word: ast.Name, problems: Problems) -> None:
    names = [full.removeprefix(f"{library.name}.") for full in library.names]
    guess = closest(word.text, names)
    templates = [t.block.name.text for t in library.templates]
    a_template = f"`{library.name}.{word.text}` is a template: it stands behind `is`"
    problems.error(
        "ION101", f"the library {library.name} has no number or expression `{word.text}`", word.span, "not known there",
        notes=(f"it has {listing(names)}",) if names else (),
        help=a_template if word.text in templates else f"did you mean `{library.name}.{guess}`?" if guess else "",
    )  # fmt: skip


def _check_clashes(model: ast.Model, libraries: dict[str, Library], problems: Problems) -> None:
    """What a file declares may not be called as a library that it uses."""
    uses = {name.text: name for item in model.items if isinstance(item, ast.Use) for name in item.libraries}
    for item in model.items:
        if isinstance(item, ast.Block | ast.Parameter | ast.Let) and item.name.text in libraries:
            use = uses.get(item.name.text)
            problems.error(
                "ION102", f"`{item.name.text}` is also the name of a library that is used here", item.name.span,
                "this name is taken", secondary=(Label(use.span, "used here"),) if use is not None else (),
                help=f"give it another name, for instance `{item.name.text}_1`",
            )  # fmt: skip
