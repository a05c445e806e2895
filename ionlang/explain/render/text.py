"""An explanation for a terminal."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ionlang.explain.explanation import Account, Entry, Equation, Explanation, Name, Part, Piece
from ionlang.explain.render.numbers import with_unit
from ionlang.explain.render.write import Writer

GLUE = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Line:
    """A scribe of plain text."""

    stacked: bool = False

    def symbol(self, name: Name) -> str:
        return symbol(name)

    def number(self, digits: str, unit: str) -> str:
        return f"{digits}{GLUE}{unit}" if unit else digits

    def joined(self, left: str, sign: str, right: str) -> str:
        return f"{left} {sign} {right}"

    def signed(self, operand: str) -> str:
        return f"−{operand}"

    def product(self, left: str, right: str) -> str:
        return f"{left} · {right}" if GLUE in left + right else f"{left}·{right}"

    def quotient(self, above: str, below: str) -> str:
        return f"{above} / {below}" if GLUE in above + below else f"{above}/{below}"

    def power(self, base: str, exponent: str) -> str:
        return f"{base}^{exponent}"

    def exponential(self, exponent: str) -> str:
        return f"exp({exponent})"

    def call(self, function: str, arguments: tuple[str, ...]) -> str:
        return f"{function}({', '.join(arguments)})"

    def brackets(self, inner: str) -> str:
        return f"({inner})"

    def choice(self, condition: str, then: str, otherwise: str) -> str:
        return f"{then} if {condition}, else {otherwise}"


_LOW = str.maketrans("0123456789+-i", "₀₁₂₃₄₅₆₇₈₉₊₋ᵢ")


def symbol(name: Name) -> str:
    """`[X]out`, `E_X`; `Vᵢ₊₁` in the next copy of a line, `ΣJ` of all."""
    if name.index == "*":
        return f"Σ{symbol(replace(name, index=''))}"
    low = name.index.translate(_LOW)
    if name.bracketed:
        return f"[{name.base}]{name.sub}{low}"
    return f"{name.base}_{name.sub}{low}" if name.sub else f"{name.base}{low}"


def text_of(explanation: Explanation, width: int) -> str:
    return "\n".join(line for part in explanation.parts for line in (*_part(part, width), "")).rstrip() + "\n"


def _part(part: Part, width: int) -> Iterator[str]:
    yield f"{part.quantity} {part.moment} = {with_unit(part.value, part.dimension)}"
    legend = {entry.path: entry for entry in part.legend}
    for equation in part.equations:
        yield ""
        yield f"  {equation.words}"
        yield from equation_lines(equation, legend, width)
    if part.legend:
        yield ""
        yield "  where"
        yield from legend_lines(part.legend)
    for account in part.accounts:
        yield ""
        yield f"  {account.words}"
        yield from _account(account)
    if part.cause:
        yield ""
        yield "  why"
    for sentence in part.cause:
        yield from wrapped(sentence, width, "    ", "    ")


def equation_lines(equation: Equation, legend: dict[str, Entry], width: int) -> Iterator[str]:
    left = symbol(legend[equation.left.path].name)
    start = "0" if equation.balance else left
    indent = " " * (4 + len(start))
    value = with_unit(legend[equation.left.path].value, legend[equation.left.path].dimension)
    written = Writer(Line(), legend, in_numbers=False).write(equation.right)
    numbers = Writer(Line(), legend, in_numbers=True).write(equation.right)
    yield from wrapped(f"{start} = {written}", width, "    ", indent + "   ")
    if _plain(numbers) != value:
        yield from wrapped(f"= {numbers}", width, indent + " ", indent + "   ")
    if equation.balance:
        yield f"{indent}   at {left} = {value}"
    else:
        yield f"{indent} = {value}"


def _plain(text: str) -> str:
    return text.replace(GLUE, " ")


def wrapped(text: str, width: int, first: str, following: str) -> list[str]:
    """Broken at blanks; a number stays with its unit."""
    text = re.sub(r"(?<=[\d∞]) (?=[A-Za-zµ%/°])", GLUE, text) if GLUE not in text else text
    lines = textwrap.wrap(
        text, width, initial_indent=first, subsequent_indent=following, break_long_words=False,
        break_on_hyphens=False,
    )  # fmt: skip
    return [_plain(line) for line in lines]


def legend_lines(legend: tuple[Entry, ...]) -> Iterator[str]:
    wide = max(len(symbol(entry.name)) for entry in legend)
    for entry in legend:
        yield f"    {symbol(entry.name):{wide}}  {entry.words}: {with_unit(entry.value, entry.dimension)}"


def _account(account: Account) -> Iterator[str]:
    rows = [(piece.words, *_amounts(piece)) for piece in account.pieces]
    rows.append(("together", with_unit(account.total, account.dimension), ""))
    wide = [max(len(row[k]) for row in rows) for k in range(3)]
    for words, amount, share in rows:
        yield f"    {words:{wide[0]}}  {amount:>{wide[1]}}  {share:>{wide[2]}}".rstrip()


def _amounts(piece: Piece) -> tuple[str, str]:
    share = "" if piece.share is None else f"{100 * piece.share:.3g} %"
    return with_unit(piece.amount, piece.dimension), share
