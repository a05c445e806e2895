"""Generated functions: both forms against sixty digits, at the poles, past the range of floats, and how they read."""

from __future__ import annotations

import math
import traceback

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from mpmath import mpf
from sympy import Integer, Rational, exp

from ionlang.codegen.callables import scalar_model, scalar_outputs, vector_model, vector_outputs
from ionlang.codegen.expressions import text
from ionlang.codegen.load import load_scalar, load_vector
from ionlang.codegen.lower import lower, lower_function
from ionlang.codegen.program import Assign, Expression, Function, Symbol, Vector
from ionlang.codegen.scalar import SCALAR, scalar_function
from ionlang.codegen.translate import translate
from ionlang.codegen.vector import VECTOR, vector_function
from ionlang.equations.functions import Linoid
from ionlang.equations.system import System
from tests.codegen_reference import exact, exact_node, exact_outputs
from tests.codegen_strategies import POINTS, SYMBOLS, expressions, positive_expressions
from tests.codegen_systems import SYSTEMS, Builder, closed_neuron, squid_axon

NAMES = {symbol: Symbol(symbol.name) for symbol in SYMBOLS}


def _function(expression: Expression) -> Function:
    names = tuple(symbol.name for symbol in SYMBOLS)
    return Function("f", "", ("t", "y", "p"), names, (), (), Vector((expression,), ("",)))


@settings(max_examples=150, deadline=None)
@given(expressions(), POINTS)
def test_lowering_keeps_the_value(expression, point) -> None:
    """Order of terms, signs, fraction bars and folded numbers change nothing, in sixty digits."""
    expected = exact(expression, {s: mpf(v) for s, v in zip(SYMBOLS, point, strict=True)})
    actual = exact_node(
        translate(expression, NAMES), {s.name: mpf(v) for s, v in zip(SYMBOLS, point, strict=True)}
    )
    assert abs(actual - expected) <= mpf(10) ** -50 * (1 + abs(expected))


@settings(max_examples=100, deadline=None)
@given(positive_expressions(), POINTS)
def test_both_forms_are_right_to_the_last_digits(expression, point) -> None:
    expected = float(exact(expression, {s: mpf(v) for s, v in zip(SYMBOLS, point, strict=True)}))
    function = _function(translate(expression, NAMES))
    (scalar,) = load_scalar(scalar_function(function))["f"](0.0, [*point], [])
    columns = np.array([point, point]).T
    vector = load_vector(vector_function(function))["f"](0.0, columns, [])
    assert scalar == pytest.approx(expected, rel=1e-14)
    np.testing.assert_allclose(vector, [[expected, expected]], rtol=1e-14)


@settings(max_examples=100, deadline=None)
@given(expressions(), POINTS)
def test_both_forms_agree_on_every_operation(expression, point) -> None:
    function = _function(translate(expression, NAMES))
    (scalar,) = load_scalar(scalar_function(function))["f"](0.0, np.array(point), [])
    (vector,) = load_vector(vector_function(function))["f"](0.0, np.array(point), [])
    expected = float(exact(expression, {s: mpf(v) for s, v in zip(SYMBOLS, point, strict=True)}))
    assert scalar == pytest.approx(vector, rel=1e-12, abs=1e-12)
    assert scalar == pytest.approx(expected, rel=1e-11, abs=1e-11)


@pytest.mark.parametrize("name", SYSTEMS)
def test_rates_of_a_system(name: str) -> None:
    system = SYSTEMS[name]()
    scalar, vector = scalar_model(system), vector_model(system)
    p, arrays = scalar.parameters(), vector.parameters()
    rates = exact_outputs(system, system.rates)
    y = scalar.initial_state(p)
    np.testing.assert_allclose(vector.initial_state(arrays), y, rtol=1e-15)
    # away from rest, where the rates are differences of nearly equal numbers
    potentials = [-90.0, -40.0, -30.0, -12.5, 33.0]
    ensemble = np.repeat(np.array(y)[:, None], len(potentials), axis=1) * 1.05
    ensemble[0] = potentials
    together = vector.rhs(0.0, ensemble, arrays)
    assert together.shape == ensemble.shape
    for member in range(len(potentials)):
        expected = [
            float(r) for r in rates(mpf(0), ensemble[:, member].tolist(), p[: len(system.parameters)])
        ]
        alone = scalar.rhs(0.0, ensemble[:, member], p)
        np.testing.assert_allclose(alone, expected, rtol=1e-14)
        np.testing.assert_allclose(together[:, member], expected, rtol=1e-14)
        assert scalar.rhs(0.0, ensemble[:, member].tolist(), p) == alone


def test_results_are_python_floats() -> None:
    model = scalar_model(squid_axon())
    p = model.parameters()
    assert {type(value) for value in model.rhs(0.0, np.array(model.initial_state(p)), p)} == {float}


