"""An explanation for other programs: plain objects, ready for JSON. Numbers in the units that are named beside them."""

from __future__ import annotations

import math

from ionlang.analyse.display import shown_value
from ionlang.explain.explanation import Account, Entry, Equation, Explanation, Part
from ionlang.explain.render.text import GLUE, Line, symbol
from ionlang.explain.render.write import Writer
from ionlang.units import Dimension


def object_of(explanation: Explanation) -> dict[str, object]:
    return {"title": explanation.title, "parts": [_part(part) for part in explanation.parts]}


def _part(part: Part) -> dict[str, object]:
    legend = {entry.path: entry for entry in part.legend}
    return {
        "quantity": part.quantity,
        "moment": part.moment,
        **_value(part.value, part.dimension),
        "equations": [equation_object(equation, legend) for equation in part.equations],
        "legend": [entry_object(entry) for entry in part.legend],
        "accounts": [_account(account) for account in part.accounts],
        "cause": list(part.cause),
    }


def _value(value: float, dimension: Dimension | None) -> dict[str, object]:
    number, unit = shown_value(value, dimension)
    return {"value": number if math.isfinite(number) else None, "unit": unit or "1"}


def equation_object(equation: Equation, legend: dict[str, Entry]) -> dict[str, object]:
    right, numbers = (
        Writer(Line(), legend, in_numbers=mode).write(equation.right).replace(GLUE, " ")
        for mode in (False, True)
    )
    left = symbol(legend[equation.left.path].name)
    return {
        "law": equation.words,
        "left": left,
        "right": right,
        "numbers": numbers,
        "balance": equation.balance,
    }


def entry_object(entry: Entry) -> dict[str, object]:
    value = _value(entry.value, entry.dimension)
    return {"symbol": symbol(entry.name), "path": entry.path, "words": entry.words, **value}


def _account(account: Account) -> dict[str, object]:
    pieces = [{"words": p.words, **_value(p.amount, p.dimension), "share": p.share} for p in account.pieces]
    return {"words": account.words, "pieces": pieces, "total": _value(account.total, account.dimension)}
