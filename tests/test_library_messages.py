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
        ("transporter X is transport.SGLT1(most = 1 umol/m2/s)", "glucose"),
    ],
)
def test_missing_matter_is_said_once(carrier: str, matter: str) -> None:
    (found,) = said(carrier)
    assert found.code == "ION101" and f"`{matter}`" in found.message
    assert (
        found.help
        == f"declare it: `ion {matter} {{ valence = … }}`, or `solute {matter}` if it has no charge"
    )
    assert "this is so in `dendrite.X`, made from this text" in found.notes


@pytest.mark.parametrize(
    ("carrier", "declared", "matter"),
    [
        ("channel X is synapses.NMDA(g_max = 1 nS) { gate open { opens at release } }", "ion Mg { valence = +2 }", "Mg"),
        ("transporter X is transport.GLUT", "solute glucose", "glucose"),
    ],
)  # fmt: skip
def test_places_without_the_matter_are_named(carrier: str, declared: str, matter: str) -> None:
    found = said(carrier, declared)
    assert found and {d.code for d in found} == {"ION303"}
    assert all(matter in d.message for d in found)


def test_a_capacity_that_must_be_given_is_asked_for() -> None:
    found = said("transporter X is transport.SGLT2", "solute glucose")
    assert "ION123" in [d.code for d in found]
    assert "`transport.SGLT2(most = 1 umol/m2/s)`" in next(d.help for d in found if d.code == "ION123")
