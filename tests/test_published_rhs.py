"""Published models against their references, state by state, where they first differ: the right-hand side."""

from __future__ import annotations

import math

import pytest

import ionlang
from tests.published_cases import PUBLISHED, Published
from tests.published_constants import Constant, constants
from tests.published_matter import MATTER

ALL = PUBLISHED | MATTER
TOLERANCE = 1e-5
"""Of the largest term of each rate: the papers round Faraday's constant at 3e-6."""

CANNOT_MATTER = {
    # the length of a scenario's stop
    ("huebel_dahlem_2014_glia", "9.5", "param stop = 9.5 s"),
    ("anoxia", "3", "ATP = 3 mM held"),  # the pump's rate does not depend on it
    ("zandt_2011", "3", "ATP = 3 mM held"),
    ("duesterwald_2018", "0", "ATP = 0 mM held"),
    ("wei_ullah_schiff_2014", "0", "ATP = 0 mM held"),
    # a tenth of what draws water: 1e-4 of it is too little to be seen
    ("duesterwald_2018", "29.5", "bath outside { Na = 145 mM; K = 3.5 mM; Cl = 119 mM; Y = 29.5 mM }"),
    # an eleventh of another number beside it
    (
        "wei_ullah_schiff_2014",
        "1",
        "let glial_pump = pump_rate/3 * fed / (1 + exp(7/3)) / (1 + exp((3.5 mM - outside.K)/(1 mM)))",
    ),
    ("wei_ullah_schiff_2014", "0", "let fed = 1/(1 + exp((20 mg/L - max(oxygen, 0 mg/L))/(3 mg/L)))"),
    ("huebel_dahlem_2014_glia", "0", "K = 0 mM"),  # zero, however it is scaled
}


def discrepancies(model: ionlang.Model, published: Published) -> list[tuple[float, str, int]]:
    """Each difference from the reference in units of the largest term: at the start (-1) and at each sample."""
    machine = model.machine
    at = machine.state_index
    assert sorted(at) == sorted(published.start)
    start = machine.initial_state(machine.parameters({}))
    found = [(abs(start[at[p]] - x) / abs(x), p, -1) for p, x in published.start.items() if x != 0]
    for k, sample in enumerate(published.samples):
        warmth = {} if sample.temperature is None else {"temperature": sample.temperature}
        y = [sample.state[path] for path in at]
        rates = machine.scalar.rhs(0.0, y, machine.parameters(warmth | dict(sample.given)))
        found += [(abs(rates[at[p]] - x) / sample.sizes[p], p, k) for p, x in sample.rates.items()]
    return found


def worst(model: ionlang.Model, published: Published) -> float:
    return max(size for size, _, _ in discrepancies(model, published))


@pytest.mark.parametrize("name", ALL)
def test_rates_agree_with_the_reference(name: str) -> None:
    published = ALL[name]
    assert len(published.samples) == 20
    found = discrepancies(ionlang.load(published.path), published)
    assert [f for f in found if not f[0] < TOLERANCE] == []


@pytest.mark.parametrize("name", ALL)
def test_no_sample_is_at_a_loss_for_a_rate(name: str) -> None:
    """A size far above the rates would let anything pass: each rate is, somewhere, of the size of its largest term."""
    samples = ALL[name].samples
    for path in samples[0].rates:
        assert max(abs(s.rates[path]) / s.sizes[path] for s in samples) > 0.3, path


def changed(published: Published, constant: Constant, text: str) -> float:
    """How far the model is from its reference when this constant is off by 1e-4; an exponent that its units give away
    is as far as can be."""
    model = ionlang.loads(constant.changed(text, 1e-4), str(published.path))
    return math.inf if any(d.severity == "error" for d in model.check()) else worst(model, published)


LONGEST = ("wei_ullah_schiff_2014", "zandt_2011", "frankenhaeuser_huxley_1964")
"""They have the most constants: to move each takes ten to thirty seconds."""


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow) if name in LONGEST else name for name in ALL]
)
def test_every_constant_matters(name: str) -> None:
    published = ALL[name]
    text = published.path.read_text(encoding="utf-8")
    blind = [
        (c.number, c.line, size)
        for c in constants(text)
        if (size := changed(published, c, text)) < TOLERANCE and (name, c.number, c.line) not in CANNOT_MATTER
    ]
    assert blind == []
