"""Templates, instances and extensions: what they come to, and what is said of mistakes in them."""

from __future__ import annotations

from pathlib import Path

import pytest

import ionlang
from ionlang.diagnostics import Diagnostic

HEAD = """temperature = 37 degC
ion K { valence = +1 }
ion Na { valence = +1 }
bath inside  { K = 140 mM; Na = 10 mM }
bath outside { K = 4 mM; Na = 140 mM }
"""
LEAK = "template channel leak(g = 1 mS/cm2, s in mV) { carries K; conductance = g * exp(V/s) }\n"
GATED = """template channel gated(g = 1 mS/cm2) {
    carries K
    conductance = g * n
    gate n { alpha = 1 /ms * exp(V/(20 mV)); beta = 2 /ms }
}
"""


def loaded(declared: str, channels: str, after: str = "") -> ionlang.Model:
    membrane = f"membrane cell (inside | outside) {{ area = 1000 um2\ncapacitance = 1 uF/cm2\nV from currents\n{channels}\n}}\n"
    return ionlang.loads(f"{HEAD}{declared}{membrane}{after}", "cell.ion")


def values(model: ionlang.Model) -> dict[str, str]:
    """Every parameter as the file writes it."""
    return {p.path: p.text for p in model.cell.parameters}


def only(model: ionlang.Model) -> Diagnostic:
    (found,) = model.check()
    return found


def reading(model: ionlang.Model, path: str, **given: str) -> float:
    """The value of a path at the start."""
    machine = model.machine
    from ionlang.settings import settings_of

    p = machine.parameters(settings_of(model.cell, given))
    import numpy as np

    y = np.array(machine.initial_state(p))[:, None]
    return float(machine.paths([path])(np.zeros(1), y, p)[0, 0])


def test_parameters_become_parameters_of_the_instance() -> None:
    model = loaded(LEAK, "channel A is leak(s = 20 mV)\nchannel B is leak(g = 3 mS/cm2, s = 5 mV)")
    assert model.check() == ()
    found = values(model)
    assert {k: found[k] for k in ("cell.A.g", "cell.A.s", "cell.B.g", "cell.B.s")} == {
        "cell.A.g": "1 mS/cm2", "cell.A.s": "20 mV", "cell.B.g": "3 mS/cm2", "cell.B.s": "5 mV",
    }  # fmt: skip
    once = reading(model, "cell.A.total_conductance")
    assert reading(model, "cell.A.total_conductance", **{"cell.A.g": "2 mS/cm2"}) == pytest.approx(2 * once)


def test_an_argument_is_read_outside_the_block_and_a_default_inside() -> None:
    template = "template channel leak(g = 1 mS/cm2, half = g/2) { carries K; conductance = half }\n"
    model = loaded("param g = 8 mS/cm2\n" + template, "channel A is leak(g = g)")
    assert model.check() == ()
    area = reading(model, "cell.area")
    assert reading(model, "cell.A.total_conductance") / area == pytest.approx(4.0)
    assert reading(model, "cell.A.total_conductance", g="2 mS/cm2") / area == pytest.approx(1.0)


def test_templates_of_every_kind_and_in_any_order() -> None:
    model = ionlang.loads(
        """temperature = 37 degC
        membrane cell (inside | outside) is wall(gK = 2 mS/cm2) { channel Na_leak { carries Na; conductance = 1 nS } }
        membrane other (inside | outside) is wall { area = 50 um2 }
        compartment inside is body(v = 3 pL) { Na = 12 mM }
        compartment outside is body(v = 30 pL) { K = 4 mM }
        flux wash is washing(out = 2 /s)
        template flux washing(out in /s) { moves K from outside to nothing; rate = out * amount(outside.K) }
        template membrane wall(gK = 1 mS/cm2) {
            area = 100 um2
            capacitance = 1 uF/cm2
            V from currents starting at -60 mV
            channel K_leak is leak(g = gK)
            pump NaK is exchange
        }
        template channel leak(g in mS/cm2) { carries K; conductance = g * n; gate n is opening(tau_n = 3 ms) }
        template gate opening(tau_n in ms) { inf = 0.5; tau = tau_n }
        template pump exchange(most = 1 uA/cm2) { moves 3 Na out, 2 K in, uses 1 in.ATP; current = most }
        template compartment body(v in pL) { volume = v; K = 140 mM; Na = 10 mM; ATP = 3 mM }
        solute ATP
        template ion cation { valence = +1 }
        ion K is cation
        ion Na is cation
        """.replace("out = 2 /s", "share = 2 /s").replace("out in /s", "share in /s").replace("rate = out", "rate = share")
    )  # fmt: skip
    assert [d.code for d in model.check() if d.severity == "error"] == []
    found = values(model)
    assert (found["cell.gK"], found["other.gK"], found["other.K_leak.g"]) == ("2 mS/cm2", "1 mS/cm2", "gK")
    assert (found["cell.area"], found["other.area"]) == ("100 um2", "50 um2")
    assert (found["inside.Na.start"], found["outside.Na.start"], found["outside.K.start"]) == (
        "12 mM",
        "10 mM",
        "4 mM",
    )
    assert reading(model, "cell.K_leak.g") == 2.0
    assert reading(model, "cell.K_leak.n.tau") == 3.0
    assert reading(model, "inside.volume") == 3.0


