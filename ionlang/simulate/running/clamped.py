"""States that are held, or follow a command: their own rates do not count, and where they move they are given."""

from __future__ import annotations

from dataclasses import replace

from ionlang.simulate.functions import (
    FloatArray,
    Functions,
    Parameters,
    Phase,
    Take,
)
from ionlang.simulate.machine import Machine
from ionlang.simulate.running.clamped_lines import kept_along, kept_many
from ionlang.simulate.running.landing import Here, put
from ionlang.simulate.running.schedule import Step
from ionlang.simulate.trajectory import Piece


def follow(machine: Machine, step: Step, states: list[float]) -> list[float]:
    """The states at the start of a step: what a clamp keeps or leads is where it should be."""
    start = step.phase.start
    for each in step.fixed:
        here = Here(start, states, step.phase.parameters)
        states = put(machine, here, each.target, each.value, each.copies)
    if step.leads:
        states = list(states)
        for lead in step.leads:
            states[lead.row] = lead.at(start)
    return states


def settled(step: Step, piece: Piece) -> Piece:
    """The piece with the commands in the rows that follow them."""
    if not step.leads:
        return piece
    values = piece.values.copy()
    for lead in step.leads:
        values[lead.row] = lead.at_many(piece.times)
    return replace(piece, values=values)


def taking(take: Take, step: Step) -> Take:
    """Who keeps what is to be kept of long lines is told where the command is."""
    if not step.leads:
        return take

    def led(phase: Phase, times: FloatArray, values: FloatArray) -> FloatArray:
        values = values.copy()
        for lead in step.leads:
            values[:, lead.row] = lead.at_many(times)
        return take(phase, times, values)

    return led


def kept(functions: Functions, step: Step) -> Functions:
    """The functions in which held states do not move by themselves, and led ones are where the command is."""
    if not step.held:
        return functions
    if functions.band is not None:
        return kept_along(functions, step.held, step.leads)
    rows, leads = list(step.held), step.leads

    def rhs(t: float, y: list[float], p: Parameters) -> list[float]:
        for lead in leads:
            y[lead.row] = lead.at(t)
        rates = functions.rhs(t, y, p)
        for i in rows:
            rates[i] = 0.0
        return rates

    def jacobian(t: float, y: list[float], p: Parameters) -> list[list[float]]:
        assert functions.jacobian is not None
        for lead in leads:
            y[lead.row] = lead.at(t)
        slopes = functions.jacobian(t, y, p)
        for i in rows:
            slopes[i] = [0.0] * len(slopes)
        for lead in leads:
            for row in slopes:
                row[lead.row] = 0.0
        return slopes

    return replace(
        functions,
        rhs=rhs,
        jacobian=jacobian,
        rhs_many=kept_many(functions, rows, leads),
        jacobian_many=None,
        integrand=None,
    )
