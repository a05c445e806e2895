"""What to show of a run: panels of lines by path. Nothing is drawn here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import assert_never

from ionlang.model.cell import Cell, Membrane
from ionlang.plot.carriers import Carrier, carried, carrier_styles, currents, fluxes, pumps
from ionlang.plot.copies import by_copy
from ionlang.plot.panels import Line, Panel, Show, shows_of
from ionlang.plot.styles import INK, Style, label, species_styles, style_sheet, variants
from ionlang.simulate.machine import Machine
from ionlang.simulate.table import ions_on_both_sides, moving_concentrations

_FEW = 8  # more gates or carriers than these are no picture any more


def panels_of(machine: Machine, shows: Sequence[str] | None = None) -> tuple[Panel, ...]:
    """The panels asked for, in that order. Unasked: potentials of each membrane with the Nernst potentials of what
    crosses it; concentrations of each compartment where some move; gates and currents where none moves and there are
    few; volumes that change; each variable. Raises ValueError for a name that is none of `SHOWS`, or if the model has
    nothing of what is asked for."""
    if shows is None:
        usual = (panel for show in _usual(machine) for panel in _shown(machine, show) if panel.lines)
        return tuple(each for panel in usual for each in by_copy(machine.cell, panel))
    wanted = shows_of(shows)
    found = tuple(panel for show in wanted for panel in _shown(machine, show) if panel.lines)
    if not found:
        raise ValueError(f"{machine.cell.name} has nothing to draw of {', '.join(wanted) or 'nothing'}")
    return tuple(each for panel in found for each in by_copy(machine.cell, panel))


def _usual(machine: Machine) -> Iterator[Show]:
    yield "potentials"
    if _moving(machine):
        yield "concentrations"
    elif _is_small(machine.cell):
        yield from ("gates", "currents")
    yield from ("volumes", "variables")


def _moving(machine: Machine) -> list[str]:
    return [path for place in machine.cell.places for path in moving_concentrations(machine, place)]


def _shown(machine: Machine, show: Show) -> Iterator[Panel]:
    cell = machine.cell
    match show:
        case "potentials":
            yield from (_potentials(cell, membrane) for membrane in cell.membranes)
        case "concentrations":
            moving = _moving(machine)
            yield from (_concentrations(cell, place.name, moving) for place in cell.places)
        case "volumes":
            yield _volumes(cell)
        case "gates":
            yield from (_gates(cell, membrane) for membrane in cell.membranes)
        case "variables":
            yield from (_variable(v.path, v.name) for v in cell.varying)
        case "currents":
            yield from (currents(cell, membrane) for membrane in cell.membranes)
        case "fluxes":
            for membrane in cell.membranes:
                yield from fluxes(cell, membrane)
        case "pumps":
            yield from pumps(cell)
        case _:
            assert_never(show)


def _is_small(cell: Cell) -> bool:
    carriers = [carrier for membrane in cell.membranes for carrier in membrane.carriers]
    return len(carriers) <= _FEW and sum(len(_openings(carrier)) for carrier in carriers) <= _FEW


def _potentials(cell: Cell, membrane: Membrane) -> Panel:
    styles = species_styles(cell)
    lines = [Line(f"{membrane.name}.V", "V", Style(INK))]
    for ion in ions_on_both_sides(cell, membrane):
        if any(ion in carried(carrier) for carrier in membrane.carriers):
            style = replace(styles[ion], width=1.1)
            lines.append(Line(f"{membrane.name}.E({ion})", f"E({label(ion, cell.valence(ion))})", style))
    return Panel(membrane.name, "potential", "potential", tuple(lines))


def _concentrations(cell: Cell, place: str, moving: list[str]) -> Panel:
    styles = species_styles(cell)
    lines = [
        Line(content.path, label(content.species, cell.valence(content.species)), styles[content.species])
        for content in cell.place(place).contents
        if content.path in moving
    ]
    return Panel(place, "concentration", "concentration", tuple(lines))


def _volumes(cell: Cell) -> Panel:
    moving = [place.name for place in cell.places if place.moves]
    others = style_sheet().others
    lines = [
        Line(f"{name}.volume", name, Style(INK) if not i else others[(i - 1) % len(others)])
        for i, name in enumerate(moving)
    ]
    return Panel("places", "volume", "volume", tuple(lines))


def _variable(path: str, name: str) -> Panel:
    return Panel(path, "variable", "variable", (Line(path, name, Style(INK)),))


def _gates(cell: Cell, membrane: Membrane) -> Panel:
    names = [name for carrier in membrane.carriers for _, name in _openings(carrier)]
    lines: list[Line] = []
    for carrier, style in carrier_styles(cell, membrane):
        shown = _openings(carrier)
        for (path, name), variant in zip(shown, variants(style, len(shown)), strict=True):
            alone = names.count(name) == 1
            lines.append(Line(path, name if alone else f"{carrier.name}.{name}", variant))
    return Panel(membrane.name, "gate", "gates", tuple(lines))


def _openings(carrier: Carrier) -> tuple[tuple[str, str], ...]:
    """Gates and states of schemes by path, with their names."""
    gates = ((gate.path, gate.name) for gate in carrier.gates)
    return (*gates, *((s.occupancy(state), state) for s in carrier.schemes for state in s.states))
