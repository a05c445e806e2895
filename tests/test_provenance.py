"""Where numbers come from: `cite`, `source`, the command that lists them, and what is said where they are wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import ionlang
from ionlang.analyse.rests_on import rests_on
from ionlang.cli import main
from ionlang.diagnostics import Problems
from ionlang.model.names.libraries import needed_cites, needed_names, read_library
from ionlang.source import Source
from ionlang.syntax import ast
from ionlang.syntax.parse import parse

CELL = """
temperature = 37 degC
cite book { doi = "10.1234/example"; text = "A book of numbers" }
cite lab { text = "our  own recordings" }
ion K { valence = +1 }
param g_K = 0.1 mS/cm2 source lab
let double = 2*g_K source "a guess"
bath inside  { K = 140 mM source book }
bath outside { K = 4 mM source "bath solution" }
membrane soma (inside | outside) {
    capacitance = 1 uF/cm2
    V from currents starting at -80 mV
    channel K_leak { carries K;  conductance = double }
}
scenario first { expect soma.V at rest = -95 mV +- 1 mV source book }
scenario second { expect soma.V at rest < 0 mV source book; expect soma.V at rest < 1 mV }
"""


def codes(text: str) -> list[tuple[str, str]]:
    return [(d.code, d.primary.span.text) for d in ionlang.loads(text).check()]


def test_the_cell_knows_what_it_rests_on() -> None:
    cell = ionlang.loads(CELL).cell
    assert [(c.name, c.doi, c.text) for c in cell.citations] == [
        ("book", "10.1234/example", "A book of numbers"),
        ("lab", "", "our own recordings"),
    ]
    found = rests_on(cell)
    assert [(s.title, [(b.what, b.path, b.text) for b in s.backs]) for s in found.sources] == [
        (
            "book: A book of numbers, doi:10.1234/example",
            [
                ("property", "inside.K", "140 mM"),
                ("expectation", "first", "expect soma.V at rest = -95 mV +- 1 mV"),
                ("expectation", "second", "expect soma.V at rest < 0 mV"),
            ],
        ),
        ("lab: our own recordings", [("parameter", "g_K", "0.1 mS/cm2")]),
        ('"a guess"', [("expression", "double", "2*g_K")]),
        ('"bath solution"', [("property", "outside.K", "4 mM")]),
    ]
    assert [b.path for b in found.without] == ["temperature", "soma.capacitance"]


def test_a_scenario_has_expectations_of_its_own() -> None:
    first, second = (
        rests_on(ionlang.loads(CELL).cell, name).sources[0].backs for name in ("first", "second")
    )
    assert [b.path for b in first] == ["inside.K", "first"]
    assert [b.path for b in second] == ["inside.K", "second"]


def test_the_source_of_a_parameter_and_of_an_expectation_is_its_name() -> None:
    cell = ionlang.loads(CELL).cell
    assert {p.path: p.source for p in cell.parameters if p.source} == {
        "g_K": "lab", "inside.K": "book", "outside.K": "bath solution",
    }  # fmt: skip
    assert cell.scenarios[0].expectations[0].source == "book"


def test_the_numbers_do_not_change_with_their_sources() -> None:
    bare = CELL
    for words in (" source lab", ' source "a guess"', " source book", ' source "bath solution"'):
        bare = bare.replace(words, "")
    cited, plain = ionlang.loads(CELL).machine.system, ionlang.loads(bare).machine.system
    assert [(p.path, p.value) for p in cited.parameters] == [(p.path, p.value) for p in plain.parameters]
    assert cited.rates == plain.rates


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("source lab", "source lap", ("ION140", "lap")),
        ("source lab", "source K", ("ION140", "K")),
        ('"10.1234/example"', '"doi:10.1234/example"', ("ION141", '"doi:10.1234/example"')),
        ('"10.1234/example"', '"10.12/example"', ("ION141", '"10.12/example"')),
        ('"10.1234/example"', '"10.1234/two words"', ("ION141", '"10.1234/two words"')),
        ('"10.1234/example"', '""', ("ION141", '""')),
        ('doi = "10.1234/example"; text = "A book of numbers"', "", ("ION142", "cite book")),
        ('doi = "10.1234/example"; text = "A book of numbers"', 'text = " "', ("ION142", "cite book")),
        ('doi = "10.1234/example"', "doi = 10.1234/example", ("ION143", "10.1234/example")),
        ("inside  { K = 140 mM source book }", 'inside { K = "140 mM" }', ("ION143", '"140 mM"')),
        ("temperature = 37 degC", 'temperature = "37 degC"', ("ION143", '"37 degC"')),
        ('text = "A book of numbers"', 'txt = "A book"', ("ION105", "txt")),
        ('text = "A book of numbers"', 'doi = "10.1234/other"', ("ION305", "doi")),
        ("cite lab {", "cite book {", ("ION102", "book")),
        ("cite lab {", "cite g_K {", ("ION102", "g_K")),
        ("2*g_K", "2*book", ("ION116", "book")),
    ],
)  # fmt: skip
def test_each_mistake_is_found_where_it_is(old: str, new: str, expected: tuple[str, str]) -> None:
    assert old in CELL
    assert expected in codes(CELL.replace(old, new))


def test_a_misspelt_source_is_corrected_and_said_once() -> None:
    wrong = CELL.replace("source book", "source bok")
    (found,) = (d for d in ionlang.loads(wrong).check() if d.code == "ION140")
    assert found.help == "did you mean `book`?"
    assert len(found.secondary) == 2


def test_a_source_whose_cite_cannot_be_read_is_no_second_message() -> None:
    assert (
        codes(CELL.replace("cite lab { text", "cite lab { text text")) == [("ION013", "text")]
        or [code for code, _ in codes(CELL.replace("cite lab { text", "cite lab { text text"))].count(
            "ION140"
        )
        == 0
    )


def test_an_address_of_a_doi_is_shown_without_its_address() -> None:
    text = CELL.replace('"10.1234/example"', '"https://doi.org/10.1234/example"')
    (found,) = ionlang.loads(text).check()
    assert found.help == 'write `doi = "10.1234/example"`'


@pytest.mark.parametrize("doi", ["10.1234/example", "10.123456789/a(b)c;d<1>.2", "10.1234.56/x"])
def test_what_has_the_form_of_a_doi_is_taken(doi: str) -> None:
    assert ionlang.loads(CELL.replace("10.1234/example", doi)).check() == ()


def test_a_citation_that_nobody_names_is_warned_of() -> None:
    (found,) = ionlang.loads(CELL.replace("source lab", "")).check()
    assert (found.code, found.severity, found.label_text if hasattr(found, "label_text") else found.primary.text) == (
        "ION109", "warning", "no `source` names it",
    )  # fmt: skip


TEMPLATES = """
cite book { text = "A book" }
template channel leak(g = 0.1 mS/cm2) {
    carries K
    conductance = g * s
    param s = 2 source book
    param r = 3
    let unused = r*s
}
""" + CELL.replace("channel K_leak { carries K;  conductance = double }", "channel a is leak()\n channel b is leak(g = 1 mS/cm2)").replace(
    'cite book { doi = "10.1234/example"; text = "A book of numbers" }\n', ""
)  # fmt: skip


def test_instances_of_a_template_each_have_its_sources() -> None:
    model = ionlang.loads(TEMPLATES)
    book = rests_on(model.cell).sources[0]
    assert [b.path for b in book.backs if b.what == "parameter"] == ["soma.a.s", "soma.b.s"]
    wrong = ionlang.loads(TEMPLATES.replace("s = 2 source book", "s = 2 source bok"))
    assert [d.code for d in wrong.check()] == ["ION140"]


def test_a_number_of_a_template_is_warned_of_once() -> None:
    from ionlang import compiler

    found = compiler.missing_sources(ionlang.loads(TEMPLATES).checked)
    assert [d.primary.span.line for d in found].count(7) == 1  # `param r`, of two instances


def test_a_library_brings_the_citations_that_are_named() -> None:
    text = 'cite a { text = "x" }\ncite b { text = "y" }\nparam p = 3 mM source a\nparam q = 3 mM source b\n'
    library = read_library("shelf", parse(Source("shelf.ion", text), Problems()))
    assert list(library.cites) == ["shelf.a", "shelf.b"]
    user = parse(Source("cell.ion", "let x = 2*p"), Problems())
    (let,) = user.items
    assert isinstance(let, ast.Let)
    path = ast.Path((ast.Name("shelf.p", let.span),), let.span)
    names = needed_names((path,), {"shelf": library})  # type: ignore[arg-type]
    assert [n.name.text for n in names] == ["shelf.p"]
    assert [c.name.text for c in needed_cites(names, {"shelf": library})] == ["shelf.a"]


def test_a_used_file_brings_its_citations(tmp_path: Path) -> None:
    (tmp_path / "base.ion").write_text(CELL, encoding="utf-8")
    (tmp_path / "more.ion").write_text(
        'use "base.ion"\nscenario own { expect soma.V at rest < 3 mV source book }\n', encoding="utf-8"
    )
    cell = ionlang.load(tmp_path / "more.ion").cell
    assert [b.path for b in rests_on(cell).sources[0].backs] == ["inside.K", "own"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "cell.ion"
    path.write_text(CELL, encoding="utf-8")
    return path


def test_the_command_lists_sources(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cite", str(file)]) == 0
    said = capsys.readouterr().out
    assert said.startswith(
        "cell.ion: 4 sources\n\nbook: A book of numbers, doi:10.1234/example\n    inside.K = 140 mM\n"
    )
    assert said.endswith("\nwithout a source\n    temperature = 37 degC\n    soma.capacitance = 1 uF/cm2\n")
    assert main(["cite", str(file), "--scenario", "second"]) == 0
    assert "first" not in capsys.readouterr().out
    assert main(["cite", str(file), "--scenario", "third"]) == 2


@pytest.mark.parametrize("way", [["--json"], ["--format", "json"]])
def test_the_command_lists_sources_for_programs(
    file: Path, way: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["cite", str(file), *way]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [s["doi"] for s in found["sources"]] == ["10.1234/example", None, None, None]
    assert [s["name"] for s in found["sources"]] == ["book", "lab", None, None]
    assert found["sources"][0]["backs"][0] == {
        "kind": "property", "path": "inside.K", "text": "140 mM", "file": str(file), "line": 8,
    }  # fmt: skip
    assert [e["path"] for e in found["without_source"]] == ["temperature", "soma.capacitance"]


def test_a_model_without_any_source_is_said_to_have_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bare.ion").write_text("temperature = 37 degC\n", encoding="utf-8")
    assert main(["cite", str(tmp_path / "bare.ion")]) == 0
    assert capsys.readouterr().out == "bare.ion: no sources\n\nwithout a source\n    temperature = 37 degC\n"


def test_missing_sources_are_warned_of_on_request_only(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(file)]) == 0
    assert "ION144" not in capsys.readouterr().out
    assert main(["check", "--sources", str(file)]) == 0
    assert capsys.readouterr().out.count("warning[ION144]") == 2
    file.write_text(CELL.replace("source lab", "source lap"), encoding="utf-8")
    assert main(["check", "--sources", str(file)]) == 1
    assert "ION144" not in capsys.readouterr().out


TEMPLATE = """
temperature = 37 degC
cite book { text = "A book of numbers" }
ion K { valence = +1 }
template channel leak(g = 2 mS/cm2 source book, half = -80 mV
                      source "a guess", slope in mV) { carries K;  conductance = g * exp((V - half)/slope) }
bath inside  { K = 140 mM }
bath outside { K = 4 mM }
membrane soma (inside | outside) {
    capacitance = 1 uF/cm2
    V from currents
    channel first is leak(slope = 9 mV)
    channel second is leak(g = 1 mS/cm2, slope = 9 mV)
}
"""


def test_the_default_of_a_template_may_say_its_source() -> None:
    model = ionlang.loads(TEMPLATE)
    assert model.check() == ()
    said = {s.path: s.source for s in model.cell.stated if s.path.startswith("soma.") and s.source}
    assert said == {"soma.first.g": "book", "soma.first.half": "a guess", "soma.second.half": "a guess"}
    assert codes(TEMPLATE.replace("source book", "source bok")) == [("ION140", "bok")]


def test_the_dose_of_a_modifier_may_say_its_source() -> None:
    modifier = 'modifier D(dose = 1 uM source "its label") on soma.first { scale conductance by 1/(1 + dose/(2 uM)) }'
    model = ionlang.loads(f"{TEMPLATE}\n{modifier}\nscenario s {{ apply D }}\n")
    assert {s.path: s.source for s in model.cell.stated}["D.dose"] == "its label"
