"""ast.Model → Cell: names, units, chemistry and physics, all mistakes at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePath

from ionlang.diagnostics import Label, Problems
from ionlang.model.act.overlaps import check_overlaps
from ionlang.model.act.probes import probing_currents
from ionlang.model.act.scenarios import scenario
from ionlang.model.act.studies import studied
from ionlang.model.act.study_checks import check_studies
from ionlang.model.act.tunings import tuning
from ionlang.model.act.variants import variant
from ionlang.model.blocks.buffers import buffer
from ionlang.model.blocks.building import Building
from ionlang.model.blocks.chemistry import reaction
from ionlang.model.blocks.citations import citation, stated, with_sources
from ionlang.model.blocks.events import event
from ionlang.model.blocks.lines import flux
from ionlang.model.blocks.matter import check_balancers, place, species
from ionlang.model.blocks.membranes import membrane
from ionlang.model.blocks.modifiers import modifier
from ionlang.model.blocks.owners import check_owners
from ionlang.model.blocks.rows import line
from ionlang.model.blocks.shifts import with_shifts
from ionlang.model.blocks.start_values import with_start_values
from ionlang.model.blocks.variables import variable
from ionlang.model.books.ledger import Pool
from ionlang.model.books.states import changeable
from ionlang.model.cell import (
    Cell,
    Definition,
    Parameter,
    Species,
)
from ionlang.model.cell_lines import member_path
from ionlang.model.check.circles import check_circles
from ionlang.model.check.copies import check_copies
from ionlang.model.check.defined import check_defined
from ionlang.model.check.fields import check_fields
from ionlang.model.check.limits import check_numbers
from ionlang.model.check.lines import check_copies_named, check_lines
from ionlang.model.check.passive import check_passive
from ionlang.model.check.reversible import check_schemes
from ionlang.model.check.scaling import check_scaling
from ionlang.model.check.sufficiency import check_sufficiency
from ionlang.model.check.tunable import check_tuning
from ionlang.model.check.usage import check_usage
from ionlang.model.check.zero_current import check_zero_currents
from ionlang.model.expression import Expr, Literal
from ionlang.model.grid import grids_of
from ionlang.model.kinds import SETTINGS
from ionlang.model.names.declare import declare
from ionlang.model.names.entities import Entity
from ionlang.model.names.instances import written_by_member
from ionlang.model.numbers import parameter_values
from ionlang.model.read import calls, observe, readings
from ionlang.model.read.copies import POSITION
from ionlang.model.read.resolve import Resolver, Where
from ionlang.syntax import ast
from ionlang.units import CURRENT

ONE_SQUARE_CENTIMETRE = 1e6  # in cell units of 100 um2


def assemble(model: ast.Model, problems: Problems) -> Cell | None:
    """The cell that the text means. Everything wrong is added to `problems`; the result is of use to later stages
    only if none of it is an error (None if nothing sensible could be built)."""
    check_copies_named(model, problems)
    root = declare(model, problems)
    resolver = Resolver(root, problems, readings.read_path, calls.read_call, observe.at_moment)
    building = Building(resolver, problems)
    building.fixed.update({"time": True, "elapsed": True})
    lines = [e for e in root.all() if e.kind == "line"]
    building.fixed.update({f"{e.path}.{word}": True for e in lines for word in (POSITION, "spacing")})
    building.fixed.update({member_path(e.path): True for e in lines})
    thermal = _settings(model, building)
    matter = _species(building, root)
    _names(building, root)
    draft = Cell(
        PurePath(model.source.name).name,
        model.documentation.text if model.documentation else "",
        thermal.get("temperature"),
        thermal.get("thermal_voltage"),
        matter,
        (),
        tuple(building.definitions),
        tuple(p for e in root.all() if e.kind == "place" and (p := place(building, e)) is not None),
        tuple(m for e in root.all() if e.kind == "membrane" and (m := membrane(building, e)) is not None),
        tuple(f for e in root.all() if e.kind == "flux" and (f := flux(building, e)) is not None),
        (),
        model.source,
        tuple(b for e in root.all() if e.kind == "buffer" and (b := buffer(building, e)) is not None),
        tuple(r for e in root.all() if e.kind == "reaction" and (r := reaction(building, e)) is not None),
        tuple(v for e in root.all() if e.kind == "variable" and (v := variable(building, e)) is not None),
        tuple(o for e in root.all() if e.kind == "event" and (o := event(building, e)) is not None),
        citations=tuple(citation(building, e) for e in root.all() if e.kind == "cite"),
        stated=stated(building, root),
        lines=tuple(n for e in root.all() if e.kind == "line" and (n := line(building, e)) is not None),
    )
    check_owners(building, draft)
    check_balancers(building, draft.places, matter)
    cell = _scenarios(building, root, model, with_start_values(building, draft, _injected(root, draft)))
    check_lines(problems, cell)
    check_fields(problems, cell)
    check_scaling(problems, cell)
    check_sufficiency(building, root, cell)
    check_numbers(building, cell)
    check_copies(building, cell)
    check_schemes(cell, problems)
    check_overlaps(building, cell)
    check_studies(building, cell)
    check_defined(building, cell)
    check_circles(cell, problems)
    check_zero_currents(cell, problems)
    check_passive(problems, cell)
    check_tuning(problems, cell)
    check_usage(root, problems)
    return None if problems.errors else cell


def _settings(model: ast.Model, building: Building) -> dict[str, Expr]:
    found: dict[str, Expr] = {}
    given = [s for s in model.items if isinstance(s, ast.Property) and s.name.text in SETTINGS]
    for sentence in given:
        name = sentence.name.text
        value = building.resolver.of_dimension(
            sentence.value, Where(building.resolver.root), SETTINGS[name], f"`{name}`"
        )
        if value is None:
            building.resolver.root.lost.append(name)
        elif name not in found:
            found[name] = building.parameter(name, value, sentence, "setting")
    names = list(dict.fromkeys(s.name.text for s in given))
    if len(names) > 1:
        first = next(s for s in given if s.name.text == names[0])
        second = next(s for s in given if s.name.text == names[1])
        building.problems.error(
            "ION310", "`temperature` and `thermal_voltage` say the same thing twice", second.span, "and here",
            secondary=(Label(first.span, "here"),), help="RT/F follows from the temperature: keep one of the two",
        )  # fmt: skip
    return found


def _species(building: Building, root: Entity) -> tuple[Species, ...]:
    return tuple(species(building, e) for e in root.all() if e.kind == "species")


def _names(building: Building, root: Entity) -> None:
    """Every `param` and every `let` without arguments, wherever it stands, in source order."""
    for entity in root.all():
        if entity.kind not in ("param", "let"):
            continue
        value = building.resolver.value_of(entity)
        if value is None or value.dimension is None:
            continue
        if isinstance(entity.node, ast.Parameter):
            _parameter(building, entity, entity.node, value)
        else:
            owner = entity.outer
            what = f"{owner.describe()}: {entity.name}" if owner and owner.outer else f"let {entity.name}"
            building.definitions.append(
                Definition(entity.path, value, value.dimension, what, entity.span)
            )  # fmt: skip


def _parameter(building: Building, entity: Entity, node: ast.Parameter, value: Expr) -> None:
    if not building.is_fixed(value):
        building.problems.error(
            "ION316", f"the parameter {entity.name} depends on a quantity that changes", node.value.span, "not fixed",
            help=f"a parameter is a number that others may set; {_otherwise(node)}",
        )  # fmt: skip
        building.fixed[entity.path] = True
        return
    assert value.dimension is not None and entity.outer is not None
    bounds = None
    if node.between is not None:
        ends = [
            building.resolver.of_dimension(
                n, Where(entity.outer), (value.dimension,), "a bound of a parameter"
            )
            for n in node.between
        ]
        if ends[0] is not None and ends[1] is not None:
            bounds = (ends[0], ends[1])
    said = node.source.text if node.source else None
    written = written_by_member(node.members) if node.members else node.value.span.text
    building.fixed[entity.path] = True
    building.parameters.append(
        Parameter(entity.path, value, value.dimension, written, "param", said, bounds, entity.span)
    )


def _otherwise(node: ast.Parameter) -> str:
    if node.is_argument:
        return "for an expression replace the property that it is for, in braces behind this"
    return f"for an expression write `let {node.name.text} = …`"


def _scenarios(building: Building, root: Entity, model: ast.Model, cell: Cell) -> Cell:
    building.cell = cell
    whole = replace(cell, parameters=tuple(building.parameters))
    building.resolver.numbers = parameter_values(whole)
    building.resolver.grids = grids_of(whole)
    building.resolver.membranes = {m.name: m for m in cell.membranes}
    states = changeable(cell, _injected(root, cell))
    for entity in (e for e in root.all() if e.kind == "modifier"):
        found = modifier(building, entity, states)
        building.modifiers |= {} if found is None else {entity.path: found}
    variants = tuple(variant(building, e, states) for e in root.all() if e.kind == "variant")
    told = tuple(scenario(building, e, states) for e in root.all() if e.kind == "scenario")
    built, studies = studied(building, root, told, states)
    known = replace(
        cell,
        scenarios=built,
        variants=variants,
        studies=studies,
        tuning=tuning(building, root, model, states),
    )
    paths = {o.target: o.span for s in known.acting for o in s.overrides if o.way == "inject"}
    paths = dict(probing_currents(built, cell)) | paths
    for path, span in paths.items():
        building.parameters.append(
            Parameter(
                path,
                Literal(0.0, "0 pA", CURRENT, span),
                CURRENT,
                "0 pA",
                "injected current",
                None,
                None,
                span,
            )
        )
    known = replace(
        known, parameters=with_sources(building.parameters, cell.stated), kicks=tuple(building.kicks)
    )
    return with_shifts(known, building.shifts, building.problems)


def _injected(root: Entity, cell: Cell) -> tuple[Pool, ...]:
    """Pools that some scenario's injected current fills (read from the text, before scenarios are built)."""
    found: list[Pool] = []
    membranes = {m.name: m for m in cell.membranes}
    for entity in root.all():
        if entity.kind not in ("scenario", "variant"):
            continue
        for action in (s for s in entity.block.body if isinstance(s, ast.Action)):
            for doing in (d for d in action.doings if isinstance(d, ast.Inject)):
                membrane = membranes.get(doing.membrane.in_all_copies)
                place = None if membrane is None else cell.holder(membrane.inside, doing.carrier.text)
                found += [] if place is None else [Pool(place, doing.carrier.text)]
    return tuple(found)
