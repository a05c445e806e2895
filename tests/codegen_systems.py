"""Systems built by hand, as a deriver would build them: a squid axon, and a pump-leak neuron in a closed
bath."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import sympy
from sympy import Integer, Rational, exp, log

from ionlang.equations.functions import Linoid
from ionlang.equations.system import Definition, Origin, Parameter, Root, Start, State, System

TIME = sympy.Symbol("t")


def linoid(x: sympy.Expr, k: int) -> sympy.Expr:
    return k * Linoid(x / k)


class Builder:
    """Collects the parts of a system in order; every path gives a symbol of its own."""

    def __init__(self) -> None:
        self.states: list[State] = []
        self.parameters: list[Parameter] = []
        self.definitions: list[Definition | Root] = []
        self.starts: list[Start] = []
        self.line = 0

    def origin(self, path: str) -> Origin:
        self.line += 1
        return Origin(path.rsplit(".", 1)[0], f"cell.ion:{self.line}")

    def state(self, path: str, kind: str, unit: str, start: sympy.Expr | float) -> sympy.Symbol:
        symbol = sympy.Symbol(path)
        self.states.append(State(path, symbol, kind, unit, self.origin(path)))  # type: ignore[arg-type]
        self.starts.append(Start(symbol, sympy.sympify(start)))
        return symbol

    def parameter(self, path: str, value: sympy.Expr | str, unit: str) -> sympy.Symbol:
        symbol = sympy.Symbol(path)
        exact = Rational(value) if isinstance(value, str) else value
        self.parameters.append(Parameter(path, symbol, exact, unit, f"{value} {unit}", self.origin(path)))
        return symbol

    def define(self, path: str, expression: sympy.Expr, unit: str = "") -> sympy.Symbol:
        symbol = sympy.Symbol(path)
        self.definitions.append(Definition(path, symbol, expression, unit, self.origin(path)))
        return symbol

    def system(self, name: str, rates: Sequence[sympy.Expr]) -> System:
        return System(
            name,
            TIME,
            tuple(self.states),
            tuple(self.parameters),
            tuple(self.definitions),
            tuple(rates),
            tuple(self.starts),
            (),
        )


def squid_axon() -> System:
    """Hodgkin and Huxley's axon with its resting potential at -65 mV, 100 um2 of it."""
    with sympy.core.parameters.distribute(False):
        return _squid_axon()


def _squid_axon() -> System:
    b = Builder()
    area = b.parameter("soma.area", "1", "100 um2")
    density = b.parameter("soma.capacitance", "1", "uF/cm2")
    capacitance = b.define("soma.C", area * density, "pF")
    conductances = [
        b.parameter(f"soma.{name}.density", g, "mS/cm2")
        for name, g in (("NaV", "120"), ("KDR", "36"), ("leak", "0.3"))
    ]
    reversals = [
        b.parameter(f"soma.{name}.reversal", e, "mV")
        for name, e in (("NaV", "50"), ("KDR", "-77"), ("leak", "-54.387"))
    ]
    phi = b.parameter("phi", "1", "")
    stimulus = b.parameter("soma.stimulus", "10", "pA")
    potential = b.state("soma.V", "potential", "mV", Rational(-65))
    m, h, n = (_gate(b, f"soma.{path}", phi, *rates) for path, rates in _squid_rates(potential).items())
    openness = (m[0] ** 3 * h[0], n[0] ** 4, Integer(1))
    currents = [
        b.define(f"soma.{name}.current", area * g * gate * (potential - reversal), "pA")
        for name, g, gate, reversal in zip(
            ("NaV", "KDR", "leak"), conductances, openness, reversals, strict=True
        )
    ]
    return b.system("squid", [-(sum(currents, Integer(0)) - stimulus) / capacitance, m[1], h[1], n[1]])


def _squid_rates(potential: sympy.Symbol) -> dict[str, tuple[sympy.Expr, sympy.Expr]]:
    return {
        "NaV.m": (Rational(1, 10) * linoid(potential + 40, 10), 4 * exp(-(potential + 65) / 18)),
        "NaV.h": (Rational(7, 100) * exp(-(potential + 65) / 20), 1 / (1 + exp(-(potential + 35) / 10))),
        "KDR.n": (
            Rational(1, 100) * linoid(potential + 55, 10),
            Rational(1, 8) * exp(-(potential + 65) / 80),
        ),
    }


def _gate(
    b: Builder, path: str, phi: sympy.Symbol, alpha: sympy.Expr, beta: sympy.Expr
) -> tuple[sympy.Symbol, sympy.Expr]:
    """A gate that starts at its steady state: its symbol and its rate."""
    opening, closing = b.define(f"{path}.alpha", alpha, "/ms"), b.define(f"{path}.beta", beta, "/ms")
    gate = b.state(path, "gate", "", opening / (opening + closing))
    return gate, phi * (opening * (1 - gate) - closing * gate)


