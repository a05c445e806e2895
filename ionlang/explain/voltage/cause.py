"""Who pulls a potential where, in words and shares."""

from __future__ import annotations

import math

from ionlang.analyse.display import plain, shown
from ionlang.explain.explanation import Account, Piece
from ionlang.explain.laws.carriers import net_out
from ionlang.explain.moment import Moment
from ionlang.explain.names import joined, species_name
from ionlang.explain.sums import cancelled, summed
from ionlang.explain.voltage.balance import Balance, balances_of, joint_root
from ionlang.explain.voltage.forms import AT_REST, LEVEL, active, dense, shares
from ionlang.explain.voltage.way import Way
from ionlang.model.cell import Channel, DefinedPotential, Transporter
from ionlang.units import AREA, CONDUCTANCE, CURRENT, VOLTAGE, Dimension

HARDLY = 1e-3
"""A share of the conductance below this hardly counts."""


def voltage(value: float) -> str:
    """As a sentence says it: four digits."""
    return shown(0.0 if abs(value) < 1e-9 else value, VOLTAGE, 4)


def per_cent(share: float) -> str:
    return f"{plain(100 * share, 3)} %"


def scale_of(balance: Balance, moment: Moment, dimension: Dimension) -> tuple[float, Dimension]:
    """What a total is divided by to be shown, and the dimension that it then has."""
    if not dense(balance):
        return 1.0, dimension
    return moment[f"{balance.membrane.name}.area"], dimension / AREA


def accounts(balance: Balance, moment: Moment) -> tuple[Account, ...]:
    """The conductances with their shares, and the currents, each in the file's order."""
    found: list[Account] = []
    size, dimension = scale_of(balance, moment, CONDUCTANCE)
    pulls = shares(balance, moment)
    if pulls:
        pieces = tuple(
            Piece(f"{who(balance, w)}, towards {voltage(_goal(w, moment))}", g / size, dimension, share)
            for w, g, share in pulls
        )
        words = "conductance at this V, its share, and where it pulls V"
        found.append(Account(words, pieces, math.fsum(p.amount for p in pieces), dimension))
    return (*found, *_currents(balance, moment))


def _currents(balance: Balance, moment: Moment) -> list[Account]:
    size, dimension = scale_of(balance, moment, CURRENT)
    flows = [(w, moment.of(w.current) / size) for w in balance.ways]
    flows = [(w, current) for w, current in flows if w.carrier is not None or current != 0]
    if len(flows) < 2 or not any(current for _, current in flows):
        return []
    sizes = [current for _, current in flows]
    flows = [(w, cancelled(current, sizes)) for w, current in flows]
    pieces = tuple(Piece(_way_of(balance, w, current), current, dimension) for w, current in flows)
    return [Account("current, positive when positive charge leaves", pieces, summed(pieces), dimension)]


def _goal(way: Way, moment: Moment) -> float:
    return math.nan if way.towards is None else moment.of(way.towards)


def who(balance: Balance, way: Way) -> str:
    """`potassium through K_leak`, `channel leak`, `pump NaK`."""
    ion = way.share.species if way.share is not None else None
    if ion is not None:
        return f"{species_name(ion)} through {way.words}"
    return way.words if way.share is None else f"channel {way.words}"


def _way_of(balance: Balance, way: Way, current: float) -> str:
    ion = way.share.species if way.share is not None else None
    if ion is None or current == 0:
        return who(balance, way)
    leaves = current * float(balance.cell.valence(ion)) > 0
    return f"{species_name(ion)} {'out' if leaves else 'in'} through {way.words}"


def cause(balance: Balance, moment: Moment) -> tuple[str, ...]:
    """Sentences: who pulls where and how hard; what is blocked; what the pump itself does."""
    ways = active(balance, moment)
    pulls = shares(balance, moment)
    own = math.fsum(share for w, _, share in pulls if not w.is_along)
    strong = [p for p in pulls if p[0].is_along or p[2] > HARDLY * own]
    weak = [p for p in pulls if p not in strong]
    said = [*_pulls(balance, moment, strong), *_weak(balance, weak), *_blocked(balance, moment, ways)]
    largest = max((abs(moment.of(w.current)) for w in ways), default=0.0)
    for way in ways:
        if isinstance(way.carrier, Transporter):
            said.append(_pumped(balance, moment, way, way.carrier))
        elif isinstance(way.carrier, Channel) and not any(w is way for w, _, _ in pulls):
            if abs(moment.of(way.current)) > HARDLY * largest:
                said.append(_by_formula(balance, moment, way))
        elif way.carrier is None and way.size is None and abs(moment.of(way.current)) > HARDLY * largest:
            said.append(_from_elsewhere(balance, moment, way))
    if any(w.is_along for w in balance.ways) and not any(w.is_along for w in ways):
        said.append("Nothing flows to the copies beside this one: they are at the same potential.")
    return tuple(said)


