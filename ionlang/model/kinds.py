"""The closed table of kinds: which properties, sentences and blocks each may hold.

The grammar has one rule for all blocks; what is legal where stands here and nowhere else.
"""

from __future__ import annotations

from ionlang.records import dataclass
from ionlang.syntax import ast
from ionlang.units import (
    AMOUNT,
    AREA,
    CAPACITANCE,
    CONCENTRATION,
    CONDUCTANCE,
    CURRENT,
    ENERGY,
    FREQUENCY,
    LENGTH,
    PERMEABILITY,
    PURE,
    RATE,
    RESISTIVITY,
    TEMPERATURE,
    TIME,
    VOLTAGE,
    VOLUME,
    Dimension,
)


@dataclass(frozen=True, slots=True)
class Kind:
    """What a block of this kind may hold. `properties` maps a word to the dimensions it may have; none: a truth
    value. `texts` are the properties in words, `words`
    those whose value is a name or one of a few words."""

    properties: dict[str, tuple[Dimension, ...]]
    sentences: tuple[type[ast.Sentence], ...] = ()
    blocks: tuple[str, ...] = ()
    lists_species: bool = False
    texts: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


_CURRENT = (CURRENT, CURRENT / AREA, CURRENT / CAPACITANCE)
_NAMES = (ast.Parameter, ast.Let)
_LINE = (*_NAMES, ast.Moves)
_CYCLE = (*_LINE, ast.Turns, ast.Excluded)
# The lines and starts of a block decide the dimension of these: see blocks/chemistry.py and blocks/variables.py.
_ANY: tuple[Dimension, ...] = ()
_GROUPED = ("compartment", "bath", "membrane", "flux", "reaction", "buffer", "variable", "event")
_OPENINGS = ("gate", "scheme")

KINDS: dict[str, Kind] = {
    "ion": Kind({"valence": (PURE,)}),
    "solute": Kind({}),
    "impermeant": Kind({"valence": (PURE,)}),
    "compartment": Kind({"volume": (VOLUME,)}, (ast.Balances, *_NAMES), lists_species=True),
    "bath": Kind({}, (ast.Balances, *_NAMES), lists_species=True),
    "membrane": Kind(
        {"area": (AREA,), "capacitance": (CAPACITANCE, CAPACITANCE / AREA), "V": (VOLTAGE,)},
        (ast.Potential, *_NAMES),
        ("channel", "pump", "transporter", "water"),
    ),
    "channel": Kind(
        {
            "conductance": (CONDUCTANCE, CONDUCTANCE / AREA, CONDUCTANCE / CAPACITANCE),
            "reversal": (VOLTAGE,),
            "permeability": (VOLUME / TIME, PERMEABILITY),
            "current": _CURRENT,
        },
        (ast.Carries, ast.Excluded, *_NAMES),
        _OPENINGS,
    ),
    "gate": Kind(
        {
            "alpha": (FREQUENCY,),
            "beta": (FREQUENCY,),
            "inf": (PURE,),
            "tau": (TIME,),
            "temperature_factor": (PURE,),
            "rise": (TIME,),
            "decay": (TIME,),
            "start": (PURE,),
        },
        (ast.Instantaneous, ast.Opens, *_NAMES),
    ),
    "pump": Kind(
        {"rate": (RATE, RATE / AREA), "current": _CURRENT, "equilibrium_constant": _ANY}, _CYCLE, _OPENINGS
    ),
    "transporter": Kind(
        {"rate": (RATE, RATE / AREA), "current": _CURRENT, "equilibrium_constant": _ANY}, _CYCLE, _OPENINGS
    ),
    "water": Kind(
        {
            "permeability": (VOLUME / TIME, PERMEABILITY),
            "molar_volume": (VOLUME / AMOUNT,),
            "pressure": (ENERGY / VOLUME,),
        },
        _NAMES,
    ),
    "flux": Kind({"rate": (RATE,)}, _LINE),
    "reaction": Kind(
        {
            "rate": (RATE, CONCENTRATION / TIME),
            "forward": _ANY,
            "backward": _ANY,
            "equilibrium_constant": _ANY,
        },
        (*_NAMES, ast.Turns),
    ),
    "buffer": Kind({"total": (CONCENTRATION,), "K_d": (CONCENTRATION,)}, (ast.Binds, *_NAMES)),
    "variable": Kind({"start": _ANY, "rate": _ANY, "inf": _ANY, "tau": (TIME,)}, _NAMES),
    "scheme": Kind({"temperature_factor": (PURE,), "start": (PURE,)}, (ast.Transition, *_NAMES)),
    "event": Kind({"condition": ()}),
    "modifier": Kind({}, (ast.Action,)),
    "arrangement": Kind(
        {},
        _NAMES,
        (*_GROUPED, "arrangement"),
    ),
    "line": Kind(
        {"spacing": (LENGTH,), "total_length": (LENGTH,)},
        _NAMES,
        (*_GROUPED, "diffusion", "electrodiffusion", "axial", "gap_junction"),
        words=("ends",),
    ),
    "diffusion": Kind(
        {"tortuosity": (PURE,), "cross_section": (AREA,)}, lists_species=True, words=("first", "last")
    ),
    "electrodiffusion": Kind(
        {"tortuosity": (PURE,), "cross_section": (AREA,)}, lists_species=True, words=("first", "last")
    ),
    "gap_junction": Kind(
        {"conductance": (CONDUCTANCE,), "permeability": (VOLUME / TIME,), "number": (PURE,)}, (ast.Carries,)
    ),
    "axial": Kind({"resistivity": (RESISTIVITY,), "cross_section": (AREA,)}, (ast.Carries,)),
    "scenario": Kind(
        {}, (ast.Begin, ast.Run, ast.Action, ast.Sweep, ast.Find, ast.Comparison, ast.Measure, ast.Expect)
    ),
    "variant": Kind({}, (ast.Action,)),
    "cite": Kind({}, texts=("doi", "text")),
}

