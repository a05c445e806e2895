"""Implicit definitions in the notebook: where a root stands, whoever is asked first, and what cannot be solved."""

from __future__ import annotations

import pytest
import sympy

from ionlang.equations.notebook import Notebook
from ionlang.equations.system import Origin

HERE = Origin("membrane soma", "cell.ion:1")


def _membrane() -> Notebook:
    """Two ohmic currents and their sum; V is where it is zero."""
    book = Notebook()
    for path in ("E.K", "E.Na", "g.K", "g.Na"):
        book.declare(path)
    for ion in ("K", "Na"):
        book.recipe(f"half.{ion}", "nS", HERE, lambda b, i: b.look(f"g.{i}") / 2, ion)
        book.recipe(
            f"current.{ion}",
            "pA",
            HERE,
            lambda b, i: b.look(f"half.{i}") * (b.look("V") - b.look(f"E.{i}")),
            ion,
        )
    book.recipe("current", "pA", HERE, lambda b: b.look("current.K") + b.look("current.Na"))
    book.root(
        "V", "mV", HERE, lambda b: b.look("current"), lambda b: b.look("lowest"), lambda b: b.look("E.Na")
    )
    book.recipe("lowest", "mV", HERE, lambda b: b.look("E.K") - 1)
    return book


ORDER = {
    "V": "lowest half.K half.Na V current.K current.Na current",
    "current": "half.K lowest half.Na V current.K current.Na current",
    "current.Na": "half.Na lowest half.K V current.K current.Na current",
    "half.Na": "half.Na",
}


@pytest.mark.parametrize("first", ORDER)
def test_a_root_stands_behind_what_it_needs_and_before_what_depends_on_it(first: str) -> None:
    book = _membrane()
    book.look(first)
    assert [entry.path for entry in book.definitions] == ORDER[first].split()
    book.write_all()
    assert len({entry.path for entry in book.definitions}) == len(book.definitions) == 7


def test_one_root_needs_another() -> None:
    """The inner root is asked for while the outer one is being written; it stands before it."""
    book = Notebook()
    a = book.declare("a")
    book.recipe("outer.term", "1", HERE, lambda b: b.look("outer") * b.look("inner.term"))
    book.recipe("inner.term", "1", HERE, lambda b: b.look("inner") ** 2)
    book.root("outer", "1", HERE, lambda b: b.look("outer.term") - 3, lambda b: 0 * a, lambda b: a)
    book.root("inner", "1", HERE, lambda b: b.look("inner.term") - a, lambda b: 0 * a, lambda b: a)
    book.look("outer.term")
    assert [entry.path for entry in book.definitions] == ["inner", "inner.term", "outer", "outer.term"]


@pytest.mark.parametrize("first", ["x", "y"])
def test_two_roots_that_need_each_other_are_refused(first: str) -> None:
    book = Notebook()
    one = sympy.Integer(1)
    for own, other in (("x", "y"), ("y", "x")):
        book.root(
            own, "1", HERE, lambda b, s, o: b.look(s) - b.look(o), lambda *_: -one, lambda *_: one, own, other
        )
    with pytest.raises(ValueError, match="roots that need each other"):
        book.look(first)


def test_a_bound_cannot_depend_on_the_root() -> None:
    book = Notebook()
    book.root("x", "1", HERE, lambda b: b.look("x"), lambda b: b.look("x") - 1, lambda b: sympy.Integer(1))
    with pytest.raises(ValueError, match="bounds of x depend on it"):
        book.look("x")
