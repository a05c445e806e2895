"""The picture of a run inside a page of HTML."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ionlang.simulate.solution import Solution


def picture(solution: Solution) -> str | None:
    """The figure of `plot.figure` as an `<svg>` element; None without a time course or without matplotlib."""
    from ionlang.plot import figure

    if solution.trajectory is None or solution.trajectory.start == solution.trajectory.end:
        return None
    try:
        drawn = figure(solution)
    except ModuleNotFoundError:
        return None
    from ionlang.plot.draw import write_svg

    file = io.StringIO()
    write_svg(drawn, file)
    _, opening, rest = file.getvalue().partition("<svg")
    return f"{opening}{rest}".strip()
