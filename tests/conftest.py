"""Hypothesis profiles; `HYPOTHESIS_PROFILE=ci` draws the same examples every time. Long numbers have sixty digits."""

from __future__ import annotations

import os
from collections.abc import Iterator

import mpmath
import pytest
from hypothesis import settings

settings.register_profile("default", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, database=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(autouse=True)
def _sixty_digits() -> Iterator[None]:
    """Of mpmath in every test, whatever another test or an oracle asked for before."""
    with mpmath.workdps(60):
        yield
