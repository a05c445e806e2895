"""Mistakes that belong to lines of cells; see `planting_rules.py`."""

from __future__ import annotations

from tests.planting import Rule

LINES = (
    Rule("ION480", r"\bdiffusion (\w+)(?= \{)", r"diffusion «\1_planted»"),
    Rule("ION481", r"(\bline \w+ of )\d+", r"\1«1»"),
    Rule("ION482", r"\A(bath \w+ \{[^}]*?\bK +)= ([\d.]+ mM)", r"\1= \2 * «x»/(1 mm)", nowhere=r"\bx\b *="),
    Rule("ION483", r"\b(\w+)\[\d+\]", r"\1[«99999»]"),
    Rule("ION484", r"\bmax\((\w+)\[\d+\](\.[\w.]+)\)", r"max(«\1\2»)"),
    Rule("ION485", r"\bset (\w+)(\.\w+\.diffusion)", r"set \1[«3»]\2"),
    Rule("ION486", r"\bends *= *\w+", "ends = «sealed»"),
    Rule("ION487", r"\baxial inside", "«axial outside»"),
    Rule("ION496", r"\bgap_junction inside", "«gap_junction store»"),
    Rule("ION497", r"\belectrodiffusion outside \{[^}]*\}\s*gap_junction inside", "«gap_junction inside»"),
    Rule("ION498", r"\b(diffusion outside \{ )(?=IP3)", r"\1«K» = 1e-5 cm2/s;  "),
    Rule(
        "ION499",
        r"\bgap_junction inside \{ conductance = [^;]*",
        "«gap_junction inside» { permeability = 0.1 pL/ms",
    ),
    Rule("ION488", r"\A(scenario )(\w+)([^{]*\{)", r"\1«\2»\3 begin at rest; ", r"\w\[\d+\]"),
)
