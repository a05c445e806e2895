"""Whether the potential along a line can be known: of each place along which ions drift or pass gap junctions."""

from __future__ import annotations

from ionlang.diagnostics import Label, Problems
from ionlang.model.books.along import Undecided, conducting, has_field, is_open, way_out
from ionlang.model.cell import Cell, Line
from ionlang.model.cell_lines import Electrodiffusion, GapJunction
from ionlang.model.names.suggest import listing


def check_fields(problems: Problems, cell: Cell) -> None:
    """Report what makes a field impossible; nothing where a mistake elsewhere may be the reason."""
    for line in cell.lines:
        for field in line.electrodiffusions:
            _check_ions(problems, cell, field)
            _check_once(problems, cell, line, field)
    if problems.errors:
        return
    for line in cell.lines:
        driven = [c for c in conducting(cell, line) if isinstance(c, Electrodiffusion | GapJunction)]
        for coupling in driven:
            _check_way(problems, cell, line, coupling)
        for junction in line.gap_junctions:
            _check_law(problems, cell, line, junction)


def _called(coupling: Electrodiffusion | GapJunction) -> str:
    return "electrodiffusion" if isinstance(coupling, Electrodiffusion) else "gap_junction"


def _check_ions(problems: Problems, cell: Cell, field: Electrodiffusion) -> None:
    if field.species and not any(cell.valence(each.species) for each in field.species):
        place = field.place.rpartition(".")[2]
        problems.error(
            "ION499", f"no ion drifts along {place}", field.span, "nothing here makes a field",
            notes=(f"{listing([each.species for each in field.species])} carries no charge",),
            help=f"name the ions that diffuse there; uncharged matter alone is `diffusion {place}`",
        )  # fmt: skip


def _check_once(problems: Problems, cell: Cell, line: Line, field: Electrodiffusion) -> None:
    """An ion either feels the field or does not."""
    drifting = [each.species for each in field.species]
    for diffusion in (d for d in line.diffusions if d.place == field.place):
        for each in (s for s in diffusion.species if cell.valence(s.species) or s.species in drifting):
            place = field.place.rpartition(".")[2]
            problems.error(
                "ION498", f"{each.species} diffuses along {place} as if there were no field", each.span,
                "and the field is solved here", secondary=(Label(field.span, "with these ions"),),
                help=f"say it once, in `electrodiffusion {place}`",
            )  # fmt: skip


def _check_way(problems: Problems, cell: Cell, line: Line, coupling: Electrodiffusion | GapJunction) -> None:
    way, place = way_out(cell, coupling.place), coupling.place.rpartition(".")[2]
    if isinstance(way, Undecided):
        several = len(way.membranes) > 1
        which = " and ".join(name.rpartition(".")[2] for name in way.membranes)
        problems.error(
            "ION496", f"the potential of {place} against its surroundings is not decided", coupling.span,
            f"{which} both have it inside" if several else f"no current can charge {which}",
            notes=("it is that of the one membrane with the place on its first side, and V from currents or charge",),
            help="let one membrane part it from what is outside" if several
            else f"write `V from currents starting at -65 mV` in {which}",
        )  # fmt: skip
    elif is_open(cell, line, coupling.place):
        around = " + ".join(p.rpartition(".")[2] for p in way.outermost)
        problems.warning(
            "ION497", f"what flows along {place} has no way back", coupling.span,
            f"nothing says how current flows along {around}",
            notes=(f"{around} is taken as earthed; its ions do not carry the current that returns",),
            help=f"write `electrodiffusion {around} {{ … }}` with all its ions, or make it a `bath`",
        )  # fmt: skip


def _check_law(problems: Problems, cell: Cell, line: Line, junction: GapJunction) -> None:
    """The constant field is not linear in the potential: with a field to be solved it would take a search."""
    ions = [s.species for s in junction.shares if s.species is not None and cell.valence(s.species)]
    if junction.permeability is not None and ions and has_field(cell, line, junction.place):
        place = junction.place.rpartition(".")[2]
        problems.error(
            "ION499", f"ions pass the gap junctions of {place} by a permeability, beside a field that is solved",
            junction.span, "not with a constant field",
            notes=("the potential outside follows from all currents, which must be linear in it",),
            help="give a `conductance`: z² F² P c/(RT) at the concentration c",
        )  # fmt: skip
