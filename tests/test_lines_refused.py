"""What cannot be asked yet of a file with lines is refused in words, never by a traceback."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import ionlang
from ionlang.diagnostics import ModelError
from tests.lines_models import tissue

LINE = (
    tissue(4)
    + """
scenario later {
    run 10 ms
    measure last = tissue[2].outside.K at end
}
"""
)

REFUSED: tuple[Callable[[ionlang.api.Model], object], ...] = (
    lambda m: m.steady_curve(),
    lambda m: m.curves_over(
        ("spread_of_K", "1e-5 cm2/s", "2e-5 cm2/s"), ("spread_of_K", "1e-5 cm2/s", "2e-5 cm2/s")
    ),
    lambda m: m.sensitivity("later"),
)


@pytest.mark.parametrize("asked", REFUSED)
def test_what_lines_cannot_do_yet_is_refused_in_words(asked: Callable[[ionlang.api.Model], object]) -> None:
    with pytest.raises(ModelError) as refused:
        asked(ionlang.loads(LINE))
    assert [d.code for d in refused.value.diagnostics] == ["ION488"]
