"""A budget as an object for JSON and as a table."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from ionlang.analyse.energy.budget import Balance, Bill, Budget, Charge, Row, Swing
from ionlang.analyse.objects import Object, number
from ionlang.constants import AVOGADRO, FARADAY


def budget_object(budget: Budget) -> Object:
    """Powers in pW, fluxes in fmol/s (over a stretch pJ, fmol), energies in kJ/mol and mV, all as written: out of the
    first side, or in the direction of the line. With `per_area` all totals are for 1 cm² of membrane."""
    stretch = None if budget.stretch is None else [t * 1e-3 for t in budget.stretch]
    return {
        "model": budget.model,
        "when": budget.words,
        "stretch_s": None if stretch is None else list(stretch),
        "per_area": budget.per_area,
        "temperature_K": budget.temperature,
        "ways": [_row(budget, row) for row in budget.rows],
        "pumps": [_bill(budget, bill) for bill in budget.bills],
        "sums": _sums(budget, budget.balance),
        "swings": [_swing(swing) for swing in budget.swings],
        "left_out": dict(budget.left_out),
        "notes": list(budget.notes),
    }


def _factors(budget: Budget) -> tuple[float, float, str, str]:
    """Of powers and rates, and what they are called."""
    if budget.stretch is None:
        return 1e-3, 1e3, "pW", "fmol_s"
    return 1e-6, 1.0, "pJ", "fmol"


def _row(budget: Budget, row: Row) -> Object:
    power, rate, watt, moved = _factors(budget)
    found: Object = {"path": row.path, "kind": row.kind, "ion": row.ion}
    if row.kind == "water":
        found["flow_pL" + ("_s" if budget.stretch is None else "")] = number(row.rate * rate)
    elif (row.kind == "channel" or row.is_along) and row.ion is None:
        found["current_pA" if budget.stretch is None else "charge_fC"] = number(row.rate)
    else:
        found[f"flux_{moved}"] = number(row.rate * rate)
    found["free_energy_kJ_mol"] = _times(row.energy, 1e-6)
    found["free_energy_mV"] = _times(row.energy, 1 / FARADAY.in_cell_units)
    found["course"] = row.course
    for word, value in (("dissipated", row.lost), ("gained", row.gained), ("spent", row.spent)):
        found[f"{word}_{watt}"] = _times(value, power)
    found["efficiency"] = number(row.efficiency)
    return found


def _times(value: float | None, factor: float) -> float | None:
    return None if value is None else number(value * factor)


def _bill(budget: Budget, bill: Bill) -> Object:
    molecules = AVOGADRO.in_cell_units * (1e3 if budget.stretch is None else 1.0)
    tail = "_per_s" if budget.stretch is None else ""
    causes: list[Object] = [
        {
            "ion": cause.ion,
            "place": cause.place,
            "path": cause.path,
            "share": number(cause.share),
            f"fuel{tail}": number(cause.fuel * molecules),
            f"oxygen{tail}": number(cause.fuel * molecules / budget.atp_per_oxygen),
        }
        for cause in bill.causes
    ]
    return {
        "path": bill.path,
        "fuel": bill.species,
        f"fuel{tail}": number(bill.fuel * molecules),
        f"oxygen{tail}": number(bill.oxygen * molecules),
        "causes": list(causes),
    }


def _sums(budget: Budget, balance: Balance) -> Object:
    power, _, watt, _ = _factors(budget)
    return {
        f"passive_{watt}": number(balance.passive * power),
        f"work_{watt}": number(balance.work * power),
        "gap": number(balance.gap),
        f"drawn_{watt}": {words: number(x * power) for words, x in balance.drawn},
        f"dissipated_{watt}": number(balance.lost * power),
        f"entropy_{watt}_K": number(balance.entropy * power),
    }


def _swing(swing: Swing) -> Object:
    charges: list[Object] = [_charge(swing, charge) for charge in swing.charges]
    return {
        "membrane": swing.membrane,
        "low_mV": number(swing.low),
        "high_mV": number(swing.high),
        "least_nC_cm2": number(swing.least / swing.area),
        "in_nC_cm2": number(swing.inward / swing.area),
        "excess": number(swing.excess),
        "channels": list(charges),
    }


def _charge(swing: Swing, charge: Charge) -> Object:
    area = swing.area
    per_cm2 = AVOGADRO.in_cell_units / (area * 1e-6)
    return {
        "path": charge.path,
        "ion": charge.ion,
        "in_nC_cm2": number(charge.inward / area),
        "out_nC_cm2": number(charge.outward / area),
        "in_over_least": number(charge.inward / swing.least) if swing.least else None,
        "net_in_pmol_cm2": number(charge.amount / area * 1e3),
        "fuel_per_cm2": _times(charge.fuel, per_cm2),
    }


def write_rows(budget: Budget, path: Path) -> None:
    """A line for each way, with the columns of the JSON. Raises OSError."""
    rows = [_row(budget, row) for row in budget.rows]
    names: Sequence[str] = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream, lineterminator="\n")
        table.writerow(names)
        table.writerows(["" if row.get(name) is None else row[name] for name in names] for row in rows)
