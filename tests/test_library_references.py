"""Every entry of every shipped library is compared with its source; an entry without a check is not shipped."""

from __future__ import annotations

import pytest

from ionlang.model.names.libraries import library_names
from ionlang.syntax import ast
from tests.library_references import Check, collected
from tests.test_libraries import library

CHECKS = collected()


def shipped(name: str) -> list[str]:
    """The entries of a library: its templates, and the matter that it declares."""
    found = []
    for item in library(name).items:
        if isinstance(item, ast.Template):
            found.append(f"{name}.{item.block.name.text}")
        elif isinstance(item, ast.Block) and item.kind.text != "cite":
            found.append(f"{name}.{item.name.text}")
    return found


@pytest.mark.parametrize("check", [pytest.param(check, id=" ".join(entries)) for entries, check in CHECKS])
def test_an_entry_is_what_its_source_says(check: Check) -> None:
    check()


@pytest.mark.parametrize("name", library_names())
def test_every_entry_is_compared_with_its_source(name: str) -> None:
    covered = {entry for entries, _ in CHECKS for entry in entries}
    assert [entry for entry in shipped(name) if entry not in covered] == []


def test_every_check_is_of_an_entry_that_there_is() -> None:
    all_shipped = {entry for name in library_names() for entry in shipped(name)}
    assert [entry for entries, _ in CHECKS for entry in entries if entry not in all_shipped] == []
