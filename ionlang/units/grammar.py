"""Reading a unit word: units joined by `.` (times) and `/` (per), each with an optional whole power.

    unit word = [ "/" ] factor { ( "." | "/" ) factor }        factor = word [ power from 2 to 99 ]

A `/` divides by the one factor after it: `a/b/c` is a/(b·c), and `a/b.c` is a·c/b.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from ionlang.units.dimensions import PURE
from ionlang.units.table import UNITS, Unit, plain_spelling

_DIGITS = "0123456789"
# Bounds on the size of exact scales; no unit of a cell comes near.
_LARGEST_POWER = 99
_LONGEST_TEXT = 100


class UnitError(ValueError):
    """A text that is no unit. `start` and `end` delimit the fault in that text (end exclusive)."""

    def __init__(self, message: str, start: int, end: int, suggestions: tuple[str, ...]) -> None:
        super().__init__(message)
        self.start = start
        self.end = end
        self.suggestions = suggestions


class UnknownUnit(UnitError):
    """A factor whose word is in no table; `suggestions` are words to put in its place."""

    def __init__(self, word: str, start: int, end: int, suggestions: tuple[str, ...]) -> None:
        super().__init__(f"unknown unit `{word}`", start, end, suggestions)
        self.word = word


class MalformedUnit(UnitError):
    """A text that breaks the grammar of unit words; `suggestions` are whole texts to put in its place."""

    def __init__(self, reason: str, start: int, end: int, suggestions: tuple[str, ...] = ()) -> None:
        super().__init__(reason, start, end, suggestions)
        self.reason = reason


_Factor = tuple[Unit, int, int, int]  # unit, power, start and end in the text


@lru_cache(maxsize=1024)
def parse_unit(text: str) -> Unit:
    """The unit that a unit word such as `mS/cm2` or `/mV/ms` stands for.

    Raises UnknownUnit where a factor is in no table, MalformedUnit where the text is not built as above.
    """
    try:
        return _read(text)
    except MalformedUnit as fault:
        raise MalformedUnit(fault.reason, fault.start, fault.end, _mended(text)) from None


def _mended(text: str) -> tuple[str, ...]:
    from ionlang.units.spelling import plainly_written

    candidate = plainly_written(text)
    try:
        _read(candidate)
    except UnitError:
        return ()
    return (candidate,)


def _read(text: str) -> Unit:
    if len(text) > _LONGEST_TEXT:
        raise MalformedUnit(f"a unit word has at most {_LONGEST_TEXT} letters", _LONGEST_TEXT, len(text))
    factors = _factors(text)
    if len(factors) == 1 and factors[0][1] == 1:
        return factors[0][0]
    dimension, scale = PURE, Fraction(1)
    for unit, power, start, end in factors:
        if unit.offset:
            reason = f"`{unit.text}` counts from its own zero and stands only alone; a difference is in `K`"
            raise MalformedUnit(reason, start, end)
        dimension *= unit.dimension**power
        scale *= unit.scale**power
    return Unit(plain_spelling(text), dimension, scale)


def _factors(text: str) -> tuple[_Factor, ...]:
    factors: list[_Factor] = []
    start, sign = 0, 1
    if text.startswith("/"):
        start, sign = 1, -1
    for end in range(start, len(text) + 1):
        if end < len(text) and text[end] not in "./":
            continue
        factors.append(_factor(text, start, end, sign))
        start, sign = end + 1, -1 if text[end : end + 1] == "/" else 1
    return tuple(factors)


def _factor(text: str, start: int, end: int, sign: int) -> _Factor:
    word = text[start:end].rstrip(_DIGITS)
    if not word:
        raise _no_word(text, start, end)
    unit = UNITS.get(plain_spelling(word))
    if unit is None:
        raise _no_unit(word, start, end)
    return unit, sign * _power(text, start + len(word), end), start, end


def _power(text: str, start: int, end: int) -> int:
    digits = text[start:end]
    if not digits:
        return 1
    if digits.startswith("0") or digits == "1" or len(digits) > len(str(_LARGEST_POWER)):
        raise MalformedUnit(f"a power is written from 2 to {_LARGEST_POWER}", start, end)
    return int(digits)


def _no_word(text: str, start: int, end: int) -> UnitError:
    if start == end:
        return MalformedUnit("a unit is missing here", start, end)
    if text[start:end] == "1" and start == 0:
        return MalformedUnit("a unit word has no 1 above the line: it begins with `/`", start, end)
    return MalformedUnit("a unit word holds no number but powers", start, end)


def _no_unit(word: str, start: int, end: int) -> UnitError:
    if word.lstrip("\u00b0\u00ba").isidentifier():
        from ionlang.units.spelling import close_unit_words

        return UnknownUnit(word, start, start + len(word), close_unit_words(word))
    if word[0] in _DIGITS:
        return MalformedUnit("a unit word holds no number but powers", start, end)
    reason = "a unit word is letters, `.` for times, `/` for per, and a plain digit for a power"
    return MalformedUnit(reason, start, end)
