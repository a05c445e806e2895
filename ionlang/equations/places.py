"""Equations of places: concentrations, volumes, what carriers bring, charge and osmolarity."""

from __future__ import annotations

import sympy

from ionlang.equations.chemistry import brought_by_chemistry
from ionlang.equations.express import number
from ionlang.equations.lines import summed
from ionlang.equations.notebook import Notebook
from ionlang.equations.system import Origin
from ionlang.equations.wording import origin_of
from ionlang.model.books.ledger import Pool, Process, couplings, processes, water_of
from ionlang.model.books.states import in_amounts
from ionlang.model.cell import Buffer, Cell, Content, Membrane, Place
from ionlang.model.check.defined import ends_of, moved_by
from ionlang.model.check.laws import is_rule


def place_recipes(cell: Cell, book: Notebook, place: Place) -> None:
    """`osmolarity`, `charge`, `volume`, `P.S` and `amount(P.S)`."""
    origin = origin_of(f"{place.kind} {place.name}", place.span)
    paths = [c.path for c in place.contents]
    book.recipe(f"{place.name}.osmolarity", "mM", origin, Notebook.total, *paths)
    if place.volume_rule is not None:
        book.recipe(f"{place.name}.volume", "pL", origin, Notebook.value, place.volume_rule)
    for content in place.contents:
        if content.start is not None and is_rule(content):
            book.recipe(content.path, "mM", origin, Notebook.value, content.start)
        elif in_amounts(cell, place, content) and not content.held:
            book.recipe(f"amount({content.path})", "fmol", origin, amount_at_start, cell, place, content)
            _concentration_recipe(cell, book, place, content, origin)
    if place.volume is None:
        return
    for path in paths:
        book.recipe(f"amount({path})", "fmol", origin, _amount, place, path)
    book.recipe(f"{place.name}.charge", "fC", origin, _charge, cell, place)


def buffer_recipes(cell: Cell, book: Notebook, buffer: Buffer) -> None:
    """`bound`, and how many sites there are in the volume of the moment."""
    place, origin = cell.place(buffer.place), origin_of(f"buffer {buffer.name}", buffer.span)
    book.recipe(f"{buffer.path}.sites", "mM", origin, _sites, place, buffer)
    book.recipe(f"{buffer.path}.bound", "mM", origin, _bound, buffer)


def _volume(book: Notebook, place: Place) -> sympy.Expr:
    assert place.volume is not None
    return book.value(place.volume)


def _amount(book: Notebook, place: Place, path: str) -> sympy.Expr:
    return book.look(path) * _volume(book, place)


def _sites(book: Notebook, place: Place, buffer: Buffer) -> sympy.Expr:
    """The sites neither come nor go: their concentration changes with the volume only."""
    total = book.value(buffer.total)
    if not place.moves:
        return total
    assert place.volume_start is not None
    return total * book.value(place.volume_start) / _volume(book, place)


def _bound(book: Notebook, buffer: Buffer) -> sympy.Expr:
    free = book.look(f"{buffer.place}.{buffer.species}")
    return book.look(f"{buffer.path}.sites") * free / (book.value(buffer.dissociation) + free)


def _concentration_recipe(cell: Cell, book: Notebook, place: Place, content: Content, origin: Origin) -> None:
    """amount/volume, or what fast buffers leave free of that: in closed form for one, by its equation for several."""
    buffers = cell.buffers_of(place.name, content.species)
    match buffers:
        case ():
            book.recipe(content.path, "mM", origin, _whole, place, content.path)
        case (one,):
            book.recipe(content.path, "mM", origin, _free, place, content.path, one)
        case _:
            book.root(content.path, "mM", origin, _surplus, _nothing, _whole, place, content.path, buffers)


def _whole(book: Notebook, place: Place, path: str, *buffers: tuple[Buffer, ...]) -> sympy.Expr:
    return book.look(f"amount({path})") / _volume(book, place)


def _nothing(book: Notebook, place: Place, path: str, buffers: tuple[Buffer, ...]) -> sympy.Expr:
    return sympy.Integer(0)


def _surplus(book: Notebook, place: Place, path: str, buffers: tuple[Buffer, ...]) -> sympy.Expr:
    """free + Σ sites × free/(K_d + free) − total, which rises with what is free."""
    bound = book.total(*(f"{buffer.path}.bound" for buffer in buffers))
    return book.look(path) + bound - _whole(book, place, path)


def _free(book: Notebook, place: Place, path: str, buffer: Buffer) -> sympy.Expr:
    """The positive root of free + sites × free/(K_d + free) = total, in the form that does not cancel."""
    total = _whole(book, place, path)
    sites, half = book.look(f"{buffer.path}.sites"), book.value(buffer.dissociation)
    excess = sites + half - total
    root = sympy.sqrt(excess**2 + 4 * half * total)
    return sympy.Piecewise((2 * half * total / (root + excess), excess > 0), ((root - excess) / 2, True))


def _charge(book: Notebook, cell: Cell, place: Place) -> sympy.Expr:
    """F × Σ z × amount (what is bound to buffers included)."""
    charged = [c for c in place.contents if cell.valence(c.species)]
    terms = [number(cell.valence(c.species)) * _counted(book, cell, place, c) for c in charged]
    if any(in_amounts(cell, place, c) for c in charged):
        return book.look("faraday") * sum(terms, sympy.Integer(0))
    return book.look("faraday") * _volume(book, place) * sum(terms, sympy.Integer(0))


def _counted(book: Notebook, cell: Cell, place: Place, content: Content) -> sympy.Expr:
    mixed = any(in_amounts(cell, place, c) for c in place.contents)
    return book.look(f"amount({content.path})" if mixed else content.path)


