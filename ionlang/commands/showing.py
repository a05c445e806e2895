"""`ionlang show`: a stage of the compiler."""

from __future__ import annotations

from argparse import Namespace

from ionlang import compiler
from ionlang.commands.request import Commands, command, read, takes_file


def add(commands: Commands) -> None:
    parser = command(commands, "show", "print a stage of the compiler", show)
    parser.add_argument("stage", choices=("ast", "model", "equations", "code"))
    takes_file(parser)


def show(options: Namespace) -> int:
    from ionlang import exhibit

    source = read(options.file)
    if options.stage == "ast":
        print(exhibit.tree(compiler.check(source).tree))
        return 0
    checked = compiler.check(source)
    cell = checked.whole()
    show_stage = {"model": exhibit.cell, "equations": exhibit.equations, "code": exhibit.code}[options.stage]
    print(show_stage(cell), end="")
    if options.stage == "model":
        print(exhibit.differences(checked.differences), end="")
        print(exhibit.tuned(cell), end="")
    return 0
