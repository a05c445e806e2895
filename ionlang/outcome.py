"""Three kinds of failure, three exit codes; anything else is a bug of ours."""

from __future__ import annotations

WRONG_MODEL = 1
WRONG_USAGE = 2
NUMBERS_FAILED = 3
OUR_BUG = 70


class UsageError(Exception):
    """The command is wrong: a file that is not there, an unknown scenario."""


class NumericalFailure(Exception):
    """The numbers failed; the message says which scenario, when, which state, and what was kept. Every stage raises one
    of these for numbers that do not work out, so nobody above has to know its kind."""
