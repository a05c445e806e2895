"""`use "file.ion"`: that file's items as if written here, all but its scenarios.

Nothing here touches the disk: `read` gives the text of a file, or None if there is none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ionlang.diagnostics import Problems
from ionlang.source import Source
from ionlang.syntax import ast
from ionlang.syntax.parse import parse

Read = Callable[[str, Source], Source | None]
"""The file named in a `use`, as seen from the source that names it."""


def include(model: ast.Model, read: Read, problems: Problems) -> ast.Model:
    """The model with every `use` replaced by what it stands for, files used by used files included."""
    return replace(model, items=_items(model, read, problems, (model.source.name,), {model.source.name}))


def _items(
    model: ast.Model, read: Read, problems: Problems, chain: tuple[str, ...], seen: set[str]
) -> tuple[ast.Sentence, ...]:
    found: list[ast.Sentence] = []
    for item in model.items:
        if not isinstance(item, ast.Use):
            found.append(item)
            continue
        source = read(item.file.text, model.source)
        if source is None:
            problems.error(
                "ION111", f"there is no file `{item.file.text}`", item.file.span, "not found",
                help="the path is taken from the folder of the file that says `use`",
            )  # fmt: skip
        elif source.name in chain:
            problems.error(
                "ION111", f"`{item.file.text}` uses this file", item.file.span, "a circle of files",
                notes=(" → ".join((*chain, source.name)),), help="put what both need into a third file",
            )  # fmt: skip
        elif source.name not in seen:
            seen.add(source.name)
            used = parse(source, problems)
            inner = _items(used, read, problems, (*chain, source.name), seen)
            found += [i for i in inner if not (isinstance(i, ast.Block) and i.kind.text == "scenario")]
    return tuple(found)
