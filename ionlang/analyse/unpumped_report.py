"""What a card says of the cell without its pumps, as text and as an object."""

from __future__ import annotations

from collections.abc import Iterator

from ionlang.analyse.display import plain, shown
from ionlang.analyse.object_values import Object, number
from ionlang.analyse.unpumped import IN_EQUILIBRIUM, IonDistance, UnpumpedCard
from ionlang.units import VOLTAGE

_NANO = 1e-9
"""nJ per aJ."""


def unpumped_lines(card: UnpumpedCard | None) -> Iterator[str]:
    if card is None:
        return
    yield ""
    stopped = ", ".join(card.pumps)
    yield f"without {stopped}, from the rest that the cell goes to:"
    yield from _where(card)
    if card.ions:
        yield "   how far that rest is from equilibrium, and what it costs to let a mole out:"
    several = len(card.V_at_rest) > 1
    for ion in card.ions:
        where = f" ({ion.membrane})" if several else ""
        work = plain(round(ion.work, 9) + 0.0, 5)
        yield f"     {ion.ion + where:14} E - V {_force(ion.force):>12}   {work:>9} kJ/mol"
    if card.stored is not None:
        yield f"   free energy stored in gradients and membranes: {plain(card.stored * _NANO, 5)} nJ"


def _where(card: UnpumpedCard) -> Iterator[str]:
    if card.outcome == "swells":
        yield "   it swells without limit: there is no volume at which it would be in equilibrium"
        return
    if card.outcome == "moves":
        yield "   no rest was found that it comes to"
        return
    for name, V in card.V.items():
        moved = V - card.V_at_rest[name]
        yield f"   V({name}) = {shown(V, VOLTAGE, 8)}, {_signed(moved)} mV from rest"
    if card.is_donnan:
        yield "   every ion that passes is in equilibrium there: the Gibbs–Donnan equilibrium"
    else:
        yield f"   no Gibbs–Donnan equilibrium: {_away(card.ions)} not in equilibrium there, something else moves them"
    for volume in card.volumes:
        ratio = volume.without_pumps / volume.at_rest
        yield f"   volume of {volume.place}: {plain(volume.without_pumps)} pL, {plain(ratio, 5)} times that at rest"
    for place, excess in card.excess.items():
        yield f"   osmolarity of {place}: {_signed(excess)} mM against what is across its membrane"


def _away(ions: tuple[IonDistance, ...]) -> str:
    names = list(dict.fromkeys(ion.ion for ion in ions if not abs(ion.left) < IN_EQUILIBRIUM))
    return f"{', '.join(names)} {'is' if len(names) == 1 else 'are'}"


def _force(value: float) -> str:
    return shown(round(value, 9) + 0.0, VOLTAGE, 5)


def _signed(value: float) -> str:
    return f"{'+' if value > 0 else ''}{plain(value, 6)}"


def unpumped_object(card: UnpumpedCard | None) -> Object:
    """Nothing where the cell has no pumps that work at rest."""
    if card is None:
        return {}
    found: Object = {
        "blocked": list(card.pumps),
        "outcome": card.outcome,
        "donnan": card.is_donnan,
        "V": {name: number(V) for name, V in card.V.items()},
        "V_from_rest": {name: number(V - card.V_at_rest[name]) for name, V in card.V.items()},
        "ions": [_ion(ion) for ion in card.ions],
        "volumes_pL": {
            v.place: {"rest": number(v.at_rest), "without_pumps": number(v.without_pumps)}
            for v in card.volumes
        },
        "osmolarity_excess_mM": {place: number(x) for place, x in card.excess.items()},
        "stored_energy_nJ": None if card.stored is None else number(card.stored * _NANO),
    }
    return {"without_pumps": found}


def _ion(ion: IonDistance) -> Object:
    return {
        "membrane": ion.membrane,
        "ion": ion.ion,
        "E_minus_V_mV": number(ion.force),
        "work_out_kJ_per_mol": number(ion.work),
        "E_minus_V_without_pumps_mV": number(ion.left),
    }
