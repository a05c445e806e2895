"""Lines of several arrangements: how a pattern expands, where its copies are, and that lengths by position are right."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import fsolve

from ionlang import loads
from ionlang.codegen.runtime_lines import positions_of_copies
from ionlang.diagnostics import ModelError
from ionlang.model.cell_lines import Repeat
from ionlang.model.grid import Grid
from ionlang.simulate.solution import Solution

FIBRE = """
param radius = 2 um
template arrangement stretch(length in um, more = 1) {{
    bath inside {{ }}
    bath outside {{ }}
    membrane wall (inside | outside) {{
        area = 2 * pi * radius * length
        capacitance = 1 uF/cm2
        V from currents starting at {start}
        channel leak {{ carries charge;  conductance = 0.1 mS/cm2 * more;  reversal = -70 mV }}
        {further}
    }}
}}
arrangement short is stretch(length = 1 um, more = 8)
arrangement long is stretch(length = {long})
line fibre of {pattern} {{
    spacing = length
    ends = closed
    axial inside {{ resistivity = 150 ohm.cm;  cross_section = pi * radius^2;  carries charge }}
}}
scenario settling {{ run {length} }}
"""


def fibre(pattern: str, **said: str) -> str:
    given = {"start": "-70 mV", "further": "", "long": "10 um", "length": "1 ms"}
    return FIBRE.format(**(given | said), pattern=pattern)


def profile(solution: Solution, path: str) -> np.ndarray:
    return solution.profiles(path).values[:, -1]


# ── how a pattern expands ──


def test_a_pattern_is_written_out_in_its_order() -> None:
    solution = loads(fibre("2 (1 short, 3 long), 1 short, 2 (1 long, 1 (2 short, 1 long))")).run()
    lengths = np.array([1, 10, 10, 10, 1, 10, 10, 10, 1, 10, 1, 1, 10, 10, 1, 1, 10.0])
    assert profile(solution, "fibre.length") == pytest.approx(lengths)
    assert profile(solution, "fibre.more") == pytest.approx(np.where(lengths == 1, 8, 1))
    found = solution.profiles("fibre.wall.V")
    assert found.positions == pytest.approx(lengths.cumsum() - lengths / 2)
    assert profile(solution, "fibre.wall.area") == pytest.approx(4 * math.pi * lengths)  # um2


def test_a_member_may_be_given_arguments_where_it_stands() -> None:
    solution = loads(fibre("2 long, 1 long(more = 3), 1 stretch(length = 7 um)")).run()
    assert profile(solution, "fibre.length") == pytest.approx([10, 10, 10, 7])
    assert profile(solution, "fibre.more") == pytest.approx([1, 1, 3, 1])


def test_one_arrangement_from_a_template_is_no_pattern() -> None:
    solution = loads(fibre("5 short")).run()
    assert profile(solution, "fibre.length") == pytest.approx(np.full(5, 1.0))
    assert solution.machine.cell.lines[0].pattern == ()


def test_a_pattern_is_the_same_as_a_condition_on_the_position() -> None:
    start = "-70 mV + 20 mV * exp(-x/(20 um))"
    pattern = loads(
        fibre("3 long, 4 long(more = 6), 2 long, 1 short(length = 10 um, more = 1)", start=start)
    ).run(rtol=1e-9)
    text = fibre("9 long, 1 short(length = 10 um, more = 1)", start=start)
    text = text.replace("* more;", "* (if x > 30 um and x < 70 um then 6 else 1);")
    position = loads(text).run(rtol=1e-9)
    assert profile(pattern, "fibre.wall.V") == pytest.approx(profile(position, "fibre.wall.V"), abs=1e-6)


def test_a_parameter_of_the_file_that_a_member_is_made_with_can_be_set() -> None:
    text = "param thick = 5\n" + fibre("3 long, 4 long(more = thick)")
    model = loads(text)
    assert profile(model.run(), "fibre.more") == pytest.approx([1, 1, 1, 5, 5, 5, 5])
    assert profile(model.run(set={"thick": 2.0}), "fibre.more") == pytest.approx([1, 1, 1, 2, 2, 2, 2])


def test_an_action_on_some_copies_leaves_the_others_as_they_are() -> None:
    action = "run 1 ms\n from 0.5 ms: set fibre[2 .. 3].more = 5\n from 0.5 ms: set fibre[21.5 um .. 31.5 um].more = 6"
    text = fibre("3 (1 short, 3 long)").replace("run 1 ms", action)
    found = loads(text).run().profiles("fibre.more")
    assert found.at(0.2e-3) == pytest.approx([8, 1, 1, 1] * 3)
    assert found.at(0.8e-3) == pytest.approx([8, 5, 5, 6, 6, 1, 1, 1, 8, 1, 1, 1])


def test_what_depends_on_the_position_stands_beside_a_pattern() -> None:
    action = "run 1 ms\n from 0.5 ms: set fibre.more = 3"  # which makes parameters anew
    text = fibre("2 (1 short, 1 long)", further="param place = x/(1 um)").replace("run 1 ms", action)
    found = loads(text).run().profiles("fibre.wall.place")
    assert found.at(0.2e-3) == pytest.approx([0.5, 6, 11.5, 17])
    assert found.at(0.8e-3) == pytest.approx([0.5, 6, 11.5, 17])


def test_the_code_does_not_grow_with_the_pattern() -> None:
    def code(count: int) -> str:
        return loads(fibre(f"{count} (1 short, 3 long), 1 short")).machine.vector.source

    few, many = code(5), code(5000)
    assert abs(len(many) - len(few)) < 0.02 * len(few)


# ── where its copies are ──

repeats = st.recursive(
    st.builds(Repeat, st.integers(1, 4), st.integers(0, 2)),
    lambda inner: st.builds(Repeat, st.integers(1, 3), st.lists(inner, min_size=1, max_size=3).map(tuple)),
    max_leaves=6,
)


@given(repeats, st.tuples(*[st.floats(0.01, 50)] * 3), st.floats(0, 1))
def test_every_place_lies_in_the_copy_that_reaches_there(
    pattern: Repeat, lengths: tuple[float, ...], part: float
) -> None:
    each = np.array([lengths[m] for m in pattern.members()])
    ends = each.cumsum()
    grid = Grid(each.size, each[0], tuple(ends.tolist()))
    number = grid.copy_at(part * grid.length)
    assert number is not None
    middle = positions_of_copies(each, each.size)[number - 1]
    assert abs(middle - part * grid.length) <= each[number - 1] / 2 * (1 + 1e-9) + 1e-9
    assert grid.copy_at(grid.length * 1.001) is None and grid.copy_at(-0.1) is None


def test_a_copy_is_found_by_its_position() -> None:
    scenario = """
