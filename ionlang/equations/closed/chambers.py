"""Closed forms of a whole compartment: Gibbs–Donnan without a pump, the pump–leak state with one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import sympy

from ionlang.equations.closed.alphabet import Alphabet
from ionlang.equations.closed.chamber import Chamber, NotClosed, chamber_of
from ionlang.equations.closed.extremes import extremes_of
from ionlang.equations.closed.form import ClosedForm, Kind, Missing, Result, Step
from ionlang.equations.closed.law import stands_still
from ionlang.equations.closed.neutrality import (
    Closed,
    closed_symbols,
    correction_path,
    step_of_fixed,
    step_of_ion,
    step_of_potential,
    step_of_ratio,
    step_of_sum,
    steps_of_volume,
)
from ionlang.equations.closed.shifts import Shifts, no_shifts, rate_law, shift_steps, shifts_of
from ionlang.equations.closed.steady import Steady
from ionlang.model.books.energies import is_driven
from ionlang.model.books.following import follows_state
from ionlang.model.cell import Cell, Membrane, Ohmic, Place
from ionlang.model.expression import Apply, Expr, Read, reads
from ionlang.model.numbers import followers
from ionlang.source import NOWHERE
from ionlang.units import AREA, RATE

_NEGLECTED = "the charge on the membrane: inside counts as neutral"


def form_of_chamber(
    cell: Cell, membrane: Membrane, place: Place, known: Steady, shut: Callable[[str], bool]
) -> ClosedForm | Missing:
    """Gibbs–Donnan or pump and leak, or why there is neither."""
    driven = [t for t in membrane.transporters if _is_active(known, t.path) and is_driven(t)]
    kind: Kind = "pump and leak" if driven else "Gibbs-Donnan"
    try:
        chamber = chamber_of(cell, membrane, place, known, shut)
        _check_water(chamber)
        if not driven:
            return _donnan(chamber)
        return _pump_leak(replace(chamber, conserved=False))
    except NotClosed as reason:
        return Missing(kind, place.name, str(reason))


def _is_active(known: Steady, path: str) -> bool:
    return any(p.path == f"{path}.rate" for p in known.others)


def _check_water(chamber: Chamber) -> None:
    if not chamber.swells:
        return
    name = chamber.place.name
    waters = [w for m in chamber.cell.membranes for w in m.waters if name in (w.inside, w.outside)]
    if len(waters) != 1 or waters[0].inside != name or waters[0] not in chamber.membrane.waters:
        raise NotClosed(f"water leaves {name} on several ways")
    if waters[0].pressure is not None:
        raise NotClosed(f"{name} is under pressure, so it need not have the osmolarity of what is outside")
    if not chamber.stuck:
        raise NotClosed(f"all that {name} holds can leave it, so nothing decides its volume")


def _donnan(chamber: Chamber) -> ClosedForm:
    if (
        not any(chamber.cell.valence(c.species) for c in (*chamber.stuck, *chamber.kept))
        and not chamber.swells
    ):
        raise NotClosed(f"{chamber.place.name} holds nothing charged that cannot pass")
    for carrier in chamber.carriers:
        if not stands_still(chamber, carrier):
            raise NotClosed(f"the law of {carrier.name} does not say that it stands still in equilibrium")
    form = _form(chamber, "Gibbs-Donnan", no_shifts(chamber), Alphabet())
    names = ", ".join(ion.species for ion in chamber.ions)
    stay = ", ".join(c.species for c in (*chamber.stuck, *chamber.kept))
    first = f"{names} pass {chamber.membrane.name} on passive ways alone: at rest each is in equilibrium"
    return replace(form, conditions=(first, f"{stay} cannot pass", *_outside_words(chamber)))


def _outside_words(chamber: Chamber) -> tuple[str, ...]:
    outside = chamber.cell.place(chamber.ions[0].outside)
    if chamber.conserved:
        return (
            f"the totals of {chamber.place.name} and {outside.name} are conserved, and so are their volumes",
        )
    return () if outside.kind == "bath" else (f"what {outside.name} holds is taken as it is at rest",)


def _pump_leak(chamber: Chamber) -> ClosedForm:
    alphabet = Alphabet()
    for ion in chamber.ions:
        for flow in ion.flows:
            size = flow.channel.law
            path = follows_state(chamber.cell, size.conductance) if isinstance(size, Ohmic) else None
            if path is not None or flow.channel.openings:
                raise NotClosed(
                    f"the conductance of {flow.channel.name} is no constant, it follows {path or 'its gates'}"
                )
    shifts = shifts_of(alphabet, chamber)
    if shifts.pump is None or shifts.rate is None:
        raise NotClosed("all rates are straight lines in the potentials: nothing drives the ions apart")
    form = _form(chamber, "pump and leak", shifts, alphabet)
    form = _with_rate(chamber, form, shifts, rate_law(chamber, shifts.pump))
    why = [
        f"{', '.join(i.species for i in chamber.ions)} leak by constant conductances",
        f"{shifts.pump.name} is the one carrier whose rate is no straight line in the potentials",
    ]
    if shifts.steps:
        names = " and ".join(t.name for t in chamber.carriers if t is not shifts.pump)
        why.append(f"the rate of {names} is a straight line in the potentials")
    return replace(
        form, conditions=(*why, *_outside_words(chamber)), extremes=extremes_of(alphabet, chamber, shifts)
    )


def _form(chamber: Chamber, kind: Kind, shifts: Shifts, alphabet: Alphabet) -> ClosedForm:
    symbols = closed_symbols(alphabet, chamber, shifts)
    steps = _steps(symbols, shifts, sympy.Integer(0))
    complete = _steps(symbols, shifts, symbols.correction)
    name, place = chamber.membrane.name, chamber.place.name
    paths = [f"{name}.V", *(f"{place}.{ion.species}" for ion in chamber.ions)]
    paths += [f"{place}.volume"] if chamber.swells else []
    results = tuple(Result(f"closed({path})", path) for path in paths)
    return ClosedForm(
        kind, place, steps, results, (), neglected=_NEGLECTED, correction=correction_path(chamber), complete=complete
    )  # fmt: skip


def _steps(closed: Closed, shifts: Shifts, correction: sympy.Expr) -> tuple[Step, ...]:
    chamber = closed.chamber
    return (
        *shifts.steps,
        *shift_steps(closed.alphabet, chamber, shifts),
        *(step_of_sum(closed, z) for z in closed.sums),
        step_of_fixed(closed),
        step_of_ratio(closed, correction),
        step_of_potential(closed),
        *(step_of_ion(closed, ion) for ion in chamber.ions),
        *(steps_of_volume(closed) if chamber.swells else ()),
    )


def _with_rate(chamber: Chamber, form: ClosedForm, shifts: Shifts, law: Expr) -> ClosedForm:
    """The pump's rate first: given where its law is a constant, else what its law gives at the state that follows."""
    assert shifts.rate is not None and shifts.pump is not None
    pump = shifts.pump
    left = Read(f"{pump.path}.rate/area", RATE / AREA, NOWHERE)
    if follows_state(chamber.cell, law) is None:
        step = Step(left, law, f"the rate of {pump.name}")
    else:
        made = {result.path: result.step for result in form.results}
        right = _at(law, made, followers(chamber.cell))
        _check_follows(chamber, right, pump.name)
        words = f"the rate of {pump.name}, as its law gives it in the state that follows from it"
        step = Step(left, right, words, how="implicit")
    return replace(form, steps=(step, *form.steps), complete=(step, *form.complete), rate=left.path)


def _check_follows(chamber: Chamber, law: Expr, name: str) -> None:
    """What the law reads beside the closed state must be given."""
    for read in reads(law):
        path = None if read.path.startswith("closed(") else follows_state(chamber.cell, read)
        if path is not None and not path.startswith(tuple(f"{p.name}." for p in _fixed_places(chamber))):
            raise NotClosed(f"the rate of {name} follows {path}")


def _fixed_places(chamber: Chamber) -> list[Place]:
    """What is outside is taken as it is at rest."""
    return [chamber.cell.place(name) for name in chamber.membrane.outside]


def _at(law: Expr, made: Mapping[str, str], rules: Mapping[str, Expr]) -> Expr:
    """The law with what the closed form gives in place of the states, and what a `let` stands for."""
    match law:
        case Read(path=path) if path in rules and path.rpartition(".")[2] not in (
            "temperature",
            "thermal_voltage",
        ):
            return _at(rules[path], made, rules)
        case Read(path=path):
            return replace(law, path=made.get(path, path))
        case Apply(arguments=arguments):
            return replace(law, arguments=tuple(_at(a, made, rules) for a in arguments))
        case _:
            return law