def test_what_an_instance_says_again_replaces_what_the_template_says() -> None:
    model = loaded(GATED, "channel A is gated { carries Na; gate n { beta = 3 /ms } }")
    assert model.check() == ()
    (channel,) = model.cell.membranes[0].channels
    assert [share.species for share in channel.shares] == ["Na"]
    assert values(model)["cell.A.n.beta"] == "3 /ms"
    assert [(d.path, d.word, d.was, d.now) for d in model.checked.differences] == [
        ("cell.A", "carries", "K", "Na"),
        ("cell.A.n", "beta", "2 /ms", "3 /ms"),
    ]


def test_another_law_takes_the_place_of_the_whole_law() -> None:
    model = loaded(
        GATED, "channel A is gated { permeability = 1 um/s * n; gate n { inf = 0.4; tau = 1 ms } }"
    )
    assert [d.code for d in model.check() if d.severity == "error"] == []
    left_out = [(d.path, d.word) for d in model.checked.differences if not d.now]
    assert left_out == [("cell.A.n", "alpha"), ("cell.A.n", "beta"), ("cell.A", "conductance")] or left_out == [
        ("cell.A", "conductance"), ("cell.A.n", "alpha"), ("cell.A.n", "beta"),
    ]  # fmt: skip


def test_extensions_add_and_replace_anywhere() -> None:
    after = "extend cell { channel B is gated(g = 2 mS/cm2) }\nextend cell.A.n { beta = 5 /ms }\nextend outside { K = 6 mM }"
    model = loaded(GATED, "channel A is gated", after)
    assert model.check() == ()
    found = values(model)
    assert (found["cell.B.g"], found["cell.A.n.beta"], found["outside.K"]) == ("2 mS/cm2", "5 /ms", "6 mM")
    made_by = [(d.maker, d.path, d.word, d.was, d.now) for d in model.checked.differences]
    assert ("extend cell.A.n", "cell.A.n", "beta", "2 /ms", "5 /ms") in made_by
    assert ("extend outside", "outside", "K", "4 mM", "6 mM") in made_by


def test_a_used_file_brings_templates_and_extensions(tmp_path: Path) -> None:
    (tmp_path / "channels.ion").write_text(
        GATED + "extend cell.A { conductance = 2 * g * n }\n", encoding="utf-8"
    )
    file = tmp_path / "cell.ion"
    file.write_text('use "channels.ion"\n' + loaded("", "channel A is gated").source.text, encoding="utf-8")
    model = ionlang.load(file)
    assert model.check() == ()
    assert "gate n of A, channels.ion:4" in model.compile()


def test_each_mistake_in_a_template_is_said_once() -> None:
    wrong = "template channel leak { carries K; conductance = 1 mS/cm2 * gg; gate n { inf = 1 mV; tau = 1 ms }; foo = 3 }\n"
    model = loaded(wrong, "\n".join(f"channel {name} is leak" for name in "ABCD"))
    assert sorted(d.code for d in model.check()) == ["ION101", "ION105", "ION204"]
    for found in model.check():
        assert found.primary.span.line == 6
        assert found.secondary == ()
        assert found.notes[-1] == "this is so in `cell.A` and 3 others, made from this text"


def test_a_mistake_of_one_instance_names_it() -> None:
    declared = "bath third { Na = 1 mM }\nbath fourth { Na = 1 mM; K = 2 mM }\n" + GATED
    far = "membrane far (third | fourth) {\n    area = 1 um2; capacitance = 1 uF/cm2; V from currents\n    channel B is gated\n}\n"
    found = only(loaded(declared, "channel A is gated", far))
    assert (found.code, found.primary.span.text) == ("ION303", "K")
    assert "this is so in `far.B`, made from this text" in found.notes


