"""A progress bar on a terminal, for runs that take more than a second."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from ionlang.api import Model

PATIENCE = 1.0  # seconds before a bar appears
WIDTH = 30


@contextmanager
def bar_for(stream: TextIO, model: Model, scenario: str) -> Iterator[Callable[[float], None] | None]:
    """A callback that draws how far the run of a scenario got [ms]; None where nobody watches."""
    from ionlang.model.evaluate import evaluate
    from ionlang.model.numbers import parameter_values

    duration = next(s.duration for s in model.cell.scenarios if s.name == scenario)
    if duration is None:
        yield None
        return
    length = evaluate(duration, parameter_values(model.cell))
    with share_bar_for(stream, scenario) as draw:
        yield None if draw is None else lambda instant: draw(instant / length)


@contextmanager
def share_bar_for(stream: TextIO, name: str) -> Iterator[Callable[[float], None] | None]:
    """A callback that draws how much of something is done, from 0 to 1; None where nobody watches."""
    if not stream.isatty():
        yield None
        return
    started, drawn = time.monotonic(), False

    def draw(share: float) -> None:
        nonlocal drawn
        if time.monotonic() - started < PATIENCE:
            return
        share = min(1.0, share)
        filled = round(share * WIDTH)
        stream.write(f"\r{name} [{'#' * filled}{'.' * (WIDTH - filled)}] {share:4.0%}")
        stream.flush()
        drawn = True

    try:
        yield draw
    finally:
        if drawn:
            stream.write("\r" + " " * (len(name) + WIDTH + 9) + "\r")
            stream.flush()
