"""The equations of what passes the faces of a copy: on to the next, and in from the previous one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ionlang.explain.explanation import Equation
from ionlang.explain.laws.spots import beside
from ionlang.explain.tidy import tidied
from ionlang.explain.view import View
from ionlang.model.cell_lines import of_any_copy, which_copy
from ionlang.model.expression import Apply, Expr, Read, reads

_PASSES = re.compile(r"\.(face|first\(|last\()")


def face_equations(view: View, *expressions: Expr) -> tuple[Equation, ...]:
    """The law of every flow between copies that the expressions read, once each."""
    found = dict.fromkeys(
        (r.path, r) for e in expressions for r in reads(e) if _PASSES.search(r.path) and r.path in view.now
    )
    return tuple(equation for _, symbol in found for equation in _equation(view, symbol))


def _equation(view: View, symbol: Read) -> Iterator[Equation]:
    plain, which = of_any_copy(symbol.path), which_copy(symbol.path)
    spot = view.now.spots.of(plain)
    if spot is None or which == "*":
        return
    there = view.now.moved(spot.line, spot.number_of(which)) if which else view.now
    law = tidied(there.laws[plain], there)
    written = _from_elsewhere(law, spot.line, which, view.now.spots.differing) if which else law
    yield Equation(view.label(symbol.path)[1], symbol, written)


def _from_elsewhere(law: Expr, line: str, which: str, differing: frozenset[str]) -> Expr:
    """A law of another copy as it is written from here. What is the same in all copies keeps its name."""
    match law:
        case Read(path=path) if which == "previous" and which_copy(path) == "next":
            return replace(law, path=of_any_copy(path))
        case Read(path=path) if path in differing:
            return beside(law, line, which)
        case Apply(arguments=arguments):
            parts = (_from_elsewhere(a, line, which, differing) for a in arguments)
            return replace(law, arguments=tuple(parts))
        case _:
            return law
