"""What equilibria are, where the cell goes from a saddle, and why there are no others: as words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ionlang.analyse.display import duration, plain, shown_value
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.machine import Machine
from ionlang.simulate.resting.account import Argument
from ionlang.simulate.resting.basins import Way
from ionlang.simulate.resting.character import Character
from ionlang.simulate.resting.curve import End
from ionlang.simulate.resting.rest import Rest
from ionlang.units import VOLTAGE, Dimension


@dataclass(frozen=True, slots=True)
class Range:
    """Of what the argument is about: `quantity` from `low` to `high` [unit], and why it ends there, in words; empty
    where that is the end of the range that is searched."""

    quantity: str
    low: float
    high: float
    unit: str
    low_end: str = ""
    high_end: str = ""


@dataclass(frozen=True, slots=True)
class Search:
    """How the equilibria were found. by: `structure`, `curve`, `search`, `nothing moves` or `totals`; complete: whether
    an argument says that there are no others; sentence: that argument in words."""

    by: str
    complete: bool
    sentence: str
    range: Range | None
    starts: int
    converged: int
    index_sum: int | None


def character_words(character: Character, per_second: float = 1e3) -> str:
    """`stable node`, `saddle, unstable in 1 direction`, `stable focus, 61.2 Hz damped in 5.1 ms`."""
    words: list[str] = [character.name]
    if character.unstable and character.name not in ("unstable node", "unstable focus"):
        words.append(f"unstable in {character.unstable} direction{'s' * (character.unstable > 1)}")
    swing = character.oscillation
    if swing is not None:
        how = "lasting" if swing.time == float("inf") else "growing e-fold in" if swing.grows else "damped in"
        time = "" if swing.time == float("inf") else f" {duration(swing.time, 4)}"
        words.append(f"{plain(swing.frequency * per_second, 4)} Hz {how}{time}")
    return ", ".join(words)


def ways_words(ways: tuple[Way, ...]) -> str:
    """`from here the cell falls to 1 or to 3`; empty where nothing was followed."""
    if not ways:
        return ""
    first, *others = list(dict.fromkeys(_way(way) for way in ways))
    return f"from here the cell falls {first} {f'or {others[0]}' if others else 'either way'}"


def _way(way: Way) -> str:
    match way.ends:
        case "rest":
            assert way.place is not None
            return f"to {way.place + 1}"
        case "cycle":
            return "into a lasting oscillation"
        case "lost":
            return "to where its equations have no value"
        case "open":
            return "to where it was not followed to an end"


def search_of(rest: Rest) -> Search:
    argument, statistics = rest.equilibria.argument, rest.equilibria.statistics
    covered = _range(rest, argument)
    complete = argument.by in ("structure", "curve", "nothing moves")
    sentence = _sentence(rest, argument, covered)
    return Search(
        argument.by,
        complete,
        sentence,
        covered,
        statistics.starts,
        statistics.converged,
        statistics.index_sum,
    )


def _sentence(rest: Rest, argument: Argument, covered: Range | None) -> str:
    count = len(rest.found)
    match argument.by:
        case "nothing moves":
            return "nothing can move"
        case "totals":
            return "the conserved totals leave no state"
        case "line":
            return _along_line(rest)
        case _ if covered is None:
            return _by_search(rest)
        case "structure":
            span = f"from {plain(covered.low)} to {plain(covered.high)} {covered.unit}".rstrip()
            there = {0: "none", 1: "one"}.get(count, f"these {count}")
            return (
                f"{covered.quantity} decides everything else, and bounds on its rate {span} prove that there "
                f"{'is' if count < 2 else 'are'} {there} and no other"
            )
        case "curve":
            kind = "it lies" if count == 1 else "none lies" if not count else f"all {count} lie"
            where = "one curve" if argument.curves == 1 else f"{argument.curves} curves"
            return f"{kind} on {where}, on which everything but {covered.quantity} is at rest, {_followed(covered)}"
        case _:
            return _by_search(rest)


def _by_search(rest: Rest) -> str:
    statistics = rest.equilibria.statistics
    sum_ = statistics.index_sum
    indices = "" if sum_ is None else f"; their indices sum to {sum_}"
    return f"found by search: {statistics.converged} of {statistics.starts} starts came to rest{indices}"


def _along_line(rest: Rest) -> str:
    """What was tried, and that there may be others."""
    statistics = rest.equilibria.statistics
    uniform = statistics.starts - 2
    tried = (
        f", and from {uniform} state{'s' * (uniform > 1)} in which all copies are alike"
        if uniform > 0
        else ""
    )
    return (
        f"found by following the line from the state as written{tried}; "
        "other equilibria, above all such in which copies differ, were not sought"
    )


def _followed(covered: Range) -> str:
    low, high = (
        f"{plain(value, 5)} {covered.unit}".rstrip() + (f" ({end})" if end else "")
        for value, end in ((covered.low, covered.low_end), (covered.high, covered.high_end))
    )
    return f"followed from {low} to {high}"


def _range(rest: Rest, argument: Argument) -> Range | None:
    if argument.lead is None or (not argument.curves and argument.by != "structure"):
        return None
    quantity, dimension, per = _quantity(rest, argument.lead)
    low, high = (shown_value(value / per, dimension) for value in argument.span)
    unit = low[1] or rest.machine.system.states[argument.lead].unit if dimension is None else low[1]
    ends = [_end(rest.machine, end, argument.lead) for end in argument.ends] or ["", ""]
    return Range(quantity, low[0], high[0], "" if unit == "1" else unit, ends[0], ends[1])


def _quantity(rest: Rest, state: int) -> tuple[str, Dimension | None, float]:
    """A state as people know it: the charge of a membrane by its potential [mV], with how much of it is one mV."""
    entry = rest.machine.system.states[state]
    if entry.kind == "charge":
        membrane = entry.path.removesuffix(".charge")
        found = rest.machine.paths([f"{membrane}.total_capacitance"])
        held: FloatArray = found(_zero(), rest.written[:, None], list(rest.parameters))
        return f"V({membrane})", VOLTAGE, float(held[0, 0])
    if entry.kind == "potential":
        return f"V({entry.path.removesuffix('.V')})", VOLTAGE, 1.0
    return entry.path, None, 1.0


def _zero() -> FloatArray:
    import numpy as np

    return np.zeros(1)


def _end(machine: Machine, end: End, lead: int) -> str:
    if end.how == "given up":
        return "where it was given up"
    if end.how == "closed" or end.state is None:
        return "where it closes"
    if end.state == lead:
        return ""
    path = machine.system.states[end.state].path
    return f"where {path} {'reaches its limit' if end.how == 'edge' else 'grows without bound'}"


def rank_lines(states: int, laws: int, ranks: tuple[int, ...]) -> Iterator[str]:
    """What the rank of the Jacobian is, and what the conserved quantities leave."""
    if not laws or not ranks:
        return
    alike = len(set(ranks)) == 1
    found = f"rank {ranks[0]}" if alike else "rank " + ", ".join(str(rank) for rank in ranks)
    said = f"   {states} states, {laws} conserved quantit{'y' if laws == 1 else 'ies'}: {found}"
    yield said if alike and ranks[0] == states - laws else f"{said} where {states - laws} should be"
