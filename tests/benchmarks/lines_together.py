"""What a member of a sweep costs where the cell is a line: in company, and one after the other.

A line of 50 cells (6 states in each) for 10 s with its pumps blocked for three of them, for 5 and for 200 values of a
coefficient of diffusion, as a user asks for it (`model.study`, three measures and the accounts). Processor time in one
process, code made beforehand; the least of several rounds.

    python tests/benchmarks/lines_together.py [ROUNDS]
"""

from __future__ import annotations

import os
import platform
import sys
import time
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parents[2]))

import numpy as np

import ionlang
from ionlang.simulate import answering
from ionlang.simulate.ensemble import answer
from ionlang.simulate.study import Study
from tests.lines_models import tissue

SCENARIO = """
scenario later {{
    run 10 s
    from 1 s for 3 s: block tissue.soma.NaK
    sweep spread_of_K from 1e-5 cm2/s to 3e-5 cm2/s in {steps} steps
    measure last = tissue[2].outside.K at end
    measure most = max(tissue[25].outside.K)
    measure V = tissue[1].soma.V at 2 s
}}
"""
MEMBERS = (5, 200)


def text(members: int) -> str:
    return tissue(50, SCENARIO.format(steps=members - 1), outside_K="if x < 300 um then 30 mM else 4 mM")


def studied(members: int, enough: int) -> tuple[Study, float]:
    """A study, and the processor time [s] that it took."""
    answer.ENOUGH_LINES = enough
    setattr(answering, "ENOUGH_LINES", enough)  # noqa: B010 (it was imported there)
    model = ionlang.loads(text(members))
    _ = model.machine.functions, model.machine.chain
    begun = time.process_time()
    return model.study(), time.process_time() - begun


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 2
    print(f"{platform.python_implementation()} {platform.python_version()}, NumPy {np.__version__}")
    for enough in (2, 10**9):
        studied(3, enough)  # code of measures is made once
    for members in MEMBERS:
        found = {enough: [studied(members, enough) for _ in range(rounds)] for enough in (2, 10**9)}
        together, alone = (min(time for _, time in found[enough]) / members for enough in (2, 10**9))
        one, other = (found[enough][0][0] for enough in (2, 10**9))
        off = max(float(np.abs(one[name] / other[name] - 1).max()) for name in one.measures)
        print(
            f"{members:4d} members: {1e3 * together:6.1f} ms each in company, {1e3 * alone:6.1f} ms one after the"
            f" other ({together / alone:.2f}); measures agree to {off:.1e}"
        )


if __name__ == "__main__":
    main()
