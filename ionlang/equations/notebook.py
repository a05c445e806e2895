"""Definitions on demand: whoever needs `soma.E(K)` asks for its symbol, and the equation is written down then, after
everything it needs. The order that results is an evaluation order, the same on every run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Concatenate, ParamSpec

import sympy

from ionlang.equations.express import express
from ionlang.equations.system import Definition, Origin
from ionlang.model.expression import Expr

Given = ParamSpec("Given")


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to write a definition when somebody asks for it."""

    equation: Callable[[], sympy.Expr]
    unit: str
    origin: Origin


@dataclass(slots=True)
class Notebook:
    """Symbols of states and parameters, recipes of everything else, definitions written so far."""

    symbols: dict[str, sympy.Symbol] = field(default_factory=dict)
    recipes: dict[str, Recipe] = field(default_factory=dict)
    definitions: list[Definition] = field(default_factory=list)

    def declare(self, path: str) -> sympy.Symbol:
        """The symbol of a state or parameter."""
        return self.symbols.setdefault(path, sympy.Symbol(path))

    def recipe(
        self,
        path: str,
        unit: str,
        origin: Origin,
        equation: Callable[Concatenate[Notebook, Given], sympy.Expr],
        *given: Given.args,
        **named: Given.kwargs,
    ) -> None:
        """`path` is `equation(notebook, *given)`; the first recipe of a path counts."""
        self.recipes.setdefault(path, Recipe(partial(equation, self, *given, **named), unit, origin))

    def look(self, path: str) -> sympy.Symbol:
        """The symbol of a path; its definition is written first if it has one. Raises KeyError for a path that
        nothing defines: a mistake of ours, the model stage has checked every name."""
        if path not in self.symbols:
            recipe = self.recipes[path]
            expression = recipe.equation()
            symbol = sympy.Symbol(path)
            self.definitions.append(Definition(path, symbol, expression, recipe.unit, recipe.origin))
            self.symbols[path] = symbol
        return self.symbols[path]

    def value(self, expression: Expr) -> sympy.Expr:
        """An expression of the file in symbols."""
        return express(expression, self.look)

    def total(self, *paths: str) -> sympy.Expr:
        """The sum of these paths."""
        return sum((self.look(path) for path in paths), sympy.Integer(0))

    def write_all(self) -> None:
        """Every definition that nobody has asked for yet."""
        for path in list(self.recipes):
            self.look(path)
