"""What has a value in a cell, by path, and what one might read that has none."""

from __future__ import annotations

from collections.abc import Iterator

from ionlang.diagnostics import Label, Problems
from ionlang.model.act.along import counts_copies, variates
from ionlang.model.blocks.building import Building
from ionlang.model.books.cycles import cycles
from ionlang.model.books.elimination import scheme_paths
from ionlang.model.books.energies import energies, energies_if_warm
from ionlang.model.books.losses import dissipations_along
from ionlang.model.books.readings_along import readings_along
from ionlang.model.books.states import variables
from ionlang.model.cell import (
    Cell,
    Channel,
    ConstantField,
    Gate,
    Membrane,
    Ohmic,
    Place,
    RateGate,
    RelaxesTo,
    Species,
    SynapticGate,
    Transporter,
)
from ionlang.model.cell_lines import COPY, of_any_copy
from ionlang.model.check.laws import model_expressions, scenario_expressions
from ionlang.model.check.zero_current import is_undecided
from ionlang.model.expression import Apply, Expr, Observed, Read, reads
from ionlang.model.names.entities import Entity
from ionlang.model.names.suggest import listing
from ionlang.model.numbers import followers

_CONSTANTS = ("pi", "faraday", "gas_constant", "avogadro")
_WARM = ("E(", "ghk(", "free_energy", "affinity", "mass_", "temperature", "thermal_voltage")
_CLOCKS = ("time", "elapsed")


def defined_paths(cell: Cell) -> dict[str, None]:
    """Every path that has a value in this cell (`time` aside), in order: the same as the equations define."""
    paths = [v.path for v in variables(cell)] + [p.path for p in cell.parameters]
    uncounted = [f"{line.name}.{COPY}" for line in cell.lines if not counts_copies(cell, line)]
    paths += [*_CONSTANTS, *(path for path in followers(cell) if path not in uncounted)]
    paths += [drawn.path for drawn in variates(cell)]
    for membrane in cell.membranes:
        paths += _of_membrane(cell, membrane)
        for carrier in membrane.carriers:
            paths += _of_carrier(cell, carrier)
    for flux in cell.fluxes:
        paths += [f"{flux.path}.rate", *(f"{flux.path}.flux({m.species})" for m in flux.movements)]
    for cycle in (c for c in cycles(cell) if is_warm(cell) or not c.charge_out):
        paths += [*cycle.readings, *((f"{cycle.path}.free_energy",) if is_warm(cell) else ())]
    paths += [f"{reaction.path}.rate" for reaction in cell.reactions]
    paths += [reading.path for reading in energies(cell)]
    paths += [
        f"{v.path}.{w}" for v in cell.varying if isinstance(v.kinetics, RelaxesTo) for w in ("inf", "tau")
    ]
    for place in cell.places:
        paths += _of_place(place)
    paths += [path for line in cell.lines for path in readings_along(cell, line)]
    paths += dissipations_along(cell) if is_warm(cell) else ()
    paths += [f"{b.path}.{word}" for b in cell.buffers for word in ("bound", "sites")]
    paths += [r.path for e in (*model_expressions(cell), *scenario_expressions(cell)) for r in mixed(e)]
    return dict.fromkeys(paths)


def mixed(expression: Expr) -> Iterator[Read]:
    """Constant-field potentials with ratios that the file writes: `soma.E(K:1,Na:0.03)`."""
    return (read for read in reads(expression) if ":" in read.path)


def is_warm(cell: Cell) -> bool:
    """Whether RT/F is known."""
    return cell.temperature is not None or cell.thermal_voltage is not None


def is_on_both_sides(cell: Cell, membrane: Membrane, species: Species) -> bool:
    return all(cell.holder(side, species.name) for side in (membrane.inside, membrane.outside))


def moved_by(carrier: Channel | Transporter) -> tuple[str, ...]:
    """The species that cross the membrane with this carrier."""
    if isinstance(carrier, Channel):
        return tuple(share.species for share in carrier.shares if share.species is not None)
    return tuple(dict.fromkeys(m.species for m in carrier.movements))


def ends_of(membrane: Membrane, carrier: Channel | Transporter, species: str) -> tuple[tuple[str, str], ...]:
    """The places, of the first side and of the second, between which a carrier takes the species."""
    if isinstance(carrier, Channel):
        return tuple((s.inside, s.outside) for s in carrier.shares if s.species == species)
    mine = [(m.origin or "", m.target or "") for m in carrier.movements if m.species == species]
    return tuple(dict.fromkeys(pair if pair[0] in membrane.inside else pair[::-1] for pair in mine))


