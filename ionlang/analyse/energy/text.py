"""A budget as tables for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ionlang.analyse.display import plain
from ionlang.analyse.energy.budget import Bill, Budget, Row, Swing
from ionlang.analyse.energy.scale import Scale, scale_for
from ionlang.constants import AVOGADRO, FARADAY

_NOTHING = 1e-9  # of the whole: what is below comes from rounding and from the tolerance of rest
_SHOWN = 5e-4  # of a pump's fuel


def budget_text(budget: Budget) -> str:
    """All tables, then what is left out."""
    parts = [[f"{budget.model} {budget.words}"], list(_ways(budget)), list(_workers(budget))]
    parts += [list(_sums(budget))]
    parts += [list(_causes(budget, bill)) for bill in budget.bills]
    parts += [list(_swing(budget, swing)) for swing in budget.swings]
    parts += [list(_left_out(budget)), [f"note: {note}" for note in budget.notes]]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _behind(budget: Budget) -> str:
    """What totals are divided by."""
    return "/cm2" if budget.per_area else ""


def power_scale(budget: Budget) -> Scale:
    """For powers, or energies over a stretch."""
    values = [v for r in budget.rows for v in (r.lost, r.gained, r.spent)]
    if budget.stretch is None:
        return scale_for(values, -15, "W", _behind(budget))
    return scale_for(values, -18, "J", _behind(budget))


def _rate_scale(budget: Budget, values: Sequence[float | None]) -> Scale:
    if budget.stretch is None:
        return scale_for(values, -12, "mol", f"{_behind(budget)}/s")
    return scale_for(values, -15, "mol", _behind(budget))


def molecules(budget: Budget, amount: float) -> str:
    """A number of molecules: per second at a moment."""
    per_second = 1e3 if budget.stretch is None else 1.0
    return plain(amount * AVOGADRO.in_cell_units * per_second, 4)


def _ways(budget: Budget) -> Iterator[str]:
    """Every way in the direction in which it runs."""
    rows = [r for r in budget.rows if not (r.kind == "channel" and r.ion is None)]
    if not rows:
        return
    rates = _rate_scale(budget, [r.rate for r in rows if _has_amount(r)])
    powers = power_scale(budget)
    momentary = budget.stretch is None
    heads = ["way", "", f"{'flux' if momentary else 'moved'} [{rates.unit}]"]
    heads += ["ΔG [kJ/mol]", "ΔG/F [mV]"] if momentary else []
    heads += ["", f"dissipated [{powers.unit}]"]
    table = [heads]
    for row in rows:
        still = row.course == "at equilibrium"
        cells = [row.path, direction(row)]
        cells.append("" if not _has_amount(row) else "0" if still else rates.shown(abs(row.rate)))
        if momentary:
            cells += ["0", "0"] if still else _energies(row)
        table.append([*cells, row.course, "0" if still else powers.shown(row.lost)])
    yield from _aligned(table, words=(0, 1, len(heads) - 2))


def _has_amount(row: Row) -> bool:
    """Whether it moves matter by amounts, not water or charge of no named ion."""
    return row.kind != "water" and not (row.is_along and row.ion is None)


def direction(row: Row) -> str:
    """Which way it runs: `K out`, `forward`; along a line `K onward`, towards the last copy."""
    if row.is_along:
        return f"{row.ion or 'charge'} {'onward' if row.rate >= 0 else 'back'}"
    if row.kind == "channel" and row.course == "at equilibrium":
        return str(row.ion)
    if row.kind == "channel":
        return f"{row.ion} {'out' if row.rate >= 0 else 'in'}"
    if row.kind == "water":
        return f"water {'out' if row.rate >= 0 else 'in'}"
    return "forward" if row.rate >= 0 else "backward"


def _energies(row: Row) -> list[str]:
    """ΔG in the direction in which it runs, kJ/mol and over F in mV."""
    if row.energy is None:
        return ["", ""]
    energy = row.energy if row.rate >= 0 else -row.energy
    return [plain(energy * 1e-6, 4), plain(energy / FARADAY.in_cell_units, 4)]


def _workers(budget: Budget) -> Iterator[str]:
    """What pumps and cotransporters gain and spend."""
    bills = {bill.path: bill for bill in budget.bills}
    rows = [r for r in budget.rows if r.gained is not None]
    if not rows:
        return
    powers = power_scale(budget)
    per = "" if budget.stretch is not None else "/s"
    fuels = " or ".join(dict.fromkeys(b.species for b in budget.bills)) or "fuel"
    unit = _in_brackets(f"{_behind(budget)}{per}")
    heads = ["carrier", f"gained [{powers.unit}]", f"spent [{powers.unit}]", "efficiency"]
    heads += [f"{fuels}{unit}", f"O₂{unit}"] if bills else []
    table = [heads]
    for row in rows:
        spent = "not known" if row.spent is None else powers.shown(row.spent)
        share = "" if row.efficiency is None else f"{plain(100 * row.efficiency, 4)} %"
        bill = bills.get(row.path)
        paid = [molecules(budget, bill.fuel), molecules(budget, bill.oxygen)] if bill else ["", ""]
        table.append([row.path, powers.shown(row.gained), spent, share, *(paid if bills else [])])
    yield from _aligned(table, words=(0,))


def _in_brackets(unit: str) -> str:
    return f" [{unit}]" if unit else ""


def _sums(budget: Budget) -> Iterator[str]:
    balance = budget.balance
    if all(row.lost is None and row.gained is None for row in budget.rows):
        return
    powers = power_scale(budget)
    lines = [(f"{_passive(budget)} dissipate", f"{powers.shown(balance.passive, 8)} {powers.unit}")]
    if budget.bills or balance.work:
        lines.append(("pumps put on what they move", f"{powers.shown(balance.work, 8)} {powers.unit}"))
    if balance.work and budget.stretch is None:
        lines.append(("the first less the second", f"{balance.gap:.1e} of it"))
    size = max(abs(balance.passive), abs(balance.work))
    for words, power in balance.drawn:
        if abs(power) > _NOTHING * size:
            lines.append((f"   drawn from the {words}", f"{powers.shown(power, 8)} {powers.unit}"))
    lines.append(("all that is known to be dissipated", f"{powers.shown(balance.lost, 8)} {powers.unit}"))
    entropy = Scale(powers.factor, powers.unit.replace("W", "W/K").replace("J", "J/K"))
    lines.append(("entropy produced", f"{entropy.shown(balance.entropy, 6)} {entropy.unit}"))
    width = max(len(words) for words, _ in lines)
    yield from (f"{words:{width}}   {value}" for words, value in lines)


def _passive(budget: Budget) -> str:
    if any(row.is_along for row in budget.rows):
        return "channels, cotransporters, fluxes and what passes along lines"
    return "channels, cotransporters and fluxes"


def _causes(budget: Budget, bill: Bill) -> Iterator[str]:
    """Who makes a pump work: for each of its ions the ways by which it returns."""
    if not bill.causes:
        return
    per = _in_brackets(f"{_behind(budget)}{'/s' if budget.stretch is None else ''}")
    table = [[f"who makes {bill.path} work", "share", f"{bill.species}{per}", f"O₂{per}"]]
    ratio = bill.oxygen / bill.fuel if bill.fuel else 0.0
    for ion in dict.fromkeys(cause.ion for cause in bill.causes):
        mine = [c for c in bill.causes if c.ion == ion]
        table.append([f"  {ion}, in {mine[0].place}", "", "", ""])
        for cause in (c for c in mine if abs(c.share) > _SHOWN):
            kept = "held from outside" if cause.held else "changes"
            words = cause.path or f"{ion} in {cause.place}: {kept}"
            paid = molecules(budget, cause.fuel), molecules(budget, cause.fuel * ratio)
            table.append([f"    {words}", f"{plain(100 * cause.share, 4)} %", *paid])
    yield from _aligned(table, words=(0,))


def _swing(budget: Budget, swing: Swing) -> Iterator[str]:
    """An action potential: the charge that came in, and the least that would have done."""
    per_area = swing.area  # [100 um2]; fC over that is nC/cm2, fmol over that nmol/cm2
    yield (
        f"{swing.membrane}: V from {plain(swing.low)} to {plain(swing.high)} mV, for which "
        f"{plain(swing.least / per_area)} nC/cm2 would do (C ΔV)"
    )
    heads = ["channel", "", "charge in [nC/cm2]", "out [nC/cm2]", "in/(C ΔV)", "net in [pmol/cm2]"]
    fuels = " or ".join(dict.fromkeys(bill.species for bill in budget.bills)) or "fuel"
    table = [[*heads, f"{fuels} to bring it back [/cm2]"]]
    for charge in swing.charges:
        ratio = plain(charge.inward / swing.least, 4) if swing.least else ""
        amount = plain(charge.amount / per_area * 1e3, 4)
        fuel = ""
        if charge.fuel is not None:
            fuel = plain(charge.fuel * AVOGADRO.in_cell_units / (per_area * 1e-6), 4)
        table.append(
            [charge.path, charge.ion, plain(charge.inward / per_area, 4), plain(charge.outward / per_area, 4),
             ratio, amount, fuel]
        )  # fmt: skip
    yield from _aligned(table, words=(0, 1))


def _left_out(budget: Budget) -> Iterator[str]:
    if budget.left_out:
        yield "not in what is dissipated"
        yield from (f"  {path} {why}" for path, why in budget.left_out)


def _aligned(table: Sequence[Sequence[str]], words: tuple[int, ...]) -> Iterator[str]:
    """Columns side by side: words to the left, numbers to the right."""
    widths = [max(len(row[k]) for row in table) for k in range(len(table[0]))]
    for row in table:
        cells = [
            f"{c:{w}}" if k in words else f"{c:>{w}}"
            for k, (c, w) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  ".join(cells).rstrip()
