"""The closed table of kinds: which properties, sentences and blocks each may hold.

The grammar has one rule for all blocks; what is legal where stands here and nowhere else.
"""

from __future__ import annotations

from ionlang.records import dataclass
from ionlang.syntax import ast
from ionlang.units import (
    AREA,
    CAPACITANCE,
    CONDUCTANCE,
    CURRENT,
    FREQUENCY,
    PERMEABILITY,
    PURE,
    RATE,
    TEMPERATURE,
    TIME,
    VOLTAGE,
    VOLUME,
    Dimension,
)


@dataclass(frozen=True, slots=True)
class Kind:
    """What a block of this kind may hold. `properties` maps a word to the dimensions it may have; none: a truth
    value."""

    properties: dict[str, tuple[Dimension, ...]]
    sentences: tuple[type[ast.Sentence], ...] = ()
    blocks: tuple[str, ...] = ()
    lists_species: bool = False


_CURRENT = (CURRENT, CURRENT / AREA, CURRENT / CAPACITANCE)
_NAMES = (ast.Parameter, ast.Let)
_LINE = (*_NAMES, ast.Moves)

KINDS: dict[str, Kind] = {
    "ion": Kind({"valence": (PURE,)}),
    "solute": Kind({}),
    "impermeant": Kind({"valence": (PURE,)}),
    "compartment": Kind({"volume": (VOLUME,)}, (ast.Balances, *_NAMES), lists_species=True),
    "bath": Kind({}, (ast.Balances, *_NAMES), lists_species=True),
    "membrane": Kind(
        {"area": (AREA,), "capacitance": (CAPACITANCE, CAPACITANCE / AREA)},
        (ast.Potential, *_NAMES),
        ("channel", "pump", "transporter"),
    ),
    "channel": Kind(
        {
            "conductance": (CONDUCTANCE, CONDUCTANCE / AREA, CONDUCTANCE / CAPACITANCE),
            "reversal": (VOLTAGE,),
            "permeability": (VOLUME / TIME, PERMEABILITY),
            "current": _CURRENT,
        },
        (ast.Carries, *_NAMES),
        ("gate",),
    ),
    "gate": Kind(
        {
            "alpha": (FREQUENCY,),
            "beta": (FREQUENCY,),
            "inf": (PURE,),
            "tau": (TIME,),
            "temperature_factor": (PURE,),
            "start": (PURE,),
        },
        (ast.Instantaneous, *_NAMES),
    ),
    "pump": Kind({"rate": (RATE, RATE / AREA), "current": _CURRENT}, _LINE, ("gate",)),
    "transporter": Kind({"rate": (RATE, RATE / AREA), "current": _CURRENT}, _LINE, ("gate",)),
    "flux": Kind({"rate": (RATE,)}, _LINE),
    "event": Kind({"condition": ()}),
    "scenario": Kind(
        {}, (ast.Begin, ast.Run, ast.Action, ast.Sweep, ast.Comparison, ast.Measure, ast.Expect)
    ),
    "variant": Kind({}, (ast.Action,)),
}

TOP_LEVEL = (
    "ion",
    "solute",
    "impermeant",
    "compartment",
    "bath",
    "membrane",
    "flux",
    "event",
    "scenario",
    "variant",
)
SETTINGS: dict[str, tuple[Dimension, ...]] = {"temperature": (TEMPERATURE,), "thermal_voltage": (VOLTAGE,)}
CARRIERS = ("channel", "pump", "transporter")

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
    ast.Balances: "balances",
    ast.Potential: "V from",
    ast.Instantaneous: "instantaneous",
    ast.Use: "use",
    ast.Begin: "begin",
    ast.Run: "run",
    ast.Action: "an action",
    ast.Sweep: "sweep",
    ast.Comparison: "compare",
    ast.Measure: "measure",
    ast.Expect: "expect",
}
