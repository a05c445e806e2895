"""Where scenarios ended, for those that begin there: `begin at end of OTHER` runs the other one once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ionlang.simulate.functions import FloatArray
from ionlang.simulate.machine import Machine

_Key = tuple[str, tuple[tuple[str, float], ...], float]


@dataclass(slots=True)
class Ends:
    """The end states (n,) of scenarios that others go on from, by scenario, given values and tolerance."""

    known: dict[_Key, FloatArray] = field(default_factory=dict)

    def keep(
        self, machine: Machine, name: str, given: Mapping[str, float], rtol: float, states: FloatArray
    ) -> None:
        if any(s.after == name for s in machine.cell.scenarios):
            self.known[_key(name, given, rtol)] = states.copy()

    def find(self, machine: Machine, name: str, given: Mapping[str, float], rtol: float) -> FloatArray | None:
        return self.known.get(_key(name, given, rtol))


def _key(name: str, given: Mapping[str, float], rtol: float) -> _Key:
    return name, tuple(sorted(given.items())), rtol
