"""Mistakes that belong to lines of cells; see `planting_rules.py`."""

from __future__ import annotations

from tests.planting import Rule

AFTER_OTHERS = ("ION496", "ION497", "ION499")
"""What is looked at when a file has no other mistake: it might be the reason."""
HIDDEN_BY = {
    "ION114": ("ION009",),  # a gate in a block that is none: a letter is a name then, not a unit
    "ION313": ("ION010",),  # in a channel that could not be read: it may be another one of unnamed charge
    "ION407": ("ION029", "ION480"),  # acts on a parameter that has no value, or on a coupling in no place
    "ION408": ("ION480",),  # acts on a coupling in no place
    "ION475": ("ION481",),  # says something of a line without copies
    "ION487": ("ION107",),  # asks for a potential that could not be read
    "ION493": ("ION481",),  # measures in a line without copies
}
"""Where one mistake may leave nothing of what another speaks of, that one cannot be told."""

LINES = (
    Rule(
        "ION470",
        r"\A(line \w+ )(of [^{]*?\w\),[^{]*?)( \{)",
        r"arrangement planted_2 { bath planted_3 { } }\n\1«\2, 1 planted_2»\3",
    ),
    Rule(
        "ION471",
        r"\A(arrangement \w+ +is \w+\([^\n]*\))",
        r"\1 { «param planted = 3» }",
        nowhere=r"\A(?![\s\S]*\bline \w+ of [^\n]*\()",
    ),
    Rule("ION475", r"\bvolume( *)= ([\d.]+ pL) \* spacing/\([\d.]+ um\)", r"«volume»\1= \2"),
    Rule("ION480", r"\bdiffusion (\w+)(?= \{)", r"diffusion «\1_planted»"),
    Rule("ION481", r"(\bline \w+ of )\d+(?! \()", r"\1«1»"),
    Rule("ION482", r"\A(bath \w+ \{[^}]*?\bK +)= ([\d.]+ mM)", r"\1= \2 * «x»/(1 mm)", nowhere=r"\bx\b *="),
    Rule("ION483", r"\b(\w+)\[\d+\]", r"\1[«99999»]"),
    Rule("ION485", r"\bset (\w+)(\.\w+\.diffusion\.\w+) = ", r"set \1\2 = 0 * \1[«3»]\2 + "),
    Rule("ION486", r"\bends *= *\w+", "ends = «sealed»"),
    Rule("ION487", r"\baxial inside", "«axial outside»"),
    Rule("ION490", r"\[100 um \.\. 300 um\]", "[«300 um .. 100 um»]"),
    Rule("ION491", r"\[100 um \.\. 300 um\]", "[100 um .. «6»]"),
    Rule("ION492", r"\bnormal\(1, 0\.1, seed = 3\)", "«normal(1, 0.1)»"),
    Rule("ION484", r"(\w+)\[[^\]]+\](\.[\w.]+) at end", r"«\1\2» at end"),
    Rule("ION493", r"\bmax\((\w+\[\d+\]\.[\w.]+)\)", r"«reached(\1 > 1 mM)»"),
    Rule("ION494", r"\bmax\((\w+)\[\d+\](\.[\w.]+)\)", r"half_width(«\1\2»)"),
    Rule("ION495", r"\bmax\((\w+)\[\d+\](\.[\w.]+)\)", r"max(\1\2 / «\1[1 .. 5]\2»)"),
    Rule("ION496", r"\bgap_junction inside", "«gap_junction store»", nowhere=r"\A(?![\s\S]*\bstore\b)"),
    Rule("ION497", r"\belectrodiffusion outside \{[^}]*\}\s*gap_junction inside", "«gap_junction inside»"),
    Rule("ION498", r"\b(diffusion outside \{ )(?=IP3)", r"\1«K» = 1e-5 cm2/s;  "),
    Rule(
        "ION499",
        r"\bgap_junction inside \{ conductance = [^;]*",
        "«gap_junction inside» { permeability = 0.1 pL/ms",
    ),
    Rule("ION484", r"= (\w+)\[[^\]]*\](\.\w+)\.V at end", r"= threshold_depolarisation(«\1\2»)"),
    Rule(
        "ION488",
        r"\A(line \w+ of [\s\S]*)\Z",
        r"\1\nbath planted_2 { {ion} = 9 mM }\nbath planted_3 { {ion} = 90 mM }\n"
        r"membrane planted (planted_2 | planted_3) { area = 90 um2;  V from zero_current\n"
        r"    channel planted_4 { carries {ion};  conductance = 1 nS } }\n"
        r"scenario planted_5 { measure planted_6 = «input_resistance(planted)» }",
    ),
)