def closed_neuron() -> System:
    """A neuron with leaks, two gated channels and a 3:2 pump in a small closed bath: eight states."""
    with sympy.core.parameters.distribute(False):
        return _closed_neuron()


INSIDE = {"Na": "25.231485", "K": "129.25764", "Cl": "9.900239"}
OUTSIDE = {"Na": "125.30555", "K": "4", "Cl": "123.2716"}
VALENCE = {"Na": 1, "K": 1, "Cl": -1}


def _closed_neuron() -> System:
    b = Builder()
    heat = b.parameter("thermal_voltage", "26.64", "mV")
    faraday = b.parameter("faraday", "96485.33", "fC/fmol")
    volumes = {
        "inside": b.parameter("inside.volume", "2.16", "pL"),
        "outside": b.parameter("outside.volume", "0.72", "pL"),
    }
    area = b.parameter("soma.area", "9.22", "100 um2")
    capacitance = b.define("soma.C", area * b.parameter("soma.capacitance", "1", "uF/cm2"), "pF")
    v = b.state("soma.V", "potential", "mV", Rational("-67.193253"))
    pools = {
        (place, ion): b.state(f"{place}.{ion}", "concentration", "mM", Rational(value))
        for place, values in (("inside", INSIDE), ("outside", OUTSIDE))
        for ion, value in values.items()
    }
    nernst = {
        ion: b.define(f"soma.E({ion})", heat / z * log(pools["outside", ion] / pools["inside", ion]), "mV")
        for ion, z in VALENCE.items()
    }
    n, n_rate = _delayed_gate(b, v)
    openness = _openness(b, v, n)
    currents = {name: _ohmic(b, name, area * gate, v - nernst[_ion(name)]) for name, gate in openness.items()}
    pump = _pump(b, area, pools)
    carried = {"Na": 3 * pump, "K": -2 * pump, "Cl": Integer(0)}
    sums = {
        ion: b.define(
            f"soma.current({ion})",
            carried[ion] + sum(i for name, i in currents.items() if _ion(name) == ion),
            "pA",
        )
        for ion in VALENCE
    }
    fluxes = {
        ion: b.define(f"soma.flux({ion})", sums[ion] / (z * faraday), "fmol/ms") for ion, z in VALENCE.items()
    }
    rates = [-sum(sums.values(), Integer(0)) / capacitance]
    rates += [-fluxes[ion] / volumes["inside"] for ion in VALENCE]
    rates += [fluxes[ion] / volumes["outside"] for ion in VALENCE]
    return b.system("closed neuron", [*rates, n_rate])


def _delayed_gate(b: Builder, v: sympy.Symbol) -> tuple[sympy.Symbol, sympy.Expr]:
    alpha = b.define("soma.KDR.n.alpha", Rational(3, 100) * linoid(v + 34, 10), "/ms")
    beta = b.define("soma.KDR.n.beta", Rational(3, 8) * exp(-(v + 44) / 80), "/ms")
    n = b.state("soma.KDR.n", "gate", "", alpha / (alpha + beta))
    return n, alpha * (1 - n) - beta * n


def _openness(b: Builder, v: sympy.Symbol, n: sympy.Symbol) -> dict[str, sympy.Expr]:
    """Conductance densities by channel."""
    alpha = b.define("soma.NaV.m.alpha", Rational(1, 10) * linoid(v + 30, 10), "/ms")
    beta = b.define("soma.NaV.m.beta", 4 * exp(-(v + 55) / 18), "/ms")
    m = b.define("soma.NaV.m", alpha / (alpha + beta))
    h = b.define("soma.NaV.h", 1 - 1 / (1 + exp(Rational(-13, 2) * (n - Rational(7, 20)))))
    full = {"K_leak": "0.05", "Na_leak": "0.0175", "Cl_leak": "0.02", "NaV": "100", "KDR": "40"}
    gates = {"NaV": m**3 * h, "KDR": n**4}
    return {
        name: b.parameter(f"soma.{name}.density", g, "mS/cm2") * gates.get(name, Integer(1))
        for name, g in full.items()
    }


def _ion(channel: str) -> str:
    return {"NaV": "Na", "KDR": "K"}.get(channel, channel.split("_")[0])


def _ohmic(b: Builder, name: str, conductance: sympy.Expr, force: sympy.Expr) -> sympy.Symbol:
    g = b.define(f"soma.{name}.conductance", conductance, "nS")
    return b.define(f"soma.{name}.current", g * force, "pA")


def _pump(b: Builder, area: sympy.Symbol, pools: dict[tuple[str, str], sympy.Symbol]) -> sympy.Symbol:
    density = b.parameter("soma.NaK.density", "6.8", "uA/cm2")
    sodium = 1 + exp((25 - pools["inside", "Na"]) / 3)
    potassium = 1 + exp(Rational("5.5") - pools["outside", "K"])
    return b.define("soma.NaK.current", area * density / sodium / potassium, "pA")


SYSTEMS: dict[str, Callable[[], System]] = {"squid": squid_axon, "closed": closed_neuron}
