"""The squid giant axon, from the equations of `tests/oracles/hh1952.py`: V + 65 mV is the paper's depolarisation."""

from __future__ import annotations

import numpy as np

from tests.library_references import VOLTAGES, Probe, Values, agree, membrane, reference

TEMPERATURES = (6.3, 18.5)


def lin(x: Values, k: float) -> Values:
    return x / -np.expm1(-x / k)


def rates(V: Values) -> dict[str, tuple[Values, Values]]:
    return {
        "m": (0.1 * lin(V + 40, 10), 4 * np.exp(-(V + 65) / 18)),
        "h": (0.07 * np.exp(-(V + 65) / 20), 1 / (1 + np.exp(-(V + 35) / 10))),
        "n": (0.01 * lin(V + 55, 10), 0.125 * np.exp(-(V + 65) / 80)),
    }


def gates_agree(entry: str, gates: str, ion: str) -> None:
    V = VOLTAGES
    for celsius in TEMPERATURES:
        text = membrane("squid", f"channel X is squid.{entry}", ion, f"temperature = {celsius} degC")
        for gate in gates:
            alpha, beta = rates(V)[gate]
            steady, constant = Probe(text).gate(f"cell.X.{gate}", V)
            agree(steady, alpha / (alpha + beta))
            agree(constant, 3 ** ((6.3 - celsius) / 10) / (alpha + beta))


@reference("squid.NaV")
def fast_sodium() -> None:
    gates_agree("NaV", "mh", "Na 50/437")
    text = membrane("squid", "channel X is squid.NaV", "Na 50/437", "temperature = 6.3 degC")
    found = Probe(text).values(
        ["cell.X.total_conductance"], {"cell.V": -20.0, "cell.X.m": 0.3, "cell.X.h": 0.7}
    )
    agree(found["cell.X.total_conductance"], 120 * 0.3**3 * 0.7)


@reference("squid.KDR")
def delayed_rectifier() -> None:
    gates_agree("KDR", "n", "K 400/20")
    text = membrane("squid", "channel X is squid.KDR", "K 400/20", "temperature = 6.3 degC")
    found = Probe(text).values(["cell.X.total_conductance"], {"cell.V": -20.0, "cell.X.n": 0.3})
    agree(found["cell.X.total_conductance"], 36 * 0.3**4)


@reference("squid.leak")
def leak() -> None:
    text = membrane("squid", "channel X is squid.leak", "K 400/20", "temperature = 6.3 degC")
    agree(
        Probe(text).values(["cell.X.current"], {"cell.V": VOLTAGES})["cell.X.current"],
        0.3 * (VOLTAGES + 54.387),
    )
