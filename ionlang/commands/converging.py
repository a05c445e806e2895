"""`ionlang converge`: whether lines have enough copies, as text, JSON and picture."""

from __future__ import annotations

import json
import math
import sys
from argparse import Namespace
from pathlib import Path

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
from ionlang.outcome import WRONG_MODEL, UsageError
from ionlang.render import colour_for, render_text


def add(commands: Commands) -> None:
    parser = command(commands, "converge", "say whether lines have enough copies", converge)
    takes_file(parser)
    parser.add_argument("--scenario", metavar="NAME", help="of several scenarios, which one measures")
    parser.add_argument(
        "--within", metavar="SHARE", default="0.1 %", help="how exact measures are wanted, '0.1 %%' if not said"
    )  # fmt: skip
    parser.add_argument(
        "--grids", metavar="N", type=int, default=3, help="how many, each three times as fine as the one before (3)"
    )  # fmt: skip
    parser.add_argument(
        "--rtol", metavar="R", type=float, default=1e-6, help="relative tolerance of the integrator (1e-6)"
    )
    takes_set(parser)
    parser.add_argument(
        "--plot", metavar="PATH", type=Path, help="draw errors over the spacing (.png, .pdf or .svg)"
    )
    takes_format(parser)


def converge(options: Namespace) -> int:
    """Print what measures converge to; 1 where some measure wants more copies, or something does not scale. Raises
    ModelError, UsageError, NumericalFailure."""
    share = share_of(options.within)
    if not 0.0 < options.rtol < 1.0:
        raise UsageError(f"--rtol takes a number between 0 and 1, not {options.rtol:g}")
    from ionlang.analyse.convergence import convergence_object, convergence_text
    from ionlang.progress import share_bar_for

    model, given = model_of(options.file), given_of(options)
    with wrong_usage_told(), share_bar_for(sys.stderr, "converge") as progress:
        found = model.converge(options.scenario, given, options.grids, share, options.rtol, progress)
    told = [d.primary.span for d in model.check()]
    warnings = tuple(w for w in found.warnings if w.primary.span not in told)
    if warnings:
        print(render_text(warnings, colour_for(sys.stderr)), file=sys.stderr, end="")
    if options.format == "json":
        print(json.dumps(convergence_object(found), indent=2))
    else:
        print(convergence_text(found), end="")
    if options.plot is not None:
        write(options.plot, found.plot)
    return 0 if found.is_enough else WRONG_MODEL


def share_of(text: str) -> float:
    """`0.1 %` or `0.001`. Raises UsageError."""
    number, sign, rest = text.partition("%")
    try:
        share = math.nan if rest.strip() else float(number) / (100.0 if sign else 1.0)
    except ValueError:
        share = math.nan
    if not 0.0 < share < 1.0:
        raise UsageError(f"--within takes a share as '0.1 %' or 0.001, not {text!r}")
    return share
