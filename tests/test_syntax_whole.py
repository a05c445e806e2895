"""Text → tree for templates, chemistry, schemes, events, moments and actions: each construct once, node by node."""

from __future__ import annotations

import pytest

from ionlang.source import NOWHERE
from ionlang.syntax import ast
from ionlang.syntax.words import FREE, KEYWORDS, RESERVED
from tests.syntax_reading import codes, name, number, one, path, quantity

MV, MM, S = quantity("0", "mV"), quantity("5", "mM"), quantity("3", "s")
ABOVE = ast.Compare(">", path("a.V"), MV, NOWHERE)


def count(species: str, digits: str | None = None) -> ast.Count:
    return ast.Count(number(digits) if digits else None, path(species), NOWHERE)


def keyword(word: str, value: ast.Expr) -> ast.Argument:
    return ast.Argument(value, None, name(word), NOWHERE)


def block(text: str) -> ast.Block:
    item = one(text)
    assert isinstance(item, ast.Block)
    return item


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "turns 2 ATP into ADP, Pi",
            ast.Turns((count("ATP", "2"),), (count("ADP"), count("Pi")), NOWHERE),
        ),
        ("turns nothing into cell.P", ast.Turns((), (count("cell.P"),), NOWHERE)),
        ("turns P into nothing", ast.Turns((count("P"),), (), NOWHERE)),
        (
            "turns 2 nothing into P",
            ast.Turns((count("nothing", "2"),), (count("P"),), NOWHERE),
        ),
        ("binds Ca", ast.Binds(name("Ca"), NOWHERE)),
        ("excluded from V", ast.Excluded(NOWHERE)),
        ("opens at axon.release", ast.Opens(path("axon.release"), NOWHERE)),
        (
            "C1 to C2 at 3 /s",
            ast.Transition(name("C1"), name("C2"), quantity("3", "/s"), NOWHERE),
        ),
        ("use mammal, pumps", ast.Use(None, (name("mammal"), name("pumps")), NOWHERE)),
        (
            'doi = "10.1"',
            ast.TextProperty(name("doi"), ast.String("10.1", NOWHERE), NOWHERE),
        ),
        (
            "p = 5 mM held source Hille",
            ast.Property(name("p"), MM, True, name("Hille"), NOWHERE),
        ),
        (
            "carries Ca : 2 between subspace and a.b",
            ast.Carries(
                (ast.Share(name("Ca"), number("2"), NOWHERE, (path("subspace"), path("a.b"))),), NOWHERE
            ),
        ),
        ("begin at end of first", ast.Begin(name("first"), NOWHERE)),
        ("run until a.V > 0 mV, at most 3 s", ast.Run(S, ABOVE, NOWHERE)),
        (
            "sweep p over 1, q, 5 mM",
            ast.Sweep(path("p"), (number("1"), path("q"), MM), None, None, NOWHERE),
        ),
        (
            "sweep a.p from 1 to 5 mM in 10 steps",
            ast.Sweep(path("a.p"), (), (number("1"), MM), number("10"), NOWHERE),
        ),
        ("compare a, b", ast.Comparison((name("a"), name("b")), NOWHERE)),
    ],
)
def test_sentences(text, expected):
    assert one(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("scale p by 3", ast.Scale(path("p"), number("3"), NOWHERE)),
        ("shift c.m by 0 mV", ast.Shift(path("c.m"), MV, NOWHERE)),
        ("ramp p to 5 mM over 3 s", ast.Ramp(path("p"), MM, S, NOWHERE)),
        ("relax p to 5 mM with tau 3 s", ast.Relax(path("p"), MM, S, NOWHERE)),
        ("clamp a.V to 0 mV", ast.Clamp(path("a.V"), MV, NOWHERE)),
        ("add 5 mM to out.K", ast.Add(MM, path("out.K"), NOWHERE)),
        ("apply D", ast.Apply(path("D"), (), NOWHERE)),
        ("apply D()", ast.Apply(path("D"), (), NOWHERE)),
        ("apply a.D(dose = 5 mM)", ast.Apply(path("a.D"), (keyword("dose", MM),), NOWHERE)),
        ("fire axon.release", ast.Fire(path("axon.release"), NOWHERE)),
    ],
)
def test_actions(text, expected):
    assert one(text) == ast.Action(None, (expected,), NOWHERE)
    (inner,) = block(f"variant W {{ {text} }}").body
    assert inner == one(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("from 3 s until a.V > 0 mV", ast.When(None, S, None, NOWHERE, until=ABOVE)),
        (
            "from 1 s for 3 s every 2 s for 5 ms",
            ast.When(
                None,
                quantity("1", "s"),
                S,
                NOWHERE,
                every=quantity("2", "s"),
                width=quantity("5", "ms"),
            ),
        ),
        ("every 2 s from 3 s", ast.When(None, S, None, NOWHERE, every=quantity("2", "s"))),
        (
            "every 2 s from 1 s for 3 s",
            ast.When(None, quantity("1", "s"), S, NOWHERE, every=quantity("2", "s")),
        ),
        ("when a.V > 0 mV", ast.When(None, None, None, NOWHERE, condition=ABOVE)),
    ],
)
def test_moments(text, expected):
    held = ast.Hold(path("q"), NOWHERE)
    assert one(f"{text}: hold q") == ast.Action(expected, (held,), NOWHERE)
    assert one(f"{text} {{ hold q; hold q }}") == ast.Action(expected, (held, held), NOWHERE)


