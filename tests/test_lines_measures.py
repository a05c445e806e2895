"""Measures along a line, against closed forms and against output of which every state is kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest

from ionlang import loads
from ionlang.analyse.display import shown_measure
from ionlang.simulate.lines import recorder
from ionlang.simulate.lines.along import speed_of
from ionlang.simulate.solution import Solution

DIFFUSING = """
solute marker
param spread = 1.96e-5 cm2/s
arrangement patch {{
    compartment outside {{ volume = 1 pL;  marker = if x < {half} then 100 mM else 0 mM }}
}}
line tissue of {count} patch {{
    spacing = 2 mm / {count}
    ends = closed
    diffusion outside {{ marker = spread }}
}}
scenario spreading {{
    run 100 s
    {measures}
}}
"""
BISTABLE = """
solute u
arrangement patch {{
    compartment place {{ volume = 1 pL;  u = if {begun} then 1 mM else 0 mM }}
    flux gain {{
        moves u from nothing to place
        rate = 1 /s * place.u * (1 mM - place.u) * (place.u - 0.2 mM) / (1 mM)^2 * place.volume
    }}
}}
line row of {count} patch {{
    spacing = 1.6 mm / {count}
    ends = closed
    diffusion place {{ u = 1 um2/ms }}
}}
scenario go {{
    run 95 s
    {measures}
}}
"""
NAGUMO = np.sqrt(1e-9 * 1.0 / 2) * (1 - 2 * 0.2) * 1e2
"""[cm/s]: c = √(D r/2) (1 − 2a) for u_t = D u_xx + r u (1 − u)(u − a)."""


def measured(text: str) -> dict[str, float]:
    return dict(loads(text).run().measures)


@contextmanager
def kept(rows: int) -> Iterator[None]:
    """Lines with fewer rows than this keep every state; others go step by step."""
    recorder.SHORT, recorder.STEPPED, before = rows, 0, (recorder.SHORT, recorder.STEPPED)
    try:
        yield
    finally:
        recorder.SHORT, recorder.STEPPED = before


def bistable_speed(count: int) -> float:
    text = BISTABLE.format(
        count=count,
        begun="x < 200 um",
        measures="measure v = front_speed(row[600 um .. 1.2 mm].place.u > 0.5 mM)",
    )
    return measured(text)["v"]


def test_a_bistable_front_goes_at_its_closed_speed_to_second_order() -> None:
    errors = [bistable_speed(count) / NAGUMO - 1 for count in (80, 160, 320)]
    assert abs(errors[2]) < 1.5e-3
    assert errors[0] / errors[1] == pytest.approx(4, rel=0.1)
    assert errors[1] / errors[2] == pytest.approx(4, rel=0.1)


def test_a_front_to_smaller_positions_has_a_speed_below_0() -> None:
    ways = {}
    for begun in ("x < 200 um", "x > 1.4 mm"):
        ask = """measure v = front_speed(row[400 um .. 1.2 mm].place.u > 0.5 mM)
        measure far = front_reach(row.place.u > 0.5 mM)"""
        ways[begun] = measured(BISTABLE.format(count=80, begun=begun, measures=ask))
    right, left = ways.values()
    assert left["v"] == pytest.approx(-right["v"], rel=1e-6)
    assert left["far"] == pytest.approx(160 - right["far"], rel=1e-9)  # 10 um


def test_a_front_that_goes_both_ways_has_no_speed() -> None:
    ask = "measure v = front_speed(row.place.u > 0.5 mM); measure one = front_speed(row[1 mm .. 1.5 mm].place.u > 0.5 mM)"
    solution = loads(BISTABLE.format(count=80, begun="x > 700 um and x < 900 um", measures=ask)).run()
    found = dict(solution.measures)
    assert np.isnan(found["v"])
    assert found["one"] > 0
    assert "not one front" in solution.remarks[0]


def test_what_is_never_reached_is_never() -> None:
    ask = """measure v = front_speed(row.place.u > 2 mM)
    measure n = reached(row.place.u > 2 mM)
    measure far = front_reach(row.place.u > 2 mM)
    measure w = max(width(row.place.u > 2 mM))"""
    solution = loads(BISTABLE.format(count=40, begun="x < 200 um", measures=ask)).run()
    found = dict(solution.measures)
    assert np.isnan(found["v"]) and np.isnan(found["far"])
    assert found["n"] == found["w"] == 0
    assert any("no copy was reached" in remark for remark in solution.remarks)


def test_a_threshold_travels_by_diffusion_as_its_closed_form_says() -> None:
    """From a step c₀ erfc(x/√(4Dt))/2: where it is 20 % of c₀ is reached at t = (x/(2 z))²/D, z = erfc⁻¹(0.4)."""
    ask = """measure v = front_speed(tissue[1.2 mm .. 1.4 mm].outside.marker > 20 mM)
    measure n = reached(tissue[1.2 mm .. 1.4 mm].outside.marker > 20 mM)"""
    solution = loads(DIFFUSING.format(count=400, half="1 mm", measures=ask)).run()
    found = solution.arrivals("v")
    expected = ((found.positions - 1000) * 1e-4 / (2 * 0.5951160814)) ** 2 / 1.96e-5
    inside = expected < 40  # later the ends are felt
    assert inside.sum() > 20
    assert found.times[inside] == pytest.approx(expected[inside], rel=2e-3)
    came = np.isfinite(found.times)
    slope = np.polyfit(found.positions[came], found.times[came], 1)[0]
    assert dict(solution.measures)["v"] == pytest.approx(1e-4 / slope, rel=1e-9)
    assert dict(solution.measures)["n"] == came.sum() == 40


ALL = """
    measure v = front_speed(tissue.outside.marker > 20 mM)
    measure later = front_speed(tissue[51 .. 90].outside.marker > 20 mM and tissue[51 .. 90].outside.marker < 90 mM, after = 5 s)
    measure n = reached(tissue[500 um .. 2 mm].outside.marker > 20 mM)
    measure far = front_reach(tissue.outside.marker > 20 mM, until = 20 s)
    measure most = max(tissue[1.2 mm .. 2 mm].outside.marker)
    measure most_early = max(tissue[1.2 mm .. 2 mm].outside.marker, until = 20 s)
    measure when = time(tissue[1.3 mm].outside.marker > 20 mM)
    measure most_then = max(tissue[1.2 mm .. 2 mm].outside.marker, until = when)
    measure least = min(tissue.outside.marker, after = 10 s)
    measure total = sum(amount(tissue.outside.marker)) at end
    measure middle = mean(tissue[0.9 mm .. 1.5 mm].outside.marker) at 7 s
    measure top = max(tissue[1 mm .. 2 mm].outside.marker) at 7 s
    measure over_time = mean(tissue[1 mm .. 2 mm].outside.marker)
    measure brought = integral(sum(amount(tissue[1 mm .. 2 mm].outside.marker)))
    measure wide = width(tissue.outside.marker > 20 mM) at when
    measure widest = max(width(tissue.outside.marker > 20 mM and tissue.outside.marker < 80 mM))
    measure passing = time(mean(tissue[1 mm .. 2 mm].outside.marker) > 10 mM)
