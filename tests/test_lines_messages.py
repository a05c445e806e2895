"""What is said of mistakes that one makes when a first line is written: one message for each, and how it is mended."""

from __future__ import annotations

import pytest

from ionlang import loads

LINE = "line row of 20 patch {\n    spacing = 10 um\n    ends = closed\n    diffusion outside { u = 1e-5 cm2/s }\n}"
FILE = f"""
solute u
bath vessel {{ u = 1 mM }}
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
    (
        "{ u = 1e-5 cm2/s }",
        "{ u = 1e-5 cm2/s;  cross_sectoin = 10 um2 }",
        "ION101",
        "did you mean `cross_section`?",
    ),
    ("{ u = 1e-5 cm2/s }", "{ u = 1e-5 cm2/s;  tortuousity = 1.6 }", "ION101", "did you mean `tortuosity`?"),
    ("{ u = 1e-5 cm2/s }", "{ u = 1e-5 cm2/s;  w = 1e-5 cm2/s }", "ION101", "`solute w` if it has no charge"),
    ("{ u = 1e-5 cm2/s }", "{ u = 1e-5 cm2/s;  first = vesel }", "ION486", "did you mean `vessel`?"),
    ("{ u = 1e-5 cm2/s }", "{ u = 1e-5 cm2/s;  first = blood }", "ION486", "and write `first = blood`"),
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


CABLE = """
temperature = 20 degC
ion K  { valence = +1 }
ion Na { valence = +1 }
solute u
arrangement cell {
    compartment inside { volume = 1 pL;  K = 110 mM;  Na = 10 mM;  u = 1 mM }
    bath outside { K = 2.6 mM;  Na = 120 mM }
    membrane soma (inside | outside) {
        area = 2000 um2;  capacitance = 1 uF/cm2;  V from currents starting at -40 mV
        channel leak { carries K;  conductance = 0.02 mS/cm2 }
    }
}
line row of 6 cell {
    spacing = 30 um
    ends = closed
    COUPLING
}
scenario s { run 1 s }
"""
SPREAD = "diffusion inside { u = 1e-6 cm2/s;  cross_section = 10 um2;  tortuosity = 1.6 }"
FLOW = "axial inside { resistivity = 100 ohm.cm;  cross_section = 10 um2;  carries K }"
PASS = "gap_junction inside { conductance = 20 pS;  number = 300;  carries K : 1, Na : 1.2 }"
LET_BY = "gap_junction inside { permeability = 20 pL/s;  carries K }"
DRIFT = "electrodiffusion inside { K = 2e-5 cm2/s;  Na = 1.3e-5 cm2/s;  cross_section = 9 um2 }"
NUMBERS = (
    (SPREAD, "spacing = 30 um", "spacing = -30 um", "the spacing of line row must be above 0"),
    (SPREAD, "spacing = 30 um", "total_length = 0 um", "the total length of line row must be above 0"),
    (SPREAD, "= 1e-6", "= -1e-6", "the coefficient of u in diffusion in inside cannot be negative"),
    (SPREAD, "= 10 um2", "= 0 um2", "the cross section of diffusion in inside must be above 0"),
    (SPREAD, "= 1.6", "= 0.6", "the tortuosity of diffusion in inside cannot be below 1"),
    (FLOW, "= 100", "= 0", "the resistivity of axial in inside must be above 0"),
    (FLOW, "= 10 um2", "= -10 um2", "the cross section of axial in inside must be above 0"),
    (PASS, "= 20 pS", "= -20 pS", "the conductance of gap_junction in inside cannot be negative"),
    (PASS, "= 300", "= -300", "the number of gap_junction in inside cannot be negative"),
    (PASS, ": 1.2", ": -1.2", "a ratio of the gap junctions in row.inside must be above 0"),
    (LET_BY, "= 20 pL", "= -20 pL", "the permeability of gap_junction in inside cannot be negative"),
    (DRIFT, "= 2e-5", "= -2e-5", "the coefficient of K in electrodiffusion in inside cannot be negative"),
)


@pytest.mark.parametrize(("coupling", "old", "new", "message"), NUMBERS)
def test_a_number_that_cannot_be_is_reported(coupling: str, old: str, new: str, message: str) -> None:
    text = CABLE.replace("COUPLING", coupling)
    assert [d for d in loads(text).check() if d.severity == "error"] == []
    assert text.count(old) == 1
    (found,) = (d for d in loads(text.replace(old, new)).check() if d.severity == "error")
    assert (found.code, found.message) == ("ION312", message)
    assert found.help


# ── numbers that differ from copy to copy ───────────────────────────────────────────────────────────────────

SPREAD = """
temperature = 37 degC
ion K { valence = +1 }
solute u
template arrangement piece(long = 20 um, wide = 2 um) {
    compartment inside { volume = 1 pL;  K = 140 mM;  u = 1 mM }
    bath outside { K = 4 mM }
    membrane wall (inside | outside) {
        area = pi * wide * spacing;  capacitance = 1 uF/cm2;  V from currents starting at -70 mV
        channel leak { carries K;  conductance = 0.1 mS/cm2 }
    }
}
arrangement thick is piece(wide = 4 um)
arrangement thin is piece
line row of 5 thick, 15 thin { spacing = long;  ends = closed;  diffusion inside { u = 1 um2/ms } }
"""


@pytest.mark.parametrize(
    ("old", "new", "code", "where"),
    [
        ("u = 1 mM", "u = 1 mM - 0.01 mM/um * x", "ION304", "in copy 6 of 20, at 110 um"),
        ("0.1 mS/cm2", "0.1 mS/cm2 * (1 - x/(100 um))", "ION312", "in copy 6 of 20, at 110 um"),
        ("volume = 1 pL", "volume = 1 pL * (1 - x/(390 um))", "ION312", "in copy 20 of 20, at 390 um"),
        ("thin is piece", "thin is piece(wide = -1 um)", "ION312", "in copy 6 of 20, at 110 um"),
        ("bath outside { K = 4 mM }", "bath outside { K = 4 mM * (1 - x/(200 um)) }", "ION304", "in copy 11 of 20, at 210 um"),
        ("u = 1 um2/ms", "u = 1 um2/ms * (1 - x/(300 um))", "ION312", "in copy 16 of 20, at 310 um"),
    ],
)  # fmt: skip
def test_a_number_that_is_impossible_in_some_copy_is_found(old: str, new: str, code: str, where: str) -> None:
    assert not [d for d in loads(SPREAD).check() if d.severity == "error"]
    assert SPREAD.count(old) == 1
    (found,) = (d for d in loads(SPREAD.replace(old, new)).check() if d.severity == "error")
    assert found.code == code
    assert where in found.notes


def test_copies_without_length_do_not_hide_what_else_is_wrong() -> None:
    text = SPREAD.replace("thin is piece", "thin is piece(long = -20 um)")
    found = {d.message for d in loads(text).check() if d.severity == "error"}
    assert found == {"the spacing of line row must be above 0", "the area of membrane wall must be above 0"}


def test_what_is_wrong_in_the_first_copy_is_told_once_and_of_long_lines_the_last_is_looked_at() -> None:
    first = SPREAD.replace("0.1 mS/cm2", "-0.1 mS/cm2 * (1 + x/(100 um))")
    assert [d.code for d in loads(first).check() if d.severity == "error"] == ["ION312"]
    long = SPREAD.replace("15 thin", "2995 thin").replace("0.1 mS/cm2", "0.1 mS/cm2 * (1 - x/(59.985 mm))")
    (found,) = (d for d in loads(long).check() if d.severity == "error")
    assert "in copy 3000 of 3000, at 59990 um" in found.notes
