"""What each entry of the shipped libraries is compared with: the registry, and a small membrane to look at an entry in.

A module of `tests/library_refs/` says

    @reference("squid.NaV")
    def fast_sodium() -> None: ...   # asserts

with a formula of its own, transcribed from the source that the entry cites. `tests/test_library_references.py` runs them
all, and fails for an entry that none of them names.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

import ionlang
from ionlang.diagnostics import Problems
from ionlang.model.names.libraries import MATTER
from ionlang.source import Source
from ionlang.syntax import ast
from ionlang.syntax.parse import parse

Check = Callable[[], None]
Values = NDArray[np.float64]

VALENCES = {"Na": 1, "K": 1, "Cl": -1, "Ca": 2, "Mg": 2, "H": 1, "HCO3": -1, "glutamate": -1, "Pi": -1}
VOLTAGES = np.array([-120.0, -93.3, -77.1, -65.0, -51.7, -41.3, -27.2, -10.0, 3.9, 22.6, 48.0])
"""Potentials (mV) at which laws are compared; none is a special point of a law by chance alone."""

LIBRARY = Path(ionlang.__file__).parent / "library"
REFERENCES: list[tuple[tuple[str, ...], Check]] = []


def reference(*entries: str) -> Callable[[Check], Check]:
    """Enter a check as what these entries, `library.entry`, are compared with."""

    def enter(check: Check) -> Check:
        REFERENCES.append((entries, check))
        return check

    return enter


def collected() -> list[tuple[tuple[str, ...], Check]]:
    """All checks of `tests/library_refs/`, by module."""
    folder = Path(__file__).parent / "library_refs"
    for module in sorted(pkgutil.iter_modules([str(folder)]), key=lambda m: m.name):
        importlib.import_module(f"tests.library_refs.{module.name}")
    return REFERENCES


def contents(text: str) -> tuple[str, str, str]:
    """`Na 10/140, K 140/4` as declarations, contents of the first side, contents of the second (mM)."""
    species = [part.split() for part in text.split(",") if part.strip()]
    names = [name for name, _ in species]
    matter = [f"ion {n} {{ valence = {VALENCES[n]} }}" if n in VALENCES else f"solute {n}" for n in names]
    sides = [[value.split("/")[i] for _, value in species] for i in (0, 1)]
    first, second = ("; ".join(f"{n} = {c} mM" for n, c in zip(names, side, strict=True)) for side in sides)
    return "\n".join(matter), first, second


def membrane(use: str, carriers: str, matter: str, temperature: str = "temperature = 37 degC") -> str:
    """A model of one membrane (inside | outside), `cell`, with these carriers. Its area is 100 um2, so that pA are
    uA/cm2, and nS are mS/cm2."""
    declared, first, second = contents(matter)
    return f"""{temperature}
use {use}
{declared}
bath inside  {{ {first} }}
bath outside {{ {second} }}
membrane cell (inside | outside) {{
    area = 100 um2
    capacitance = 1 uF/cm2
    V from currents starting at -65 mV
    {carriers}
}}
"""


@dataclass(frozen=True)
class Probe:
    """What the compiled model computes, in cell units (ms, mV, pA, nS, mM), with states and parameters as given."""

    text: str

    @cached_property
    def model(self) -> ionlang.Model:
        model = ionlang.loads(self.text, "probe.ion")
        assert [d for d in model.check() if d.severity == "error"] == [], [d.message for d in model.check()]
        return model

    def values(
        self, paths: Sequence[str], given: Mapping[str, ArrayLike], at: str = "cell.V"
    ) -> dict[str, Values]:
        """The values of these paths while the states and parameters in `given` have these values; arrays go through
        together. `at` names the one whose values are many."""
        machine = self.model.machine
        states = {path: value for path, value in given.items() if path in machine.state_index}
        p = machine.parameters_many({path: value for path, value in given.items() if path not in states})
        count = np.size(given.get(at, 0.0))
        start = machine.initial_state(machine.parameters({}))
        y = np.repeat(np.asarray(start, dtype=float)[:, None], count, axis=1)
        for path, value in states.items():
            y[machine.state_index[path]] = value
        found = machine.paths(list(paths))(np.zeros(count), y, p)
        return dict(zip(paths, found, strict=True))

    def gate(self, path: str, V: Values) -> tuple[Values, Values]:
        """The steady state and the time constant (ms), at this temperature, of a gate at these potentials."""
        factor = [name for name in (f"{path}.temperature_factor",) if name in self.model.machine.symbols]
        inf, tau, *faster = self.values([f"{path}.inf", f"{path}.tau", *factor], {"cell.V": V}).values()
        return inf, tau / (faster[0] if faster else 1.0)


def agree(found: ArrayLike, expected: ArrayLike, rtol: float = 1e-9, atol: float = 1e-12) -> None:
    """Fails with both where they differ."""
    np.testing.assert_allclose(np.asarray(found), np.asarray(expected), rtol=rtol, atol=atol)


def charge_numbers(library: str) -> dict[str, float]:
    """The valences of all matter that a library declares."""
    model = parse(Source(library, (LIBRARY / f"{library}.ion").read_text(encoding="utf-8")), Problems())
    matter = [
        item.name.text for item in model.items if isinstance(item, ast.Block) and item.kind.text in MATTER
    ]
    held = "; ".join(f"{name} = 1 mM" for name in matter)
    cell = ionlang.loads(f"use {library}\nbath fluid {{ {held} }}\n").cell
    return {species.name: float(species.valence) for species in cell.species}
