"""What `balances` solves for counts everything that is there: what buffers bind, what balances the other side, volumes
that are definitions."""

from __future__ import annotations

import ionlang

TEXT = """
temperature = 37 degC
ion K  { valence = +1 }
ion Ca { valence = +2 }
ion Cl { valence = -1 }
impermeant A { valence = -1.2 }
solute S

compartment cell {
    volume = 2 pL
    K = 140 mM;  Ca = 1 uM;  Cl = 6 mM
    A balances charge
    S balances osmolarity
}
compartment around {
    volume = 3 pL - cell.volume
    K = 150 mM;  Ca = 1 mM;  A = 1 mM
    Cl balances charge
}
buffer sites in cell { binds Ca;  total = 3 mM;  K_d = 1 uM }
buffer more  in cell { binds Ca;  total = 1 mM;  K_d = 9 uM }

membrane wall (cell | around) {
    capacitance = 10 pF
    area = 1000 um2
    V from currents starting at -70 mV
    channel leak  { carries K;   conductance = 1 nS }
    channel other { carries Ca;  permeability = 1e-9 cm/s }
    water path { permeability = 1e-3 cm/s;  molar_volume = 18 mL/mol }
}
scenario still { run 0.001 ms }
"""


def started(*paths: str) -> list[float]:
    solution = ionlang.loads(TEXT).run()
    return [float(solution[path][0]) for path in paths]


def test_bound_ions_keep_their_charge() -> None:
    """K_d = c binds half of 3 mM, 9 K_d a tenth of 1 mM: 1.6 mM of calcium stand beside 1 µM that is free."""
    (charge, impermeant) = started("cell.charge", "cell.A")
    assert abs(charge - 10 * -70) < 1e-6
    held = 10 * -70 / (96485.33212 * 2)
    assert abs(impermeant - (140 + 2 * (1.6 + 0.001) - 6 - held) / 1.2) < 1e-6


def test_a_volume_that_is_a_definition_has_charge_too() -> None:
    (charge, chloride) = started("around.charge", "around.Cl")
    assert abs(charge - 10 * 70) < 1e-6
    assert abs(chloride - (150 + 2 - 1.2 - 10 * 70 / 96485.33212)) < 1e-6


def test_osmolarity_counts_what_balances_the_charge_of_the_other_side() -> None:
    inside, outside, solute = started("cell.osmolarity", "around.osmolarity", "cell.S")
    assert abs(inside - outside) < 1e-9 * outside
    assert solute > 1


def test_a_membrane_with_one_place_on_both_sides_is_all_that_is_said() -> None:
    found = ionlang.loads(TEXT.replace("wall (cell | around)", "wall (cell | cell)")).check()
    assert [d.code for d in found if d.severity == "error"] == ["ION311"]
