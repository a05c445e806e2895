"""Equations of channels: ohmic, constant-field or written currents, shared by the ions they carry."""

from __future__ import annotations

import sympy

from ionlang.equations.energy import movement_energy
from ionlang.equations.express import number
from ionlang.equations.membranes import ghk, nernst
from ionlang.equations.notebook import Notebook
from ionlang.equations.system import Origin
from ionlang.equations.wording import origin_of
from ionlang.model.cell import Basis, Cell, Channel, ConstantField, Membrane, Ohmic, Share, WrittenCurrent
from ionlang.model.check.defined import is_warm, moved_by
from ionlang.model.expression import Expr

OPEN_UNITS: dict[Basis, str] = {"total": "1", "per area": "100 um2", "per capacitance": "pF"}


def opened(path: str) -> str:
    """The share of a carrier that works, times area or capacitance: no name of a file is written like this."""
    return f"{path}.open()"


def open_recipe(book: Notebook, membrane: Membrane, path: str, basis: Basis, origin: Origin) -> None:
    """What turns a written density into a total."""
    book.recipe(opened(path), OPEN_UNITS[basis], origin, _open, membrane, path, basis)


def working_share(book: Notebook, path: str) -> sympy.Expr:
    """1 − block, times the factor where something scales the carrier."""
    left = 1 - book.look(f"{path}.block")
    return left * book.look(f"{path}.factor") if f"{path}.factor" in book.symbols else left


def _open(book: Notebook, membrane: Membrane, path: str, basis: Basis) -> sympy.Expr:
    """The share that works, times area or capacitance."""
    left = working_share(book, path)
    match basis:
        case "total":
            return left
        case "per area":
            return left * book.look(f"{membrane.name}.area")
        case "per capacitance":
            return left * book.look(f"{membrane.name}.total_capacitance")


def channel_recipes(cell: Cell, book: Notebook, membrane: Membrane, channel: Channel) -> None:
    """`current`, `current(X)`, `flux(X)`, `total_conductance` or `total_permeability`, `free_energy`."""
    path, law = channel.path, channel.law
    origin = origin_of(f"channel {channel.name}", channel.span)
    open_recipe(book, membrane, path, law.basis, origin)
    match law:
        case Ohmic(conductance=size, reversal=reversal):
            book.recipe(f"{path}.total_conductance", "nS", origin, _total, path, size)
            if reversal is not None and f"{path}.reversal" not in book.symbols:
                book.recipe(f"{path}.reversal", "mV", origin, Notebook.value, reversal)
        case ConstantField(permeability=size):
            book.recipe(f"{path}.total_permeability", "pL/ms", origin, _total, path, size)
        case WrittenCurrent():
            pass
    for share in channel.shares:
        if share.ratio is not None:
            book.recipe(
                f"{path}.ratio({share.species or 'charge'})", "1", origin, Notebook.value, share.ratio
            )
    _own_potentials(cell, book, membrane, channel, origin)
    _current_recipes(cell, book, membrane, channel, origin)
    for name in moved_by(channel):
        book.recipe(f"{path}.flux({name})", "fmol/ms", origin, _flux, cell, path, name)
    only = channel.shares[0].species
    if len(channel.shares) == 1 and only is not None and is_warm(cell):
        moves = ((only, 1, channel.shares[0].inside, channel.shares[0].outside),)
        book.recipe(f"{path}.free_energy", "mJ/mol", origin, movement_energy, cell, membrane, moves)


def _current_recipes(
    cell: Cell, book: Notebook, membrane: Membrane, channel: Channel, origin: Origin
) -> None:
    path = channel.path
    if len(channel.shares) == 1:
        share = channel.shares[0]
        book.recipe(f"{path}.current", "pA", origin, _share_current, cell, membrane, channel, share)
        book.recipe(
            f"{path}.current({share.species or 'charge'})", "pA", origin, Notebook.look, f"{path}.current"
        )
        return
    parts = [f"{path}.current({share.species or 'charge'})" for share in channel.shares]
    for share, part in zip(channel.shares, parts, strict=True):
        book.recipe(part, "pA", origin, _share_current, cell, membrane, channel, share)
    book.recipe(f"{path}.current", "pA", origin, Notebook.total, *parts)


def _owner(cell: Cell, membrane: Membrane, channel: Channel, share: Share) -> str:
    """Whose Nernst potential drives the ion: the membrane's, or the channel's own where it names the places."""
    sides = tuple(cell.holder(side, share.species or "") for side in (membrane.inside, membrane.outside))
    return membrane.name if sides == (share.inside, share.outside) else channel.path


def _own_potentials(cell: Cell, book: Notebook, membrane: Membrane, channel: Channel, origin: Origin) -> None:
    """`E(X)` and `ghk(X)` of a channel that carries between places of its own choice."""
    for share in channel.shares:
        if (
            share.species is None
            or not is_warm(cell)
            or _owner(cell, membrane, channel, share) != channel.path
        ):
            continue
        ion = next(s for s in cell.species if s.name == share.species)
        sides = (f"{share.inside}.{ion.name}", f"{share.outside}.{ion.name}")
        book.recipe(f"{channel.path}.E({ion.name})", "mV", origin, nernst, ion, *sides)
        book.recipe(f"{channel.path}.ghk({ion.name})", "fC/pL", origin, ghk, membrane.name, ion, *sides)


def _total(book: Notebook, path: str, size: Expr) -> sympy.Expr:
    return book.look(opened(path)) * book.value(size)


def _flux(book: Notebook, cell: Cell, path: str, ion: str) -> sympy.Expr:
    """current/(z F)."""
    return book.look(f"{path}.current({ion})") / (number(cell.valence(ion)) * book.look("faraday"))


def _ratio(book: Notebook, channel: Channel, share: Share) -> sympy.Expr:
    given = share.ratio is not None
    return book.look(f"{channel.path}.ratio({share.species or 'charge'})") if given else sympy.Integer(1)


def _portion(book: Notebook, channel: Channel, share: Share) -> sympy.Expr:
    """The share of an ion in a conductance or a written current: its ratio over the sum of ratios."""
    if len(channel.shares) == 1:
        return sympy.Integer(1)
    whole = sum((_ratio(book, channel, s) for s in channel.shares), sympy.Integer(0))
    return _ratio(book, channel, share) / whole


def _share_current(
    book: Notebook, cell: Cell, membrane: Membrane, channel: Channel, share: Share
) -> sympy.Expr:
    match channel.law:
        case Ohmic(reversal=reversal):
            conductance = book.look(f"{channel.path}.total_conductance") * _portion(book, channel, share)
            zero = book.look(
                _owner(cell, membrane, channel, share) + f".E({share.species})"
                if reversal is None
                else f"{channel.path}.reversal"
            )
            return conductance * (book.look(f"{membrane.name}.V") - zero)
        case ConstantField():
            field = book.look(f"{_owner(cell, membrane, channel, share)}.ghk({share.species})")
            return book.look(f"{channel.path}.total_permeability") * _ratio(book, channel, share) * field
        case WrittenCurrent(current=current):
            return book.look(opened(channel.path)) * _portion(book, channel, share) * book.value(current)
