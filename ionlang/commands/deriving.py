"""`ionlang derive`: the closed forms that hold at rest, beside the rest that was found."""

from __future__ import annotations

import json
from argparse import Namespace

from ionlang.commands.request import (
    Commands,
    command,
    copy_of,
    given_of,
    model_of,
    takes_copy,
    takes_file,
    takes_format,
    takes_set,
)


def add(commands: Commands) -> None:
    parser = command(commands, "derive", "derive the closed forms of rest, and compare", derive)
    takes_file(parser)
    takes_copy(parser)
    takes_set(parser)
    takes_format(parser)


def derive(options: Namespace) -> int:
    """Print every closed form with its conditions and its numbers. Raises ModelError."""
    model = model_of(options.file)
    found = model.closed_forms(given_of(options), copy_of(model, options))
    if options.format == "json":
        print(json.dumps(found.as_object(), indent=2, ensure_ascii=False))
    else:
        print(found.text(), end="")
    return 0
