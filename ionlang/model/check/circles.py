"""Quantities that need their own value: a gate that follows a current which passes through that gate, and their like.

Only what has its value at once can be in a circle; a potential, a concentration or a gate with a delay has the value
it has, and breaks it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ionlang.diagnostics import Label, Problems
from ionlang.model.books.cycles import Cycle, cycles
from ionlang.model.books.energies import energies
from ionlang.model.cell import (
    Cell,
    Channel,
    DefinedPotential,
    Flux,
    Membrane,
    Ohmic,
    Place,
    RateGate,
    RelaxesTo,
    SynapticGate,
    Transporter,
)
from ionlang.model.check.laws import is_rule, kinetic_expressions, law_expressions, reaction_expressions
from ionlang.model.expression import Expr, Read, reads
from ionlang.model.numbers import followers
from ionlang.source import NOWHERE, Span

_FLOWS = ("current", "flux", "rate")

Needs = dict[str, tuple[tuple[str, Span], ...]]
"""What each quantity reads, with the place where it does (`NOWHERE` where that follows from the law)."""


_BREAK = "break the circle: let one of these follow with a delay (a gate with `tau`), or depend on V or a concentration"
_NUMBER = "break the circle: give one of these as a number"
_START = "each gate starts where the other puts it: give one of them a `start`"


def check_circles(cell: Cell, problems: Problems) -> None:
    """Report each circle once, where it is first entered in the text: of what has its value at once, and of gates
    with a delay that look to each other for a start."""
    needs = needs_of(cell)
    numbers = {p.path: _NUMBER for p in cell.parameters}
    if not _report_all(needs, numbers, _BREAK, problems):
        _report_all({**needs, **_at_the_start(cell)}, numbers, _START, problems)


def _report_all(needs: Needs, numbers: dict[str, str], otherwise: str, problems: Problems) -> bool:
    """Whether there was any circle. `numbers` says how to mend one with such a quantity in it."""
    found = False
    done: set[str] = set()
    for name in needs:
        circle = _circle(name, needs, done)
        if circle:
            found = True
            help_text = next((numbers[name] for name in circle if name in numbers), otherwise)
            _report(circle, needs, help_text, problems)
            done.update(circle)
    return found


def _at_the_start(cell: Cell) -> Needs:
    """What gates with a delay need for their start: what it is written with, or their steady state."""
    carriers = [c for m in cell.membranes for c in m.carriers]
    delayed = [g for c in carriers for g in c.gates if not g.instantaneous]
    found = {g.path: _follows((f"{g.path}.inf",)) if g.start is None else _read((g.start,)) for g in delayed}
    for scheme in (s for c in carriers for s in c.schemes if s.start is None):
        rates = tuple((name, read) for t in scheme.transitions for name, read in _read((t.rate,)))
        found |= {scheme.occupancy(state): rates for state in scheme.states}
    found |= {
        v.path: _follows((f"{v.path}.inf",)) if v.start is None else _read((v.start,)) for v in cell.varying
    }
    return found


def _circle(name: str, needs: Needs, done: set[str]) -> tuple[str, ...]:
    """The first circle met from here on, along what is read; `done` are quantities that need no second look."""
    trail: list[str] = []
    ahead = [iter((name,))]
    while ahead:
        following = next(ahead[-1], None)
        if following is None:
            ahead.pop()
            if trail:
                done.add(trail.pop())
        elif following in trail:
            return tuple(trail[trail.index(following) :])
        elif following not in done:
            trail.append(following)
            ahead.append(iter([needed for needed, _ in needs.get(following, ())]))
    return ()


def _report(circle: tuple[str, ...], needs: Needs, help_text: str, problems: Problems) -> None:
    steps = zip(circle, (*circle[1:], circle[0]), strict=True)
    written = [span for name, following in steps for needed, span in needs[name] if needed == following]
    places = sorted((s for s in written if s is not NOWHERE), key=lambda span: span.start)
    chain = " → ".join(f"`{name}`" for name in (*circle, circle[0]))
    problems.error(
        "ION401", f"`{circle[0]}` needs its own value", places[0], "it is read here",
        secondary=tuple(Label(span, "and here") for span in places[1:]), notes=(chain,),
        help=help_text,
    )  # fmt: skip


def needs_of(cell: Cell) -> Needs:
    """What everything that has its value at once reads."""
    found: Needs = {path: _read((value,)) for path, value in followers(cell).items()}
    for membrane in cell.membranes:
        found.update(_of_membrane(membrane))
        for carrier in membrane.carriers:
            found.update(_of_carrier(carrier))
        found.update(_of_potential(membrane, found))
    for place in cell.places:
        found.update(_of_place(place))
    found.update({f"{flux.path}.rate": _read((flux.rate,)) for flux in cell.fluxes})
    found.update({f"{r.path}.rate": _read(reaction_expressions(r)) for r in cell.reactions})
    found.update({path: _cycle(c) for c in cycles(cell) for path in c.readings})
    found.update({reading.path: _read((reading.value,)) for reading in energies(cell)})
    found.update(
        {v.path + ".inf": _read((v.kinetics.inf,)) for v in cell.varying if isinstance(v.kinetics, RelaxesTo)}
    )
    return {**found, **{p.path: _read((p.value,)) for p in cell.parameters}}


def _cycle(cycle: Cycle) -> tuple[tuple[str, Span], ...]:
    return (*_follows(cycle.needs), *(_read((cycle.constant,)) if cycle.constant is not None else ()))


def _of_membrane(membrane: Membrane) -> Needs:
    ohmic = (c for c in membrane.channels if isinstance(c.law, Ohmic))
    found: Needs = {
        f"{membrane.name}.total_conductance": _follows(f"{c.path}.total_conductance" for c in ohmic)
    }
    if membrane.area_rule is not None:
        found[f"{membrane.name}.area"] = _read((membrane.area_rule,))
    for water in membrane.waters:
        sides = (f"{water.inside}.osmolarity", f"{water.outside}.osmolarity")
        parts = (water.permeability, water.molar_volume, *((water.pressure,) if water.pressure else ()))
        found[f"{water.path}.rate"] = (*_read(parts), *_follows(sides))
    found[f"{membrane.name}.current"] = _follows(flow_of(c) for c in membrane.carriers)
    for species in dict.fromkeys(name for c in membrane.carriers for name in _carried(c)):
        path = f"{membrane.name}.current({species})"
        found[path] = _follows(flow_of(c) for c in membrane.carriers if species in _carried(c))
    return found


def _of_potential(membrane: Membrane, found: Needs) -> Needs:
    """A potential that is an expression has its value at once, and so has what it drives."""
    if not isinstance(membrane.potential, DefinedPotential):
        return {}
    path = f"{membrane.name}.V"
    driven = {flow_of(c): (*found[flow_of(c)], *_follows((path,))) for c in membrane.carriers}
    return {path: _read((membrane.potential.value,)), **driven}


def _of_place(place: Place) -> Needs:
    """What it holds follows at once from a volume that is a definition, and so does its osmolarity."""
    found: Needs = {f"{place.name}.osmolarity": _follows(c.path for c in place.contents)}
    if place.volume_rule is not None:
        found[f"{place.name}.volume"] = _read((place.volume_rule,))
    for content in place.contents:
        if is_rule(content) and content.start is not None:
            found[content.path] = _read((content.start,))
        elif place.moves and not content.held:
            found[content.path] = _follows((f"{place.name}.volume",))
    return found


def _carried(carrier: Channel | Transporter) -> tuple[str, ...]:
    if isinstance(carrier, Channel):
        return tuple(share.species or "charge" for share in carrier.shares)
    return tuple(movement.species for movement in carrier.movements)


def _of_carrier(carrier: Channel | Transporter) -> Iterator[tuple[str, tuple[tuple[str, Span], ...]]]:
    law = law_expressions(carrier.law)
    if isinstance(carrier, Channel):
        law += [share.ratio for share in carrier.shares if share.ratio is not None]
        yield f"{carrier.path}.total_conductance", _read(law[:1])
    yield flow_of(carrier), _read(law)
    for gate in carrier.gates:
        parts = kinetic_expressions(gate.kinetics)
        if isinstance(gate.kinetics, SynapticGate):
            continue
        words = ("alpha", "beta") if isinstance(gate.kinetics, RateGate) else ("inf", "tau")
        for word, part in zip(words, parts, strict=False):
            yield f"{gate.path}.{word}", _read((part,))
        if isinstance(gate.kinetics, RateGate):
            for word in ("inf", "tau"):
                yield f"{gate.path}.{word}", _follows((f"{gate.path}.alpha", f"{gate.path}.beta"))
        if gate.instantaneous:
            yield gate.path, _follows((f"{gate.path}.inf",))


def flow_of(carrier: Channel | Transporter | Flux) -> str:
    """One name for all that flows through a carrier: currents, fluxes and the rate go together."""
    return f"{carrier.path}.{'current' if isinstance(carrier, Channel) else 'rate'}"


def _follows(names: Iterable[str]) -> tuple[tuple[str, Span], ...]:
    return tuple((name, NOWHERE) for name in names)


def _read(expressions: Iterable[Expr]) -> tuple[tuple[str, Span], ...]:
    return tuple((name, read.span) for e in expressions for read in reads(e) for name in _names_of(read))


def _names_of(read: Read) -> tuple[str, ...]:
    """The quantities that a read may stand for: what flows through a carrier has one name here."""
    owner, _, word = read.path.partition("(")[0].rpartition(".")
    if word not in _FLOWS:
        return (read.path,)
    argument = read.path[len(owner) + 1 + len(word) :]
    return (f"{owner}.rate", f"{owner}.current" if "." in owner else f"{owner}.current{argument}")
