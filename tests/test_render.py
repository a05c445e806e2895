"""Diagnostics → text and JSON."""

from __future__ import annotations

import io
import json

import pytest

from ionlang.diagnostics import Diagnostic, Label
from ionlang.render import ANSI, PLAIN, colour_for, render_json, render_text
from ionlang.source import Source, Span

TEXT = """ion K { valence = +1 }
membrane soma (inside | outside) {
\tarea = 922 um
    channel 钾 { carries K; 电导 = 3 mV }
}
"""
SOURCE = Source("cell.ion", TEXT)


def at(text: str, source: Source = SOURCE) -> Span:
    start = source.text.index(text)
    return Span(source, start, start + len(text))


def test_a_message_with_everything():
    said = Diagnostic(
        "ION201",
        "`area` is a length",
        Label(at("922 um"), "this is a length"),
        (Label(at("soma"), "of this membrane"),),
        ("an area has the unit um2", "two\nlines"),
        "write `922 um2`",
    )
    assert render_text([said]) == (
        "error[ION201]: `area` is a length\n"
        " --> cell.ion:3:9\n"
        "  |\n"
        "2 | membrane soma (inside | outside) {\n"
        "  |          ---- of this membrane\n"
        "3 |     area = 922 um\n"
        "  |            ^^^^^^ this is a length\n"
        "  = note: an area has the unit um2\n"
        "  = note: two\n"
        "          lines\n"
        "  = help: write `922 um2`\n"
    )


def test_carets_stand_under_wide_characters():
    said = Diagnostic(
        "ION201", "wrong unit", Label(at("电导"), "a conductance"), (Label(at("3 mV"), "a voltage"),)
    )
    line, *marks = render_text([said]).split("\n")[3:6]
    assert line == "4 |     channel 钾 { carries K; 电导 = 3 mV }"
    assert marks[0] == "  |                                    ---- a voltage"
    assert marks[1] == "  |                             ^^^^ a conductance"


def test_several_lines_and_lines_left_out():
    said = Diagnostic(
        "ION301", "m", Label(Span(SOURCE, TEXT.index("area"), TEXT.index("}\n}") + 1), "all this")
    )
    assert render_text([said]) == (
        "error[ION301]: m\n"
        " --> cell.ion:3:2\n"
        "  |\n"
        "3 |     area = 922 um\n"
        "  |     ^^^^^^^^^^^^^\n"
        "4 |     channel 钾 { carries K; 电导 = 3 mV }\n"
        "  |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ all this\n"
    )
    far = Diagnostic("ION301", "m", Label(at("}\n}")), (Label(at("ion K"), "first"),))
    assert "...\n" in render_text([far])


def test_a_second_file_and_an_empty_place():
    other = Source("pumps.ion", "# one\n\nion K { valence = +2 }")
    said = Diagnostic(
        "ION102",
        "K twice",
        Label(Span(SOURCE, 4, 4)),
        (Label(at("K", other), "and here"),),
        severity="warning",
    )
    assert render_text([said]) == (
        "warning[ION102]: K twice\n"
        " --> cell.ion:1:5\n"
        "  |\n"
        "1 | ion K { valence = +1 }\n"
        "  |     ^\n"
        " ::: pumps.ion:3:5\n"
        "  |\n"
        "3 | ion K { valence = +2 }\n"
        "  |     - and here\n"
    )


@pytest.mark.parametrize("text", ["", "\n", "a"])
def test_the_end_of_a_text_is_a_place(text):
    source = Source("empty.ion", text)
    assert "empty.ion:" in render_text([Diagnostic("ION001", "m", Label(Span(source, len(text), len(text))))])


def test_colour_changes_no_column():
    said = Diagnostic("ION201", "m", Label(at("922 um"), "here"), (), ("note",), "help")
    coloured = render_text([said], ANSI)
    assert "\x1b[" in coloured
    for part in (ANSI.error, ANSI.warning, ANSI.strong, ANSI.frame, ANSI.help, ANSI.reset):
        coloured = coloured.replace(part, "")
    assert coloured == render_text([said])


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_who_gets_colour(monkeypatch):
    for variable in ("NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(variable, raising=False)
    assert colour_for(_Terminal()) is ANSI and colour_for(io.StringIO()) is PLAIN
    monkeypatch.setenv("TERM", "dumb")
    assert colour_for(_Terminal()) is PLAIN
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert colour_for(io.StringIO()) is ANSI
    monkeypatch.setenv("NO_COLOR", "1")
    assert colour_for(_Terminal()) is PLAIN


def test_json_has_every_field():
    said = Diagnostic("ION201", "m", Label(at("922 um"), "here"), (Label(at("soma"), "of"),), ("n",), "h")
    (found,) = json.loads(render_json([said]))
    assert found == {
        "code": "ION201",
        "severity": "error",
        "message": "m",
        "file": "cell.ion",
        "line": 3,
        "column": 9,
        "end_line": 3,
        "end_column": 15,
        "label": "here",
        "secondary": [
            {"file": "cell.ion", "line": 2, "column": 10, "end_line": 2, "end_column": 14, "label": "of"}
        ],
        "notes": ["n"],
        "help": "h",
    }
    assert render_json([]) == "[]" and render_text([]) == ""
