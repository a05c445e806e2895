"""Views of files with lines for tests of explanations: the examples, the models of the manual, and some that join what
these have apart."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import numpy as np

import ionlang
from ionlang.api import Model
from ionlang.explain.copies import InCopies, computing, spots_of, values_at
from ionlang.explain.laws.book import laws_of
from ionlang.explain.moment import Moment
from ionlang.explain.view import View, view_of_rest
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.resting.rest import find_settled
from tests.lines_models import LEAKY_CELL

ROOT = Path(__file__).parents[1]
EXAMPLES = {
    path.stem: path
    for folder in (ROOT / "examples", ROOT / "examples" / "published")
    for path in sorted(folder.glob("*.ion"))
    if "\nline " in path.read_text(encoding="utf-8")
}


def _blocks() -> dict[str, str]:
    """The models of the pages on lines that stand by themselves."""
    found = {}
    for page in ("electrodiffusion", "lines", "lines-scenarios", "lines-measures", "patterns"):
        text = (ROOT / "docs" / "language" / f"{page}.md").read_text(encoding="utf-8")
        for head, name, block in re.findall(r"```ion (([\w-]+)\.ion[^\n]*)\n(.*?)```", text, re.DOTALL):
            if "fails" not in head and "\nline " in block and "include" not in block and "use " not in block:
                found[f"{page}/{name}"] = block
    return found


VESSEL = """
solute glucose
bath vessel { glucose = 5 mM }
compartment csf { volume = 100 pL;  glucose = 3 mM }
arrangement patch {
    compartment outside { volume = 2 pL * (1 + x/(400 um));  glucose = 3 mM }
    flux uptake { moves glucose from outside to csf;  rate = 0.001 /s * outside.volume * outside.glucose }
}
line tissue of 6 patch {
    spacing = 10 um
    ends    = closed
    diffusion outside { glucose = 6e-6 cm2/s;  tortuosity = 1.6;  first = vessel;  last = csf }
}
"""
OPEN = """
temperature = 37 degC
ion Na { valence = +1 }
ion Cl { valence = -1 }
ion Ca { valence = +2 }
impermeant A { valence = -1 }
arrangement patch {
    compartment inside { volume = 2 pL;  Na = 12 mM + 3 mM * exp(-x/(30 um));  Ca = 1e-4 mM;  Cl = 5 mM;  A balances charge }
    compartment outside { volume = 1 pL;  Na = 140 mM + x * 20 mM/(100 um);  Ca = 2 mM;  Cl balances charge }
    membrane soma (inside | outside) {
        area = 800 um2 * (1 + x/(300 um))
        capacitance = 1 uF/cm2
        V from currents starting at -60 mV - 10 mV * x/(100 um)
        channel Na_leak { carries Na;  conductance = 0.02 mS/cm2 }
        channel Cl_leak { carries Cl;  permeability = 1e-7 cm/s }
    }
}
line row of 5 patch {
    spacing = 20 um
    ends    = open
    electrodiffusion outside { Na = 1.33e-5 cm2/s;  Cl = 2.03e-5 cm2/s;  Ca = 0.79e-5 cm2/s;  tortuosity = 1.6 }
    gap_junction inside { carries Na : 1, charge : 0.5;  conductance = 3 nS * (1 + x/(100 um)) }
}
"""
LEAKY = (
    LEAKY_CELL
    + """line row of 4 cell { spacing = 50 um;  ends = closed;  gap_junction inside { permeability = 0.01 pL/s;  carries K : 1, Na : 0.5 } }
"""
)
TEXTS = {**_blocks(), "vessel": VESSEL, "open": OPEN, "leaky": LEAKY}
NAMES = [*EXAMPLES, *TEXTS]


@cache
def model(name: str) -> Model:
    return ionlang.loads(TEXTS[name]) if name in TEXTS else ionlang.load(EXAMPLES[name])


@cache
def resting(name: str) -> View:
    return view_of_rest(find_settled(model(name).machine, {}))


def copies_of(view_or_moment: View | Moment) -> list[tuple[str, int]]:
    """The first copies, one in the middle and the last, of each line."""
    moment = view_or_moment.now if isinstance(view_or_moment, View) else view_or_moment
    return [
        (spot.line, n)
        for spot in moment.spots.at
        for n in sorted({1, min(2, spot.count), spot.count // 2 + 1, spot.count})
        if n <= spot.count
    ]


def away_from_rest(name: str) -> tuple[Moment, FloatArray]:
    """A state a little off the start, another one in each copy; and the rates there."""
    machine = model(name).machine
    p = machine.parameters({})
    start = np.array(machine.initial_state(p))
    state = start * np.random.default_rng(1).uniform(0.97, 1.03, start.size) + 1e-3
    spots, values = spots_of(machine), values_at(machine, 0.0, state, list(p))
    known = InCopies(values, spots, computing(machine, 0.0, state, list(p)))
    moment = Moment("somewhere", machine.cell, laws_of(machine.cell, spots), known, spots=spots)
    return moment, machine.vector.rhs(0.0, state, p)
