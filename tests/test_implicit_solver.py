"""The solver of roots in its two forms: few evaluations, the last digits, the same way in both, no root."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ionlang.codegen import runtime_scalar, runtime_vector


def _linoid(x: float) -> float:
    return 1.0 if x == 0.0 else x / -math.expm1(-x)


SMOOTH = {
    "ohmic": (lambda v: 0.05 * (v + 93) + 0.0175 * (v - 43) + 0.02 * (v + 67), -93.0, 43.0, 5),
    "gated": (lambda v: 0.3 * (v + 54) + 36 * (v + 77) / (1 + math.exp(-(v + 40) / 8)) ** 4, -77.0, 50.0, 15),
    "exponential": (lambda v: math.sinh((v + 60) / 26) + 0.01 * (v + 80), -100.0, 80.0, 13),
    "constant field": (lambda v: 140 * _linoid(v / 26) - 4 * _linoid(-v / 26), -200.0, 200.0, 13),
    "buffer": (lambda c: c + 0.3 * c / (0.001 + c) - 0.05, 0.05 / 301, 0.05, 12),
}


@pytest.mark.parametrize("name", SMOOTH)
def test_few_evaluations(name: str) -> None:
    f, lower_end, upper_end, most = SMOOTH[name]
    asked: list[float] = []

    def counted(x: float) -> float:
        asked.append(x)
        return f(x)

    x = runtime_scalar.root(counted, lower_end, upper_end)
    below, above = x - 4e-16 * abs(x), x + 4e-16 * abs(x)
    assert (f(below) <= 0.0 <= f(above)) or abs(f(x)) < 1e-12
    assert len(asked) <= most, len(asked)


@settings(max_examples=200, deadline=None)
@given(
    st.floats(-300, 300),
    st.floats(1e-3, 1e3),
    st.sampled_from([1, 3, 9]),
    st.floats(0.1, 400),
    st.floats(0.1, 400),
)
def test_both_solvers_take_the_same_way(
    zero: float, slope: float, power: int, left: float, right: float
) -> None:
    """Even where the root is multiple; never more than 150 points."""

    def f(x: float) -> float:
        return slope * math.prod([(x - zero) / 100] * power)

    scalar = runtime_scalar.root(f, zero - left, zero + right)
    with np.errstate(all="ignore"):
        vector = runtime_vector.root(f, np.full(3, zero - left), zero + right)
    assert vector.tolist() == [scalar] * 3
    if power == 1:
        assert scalar == pytest.approx(zero, rel=1e-15, abs=1e-17 * (left + right))


def test_an_end_of_the_bracket_may_be_the_root() -> None:
    for root in (runtime_scalar.root, runtime_vector.root):
        assert float(root(lambda x: x, 0.0, 5.0)) == 0.0
        assert float(root(lambda x: x - 5, 0.0, 5.0)) == 5.0
        assert float(root(lambda x: x - 2, 5.0, 0.0)) == 2.0
    with pytest.raises(ValueError, match="no change of sign"):
        runtime_scalar.root(lambda x: x + 1, 0.0, 5.0)
    assert math.isnan(runtime_vector.root(lambda x: x + 1, 0.0, 5.0))


def test_a_residual_without_a_value_is_no_root() -> None:
    """Halving would run to the edge of where it has one, and call that the root."""

    def f(x: float) -> float:
        return math.nan if abs(x) < 1 else x

    with pytest.raises(ValueError, match="no root found between -3 and 4"):
        runtime_scalar.root(f, -3.0, 4.0)
    with np.errstate(all="ignore"):
        assert math.isnan(runtime_vector.root(np.vectorize(f), -3.0, 4.0))
