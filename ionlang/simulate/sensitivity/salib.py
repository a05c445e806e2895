"""Samples and indices of SALib. The one file that knows this library; it is imported when asked for."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from ionlang.simulate.functions import FloatArray
from ionlang.simulate.sensitivity.overall import COLUMNS, Method
from ionlang.simulate.sensitivity.ranges import Range

MISSING = "global sensitivity needs SALib: pip install 'ionlang[sensitivity]'"
SEED = 1
"""The same samples on every run."""
DEFAULT_SAMPLES: dict[Method, int] = {"sobol": 64, "morris": 16}


def require() -> None:
    """Raises ImportError if SALib is not installed."""
    try:
        import SALib as _  # noqa: F401
    except ModuleNotFoundError as error:
        if error.name != "SALib":
            raise
        raise ModuleNotFoundError(MISSING, name=error.name) from None


def block_of(method: Method, numbers: int) -> int:
    """How many members belong together: without one of them the others say nothing."""
    return numbers + (2 if method == "sobol" else 1)


def sampled(method: Method, ranges: Sequence[Range], samples: int) -> FloatArray:
    """Members (m, k): `samples` blocks, of Sobol's method rounded up to a power of two."""
    if method == "sobol":
        from SALib.sample.sobol import sample as of_sobol

        whole = 1 << (samples - 1).bit_length()
        found = of_sobol(_problem(ranges), whole, calc_second_order=False, seed=SEED)
    else:
        from SALib.sample.morris import sample as of_morris

        found = of_morris(_problem(ranges), samples, seed=SEED)
    return np.asarray(found, dtype=float)


def indices(
    method: Method, ranges: Sequence[Range], members: FloatArray, values: FloatArray
) -> list[dict[str, float]]:
    """Of each range what the method tells, from whole blocks: members (m, k) and the quantity's values (m,)."""
    if np.ptp(values) == 0.0:
        return [dict.fromkeys(COLUMNS[method], 0.0)] * len(ranges)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the library's own arithmetic
        found = _analysed(method, ranges, members, values)
    return [
        {ours: float(np.asarray(found[theirs])[k]) for ours, theirs in _WORDS[method].items()}
        for k in range(len(ranges))
    ]


def _analysed(method: Method, ranges: Sequence[Range], members: FloatArray, values: FloatArray) -> Any:
    problem = _problem(ranges)
    if method == "sobol":
        from SALib.analyze.sobol import analyze as of_sobol

        return of_sobol(problem, values, calc_second_order=False, seed=SEED)
    from SALib.analyze.morris import analyze as of_morris

    return of_morris(problem, members, values, seed=SEED)


_WORDS: dict[Method, dict[str, str]] = {
    "sobol": {"total": "ST", "total ±": "ST_conf", "first": "S1", "first ±": "S1_conf"},
    "morris": {"strength": "mu_star", "strength ±": "mu_star_conf", "mean": "mu", "spread": "sigma"},
}


def _problem(ranges: Sequence[Range]) -> dict[str, Any]:
    return {
        "num_vars": len(ranges),
        "names": [r.path for r in ranges],
        "bounds": [[r.low, r.high] for r in ranges],
    }