def _of_membrane(cell: Cell, membrane: Membrane) -> Iterator[str]:
    name = membrane.name
    yield from () if is_undecided(cell, membrane) else (f"{name}.V",)
    yield from (f"{name}.area", f"{name}.current", f"{name}.total_conductance")
    yield from (f"{water.path}.rate" for water in membrane.waters)
    moved = {s for c in membrane.carriers for s in moved_by(c)}
    for species in cell.species:
        if species.kind == "ion" and is_warm(cell) and is_on_both_sides(cell, membrane, species):
            yield from (f"{name}.E({species.name})", f"{name}.ghk({species.name})")
        if species.name in moved:
            yield f"{name}.flux({species.name})"
            if species.valence:
                yield f"{name}.current({species.name})"


def _of_carrier(cell: Cell, carrier: Channel | Transporter) -> Iterator[str]:
    path = carrier.path
    yield f"{path}.current"
    yield from (f"{path}.flux({name})" for name in moved_by(carrier))
    if isinstance(carrier, Channel):
        yield from _of_channel(carrier)
    else:
        yield f"{path}.rate"
        yield from (f"{path}.current({name})" for name in moved_by(carrier) if cell.valence(name))
    if is_warm(cell) and (isinstance(carrier, Transporter) or _has_one_ion(carrier)):
        yield f"{path}.free_energy"
    for gate in carrier.gates:
        yield from _of_gate(gate)
    for scheme in carrier.schemes:
        yield from scheme_paths(scheme)


def _has_one_ion(channel: Channel) -> bool:
    return len(channel.shares) == 1 and channel.shares[0].species is not None


def _of_channel(channel: Channel) -> Iterator[str]:
    path, law = channel.path, channel.law
    for share in channel.shares:
        yield f"{path}.current({share.species or 'charge'})"
        if share.ratio is not None:
            yield f"{path}.ratio({share.species or 'charge'})"
    if isinstance(law, Ohmic):
        yield f"{path}.total_conductance"
        yield from (f"{path}.reversal",) if law.reversal is not None else ()
    elif isinstance(law, ConstantField):
        yield f"{path}.total_permeability"


def _of_gate(gate: Gate) -> Iterator[str]:
    yield gate.path
    if isinstance(gate.kinetics, SynapticGate):
        yield from gate.paths[1:]
        return
    yield f"{gate.path}.inf"
    if isinstance(gate.kinetics, RateGate):
        yield from (f"{gate.path}.alpha", f"{gate.path}.beta", f"{gate.path}.tau")
    elif gate.kinetics.tau is not None:
        yield f"{gate.path}.tau"


def _of_place(place: Place) -> Iterator[str]:
    yield from (f"{place.name}.osmolarity", *(content.path for content in place.contents))
    if place.moves:
        yield f"{place.name}.volume"
    if place.volume is not None:
        yield f"{place.name}.charge"
        yield from (f"amount({content.path})" for content in place.contents)


def check_defined(building: Building, cell: Cell) -> None:
    """Report what is read and has no value, with what has one."""
    known, problems = defined_paths(cell), building.problems
    energetic = [*(reading.path for reading in energies_if_warm(cell)), *dissipations_along(cell)]
    whole = not problems.errors
    for read in (r for e in (*model_expressions(cell), *scenario_expressions(cell)) for r in reads(e)):
        owner = _owner(building, read)
        path = of_any_copy(read.path)
        if path in known or path in _CLOCKS or owner is None:
            continue
        word = path[len(owner.path) + 1 :]
        warmed = word.startswith(_WARM) or path in energetic
        if word in ("volume", "area") or (warmed and not is_warm(cell)):
            continue  # said already: the file lacks it
        if whole or owner.kind == "gate":
            _no_value(problems, owner, word, read, known)
    _check_valences(problems, cell)
    _check_clocks(problems, cell)


def _owner(building: Building, read: Read) -> Entity | None:
    """The membrane, carrier, gate, place or flux of which something is read."""
    path = of_any_copy(read.path).removeprefix("amount(")
    entity: Entity | None = building.resolver.root
    for part in path.partition("(")[0].split(".")[:-1]:
        entity = entity.members.get(part) if entity is not None else None
    return None if entity is None or entity.kind in ("file", "scenario") else entity


