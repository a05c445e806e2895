"""`ionlang rest`: every equilibrium."""

from __future__ import annotations

import json
from argparse import Namespace
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
    from ionlang.analyse.card import Card
    from ionlang.api import Model


def add(commands: Commands) -> None:
    parser = command(commands, "rest", "find every equilibrium and show the card", rest)
    takes_file(parser)
    takes_set(parser)
    parser.add_argument(
        "--plot",
        metavar="PATH",
        type=Path,
        help="draw the steady current-voltage curve, of lines the profile at rest (.png, .pdf or .svg)",
    )
    takes_format(parser)


def rest(options: Namespace) -> int:
    model = model_of(options.file)
    card = model.rest(given_of(options))
    if options.plot is not None:
        _draw(model, card, options)
    if options.format == "json":
        from ionlang.analyse.objects import card_object

        print(json.dumps(card_object(card), indent=2))
    else:
        from ionlang.analyse.report import card_text

        print(card_text(card), end="")
    if not card.equilibria:
        raise NumericalFailure(f"no equilibrium of {options.file} was found")
    return 0


def _draw(model: Model, card: Card, options: Namespace) -> None:
    """Raises UsageError."""
    from ionlang import plot

    try:
        if card.lines:
            found = plot.resting_profiles_figure(card)
            write(options.plot, lambda target: plot.save_figure(found, target))
            return
        curve = model.steady_curve(given_of(options))
    except ValueError as error:
        raise UsageError(f"cannot draw {options.file}: {error}") from None
    write(options.plot, lambda target: plot.save_figure(plot.steady_figure(curve), target))
