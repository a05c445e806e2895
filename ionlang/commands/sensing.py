"""`ionlang sensitivity`: how much each number of a file matters, as text, JSON, table and picture."""

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
    from ionlang.api import Model
    from ionlang.simulate.sensitivity.answer import Sensitivity
    from ionlang.simulate.sensitivity.overall import Overall

TOP = 12
"""Effects of each quantity that are shown and drawn, if nothing else is asked."""


def add(commands: Commands) -> None:
    parser = command(commands, "sensitivity", "say how much each number of a file matters", sensitivity)
    takes_file(parser)
    parser.add_argument(
        "--scenario", metavar="NAME", help="for what this scenario measures; otherwise for potentials at rest"
    )
    parser.add_argument(
        "--of", metavar="QUANTITY", action="append", default=[],
        help="for this measure or quantity (may come again), e.g. outside.K, 'max(soma.V)'",
    )  # fmt: skip
    parser.add_argument(
        "--top", metavar="N", type=int, default=TOP, help=f"show the N largest effects ({TOP} if not said)"
    )
    takes_set(parser)
    parser.add_argument("--csv", metavar="PATH", type=Path, help="write every effect")
    parser.add_argument(
        "--plot", metavar="PATH", type=Path, help="draw the largest effects (.png, .pdf or .svg)"
    )
    parser.add_argument(
        "--global",
        dest="method",
        choices=("sobol", "morris"),
        help="over whole ranges, by many runs (needs SALib)",
    )
    parser.add_argument("--samples", metavar="N", type=int, help="with --global: how many are drawn")
    parser.add_argument(
        "--within", metavar="SHARE", help="with --global: by how much numbers vary, '20 %%' if not said"
    )
    parser.add_argument(
        "--vary",
        metavar="NAME",
        action="append",
        default=[],
        help="with --global: only this number (may come again)",
    )
    takes_format(parser)


def sensitivity(options: Namespace) -> int:
    """Print what matters. Raises ModelError, UsageError, NumericalFailure."""
    if options.top < 1:
        raise UsageError(f"--top takes a number of effects from 1 on, not {options.top}")
    from ionlang.simulate.sensitivity.overall import Overall

    found = _asked(options)
    if options.csv is not None:
        write(options.csv, found.to_csv)
    if options.plot is not None:
        write(options.plot, partial(found.plot, top=options.top))
    _print(found, options)
    if not (found.spreads if isinstance(found, Overall) else found.responses):
        raise NumericalFailure(f"nothing that was asked of {options.file} has an answer")
    return 0


def _print(found: Sensitivity | Overall, options: Namespace) -> None:
    from ionlang.analyse import sensitivities
    from ionlang.simulate.sensitivity.overall import Overall

    if isinstance(found, Overall):
        shown, words = sensitivities.overall_object(found), sensitivities.overall_text(found, options.top)
    else:
        shown, words = (
            sensitivities.sensitivity_object(found),
            sensitivities.sensitivity_text(found, options.top),
        )
    print(json.dumps(shown, indent=2, ensure_ascii=False) if options.format == "json" else words.rstrip("\n"))


def _asked(options: Namespace) -> Sensitivity | Overall:
    model = model_of(options.file)
    if options.scenario is not None and model.cell.study(options.scenario) is not None:
        raise UsageError(f"scenario {options.scenario} is several runs, and this is about one: name another")
    with wrong_usage_told():
        return _local(model, options) if options.method is None else _global(model, options)


def _local(model: Model, options: Namespace) -> Sensitivity:
    if options.samples is not None or options.within is not None or options.vary:
        raise UsageError("--samples, --within and --vary belong to --global")
    return model.sensitivity(options.scenario, options.of, given_of(options))


def _global(model: Model, options: Namespace) -> Overall:
    from ionlang.progress import share_bar_for

    within = 0.2 if options.within is None else _share(options.within)
    try:
        with share_bar_for(sys.stderr, options.method) as progress:
            return model.global_sensitivity(
                options.method, options.scenario, options.of, given_of(options), options.samples, within,
                options.vary, progress,
            )  # fmt: skip
    except ModuleNotFoundError as error:
        raise UsageError(str(error)) from None


def _share(text: str) -> float:
    """`20 %` or `0.2`. Raises UsageError."""
    number, sign, rest = text.partition("%")
    try:
        return float(number) / (100.0 if sign else 1.0) if not rest.strip() else float("nan")
    except ValueError:
        raise UsageError(f"--within takes a share as '20 %' or 0.2, not {text!r}") from None
