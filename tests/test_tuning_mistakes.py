"""What is said where a `tune` cannot be read, makes no sense, or cannot be met."""

from __future__ import annotations

from pathlib import Path

import pytest

import ionlang
from ionlang import compiler
from ionlang.cli import main
from ionlang.diagnostics import Diagnostic, ModelError, Problems
from ionlang.source import Source
from ionlang.syntax.parse import parse
from ionlang.syntax.print import print_model
from tests.tuning_models import CHORD, GHK, PUMP_LEAK

SENTENCES = (
    "tune g so that start is rest",
    "tune g_leak, P_Na so that soma.V at rest = -65 mV and inside.Na at rest = 12 mM",
    "tune a.b, c so that start is rest and soma.V at rest - soma.E(K) at rest = 10 mV",
)


@pytest.mark.parametrize("text", SENTENCES)
def test_a_sentence_is_printed_as_it_is_written(text: str) -> None:
    problems = Problems()
    model = parse(Source("cell.ion", f"{text}\n"), problems)
    assert problems.found == [] and print_model(model) == f"{text}\n"


@pytest.mark.parametrize("line_end", ["a,@ b so that", "a, b so that@", "a, b@ so that"])
def test_a_sentence_may_go_on_on_the_next_line(line_end: str) -> None:
    problems = Problems()
    text = f"tune {line_end} start is rest\n".replace("@", "\n   ")
    model = parse(Source("cell.ion", text), problems)
    assert problems.found == [] and print_model(model) == "tune a, b so that start is rest\n"


READ = {
    "tune a": ("ION025", "it is not said what must come out"),
    "tune a b so that start is rest": ("ION025", "separated by commas"),
    "tune a and b so that start is rest": ("ION025", "separated by commas"),
    "tune a so start is rest": ("ION025", "`that` is missing"),
    "tune a such that start is rest": ("ION025", "`such` stands where `so`"),
    "tune a to start is rest": ("ION025", "it is not said what must come out"),
    "tune a = 3 so that start is rest": ("ION025", "given no value"),
    "tune g = 3 mS/cm2": ("ION025", "given no value"),
    "tune a from 1 mM to 3 mM so that start is rest": ("ION025", "takes no bounds"),
    "tune so that start is rest": ("ION026", "what is to be found"),
    "tune(a) so that start is rest": ("ION033", "`(` cannot stand among the names"),
    "tune a: start is rest": ("ION033", "`:` cannot stand among the names"),
    "tune a so that": ("ION025", "it is not said what must come out"),
    "tune a so that start is at rest": ("ION025", "is no goal"),
    "tune a so that rest is start": ("ION025", "`rest` stands where `start`"),
    "tune a so that start = rest": ("ION025", "`rest` is a state"),
    "tune a so that soma.V = rest": ("ION025", "`rest` is a state"),
    "tune a so that soma.V is -65 mV": ("ION025", "is no goal"),
    "tune a so that soma.V at rest > -65 mV": ("ION025", "an equality"),
    "tune a so that soma.V at rest == -65 mV": ("ION021", "is not an operator"),
    "tune a so that soma.V at rest = -65 mV +- 1 mV": ("ION032", "no tolerance"),
    "tune a so that start is rest, soma.V at rest = -65 mV": ("ION025", "joined by `and`"),
    "tune a so that start is rest or soma.V at rest = -65 mV": ("ION025", "joined by `and`"),
}


@pytest.mark.parametrize("text", READ)
def test_what_cannot_be_read(text: str) -> None:
    problems = Problems()
    parse(Source("cell.ion", f"{text}\n"), problems)
    assert [d.code for d in problems.found] == [READ[text][0]]
    said = problems.found[0]
    assert READ[text][1] in said.message and said.help


