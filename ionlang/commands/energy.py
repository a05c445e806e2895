"""`ionlang energy`: where the free energy of a cell goes, as text, JSON, table and picture."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
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
from ionlang.outcome import UsageError

if TYPE_CHECKING:
    from ionlang.analyse.energy.budget import Budget


def add(commands: Commands) -> None:
    parser = command(commands, "energy", "say where free energy goes, and who makes the pumps work", energy)
    takes_file(parser)
    parser.add_argument("--scenario", metavar="NAME", help="in this scenario, at its end; otherwise at rest")
    parser.add_argument("--at", metavar="TIME", help="at this time of the scenario, e.g. '30 s'")
    parser.add_argument("--from", dest="first", metavar="TIME", help="with --to: summed over a stretch of it")
    parser.add_argument("--to", dest="last", metavar="TIME", help="the end of the stretch")
    parser.add_argument(
        "--cycle",
        metavar="CONDITION",
        help="summed between the last two times it becomes true: 'soma.V > 0 mV'",
    )
    _number(parser, "--atp-per-o2", 5.0, "ATP that respiration makes with one O2")
    _number(parser, "--ions-per-atp", 3.0, "ions that one ATP brings back, in a file without pumps")
    takes_set(parser)
    parser.add_argument("--csv", metavar="PATH", type=Path, help="write a line for every way")
    parser.add_argument("--plot", metavar="PATH", type=Path, help="draw bars of it (.png, .pdf or .svg)")
    takes_format(parser)


def _number(parser: ArgumentParser, name: str, usual: float, words: str) -> None:
    parser.add_argument(name, type=float, default=usual, metavar="NUMBER", help=f"{words} ({usual:g})")


def energy(options: Namespace) -> int:
    """Print the budget. Raises ModelError, UsageError, NumericalFailure."""
    budget = _budget(options)
    if options.csv is not None:
        write(options.csv, budget.to_csv)
    if options.plot is not None:
        write(options.plot, budget.plot)
    if options.format == "json":
        print(json.dumps(budget.as_object(), indent=2))
    else:
        print(budget.text(), end="")
    if budget.words == "as written":
        print("note: no stable rest was found; these are the values as written", file=sys.stderr)
    return 0


def _budget(options: Namespace) -> Budget:
    from ionlang.analyse.energy.count import Terms

    if (options.first is None) != (options.last is None):
        raise UsageError("--from and --to go together: from when, to when")
    between = None if options.first is None else (options.first, options.last)
    terms = Terms(options.atp_per_o2, options.ions_per_atp)
    model = model_of(options.file)
    given = given_of(options)
    with wrong_usage_told():
        return model.energy(options.scenario, options.at, between, options.cycle, given, terms)
