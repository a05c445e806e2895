"""Where a change of a quantity in the copies of a line lands: as `landing.py`, in arrays over the copies."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ionlang.model.cell_lines import Copies
from ionlang.simulate.evaluate_many import Many
from ionlang.simulate.functions import FloatArray, Parameters
from ionlang.simulate.machine import Machine

Rows = NDArray[np.intp]


def rows_in(machine: Machine, path: str, copies: Copies | None) -> Rows:
    """The rows of a state in these copies (None: in all), in order of the copies."""
    number = next(i for i, state in enumerate(machine.system.states) if state.path == path)
    rows = np.flatnonzero(machine.layout.states == number)
    return rows[chosen(copies)]


def chosen(copies: Copies | None) -> slice:
    """The places of these copies in an array over all."""
    return slice(None) if copies is None else slice(copies.first - 1, copies.last)


def numbered_rows(machine: Machine, path: str, copies: Copies | None) -> Iterator[tuple[int, int]]:
    """Each row of a state in these copies, with the place of its copy, from 0."""
    first = 0 if copies is None else copies.first - 1
    yield from enumerate(rows_in(machine, path, copies).tolist(), first)


class Landing:
    """A target in some copies, at an instant [ms], in the states (n,)."""

    def __init__(
        self,
        machine: Machine,
        time: float,
        states: list[float],
        parameters: Parameters,
        copies: Copies | None,
    ) -> None:
        self.machine, self.copies = machine, copies
        self.time, self.parameters = time, parameters
        self.states: FloatArray = np.array(states, dtype=float)
        self.paths = {state.path: None for state in machine.system.states}

    def put(self, target: str, value: Many) -> list[float]:
        """The states after the target has taken a value (or one of each copy (N,)), in its unit."""
        owner, given = target.rpartition(".")[0], self._of_copies(value)
        if target in self.paths:
            return self._with(target, given)
        if f"amount({target})" in self.paths:
            total = given + self._bound(target, given)
            return self._with(f"amount({target})", total * self._value(f"{owner}.volume"))
        return self._with(f"{owner}.charge", given * self._value(f"{owner}.total_capacitance"))

    def give(self, target: str, amount: Many) -> list[float]:
        """The states after something has been added to the target in each of the copies, in its unit (or, to
        `amount(P.S)`, an amount)."""
        given = self._of_copies(amount)
        if target in self.paths:
            return self._raised(target, given)
        path = target.removeprefix("amount(").removesuffix(")")
        owner = path.rpartition(".")[0]
        if path in self.paths:
            return self._raised(path, given / self._value(f"{owner}.volume"))
        if f"amount({path})" in self.paths:
            return self._raised(f"amount({path})", given * self._value(f"{owner}.volume"))
        return self._raised(f"{owner}.charge", given * self._value(f"{owner}.total_capacitance"))

    def _with(self, path: str, values: FloatArray) -> list[float]:
        self.states[rows_in(self.machine, path, self.copies)] = values
        found: list[float] = self.states.tolist()
        return found

    def _raised(self, path: str, amounts: FloatArray) -> list[float]:
        return self._with(path, self.states[rows_in(self.machine, path, self.copies)] + amounts)

    def _of_copies(self, value: Many) -> FloatArray:
        found = np.asarray(value, dtype=float)
        return found[chosen(self.copies)] if found.ndim else found

    def _value(self, path: str) -> FloatArray:
        t, y = np.array([self.time]), self.states[:, None]
        found = self.machine.arrays([path])(t, y, self.parameters)[0]
        return self._of_copies(found[..., 0])

    def _bound(self, path: str, free: FloatArray) -> FloatArray:
        """What fast buffers bind when so much is free."""
        owner, _, species = path.rpartition(".")
        found = np.zeros(())
        for buffer in self.machine.cell.buffers_of(owner, species):
            sites, half = (self._value(f"{buffer.path}.{word}") for word in ("sites", "K_d"))
            found = found + sites * free / (half + free)
        return found
