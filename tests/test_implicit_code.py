"""Generated code that seeks roots: closed forms, sixty digits, every form against every other, and what fails."""

from __future__ import annotations

import importlib.util
import math
import os
import struct
import subprocess
import sys
from functools import partial
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mpf
from scipy.integrate import solve_ivp
from sympy import Integer

from ionlang.codegen import runtime_scalar, runtime_vector
from ionlang.codegen.callables import scalar_model, scalar_outputs, vector_model, vector_outputs
from ionlang.codegen.lower import lower, lower_function
from ionlang.codegen.module import module_text
from ionlang.equations.system import System
from tests.codegen_implicit import HEAT, IMPLICIT, Seeker, buffered, cell_with_both, goldman
from tests.codegen_reference import exact_jacobian, exact_outputs

ROOT = Path(__file__).parent.parent


def _symbols(system: System) -> dict[str, sympy.Symbol]:
    return {entry.path: entry.symbol for entry in system.definitions}


# ── closed forms ────────────────────────────────────────────────────────────────────────────────────────────


@settings(max_examples=100, deadline=None)
@given(st.tuples(*(st.floats(0.1, 300.0) for _ in range(3))))
def test_no_constant_field_current_at_the_goldman_potential(contents: tuple[float, ...]) -> None:
    k, na, cl = contents
    system = goldman()
    p = scalar_model(system).parameters()
    (found,) = scalar_outputs(system, [_symbols(system)["soma.V"]])(0.0, [k, na, cl], p)
    outward, inward = k + 0.04 * na + 0.45 * 120, 4 + 0.04 * 145 + 0.45 * cl
    assert found == pytest.approx(float(HEAT) * math.log(inward / outward), abs=1e-12)


@settings(max_examples=100, deadline=None)
@given(st.floats(1e-6, 10.0), st.floats(1e-6, 1.0), st.floats(1e-6, 10.0))
def test_one_buffer_is_a_quadratic(total: float, half: float, sites: float) -> None:
    system = buffered({"only": ("0.3", "0.001")})
    p = scalar_model(system).parameters(only_total=sites, only_K_d=half)
    (free,) = scalar_outputs(system, [_symbols(system)["inside.Ca"]])(0.0, [total], p)
    linear = mpf(half) + mpf(sites) - mpf(total)
    expected = (-linear + (linear**2 + 4 * mpf(half) * mpf(total)) ** mpf(0.5)) / 2
    # the sum of what is bound and free is known to its last digits, and so is the total
    condition = max(1.0, total / float(expected) / (1 + sites * half / (half + float(expected)) ** 2))
    assert free == pytest.approx(float(expected), rel=2e-15 * condition)


def test_a_cubic_has_the_root_it_is_known_to_have() -> None:
    """x³ - 2x - 5 = 0, solved by hand since Newton."""
    for root in (runtime_scalar.root, runtime_vector.root):
        assert float(root(lambda x: x * x * x - 2 * x - 5, 2.0, 3.0)) == pytest.approx(
            2.0945514815423265, rel=3e-16
        )


# ── every form, and sixty digits ────────────────────────────────────────────────────────────────────────────

STATES = {
    "goldman": [[140.0, 10.0, 10.0], [110.0, 32.0, 25.0], [70.0, 90.0, 100.0]],
    "buffered": [[0.05], [0.9], [3e-5]],
    "both": [[0.05, 140.0, 0.19], [0.4, 120.0, 0.6], [2e-3, 60.0, 0.01]],
}


@pytest.mark.parametrize("name", IMPLICIT)
def test_rates_and_jacobian_in_sixty_digits(name: str) -> None:
    system = IMPLICIT[name]()
    scalar, vector = scalar_model(system), vector_model(system)
    p, arrays = scalar.parameters(), vector.parameters()
    rates = exact_outputs(system, system.rates)
    for y in STATES[name]:
        expected = [float(rate) for rate in rates(mpf(0), y, p)]
        slopes = np.array(exact_jacobian(rates, 0.0, y, p), dtype=float)
        scale = np.abs(slopes).max()
        for form, given_p in ((scalar, p), (vector, arrays)):
            np.testing.assert_allclose(form.rhs(0.0, y, given_p), expected, rtol=1e-12, atol=1e-15)
            np.testing.assert_allclose(form.jacobian(0.0, y, given_p), slopes, rtol=1e-11, atol=1e-13 * scale)


