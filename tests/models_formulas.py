"""Random formulas: sizes, sigmoids, rate constants, gates. Every one is positive and smooth almost everywhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

from hypothesis import strategies as st

from tests.models_structure import (
    Content,
    Formula,
    Gate,
    GateValue,
    Odd,
    Piece,
    Potential,
    Property,
    Quantity,
)

T = TypeVar("T")


@dataclass(slots=True)
class Draft:
    """A model while it is drawn: how to draw, and the `param`s, `let`s and functions declared on the way."""

    draw: Callable[..., Any]
    declared: list[tuple[str, Formula]] = field(default_factory=list)
    variables: list[str] = field(default_factory=list)

    def whole(self, low: int, high: int) -> int:
        return int(self.draw(st.integers(low, high)))

    def pick(self, options: Sequence[T]) -> T:
        return self.draw(st.sampled_from(options))

    def one_in(self, n: int) -> bool:
        return self.whole(1, n) == n

    def some(self, options: Sequence[T], low: int, high: int) -> list[T]:
        """Between `low` and `high` of them, in any order."""
        lists = st.lists(
            st.sampled_from(options), min_size=low, max_size=min(high, len(options)), unique=True
        )
        return self.draw(lists)

    def number(self, unit: str, *exponents: int) -> Quantity:
        """Three digits times a power of ten."""
        return Quantity(Decimal(self.whole(1, 999)).scaleb(self.pick(exponents)), unit)

    def size(self, unit: str, *exponents: int) -> Formula:
        """A positive number: as it is, as a parameter, or named after a calculation."""
        number = self.number(unit, *exponents)
        way = self.whole(0, 5)
        if way < 3:
            return (number,)
        name = f"p{len(self.declared)}"
        self.declared.append((f"param {name}", (number,)))
        if way == 3:
            return (name,)
        named = f"n{len(self.declared)}"
        formula: Formula = (
            (f"{name} * 3",) if way == 4 else (name, " - (-", self.number(unit, *exponents), ")")
        )
        self.declared.append((f"let {named}", formula))
        return (named,)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a formula stands: in a membrane, with these species on both sides, and these gates to look at."""

    membrane: str
    first: str
    second: str
    common: tuple[str, ...]
    gates: tuple[GateValue, ...]
    has_capacitance: bool = True
    has_one_place_a_side: bool = True


def near(draft: Draft, spot: Spot) -> Piece:
    """A concentration at the membrane."""
    place = draft.pick((spot.first, spot.second))
    return Content(place, draft.pick(spot.common), draft.one_in(3))


def _voltage(draft: Draft) -> Quantity:
    return Quantity(Decimal(draft.whole(-190, 60)) / 2, "mV")


def _slope(draft: Draft) -> Quantity:
    return Quantity(Decimal(draft.whole(8, 40)) / 2, "mV")


def _sigmoid(draft: Draft, spot: Spot) -> Formula:
    sign = draft.pick(("", "-"))
    v, half, k = Potential(spot.membrane), _voltage(draft), _slope(draft)
    match draft.whole(0, 4):
        case 0:
            return ("1 / (1 + exp(", sign, "(", v, " - ", half, ") / (", k, ")))")
        case 1:
            return ("0.5 * (1.2 + tanh(", sign, "(", v, " + ", half, ") / ", k, "))")
        case 2:
            _function(draft, "opening(v, k)", ("1 / (1 + exp(-v / k))",))
            return ("opening(", sign, "(", v, " - ", half, "), ", k, ")")
        case 3:
            jump = Quantity(half.number + Decimal("0.25"), "mV")  # at no point that is tried
            return ("(if ", v, draft.pick((" > ", " <= ")), jump, " then 30 % else 0.7)")
        case _:
            _function(draft, "bell(x)", ("exp(-x^2)",))
            return ("(1 - 0.9 * bell((", v, " - ", half, ") / (", k, ")))")


def _saturation(draft: Draft, spot: Spot) -> Formula:
    x = near(draft, spot)
    level = draft.number("mM", -2, -1)
    match draft.whole(0, 4):
        case 0:
            return ("hill(", x, ", ", level, f", {draft.pick((1, 2, 1.5))})")
        case 1:
            return (x, " / (", x, " + ", level, ")")
        case 2:
            return ("1 / (1 + exp((", level, " - ", x, ") / ", draft.number("mM", 0), "))")
        case 3:
            return ("min(1, max(0.1, ", x, " / ", level, "))")
        case _:
            return ("sqrt(", x, " / (", x, " + ", level, "))")


def _function(draft: Draft, head: str, value: Formula) -> None:
    if (f"let {head}", value) not in draft.declared:
        draft.declared.append((f"let {head}", value))


