"""The words that the language keeps for itself.

`KEYWORDS` are those of the grammar (a test compares them with it); kinds are words for the checks after it,
because the grammar has one rule for all blocks.
"""

from __future__ import annotations

TOP_KINDS = (
    "ion",
    "solute",
    "impermeant",
    "compartment",
    "bath",
    "membrane",
    "flux",
    "reaction",
    "buffer",
    "variable",
    "event",
    "arrangement",
    "line",
    "modifier",
    "variant",
    "cite",
    "scenario",
)
INNER_KINDS = ("channel", "gate", "scheme", "pump", "transporter", "water")
# How the copies of a line meet. Models call a flux or a channel so too.
COUPLINGS = ("diffusion", "electrodiffusion", "axial", "gap_junction")
KINDS = TOP_KINDS + INNER_KINDS + COUPLINGS

# Words that begin what is no block itself, but has a first line and a body as one.
HEADS = ("template", "extend")

# Words that say when something happens.
MOMENTS = ("at", "from", "every", "when")

# Words that say what happens.
VERBS = (
    "set",
    "scale",
    "shift",
    "ramp",
    "relax",
    "clamp",
    "hold",
    "inject",
    "block",
    "add",
    "apply",
    "fire",
)

# Words that begin a sentence.
OPENERS = (
    *HEADS,
    "param",
    "let",
    "use",
    "carries",
    "moves",
    "turns",
    "binds",
    "instantaneous",
    "tune",
    "begin",
    "run",
    "sweep",
    "find",
    "compare",
    "measure",
    "expect",
    *MOMENTS,
    *VERBS,
)

# Words that begin a sentence only together with their second word, and may be names elsewhere.
SOFT_OPENERS = ("opens", "excluded")

# Words that join the parts of a sentence or of an expression.
JOINERS = (
    "and",
    "balances",
    "between",
    "by",
    "carried",
    "else",
    "for",
    "held",
    "if",
    "in",
    "into",
    "is",
    "not",
    "of",
    "on",
    "or",
    "out",
    "over",
    "so",
    "source",
    "starting",
    "then",
    "to",
    "until",
    "uses",
    "with",
    "within",
)

KEYWORDS = OPENERS + JOINERS

# Words that may follow a value, and are therefore never taken for its unit (a test computes them from the
# parse table).
FOLLOW_WORDS = (
    "and",
    "at",
    "between",
    "else",
    "every",
    "for",
    "from",
    "held",
    "in",
    "into",
    "or",
    "over",
    "so",
    "source",
    "then",
    "to",
    "until",
    "with",
    "within",
)

FUNCTIONS = (
    "exp",
    "log",
    "sqrt",
    "abs",
    "min",
    "max",
    "sin",
    "cos",
    "tanh",
    "linoid",
    "q10",
    "hill",
    "michaelis",
    "mass_action",
    "ghk",
    "E",
    "amount",
    "mean",
    "integral",
    "count",
    "rate",
    "duration",
)

BUILT_IN = (
    "time",
    "elapsed",
    "end",
    "start",
    "rest",
    "x",
    "pi",
    "faraday",
    "gas_constant",
    "avogadro",
    "thermal_voltage",
    "temperature",
    "affinity",
)

# Keywords that mean something only at the beginning of an action or behind a value, and may be names elsewhere:
# `scenario ramp`, `measure on = …`.
FREE = (
    *("scale", "shift", "ramp", "relax", "clamp", "add", "apply", "fire"),
    *("every", "when", "tune", "sweep", "find", "compare"),
    *("is", "of", "on", "over", "so", "until", "with", "within"),
)

# No declaration may take one of these as its name; the check is made where names are declared.
RESERVED = (
    tuple(kind for kind in KINDS if kind not in COUPLINGS)
    + tuple(word for word in KEYWORDS if word not in FREE)
    + BUILT_IN
    + FUNCTIONS
)
