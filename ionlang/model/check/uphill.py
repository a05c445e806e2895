"""Carriers without fuel that go uphill where the file starts: an error; and reversal potentials that are not those of
the ions: a warning.

No law that is right can do either, wherever it starts: what has its zero where its gradients balance goes down on both
sides of it. What is not known before the run is left to the audit of rest and of the run.
"""

from __future__ import annotations

import math

from ionlang.diagnostics import Problems
from ionlang.model.books.passages import (
    KILOJOULES,
    Move,
    Passage,
    climb,
    gained,
    journey,
    level,
    moves_of,
    passages,
)
from ionlang.model.cell import Cell, Channel, ConstantField, CycleCurrent, Ohmic, Transporter
from ionlang.model.check.laws import law_expressions
from ionlang.model.check.starting import Starting
from ionlang.model.evaluate import NotKnown, evaluate

ROUNDING = 0.1
"""Of RT (2.6 mV): constants and concentrations of papers, rounded apart, disagree by less."""
NEAR = 1.0  # mV: papers give reversal potentials to the millivolt


def check_uphill(problems: Problems, cell: Cell, start: Starting) -> tuple[str, ...]:
    """The paths of the carriers that were found to go uphill."""
    wrong: list[str] = []
    for passage in passages(cell):
        law = passage.carrier.law
        if isinstance(law, Ohmic) and law.reversal is not None:
            _check_reversal(problems, cell, passage, start)
        elif not isinstance(law, Ohmic | ConstantField) and _goes_up(problems, cell, passage, start):
            wrong.append(passage.carrier.path)
    return tuple(wrong)


def cycles_per_time(passage: Passage, values: Starting) -> float:
    """The sign and the size, but for area, of the rate of a carrier whose law is written. Raises NotKnown."""
    carrier = passage.carrier
    written = evaluate(law_expressions(carrier.law)[0], values)
    if isinstance(carrier, Transporter) and isinstance(carrier.law, CycleCurrent):
        return written / float(carrier.charge_out)
    return written * passage.scale


def _goes_up(problems: Problems, cell: Cell, passage: Passage, values: Starting) -> bool:
    try:
        moves = moves_of(cell, passage, values)
        rate, gain = cycles_per_time(passage, values), climb(cell, passage, moves, values)
        if not (rate * gain > 0 and abs(gain) > ROUNDING * values["thermal_voltage"]):
            return False
        notes = tuple(levels_text(cell, passage, move, values) for move in moves)
    except NotKnown:
        return False
    law = law_expressions(passage.carrier.law)[0]
    problems.error(
        "ION352", f"{passage.what} goes uphill without fuel", law.span,
        f"at the start it takes {journey(moves, rate)}, {gained(abs(gain))} upward",
        notes=(*notes, "each is RT ln c + zFV, counted from 1 M and the potential of "
               f"{' + '.join(passage.membrane.outside)}; what has no fuel goes downward"),
        help=_help(passage.carrier),
    )  # fmt: skip
    return True


def _help(carrier: Channel | Transporter) -> str:
    if isinstance(carrier, Channel):
        return (
            "`conductance = …` or `permeability = …` follow the gradient; a reversal potential from a source goes into "
            "`reversal`"
        )
    return (
        "let it stand still where the gradients balance: `rate = … * (1 - exp(-affinity))`; or make it a `pump` and "
        "say what it `uses`"
    )


def levels_text(cell: Cell, passage: Passage, move: Move, values: Starting) -> str:
    """Where a species stands on both sides."""
    places = (move.origin, move.target)
    levels = [level(cell, passage.membrane, place, move.species, values) for place in places]
    shown = [
        f"{x * KILOJOULES:.2f} kJ/mol ({x:.1f} mV) in {place}"
        for x, place in zip(levels, places, strict=True)
    ]
    return f"{move.species}: {shown[0]}, {shown[1]}"


def _check_reversal(problems: Problems, cell: Cell, passage: Passage, values: Starting) -> None:
    channel, law = passage.carrier, passage.carrier.law
    assert isinstance(channel, Channel) and isinstance(law, Ohmic) and law.reversal is not None
    names = [share.species for share in channel.shares if share.species is not None]
    try:
        own = evaluate(law.reversal, values)
        found = [values[f"{channel.path}.E({name})"] for name in names]
    except NotKnown:
        return
    if not all(map(math.isfinite, (own, *found))) or min(found) - NEAR <= own <= max(found) + NEAR:
        return
    those = ", ".join(f"E({name}) = {x:.4g} mV" for name, x in zip(names, found, strict=True))
    problems.warning(
        "ION353", f"the reversal potential of channel {channel.name} is not that of its ions", law.reversal.span,
        f"no current at {own:.4g} mV, but the concentrations at the start give {those}",
        notes=("between the two potentials it would carry ions uphill",),
        help="leave `reversal` out to follow the concentrations; `carries charge` if the source names no ion",
    )  # fmt: skip
