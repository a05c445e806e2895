"""The examples: clean, right, and right for the reason they give."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import ionlang
from ionlang.model.read.probes import PROBES
from tests.removals import EXAMPLES, Removal, judged, without

FILES = [p.relative_to(EXAMPLES).as_posix() for p in sorted(EXAMPLES.rglob("*.ion"))]

_AXON = "published/hodgkin_huxley_1952.ion"
_SQUID = ("ION313",)
_WEI = ("ION317", "ION317", "ION314", "ION314")
WARNINGS: dict[str, tuple[str, ...]] = {
    "03_chord_and_shunt.ion": ("ION313",),
    "07_potassium_floor.ion": _SQUID,
    "14_tripartite.ion": _WEI,
    "18_action_potential.ion": _SQUID,
    "21_spreading_depolarisation.ion": ("ION314",),
    "grey_matter.ion": ("ION314",),  # these glia too take up potassium alone
    "published/frankenhaeuser_huxley_1964.ion": ("ION313",),
    "published/hodgkin_huxley_1952.ion": _SQUID,  # the paper names no ions, only reversal potentials
    "published/huebel_dahlem_2014_glia.ion": ("ION314",),  # the paper's glia take up potassium alone
    "published/mcintyre_2002.ion": ("ION313",)
    * 4,  # reversal potentials alone, and currents along axon and space
    # no impermeants, glia and bath that take up potassium alone
    "published/wei_ullah_schiff_2014.ion": _WEI,
    # the same, and a pump that does not count in V
    "published/zandt_2011.ion": ("ION317", "ION317", "ION347", "ION314", "ION314"),
}
"""What a file is warned of; all others of nothing."""


LONG_FIBRE = "published/mcintyre_2002.ion"
REMOVALS = (
    # an ion without its gradient, or with another charge; a cell that is not cool
    Removal("01_nernst.ion", "Na = 150 mM", "Na = 15 mM", "sodium_alone_warm", "61.54 mV"),
    Removal("01_nernst.ion", "ion K  { valence = +1 }", "ion K  { valence = +2 }", "potassium_alone_warm", "-89.06 mV"),
    Removal("01_nernst.ion", "25 degC\n    block Na", "37 degC\n    block Na", "potassium_alone_cool", "-85.61 mV"),
    # no permeability to sodium, or to chloride
    Removal("02_ghk.ion", "P_K * sodium", "P_K * sodium * 0", "potassium_dominated", "2.50 mV"),
    Removal("02_ghk.ion", "P_K * chloride", "P_K * chloride * 0", "typical", "2.00 mV"),
    # no shunt
    Removal("03_chord_and_shunt.ion", "conductance = shunt", "conductance = shunt * 0", "demyelinated", "-39 mV"),
    Removal("03_chord_and_shunt.ion", "conductance = shunt", "conductance = shunt * 0", "demyelinated", "60 %"),
    Removal("03_chord_and_shunt.ion", "conductance = shunt", "conductance = shunt * 0", "demyelinated", "NaV.h"),
    # no impermeants; or chloride that cannot pass
    Removal("04_donnan.ion", "A  = 150 mM", "A  = 0 mM", "donnan", "-18.5255 mV"),
    Removal("04_donnan.ion", "A  = 150 mM", "A  = 0 mM", "donnan", "osmolarity"),
    Removal("04_donnan.ion", "set inside.A = 0 mM", "", "without_impermeants", "= 0 mV"),
    # another count; no gradient for sodium
    Removal("05_free_energy.ion", "2 K in", "1 K in", "clamped", "41.5 kJ/mol"),
    Removal("05_free_energy.ion", "Na = 145 mM", "Na = 15 mM", "clamped", "12.6 kJ/mol"),
    # the delayed rectifier; the leak left where it is
    Removal("07_potassium_floor.ion", "36 mS/cm2", "0 mS/cm2", "squid", "11.2 mV", _AXON),
    Removal("07_potassium_floor.ion", "set axon.leak.reversal = -77 mV", "", "rest_at_the_floor", "< 0.1 mV"),
    # a floor that is lower
    Removal("07_potassium_floor.ion", "reversal    = -77 mV", "reversal    = -80 mV", "squid", "> -77 mV", _AXON),
    # too many sodium channels, or none, or such as do not inactivate
    Removal("18_action_potential.ion", "120 mS/cm2", "130 mS/cm2", "just_below", "< 0 mV", _AXON),
    Removal("18_action_potential.ion", "120 mS/cm2", "0 mS/cm2", "just_above", "> 0 mV", _AXON),
    Removal("18_action_potential.ion", "m^3 * h", "m^3", "current_20", "86.47 Hz", _AXON),
    Removal("18_action_potential.ion", "36 mS/cm2", "0 mS/cm2", "strong_push", "-76.187 mV", _AXON),
    # a cell whose pump is never stopped
    Removal("anoxia.ion", "    from 20 s for 9.5 s: block NaK\n", "", "anoxia", "24.5236 s"),
    # nothing pumped out of the skin, nothing let in
    Removal("frog_skin.ion", "3 uA/cm2", "0 uA/cm2", "open_circuit", "between 20 mV"),
    Removal("frog_skin.ion", "permeability = 2e-6 cm/s", "permeability = 0 cm/s", "open_circuit", "ENaC.current"),
    Removal("frog_skin.ion", "    from 1 min for 5 min: block ENaC\n", "", "amiloride", "0 mV +- 0.1 mV"),
    # a pump that does not live on ATP; the pump's current; a sodium channel that is as closed as can be
    Removal("19_anoxia.ion", "in.ATP/(3 mM)", "1", "anoxia", "107.975 s"),
    Removal("19_anoxia.ion", "3 Na out, 2 K in", "2 Na out, 2 K in", "healthy", "-70 mV"),
    Removal("19_anoxia.ion", "permeability = P_Na", "permeability = 0.5*P_Na", "healthy", "-70 mV"),
    # potassium stays inside; the pump asks for no ATP; glia that take up nothing
    Removal("grey_matter.ion", "40 mS/cm2 * n^4", "0 mS/cm2 * n^4", "much", "> 50 mM"),
    Removal("grey_matter.ion", " * in.ATP/(3 mM)", "", "again", "without.before"),
    Removal("grey_matter.ion", "sites   = 500 mM", "sites   = 0 mM", "again", "starved.before"),
    Removal("grey_matter.ion", "    set returns = 1e-6 /ms\n", "", "again", "fed.second"),
    # KCC2, the mean charge of the impermeants, the pump
    Removal("published/duesterwald_2018.ion", "2e-3 S/dm2 / faraday *", "0 S/dm2 / faraday *", "resting", "E(Cl)"),
    Removal("published/duesterwald_2018.ion", "valence = -0.85", "valence = -0.86", "resting", "-72.58811"),
    Removal("published/duesterwald_2018.ion", "param pump_rate = 0.1", "param pump_rate = 0.09", "resting", "E(K)"),
    # glia that take up nothing
    Removal("published/huebel_dahlem_2014_glia.ion", "sites   = 500 mM", "sites   = 0 mM", "anoxia", "-75.56 mV"),
    # a sheath of two lamellae; a space beneath it that is open at the nodes; myelin that is not lost
    Removal(LONG_FIBRE, "param lamellae = 120", "param lamellae = 2", "conduction", "56.46 m/s"),
    Removal(LONG_FIBRE, "gap = 0.002 um, leak = 1 mS/cm2", "gap = 0.2 um, leak = 1 mS/cm2", "conduction", "56.46 m/s"),
    Removal(LONG_FIBRE, "stripped { set left = 1 }", "stripped { set left = 120 }", "conduction", "-79 mV"),
)  # fmt: skip


@pytest.mark.parametrize("file", FILES)
def test_example_is_clean(file: str) -> None:
    model = ionlang.load(EXAMPLES / file)
    found = model.check()
    assert [d for d in found if d.severity == "error"] == []
    assert tuple(d.code for d in found) == WARNINGS.get(file, ())
    assert model.cell.documentation
    assert model.scenarios


@pytest.mark.parametrize("file", FILES)
def test_example_keeps_its_word(file: str) -> None:
    for name in ionlang.load(EXAMPLES / file).scenarios:
        verdicts = judged(EXAMPLES / file, name)
        assert verdicts, f"{name} expects nothing"
        assert [v for v in verdicts if not v.passed] == []


def removals() -> list[Any]:
    """The long fibre takes ten seconds and more for each."""
    return [
        pytest.param(r, id=f"{r.file}-{i}", marks=[pytest.mark.slow] * (r.file == LONG_FIBRE))
        for i, r in enumerate(REMOVALS)
    ]


@pytest.mark.parametrize("removal", removals())
def test_without_its_mechanism_an_example_fails(removal: Removal, tmp_path: Path) -> None:
    named = without(removal, tmp_path)
    assert named, "no expectation of that text"
    assert not any(v.passed for v in named)


def test_lessons_are_short() -> None:
    lengths = {
        f: len((EXAMPLES / f).read_text(encoding="utf-8").splitlines()) for f in FILES if f[0].isdigit()
    }
    assert {f: n for f, n in lengths.items() if n > 60} == {}


def test_lessons_look_at_what_was_found() -> None:
    """An `expect` on the file's own numbers would check nothing: each reads a run or a rest."""
    for file in FILES:
        for scenario in ionlang.load(EXAMPLES / file).cell.scenarios:
            measured = [m.name for m in scenario.measures]
            for expectation in scenario.expectations:
                text = expectation.value.span.text
                asked = (" at ", "max(", "min(", "time(", "count(", "rate(", "duration(", *PROBES)
                assert any(word in text for word in (*asked, *measured)), expectation.text