def test_parameters_of_an_ensemble() -> None:
    vector = vector_model(squid_axon())
    stimuli = np.array([0.0, 10.0, 20.0])
    p = vector.parameters(soma_stimulus=stimuli, soma_area=2.0)
    y = np.repeat(vector.initial_state(p)[:, None], 3, axis=1)
    scalar = scalar_model(squid_axon())
    for member, stimulus in enumerate(stimuli):
        alone = scalar.parameters(soma_stimulus=stimulus, soma_area=2.0)
        expected = scalar.rhs(0.0, y[:, member], alone)
        np.testing.assert_allclose(vector.rhs(0.0, y, p)[:, member], expected, rtol=1e-14, atol=1e-15)


def _chained() -> System:
    b = Builder()
    first = b.parameter("first", "2", "mM")
    second = b.parameter("second", 3 * first, "mM")
    third = b.parameter("third", second / 4, "mM")
    constant = b.define("constant", first * third, "mM2")
    x = b.state("x", "concentration", "mM", constant)
    return b.system("chained", [constant - x * sympy.Symbol("t")])


def test_parameters_follow_those_they_are_made_of() -> None:
    for model in (scalar_model(_chained()), vector_model(_chained())):
        assert model.parameters() == [2.0, 6.0, 1.5, 3.0]
        assert model.parameters(first=4.0) == [4.0, 12.0, 3.0, 12.0]
        assert model.parameters(first=4.0, second=1.0) == [4.0, 1.0, 0.25, 1.0]
        changed = model.parameters()
        changed[0] = 10.0
        assert model.complete(changed) == [10.0, 6.0, 1.5, 15.0]
        assert model.initial_state(changed)[0] == 3.0
        assert model.rhs(0.5, [4.0], model.parameters())[0] == 1.0
        with pytest.raises(TypeError):
            model.parameters(thrid=1.0)


def test_constants_are_computed_once_per_parameter_set() -> None:
    program = lower(closed_neuron())
    assert [c.name for c in program.constants] == [
        "soma_C",
        *(f"{i}_leak_conductance" for i in ("K", "Na", "Cl")),
    ]
    assert program.entries[-4:] == tuple(c.name for c in program.constants)


def test_measured_quantities_take_only_what_they_need() -> None:
    system = closed_neuron()
    symbols = {d.path: d.symbol for d in system.definitions}
    outputs = (symbols["soma.E(K)"], system.states[0].symbol - symbols["soma.E(K)"], system.time)
    function = lower_function(system, "measures", outputs)
    assert [line.name for line in function.body] == ["E_K"]
    model = scalar_model(system)
    p = model.parameters()
    y = model.initial_state(p)
    potential = 26.64 * math.log(4 / 129.25764)
    expected = [potential, y[0] - potential, 7.0]
    assert scalar_outputs(system, outputs)(7.0, y, p) == pytest.approx(expected, rel=1e-15)
    moments = np.repeat(np.array(y)[:, None], 5, axis=1)
    along = vector_outputs(system, outputs)(np.full(5, 7.0), moments, vector_model(system).parameters())
    np.testing.assert_allclose(along, np.repeat(np.array(expected)[:, None], 5, axis=1), rtol=1e-15)


def test_a_constant_output_has_the_shape_of_the_others() -> None:
    system = squid_axon()
    along = vector_outputs(system, (Integer(3),))(0.0, np.zeros((4, 6)), vector_model(system).parameters())
    np.testing.assert_array_equal(along, np.full((1, 6), 3.0))


def _failing(rate: sympy.Expr) -> System:
    b = Builder()
    x = b.state("x", "concentration", "mM", 1.0)
    z = b.state("z", "concentration", "mM", 1.0)
    return b.system("failing", [rate.subs({"x": x, "z": z}), -z])


@pytest.mark.parametrize(
    ("rate", "x"),
    [
        (exp(sympy.Symbol("x")), 1e4),
        (sympy.log(sympy.Symbol("x")), -1.0),
        (sympy.log(sympy.Symbol("x")), 0.0),
        (1 / sympy.Symbol("x"), 0.0),
        (sympy.sqrt(sympy.Symbol("x")), -1.0),
        (sympy.Symbol("x") ** Rational(2, 3), -1.0),
        (sympy.Symbol("x") ** 9, 1e300),
    ],
)
def test_arithmetic_that_fails_gives_nan_or_inf_and_never_raises(rate, x) -> None:
    system = _failing(rate)
    scalar, vector = scalar_model(system), vector_model(system)
    assert all(math.isnan(value) for value in scalar.rhs(0.0, [x, 2.0], scalar.parameters()))
    assert np.isnan(scalar.jacobian(0.0, [x, 2.0], scalar.parameters())).shape == (2, 2)
    whole = vector.rhs(0.0, np.array([[x, 1.0], [2.0, 2.0]]), vector.parameters())
    assert not np.isfinite(whole[0, 0])
    assert np.isfinite(whole[:, 1]).all() and (whole[1] == -2.0).all()


