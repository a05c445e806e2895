"""Derivatives of expressions and of whole systems, against sixty digits and against SymPy's own `diff`."""

from __future__ import annotations

import math

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from mpmath import mpf

from ionlang.codegen.algebra import ONE, add, divide, multiply, negate, number, power
from ionlang.codegen.assemble import outputs_of
from ionlang.codegen.callables import scalar_model, vector_model
from ionlang.codegen.jacobian import jacobian
from ionlang.codegen.lower import lower
from ionlang.codegen.partials import partials
from ionlang.codegen.program import Call, Compare, Matrix, Negate, Number, Select, Symbol
from ionlang.codegen.translate import translate
from ionlang.equations.system import Definition
from tests.codegen_reference import exact, exact_jacobian, exact_node, exact_outputs
from tests.codegen_strategies import POINTS, SYMBOLS, expressions
from tests.codegen_systems import SYSTEMS, squid_axon

NAMES = {symbol: Symbol(symbol.name) for symbol in SYMBOLS}
LOCAL = {symbol.name: {symbol.name: ONE} for symbol in SYMBOLS}
X, Y = Symbol("x"), Symbol("y")
ACTIVE = {"x": {"x": ONE}}


@settings(max_examples=150, deadline=None)
@given(expressions(), POINTS)
def test_partials_agree_with_central_differences_in_sixty_digits(expression, point) -> None:
    values = {symbol: mpf(value) for symbol, value in zip(SYMBOLS, point, strict=True)}
    slopes = partials(translate(expression, NAMES), LOCAL)
    named = {symbol.name: value for symbol, value in values.items()}
    step = mpf(10) ** -20
    for symbol in SYMBOLS:
        ahead = exact(expression, {**values, symbol: values[symbol] + step})
        behind = exact(expression, {**values, symbol: values[symbol] - step})
        expected = (ahead - behind) / (2 * step)
        actual = exact_node(slopes.get(symbol.name, Number(0)), named)
        assert abs(actual - expected) <= mpf(10) ** -18 * (1 + abs(expected))


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (power(X, 3), multiply(Number(3), power(X, 2))),
        (divide(Y, X), negate(divide(divide(Y, X), X))),
        (Call("exp", (X,)), Call("exp", (X,))),
        (Call("log", (divide(X, Y),)), divide(ONE, X)),
        (Call("log", (divide(Y, X),)), negate(divide(ONE, X))),
        (Call("linoid", (divide(X, Number(10)),)), multiply(number(0.1), Call("linoid_slope", (X,)))),
        (Call("max", (X, Y)), Select(Compare(">=", X, Y), ONE, Number(0))),
        (add([ONE, negate(X)]), Number(-1)),
    ],
)
def test_forms_are_as_a_person_would_write_them(expression, expected) -> None:
    actual = partials(expression, ACTIVE)["x"]
    at = {"x": mpf(3), "y": mpf(7)}
    if isinstance(expected, Negate | Number | Call | Select):
        assert actual == expected
    if "linoid" not in repr(expected):
        assert abs(exact_node(actual, at) - exact_node(expected, at)) < mpf(10) ** -50


def test_what_does_not_depend_on_a_variable_has_no_entry() -> None:
    assert partials(multiply(Y, Call("exp", (Y,))), ACTIVE) == {}


def test_the_second_derivative_of_linoid_is_refused() -> None:
    with pytest.raises(NotImplementedError):
        partials(Call("linoid_slope", (X,)), ACTIVE)


@pytest.mark.parametrize("name", SYSTEMS)
def test_jacobian_of_a_system(name: str) -> None:
    system = SYSTEMS[name]()
    scalar, vector = scalar_model(system), vector_model(system)
    p = scalar.parameters()
    y = scalar.initial_state(p)
    rates = exact_outputs(system, system.rates)
    for potential in (y[0], -39.0, 3.5):
        y[0] = potential
        expected = np.array(exact_jacobian(rates, 0.0, y, p[: len(system.parameters)]), dtype=float)
        for actual in (scalar.jacobian(0.0, y, p), vector.jacobian(0.0, y, vector.parameters())):
            np.testing.assert_allclose(actual, expected, rtol=1e-12, atol=1e-12 * abs(expected).max())


def test_jacobian_at_the_poles_of_the_rates() -> None:
    """V = -40 and V = -55 mV are the poles of alpha of m and n: both sides' limit, not nan."""
    model = scalar_model(squid_axon())
    p = model.parameters()
    y = [-40.0, 0.1, 0.5, 0.4]
    at = model.jacobian(0.0, y, p)
    d_alpha = 0.1 * 0.5
    d_beta = -4 / 18 * math.exp(-25 / 18)
    assert at[1][0] == pytest.approx(d_alpha * (1 - 0.1) - d_beta * 0.1, rel=1e-14)
    assert at[1][1] == pytest.approx(-(1.0 + 4 * math.exp(-25 / 18)), rel=1e-14)
    near = model.jacobian(0.0, [-40.0 + 1e-9, 0.1, 0.5, 0.4], p)
    np.testing.assert_allclose(near, at, rtol=1e-9)
    assert np.isfinite(model.jacobian(0.0, [-55.0, 0.1, 0.5, 0.4], p)).all()


def test_small_system_against_sympy_diff() -> None:
    """With every definition inlined and differentiated by SymPy."""
    system = squid_axon()
    inlined = list(system.rates)
    for definition in reversed(system.definitions):
        assert isinstance(definition, Definition)
        inlined = [rate.subs(definition.symbol, definition.expression) for rate in inlined]
    model = scalar_model(system)
    p = model.parameters()
    y = [-51.3, 0.21, 0.43, 0.37]
    values = dict(zip([s.symbol for s in system.states], map(mpf, y), strict=True))
    values |= dict(zip([q.symbol for q in system.parameters], map(mpf, p), strict=False))
    expected = [[float(exact(sympy.diff(rate, s.symbol), values)) for s in system.states] for rate in inlined]
    np.testing.assert_allclose(model.jacobian(0.0, y, p), expected, rtol=1e-13, atol=1e-16)


@pytest.mark.parametrize("name", SYSTEMS)
def test_structural_zeros_are_zeros_and_the_only_ones(name: str) -> None:
    system = SYSTEMS[name]()
    model = scalar_model(system)
    p = model.parameters()
    matrix = jacobian(lower(system)).output
    assert isinstance(matrix, Matrix)
    assert len(outputs_of(matrix)) == len(system.states) ** 2
    y = [value * 1.01 for value in model.initial_state(p)]
    numbers = np.array(model.jacobian(0.0, y, p))
    assert matrix.structure() == tuple((int(i), int(j)) for i, j in zip(*np.nonzero(numbers), strict=True))


def test_what_the_jacobian_needs_twice_is_computed_once() -> None:
    """Of a squid axon: four exponentials, two linoids with their slopes, and no line that nothing uses."""
    source = scalar_model(squid_axon()).source.split("def jacobian")[1].split("def integrand")[0]
    calls = {
        name: source.count(f" {name}(") + source.count(f"*{name}(")
        for name in ("exp", "linoid", "linoid_slope")
    }
    assert calls == {"exp": 4, "linoid": 2, "linoid_slope": 2}
    assigned = [
        line.split(" = ")[0].strip() for line in source.splitlines() if " = " in line and " = y " not in line
    ]
    for name in (name for name in assigned if "," not in name):
        assert source.count(name) > 1, name
