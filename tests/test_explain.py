"""Explanations: no symbol undefined, no number without its unit, parts that add up, values that are the Machine's own."""

from __future__ import annotations

import json
import math
import re
from functools import cache
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ionlang
from ionlang.explain.change import shapley
from ionlang.explain.explain import NotExplained, explain, potentials
from ionlang.explain.explanation import Account, Explanation, Part
from ionlang.explain.laws import book
from ionlang.explain.render.latex import escaped
from ionlang.explain.render.numbers import number_and_unit
from ionlang.explain.sums import CANCELLED
from ionlang.explain.view import View, view_of_rest
from ionlang.model.expression import reads
from ionlang.simulate.resting.rest import find_settled
from ionlang.units import PURE
from tests.explain_views import NAMES, model, readable, resting
from tests.rounding import broken, holds, size, slightly_wrong


@cache
def parts_of(name: str) -> tuple[tuple[str, Explanation, Part], ...]:
    view = resting(name)
    found = [(asked[0], explain(view, (asked,))) for asked in readable(view)]
    return tuple((path, explanation, explanation.parts[0]) for path, explanation in found)


@pytest.mark.parametrize("name", NAMES)
def test_every_readable_quantity_is_explained_without_an_undefined_symbol(name: str) -> None:
    for path, explanation, part in parts_of(name):
        legend = {entry.path: entry for entry in part.legend}
        used = {r.path for e in part.equations for r in (e.left, *reads(e.right))}
        assert used <= set(legend), path
        names = [entry.name for entry in part.legend]
        assert len(set(names)) == len(names), path
        assert all(entry.words for entry in part.legend), path
        assert part.cause or part.equations, path
        check_latex(explanation.latex())
        ElementTree.fromstring(explanation.html())
        json.dumps(explanation.as_object())
        assert explanation.text().startswith(part.quantity)


def check_latex(latex: str) -> None:
    bare = re.sub(r"\\[\\{}]", "", latex)
    depth = 0
    for sign in bare:
        depth += (sign == "{") - (sign == "}")
        assert depth >= 0
    assert depth == 0
    assert not re.search("[α-ωΑ-Ω]", latex)
    opened = re.findall(r"\\begin\{(\w+\*?)\}", latex)
    closed = re.findall(r"\\end\{(\w+\*?)\}", latex)
    assert sorted(opened) == sorted(closed)
    assert len(re.findall(r"\\left[(\[]", latex)) == len(re.findall(r"\\right[)\]]", latex))
    assert len(re.findall(r"(?<!\\)\$", latex)) % 2 == 0


@pytest.mark.parametrize("name", NAMES)
def test_equations_give_the_value(name: str) -> None:
    view = resting(name)
    for path, _, part in parts_of(name):
        for equation in part.equations:
            if equation.balance or equation.left.path not in view.now:
                continue
            assert holds(view, equation), (path, equation.words)
        if part.quantity == path:
            assert told_as(view, path, part.value), path


def told_as(view: View, path: str, told: float) -> bool:
    """A value that its terms cancel to is told as 0."""
    value, law = view.now[path], view.laws.get(path)
    if told == 0 and law is not None and abs(value) <= CANCELLED * size(law, view.now):
        return True
    return told == pytest.approx(value, nan_ok=True, abs=0.0)


