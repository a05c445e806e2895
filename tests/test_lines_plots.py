"""Pictures and tables of what happens along a line."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from ionlang import cli, loads
from ionlang.plot.along import too_coarse
from ionlang.simulate.lines.profiles import profiles_of
from ionlang.simulate.solution import Solution
from tests.lines_models import tissue

FRONT = """
solute u
arrangement patch {
    compartment place { volume = 1 pL;  u = if x < 200 um then 1 mM else 0 mM }
    flux gain {
        moves u from nothing to place
        rate = 1 /s * place.u * (1 mM - place.u) * (place.u - 0.2 mM) / (1 mM)^2 * place.volume
    }
}
line row of 40 patch {
    spacing = 40 um
    ends = closed
    diffusion place { u = 1 um2/ms }
}
scenario go {
    run 80 s
    measure speed = front_speed(row[600 um .. 1.2 mm].place.u > 0.5 mM)
    measure middle = row[800 um].place.u at end
}
"""


@pytest.fixture(scope="module")
def solution() -> Solution:
    return loads(FRONT, "front.ion").run()


def test_a_kymograph_shows_the_profiles_the_front_and_courses(solution: Solution) -> None:
    drawn = solution.plot()
    maps = [a for a in drawn.axes if a.collections and a.get_ylabel().startswith("row")]
    assert len(maps) == 1
    mesh = maps[0].collections[0]
    profiles = solution.profiles("row.place.u")
    assert np.asarray(mesh.get_array()).reshape(profiles.values.shape) == pytest.approx(profiles.values)
    (front,) = [line for line in maps[0].lines if str(line.get_gid()).startswith("front")]
    found = solution.arrivals("speed")
    x, y = (np.asarray(data, dtype=float) for data in front.get_data())
    assert x == pytest.approx(found.times) and y == pytest.approx(found.positions)
    assert "speed = " in str(front.get_label()) and "mm/min" in str(front.get_label())
    courses = [line.get_gid() for a in drawn.axes for line in a.lines if "[" in str(line.get_gid())]
    assert "row[20].place.u" in courses and "row[1].place.u" in courses
    assert any("place.u (mM)" in a.get_ylabel() for child in drawn.axes for a in child.child_axes)


def test_the_middle_of_a_row_of_colours_is_where_its_copy_is(solution: Solution) -> None:
    mesh = next(a.collections[0] for a in solution.plot().axes if a.collections)
    corners = mesh.get_coordinates()  # type: ignore[attr-defined]
    assert corners[0, 0, 1] == pytest.approx(0) and corners[-1, 0, 1] == pytest.approx(1600)
    assert corners[0, 0, 0] == pytest.approx(0) and corners[0, -1, 0] == pytest.approx(80)


def test_snapshots_are_profiles_at_round_times(solution: Solution) -> None:
    drawn = solution.plot(at=(10, 40, 80))
    lines = drawn.axes[0].lines
    assert [str(line.get_label()) for line in lines] == ["10 s", "40 s", "80 s"]
    expected = solution.profiles("row.place.u").at(40)
    assert np.asarray(lines[1].get_ydata(), dtype=float) == pytest.approx(expected)


def test_a_film_is_written_by_the_end_of_its_name(
    solution: Solution, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = pytest.importorskip("PIL.Image")
    monkeypatch.setattr("ionlang.plot.snapshots._FRAMES", 4)
    solution.plot(tmp_path / "front.gif")
    with image.open(tmp_path / "front.gif") as film:
        assert film.n_frames == 4
    monkeypatch.setattr("matplotlib.animation.FFMpegWriter.isAvailable", lambda: False)
    with pytest.raises(ValueError, match="ffmpeg"):
        solution.plot(tmp_path / "front.mp4")


def test_what_is_shorter_than_the_profiles_are_apart_is_said(solution: Solution) -> None:
    profiles = profiles_of(solution, "row.place.u")
    assert not too_coarse(profiles, solution)
    thin = type(profiles)(
        profiles.path, profiles.unit, profiles.times[::160], profiles.positions, profiles.values[:, ::160]
    )
    assert too_coarse(thin, solution) == pytest.approx(32)


def test_a_line_of_membranes_shows_its_potential_and_what_changes_most() -> None:
    ask = "scenario go { run 5 s; from 0.2 s: set tissue.soma.K_leak.conductance = 5 mS/cm2 }"
    drawn = loads(tissue(6, ask)).run().plot()
    shown = [str(a.collections[0].get_gid()) for a in drawn.axes if a.collections]
    assert shown[0] == "tissue.soma.V" and "tissue.outside.K" in shown
    only = loads(tissue(6, ask)).run().plot(along=["tissue.inside.Na"])
    assert [str(a.collections[0].get_gid()) for a in only.axes if a.collections] == ["tissue.inside.Na"]


def test_profiles_are_written_as_tables_and_arrays(solution: Solution, tmp_path: Path) -> None:
    solution.save_profiles(tmp_path / "p.csv", at=(10, 40))
    with (tmp_path / "p.csv").open(newline="", encoding="utf-8") as file:
        heading, *rows = csv.reader(file)
    assert heading[:3] == ["time [s]", "position [um]", "row.place.u [mM]"]
    assert len(rows) == 80 and [float(x) for x in rows[40][:2]] == [40.0, 20.0]
    profiles = solution.profiles("row.place.u")
    assert [float(row[2]) for row in rows[40:]] == profiles.at(40).tolist()
    solution.save_profiles(tmp_path / "p.npz", ["row.place.u"])
    kept = np.load(tmp_path / "p.npz")
    assert kept["row.place.u"] == pytest.approx(profiles.values, rel=0)
    assert kept["times"].size == profiles.times.size and kept["positions"].size == 40
    solution.save_profiles(tmp_path / "p.json", ["row.place.u"], at=(80,))
    told = json.loads((tmp_path / "p.json").read_text(encoding="utf-8"))
    assert told["quantities"]["row.place.u"]["unit"] == "mM" and told["times_s"] == [80.0]
    with pytest.raises(ValueError, match="end of the file's name"):
        solution.save_profiles(tmp_path / "p.txt")


def test_the_command_line_draws_and_writes_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "front.ion"
    file.write_text(FRONT, encoding="utf-8")
    table, picture = tmp_path / "p.csv", tmp_path / "p.png"
    asked = ["run", str(file), "--along", "row.place.u", "--at", "10 s"]
    assert cli.main([*asked, "--profiles", str(table), "--plot", str(picture)]) == 0
    assert table.read_text(encoding="utf-8").count("\n") == 41 and picture.stat().st_size > 10_000
    assert "mm/min" in capsys.readouterr().out
    assert cli.main(asked) == 2
    assert cli.main([*asked, "--profiles", str(tmp_path / "p.xls")]) == 2
    assert cli.main(["run", str(file), "--at", "90 s", "--profiles", str(table)]) == 2
    assert cli.main(["run", str(file), "--along", "row.place.v", "--profiles", str(table)]) == 2
    assert "did you mean row.place.u" in capsys.readouterr().err


def test_names_of_copies_do_not_run_into_the_panels_beside_them() -> None:
    both = "variant one { }\nvariant other { scale tissue.outside.K.start by 1.5 }\n"
    text = tissue(20, both + "scenario two { run 100 ms;  compare one, other }")
    drawn = loads(text).study("two").plot()
    drawn.canvas.draw()
    boxes = [axes.yaxis.label.get_window_extent() for axes in drawn.axes if axes.get_ylabel()]
    assert len(boxes) > 6
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])
