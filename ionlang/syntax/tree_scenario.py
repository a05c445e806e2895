"""Lark tree → sentences of a scenario that are no actions: how it begins and ends, what is asked of it."""

from __future__ import annotations

from ionlang.syntax import ast
from ionlang.syntax.branch import Branch
from ionlang.syntax.reader import Reader
from ionlang.syntax.refuse import fixed_word, no_other_scenario
from ionlang.syntax.tree_expression import (
    between,
    expression,
    name,
    number,
    optional_expression,
    path,
    relation,
    source_of,
)

_BEGIN = "a run begins as written, at rest, or at the end of another scenario"
_SO_THAT = "what decides is said behind `so that`: `find p from 1 s to 9 s so that max(soma.V) < 0 mV`"


def begin(reader: Reader, node: Branch) -> ast.Sentence:
    """`begin at rest`, `begin at end of OTHER`."""
    where, of, after = node.children
    span = reader.span_of(node)
    if after is None and name(reader, where).text == "end":
        no_other_scenario(reader, span)
        return ast.Broken(span)
    if after is None:
        word = fixed_word(reader, name(reader, where), ("rest",), _BEGIN)
        return ast.Begin(None, span) if word else ast.Broken(span)
    words = (
        fixed_word(reader, name(reader, part), (word,), _BEGIN) for part, word in ((where, "end"), (of, "of"))
    )
    return ast.Begin(name(reader, after), span) if all(words) else ast.Broken(span)


def run(reader: Reader, node: Branch) -> ast.Sentence:
    return ast.Run(expression(reader, node.children[0]), None, reader.span_of(node))


def run_until(reader: Reader, node: Branch) -> ast.Sentence:
    """`run until cond, at most 600 s`."""
    condition, word, longest = node.children
    span = reader.span_of(node)
    if (
        fixed_word(reader, name(reader, word), ("most",), "a run that waits for something has a longest time")
        is None
    ):
        return ast.Broken(span)
    return ast.Run(expression(reader, longest), expression(reader, condition), span)


def sweep(reader: Reader, node: Branch) -> ast.Sentence:
    target, *values = node.children
    found = tuple(expression(reader, value) for value in values)
    return ast.Sweep(path(reader, target), found, None, None, reader.span_of(node))


def sweep_steps(reader: Reader, node: Branch) -> ast.Sentence:
    """`sweep p from a to b in 10 steps`."""
    target, low, high, _, steps, word = node.children
    span = reader.span_of(node)
    if (
        fixed_word(
            reader, name(reader, word), ("steps",), "a sweep between two values takes a number of steps"
        )
        is None
    ):
        return ast.Broken(span)
    bounds = (expression(reader, low), expression(reader, high))
    return ast.Sweep(path(reader, target), (), bounds, number(reader, steps), span)


def find(reader: Reader, node: Branch) -> ast.Sentence:
    """`find p from a to b so that cond within e`."""
    target, low, high, word, condition, within = node.children
    span = reader.span_of(node)
    if fixed_word(reader, name(reader, word), ("that",), _SO_THAT) is None:
        return ast.Broken(span)
    bounds = (expression(reader, low), expression(reader, high))
    accuracy = optional_expression(reader, within)
    return ast.Find(path(reader, target), bounds, expression(reader, condition), accuracy, span)


def compare_variants(reader: Reader, node: Branch) -> ast.Sentence:
    variants = tuple(name(reader, part) for part in node.children)
    return ast.Comparison(variants, reader.span_of(node))


def measure(reader: Reader, node: Branch) -> ast.Sentence:
    named, value = node.children
    return ast.Measure(name(reader, named), expression(reader, value), reader.span_of(node))


def expect(reader: Reader, node: Branch) -> ast.Sentence:
    value, target, tolerance, source = node.children
    return ast.Expect(
        expression(reader, value),
        "=",
        expression(reader, target),
        optional_expression(reader, tolerance),
        None,
        source_of(reader, source),
        reader.span_of(node),
    )


def expect_relation(reader: Reader, node: Branch) -> ast.Sentence:
    value, sign, target, source = node.children
    return ast.Expect(
        expression(reader, value),
        relation(sign),
        expression(reader, target),
        None,
        None,
        source_of(reader, source),
        reader.span_of(node),
    )


def expect_between(reader: Reader, node: Branch) -> ast.Sentence:
    value, bounds, source = node.children
    low, high = between(reader, bounds)
    said = source_of(reader, source)
    return ast.Expect(expression(reader, value), "between", low, None, high, said, reader.span_of(node))
