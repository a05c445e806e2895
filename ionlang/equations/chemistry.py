"""Equations of reactions: cycles per time in one compartment, positive as written."""

from __future__ import annotations

import sympy

from ionlang.equations.affinity import affinity_recipes
from ionlang.equations.notebook import Notebook
from ionlang.equations.wording import origin_of
from ionlang.model.books.cycles import cycle_of
from ionlang.model.cell import Cell, MassAction, Part, Reaction, WrittenRate
from ionlang.model.expression import Expr


def reaction_recipes(cell: Cell, book: Notebook, reaction: Reaction) -> None:
    """`rate` of a reaction, its affinity and free energy where they are known."""
    origin = origin_of(f"reaction {reaction.name}", reaction.span)
    book.recipe(f"{reaction.path}.rate", "fmol/ms", origin, _rate, reaction)
    affinity_recipes(cell, book, cycle_of(reaction), origin)


def _rate(book: Notebook, reaction: Reaction) -> sympy.Expr:
    """The share that is not blocked × what the law says, of the whole volume."""
    left = 1 - book.look(f"{reaction.path}.block")
    match reaction.law:
        case WrittenRate(rate=rate, basis="total"):
            return left * book.value(rate)
        case WrittenRate(rate=rate):
            return left * book.look(f"{reaction.place}.volume") * book.value(rate)
        case MassAction():
            return left * book.look(f"{reaction.place}.volume") * _mass_action(book, reaction)


def _mass_action(book: Notebook, reaction: Reaction) -> sympy.Expr:
    """k_f Π c^n − k_b Π c^n."""
    assert isinstance(reaction.law, MassAction)
    line = reaction.conversion
    forward = _way(book, reaction.law.forward, line.origins)
    return forward - _way(book, reaction.law.backward, line.targets)


def _way(book: Notebook, constant: Expr | None, parts: tuple[Part, ...]) -> sympy.Expr:
    if constant is None:
        return sympy.Integer(0)
    return book.value(constant) * sympy.Mul(*(book.look(f"{p.place}.{p.species}") ** p.count for p in parts))


def brought_by_chemistry(book: Notebook, cell: Cell, place: str, species: str) -> list[sympy.Expr]:
    """What reactions, and what carriers turn, bring to a place [fmol/ms]."""
    lines = [(t.path, t.conversion) for m in cell.membranes for t in m.transporters]
    lines += [(r.path, r.conversion) for r in cell.reactions]
    changes = [(path, line.change(place, species)) for path, line in lines if line is not None]
    return [sympy.Integer(change) * book.look(f"{path}.rate") for path, change in changes if change]
