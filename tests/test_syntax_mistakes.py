"""Text → diagnostics: each mistake once, at its place, and nothing right is lost."""

from __future__ import annotations

import pytest

from ionlang.syntax import ast
from ionlang.syntax.codes import CODES
from ionlang.syntax.forms import FORMS
from ionlang.syntax.words import OPENERS, SOFT_OPENERS
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
        ("begin at end", "ION025", "begin at end"),
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
        ("A balance charge", "A balances"),
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
        "row L of 200 patch { x == 3 }",
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


@pytest.mark.parametrize(
    ("text", "code", "help"),
    [
        ("turns ATP to ADP", "ION025", "`turns ATP into ADP, Pi`"),
        ("turns 2 mM ATP into ADP", "ION022", "without `mM`"),
        ("turns ATP -> ADP", "ION021", "`turns … into …`"),
        ("moves Na in, turns ATP into ADP", "ION015", "`turns ATP into ADP`"),
        ("binds 2 Ca", "ION026", "`binds Ca`"),
        ("C1 -> C2 at 3 /s", "ION021", "`C1 to C2 at …`"),
        ("C1 <-> C2 at 3 /s", "ION021", "`C2 to C1 at …`"),
        ("C1 to C2 = 3 /s", "ION025", "`C1 to C2 at …`"),
        ("opens on release", "ION025", "`opens at release`"),
        ("opens release", "ION025", "`opens at release`"),
        ("excluded V", "ION025", "`excluded from V`"),
        ("carries Ca from a to b", "ION025", "`carries Ca between subspace and outside`"),
        ("use mammal pumps", "ION025", "`use mammal, pumps`"),
        ("use soma.ion", "ION027", '`use "soma.ion"`'),
        ("compare healthy and mutant", "ION025", "`compare healthy, mutant`"),
        ("begin at end", "ION025", "`begin at end of OTHER`"),
        ("begin at the end of s", "ION025", "`begin at end of OTHER`"),
        ("run until a > 3", "ION036", "`run until a > 3, at most 600 s`"),
        ("run until a > 3 for 5 s", "ION036", "`run until a > 3, at most 600 s`"),
        ("run until a > 3 mV at most 5 s", "ION036", "`run until a > 3 mV, at most 600 s`"),
        ("run until a > 3, max 5 s", "ION036", "`run until a > 3, at most 600 s`"),
        ("sweep p in 1, 2", "ION025", "`sweep p over 1 mM, 2 mM, 5 mM`"),
        ("sweep p = 1, 2", "ION025", "`sweep p over 1 mM, 2 mM, 5 mM`"),
        ("sweep p from 1 to 3", "ION025", "in 10 steps`"),
        ("sweep p from 1 to 3 by 0.1", "ION025", "in 10 steps`"),
    ],
)
def test_how_a_sentence_is_written(text, code, help):
    (found,) = read(text)[1]
    assert found.code == code and help in found.help


@pytest.mark.parametrize(
    ("text", "code", "help"),
    [
        ("ramp p 5 mM over 3 s", "ION025", "`ramp p to 5 mM over 3 s`"),
        ("ramp p to 5 mM in 3 s", "ION025", "`ramp p to 5 mM over 3 s`"),
        ("relax p to 5 mM with rate 3 s", "ION025", "`tau`"),
        ("scale p to 0.5", "ION025", "`scale p by 0.5`"),
        ("clamp p = 3", "ION025", "`clamp soma.V to -20 mV`"),
        ("set p to 5 mM", "ION013", "`set p = 5 mM`"),
        ("add 5 mM into p", "ION025", "`add 5 mM to outside.K`"),
        ("apply D 5 uM", "ION025", "`apply ouabain(dose = 10 uM)`"),
        ("apply D(5 uM)", "ION026", "`D(p = 5 uM)`"),
        ("fire e at 3 s", "ION014", "`at 3 s: fire e`"),
        ("when a > 3 mV hold b", "ION014", "`when a > 3 mV: hold b`"),
        ("when a > 3 mV", "ION014", "`when a > 3 mV: set …`"),
        ("while a > 3: hold b", "ION010", "`when`"),
        ("until a > 3: hold b", "ION010", "`when`"),
        ("from 3 s to 5 s: hold a", "ION037", "`from 3 s for 2 s`"),
        ("from t to t + 5 s { hold a }", "ION037", "`from t for t + 5 s - t`"),
        ("from 3 s during 2 s: hold a", "ION025", "`from 3 s for …`"),
        ("at 3 s for 2 s: hold a", "ION025", "`from 3 s for …`"),
        ("every 5 ms: fire e", "ION025", "`every 5 ms from 0 s`"),
        ("from 3 s every 5 ms: fire e", "ION025", "`every … from 3 s`"),
        ("from 3 s for 2 s every 5 ms: fire e", "ION025", "`from 3 s for 2 s every 5 ms for …`"),
    ],
)
def test_how_an_action_is_written(text, code, help):
    (found,) = read(text)[1]
    assert found.code == code and help in found.help


