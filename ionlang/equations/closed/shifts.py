"""How far from V the equilibrium potential of each ion comes to lie: what a pump moves has to leak back.

At rest Σ g (V − E)/(zF) + Σ n J = 0 for each ion. A cotransporter whose rate is a straight line in the potentials
joins the ions that it moves; the one carrier whose rate is not, the pump, has an unknown rate J. These equations are
linear in E − V, and SymPy solves them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import sympy

from ionlang.equations.closed import quantities as q
from ionlang.equations.closed.alphabet import Alphabet
from ionlang.equations.closed.chamber import Chamber, Ion, NotClosed
from ionlang.equations.closed.form import Step
from ionlang.equations.closed.law import density_of, law_in_potentials
from ionlang.equations.express import number
from ionlang.model.cell import Transporter
from ionlang.model.expression import Expr, Read
from ionlang.source import NOWHERE
from ionlang.units import AREA, CONDUCTANCE, VOLTAGE


@dataclass(frozen=True, slots=True)
class Shifts:
    """E − V of each ion by species [mV], in terms of the rate of the `pump` (None: all are 0). `steps` name the slopes
    of cotransporters, which the shifts read."""

    of: dict[str, sympy.Expr] = field(default_factory=dict)
    pump: Transporter | None = None
    rate: sympy.Symbol | None = None
    steps: tuple[Step, ...] = ()


def no_shifts(chamber: Chamber) -> Shifts:
    return Shifts({ion.species: sympy.Integer(0) for ion in chamber.ions})


def shifts_of(alphabet: Alphabet, chamber: Chamber) -> Shifts:
    """Raises NotClosed where the equations are not of that kind."""
    unknown = {ion.species: sympy.Dummy(f"shift_{ion.species}", real=True) for ion in chamber.ions}
    slopes = {t.path: law_in_potentials(chamber, t, unknown) for t in chamber.carriers}
    pumps = [t for t in chamber.carriers if slopes[t.path] is None]
    if len(pumps) > 1:
        names = " and ".join(t.name for t in pumps)
        raise NotClosed(
            f"the rates of {names} are no straight lines in the potentials, and only one may be unknown"
        )
    pump = pumps[0] if pumps else None
    J = q.rate(alphabet, pump.path) if pump is not None else None
    steps: list[Step] = []
    rates: dict[str, sympy.Expr] = {pump.path: J} if pump is not None and J is not None else {}
    for carrier in chamber.carriers:
        straight = slopes[carrier.path]
        if straight is not None:
            combination, law = straight
            slope = _slope(alphabet, carrier, law)
            steps.append(slope)
            g = alphabet.positive(slope.left.path, CONDUCTANCE / AREA)
            rates[carrier.path] = g * combination / q.faraday(alphabet)
    equations = [_balance(alphabet, ion, unknown, rates) for ion in chamber.ions]
    found = sympy.solve(equations, list(unknown.values()), dict=True)
    if len(found) != 1 or len(found[0]) != len(unknown):
        raise NotClosed("what passes does not decide where each ion comes to rest")
    return Shifts({s: sympy.factor(found[0][d]) for s, d in unknown.items()}, pump, J, tuple(steps))


def _balance(
    alphabet: Alphabet, ion: Ion, unknown: dict[str, sympy.Dummy], rates: dict[str, sympy.Expr]
) -> sympy.Expr:
    """What leaves of an ion: −Σ g (E − V)/(zF) + Σ n J."""
    F, z = q.faraday(alphabet), number(ion.valence)
    if any(not flow.is_ohmic for flow in ion.flows):
        raise NotClosed(f"{ion.species} passes by constant field, whose flow is no straight line in V − E")
    leaks = [q.size(alphabet, flow) * unknown[ion.species] / (z * F) for flow in ion.flows]
    carried = [number(out) * rates[carrier.path] for carrier, out in ion.carried]
    return sum(carried, sympy.Integer(0)) - sum(leaks, sympy.Integer(0))


def _slope(alphabet: Alphabet, carrier: Transporter, law: Expr) -> Step:
    left = Read(f"{carrier.path}.slope", CONDUCTANCE / AREA, NOWHERE)
    words = f"how steeply {carrier.name} follows the potentials"
    meaning = f"F times what {carrier.name} turns over for each mV"
    return Step(left, law, words, ("g", carrier.name), meaning)


def shift_steps(alphabet: Alphabet, chamber: Chamber, shifts: Shifts) -> tuple[Step, ...]:
    """The shifts that are not 0 as steps of their own."""
    found = []
    for ion in chamber.ions:
        law = shifts.of[ion.species]
        if law != 0:
            left = Read(shift_path(chamber, ion), VOLTAGE, NOWHERE)
            meaning = f"how far the equilibrium potential of {ion.species} lies above V"
            words = f"what the pump does to {ion.species}: E − V"
            found.append(Step(left, alphabet.written(law), words, ("δ", ion.species), meaning))
    return tuple(found)


def shift_path(chamber: Chamber, ion: Ion) -> str:
    return f"{chamber.membrane.name}.shift({ion.species})"


def rate_law(chamber: Chamber, pump: Transporter) -> Expr:
    """The law of the pump's rate per area."""
    return density_of(chamber.cell, chamber.membrane, pump)
