"""The rules of the house that a linter does not know."""

from __future__ import annotations

import ast
import io
import os
import re
import subprocess
import sys
import tokenize
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "ionlang"
MODULES = sorted(PACKAGE.rglob("*.py"))
LONGEST = 300

PAPERS = re.compile(r"hodgkin|huxley|h(?:ü|u|ue)bel|dahlem|zandt|frankenh(?:ä|a|ae)user", re.IGNORECASE)
LAWS = re.compile(r"Goldman\W+Hodgkin\W+Katz", re.IGNORECASE)
MACHINE_PATH = re.compile(r"(?<![\w.~])/(?:work|tmp|root|home|Users)/\w")
WRITTEN_BY_US = (".py", ".md", ".ion", ".lark", ".toml", ".txt", ".json", ".yml", ".yaml", ".out")
NOT_OURS = re.compile(r"^(?:\.(?!ci$)|__pycache__$|build$|dist$|site$)")

TEXT_TO_MEANING = ("sympify", "parse_expr", "simplify", "nsimplify")
RUNS_TEXT = ("eval", "exec")
LOADER = Path("codegen/load.py")

# `K` is kelvin and `F` is farad where units are spelt.
SPELLS_UNITS = (Path("units"), Path("constants.py"))


def within(module: Path) -> Path:
    return module.relative_to(PACKAGE)


def docstrings(tree: ast.Module) -> list[ast.expr]:
    """Strings that stand alone as a statement: docstrings of modules, classes, functions and attributes."""
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    ]


def handed_over(tree: ast.Module) -> list[ast.expr]:
    """One-letter arguments of calls: `quantity(value, "K")` hands over a unit."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    values = [
        value for call in calls for value in (*call.args, *(keyword.value for keyword in call.keywords))
    ]
    return [value for value in values if isinstance(value, ast.Constant) and len(str(value.value)) == 1]


def string_constants(tree: ast.Module, *without: ast.expr) -> Iterator[tuple[int, str]]:
    skipped = {id(node) for node in (*docstrings(tree), *without)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped:
            yield node.lineno, node.value


def comments(text: str) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def identifiers(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        for field in ("id", "attr", "arg", "name", "asname"):
            word = getattr(node, field, None)
            if isinstance(word, str):
                yield getattr(node, "lineno", 0), word


def ion_symbols() -> list[str]:
    lines = (PACKAGE / "data" / "known_species.txt").read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def found_ions(text: str) -> list[tuple[int, str]]:
    """String constants that are exactly an ion's symbol; identifiers too, from two letters on (`F` is Faraday's)."""
    tree, symbols = ast.parse(text), ion_symbols()
    strings = string_constants(tree, *handed_over(tree))
    constants = [(line, word) for line, word in strings if word in symbols]
    names = [(line, word) for line, word in identifiers(tree) if word in symbols and len(word) > 1]
    return constants + names


def found_papers(text: str) -> list[tuple[int, str]]:
    """Names of papers' authors outside docstrings. A law named after people is no paper."""
    tree = ast.parse(text)
    said = [*string_constants(tree), *comments(text), *identifiers(tree)]
    return [(line, words) for line, words in said if PAPERS.search(LAWS.sub("", words))]


