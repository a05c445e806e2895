"""Models in the cells of a notebook: `%load_ext ionlang.notebook`, then `%%ion NAME [--run SCENARIO]`.

The cell's text becomes the model NAME. Mistakes in it are shown with their lines; nothing of the text is run as Python.
"""

from __future__ import annotations

import keyword
import shlex
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from IPython.core.error import UsageError
from IPython.display import display

from ionlang.api import Model
from ionlang.diagnostics import Diagnostic
from ionlang.outcome import NumericalFailure
from ionlang.render import render_html, render_text
from ionlang.source import Source

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from ionlang.analyse.results import Result

USAGE = "write `%%ion NAME` or `%%ion NAME --run SCENARIO`"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the first line of a cell asks for. `scenario` is empty for the only one."""

    name: str
    runs: bool
    scenario: str


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Let a notebook know the magic word `%%ion`."""
    shell.register_magic_function(partial(ion, shell), "cell", "ion")  # type: ignore[arg-type]


def ion(shell: InteractiveShell, line: str, text: str) -> Model | Result | None:
    """Name the model of a cell's text; give it, or what its scenario came to. A text with mistakes gives None.

    Raises UsageError, which a notebook shows as one line.
    """
    asked = asked_in(line)
    model = Model(Source(f"{asked.name}.ion", text))
    shell.user_ns[asked.name] = model
    if model.check():
        show(model.check())
    if model.checked.cell is None:
        return None
    return result(model, asked.scenario) if asked.runs else model


def asked_in(line: str) -> Asked:
    """Raises UsageError."""
    try:
        name, *options = shlex.split(line)
    except ValueError:
        raise UsageError(USAGE) from None
    if not name.isidentifier() or keyword.iskeyword(name):
        raise UsageError(f"{name!r} cannot be the name of a model: {USAGE}")
    if options and (options[0] != "--run" or len(options) > 2):
        raise UsageError(f"{' '.join(options)!r} is not understood: {USAGE}")
    return Asked(name, bool(options), "".join(options[1:]))


def result(model: Model, scenario: str) -> Result:
    """What a scenario of a whole model came to, one run or several. Raises UsageError."""

    try:
        name = scenario or only_one(model)
        if name not in model.scenarios:
            raise UsageError(f"no scenario {name!r}; there are: {', '.join(model.scenarios) or 'none'}")
        return model.run(name) if model.cell.study(name) is None else model.study(name)
    except NumericalFailure as error:
        raise UsageError(str(error)) from None


def only_one(model: Model) -> str:
    if len(model.scenarios) != 1:
        raise UsageError(f"name one of the scenarios: {', '.join(model.scenarios) or 'the text has none'}")
    return model.scenarios[0]


def show(diagnostics: tuple[Diagnostic, ...]) -> None:
    """Diagnostics with their lines, as HTML and as text."""
    shown = {"text/html": render_html(diagnostics), "text/plain": render_text(diagnostics)}
    display(shown, raw=True)  # type: ignore[no-untyped-call]