TOP_LEVEL = (  # in the order of a file
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
    "modifier",
    "arrangement",
    "line",
    "scenario",
    "variant",
    "cite",
)
SETTINGS: dict[str, tuple[Dimension, ...]] = {"temperature": (TEMPERATURE,), "thermal_voltage": (VOLTAGE,)}
CARRIERS = ("channel", "pump", "transporter")

# What the program works out of a block, beside its properties.
_ENERGY = ("free_energy", "dissipation")
_CONDUCTING = ("conductance", "total_conductance", "total_capacitance")
_WORKED_OUT = {
    "compartment": ("osmolarity", "charge", "potential"),
    "bath": ("osmolarity", "potential"),
    "membrane": ("current", "flux", *_CONDUCTING, "dissipation", "work"),
    "channel": ("flux", *_ENERGY, "factor", "total_conductance", "total_permeability"),
    "pump": ("flux", *_ENERGY, "work", "fuel_power", "efficiency", "factor"),
    "transporter": ("flux", *_ENERGY, "work", "fuel_power", "efficiency", "factor"),
    "water": ("rate", "dissipation", "factor"),
    "flux": ("flux", *_ENERGY, "factor"),
    "reaction": (*_ENERGY, "factor"),
    "buffer": ("bound", "sites"),
    "gate": ("drive",),
    "line": ("x",),
}


def own_words(kind: str) -> tuple[str, ...]:
    """What may be read of a block of this kind without its declaring it: nothing declared in it is called so."""
    given = KINDS[kind].properties if kind in KINDS else {}
    return (*given, *_WORKED_OUT.get(kind, ()))


# How papers write a property: none of these has a meaning here, but each tells what was meant.
SYMBOLS = {
    "g": "conductance", "gbar": "conductance", "g_max": "conductance", "P": "permeability", "E": "reversal",
    "E_rev": "reversal", "C_m": "capacitance", "Cm": "capacitance", "A": "area", "z": "valence", "charge": "valence",
    "vol": "volume", "a": "alpha", "b": "beta", "steady_state": "inf", "phi": "temperature_factor", "T": "temperature",
}  # fmt: skip

SENTENCE_WORDS: dict[type[ast.Sentence], str] = {
    ast.Parameter: "param",
    ast.Let: "let",
    ast.Carries: "carries",
    ast.Moves: "moves",
    ast.Turns: "turns",
    ast.Balances: "balances",
    ast.Potential: "V from",
    ast.Excluded: "excluded from V",
    ast.Binds: "binds",
    ast.Instantaneous: "instantaneous",
    ast.Opens: "opens at",
    ast.Transition: "to … at",
    ast.Use: "use",
    ast.Tune: "tune",
    ast.Template: "template",
    ast.Extend: "extend",
    ast.Begin: "begin",
    ast.Run: "run",
    ast.Action: "an action",
    ast.Sweep: "sweep",
    ast.Find: "find",
    ast.Comparison: "compare",
    ast.Measure: "measure",
    ast.Expect: "expect",
}
