"""What to show of a run: panels of lines by path. Nothing is drawn here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from ionlang.model.cell import Cell, Channel, Membrane, Transporter
from ionlang.plot.styles import INK, Style, label, species_styles, style_sheet, variants
from ionlang.simulate.machine import Machine
from ionlang.simulate.table import ions_on_both_sides, moving_concentrations

PanelKind = Literal["potential", "concentration", "gate", "current", "variable"]
Carrier = Channel | Transporter

_FEW = 8  # more gates or carriers than these are no picture any more


@dataclass(frozen=True, slots=True)
class Line:
    path: str
    label: str
    style: Style


@dataclass(frozen=True, slots=True)
class Panel:
    """Lines of one quantity. `name` is the membrane or compartment it belongs to."""

    name: str
    kind: PanelKind
    lines: tuple[Line, ...]


def panels_of(machine: Machine) -> tuple[Panel, ...]:
    """Potentials of each membrane with the Nernst potentials of what crosses it; concentrations of each compartment
    where some move; gates and currents where none moves and there are few; each variable by itself."""
    cell = machine.cell
    moving = [path for place in cell.places for path in moving_concentrations(machine, place)]
    found = [_potentials(cell, membrane) for membrane in cell.membranes]
    if moving:
        found += [_concentrations(cell, place.name, moving) for place in cell.places]
    elif _is_small(cell):
        found += [
            panel
            for membrane in cell.membranes
            for panel in (_gates(cell, membrane), _currents(cell, membrane))
        ]
    found += [Panel(v.path, "variable", (Line(v.path, v.name, Style(INK)),)) for v in cell.varying]
    return tuple(panel for panel in found if panel.lines)


def _is_small(cell: Cell) -> bool:
    carriers = [carrier for membrane in cell.membranes for carrier in membrane.carriers]
    return len(carriers) <= _FEW and sum(len(_openings(carrier)) for carrier in carriers) <= _FEW


def _potentials(cell: Cell, membrane: Membrane) -> Panel:
    styles = species_styles(cell)
    lines = [Line(f"{membrane.name}.V", "V", Style(INK))]
    for ion in ions_on_both_sides(cell, membrane):
        if any(ion in _carried(carrier) for carrier in membrane.carriers):
            style = replace(styles[ion], width=1.1)
            lines.append(Line(f"{membrane.name}.E({ion})", f"E({label(ion, cell.valence(ion))})", style))
    return Panel(membrane.name, "potential", tuple(lines))


def _concentrations(cell: Cell, place: str, moving: list[str]) -> Panel:
    styles = species_styles(cell)
    lines = [
        Line(content.path, label(content.species, cell.valence(content.species)), styles[content.species])
        for content in cell.place(place).contents
        if content.path in moving
    ]
    return Panel(place, "concentration", tuple(lines))


def _carried(carrier: Carrier) -> tuple[str, ...]:
    if isinstance(carrier, Channel):
        return tuple(share.species for share in carrier.shares if share.species is not None)
    return tuple(dict.fromkeys(movement.species for movement in carrier.movements))


def _gates(cell: Cell, membrane: Membrane) -> Panel:
    names = [name for carrier in membrane.carriers for _, name in _openings(carrier)]
    lines: list[Line] = []
    for carrier, style in _carrier_styles(cell, membrane):
        shown = _openings(carrier)
        for (path, name), variant in zip(shown, variants(style, len(shown)), strict=True):
            alone = names.count(name) == 1
            lines.append(Line(path, name if alone else f"{carrier.name}.{name}", variant))
    return Panel(membrane.name, "gate", tuple(lines))


def _openings(carrier: Carrier) -> tuple[tuple[str, str], ...]:
    """Gates and states of schemes by path, with their names."""
    gates = ((gate.path, gate.name) for gate in carrier.gates)
    return (*gates, *((s.occupancy(state), state) for s in carrier.schemes for state in s.states))


def _currents(cell: Cell, membrane: Membrane) -> Panel:
    lines = [
        Line(f"{carrier.path}.current", carrier.name, style)
        for carrier, style in _carrier_styles(cell, membrane)
        if isinstance(carrier, Channel) or carrier.charge_out
    ]
    return Panel(membrane.name, "current", tuple(lines))


def _carrier_styles(cell: Cell, membrane: Membrane) -> list[tuple[Carrier, Style]]:
    """A carrier of one ion has the ion's colour, with its own dashes from the second on; others take free ones."""
    styles, others = species_styles(cell), style_sheet().others
    seen: list[str] = []
    found: list[tuple[Carrier, Style]] = []
    for carrier in membrane.carriers:
        ions = _carried(carrier)
        key = ions[0] if isinstance(carrier, Channel) and len(ions) == 1 else ""
        turn = seen.count(key)
        seen.append(key)
        style = variants(styles[key], turn + 1)[turn] if key else others[turn % len(others)]
        found.append((carrier, style))
    return found
