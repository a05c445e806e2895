"""Finer grids: what is split, what is measured where, what is said of the limit; against closed forms."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ionlang
from ionlang.cli import main
from ionlang.simulate.refining.judge import judge
from tests.lines_models import tissue

STRIP = """
solute marker
param spread = 1e-5 cm2/s
arrangement patch {{
    compartment outside {{
        volume = {volume}
        marker = 5 mM + 2 mM * cos(pi * x/(1 mm)) + 1 mM * cos(3 * pi * x/(1 mm))
    }}
}}
line tissue of {count} patch {{
    {size}
    ends = closed
    diffusion outside {{ marker = spread }}
}}
scenario spreading {{
    run 20 s
    measure near   = tissue[{near}].outside.marker at end
    measure second = tissue[2].outside.marker at end
    measure where  = tissue[2].x at end
}}
"""


def strip(count: int = 12, **said: str) -> ionlang.api.Model:
    told = {"volume": "100 um2 * spacing", "size": "total_length = 1 mm", "near": "2", **said}
    return ionlang.loads(STRIP.format(count=count, **told))


def exact(x: float) -> float:
    """What the strip holds at x [mm] after 20 s [mM]: two modes, each fading with D k²."""
    found = 5.0
    for size, mode in ((2.0, 1), (1.0, 3)):
        wave = mode * math.pi  # per mm
        found += size * math.cos(wave * x) * math.exp(-1e-3 * wave**2 * 20.0)
    return found


# ── where things are ────────────────────────────────────────────────────────────────────────────────────────


def test_the_limit_is_that_of_the_equation() -> None:
    found = strip().converge()
    (second,) = (m for m in found.measures if m.name == "second")
    where = dict(strip().run().measures)["where"] / 100  # cell units of 10 um
    judged = second.judged
    assert where == pytest.approx(0.125)
    assert judged.order == pytest.approx(2.0, abs=0.03)
    assert abs(judged.limit - exact(where)) <= judged.uncertainty < 2e-5
    assert abs(second.values[0] - exact(where)) <= judged.error < 0.02


def test_a_measured_place_stays_where_it_is_by_number_and_by_position() -> None:
    found = strip(near="125 um").converge()
    assert found["where"].values == pytest.approx([12.5] * 3, rel=1e-14)
    assert found["near"].values == found["second"].values


def test_a_place_on_a_face_stays_in_the_middle_of_its_copy() -> None:
    """100 um is where copies 1 and 2 of ten meet: the first is meant, on every grid."""
    found = strip(10, near="100 um").converge()
    text = STRIP.format(
        count=90, volume="100 um2 * spacing", size="total_length = 1 mm", near="5"
    )  # 50 um of 90
    finest = dict(ionlang.loads(text).run().measures)
    assert found["near"].values[2] == pytest.approx(finest["near"], rel=1e-9)


def test_a_length_is_a_spacing_times_copies() -> None:
    by_length, by_spacing = strip().run().measures, strip(size="spacing = 1 mm/12").run().measures
    assert dict(by_length) == pytest.approx(dict(by_spacing), rel=1e-9)
    refined = strip().converge()["second"].values
    again = strip(size="spacing = 1 mm/12").converge()["second"].values
    assert refined == pytest.approx(again, rel=1e-6)


def test_a_length_may_be_set_and_read() -> None:
    model = strip(volume="100 um2 * spacing * (tissue.total_length/(1 mm))^0")
    assert dict(model.run(set={"tissue.total_length": "2 mm"}).measures)["where"] == pytest.approx(25.0)
    by_spacing = strip(size="spacing = 1 mm/12")
    found = by_spacing.converge(set={"tissue.spacing": "200 um"})
    assert found["where"].values == pytest.approx([30.0] * 3)
    assert [grids[0].spacing for grids in found.grids] == pytest.approx([200.0, 200 / 3, 200 / 9])


def test_what_depends_on_the_position_is_split() -> None:
    """Three copies in the place of one, each with what the position says there."""
    model = ionlang.loads(
        tissue(4, "scenario s { run 1 ms;  measure V = tissue[3].soma.V at end }").replace(
            "volume = 2 pL", "volume = spacing * 40 um2 * (1 + x/(100 um))"
        )
    )
    cell = ionlang.compiler.refined(model.checked, 3)
    values = [x / 10 for x in (50 / 6 + 50 / 3 * k for k in range(12))]
    machine = ionlang.compiler.machine(cell)
    found = machine.parameters({})
    index = list(machine.parameter_names)
    assert list(found[index.index("tissue.x")].values) == pytest.approx(values)  # type: ignore[attr-defined]
    volumes = found[index.index("tissue.inside.volume")].values  # type: ignore[attr-defined]
    assert list(volumes) == pytest.approx([50 / 30 * 0.4 * (1 + x / 10) for x in values])


FIBRE = """
solute marker
template arrangement stretch(length = 10 um, wide = 1) {
    compartment inside { volume = 10 um2 * wide * spacing;  marker = 1 mM }
}
arrangement node is stretch(length = 2 um)
arrangement between is stretch(wide = 3)
line fibre of 2 (1 node, 2 between), 1 node {
    spacing = length
    ends = closed
    diffusion inside { marker = 1e-5 cm2/s }
}
scenario s {
    run 50 us
    at 1 us: set fibre[2 .. 3].inside.marker = 4 mM
    measure where  = fibre[3].x at end
    measure begun  = sum(fibre.inside.marker * fibre.inside.volume) at end
    measure beside = fibre[4].inside.marker at end
}
"""


def test_in_a_pattern_each_arrangement_is_split() -> None:
    cell = ionlang.compiler.refined(ionlang.loads(FIBRE).checked, 3)
    assert cell.lines[0].members() == tuple(m for m in (0, 1, 1, 0, 1, 1, 0) for _ in range(3))


def test_a_range_of_copies_is_all_of_their_parts() -> None:
    """What a scenario does in copies 2 and 3 it does in the same stretch on every grid."""
    found = ionlang.loads(FIBRE).converge()
    assert found["where"].values == pytest.approx([1.7] * 3, rel=1e-12)
    assert found["begun"].values == pytest.approx([found["begun"].values[0]] * 3, rel=1e-9)
    assert found.warnings == ()
    assert found["beside"].judged.verdict != "unclear"


# ── what is said ────────────────────────────────────────────────────────────────────────────────────────────


@given(
    limit=st.floats(-100, 100).filter(lambda x: abs(x) > 0.1),
    size=st.floats(1e-4, 1.0),
    order=st.floats(0.6, 2.0),
    share=st.floats(1e-5, 0.1),
)
@settings(max_examples=200, deadline=None)
def test_of_one_power_of_the_spacing_the_limit_is_found(
    limit: float, size: float, order: float, share: float
) -> None:
    values = [limit * (1 + size * 3.0 ** (-k * order)) for k in range(3)]
    judged = judge(values, 0.0, share)
    assert judged.limit == pytest.approx(limit, rel=1e-9)
    assert judged.error >= 0.999999 * abs(values[0] - limit)
    if judged.wanted is not None:
        left = abs(limit) * size * judged.wanted**-order
        assert left <= 1.000001 * share * abs(limit)


@given(size=st.floats(1e-3, 0.1), next_one=st.floats(-1.0, 1.0))
@settings(max_examples=100, deadline=None)
def test_a_second_power_in_the_error_is_within_the_uncertainty(size: float, next_one: float) -> None:
    """f = 1 + a h² + b h⁴ at h = 1/2, 1/6, 1/18."""
    values = [1 + size * (h**2 + next_one * h**4) for h in (1 / 2, 1 / 6, 1 / 18)]
    judged = judge(values, 0.0, 1e-6)
    assert abs(judged.limit - 1.0) <= 1.2 * judged.uncertainty + 1e-13


def test_what_does_not_shrink_has_no_limit() -> None:
    assert judge([1.0, 1.01, 0.99], 0.0, 1e-3).verdict == "unclear"
    assert judge([1.0, 1.01, 1.05], 0.0, 1e-3).order is None
    assert judge([1.0, 1.0, 1.01], 0.0, 1e-3).verdict == "unclear"
    assert judge([1.0, 1.01, 1.0189], 0.0, 1e-3).verdict == "unclear"  # of order 0.1


def test_what_never_comes_is_the_same_on_every_grid() -> None:
    assert judge([math.nan] * 3, 0.0, 1e-3).verdict == "never"
    assert judge([math.nan, 1.0, 1.0], 0.0, 1e-3).verdict == "unclear"


def test_differences_that_the_integrator_leaves_are_none_of_the_grid() -> None:
    noisy = judge([1.0, 1.00001, 0.99999], 1e-5, 1e-3)
    assert (noisy.verdict, noisy.order) == ("enough", None)
    assert judge([1.0, 1.00001, 0.99999], 1e-5, 1e-6).verdict == "unclear"


def test_the_integrator_is_named_where_it_is_the_limit() -> None:
    loose = strip(81).converge(rtol=1e-3, within=1e-6)
    assert loose["second"].is_limited
    sharp = strip().converge(rtol=1e-8)
    assert not sharp["second"].is_limited


# ── what does not scale ─────────────────────────────────────────────────────────────────────────────────────

LINE = """
scenario s { run 1 ms;  measure V = tissue[2].soma.V at end }
"""
SCALED = (
    tissue(4, LINE)
    .replace("volume = 2 pL", "volume = 2 pL * spacing/(50 um)")
    .replace("volume = 0.7 pL", "volume = 0.7 pL * spacing/(50 um)")
    .replace("area = 900 um2", "area = 900 um2 * spacing/(50 um)")
)
PLANTED = (
    ("2 pL * spacing/(50 um)", "2 pL", ["tissue.inside.volume"]),
    ("900 um2 * spacing/(50 um)", "900 um2", ["tissue.soma.area"]),
    ("0.05 mS/cm2", "0.4 nS", ["tissue.soma.K_leak.conductance"]),
    ("6.8 uA/cm2", "60 pA", ["tissue.soma.NaK.current"]),
)


def blamed(text: str) -> list[str]:
    found = ionlang.loads(text).converge()
    assert found.is_enough is False or not found.warnings
    assert all(w.code == "ION475" for w in found.warnings)
    return [w.message.partition(" ")[0] for w in found.warnings]


def test_a_line_that_scales_is_not_warned_of() -> None:
    assert blamed(SCALED) == []


@pytest.mark.parametrize(("scaled", "fixed", "names"), PLANTED)
def test_what_does_not_scale_is_named(scaled: str, fixed: str, names: list[str]) -> None:
    assert scaled in SCALED
    assert blamed(SCALED.replace(scaled, fixed)) == names


JOINED = SCALED.replace(
    "diffusion outside {", "gap_junction inside { conductance = 2 nS;  carries K }\n    diffusion outside {"
)


def test_a_row_of_cells_is_no_grid() -> None:
    assert blamed(JOINED) == ["tissue.inside.gap_junction"]
    assert blamed(JOINED.replace("2 nS;", "2 nS * (50 um)/tissue.spacing;")) == []
    drawn = SCALED.replace(
        "conductance = 0.05 mS/cm2", "conductance = 0.05 mS/cm2 * lognormal(1, 0.1, seed = 3)"
    )
    assert drawn != SCALED
    assert blamed(drawn) == ["tissue"]


def test_a_length_is_checked_without_a_run() -> None:
    text = SCALED.replace("spacing = 50 um", "total_length = 200 um")
    known = "param size = 2 pL * tissue.spacing/(50 um)\n" + text.replace("2 pL * spacing/(50 um)", "size")
    fixed = text.replace("2 pL * spacing/(50 um)", "2 pL")
    for model, expected in ((text, []), (known, []), (fixed, ["ION475"])):
        found = [d.code for d in ionlang.loads(model).check() if d.code != "ION317"]
        assert found == expected
    by_spacing = ionlang.loads(fixed.replace("total_length = 200 um", "spacing = 50 um")).check()
    assert "ION475" not in [d.code for d in by_spacing]


# ── asked for ───────────────────────────────────────────────────────────────────────────────────────────────


def test_the_command_says_it_in_words_and_in_numbers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "strip.ion"
    file.write_text(strip().source.text, encoding="utf-8")
    picture = tmp_path / "strip.png"
    assert main(["converge", str(file), "--within", "5 %", "--plot", str(picture)]) == 0
    said = capsys.readouterr().out
    assert "12, 36, 108 copies, 83.33, 27.78, 9.259 um" in said
    assert "ok   second: off by" in said
    assert picture.stat().st_size > 10_000
    assert main(["converge", str(file), "--within", "1e-5", "--format", "json"]) == 1
    told = json.loads(capsys.readouterr().out)
    second = next(m for m in told["measures"] if m["name"] == "second")
    assert second["verdict"] == "too coarse"
    assert told["enough"] is False
    assert second["copies_wanted"]["tissue"] > 100


def test_an_error_is_what_a_finer_grid_says_it_is() -> None:
    """Copy 2 of 12 and copy 5 of 36 have the same middle."""
    coarse, fine = strip().converge()["near"].judged, strip(36, near="5").converge()["near"].judged
    assert fine.error == pytest.approx(coarse.error / 9, rel=0.03)
    assert fine.limit == pytest.approx(coarse.limit, abs=2e-6)
    assert coarse.wanted is not None
    assert 1.0 < coarse.wanted < 3.0
    assert fine.verdict == "enough"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--grids", "2"], "three grids or more"),
        (["--within", "much"], "--within takes a share"),
        (["--rtol", "3"], "--rtol takes a number"),
        (["--scenario", "other"], "no scenario"),
    ],
)
def test_what_cannot_be_asked_is_wrong_usage(
    arguments: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "strip.ion"
    file.write_text(strip().source.text, encoding="utf-8")
    assert main(["converge", str(file), *arguments]) == 2
    assert words in capsys.readouterr().err


def test_without_lines_or_measures_there_is_nothing_to_say() -> None:
    with pytest.raises(ValueError, match="no line of cells"):
        ionlang.loads(
            "variable u { start = 1;  rate = -u/(1 s) }\nscenario s { run 1 s;  measure m = max(u) }"
        ).converge()
    with pytest.raises(ValueError, match="measures nothing"):
        ionlang.loads(tissue(4, "scenario s { run 1 ms }")).converge()