MEANT = {
    "tune g_leek so that start is rest": ("ION101", "not declared"),
    "tune soma.Na_leak so that start is rest": ("ION110", "cannot be set"),
    "tune soma.E(K) so that start is rest": ("ION033", "cannot stand among"),
    "tune g, g so that start is rest": ("ION305", "tuned twice"),
    "tune g so that soma.V at rest = 10 mM": ("ION202", "different units"),
    "tune g so that soma.V at rest = -65": ("ION202", "different units"),
    "tune g so that soma.V = -65 mV": ("ION405", "its value when"),
    "tune g so that 3 mV = 4 mV": ("ION405", "numbers only"),
    "tune g so that soma.V at end = -65 mV": ("ION406", "before every run"),
    "tune g so that max(soma.V) = -65 mV": ("ION406", "before every run"),
    "tune g, outside.K so that start is rest": ("ION451", "2 unknowns for 1 goal"),
    "tune g so that soma.V at rest = -65 mV and soma.E(K) at rest = -90 mV": (
        "ION452",
        "2 goals for 1 unknown",
    ),
    "scenario s { run 1 s;  tune g so that start is rest }": ("ION107", "cannot stand in scenario s"),
}


@pytest.mark.parametrize("text", MEANT)
def test_what_makes_no_sense(text: str) -> None:
    said = ionlang.loads(f"{CHORD}\n{text}\n").check()
    assert [d.code for d in said] == [MEANT[text][0]], [d.message for d in said]
    assert MEANT[text][1] in said[0].message


def test_several_mistakes_have_a_message_each() -> None:
    text = f"{CHORD}\ntune g_leek, soma.Na_leak so that soma.V = -65 mV and soma.V at rest = 3 mM\n"
    assert [d.code for d in ionlang.loads(text).check()] == ["ION101", "ION110", "ION405", "ION202"]


def test_what_balances_the_charge_is_solved_for_already() -> None:
    said = ionlang.loads(f"{PUMP_LEAK}\ntune inside.A, P_Na, rho so that start is rest\n").check()
    assert [d.code for d in said] == ["ION450"]


def test_where_nothing_moves_every_start_is_a_rest() -> None:
    said = ionlang.loads(f"{GHK}\ntune P_Na so that start is rest\n").check()
    assert [d.code for d in said] == ["ION451"] and "changes by itself" in said[0].message


def unmet(text: str, sentence: str) -> tuple[Diagnostic, ...]:
    model = ionlang.loads(f"{text}\n{sentence}\n")
    assert model.check() == ()
    with pytest.raises(ModelError) as caught:
        model.rest()
    return caught.value.diagnostics


def test_an_ion_that_nothing_tuned_moves() -> None:
    (said,) = unmet(PUMP_LEAK, "tune P_Na, rho so that start is rest")
    assert said.code == "ION455" and said.message.startswith(
        "Cl in inside cannot be balanced: neither P_Na nor rho"
    )
    assert "nothing else moves it" in said.notes[0]


def test_an_ion_with_one_path_and_no_pump() -> None:
    text = (
        PUMP_LEAK[: PUMP_LEAK.index("    pump NaK")]
        .replace("solute ATP\n", "")
        .replace(";  ATP = 2 mM held", "")
    )
    text = text.replace("param rho  = 1 uA/cm2\n", "") + "}\n"
    (said,) = unmet(text, "tune P_K, inside.Cl so that start is rest")
    assert said.code == "ION455" and "Na in inside cannot be balanced" in said.message


def test_balances_that_one_number_cannot_meet() -> None:
    text = PUMP_LEAK.replace("Cl = 10 mM", "Cl = 13.0909 mM").replace(
        "param P_Cl = 1e-6 cm/s", "param P_Cl = 0 cm/s"
    )
    (said,) = unmet(text, "tune rho so that start is rest")
    assert said.code == "ION455" and "2 goals depend on 1 unknown" in said.message
    assert any("pump NaK takes out" in note for note in said.notes)


def test_two_conductances_for_one_ion() -> None:
    text = PUMP_LEAK.replace("param rho", "param P_more = 1e-8 cm/s\nparam rho").replace(
        "permeability = P_Na }",
        "permeability = P_Na }\n    channel more { carries Na;  permeability = P_more }",
    )
    (said,) = unmet(text, "tune P_Na, P_more, inside.Cl so that start is rest".replace(", inside.Cl", ""))
    assert said.code in ("ION454", "ION455")
    text = text.replace("Cl = 10 mM", "Cl = 13 mM").replace("P_Cl = 1e-6 cm/s", "P_Cl = 0 cm/s")
    (said,) = unmet(text, "tune P_Na, P_more so that start is rest")
    assert said.code == "ION454" and said.message.startswith("P_Na and P_more do the same")


