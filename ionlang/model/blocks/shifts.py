"""Curves moved along V: where the file shifts a gate or scheme, V reads V − shift in its own expressions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ionlang.diagnostics import Label, Problems
from ionlang.model.cell import Cell, Gate, Membrane, RateGate, RelaxGate, Scheme, SynapticGate
from ionlang.model.check.laws import kinetic_expressions
from ionlang.model.expression import Apply, Expr, Read, reads
from ionlang.records import dataclass
from ionlang.source import Span
from ionlang.units import VOLTAGE


@dataclass(frozen=True, slots=True)
class _Move:
    """V of a membrane is read less a parameter, in what a gate or scheme is made of and in the `let`s it uses."""

    potential: str
    shift: str
    lets: Mapping[str, Expr]

    def of(self, expression: Expr) -> Expr:
        match expression:
            case Read(path=path) if path == self.potential:
                less = Read(self.shift, VOLTAGE, expression.span)
                return Apply("subtract", (expression, less), VOLTAGE, expression.span)
            case Read(path=path) if path in self.lets and self.moves(self.lets[path]):
                return self.of(self.lets[path])
            case Apply(arguments=arguments):
                return replace(expression, arguments=tuple(self.of(a) for a in arguments))
            case _:
                return expression

    def moves(self, expression: Expr) -> bool:
        """Whether V is read, directly or through a `let`."""
        paths = [read.path for read in reads(expression)]
        return self.potential in paths or any(self.moves(self.lets[p]) for p in paths if p in self.lets)


def with_shifts(cell: Cell, asked: Mapping[str, Span], problems: Problems) -> Cell:
    """The cell with its gates and schemes read at V − shift. `asked` are the shifts by path, with the places that ask
    for them; one that moves nothing is reported."""
    if not asked:
        return cell
    lets = {d.path: d.value for d in cell.definitions}
    membranes: list[Membrane] = []
    for membrane in cell.membranes:
        moves = {path: _Move(f"{membrane.name}.V", path, lets) for path in asked}
        for carrier in membrane.carriers:
            for opening in carrier.openings:
                _check_moved(opening, moves, asked, problems)
        membranes.append(_membrane(membrane, moves))
    return replace(cell, membranes=tuple(membranes))


def _membrane(membrane: Membrane, moves: Mapping[str, _Move]) -> Membrane:
    def opened(gates: tuple[Gate, ...]) -> tuple[Gate, ...]:
        return tuple(_gate(g, m) if (m := moves.get(f"{g.path}.shift")) else g for g in gates)

    def stepped(schemes: tuple[Scheme, ...]) -> tuple[Scheme, ...]:
        return tuple(_scheme(s, m) if (m := moves.get(f"{s.path}.shift")) else s for s in schemes)

    channels = (replace(c, gates=opened(c.gates), schemes=stepped(c.schemes)) for c in membrane.channels)
    others = (replace(t, gates=opened(t.gates), schemes=stepped(t.schemes)) for t in membrane.transporters)
    return replace(membrane, channels=tuple(channels), transporters=tuple(others))


def _gate(gate: Gate, move: _Move) -> Gate:
    match gate.kinetics:
        case RateGate(alpha=alpha, beta=beta):
            return replace(gate, kinetics=RateGate(move.of(alpha), move.of(beta)))
        case RelaxGate(inf=inf, tau=tau):
            return replace(gate, kinetics=RelaxGate(move.of(inf), None if tau is None else move.of(tau)))
        case SynapticGate():
            return gate


def _scheme(scheme: Scheme, move: _Move) -> Scheme:
    return replace(scheme, transitions=tuple(replace(t, rate=move.of(t.rate)) for t in scheme.transitions))


def _check_moved(
    opening: Gate | Scheme, moves: Mapping[str, _Move], asked: Mapping[str, Span], problems: Problems
) -> None:
    path = f"{opening.path}.shift"
    if path not in moves:
        return
    if isinstance(opening, Gate):
        what, parts = "gate", kinetic_expressions(opening.kinetics)
    else:
        what, parts = "scheme", [t.rate for t in opening.transitions]
    if not any(moves[path].moves(part) for part in parts):
        problems.error(
            "ION342", f"{what} {opening.name} does not depend on V", asked[path],
            "nothing to shift", secondary=(Label(opening.span, "declared here"),),
            help="only curves that depend on V can be moved along V",
        )  # fmt: skip
