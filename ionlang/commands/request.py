"""What commands have in common: the words FILE, --set and --format, and how a file is read and written."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace, _SubParsersAction
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from ionlang.diagnostics import ModelError
from ionlang.outcome import UsageError
from ionlang.render import colour_for, render_text
from ionlang.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ionlang.api import Model

FORMATS = ("text", "json")
Commands: TypeAlias = "_SubParsersAction[ArgumentParser]"


def command(commands: Commands, name: str, help: str, does: Callable[[Namespace], int]) -> ArgumentParser:
    """A new command, by its name and a line that says what it is for."""
    parser = commands.add_parser(name, help=help, allow_abbrev=False)
    parser.set_defaults(command=does)
    return parser


def takes_file(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="an .ion file, or - for standard input")


def takes_set(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--set", metavar="NAME=VALUE", action="append", default=[], help="replace a parameter, e.g. rho='0.5 uA/cm2'"
    )  # fmt: skip


def takes_copy(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--copy", metavar="COPY", help="which copy of a line: its number, or a position in it, e.g. '100 um'"
    )  # fmt: skip


def copy_of(model: Model, options: Namespace) -> str | None:
    """The copy that is asked for. Raises UsageError where no line has it."""
    from ionlang import compiler

    if options.copy is None:
        return None
    if not model.cell.lines:
        raise UsageError("--copy says which copy of a line, and the file has no line")
    try:
        compiler.copies(model.checked, options.copy)
    except ModelError as error:
        raise UsageError("; ".join(d.message for d in error.diagnostics)) from None
    copy: str = options.copy
    return copy


def takes_format(parser: ArgumentParser, formats: tuple[str, ...] = FORMATS) -> None:
    parser.add_argument("--format", choices=formats, default="text")


def read(name: str) -> Source:
    """A file's text; `-` is standard input. Raises UsageError."""
    try:
        if name == "-":
            return Source("<standard input>", sys.stdin.buffer.read().decode("utf-8"))
        return Source(name, Path(name).read_bytes().decode("utf-8"))
    except OSError as error:
        raise UsageError(f"cannot read {name}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise UsageError(f"{name} is not text in UTF-8 (byte {error.start})") from None


def model_of(name: str) -> Model:
    """A model without errors; its warnings go to standard error. Raises ModelError."""
    from ionlang.api import Model

    model = Model(read(name))
    model.checked.whole()
    if model.check():
        print(render_text(model.check(), colour_for(sys.stderr)), file=sys.stderr, end="")
    return model


def given_of(options: Namespace) -> dict[str, str | float]:
    given: dict[str, str | float] = {}
    for setting in options.set:
        name, equals, value = setting.partition("=")
        if not equals or not name.strip() or not value.strip():
            raise UsageError(f"--set takes NAME=VALUE, not {setting!r}")
        given[name.strip()] = value.strip()
    return given


@contextmanager
def wrong_usage_told() -> Iterator[None]:
    """What the file does not have, or cannot do as it was asked for, is wrong usage."""
    try:
        yield
    except KeyError as error:
        raise UsageError(str(error.args[0])) from None
    except ValueError as error:
        raise UsageError(str(error)) from None


def write(target: Path, write: Callable[[Path], object]) -> None:
    """Let `write` write a file. Raises UsageError."""
    try:
        write(target)
    except OSError as error:
        raise UsageError(f"cannot write {target}: {error.strerror}") from None
    except (ModuleNotFoundError, ValueError) as error:
        raise UsageError(f"cannot write {target}: {error}") from None
