"""Mistakes that belong to lines of cells; see `planting_rules.py`."""

from __future__ import annotations

from tests.planting import Rule

LINES = (
    Rule(
        "ION470",
        r"\A(line \w+ )(of [^{]*?\w\),[^{]*?)( \{)",
        r"arrangement planted_2 { bath planted_3 { } }\n\1«\2, 1 planted_2»\3",
    ),
    Rule("ION471", r"\A(arrangement \w+ +is \w+\([^\n]*\))", r"\1 { «param planted = 3» }"),
    Rule("ION480", r"\bdiffusion (\w+)(?= \{)", r"diffusion «\1_planted»"),
    Rule("ION481", r"(\bline \w+ of )\d+(?! \()", r"\1«1»"),
    Rule("ION482", r"\A(bath \w+ \{[^}]*?\bK +)= ([\d.]+ mM)", r"\1= \2 * «x»/(1 mm)", nowhere=r"\bx\b *="),
    Rule("ION483", r"\b(\w+)\[\d+\]", r"\1[«99999»]"),
    Rule("ION484", r"\bmax\((\w+)\[\d+\](\.[\w.]+)\)", r"max(«\1\2»)"),
    Rule("ION485", r"\bset (\w+)(\.\w+\.diffusion)", r"set \1[«3»]\2"),
    Rule("ION486", r"\bends *= *\w+", "ends = «sealed»"),
    Rule("ION487", r"\baxial inside", "«axial outside»"),
    Rule("ION488", r"\A(scenario )(\w+)([^{]*\{)", r"\1«\2»\3 begin at rest; ", r"\w\[\d+\]"),
)
