"""Finds the grammar and makes the parser from it, from cached tables where there are any.

The tables are kept in the user's cache directory under a name that changes with the grammar and with the
versions of Lark and Python. Where nothing can be written, they are made anew and nobody is told.
"""

from __future__ import annotations

import os
import sys
import tempfile
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import cast
from zipfile import Path as ZipPath

import lark

from ionlang.syntax.branch import Branch

STARTS = ("sentence", "expression", "when", "doing")


class GrammarMissing(Exception):
    """The installation is incomplete: `ion.lark` is nowhere to be found."""


def grammar_text() -> str:
    """The text of `ion.lark`: that of the installed package, else that of the checkout."""
    package = files("ionlang")
    inside = package / "_grammar" / "ion.lark"
    if inside.is_file():
        return inside.read_text(encoding="utf-8")
    beside = _checkout() / "grammar" / "ion.lark"
    if beside.is_file():
        return beside.read_text(encoding="utf-8")
    raise GrammarMissing(
        "the grammar `ion.lark` is neither in the package ionlang nor beside it; install ionlang anew"
    )


def _checkout() -> Traversable:
    """The folder, or the place in a zip, that the package lies in."""
    package = files("ionlang")
    return cast(Traversable, package.parent) if isinstance(package, ZipPath) else Path(__file__).parents[2]


def build(text: str) -> lark.Lark:
    """The LALR parser of a grammar text, without any cache."""
    return lark.Lark(
        text,
        parser="lalr",
        lexer="contextual",
        start=list(STARTS),
        keep_all_tokens=True,  # `Branch` takes its place from them
        tree_class=Branch,
        maybe_placeholders=True,
    )


@cache
def parser() -> lark.Lark:
    """The parser of the language."""
    text = grammar_text()
    try:
        tables = cache_directory() / f"grammar-{_key(text)}.tables"
    except RuntimeError:  # a user without a home directory
        return build(text)
    return _loaded(tables) or _built_and_kept(text, tables)


def cache_directory() -> Path:
    """Where this user's caches of ionlang are."""
    if configured := os.environ.get("XDG_CACHE_HOME"):
        return Path(configured) / "ionlang"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", tempfile.gettempdir())) / "ionlang" / "cache"
    if sys.platform == "darwin":
        return Path("~/Library/Caches/ionlang").expanduser()
    return Path("~/.cache/ionlang").expanduser()


def _key(text: str) -> str:
    versions = f"{lark.__version__} {sys.version_info[:2]} {STARTS}"
    return sha256(f"{versions}\n{text}".encode()).hexdigest()[:24]


def _loaded(tables: Path) -> lark.Lark | None:
    try:
        with tables.open("rb") as stream:
            return lark.Lark.load(stream)
    # A cache that is missing, torn or foreign: whatever is wrong with it, the grammar is still there.
    except Exception:  # noqa: BLE001
        return None


def _built_and_kept(text: str, tables: Path) -> lark.Lark:
    built = build(text)
    try:
        tables.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=tables.parent, delete=False) as stream:
            built.save(stream)
        Path(stream.name).replace(tables)  # whole or not at all, also when several start at once
    except OSError:
        pass
    return built
