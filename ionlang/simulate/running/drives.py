"""What actions lead by themselves: parameters and commands as functions of time, of what stands in a line in each
copy."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ionlang.codegen.callables import scalar_outputs, vector_arrays
from ionlang.equations.system import Expression
from ionlang.model.act.composition import stretches
from ionlang.model.act.present import Present
from ionlang.model.cell_lines import COPY
from ionlang.model.expression import Expr
from ionlang.simulate.evaluate_many import Many
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.running.plan import Plan
from ionlang.simulate.running.present import expressed, symbols

SAMPLED = 33
"""Copies of a line at which one looks how fast a drive is that depends on the position."""


@dataclass(frozen=True, slots=True)
class Led:
    """A row of the state vector that follows the drive's value of that number, of a line in that `copy` (from 0)."""

    which: int
    copy: int
    row: int


@dataclass(slots=True, eq=False)
class Drive:
    """`compute` gives values at an instant [ms], each a number or one for each copy (N,); those of `looked_at` tell how
    fast they are. The last answer is kept: many ask for the same instant. With lines `many_at_once` gives the values at
    m instants, each a number, (m,) or (N, m)."""

    compute: Callable[[float], Sequence[Many]]
    looked_at: tuple[tuple[int, ...], ...]
    many_at_once: Callable[[FloatArray], Sequence[Many]] | None = None
    asked: float = np.nan
    known: Sequence[Many] = ()

    def at(self, t: float) -> Sequence[Many]:
        if t != self.asked:
            self.known, self.asked = self.compute(t), t
        return self.known

    def many(self, t: FloatArray) -> Sequence[Many]:
        """At m instants, of a cell with lines."""
        assert self.many_at_once is not None
        return self.many_at_once(t)

    def sampled(self, t: float) -> list[float]:
        """What tells how fast it is."""
        found: list[float] = []
        for value, copies in zip(self.at(t), self.looked_at, strict=True):
            numbers = np.atleast_1d(value)
            there = [copy for copy in copies if copy < numbers.size] or [0]
            found += numbers[there].tolist()
        return found


def drive_of(
    plan: Plan,
    constant: Mapping[str, float],
    present: Present,
    moving: Sequence[str],
    commands: Sequence[Expr],
) -> Drive:
    """The moving parameters and the commands, in this order. `constant` are the parameters that are still."""
    machine = plan.machine
    wanted = [symbols(present, target, machine.look) for target in moving]
    wanted += [expressed(present, command, machine.look) for command in commands]
    if machine.has_lines:
        return _across(plan, wanted)
    compute, still = scalar_outputs(machine.system, wanted), machine.parameters(constant)
    nothing = [0.0] * len(machine.system.states)
    return Drive(lambda t: compute(t, nothing, still), ((0,),) * len(wanted))


def _across(plan: Plan, wanted: Sequence[Expression]) -> Drive:
    """What is acted on is written out in `wanted`, so parameters are as they are without actions."""
    machine = plan.machine
    compute, still = vector_arrays(machine.system, wanted), machine.parameters(plan.known.given)
    nothing = np.zeros(machine.layout.states.size)
    looked_at = tuple(_looked_at(plan, each) for each in wanted)

    def many(t: FloatArray) -> Sequence[Many]:
        return compute(t, np.broadcast_to(nothing[:, None], (nothing.size, t.size)), still)

    return Drive(lambda t: [_plain(v) for v in compute(t, nothing, still)], looked_at, many)


def _plain(value: Many) -> Many:
    return value if np.ndim(value) else float(value)


def _looked_at(plan: Plan, wanted: Expression) -> tuple[int, ...]:
    """The copies (from 0) of which the others differ in nothing, or not much."""
    machine = plan.machine
    spread = [each for each in wanted.free_symbols if each in machine.spread]
    if not spread:
        return (0,)
    count = max(line.count for line in machine.cell.lines)
    named = [w.copies for w in plan.windows] + [k.holding.copies for k in plan.keepings]
    found = {first - 1: None for first in stretches(named) if first <= count}
    numbers = [machine.symbols.get(f"{line.name}.{COPY}") for line in machine.cell.lines]
    if any(each not in numbers for each in spread):
        found |= dict.fromkeys(np.linspace(0, count - 1, min(count, SAMPLED)).astype(int).tolist())
    return tuple(sorted(found))
