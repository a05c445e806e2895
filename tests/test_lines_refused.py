"""What cannot be asked yet of a file with lines is refused in words, never by a traceback."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
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


STILL = """
temperature = 20 degC
ion K { valence = +1 }
arrangement cell {
    bath inside  { K = 110 mM }
    bath outside { K = if x < 50 um then 2.6 mM else 5 mM }
    membrane soma (inside | outside) {
        area = 2000 um2
        V from zero_current
        channel leak { carries K;  conductance = 0.02 mS/cm2OPENING }
    }
}
line row of 20 cell { spacing = 10 um;  ends = closed }
scenario s { run 1 s;  measure V = row[3].soma.V at end }
"""


def test_a_line_in_which_nothing_changes_is_refused_in_words() -> None:
    (found,) = (d for d in ionlang.loads(STILL.replace("OPENING", "")).check() if d.severity == "error")
    assert (found.code, found.primary.span.text) == ("ION488", "row")
    gated = STILL.replace("OPENING", " * m;  gate m { inf = 0.5;  tau = 1 ms }")
    (V,) = dict(ionlang.loads(gated).run("s").measures).values()
    assert pytest.approx(8.31446261815324 * 293.15 / 96485.33212331 * 1e3 * np.log(2.6 / 110), rel=1e-9) == V
