"""How long until something happens: `ionlang check` as a process, and a model from text to callables.

Aims: `check` of 100 lines in 120 ms as a process; a ten-state model derived and compiled in 150 ms after imports.
The bare interpreter, lark and sympy are measured beside it, so that figures of different machines can be compared.

    python tests/benchmarks/startup.py [ROUNDS]
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

EXAMPLES = Path(__file__).parents[2] / "examples"
TEN_STATES = (EXAMPLES / "anoxia.ion").read_text(encoding="utf-8").replace(
    "    pump NaK {",
    """    channel A_type {
        carries K
        conductance = 1 mS/cm2 * a^3 * b
        gate a { inf = 1/(1 + exp(-(V + 50 mV)/(20 mV)));  tau = 1 ms + 2 ms * exp(-(V/(40 mV))^2) }
        gate b { inf = 1/(1 + exp((V + 80 mV)/(6 mV)));    tau = 15 ms }
    }

    pump NaK {""",
)  # fmt: skip


def fastest(work: Callable[[], object], rounds: int) -> float:
    times = []
    for _ in range(rounds):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return min(times) * 1e3


def process(*arguments: str) -> Callable[[], object]:
    return lambda: subprocess.run([sys.executable, *arguments], check=True, capture_output=True)


def compiled() -> None:
    from ionlang import compiler
    from ionlang.source import Source

    machine = compiler.machine(compiler.check(Source("ten.ion", TEN_STATES)).whole())
    assert len(machine.system.states) == 10
    assert machine.functions.jacobian is not None


def main(rounds: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ten.ion"
        path.write_text(TEN_STATES, encoding="utf-8")
        print(f"check of {len(TEN_STATES.splitlines())} lines as a process")
        print(f"  python -c pass        {fastest(process('-c', 'pass'), rounds):7.1f} ms")
        print(f"  python -c import lark {fastest(process('-c', 'import lark'), rounds):7.1f} ms")
        print(
            f"  ionlang check         {fastest(process('-m', 'ionlang', 'check', str(path)), rounds):7.1f} ms"
        )
    compiled()
    print("ten states, from text to scalar and vector functions with their Jacobian, after imports")
    print(f"  ionlang               {fastest(compiled, rounds):7.1f} ms")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10)
