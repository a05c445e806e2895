"""How much each number matters, as text for a terminal and as an object for JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from ionlang.analyse.display import plain, tuned_lines
from ionlang.analyse.objects import Object, Value, number, tuned_object
from ionlang.simulate.sensitivity.answer import Effect, Response, Sensitivity
from ionlang.simulate.sensitivity.overall import Overall, Spread

_DIGITS = 4  # of an effect


def sensitivity_object(found: Sensitivity) -> Object:
    """The contract of `ionlang sensitivity --format json`: every effect, the largest of each quantity first."""
    return {
        "model": found.model,
        "scenario": found.scenario,
        "quantities": [_response(r) for r in found.responses],
        "left_out": [{"name": each.name, "reason": each.reason} for each in found.left_out],
        **tuned_object(found.tuned),
    }


def _response(response: Response) -> Object:
    return {
        "name": response.name,
        "value": number(response.value),
        "unit": response.unit,
        "effects": [_effect(e) for e in response.effects],
    }


def _effect(effect: Effect) -> Object:
    return {
        "parameter": effect.parameter,
        "value": number(effect.value),
        "unit": effect.unit,
        "elasticity": number(effect.elasticity),
        "step": effect.step,
        "change": number(effect.change),
        "percent": number(effect.percent),
        "derivative": number(effect.derivative),
    }


def sensitivity_text(found: Sensitivity, top: int | None) -> str:
    """A table for each quantity, the largest effects first."""
    where = "at rest" if found.scenario is None else f"in scenario {found.scenario}"
    lines = [f"{found.model}: what matters {where}, to first order", *tuned_lines(found.tuned, "   ")]
    if found.tuned:
        lines.append("   what is tuned is held at these values, and counts as a number of its own")
    for response in found.responses:
        lines += ["", *_table(response, top)]
    lines += (
        ["", *(f"left out: {each.name}, for {each.reason}" for each in found.left_out)]
        if found.left_out
        else []
    )
    return "\n".join(lines) + "\n"


def _table(response: Response, top: int | None) -> Iterator[str]:
    yield f"{response.name} = {plain(response.value)} {_word(response.unit)}".rstrip()
    telling = response.telling
    shown = telling if top is None else telling[:top]
    rows = [("", "value", "change", "effect", "per unit"), *(_row(e, response) for e in shown)]
    for row in _aligned(rows):
        yield f"   {row}".rstrip()
    if len(telling) > len(shown):
        yield f"   … and {len(telling) - len(shown)} with smaller effects"
    silent = len(response.effects) - len(telling)
    if silent:
        yield f"   {silent} {'number has' if silent == 1 else 'numbers have'} no effect"


def _row(effect: Effect, response: Response) -> tuple[str, ...]:
    change, unit = (effect.change, _word(response.unit)) if effect.percent is None else (effect.percent, "%")
    per = f"{plain(effect.derivative, _DIGITS)} {_per(response.unit, effect.unit)}"
    return (
        effect.parameter,
        f"{plain(effect.value)} {_word(effect.unit)}".rstrip(),
        effect.step,
        f"{change:+.{_DIGITS}g} {unit}".rstrip(),
        per.rstrip(),
    )


def overall_object(found: Overall) -> Object:
    """The contract of `ionlang sensitivity --global … --format json`."""
    return {
        "model": found.model,
        "scenario": found.scenario,
        "method": found.method,
        "runs": found.runs,
        "quantities": [_spread(s, found.columns) for s in found.spreads],
        "left_out": [{"name": each.name, "reason": each.reason} for each in found.left_out],
        "held": list(found.held),
        "failed": [{"values": [number(x) for x in f.values], "reason": f.reason} for f in found.failed],
    }


def _spread(spread: Spread, columns: Sequence[str]) -> Object:
    shares: list[Value] = [
        {
            "parameter": share.parameter,
            "low": number(share.low),
            "high": number(share.high),
            "unit": share.unit,
            **{column: number(share.numbers[column]) for column in columns},
        }
        for share in spread.shares
    ]
    return {
        "name": spread.name,
        "unit": spread.unit,
        "mean": number(spread.mean),
        "deviation": number(spread.deviation),
        "members": spread.members,
        "parameters": shares,
    }


def overall_text(found: Overall, top: int) -> str:
    """A table for each quantity; then what failed, and what was held."""
    where = "at rest" if found.scenario is None else f"in scenario {found.scenario}"
    method = {"sobol": "Sobol", "morris": "Morris"}[found.method]
    lines = [f"{found.model}: what matters {where} over whole ranges ({method}, {found.runs} runs)"]
    for spread in found.spreads:
        lines += ["", *_shares(spread, found, top)]
    notes = [f"left out: {each.name}, for {each.reason}" for each in found.left_out]
    notes += [f"{count} of {found.runs} runs failed: {reason}" for reason, count in _reasons(found)]
    notes += [f"held, for {_it(found.held)} no range: {', '.join(found.held)}"] if found.held else []
    return "\n".join([*lines, *([""] if notes else []), *notes]) + "\n"


def _it(held: Sequence[str]) -> str:
    return "it has" if len(held) == 1 else "they have"


def _reasons(found: Overall) -> list[tuple[str, int]]:
    """Why members failed, without the numbers of each, the most frequent first."""
    return Counter(f.reason for f in found.failed).most_common(3)


def _shares(spread: Spread, found: Overall, top: int) -> Iterator[str]:
    unit = _word(spread.unit)
    yield f"{spread.name}: {plain(spread.mean)} +- {plain(spread.deviation, 3)} {unit}".rstrip()
    rows = [("", "from", "to", *found.columns)]
    for s in spread.shares[:top]:
        ends = (f"{plain(x)} {_word(s.unit)}".rstrip() for x in (s.low, s.high))
        rows.append((s.parameter, *ends, *(f"{s.numbers[column]:.3g}" for column in found.columns)))
    for row in _aligned(rows):
        yield f"   {row}".rstrip()
    if len(spread.shares) > top:
        yield f"   … and {len(spread.shares) - top} that matter less"


def _word(unit: str) -> str:
    return "" if unit == "1" else unit


def _per(quantity: str, parameter: str) -> str:
    """`s per mM`; nothing for pure numbers."""
    if parameter == "1":
        return _word(quantity)
    of = f"({parameter})" if parameter.startswith("/") else parameter
    return f"{_word(quantity)} per {of}".strip()


def _aligned(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    for name, *cells in rows:
        ranged = [cell.rjust(width) for cell, width in zip(cells, widths[1:], strict=True)]
        yield "   ".join([name.ljust(widths[0]), *ranged])
