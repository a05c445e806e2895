"""Cards and solutions as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from ionlang.analyse.audit import audit_of_run
from ionlang.analyse.card import Card, EquilibriumCard, StateCard
from ionlang.analyse.display import duration, plain, shown, shown_beside, shown_measure, tuned_lines
from ionlang.analyse.phase_portrait import character_words, rank_lines, ways_words
from ionlang.analyse.unpumped_report import unpumped_lines
from ionlang.simulate.lines.gifts import unit_of_supply
from ionlang.simulate.solution import Solution, Verdict
from ionlang.units import CONCENTRATION, VOLTAGE


def card_text(card: Card) -> str:
    """The equilibrium card."""
    parts = (
        _heading(card), _states(card), unpumped_lines(card.unpumped), _conserved(card), _search(card), _notes(card),
    )  # fmt: skip
    return "\n".join(line for part in parts for line in part) + "\n"


def _heading(card: Card) -> Iterator[str]:
    count, stable = len(card.equilibria), sum(e.stable for e in card.equilibria)
    word = "equilibrium" if count == 1 else "equilibria"
    yield f"{card.name}: {count or 'no'} {word}" + (f", {stable} stable" if count else "")
    for line in card.lines:
        shown = ", ".join(str(number) for number in line.shown)
        yield f"{line.name} is a line of {line.count} copies; of these {shown} are shown"
    yield from tuned_lines(card.tuned, "")


def _states(card: Card) -> Iterator[str]:
    yield ""
    yield f"as written: {_membrane_potentials(card.as_written)}"
    for i, e in enumerate(card.equilibria):
        home = "   ← where the cell goes from the state as written" if i == card.settles_at else ""
        yield ""
        yield f"{i + 1}. {_membrane_potentials(e.state)}   {_character(e)}{home}"
        if words := ways_words(e.ways):
            yield f"   {words}"
        yield from _state_lines(card, e.state)


def _membrane_potentials(state: StateCard) -> str:
    return ", ".join(f"V({name}) = {shown(p.V, VOLTAGE, 8)}" for name, p in state.potentials.items())


def _character(e: EquilibriumCard) -> str:
    time = duration(e.slowest_time_s * 1e3, 4)
    kind = character_words(e.character)
    return f"{kind}, slowest time constant {time}, residual {e.residual:.1e}"


def _state_lines(card: Card, state: StateCard) -> Iterator[str]:
    for membrane in card.sides:
        yield from _membrane_lines(card, state, membrane)
    for place, contents in state.concentrations.items():
        others = {s: c for s, c in contents.items() if not _has_potential(card, state, place, s)}
        if others:
            listed = ", ".join(f"{species} {shown(c, CONCENTRATION)}" for species, c in others.items())
            yield f"   also in {place}: {listed}"
    if state.variables:
        yield "   " + ", ".join(f"{name} {shown(*value)}" for name, value in state.variables.items())
    for place, charge in state.charges.items():
        yield (
            f"   charge of {place}: {plain(charge.matter)} fC ({plain(charge.concentration, 4)} mM) of matter, "
            f"{plain(charge.capacitance)} fC on its membranes"
        )
    if state.osmolarity:
        yield "   osmolarity: " + ", ".join(f"{place} {plain(x)} mM" for place, x in state.osmolarity.items())


def _membrane_lines(card: Card, state: StateCard, membrane: str) -> Iterator[str]:
    (inside, outside), p = card.sides[membrane], state.potentials[membrane]
    named = (("GHK", p.ghk), ("chord conductance", p.chord))
    summed = ", ".join(f"{word} {shown(v, VOLTAGE)}" for word, v in named if v is not None)
    yield f"   {membrane} ({inside} | {outside})" + (f": {summed}" if summed else "")
    if p.nernst:
        places = "".join(f"{place:>{max(14, len(place) + 2)}}" for place in (inside, outside))
        yield f"     {'':6}{places}{'E':>14}{'V - E':>14}"
    for ion, e in p.nernst.items():
        a, b = state.concentrations[inside][ion], state.concentrations[outside][ion]
        force = round(p.V - e, 9)  # below a picovolt it is rounding
        held = zip((inside, outside), (shown(a, CONCENTRATION), shown(b, CONCENTRATION)), strict=True)
        cells = [f"{c:>{max(14, len(place) + 2)}}" for place, c in held]
        cells += [f"{shown(volts, VOLTAGE, 5):>14}" for volts in (e, force)]
        yield f"     {ion:6}" + "".join(cells)


def _has_potential(card: Card, state: StateCard, place: str, species: str) -> bool:
    """Whether a table of some membrane of this place shows the species already."""
    return any(place in sides and species in state.potentials[m].nernst for m, sides in card.sides.items())


def _conserved(card: Card) -> Iterator[str]:
    if card.invariants:
        yield ""
        yield "conserved:"
    for c in card.invariants:
        yield f"   {c.name} = {plain(c.amount, 8)} {c.unit}"
    if card.laws:
        yield from rank_lines(card.states, card.laws, tuple(e.rank for e in card.equilibria))


def _search(card: Card) -> Iterator[str]:
    yield ""
    yield card.search.sentence


def _notes(card: Card) -> Iterator[str]:
    for note in card.notes:
        yield f"note: {note}"


def solution_text(solution: Solution) -> str:
    """What a scenario measured and whether what was expected came out."""
    scenario = solution.scenario
    title = f" – {scenario.title}" if scenario.title else ""
    lines = [f"{scenario.name}{title}", *tuned_lines(solution.tuned, "   ")]
    asked = {m.name: m.value for m in scenario.measures}
    lines += [f"   {name} = {shown_measure(value, asked[name], 8)}" for name, value in solution.measures]
    lines += [verdict_text(v) for v in solution.verdicts]
    lines += [f"   note: {remark}" for remark in solution.remarks]
    lines += [f"   audit: {line}" for line in audit_of_run(solution)]
    for supply in solution.supplies:
        unit = unit_of_supply(supply.path)
        lines.append(f"   held {supply.path}: {plain(supply.amount)} {unit} supplied")
    if solution.drifts:
        lines.append(f"   conservation: largest drift {solution.conservation_drift:.1e}")
    if solution.failure is not None or solution.broken_balances:
        lines.append(failure_text(solution))
    return "\n".join(lines) + "\n"


def verdict_text(verdict: Verdict) -> str:
    asked = verdict.expectation
    others = [other for other in (asked.target, asked.tolerance, asked.upper) if other is not None]
    found = shown_beside(verdict.value, asked.value.dimension, others, 8)
    mark = "ok  " if verdict.passed else "FAIL"
    return f"   {mark} {asked.text}   found {found}"


def failure_text(solution: Solution) -> str:
    """When a run stopped, at which state, with which last good value; which balance did not close."""
    lines = [
        f"   conservation broken: {d.name} drifts by {d.size:.1e} of what there is"
        for d in solution.broken_balances
    ]
    failure = solution.failure
    if failure is None:
        return "\n".join(lines)
    lines.append(
        f"   stopped at {duration(failure.time, 8)} of scenario {solution.scenario.name}: {failure.reason}"
    )
    if failure.state_index is not None:
        state = solution.machine.system.states[int(solution.machine.layout.states[failure.state_index])]
        last = plain(failure.last_good_values[failure.state_index], 8)
        lines.append(f"   the state that failed is {state.path}; its last good value is {last} {state.unit}")
    return "\n".join([*lines, "   everything up to there is kept; measures speak of that part only"])
