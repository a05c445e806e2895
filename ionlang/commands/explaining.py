"""`ionlang explain`: what the command line asks for, and how its mistakes are told."""

from __future__ import annotations

import json
from argparse import Namespace
from typing import TYPE_CHECKING

from ionlang import compiler
from ionlang.commands.request import (
    Commands,
    command,
    copy_of,
    given_of,
    model_of,
    takes_copy,
    takes_file,
    takes_format,
    takes_set,
    wrong_usage_told,
)
from ionlang.diagnostics import Diagnostic, ModelError
from ionlang.model.names.suggest import closest, listing
from ionlang.outcome import UsageError

if TYPE_CHECKING:
    from ionlang.api import Model
    from ionlang.explain.explanation import Explanation

_FORMATS = ("text", "latex", "html", "json")


def add(commands: Commands) -> None:
    parser = command(commands, "explain", "say why a quantity has its value", explain)
    takes_file(parser)
    parser.add_argument(
        "quantity", metavar="QUANTITY", nargs="?", help="such as soma.V, 'soma.E(K)', inside.Na"
    )
    parser.add_argument("--scenario", metavar="NAME", help="in this scenario, at its end; otherwise at rest")
    parser.add_argument("--at", metavar="TIME", help="at this time of the scenario, e.g. '30 s'")
    parser.add_argument(
        "--from", dest="first", metavar="TIME", help="with --to: why it moved between two times"
    )
    parser.add_argument("--to", dest="last", metavar="TIME", help="the later of the two times")
    takes_copy(parser)
    takes_set(parser)
    takes_format(parser, _FORMATS)


def explain(options: Namespace) -> int:
    """Print why a quantity has its value. Raises ModelError, UsageError, NumericalFailure."""
    model = model_of(options.file)
    print(_written(_explained(model, options), options.format), end="")
    return 0


def _written(explanation: Explanation, form: str) -> str:
    match form:
        case "latex":
            return explanation.latex()
        case "html":
            return explanation.html() + "\n"
        case "json":
            return json.dumps(explanation.as_object(), indent=2, ensure_ascii=False) + "\n"
        case _:
            return explanation.text()


def _explained(model: Model, options: Namespace) -> Explanation:
    between = _between(options)
    scenario = _scenario(model, options)
    _check_texts(model, options, scenario)
    copy = copy_of(model, options)
    with wrong_usage_told():
        return model.explain(options.quantity, scenario, options.at, between, given_of(options), copy)


def _between(options: Namespace) -> tuple[str, str] | None:
    first, last = options.first, options.last
    if first is None and last is None:
        return None
    if first is None or last is None:
        raise UsageError("--from and --to go together: the two times between which something moved")
    if options.at is not None:
        raise UsageError("--at is one time, --from and --to are two: give one or the other")
    return first, last


def _scenario(model: Model, options: Namespace) -> str | None:
    """The scenario that is asked for; the only one if a time is given without a name."""
    name, known = options.scenario, model.scenarios
    if name is None and options.at is None and options.first is None:
        return None
    if name is None and len(known) != 1:
        raise UsageError(f"name the scenario with --scenario: there are {', '.join(known) or 'none'}")
    if name is not None and name not in known:
        raise UsageError(f"no scenario {name!r}; there are: {', '.join(known) or 'none'}")
    chosen = known[0] if name is None else name
    if model.cell.study(chosen) is not None:
        raise UsageError(f"scenario {chosen} is several runs: explain one that is a single run")
    return str(chosen)


def _check_texts(model: Model, options: Namespace, scenario: str | None) -> None:
    """What the command line says in the language; a mistake there is one of the command, not of the file."""
    for text in (options.quantity, options.at, options.first, options.last):
        if text is None:
            continue
        try:
            compiler.quantity_in_copy(model.checked, text, scenario, copy_of(model, options) or "1")
        except ModelError as error:
            known = tuple(model.machine.symbols)
            raise UsageError("; ".join(_said(d, text, known) for d in error.diagnostics)) from None


def _said(diagnostic: Diagnostic, text: str, known: tuple[str, ...]) -> str:
    """The message with what was meant; what the file could declare is no help here."""
    if diagnostic.code != "ION101" or diagnostic.help.startswith("did you mean"):
        return f"{diagnostic.message}{f'; {diagnostic.help}' if diagnostic.help else ''}"
    guess = closest(text, known)
    return f"{diagnostic.message}; " + (
        f"did you mean `{guess}`?" if guess else f"ask for {listing(known[:4], 'or')}, …"
    )
