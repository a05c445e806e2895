"""What is said where goals cannot be met, or not by these unknowns, or only by numbers that the cell cannot have."""

from __future__ import annotations

from collections.abc import Sequence

from ionlang.diagnostics import Label, Problems
from ionlang.model.tuning import Goal
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.tuning.flows import Flow, balance_name, flows
from ionlang.simulate.tuning.task import Asked, Balance, Task
from ionlang.simulate.tuning.tuned import said
from ionlang.source import Span

_BETTER = "tune what moves it, or correct the numbers that fix these flows"


def without_effect(problems: Problems, task: Task, which: Sequence[int]) -> None:
    """Unknowns that change no goal."""
    for i in which:
        unknown = task.tuning.unknowns[i]
        problems.error(
            "ION453", f"{unknown.name} changes nothing that is asked for", unknown.span, "any value would do",
            secondary=(Label(task.tuning.starts_at_rest or task.tuning.goals[0].span, "what is asked for"),),
            help="tune what these goals depend on, or take it out of `tune`",
        )  # fmt: skip


def together(problems: Problems, task: Task, which: Sequence[int]) -> None:
    """Unknowns of which only a combination is determined."""
    names = [task.tuning.unknowns[i].name for i in which]
    problems.error(
        "ION454", f"{_and(names)} do the same to what is asked for", _span(task, which), "only together determined",
        help="tune one of them and leave the others as they are, or ask for one thing more",
    )  # fmt: skip


def out_of_reach(problems: Problems, task: Task, asked: Sequence[Asked]) -> None:
    """Goals that no unknown changes."""
    for goal in asked:
        if isinstance(goal, Goal):
            problems.error(
                "ION455", f"`{goal.text}` does not depend on what is tuned", goal.span, "and is not met",
                help="tune what it depends on",
            )  # fmt: skip
            continue
        found = flows(task.machine, goal.state, task.parameters, task.written)
        name = balance_name(task.machine, goal.state)
        _unmet(problems, task, f"{name} cannot be balanced: {_names(task)} {_do(task)} not move it", found)


def at_odds(problems: Problems, task: Task, asked: Sequence[Asked], goals: int) -> None:
    """Goals that cannot be met together."""
    names = [_name(task, goal) for goal in asked]
    count = len(task.tuning.unknowns)
    notes = [note for goal in asked if isinstance(goal, Balance) for note in _note(task, goal)]
    short = f"; {goals} goals depend on {count} unknown{'s' * (count > 1)}" if goals > count else ""
    problems.error(
        "ION455", f"no {_names(task, 'and')} can balance {_and(names)} at once{short}", _where(task, asked),
        "cannot be met", notes=tuple(notes), help="tune one thing more that moves one of these alone",
    )  # fmt: skip


def gate_off_rest(problems: Problems, task: Task, state: int, rests_at: float | None) -> None:
    """A gate that is given a start other than its steady state."""
    path = task.machine.system.states[state].path
    rests = "" if rests_at is None else f"; at this potential it rests at {rests_at:.4g}"
    problems.error(
        "ION455", f"the gate {path} starts at {task.written[state]:.4g} and moves{rests}", _where(task, ()),
        "no rest, whatever is tuned", help="leave out its `start`: then it starts at its steady state",
    )  # fmt: skip


def negative(problems: Problems, task: Task, which: int, value: float, asked: Asked, effect: float) -> None:
    """An unknown that would have to be below 0; of the goal it weighs most in, `effect` is what one unit of it adds
    to the rate."""
    unknown = task.tuning.unknowns[which]
    notes: tuple[str, ...] = ()
    help_text = "change what stands against it, or tune something else"
    if isinstance(asked, Balance):
        name = balance_name(task.machine, asked.state)
        notes = (f"it weighs most in the balance of {name}", *_direction(task, asked, which))
        help_text = f"it can be above 0 only if the rest of this balance goes the other way: {_turned(task, asked)}"
    problems.error(
        "ION456", f"{unknown.name} would have to be {said(value, unknown.dimension)}", unknown.span, "cannot be below 0",
        notes=notes, help=help_text,
    )  # fmt: skip


