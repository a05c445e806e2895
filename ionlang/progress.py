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
    """A callback that draws how far the run of a scenario got; None where nobody watches."""
    from ionlang.model.evaluate import evaluate
    from ionlang.model.numbers import parameter_values

    duration = next(s.duration for s in model.cell.scenarios if s.name == scenario)
    if not stream.isatty() or duration is None:
        yield None
        return
    length, started, drawn = evaluate(duration, parameter_values(model.cell)), time.monotonic(), False

    def draw(instant: float) -> None:
        nonlocal drawn
        if time.monotonic() - started < PATIENCE:
            return
        share = min(1.0, instant / length)
        filled = round(share * WIDTH)
        stream.write(f"\r{scenario} [{'#' * filled}{'.' * (WIDTH - filled)}] {share:4.0%}")
        stream.flush()
        drawn = True

    try:
        yield draw
    finally:
        if drawn:
            stream.write("\r" + " " * (len(scenario) + WIDTH + 9) + "\r")
            stream.flush()
