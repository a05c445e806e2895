"""An explanation for a page: equations as presentation MathML. Whatever comes from a file is escaped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import escape

from ionlang.explain.explanation import Account, Entry, Equation, Explanation, Name, Part, Piece
from ionlang.explain.render.numbers import number_and_unit, with_unit
from ionlang.explain.render.write import Writer

_MATH = "http://www.w3.org/1998/Math/MathML"


@dataclass(frozen=True, slots=True)
class Markup:
    """A scribe of presentation MathML; every piece is one element."""

    stacked: bool = True

    def symbol(self, name: Name) -> str:
        base = f"<mi>{escape(name.base)}</mi>"
        if name.bracketed:
            base = _row("<mo>[</mo>", base, "<mo>]</mo>")
        if name.index == "*":
            total = "<munder><mo>∑</mo><mi>i</mi></munder>"
            return _row(total, self.symbol(replace(name, index="i")))
        below = ",".join(part for part in (name.sub, name.index.replace("-", "−")) if part)
        return f"<msub>{base}<mtext>{escape(below)}</mtext></msub>" if below else base

    def number(self, digits: str, unit: str) -> str:
        number = f"<mn>{escape(digits)}</mn>"
        return _row(number, f"<mtext>\N{NO-BREAK SPACE}{escape(unit)}</mtext>") if unit else number

    def joined(self, left: str, sign: str, right: str) -> str:
        return _row(left, f"<mo>{escape(sign)}</mo>", right)

    def signed(self, operand: str) -> str:
        return _row("<mo>−</mo>", operand)

    def product(self, left: str, right: str) -> str:
        return _row(left, "<mo>·</mo>", right)

    def quotient(self, above: str, below: str) -> str:
        return f"<mfrac>{above}{below}</mfrac>"

    def power(self, base: str, exponent: str) -> str:
        return f"<msup>{base}{exponent}</msup>"

    def exponential(self, exponent: str) -> str:
        return f"<msup><mi>e</mi>{exponent}</msup>"

    def call(self, function: str, arguments: tuple[str, ...]) -> str:
        if function == "sqrt":
            return f"<msqrt>{arguments[0]}</msqrt>"
        listed = "<mo>,</mo>".join(arguments)
        return _row(f"<mi>{escape(function)}</mi>", "<mo>(</mo>", listed, "<mo>)</mo>")

    def brackets(self, inner: str) -> str:
        return _row("<mo>(</mo>", inner, "<mo>)</mo>")

    def choice(self, condition: str, then: str, otherwise: str) -> str:
        return _row(then, "<mtext> if </mtext>", condition, "<mtext>, else </mtext>", otherwise)


def _row(*pieces: str) -> str:
    return f"<mrow>{''.join(pieces)}</mrow>"


def html_of(explanation: Explanation) -> str:
    parts = "".join("".join(_part(part)) for part in explanation.parts)
    return f'<div class="ionlang">{parts}</div>'


def _part(part: Part) -> Iterator[str]:
    value = escape(with_unit(part.value, part.dimension))
    yield f"<p><b>{escape(part.quantity)}</b> {escape(part.moment)} = {value}</p>"
    legend = {entry.path: entry for entry in part.legend}
    for equation in part.equations:
        yield f"<p>{escape(equation.words)}</p>"
        yield _equation(equation, legend)
    if part.legend:
        yield f"<p>where</p><table>{''.join(map(_entry, part.legend))}</table>"
    for account in part.accounts:
        yield _account(account)
    yield from (f"<p>{escape(sentence)}</p>" for sentence in part.cause)


def _entry(entry: Entry) -> str:
    value = _cell(with_unit(entry.value, entry.dimension))
    return f"<tr><td>{_math(Markup().symbol(entry.name))}</td>{_cell(entry.words)}{value}</tr>"


def _equation(equation: Equation, legend: dict[str, Entry]) -> str:
    entry = legend[equation.left.path]
    symbol = Markup().symbol(entry.name)
    value = Markup().number(*number_and_unit(entry.value, entry.dimension))
    if equation.balance:
        value = _row("<mn>0</mn>", "<mtext> at </mtext>", symbol, "<mo>=</mo>", value)
    rows = (
        _step(
            "<mn>0</mn>" if equation.balance else symbol,
            Writer(Markup(), legend, False).write(equation.right),
        ),
        _step("", Writer(Markup(), legend, True).write(equation.right)),
        _step("", value),
    )
    return _math(f'<mtable columnalign="right center left">{"".join(rows)}</mtable>', ' display="block"')


def _step(left: str, right: str) -> str:
    return f"<mtr><mtd>{left}</mtd><mtd><mo>=</mo></mtd><mtd>{right}</mtd></mtr>"


def _math(inner: str, attributes: str = "") -> str:
    return f'<math xmlns="{_MATH}"{attributes}>{inner}</math>'


def _cell(words: str) -> str:
    return f'<td style="text-align:left">{escape(words)}</td>'


def _account(account: Account) -> str:
    rows = [
        _cell(p.words) + _cell(with_unit(p.amount, p.dimension)) + _cell(_share(p)) for p in account.pieces
    ]
    rows.append(_cell("together") + _cell(with_unit(account.total, account.dimension)) + _cell(""))
    table = "".join(f"<tr>{row}</tr>" for row in rows)
    return f"<p>{escape(account.words)}</p><table>{table}</table>"


def _share(piece: Piece) -> str:
    return "" if piece.share is None else f"{100 * piece.share:.3g} %"
