"""What a block says otherwise than the block it is made from."""

from __future__ import annotations

from dataclasses import field

from ionlang.records import dataclass
from ionlang.source import Span


@dataclass(frozen=True, slots=True)
class Difference:
    """One property, sentence or block inside that an instance or an `extend` replaces, adds or drops.

    `maker` says who does it (`channel soma.KDR is squid.K`, `extend soma`), `path` names the block that is changed,
    `word` what is changed in it. `was` is empty for what is added, `now` for what gives way to another law.
    """

    maker: str
    path: str
    word: str
    was: str
    now: str
    span: Span = field(compare=False, repr=False)
