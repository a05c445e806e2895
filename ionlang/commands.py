"""What each command does. Returns the exit code; raises ModelError, UsageError, NumericalFailure."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from ionlang import compiler
from ionlang.diagnostics import Diagnostic, ModelError
from ionlang.outcome import NUMBERS_FAILED, WRONG_MODEL, NumericalFailure, UsageError
from ionlang.render import colour_for, render_json, render_text
from ionlang.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable

    from ionlang.analyse.results import Result
    from ionlang.api import Model


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


def rest(options: Namespace) -> int:
    model = model_of(options.file)
    card = model.rest(given_of(options))
    if options.format == "json":
        from ionlang.analyse.objects import card_object

        print(json.dumps(card_object(card), indent=2))
    else:
        from ionlang.analyse.report import card_text

        print(card_text(card), end="")
    if not card.equilibria:
        raise NumericalFailure(f"no equilibrium of {options.file} was found")
    return 0


def run(options: Namespace) -> int:
    _panels(options)
    from ionlang.analyse.results import is_broken, result_object, result_text

    model = model_of(options.file)
    chosen = _chosen(model, options.scenario)
    given = given_of(options)
    results = [_run_one(model, name, given) for name in chosen]
    for result in results:
        _save(options, result, alone=len(results) == 1)
    if options.overlay is not None:
        _overlay(options.overlay, results)
    if options.format == "json":
        print(json.dumps({"scenarios": {r.scenario.name: result_object(r) for r in results}}, indent=2))
    else:
        print("\n".join(result_text(r) for r in results), end="")
    if any(is_broken(r) for r in results):
        return NUMBERS_FAILED
    return 0 if all(r.passed for r in results) else WRONG_MODEL


def _chosen(model: Model, names: list[str]) -> tuple[str, ...]:
    if not model.scenarios:
        raise UsageError(f"{model.source.name} has no scenario to run; `ionlang rest` looks at rest alone")
    for name in names:
        if name not in model.scenarios:
            raise UsageError(f"no scenario {name!r}; there are: {', '.join(model.scenarios)}")
    return tuple(dict.fromkeys(names)) or model.scenarios


def _run_one(model: Model, name: str, given: dict[str, str | float]) -> Result:
    from ionlang.progress import bar_for, share_bar_for
    from ionlang.simulate.running.plan import Impossible
    from ionlang.simulate.running.run import NoRest

    if model.cell.study(name) is not None:
        with share_bar_for(sys.stderr, name) as share:
            return model.study(name, given, progress=share)
    with bar_for(sys.stderr, model, name) as progress:
        try:
            return model.run(name, given, progress=progress)
        except (NoRest, Impossible) as error:
            raise NumericalFailure(str(error)) from None


def _save(options: Namespace, result: Result, *, alone: bool) -> None:
    """Where there are several scenarios, each file's name carries its scenario; those that do not run are left out."""
    from ionlang.analyse.results import lacks_a_course
    from ionlang.simulate.solution import Solution

    draw = result.plot
    if options.show is not None and isinstance(result, Solution):
        draw = partial(result.plot, show=_panels(options))
    for path, write in ((options.csv, result.to_csv), (options.plot, draw)):
        if path is None or (lacks_a_course(result) and not alone):
            continue
        _write(path if alone else path.with_stem(f"{path.stem}_{result.scenario.name}"), write)


def _panels(options: Namespace) -> tuple[str, ...] | None:
    """What `--show` names; None if it is not given. Raises UsageError."""
    from ionlang.plot import shows_of

    if options.show is None:
        return None
    if options.plot is None:
        raise UsageError("--show says what is drawn by --plot PATH, which is missing")
    try:
        return shows_of(options.show.split(","))
    except ValueError as error:
        raise UsageError(f"--show: {error}") from None


def _overlay(path: Path, results: list[Result]) -> None:
    """Every run that lasts on one figure."""
    from ionlang import plot
    from ionlang.analyse.results import time_courses

    named = [pair for result in results for pair in time_courses(result)]
    labels, solutions = [name for name, _ in named], [solution for _, solution in named]
    _write(path, lambda target: plot.save_figure(plot.compare(solutions, labels), target))


def _write(target: Path, write: Callable[[Path], object]) -> None:
    try:
        write(target)
    except OSError as error:
        raise UsageError(f"cannot write {target}: {error.strerror}") from None
    except (ModuleNotFoundError, ValueError) as error:
        raise UsageError(f"cannot write {target}: {error}") from None


def compile_(options: Namespace) -> int:
    text = compiler.module(model_of(options.file).cell)
    try:
        options.output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot write {options.output}: {error.strerror}") from None
    return 0


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
            result = _run_one(model, name, {})
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
