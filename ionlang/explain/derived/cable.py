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
from ionlang.explain.laws.carriers import conductance_of, current_of
from ionlang.explain.laws.membranes import counts, reaching
from ionlang.explain.names import joined
from ionlang.explain.render.numbers import with_unit
from ionlang.explain.view import View
from ionlang.model.algebra import ONE, count, log, over, plus, power, read, sqrt, times
from ionlang.model.books.along import conducting, has_field
from ionlang.model.books.following import follows_beside_matter
from ionlang.model.cell import Channel, FromCurrents, Line, Membrane, Ohmic, Transporter
from ionlang.model.cell_lines import Axial
from ionlang.model.expression import Expr
from ionlang.simulate.lines.linear_cable import LinearCable
from ionlang.units import CAPACITANCE, CONDUCTANCE, CURRENT, LENGTH, PURE, TIME

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
                known = _with_numbers(view, membrane, linear, view.now.of(line.spacing))
                yield known, _form(known, line, axial, membrane)


def _why_not(view: View, line: Line, axial: Axial, membrane: Membrane) -> str:
    others = [c.place for c in conducting(view.cell, line) if c is not axial]
    if has_field(view.cell, line, axial.place) or others:
        return "current flows along more than one place"
    if len(axial.membranes) > 1:
        return f"membranes {joined(axial.membranes)} enclose it"
    if line.count < 3:
        return f"{line.name} has fewer than three copies"
    if line.name not in view.level:
        return "its copies are not in the same state at this rest"
    sizes = [conductance_of(c.path).path for c in membrane.channels]
    if not all(view.is_even(p) for p in (f"{axial.path}.half", f"{membrane.name}.total_capacitance", *sizes)):
        return "its copies differ in section, resistivity, length, capacitance or conductance"
    if not isinstance(membrane.potential, FromCurrents):
        return f"V of {membrane.name} does not follow from currents on a capacitance"
    return next(filter(None, _bent(view, membrane)), "")


def _bent(view: View, membrane: Membrane) -> Iterator[str]:
    """Of every current that charges the membrane why it is no straight line in V; nothing of those that are."""
    yield from (_follows(view, carrier) for carrier in membrane.carriers if counts(carrier))
    for _, path in reaching(view.cell, membrane.name):
        what = f"{path}, which charges {membrane.name} too,"
        yield _following(view, what, read(path, CURRENT))


def _follows(view: View, carrier: Channel | Transporter) -> str:
    """Why the current of a carrier is no straight line in V; nothing where it is one."""
    if view.now[f"{carrier.path}.block"] == 1:
        return ""
    if isinstance(carrier, Transporter):
        return _following(view, f"the current of {carrier.name}", current_of(carrier.path))
    if not isinstance(carrier.law, Ohmic):
        return f"the current of {carrier.name} is no conductance times a difference of V"
    size, reversal = conductance_of(carrier.path), carrier.law.reversal
    found = _following(view, f"the conductance of {carrier.name}", size)
    if found or reversal is None:
        return found
    return _following(view, f"the reversal potential of {carrier.name}", reversal)


def _following(view: View, what: str, expression: Expr) -> str:
    path = follows_beside_matter(view.cell, view.laws, expression)
    return "" if path is None else f"{what} follows {path}"


def _with_numbers(view: View, membrane: Membrane, linear: LinearCable, step: float) -> View:
    """The view that knows what the line's own Jacobian says, and how far apart the copies stand against it."""
    scale, time, correction = _paths(membrane)
    for path, value, symbol, words in (
        (scale, linear.steps * step, Name("λ"), "length over which V falls by e"),
        (time, linear.time, Name("τ"), "time in which V falls by e"),
        (correction, linear.steps**-2 / 24.0, Name("ε"), "spacing over length constant, squared, over 24"),
    ):
        view = view.with_value(path, value, (symbol, words))
    return view


def _paths(membrane: Membrane) -> tuple[str, str, str]:
    """Of the length constant, the time constant, and what the length constant neglects."""
    name = membrane.name
    return f"{name}.length_constant", f"{name}.time_constant", f"{name}.grid_error"


def _form(view: View, line: Line, axial: Axial, membrane: Membrane) -> ClosedForm:
    scale, time, correction = _paths(membrane)
    whole, continuous, slow, gridded = _steps(view, line, axial, membrane)
    return ClosedForm(
        "cable",
        membrane.name,
        (whole, continuous, slow),
        (Result(continuous.left.path, scale), Result(slow.left.path, time)),
        (
            f"all copies of {line.name} are alike, and current flows along {axial.place} alone",
            "every channel that is open is a conductance that does not follow V, and no other current does",
            "concentrations stay as they are",
        ),
        neglected=f"that the copies stand {with_unit(view.now.of(line.spacing), LENGTH)} apart",
        correction=correction,
        complete=(whole, gridded, slow),
    )


def _steps(view: View, line: Line, axial: Axial, membrane: Membrane) -> tuple[Step, Step, Step, Step]:
    """G; λ of a continuous cable; τ; λ of copies that stand apart."""
    scale, time, _ = _paths(membrane)
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
