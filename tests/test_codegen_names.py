"""Paths become identifiers; whatever a file says, nothing else of it reaches the code."""

from __future__ import annotations

import ast
import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ionlang.codegen.callables import scalar_model, vector_model
from ionlang.codegen.lower import lower
from ionlang.codegen.module import module_text
from ionlang.codegen.names import IDENTIFIER, RESERVED, identifiers
from ionlang.equations.system import Origin, System
from tests.codegen_systems import squid_axon

NASTY = (
    "soma.V\n    import os",
    "__import__('os').system('ls')",
    "lambda",
    "a.lambda",
    "π.Å",
    "",
    ".",
    "1st.2nd",
    "exp",
    "soma.exp",
    "p",
    "t",
    "__debug__",
    'quote"""',
    "\\",
    "a.b_c",
    "a_b.c",
    "a.b.c",
    "rhs",
    "None",
    "K(a : 1, b : 0.03)",
    "\ud800",
)


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        (["soma.V", "inside.K", "soma.K_leak.current"], ["V", "inside_K", "K_leak_current"]),
        (["inside.K", "outside.K"], ["inside_K", "outside_K"]),
        (["axon.V", "soma.V"], ["axon_V", "soma_V"]),
        (["soma.NaV.m", "soma.NaV.h", "soma.KDR.n"], ["m", "h", "n"]),
        (["soma.NaV.m", "soma.CaL.m"], ["NaV_m", "CaL_m"]),
        (["soma.NaV.m.alpha", "soma.NaV.m.beta"], ["m_alpha", "m_beta"]),
        (["soma.E(K)", "soma.NaK.current(K)"], ["E_K", "NaK_current_K"]),
        (["soma.E(K : 1, Na : 0.03)"], ["E_K_1_Na_0_03"]),
        (["aa.bb_cc", "aa_bb.cc"], ["aa_bb_cc", "aa_bb_cc_2"]),
        (["inside.K", "cell.inside.K"], ["inside_K", "cell_inside_K"]),
        (["p", "lambda", "x"], ["p_2", "lambda_2", "x"]),
        (["tissue[3].outside.K"], ["outside_K"]),
    ],
)
def test_names_are_the_shortest_that_say_which(paths: list[str], names: list[str]) -> None:
    assert list(identifiers(paths)) == names


@given(st.lists(st.one_of(st.text(max_size=12), st.sampled_from(NASTY)), max_size=12))
def test_any_text_gives_different_valid_names(paths: list[str]) -> None:
    names = identifiers(paths)
    assert len(set(names)) == len(paths)
    assert all(IDENTIFIER.match(name) and name not in RESERVED for name in names)
    assert names == identifiers(paths)


def _renamed(system: System) -> System:
    """The same equations with a nasty path and origin for everything."""
    origin = Origin("channel\n    raise SystemExit", 'cell"""\r\n.ion:1\\')
    nasty = iter(NASTY)

    def change(parts):
        return tuple(
            dataclasses.replace(part, path=next(nasty, part.path), origin=origin, unit="'\n")
            for part in parts
        )

    parameters = tuple(dataclasses.replace(p, literal="1 mV\n)") for p in change(system.parameters))
    return dataclasses.replace(
        system,
        name='squid"""; import os\n',
        states=change(system.states),
        parameters=parameters,
        definitions=change(system.definitions),
    )


def test_nasty_paths_change_nothing_but_names() -> None:
    plain, nasty = squid_axon(), _renamed(squid_axon())
    for form in (scalar_model, vector_model):
        expected, actual = form(plain), form(nasty)
        p = actual.parameters()
        assert list(p) == list(expected.parameters())
        y = actual.initial_state(p)
        assert list(actual.rhs(0.0, y, p)) == list(expected.rhs(0.0, y, p))


def test_nothing_of_a_nasty_file_is_code() -> None:
    system = _renamed(squid_axon())
    source = module_text(lower(system), 'Documentation """ \\ with \x00 and \ud800\n__import__("os")')
    source.encode()
    tree = ast.parse(source)
    plain = ast.parse(module_text(lower(squid_axon()), "Documentation"))
    assert [type(node) for node in tree.body] == [type(node) for node in plain.body]
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert all(IDENTIFIER.match(name) or name == "_" for name in names)
    called = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    assert called == {ast.unparse(node.func) for node in ast.walk(plain) if isinstance(node, ast.Call)}
