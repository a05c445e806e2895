"""The potential of a membrane as a balance: every way that charge takes, and where all of them together carry none.

Sizes are held as they are at the moment: a conductance with its gates as open as they are then, a pump with its current
of then. What is left is a function of V alone that rises with it, so the balance has one root.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from ionlang.explain.laws.carriers import (
    conductance_of,
    current_of,
    permeability_of,
    portion,
    ratio_of,
    reversal_of,
)
from ionlang.explain.laws.membranes import counts, injected_into, nernst, reaching
from ionlang.explain.laws.paths import FARADAY, concentration, in_thermal, potential, valence
from ionlang.explain.laws.spots import ALONE, Spots
from ionlang.explain.moment import Changed, Moment
from ionlang.explain.names import species_name
from ionlang.explain.voltage.along import ways_along
from ionlang.explain.voltage.way import Way
from ionlang.model.algebra import (
    ONE,
    exp,
    linoid,
    minus,
    negated,
    read,
    signed_sum,
    times,
    written_out,
)
from ionlang.model.cell import (
    Cell,
    Channel,
    ConstantField,
    DefinedPotential,
    Membrane,
    Ohmic,
    Share,
)
from ionlang.model.evaluate import evaluate
from ionlang.model.evaluate import linoid as linoid_of
from ionlang.model.expression import Expr
from ionlang.simulate.functions import FloatArray
from ionlang.units import CURRENT

FARTHEST = 2000.0
"""No balance is sought beyond this [mV]."""
_ROUNDS, _STILL, _SLOPE = 50, 1e-9, 1e-3


@dataclass(frozen=True, slots=True)
class Balance:
    """All ways of a membrane, in the file's order."""

    cell: Cell
    membrane: Membrane
    ways: tuple[Way, ...]

    @property
    def V(self) -> str:
        return f"{self.membrane.name}.V"

    def total(self, values: Mapping[str, float], V: float) -> float:
        """Current out at this V [pA]."""
        at = Changed({self.V: V}, values)
        return math.fsum(evaluate(way.current, at) for way in self.ways)

    def root(self, values: Mapping[str, float], near: float) -> float | None:
        """The V at which no current is left; None where nothing balances."""
        return root_of(lambda V: self.total(values, V), near)

    def without(self, way: Way) -> Balance:
        return Balance(self.cell, self.membrane, tuple(w for w in self.ways if w is not way))


def balance_of(cell: Cell, membrane: Membrane, spots: Spots = ALONE) -> Balance:
    ways: list[Way] = []
    for carrier in (c for c in membrane.carriers if counts(c)):
        if isinstance(carrier, Channel):
            ways += [_through(cell, membrane, carrier, share) for share in carrier.shares]
        else:
            words = f"{carrier.kind} {carrier.name}"
            whole = current_of(carrier.path)
            ways.append(Way(words, carrier, None, whole, None, ONE, None, whole))
    ways += [_from_others(cell, sign, path) for sign, path in reaching(cell, membrane.name)]
    ways += ways_along(cell, membrane, spots)
    ways += [_injected(path) for path in injected_into(cell, membrane)]
    return Balance(cell, membrane, tuple(ways))


def _injected(path: str) -> Way:
    inward = read(path, CURRENT)
    return Way("injected current", None, None, negated(inward), None, ONE, None, inward, Fraction(-1))


def _from_others(cell: Cell, sign: Fraction, path: str) -> Way:
    """What comes through a membrane whose potential is made of others; it changes with theirs."""
    owner, _, word = path.rpartition(".")
    membrane = next(m for m in cell.membranes if any(c.path == owner for c in m.carriers))
    carrier = next(c for c in membrane.carriers if c.path == owner)
    current: Expr = read(path, CURRENT)
    what = f"{carrier.name} of {membrane.name}"
    if isinstance(carrier, Channel):
        species = word.removeprefix("current(").removesuffix(")")
        share = next((s for s in carrier.shares if (s.species or "charge") == species), carrier.shares[0])
        current = in_other_potentials(cell, membrane, _through(cell, membrane, carrier, share).current)
        what = what if share.species is None else f"{species_name(share.species)} through {what}"
    return Way(what, None, None, signed_sum([(-sign, current)]), None, ONE, None, read(path, CURRENT), -sign)


def in_other_potentials(cell: Cell, membrane: Membrane, expression: Expr) -> Expr:
    """With V of a membrane whose potential is defined written out."""
    defined = {
        f"{m.name}.V": m.potential.value for m in cell.membranes if isinstance(m.potential, DefinedPotential)
    }
    return written_out(
        expression, defined | {d.path: d.value for d in cell.definitions}, f"{membrane.name}.V"
    )


