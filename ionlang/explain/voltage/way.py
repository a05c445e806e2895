"""The noun of this room: one way of charge."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from ionlang.model.cell import Channel, Share, Transporter
from ionlang.model.expression import Expr, Read


@dataclass(frozen=True, slots=True)
class Way:
    """One way of charge through a membrane. `current` [pA, out] is an expression of V and of what is held; `flow` is
    the same by its own name, which counts with `sign`. `size` is a conductance or permeability (None for a current
    alone), `part` its share that belongs to this ion, `towards` where it pulls V. `carrier` is None for what is
    injected, reaches the membrane through others, or passes between copies of a line (`is_along`)."""

    words: str
    carrier: Channel | Transporter | None
    share: Share | None
    current: Expr
    size: Read | None
    part: Expr
    towards: Expr | None
    flow: Expr
    sign: Fraction = Fraction(1)
    is_along: bool = False
