"""What is said of a mistake: the one message that helps, in words that name what to write."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import ionlang
from ionlang.diagnostics import Diagnostic, ModelError
from ionlang.settings import settings_of
from tests.planting_field import FIELD

Edit = tuple[str, str]


def changed(*edits: Edit) -> tuple[Diagnostic, ...]:
    text = FIELD
    for old, new in edits:
        assert old in text
        text = text.replace(old, new, 1)
    return ionlang.loads(text, "cell.ion").check()


@pytest.mark.parametrize(
    ("edit", "code", "help_text"),
    [
        (("(5.5 mM - out.K)", "(5.5 mM - out.K + E_K/(1 mV) * 1 mM)"), "ION101", "did you mean `E(K)`?"),
        (("expect soma.V at end", "expect soma.E_K at end"), "ION101", "did you mean `soma.E(K)`?"),
        (("m^3 * h", "m3 * h"), "ION101", "did you mean `m^3`?"),
        (("block NaK", "block nak"), "ION101", "did you mean `NaK`?"),
        (("param rho = 6.8 uA/cm2", "param rho = NaK"), "ION101", "did you mean `soma.NaK`?"),
        (("uses 1 ATP", "uses 1 atp"), "ION101", "did you mean `ATP`?"),
        (("carries Na\n", "carries Ca\n"), "ION101", "`ion Ca { valence = … }`"),
        (("m^3 * h", "n^3 * h"), "ION101", "`gate n { … }`"),
        (("m^3 * h", "N * h"), "ION114", "`1 N`"),
        (("conductance = 0.05", "g = 0.05"), "ION105", "did you mean `conductance`?"),
        (("volume = 2 pL", "volum = 2 pL"), "ION105", "did you mean `volume`?"),
        (("bath dish {", "bath dish { volume = 1 L; "), "ION105", "`compartment`"),
        (("K  = 140 mM", "K = 140 Na"), "ION201", "`Na` is matter, not a unit"),
        (("temperature = 37 degC", "temperature = 37 C"), "ION204", "`37 degC`"),
        (("4 /ms", "4 ms"), "ION204", "`/ms`"),
        (("K  = 140 mM", "K  = 140"), "ION204", "`140 mM`"),
        (("soma.V > -40 mV", "soma.V > -40"), "ION202", "`-40 mV`"),
        (("block NaK", "block NaK by 50"), "ION312", "`by 60 %`"),
        (("block NaK", "set inside.volume = 3 pL"), "ION402", "without a moment"),
        (("block NaK", "set soma.capacitance = 2 uF/cm2"), "ION402", "without a moment"),
        (("expect soma.V at end", "expect soma.V at 900 s"), "ION407", "let the run last longer"),
        (("(inside | ecs)", "(inside | NaK)"), "ION101", "compartment NaK"),
        (("(inside | ecs)", "(inside | rho)"), "ION311", "`compartment` or a `bath`"),
        (("channel K_leak  {", "channel K_leak  "), "ION024", "between `{` and `}`"),
    ],
)
def test_the_help_names_what_to_write(edit, code, help_text):
    (found,) = changed(edit)
    assert found.code == code
    assert help_text in found.help


@pytest.mark.parametrize(
    "edit",
    [
        ("param rho = 6.8", "rho = 6.8"),
        ("param rho = 6.8", "parameter rho = 6.8"),
        ("param rho =", "param rho:"),
        ("ion K  {", "ionn K  {"),
        ("ion K  { valence = +1 }", "ion K  { valence = 1.5 }"),
        ("ion K  { valence = +1 }", "ion K"),
        ("compartment inside {", "compartmentt inside {"),
        ("membrane soma", "membran soma"),
        ("K  = 140 mM", "K 140 mM"),
        ("volume = 2 pL", "volume 2 pL"),
        ("carries Na\n", "carry Na\n"),
        ("temperature = 37 degC", "temperature = 37 mV"),
        ("(inside | ecs)", "(cell | ecs)"),
        ("    run 60 s\n", ""),
        ("area        = 900 um2", "area        = 900 um"),
        ("V from currents starting at -65 mV", "V from currents starting at -65"),
    ],
)
def test_one_mistake_gives_one_message(edit):
    assert len(changed(edit)) == 1


def test_an_undeclared_name_is_reported_once_with_all_its_places():
    (found,) = changed(("solute ATP\n", ""))
    assert found.code == "ION101" and [label.text for label in found.secondary] == ["and here"]


@pytest.mark.parametrize(
    ("edits", "chain"),
    [
        ([("m^3 * h", "m^3 * h * NaV.current/(1 pA)")], "`soma.NaV.current` → `soma.NaV.current`"),
        ([("m^3 * h", "m^3 * h * soma.current(Na)/(1 pA)")], "`soma.current(Na)` → `soma.NaV.current`"),
        (
            [("linoid(V + 30 mV, 10 mV)", "linoid(V + 30 mV + NaV.conductance * 1 mV/nS, 10 mV)")],
            "`soma.NaV.m`",
        ),
        ([("rate = (0.1 /s", "rate = ((washing.rate/(1 fmol) + 0.1 /s)")], "`washing.rate` → `washing.rate`"),
    ],
)  # fmt: skip
def test_a_circle_through_a_current_is_found_before_anything_is_derived(edits, chain):
    (found,) = changed(*edits)
    assert found.code == "ION401" and chain in found.notes[0]


@pytest.mark.parametrize(
    "edit",
    [
        ("m^3 * h", "m^3 * h * (1 + soma.K_leak.current/(1 nA))"),
        ("m^3 * h", "m^3 * h * (1 + soma.current(K)/(1 nA))"),
        ("tau = 5 ms", "tau = 5 ms * (1 + (NaV.current/(1 nA))^2)"),
    ],
)
def test_what_is_no_circle_is_none(edit):
    model = ionlang.loads(FIELD.replace(*edit))
    assert model.check() == () and model.machine is not None


def test_a_whole_other_cell_may_have_another_volume():
    assert changed(("    run 60 s\n", "    run 60 s\n    set inside.volume = 3 pL\n")) == ()


def test_bounds_hold_in_the_file_in_scenarios_and_from_outside():
    bounded = "param rho = 6.8 uA/cm2 between 1 uA/cm2 and 9 uA/cm2"
    assert changed(("param rho = 6.8 uA/cm2", bounded)) == ()
    edits = (
        ("= 6.8 uA", "= 9.1 uA"),
        ("block NaK", "set rho = 0.5 uA/cm2"),
        ("and 9 uA/cm2", "and 0 uA/cm2"),
    )
    for edit in edits:
        (found,) = changed(("param rho = 6.8 uA/cm2", bounded), edit)
        assert found.code == "ION312"
    model = ionlang.loads(FIELD.replace("param rho = 6.8 uA/cm2", bounded))
    with pytest.raises(ModelError) as wrong:
        settings_of(model.cell, {"rho": "10 uA/cm2"})
    assert [each.code for each in wrong.value.diagnostics] == ["ION312"]


def test_all_mistakes_from_outside_are_said_at_once():
    given = {
        "rh": "3",
        "rho": "7 mV",
        "inside.volume": "-2 pL",
        "inside.K": "-5 mM",
        "soma.V": "-60",
        "K_leak.conductance": "1e999 mS/cm2",
        "ecs.K": "5 mQ",
        "soma.area": "",
        "temperature": "inside",
    }
    with pytest.raises(ModelError) as wrong:
        settings_of(ionlang.loads(FIELD).cell, given)
    codes = {each.primary.span.source.name: each.code for each in wrong.value.diagnostics}
    assert codes == {
        "--set": "ION110",
        "--set rho": "ION204",
        "--set inside.volume": "ION312",
        "--set inside.K": "ION304",
        "--set soma.V": "ION204",
        "--set K_leak.conductance": "ION206",
        "--set ecs.K": "ION201",
        "--set soma.area": "ION011",
        "--set temperature": "ION110",
    }


def write(folder: Path, **files: str) -> tuple[Diagnostic, ...]:
    for name, text in files.items():
        (folder / f"{name}.ion").write_text(text, encoding="utf-8")
    return ionlang.load(folder / f"{next(iter(files))}.ion").check()


def where(found: Diagnostic) -> list[str]:
    return [Path(label.span.source.name).name for label in (found.primary, *found.secondary)]


def test_names_that_clash_between_files_are_shown_in_both(tmp_path):
    (found,) = write(
        tmp_path, top='use "cell.ion"\nuse "other.ion"\n', cell=FIELD, other="param rho = 3 mM\n"
    )
    assert found.code == "ION102" and where(found) == ["other.ion", "cell.ion"]


def test_a_file_used_twice_is_shown_twice(tmp_path):
    (found,) = write(tmp_path, top='use "cell.ion"\nuse "./cell.ion"\n', cell=FIELD)
    assert (found.code, where(found)) == ("ION111", ["top.ion", "top.ion"])


def test_a_file_that_two_used_files_use_is_read_once(tmp_path):
    top = 'use "one.ion"\nuse "two.ion"\n'
    assert write(tmp_path, top=top, one='use "cell.ion"\n', two='use "./cell.ion"\n', cell=FIELD) == ()


def test_a_circle_of_files_shows_the_way(tmp_path):
    (found,) = write(tmp_path, a='use "b.ion"\n', b='use "c.ion"\n', c='use "a.ion"\n')
    assert (found.code, where(found)) == ("ION111", ["c.ion", "a.ion", "b.ion"])
    (found,) = write(tmp_path, me='use "me.ion"\n')
    assert found.message == "this file uses itself"


def test_mistakes_in_a_used_file_are_shown_there(tmp_path):
    (found,) = write(tmp_path, top='use "cell.ion"\n', cell=FIELD.replace("volume = 2 pL", "volume = 2 mV"))
    assert (found.code, where(found)) == ("ION204", ["cell.ion"])


def test_a_potential_that_is_a_number_is_said_with_what_may_be_meant():
    found = next(
        d for d in changed(("V from currents starting at -65 mV", "V = -65 mV")) if d.code == "ION351"
    )
    assert found.severity == "warning" and "V from currents starting at -65 mV" in found.help


LEFT_OVER = """
temperature = 37 degC
ion K { valence = +1 }
impermeant A { valence = -1 }
compartment ecs { volume = 3 pL - cell.volume;  K = 4 mM;  A balances charge }
compartment cell { volume = 2 pL;  K = 140 mM;  A balances charge }
membrane skin (cell | ecs) {
    area = 1000 um2
    capacitance = 1 uF/cm2
    V from currents starting at -70 mV
    channel leak { carries K;  conductance = 1 nS }
    water pores { permeability = 0.001 cm/s;  molar_volume = 18 mL/mol }
}
"""


def test_what_is_left_of_a_whole_holds_the_charge_of_its_membrane_too():
    machine = ionlang.loads(LEFT_OVER).machine
    p = machine.parameters({})
    charges = machine.paths(["cell.charge", "ecs.charge"])
    inside, outside = charges(np.zeros(1), np.array(machine.initial_state(p))[:, None], p)[:, 0]
    assert inside == pytest.approx(-700.0, rel=1e-8) and outside == pytest.approx(700.0, rel=1e-8)
