"""`ionlang rest`: every equilibrium."""

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
from ionlang.outcome import NumericalFailure


def add(commands: Commands) -> None:
    parser = command(commands, "rest", "find every equilibrium and show the card", rest)
    takes_file(parser)
    takes_set(parser)
    takes_format(parser)


def rest(options: Namespace) -> int:
    model = model_of(options.file)
    card = model.rest(given_of(options))
    if options.format == "json":
        from ionlang.analyse.objects import card_object

        print(json.dumps(card_object(card), indent=2))
    else:
        from ionlang.analyse.report import card_text

        print(card_text(card), end="")
    if not card.equilibria:
        raise NumericalFailure(f"no equilibrium of {options.file} was found")
    return 0