@pytest.mark.parametrize(
    ("name", "laws", "flow"),
    [
        ("08_sodium_pump.ion", "channel_laws", r"\.flux\("),
        ("08_sodium_pump.ion", "transporter_laws", r"\.rate$"),
        ("19_anoxia.ion", "channel_laws", r"\.current$"),
        ("12_secondary_transport.ion", "transporter_laws", r"\.rate$"),
        ("frog_skin.ion", "channel_laws", r"\.current$"),
        ("frog_skin.ion", "membrane_laws", r"\.flux\("),
    ],
)
def test_what_passes_is_seen_to_be_wrong_by_a_thousandth(
    name: str, laws: str, flow: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fluxes are small numbers in the units of cells."""
    monkeypatch.setattr(book, laws, slightly_wrong(getattr(book, laws), flow))
    view = view_of_rest(find_settled(model(name).machine, {}))
    asked = [each for each in readable(view) if re.search(flow, each[0])]
    parts = [part for each in asked for part in explain(view, (each,)).parts]
    assert parts and any(re.search(flow, path) for path in broken(view, parts))


@pytest.mark.parametrize("name", NAMES)
def test_pieces_add_up_and_shares_to_one(name: str) -> None:
    view = resting(name)
    for part in explain(view, potentials(view)).parts:
        for account in part.accounts:
            check_sum(account)
            shares = [p.share for p in account.pieces if p.share is not None]
            assert not shares or math.fsum(shares) == pytest.approx(1, abs=1e-12)


def check_sum(account: Account) -> None:
    total = math.fsum(p.amount for p in account.pieces)
    largest = max((abs(p.amount) for p in account.pieces), default=0.0)
    assert total == pytest.approx(account.total, abs=1e-9 * largest)


@pytest.mark.parametrize("name", NAMES)
def test_no_number_without_its_unit(name: str) -> None:
    for path, _, part in parts_of(name):
        known = [(e.value, e.dimension) for e in part.legend]
        known += [(p.amount, p.dimension) for a in part.accounts for p in a.pieces]
        for value, dimension in known:
            unit = number_and_unit(value, dimension)[1]
            assert unit or dimension == PURE or math.isnan(value) or math.isinf(value), path


COLD = """
bath a { }
bath b { }
membrane m (a | b) {
    capacitance = 1 uF/cm2
    V from currents starting at -60 mV
    channel leak { carries charge; conductance = 0.3 mS/cm2 * n; reversal = -54 mV; gate n { inf = 0.5; tau = 1 ms } }
}
scenario push { run 50 ms; from 10 ms: inject 1 uA/cm2 into m carried by charge }
"""


def test_a_cell_without_a_temperature_is_explained_too() -> None:
    cold = ionlang.loads(COLD)
    (part,) = cold.explain().parts
    assert part.value == pytest.approx(-54, abs=1e-6)
    (part,) = cold.explain("m.V", "push", between=("10 ms", "11 ms")).parts
    pieces = {p.words: p.amount for p in part.accounts[-1].pieces}
    assert pieces["injected current"] == pytest.approx(1, abs=1e-4)
    assert "V is on its way" in part.cause[0]


RUNS = [
    ("02_ghk.ion", "typical", "0 s", "2 s"),
    ("19_anoxia.ion", "anoxia", "0 s", "108 s"),
    ("19_anoxia.ion", "anoxia", "60 s", "20000 s"),
    ("18_action_potential.ion", "strong_push", "0.5 ms", "1 ms"),
    ("18_action_potential.ion", "strong_push", "0 ms", "20 ms"),
    ("03_chord_and_shunt.ion", "healthy", "0 ms", "200 ms"),
    ("frog_skin.ion", "amiloride", "0 s", "5 min"),
]


@pytest.mark.parametrize(("name", "scenario", "first", "last"), RUNS)
def test_what_moved_v_adds_up_to_the_whole_change(name: str, scenario: str, first: str, last: str) -> None:
    for part in model(name).explain(scenario=scenario, between=(first, last)).parts:
        change = part.accounts[-1]
        view = model(name).explain(part.quantity, scenario=scenario, at=first).parts[0]
        assert change.total == pytest.approx(part.value - view.value, abs=1e-9)
        assert math.fsum(p.amount for p in change.pieces) == pytest.approx(change.total, abs=1e-9)


@pytest.mark.parametrize("quantity", ["inside.Na", "soma.NaK.rate", "soma.E(K)", "soma.K_leak.current"])
def test_what_moved_anything_adds_up(quantity: str) -> None:
    (part,) = model("19_anoxia.ion").explain(quantity, "anoxia", between=(0, 108)).parts
    check_sum(part.accounts[-1])
    assert len(part.accounts[-1].pieces) > 1


def test_potassium_outside_is_what_depolarises_in_anoxia() -> None:
    (part,) = model("19_anoxia.ion").explain("soma.V", "anoxia", between=(0, 108)).parts
    pieces = {p.words.partition(",")[0]: p.amount for p in part.accounts[-1].pieces}
    assert max(pieces, key=lambda words: abs(pieces[words])) == "potassium in outside"
    assert pieces["potassium in outside"] == pytest.approx(25.285, abs=0.01)
    assert any("25.29 mV of it by potassium in outside" in sentence for sentence in part.cause)


@given(
    before=st.lists(st.floats(0.1, 5), min_size=4, max_size=4),
    after=st.lists(st.floats(0.1, 5), min_size=4, max_size=4),
)
def test_shapley_parts_add_up_and_do_not_depend_on_the_order(before: list[float], after: list[float]) -> None:
    keys = ["a", "b", "c", "d"]
    first, last = dict(zip(keys, before, strict=True)), dict(zip(keys, after, strict=True))

    def value(v: object) -> float:
        assert hasattr(v, "__getitem__")
        return float(v["a"] * v["b"] / v["c"] + math.log(v["d"]) * v["a"])

    parts = dict(zip(keys, shapley(value, first, last, keys), strict=True))
    assert math.fsum(parts.values()) == pytest.approx(value(last) - value(first), abs=1e-9)
    turned = dict(zip(keys[::-1], shapley(value, first, last, keys[::-1]), strict=True))
    assert turned == pytest.approx(parts, abs=1e-9)


def test_many_inputs_add_up_too() -> None:
    keys = [f"k{i}" for i in range(12)]
    first, last = dict.fromkeys(keys, 1.0), {k: 1.0 + i for i, k in enumerate(keys)}

    def value(v: object) -> float:
        assert hasattr(v, "__getitem__")
        return math.prod(v[k] for k in keys)

    assert math.fsum(shapley(value, first, last, keys)) == pytest.approx(
        value(last) - value(first), rel=1e-12
    )


def test_nothing_that_a_file_says_becomes_markup() -> None:
    text = ionlang.loads('param p = 5 mM source "<b>&_$x%"\n' + BATH).explain("p")
    ElementTree.fromstring(text.html())
    assert "<b>&" not in text.html()
    check_latex(text.latex())


BATH = """
temperature = 37 degC
ion K { valence = +1 }
bath inside { K = 140 mM }
bath outside { K = p }
membrane soma (inside | outside) {
    capacitance = 1 uF/cm2
    V from currents
    channel K_leak { carries K; conductance = 0.1 mS/cm2 }
}
"""


def test_any_text_of_a_file_is_escaped_for_latex() -> None:
    check_latex(escaped(r"\frac{a}{b}_$%&#~^{"))
    assert escaped("a_b %") == r"a\_b \%"


def test_what_has_no_value_says_so() -> None:
    view = resting("19_anoxia.ion")
    with pytest.raises(NotExplained, match="looks at a run"):
        model("19_anoxia.ion").explain("max(soma.V)")
    with pytest.raises(NotExplained, match="condition"):
        model("19_anoxia.ion").explain("soma.V > 0 mV")
    assert view.now.settled


def test_a_notebook_shows_the_page() -> None:
    explanation = model("01_nernst.ion").explain()
    assert explanation._repr_html_() == explanation.html()
    assert "<math" in explanation.html()
    assert repr(explanation) == "<explanation of cell.V>"


RECTIFIER = """
temperature = 37 degC
ion Na { valence = +1 }
ion K  { valence = +1 }
bath inside  { Na = 10 mM;   K = 140 mM }
bath outside { Na = 145 mM;  K = 5.4 mM }
membrane soma (inside | outside) {
    area        = 1000 um2
    capacitance = 1 uF/cm2
    V from currents starting at -84 mV
    channel Na_leak { carries Na;  conductance = 0.003 mS/cm2 }
    channel IK1 { carries K;  current = 0.05 uA/cm2/mV * linoid(V + 87.1 mV, 25 mV) - 1.25 uA/cm2 }
}
"""


def test_a_channel_whose_current_is_written_out_is_named_among_the_causes() -> None:
    """At rest its current is that of the leak, which flows the other way."""
    (part,) = ionlang.loads(RECTIFIER).explain("soma.V").parts
    inward = 0.003 * (71.471 - part.value)
    (said,) = (sentence for sentence in part.cause if "IK1" in sentence)
    assert (
        said
        == f"Potassium flows out through IK1 and pulls V down with {inward:.4g} uA/cm2, as its formula says."
    )
