"""Many runs of a line together: what each says is what it says alone."""

from __future__ import annotations

import numpy as np
import pytest

import ionlang
from ionlang.simulate import answering
from ionlang.simulate.ensemble import answer
from ionlang.simulate.study import Study
from tests.lines_models import tissue

SWEEP = """
param strength = 1
scenario later {{
    run {length}
    from 1 s for 2 s: block tissue.soma.NaK by 60 %
    sweep {sweep}
    measure last = tissue[2].outside.K at end
    measure most = max(tissue[{middle}].outside.K)
    measure V    = tissue[1].soma.V at 2 s
    measure when = time(tissue[{middle}].soma.V > -60 mV)
}}
"""


def studied(text: str, enough: int, patch: pytest.MonkeyPatch) -> Study:
    patch.setattr(answer, "ENOUGH_LINES", enough)
    patch.setattr(answering, "ENOUGH_LINES", enough)
    return ionlang.loads(text).study()


def line(count: int, sweep: str, length: str = "4 s", **said: str) -> str:
    told = {"outside_K": "if x < 150 um then 20 mM else 4 mM", **said}
    return tissue(count, SWEEP.format(length=length, sweep=sweep, middle=count // 2), **told)


SWEPT: tuple[tuple[int, str, dict[str, str]], ...] = (
    (6, "spread_of_K from 1e-5 cm2/s to 3e-5 cm2/s in 3 steps", {}),
    (6, "strength over 1, 1.4, 2", {"outside_volume": "0.7 pL * strength * (1 + x/(1 mm))"}),
    (50, "tissue.soma.K_leak.conductance over 0.04 mS/cm2, 0.05 mS/cm2, 0.07 mS/cm2", {}),
)


@pytest.mark.parametrize(("count", "sweep", "said"), SWEPT)
def test_in_company_a_member_says_what_it_says_alone(
    count: int, sweep: str, said: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With all states kept (6 copies) and with those that are looked at (50)."""
    text = line(count, sweep, **said)
    together, alone = studied(text, 2, monkeypatch), studied(text, 10**9, monkeypatch)
    for name in alone.measures:
        assert together[name] == pytest.approx(alone[name], rel=2e-6, nan_ok=True), name
    for one, other in zip(together.members, alone.members, strict=True):
        assert one.failure is None
        assert one.solution is not None
        assert other.solution is not None
        assert max(d.size for d in one.solution.drifts) < 1e-12
        profiles, expected = (s.profiles("tissue.outside.K") for s in (one.solution, other.solution))
        found = [profiles.at(t) for t in (0.0, 0.5, 2.0, 4.0)]
        wanted = [expected.at(t) for t in (0.0, 0.5, 2.0, 4.0)]
        assert np.abs(np.array(found) - np.array(wanted)).max() < 1e-3


def test_in_company_the_integrator_is_another_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the test above compares two ways, and not one with itself."""
    text = line(6, SWEPT[0][1])
    numbers = [
        study.members[0].solution.trajectory.pieces[0].times.size  # type: ignore[union-attr]
        for study in (studied(text, 2, monkeypatch), studied(text, 10**9, monkeypatch))
    ]
    assert numbers[0] < 0.6 * numbers[1]


def test_the_systems_of_all_members_are_solved() -> None:
    machine = ionlang.loads(tissue(5)).machine
    chain, band = machine.chain, machine.functions.band
    assert chain is not None
    assert band is not None
    assert len(chain.systems.joined) < chain.links.sparsity.states
    parameters = machine.parameters({})
    generator = np.random.default_rng(5)
    start = np.array(machine.initial_state(parameters))
    states = start[:, None] * (1 + 0.1 * generator.random((start.size, 3)))
    lengths, right = np.array([0.01, 1.0, 100.0]), generator.normal(size=states.shape)
    factors = chain.factored(np.zeros(3), states, parameters, lengths)
    found = chain.solve(factors, right.copy())
    for k in range(3):
        slopes = np.asarray(machine.functions.jacobian(0.0, states[:, k], parameters))  # type: ignore[misc, arg-type]
        matrix = np.eye(start.size) / lengths[k]
        for i in range(start.size):
            for j in range(max(0, i - band[0]), min(start.size, i + band[1] + 1)):
                matrix[i, j] -= slopes[band[1] + i - j, j]
        assert found[:, k] == pytest.approx(np.linalg.solve(matrix, right[:, k]), rel=1e-8)


def test_a_matrix_that_is_not_finite_spoils_no_other() -> None:
    machine = ionlang.loads(tissue(5)).machine
    chain = machine.chain
    assert chain is not None
    parameters = machine.parameters({})
    start = np.array(machine.initial_state(parameters))
    states = np.repeat(start[:, None], 3, axis=1)
    right = np.ones_like(states)
    sound = chain.solve(chain.factored(np.zeros(3), states, parameters, np.ones(3)), right.copy())
    states[7, 1] = np.nan
    found = chain.solve(chain.factored(np.zeros(3), states, parameters, np.ones(3)), right.copy())
    assert np.isnan(found[:, 1]).all()
    assert (found[:, ::2] == sound[:, ::2]).all()


EXPLODING = """
solute s
param strength = 0 /mM/s
arrangement patch {
    compartment inside { volume = 1 pL;  s = if x < 20 um then 2 mM else 1 mM }
    flux made { moves s from nothing to inside;  rate = strength * inside.s^2 * inside.volume }
}
line row of 5 patch { spacing = 10 um;  ends = closed;  diffusion inside { s = 1e-7 cm2/s } }
scenario grow {
    run 1 s
    sweep strength over 0 /mM/s, 0.1 /mM/s, 5 /mM/s, 0.2 /mM/s
    measure last = row[3].inside.s at end
}
"""


def test_a_member_that_fails_says_why_and_the_others_finish(monkeypatch: pytest.MonkeyPatch) -> None:
    together, alone = (studied(EXPLODING, enough, monkeypatch) for enough in (2, 10**9))
    assert [m.failure is None for m in together.members] == [True, True, False, True]
    assert "faster than time can resolve" in (together.members[2].failure or "")
    assert together["last"] == pytest.approx(alone["last"], rel=2e-6, nan_ok=True)


def test_a_sweep_of_seventy_members_goes_together() -> None:
    """Where a cell without lines would march as a cohort."""
    swept = "spread_of_K from 1e-5 cm2/s to 3e-5 cm2/s in 69 steps"
    found = ionlang.loads(line(3, swept, outside_K="if x < 50 um then 9 mM else 4 mM")).study()
    assert not found.failed
    assert (np.diff(found["last"]) != 0).all()
