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
    "variable",
    "scenario",
)
INNER_KINDS = ("channel", "gate", "pump", "transporter")
KINDS = TOP_KINDS + INNER_KINDS

# Words that begin a sentence.
OPENERS = (
    "param",
    "let",
    "use",
    "carries",
    "moves",
    "instantaneous",
    "begin",
    "run",
    "at",
    "from",
    "set",
    "inject",
    "block",
    "hold",
    "measure",
    "expect",
)

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
    "not",
    "or",
    "out",
    "source",
    "starting",
    "then",
    "to",
    "uses",
)

KEYWORDS = OPENERS + JOINERS

# Words that may follow a value, and are therefore never taken for its unit (a test computes them from the
# parse table).
FOLLOW_WORDS = ("and", "at", "between", "else", "for", "held", "into", "or", "source", "then")

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
    "thermal_voltage",
    "temperature",
    "affinity",
)

# No declaration may take one of these as its name; the check is made where names are declared.
RESERVED = KINDS + KEYWORDS + BUILT_IN + FUNCTIONS
