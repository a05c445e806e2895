"""Rest along a line: each quantity over the position, of every equilibrium."""

from __future__ import annotations

from collections.abc import Iterator

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ionlang.analyse.card import Card, EquilibriumCard
from ionlang.plot.draw import SETTINGS, WIDTH, blank, write_title
from ionlang.plot.styles import INK, style_sheet

_PANEL, _MARGIN = 1.9, 0.85  # inches
_HOME, _OTHER = 1.8, 0.9  # points
_UNSTABLE = (0.0, (4.0, 2.0))


def draw_profiles(card: Card) -> Figure:
    """Raises ValueError if nothing at rest was found along a line."""
    panels = _panels(card)
    if not panels:
        raise ValueError("no rest was found: there is no profile to draw")
    with matplotlib.rc_context(SETTINGS):  # type: ignore[arg-type]
        figure = blank(WIDTH, _MARGIN + _PANEL * len(panels))
        shared = len(card.lines) == 1
        column = figure.subplots(len(panels), 1, sharex=shared, squeeze=False)[:, 0]
        for axes, (owner, paths) in zip(column, panels.items(), strict=True):
            _draw(axes, card, owner, paths)
        column[-1].set_xlabel("position (µm)")
        figure.align_ylabels()
        write_title(figure, f"{card.name}: rest along {', '.join(line.name for line in card.lines)}")
    return figure


def _panels(card: Card) -> dict[str, list[str]]:
    """The paths of each place and membrane."""
    found: dict[str, list[str]] = {}
    for path in card.equilibria[0].profiles if card.equilibria else ():
        unit = card.equilibria[0].profiles[path].unit
        found.setdefault(f"{path.rpartition('.')[0]} ({unit})", []).append(path)
    return found


def _draw(axes: Axes, card: Card, owner: str, paths: list[str]) -> None:
    handles: list[Line2D] = []
    others = iter(style_sheet().others * 4)
    for path in paths:
        name = path.rpartition(".")[2]
        known = style_sheet().species.get(name)
        colour = INK if name == "V" else known.colour if known is not None else next(others).colour
        lines = list(_lines(axes, card, path, colour))
        lines[0].set_label(name)
        handles.append(lines[0])
    axes.set_ylabel(owner.replace(" (", "\n("))
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color="#e4e4e4", linewidth=0.7)
    axes.set_axisbelow(True)
    axes.legend(handles=handles, loc="center left", bbox_to_anchor=(1.005, 0.5), frameon=False)


def _lines(axes: Axes, card: Card, path: str, colour: str) -> Iterator[Line2D]:
    """The rest that the line goes to first, and thick."""
    home = 0 if card.settles_at is None else card.settles_at
    order = [card.equilibria[home], *(e for i, e in enumerate(card.equilibria) if i != home)]
    for number, equilibrium in enumerate(order):
        yield _line(axes, equilibrium, path, colour, _OTHER if number else _HOME)


def _line(axes: Axes, equilibrium: EquilibriumCard, path: str, colour: str, width: float) -> Line2D:
    profile = equilibrium.profiles[path]
    style = "solid" if equilibrium.stable else _UNSTABLE
    (line,) = axes.plot(
        profile.positions, profile.values, color=colour, linewidth=width, linestyle=style, gid=path
    )
    return line
