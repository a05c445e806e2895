"""The power of what passes from copy to copy along a line, and through its ends.

At each face the flux times the fall of the electrochemical potential is dissipated (`equations/energy_along.py`),
and so it is at an end, from what is beyond. What the places on both sides gain by it is in their own accounts; what
comes out of a bath, or from where the line goes on beyond an open end, is supplied.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ionlang.model.books.lengthwise import ENDS, End, place_at
from ionlang.model.books.losses import Loss, losses
from ionlang.model.cell import Cell, Line
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.ledgers.books import Books
from ionlang.simulate.ledgers.copies import stands_in, value_of
from ionlang.simulate.ledgers.energies import MOLAR, TINY, Moment
from ionlang.simulate.ledgers.lines import Leg
from ionlang.simulate.ledgers.powers import Power, electric, out_of_open, worth


def between(books: Books, moment: Moment, rates: Sequence[FloatArray]) -> Iterator[Power]:
    """Of all lines, in the same order at every moment; of some copies what is lost between them, and what their
    neighbours bring."""
    cell, index = books.machine.cell, {process.path: i for i, process in enumerate(books.listed)}
    for line in (each for each in cell.lines if stands_in(books.copies, f"{each.name}.")):
        for loss in losses(cell, line):
            gain = index[loss.gain]
            inside = _inside(cell, loss)
            lost = moment.values[loss.path]
            if books.copies is not None:
                onward = moment.values[loss.onward]
                lost = np.concatenate([onward[:-1], lost - onward])
                worked = rates[gain] * (worth((inside,), moment) + electric(books, gain, moment))
                yield ("supplied", books.names[gain]), np.concatenate([worked, onward[:-1]])
            yield ("dissipated", loss.coupling.path), lost
            yield from out_of_open(moment, (inside,), rates[gain])
            for end in ENDS:
                through = index.get(f"{loss.coupling.path}.{end}({loss.species})")
                if through is not None:
                    yield from _of_end(cell, line, loss, end, moment, rates[through])


def _inside(cell: Cell, loss: Loss) -> Leg:
    """What a copy gets: of a current as much as it carries."""
    count = 1.0
    if loss.kind == "current" and loss.species is not None:
        count = 1 / float(cell.valence(loss.species))
    return (loss.coupling.place if loss.species is not None else None, loss.species or "", count)


def _of_end(
    cell: Cell, line: Line, loss: Loss, end: End, moment: Moment, rate: FloatArray
) -> Iterator[Power]:
    assert loss.spreading is not None and loss.species is not None
    beyond = place_at(loss.spreading, end)
    inside = (loss.coupling.place, loss.species, 1.0)
    if beyond is not None:
        yield from out_of_open(moment, (inside, (beyond, loss.species, -1.0)), rate)
        return
    yield from out_of_open(moment, (inside,), rate)
    content = cell.place(loss.coupling.place).content(loss.species)
    assert content is not None and content.start is not None
    held = value_of(moment.machine, content.start, moment.t, moment.y, moment.p, moment.copies)
    logarithm = np.log(np.maximum(held, TINY) / MOLAR)
    yield ("supplied", f"beyond the ends of {line.name}"), rate * moment.heat * logarithm
