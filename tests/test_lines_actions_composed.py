"""What several actions on copies of a line come to: in each copy what the rules say, whatever stands elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ionlang
from ionlang.diagnostics import ModelError
from tests.lines_actions_models import fibre

COUNT = 6
BASE = 0.1 * (1 + np.arange(1, COUNT + 1) / 10)  # mS/cm2
AREA = 2 * np.pi * 2e-4 * 20e-4 * 1e6  # nS per mS/cm2


@dataclass(frozen=True)
class Doing:
    way: str
    first: int
    last: int
    size: float
    start: int
    length: int

    @property
    def text(self) -> str:
        where = f"fibre[{self.first} .. {self.last}].wall.g"
        said = {
            "base": f"set {where} = {self.size} mS/cm2",
            "set": f"set {where} = {self.size} mS/cm2",
            "scale": f"scale {where} by {self.size}",
            "shift": f"shift {where} by {self.size} mS/cm2",
        }[self.way]
        return (
            f"from {self.start} ms for {self.length} ms: {said}"
            if self.way != "base"
            else f"at {self.start} ms: {said}"
        )

    def holds(self, copy: int, time: float) -> bool:
        in_time = self.start <= time < (1e9 if self.way == "base" else self.start + self.length)
        return in_time and self.first <= copy <= self.last


def expected(doings: list[Doing], copy: int, time: float) -> float:
    """In effect = (the open `set`, else the last base) × every `scale` + every `shift`."""
    here = [d for d in doings if d.holds(copy, time)]
    bases = sorted((d for d in here if d.way == "base"), key=lambda d: d.start)
    sets = [d for d in here if d.way == "set"]
    value = (sets or bases)[-1].size if sets or bases else float(BASE[copy - 1])
    for each in (d for d in here if d.way == "scale"):
        value *= each.size
    return value + sum(d.size for d in here if d.way == "shift")


def meet(one: Doing, other: Doing) -> bool:
    if {one.way, other.way} & {"scale", "shift"} or one.way != other.way:
        return False
    in_space = one.first <= other.last and other.first <= one.last
    if one.way == "base":
        return in_space and one.start == other.start
    return in_space and one.start < other.start + other.length and other.start < one.start + one.length


doings = st.builds(
    lambda way, ends, size, start, length: Doing(way, min(ends), max(ends), size, start, length),
    st.sampled_from(("base", "set", "scale", "shift")),
    st.tuples(st.integers(1, COUNT), st.integers(1, COUNT)),
    st.sampled_from((0.25, 0.5, 2.0, 3.0)),
    st.integers(0, 4),
    st.integers(1, 4),
)


@settings(max_examples=15, deadline=None)
@given(st.lists(doings, min_size=1, max_size=5))
def test_each_copy_has_what_the_rules_say(found: list[Doing]) -> None:
    asked = [(copy, time + 0.5) for copy in range(1, COUNT + 1) for time in range(6)]
    measures = "\n".join(
        f"measure m{k} = fibre[{copy}].wall.leak.conductance at {time} ms"
        for k, (copy, time) in enumerate(asked)
    )
    said = "\n".join(d.text for d in found)
    text = fibre(COUNT, "20 um", f"scenario s {{ run 6 ms\n{said}\n{measures}\n}}").replace(
        "param g = 0.1 mS/cm2", "param g = 0.1 mS/cm2 * (1 + (x + 10 um)/(200 um))"
    )
    model = ionlang.loads(text)
    if any(meet(a, b) for i, a in enumerate(found) for b in found[:i]):
        with pytest.raises(ModelError) as refused:
            model.run("s")
        assert {d.code for d in refused.value.diagnostics if d.severity == "error"} == {"ION403"}
        return
    measured = [value for _, value in model.run("s").measures]
    assert np.allclose(measured, [AREA * expected(found, copy, time) for copy, time in asked], rtol=1e-9)


def _conductances(said: str, times: tuple[float, ...]) -> list[list[float]]:
    """mS/cm2 in each copy (rows) at these times [ms]."""
    measures = "\n".join(
        f"measure m{k}x{j} = fibre[{k}].wall.leak.conductance at {t} ms"
        for k in range(1, COUNT + 1)
        for j, t in enumerate(times)
    )
    text = fibre(COUNT, "20 um", f"scenario s {{ run 20 ms\n{said}\n{measures}\n}}").replace(
        "param g = 0.1 mS/cm2", "param g = 0.1 mS/cm2 * (1 + (x + 10 um)/(200 um))"
    )
    found = np.array([value for _, value in ionlang.loads(text).run("s").measures]) / AREA
    rows: list[list[float]] = found.reshape(COUNT, len(times)).tolist()
    return rows


def test_a_ramp_leads_each_copy_from_what_it_has() -> None:
    """Copies 2 and 3 from what was set there, 4 and 5 from what the file gives them; then all relax to one value."""
    said = """
        at 1 ms: set fibre[1 .. 3].wall.g = 1 mS/cm2
        at 2 ms: ramp fibre[2 .. 5].wall.g to 3 mS/cm2 over 4 ms
        at 10 ms: relax fibre.wall.g to 0 mS/cm2 with tau 2 ms
    """
    begun = [1.0, 1.0, 1.0, float(BASE[3]), float(BASE[4]), float(BASE[5])]
    goal = [1.0, 3.0, 3.0, 3.0, 3.0, float(BASE[5])]
    found = _conductances(said, (3.0, 8.0, 13.0))
    assert np.allclose([row[0] for row in found], [a + (b - a) / 4 for a, b in zip(begun, goal, strict=True)])
    assert np.allclose([row[1] for row in found], goal)
    assert np.allclose([row[2] for row in found], [b * np.exp(-1.5) for b in goal])


def test_a_train_of_windows_opens_in_its_copies_alone() -> None:
    said = "from 0 ms for 20 ms every 5 ms for 2 ms: scale fibre[2 .. 3].wall.g by 1 + x/(100 um)"
    found = _conductances(said, (1.0, 4.0, 11.5))
    factor = np.array([1.0, 1.3, 1.5, 1.0, 1.0, 1.0])
    assert np.allclose([row[0] for row in found], BASE * factor)
    assert np.allclose([row[1] for row in found], BASE)
    assert np.allclose([row[2] for row in found], BASE * factor)
