"""What `ionlang run` writes of a line: a kymograph, profiles at single times, a film, a table over position."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ionlang.outcome import UsageError

if TYPE_CHECKING:
    from ionlang.analyse.results import Result
    from ionlang.api import Model
    from ionlang.simulate.solution import Solution


@dataclass(frozen=True, slots=True)
class Writers:
    """What draws and what writes a table of a line; None where nothing of the kind is asked for."""

    plot: Callable[[Path], object] | None = None
    profiles: Callable[[Path], object] | None = None


def takes_along(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--along", metavar="PATH,…", help="quantities of a line that --plot and --profiles show, e.g. tissue.outside.K"
    )  # fmt: skip
    parser.add_argument(
        "--at", metavar="TIME", action="append", default=[],
        help="draw or write profiles along a line at this time, e.g. '5 s' (may come again)",
    )  # fmt: skip
    parser.add_argument(
        "--profiles", metavar="PATH", type=Path, help="write a line over position and time (.csv, .npz or .json)"
    )  # fmt: skip


def check_along(options: Namespace) -> None:
    """Raises UsageError where the words do not go together."""
    if (options.along is not None or options.at) and options.plot is None and options.profiles is None:
        raise UsageError(
            "--along and --at say what --plot PATH or --profiles PATH shows, and both are missing"
        )
    if options.show is not None and (options.along is not None or options.at):
        raise UsageError("--show draws panels over time, --along and --at a line over position: one of these")
    if options.profiles is not None:
        from ionlang.simulate.lines.profile_files import SUFFIXES

        if options.profiles.suffix not in SUFFIXES:
            raise UsageError(f"--profiles writes {', '.join(SUFFIXES)}, by the end of the name")


def check_lines(options: Namespace, model: Model) -> None:
    """Raises UsageError where something along a line is asked of a file without one."""
    if _is_asked(options) and not model.cell.lines:
        raise UsageError(f"{model.source.name} has no line, so there are no profiles along one")


def _is_asked(options: Namespace) -> bool:
    from ionlang.plot import is_film

    film = options.plot is not None and is_film(options.plot)
    return film or options.along is not None or bool(options.at) or options.profiles is not None


def along_lines(options: Namespace, model: Model, result: Result) -> Writers:
    """Who writes what is asked for of the lines of a run. Raises UsageError where there is none, or no such time."""
    from ionlang.simulate.solution import Solution

    if not _is_asked(options):
        return Writers()
    if not isinstance(result, Solution) or result.trajectory is None:
        raise UsageError(f"scenario {result.scenario.name} is no single run: profiles are those of one run")
    paths, times = _quantities(options, result), _times(options, model, result)
    return Writers(
        partial(result.plot, along=paths, at=times), partial(result.save_profiles, quantities=paths, at=times)
    )


def _quantities(options: Namespace, solution: Solution) -> tuple[str, ...] | None:
    if options.along is None:
        return None
    from ionlang.model.names.suggest import closest

    paths = tuple(path.strip() for path in options.along.split(","))
    machine = solution.machine
    known = [path for path in machine.symbols if machine.cell.line_of(path) is not None]
    for path in paths:
        if path not in known:
            guess = closest(path, known)
            meant = f"; did you mean {guess}?" if guess else ""
            raise UsageError(f"--along: {path!r} does not stand in a line{meant}")
    return paths


def _times(options: Namespace, model: Model, solution: Solution) -> tuple[float, ...] | None:
    """In seconds."""
    if not options.at:
        return None
    from ionlang.moments import times_of

    try:
        return tuple(time / 1e3 for time in times_of(model.checked, solution, options.at))
    except ValueError as error:
        raise UsageError(f"--at: {error}") from None
