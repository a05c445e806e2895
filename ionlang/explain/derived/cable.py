"""The closed form of a line: the length constant and the time constant of a uniform passive cable.

Where the conductances of a membrane do not follow its V, a small current into one copy spreads as C dV/dt = −G V +
g (V of the previous − 2 V + V of the next): the potential falls by e over λ = √(A Δx/(ρ G)), and in τ = C/G. Copies
stand apart, and on them it falls by e over Δx/(2 arsinh(Δx/(2λ))).
"""

from __future__ import annotations

from collections.abc import Iterator

from ionlang.equations.closed.form import ClosedForm, Result, Step
from ionlang.explain.derived.derivation import NotThere
from ionlang.explain.explanation import Name
from ionlang.explain.laws.between import section
from ionlang.explain.laws.carriers import conductance_of
from ionlang.explain.laws.membranes import counts
from ionlang.explain.render.numbers import with_unit
from ionlang.explain.view import View
from ionlang.model.algebra import ONE, count, log, over, plus, power, read, sqrt, times
from ionlang.model.books.along import conducting, has_field
from ionlang.model.books.states import variables
from ionlang.model.cell import Cell, Channel, CycleCurrent, FromCurrents, Line, Membrane, Ohmic, Transporter
from ionlang.model.cell_lines import Axial
from ionlang.model.expression import Expr, reads
from ionlang.model.numbers import followers
from ionlang.simulate.lines.linear_cable import LinearCable
from ionlang.units import CAPACITANCE, CONDUCTANCE, LENGTH, PURE, TIME

Found = tuple[View, ClosedForm] | NotThere


def cables(view: View) -> Iterator[Found]:
    """Of every axial current of a line: its cable form, with the view that knows its numbers; or why there is none."""
    for line in view.cell.lines:
        for axial in line.axials:
            membrane = next(m for m in view.cell.membranes if m.name == axial.membranes[0])
            why = _why_not(view, line, axial, membrane)
            linear = None if why else view.linear_cable(f"{membrane.name}.V")
            if linear is None:
                words = (
                    f"no length constant of {axial.place}: {why or 'no answer to a current falls along it'}"
                )
                yield NotThere("cable", axial.place, words)
            else:
                yield _form(view, line, axial, membrane, linear)


def _why_not(view: View, line: Line, axial: Axial, membrane: Membrane) -> str:
    others = [c.place for c in conducting(view.cell, line) if c is not axial]
    if len(axial.membranes) > 1 or has_field(view.cell, line, axial.place) or others:
        return "current flows along more than one place"
    if line.name not in view.alike or line.count < 3:
        return "its copies are not alike at this rest"
    sizes = [conductance_of(c.path).path for c in membrane.channels]
    if not all(view.is_even(p) for p in (f"{axial.path}.half", f"{membrane.name}.total_capacitance", *sizes)):
        return "its copies differ in section, resistivity, length, capacitance or conductance"
    if not isinstance(membrane.potential, FromCurrents):
        return f"V of {membrane.name} does not follow from currents on a capacitance"
    return next(filter(None, (_follows(view, membrane, c) for c in membrane.carriers if counts(c))), "")


def _follows(view: View, membrane: Membrane, carrier: Channel | Transporter) -> str:
    """Why the current of a carrier is no straight line in V; nothing where it is one."""
    cell, now = view.cell, view.now
    if now[f"{carrier.path}.block"] == 1:
        return ""
    if isinstance(carrier, Transporter):
        law = carrier.law
        moving = _moving(cell, law.current if isinstance(law, CycleCurrent) else law.rate)
        return f"the current of {carrier.name} follows {moving}" if moving else ""
    if not isinstance(carrier.law, Ohmic):
        return f"the current of {carrier.name} is no conductance times a difference of V"
    size = carrier.law
    moving = _moving(cell, size.conductance) or (
        "" if size.reversal is None else _moving(cell, size.reversal)
    )
    return f"the conductance of {carrier.name} follows {moving}" if moving else ""


def _moving(cell: Cell, expression: Expr) -> str:
    """The first quantity that it reads which changes by itself, concentrations aside; nothing where none does."""
    rules = followers(cell)
    moving = {v.path for v in variables(cell) if v.kind in ("potential", "charge", "gate", "variable")}
    moving |= {f"{m.name}.V" for m in cell.membranes} | {"time"}  # for membership only
    waiting = [r.path for r in reads(expression)]
    while waiting:
        path = waiting.pop(0)
        if path in moving or path.endswith((".affinity", ".free_energy")) or ".mass_" in path:
            return path
        if path in rules:
            waiting += [r.path for r in reads(rules[path])]
    return ""


def _form(
    view: View, line: Line, axial: Axial, membrane: Membrane, linear: LinearCable
) -> tuple[View, ClosedForm]:
    name, step = membrane.name, view.now.of(line.spacing)
    scale, time, correction = f"{name}.length_constant", f"{name}.time_constant", f"{name}.grid_error"
    for path, value, symbol, words in (
        (scale, linear.steps * step, Name("λ"), "length over which V falls by e"),
        (time, linear.time, Name("τ"), "time in which V falls by e"),
        (correction, linear.steps**-2 / 24.0, Name("ε"), "spacing over length constant, squared, over 24"),
    ):
        view = view.with_value(path, value, (symbol, words))
    whole, continuous, slow, gridded = _steps(view, line, axial, membrane, scale, time)
    return view, ClosedForm(
        "cable",
        name,
        (whole, continuous, slow),
        (Result(continuous.left.path, scale), Result(slow.left.path, time)),
        (
            f"all copies of {line.name} are alike, and current flows along {axial.place} alone",
            "every channel that is open is a conductance that does not follow V, and no other current does",
            "concentrations stay as they are",
        ),
        neglected=f"that the copies stand {with_unit(step, LENGTH)} apart",
        correction=correction,
        complete=(whole, gridded, slow),
    )


def _steps(
    view: View, line: Line, axial: Axial, membrane: Membrane, scale: str, time: str
) -> tuple[Step, Step, Step, Step]:
    """G; λ of a continuous cable; τ; λ of copies that stand apart."""
    whole = read(f"{membrane.name}.conductance()", CONDUCTANCE)
    sizes = [conductance_of(c.path) for c in membrane.channels if isinstance(c.law, Ohmic)]
    sizes = [size for size in sizes if view.now[size.path]]
    length, decay = read(f"closed({scale})", LENGTH), read(f"closed({time})", TIME)
    root = sqrt(over(times(section(axial), line.spacing), times(axial.resistivity, whole)), LENGTH)
    half = over(line.spacing, times(count(2), root))
    apart = times(count(2), log(plus(half, sqrt(plus(ONE, power(half, 2)), PURE))))
    charged = over(read(f"{membrane.name}.total_capacitance", CAPACITANCE), whole)
    return (
        Step(whole, plus(*sizes), "all conductances together", ("G", ""), "conductance of one copy"),
        Step(length, root, "length constant of a continuous cable"),
        Step(decay, charged, "time constant"),
        Step(length, over(line.spacing, apart), "length constant of copies that stand apart"),
    )
