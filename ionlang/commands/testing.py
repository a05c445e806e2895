"""`ionlang test`: every `expect` of files and folders."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

from ionlang.commands.request import Commands, command, read
from ionlang.commands.running import run_one
from ionlang.diagnostics import ModelError
from ionlang.outcome import WRONG_MODEL, NumericalFailure, UsageError
from ionlang.render import colour_for, render_text


def add(commands: Commands) -> None:
    parser = command(commands, "test", "run every expect of files and folders", test)
    parser.add_argument("paths", nargs="+", metavar="PATH", type=Path)


def test(options: Namespace) -> int:
    """Every `expect` of every file; the last line counts. A file without `expect` fails."""
    passed = failed = 0
    for path in _files(options.paths):
        good, bad = _test_file(path)
        passed, failed = passed + good, failed + bad
    print(f"{passed} passed, {failed} failed")
    return 0 if failed == 0 else WRONG_MODEL


def _files(paths: list[Path]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(path.rglob("*.ion"))
        elif path.exists():
            found.append(path)
        else:
            raise UsageError(f"there is no {path}")
    if not found:
        raise UsageError("no .ion file there")
    return found


def _test_file(path: Path) -> tuple[int, int]:
    from ionlang.analyse.results import failures_text, is_broken, verdict_lines
    from ionlang.api import Model

    model = Model(read(str(path)))
    try:
        scenarios = model.scenarios
        model.tuned()
    except ModelError as error:
        print(render_text(error.diagnostics, colour_for(sys.stdout)), end="")
        print(f"{path}: FAIL, the model is wrong")
        return 0, 1
    passed = failed = 0
    for name in scenarios:
        try:
            result = run_one(model, name, {})
        except NumericalFailure as error:
            print(f"{path} {name}: FAIL {error}")
            failed += 1
            continue
        if is_broken(result):
            print(f"{path} {name}: FAIL\n{failures_text(result)}")
            failed += 1
        for good, line in verdict_lines(result):
            passed, failed = passed + good, failed + (not good)
            print(f"{path} {name}:{line}")
    if passed + failed == 0:
        print(f"{path}: FAIL, it expects nothing (`expect …` says what must come out)")
        failed += 1
    return passed, failed
