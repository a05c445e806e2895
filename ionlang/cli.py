"""The command line. Exit codes: 0 fine, 1 the model is wrong or an expectation failed, 2 wrong usage,
3 the numbers failed, 70 a bug of ours."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from ionlang import __version__
from ionlang.commands import (
    checking,
    citing,
    compiling,
    continuing,
    converging,
    deriving,
    energy,
    explaining,
    new,
    resting,
    running,
    sensing,
    shelving,
    showing,
    testing,
)
from ionlang.diagnostics import ModelError
from ionlang.outcome import NUMBERS_FAILED, OUR_BUG, WRONG_MODEL, WRONG_USAGE, NumericalFailure, UsageError
from ionlang.render import colour_for, render_json, render_text

COMMANDS = (
    new,
    checking,
    resting,
    explaining,
    deriving,
    continuing,
    energy,
    sensing,
    running,
    converging,
    compiling,
    showing,
    citing,
    shelving,
    testing,
)  # in the order of --help


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code. No mistake in a file or on the command line ends in a traceback."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.command(options))
    except ModelError as error:
        if getattr(options, "format", "text") == "json":
            print(render_json(error.diagnostics))
        else:
            print(render_text(error.diagnostics, colour_for(sys.stderr)), file=sys.stderr, end="")
        return WRONG_MODEL
    except UsageError as error:
        print(f"ionlang: {error}", file=sys.stderr)
        return WRONG_USAGE
    except NumericalFailure as error:
        print(f"ionlang: {error}", file=sys.stderr)
        return NUMBERS_FAILED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("ionlang: interrupted", file=sys.stderr)
        return 130
    except Exception as error:  # noqa: BLE001 - whatever it is, the user gets a sentence
        return _our_bug(error)


def _our_bug(error: Exception) -> int:
    import traceback

    traceback.print_exc()
    print(
        f"ionlang {__version__}: this is a bug of ionlang, not of your file ({type(error).__name__}). "
        "Please report it with the text above and the file.",
        file=sys.stderr,
    )
    return OUR_BUG


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ionlang", description="A modelling language for the ions of a living cell.", allow_abbrev=False
    )
    parser.add_argument("--version", action="version", version=f"ionlang {__version__}")
    commands = parser.add_subparsers(dest="name", required=True, metavar="COMMAND")
    for each in COMMANDS:
        each.add(commands)
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
