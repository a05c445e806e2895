"""Lines against independent computations: the speed of the action potential along a squid axon, of a wave of spreading
depolarisation through tissue."""

from __future__ import annotations

from pathlib import Path

import pytest

from ionlang import loads

EXAMPLES = Path(__file__).parents[1] / "examples"
AXON = """
temperature = 18.5 degC
param radius = 238 um
arrangement stretch {{
    bath axoplasm {{ }}
    bath seawater {{ }}
    {membrane}
}}
line axon_line of {count} stretch {{
    {size}
    ends = closed
    axial axoplasm {{ resistivity = 35.4 ohm.cm;  cross_section = pi * radius^2;  carries charge }}
}}
scenario conduct {{
    run 6 ms
    measure near = time(axon_line[3 cm].axon.V > 0 mV)
    measure far  = time(axon_line[7 cm].axon.V > 0 mV)
    measure speed = front_speed(axon_line[3 cm .. 7 cm].axon.V > 0 mV)
}}
"""
TISSUE = """
{head}
arrangement patch {{
    compartment inside {{
        volume = 2.16 pL;  Na = 25.231485 mM;  K = 129.25764 mM;  Cl = 9.900239 mM;  A balances charge
        ATP = 3 mM held
    }}
    compartment outside {{
        volume = 0.72 pL;  Na = 125.30555 mM;  K = if x < 300 um then 60 mM else 4 mM;  Cl = 123.2716 mM
        A balances charge
    }}
    compartment glia {{ volume = 0.72 pL;  K = 0 mM }}
    {membrane}
    flux uptake {{
        let lent = if x < 300 um then 56 mM else 0 mM     # what is let go in front comes out of the store
        let binding = 5e-8 /ms / 1 mM / (1 + exp((15 mM - outside.K)/(1.09 mM)))
        moves K from outside to glia
        rate = (binding * outside.K * (500 mM + lent - glia.K) - 5e-8 /ms * (glia.K - lent)) * outside.volume
    }}
}}
line tissue of 120 patch {{
    spacing = 12.5 um
    ends = closed
    diffusion outside {{ K = 0.765625 um2/ms }}
}}
scenario wave {{
    run 40 s
    measure near = time(tissue[600 um].outside.K > 15 mM)
    measure far  = time(tissue[1 mm].outside.K > 15 mM)
    measure speed = front_speed(tissue[600 um .. 1 mm].outside.K > 15 mM)
    measure wide  = width(tissue.outside.K > 15 mM) at far
}}
"""


def membrane_of(file: str) -> str:
    """The membrane of an example, as text inside an arrangement."""
    text = (EXAMPLES / file).read_text(encoding="utf-8")
    begun = text.index("\nmembrane ") + 1
    return text[begun : text.index("\n}", begun) + 2].replace("\n", "\n    ")


def axon(size: str) -> str:
    """The squid axon at rest, but for V at one end."""
    membrane = membrane_of("published/hodgkin_huxley_1952.ion")
    start = "starting at if x < 3 mm then -30 mV else -64.996379 mV"
    membrane = membrane.replace("starting at -65 mV", f"{start}\n        area = 2 * pi * radius * spacing")
    for gate, rest in (("m", 0.05295), ("h", 0.59599), ("n", 0.31773)):
        membrane = membrane.replace(f"gate {gate} {{", f"gate {gate} {{\n        start = {rest}")
    return AXON.format(membrane=membrane, count=400, size=size)


def test_an_action_potential_runs_along_the_squid_axon() -> None:
    """18.722 m/s on 400 nodes at 18.5 °C (method of lines by hand, other solver)."""
    found = dict(loads(axon("spacing = 10 cm / 399")).run().measures)
    copies = 280 - 120  # those that 7 cm and 3 cm lie in
    speed = copies * 10e-2 / 399 / (1e-3 * (found["far"] - found["near"]))
    assert speed == pytest.approx(18.722, abs=0.002)
    assert found["speed"] / 100 == pytest.approx(18.722, abs=0.002)  # of cm/s


@pytest.mark.slow
def test_the_speed_along_the_squid_axon_converges() -> None:
    """18.732 ± 0.002 m/s on an infinitely fine grid (by hand: 18.722 on 400 nodes, 18.729 on 800, extrapolated)."""
    measure = (
        "    measure covered = (axon_line[7 cm].x at end - axon_line[3 cm].x at end) / (far - near)\n}\n"
    )
    found = loads(axon("total_length = 10 cm").rstrip().removesuffix("}") + measure).converge()["covered"]
    metres = [value * 1e-2 for value in (*found.values, found.judged.limit, found.judged.uncertainty)]
    assert metres[0] == pytest.approx(18.722, abs=0.0005)
    assert metres[-2] == pytest.approx(18.732, abs=0.002)
    assert metres[-1] < 1e-5
    assert found.judged.order == pytest.approx(2.0, abs=0.02)
    assert found.judged.verdict == "enough"


@pytest.mark.slow
def test_a_wave_of_depolarisation_creeps_through_tissue() -> None:
    """1.365 mm/min on a grid of 12.5 um (method of lines by hand)."""
    text = (EXAMPLES / "anoxia.ion").read_text(encoding="utf-8")
    head = text[text.index("thermal_voltage") : text.index("compartment inside")]
    solution = loads(TISSUE.format(head=head, membrane=membrane_of("anoxia.ion"))).run()
    found = dict(solution.measures)
    speed = (80 - 48) * 12.5e-3 / ((found["far"] - found["near"]) / 60e3)
    assert speed == pytest.approx(1.365, rel=5e-3)
    assert found["speed"] * 600 == pytest.approx(1.365, rel=5e-3)  # of cm/s
    assert next(d.size for d in solution.drifts if d.name == "total K") < 1e-12
