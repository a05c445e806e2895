"""Definitions on demand: whoever needs `soma.E(K)` asks for its symbol, and the equation is written down then, after
everything it needs. The order that results is an evaluation order, the same on every run.

A root is asked for in the same way. Its equation reads the root itself, so its symbol is known while the equation is
written; what was written meanwhile is then sorted into what the root needs and what depends on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Concatenate, ParamSpec

import sympy

from ionlang.equations.express import express
from ionlang.equations.implicit import placed
from ionlang.equations.system import Definition, Origin, Root
from ionlang.model.expression import Expr

Given = ParamSpec("Given")


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to write a definition when somebody asks for it."""

    equation: Callable[[], sympy.Expr]
    unit: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class RootRecipe:
    """How to write an equation that a quantity solves, and the bounds between which it does."""

    residual: Callable[[], sympy.Expr]
    lower: Callable[[], sympy.Expr]
    upper: Callable[[], sympy.Expr]
    unit: str
    origin: Origin


@dataclass(slots=True)
class Notebook:
    """Symbols of states and parameters, recipes of everything else, definitions written so far; `spread` are the
    states and parameters that stand in a line, with the number of its copies."""

    symbols: dict[str, sympy.Symbol] = field(default_factory=dict)
    recipes: dict[str, Recipe | RootRecipe] = field(default_factory=dict)
    definitions: list[Definition | Root] = field(default_factory=list)
    spread: dict[sympy.Symbol, int] = field(default_factory=dict)

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

    def root(
        self,
        path: str,
        unit: str,
        origin: Origin,
        residual: Callable[Concatenate[Notebook, Given], sympy.Expr],
        lower: Callable[Concatenate[Notebook, Given], sympy.Expr],
        upper: Callable[Concatenate[Notebook, Given], sympy.Expr],
        *given: Given.args,
        **named: Given.kwargs,
    ) -> None:
        """`path` is where `residual(notebook, *given)`, which looks at `path` itself, is zero. It changes its sign once
        between `lower(notebook, *given)` and `upper(notebook, *given)`, which must not depend on `path`. The first
        recipe of a path counts."""
        residue = partial(residual, self, *given, **named)
        bounds = partial(lower, self, *given, **named), partial(upper, self, *given, **named)
        self.recipes.setdefault(path, RootRecipe(residue, *bounds, unit, origin))

    def look(self, path: str) -> sympy.Symbol:
        """The symbol of a path; its definition is written first if it has one. Raises KeyError for a path that
        nothing defines, ValueError for two roots that need each other: mistakes of ours, the model stage has checked
        every name."""
        if path not in self.symbols:
            recipe = self.recipes[path]
            if isinstance(recipe, Recipe):
                self._write(path, recipe)
            else:
                self._write_root(path, recipe)
        return self.symbols[path]

    def _write(self, path: str, recipe: Recipe) -> None:
        expression = recipe.equation()
        if path in self.symbols:  # it reads a root whose equation reads it: written there, behind the root
            return
        symbol = self.declare(path)
        self.definitions.append(Definition(path, symbol, expression, recipe.unit, recipe.origin))

    def _write_root(self, path: str, recipe: RootRecipe) -> None:
        before = len(self.definitions)
        symbol = self.declare(path)
        bounds = recipe.lower(), recipe.upper()
        root = Root(path, symbol, recipe.residual(), *bounds, recipe.unit, recipe.origin)
        self.definitions[before:] = placed(root, self.definitions[before:])

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