scenario look {
    run 1 ms
    measure a = fibre[0.5 um].wall.area at end
    measure b = fibre[1.5 um].wall.area at end
    measure c = fibre[31.5 um].wall.area at end
    measure d = fibre[32.5 um].wall.area at end
    measure e = fibre[6].wall.area at end
}
"""
    text = fibre("3 (1 short, 3 long)").replace("scenario settling { run 1 ms }", scenario)
    found = [value / (4 * math.pi) * 100 for _, value in loads(text).run().measures]
    assert found == pytest.approx([1, 10, 1, 10, 10])


def test_lengths_by_position_give_the_same_length_constant() -> None:
    """λ = √(radius/(2 R_i g)), whatever the grid: here long and short compartments in turns; second order."""
    grip = "channel grip { carries charge;  conductance = if x < 1 um then 1 S/cm2 else 0 S/cm2;  reversal = -30 mV }"
    lam = math.sqrt(2e-4 / (2 * 150 * 0.1e-3)) * 1e4  # um
    errors = []
    for parts, long in ((100, "53 um"), (200, "26 um")):
        pattern = f"{parts} (1 short(more = 1), 1 long)"
        solution = loads(fibre(pattern, further=grip, long=long, length="300 ms")).run(rtol=1e-9)
        found = solution.profiles("fibre.wall.V")
        x, v = found.positions, found.values[:, -1] + 70
        end = 5400.0
        some = (x > 300) & (x < 2500) & (np.arange(x.size) % 2 == 1)
        first = np.flatnonzero(some)[0]
        exact = np.cosh((end - x[some]) / lam) / np.cosh((end - x[first]) / lam)
        errors.append(float(np.abs(v[some] / v[first] / exact - 1).max()))
    assert errors[0] < 2e-3
    assert errors[1] < errors[0] / 3.5


# ── mistakes ──


def codes(text: str) -> list[str]:
    with pytest.raises(ModelError) as raised:
        loads(text).cell  # noqa: B018 – reading it checks the file
    return [d.code for d in raised.value.diagnostics if d.severity == "error"]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("arrangement long is .*", "arrangement long { bath inside { } }", "ION470"),
        (r"long is (.*)", r"long is \1 { param extra = 3 }", "ION471"),
        ("spacing = length", "spacing = if x < 5 um then 1 um else 2 um", "ION401"),
        ("1 short,", "0 short,", "ION481"),
        ("1 short,", "1.5 short,", "ION481"),
        ("1 short,", "short,", "ION024"),
        ("1 short,", "1 shrt,", "ION121"),
        ("1 short,", "1 short(mor = 3),", "ION123"),
        ("1 short,", "1 short(more = 3 mV),", "ION204"),
        ("line fibre of 2 ", "line fibre of 2000000 ", "ION481"),
    ],
)
def test_a_mistake_in_a_pattern_is_one_message(old: str, new: str, expected: str) -> None:
    text = re.sub(old, new, fibre("2 (1 short, 3 long)"))
    assert codes(text) == [expected]


# ── rest ──

JOINED = """
temperature = 37 degC
ion Na { valence = +1 }
ion K  { valence = +1 }
ion Cl { valence = -1 }
template arrangement stretch(length in um, sodium = 1, layers = 1) {
    bath axoplasm { Na = 15 mM;   K = 140 mM;  Cl = 7 mM }
    bath outside  { Na = 145 mM;  K = 3 mM;    Cl = 120 mM }
    membrane wall (axoplasm | outside) {
        area        = 10 um * length
        capacitance = 1 uF/cm2 / layers
        V from currents starting at -80 mV
        channel leak { carries K : 1, Na : sodium, Cl : 0.1;  permeability = 4e-6 cm/s / layers }
    }
}
arrangement node      is stretch(length = 2 um, sodium = 0.0573)
arrangement internode is stretch(length = 200 um, sodium = 0.0045, layers = 51)
"""


def leak(v: np.ndarray, sodium: np.ndarray) -> np.ndarray:
    """The current [uA/cm2] through a permeability of 4e-6 cm/s."""
    u = v / (1e3 * 8.31446261815324 * 310.15 / 96485.33212)

    def field(inside: float, outside: float, u: np.ndarray) -> np.ndarray:
        return u * (inside - outside * np.exp(-u)) / (1 - np.exp(-u))

    whole = field(140, 3, u) + sodium * field(15, 145, u) - 0.1 * field(7, 120, -u)
    return 4e-6 * 96485.33212 * whole


def test_node_and_internode_joined_pull_each_other() -> None:
    """Each alone -68 and -95 mV; joined by axoplasm the currents of a stretch and along the fibre cancel."""
    for name, expected in (("node", -67.990), ("internode", -94.975)):
        alone = JOINED.replace(f"arrangement {name} ", "arrangement patch ")
        alone = re.sub(r"\narrangement (?!patch).*", "", alone)
        found = loads(alone + "scenario s { measure v = patch.wall.V at rest }").run()
        assert dict(found.measures)["v"] == pytest.approx(expected, abs=1e-3)
    line = """
line fibre of 3 (1 node, 2 internode), 1 node {
    spacing = length
    ends    = closed
    axial axoplasm { resistivity = 150 ohm.cm;  cross_section = 8 um2;  carries charge }
}
scenario s { begin at rest; run 1 us }
"""
    rest = profile(loads(JOINED + line).run(), "fibre.wall.V")
    short = np.array([True, False, False] * 3 + [True])
    lengths, sodium = np.where(short, 2.0, 200.0), np.where(short, 0.0573, 0.0045)
    layers = np.where(short, 1.0, 51.0)
    along = 8e-8 / (150 * (lengths[1:] + lengths[:-1]) / 2 * 1e-4) * 1e3  # mS

    def left_over(v: np.ndarray) -> np.ndarray:
        face = along * (v[:-1] - v[1:])  # uA
        gained = np.concatenate([[0], face]) - np.concatenate([face, [0]])
        return np.asarray(gained - 10e-4 * lengths * 1e-4 * leak(v, sodium) / layers) * 1e6

    assert rest == pytest.approx(fsolve(left_over, np.full(10, -80.0), xtol=1e-12), abs=1e-3)
    assert -94.9 < rest.min() < rest.max() < -68.1
