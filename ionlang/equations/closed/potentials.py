"""Closed forms of V from the flows that rest ties together: Nernst, constant field, with a pump, chord conductance.

One ion alone in a tie stands still: V is its equilibrium potential. Several that flow: the tie is an equation for V,
linear in V for conductances, and in exp(FV/RT) for constant fields of monovalent ions.
"""

from __future__ import annotations

from fractions import Fraction

import sympy

from ionlang.equations.closed import quantities as q
from ionlang.equations.closed.alphabet import Alphabet
from ionlang.equations.closed.form import ClosedForm, Kind, Result, Step
from ionlang.equations.closed.steady import Flow, Tie
from ionlang.equations.express import number
from ionlang.model.books.ledger import Process, charge_of, couplings
from ionlang.model.cell import Cell, FromZeroCurrent, Membrane
from ionlang.model.expression import Read
from ionlang.source import NOWHERE
from ionlang.units import VOLTAGE

Weighted = tuple[tuple[Flow, Fraction], ...]


def form_of_tie(cell: Cell, tie: Tie) -> ClosedForm | None:
    """The closed form of V that a tie comes to; None if it comes to none."""
    membranes = list(dict.fromkeys(flow.membrane.name for flow, _ in tie.flows))
    if len(membranes) != 1 or not q_is_warm(cell, tie):
        return None
    currents = _as_currents(cell, tie)
    if any(weight < 0 for _, weight in currents):
        return None
    if not tie.others and _one_ion(currents):
        return _nernst(cell, currents)
    beside = [p.path for p in couplings(cell)]
    if any(not p.path.startswith(f"{membranes[0]}.") and p.path not in beside for p, _ in tie.others):
        return None  # what reaches this membrane through others is on another area
    if all(flow.is_ohmic for flow, _ in currents):
        return _chord(cell, tie, currents)
    if tie.others or any(flow.is_ohmic for flow, _ in currents):
        return None
    return _constant_field(cell, currents)


def q_is_warm(cell: Cell, tie: Tie) -> bool:
    """Whether RT/F is known where an ion's equilibrium is needed."""
    known = cell.temperature is not None or cell.thermal_voltage is not None
    return known or not any(flow.is_thermodynamic for flow, _ in tie.flows)


def _as_currents(cell: Cell, tie: Tie) -> Weighted:
    """Weights of currents instead of amounts, the first one 1."""
    found = [
        (flow, weight / (cell.valence(flow.share.species) if flow.share.species is not None else 1))
        for flow, weight in tie.flows
    ]
    unit = found[0][1] if found else Fraction(1)
    return tuple((flow, weight / unit) for flow, weight in found)


def _one_ion(currents: Weighted) -> bool:
    ways = {(f.share.species, f.share.inside, f.share.outside) for f, _ in currents}
    return len(ways) == 1 and all(flow.is_thermodynamic for flow, _ in currents)


def _potential(membrane: Membrane) -> Read:
    return Read(f"{membrane.name}.V", VOLTAGE, NOWHERE)


def _form(kind: Kind, membrane: Membrane, alphabet: Alphabet, law: sympy.Expr, words: str) -> ClosedForm:
    V = _potential(membrane)
    step = Step(Read(f"closed({V.path})", VOLTAGE, NOWHERE), alphabet.written(law), words)
    return ClosedForm(kind, membrane.name, (step,), (Result(step.left.path, V.path),), ())


def _nernst(cell: Cell, currents: Weighted) -> ClosedForm:
    """What stands still is in equilibrium: in = out exp(−zFV/RT)."""
    alphabet, (flow, _) = Alphabet(), currents[0]
    ion = flow.share.species or ""
    unit, z = q.thermal(alphabet, cell), q.valence(alphabet, cell, ion)
    outside = q.concentration(alphabet, flow.share.outside, ion)
    inside = q.concentration(alphabet, flow.share.inside, ion)
    factor = sympy.Symbol("factor", positive=True)  # exp(-zFV/RT)
    (ratio,) = sympy.solve(sympy.Eq(inside, outside * factor), factor)
    law = -unit / z * sympy.log(ratio)
    law = unit / z * sympy.log(1 / ratio) if law.has(sympy.log) else law
    form = _form("Nernst", flow.membrane, alphabet, law, "")
    ways = " and ".join(f.channel.name for f, _ in currents)
    word = "the only open way" if len(currents) == 1 else "the only open ways"
    why = f"{ways} {'is' if len(currents) == 1 else 'are'} {word} of {ion} between {flow.share.inside} and "
    why += f"{flow.share.outside}, and passive: at rest nothing flows there, so {ion} is in equilibrium"
    return _with(form, (why,), ion)


def _with(form: ClosedForm, conditions: tuple[str, ...], species: str = "") -> ClosedForm:
    return ClosedForm(form.kind, form.subject, form.steps, form.results, conditions, species)