def _by_formula(balance: Balance, moment: Moment, way: Way) -> str:
    """Of a channel whose current is written out: it has no conductance, and no share of them."""
    scale, dimension = scale_of(balance, moment, CURRENT)
    current = moment.of(way.current) / scale
    size, pull = shown(abs(current), dimension, 4), "down" if current > 0 else "up"
    ion = way.share.species if way.share is not None else None
    if ion is None:
        return f"{_capital(who(balance, way))} pulls V {pull} with {size}, as its formula says."
    out = current * float(balance.cell.valence(ion)) > 0
    words = f"{species_name(ion)} flows {'out' if out else 'in'} through {way.words}"
    return f"{_capital(words)} and pulls V {pull} with {size}, as its formula says."


def _pulls(balance: Balance, moment: Moment, pulls: list[tuple[Way, float, float]]) -> list[str]:
    V = moment[balance.V]
    still = [w for w, _, _ in pulls if abs(_goal(w, moment) - V) < AT_REST]
    if pulls and len(still) == len(pulls):
        return [_all_still(balance, moment, still)]
    clauses = [_clause(balance, moment, w, share, V) for w, _, share in pulls]
    if not clauses:
        return []
    end = "; what enters and what leaves cancel, so V stays" if len(clauses) > 1 and moment.settled else ""
    return [f"{_capital('; '.join(clauses))}{end}."]


def _weak(balance: Balance, pulls: list[tuple[Way, float, float]]) -> list[str]:
    names = [who(balance, w) for w, _, _ in pulls]
    return [f"{_capital(joined(names))} hardly count{'s' if len(names) == 1 else ''}."] if names else []


def _clause(balance: Balance, moment: Moment, way: Way, share: float, V: float) -> str:
    """`sodium flows in through Na_leak and pulls V up towards 61.5 mV with 50 % of the conductance`."""
    goal, current = _goal(way, moment), moment.of(way.current)
    part = f"{per_cent(share)} of the conductance"
    ion = way.share.species if way.share is not None else None
    if way.is_along and abs(goal - V) < LEVEL:
        return f"{who(balance, way)} is nothing, V is the same there ({part})"
    if not way.is_along and abs(goal - V) < AT_REST:
        return f"{who(balance, way)} is at rest, V lies at its equilibrium potential ({part})"
    pull = f"pulls V {'up' if goal > V else 'down'} towards {voltage(goal)} with {part}"
    if ion is None:
        return f"{who(balance, way)} {pull}"
    out = current * float(balance.cell.valence(ion)) > 0
    return f"{species_name(ion)} flows {'out' if out else 'in'} through {way.words} and {pull}"


def _all_still(balance: Balance, moment: Moment, ways: list[Way]) -> str:
    names = list(dict.fromkeys(who(balance, w) for w in ways))
    ions = list(dict.fromkeys(w.share.species for w in ways if w.share is not None and w.share.species))
    V = moment[balance.V]
    if len(ions) == 1 and len(ways) == 1 and ways[0].share is not None:
        return _alone(balance, moment, ways[0], V)
    if not ions:
        return f"Only {' and '.join(names)} is open, and V lies where it carries no current, at {voltage(V)}."
    matter = " and ".join(species_name(i) for i in ions)
    return (
        f"{_capital(matter)} are each at rest: for each the electrical pull at {voltage(V)} is as strong as the "
        f"push of its own concentration difference, and nothing flows.{_fixed(balance, moment)}"
    )


