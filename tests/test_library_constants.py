"""The checks of the libraries notice: every number of every entry, changed by a thousandth, is caught by a check of that
entry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ionlang.model.names import libraries
from ionlang.model.names.libraries import library_names
from ionlang.syntax import ast
from tests.library_references import Check, collected
from tests.published_constants import Constant, constants
from tests.test_libraries import LIBRARIES, library

CHECKS = collected()
BY = 1e-3


@dataclass(frozen=True)
class Text:
    """A file of the library."""

    text: str

    def read_text(self, encoding: str) -> str:
        return self.text


@dataclass(frozen=True)
class Changed:
    """The folder of the libraries, in which one of them has another text."""

    name: str
    text: str

    def iterdir(self) -> Iterator[Path]:
        return LIBRARIES.iterdir()

    def joinpath(self, name: str) -> Text | Path:
        return Text(self.text) if name == f"{self.name}.ion" else LIBRARIES / name


def entry_at(model: ast.Model, start: int) -> str | None:
    """The template in which a place lies."""
    for item in model.items:
        if isinstance(item, ast.Template) and item.span.start <= start < item.span.end:
            return item.block.name.text
    return None


def other(constant: Constant, text: str) -> str:
    """The text with this number changed; 0 is changed by as much as 1."""
    if float(constant.number) != 0:
        return constant.changed(text, BY)
    return f"{text[: constant.start]}{BY}{text[constant.start + len(constant.number) :]}"


def checks_of(name: str, entry: str | None) -> list[Check]:
    """Those that name the entry; all of the library for what stands outside of the entries."""
    return [
        check for entries, check in CHECKS
        if any(e == f"{name}.{entry}" if entry else e.startswith(f"{name}.") for e in entries)
    ]  # fmt: skip


def notices(check: Check) -> bool:
    try:
        check()
    except AssertionError:
        return True
    return False


def every_constant() -> list[tuple[str, str, str | None, Constant]]:
    found = []
    for name in library_names():
        model = library(name)
        text = model.source.text
        found += [(name, text, entry_at(model, c.start), c) for c in constants(text)]
    return found


CONSTANTS = every_constant()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "text", "entry", "constant"),
    CONSTANTS,
    ids=[f"{n}.{e}-{c.number}-{c.start}" for n, _, e, c in CONSTANTS],
)
def test_every_number_of_a_library_matters(
    name: str, text: str, entry: str | None, constant: Constant, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = Changed(name, other(constant, text))
    monkeypatch.setattr(libraries, "files", lambda room: changed)
    assert any(notices(check) for check in checks_of(name, entry)), constant.line


def test_there_are_numbers_to_change() -> None:
    assert len(CONSTANTS) > 300