@pytest.mark.parametrize(
    ("head", "code", "help"),
    [
        ("membrane M (a + b, c)", "ION024", "joined by `+`"),
        ("template leak(g in mS/cm2)", "ION024", "`template channel leak…`"),
        ("template channel (g = 3)", "ION024", "`template channel leak"),
        ("template channel leak(g)", "ION024", "`g in mM`"),
        ("template channel leak(3 nS)", "ION024", "`template channel leak"),
        ("template channel leak(g in 3 nS)", "ION024", "`template channel leak"),
        ("template chanel leak(g = 3)", "ION009", "`channel`"),
        ("extend channel c", "ION024", "`extend c { … }`"),
        ("extend c(3)", "ION024", "`extend soma { … }`"),
        ("modifier D", "ION035", "`modifier D on CARRIER { … }`"),
        ("modifier D for x", "ION024", "`modifier D on x { … }`"),
        ("reaction r", "ION035", "`reaction r in PLACE { … }`"),
        ("reaction r at cell", "ION024", "`reaction r in PLACE { … }`"),
        ("channel c on x", "ION035", "take `on x` out"),
        ("channel c(g = 3)", "ION035", "`template channel c(g = 3) { … }`"),
        ("channel c = leak(g = 3)", "ION024", "`channel c is leak(g = 3)`"),
        ("channel c is leak(3)", "ION026", "`leak(p = 3)`"),
        ("event e when a > 3", "ION024", "`event e { condition = a > 3 }`"),
        ("variable q = 3", "ION024", "`variable q { … }`"),
    ],
)
def test_how_a_first_line_is_written(head, code, help):
    first, *more = read(f"{head} {{ hold q; area = = 3 }}\nion K {{ valence = +1 }}")[1]
    assert first.code == code and help in first.help
    assert [each.code for each in more] == ["ION011"]


@pytest.mark.parametrize(("word", "form"), FORMS.items())
def test_the_forms_that_are_shown_can_be_read(word, form):
    assert codes(form.replace(": …", ": hold a").replace("{ … }", "{ }")) == []
    assert form.split()[0] == word


def test_every_word_that_begins_a_sentence_has_a_form():
    assert sorted(FORMS) == sorted((*OPENERS, *SOFT_OPENERS))


def test_parts_of_a_first_line_stand_once_and_in_order():
    assert codes("channel c is T is S") == ["ION024"]
    assert codes('modifier d "title" on x { }') == ["ION024"]
    assert codes("template membrane M (a | b) (p = 3) { }") == ["ION024"]
    assert codes("template membrane M (p = 3) (a | b) { }") == []


def test_a_wrong_first_line_of_a_template_keeps_the_names_of_its_parameters():
    model, found = read("template channel leak(g, p = 5 mM) { carries K; conductance = = g }")
    assert [each.code for each in found] == ["ION024", "ION011"]
    (template,) = model.items
    assert isinstance(template, ast.Template) and template.block.kind.text == "channel"
    assert [formal.name.text for formal in template.formals] == ["g", "p"]
    assert isinstance(template.block.body[0], ast.Carries)


def test_new_blocks_keep_what_is_right_in_them():
    model, found = read(
        "reaction r in cell { turns a to b; rate = 3 fmol/s }\n"
        "modifier d(dose) on x { scale a 3; when V > 3 mV { hold a b; hold c } }\n"
        "extend soma { area = = 3; K = 3 mM }"
    )
    assert [each.code for each in found] == ["ION025", "ION024", "ION025", "ION033", "ION011"]
    reaction, modifier, extend = model.items
    assert isinstance(reaction, ast.Block) and reaction.place
    assert isinstance(reaction.body[1], ast.Property)
    assert isinstance(modifier, ast.Block) and modifier.on and modifier.formals
    action = modifier.body[1]
    assert isinstance(action, ast.Action) and isinstance(action.doings[1], ast.Hold)
    assert isinstance(extend, ast.Extend) and isinstance(extend.body[1], ast.Property)