@pytest.mark.parametrize("name", IMPLICIT)
def test_every_form_finds_the_same(name: str, tmp_path: Path) -> None:
    system = IMPLICIT[name]()
    scalar, vector, module = scalar_model(system), vector_model(system), _module(system, tmp_path)
    p, arrays, alone = scalar.parameters(), vector.parameters(), module.parameters()
    together = np.array(STATES[name]).T
    rates = [scalar.rhs(0.0, y, p) for y in STATES[name]]
    for form, given_p in ((vector, arrays), (module, alone)):
        np.testing.assert_allclose(form.rhs(0.0, together, given_p).T, rates, rtol=1e-13, atol=1e-17)
        np.testing.assert_allclose(form.initial_state(given_p), scalar.initial_state(p), rtol=1e-13)
        slopes = np.moveaxis(form.jacobian(0.0, together, given_p), -1, 0)
        np.testing.assert_allclose(
            slopes, [scalar.jacobian(0.0, y, p) for y in STATES[name]], rtol=1e-13, atol=1e-17
        )
    np.testing.assert_array_equal([_by_integrand(system, y) for y in STATES[name]], rates)


def _by_integrand(system: System, y: list[float]) -> np.ndarray:
    model, result = scalar_model(system), np.empty(len(y))
    integrand = model.integrand(
        model.parameters(), [0.0], None, struct.Struct(f"{len(y)}d").pack_into, result, result, None
    )
    return np.array(integrand(0.0, np.array(y)))


def _module(system: System, where: Path) -> ModuleType:
    path = where / "cell.py"
    path.write_text(module_text(lower(system)), encoding="utf-8")
    described = importlib.util.spec_from_file_location("cell", path)
    assert described is not None and described.loader is not None
    module = importlib.util.module_from_spec(described)
    described.loader.exec_module(module)
    return module


def test_the_module_brings_its_solver_and_imports_numpy_alone() -> None:
    source = module_text(lower(cell_with_both()))
    assert "def root(f, a, b):" in source and "Callable" not in source and "ArrayLike" not in source
    assert [line for line in source.splitlines() if line.startswith(("import", "from"))] == [
        "from numpy import ("
    ]
    assert "def root(" not in module_text(lower(_without_roots()))


def _without_roots() -> System:
    b = Seeker()
    x = b.state("x", "concentration", "mM", 1)
    return b.system("plain", [-x])


def test_a_thousand_members_each_by_itself() -> None:
    """A member's root does not depend on who is computed beside it."""
    system = cell_with_both()
    vector = vector_model(system)
    p = vector.parameters(KDR_density=np.linspace(1.0, 60.0, 1000))
    random = np.random.default_rng(5)
    y = np.array(
        [10 ** random.uniform(-4, 0, 1000), random.uniform(60, 150, 1000), random.uniform(0, 1, 1000)]
    )
    rates = vector.rhs(0.0, y, p)
    assert rates.shape == (3, 1000) and np.isfinite(rates).all()
    scalar = scalar_model(system)
    for member in (0, 137, 999):
        density = [entry[member] if np.ndim(entry) else entry for entry in p]
        np.testing.assert_array_equal(vector.rhs(0.0, y[:, member], density), rates[:, member])
        np.testing.assert_allclose(scalar.rhs(0.0, y[:, member], density), rates[:, member], rtol=1e-13)


# ── start values, measures, order ───────────────────────────────────────────────────────────────────────────


def test_a_gate_starts_where_the_potential_that_depends_on_it_puts_it() -> None:
    system = cell_with_both()
    model = scalar_model(system)
    p = model.parameters()
    y = model.initial_state(p)
    names = _symbols(system)
    v, at_rest = scalar_outputs(system, [names["soma.V"], names["soma.KDR.n.inf"]])(0.0, y, p)
    assert y[2] == pytest.approx(at_rest, rel=1e-14)
    assert y[2] == pytest.approx(1 / (1 + math.exp(-(v + 40) / 8)), rel=1e-14)
    assert model.rhs(0.0, y, p)[2] == pytest.approx(0.0, abs=1e-15)


def test_a_measure_seeks_only_the_roots_that_it_reads() -> None:
    system = cell_with_both()
    names = _symbols(system)
    assert [line.name for line in lower_function(system, "measures", [names["soma.KCa.open"]]).body] == [
        "inside_Ca",
        "KCa_open",
    ]
    y, p = np.array(STATES["both"]).T, vector_model(system).parameters()
    together = vector_outputs(system, [names["soma.V"], names["inside.Ca"]])(np.zeros(3), y, p)
    alone = scalar_outputs(system, [names["soma.V"], names["inside.Ca"]])
    np.testing.assert_allclose(together.T, [alone(0.0, each, list(p)) for each in STATES["both"]], rtol=1e-14)


