"""A calcium wave through astrocytes, said in the language as it stands: IP3 passes from cell to cell, sets calcium free
from the store, and calcium makes more IP3. Its numbers are chosen."""

from __future__ import annotations

import pytest

from ionlang import loads

ROW = """
ion Ca { valence = +2 }
ion Cl { valence = -1 }
solute IP3
param D_gap = 4e-6 cm2/s                 # across cells and gap junctions, much slower than in water

arrangement astrocyte {
    compartment cytosol { volume = 1 pL;      Ca = 0.08 uM;  Cl balances charge;  IP3 = if x < 100 um then 5 uM else 0.05 uM }
    compartment store   { volume = 0.185 pL;  Ca = 10 uM;    Cl balances charge }
    let opens  = (hill(cytosol.IP3, 0.13 uM, 1) * hill(cytosol.Ca, 0.0823 uM, 1) * h)^3
    let Q      = 1.049 uM * (cytosol.IP3 + 0.13 uM)/(cytosol.IP3 + 0.9434 uM)
    variable h { inf = Q/(Q + cytosol.Ca);  tau = 1/(0.2 /uM/s * (Q + cytosol.Ca));  start = 0.8 }
    flux release { moves 1 Ca from store to cytosol, 2 Cl from store to cytosol;  rate = (6 /s * opens + 0.11 /s) * (store.Ca - cytosol.Ca) * store.volume }
    flux SERCA   { moves 1 Ca from cytosol to store, 2 Cl from cytosol to store;  rate = 0.9 uM/s * hill(cytosol.Ca, 0.1 uM, 2) * cytosol.volume }
    flux PLC     { moves IP3 from nothing to cytosol;  rate = 1.2 uM/s * hill(cytosol.Ca, 0.3 uM, 2) * cytosol.volume }
    flux decay   { moves IP3 from cytosol to nothing;  rate = 0.5 /s * cytosol.IP3 * cytosol.volume }
}
line row of 40 astrocyte { spacing = 50 um;  ends = closed;  diffusion cytosol { IP3 = D_gap } }
scenario wave {
    run 90 s
    measure speed = front_speed(row[500 um .. 1.5 mm].cytosol.Ca > 0.3 uM)
    measure highest = max(row[1 mm].cytosol.Ca)
    measure many = reached(row.cytosol.Ca > 0.3 uM)
}
"""


def test_a_calcium_wave_runs_through_a_row_of_astrocytes() -> None:
    solution = loads(ROW).run("wave")
    found = dict(solution.measures)
    assert found["speed"] == pytest.approx(17.06e-4, rel=0.01)  # cm/s
    assert found["highest"] > 0.8e-3  # mM
    assert found["many"] > 30
    assert next(d.size for d in solution.drifts if d.name == "total Ca") < 1e-12


def test_without_passage_or_without_positive_feedback_calcium_stays_where_it_was_called() -> None:
    for old, new in (("D_gap = 4e-6", "D_gap = 1e-12"), ("1.2 uM/s * hill", "0 uM/s * hill")):
        assert ROW.count(old) == 1
        assert dict(loads(ROW.replace(old, new)).run("wave").measures)["many"] < 6
