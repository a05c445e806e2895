"""Hypothesis strategies for trees of the whole language, without places."""

from __future__ import annotations

from typing import TypeVar

from hypothesis import strategies as st

from ionlang.source import NOWHERE
from ionlang.syntax import ast
from ionlang.syntax.words import FOLLOW_WORDS, KEYWORDS, KINDS

T = TypeVar("T")
HERE = NOWHERE
here = st.just(HERE)
nothing = st.none()


def short(strategy: st.SearchStrategy[T]) -> st.SearchStrategy[T]:
    """The same strategy, by a name that is short enough for messages."""

    @st.composite
    def drawn(draw: st.DrawFn) -> T:
        return draw(strategy)

    return drawn()


names = short(
    st.builds(
        ast.Name,
        st.one_of(
            st.from_regex(r"[A-Za-z_][A-Za-z_0-9]{0,4}", fullmatch=True),
            st.sampled_from(("tau", "most", "steps", "opens", "of", "excluded", "rate")),
        ).filter(lambda w: w not in (*KEYWORDS, "start", "end", "rest")),
        here,
    )
)
digits = st.from_regex(r"(?a:\d{1,3}(\.\d{1,2})?([eE][+-]?\d)?|\.\d)", fullmatch=True)
atoms = st.from_regex(r"[A-Za-z]{1,3}[0-9]?|%", fullmatch=True).filter(lambda w: w not in FOLLOW_WORDS)
units = st.builds(
    lambda lead, first, rest: lead + first + "".join(rest),
    st.sampled_from(("", "/")),
    atoms,
    st.lists(st.builds(lambda sign, atom: sign + atom, st.sampled_from("./"), atoms), max_size=2),
)
numbers = short(st.builds(ast.Number, digits, here))
quantities = short(st.builds(ast.Quantity, digits, units, here, here))
paths = short(st.builds(ast.Path, st.lists(names, min_size=1, max_size=3).map(tuple), here))
said = st.from_regex(r'[^"\n\r\x00-\x1f\x85\u2028\u2029]{0,8}', fullmatch=True)
strings = st.builds(ast.String, said, here)
documents = st.builds(ast.String, st.from_regex(r"[^\"\r\x00-\x09\x0b-\x1f]{0,12}", fullmatch=True), here)
comments = st.builds(ast.Comment, said.map(str.rstrip), here)


def maybe(strategy: st.SearchStrategy[T]) -> st.SearchStrategy[T | None]:
    return st.one_of(nothing, strategy)


def some(strategy: st.SearchStrategy[T], least: int = 1, most: int = 3) -> st.SearchStrategy[tuple[T, ...]]:
    return st.lists(strategy, min_size=least, max_size=most).map(tuple)


def _grown(inner: st.SearchStrategy[ast.Expr]) -> st.SearchStrategy[ast.Expr]:
    plain = st.builds(ast.Argument, inner, nothing, nothing, here)
    ratio = st.builds(ast.Argument, inner, inner, nothing, here)
    keyword = st.builds(ast.Argument, inner, nothing, names, here)
    moment = st.one_of(inner, st.sampled_from(("start", "end", "rest")))
    return st.one_of(
        st.builds(ast.Call, paths, some(st.one_of(plain, ratio, keyword), least=0), here),
        st.builds(ast.Unary, st.sampled_from(("-", "+", "not")), inner, here),
        st.builds(ast.Binary, st.sampled_from(("+", "-", "*", "/", "^")), inner, inner, here),
        st.builds(ast.Compare, st.sampled_from(("<", "<=", ">", ">=")), inner, inner, here),
        st.builds(ast.Logic, st.sampled_from(("and", "or")), inner, inner, here),
        st.builds(ast.Conditional, inner, inner, inner, here),
        st.builds(ast.At, inner, moment, here),
    )


expressions: st.SearchStrategy[ast.Expr] = st.recursive(
    st.one_of(numbers, quantities, paths), _grown, max_leaves=10
)
small: st.SearchStrategy[ast.Expr] = short(
    st.one_of(
        numbers,
        quantities,
        paths,
        st.builds(ast.Logic, st.just("and"), paths, paths, here),
        st.builds(ast.Compare, st.just(">"), paths, quantities, here),
    )
)
keywords = some(st.builds(ast.Argument, small, nothing, names, here), least=0, most=2)


def _declarations() -> st.SearchStrategy[ast.Sentence]:
    source = st.one_of(nothing, strings, names)
    return st.one_of(
        st.builds(ast.Property, names, small, st.booleans(), source, here),
        st.builds(ast.TextProperty, names, strings, here),
        st.builds(ast.Parameter, names, small, maybe(st.tuples(small, small)), source, here),
        st.builds(ast.Let, names, maybe(some(names, least=0)), small, source, here),
        st.builds(ast.Use, strings, st.just(()), here),
        st.builds(ast.Use, nothing, some(names), here),
        comments,
    )


def _matter() -> st.SearchStrategy[ast.Sentence]:
    count = st.builds(ast.Count, maybe(numbers), paths, here)
    directed = st.builds(ast.Movement, count, st.sampled_from(("in", "out")), nothing, nothing, here)
    between_places = st.builds(ast.Movement, count, nothing, paths, paths, here)
    share = st.builds(ast.Share, names, maybe(small), here, maybe(st.tuples(paths, paths)))
    return st.one_of(
        st.builds(ast.Carries, some(share), here),
        st.builds(ast.Moves, some(st.one_of(directed, between_places)), some(count, least=0, most=2), here),
        st.builds(ast.Turns, some(count, least=0), some(count, least=0), here),
        st.builds(ast.Binds, names, here),
        st.builds(ast.Balances, names, st.sampled_from(("charge", "osmolarity")), here),
        st.builds(ast.Potential, names, maybe(small), here),
        st.builds(ast.Excluded, here),
        st.builds(ast.Instantaneous, here),
        st.builds(ast.Opens, paths, here),
        st.builds(ast.Transition, names, names, small, here),
    )


