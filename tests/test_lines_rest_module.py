"""The module that is written for a line needs NumPy alone, gives the machine's numbers, and integrates with bands."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from ionlang import loads
from ionlang.cli import main
from tests.lines_models import tissue
from tests.test_lines_rest_parts import VESSEL

UNEVEN = {"inside_K": "129 mM + 10 mM * sin(x/(100 um))", "outside_volume": "0.7 pL * (1 + x/(1 mm))"}
TEXTS = (tissue(8, **UNEVEN), tissue(300), VESSEL.format(volume="5 pL", end="last"))


def loaded(text: str) -> ModuleType:
    module = ModuleType("written")
    exec(loads(text).compile(), module.__dict__)  # noqa: S102 – it is our own text
    return module


@pytest.mark.parametrize("text", TEXTS)
def test_the_module_has_the_numbers_of_the_machine(text: str) -> None:
    machine, module = loads(text).machine, loaded(text)
    parameters, p = machine.parameters({}), module.parameters()
    y = module.initial_state(p)
    assert y == pytest.approx(np.array(machine.initial_state(parameters)), rel=1e-15)
    y = y * (1 + 0.01 * np.sin(np.arange(y.size)))
    assert (module.rhs(0.0, y, p) == machine.vector.rhs(0.0, y, parameters)).all()
    assert (module.jacobian(0.0, y, p) == machine.vector.jacobian(0.0, y, parameters)).all()
    assert machine.functions.band == module.BAND
    for row in (0, y.size // 2, y.size - 1):
        path = machine.system.states[int(machine.layout.states[row])].path
        assert y[row] in np.atleast_1d(y[module.ROWS[path]])


def test_it_integrates_with_bands_and_keeps_the_totals() -> None:
    from scipy.integrate import solve_ivp

    text = TEXTS[0]
    module = loaded(text)
    p = module.parameters()
    y = module.initial_state(p)
    below, above = module.BAND
    found = solve_ivp(
        module.rhs, (0, 5e3), y, args=(p,), method="LSODA", jac=module.jacobian, lband=below, uband=above,
        rtol=1e-9, atol=1e-12,
    )  # fmt: skip
    assert found.success
    ran = loads(tissue(8, "scenario some { run 5 s }", **UNEVEN)).run(rtol=1e-9)
    assert ran.trajectory is not None
    assert found.y[:, -1] == pytest.approx(ran.trajectory.pieces[-1].values[:, -1], rel=1e-6)
    K = module.ROWS["tissue.inside.K"], module.ROWS["tissue.outside.K"]
    volumes = 2.0, 0.7 * (1 + (np.arange(8) + 0.5) * 50 / 1000)
    begun, ended = (
        sum((v * z[rows]).sum() for v, rows in zip(volumes, K, strict=True)) for z in (y, found.y[:, -1])
    )
    assert ended == pytest.approx(begun, rel=1e-13)
    currents = module.currents(found.t[-1], found.y[:, -1], p)
    assert currents["tissue.soma.NaK.current"].shape == (8,)


def test_the_command_writes_it_and_it_runs_alone(tmp_path: Path) -> None:
    (tmp_path / "row.ion").write_text(TEXTS[1], encoding="utf-8")
    assert main(["compile", str(tmp_path / "row.ion"), "-o", str(tmp_path / "row.py")]) == 0
    use = (
        "import sys, row\np = row.parameters()\ny = row.initial_state(p)\n"
        "row.rhs(0.0, y, p); row.jacobian(0.0, y, p); row.nernst(0.0, y, p)\n"
        "assert not {m.split('.')[0] for m in sys.modules} & {'ionlang', 'scipy', 'sympy', 'lark'}\nprint(y.size)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", use], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip() == "1800"


def test_it_is_as_long_for_many_copies_as_for_few() -> None:
    few, many = loads(tissue(5)).compile(), loads(tissue(5000)).compile()
    assert abs(len(many) - len(few)) < 500
