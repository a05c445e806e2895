"""Numbers drawn at random in each copy of a line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import ionlang
from ionlang.simulate.functions import FloatArray
from tests.lines_actions_models import fibre

AREA = 2 * np.pi * 2e-4 * 20e-4 * 1e6  # nS per mS/cm2


def conductances(count: int, value: str, action: str = "") -> FloatArray:
    """mS/cm2 in each copy."""
    measures = "\n".join(
        f"measure g{k} = fibre[{k}].wall.leak.conductance at end" for k in range(1, count + 1)
    )
    text = fibre(count, "20 um", f"scenario s {{ run 1 ms\n{action}\n{measures} }}").replace(
        "0.1 mS/cm2", value
    )
    return np.array([found for _, found in ionlang.loads(text).run("s").measures]) / AREA


def drawn(seed: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(seed))


def test_what_is_drawn_is_the_stream_of_numpys_pcg64() -> None:
    normal, uniform = drawn(3).standard_normal(8), drawn(3).random(8)
    assert np.allclose(
        conductances(8, "0.1 mS/cm2 * normal(1, 0.2, seed = 3)"), 0.1 * (1 + 0.2 * normal), rtol=1e-12
    )
    assert np.allclose(
        conductances(8, "normal(0.1 mS/cm2, 0.02 mS/cm2, seed = 3)"), 0.1 + 0.02 * normal, rtol=1e-12
    )
    assert np.allclose(
        conductances(8, "lognormal(0.1 mS/cm2, 0.5, seed = 3)"), 0.1 * np.exp(normal / 2), rtol=1e-12
    )
    assert np.allclose(conductances(8, "uniform(1 mS/cm2, 2 mS/cm2, seed = 3)"), 1 + uniform, rtol=1e-12)


def test_a_copy_has_the_same_number_in_a_longer_line_and_another_with_another_seed() -> None:
    few, many = (conductances(n, "0.1 mS/cm2 * normal(1, 0.2, seed = 3)") for n in (5, 9))
    other = conductances(5, "0.1 mS/cm2 * normal(1, 0.2, seed = 4)")
    assert (few == many[:5]).all()
    assert (few != other).all()


def test_an_action_may_draw_too() -> None:
    found = conductances(6, "0.1 mS/cm2", "set fibre[2 .. 4].wall.g = uniform(1 mS/cm2, 2 mS/cm2, seed = 7)")
    assert np.allclose(found[1:4], 1 + drawn(7).random(6)[1:4], rtol=1e-12)
    assert np.allclose(found[[0, 4, 5]], 0.1)


def test_what_balances_charge_balances_it_in_every_copy() -> None:
    """Also while a scenario acts: it is not what it is in the first copy."""
    measures = "\n".join(
        f"measure q{k} = row[{k}].inside.charge at {t}" for k in (1, 2, 5) for t in ("start",)
    )
    text = f"""
    temperature = 37 degC
    ion K {{ valence = +1 }}
    impermeant A {{ valence = -1 }}
    solute stuff
    arrangement cell {{
        compartment inside {{ volume = 2 pL;  K = normal(140 mM, 5 mM, seed = 1);  A balances charge;  stuff = 1 mM }}
    }}
    line row of 5 cell {{ spacing = 50 um;  ends = closed;  diffusion inside {{ stuff = 5e-6 cm2/s }} }}
    scenario s {{ run 1 s;  at 500 ms: add 1 mM to row[2].inside.stuff
    {measures} }}"""
    assert [v for _, v in ionlang.loads(text).run("s").measures] == pytest.approx([0, 0, 0], abs=1e-6)


def test_the_check_needs_no_numpy(tmp_path: Path) -> None:
    file = tmp_path / "cell.ion"
    file.write_text(fibre(5, "20 um", "").replace("0.1 mS/cm2", "0.1 mS/cm2 * normal(1, 0.2, seed = 3)"))
    code = f"import sys, ionlang; ionlang.load({str(file)!r}).check(); sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
