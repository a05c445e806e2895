"""Fluids: the recipes and tables that the entries cite, added up; and the charge numbers of what is in them."""

from __future__ import annotations

import pytest

import ionlang
from tests.library_references import charge_numbers, reference

VALENCES = {"Na": 1, "K": 1, "Cl": -1, "Ca": 2, "Mg": 2, "HCO3": -1, "glucose": 0, "ATP": 0, "A": -0.85}
GLUCOSE = 180.156  # g/mol


def held(fluid: str, kind: str = "bath") -> dict[str, float]:
    """What a fluid holds (mM)."""
    room = " { volume = 1 pL }" if kind == "compartment" else ""
    others = "".join(f" {name} = 1 mM;" for name in VALENCES)
    model = ionlang.loads(f"use media\n{kind} fluid is media.{fluid}{room}\nbath all {{{others} }}\n")
    assert [d.message for d in model.check() if d.severity == "error"] == []
    machine = model.machine
    names = [
        p.path for p in model.cell.parameters if p.path.startswith("fluid.") and p.path != "fluid.volume"
    ]
    values = machine.parameters({})
    return {
        path.removeprefix("fluid.").removesuffix(".start"): machine.parameter_value(path, values)
        for path in names
    }


@reference(*(f"media.{name}" for name in VALENCES))
def matter() -> None:
    assert charge_numbers("media") == VALENCES


@reference("media.axoplasm", "media.seawater")
def squid() -> None:
    """squid.py: (K, 397, 20), (Na, 50, 437), (Cl, 40, 556), inside and outside."""
    assert held("axoplasm") == {"Na": 50.0, "K": 397.0, "Cl": 40.0}
    assert held("seawater") == {"Na": 437.0, "K": 20.0, "Cl": 556.0}


@reference("media.frog_axoplasm", "media.frog_saline")
def frog() -> None:
    """tests/oracles/fh1964.py: Nai 13.74, Nao 114.5, Ki 120, Ko 2.5."""
    assert held("frog_axoplasm") == {"Na": 13.74, "K": 120.0}
    assert held("frog_saline") == {"Na": 114.5, "K": 2.5}


@reference("media.cytosol")
def inside_a_neuron() -> None:
    """tests/oracles/dusterwald2018.py: 154.962 mM impermeants of charge -0.85 make it neutral to 0.01 mM."""
    found = held("cytosol", "compartment")
    assert found.pop("A") == pytest.approx(154.962, abs=0.01)
    assert found == {"Na": 14.002, "K": 122.873, "Cl": 5.163}


@reference("media.interstitium")
def around_a_neuron() -> None:
    found = held("interstitium")
    assert found == {"Na": 145.0, "K": 3.5, "Cl": 119.0, "A": 29.5}
    assert sum(found.values()) == 297.0


@reference("media.CSF", "media.plasma")
def human_fluids() -> None:
    """The table gives Na, K, Cl, HCO3 and, as charge, Ca 2.1 and 4.8, Mg 2.3 and 1.7 mEq/L; glucose 60 and 90 mg/dL."""
    csf, plasma = held("CSF"), held("plasma")
    glucose = [csf.pop("glucose"), plasma.pop("glucose")]
    assert csf == {"Na": 138.0, "K": 2.8, "Cl": 119.0, "Ca": 2.1 / 2, "Mg": 2.3 / 2, "HCO3": 22.0}
    assert plasma == {"Na": 138.0, "K": 4.5, "Cl": 102.0, "Ca": 4.8 / 2, "Mg": 1.7 / 2, "HCO3": 24.0}
    assert glucose == pytest.approx([600 / GLUCOSE, 900 / GLUCOSE], abs=0.0006)


@reference("media.aCSF")
def artificial() -> None:
    """127 NaCl, 1 KCl, 1.2 KH2PO4, 26 NaHCO3, 10 glucose, 2.4 CaCl2, 1.3 MgCl2."""
    assert held("aCSF") == pytest.approx(
        {"Na": 127 + 26, "K": 1 + 1.2, "Cl": 127 + 1 + 2 * 2.4 + 2 * 1.3, "Ca": 2.4, "Mg": 1.3, "HCO3": 26,
         "glucose": 10}, rel=1e-12,
    )  # fmt: skip


@reference("media.Hanks")
def culture() -> None:
    """Grams per litre over molar masses, as the recipe has both."""
    NaCl, KCl, CaCl2 = 8000 / 58.44, 400 / 74.55, 140 / 110.98
    MgSO4, MgCl2 = 100 / 246.47, 100 / 203.303
    Na2HPO4, KH2PO4, NaHCO3 = 60 / 177.99, 60 / 136.086, 350 / 84.01
    expected = {
        "Na": NaCl + 2 * Na2HPO4 + NaHCO3, "K": KCl + KH2PO4, "Cl": NaCl + KCl + 2 * CaCl2 + 2 * MgCl2,
        "Ca": CaCl2, "Mg": MgSO4 + MgCl2, "HCO3": NaHCO3, "glucose": 1000 / GLUCOSE,
    }  # fmt: skip
    assert held("Hanks") == pytest.approx(expected, abs=0.0006)
