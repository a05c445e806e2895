"""What quantities are before a run, as far as that is known: each is worked out when it is asked for.

Concentrations and potentials are those of the start, gates stand where they would settle there.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import partial

from ionlang.constants import AVOGADRO, FARADAY, GAS_CONSTANT
from ionlang.model.books.cycles import Cycle, cycles
from ionlang.model.cell import Cell, Gate, Membrane, Place, RateGate, RelaxGate
from ionlang.model.evaluate import NotKnown, evaluate, linoid
from ionlang.model.expression import Expr
from ionlang.model.numbers import followers

_CONSTANTS = {
    "pi": math.pi,
    "faraday": FARADAY.in_cell_units,
    "gas_constant": GAS_CONSTANT.in_cell_units,
    "avogadro": AVOGADRO.in_cell_units,
}
Rule = Callable[["Starting"], float]


class Starting(Mapping[str, float]):
    """Values by path, in cell units; `given` come instead of those of the file. Raises NotKnown for what only the run
    tells, and for what is tuned."""

    def __init__(
        self, rules: Mapping[str, Expr | Rule], tuned: frozenset[str], given: Mapping[str, float]
    ) -> None:
        self._rules = rules
        self._tuned = tuned
        self._found: dict[str, float] = {**_CONSTANTS, **given}
        self._open: list[str] = []

    def but(self, given: Mapping[str, float]) -> Starting:
        """The same with other values of some quantities."""
        return Starting(self._rules, self._tuned, given)

    def __getitem__(self, path: str) -> float:
        if path not in self._found:
            if path in self._open or path in self._tuned or path not in self._rules:
                raise NotKnown(path)
            self._open.append(path)
            try:
                self._found[path] = self._worked_out(self._rules[path])
            finally:
                self._open.pop()
        return self._found[path]

    def _worked_out(self, rule: Expr | Rule) -> float:
        try:
            return rule(self) if callable(rule) else evaluate(rule, self)
        except (ArithmeticError, ValueError):
            return math.nan

    def __contains__(self, path: object) -> bool:
        try:
            return isinstance(path, str) and math.isfinite(self[path])
        except NotKnown:
            return False

    def __iter__(self) -> Iterator[str]:
        yield from self._rules

    def __len__(self) -> int:
        return len(self._rules)


def starting(cell: Cell) -> Starting:
    """What the file says of its start."""
    rules: dict[str, Expr | Rule] = {}
    for place in cell.places:
        rules |= _of_place(place)
    for membrane in cell.membranes:
        rules |= _of_membrane(cell, membrane)
    for cycle in cycles(cell):
        rules |= {path: partial(_affinity, cycle=cycle) for path in cycle.readings[:1]}
    rules |= followers(cell)
    rules |= {parameter.path: parameter.value for parameter in cell.parameters}
    unknowns = cell.tuning.unknowns if cell.tuning is not None else ()
    return Starting(rules, frozenset(unknown.path for unknown in unknowns), {})


def _of_place(place: Place) -> dict[str, Expr | Rule]:
    found: dict[str, Expr | Rule] = {c.path: c.start for c in place.contents if c.start is not None}
    volume = place.volume_start or place.volume
    return found | ({f"{place.name}.volume": volume} if volume is not None else {})


def _of_membrane(cell: Cell, membrane: Membrane) -> dict[str, Expr | Rule]:
    found: dict[str, Expr | Rule] = {}
    if membrane.start is not None:
        found[f"{membrane.name}.V"] = membrane.start
    for species in (s for s in cell.species if s.valence):
        sides = [cell.holder(side, species.name) for side in (membrane.inside, membrane.outside)]
        if None not in sides:
            ends = (f"{sides[0]}.{species.name}", f"{sides[1]}.{species.name}")
            found |= _potentials(membrane.name, membrane.name, species.name, species.valence, ends)
    for channel in membrane.channels:
        for share in (s for s in channel.shares if s.species is not None):
            ends = (f"{share.inside}.{share.species}", f"{share.outside}.{share.species}")
            valence = cell.valence(share.species or "")
            found |= _potentials(channel.path, membrane.name, share.species or "", valence, ends)
    for gate in (g for carrier in membrane.carriers for g in carrier.gates):
        found[gate.path] = gate.start if gate.start is not None else partial(_settled, gate=gate)
    return found


def _potentials(
    owner: str, membrane: str, species: str, valence: Fraction, ends: tuple[str, str]
) -> dict[str, Expr | Rule]:
    return {
        f"{owner}.E({species})": partial(nernst, valence=float(valence), ends=ends),
        f"{owner}.ghk({species})": partial(_ghk, valence=float(valence), ends=ends, membrane=membrane),
    }


def nernst(values: Mapping[str, float], valence: float, ends: tuple[str, str]) -> float:
    """E = RT/(zF) ln(c_out/c_in) [mV]."""
    inside, outside = (values[end] for end in ends)
    return values["thermal_voltage"] / valence * math.log(outside / inside)


def _ghk(values: Starting, valence: float, ends: tuple[str, str], membrane: str) -> float:
    """z F (c_in L(u) − c_out L(−u)), u = zFV/RT."""
    u = valence * values[f"{membrane}.V"] / values["thermal_voltage"]
    inside, outside = (values[end] for end in ends)
    return valence * values["faraday"] * (inside * linoid(u) - outside * linoid(-u))


def _settled(values: Starting, gate: Gate) -> float:
    """The steady state; an event's gate is closed before one comes."""
    match gate.kinetics:
        case RateGate(alpha=alpha, beta=beta):
            opening = evaluate(alpha, values)
            return opening / (opening + evaluate(beta, values))
        case RelaxGate(inf=inf):
            return evaluate(inf, values)
        case _:
            return 0.0


def _affinity(values: Starting, cycle: Cycle) -> float:
    return affinity(values, cycle)


def affinity(values: Mapping[str, float], cycle: Cycle) -> float:
    """ln(K Π c_taken/Π c_given) + charge_out F V/(RT)."""
    found = math.log(evaluate(cycle.constant, values)) if cycle.constant is not None else 0.0
    found += sum(n * math.log(values[path]) for path, n in cycle.takes)
    found -= sum(n * math.log(values[path]) for path, n in cycle.gives)
    if cycle.charge_out:
        found += float(cycle.charge_out) * values[f"{cycle.membrane}.V"] / values["thermal_voltage"]
    return found
