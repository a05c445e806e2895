"""Global sensitivity: members drawn from whole ranges, and what each number has to do with what they show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ionlang import compiler
from ionlang.api import Model, Values
from ionlang.settings import settings_of
from ionlang.simulate.sensitivity.overall import Method, Overall

if TYPE_CHECKING:
    from ionlang.model.scenario import Scenario


def global_sensitivity(
    model: Model,
    method: Method = "sobol",
    scenario: str | None = None,
    of: Sequence[str] = (),
    set: Values | None = None,
    samples: int | None = None,
    within: float = 0.2,
    vary: Sequence[str] = (),
    progress: Callable[[float], None] | None = None,
) -> Overall:
    """Of potentials at rest, of the measures of a scenario, or of the quantities `of` these texts.

    A parameter that the file writes `between` two values has these as its range, any other its value and the share
    `within` of it on either side; `vary` names those that are varied (all, if it is empty). `samples` is the number of
    base samples (Sobol) or of ways (Morris). What is tuned is held as it was found. Raises ModelError, ImportError
    without SALib, KeyError for an unknown name, ValueError for what cannot be asked.
    """
    from ionlang.simulate.sensitivity.sampling import Sampling, overall_sensitivity

    chosen = None if scenario is None else _single(model, scenario)
    asked = [(text, compiler.quantity(model.checked, text, scenario)) for text in of]
    found = {tuned.path: tuned.value for tuned in model.tuned(set).values()}
    given = {**settings_of(model.cell, set or {}), **found}
    sampling = Sampling(method, samples, within, tuple(vary))
    return overall_sensitivity(model.machine, chosen, asked, given, sampling, progress)


def _single(model: Model, name: str) -> Scenario:
    """A scenario that is one run."""
    known = {scenario.name: scenario for scenario in model.cell.scenarios}
    if name not in known:
        raise KeyError(f"no scenario {name!r}; there are: {', '.join(known) or 'none'}")
    if model.cell.study(name) is not None:
        raise ValueError(f"scenario {name} is several runs already: name one that is a single run")
    return known[name]
