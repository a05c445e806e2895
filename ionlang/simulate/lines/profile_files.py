"""Profiles of a line as a file: a table with the position as a column, or arrays."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ionlang.simulate.lines.profiles import Profiles, profiles_of_each, quantities_of

if TYPE_CHECKING:
    from ionlang.simulate.solution import Solution

SUFFIXES = (".csv", ".npz", ".json")


def save_profiles(
    solution: Solution,
    path: str | PathLike[str],
    quantities: Sequence[str] | None = None,
    at: Sequence[float] | None = None,
) -> None:
    """Write the profiles of `quantities` (without it all that a table has of the line) at the times `at` [s] (without
    it all that are kept). Raises ValueError for a suffix that is none of `SUFFIXES`, and where there is no line;
    KeyError for a quantity that stands in none; OSError."""
    target = Path(path)
    if target.suffix not in SUFFIXES:
        raise ValueError(f"profiles are written as {', '.join(SUFFIXES)}, by the end of the file's name")
    found = [_chosen(each, at) for each in profiles_of_each(solution, _wanted(solution, quantities))]
    match target.suffix:
        case ".csv":
            _write_csv(target, found)
        case ".npz":
            _write_npz(target, found)
        case _:
            target.write_text(json.dumps(_as_object(found)) + "\n", encoding="utf-8")


def _wanted(solution: Solution, quantities: Sequence[str] | None) -> Sequence[str]:
    lines = solution.machine.cell.lines
    if not lines:
        raise ValueError(f"{solution.machine.cell.name} has no line, so there are no profiles")
    if quantities is not None:
        return quantities
    if len(lines) > 1:
        names = ", ".join(line.name for line in lines)
        raise ValueError(f"there are several lines ({names}): name the quantities of one of them")
    return quantities_of(solution.machine, lines[0])


def _chosen(profiles: Profiles, at: Sequence[float] | None) -> Profiles:
    if at is None:
        return profiles
    columns = list(dict.fromkeys(profiles.nearest(time) for time in at))
    return Profiles(
        profiles.path, profiles.unit, profiles.times[columns], profiles.positions, profiles.values[:, columns]
    )


def _write_csv(target: Path, found: Sequence[Profiles]) -> None:
    """A row for each time and copy: RFC 4180, numbers such that reading them gives the same floats."""
    times, positions = found[0].times, found[0].positions
    columns = [np.repeat(times, positions.size), np.tile(positions, times.size)]
    columns += [each.values.T.ravel() for each in found]
    with target.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["time [s]", "position [um]", *(f"{each.path} [{each.unit}]" for each in found)])
        rows.writerows(zip(*(column.tolist() for column in columns), strict=True))


def _write_npz(target: Path, found: Sequence[Profiles]) -> None:
    arrays = {each.path: each.values for each in found}
    units = np.array([f"{each.path} [{each.unit}]" for each in found])
    arrays |= {"times": found[0].times, "positions": found[0].positions}
    np.savez_compressed(target, units=units, **arrays)  # type: ignore[arg-type]


def _as_object(found: Sequence[Profiles]) -> dict[str, object]:
    return {
        "times_s": found[0].times.tolist(),
        "positions_um": found[0].positions.tolist(),
        "quantities": {
            each.path: {"unit": each.unit, "values": [_numbers(row) for row in each.values]} for each in found
        },
    }


def _numbers(row: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> list[float | None]:
    return [x if np.isfinite(x) else None for x in row.tolist()]
