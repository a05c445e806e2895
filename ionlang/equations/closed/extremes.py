"""What the pump's rate does to a volume that moves: where it is finite, and where it is least.

For monovalent ions the impermeants have a concentration above 0 if and only if 4 S₊ S₋ is below the square of the
osmolarity outside; and it is largest, the volume least, where S₊ S₋ is.
"""

from __future__ import annotations

import sympy

from ionlang.equations.closed import quantities as q
from ionlang.equations.closed.alphabet import Alphabet
from ionlang.equations.closed.chamber import Chamber
from ionlang.equations.closed.form import Extreme
from ionlang.equations.closed.shifts import Shifts
from ionlang.equations.express import number
from ionlang.units import CONCENTRATION


def extremes_of(alphabet: Alphabet, chamber: Chamber, shifts: Shifts) -> tuple[Extreme, ...]:
    """Conditions that are 0 at the rates at which the volume becomes infinite and at which it is least; none where the
    volume does not move, or where ions of other charges pass or something else is held."""
    plain = chamber.swells and all(abs(i.valence) == 1 for i in chamber.ions)
    charged = any(chamber.cell.valence(c.species) for c in chamber.kept)
    if not plain or charged or shifts.rate is None:
        return ()
    unit = q.thermal(alphabet, chamber.cell)
    sums = {1: sympy.Integer(0), -1: sympy.Integer(0)}
    for ion in chamber.ions:
        outside = q.concentration(alphabet, ion.outside, ion.species)
        factor = sympy.exp(-number(ion.valence) * shifts.of[ion.species] / unit)
        sums[int(ion.valence)] += outside * factor
    water = chamber.membrane.waters[0]
    osmolarity = alphabet.positive(f"{water.outside}.osmolarity", CONCENTRATION)
    for content in chamber.kept:
        osmolarity -= q.concentration(alphabet, chamber.place.name, content.species)
    product = sums[1] * sums[-1]
    infinite = 4 * product - osmolarity**2
    least = sympy.diff(product, shifts.rate)
    return (
        Extreme("the volume is infinite", alphabet.written(infinite)),
        Extreme("the volume is least", alphabet.written(least)),
    )