def test_a_number_that_changes_nothing() -> None:
    (said,) = unmet(CHORD, "tune soma.capacitance so that start is rest")
    assert said.code == "ION453"
    (said,) = unmet(CHORD, "tune soma.capacitance so that soma.V at rest = -65 mV")
    assert said.code == "ION453"


def test_a_conductance_below_0() -> None:
    text = CHORD.replace("starting at -65 mV", "starting at -99 mV")
    (said,) = unmet(text, "tune g so that start is rest")
    assert said.code == "ION456" and "-0.002492 mS/cm2" in said.message
    assert any("all go one way" in note for note in said.notes)


def test_a_pump_that_would_run_backwards() -> None:
    text = PUMP_LEAK.replace("Na = 12 mM;  K = 140", "Na = 12 mM;  K = 40")
    said = unmet(text, "tune P_Na, rho, inside.Cl so that start is rest")
    assert {d.code for d in said} == {"ION456"}
    assert any("rho" in d.message for d in said)


@pytest.mark.parametrize("potential", ["80 mV", "-99 mV"])
def test_a_potential_that_no_conductance_makes(potential: str) -> None:
    (said,) = unmet(CHORD, f"tune g so that soma.V at rest = {potential}")
    assert said.code == "ION455" and "% of the way" in said.notes[0] and "off" in said.notes[0]


def test_goals_that_follow_from_one_another() -> None:
    (said,) = unmet(
        PUMP_LEAK, "tune P_Na, rho so that soma.V at rest = -60 mV and soma.E(Cl) at rest = -50 mV"
    )
    assert said.code == "ION455" and any("one may follow" in note for note in said.notes)


def test_bounds_of_the_file_hold() -> None:
    text = CHORD.replace("g = 0.02 mS/cm2", "g = 0.02 mS/cm2 between 0.01 mS/cm2 and 0.022 mS/cm2")
    (said,) = unmet(text, "tune g so that start is rest")
    assert said.code == "ION312" and said.primary.span.text == "g"


def test_a_gate_that_is_given_a_start() -> None:
    text = CHORD.replace(
        "conductance = 0.1 mS/cm2 }",
        "conductance = 0.1 mS/cm2 * n;  gate n { inf = 0.5;  tau = 1 ms;  start = 0.4 } }",
    )
    (said,) = unmet(text, "tune g so that start is rest")
    assert said.code == "ION455" and "rests at 0.5" in said.message


def test_a_file_that_cannot_be_tuned_fails_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.ion").write_text(f"{PUMP_LEAK}\ntune P_Na, rho so that start is rest\n", encoding="utf-8")
    good = f"{CHORD}\ntune g so that start is rest\nscenario s {{ expect soma.V at rest < -64 mV }}\n"
    (tmp_path / "b.ion").write_text(good, encoding="utf-8")
    assert main(["test", str(tmp_path)]) == 1
    said = capsys.readouterr().out
    assert "ION455" in said and said.endswith("1 passed, 1 failed\n")


@pytest.mark.parametrize(
    "command", [["rest"], ["run"], ["compile", "-o", "cell.py"], ["show", "model"], ["show", "code"]]
)
def test_every_command_that_needs_the_numbers_says_why(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    text = f"{PUMP_LEAK}\ntune P_Na, rho so that start is rest\nscenario s {{ run 1 s;  measure V = max(soma.V) }}\n"
    Path("cell.ion").write_text(text, encoding="utf-8")
    assert main([*command, "cell.ion"]) == 1
    both = capsys.readouterr()
    assert "ION455" in both.out + both.err
    assert main(["check", "cell.ion"]) == 0


def test_a_notebook_shows_why() -> None:
    page = ionlang.loads(f"{PUMP_LEAK}\ntune P_Na, rho so that start is rest\n")._repr_html_()
    assert "ION455" in page
    page = ionlang.loads(f"{CHORD}\ntune g so that start is rest\n")._repr_html_()
    assert "tuned: g = 0.0238" in page


def test_what_is_tuned_needs_no_source() -> None:
    checked = ionlang.loads(f"{CHORD}\ntune g so that start is rest\n").checked
    missing = [d.message for d in compiler.missing_sources(checked)]
    assert missing and not any(message.startswith("g = ") for message in missing)
    checked = ionlang.loads(CHORD).checked
    assert any(d.message.startswith("g = ") for d in compiler.missing_sources(checked))
