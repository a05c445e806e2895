"""View and quantities → Explanation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from ionlang.explain.copies import InCopies
from ionlang.explain.explanation import Entry, Equation, Explanation, Name, Part
from ionlang.explain.laws.paths import per_area
from ionlang.explain.moment import Moment
from ionlang.explain.names import own_name
from ionlang.explain.quantity import quantity_told
from ionlang.explain.view import View
from ionlang.explain.voltage.part import potential_told
from ionlang.model.algebra import read
from ionlang.model.cell import DefinedPotential, Membrane
from ionlang.model.cell_lines import Line, of_any_copy, which_copy
from ionlang.model.expression import Apply, Expr, Literal, Observed, Probed, Read, reads
from ionlang.model.numbers import parameter_values
from ionlang.model.over_copies import REDUCTIONS, is_over_copies
from ionlang.simulate.measure import Observer
from ionlang.units import VOLTAGE

Asked = tuple[str, Expr]
"""The text of a quantity and what it means."""

_TOGETHER = {operator: f"{word} over" for word, operator in REDUCTIONS.items()}
_PER_AREA = ("current", "rate", "total_conductance", "total_permeability")


class NotExplained(ValueError):
    """A quantity that has no value here; the message says which and why."""


def potentials(view: View) -> tuple[Asked, ...]:
    """V of every membrane: what is explained if nothing is asked for."""
    found = [f"{m.name}.V" for m in view.cell.membranes]
    return tuple((path, read(path, VOLTAGE)) for path in found if path in view.now)


def explain(view: View, asked: Sequence[Asked]) -> Explanation:
    """A part for each quantity. Raises NotExplained."""
    return Explanation(view.cell.name, tuple(_part(view, text, expression) for text, expression in asked))


def _part(view: View, text: str, expression: Expr) -> Part:
    view, target = _target(view, text, expression)
    if target.path not in view.now:
        raise NotExplained(f"{text} has no value in {view.cell.name}")
    numbered = view.now.spots.numbered(target.path) if isinstance(expression, Read) else target.path
    text = numbered.replace("total_", "")
    dense = _density(view, target)
    target, text = (target, text) if dense is None else (dense, f"{text} per area")
    membrane = _potential_of(view, target.path)
    told = quantity_told(view, target) if membrane is None else potential_told(view, membrane)
    after, equations, accounts, cause = told
    legend = legend_of(after, equations)
    value = after.now[target.path]
    words = after.now.words
    if isinstance(expression, Read):
        words = f"{words}{after.where(target.path)}"
    return Part(text, words, value, target.dimension, equations, legend, accounts, cause)


def _target(view: View, text: str, expression: Expr) -> tuple[View, Read]:
    """The quantity as a path; an expression becomes one with that text as its name. Where one copy of a line is named,
    it is that one that speaks."""
    view, expression = _from_its_copy(view, expression)
    if isinstance(expression, Read):
        law = view.laws.get(expression.path)
        measure = _measure(view, expression.path)
        if law is None and measure is not None:
            view, inner = _without_runs(view, measure)
            label = (own_name(expression.path), "measured in the run")
            return view.with_law(expression.path, inner, label), expression
        return view, expression
    if expression.dimension is None:
        raise NotExplained(f"{text} is a condition, not a quantity")
    view, law = _without_runs(view, expression)
    target = read(text, expression.dimension)
    if law == target:
        return view, target
    return view.with_law(text, law, (Name(text), "what is asked for")), target


def _from_its_copy(view: View, expression: Expr) -> tuple[View, Expr]:
    for line in view.cell.lines:
        named = {which_copy(r.path) for r in reads(expression) if line.holds(of_any_copy(r.path))}
        number = named.pop() if len(named) == 1 else ""
        if number.isdigit():
            view = view.in_copy(line.name, int(number))
            expression = _of_one_copy(expression, line)
    return view, expression


def _of_one_copy(expression: Expr, line: Line) -> Expr:
    match expression:
        case Read(path=path) if line.holds(of_any_copy(path)):
            return replace(expression, path=of_any_copy(path))
        case Apply(arguments=arguments):
            return replace(expression, arguments=tuple(_of_one_copy(a, line) for a in arguments))
        case _:
            return expression


def _measure(view: View, path: str) -> Expr | None:
    found = (m.value for s in view.cell.scenarios for m in s.measures if f"{s.name}.{m.name}" == path)
    return next(found, None)


def _without_runs(view: View, expression: Expr) -> tuple[View, Expr]:
    """What a run says (`max(…)`, `… at rest`) as a quantity of its own, by its own text."""
    match expression:
        case Observed() | Probed():
            text = " ".join(expression.span.text.split())
            label = (Name(text), "as the run found it")
            return view.with_value(text, _observed(view, expression), label), read(text, expression.dimension)
        case Apply() if is_over_copies(expression):
            return _of_several(view, expression)
        case Apply(arguments=arguments):
            parts = []
            for argument in arguments:
                view, part = _without_runs(view, argument)
                parts.append(part)
            return view, replace(expression, arguments=tuple(parts))
        case _:
            return view, expression


def _of_several(view: View, expression: Apply) -> tuple[View, Expr]:
    """What several copies come to, at each moment, as a quantity of its own, by its own text."""
    text, (_, first, last, *_) = " ".join(expression.span.text.split()), expression.arguments
    assert isinstance(first, Literal) and isinstance(last, Literal) and expression.dimension is not None
    words = f"{_TOGETHER[expression.operator]} {last.value - first.value + 1:.0f} copies"
    now, before = (_value_of_several(moment, expression) for moment in (view.now, view.before))
    return view.with_values(text, now, before, (Name(text), words)), read(text, expression.dimension)


def _value_of_several(moment: Moment | None, expression: Apply) -> float | None:
    known = None if moment is None else moment.known
    return known.compute(expression) if isinstance(known, InCopies) else None


def _observed(view: View, observed: Observed | Probed) -> float:
    measures = {f"{s.name}.{m.name}": m.value for s in view.cell.scenarios for m in s.measures}
    known = next((value for path, value in view.observed.items() if measures.get(path) == observed), None)
    if known is not None:
        return known
    if isinstance(observed, Probed):
        raise NotExplained(f"`{observed.span.text}` is a test of its own: let the scenario `measure` it")
    if view.solution is None:
        raise NotExplained(f"`{observed.span.text}` looks at a run: name it with --scenario")
    solution = view.solution
    values = parameter_values(view.cell) | {
        p.path: view.now[p.path] for p in view.cell.parameters if p.path in view.now
    }
    observer = Observer(view.machine, solution.trajectory, solution.rest, {**values, **view.observed})
    observer.measured.update(view.observed)
    return observer.value(observed)


def _density(view: View, target: Read) -> Read | None:
    """The quantity per area, where the membrane has no area of its own."""
    for membrane in view.cell.membranes:
        word = target.path.rpartition(".")[2].partition("(")[0]
        if not target.path.startswith(f"{membrane.name}.") or not view.per_area(membrane):
            continue
        dense = per_area(target) if word in _PER_AREA else None
        if dense is not None and dense.path in view.laws:
            return dense
    return None


def _potential_of(view: View, path: str) -> Membrane | None:
    """The membrane whose potential it is, where that follows from currents."""
    found = next((m for m in view.cell.membranes if path == f"{m.name}.V"), None)
    return None if found is None or isinstance(found.potential, DefinedPotential) else found


def legend_of(view: View, equations: Sequence[Equation]) -> tuple[Entry, ...]:
    """Every symbol of the equations in order of appearance, each with a name of its own."""
    found: dict[str, Read] = {}
    for equation in equations:
        for symbol in (equation.left, *reads(equation.right)):
            found.setdefault(symbol.path, symbol)
    beside = [path for path in found if which_copy(path) in ("next", "previous")]
    labels = {path: view.label(path) for path in found}
    taken = Counter(name for name, _ in labels.values())
    entries = []
    for path, symbol in found.items():
        name, words = labels[path]
        if path not in beside and path in {of_any_copy(other) for other in beside}:
            name = replace(name, index="i")
        if taken[name] > 1:
            name = replace(name, sub=of_any_copy(path))
        entries.append(Entry(path, name, words, view.now[path], symbol.dimension))
    return tuple(entries)
