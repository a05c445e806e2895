"""What a block declares may not be called like what the block itself has, and takes the place of nothing that the
program works out."""

from __future__ import annotations

import pytest

import ionlang

CELL = """temperature = 37 degC
ion K {{ valence = +1 }}
bath inside  {{ K = 140 mM }}
bath outside {{ K = 3 mM }}
membrane cell (inside | outside) {{
    area = 1000 um2
    capacitance = 1 uF/cm2
    V from currents
    {membrane}
    channel shunt {{ carries K;  conductance = 1 nS;  reversal = 0 mV }}
    channel leak {{ carries K;  {channel} }}
}}
scenario resting {{ expect cell.V at rest = -102.7113563490778 mV * 2/3 +- 1e-6 mV }}
"""
FREE = ("open", "share", "working", "ratio", "total")
TAKEN = ("current", "conductance", "reversal", "permeability", "free_energy", "total_conductance", "factor")
FORMS = (
    "param {word} = 2;  conductance = 0.02 mS/cm2 * {word} * 5",
    "let {word} = V/V * 2;  conductance = 0.02 mS/cm2 * {word} * 5",
    "conductance = 0.2 mS/cm2 * {word};  gate {word} {{ inf = 1;  tau = 1 ms }}",
    "conductance = 0.2 mS/cm2 * {word}.O;  scheme {word} {{ C to O at 1 /ms;  O to C at 1e-9 /ms }}",
)  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("word", FREE)
def test_a_free_word_changes_nothing(word: str, form: str) -> None:
    model = ionlang.loads(CELL.format(membrane="", channel=form.format(word=word)))
    assert [d.code for d in model.check()] == ["ION353"]
    assert model.run().passed


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("word", TAKEN)
def test_a_word_of_the_channel_is_refused(word: str, form: str) -> None:
    found = ionlang.loads(CELL.format(membrane="", channel=form.format(word=word))).check()
    assert [d.code for d in found] == ["ION104"]
    assert found[0].message == f"`{word}` cannot be a name in a channel: it is a word of its own"


@pytest.mark.parametrize("word", ["area", "capacitance", "current", "conductance", "total_capacitance"])
def test_a_word_of_the_membrane_is_refused(word: str) -> None:
    text = CELL.format(membrane=f"param {word} = 3", channel="conductance = 0.2 mS/cm2")
    assert [d.code for d in ionlang.loads(text).check()] == ["ION104"]


def test_another_kinds_word_is_free() -> None:
    text = CELL.format(membrane="param decay = 0.2 mS/cm2", channel="conductance = decay")
    assert ionlang.loads(text).run().passed


@pytest.mark.parametrize("word", ["area", "capacitance"])
@pytest.mark.parametrize("form", FORMS)
def test_a_word_of_the_membrane_is_refused_within_its_channels(word: str, form: str) -> None:
    """There it can be read by itself, and would be two things."""
    found = ionlang.loads(CELL.format(membrane="", channel=form.format(word=word))).check()
    assert [d.code for d in found] == ["ION104"]
    assert (
        found[0].message == f"`{word}` cannot be a name in a channel: it is a word of the membrane around it"
    )
