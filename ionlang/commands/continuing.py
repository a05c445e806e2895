"""`ionlang continue`: equilibria over a parameter, as text, JSON, table and picture."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ionlang.commands.request import (
    Commands,
    command,
    given_of,
    model_of,
    takes_file,
    takes_format,
    takes_set,
    write,
    wrong_usage_told,
)
from ionlang.outcome import NumericalFailure, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ionlang.analyse.objects import Object
    from ionlang.simulate.continuation.diagram import Diagram
    from ionlang.simulate.continuation.plane.chart import Chart


def add(commands: Commands) -> None:
    parser = command(commands, "continue", "follow every equilibrium over a parameter", continue_)
    takes_file(parser)
    parser.add_argument(
        "--over", metavar="NAME=LOW..HIGH", required=True, help="the parameter and its range: 'rho=1uA/cm2..9uA/cm2'"
    )  # fmt: skip
    parser.add_argument(
        "--also", metavar="NAME=LOW..HIGH", help="a second parameter: follow folds and Hopf points over both"
    )  # fmt: skip
    parser.add_argument(
        "--extrema", metavar="QUANTITY", help="also where this is least and greatest, e.g. inside.volume"
    )
    parser.add_argument(
        "--scenario", metavar="NAME", help="with what this scenario does for its whole length"
    )
    takes_set(parser)
    parser.add_argument("--csv", metavar="PATH", type=Path, help="write every point of every branch")
    parser.add_argument("--plot", metavar="PATH", type=Path, help="draw the diagram (.png, .pdf or .svg)")
    parser.add_argument(
        "--show", metavar="QUANTITY", help="what --plot draws, e.g. outside.K; otherwise potentials"
    )
    takes_format(parser)


def continue_(options: Namespace) -> int:
    """Print the branches, or the curves over two parameters. Raises ModelError, UsageError, NumericalFailure."""
    if options.show is not None and options.plot is None:
        raise UsageError("--show says what is drawn by --plot PATH, which is missing")
    if options.show is not None and options.also is not None:
        raise UsageError("--show draws a quantity over one parameter; with --also the plane of both is drawn")
    if options.extrema is not None and options.also is not None:
        raise UsageError("--extrema is about branches over one parameter, not about curves over two")
    return _over_one(options) if options.also is None else _over_two(options)


def _over_one(options: Namespace) -> int:
    from ionlang.analyse.branches import diagram_object, diagram_text
    from ionlang.progress import share_bar_for

    over, given = range_of(options.over), given_of(options)
    model = model_of(options.file)
    with wrong_usage_told(), share_bar_for(sys.stderr, over[0]) as progress:
        diagram = model.continue_over(*over, options.scenario, given, progress, options.extrema)
    if options.plot is not None:
        write(options.plot, partial(diagram.plot, show=options.show))
    _say(options, diagram, partial(diagram_text, diagram), partial(diagram_object, diagram))
    return _must_have(options, diagram)


def _over_two(options: Namespace) -> int:
    from ionlang.analyse.curves import chart_object, chart_text
    from ionlang.progress import share_bar_for

    over, also, given = range_of(options.over), range_of(options.also, "--also"), given_of(options)
    model = model_of(options.file)
    with wrong_usage_told(), share_bar_for(sys.stderr, also[0]) as progress:
        chart = model.curves_over(over, also, options.scenario, given, progress)
    if options.plot is not None and chart.curves:
        write(options.plot, chart.plot)
    _say(options, chart, partial(chart_text, chart), partial(chart_object, chart))
    if options.plot is not None and not chart.curves:
        print(f"ionlang: there is no curve to draw, so {options.plot} was not written", file=sys.stderr)
    return _must_have(options, chart.diagram)


def _say(
    options: Namespace, found: Diagram | Chart, text: Callable[[], str], thing: Callable[[], Object]
) -> None:
    """The table, then text or JSON; with JSON notes go to standard error."""
    if options.csv is not None:
        write(options.csv, found.to_csv)
    if options.format == "text":
        print(text(), end="")
        return
    print(json.dumps(thing(), indent=2))
    print("".join(f"note: {note}\n" for note in found.notes), file=sys.stderr, end="")


def _must_have(options: Namespace, diagram: Diagram) -> int:
    if not diagram.branches:
        raise NumericalFailure(f"no equilibrium of {options.file} was found to follow")
    return 0


def range_of(text: str, word: str = "--over") -> tuple[str, str, str]:
    """`rho=0.5uA/cm2..45uA/cm2` as its name and its two ends. Raises UsageError."""
    name, equals, ends = text.rpartition("=")
    low, dots, high = ends.partition("..")
    if not (equals and dots and name.strip() and low.strip() and high.strip()):
        raise UsageError(f"{word} takes NAME=LOW..HIGH, as in {word} 'rho=0.5uA/cm2..45uA/cm2', not {text!r}")
    return name.strip(), low.strip(), high.strip()
