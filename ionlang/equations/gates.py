"""Equations of gates: dx/dt = factor (alpha (1 − x) − beta x), or factor (inf − x)/tau."""

from __future__ import annotations

import sympy

from ionlang.equations.notebook import Notebook
from ionlang.equations.synapses import synaptic_rate
from ionlang.equations.system import Origin
from ionlang.equations.wording import origin_of
from ionlang.model.cell import Channel, Gate, RateGate, RelaxGate, SynapticGate, Transporter
from ionlang.model.expression import Expr


def gate_recipes(book: Notebook, carrier: Channel | Transporter) -> None:
    """`alpha`, `beta`, `inf`, `tau` of each gate (without its temperature factor), and instantaneous gates."""
    for gate in carrier.gates:
        origin = origin_of(f"gate {gate.name} of {carrier.name}", gate.span)
        match gate.kinetics:
            case RateGate(alpha=alpha, beta=beta):
                _written(book, f"{gate.path}.alpha", "/ms", origin, alpha)
                _written(book, f"{gate.path}.beta", "/ms", origin, beta)
                book.recipe(f"{gate.path}.inf", "1", origin, _steady_state, gate)
                book.recipe(f"{gate.path}.tau", "ms", origin, _time_constant, gate)
            case RelaxGate(inf=inf, tau=tau):
                _written(book, f"{gate.path}.inf", "1", origin, inf)
                if tau is not None:
                    _written(book, f"{gate.path}.tau", "ms", origin, tau)
            case SynapticGate():
                pass  # rise and decay are parameters
        if gate.instantaneous:
            book.recipe(gate.path, "1", origin, Notebook.look, f"{gate.path}.inf")


def _written(book: Notebook, path: str, unit: str, origin: Origin, expression: Expr) -> None:
    """What the file writes out; a constant is a parameter of that path already."""
    if path not in book.symbols:
        book.recipe(path, unit, origin, Notebook.value, expression)


def _steady_state(book: Notebook, gate: Gate) -> sympy.Expr:
    return book.look(f"{gate.path}.alpha") / book.total(f"{gate.path}.alpha", f"{gate.path}.beta")


def _time_constant(book: Notebook, gate: Gate) -> sympy.Expr:
    return 1 / book.total(f"{gate.path}.alpha", f"{gate.path}.beta")


def gate_rate(book: Notebook, gate: Gate, path: str) -> sympy.Expr:
    """dx/dt [per ms] of one of the gate's states."""
    x = book.look(gate.path)
    factor = book.value(gate.factor) if gate.factor is not None else sympy.Integer(1)
    match gate.kinetics:
        case RateGate():
            alpha, beta = book.look(f"{gate.path}.alpha"), book.look(f"{gate.path}.beta")
            return factor * (alpha * (1 - x) - beta * x)
        case RelaxGate():
            return factor * (book.look(f"{gate.path}.inf") - x) / book.look(f"{gate.path}.tau")
        case SynapticGate():
            return factor * synaptic_rate(book, gate.path, gate.kinetics, path)


def gate_start(book: Notebook, gate: Gate, path: str) -> sympy.Expr:
    """The written start, or the steady state at the starting potential; what an event opens is closed before."""
    if isinstance(gate.kinetics, SynapticGate) and (gate.start is None or path != gate.path):
        return sympy.Integer(0)
    return book.value(gate.start) if gate.start is not None else book.look(f"{gate.path}.inf")