@pytest.mark.parametrize(
    ("declared", "channels", "code", "at"),
    [
        (LEAK, "channel A is leek(s = 1 mV)", "ION121", "leek"),
        ("template pump P { moves 1 K out; rate = 1 fmol/s }\n", "channel A is P", "ION122", "P"),
        (LEAK, "channel A is leak(s = 1 mV, q = 1)", "ION123", "q"),
        (LEAK, "channel A is leak", "ION123", "is leak"),
        (LEAK, "channel A is leak(s = 1 mV, s = 2 mV)", "ION123", "s = 2 mV"),
        (LEAK, "channel A is leak(s = 1 nS)", "ION204", "1 nS"),
        (LEAK, "channel A is leak(s = 1 mV, g = 3 nS)", "ION204", "3 nS"),
        (LEAK, "channel A is leak(s = V)", "ION316", "V"),
        ("param g = 1\n" + LEAK, "channel A is leak(s = 1 mV) { let twice = 2 * g }", "ION103", "g"),
        ("template gate b { gate x is b }\n", "channel A { carries K; conductance = 1 nS * m; gate m is b }", "ION124", "is b"),
        ("template ion I(z = 1) { valence = 1 }\nion L is I\n", "", "ION125", "z = 1"),
        (LEAK + LEAK, "channel A is leak(s = 1 mV)", "ION102", "leak"),
        (LEAK, "channel A is leak(s = 1 mV); extend cell { }", "ION107", "extend cell { }"),
        ("template gate n(a in mvv) { inf = 0.5; tau = 1 ms }\n", "", "ION201", "mvv"),
        (LEAK, "channel A is squid.leak", "ION121", "squid.leak"),
        ("use squit\n", "channel A is squid.leak", "ION120", "squit"),
        ("use squid\nparam a = squid.V_rets\n", "", "ION101", "V_rets"),
        ("use squid\nparam squid = 1\n", "channel A { carries K; conductance = squid * 1 nS }", "ION102", "squid"),
    ],
)  # fmt: skip
def test_mistakes_are_told_where_they_are(declared: str, channels: str, code: str, at: str) -> None:
    errors = loaded(declared, channels).checked.errors
    assert [(d.code, d.primary.span.text) for d in errors if d.code not in ("ION306", "ION303")] == [
        (code, at)
    ]
    assert errors[0].help


@pytest.mark.parametrize(
    ("after", "code", "at"),
    [
        ("extend cell.B { conductance = 2 nS }", "ION126", "cell.B"),
        ("extend A { conductance = 2 nS }", "ION126", "A"),
        ("extend leak { conductance = 2 nS }", "ION126", "leak"),
        ("extend cell { area = 1 um2 }\nextend cell { area = 2 um2 }", "ION127", "area = 2 um2"),
        ("extend cell.A { conductance = 2 nS * exp(V/s) }\nextend cell { channel A { conductance = 2 nS } }", "ION127", "conductance = 2 nS"),
    ],
)  # fmt: skip
def test_mistakes_of_extensions(after: str, code: str, at: str) -> None:
    found = only(loaded(LEAK, "channel A is leak(s = 1 mV)", after))
    assert (found.code, found.primary.span.text) == (code, at)


def test_a_template_is_not_misled_by_names_around_its_instances() -> None:
    """`s` in `inner` is the file's; the parameter of the membrane that happens to be around it is none of it."""
    declared = (
        "param s = 2 mV\n"
        "template channel inner { carries K; conductance = 1 mS/cm2 * exp(V/s) }\n"
        "template membrane wall(s = 9 mV) { area = 100 um2; capacitance = 1 pF/mV * s; V from currents; channel I is inner }\n"
    )
    model = ionlang.loads(f"{HEAD}{declared}membrane cell (inside | outside) is wall\n")
    assert [(d.code, d.primary.span.line) for d in model.checked.errors] == [("ION103", 7)]
    model = ionlang.loads(f"{HEAD}{declared.replace('s = 9 mV', 'w = 9 mV').replace('* s;', '* w;')}"
                          "membrane cell (inside | outside) is wall\n")  # fmt: skip
    assert model.check() == ()


def test_a_template_may_declare_names_of_the_file() -> None:
    model = loaded("param n = 2\n" + GATED, "channel A is gated(g = 1 mS/cm2 * n)")
    assert model.check() == ()


def test_a_template_that_is_never_used_is_looked_at() -> None:
    found = only(loaded(GATED, "channel A { carries K; conductance = 1 nS }"))
    assert (found.code, found.severity, found.primary.span.text) == ("ION109", "warning", "gated")
    wrong = "template gate n { inf = 0.5; tua = 1 ms; channel x { } }\n"
    model = loaded(wrong, "channel A { carries K; conductance = 1 nS }")
    assert [d.code for d in model.check()] == ["ION105", "ION106"]


def test_an_argument_without_effect_is_warned_of_and_a_default_is_not() -> None:
    own = "{ carries K; conductance = 1 nS }"
    assert loaded("template channel leak(g = 1 nS) { }\n", f"channel A is leak {own}").check() == ()
    found = only(loaded("template channel leak(g = 1 nS) { }\n", f"channel A is leak(g = 2 nS) {own}"))
    assert (found.code, found.primary.span.text) == ("ION109", "g")


def test_an_instance_needs_no_braces_before_the_end_of_its_block() -> None:
    for text in (
        "channel A is leak(s = 1 mV) }",
        "channel A is leak(s = 1 mV)\n}",
        "channel A is leak(s = 1 mV) { } }",
    ):
        membrane = "membrane cell (inside | outside) {\n    capacitance = 1 uF/cm2; V from currents\n    "
        assert ionlang.loads(f"{HEAD}{LEAK}{membrane}{text}\n").check() == ()
