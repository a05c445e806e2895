"""`ionlang run … --ledger`: what moved through what, phase by phase; printed, in the JSON, or as a file."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ionlang.commands.request import write, wrong_usage_told
from ionlang.outcome import UsageError

if TYPE_CHECKING:
    from ionlang.analyse.objects import Object
    from ionlang.analyse.results import Result
    from ionlang.simulate.ledgers.ledger import Ledger

PRINTED = Path("-")
Kept = list[tuple[str, "Ledger"]]
"""The ledgers of one result, each with the name of its run."""


def takes_ledger(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--ledger",
        metavar="PATH.csv",
        nargs="?",
        type=Path,
        const=PRINTED,
        help="what moved through what, phase by phase; with a path it is written there",
    )
    parser.add_argument(
        "--ledger-of",
        metavar="COPIES",
        help="the ledger of some copies of a line alone, e.g. 'row[2 .. 4]'",
    )


def asked_for(path: Path | None, of: str | None) -> bool:
    """Whether ledgers are wanted. Raises UsageError for a path that cannot be meant, for copies without a ledger."""
    if of is not None and path is None:
        raise UsageError("--ledger-of says of which copies the ledger is: ask for it, with --ledger")
    if path is not None and path != PRINTED and path.suffix != ".csv":
        raise UsageError(
            f"--ledger writes a .csv, not {path}; FILE stands before it, or `--ledger -` prints it"
        )
    return path is not None


def ledgers_of(results: Sequence[Result], of: str | None) -> list[Kept]:
    """Of every run that lasted, or of these copies in it. Raises UsageError if there is none, or no such copies."""
    from ionlang.analyse.results import time_courses

    with wrong_usage_told():
        kept = [
            [(name, solution.ledger(of)) for name, solution in time_courses(result)] for result in results
        ]
    if not any(kept):
        raise UsageError("there is no ledger where nothing is run: these scenarios ask about rest alone")
    return kept


def keep(path: Path, kept: Sequence[Kept]) -> None:
    """Write them, if that was asked for."""
    from ionlang.analyse.ledger_objects import write_ledgers

    if path != PRINTED:
        write(path, lambda target: write_ledgers(target, [pair for each in kept for pair in each]))


def printed(path: Path, kept: Kept, of: str | None) -> str:
    """What is printed behind a result: nothing if they are written."""
    from ionlang.analyse.ledger_text import ledger_text

    copies = "" if of is None else f", {of}"
    texts = (f"\n{ledger_text(name + copies, ledger)}" for name, ledger in kept)
    return "".join(texts) if path == PRINTED else ""


def in_object(result: Result, kept: Kept) -> Object:
    """The entry `ledger` of a result's object; of several runs one each by their names."""
    from ionlang.analyse.ledger_objects import ledger_object
    from ionlang.simulate.solution import Solution

    if not kept:
        return {}
    if isinstance(result, Solution):
        return {"ledger": ledger_object(kept[0][1])}
    return {"ledger": {name: ledger_object(ledger) for name, ledger in kept}}