def called(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node.lineno, ast.unparse(node.func).rpartition(".")[2]


def imported(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from ((node.lineno, name.name) for name in node.names)


def found_text_to_meaning(text: str) -> list[tuple[int, str]]:
    tree = ast.parse(text)
    return [(line, name) for line, name in (*called(tree), *imported(tree)) if name in TEXT_TO_MEANING]


def found_runs_text(text: str) -> list[tuple[int, str]]:
    return [(line, name) for line, name in called(ast.parse(text)) if name in RUNS_TEXT]


def complaints(modules: list[Path], find: Callable[[str], list[tuple[int, str]]]) -> list[str]:
    return [
        f"ionlang/{within(module).as_posix()}:{line}: {what}"
        for module in modules
        for line, what in find(module.read_text(encoding="utf-8"))
    ]


def project_files() -> Iterator[Path]:
    """Every text file of the project; the references are kept as they were written."""
    for folder, folders, files in os.walk(ROOT):
        folders[:] = sorted(name for name in folders if not NOT_OURS.match(name) and name != "oracles")
        here = Path(folder)
        ours = sorted(name for name in files if name.endswith(WRITTEN_BY_US) or here.name == ".ci")
        yield from (here / name for name in ours)


def test_there_is_a_package_to_look_at() -> None:
    assert len(MODULES) > 20
    assert {"Na", "K", "Cl"} <= set(ion_symbols())


def test_no_file_is_crowded() -> None:
    lengths = {within(m).as_posix(): len(m.read_text(encoding="utf-8").splitlines()) for m in MODULES}
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def test_no_ion_is_known_to_the_code() -> None:
    modules = [m for m in MODULES if not any(within(m).is_relative_to(room) for room in SPELLS_UNITS)]
    assert complaints(modules, found_ions) == []


def test_no_paper_is_known_to_the_code() -> None:
    assert complaints(MODULES, found_papers) == []


def test_no_text_becomes_meaning_behind_the_parser() -> None:
    assert complaints(MODULES, found_text_to_meaning) == []


def test_only_the_loader_runs_text() -> None:
    assert complaints([m for m in MODULES if within(m) != LOADER], found_runs_text) == []


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    assert [
        f"{path.relative_to(ROOT).as_posix()}:{number}: {line.strip()}"
        for path in project_files()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if MACHINE_PATH.search(line)
    ] == []


@pytest.mark.parametrize(
    ("find", "text"),
    [
        (found_ions, 'valence = 2 if name == "Ca" else 1'),
        (found_ions, "match name:\n    case 'K': pass"),
        (found_ions, "def f(Na): pass"),
        (found_ions, 'find("Na")'),
        (found_ions, 'if name == "K": pass'),
        (found_papers, "# as in Hodgkin and Huxley"),
        (found_papers, "huxley_rate = 1"),
        (found_text_to_meaning, "from sympy import sympify"),
        (found_text_to_meaning, "expression.simplify()"),
        (found_runs_text, "value = eval(text)"),
        (found_runs_text, "builtins.exec(text)"),
    ],
)
def test_the_rules_bite(find: Callable[[str], list[tuple[int, str]]], text: str) -> None:
    assert find(text) != []


@pytest.mark.parametrize(
    ("find", "text"),
    [
        (found_ions, '"""K leaves the cell."""\nmessage = "it carries K"'),
        (
            found_papers,
            '"""Rates in the form of Hodgkin and Huxley."""\ntitle = "Goldman–Hodgkin–Katz current"',
        ),
        (found_text_to_meaning, "def simplify_nothing(): pass"),
        (found_runs_text, "evaluate(text)"),
    ],
)
def test_the_rules_spare_what_is_allowed(find: Callable[[str], list[tuple[int, str]]], text: str) -> None:
    assert find(text) == []


IMPORT_ALL_OF = """
import importlib, pkgutil, sys
for room in sys.argv[1:]:
    package = importlib.import_module(room)
    for module in pkgutil.walk_packages(getattr(package, "__path__", ()), room + "."):
        importlib.import_module(module.name)
heavy = ("matplotlib", "numpy", "pandas", "scipy", "sympy", "xarray")
print([name for name in heavy if name in sys.modules])
"""


@pytest.mark.parametrize("room", ["ionlang.syntax", "ionlang.model", "ionlang.render", "ionlang.cli"])
def test_checking_a_file_loads_no_heavy_library(room: str) -> None:
    command = [sys.executable, "-c", IMPORT_ALL_OF, room]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (answer.returncode, answer.stdout, answer.stderr) == (0, "[]\n", "")
