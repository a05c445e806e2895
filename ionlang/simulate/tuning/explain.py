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
        "ION454", f"{listed(names)} do the same to what is asked for", _span(task, which), "only together determined",
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
        _unmet(problems, task, f"{name} cannot be balanced: {_none(task)} changes this balance", found)


def at_odds(problems: Problems, task: Task, asked: Sequence[Asked], goals: int) -> None:
    """Goals that cannot be met together."""
    names = [goal_name(task, goal) for goal in asked]
    count = len(task.tuning.unknowns)
    notes = [note for goal in asked if isinstance(goal, Balance) for note in _note(task, goal)]
    short = f"; {goals} goals depend on {count} unknown{'s' * (count > 1)}" if goals > count else ""
    problems.error(
        "ION455", f"no value of {_names(task, 'and')} balances {listed(names)} at once{short}", _where(task, asked),
        "cannot be met", notes=tuple(notes), help="tune one thing more that moves one of these alone",
    )  # fmt: skip


def gate_off_rest(problems: Problems, task: Task, state: int, rests_at: float | None) -> None:
    """A gate that is given a start other than its steady state."""
    path = task.machine.system.states[state].path
    rests = "" if rests_at is None else f"; at this potential it rests at {rests_at:.8g}"
    problems.error(
        "ION455", f"the gate {path} starts at {task.written[state]:.8g} and moves{rests}", _where(task, ()),
        "no rest, whatever is tuned", help="leave out its `start`: then it starts at its steady state",
    )  # fmt: skip


def negative(problems: Problems, task: Task, which: int, value: float, asked: Asked) -> None:
    """An unknown that would have to be below 0; `asked` is the goal that it weighs most in."""
    unknown = task.tuning.unknowns[which]
    notes: list[str] = []
    if isinstance(asked, Balance):
        name = balance_name(task.machine, asked.state)
        found = _listed(flows(task.machine, asked.state, task.parameters, task.written))
        notes = [f"it weighs most in {name}, where with the numbers as written {text}" for text in found]
    problems.error(
        "ION456", f"{unknown.name} would have to be {said(value, unknown.dimension)}",
        unknown.span, "cannot be below 0",
        notes=tuple(notes),
        help="above 0 it can only add to what goes its way: let more go the other way, by another start or carrier",
    )  # fmt: skip


def not_reached(
    problems: Problems,
    task: Task,
    share: float,
    found: FloatArray,
    text: str = "",
    *,
    dependent: bool = False,
) -> None:
    """A search that did not get to what is asked; `text` says what the goals came to where it stopped, `dependent`
    that the goals depend on one another there."""
    far = f"{100 * share:.3g} % of the way" if share > 0 else "no step"
    tied = (
        ("there all goals move together, whatever is tuned: one may follow from the others",)
        if dependent
        else ()
    )
    problems.error(
        "ION455", f"no values of {_names(task, 'and')} were found that meet what is asked",
        _where(task, task.tuning.goals), "not met",
        notes=(f"from the written numbers the search came {far}: there {_values(task, found)}{text}", *tied),
        help="ask for what the cell can have, or begin the search nearer by: change the written numbers",
    )  # fmt: skip


def unstable(problems: Problems, task: Task, found: FloatArray) -> None:
    """Goals that are met in a rest that the cell leaves."""
    problems.error(
        "ION455", "what is asked is met only in a rest that is not stable", _where(task, task.tuning.goals), "not met",
        notes=(f"it is there with {_values(task, found)}",), help="ask for what the cell can keep",
    )  # fmt: skip


def _values(task: Task, found: FloatArray) -> str:
    pairs = zip(task.tuning.unknowns, found.tolist(), strict=True)
    return ", ".join(f"{u.name} = {said(value, u.dimension)}" for u, value in pairs)


def elsewhere(problems: Problems, task: Task, goal: Goal, value: float, found: FloatArray) -> None:
    """A goal that is met in a rest to which the cell does not go."""
    dimension = goal.value.dimension
    assert dimension is not None
    problems.error(
        "ION455", f"`{goal.text}` is met only in a rest to which the cell does not go", goal.span, "not met",
        notes=(f"with {_values(task, found)} the written start comes to rest elsewhere, {said(value, dimension)} off",),
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


def goal_name(task: Task, goal: Asked) -> str:
    return f"`{goal.text}`" if isinstance(goal, Goal) else balance_name(task.machine, goal.state)


def _names(task: Task, word: str = "or") -> str:
    return listed([u.name for u in task.tuning.unknowns], word)


def _none(task: Task) -> str:
    """`neither a nor b`, `none of a, b and c`."""
    names = [u.name for u in task.tuning.unknowns]
    match names:
        case [one]:
            return f"nothing that is tuned ({one})"
        case [one, other]:
            return f"neither {one} nor {other}"
        case _:
            return f"none of {listed(names)}"


def listed(names: Sequence[str], word: str = "and") -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {word} {names[-1]}"


def _span(task: Task, which: Sequence[int]) -> Span:
    spans = [task.tuning.unknowns[i].span for i in which]
    return spans[0].to(spans[-1]) if spans[0].source is spans[-1].source else spans[0]


def _where(task: Task, asked: Sequence[Asked]) -> Span:
    goals = [goal.span for goal in asked if isinstance(goal, Goal)]
    start = task.tuning.starts_at_rest
    return start if start is not None else (goals or [task.tuning.span])[0]