def test_several_places_of_one_side():
    membrane = block("membrane M (soma + terminal | ecs + cleft) { }")
    assert membrane.sides == ((path("soma"), path("terminal")), (path("ecs"), path("cleft")))


def test_places_parameters_and_targets():
    assert block("reaction r in cell.er { }").place == path("cell.er")
    assert block("buffer b in cell { binds Ca }").place == path("cell")
    modifier = block("modifier D(dose = 5 mM) on soma.NaK { scale NaK by dose }")
    assert modifier.formals == (ast.Formal(name("dose"), MM, None, NOWHERE),)
    assert modifier.on == path("soma.NaK") and modifier.head.text == "modifier D(dose = 5 mM) on soma.NaK"
    assert block("modifier D on soma.NaK { }").formals is None


def test_instances():
    made = block('channel c is mammal.KDR(g = 5 mM, h = 3 s) "slow" { p = 3 }')
    assert made.instance == ast.Instance(path("mammal.KDR"), (keyword("g", MM), keyword("h", S)), NOWHERE)
    assert made.title and made.title.text == "slow" and len(made.body) == 1
    assert block("channel c is T").instance == block("channel c is T()").instance
    sided = block("membrane M (a | b) is T(p = 3 s)")
    assert sided.sides and sided.instance
    placed = block("reaction r in cell is T")
    assert placed.place and placed.instance


@pytest.mark.parametrize("unit", ["mM", "mS/cm2", "/ms", "/mV/ms", "%", "1", "degC"])
def test_templates(unit):
    template = one(f"template channel leak(g in {unit}, p = 5 mM) {{ carries K }}")
    assert isinstance(template, ast.Template)
    assert template.formals == (
        ast.Formal(name("g"), None, name(unit), NOWHERE),
        ast.Formal(name("p"), MM, None, NOWHERE),
    )
    assert template.block == block("channel leak { carries K }")
    assert template.block.head.text == f"channel leak(g in {unit}, p = 5 mM)"


def test_a_template_of_a_membrane_and_what_is_added_later():
    template = one("template membrane M(p = 3 s) (a | b) { }")
    assert isinstance(template, ast.Template) and template.block.sides
    extended = one("extend soma.NaV { p = 3 s\n q = 5 mM }")
    assert isinstance(extended, ast.Extend)
    assert extended.target == path("soma.NaV") and len(extended.body) == 2
    assert extended.head.text == "extend soma.NaV"


@pytest.mark.parametrize(
    "word", ["tau", "most", "steps", "of", "end", "rest", "opens", "excluded", "nothing", "dose"]
)
def test_words_that_stay_free(word):
    assert codes(f"{word} = 5 ms") == []
    assert codes(f"let {word} = {word} + in.K") == []
    assert codes(f"gate {word} {{ inf = 1 }}") == []


@pytest.mark.parametrize("word", ["on", "is", "with", "over", "until", "every", "when", "in", "to", "add"])
def test_joining_words_are_names_inside_of_values(word):
    assert codes(f"let q = {word}.K * 2") == []
    assert codes(f"let q = f({word} = 3)") == []
    assert codes(f"set {word}.K = 3") == []


@pytest.mark.parametrize("word", FREE)
def test_free_keywords_may_be_declared(word):
    assert word in KEYWORDS and word not in RESERVED
    assert codes(f"scenario {word} {{ run 3 s; measure {word} = max(a.V) }}") == []
    assert codes(f"param {word} = 3 mM\nlet q = {word} + 2 * {word}") == []
    assert codes(f"at 3 s: set {word} = 2\nblock {word}") == []
    assert codes(f"gate {word} {{ inf = 1 }}\nmeasure t = time({word} > 3) at {word}") == []
