"""Names that nobody declared: what may have been meant."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ionlang.model.kinds import CARRIERS
from ionlang.model.names.entities import Entity
from ionlang.model.names.suggest import closest, known_species
from ionlang.model.read.resolve import Resolver, Where
from ionlang.syntax import ast

_ONE_LETTER_UNITS = tuple("VACFSMJWLmshgKN")


def unknown(
    resolver: Resolver, name: ast.Name, where: Where, built_in: tuple[str, ...], own: tuple[str, ...] = ()
) -> None:
    """Report a name that nobody declared. `built_in` are the names of the language, `own` what may be read of the
    block around."""
    scope, membrane = where.scope, where.scope.enclosing("membrane")
    if name.text in ("in", "out"):
        if membrane is None:
            resolver.not_declared(
                scope, name.span, f"`{name.text}` is a side of a membrane", "which membrane?",
                help="outside a membrane a place is called by its name, as in `inside.volume`",
            )  # fmt: skip
        return
    candidates = [*scope.visible_names(), *built_in, *(key for key, _ in where.arguments)]
    candidates += ["V", "in", "out"] if membrane is not None else []
    candidates += (
        [e.name for e in resolver.root.all() if e.kind in CARRIERS]
        if scope.kind in ("scenario", "variant")
        else []
    )
    guess = _nernst(resolver, name, membrane) or _power(name, scope) or closest(name.text, candidates)
    if guess is None and name.text in own:
        block = scope.enclosing("channel", "pump", "transporter", "flux", "place", "membrane")
        guess = f"{block.name}.{name.text}" if block is not None else None
    guess = guess or _deeper(resolver, name)
    if guess is None and name.text in _ONE_LETTER_UNITS and name.text != "V":
        _lone_letter(resolver, name, where)
        return
    resolver.not_declared(
        scope, name.span, f"`{name.text}` is not declared",
        help=f"did you mean `{guess}`?" if guess else _declare_it(name.text, scope),
    )  # fmt: skip


def _lone_letter(resolver: Resolver, name: ast.Name, where: Where) -> None:
    gate = f"declare it (`gate {name.text} {{ … }}`), or " if _may_have_gates(where.scope) else ""
    resolver.not_declared(
        where.scope, name.span, f"`{name.text}` is not declared, and a one-letter unit needs a number",
        "neither a name nor a quantity", help=f"{gate}if the unit is meant, write `1 {name.text}`", code="ION114",
    )  # fmt: skip


def _may_have_gates(scope: Entity) -> bool:
    return scope.enclosing("channel", "pump", "transporter") is not None


def _nernst(resolver: Resolver, name: ast.Name, membrane: Entity | None) -> str | None:
    """`E_X` and `EX` are how papers write `E(X)`."""
    found = re.fullmatch(r"E_?(\w+)", name.text)
    species = resolver.root.members.get(found[1]) if found else None
    if species is None or species.kind != "species":
        return None
    if membrane is not None:
        return f"E({species.name})"
    one = next((e for e in resolver.root.members.values() if e.kind == "membrane"), None)
    return f"{one.name}.E({species.name})" if one is not None else None


def _power(name: ast.Name, scope: Entity) -> str | None:
    """`m3` for `m^3`."""
    found = re.fullmatch(r"([A-Za-z_]+)(\d+)", name.text)
    base = scope.visible(found[1]) if found else None
    return f"{found[1]}^{found[2]}" if found and base is not None and base.kind == "gate" else None


def _deeper(resolver: Resolver, name: ast.Name) -> str | None:
    """The path of the only thing of that name inside some block."""
    found = [e for e in resolver.root.all() if e.name == name.text and e.kind != "content"]
    return found[0].path if len(found) == 1 else None


def _declare_it(name: str, scope: Entity) -> str:
    if name in known_species():
        return declare_species(name)
    if name == "V":
        return "the potential belongs to a membrane: write its name before it, as in `soma.V`"
    gate = f"`gate {name} {{ … }}`, " if _may_have_gates(scope) else ""
    return f"declare it: {gate}`param {name} = …` for a number, `let {name} = …` for an expression"


def declare_species(name: str) -> str:
    return f"declare it: `ion {name} {{ valence = … }}`, or `solute {name}` if it has no charge"


def carriers(root: Entity) -> Iterator[Entity]:
    """All that can be blocked, in source order."""
    return (e for e in root.all() if e.kind in (*CARRIERS, "flux", "reaction"))
