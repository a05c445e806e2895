"""What clamps, holds and additions bring is counted; what else goes on under a clamp is as it should be."""

from __future__ import annotations

from math import exp
from pathlib import Path

import pytest

import ionlang

WASHED = """
temperature = 37 degC
ion K {{ valence = +1 }}
ion Cl {{ valence = -1 }}
compartment inside {{ volume = 2 pL; K = 140 mM; Cl = 140 mM }}
compartment outside {{ volume = 1 pL; K = 4 mM; Cl = 4 mM }}
bath blood {{ K = 8 mM; Cl = 8 mM }}
membrane m (inside | outside) {{
    area = 900 um2
    capacitance = 1 uF/cm2
    V from currents starting at 0 mV
    channel leak {{ carries K : 1, Cl : 0.2; permeability = 1e-7 cm/s }}
}}
flux wash {{ moves 1 K from outside to blood, 1 Cl from outside to blood; rate = 0.5 /s * (outside.K - blood.K) * outside.volume }}
event meal {{ condition = outside.K > 5 mM }}
scenario s {{
    run 4 s
    {body}
}}
"""


@pytest.mark.parametrize(
    "body",
    [
        "from 1 s for 1 s: clamp outside.K to 4 mM + 2 mM/s*elapsed",
        "from 1 s for 1 s: clamp outside.K to 6 mM",
        "from 1 s for 1 s: clamp m.V to -20 mV*sin(elapsed/(20 ms))",
        "at 1 s { add 3 mM to outside.K; add 3 mM to outside.Cl }",
        "every 500 ms from 1 s: add 1 fmol to outside.K",
        "when outside.K > 5 mM: add -1 mM to outside.K",
        "from 500 ms until outside.K > 6 mM: hold m.V",
    ],
)
def test_the_books_close_whatever_is_supplied(body: str) -> None:
    solution = ionlang.loads(WASHED.format(body=body)).run("s", rtol=1e-8)
    assert solution.failure is None
    assert len(solution.drifts) == 4
    assert solution.conservation_drift < 1e-7
    assert any(s.amount != 0.0 for s in solution.supplies)


def test_an_amount_is_counted_by_the_volume() -> None:
    text = WASHED.format(
        body="at 1 s: add 3 fmol to inside.K\n measure jump = inside.K at 1 s\n measure before = inside.K at 0.999999999 s"
    )
    found = dict(ionlang.loads(text).run("s", rtol=1e-9).measures)
    assert found["jump"] - found["before"] == pytest.approx(1.5, abs=1e-6)


def test_clamped_concentrations_follow_and_are_let_go() -> None:
    """Held at 4 mM + 2 mM/s for a second, then washed out with a half-life of ln 2/0.5 s (the membrane hardly leaks)."""
    tight = WASHED.replace("1e-7 cm/s", "1e-12 cm/s")
    text = tight.format(
        body="from 1 s for 1 s: clamp outside.K to 4 mM + 2 mM/s*elapsed\n measure a = outside.K at 1.5 s\n measure b = outside.K at 3 s"
    )
    solution = ionlang.loads(text).run("s", rtol=1e-9)
    found = dict(solution.measures)
    assert found["a"] == pytest.approx(5.0, abs=1e-9)
    assert found["b"] == pytest.approx(8.0 - 2.0 * exp(-0.5), abs=1e-3)
    at_one = 8.0 - 4.0 * exp(-0.5)
    taken = 4.0 - at_one + 2.0 + 0.5 * (-4.0 + 1.0)
    assert {s.path: s.amount for s in solution.supplies}["outside.K"] == pytest.approx(taken, abs=1e-3)


# --- the squid axon under voltage clamp ---------------------------------------------------------------------------


def test_gates_of_the_squid_axon_relax_exponentially_under_clamp() -> None:
    """At constant V every gate is x∞ + (x0 − x∞) exp(−t/τ), whatever else goes on: n of the paper's step by 60 mV."""
    path = Path(__file__).parents[1] / "examples" / "published" / "hodgkin_huxley_1952.ion"
    text = path.read_text(encoding="utf-8")
    gates = [g.path for m in ionlang.loads(text).cell.membranes for c in m.carriers for g in c.gates]
    membrane = ionlang.loads(text).cell.membranes[0].name
    asked = "\n".join(
        f"measure a{i} = {g} at 2 ms\n measure i{i} = {g}.inf at 3 ms\n measure t{i} = {g}.tau at 3 ms\n measure b{i} = {g} at 4.5 ms"
        for i, g in enumerate(gates)
    )
    step = f"scenario clamped {{ begin at rest\n run 10 ms\n from 2 ms for 6 ms: clamp {membrane}.V to 0 mV\n {asked} }}"
    found = dict(ionlang.loads(f"{text}\n{step}\n").run("clamped", rtol=1e-9).measures)
    assert len(gates) == 3
    for i in range(3):
        start, inf, tau = found[f"a{i}"], found[f"i{i}"], found[f"t{i}"]
        assert found[f"b{i}"] == pytest.approx(inf + (start - inf) * exp(-2.5 / tau), abs=1e-8)
