"""A mistake planted in a good file is found: that one, at that place, and nothing else because of it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

import ionlang
from ionlang.diagnostics import Diagnostic
from ionlang.model.codes import ON_REQUEST, WHEN_SOLVED
from tests import error_pages
from tests.planting import Planted, Rule, blocks, names_in, plant, plant_all
from tests.planting_field import FIELDS
from tests.planting_lines import AFTER_OTHERS, HIDDEN_BY
from tests.planting_rules import KINDS, RULES

ROOT = Path(__file__).parents[1]
EXAMPLES = (*sorted((*ROOT.glob("examples/*.ion"), *ROOT.glob("examples/published/*.ion"))), *FIELDS)
NAMES = [path.name for path in EXAMPLES]
CODES = tuple(code for code in error_pages.CODES if code.code not in (*ON_REQUEST, *WHEN_SOLVED))
PARTS = 6
Place = tuple[str, int, str]
Choice = tuple[Rule, int, int]

# Unused names, missing charge, equilibria and what goes uphill are looked for in a file without errors only; what is extended may be what
# could not be read; documentation is no block; sentences `tune` are counted together, and matter of a library meets what
# a file declares.
ALONE = (
    "ION109",
    "ION317",
    "ION323",
    "ION352",
    "ION353",
    "ION126",
    "ION004",
    "ION450",
    "ION451",
    "ION452",
    "ION128",
)


@cache
def reading(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def own_warnings(path: Path) -> tuple[str, ...]:
    found = ionlang.loads(reading(path), str(path)).check()
    assert [each for each in found if each.severity == "error"] == []
    return tuple(each.code for each in found)


def places(found: tuple[Diagnostic, ...]) -> list[Place]:
    return [(each.code, each.primary.span.start, each.primary.span.text) for each in found]


def planted_in(rule: Rule, text: str) -> Planted | None:
    """The mistake in the first block where it fits."""
    stretches = [(0, len(text))] if rule.code == "ION004" else blocks(text)
    names = names_in(text)
    return next((p for start, end in stretches if (p := plant(rule, text, start, end, names))), None)


def test_there_is_a_rule_for_every_code():
    assert {rule.code for rule in RULES} == {code.code for code in CODES}


@pytest.mark.parametrize("code", [code.code for code in CODES])
def test_every_mistake_fits_somewhere(code):
    rules = [rule for rule in RULES if rule.code == code]
    assert any(planted_in(rule, reading(path)) for rule in rules for path in EXAMPLES)


def check_each(path: Path, rules: Sequence[Rule]) -> None:
    text, own, wrong = reading(path), own_warnings(path), []
    for rule in rules:
        planted = planted_in(rule, text)
        if planted is None:
            continue
        found = ionlang.loads(planted.text, str(path)).check()
        at = planted.start
        new = tuple(each for each in found if each.code not in own or each.primary.span.start == at)
        if places(new) != [(planted.code, planted.start, planted.marked)]:
            wrong.append((rule.new, places(new)))
    assert wrong == []


@pytest.mark.parametrize(("number", "path"), list(enumerate(EXAMPLES)), ids=NAMES)
def test_mistakes_in_each_example_are_found_alone_and_in_their_place(number, path):
    """Each mistake in one example of six; among so many examples it meets several that it fits."""
    check_each(path, RULES[number % PARTS :: PARTS])


@pytest.mark.slow
@pytest.mark.parametrize("path", EXAMPLES, ids=NAMES)
def test_each_mistake_in_each_example_is_found_alone_and_in_its_place(path):
    check_each(path, RULES)


@pytest.mark.parametrize("path", FIELDS, ids=[path.stem for path in FIELDS])
def test_a_field_is_sound(path):
    model = ionlang.loads(reading(path))
    assert model.check() == () and model.machine is not None


@cache
def fitting(path: Path) -> tuple[Choice, ...]:
    """Each rule with each block of a field that it fits."""
    text = reading(path)
    names, stretches = names_in(text), blocks(text)
    return tuple(
        (rule, start, end)
        for rule in RULES
        if rule.code not in ALONE
        for start, end in stretches
        if not takes_away(rule, text, start) and plant(rule, text, start, end, names)
    )


def takes_away(rule: Rule, text: str, start: int) -> bool:
    """Whether it takes away what others live by: a whole declaration, or the valence of the ion that other rules
    move. What they do with it cannot be judged then, and the program says nothing of it."""
    kind, name, *_ = text[start:].split()
    if rule.code == "ION009" and rule.pattern.startswith(r"\A"):
        return kind != "scenario"
    return name == names_in(text)["ion"] and (rule in KINDS[0] or "valence" in rule.pattern)


def hides(one: str, other: str) -> bool:
    return one in HIDDEN_BY.get(other, ())


def seven(draw: random.Random, path: Path) -> list[Choice]:
    """Seven mistakes of different codes, of all kinds, in seven blocks, in text order."""
    while True:
        wanted = draw.sample(range(len(KINDS)), 5) + draw.choices(range(len(KINDS)), k=2)
        found: list[Choice] = []
        for kind in wanted:
            codes, used = {choice[0].code for choice in found}, {choice[1] for choice in found}
            open_ones = [
                choice
                for choice in fitting(path)
                if choice[0] in KINDS[kind]
                and choice[0].code not in (*codes, *AFTER_OTHERS)
                and not any(hides(choice[0].code, code) or hides(code, choice[0].code) for code in codes)
                and choice[1] not in used
            ]
            found += [draw.choice(open_ones)] if open_ones else []
        if len(found) == 7:
            return sorted(found, key=lambda choice: choice[1])


def check_sevens(seeds: range) -> None:
    wrong = []
    for seed in seeds:
        draw = random.Random(seed)
        path = draw.choice(FIELDS)
        planted = plant_all(seven(draw, path), reading(path))
        if planted is None:
            continue
        text, wanted = planted
        if sorted(places(ionlang.loads(text).check())) != sorted(wanted):
            wrong.append((seed, wanted, places(ionlang.loads(text).check())))
    assert wrong == []


def test_random_sevens_of_all_kinds_are_found_all_and_alone():
    """In one test, since what fits where is found out first, which takes longer."""
    check_sevens(range(100))


@pytest.mark.slow
def test_many_random_sevens():
    check_sevens(range(100, 3000))