def _through(cell: Cell, membrane: Membrane, channel: Channel, share: Share) -> Way:
    V, path = potential(membrane.name), channel.path
    several = len(channel.shares) > 1
    flow = read(f"{path}.current({share.species or 'charge'})", CURRENT) if several else current_of(path)
    match channel.law:
        case Ohmic(reversal=reversal):
            if reversal is None:
                ion = share.species or ""
                towards = nernst(
                    cell, ion, concentration(share.inside, ion), concentration(share.outside, ion)
                )
            else:
                towards = reversal_of(cell, membrane, channel, share)
            part = portion(channel, share)
            current = times(conductance_of(path), part, minus(V, towards))
            return Way(channel.name, channel, share, current, conductance_of(path), part, towards, flow)
        case ConstantField():
            ion = share.species or ""
            inside, outside = concentration(share.inside, ion), concentration(share.outside, ion)
            part = ratio_of(path, share) if share.ratio is not None else ONE
            u = in_thermal(cell, V, valence(ion))
            field = times(valence(ion), FARADAY, linoid(u), minus(inside, times(outside, exp(negated(u)))))
            current = times(permeability_of(path), part, field)
            towards = nernst(cell, ion, inside, outside)
            return Way(channel.name, channel, share, current, permeability_of(path), part, towards, flow)
        case _:
            return Way(channel.name, channel, share, flow, None, ONE, None, flow)


def root_of(rising: Callable[[float], float], near: float) -> float | None:
    """Where a function that rises is zero: a bracket that widens from `near`, then regula falsi (Illinois)."""
    low, high, step = near - 1.0, near + 1.0, 1.0
    below, above = rising(low), rising(high)
    while not below <= 0 <= above:
        step *= 2
        if step > FARTHEST:
            return None
        low, high = (low - step if below > 0 else low), (high + step if above < 0 else high)
        below, above = rising(low), rising(high)
    if below == above:
        return None
    side = 0
    for _ in range(200):
        middle = (low * above - high * below) / (above - below)
        if not low <= middle <= high:
            middle = (low + high) / 2
        value = rising(middle)
        if value == 0 or high - low < 1e-13 * max(1.0, abs(middle)):
            return middle
        if value < 0:
            low, below, above = middle, value, above / 2 if side < 0 else above
            side = -1
        else:
            high, above, below = middle, value, below / 2 if side > 0 else below
            side = 1
    return (low + high) / 2


def balances_of(cell: Cell, spots: Spots = ALONE) -> tuple[Balance, ...]:
    """Of every membrane whose potential follows from currents, in the file's order."""
    potentials = (m for m in cell.membranes if not isinstance(m.potential, DefinedPotential))
    return tuple(balance_of(cell, m, spots) for m in potentials)


def joint_root(
    balances: tuple[Balance, ...], values: Mapping[str, float], near: Mapping[str, float]
) -> dict[str, float] | None:
    """The potentials at which all balances hold together, by path; None where nothing balances. Several are tied only
    through membranes whose potential is made of theirs: Newton's method, with the slopes from small differences."""
    if len(balances) == 1:
        (only,) = balances
        root = only.root(values, near[only.V])
        return None if root is None else {only.V: root}
    paths = [b.V for b in balances]
    V = np.array([near[path] for path in paths])
    for _ in range(_ROUNDS):
        step = _newton_step(balances, values, V)
        if step is None or not np.all(np.abs(V + step) < FARTHEST):
            return None
        V = V + step
        if float(np.abs(step).max()) < _STILL:
            return dict(zip(paths, V.tolist(), strict=True))
    return None


def _newton_step(
    balances: tuple[Balance, ...], values: Mapping[str, float], V: FloatArray
) -> FloatArray | None:
    """How far to go from V to where the currents, taken as straight lines, cancel."""
    here = _totals(balances, values, V)
    moved = [_totals(balances, values, V + shift) for shift in _SLOPE * np.eye(V.size)]
    slopes = np.stack([(there - here) / _SLOPE for there in moved], axis=1)
    try:
        step = np.asarray(np.linalg.solve(slopes, -here), dtype=np.float64)
    except np.linalg.LinAlgError:
        return None
    return step if np.all(np.isfinite(step)) else None


def _totals(balances: tuple[Balance, ...], values: Mapping[str, float], V: FloatArray) -> FloatArray:
    at = Changed(dict(zip([b.V for b in balances], V.tolist(), strict=True)), values)
    return np.array([math.fsum(evaluate(way.current, at) for way in b.ways) for b in balances])


def conductance_at(balance: Balance, way: Way, moment: Moment) -> float | None:
    """The chord conductance of a way at the V of the moment [nS]: current over V − E, also at V = E; None for what is
    no path of an ion, or of an ion that stands on one side alone."""
    if way.size is None or way.towards is None:
        return None
    size = moment.of(way.size) * moment.of(way.part)
    share = way.share
    if not isinstance(way.carrier, Channel) or isinstance(way.carrier.law, Ohmic) or share is None:
        return size
    ion = share.species or ""
    z, unit = float(balance.cell.valence(ion)), moment["thermal_voltage"]
    V, E, inside = moment[balance.V], moment.of(way.towards), moment[f"{share.inside}.{ion}"]
    if not math.isfinite(E):
        return None
    field = z * z * moment["faraday"] * inside * linoid_of(z * V / unit) / linoid_of(z * (V - E) / unit)
    return size * field / unit


def settling(balance: Balance, moment: Moment) -> float | None:
    """How far V lies above the balance of its currents [mV]; None where nothing balances."""
    V = moment[balance.V]
    root = balance.root(moment, V)
    return None if root is None else V - root
