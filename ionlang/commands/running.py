"""`ionlang run`: scenarios, what they measure and expect."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ionlang.commands.along import Writers, along_lines, check_along, check_lines, takes_along
from ionlang.commands.ledgers import asked_for, in_object, keep, ledgers_of, printed, takes_ledger
from ionlang.commands.request import (
    Commands,
    command,
    given_of,
    model_of,
    takes_file,
    takes_format,
    takes_set,
    write,
)
from ionlang.outcome import NUMBERS_FAILED, WRONG_MODEL, UsageError

if TYPE_CHECKING:
    from ionlang.analyse.results import Result
    from ionlang.api import Model


def add(commands: Commands) -> None:
    parser = command(commands, "run", "run scenarios, measure, judge", run)
    takes_file(parser)
    parser.add_argument(
        "--scenario", metavar="NAME", action="append", default=[], help="only this one (may come again); otherwise all"
    )  # fmt: skip
    takes_set(parser)
    parser.add_argument(
        "--csv", metavar="PATH", type=Path, help="write every column, in time; of several runs what they measured"
    )  # fmt: skip
    parser.add_argument(
        "--plot", metavar="PATH", type=Path, help="draw the run (.png, .pdf, .svg; a line also as .gif, .mp4)"
    )  # fmt: skip
    parser.add_argument(
        "--show", metavar="PANEL,…", help="what --plot draws: potentials, concentrations, currents, fluxes, pumps …"
    )  # fmt: skip
    takes_along(parser)
    takes_ledger(parser)
    parser.add_argument("--overlay", metavar="PATH", type=Path, help="draw all runs on one figure")
    takes_format(parser)


def run(options: Namespace) -> int:
    _panels(options)
    check_along(options)
    wants_ledger = asked_for(options.ledger, options.ledger_of)
    from ionlang.analyse.results import is_broken, result_object, result_text

    model = model_of(options.file)
    check_lines(options, model)
    chosen = _chosen(model, options.scenario)
    given = given_of(options)
    results = [run_one(model, name, given) for name in chosen]
    for result in results:
        _save(options, result, along_lines(options, model, result), alone=len(results) == 1)
    if options.overlay is not None:
        _overlay(options.overlay, results)
    kept = ledgers_of(results, options.ledger_of) if wants_ledger else [[] for _ in results]
    if wants_ledger:
        keep(options.ledger, kept)
    pairs = list(zip(results, kept, strict=True))
    if options.format == "json":
        objects = {r.scenario.name: {**result_object(r), **in_object(r, ledgers)} for r, ledgers in pairs}
        print(json.dumps({"scenarios": objects}, indent=2))
    else:
        print(
            "\n".join(
                result_text(r) + printed(options.ledger, ledgers, options.ledger_of) for r, ledgers in pairs
            ),
            end="",
        )
    if any(is_broken(r) for r in results):
        return NUMBERS_FAILED
    return 0 if all(r.passed for r in results) else WRONG_MODEL


def _chosen(model: Model, names: list[str]) -> tuple[str, ...]:
    if not model.scenarios:
        raise UsageError(f"{model.source.name} has no scenario to run; `ionlang rest` looks at rest alone")
    for name in names:
        if name not in model.scenarios:
            raise UsageError(f"no scenario {name!r}; there are: {', '.join(model.scenarios)}")
    return tuple(dict.fromkeys(names)) or model.scenarios


def run_one(model: Model, name: str, given: dict[str, str | float]) -> Result:
    """A scenario with its progress on standard error. Raises NumericalFailure."""
    from ionlang.progress import bar_for, share_bar_for

    if model.cell.study(name) is not None:
        with share_bar_for(sys.stderr, name) as share:
            return model.study(name, given, progress=share)
    with bar_for(sys.stderr, model, name) as progress:
        return model.run(name, given, progress=progress)


def _save(options: Namespace, result: Result, along: Writers, *, alone: bool) -> None:
    """Where there are several scenarios, each file's name carries its scenario; those that do not run are left out."""
    from ionlang.analyse.results import lacks_a_course
    from ionlang.simulate.solution import Solution

    draw = result.plot if along.plot is None else along.plot
    if options.show is not None and isinstance(result, Solution):
        draw = partial(result.plot, show=_panels(options))
    written = ((options.csv, result.to_csv), (options.plot, draw), (options.profiles, along.profiles))
    for path, writer in written:
        if path is None or writer is None or (lacks_a_course(result) and not alone):
            continue
        write(path if alone else path.with_stem(f"{path.stem}_{result.scenario.name}"), writer)


def _panels(options: Namespace) -> tuple[str, ...] | None:
    """What `--show` names; None if it is not given. Raises UsageError."""
    from ionlang.plot import shows_of

    if options.show is None:
        return None
    if options.plot is None:
        raise UsageError("--show says what is drawn by --plot PATH, which is missing")
    try:
        return shows_of(options.show.split(","))
    except ValueError as error:
        raise UsageError(f"--show: {error}") from None


def _overlay(path: Path, results: list[Result]) -> None:
    """Every run that lasts on one figure."""
    from ionlang import plot
    from ionlang.analyse.results import time_courses

    named = [pair for result in results for pair in time_courses(result)]
    labels, solutions = [name for name, _ in named], [solution for _, solution in named]
    write(path, lambda target: plot.save_figure(plot.compare(solutions, labels), target))
