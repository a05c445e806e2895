"""The functions with a removable singularity, against their definition in sixty digits, over the whole range."""

from __future__ import annotations

import math

import numpy as np
import pytest
from mpmath import mpf

from ionlang.codegen import runtime_scalar, runtime_vector
from tests.codegen_reference import linoid, linoid_slope

SIZES = [0.0, 5e-324, 1e-300, 1e-20, 1e-9, 1e-5, 1e-3, 0.03, 0.5, 0.9, 1 - 1e-16, 1.0, 1.0001, 2.0, 7.7, 36.0]
POINTS = [sign * size for size in (*SIZES, 100.0, 700.0) for sign in (1.0, -1.0)]
FAR = (-750.0, -1e4, -1e300)


@pytest.mark.parametrize("x", POINTS)
def test_value_and_slope(x: float) -> None:
    value, slope = float(linoid(mpf(x))), float(linoid_slope(mpf(x)))
    assert runtime_scalar.linoid(x) == pytest.approx(value, rel=1e-15)
    assert runtime_scalar.linoid_slope(x) == pytest.approx(slope, rel=1e-15)
    assert float(runtime_vector.linoid(x)) == pytest.approx(value, rel=1e-15)
    assert float(runtime_vector.linoid_slope(x)) == pytest.approx(slope, rel=1e-15)


def test_the_slope_is_right_everywhere_near_the_pole() -> None:
    points = np.linspace(-3.0, 3.0, 401)
    expected = [float(linoid_slope(mpf(float(x)))) for x in points]
    np.testing.assert_allclose(runtime_vector.linoid_slope(points), expected, rtol=1e-15)
    np.testing.assert_allclose([runtime_scalar.linoid_slope(float(x)) for x in points], expected, rtol=1e-15)


@pytest.mark.parametrize("form", [runtime_scalar, runtime_vector])
def test_limits_far_out(form) -> None:
    for x in FAR:
        assert float(form.linoid(x)) == pytest.approx(0.0, abs=1e-300)
        assert float(form.linoid_slope(x)) == pytest.approx(0.0, abs=1e-300)
        assert float(form.linoid(-x)) == -x
        assert float(form.linoid_slope(-x)) == 1.0


def test_nan_stays_nan() -> None:
    for form in (runtime_scalar, runtime_vector):
        assert math.isnan(float(form.linoid(math.nan)))
        assert math.isnan(float(form.linoid_slope(math.nan)))


def test_arrays_keep_their_shape() -> None:
    points = np.array([[0.0, 1.0, -2.0], [30.0, -800.0, 1e-12]])
    assert runtime_vector.linoid(points).shape == (2, 3)
    assert runtime_vector.linoid_slope(points).shape == (2, 3)
