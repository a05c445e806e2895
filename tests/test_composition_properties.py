"""Composition for any sentences in any order: drawn by Hypothesis, compared with the rule written out."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ionlang
from ionlang.simulate.running.plan import plan_of
from ionlang.simulate.running.schedule import schedule

TEXT = """
bath inside {{ }}
bath outside {{ }}
param level = -70 mV
membrane m (inside | outside) {{
    capacitance = 1 uF/cm2
    V from currents starting at -70 mV
    channel leak {{ carries charge; conductance = 0.2 mS/cm2; reversal = level }}
}}
scenario s {{
    run 100 ms
    {body}
}}
"""


@dataclass(frozen=True)
class Said:
    """A sentence on E: its window on a grid of 5 ms (`end` None: `at`, lasting), what it does."""

    way: str
    start: int
    end: int | None
    value: int
    pace: int

    @property
    def text(self) -> str:
        length = None if self.end is None else self.end - self.start
        when = f"at {self.start} ms" if length is None else f"from {self.start} ms for {length} ms"
        match self.way:
            case "set":
                return f"{when}: set level = {self.value} mV"
            case "ramp":
                return f"{when}: ramp level to {self.value} mV over {self.pace} ms"
            case "relax":
                return f"{when}: relax level to {self.value} mV with tau {self.pace} ms"
            case "scale":
                return f"{when}: scale level by {self.value}"
            case _:
                return f"{when}: shift level by {self.value} mV"

    @property
    def decides(self) -> bool:
        return self.way in ("set", "ramp", "relax")

    def meets(self, other: Said) -> bool:
        """Whether both say what E is at one time."""
        if not (self.decides and other.decides) or (self.end is None) != (other.end is None):
            return False
        if self.end is None or other.end is None:
            return self.start == other.start
        return max(self.start, other.start) < min(self.end, other.end)


GRID = st.integers(0, 18).map(lambda k: 5 * k)
SENTENCES = st.builds(
    lambda way, start, length, value, pace: Said(
        way, start, None if length is None else start + length, value, pace
    ),
    st.sampled_from(("set", "ramp", "relax", "scale", "shift")),
    GRID,
    st.one_of(st.none(), st.integers(1, 8).map(lambda k: 5 * k)),
    st.integers(-9, 9),
    st.integers(1, 4).map(lambda k: 7 * k),
)
MANY = st.lists(SENTENCES, max_size=7, unique_by=lambda s: s.text)


def model(said: list[Said]) -> ionlang.Model:
    return ionlang.loads(TEXT.format(body="\n    ".join(s.text for s in said)))


def base_at(said: list[Said], t: float, left_out: Said | None = None) -> float:
    """The last base at t, by the rule: a ramp or a relaxation leads from the base before it."""
    bases = sorted(
        (s for s in said if s.decides and s.end is None and s is not left_out and s.start <= t),
        key=lambda s: s.start,
    )
    return led(said, bases[-1], t) if bases else -70.0


def led(said: list[Said], leader: Said, t: float) -> float:
    if leader.way == "set":
        return leader.value
    lasting = [s for s in said if s.end is None]
    earlier = [s for s in lasting if s.start < leader.start or leader.end is not None]
    origin = base_at(earlier, leader.start, leader)
    elapsed = t - leader.start
    if leader.way == "ramp":
        return origin + (leader.value - origin) * min(elapsed / leader.pace, 1.0)
    return leader.value + (origin - leader.value) * math.exp(-elapsed / leader.pace)


def in_effect(said: list[Said], t: float) -> float:
    """The whole rule, for sentences that do not contradict each other."""
    opened = [s for s in said if s.start <= t and (s.end is None or t < s.end)]
    windows = [s for s in opened if s.decides and s.end is not None]
    value = led(said, windows[0], t) if windows else base_at(said, t)
    factor = math.prod(s.value for s in opened if s.way == "scale")
    return value * factor + sum(s.value for s in opened if s.way == "shift")


@given(MANY)
@settings(max_examples=120, deadline=None)
def test_every_overlap_is_refused_and_nothing_else(said: list[Said]) -> None:
    contradictory = any(a.meets(b) for i, b in enumerate(said) for a in said[:i])
    found = {d.code for d in model(said).check() if d.severity == "error"}
    assert found == ({"ION403"} if contradictory else set())


@given(MANY.filter(lambda m: not any(a.meets(b) for i, b in enumerate(m) for a in m[:i])))
@settings(max_examples=40, deadline=None)
def test_what_is_in_effect_is_what_the_rule_says(said: list[Said]) -> None:
    known = model(said)
    plan = plan_of(known.machine, known.cell.scenarios[0], {})
    for t in (0.0, 2.5, 5.0, 17.0, 25.0, 40.0, 55.5, 70.0, 93.0):
        assert plan.present(t)["level"] == pytest.approx(in_effect(said, t), rel=1e-12, abs=1e-9)


@given(MANY.filter(lambda m: not any(a.meets(b) for i, b in enumerate(m) for a in m[:i])), st.randoms())
@settings(max_examples=25, deadline=None)
def test_the_order_of_sentences_changes_no_digit(said: list[Said], order: object) -> None:
    shuffled = list(said)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    first, second = (model(m) for m in (said, shuffled))
    phases = [
        [
            (s.phase.start, s.phase.end, tuple(s.phase.parameters), s.phase.longest_step)
            for s in schedule(m.machine, m.cell.scenarios[0], {}).steps
        ]
        for m in (first, second)
    ]
    assert phases[0] == phases[1]
    ends = [m.run("s", rtol=1e-5).states(np.linspace(0.0, 100.0, 23))[0].tolist() for m in (first, second)]
    assert ends[0] == ends[1]


@given(
    st.integers(0, 40), st.integers(1, 50), st.integers(1, 12), st.integers(1, 12), st.sampled_from(("set", "shift"))
)  # fmt: skip
@settings(max_examples=25, deadline=None)
def test_a_train_is_its_windows(start: int, length: int, every: int, width: int, way: str) -> None:
    what = "set level = -20 mV" if way == "set" else "shift level by 5 mV"
    train = f"from {start} ms for {length} ms every {every} ms for {width} ms: {what}"
    written = "\n    ".join(
        f"from {t} ms for {width} ms: {what}" for t in range(start, start + length, every) if t < 100
    )
    first, second = (ionlang.loads(TEXT.format(body=body)) for body in (train, written))
    found = [{d.code for d in m.check() if d.severity == "error"} for m in (first, second)]
    if way == "set" and width > every:
        assert found[0] == {"ION411"}
        return
    assert found == [set(), set()]
    phases = [
        [(s.phase.start, s.phase.end, tuple(s.phase.parameters)) for s in schedule(m.machine, m.cell.scenarios[0], {}).steps]
        for m in (first, second)
    ]  # fmt: skip
    assert phases[0] == phases[1]
