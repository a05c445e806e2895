"""Affinity of a cycle and the two terms of its mass action."""

from __future__ import annotations

from collections.abc import Iterable

import sympy

from ionlang.equations.express import number
from ionlang.equations.notebook import Notebook
from ionlang.equations.system import Origin
from ionlang.model.books.cycles import Cycle
from ionlang.model.cell import Cell
from ionlang.model.check.defined import is_warm


def affinity_recipes(cell: Cell, book: Notebook, cycle: Cycle | None, origin: Origin) -> None:
    """`affinity` [1], `mass_forward` and `mass_backward` [mM^n], whose ratio is e^affinity; with an equilibrium
    constant also `free_energy`. Without a temperature only where no net charge is moved."""
    if cycle is None or (cycle.charge_out and not is_warm(cell)):
        return
    affinity, forward, backward = cycle.readings
    order = sum(count for _, count in cycle.takes)
    unit = "1" if order == 0 else "mM" if order == 1 else f"mM{order}"
    book.recipe(affinity, "1", origin, _affinity, cycle)
    book.recipe(forward, unit, origin, _product, cycle.takes)
    book.recipe(backward, unit, origin, _backward, cycle)
    if cycle.constant is not None and is_warm(cell):
        book.recipe(f"{cycle.path}.free_energy", "mJ/mol", origin, _free_energy, affinity)


def _product(book: Notebook, parts: Iterable[tuple[str, int]]) -> sympy.Expr:
    return sympy.Mul(*(book.look(path) ** count for path, count in parts))


def _given(book: Notebook, cycle: Cycle) -> sympy.Expr:
    """Π c_given/K."""
    given = _product(book, cycle.gives)
    return given if cycle.constant is None else given / _constant(book, cycle)


def _constant(book: Notebook, cycle: Cycle) -> sympy.Expr:
    assert cycle.constant is not None
    return book.value(cycle.constant)


def _electric(book: Notebook, cycle: Cycle) -> sympy.Expr:
    """charge_out F V/(RT): what the potential gives to one cycle."""
    return number(cycle.charge_out) * book.look(f"{cycle.membrane}.V") / book.look("thermal_voltage")


def _affinity(book: Notebook, cycle: Cycle) -> sympy.Expr:
    """−ΔG/(RT) = ln(K Π c_taken/Π c_given) + charge_out F V/(RT)."""
    taken = _product(book, cycle.takes)
    taken = taken if cycle.constant is None else taken * _constant(book, cycle)
    chemical = sympy.log(taken / _product(book, cycle.gives))
    return chemical + _electric(book, cycle) if cycle.charge_out else chemical


def _backward(book: Notebook, cycle: Cycle) -> sympy.Expr:
    """Π c_given e^(−charge_out F V/(RT))/K."""
    given = _given(book, cycle)
    return given * sympy.exp(-_electric(book, cycle)) if cycle.charge_out else given


def _free_energy(book: Notebook, affinity: str) -> sympy.Expr:
    """ΔG = −RT affinity; RT = F × RT/F."""
    return -book.look("faraday") * book.look("thermal_voltage") * book.look(affinity)
