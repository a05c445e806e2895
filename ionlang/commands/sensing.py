"""`ionlang sensitivity`: how much each number of a file matters, as text, JSON, table and picture."""

from __future__ import annotations

import json
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
    from ionlang.simulate.sensitivity.answer import Sensitivity

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
    parser.add_argument("--top", metavar="N", type=int, default=TOP, help=f"show so many effects (of {TOP})")
    takes_set(parser)
    parser.add_argument("--csv", metavar="PATH", type=Path, help="write every effect")
    parser.add_argument(
        "--plot", metavar="PATH", type=Path, help="draw the largest effects (.png, .pdf or .svg)"
    )
    takes_format(parser)


def sensitivity(options: Namespace) -> int:
    """Print what matters. Raises ModelError, UsageError, NumericalFailure."""
    if options.top < 1:
        raise UsageError(f"--top takes a number of effects from 1 on, not {options.top}")
    found = _local(options)
    if options.csv is not None:
        write(options.csv, found.to_csv)
    if options.plot is not None:
        write(options.plot, partial(found.plot, top=options.top))
    if options.format == "json":
        from ionlang.analyse.sensitivities import sensitivity_object

        print(json.dumps(sensitivity_object(found), indent=2, ensure_ascii=False))
    else:
        from ionlang.analyse.sensitivities import sensitivity_text

        print(sensitivity_text(found, options.top), end="")
    if not found.responses:
        raise NumericalFailure(f"nothing that was asked of {options.file} has a derivative")
    return 0


def _local(options: Namespace) -> Sensitivity:
    from ionlang.simulate.running.plan import Impossible
    from ionlang.simulate.running.run import NoRest
    from ionlang.simulate.sensitivity.local import NotFollowed

    model = model_of(options.file)
    given = given_of(options)
    if options.scenario is not None and model.cell.study(options.scenario) is not None:
        raise UsageError(
            f"scenario {options.scenario} is several runs, and a derivative is of one: name another"
        )
    try:
        return model.sensitivity(options.scenario, options.of, given)
    except KeyError as error:
        raise UsageError(str(error.args[0])) from None
    except ValueError as error:
        raise UsageError(str(error)) from None
    except (Impossible, NoRest, NotFollowed) as error:
        raise NumericalFailure(str(error)) from None
