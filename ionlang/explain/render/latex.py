"""An explanation for a paper: amsmath."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ionlang.explain.explanation import Account, Entry, Equation, Explanation, Name, Part
from ionlang.explain.render.numbers import number_and_unit, with_unit
from ionlang.explain.render.write import Writer

_SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "_": r"\_", "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "#": r"\#", "$": r"\$", "%": r"\%", "&": r"\&", "µ": r"\ensuremath{\mu}", "−": r"\ensuremath{-}",
    "·": r"\ensuremath{\cdot}", "∞": r"\ensuremath{\infty}", "α": r"\ensuremath{\alpha}", "β": r"\ensuremath{\beta}",
    "τ": r"\ensuremath{\tau}", "φ": r"\ensuremath{\varphi}", "π": r"\ensuremath{\pi}", "δ": r"\ensuremath{\delta}",
    "Δ": r"\ensuremath{\Delta}", "⁺": r"\ensuremath{^{+}}", "⁻": r"\ensuremath{^{-}}", "→": r"\ensuremath{\to}",
    "Σ": r"\ensuremath{\Sigma}", "λ": r"\ensuremath{\lambda}", "ρ": r"\ensuremath{\rho}",
    "η": r"\ensuremath{\eta}", "σ": r"\ensuremath{\sigma}", "Φ": r"\ensuremath{\Phi}", "ξ": r"\ensuremath{\xi}",
    "≤": r"\ensuremath{\le}", "≥": r"\ensuremath{\ge}", "<": r"\ensuremath{<}", ">": r"\ensuremath{>}",
    "–": "--", "°": r"\ensuremath{^{\circ}}", "±": r"\ensuremath{\pm}",
}  # fmt: skip


def escaped(text: str) -> str:
    """Any text as LaTeX that prints it."""
    return "".join(_SPECIAL.get(sign, sign) for sign in text)


@dataclass(frozen=True, slots=True)
class Formula:
    """A scribe of LaTeX in mathematics mode."""

    stacked: bool = True

    def symbol(self, name: Name) -> str:
        base = f"[{_upright(name.base)}]" if name.bracketed else _letters(name.base)
        if name.index == "*":
            return rf"\sum_{{i}} {self.symbol(replace(name, index='i'))}"
        parts = [_upright(name.sub)] if name.sub else []
        below = ", ".join([*parts, name.index] if name.index else parts)
        return f"{base}_{{{below}}}" if below else base

    def number(self, digits: str, unit: str) -> str:
        return _digits(digits) + (rf"\,{_upright(unit)}" if unit else "")

    def joined(self, left: str, sign: str, right: str) -> str:
        words = {"−": "-", "≤": r"\le", "≥": r"\ge", "and": r"\;\text{and}\;", "or": r"\;\text{or}\;"}
        return f"{left} {words.get(sign, sign)} {right}"

    def signed(self, operand: str) -> str:
        return f"-{operand}"

    def product(self, left: str, right: str) -> str:
        return rf"{left} \cdot {right}"

    def quotient(self, above: str, below: str) -> str:
        return rf"\frac{{{above}}}{{{below}}}"

    def power(self, base: str, exponent: str) -> str:
        return f"{{{base}}}^{{{exponent}}}"

    def exponential(self, exponent: str) -> str:
        return f"e^{{{exponent}}}"

    def call(self, function: str, arguments: tuple[str, ...]) -> str:
        if function == "sqrt":
            return rf"\sqrt{{{arguments[0]}}}"
        word = (
            rf"\{function}" if function in ("ln", "min", "max", "sin", "cos", "tanh") else _upright(function)
        )
        return rf"{word}\left({', '.join(arguments)}\right)"

    def brackets(self, inner: str) -> str:
        return rf"\left({inner}\right)"

    def choice(self, condition: str, then: str, otherwise: str) -> str:
        return rf"\begin{{cases}}{then} & {condition} \\ {otherwise} & \text{{else}}\end{{cases}}"


def _letters(base: str) -> str:
    """One letter is slanted, a word upright."""
    return base if len(base) == 1 and base.isascii() and base.isalpha() else _upright(base)


def _upright(words: str) -> str:
    return rf"\text{{{escaped(words)}}}"


def _digits(digits: str) -> str:
    match = re.fullmatch(r"(.*)[eE]([-+]?)0*(\d+)", digits)
    if match is None:
        return escaped(digits) if not re.fullmatch(r"[-\d./]+", digits) else digits
    return rf"{match[1]} \times 10^{{{match[2].replace('+', '')}{match[3]}}}"


def latex_of(explanation: Explanation) -> str:
    return "\n".join(line for part in explanation.parts for line in _part(part))


def _part(part: Part) -> Iterator[str]:
    yield rf"\paragraph{{{escaped(part.quantity)} {escaped(part.moment)}}}"
    yield f"${Formula().number(*number_and_unit(part.value, part.dimension))}$"
    legend = {entry.path: entry for entry in part.legend}
    for equation in part.equations:
        yield ""
        yield f"{escaped(equation.words)}:"
        yield from _equation(equation, legend)
    if part.legend:
        yield r"\begin{description}"
        for entry in part.legend:
            value = escaped(with_unit(entry.value, entry.dimension))
            yield rf"\item[{{${Formula().symbol(entry.name)}$}}] {escaped(entry.words)}: {value}"
        yield r"\end{description}"
    for account in part.accounts:
        yield from _account(account)
    for sentence in part.cause:
        yield ""
        yield escaped(sentence)


def _equation(equation: Equation, legend: dict[str, Entry]) -> Iterator[str]:
    entry = legend[equation.left.path]
    left = "0" if equation.balance else Formula().symbol(entry.name)
    value = Formula().number(*number_and_unit(entry.value, entry.dimension))
    if equation.balance:
        value = rf"0 \quad\text{{at}}\quad {Formula().symbol(entry.name)} = {value}"
    yield r"\begin{align*}"
    yield rf"{left} &= {Writer(Formula(), legend, in_numbers=False).write(equation.right)} \\"
    yield rf"&= {Writer(Formula(), legend, in_numbers=True).write(equation.right)} \\"
    yield f"&= {value}"
    yield r"\end{align*}"


def _account(account: Account) -> Iterator[str]:
    yield ""
    yield f"{escaped(account.words)}:"
    yield ""
    yield r"\begin{tabular}{lrr}"
    for piece in account.pieces:
        share = "" if piece.share is None else escaped(f"{100 * piece.share:.3g} %")
        yield rf"{escaped(piece.words)} & {escaped(with_unit(piece.amount, piece.dimension))} & {share} \\"
    yield rf"together & {escaped(with_unit(account.total, account.dimension))} & \\"
    yield r"\end{tabular}"
