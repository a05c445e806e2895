"""`ionlang new`: a small model to begin with."""

from __future__ import annotations

from argparse import Namespace
from importlib.resources import files
from pathlib import Path

from ionlang.commands.request import Commands, command
from ionlang.outcome import UsageError


def add(commands: Commands) -> None:
    parser = command(commands, "new", "write a small model to begin with", new)
    parser.add_argument("model", metavar="NAME", help="what it is called: NAME.ion is written")


def new(options: Namespace) -> int:
    """Write a file to begin with; never over one that is there."""
    path = Path(options.model if options.model.endswith(".ion") else f"{options.model}.ion")
    text = files("ionlang.data").joinpath("starter.ion").read_text(encoding="utf-8")
    try:
        with path.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except FileExistsError:
        raise UsageError(f"{path} is there already, and stays as it is: choose another name") from None
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from None
    print(f"{path} is written: look into it, then try `ionlang test {path}` and `ionlang rest {path}`")
    return 0
