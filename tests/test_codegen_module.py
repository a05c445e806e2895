"""The written module: runs alone with NumPy, is the same under any hash seed, and says what it is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from ionlang.codegen.callables import scalar_model
from ionlang.codegen.lower import lower
from ionlang.codegen.module import module_text
from tests.codegen_systems import SYSTEMS, closed_neuron

ROOT = Path(__file__).parent.parent

USE = """
import json, sys
before = set(sys.modules)
import cell
loaded = {name.split(".")[0] for name in set(sys.modules) - before}
p = cell.parameters(faraday=96485.0)
y = cell.initial_state(p)
import numpy as np
many = np.repeat(y[:, None], 3, axis=1)
print(json.dumps({
    "strangers": sorted(loaded & {"ionlang", "sympy", "scipy", "lark"}),
    "rates": cell.rhs(0.0, y, p).tolist(),
    "jacobian": cell.jacobian(0.0, y, p).tolist(),
    "many": cell.rhs(0.0, many, p).shape,
    "currents": {k: float(v) for k, v in cell.currents(0.0, y, p).items()},
    "fluxes": {k: v.tolist() for k, v in cell.fluxes(0.0, many, p).items()},
    "nernst": {k: float(v) for k, v in cell.nernst(0.0, y, p).items()},
    "states": cell.STATES,
    "parameters": cell.PARAMETERS,
}))
"""

PRINT = """
import hashlib
from ionlang.codegen.lower import lower
from ionlang.codegen.module import module_text
from ionlang.codegen.scalar import scalar_program
from ionlang.codegen.vector import vector_program
from tests.codegen_systems import SYSTEMS
for build in SYSTEMS.values():
    program = lower(build())
    for text in (scalar_program(program), vector_program(program), module_text(program, "A cell.")):
        print(hashlib.sha256(text.encode()).hexdigest())
"""


def _run(script: str, where: Path, **environment: str) -> str:
    command = [sys.executable, "-W", "error", "-c", script]
    environment = {**os.environ, "PYTHONPATH": str(where), **environment}
    done = subprocess.run(command, cwd=where, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> dict:
    where = tmp_path_factory.mktemp("alone")
    (where / "cell.py").write_text(module_text(lower(closed_neuron()), "A closed neuron."), encoding="utf-8")
    return json.loads(_run(USE, where))


def test_it_runs_alone_with_numpy(used: dict) -> None:
    assert used["strangers"] == []
    model = scalar_model(closed_neuron())
    p = model.parameters(faraday=96485.0)
    y = model.initial_state(p)
    np.testing.assert_allclose(used["rates"], model.rhs(0.0, y, p), rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(used["jacobian"], model.jacobian(0.0, y, p), rtol=1e-12, atol=1e-15)
    assert used["many"] == [8, 3]


def test_currents_fluxes_and_nernst_potentials_are_told_by_path(used: dict) -> None:
    assert used["nernst"] == pytest.approx(
        {
            "soma.E(Na)": 26.64 * np.log(125.30555 / 25.231485),
            "soma.E(K)": 26.64 * np.log(4 / 129.25764),
            "soma.E(Cl)": -26.64 * np.log(123.2716 / 9.900239),
        },
        rel=1e-14,
    )
    currents = used["currents"]
    assert [path for path in currents if path.endswith(")")] == [
        f"soma.current({i})" for i in ("Na", "K", "Cl")
    ]
    leak = 0.05 * 9.22 * (-67.193253 - used["nernst"]["soma.E(K)"])
    assert currents["soma.K_leak.current"] == pytest.approx(leak, rel=1e-13)
    for ion, valence in (("Na", 1), ("K", 1), ("Cl", -1)):
        expected = currents[f"soma.current({ion})"] / (valence * 96485.0)
        assert used["fluxes"][f"soma.flux({ion})"] == pytest.approx([expected] * 3, rel=1e-12)


def test_its_tables_tell_name_path_unit_and_origin(used: dict) -> None:
    assert used["states"][1] == ["inside_Na", "inside.Na", "mM", "inside, cell.ion:9"]
    assert used["parameters"][0] == [
        *("thermal_voltage", "thermal_voltage", 26.64, "mV", "26.64 mV", "thermal_voltage, cell.ion:1")
    ]


def test_it_documents_itself() -> None:
    source = module_text(lower(closed_neuron()), 'Says "this".')
    assert 'Says "this".' in source
    for words in ("solve_ivp", "current pA", "first-named side", "def rhs(t, y, p):"):
        assert words in source


@pytest.mark.parametrize("name", SYSTEMS)
def test_the_text_is_the_same_again(name: str) -> None:
    assert module_text(lower(SYSTEMS[name]())) == module_text(lower(SYSTEMS[name]()))


def test_the_text_is_the_same_under_any_hash_seed() -> None:
    digests = {_run(PRINT, ROOT, PYTHONHASHSEED=seed) for seed in ("0", "1", "4711")}
    assert len(digests) == 1
    assert len(digests.pop().split()) == 3 * len(SYSTEMS)