def share(draft: Draft, spot: Spot) -> Formula:
    """A number between 0 and 1 that depends on the state."""
    formula = _sigmoid(draft, spot) if draft.one_in(2) else _saturation(draft, spot)
    return ("(", *formula, ")")


def strength(draft: Draft, spot: Spot, unit: str, own: Sequence[GateValue], *exponents: int) -> Formula:
    """A size, times powers of gates, times what else it depends on."""
    formula = draft.size(unit, *exponents)
    for gate in own:
        formula = (*formula, " * ", gate, draft.pick(("", "^2", "^4", "^1.5")))
    if draft.one_in(3):
        formula = (*formula, draft.pick((" * ", " / ")), *share(draft, spot))
    if draft.variables and draft.one_in(3):
        formula = (*formula, f" * (1 + {draft.pick(draft.variables)}^2)")
    return formula


def written_current(draft: Draft, spot: Spot, unit: str, own: Sequence[GateValue]) -> Formula:
    """A current of either sign; with the sides exchanged it changes sign."""
    v, ion = Potential(spot.membrane), draft.pick(spot.common)
    inside, outside = Content(spot.first, ion, False), Content(spot.second, ion, False)
    size = strength(draft, spot, unit, own, -2, -1)
    match draft.whole(0 if spot.has_one_place_a_side else 1, 3):
        case 0:
            return (*size, " * (", v, " - ", Odd(spot.membrane, f"E({ion})"), ") / ", _slope(draft))
        case 1:
            return (*size, " * (", inside, " - ", outside, ") / ", draft.number("mM", 0))
        case 2:
            return (
                *size,
                " * (linoid(",
                v,
                ", ",
                (k := _slope(draft)),
                ") - linoid(-",
                v,
                ", ",
                k,
                ")) / ",
                k,
            )
        case _ if unit == "uA/cm2" and spot.has_one_place_a_side:
            return (draft.number("cm/s", -7, -6), " * ", Odd(spot.membrane, f"ghk({ion})"))
        case _:
            return (*size, " * tanh(", v, " / ", _slope(draft), ") * ", outside, " / ", draft.number("mM", 0))


def _rate_constant(draft: Draft, spot: Spot) -> Formula:
    v, half, k = Potential(spot.membrane), _voltage(draft), _slope(draft)
    match draft.whole(0, 4):
        case 0:
            return (draft.number("/mV/ms", -4, -3), " * linoid(", v, " - ", half, ", ", k, ")")
        case 1:
            return (draft.number("/mV/ms", -4, -3), " * linoid(", half, " - ", v, ", ", k, ")")
        case 2:
            return (draft.number("/ms", -3, -2), " * exp(-(", v, " - ", half, ") / (", k, "))")
        case 3:
            return (draft.number("/mM/ms", -4, -3), " * ", near(draft, spot))
        case _:
            return draft.size("/ms", -3, -2)


def gate(draft: Draft, spot: Spot, name: str) -> Gate:
    """A gate that looks at V and concentrations."""
    if draft.one_in(2):
        properties: tuple[Property, ...] = (
            ("alpha", _rate_constant(draft, spot)),
            ("beta", _rate_constant(draft, spot)),
        )
        instantaneous = draft.one_in(4)
    else:
        instantaneous = draft.one_in(3)
        properties = (("inf", share(draft, spot)),)
        properties += () if instantaneous else (("tau", _time_constant(draft, spot)),)
    return Gate(name, properties + _further(draft, instantaneous), instantaneous)


def follower(draft: Draft, spot: Spot, name: str) -> Gate:
    """A gate that looks at another gate."""
    other, half = draft.pick(spot.gates), draft.pick(("0.35", "0.5"))
    inf: Formula = draft.pick(
        (("1 - 0.8 * ", other), ("1 - 1 / (1 + exp(-6.5 * (", other, f" - {half})))"), (other, "^2"))
    )
    if draft.one_in(2):
        return Gate(name, (("inf", inf),), True)
    return Gate(name, (("inf", inf), ("tau", _time_constant(draft, spot)), *_further(draft, False)), False)


def _time_constant(draft: Draft, spot: Spot) -> Formula:
    if draft.one_in(2):
        return draft.size("ms", -2, -1)
    return (draft.number("ms", -2), " + ", draft.number("ms", -1), " * ", *share(draft, spot))


def _further(draft: Draft, instantaneous: bool) -> tuple[Property, ...]:
    found: list[Property] = []
    if draft.one_in(4):
        warm = Quantity(Decimal(draft.whole(63, 370)) / 10, "degC")
        factor: Formula = ("q10(3, ", warm, ")") if draft.one_in(2) else draft.size("", -2, -1)
        found.append(("temperature_factor", factor))
    if draft.one_in(4) and not instantaneous:
        found.append(("start", (draft.number("", -3),)))
    return tuple(found)
