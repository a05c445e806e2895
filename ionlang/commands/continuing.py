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
)
from ionlang.outcome import NumericalFailure, UsageError

if TYPE_CHECKING:
    from ionlang.simulate.continuation.diagram import Diagram


def add(commands: Commands) -> None:
    parser = command(commands, "continue", "follow every equilibrium over a parameter", continue_)
    takes_file(parser)
    parser.add_argument(
        "--over", metavar="NAME=LOW..HIGH", required=True, help="the parameter and its range: 'rho=1uA/cm2..9uA/cm2'"
    )  # fmt: skip
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
    """Print the branches. Raises ModelError, UsageError, NumericalFailure."""
    if options.show is not None and options.plot is None:
        raise UsageError("--show says what is drawn by --plot PATH, which is missing")
    diagram = _diagram(options)
    if options.csv is not None:
        write(options.csv, diagram.to_csv)
    if options.plot is not None:
        write(options.plot, partial(diagram.plot, show=options.show))
    if options.format == "json":
        from ionlang.analyse.branches import diagram_object

        print(json.dumps(diagram_object(diagram), indent=2))
        print("".join(f"note: {note}\n" for note in diagram.notes), file=sys.stderr, end="")
    else:
        from ionlang.analyse.branches import diagram_text

        print(diagram_text(diagram), end="")
    if not diagram.branches:
        raise NumericalFailure(f"no equilibrium of {options.file} was found to follow")
    return 0


def _diagram(options: Namespace) -> Diagram:
    from ionlang.progress import share_bar_for
    from ionlang.simulate.running.plan import Impossible

    name, low, high = range_of(options.over)
    model = model_of(options.file)
    given = given_of(options)
    try:
        with share_bar_for(sys.stderr, name) as progress:
            return model.continue_over(name, low, high, options.scenario, given, progress)
    except KeyError as error:
        raise UsageError(str(error.args[0])) from None
    except ValueError as error:
        raise UsageError(str(error)) from None
    except Impossible as error:
        raise NumericalFailure(str(error)) from None


def range_of(text: str) -> tuple[str, str, str]:
    """`rho=0.5uA/cm2..45uA/cm2` as its name and its two ends. Raises UsageError."""
    name, equals, ends = text.rpartition("=")
    low, dots, high = ends.partition("..")
    if not (equals and dots and name.strip() and low.strip() and high.strip()):
        raise UsageError(f"--over takes NAME=LOW..HIGH, as in --over 'rho=0.5uA/cm2..45uA/cm2', not {text!r}")
    return name.strip(), low.strip(), high.strip()