def not_reached(problems: Problems, task: Task, share: float, found: FloatArray, text: str) -> None:
    """A search that did not get to what is asked; `text` says what the goals came to where it stopped."""
    pairs = zip(task.tuning.unknowns, found.tolist(), strict=True)
    at = ", ".join(f"{u.name} = {said(value, u.dimension)}" for u, value in pairs)
    far = f"{100 * share:.3g} % of the way from the written numbers" if share > 0 else "not a step from the written numbers"
    problems.error(
        "ION455", f"no {_names(task, 'and')} was found that meets what is asked", _where(task, task.tuning.goals),
        "not met", notes=(f"the search came {far}: there {at}{text}",),
        help="ask for what the cell can have, or begin the search nearer by: change the written numbers",
    )  # fmt: skip


def elsewhere(problems: Problems, task: Task, goal: Goal, value: float, found: FloatArray) -> None:
    """A goal that is met in a rest to which the cell does not go."""
    pairs = zip(task.tuning.unknowns, found.tolist(), strict=True)
    at = ", ".join(f"{u.name} = {said(x, u.dimension)}" for u, x in pairs)
    dimension = goal.value.dimension
    assert dimension is not None
    problems.error(
        "ION455", f"`{goal.text}` is met only in a rest to which the cell does not go", goal.span, "not met",
        notes=(f"with {at} the written start comes to rest elsewhere, {said(value, dimension)} off",),
        help="write a start that is nearer to the rest that is meant",
    )  # fmt: skip


def _unmet(problems: Problems, task: Task, message: str, found: Sequence[Flow]) -> None:
    notes = tuple(_listed(found))
    problems.error("ION455", message, _where(task, ()), "cannot be met", notes=notes, help=_BETTER)


def _note(task: Task, goal: Balance) -> list[str]:
    found = flows(task.machine, goal.state, task.parameters, task.written)
    name = balance_name(task.machine, goal.state)
    return [f"{name}, with the numbers as written: {text}" for text in _listed(found)]


def _listed(found: Sequence[Flow]) -> list[str]:
    if not found:
        return []
    text = "; ".join(flow.words for flow in found)
    if len(found) == 1:
        return [f"{text}, and nothing else moves it"]
    signs = [flow.value > 0 for flow in found]
    return [f"{text}: all go one way" if len(dict.fromkeys(signs)) == 1 else text]


def _direction(task: Task, asked: Balance, which: int) -> tuple[str, ...]:
    return tuple(_listed(flows(task.machine, asked.state, task.parameters, task.written)))


def _turned(task: Task, asked: Balance) -> str:
    pool = balance_name(task.machine, asked.state)
    return f"another start potential or concentration, or something more that moves {pool.partition(' in ')[0]}"


def _name(task: Task, goal: Asked) -> str:
    return f"`{goal.text}`" if isinstance(goal, Goal) else balance_name(task.machine, goal.state)


def _names(task: Task, word: str = "or") -> str:
    return _and([u.name for u in task.tuning.unknowns], word)


def _do(task: Task) -> str:
    return "does" if len(task.tuning.unknowns) == 1 else "do"


def _and(names: Sequence[str], word: str = "and") -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {word} {names[-1]}"


def _span(task: Task, which: Sequence[int]) -> Span:
    spans = [task.tuning.unknowns[i].span for i in which]
    return spans[0].to(spans[-1]) if spans[0].source is spans[-1].source else spans[0]


def _where(task: Task, asked: Sequence[Asked]) -> Span:
    goals = [goal.span for goal in asked if isinstance(goal, Goal)]
    start = task.tuning.starts_at_rest
    return start if start is not None else (goals or [task.tuning.span])[0]
