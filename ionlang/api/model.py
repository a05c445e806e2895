"""The Python door: a model that can be checked, brought to rest, run and compiled."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ionlang import compiler
from ionlang.api.dependence import Dependence
from ionlang.api.reading import Values
from ionlang.api.reasons import Reasons
from ionlang.diagnostics import ModelError
from ionlang.source import Source

if TYPE_CHECKING:
    from os import PathLike

    from ionlang.analyse.card import Card
    from ionlang.simulate.members import Share
    from ionlang.simulate.resting.stability import Equilibrium
    from ionlang.simulate.study import Study


class Model(Dependence, Reasons):
    """A cell in a text. Reading it never fails: `check()` says what is wrong, all other methods raise
    `ionlang.ModelError` if something is."""

    def rest(self, set: Values | None = None) -> Card:
        """The equilibrium card: every equilibrium, potentials, ledgers, conserved quantities, the state without pumps.

        `set` replaces parameters: `model.rest(set={"rho": "0 uA/cm2"})`. Raises ModelError.
        """
        from ionlang.analyse.card import card_of
        from ionlang.analyse.unpumped import unpumped_card

        rest = self._rest(set)
        return replace(card_of(rest), tuned=self._solved(set), unpumped=unpumped_card(rest))

    def equilibria(self, set: Values | None = None) -> tuple[Equilibrium, ...]:
        """Every distinct equilibrium, by the first membrane's potential. Raises ModelError."""
        return self._rest(set).found

    def study(
        self,
        scenario: str | None = None,
        set: Values | None = None,
        rtol: float = 1e-6,
        progress: Share | None = None,
    ) -> Study:
        """Run a scenario for each of its variants and each value of its sweeps (once, if it has none); each time as
        often as it takes to `find` what it seeks. A run that fails keeps its reason, the others finish. Raises
        ModelError; KeyError for an unknown name."""
        from ionlang.simulate.members import run_study

        chosen = self._scenario(scenario)
        found = run_study(self.machine, chosen, self._values(set), rtol, progress)
        return replace(found, tuned=self._solved(set))

    def compile(self) -> str:
        """The text of a Python module that needs NumPy alone, with what is tuned as found. Raises ModelError."""
        return compiler.module(self.cell)

    def _repr_html_(self) -> str:
        """What a notebook shows: the file's documentation, what there is, and its equilibria; or what is wrong."""
        from ionlang.render import render_html

        if self.checked.cell is None:
            return render_html(self.check())
        from ionlang.analyse.pages import model_page

        try:
            return model_page(self.cell, self.rest())
        except ModelError as error:  # what is tuned cannot be found
            return render_html(error.diagnostics)

    def __repr__(self) -> str:
        return f"<ionlang model {self.source.name}>"


def load(path: str | PathLike[str]) -> Model:
    """A model from a file. Raises OSError if it cannot be read."""
    return Model(Source(str(path), Path(path).read_text(encoding="utf-8")))


def loads(text: str, name: str = "<text>") -> Model:
    """A model from a text."""
    return Model(Source(name, text))
