"""What somebody may have meant by a unit that is none: suggestions for messages, never a silent repair."""

from __future__ import annotations

import re

from ionlang.units.table import PREFIXES, ROWS, UNITS, plain_spelling

# Lower-case spellings of the unprefixed units; a plural s is taken off first.
_OTHER_NAMES: dict[str, tuple[str, ...]] = {
    "volt": ("V",),
    "amp": ("A",),
    "ampere": ("A",),
    "coulomb": ("C",),
    "siemen": ("S",),
    "mho": ("S",),
    "ohm": ("ohm",),
    "\u03c9": ("ohm",),  # either capital omega, in lower case
    "farad": ("F",),
    "mole": ("mol",),
    "mol": ("mol",),
    "molar": ("M",),
    "osm": ("osM", "osmol"),
    "osmole": ("osmol",),
    "osmolar": ("osM",),
    "meter": ("m",),
    "metre": ("m",),
    "micron": ("um",),
    "liter": ("L",),
    "litre": ("L",),
    "l": ("L",),
    "sec": ("s",),
    "second": ("s",),
    "minute": ("min",),
    "min": ("min",),
    "hr": ("h",),
    "hour": ("h",),
    "d": ("day",),
    "day": ("day",),
    "hertz": ("Hz",),
    "gram": ("g",),
    "gramme": ("g",),
    "gm": ("g",),
    "newton": ("N",),
    "joule": ("J",),
    "watt": ("W",),
    "pascal": ("Pa",),
    "torr": ("mmHg",),
    "kelvin": ("K",),
    "degk": ("K",),
    "\u00b0k": ("K",),
    "celsius": ("degC",),
    "centigrade": ("degC",),
    "deg": ("degC",),
    "\u00ba" + "c": ("degC",),  # the ordinal sign, which looks like a degree
    "percent": ("%",),
}

_LONG_PREFIXES = {
    "femto": "f",
    "pico": "p",
    "nano": "n",
    "micro": "u",
    "milli": "m",
    "centi": "c",
    "deci": "d",
    "kilo": "k",
    "mega": "M",
    "giga": "G",
}

_SUPERSCRIPTS = str.maketrans(
    "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079\u207b", "0123456789-"
)
_OTHER_SIGNS = str.maketrans(
    {"^": "", "*": ".", "\u00b7": ".", "\u22c5": ".", "\u00d7": ".", "\u2212": "-", "\u2044": "/"}
)
_MOST_SUGGESTIONS = 3


def close_unit_words(word: str) -> tuple[str, ...]:
    """Unit words that differ from this one by spelling, by case, or by a prefix that they do not take."""
    plain = plain_spelling(word)
    found = dict.fromkeys((*_by_name(plain), *_by_case(plain), *_without_prefix(plain)))
    return tuple(found)[:_MOST_SUGGESTIONS]


def _by_name(word: str) -> tuple[str, ...]:
    whole = _units_named(word)
    if whole:
        return whole
    written = (*_LONG_PREFIXES.items(), *((p, p) for p in PREFIXES))
    splits = [(prefix, word.removeprefix(start)) for start, prefix in written if word.startswith(start)]
    return tuple(
        prefix + unit if prefix + unit in UNITS else unit
        for prefix, rest in splits
        if len(rest) > 1 or not rest.isascii()  # one Latin letter is too little to know a unit by
        for unit in _units_named(rest)
    )


def _units_named(name: str) -> tuple[str, ...]:
    lower = name.lower()
    return _OTHER_NAMES.get(lower) or _OTHER_NAMES.get(lower.removesuffix("s"), ())


def _by_case(word: str) -> tuple[str, ...]:
    return tuple(known for known in UNITS if known.lower() == word.lower())


def _without_prefix(word: str) -> tuple[str, ...]:
    return tuple(unit for unit, *_ in ROWS if word[:1] in PREFIXES and word[1:] == unit)


def plainly_written(text: str) -> str:
    """The text with other notations for products, powers and quotients turned into that of unit words.

    `1/ms` gives `/ms`, `mS*cm^-2` gives `mS/cm2`, `mol/(m2.s)` gives `mol/m2/s`, `J/degC` gives `J/K`.
    The result need not be a unit.
    """
    plain = plain_spelling(text).translate(_SUPERSCRIPTS).replace("**", "").translate(_OTHER_SIGNS)
    if plain != "degC":
        plain = plain.replace("degC", "K")
    plain = re.sub(r"/\(([^()/]*)\)", lambda inner: "/" + inner[1].replace(".", "/"), plain)
    plain = re.sub(r"\.?([^\W\d_]+)-(\d+)", r"/\1\2", plain)
    plain = re.sub(r"(?<=[^\W\d_])1(?!\d)", "", plain)
    return re.sub(r"^1(?=/)", "", plain)
