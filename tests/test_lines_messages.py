"""What is said of mistakes that one makes when a first line is written: one message for each, and how it is mended."""

from __future__ import annotations

import pytest

from ionlang import loads

LINE = "line row of 20 patch {\n    spacing = 10 um\n    ends = closed\n    diffusion outside { u = 1e-5 cm2/s }\n}"
FILE = f"""
solute u
arrangement patch {{ compartment outside {{ volume = 1 pL;  u = 1 mM }} }}
{LINE}
scenario s {{
    run 1 s
    measure first = row[1].outside.u at end
}}
"""
VARIABLE = "variable w { start = 1;  rate = -1 /s * w }"

MISTAKES = (
    ("of 20 patch", "of patch 20", "ION024", "the number comes first: `line row of 20 patch { … }`"),
    ("of 20 patch", "of N patch", "ION024", "is written as a number: `line row of 20 patch { … }`"),
    ("of 20 patch", "of 20 patches", "ION121", "did you mean `patch`?"),
    ("of 20 patch", "of 20 axon", "ION121", "declare it: `arrangement axon { … }`"),
    ("diffusion outside {", "diffusion {", "ION024", "write `diffusion PLACE { … }`"),
    (
        "diffusion outside { u = 1e-5 cm2/s }",
        "diffusion u = 1e-5 cm2/s",
        "ION024",
        "PLACE { u = 1e-5 cm2/s }`",
    ),
    ("diffusion outside {", "diffusion u {", "ION480", "did you mean `outside`?"),
    ("diffusion outside {", "diffusion here {", "ION480", "write `diffusion PLACE { … }` with one of them"),
)


@pytest.mark.parametrize(("old", "new", "code", "help_text"), MISTAKES)
def test_a_mistake_in_a_line_gives_one_message_that_mends_it(
    old: str, new: str, code: str, help_text: str
) -> None:
    assert FILE.count(old) == 1
    (found,) = (d for d in loads(FILE.replace(old, new)).check() if d.severity == "error")
    assert found.code == code
    assert help_text in found.help


def test_a_variable_stays_where_it_is() -> None:
    """Reaction and diffusion of an abstract quantity are written with a solute."""
    text = FILE.replace("mM } }", f"mM }}\n {VARIABLE} }}").replace("outside { u = 1e", "w { w = 1e")
    (found,) = (d for d in loads(text).check() if d.severity == "error")
    assert found.code == "ION480"
    assert found.secondary[0].text == "a variable, not a place"
    assert "`solute w`" in found.help
