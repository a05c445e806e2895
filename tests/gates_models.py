"""Cells with gates and schemes in words, and their generated functions, for tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

import ionlang

Values = npt.NDArray[np.float64]

HEAD = """
temperature = 6.3 degC
ion Na { valence = +1 }
ion K { valence = +1 }
bath inside  { Na = 50 mM; K = 397 mM }
bath outside { Na = 437 mM; K = 20 mM }
"""

RATES = """
    let a_m = 0.1 /mV/ms * linoid(V + 40 mV, 10 mV)
    let b_m = 4 /ms * exp(-(V + 65 mV)/18 mV)
    let a_h = 0.07 /ms * exp(-(V + 65 mV)/20 mV)
    let b_h = 1 /ms / (1 + exp(-(V + 35 mV)/10 mV))
    let a_n = 0.01 /mV/ms * linoid(V + 55 mV, 10 mV)
    let b_n = 0.125 /ms * exp(-(V + 65 mV)/80 mV)
"""

GATES = """
    channel NaV { carries Na; conductance = 120 mS/cm2 * m^3*h; reversal = 50 mV
        gate m { alpha = a_m; beta = b_m }
        gate h { alpha = a_h; beta = b_h } }
"""

EIGHT_STATES = """
    channel NaV { carries Na; conductance = 120 mS/cm2 * S.O; reversal = 50 mV
        scheme S {
            C3 to C2 at 3*a_m; C2 to C1 at 2*a_m; C1 to O at a_m; C2 to C3 at b_m; C1 to C2 at 2*b_m; O to C1 at 3*b_m
            I3 to I2 at 3*a_m; I2 to I1 at 2*a_m; I1 to I at a_m; I2 to I3 at b_m; I1 to I2 at 2*b_m; I to I1 at 3*b_m
            C3 to I3 at b_h; C2 to I2 at b_h; C1 to I1 at b_h; O to I at b_h
            I3 to C3 at a_h; I2 to C2 at a_h; I1 to C1 at a_h; I to O at a_h
        } }
"""

OTHERS = """
    channel KV { carries K; conductance = 36 mS/cm2 * n^4; reversal = -77 mV
        gate n { alpha = a_n; beta = b_n } }
    channel leak { carries charge; conductance = 0.3 mS/cm2; reversal = -54.4 mV }
"""


def axon(sodium: str, tail: str = "", start: str = "-65 mV") -> str:
    """The squid axon with this sodium channel."""
    membrane = f"membrane soma (inside | outside) {{\n    capacitance = 1 uF/cm2\n    V from currents starting at {start}\n"
    return f"{HEAD}{membrane}{RATES}{sodium}{OTHERS}}}\n{tail}"


@dataclass(frozen=True, eq=False)
class Generated:
    """The functions that a text is compiled to."""

    functions: Mapping[str, Any]

    @property
    def paths(self) -> list[str]:
        return [state[1] for state in self.functions["STATES"]]

    @property
    def parameters(self) -> list[str]:
        return [entry[1] for entry in self.functions["PARAMETERS"]]

    def start(self) -> dict[str, float]:
        y = self.functions["initial_state"](self.functions["parameters"]())
        return dict(zip(self.paths, y.tolist(), strict=True))

    def rates(self, states: Mapping[str, float], **given: float) -> dict[str, float]:
        y = np.array([states[path] for path in self.paths])
        dy = self.functions["rhs"](0.0, y, self.functions["parameters"](**given))
        return dict(zip(self.paths, np.asarray(dy).tolist(), strict=True))

    def jacobian(self, y: Values) -> Values:
        return np.asarray(self.functions["jacobian"](0.0, y, self.functions["parameters"]()))

    def rhs(self, y: Values) -> Values:
        return np.asarray(self.functions["rhs"](0.0, y, self.functions["parameters"]()))


@lru_cache(maxsize=8)
def generated(text: str) -> Generated:
    model = ionlang.loads(text, "cell.ion")
    wrong = [d.message for d in model.check() if d.severity == "error"]
    assert not wrong, wrong
    functions: dict[str, Any] = {}
    exec(model.compile(), functions)  # noqa: S102 – it is our own text
    return Generated(functions)


def codes(text: str) -> list[str]:
    return [d.code for d in ionlang.loads(text, "cell.ion").check()]
