"""The expressions that the laws of carriers and gates are made of."""

from __future__ import annotations

from ionlang.model.cell import (
    ConstantField,
    CycleCurrent,
    CycleRate,
    Ohmic,
    RateGate,
    RelaxGate,
    WrittenCurrent,
)
from ionlang.model.expression import Expr


def law_expressions(law: Ohmic | ConstantField | WrittenCurrent | CycleCurrent | CycleRate) -> list[Expr]:
    match law:
        case Ohmic():
            return [law.conductance] + ([law.reversal] if law.reversal is not None else [])
        case ConstantField():
            return [law.permeability]
        case WrittenCurrent() | CycleCurrent():
            return [law.current]
        case CycleRate():
            return [law.rate]


def kinetic_expressions(kinetics: RateGate | RelaxGate) -> list[Expr]:
    match kinetics:
        case RateGate():
            return [kinetics.alpha, kinetics.beta]
        case RelaxGate():
            return [kinetics.inf] + ([kinetics.tau] if kinetics.tau is not None else [])