def _no_value(problems: Problems, owner: Entity, word: str, read: Read, known: dict[str, None]) -> None:
    shown = " ".join(read.span.text.split())
    others = [p[len(owner.path) + 1 :] for p in known if p.startswith(f"{owner.path}.")]
    fine = [w.removeprefix("total_") for w in others if "." not in w and w not in ("block", "start")]
    problems.error(
        "ION116", f"`{shown}` has no value", read.span, _reason(owner, word),
        secondary=(Label(owner.span, "declared here"),),
        help=f"of {owner.describe()} one may read {listing(fine)}" if fine else "",
    )  # fmt: skip


def _reason(owner: Entity, word: str) -> str:
    word, _, ion = word.removesuffix(")").partition("(")
    match owner.kind, word:
        case "place", "potential":
            return f"no current flows along {owner.name}"
        case "place", _:
            return f"{owner.describe()} has no `volume`"
        case "gate", "tau":
            return "the gate follows at once"
        case "occupancy", _:
            return "the scheme does not start at its steady state"
        case "gate", _:
            return "the gate is given by `inf`"
        case _, "dissipation" | "free_energy" | "work" | "fuel_power" | "efficiency":
            return _no_energy(owner, word, ion)
        case "channel", "total_conductance":
            return "the channel is not given by a conductance"
        case "membrane", "total_capacitance":
            return f"{owner.describe()} has no `capacitance`"
        case "membrane", "V":
            return f"no current crosses {owner.describe()}"
        case "membrane", _:
            return f"nothing carries {ion} through {owner.describe()}"
        case _, _:
            return f"{owner.describe()} does not carry {ion}"


def _no_energy(owner: Entity, word: str, ion: str) -> str:
    """Why something has no such energy or power."""
    match owner.kind, word:
        case _ if ion:
            return f"{owner.describe()} does not carry {ion}"
        case "channel", "free_energy":
            return "only a channel with one ion has one; of several each has its own, as in `free_energy(K)`"
        case "channel", _:
            return f"{owner.describe()} names no ion"
        case "reaction", _:
            return "its equilibrium constant is not given"
        case "flux", _:
            return "what comes from nothing, or vanishes, has no free energy"
        case "transporter", "work" | "fuel_power":
            return "it has no fuel: what it dissipates is all that it spends"
        case "transporter", "efficiency":
            return "it moves one thing alone, down its gradient"
        case "pump" | "transporter", _:
            return "what its fuel gives is not known: `turns` with an `equilibrium_constant` says it"
        case _:
            return "nothing in it has one"


def _check_valences(problems: Problems, cell: Cell) -> None:
    """The closed form of the constant-field potential holds for monovalent ions alone."""
    for read in (r for e in (*model_expressions(cell), *scenario_expressions(cell)) for r in mixed(e)):
        ions = [part.partition(":")[0] for part in read.path.partition("(")[2][:-1].split(",")]
        other = next((ion for ion in ions if abs(cell.valence(ion)) != 1), None)
        if other is not None:
            problems.error(
                "ION302", f"`E(…)` of several ions takes ions of one charge only, and {other} has "
                f"{cell.valence(other)}", read.span, "this potential has no such formula",
                help="write a channel with `permeability` that carries them and read V at rest",
            )  # fmt: skip


def _check_clocks(problems: Problems, cell: Cell) -> None:
    for scenario in cell.scenarios:
        asked = [m.value for m in scenario.measures]
        asked += [
            part for e in scenario.expectations for part in (e.value, e.target, e.upper, e.tolerance) if part
        ]
        for read in (r for part in asked for r in _clocks(part)):
            problems.error(
                "ION405", f"`{read.path}` passes during the run: when?", read.span, "no moment is said",
                help="`time(…)` says when a condition first holds; `q at T` takes a moment",
            )  # fmt: skip


def _clocks(expression: Expr) -> Iterator[Read]:
    """`elapsed`, and `time` where no run is looked over."""
    match expression:
        case Observed():
            inner = (r for r in reads(expression.subject) if r.path == "elapsed")
            moments = (m for m in (expression.moment, expression.after, expression.until) if m is not None)
            yield from (*inner, *(r for m in moments for r in reads(m) if r.path in _CLOCKS))
        case Apply(arguments=arguments):
            for argument in arguments:
                yield from _clocks(argument)
        case Read(path=path):
            yield from (expression,) if path in _CLOCKS else ()
        case _:
            return
