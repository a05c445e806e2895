"""Panels of what crosses membranes: currents, fluxes, cycles of pumps and what they use up.

Currents are positive where positive charge leaves the first side, fluxes where matter does.
"""

from __future__ import annotations

from collections.abc import Iterator

from ionlang.model.cell import Cell, Channel, Membrane, Transporter
from ionlang.plot.panels import Line, Panel
from ionlang.plot.styles import INK, Style, label, species_styles, style_sheet, variants

Carrier = Channel | Transporter


def currents(cell: Cell, membrane: Membrane) -> Panel:
    """The current of each carrier that has one."""
    lines = [
        Line(f"{carrier.path}.current", carrier.name, style)
        for carrier, style in carrier_styles(cell, membrane)
        if isinstance(carrier, Channel) or carrier.charge_out
    ]
    return Panel(membrane.name, "current", "current", tuple(lines))


def fluxes(cell: Cell, membrane: Membrane) -> Iterator[Panel]:
    """For each species that crosses, its flux through each carrier, and the sum of them where there are several."""
    styled = carrier_styles(cell, membrane)
    crossing = dict.fromkeys(name for carrier, _ in styled for name in carried(carrier))
    for species in crossing:
        paths = [(f"{c.path}.flux({species})", c.name, style) for c, style in styled if species in carried(c)]
        lines = [Line(*each) for each in paths]
        if len(lines) > 1:
            lines.append(Line(f"{membrane.name}.flux({species})", "net", Style(INK, width=1.0)))
        yield Panel(membrane.name, "flux", f"{label(species, cell.valence(species))} flux out", tuple(lines))


def pumps(cell: Cell) -> Iterator[Panel]:
    """The rates of pumps and transporters of each membrane; then what of each species they use up in each place."""
    styled = {membrane.name: _stoichiometric(cell, membrane) for membrane in cell.membranes}
    for membrane in cell.membranes:
        lines = [
            Line(f"{carrier.path}.rate", carrier.name, style) for carrier, style in styled[membrane.name]
        ]
        yield Panel(membrane.name, "rate", "rate", tuple(lines))
    uses: dict[tuple[str, str], list[Line]] = {}
    for carrier, style in (each for found in styled.values() for each in found):
        for place, species, count in _used(carrier):
            line = Line(f"{carrier.path}.rate", f"by {carrier.name}", style, float(count))
            uses.setdefault((place, species), []).append(line)
    for (place, species), lines in uses.items():
        yield Panel(place, "rate", f"{label(species, cell.valence(species))} use", tuple(lines))


def _used(carrier: Transporter) -> Iterator[tuple[str, str, int]]:
    """What a cycle uses up, said by `uses` or before the `into` of `turns`: place, species, count."""
    yield from ((use.place, use.species, use.count) for use in carrier.uses)
    if carrier.conversion is not None:
        yield from ((part.place, part.species, part.count) for part in carrier.conversion.origins)


def _stoichiometric(cell: Cell, membrane: Membrane) -> list[tuple[Transporter, Style]]:
    return [(c, style) for c, style in carrier_styles(cell, membrane) if isinstance(c, Transporter)]


def carried(carrier: Carrier) -> tuple[str, ...]:
    """The species that cross by this carrier."""
    if isinstance(carrier, Channel):
        return tuple(share.species for share in carrier.shares if share.species is not None)
    return tuple(dict.fromkeys(movement.species for movement in carrier.movements))


def carrier_styles(cell: Cell, membrane: Membrane) -> list[tuple[Carrier, Style]]:
    """A carrier of one ion has the ion's colour, with its own dashes from the second on; others take free ones."""
    styles, others = species_styles(cell), style_sheet().others
    seen: list[str] = []
    found: list[tuple[Carrier, Style]] = []
    for carrier in membrane.carriers:
        ions = carried(carrier)
        key = ions[0] if isinstance(carrier, Channel) and len(ions) == 1 else ""
        turn = seen.count(key)
        seen.append(key)
        style = variants(styles[key], turn + 1)[turn] if key else others[turn % len(others)]
        found.append((carrier, style))
    return found
