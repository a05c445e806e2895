"""`use "file.ion"`: that file's items as if written here, all but its scenarios. `use NAME` stays: see `libraries.py`.

Nothing here touches the disk: `read` gives the text of a file, or None if there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from os.path import normpath

from ionlang.diagnostics import Label, Problems
from ionlang.source import Source
from ionlang.syntax import ast
from ionlang.syntax.parse import parse

Read = Callable[[str, Source], Source | None]
"""The file named in a `use`, as seen from the source that names it."""


def include(model: ast.Model, read: Read, problems: Problems) -> ast.Model:
    """The model with every `use` of a file replaced by what it stands for, files used by used files included."""
    first = normpath(model.source.name)
    return replace(model, items=_items(model, read, problems, {first: None}, {first}))


def _items(
    model: ast.Model, read: Read, problems: Problems, chain: Mapping[str, ast.String | None], seen: set[str]
) -> tuple[ast.Sentence, ...]:
    """`chain` holds the files on the way here, each with its name in the `use` that led to it."""
    found: list[ast.Sentence] = []
    here: dict[str, ast.String] = {}
    for item in model.items:
        file = item.file if isinstance(item, ast.Use) else None
        if file is None:
            found.append(item)
            continue
        source = read(file.text, model.source)
        name = normpath(source.name) if source is not None else ""
        earlier = here.setdefault(name, file)
        if source is None:
            problems.error(
                "ION111", f"there is no file `{file.text}`", file.span, "not found",
                help="the path is taken from the folder of the file that says `use`",
            )  # fmt: skip
        elif name in chain:
            _report_circle(file, name, chain, problems)
        elif earlier is not file:
            problems.error(
                "ION111", f"`{file.text}` is used twice", file.span, "here again",
                secondary=(Label(earlier.span, "first here"),), help="once is enough: take one of the two out",
            )  # fmt: skip
        elif name not in seen:
            seen.add(name)
            used = parse(source, problems)
            inner = _items(used, read, problems, {**chain, name: file}, seen)
            found += [i for i in inner if not (isinstance(i, ast.Block) and i.kind.text == "scenario")]
    return tuple(found)


def _report_circle(
    file: ast.String, name: str, chain: Mapping[str, ast.String | None], problems: Problems
) -> None:
    names = list(chain)
    circle = names[names.index(name) :]
    led = (use for each in circle if each != name and (use := chain[each]) is not None)
    message = f"`{file.text}` uses this file" if len(circle) > 1 else "this file uses itself"
    problems.error(
        "ION111", message, file.span, "a circle of files",
        secondary=tuple(Label(use.span, "which is used here") for use in led),
        notes=(" → ".join((*circle, name)),) if len(circle) > 1 else (),
        help="put what both need into a third file" if len(circle) > 1 else "take this line out",
    )  # fmt: skip
