"""The command line. Exit codes: 0 fine, 1 the model is wrong or an expectation failed, 2 wrong usage,
3 the numbers failed, 70 a bug of ours."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from ionlang import __version__
from ionlang.commands import check, cite, compile_, new, rest, run, show, test
from ionlang.continuing import continue_
from ionlang.diagnostics import ModelError
from ionlang.explaining import FORMATS as EXPLAINED
from ionlang.explaining import explain
from ionlang.outcome import NUMBERS_FAILED, OUR_BUG, WRONG_MODEL, WRONG_USAGE, NumericalFailure, UsageError
from ionlang.render import colour_for, render_json, render_text
from ionlang.shelf import library

FORMATS = ("text", "json")


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

    beginning = commands.add_parser("new", help="write a small model to begin with", allow_abbrev=False)
    beginning.add_argument("model", metavar="NAME", help="what it is called: NAME.ion is written")
    beginning.set_defaults(command=new)

    checking = commands.add_parser(
        "check", help="say everything that is wrong with a file", allow_abbrev=False
    )
    checking.add_argument("files", nargs="+", metavar="FILE", help="an .ion file, or - for standard input")
    checking.add_argument("--sources", action="store_true", help="warn of numbers without a source too")
    checking.add_argument("--format", choices=FORMATS, default="text")
    checking.set_defaults(command=check)

    resting = commands.add_parser("rest", help="find every equilibrium and show the card", allow_abbrev=False)
    _file(resting)
    _set(resting)
    resting.add_argument("--format", choices=FORMATS, default="text")
    resting.set_defaults(command=rest)

    _explaining(commands.add_parser("explain", help="say why a quantity has its value", allow_abbrev=False))
    _continuing(
        commands.add_parser("continue", help="follow every equilibrium over a parameter", allow_abbrev=False)
    )

    running = commands.add_parser("run", help="run scenarios, measure, judge", allow_abbrev=False)
    _file(running)
    running.add_argument(
        "--scenario", metavar="NAME", action="append", default=[], help="only this one (may come again); otherwise all"
    )  # fmt: skip
    _set(running)
    running.add_argument(
        "--csv", metavar="PATH", type=Path, help="write every column, in time; of several runs what they measured"
    )  # fmt: skip
    running.add_argument("--plot", metavar="PATH", type=Path, help="draw the run (.png, .pdf or .svg)")
    running.add_argument(
        "--show", metavar="PANEL,…", help="what --plot draws: potentials, concentrations, currents, fluxes, pumps …"
    )  # fmt: skip
    running.add_argument("--overlay", metavar="PATH", type=Path, help="draw all runs on one figure")
    running.add_argument("--format", choices=FORMATS, default="text")
    running.set_defaults(command=run)

    compiling = commands.add_parser(
        "compile", help="write a Python module that needs NumPy alone", allow_abbrev=False
    )
    _file(compiling)
    compiling.add_argument("-o", "--output", metavar="OUT.py", type=Path, required=True)
    compiling.set_defaults(command=compile_)

    showing = commands.add_parser("show", help="print a stage of the compiler", allow_abbrev=False)
    showing.add_argument("stage", choices=("ast", "model", "equations", "code"))
    _file(showing)
    showing.set_defaults(command=show)

    citing = commands.add_parser(
        "cite", help="list the sources that a model rests on, and the numbers without one", allow_abbrev=False
    )
    _file(citing)
    citing.add_argument("--scenario", metavar="NAME", help="of expectations only those of this scenario")
    citing.add_argument("--format", choices=FORMATS, default="text")
    citing.add_argument(
        "--json", dest="format", action="store_const", const="json", help="short for --format json"
    )
    citing.set_defaults(command=cite)

    shelving = commands.add_parser(
        "library", help="list the shipped libraries, or print what is in them", allow_abbrev=False
    )
    shelving.add_argument("library", nargs="?", metavar="NAME", help="one of them; without a name: all")
    shelving.add_argument("entry", nargs="?", metavar="ENTRY", help="an entry of it")
    shelving.add_argument("--format", choices=FORMATS, default="text")
    shelving.set_defaults(command=library)

    testing = commands.add_parser("test", help="run every expect of files and folders", allow_abbrev=False)
    testing.add_argument("paths", nargs="+", metavar="PATH", type=Path)
    testing.set_defaults(command=test)
    return parser


def _explaining(parser: argparse.ArgumentParser) -> None:
    _file(parser)
    parser.add_argument(
        "quantity", metavar="QUANTITY", nargs="?", help="such as soma.V, 'soma.E(K)', inside.Na"
    )
    parser.add_argument("--scenario", metavar="NAME", help="in this scenario, at its end; otherwise at rest")
    parser.add_argument("--at", metavar="TIME", help="at this time of the scenario, e.g. '30 s'")
    parser.add_argument(
        "--from", dest="first", metavar="TIME", help="with --to: why it moved between two times"
    )
    parser.add_argument("--to", dest="last", metavar="TIME", help="the later of the two times")
    _set(parser)
    parser.add_argument("--format", choices=EXPLAINED, default="text")
    parser.set_defaults(command=explain)


def _continuing(parser: argparse.ArgumentParser) -> None:
    _file(parser)
    parser.add_argument(
        "--over", metavar="NAME=LOW..HIGH", required=True, help="the parameter and its range: 'rho=1uA/cm2..9uA/cm2'"
    )  # fmt: skip
    parser.add_argument(
        "--scenario", metavar="NAME", help="with what this scenario does for its whole length"
    )
    _set(parser)
    parser.add_argument("--csv", metavar="PATH", type=Path, help="write every point of every branch")
    parser.add_argument("--plot", metavar="PATH", type=Path, help="draw the diagram (.png, .pdf or .svg)")
    parser.add_argument(
        "--show", metavar="QUANTITY", help="what --plot draws, e.g. outside.K; otherwise potentials"
    )
    parser.add_argument("--format", choices=FORMATS, default="text")
    parser.set_defaults(command=continue_)


def _file(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="an .ion file, or - for standard input")


def _set(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--set", metavar="NAME=VALUE", action="append", default=[], help="replace a parameter, e.g. rho='0.5 uA/cm2'"
    )  # fmt: skip


if __name__ == "__main__":
    raise SystemExit(main())