def test_a_root_of_parameters_alone() -> None:
    """It is sought at every instant, and its derivative by the states is zero."""
    b = Seeker()
    a, x = b.parameter("a", "2", "1"), sympy.Symbol("x")
    b.root("x", x**2 - a, Integer(0), a, "1", 0)
    y = b.state("y", "concentration", "mM", x)
    system = b.system("alone", [-x * y])
    model = scalar_model(system)
    p = model.parameters()
    assert model.initial_state(p) == pytest.approx([math.sqrt(2)], rel=3e-16)
    assert model.jacobian(0.0, [1.0], p) == [[pytest.approx(-math.sqrt(2), rel=3e-16)]]


def test_it_reads_well() -> None:
    source = scalar_model(goldman()).source
    expected = """\
        # soma, cell.ion:14
        def residual_of_V(V):
            # soma.K_leak, cell.ion:4
"""
    assert expected in source
    assert "            return soma_current\n        V = root(residual_of_V, -200.0, 200.0)\n" in source


PRINT = """
import hashlib
from ionlang.codegen.callables import scalar_model, vector_model
from ionlang.codegen.lower import lower
from ionlang.codegen.module import module_text
from tests.codegen_implicit import IMPLICIT
for build in IMPLICIT.values():
    system = build()
    for text in (scalar_model(system).source, vector_model(system).source, module_text(lower(system))):
        print(hashlib.sha256(text.encode()).hexdigest())
"""


def test_the_text_is_the_same_under_any_hash_seed() -> None:
    digests = set()
    for seed in ("0", "1", "4711"):
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", PRINT]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        digests.add(done.stdout)
    assert len(digests) == 1


# ── what fails ──────────────────────────────────────────────────────────────────────────────────────────────


def test_no_root_in_the_bracket() -> None:
    """Nan in the scalar form, a complaint in the inner loop, nan in the member of an ensemble that it concerns."""
    b = Seeker()
    x, y = sympy.Symbol("x"), b.state("y", "concentration", "mM", 1)
    b.root("x", x**2 - y, Integer(0), Integer(2), "1", 0)
    system = b.system("narrow", [x])
    scalar, vector = scalar_model(system), vector_model(system)
    assert math.isnan(scalar.rhs(0.0, [9.0], [])[0]) and math.isnan(scalar.jacobian(0.0, [9.0], [])[0][0])
    np.testing.assert_array_equal(
        vector.rhs(0.0, np.array([[1.0, 9.0, 4.0, -1.0]]), []), [[1.0, np.nan, 2.0, np.nan]]
    )
    complaints: list[str] = []
    result = np.empty(1)
    rates = scalar.integrand(
        [], [0.0], None, struct.Struct("d").pack_into, result, result, lambda e: complaints.append(str(e))
    )
    rates(0.0, np.array([9.0]))
    assert complaints == ["no change of sign between 0 and 2"]


def test_a_root_that_needs_a_later_one_is_refused() -> None:
    b = Seeker()
    x, z = sympy.symbols("x z")
    b.root("x", x - z, Integer(-1), Integer(1), "1", 0)
    b.root("z", z - x / 2, Integer(-1), Integer(1), "1", 1)
    with pytest.raises(ValueError, match="x needs z, a root that stands behind it"):
        lower(b.system("circle", []))


# ── a run ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_free_calcium_follows_the_equation_of_its_own_rate() -> None:
    """d c/dt = (d total/dt)/(1 + sum of B K/(K + c)²): the same course without a root."""
    system = buffered()
    model = scalar_model(system)
    p = model.parameters()
    moments = np.linspace(0.0, 4.0, 9)
    solved = partial(solve_ivp, t_span=(0.0, 4.0), method="LSODA", rtol=1e-11, atol=1e-14, t_eval=moments)
    totals = solved(model.rhs, y0=[0.05], args=(p,), jac=model.jacobian).y
    free = vector_outputs(system, [_symbols(system)["inside.Ca"]])(
        moments, totals, vector_model(system).parameters()
    )

    def rate(_: float, c: np.ndarray) -> np.ndarray:
        capacity = 0.3 * 0.001 / (0.001 + c) ** 2 + 0.02 / (0.02 + c) ** 2
        return -c / (c + 0.001) / 100 / (1 + capacity)

    expected = solved(rate, y0=free[:, 0]).y
    np.testing.assert_allclose(free, expected, rtol=1e-8)
