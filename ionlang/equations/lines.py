"""Equations between the copies of a line.

Across the face between two neighbours flows G (c − c of the next), an amount per time, and g (ψ − ψ of the next), a
current; ψ is the sum of the potentials of all membranes that enclose the place. G = D A/(λ² spacing) and
g = A/(resistivity × spacing), each in two halves, from the middle of a copy to its face: where copies differ, the two
halves are in series. What a copy gains is what passes the face before it less what passes the face behind it, so the
sum over all copies changes only by what passes the ends.
"""

from __future__ import annotations

import sympy

from ionlang.equations.fields import current_in_field, in_series, towards_end
from ionlang.equations.neighbours import After, Before, Left, OnlyFirst, OnlyLast, Right, Total
from ionlang.equations.notebook import Notebook
from ionlang.equations.spread import is_spread
from ionlang.equations.system import Origin
from ionlang.equations.wording import origin_of
from ionlang.model.books.along import has_field
from ionlang.model.books.lengthwise import ENDS, End, place_at
from ionlang.model.cell import Cell, Line
from ionlang.model.cell_lines import Axial, Diffusion, Spreading
from ionlang.model.expression import Expr


def line_recipes(cell: Cell, book: Notebook, line: Line) -> None:
    """`P.diffusion.gain(S)` [fmol/ms] and `P.axial.current` [pA]: what a copy gains from its neighbours; what it gains
    through the ends of the line, `P.diffusion.first(S)`, `P.diffusion.last(S)`; what passes on to the next copy,
    `P.diffusion.flux(S)`."""
    for diffusion in line.diffusions:
        _diffusion_recipes(cell, book, line, diffusion)
    for axial in line.axials:
        _axial_recipes(cell, book, line, axial)


def end_recipe(book: Notebook, line: Line, end: str) -> None:
    """1 in the copy at that end, 0 in all others."""
    mask = OnlyFirst(line.count) if end == "first" else OnlyLast(line.count)
    book.recipe(f"{line.name}.{end}()", "1", Origin(f"the {end} copy of {line.name}", ""), _mask, mask)


def _mask(book: Notebook, mask: sympy.Expr) -> sympy.Expr:
    return mask


def _diffusion_recipes(cell: Cell, book: Notebook, line: Line, diffusion: Diffusion) -> None:
    origin, path = origin_of(f"diffusion in {diffusion.place}", diffusion.span), diffusion.path
    section_recipe(cell, book, line, diffusion, origin)
    for each in diffusion.species:
        named = f"({each.species})"
        book.recipe(f"{path}.half{named}", "pL/ms", origin, half, line, diffusion, each.coefficient)
        across = f"{diffusion.place}.{each.species}", f"{path}.half{named}", line
        book.recipe(f"{path}.face{named}", "fmol/ms", origin, _face, *across)
        book.recipe(f"{path}.gain{named}", "fmol/ms", origin, gain, f"{path}.face{named}", line)
        book.recipe(f"{path}.flux{named}", "fmol/ms", origin, towards_end, f"{path}.face{named}", line)
        for end in ENDS:
            beyond = beyond_end(cell, line, diffusion, end, each.species)
            if beyond is not None:
                end_recipe(book, line, end)
                book.recipe(f"{path}.{end}.beyond{named}", "mM", origin, look_beyond, beyond)
                given = line, diffusion, each.species, end
                book.recipe(f"{path}.{end}{named}", "fmol/ms", origin, _through_end, *given)


def beyond_end(cell: Cell, line: Line, diffusion: Spreading, end: End, species: str) -> Expr | str | None:
    """The concentration beyond an end: the path of one in a place there, or what the line holds itself at the start;
    None where nothing passes."""
    place = place_at(diffusion, end)
    if place is not None:
        return f"{place}.{species}" if cell.place(place).content(species) is not None else None
    content = cell.place(diffusion.place).content(species)
    return content.start if line.ends == "open" and content is not None else None


def look_beyond(book: Notebook, beyond: Expr | str) -> sympy.Expr:
    """What `beyond_end` tells, in symbols."""
    return book.look(beyond) if isinstance(beyond, str) else book.value(beyond)


def section_recipe(
    cell: Cell, book: Notebook, line: Line, coupling: Spreading | Axial, origin: Origin
) -> None:
    path = f"{coupling.path}.cross_section"
    if path not in book.symbols:
        book.recipe(path, "100 um2", origin, _section, cell, line, coupling)


def _section(book: Notebook, cell: Cell, line: Line, coupling: Spreading | Axial) -> sympy.Expr:
    """The volume of the place over the spacing."""
    volume = cell.place(coupling.place).volume
    assert volume is not None
    return book.value(volume) / book.value(line.spacing)


def half(book: Notebook, line: Line, diffusion: Spreading, coefficient: Expr) -> sympy.Expr:
    """From the middle of a copy to its face, over half the spacing: 2 D A/(λ² spacing)."""
    area = book.look(f"{diffusion.path}.cross_section")
    free = 2 * book.value(coefficient) * area / book.value(line.spacing)
    return free if diffusion.tortuosity is None else free / book.value(diffusion.tortuosity) ** 2


def _face(book: Notebook, driven: str, half: str, line: Line) -> sympy.Expr:
    """What passes from a copy to the next."""
    force = book.look(driven)
    return in_series(book, line, book.look(half)) * (Left(force) - Right(force))


def gain(book: Notebook, face: str, line: Line) -> sympy.Expr:
    """What comes over the face before a copy less what leaves over the one behind it."""
    passing = book.look(face)
    return After(passing, line.count) - Before(passing, line.count)


def _through_end(book: Notebook, line: Line, diffusion: Diffusion, species: str, end: End) -> sympy.Expr:
    """Into the outermost copy, over half a spacing."""
    outside = book.look(f"{diffusion.path}.{end}.beyond({species})")
    inside = book.look(f"{diffusion.place}.{species}")
    return (
        book.look(f"{line.name}.{end}()")
        * book.look(f"{diffusion.path}.half({species})")
        * (outside - inside)
    )


def _axial_recipes(cell: Cell, book: Notebook, line: Line, axial: Axial) -> None:
    origin, path = origin_of(f"axial current in {axial.place}", axial.span), axial.path
    section_recipe(cell, book, line, axial, origin)
    book.recipe(f"{path}.half", "nS", origin, _half_conductance, line, axial)
    if has_field(cell, line, axial.place):
        book.recipe(f"{path}.face", "pA", origin, current_in_field, line, axial)
    else:
        potential = f"{axial.membranes[0]}.V"
        if len(axial.membranes) > 1:
            potential = f"{path}.potential"
            book.recipe(potential, "mV", origin, Notebook.total, *(f"{m}.V" for m in axial.membranes))
        book.recipe(f"{path}.face", "pA", origin, _face, potential, f"{path}.half", line)
    book.recipe(f"{path}.current", "pA", origin, gain, f"{path}.face", line)


def _half_conductance(book: Notebook, line: Line, axial: Axial) -> sympy.Expr:
    """2 A/(resistivity × spacing)."""
    area = book.look(f"{axial.path}.cross_section")
    return 2 * area / (book.value(axial.resistivity) * book.value(line.spacing))


def summed(cell: Cell, book: Notebook, source: str, place: str, term: sympy.Expr) -> sympy.Expr:
    """What something of the path `source` brings to a place: where that stands outside the line, of all copies."""
    line = cell.line_of(source)
    if line is None or line.holds(f"{place}."):
        return term
    return Total(term, line.count) if is_spread(book, term, line) else line.count * term