def concentration_start(book: Notebook, cell: Cell, path: str) -> sympy.Expr:
    """The written concentration, or the one that balances the charge."""
    name, _, species = path.rpartition(".")
    content = cell.place(name).content(species)
    assert content is not None and content.start is not None
    return book.value(content.start)


def amount_at_start(book: Notebook, cell: Cell, place: Place, content: Content) -> sympy.Expr:
    """What is free and what is bound at the start, times the volume then."""
    assert content.start is not None and place.volume_start is not None
    free = book.value(content.start)
    total = free
    for buffer in cell.buffers_of(place.name, content.species):
        total += book.value(buffer.total) * free / (book.value(buffer.dissociation) + free)
    return total * book.value(place.volume_start)


def amount_start(book: Notebook, cell: Cell, path: str) -> sympy.Expr:
    """The amount of a path `amount(P.S)` at the start."""
    name, _, species = path.removeprefix("amount(").removesuffix(")").rpartition(".")
    place = cell.place(name)
    content = place.content(species)
    assert content is not None
    return amount_at_start(book, cell, place, content)


def concentration_rate(book: Notebook, cell: Cell, path: str) -> sympy.Expr:
    """d[S]/dt = (Σ fluxes into the place)/volume: through membranes, plain fluxes, injected currents, fuel used up."""
    name, _, species = path.rpartition(".")
    return _brought(book, cell, name, species) / _volume(book, cell.place(name))


def amount_rate(book: Notebook, cell: Cell, path: str) -> sympy.Expr:
    """dn/dt = Σ fluxes into the place."""
    name, _, species = path.removeprefix("amount(").removesuffix(")").rpartition(".")
    return _brought(book, cell, name, species)


def volume_rate(book: Notebook, cell: Cell, path: str) -> sympy.Expr:
    """dvolume/dt = Σ water that comes in."""
    pool = water_of(path.removesuffix(".volume"))
    terms = [number(p.change_of(pool)) * book.look(p.path) for p in processes(cell) if p.change_of(pool)]
    return sum(terms, sympy.Integer(0))


def _brought(book: Notebook, cell: Cell, place: str, species: str) -> sympy.Expr:
    """What comes into a place [fmol/ms]: through membranes, by plain fluxes, with injected currents; less what pumps
    use up there."""
    terms: list[sympy.Expr] = []
    for m in cell.membranes:
        terms += (summed(cell, book, m.name, place, t) for t in _through(book, cell, m, place, species))
    terms += _from_neighbours(cell, book, place, species)
    for flux in cell.fluxes:
        for movement in (v for v in flux.movements if v.species == species):
            sign = (movement.target == place) - (movement.origin == place)
            if sign:
                moved = sympy.Integer(sign * movement.count) * book.look(f"{flux.path}.rate")
                terms.append(summed(cell, book, flux.path, place, moved))
    terms += brought_by_chemistry(book, cell, place, species)
    return sum(terms, sympy.Integer(0))


def _from_neighbours(cell: Cell, book: Notebook, place: str, species: str) -> list[sympy.Expr]:
    """What comes along lines: from neighbours, and where a line ends in the place."""
    pool = Pool(place, species)
    return [
        summed(cell, book, p.path, place, number(p.change_of(pool)) * _amount_per_time(book, p))
        for p in couplings(cell)
        if p.change_of(pool)
    ]


def _amount_per_time(book: Notebook, process: Process) -> sympy.Expr:
    rate = book.look(process.path)
    return rate / book.look("faraday") if process.kind == "current" else rate


def _through(book: Notebook, cell: Cell, m: Membrane, place: str, species: str) -> list[sympy.Expr]:
    """What a membrane brings to a place: its flux, what its pumps use up there, what is injected."""
    terms = _crossing(book, m, place, species)
    for carrier in m.transporters:
        used = sum(use.count for use in carrier.uses if (use.place, use.species) == (place, species))
        if used:
            terms.append(-sympy.Integer(used) * book.look(f"{carrier.path}.rate"))
    injected = f"{m.name}.inject({species})"
    if cell.holder(m.inside, species) == place and injected in book.symbols:
        terms.append(book.look(injected) / (number(cell.valence(species)) * book.look("faraday")))
    return terms


def _crossing(book: Notebook, m: Membrane, place: str, species: str) -> list[sympy.Expr]:
    """The flux through the membrane into a place: the sum that the membrane itself tells, where all of it goes between
    the same two places, else carrier by carrier."""
    ends = {c.path: ends_of(m, c, species) for c in m.carriers if species in moved_by(c)}
    pairs = list(dict.fromkeys(pair for found in ends.values() for pair in found))
    if len(pairs) == 1:
        sign = (pairs[0][1] == place) - (pairs[0][0] == place)
        return [sign * book.look(f"{m.name}.flux({species})")] if sign else []
    terms: list[sympy.Expr] = []
    for path, found in ends.items():
        signs = [(outside == place) - (inside == place) for inside, outside in found]
        if len(found) == 1 and signs[0]:
            terms.append(signs[0] * book.look(f"{path}.flux({species})"))
        elif len(found) > 1:
            terms += _moved(book, m, path, place, species)
    return terms


def _moved(book: Notebook, m: Membrane, path: str, place: str, species: str) -> list[sympy.Expr]:
    """One cycle of a transporter that moves a species between several pairs of places."""
    carrier = next(c for c in m.transporters if c.path == path)
    mine = [v for v in carrier.movements if v.species == species]
    count = sum(v.count * ((v.target == place) - (v.origin == place)) for v in mine)
    return [sympy.Integer(count) * book.look(f"{path}.rate")] if count else []
