"""`ionlang derive`: the closed forms that hold at rest, beside the rest that was found."""

from __future__ import annotations

import json
from argparse import Namespace

from ionlang.commands.request import (
    Commands,
    command,
    given_of,
    model_of,
    takes_file,
    takes_format,
    takes_set,
)


def add(commands: Commands) -> None:
    parser = command(commands, "derive", "derive the closed forms of rest, and compare", derive)
    takes_file(parser)
    takes_set(parser)
    takes_format(parser)


def derive(options: Namespace) -> int:
    """Print every closed form with its conditions and its numbers. Raises ModelError."""
    found = model_of(options.file).closed_forms(given_of(options))
    if options.format == "json":
        print(json.dumps(found.as_object(), indent=2, ensure_ascii=False))
    else:
        print(found.text(), end="")
    return 0
