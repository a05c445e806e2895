"""Random cells whose laws are those of thermodynamics, as text: leaks of both kinds, cotransporters by their affinity or by
mass action, pumps that know their fuel or do not. And the energies of generated models, counted independently."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from hypothesis import strategies as st

from tests.models_built import Built, Numbers
from tests.models_ledger import Values
from tests.models_structure import Carrier, Membrane, Model

HEAD = """
temperature = {temperature} degC
ion Na {{ valence = +1 }}
ion K  {{ valence = +1 }}
ion Cl {{ valence = -1 }}
impermeant A {{ valence = -1 }}
solute ATP
solute ADP
solute Pi
compartment inside {{
    volume = 2 pL;  Na = {Na} mM;  K = {K} mM;  Cl = {Cl} mM;  A balances charge
    ATP = 3 mM held;  ADP = {ADP} mM held;  Pi = 3 mM held
}}
bath outside {{ Na = 145 mM;  K = {K_out} mM;  Cl = 120 mM }}
membrane m (inside | outside) {{
    area = 1000 um2
    capacitance = 1 uF/cm2
    {potential}
"""
LEAKS = {
    "ohmic": "channel {ion}_leak {{ carries {ion};  conductance = {size} mS/cm2 }}",
    "field": "channel {ion}_leak {{ carries {ion};  permeability = {size}e-5 cm/s }}",
}
LINES = {
    "KCC2": "moves 1 K out, 1 Cl out",
    "NKCC1": "moves 1 Na in, 1 K in, 2 Cl in",
    "swap": "moves 3 Na in, 2 K out",
}
LAWS = ("{size} pmol/cm2/s * affinity", "{size} pmol/cm2/s * (1 - exp(-affinity))")
PUMPS = {
    "known": "turns in.ATP into in.ADP, in.Pi;  moves 3 Na out, 2 K in;  equilibrium_constant = 2e5 M;  "
    "rate = {size} pmol/cm2/s * hill(in.Na, 15 mM, 3) * hill(out.K, 1.5 mM, 2) * (1 - exp(-affinity))",
    "unknown": "moves 3 Na out, 2 K in, uses 1 ATP;  "
    "rate = {size} pmol/cm2/s * hill(in.Na, 15 mM, 3) * hill(out.K, 1.5 mM, 2)",
}


@st.composite
def lawful_cells(draw: st.DrawFn, pump: str | None = None) -> str:
    """A cell that comes to rest, all of whose passive ways run downhill."""

    def number(low: float, high: float) -> float:
        return round(draw(st.floats(low, high)), 4)

    potential = draw(
        st.sampled_from(("V from zero_current", "V from charge", "V from currents starting at -60 mV"))
    )
    text = HEAD.format(
        temperature=number(5, 40), Na=number(5, 60), K=number(80, 150), Cl=number(3, 60), ADP=number(0.02, 0.5),
        K_out=number(2, 8), potential=potential,
    )  # fmt: skip
    sizes = {"Na": (0.005, 0.02), "K": (0.03, 0.2), "Cl": (0.02, 0.2)}
    for ion, (low, high) in sizes.items():
        text += LEAKS[draw(st.sampled_from(tuple(LEAKS)))].format(ion=ion, size=number(low, high)) + "\n"
    for name in draw(st.lists(st.sampled_from(tuple(LINES)), unique=True, max_size=2)):
        law = draw(st.sampled_from(LAWS)).format(size=number(0.1, 3))
        text += f"transporter {name} {{ {LINES[name]};  rate = {law} }}\n"
    line = PUMPS[pump or draw(st.sampled_from(tuple(PUMPS)))]
    return f"{text}pump NaK {{ {line.format(size=number(20, 150))} }}\n}}\n"


def counted(built: Built, states: Numbers, settings: Numbers) -> Iterator[tuple[str, Values, Values]]:
    """The path of each reading of power, what it must be, and the size of the terms behind it."""
    model = built.model
    found = _looks(built, states, settings)
    for m in model.membranes:
        V = found(f"{m.name}.V")
        for c in m.carriers:
            path = f"{m.name}.{c.name}"
            for ion, inner in ((ion, c.inner or m.first) for ion, _ in c.shares if ion != "charge"):
                flux = found(f"{path}.flux({ion})")
                energy, size = _climb(model, found, ion, (inner, m.second), -V)
                yield f"{path}.dissipation({ion})", -flux * energy, np.abs(flux) * size
            if c.kind != "channel" and all(v.origin and v.target for v in c.movements):
                yield _line(model, m, c, found)


def _line(model: Model, m: Membrane, c: Carrier, found: _Looks) -> tuple[str, Values, Values]:
    energy, size = np.zeros(1), np.zeros(1)
    for v in c.movements:
        ends = (str(v.origin), str(v.target))
        rises = (v.target in m.inside) - (v.origin in m.inside)
        one, its = _climb(model, found, v.species, ends, rises * found(f"{m.name}.V"))
        energy, size = energy + v.count * one, size + v.count * its
    rate = found(f"{m.name}.{c.name}.rate")
    sign, word = (1, "work") if c.uses else (-1, "dissipation")
    return f"{m.name}.{c.name}.{word}", sign * rate * energy, np.abs(rate) * size


class _Looks:
    """Quantities of a model at some points, by path."""

    def __init__(self, built: Built, y: Values, parameters: list[Values]) -> None:
        self.built, self.y, self.parameters = built, y, parameters

    def __call__(self, path: str) -> Values:
        row = self.built.machine.paths([path])(np.zeros(self.y.shape[1]), self.y, self.parameters)
        return np.asarray(row[0])


def _looks(built: Built, states: Numbers, settings: Numbers) -> _Looks:
    return _Looks(built, built.state(states), built.parameters(settings))


def _climb(
    model: Model, found: _Looks, species: str, ends: tuple[str, str], rise: Values
) -> tuple[Values, Values]:
    """Energy per amount of a way from one place to another while the potential rises so much; and its terms' sizes."""
    RT = found("faraday") * found("thermal_voltage")
    chemical = RT * np.log(found(f"{ends[1]}.{species}") / found(f"{ends[0]}.{species}"))
    electric = float(model.valence(species)) * found("faraday") * rise
    return chemical + electric, np.abs(chemical) + np.abs(electric) + RT
