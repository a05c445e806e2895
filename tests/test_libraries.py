"""The shipped libraries: whole, reached under their prefix, and true to what they are taken from."""

from __future__ import annotations

import pytest

import ionlang
from ionlang.diagnostics import Problems
from ionlang.model.names.copies import parts_of
from ionlang.model.names.libraries import MATTER, library_names, read_library
from ionlang.source import Source
from ionlang.syntax import ast
from ionlang.syntax.parse import parse
from tests.published_cases import EXAMPLES, PUBLISHED
from tests.test_published_rhs import TOLERANCE, worst

LIBRARIES = EXAMPLES.parent / "ionlang" / "library"
AXON = "hodgkin_huxley_1952"


def library(name: str) -> ast.Model:
    problems = Problems()
    text = (LIBRARIES / f"{name}.ion").read_text(encoding="utf-8")
    model = parse(Source(f"{name}.ion", text), problems)
    assert problems.found == []
    return model


def axon(channels: str) -> ionlang.Model:
    """The published axon with its channels from elsewhere."""
    text = PUBLISHED[AXON].path.read_text(encoding="utf-8")
    start, end = text.index("    channel NaV"), text.index("scenario resting")
    head = text[: text.index('"""', 3) + 3]
    rest = text[len(head) : start]
    return ionlang.loads(f"{head}\nuse squid\n{rest}{channels}\n}}\n\n{text[end:]}", "axon.ion")


SQUID = """
    channel NaV is squid.NaV { carries charge;  reversal = 50 mV }
    channel KDR is squid.KDR { carries charge;  reversal = -77 mV }
    channel leak is squid.leak
"""


def test_there_are_libraries() -> None:
    assert "squid" in library_names()
    assert [f"{name}.ion" for name in library_names()] == sorted(f.name for f in LIBRARIES.glob("*.ion"))


@pytest.mark.parametrize("name", library_names())
def test_a_library_declares_matter_templates_and_numbers_alone(name: str) -> None:
    model = library(name)
    assert model.documentation is not None
    allowed = (ast.Template, ast.Parameter, ast.Let, ast.Comment, ast.Use)
    others = [item for item in model.items if not isinstance(item, allowed)]
    blocks = ("cite", *MATTER)
    assert [item for item in others if not (isinstance(item, ast.Block) and item.kind.text in blocks)] == []


def test_libraries_declare_matter_alike() -> None:
    model = ionlang.loads(
        f"use {', '.join(library_names())}\nbath fluid {{ Na = 1 mM;  K = 1 mM;  A = 1 mM }}\n"
    )
    assert [d.code for d in model.check()] == ["ION109"]  # nothing reads the bath


@pytest.mark.parametrize("name", library_names())
def test_what_a_template_of_a_library_declares_is_no_name_of_the_library(name: str) -> None:
    model = library(name)
    own = {full.removeprefix(f"{name}.") for full in read_library(name, model).names}
    for template in (item for item in model.items if isinstance(item, ast.Template)):
        inner = (ast.Block, ast.Parameter, ast.Let)
        declared = {part.name.text for part in parts_of(template.block.body) if isinstance(part, inner)}
        assert not own & (declared | {formal.name.text for formal in template.formals})


def test_the_squid_axon_of_the_library_is_that_of_the_paper() -> None:
    model = axon(SQUID)
    assert [d.code for d in model.check()] == ["ION313"]
    assert worst(model, PUBLISHED[AXON]) < TOLERANCE
    for verdict in model.run("resting").verdicts:
        assert verdict.passed, verdict


@pytest.mark.parametrize(
    ("old", "new"),
    [("squid.NaV {", "squid.NaV(g = 120.1 mS/cm2) {"), ("squid.KDR {", "squid.KDR { gate n { beta = 0.1251 /ms }; "),
     ("is squid.leak", "is squid.leak(E_leak = -54.38 mV)"), ("is squid.leak", "is squid.leak\n}\nextend axon { capacitance = 1.001 uF/cm2")],
)  # fmt: skip
def test_a_small_change_of_it_is_seen(old: str, new: str) -> None:
    assert worst(axon(SQUID.replace(old, new)), PUBLISHED[AXON]) > TOLERANCE


def test_only_what_is_read_of_a_library_is_declared() -> None:
    alone = axon("channel leak is squid.leak").source.text
    paths = [p.path for p in ionlang.loads(alone[: alone.index("scenario resting")]).cell.parameters]
    assert [path for path in paths if path.startswith("squid.")] == []
    cell = axon(SQUID).cell
    assert [p.path for p in cell.parameters if p.path.startswith("squid.")] == ["squid.V_rest"]
    assert [d.path for d in cell.definitions] == ["squid.speed"]


def test_names_of_a_library_do_not_meet_those_of_the_file() -> None:
    channels = SQUID.replace("is squid.leak", "is squid.leak(g = 0.3 mS/cm2 * speed)")
    plain = axon(channels).source.text.replace(
        "temperature = 6.3", "param speed = 1\nparam V_rest = 7 mV\ntemperature = 6.3"
    )
    model = ionlang.loads(
        plain.replace("squid.leak(", "squid.leak(E_leak = squid.V_rest + V_rest + 3.613 mV, ")
    )
    assert [d.code for d in model.check()] == ["ION313"]
    assert worst(model, PUBLISHED[AXON]) < TOLERANCE


def test_a_number_of_a_library_may_be_set() -> None:
    model = axon(SQUID)
    moved = model.run("resting", set={"squid.V_rest": "-60 mV"})
    assert not all(v.passed for v in moved.verdicts)


FLUIDS = """
temperature = 37 degC
use media
compartment inside is media.cytosol {{ volume = 1 pL }}
bath outside is media.interstitium
{own}
membrane cell (inside | outside) {{
    area = 500 um2
    capacitance = 1 uF/cm2
    V from currents starting at -70 mV
    channel K_leak {{ carries K;  conductance = 0.1 mS/cm2 }}
}}
"""


def with_fluids(own: str) -> ionlang.Model:
    return ionlang.loads(FLUIDS.format(own=own))


def test_matter_of_a_library_is_the_matter_of_the_file() -> None:
    assert with_fluids("").check() == ()
    assert [s.name for s in with_fluids("").cell.species] == [
        "Na",
        "K",
        "Cl",
        "A",
    ]  # and no Mg, that nothing holds


@pytest.mark.parametrize(
    "own", ["ion K { valence = +1 }", "ion K { valence = 1 }", 'ion K "kalium" { valence = + 1 }']
)
def test_matter_may_be_declared_twice_alike(own: str) -> None:
    assert with_fluids(own).check() == ()
    assert sorted(s.name for s in with_fluids(own).cell.species) == ["A", "Cl", "K", "Na"]


@pytest.mark.parametrize("own", ["ion K { valence = +2 }", "solute Cl", "impermeant A { valence = -1 }"])
def test_matter_may_not_be_declared_twice_otherwise(own: str) -> None:
    assert [d.code for d in with_fluids(own).check()] == ["ION128"]


def test_matter_that_nothing_holds_is_no_concern() -> None:
    assert [d.code for d in with_fluids("param Mg = 3 mM\nlet twice = 2 * Mg").check()] == ["ION109"]


def test_a_library_says_where_the_default_of_a_parameter_is_from() -> None:
    inside = {s.path: s.source for s in with_fluids("").cell.stated if s.path.startswith("inside.")}
    assert inside["inside.Na"] == "media.dusterwald2018"
