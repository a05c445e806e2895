"""`ionlang cite`: what a model rests on."""

from __future__ import annotations

import json
from argparse import Namespace

from ionlang.commands.request import Commands, command, model_of, takes_file, takes_format
from ionlang.outcome import UsageError


def add(commands: Commands) -> None:
    about = "list the sources that a model rests on, and the numbers without one"
    parser = command(commands, "cite", about, cite)
    takes_file(parser)
    parser.add_argument("--scenario", metavar="NAME", help="of expectations only those of this scenario")
    takes_format(parser)
    parser.add_argument(
        "--json", dest="format", action="store_const", const="json", help="short for --format json"
    )


def cite(options: Namespace) -> int:
    """What a model rests on: its sources with what each backs, and the numbers without one."""
    from ionlang.analyse.rests_on import rests_on, rests_on_object, rests_on_text

    cell = model_of(options.file).cell
    names = [s.name for s in cell.scenarios]
    if options.scenario is not None and options.scenario not in names:
        raise UsageError(f"no scenario {options.scenario!r}; there are: {', '.join(names) or 'none'}")
    found = rests_on(cell, options.scenario)
    if options.format == "json":
        print(json.dumps(rests_on_object(found), indent=2, ensure_ascii=False))
    else:
        print(rests_on_text(found), end="")
    return 0
