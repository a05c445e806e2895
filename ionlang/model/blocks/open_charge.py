"""Carriers whose charge some ledger cannot follow: of no named ion, or left out of V. A paper may do so; it is said."""

from __future__ import annotations

from ionlang.diagnostics import Label
from ionlang.model.blocks.building import Building
from ionlang.model.kinds import CARRIERS
from ionlang.model.names.entities import Entity
from ionlang.source import Span
from ionlang.syntax import ast


def is_excluded(carrier: Entity) -> bool:
    """Whether it says `excluded from V`."""
    return any(isinstance(s, ast.Excluded) for s in carrier.block.body)


def warn_of_excluded(building: Building, membrane: Entity) -> None:
    """A current that moves ions and not V: charge is not conserved, as in some papers."""
    carriers = [m for m in membrane.members.values() if m.kind in CARRIERS]
    if _follows_currents(membrane) and all(is_excluded(carrier) for carrier in carriers):
        return  # nothing decides V: that is said
    for carrier in carriers:
        sentence = next((s for s in carrier.block.body if isinstance(s, ast.Excluded)), None)
        if sentence is not None:
            building.problems.warning(
                "ION347", f"the current of {carrier.describe()} does not count in V", sentence.span,
                "its ions move, its charge is lost",
                notes=(f"the charge of {membrane.describe()} and of the places that it parts is not conserved",),
                help="leave this out unless the source does the same",
            )  # fmt: skip


def _follows_currents(membrane: Entity) -> bool:
    return any(isinstance(s, ast.Potential) and s.way.text == "zero_current" for s in membrane.block.body)


def warn_of_unnamed_charge(building: Building, membrane: Entity) -> None:
    """One warning for a membrane, however many of its channels carry charge of no named ion."""
    channels = [e for e in membrane.members.values() if e.kind == "channel"]
    found = [(e.name, span) for e in channels for span in _unnamed(e)]
    if not found or any(e.lost for e in (membrane, *channels)):
        return  # what could not be read may be another such channel
    names = list(dict.fromkeys(name for name, _ in found))
    one = len(names) == 1
    building.problems.warning(
        "ION313",
        f"channel {names[0]} carries charge of no named ion"
        if one
        else f"{len(names)} channels of {membrane.describe()} carry charge of no named ion",
        found[0][1], "the ledger of matter cannot follow it",
        secondary=tuple(Label(span, "nor this") for _, span in found[1:]),
        help=f"name the ion{'' if one else 's'} if the source does: `carries K`",
    )  # fmt: skip


def _unnamed(channel: Entity) -> list[Span]:
    lines = (s for s in channel.block.body if isinstance(s, ast.Carries))
    return [share.span for line in lines for share in line.shares if share.species.text == "charge"]
