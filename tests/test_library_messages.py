"""What is said where a file lacks what an entry of a library needs."""

from __future__ import annotations

import pytest

import ionlang
from ionlang.diagnostics import Diagnostic

FILE = """temperature = 37 degC
use synapses, transport
ion Na {{ valence = +1 }}
ion K {{ valence = +1 }}
{declared}
event release
bath inside {{ Na = 15 mM; K = 140 mM }}
bath outside {{ Na = 145 mM; K = 3 mM }}
membrane dendrite (inside | outside) {{
    capacitance = 1 uF/cm2
    area = 100 um2
    V from currents starting at -70 mV
    channel leak {{ carries K; conductance = 1 nS }}
    {carrier}
}}
scenario one {{ run 1 ms; at 0.5 ms: fire release }}
"""


def said(carrier: str, declared: str = "") -> list[Diagnostic]:
    return [
        d
        for d in ionlang.loads(FILE.format(carrier=carrier, declared=declared)).check()
        if d.code != "ION109"
    ]


def test_a_receptor_without_its_event_says_where_to_name_one() -> None:
    (found,) = said("channel AMPA is synapses.AMPA(g_max = 1 nS)")
    assert found.code == "ION306" and found.message == "gate open has no event to open it"
    assert found.help == "name one where it is made: `is T(…) { gate open { opens at release } }`"
    assert said("channel AMPA is synapses.AMPA(g_max = 1 nS) { gate open { opens at release } }") == []


@pytest.mark.parametrize(
    ("carrier", "matter"),
    [
        ("channel X is synapses.NMDA(g_max = 1 nS) { gate open { opens at release } }", "Mg"),
        ("channel X is synapses.AMPA_kinetic(g_max = 1 nS)", "glutamate"),
        ("transporter X is transport.GLUT", "glucose"),
        ("transporter X is transport.KCC2", "Cl"),
    ],
)
def test_places_that_lack_the_matter_are_named(carrier: str, matter: str) -> None:
    found = said(carrier)
    assert found and {d.code for d in found} == {"ION303"}
    assert {d.help for d in found} == {f"give it a concentration there: `{matter} = … mM`"}
    assert all("this is so in `dendrite.X`, made from this text" in d.notes for d in found)


OWN = "template transporter own() { moves 1 urea in;  rate = 1 umol/m2/s * michaelis(out.urea, 2 mM) }"


def test_matter_that_nobody_declares_is_said_once() -> None:
    (found,) = said("transporter X is own", OWN)
    assert (found.code, found.message) == ("ION101", "no ion or solute `urea` is declared")


def test_what_is_read_in_a_place_may_be_matter_to_declare() -> None:
    (found,) = said("channel X { carries K;  conductance = 1 nS * michaelis(out.Zn, 1 uM) }")
    assert found.help == "declare it: `ion Zn { valence = … }`, or `solute Zn` if it has no charge"


def test_a_capacity_that_must_be_given_is_asked_for() -> None:
    found = said("transporter X is transport.SGLT2", "solute glucose")
    assert "ION123" in [d.code for d in found]
    assert "`transport.SGLT2(most = 1 umol/m2/s)`" in next(d.help for d in found if d.code == "ION123")