def _fixed(balance: Balance, moment: Moment) -> str:
    """What the impermeant charge of the sides does to ions at rest."""
    said: list[str] = []
    for place in (balance.cell.place(name) for name in balance.membrane.places):
        held = [
            s for s in balance.cell.species if s.kind == "impermeant" and place.content(s.name) is not None
        ]
        charge = sum(float(s.valence) * moment[f"{place.name}.{s.name}"] for s in held)
        if charge:
            names = joined([s.name for s in held])
            sign = "positive" if charge > 0 else "negative"
            amount = f"{plain(abs(charge))} mM of {sign} charge"
            said.append(
                f" {names} cannot leave {place.name} and carries {amount} there, which the ions that pass have to "
                "balance: so they are not shared equally."
            )
    return "".join(said)


def _alone(balance: Balance, moment: Moment, way: Way, V: float) -> str:
    assert way.share is not None and way.share.species is not None
    ion, share = way.share.species, way.share
    inside, outside = moment[f"{share.inside}.{ion}"], moment[f"{share.outside}.{ion}"]
    more, to = ("outside", "in") if outside > inside else ("inside", "out")
    times = plain(max(inside, outside) / min(inside, outside), 3)
    matter = species_name(ion)
    leaves = (to == "in") == (balance.cell.valence(ion) > 0)
    sign = "positive" if leaves else "negative"
    return (
        f"Only {matter} can pass, through {way.words}: there is {times} times as much of it {more}, so it diffuses "
        f"{to} and makes the inside {sign}, until at {voltage(V)} the electrical pull back is as strong as that push "
        "and nothing more flows."
    )


def _blocked(balance: Balance, moment: Moment, ways: list[Way]) -> list[str]:
    """The carriers that are closed, and why."""
    shut = dict.fromkeys(w.carrier for w in balance.ways if w not in ways and w.carrier is not None)
    blocked = [c.name for c in shut if moment[f"{c.path}.block"] == 1]
    others = [c.name for c in shut if c.name not in blocked]
    said = [f"Blocked: {joined(blocked)}."] if blocked else []
    return [*said, f"Nothing passes through {joined(others)} now."] if others else said


def without(balance: Balance, moment: Moment, way: Way) -> tuple[float, float] | None:
    """V as it balances, and V with this current taken out, at the same concentrations and conductances [mV]. Membranes
    that are tied to this one through others find their balance too."""
    everything = balances_of(balance.cell, moment.spots)
    others = tuple(b for b in everything if b.V != balance.V) if is_tied(everything) else ()
    present = joint_root((balance, *others), moment, moment)
    alone = joint_root((balance.without(way), *others), moment, moment)
    return None if present is None or alone is None else (present[balance.V], alone[balance.V])


def is_tied(balances: tuple[Balance, ...]) -> bool:
    """Whether potentials depend on each other through membranes whose own potential is made of theirs."""
    return any(isinstance(m.potential, DefinedPotential) for m in balances[0].cell.membranes)


def _pumped(balance: Balance, moment: Moment, way: Way, carrier: Transporter) -> str:
    size, dimension = scale_of(balance, moment, CURRENT)
    current = moment.of(way.current)
    line = joined([_moved(balance, carrier, m.species) for m in carrier.movements])
    what = f"In each cycle {way.words} carries {line}: a net current of {shown(abs(current) / size, dimension, 4)}"
    what += f" {'out' if current > 0 else 'in'}"
    found = without(balance, moment, way)
    if found is None:
        return f"{what}; without it nothing would hold V."
    present, alone = found
    return (
        f"{what}. By itself it changes V by {voltage(present - alone)}: without this current, at the same "
        f"concentrations, V would be {voltage(alone)}."
    )


def _moved(balance: Balance, carrier: Transporter, species: str) -> str:
    out = net_out(balance.membrane, carrier, species)
    return f"{abs(out)} {species_name(species)} {'out' if out > 0 else 'in'}"


def _from_elsewhere(balance: Balance, moment: Moment, way: Way) -> str:
    size, dimension = scale_of(balance, moment, CURRENT)
    current = -moment.of(way.current)
    what = f"{_capital(way.words)} brings {shown(current / size, dimension, 4)} to the inside"
    if not way.words.startswith("injected"):
        return f"{what}."
    found = without(balance, moment, way)
    return f"{what}." if found is None else f"{what}, which moves V by {voltage(found[0] - found[1])}."


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
