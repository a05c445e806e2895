"""`ionlang compile`: a Python module that needs NumPy alone."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from ionlang import compiler
from ionlang.commands.request import Commands, command, model_of, takes_file
from ionlang.outcome import UsageError


def add(commands: Commands) -> None:
    parser = command(commands, "compile", "write a Python module that needs NumPy alone", compile_)
    takes_file(parser)
    parser.add_argument("-o", "--output", metavar="OUT.py", type=Path, required=True)


def compile_(options: Namespace) -> int:
    text = compiler.module(model_of(options.file).cell)
    try:
        options.output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot write {options.output}: {error.strerror}") from None
    return 0