def _chord(cell: Cell, tie: Tie, currents: Weighted) -> ClosedForm:
    """Σ w g (V − E) + Σ I = 0, solved for V."""
    alphabet, membrane = Alphabet(), currents[0][0].membrane
    V = sympy.Dummy("V", real=True)
    total: sympy.Expr = sympy.Integer(0)
    for flow, weight in currents:
        g, E = q.size(alphabet, flow), q.nernst(alphabet, cell, flow)
        total += number(weight) * g * (V - E)
    scale = _scale(cell, tie)
    for process, weight in tie.others:
        path, charges = _as_current(cell, membrane, process)
        total += number(weight / scale / charges) * q.current(alphabet, path)
    (law,) = sympy.solve(sympy.Eq(total, 0), V)
    above, below = (sympy.expand(part) for part in sympy.fraction(sympy.together(law)))
    weights = {weight for _, weight in currents}
    words = "mean of the reversal potentials, weighted by conductance"
    form = _form("chord conductance", membrane, alphabet, above / below, words)
    why = ["every channel that is open is a conductance to a potential of its own; each as it is at rest"]
    if len(weights) > 1:
        why.append(_balanced(currents))
    elif tie.others:
        why += _taken(cell, tie)
    else:
        why.append("no other current flows")
    return _with(form, tuple(why))


def _as_current(cell: Cell, membrane: Membrane, process: Process) -> tuple[str, Fraction]:
    """A process of a membrane that is no flow of a conductance: the path of its current, and the charges that one unit
    of its rate carries."""
    owner, _, word = process.path.rpartition(".")
    transporter = next((t for t in membrane.transporters if t.path == owner), None)
    if transporter is not None:
        return f"{owner}.current", transporter.charge_out
    if word.startswith("flux("):
        ion = word.removeprefix("flux(").removesuffix(")")
        return f"{owner}.current({ion})", cell.valence(ion)
    if process.path in [p.path for p in couplings(cell)]:
        return q.arriving(membrane.name, process.path), process.change_of(charge_of(membrane.name))
    return process.path, Fraction(1)


def _scale(cell: Cell, tie: Tie) -> Fraction:
    flow, weight = tie.flows[0]
    return weight / (cell.valence(flow.share.species) if flow.share.species is not None else 1)


def _taken(cell: Cell, tie: Tie) -> list[str]:
    """What flows beside the channels: carriers, and what passes between copies of a line."""
    beside = [p.path for p in couplings(cell)]
    own = list(dict.fromkeys(p.what for p, _ in tie.others if p.path not in beside))
    along = list(dict.fromkeys(p.what for p, _ in tie.others if p.path in beside))
    said = [f"the current of {' and '.join(own)} is taken as it is at rest"] if own else []
    if along:
        said.append(
            f"what {' and '.join(along)} brings from the copies beside this one is taken as it is at rest"
        )
    return said


def _balanced(currents: Weighted) -> str:
    found = dict.fromkeys((w, f.share.species or f.channel.name) for f, w in currents)
    parts = [f"{'' if w == 1 else f'{w} of '}the current of {name}" for w, name in found]
    return f"a pump takes back what leaks, so at rest {' and '.join(parts)} add up to nothing"


def _constant_field(cell: Cell, currents: Weighted) -> ClosedForm | None:
    """Σ w P (…) = 0: for monovalent ions linear in e = exp(FV/RT)."""
    species = [flow.share.species or "" for flow, _ in currents]
    if any(abs(cell.valence(ion)) != 1 for ion in species):
        return None
    alphabet, membrane = Alphabet(), currents[0][0].membrane
    unit, e = q.thermal(alphabet, cell), sympy.Symbol("e", positive=True)
    total: sympy.Expr = sympy.Integer(0)
    for (flow, weight), ion in zip(currents, species, strict=True):
        P = number(weight) * q.size(alphabet, flow)
        outside = q.concentration(alphabet, flow.share.outside, ion)
        inside = q.concentration(alphabet, flow.share.inside, ion)
        # a common factor FV/RT · F/(e - 1) is left out: it never changes its sign
        total += P * (inside * e - outside) if cell.valence(ion) > 0 else P * (outside * e - inside)
    (ratio,) = sympy.solve(sympy.Eq(total, 0), e)
    above, below = (sympy.expand(part) for part in sympy.fraction(sympy.together(ratio)))
    pumped = len({weight for _, weight in currents}) > 1
    kind: Kind = "Mullins-Noda" if pumped else "Goldman-Hodgkin-Katz"
    words = "constant field, with the ratio of the pump" if pumped else "constant field"
    form = _form(kind, membrane, alphabet, unit * sympy.log(above / below), words)
    why = "every ion that flows is monovalent and passes by constant field"
    more = _balanced(currents) if pumped else _none_else(currents, cell, membrane)
    return _with(form, (why, more))


def _none_else(currents: Weighted, cell: Cell, membrane: Membrane) -> str:
    names = list(dict.fromkeys(f.share.species or "" for f, _ in currents))
    listed = ", ".join(names[:-1]) + f" and {names[-1]}" if len(names) > 1 else names[0]
    when = "at all times" if isinstance(membrane.potential, FromZeroCurrent) else "at rest"
    return f"no pump adds a net current to those of {listed}, which cancel {when}"
