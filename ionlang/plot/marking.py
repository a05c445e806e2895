"""Marks on a figure: a shade through all panels, and above them a bar with the words of the scenario."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.transforms import ScaledTranslation

from ionlang.plot.marks import Mark

_SHADE, _BAR, _WORDS = "#7f93ad", "#5b6f8a", "#33435a"
_ROW = 15.0  # points from one row of words to the next
_LETTER = 5.2  # points: a generous mean width of a letter at this size
_SIZE = 8.5
_MOST_ROWS = 5
_BESIDES = 2.0  # inches of a figure's width that labels take


@dataclass(frozen=True, slots=True)
class _Placed:
    """Words over `left` to `right` in row `row`; `anchor` is the side on which they begin."""

    mark: Mark
    row: int
    at: float
    anchor: str


def draw_marks(column: list[Axes], marks: tuple[Mark, ...], per_time: float, width: float) -> None:
    """Shades on every panel, words above the first. Time in ms divided by `per_time`; `width` of the figure [inch]."""
    for mark in marks:
        for opening, closing in mark.stretches:
            for axes in column:
                _shade(axes, opening / per_time, closing / per_time)
    first = column[0]
    low, high = (edge * per_time for edge in first.get_xlim())
    placed = _in_rows(marks, low, high, _LETTER * (high - low) / ((width - _BESIDES) * 72.0))
    for words in placed:
        _write(first, words, per_time)
    hidden = len(marks) - len(placed)
    if hidden:
        _note(first, f"and {hidden} more", 1.0, "right", _MOST_ROWS)


def _shade(axes: Axes, opening: float, closing: float) -> None:
    if closing > opening:
        axes.axvspan(opening, closing, facecolor=_SHADE, alpha=0.22, edgecolor="none", zorder=0.5)
        axes.axvline(opening, color=_SHADE, alpha=0.55, linewidth=0.6, zorder=0.6)
    else:
        axes.axvline(opening, color=_BAR, linewidth=0.8, linestyle=(0, (3, 2)), zorder=0.6)


def _in_rows(marks: tuple[Mark, ...], low: float, high: float, letter: float) -> list[_Placed]:
    """Each mark in the lowest row where neither its words nor its bars meet others; late ones end at their window's
    end. Those that find no row are left out."""
    taken: list[list[tuple[float, float]]] = [[] for _ in range(_MOST_ROWS)]
    placed: list[_Placed] = []
    for mark in marks:
        opening, closing = mark.stretches[0][0], mark.stretches[-1][1]
        size = letter * (len(mark.words) + 2)
        if opening + size <= high:
            at, anchor, extent = opening, "left", (opening, max(closing, opening + size))
        else:
            at, anchor, extent = closing, "right", (min(opening, closing - size), closing)
        for row, others in enumerate(taken):
            if all(extent[1] <= a or extent[0] >= b for a, b in others):
                others.append(extent)
                placed.append(_Placed(mark, row, at, anchor))
                break
    return placed


def _write(axes: Axes, words: _Placed, per_time: float) -> None:
    height = 4.0 + _ROW * words.row
    lift = ScaledTranslation(0.0, height / 72.0, axes.figure.dpi_scale_trans)
    for opening, closing in words.mark.stretches:
        moment = opening == closing
        axes.plot(
            [opening / per_time, closing / per_time], [1.0, 1.0], color=_BAR, linewidth=2.6, solid_capstyle="butt",
            marker="v" if moment else "", markersize=4.0, markeredgewidth=0.0,
            transform=axes.get_xaxis_transform() + lift, clip_on=False, scalex=False, scaley=False,
        )  # fmt: skip
    _note(axes, words.mark.words, words.at / per_time, words.anchor, words.row)


def _note(axes: Axes, words: str, at: float, anchor: str, row: int) -> None:
    axes.annotate(
        words, (at, 1.0), xycoords=axes.get_xaxis_transform(), xytext=(0.0, 6.5 + _ROW * row),
        textcoords="offset points", ha=anchor, va="bottom", fontsize=_SIZE, color=_WORDS, annotation_clip=False,
    )  # fmt: skip