"""


def both(count: int, ask: str) -> tuple[Solution, Solution]:
    """The same run, with what is kept of a long line and with everything: two integrators, to a tight tolerance."""
    text = DIFFUSING.format(count=count, half="1 mm", measures=ask)
    with kept(0):
        long = loads(text).run(rtol=1e-10)
    with kept(10_000):
        whole = loads(text).run(rtol=1e-10)
    assert long.recorder is not None and whole.recorder is None
    return long, whole


def test_a_long_line_says_the_same_as_one_of_which_everything_is_kept() -> None:
    long, whole = both(100, ALL)
    expected = dict(whole.measures)
    for name, found in long.measures:
        loose = name in ("top", "most_then", "wide", "widest")  # between samples these are interpolated
        assert np.isfinite(found), name
        assert found == pytest.approx(expected[name], rel=2e-5 if loose else 1e-8), name


def test_arrivals_in_all_copies_are_those_that_are_measured_one_by_one() -> None:
    ask = "measure v = front_speed(tissue[30 .. 80].outside.marker > 20 mM)\n" + "\n".join(
        f"measure t{k} = time(tissue[{k}].outside.marker > 20 mM)" for k in range(51, 70)
    )
    long, whole = both(100, ask)
    for solution in (long, whole):
        one_by_one = dict(solution.measures)
        found = solution.arrivals("v")
        assert np.isnan(found.times[:21]).all()  # they held it from the start
        for k in range(51, 70):
            assert 1e3 * found.times[k - 30] == pytest.approx(one_by_one[f"t{k}"], rel=1e-10, nan_ok=True)


def test_over_copies_and_at_a_moment_are_sums_and_extremes_of_the_profile() -> None:
    ask = """measure total = sum(tissue[3 .. 9].outside.marker) at 10 s
    measure top = max(tissue[3 .. 9].outside.marker) at 10 s
    measure low = min(tissue[3 .. 9].outside.marker) at 10 s
    measure middle = mean(tissue[3 .. 9].outside.marker) at 10 s
    measure wide = width(tissue.outside.marker > 30 mM) at 10 s
    measure all = sum(tissue[3 .. 9].outside.volume) at end
    measure both = sum(tissue[3 .. 9].outside.marker * tissue[3 .. 9].outside.volume) at 10 s"""
    ask += "".join(f"\nmeasure c{k} = tissue[{k}].outside.marker at 10 s" for k in range(1, 21))
    for solution in both(20, ask):
        found = dict(solution.measures)
        every = np.array([found[f"c{k}"] for k in range(1, 21)])
        some = every[2:9]
        assert found["total"] == pytest.approx(some.sum(), rel=1e-9)
        assert found["both"] == pytest.approx(some.sum(), rel=1e-9)  # the volume is 1 pL
        assert found["all"] == pytest.approx(7)
        assert (found["top"], found["low"]) == pytest.approx((some.max(), some.min()), rel=1e-6)
        assert found["middle"] == pytest.approx(some.mean(), rel=1e-9)
        k = int(np.flatnonzero(every > 30)[-1])
        share = (every[k] - 30) / (every[k] - every[k + 1])
        assert found["wide"] == pytest.approx(10 * (k + 0.5 + share), rel=1e-6)  # 10 um


def test_what_is_led_in_some_copies_is_seen_as_it_moves() -> None:
    ask = """from 10 s: ramp tissue[40 .. 60].outside.diffusion.marker to 5e-5 cm2/s over 20 s
    at 50 s: add 30 mM to tissue[80 .. 90].outside.marker
    measure n = reached(tissue.outside.marker > 20 mM)
    measure v = front_speed(tissue[51 .. 75].outside.marker > 20 mM)
    measure total = sum(amount(tissue.outside.marker)) at end
    measure fast = sum(tissue.outside.diffusion.marker) at 20 s
    measure top = max(tissue[76 .. 100].outside.marker, after = 40 s)
    measure soon = time(max(tissue[76 .. 100].outside.marker) > 30 mM)"""
    long, whole = both(100, ask)
    found, expected = dict(long.measures), dict(whole.measures)
    assert found == pytest.approx(expected, rel=1e-6)
    assert found["total"] == pytest.approx(5000 + 11 * 30, rel=1e-9)  # copies of 1 pL
    assert found["fast"] == pytest.approx(0.01 * (79 * 1.96 + 21 * (1.96 + 5) / 2), rel=1e-9)  # (10 um)2/ms
    assert found["soon"] == pytest.approx(50e3, rel=1e-9)  # at once
    assert found["top"] > 30


def test_of_a_stretch_that_was_gone_before_the_second_passage_counts() -> None:
    """`after` looks for the next arrival: a source that comes twice."""
    text = """
    solute s
    arrangement patch {
        compartment place { volume = 1 pL;  s = 0 mM }
        param given = if x < 10 um then 100 mM/s else 0 mM/s
        param open = 0
        flux supply { moves s from nothing to place;  rate = given * open * place.volume }
        flux loss { moves s from place to nothing;  rate = 2 /s * place.s * place.volume }
    }
    line row of 40 patch {
        spacing = 10 um
        ends = closed
        diffusion place { s = 2e-5 cm2/s }
    }
    scenario twice {
        run 20 s
        from 1 s for 1 s: set row.open = 1
        from 10 s for 2 s: set row.open = 1
        measure first  = front_reach(row.place.s > 1 mM)
        measure second = front_reach(row.place.s > 1 mM, after = 9 s)
        measure early  = front_reach(row.place.s > 1 mM, until = 9 s)
        measure v1 = front_speed(row.place.s > 1 mM)
        measure v2 = front_speed(row.place.s > 1 mM, after = 9 s)
        measure lasts = duration(row[5].place.s > 1 mM, until = 9 s)
    }
    """
    for rows in (0, 10_000):
        with kept(rows):
            found = measured(text)
        assert found["second"] > found["early"]
        assert found["v1"] > 0 and found["v2"] > 0 and found["lasts"] > 0
        assert found["first"] >= found["early"]


def test_what_is_seen_along_a_line_depends_on_the_rows_that_are_watched() -> None:
    long, _ = both(100, "measure v = front_speed(tissue.outside.marker > 20 mM)")
    assert long.recorder is not None
    assert long.recorder.watched().tolist() == list(range(100))
    nothing, _ = both(100, "measure v = tissue[1].outside.marker at end")
    assert nothing.recorder is not None and not nothing.recorder.watched().size


def test_a_speed_is_shown_in_the_unit_that_suits_it() -> None:
    asked = loads(
        DIFFUSING.format(count=4, half="1 mm", measures="measure v = front_speed(tissue.outside.marker > 1 mM)")
    ).cell.scenarios[0].measures[0].value  # fmt: skip
    shown = [shown_measure(speed, asked, 4) for speed in (1872.2, -1.25, 0.002275, np.nan)]
    assert shown == ["18.72 m/s", "-12.5 mm/s", "1.365 mm/min", "never"]


def test_arrivals_are_those_of_a_measure_that_asks_for_a_front() -> None:
    ask = "measure v = front_speed(tissue.outside.marker > 20 mM); measure w = max(tissue.outside.marker)"
    solution = loads(DIFFUSING.format(count=10, half="1 mm", measures=ask)).run()
    found = solution.arrivals("v")
    assert found.paths == ("tissue.outside.marker",) and found.positions.size == found.times.size == 10
    for name, words in (("w", "asks nothing of a front"), ("x", "no measure")):
        with pytest.raises(KeyError, match=words):
            solution.arrivals(name)


REFUSED = {
    "measure v = front_speed(tissue[3].outside.marker > 1 mM)": "ION493",
    "measure v = reached(time > 3 s)": "ION493",
    "measure v = sum(3 mM) at end": "ION493",
    "measure v = integral(tissue.outside.marker)": "ION494",
    "measure v = time(tissue[1 .. 3].outside.marker > 1 mM)": "ION494",
    "measure v = tissue[1 .. 3].outside.marker at end": "ION484",
    "measure v = width(tissue.outside.marker > tissue[1 .. 3].outside.marker) at end": "ION495",
    "measure v = sum(tissue.outside.marker)": "ION405",
    "measure v = width(tissue.outside.marker) at end": "ION208",
    "measure v = sum(tissue.outside.marker > 1 mM) at end": "ION208",
    "measure v = front_speed(tissue.outside.marker)": "ION208",
    "measure v = sum(tissue.outside.marker, after = 1 s) at end": "ION115",
    "measure v = front_speed(tissue.outside.marker > 1 s)": "ION202",
    "measure v = max(front_speed(tissue.outside.marker > 1 mM))": "ION107",
    "at 1 s: set spread = sum(tissue.outside.marker) * 1 cm2/s/mM": "ION107",
}


@pytest.mark.parametrize("sentence", REFUSED)
def test_what_makes_no_measure_along_a_line_is_said_once(sentence: str) -> None:
    found = loads(DIFFUSING.format(count=10, half="1 mm", measures=sentence)).check()
    assert [d.code for d in found] == [REFUSED[sentence]]


def test_a_front_that_stops_has_the_speed_it_had_and_that_is_said() -> None:
    where = np.arange(10.0)  # of 10 um
    arrivals = np.where(where < 6, 2.0 * where, np.nan)
    told = speed_of(arrivals, where)
    assert told.value == pytest.approx(0.5)
    assert told.remark == "it reached 6 of 10 copies, the last at 50 um"
    assert speed_of(2.0 * where, where).remark == ""


def test_how_many_copies_a_front_reached_is_a_count() -> None:
    """Counts are compared without tolerance."""
    text = """
solute u
arrangement patch { compartment outside { volume = 1 pL;  u = if x < 15 um then 2 mM else 1 mM } }
line row of 20 patch { spacing = 10 um;  ends = closed;  diffusion outside { u = 1e-5 cm2/s } }
scenario s { run 1 s;  expect reached(row.outside.u > 1.12 mM) = NUMBER }
"""
    (found,) = loads(text.replace("NUMBER", "0")).run().verdicts
    reached = int(found.value)
    assert 2 < reached < 20
    assert loads(text.replace("NUMBER", str(reached))).run().passed
    assert not loads(text.replace("NUMBER", str(reached + 1))).run().passed
