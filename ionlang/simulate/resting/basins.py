"""Where the cell goes from a saddle: both ways along its one unstable direction, followed until they come to rest.

The two ways are the unstable manifold of the saddle; the rest of the neighbourhood drains into them, so where they end
tells what the saddle parts. They are followed for a bounded number of steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from ionlang.simulate.functions import FloatArray
from ionlang.simulate.resting.pursue import Pursuit
from ionlang.simulate.resting.rest import Rest
from ionlang.simulate.resting.stability import Equilibrium

MOST_SADDLES = 8
APART = 1e-3
"""How far from the saddle a way begins, in typical sizes."""

ARRIVED = 0.02
"""Of the distance between equilibria, at most of a typical size: so near a stable one the cell is there."""

LONG = 40.0
"""Time constants, after which what still moves does not settle."""

LEG, LEGS = 300, 6  # steps between two looks, and looks
SWINGS, WIDE, ALIKE = 4, 0.02, 0.02
"""A cycle turns at least so often in half a leg, by more than this part of a typical size, and both halves agree to
this part of the swing."""

DRIFT = 0.1
"""What a cycle may drift [typical sizes] in the slowest time constant and still last."""


@dataclass(frozen=True, slots=True)
class Way:
    """How one way from a saddle ends: at rest in equilibrium `place` (its number in the list, from 0), in a lasting
    oscillation, at states for which the equations have no value, or not within the steps it was given. time: until
    then, in the model's unit."""

    ends: Literal["rest", "cycle", "lost", "open"]
    place: int | None
    time: float


def ways_from(rest: Rest) -> tuple[tuple[Way, ...], ...]:
    """For each equilibrium the ways from it, downwards in the first potential first; nothing but for saddles with one
    unstable direction."""
    saddles = [i for i, e in enumerate(rest.found) if _parts(e)][:MOST_SADDLES]
    if not saddles:
        return ((),) * len(rest.found)
    size = _sizes(rest)
    return tuple(_ways(rest, e, size) if i in saddles else () for i, e in enumerate(rest.found))


def _parts(equilibrium: Equilibrium) -> bool:
    """Whether it is a saddle that leaves along one line."""
    return equilibrium.character.unstable == 1 and equilibrium.character.name in ("saddle", "saddle-focus")


def _sizes(rest: Rest) -> FloatArray:
    """Typical sizes (n,) that suit what was found."""
    states = np.array([e.state for e in rest.found])
    kinds = [s.kind for s in rest.machine.system.states]
    largest = np.maximum(np.abs(states).max(axis=0), np.abs(rest.written))
    fixed = {"potential": 10.0, "gate": 0.1}
    charge = np.abs(states).max(axis=0) / 8  # some ten millivolts
    sizes = [
        fixed.get(kind, c if kind == "charge" else whole)
        for kind, whole, c in zip(kinds, largest, charge, strict=True)
    ]
    positive: FloatArray = np.maximum(np.array(sizes), 1e-9)
    return positive


def _ways(rest: Rest, saddle: Equilibrium, size: FloatArray) -> tuple[Way, ...]:
    direction = _unstable_direction(rest, saddle, size)
    if direction is None:
        return ()
    return tuple(_followed(rest, saddle.state + sign * APART * direction * size, size) for sign in (-1, 1))


def _unstable_direction(rest: Rest, saddle: Equilibrium, size: FloatArray) -> FloatArray | None:
    """The eigenvector (n,) of the whole Jacobian in typical sizes, one long, upwards in the first potential. It keeps
    the conserved totals, since its eigenvalue is not 0."""
    slope = np.array(rest.machine.scalar.jacobian(0.0, saddle.state.tolist(), rest.parameters))
    values, vectors = np.linalg.eig(slope * size / size[:, None])
    direction = vectors[:, int(np.argmax(values.real))].real
    if not np.isfinite(direction).all() or not direction.any():
        return None
    kinds = [s.kind for s in rest.machine.system.states]
    lead = kinds.index("potential") if "potential" in kinds else int(np.argmax(np.abs(direction)))
    upwards = direction if direction[lead] >= 0 else -direction
    found: FloatArray = upwards / np.abs(upwards).max()
    return found


def _followed(rest: Rest, start: FloatArray, size: FloatArray) -> Way:
    slowest = max([e.slowest for e in rest.found if np.isfinite(e.slowest)], default=1.0)
    pursuit, end = Pursuit(rest.machine, rest.parameters, size), LONG * slowest
    t, y, length = 0.0, start, None
    for _ in range(LEGS):
        leg = pursuit.leg(t, y, end, LEG, length)
        t, y, length = float(leg.times[-1]), leg.values[-1], leg.length
        if (place := _arrived(rest, y, size)) is not None:
            away = np.abs((leg.values - rest.found[place].state) / size).max(axis=1)
            return Way(
                "rest",
                place,
                float(leg.times[np.flatnonzero(away >= ARRIVED)[-1:]].max(initial=leg.times[0])),
            )
        if leg.stuck:
            return Way("lost", None, t)
        if _repeats(leg.times, leg.values / size, slowest):
            return Way("cycle", None, t)
        if t >= end:
            break
    return Way("open", None, t)


def _arrived(rest: Rest, y: FloatArray, size: FloatArray) -> int | None:
    """The stable equilibrium that y (n,) is as good as at."""
    away = [float(np.abs((e.state - y) / size).max()) for e in rest.found]
    nearest = int(np.argmin(away))
    here = rest.found[nearest]
    apart = [float(np.abs((e.state - here.state) / size).max()) for e in rest.found if e is not here]
    near = ARRIVED * min(1.0, min(apart, default=1.0))
    return nearest if here.stable and away[nearest] < near else None


def _repeats(times: FloatArray, z: FloatArray, slowest: float) -> bool:
    """Whether the samples z (k, n) of a leg swing on and on, neither growing nor drifting."""
    half = int(np.searchsorted(times, (times[0] + times[-1]) / 2))
    first, second = z[:half], z[half:]
    if min(len(first), len(second)) < 8:
        return False
    low = np.array([first.min(axis=0), second.min(axis=0)])
    high = np.array([first.max(axis=0), second.max(axis=0)])
    swing = (high - low).max(axis=0)
    widest = int(np.argmax(swing))
    if swing[widest] < WIDE or min(_turns(first[:, widest]), _turns(second[:, widest])) < SWINGS:
        return False
    changes = np.maximum(np.abs(np.diff(low, axis=0)), np.abs(np.diff(high, axis=0)))[0]
    ahead = changes * slowest / (0.5 * (times[-1] - times[0]))
    moved = np.abs(first.mean(axis=0) - second.mean(axis=0)) * slowest / (0.5 * (times[-1] - times[0]))
    swings = swing >= WIDE
    return bool(
        (changes[swings] < ALIKE * swing[swings]).all() and (np.minimum(ahead, moved)[~swings] < DRIFT).all()
    )


def _turns(values: FloatArray) -> int:
    """How often a course turns round."""
    steps = np.sign(np.diff(values))
    steps = steps[steps != 0]
    return int((steps[1:] != steps[:-1]).sum())
