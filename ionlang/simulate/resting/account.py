"""What a search for equilibria has to say: what was found, by which argument it is all, and what to know of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from ionlang.simulate.resting.along import Along
from ionlang.simulate.resting.curve import Curve, End
from ionlang.simulate.resting.newton import Outcome
from ionlang.simulate.resting.reduced import Array, Kind, ScaledSystem, linearise
from ionlang.simulate.resting.roots import SAME_ROOT, Roots
from ionlang.simulate.resting.stability import Equilibrium, characterise, free_directions

By = Literal["structure", "curve", "search", "line", "nothing moves", "totals"]


@dataclass(frozen=True, slots=True)
class Statistics:
    """starts: all that were tried; converged: those that ended on a root; failed: why and how many not.

    start_reaches: place in `found` of the stable equilibrium that the written start relaxes to, followed
    roughly (see `relaxation`); None if it came to no such rest.  index_sum: Σ sign det(−J) over the roots,
    which is one when all are found and the flow points into the box; None where a root is singular.
    """

    starts: int
    converged: int
    failed: tuple[tuple[str, int], ...]
    start_reaches: int | None
    index_sum: int | None


@dataclass(frozen=True, slots=True)
class Argument:
    """Why these are all equilibria of the box.

    by: `structure` – the state `lead` decides all others, and bounds on its rate leave no other zero in its `span`;
    `curve` – all lie on curves on which everything but `lead` is at rest, the longest of which goes over `span` and
    stops at `ends`; `search` – nothing but many starts; `line` – one course and uniform states; `nothing moves`,
    `totals` – there is nothing to search.
    curves: how many; others: equilibria on none of them.
    """

    by: By
    lead: int | None = None
    span: tuple[float, float] = (np.nan, np.nan)
    ends: tuple[End, ...] = ()
    curves: int = 0
    others: int = 0


@dataclass(frozen=True, slots=True)
class Equilibria:
    """The equilibria found, by first potential; how the search went; what a reader should know of it; and why there
    are no others."""

    found: tuple[Equilibrium, ...]
    statistics: Statistics
    notes: tuple[str, ...]
    argument: Argument = Argument("search")


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """roots: the distinct ones; outcomes: of each start; relaxed: whether the first is where the written start
    relaxes to."""

    roots: Roots
    outcomes: tuple[int, ...]
    relaxed: bool


def argued(scaled: ScaledSystem, along: Along) -> Argument:
    """What the curves say; `curve` if none was given up and all equilibria lie on them."""
    if not along.curves:
        return Argument("search", along.lead, others=along.others)
    spans = [_span(places[along.lead]) for places, _, _ in along.curves]
    longest = max(range(len(spans)), key=lambda i: spans[i][1] - spans[i][0])
    curve = along.curves[longest][2]
    whole = along.others == 0 and all(end.how != "given up" for _, _, c in along.curves for end in c.ends)
    by: By = "curve" if whole else "search"
    ends = _ends(scaled, along, curve)
    return Argument(by, along.lead, spans[longest], ends, len(spans), along.others)


def _span(values: Array) -> tuple[float, float]:
    return float(values.min()), float(values.max())


def _ends(scaled: ScaledSystem, along: Along, curve: Curve) -> tuple[End, ...]:
    """The lower one first."""
    lead = list(scaled.rows).index(along.lead)
    rises = curve.places[0].z[lead] <= curve.places[-1].z[lead]
    return curve.ends if rises else curve.ends[::-1]


def index_sum(scaled: ScaledSystem, roots: Roots) -> int | None:
    slope = linearise(scaled, roots.z).slope
    if free_directions(slope).any():
        return None
    return int(np.linalg.slogdet(-slope).sign.sum())


def report(scaled: ScaledSystem, tally: Tally, argument: Argument) -> Equilibria:
    roots = tally.roots
    found = characterise(scaled, roots.z, roots.hits)
    kinds = scaled.system.kinds
    lead = kinds.index(Kind.POTENTIAL) if Kind.POTENTIAL in kinds else 0
    order = sorted(range(len(found)), key=lambda i: (found[i].state[lead], *found[i].state))
    home = order.index(0) if tally.relaxed and (found[0].stable or found[0].singular) else None
    failed = _failed(tally)
    converged = len(tally.outcomes) - sum(count for _, count in failed)
    statistics = Statistics(len(tally.outcomes), converged, failed, home, index_sum(scaled, roots))
    ordered = tuple(found[i] for i in order)
    notes = _notes(scaled, ordered, [roots.members[i] for i in order])
    if found and argument.by != "structure" and statistics.index_sum not in (1, None):
        notes.append(
            f"the indices of the equilibria sum to {statistics.index_sum}, not 1: "
            "one may be missing, or lie outside the box"
        )
    return Equilibria(ordered, statistics, tuple(notes), argument)


def _failed(tally: Tally) -> tuple[tuple[str, int], ...]:
    reasons = (
        ("stalled", tally.outcomes.count(Outcome.STALLED)),
        ("not finite", tally.outcomes.count(Outcome.NOT_FINITE)),
        ("still moving", tally.outcomes.count(Outcome.UNFINISHED)),
        ("no root", tally.roots.rejected),
    )
    return tuple((reason, count) for reason, count in reasons if count)


def _notes(scaled: ScaledSystem, found: tuple[Equilibrium, ...], members: list[int]) -> list[str]:
    notes = [] if found else ["no equilibrium was found in the box"]
    for place, (equilibrium, count) in enumerate(zip(found, members, strict=True), start=1):
        notes += _notes_on(scaled, f"equilibrium {place}", equilibrium, count)
    return notes


def _notes_on(scaled: ScaledSystem, name: str, equilibrium: Equilibrium, members: int) -> list[str]:
    notes = []
    free = equilibrium.free_directions
    if members > 1:
        notes.append(
            f"{name} is one of a continuum with {free} free direction(s), met at {members} points: "
            "a conserved total has not been eliminated, or the equations do not determine a state"
        )
    elif free:
        states, laws = len(equilibrium.state), len(equilibrium.state) - len(scaled.rows)
        notes.append(
            f"{name} has a singular Jacobian: its rank is {equilibrium.rank}, and {states} states with {laws} "
            f"conserved quantities should have {states - laws}: it is a fold, or a quantity is conserved that no law "
            "names"
        )
    reach = np.minimum(equilibrium.state - scaled.lower, scaled.upper - equilibrium.state)
    quantity = np.array([kind in (Kind.CONCENTRATION, Kind.AMOUNT) for kind in scaled.system.kinds])
    if (quantity & (reach < SAME_ROOT * scaled.system.scale)).any():
        notes.append(f"{name} lies on the edge of the box: a concentration or amount runs out")
    return notes
