"""`ionlang check`: everything that is wrong with a file."""

from __future__ import annotations

import sys
from argparse import Namespace

from ionlang import compiler
from ionlang.commands.request import Commands, command, read, takes_format
from ionlang.diagnostics import Diagnostic
from ionlang.outcome import WRONG_MODEL
from ionlang.render import colour_for, render_json, render_text


def add(commands: Commands) -> None:
    parser = command(commands, "check", "say everything that is wrong with a file", check)
    parser.add_argument("files", nargs="+", metavar="FILE", help="an .ion file, or - for standard input")
    parser.add_argument("--sources", action="store_true", help="warn of numbers without a source too")
    takes_format(parser)


def check(options: Namespace) -> int:
    diagnostics: list[Diagnostic] = []
    for name in options.files:
        checked = compiler.check(read(name))
        diagnostics += checked.diagnostics
        if options.sources:
            diagnostics += compiler.missing_sources(checked)
    wrong = any(d.severity == "error" for d in diagnostics)
    if options.format == "json":
        print(render_json(diagnostics))
    else:
        print(render_text(diagnostics, colour_for(sys.stdout)), end="")
        print("" if wrong else f"{', '.join(options.files)}: fine", end="" if wrong else "\n")
    return WRONG_MODEL if wrong else 0
