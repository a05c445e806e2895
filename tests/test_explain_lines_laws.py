"""Of lines, too, the laws that explanations show are those that the program computes with: in every copy, first, inner
and last, they give the Machine's own numbers."""

from __future__ import annotations

import pytest

from tests.explain_lines import NAMES, away_from_rest, copies_of, model

CONSTANTS = ("pi", "faraday", "gas_constant", "avogadro")


@pytest.mark.parametrize("name", NAMES)
def test_every_law_gives_the_number_of_the_machine_in_every_copy(name: str) -> None:
    moment, _ = away_from_rest(name)
    seen = 0
    for line, number in copies_of(moment):
        copy = moment.moved(line, number)
        for definition in model(name).machine.system.definitions:
            path = definition.path
            if path in CONSTANTS or hasattr(definition, "residual") or path not in copy.known:
                continue
            assert path in copy.laws, (number, path)
            found, wanted = copy.of(copy.laws[path]), copy.known[path]
            assert found == pytest.approx(wanted, rel=1e-9, abs=1e-12, nan_ok=True), (number, path)
            seen += 1
    assert seen > 20


@pytest.mark.parametrize("name", NAMES)
def test_every_rate_is_the_sum_of_what_brings_and_takes_in_every_copy(name: str) -> None:
    moment, rates = away_from_rest(name)
    machine = model(name).machine
    chosen = copies_of(moment)
    for row, rate in enumerate(rates.tolist()):
        state = machine.system.states[int(machine.layout.states[row])]
        number = int(machine.layout.copies[row])
        if state.line and (state.line, number) not in chosen:
            continue
        copy = moment.moved(state.line, number) if state.line else moment
        found = copy.of(copy.laws[f"d({state.path})/dt"])
        assert found == pytest.approx(rate, rel=1e-9, abs=1e-10), (number, state.path)


def test_a_law_names_the_copies_beside_and_no_others() -> None:
    moment, _ = away_from_rest("vessel")
    law = "d(tissue.outside.glucose)/dt"
    said = {n: str(moment.moved("tissue", n).laws[law]) for n in (1, 3, 6)}
    assert "[previous]" not in said[1] and ".first(" in said[1]
    assert "[previous]" in said[3] and ".first(" not in said[3] and ".last(" not in said[3]
    assert "[previous]" in said[6] and ".last(" in said[6]