def _asked() -> st.SearchStrategy[ast.Sentence]:
    source = st.one_of(nothing, strings, names)
    relations = st.sampled_from(("<", "<=", ">", ">="))
    goals = st.one_of(st.builds(ast.Goal, small, small, here), st.builds(ast.StartIsRest, here))
    return st.one_of(
        st.builds(ast.Tune, some(paths), some(goals), here),
        st.builds(ast.Begin, maybe(names), here),
        st.builds(ast.Run, small, maybe(small), here),
        st.builds(ast.Sweep, paths, some(small), nothing, nothing, here),
        st.builds(ast.Sweep, paths, st.just(()), st.tuples(small, small), numbers, here),
        st.builds(ast.Find, paths, st.tuples(small, small), small, maybe(small), here),
        st.builds(ast.Comparison, some(names), here),
        st.builds(ast.Measure, names, small, here),
        st.builds(ast.Expect, small, st.just("="), small, maybe(small), nothing, source, here),
        st.builds(ast.Expect, small, relations, small, nothing, nothing, source, here),
        st.builds(ast.Expect, small, st.just("between"), small, nothing, small, source, here),
    )


doings: st.SearchStrategy[ast.Doing] = short(
    st.one_of(
        st.builds(ast.Set, paths, small, here),
        st.builds(ast.Scale, paths, small, here),
        st.builds(ast.Shift, paths, small, here),
        st.builds(ast.Ramp, paths, small, small, here),
        st.builds(ast.Relax, paths, small, small, here),
        st.builds(ast.Clamp, paths, small, here),
        st.builds(ast.Hold, paths, here),
        st.builds(ast.Inject, small, paths, names, here),
        st.builds(ast.BlockCarrier, paths, maybe(small), here),
        st.builds(ast.Add, small, paths, here),
        st.builds(ast.Apply, paths, keywords, here, maybe(paths)),
        st.builds(ast.Fire, paths, here),
    )
)

moments: st.SearchStrategy[ast.When] = short(
    st.one_of(
        st.builds(ast.When, small, nothing, nothing, here),
        st.builds(ast.When, nothing, small, maybe(small), here),
        st.builds(ast.When, nothing, small, nothing, here, until=small),
        st.builds(ast.When, nothing, small, small, here, every=small, width=small),
        st.builds(ast.When, nothing, small, maybe(small), here, every=small),
        st.builds(ast.When, nothing, nothing, nothing, here, condition=small),
    )
)


def _actions() -> st.SearchStrategy[ast.Sentence]:
    bare = st.builds(ast.Action, nothing, st.tuples(doings), here)
    timed = st.builds(ast.Action, moments, some(st.one_of(doings, comments), least=0), here)
    return st.one_of(bare, timed)


formals = st.one_of(
    st.builds(ast.Formal, names, small, nothing, here, st.one_of(nothing, strings, names)),
    st.builds(ast.Formal, names, nothing, st.builds(ast.Name, st.one_of(st.just("1"), units), here), here),
)
instances = st.builds(ast.Instance, paths, keywords, here)
side = some(paths, most=2)
_groups = st.recursive(
    st.builds(ast.Group, numbers, instances, here),
    lambda inner: st.builds(ast.Group, numbers, some(inner, most=2), here),
    max_leaves=3,
)
copies = st.builds(ast.Copies, some(_groups, most=2), here)


def _head(kind: str, *, is_template: bool) -> dict[str, st.SearchStrategy[object]]:
    """What may stand in the first line of a block of this kind."""
    is_modifier, is_placed = kind == "modifier", kind in ("reaction", "buffer")
    return {
        "kind": st.just(ast.Name(kind, HERE)),
        "place": (maybe(paths) if is_template else paths) if is_placed else nothing,
        "formals": maybe(some(formals)) if is_modifier and not is_template else nothing,
        "on": paths if is_modifier else nothing,
        "copies": (maybe(copies) if is_template else copies) if kind == "line" else nothing,
    }


def _block(
    body: st.SearchStrategy[ast.Sentence], *, is_template: bool = False
) -> st.SearchStrategy[ast.Block]:
    def of_kind(kind: str) -> st.SearchStrategy[ast.Block]:
        return st.builds(
            ast.Block,
            name=names,
            sides=maybe(st.tuples(side, side)),
            title=maybe(strings),
            documentation=maybe(documents),
            body=some(body, least=0, most=4),
            span=here,
            head=here,
            instance=maybe(instances),
            **_head(kind, is_template=is_template),
        )

    return st.sampled_from(KINDS).flatmap(of_kind)


def _with_a_body(body: st.SearchStrategy[ast.Sentence]) -> st.SearchStrategy[ast.Sentence]:
    return st.one_of(
        _block(body),
        st.builds(ast.Template, _block(body, is_template=True), some(formals, least=0), here),
        st.builds(ast.Extend, paths, some(body, least=0), here, here),
    )


plain_sentences = short(st.one_of(_declarations(), _matter(), _asked(), _actions()))
sentences = st.recursive(plain_sentences, _with_a_body, max_leaves=8)
models = st.builds(ast.Model, maybe(documents), some(sentences, least=0, most=4), st.just(HERE.source))
