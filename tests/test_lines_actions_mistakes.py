"""Mistakes in actions on copies of a line: each has its own message, all are told at once, none brings another."""

from __future__ import annotations

import pytest

import ionlang
from tests.lines_actions_models import fibre, strip

DRUG = "modifier drug on fibre.wall.leak { block leak by 50 % }\n"
MISTAKES = (
    ("inject 2 nA into fibre[99].wall carried by K", "ION483", "line fibre has no copy 99"),
    ("inject 2 nA into fibre[9 mm].wall carried by K", "ION483", "line fibre does not reach to 9 mm"),
    ("scale fibre[3 .. 99].wall.g by 2", "ION483", "line fibre has no copy 99"),
    ("scale fibre[300 um .. 100 um].wall.g by 2", "ION490", "this range ends before it begins"),
    ("scale fibre[7 .. 3].wall.g by 2", "ION490", "this range ends before it begins"),
    (
        "scale fibre[112 um .. 118 um].wall.g by 2",
        "ION490",
        "no copy of line fibre has its middle in this range",
    ),
    (
        "scale fibre[3 .. 300 um].wall.g by 2",
        "ION491",
        "from one number to another, or from one position to another",
    ),
    ("block fibre[2.5].wall.leak", "ION483", "line fibre has no copy 2.5"),
    ("block fibre[2 mV].wall.leak", "ION483", "by its number or its position, not by a voltage"),
    ("set radius[3] = 3 um", "ION483", "param radius is one thing, not a line of copies"),
    ("set fibre[3].spacing = 3 um", "ION483", "this belongs to line fibre as a whole"),
    ("scale fibre[3 .. 7].wall.gg by 2", "ION110", "cannot be set"),
    ("apply drug on fibre[3 .. 99]", "ION483", "line fibre has no copy 99"),
    ("apply drug on fibre[3].wall", "ION110", "a modifier is applied to copies of a line"),
    ("set fibre[3 .. 7].wall.g = 2 nS", "ION204", "must be a conductance per area"),
    ("set fibre.wall.g = 0.5 * fibre[3].wall.g", "ION485", "is one copy; here all of them are meant"),
)


@pytest.mark.parametrize(("said", "code", "message"), MISTAKES)
def test_each_mistake_has_its_message_and_no_other(said: str, code: str, message: str) -> None:
    found = ionlang.loads(fibre(20, "20 um", f"{DRUG}scenario s {{ run 1 ms\n{said}\n}}")).check()
    errors = [d for d in found if d.severity == "error"]
    assert [d.code for d in errors] == [code]
    assert message in errors[0].message
    assert errors[0].help


def test_all_of_them_are_told_at_once() -> None:
    said = "\n".join(said for said, *_ in MISTAKES)
    found = ionlang.loads(fibre(20, "20 um", f"{DRUG}scenario s {{ run 1 ms\n{said}\n}}")).check()
    assert sorted(d.code for d in found if d.severity == "error") == sorted(code for _, code, _ in MISTAKES)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("set tissue[1 .. 5].decay = 1 /s", "set tissue[5 .. 8].decay = 2 /s"),
        (
            "from 1 s for 2 s: set tissue[1 .. 5].decay = 1 /s",
            "from 2 s for 2 s: ramp tissue[3].decay to 2 /s over 1 s",
        ),
        ("clamp tissue[1 .. 5].outside.marker to 1 mM", "hold tissue[4].outside.marker"),
        ("at 1 s: set tissue[1 .. 5].outside.marker = 1 mM", "at 1 s: set tissue.outside.marker = 2 mM"),
        (
            "from 0 s for 2 s: clamp tissue[2].outside.marker to 1 mM",
            "at 1 s: set tissue[1 .. 3].outside.marker = 2 mM",
        ),
    ],
)
def test_two_that_say_what_one_copy_is_are_told(first: str, second: str) -> None:
    found = ionlang.loads(strip(20, f"scenario s {{ run 10 s\n{first}\n{second}\n}}")).check()
    assert [d.code for d in found if d.severity == "error"] == ["ION403"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("set tissue[1 .. 5].decay = 1 /s", "set tissue[6 .. 8].decay = 2 /s"),
        ("set tissue[1 .. 5].decay = 1 /s", "from 1 s for 1 s: set tissue[3].decay = 2 /s"),
        ("set tissue[1 .. 5].decay = 1 /s", "scale tissue[3 .. 9].decay by 2"),
        ("clamp tissue[1 .. 5].outside.marker to 1 mM", "clamp tissue[6].outside.marker to 2 mM"),
        ("clamp tissue[1 .. 5].outside.marker to 1 mM", "at 1 s: set tissue[6].outside.marker = 2 mM"),
    ],
)
def test_neighbours_do_not_collide(first: str, second: str) -> None:
    model = ionlang.loads(strip(20, f"scenario s {{ run 3 s\n{first}\n{second}\n}}"))
    assert not [d for d in model.check() if d.severity == "error"]
    assert model.run("s").passed


def test_one_of_two_windows_that_only_the_run_opens_may_be_beside_the_other() -> None:
    text = strip(
        20,
        """scenario s {
            run 10 s
            from 1 s until tissue[2].outside.marker < 0.5 mM: set tissue[1 .. 5].decay = 1 /s
            when tissue[2].outside.marker < 0.5 mM: set tissue[6 .. 9].decay = 1 /s
            measure a = tissue[2].decay at end
            measure b = tissue[7].decay at end
        }""",
    )
    found = dict(ionlang.loads(text).run("s").measures)
    assert found["a"] == 0
    assert found["b"] == pytest.approx(1e-3)  # per ms
