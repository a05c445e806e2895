"""Whether an expression follows what changes by itself."""

from __future__ import annotations

from collections.abc import Mapping, Set

from ionlang.model.books.states import variables
from ionlang.model.cell import Cell
from ionlang.model.cell_lines import variate_of
from ionlang.model.expression import Expr, reads
from ionlang.model.numbers import followers

_CONSTANTS = ("faraday", "gas_constant", "avogadro", "pi", "temperature", "thermal_voltage")
_MATTER = ("concentration", "amount", "volume")


def follows_state(cell: Cell, expression: Expr) -> str | None:
    """The first quantity that it reads which changes by itself: a state, or what follows from one; None if none."""
    states = {v.path for v in variables(cell)}
    moving = states | _at_once(cell) | {_content(path) for path in states}
    contents = {c.path for p in cell.places for c in p.contents}
    return _first(expression, followers(cell), moving, _parameters(cell) | (contents - moving))


def follows_beside_matter(cell: Cell, laws: Mapping[str, Expr], expression: Expr) -> str | None:
    """The first quantity that it reads which changes though concentrations and volumes stay as they are: a potential,
    a gate, a variable; None if none. `laws` say what everything else is made of."""
    states = variables(cell)
    moving = {v.path for v in states if v.kind not in _MATTER} | _at_once(cell)
    matter = {v.path for v in states if v.kind in _MATTER}
    fixed = _parameters(cell) | matter | {_content(path) for path in matter}
    rules = {path: law for path, law in {**followers(cell), **laws}.items() if path not in fixed}
    return _first(expression, rules, moving, fixed)


def _parameters(cell: Cell) -> set[str]:
    return {p.path for p in cell.parameters}


def _at_once(cell: Cell) -> set[str]:
    """What changes whether or not it is a state."""
    return {f"{m.name}.V" for m in cell.membranes} | {"time"}


def _content(path: str) -> str:
    """The concentration that an amount makes."""
    return path.removeprefix("amount(").removesuffix(")")


def _first(expression: Expr, rules: Mapping[str, Expr], moving: Set[str], fixed: Set[str]) -> str | None:
    """What is neither known to be fixed nor made of such things counts as moving."""
    for read in reads(expression):
        path = read.path
        if path in moving:
            return path
        if path in rules:
            through = _first(rules[path], rules, moving, fixed)
            if through is not None:
                return through
        elif path not in fixed and path not in _CONSTANTS and variate_of(path) is None:
            return path
    return None
