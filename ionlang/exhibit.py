"""Every stage's result as text: `ionlang show ast|model|equations|code`."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from ionlang.model.cell import Cell
from ionlang.model.kinds import SENTENCE_WORDS
from ionlang.model.names.difference import Difference
from ionlang.source import Source, Span
from ionlang.syntax import ast
from ionlang.units import Dimension, describe

if TYPE_CHECKING:
    from ionlang.equations.system import Definition, Root


def tree(model: ast.Model) -> str:
    """The syntax tree, a node a line."""
    return "\n".join(_lines(model, ""))


def cell(meaning: Cell) -> str:
    """The cell that a file means: what was resolved, scaled and checked."""
    return "\n".join(_lines(meaning, "")) + "\n"


def tuned(meaning: Cell) -> str:
    """What the file tunes, as it is found, with what the file says of it; nothing if it tunes nothing."""
    if meaning.tuning is None:
        return ""
    from ionlang import compiler
    from ionlang.simulate.tuning.solve import tune
    from ionlang.simulate.tuning.tuned import said

    found = tune(compiler.machine(meaning), {})
    lines = [
        f"  {t.name} = {said(t.value, t.dimension, 8)}  (written: {said(t.written, t.dimension, 8)})"
        for t in found
    ]
    return "\n".join(("tuned", *lines, ""))


def differences(found: tuple[Difference, ...]) -> str:
    """What instances and extensions say otherwise than what they are made from."""
    lines = ["differences"] if found else []
    maker = ""
    for difference in found:
        lines += [f"  {difference.maker}"] if difference.maker != maker else []
        maker = difference.maker
        where = f"{difference.path}.{difference.word}"
        if " " in difference.word or difference.word in SENTENCE_WORDS.values():
            where = f"{difference.path}: {difference.word}"
        lines.append(f"    {where}  {difference.was or '(new)'} → {difference.now or '(left out)'}")
    return "\n".join((*lines, ""))


def equations(meaning: Cell) -> str:
    """The system: parameters, definitions in order, rates, starts, conserved quantities."""
    from ionlang import compiler

    system = compiler.equations(meaning)
    lines = ["parameters"]
    lines += [f"    {p.path} = {p.value}  [{p.unit}]  # {p.literal}; {p.origin}" for p in system.parameters]
    lines += ["definitions"]
    lines += [f"    {d.path} = {_meaning(d)}  [{d.unit}]  # {d.origin}" for d in system.definitions]
    lines += ["equations"]
    rates = zip(system.states, system.rates, strict=True)
    lines += [f"    d {s.path}/dt = {rate}  [{s.unit}/ms]  # {s.origin}" for s, rate in rates]
    lines += ["start values"] + [f"    {s.symbol} = {s.value}" for s in system.starts]
    lines += ["conserved"]
    for law in system.invariants:
        terms = " + ".join(f"({weight})*{system.states[i].path}" for i, weight in law.terms)
        lines.append(f"    {law.name}: {terms}  [{law.unit}]")
    return "\n".join(lines) + "\n"


def _meaning(definition: Definition | Root) -> str:
    from ionlang.equations.system import Definition

    if isinstance(definition, Definition):
        return str(definition.expression)
    return f"root of {definition.residual} between {definition.lower} and {definition.upper}"


def code(meaning: Cell) -> str:
    """The generated module."""
    from ionlang import compiler

    return compiler.module(meaning)


def _lines(node: object, indent: str, label: str = "") -> list[str]:
    prefix = f"{indent}{label}"
    if isinstance(node, Dimension):
        return [f"{prefix}{describe(node)}"]
    if is_dataclass(node) and not isinstance(node, type):
        lines = [f"{prefix}{type(node).__name__}"]
        for f in fields(node):
            value = getattr(node, f.name)
            if not isinstance(value, (Span, Source)):
                lines += _lines(value, indent + "  ", f"{f.name}: ")
        return lines
    if isinstance(node, tuple):
        lines = [f"{prefix}{'()' if not node else ''}".rstrip()]
        for item in node:
            lines += _lines(item, indent + "  ", "- ")
        return lines
    return [f"{prefix}{node if isinstance(node, (str, Fraction)) else repr(node)}"]
