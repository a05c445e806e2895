"""Lark tree → sentences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import cast

from lark import Token

from ionlang.source import Span
from ionlang.syntax import ast
from ionlang.syntax import tree_action as act
from ionlang.syntax import tree_model as model
from ionlang.syntax import tree_scenario as scenario
from ionlang.syntax.branch import Branch, Node
from ionlang.syntax.cut import document
from ionlang.syntax.reader import Reader
from ionlang.syntax.refuse import (
    is_loose_action,
    refuse_documentation,
    report_unknown_kind,
    report_unknown_start,
)
from ionlang.syntax.refuse_head import fitted, without_strangers
from ionlang.syntax.tree_block import head
from ionlang.syntax.tree_expression import name, path
from ionlang.syntax.tree_tune import tune
from ionlang.syntax.words import KINDS


def sentence(reader: Reader, node: Node) -> ast.Sentence:
    """The sentence of a tree."""
    assert isinstance(node, Branch)
    return _BUILDERS[node.data](reader, node)


def body(reader: Reader, sentences: Sequence[ast.Sentence]) -> tuple[ast.Sentence, ...]:
    """The sentences of one body, after a look at those that stand behind a `;`."""
    loose = [later for earlier, later in pairwise(sentences) if is_loose_action(reader, earlier, later)]
    return tuple(ast.Broken(s.span) if any(s is each for each in loose) else s for s in sentences)


def _block(reader: Reader, node: Branch) -> ast.Sentence:
    block = _with_body(reader, node)
    return fitted(reader, block) if isinstance(block, ast.Block) else block


def _bare_block(reader: Reader, node: Branch) -> ast.Sentence:
    block = _built(reader, node, node.children, None, report_unknown_start)
    return fitted(reader, block) if isinstance(block, ast.Block) else block


def _with_body(reader: Reader, node: Branch) -> ast.Block | ast.Broken:
    *first_line, inside = node.children
    return _built(reader, node, first_line, inside, report_unknown_kind)


def _built(
    reader: Reader,
    node: Branch,
    first_line: Sequence[Node],
    inside: Node,
    report: Callable[[Reader, ast.Name], None],
) -> ast.Block | ast.Broken:
    kind = cast(Token, first_line[0])
    span = Span(reader.source, reader.span_of(kind).start, reader.span_of(node).end)
    if str(kind) not in KINDS:
        report(reader, name(reader, kind))
        return ast.Broken(span)
    block = head(reader, first_line)
    if block is None:
        return ast.Broken(span)
    documentation, sentences = _inside(reader, inside)
    return replace(block, documentation=documentation, body=sentences, span=span)


def _inside(reader: Reader, node: Node) -> tuple[ast.String | None, tuple[ast.Sentence, ...]]:
    if not isinstance(node, Branch):
        return None, ()
    documentation, *sentences = node.children
    return _documentation(reader, documentation), body(reader, [sentence(reader, part) for part in sentences])


def _documentation(reader: Reader, node: Node) -> ast.String | None:
    if not isinstance(node, Branch):
        return None
    span = reader.span_of(cast(Token, node.children[0]))
    return document(reader.source, span.start, span.end)


def _template(reader: Reader, node: Branch) -> ast.Sentence:
    return template_of(reader, _with_body(reader, node), reader.span_of(node))


def _bare_template(reader: Reader, node: Branch) -> ast.Sentence:
    block = _built(reader, node, node.children, None, report_unknown_kind)
    return template_of(reader, block, reader.span_of(node))


def template_of(reader: Reader, block: ast.Block | ast.Broken, span: Span) -> ast.Sentence:
    """The block behind the word `template`: what stands in its round brackets are the template's parameters."""
    if not isinstance(block, ast.Block):
        return ast.Broken(span)
    known = without_strangers(reader, block)
    return ast.Template(replace(known, formals=None), block.formals or (), span)


def _extend(reader: Reader, node: Branch) -> ast.Sentence:
    target, inside = node.children
    documentation, sentences = _inside(reader, inside)
    if documentation is not None:
        refuse_documentation(reader, documentation)
    span, extended = reader.span_of(node), path(reader, target)
    return ast.Extend(extended, sentences, span, Span(reader.source, span.start, extended.span.end))


_BUILDERS: dict[str, Callable[[Reader, Branch], ast.Sentence]] = {
    "block": _block,
    "bare_block": _bare_block,
    "template": _template,
    "bare_template": _bare_template,
    "extend": _extend,
    "property": model.property_,
    "text_property": model.text_property,
    "parameter": model.parameter,
    "let": model.let,
    "carries": model.carries,
    "moves": model.moves,
    "turns": model.turns,
    "binds": model.binds,
    "balances": model.balances,
    "potential": model.potential,
    "instantaneous": model.instantaneous,
    "opens": model.opens,
    "transition": model.transition,
    "use": model.use,
    "use_libraries": model.use_libraries,
    "tune": tune,
    "begin": scenario.begin,
    "run": scenario.run,
    "run_until": scenario.run_until,
    "sweep": scenario.sweep,
    "sweep_steps": scenario.sweep_steps,
    "find": scenario.find,
    "compare_variants": scenario.compare_variants,
    "measure": scenario.measure,
    "expect": scenario.expect,
    "expect_relation": scenario.expect_relation,
    "expect_between": scenario.expect_between,
    "action": act.action,
    "bare_action": act.bare_action,
}
