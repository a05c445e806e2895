"""Systems with roots, built by hand: a potential without current, calcium with fast buffers, both in one cell."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import sympy
from sympy import Integer, Rational, exp, log

from ionlang.equations.functions import Linoid
from ionlang.equations.system import Root, System
from tests.codegen_systems import Builder


class Seeker(Builder):
    """A builder that knows roots: the symbol first, then what depends on it, then the equation."""

    def root(
        self, path: str, residual: sympy.Expr, lower: sympy.Expr, upper: sympy.Expr, unit: str, before: int
    ) -> None:
        """The root stands in front of the definition number `before`."""
        bounds = sympy.sympify(lower), sympy.sympify(upper)
        found = Root(path, sympy.Symbol(path), residual, *bounds, unit, self.origin(path))
        self.definitions.insert(before, found)


HEAT = Rational("26.7")
GOLDMAN = {"K": (1, "140", "4", "1"), "Na": (1, "10", "145", "0.04"), "Cl": (-1, "10", "120", "0.45")}


def goldman() -> System:
    """Constant-field currents of three monovalent ions that add up to nothing; the inside changes slowly."""
    b = Seeker()
    v = sympy.Symbol("soma.V")
    currents = {}
    contents = {}
    for ion, (z, inside, outside, permeability) in GOLDMAN.items():
        contents[ion] = b.state(f"inside.{ion}", "concentration", "mM", Rational(inside))
        bath = b.parameter(f"bath.{ion}", outside, "mM")
        p = b.parameter(f"soma.{ion}_leak.permeability", permeability, "cm/s")
        u = z * v / HEAT
        expression = z * p * (contents[ion] * Linoid(u) - bath * Linoid(-u))
        currents[ion] = b.define(f"soma.{ion}_leak.current", expression, "pA")
    total = b.define("soma.current", sum(currents.values(), Integer(0)), "pA")
    b.root("soma.V", total, Integer(-200), Integer(200), "mV", 0)
    return b.system("goldman", [-i * GOLDMAN[ion][0] / 1000 for ion, i in currents.items()])


def buffered(buffers: Mapping[str, tuple[str, str]] | None = None) -> System:
    """Total calcium is the state, free calcium the root; a saturable pump takes free calcium away."""
    b = Seeker()
    _free_calcium(b, buffers or {"fast": ("0.3", "0.001"), "slow": ("1", "0.02")})
    pump = b.define(
        "soma.pump.flux", sympy.Symbol("inside.Ca") / (sympy.Symbol("inside.Ca") + Rational("0.001"))
    )
    return b.system("buffered", [-pump / 100])


def _free_calcium(b: Seeker, buffers: Mapping[str, tuple[str, str]]) -> sympy.Symbol:
    """Between the total spread over its sites and the total: c <= total <= c (1 + sum of B/K)."""
    free = sympy.Symbol("inside.Ca")
    total = b.state("inside.Ca.total", "concentration", "mM", Rational("0.05"))
    first = len(b.definitions)
    bound, capacity = [], []
    for name, (sites, half) in buffers.items():
        most, k = (
            b.parameter(f"inside.{name}.total", sites, "mM"),
            b.parameter(f"inside.{name}.K_d", half, "mM"),
        )
        bound.append(b.define(f"inside.{name}.bound", most * free / (k + free), "mM"))
        capacity.append(most / k)
    lower = total / (1 + sum(capacity, Integer(0)))
    b.root("inside.Ca", free + sum(bound, Integer(0)) - total, lower, total, "mM", first)
    return free


def cell_with_both() -> System:
    """Free calcium opens a potassium channel; a gate and the calcium channel see the potential at which no current
    flows; the gate starts at its steady state at that potential, which depends on the gate."""
    b = Seeker()
    free = _free_calcium(b, {"fast": ("0.3", "0.001"), "slow": ("1", "0.02")})
    inside = b.state("inside.K", "concentration", "mM", Integer(140))
    opened = b.define("soma.KCa.open", free**2 / (free**2 + Rational("0.0002") ** 2))
    reversal = b.define("soma.E(K)", HEAT * log(4 / inside), "mV")
    first, v = len(b.definitions), sympy.Symbol("soma.V")
    gate_at_rest = b.define("soma.KDR.n.inf", 1 / (1 + exp(-(v + 40) / 8)))
    gate = b.state("soma.KDR.n", "gate", "", gate_at_rest)
    currents = _currents(b, v, opened, reversal, gate)
    b.root("soma.V", sum(currents, Integer(0)), reversal, Integer(60), "mV", first)
    entry = b.define("soma.CaV.current", Rational(1, 50) * (v - 120) / (1 + exp(-(v + 30) / 6)), "pA")
    rates = [-entry / 50 - free / 10, -(currents[0] + currents[1]) / 1000, (gate_at_rest - gate) / 5]
    return b.system("both", rates)


def _currents(
    b: Seeker, v: sympy.Symbol, opened: sympy.Symbol, reversal: sympy.Symbol, gate: sympy.Symbol
) -> Sequence[sympy.Symbol]:
    full = {name: b.parameter(f"soma.{name}.density", g, "nS") for name, g in CONDUCTANCES.items()}
    driven = (full["KCa"] * opened * (v - reversal), full["KDR"] * gate**4 * (v - reversal))
    leak = full["leak"] * (v + 10) + full["NaP"] * (v - 50) / (1 + exp(-(v + 50) / 15))
    return [
        b.define(f"soma.{name}.current", expression, "pA")
        for name, expression in zip(("KCa", "KDR", "leak"), (*driven, leak), strict=True)
    ]


CONDUCTANCES = {"KCa": "2", "KDR": "36", "leak": "0.3", "NaP": "0.5"}

IMPLICIT: dict[str, Callable[[], System]] = {"goldman": goldman, "buffered": buffered, "both": cell_with_both}
