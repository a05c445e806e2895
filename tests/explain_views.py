"""Views of the examples for tests of explanations: each at rest, every readable quantity with its dimension."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import ionlang
from ionlang.api import Model
from ionlang.explain.explain import Asked
from ionlang.explain.view import View, view_of_rest
from ionlang.model.algebra import read
from ionlang.simulate.resting.rest import find_settled
from ionlang.units import Dimension, parse_unit

ROOT = Path(__file__).parents[1]
EXAMPLES = [
    path
    for folder in (ROOT / "examples", ROOT / "examples" / "published")
    for path in sorted(folder.glob("*.ion"))
    if "\nline " not in path.read_text(encoding="utf-8")
]
NAMES = [path.relative_to(ROOT / "examples").as_posix() for path in EXAMPLES]


@cache
def model(name: str) -> Model:
    return ionlang.load(ROOT / "examples" / name)


@cache
def resting(name: str) -> View:
    return view_of_rest(find_settled(model(name).machine, {}))


def dimension_of(unit: str) -> Dimension:
    """Of a unit as the equations name it; areas and lengths come in figures (`100 um2`)."""
    word = unit.rpartition(" ")[2]
    return (
        parse_unit(word).dimension if word != "1" else parse_unit("mM").dimension / parse_unit("mM").dimension
    )


def readable(view: View) -> list[Asked]:
    """Everything that the equations of a cell define, and the rates of its states."""
    system = view.machine.system
    owners = (*system.states, *system.parameters, *system.definitions)
    return [(owner.path, read(owner.path, dimension_of(_plain(owner.unit)))) for owner in owners]


def _plain(unit: str) -> str:
    """A unit that has a word; those of broken powers have none and are told as concentrations here."""
    try:
        parse_unit(unit.rpartition(" ")[2])
    except ValueError:
        return unit if unit == "1" else "mM"
    return unit