def test_a_branch_guards_what_stands_in_it() -> None:
    x = sympy.Symbol("x")
    system = _failing(sympy.Piecewise((sympy.log(x) ** 2, x > 0), (x, True)))
    model = scalar_model(system)
    assert model.rhs(0.0, [-2.0, 1.0], []) == [-2.0, -1.0]
    assert model.jacobian(0.0, [-2.0, 1.0], []) == [[1.0, 0.0], [0.0, -1.0]]
    np.testing.assert_array_equal(
        vector_model(system).jacobian(0.0, [-2.0, 1.0], []), [[1.0, 0.0], [0.0, -1.0]]
    )


def test_a_wrong_number_of_states_is_an_error_and_not_nan() -> None:
    model = scalar_model(squid_axon())
    with pytest.raises(ValueError, match="values to unpack"):
        model.rhs(0.0, [1.0, 2.0], model.parameters())


def _undistributed(total: sympy.Expr, factor: sympy.Expr) -> sympy.Expr:
    with sympy.core.parameters.distribute(False):
        return factor * total


@pytest.mark.parametrize(
    ("expression", "written"),
    [
        (Rational(1, 10) * Linoid(SYMBOLS[0] + 40), "0.1*linoid(a + 40)"),
        (exp(_undistributed(SYMBOLS[0] + SYMBOLS[1], Rational(-1, 80))), "exp(-(a + b)/80)"),
        (SYMBOLS[0] - SYMBOLS[1], "a - b"),
        (SYMBOLS[0] / SYMBOLS[1], "a/b"),
        (1 - SYMBOLS[2], "1 - c"),
        (-SYMBOLS[0] - SYMBOLS[1], "-(a + b)"),
        (SYMBOLS[2] ** 3 * SYMBOLS[0], "a*c*c*c"),
        (SYMBOLS[0] / (SYMBOLS[1] * SYMBOLS[2]), "a/(b*c)"),
        (SYMBOLS[0] / SYMBOLS[1] ** 2, "a/(b*b)"),
        ((SYMBOLS[0] + 1) ** 2, "(a + 1)**2"),
        (Rational(11, 2) * SYMBOLS[0], "5.5*a"),
        (Rational(2, 3) * SYMBOLS[0], "2*a/3"),
        (1 / (1 + exp(SYMBOLS[0])), "1/(1 + exp(a))"),
        (SYMBOLS[0] + Rational(1, 3), "a + 1/3"),
        (SYMBOLS[0] ** -0.5, "1/power(a, 0.5)"),
        (1 / sympy.sqrt(SYMBOLS[0]), "1/sqrt(a)"),
        (sympy.Piecewise((1, SYMBOLS[0] < 2), (SYMBOLS[1], True)), "where(a < 2, 1, b)"),
    ],
)
def test_expressions_read_well(expression, written) -> None:
    assert text(translate(expression, NAMES), VECTOR) == written


def test_the_scalar_form_writes_numbers_as_floats_and_selects_in_line() -> None:
    chosen = sympy.Piecewise((1, sympy.And(SYMBOLS[0] < 2, SYMBOLS[1] > 0)), (SYMBOLS[1] - 40, True))
    written = text(translate(chosen * SYMBOLS[2], NAMES), SCALAR)
    assert written == "c*(1.0 if (b > 0.0) and (a < 2.0) else b - 40.0)"


def test_each_line_shows_its_origin_once() -> None:
    lines = (Assign("a", Symbol("y"), "gate m, cell.ion:3"), Assign("b", Symbol("a"), "gate m, cell.ion:3"))
    source = scalar_function(Function("f", "", ("t", "y", "p"), (), (), lines, Vector((Symbol("b"),), ("",))))
    assert source.count("# gate m, cell.ion:3") == 1


def test_a_traceback_shows_the_generated_line() -> None:
    model = scalar_model(squid_axon())
    with pytest.raises(TypeError) as caught:
        model.rhs(0.0, np.array(["x", 1.0, 1.0, 1.0], dtype=object), model.parameters())
    shown = "".join(traceback.format_exception(caught.value))
    assert "m_alpha = linoid((V + 40.0)/10.0)" in shown


def test_an_operation_outside_the_closed_list_is_refused() -> None:
    with pytest.raises(TypeError, match="besselj"):
        translate(sympy.besselj(0, SYMBOLS[0]), NAMES)
    with pytest.raises(TypeError, match="no number"):
        translate(sympy.oo, NAMES)
