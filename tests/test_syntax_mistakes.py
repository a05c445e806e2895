"""Text → diagnostics: each mistake once, at its place, and nothing right is lost."""

from __future__ import annotations

import pytest

from ionlang.syntax import ast
from ionlang.syntax.codes import CODES
from tests.syntax_mistakes import MISTAKES
from tests.syntax_reading import blocks, codes, read


def test_every_code_has_an_example():
    assert [code for code, _, _ in MISTAKES] == [code.code for code in CODES]


@pytest.mark.parametrize(("code", "wrong", "right"), MISTAKES)
def test_each_mistake_and_its_mending(code, wrong, right):
    assert codes(wrong) == [code]
    assert codes(right) == []


@pytest.mark.parametrize(("code", "wrong", "right"), MISTAKES)
def test_a_mistake_hides_no_other_block(code, wrong, right):
    model, found = read(f"{wrong}\n\nion Li {{ valence = +1 }}\n\nbath sea {{ Li = = 3 mM }}\n")
    assert [each.code for each in found] == [code, "ION011"]
    assert blocks(model)[-2:] == ["Li", "sea"]


@pytest.mark.parametrize(
    ("text", "code", "offending"),
    [
        ("compartment c { volume = }", "ION011", "="),
        ("compartment c {\n    volume =\n    K = 3 mM\n}", "ION011", "="),
        ("x = 3 + * 4", "ION011", "*"),
        ("x = f(3,)", "ION011", ")"),
        ("x = 3 mS cm2", "ION012", "cm2"),
        ("x = 100 1/ms", "ION012", "1"),
        ("x = a b", "ION012", "b"),
        ("x = 3 4", "ION012", "4"),
        ("K: 3 mM", "ION013", ":"),
        ("measure q", "ION013", "q"),
        ("at 3 s", "ION014", "s"),
        ("at 3 s\n    block NaK", "ION014", "s"),
        ("run 3 s begin at rest", "ION015", "begin"),
        ("channel { carries K }", "ION024", "l"),
        ("membrane M (a | ) { }", "ION024", ")"),
        ("A balances mass", "ION025", "mass"),
        ("W from currents", "ION025", "W"),
        ("begin at end", "ION025", "end"),
        ("inject 10 pA soma carried by K", "ION025", "soma"),
        ("param p = 3 mM betwen 1 mM and 4 mM", "ION025", "betwen"),
        ("use soma.ion", "ION027", "soma.ion"),
        ("expect a == 3", "ION021", "=="),
        ("x = a && b", "ION021", "&&"),
        ("x = a != b", "ION021", "!="),
        ("x = a // b", "ION021", "//"),
        ("expect a < b < c", "ION019", "<"),
        ("moves 3 Na outt", "ION023", "outt"),
        ("moves -1 Na out", "ION022", "-"),
        ("uses 1 ATP", "ION010", "uses"),
        ("instantanous", "ION010", "instantanous"),
        ("3 = x", "ION010", "3"),
        ("at 3 s: reduce x", "ION010", "reduce"),
        ("x = y = 3", "ION020", "="),
        ("x = a 'b'", "ION021", "'"),
        ("x = Ω", "ION002", "Ω"),
    ],
)
def test_the_place_of_a_mistake(text, code, offending):
    _, found = read(text)
    assert [each.code for each in found] == [code]
    assert found[0].primary.span.text == offending


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [
        ("chanel k { carries K }", "channel"),
        ("compartement c { volume = 2 pL }", "compartment"),
        ("Ion K { valence = +1 }", "ion"),
        ("carry K", "carries"),
        ("move 3 Na out", "moves"),
        ("at 3 s: blok NaK", "block"),
        ("A balances charges", "charge"),
        ("moves 3 Na outt", "out"),
    ],
)
def test_did_you_mean(wrong, meant):
    (found,) = read(wrong)[1]
    assert found.help == f"did you mean `{meant}`?"


@pytest.mark.parametrize(
    "text",
    [
        "bilayer N(p = 5 mM, q in mM) {\n carries ! ! !\n gate m { = = }\n}",
        "states s { C1 to C2 at 3 /s }",
        "solvent r in cell { turns a into b }",
        "line L of 200 patch { x == 3 }",
    ],
)
def test_an_unknown_kind_gives_one_message(text):
    model, (found,) = read(f"{text}\nion K {{ valence = +1 }}")
    word = text.split()[0]
    assert found.code == "ION009" and found.message == f"`{word}` is not a word that starts a block"
    assert isinstance(model.items[0], ast.Broken) and blocks(model) == ["K"]


def test_two_mistakes_in_one_block_and_none_of_their_neighbours():
    text = """
membrane soma (inside | outside) {
    area = 922 um2 *
    capacitance = 1 uF/cm2
    channel K_leak { carries K; conductance 0.05 mS/cm2 }
    channel NaV {
        carries Na
        gate m { alpha = 0.1 /mV/ms * linoid(V + 30 mV 10 mV); instantaneous }
    }
}
"""
    model, found = read(text)
    assert [(each.code, each.primary.span.line) for each in found] == [
        ("ION011", 3),
        ("ION013", 5),
        ("ION012", 8),
    ]
    (membrane,) = model.items
    assert isinstance(membrane, ast.Block)
    area, capacitance, leak, sodium = membrane.body
    assert isinstance(area, ast.Property) and isinstance(area.value, ast.Broken)
    assert isinstance(capacitance, ast.Property) and isinstance(capacitance.value, ast.Quantity)
    assert isinstance(leak, ast.Block) and isinstance(leak.body[0], ast.Carries)
    assert isinstance(leak.body[1], ast.Broken)
    assert isinstance(sodium, ast.Block) and len(sodium.body) == 2


def test_names_of_lost_sentences_are_kept():
    model, _ = read("param p = \nlet f(a, b) = a b\nlet q = 3 3\nmeasure m = )\narea = 2 2")
    declared = (ast.Parameter, ast.Let, ast.Measure, ast.Property)
    lost = [(type(item).__name__, item.name.text) for item in model.items if isinstance(item, declared)]
    assert lost == [("Parameter", "p"), ("Let", "f"), ("Let", "q"), ("Measure", "m"), ("Property", "area")]
    function = model.items[1]
    assert isinstance(function, ast.Let) and function.arguments is not None
    assert [argument.text for argument in function.arguments] == ["a", "b"]


def test_a_wrong_first_line_keeps_kind_name_and_sides():
    model, found = read("membrane soma (inside outside) {\n    area = 3 um2\n    x = = 3\n}")
    assert [each.code for each in found] == ["ION024", "ION011"]
    (membrane,) = model.items
    assert isinstance(membrane, ast.Block) and membrane.sides
    assert [side.text for (side,) in membrane.sides] == ["inside", "outside"]
