"""What a file declares: a tree of named things, each with its canonical path, its place and its text.

Look-up goes outward: from the innermost block to the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from typing import Literal

from ionlang.model.names.copies import Copy
from ionlang.records import dataclass
from ionlang.source import Span
from ionlang.syntax import ast

EntityKind = Literal[
    "file", "species", "place", "content", "membrane", "channel", "pump", "transporter", "water", "flux", "gate",
    "scheme", "occupancy", "reaction", "buffer", "variable", "arrangement", "line", "coupling", "coefficient",
    "param", "let", "function", "event", "modifier", "scenario", "variant", "measure", "cite",
]  # fmt: skip

Node = (
    ast.Model
    | ast.Block
    | ast.Property
    | ast.Balances
    | ast.Parameter
    | ast.Let
    | ast.Measure
    | ast.Transition
)


@dataclass(slots=True, eq=False)
class Entity:
    """A declared thing. `path` is empty for the file itself; `used` grows while names are looked up.

    `lost` are the words of sentences in it that could not be read: a name among them may be declared there.
    `stray`: it holds something that may not stand there, so what it lacks may be that, misspelt."""

    kind: EntityKind
    name: str
    path: str
    node: Node
    span: Span
    outer: Entity | None
    members: dict[str, Entity] = field(default_factory=dict)
    used: bool = False
    lost: list[str] = field(default_factory=list)
    stray: bool = False

    @property
    def block(self) -> ast.Block:
        assert isinstance(self.node, ast.Block)
        return self.node

    @property
    def declared_by(self) -> Copy | None:
        """The template whose text declares it, as it stands in this instance; None if the file itself does."""
        formal = self.node.formal if isinstance(self.node, ast.Parameter) else None
        source = self.span.source if formal is None else formal.span.source
        return source if isinstance(source, Copy) else None

    @property
    def is_unmade(self) -> bool:
        """Whether it is made from something that nobody declared: then nobody knows what it holds."""
        instance = self.node.instance if isinstance(self.node, ast.Block) else None
        body = self.node.body if isinstance(self.node, ast.Block) else ()
        return instance is not None and any(
            isinstance(s, ast.Broken) and s.span == instance.span for s in body
        )

    def describe(self) -> str:
        """`channel K_leak`, as the file calls it."""
        if self.kind == "coupling" and self.outer is not None:
            return f"{self.name} in {self.outer.name}"
        word = self.block.kind.text if isinstance(self.node, ast.Block) else self.kind
        return f"{word} {self.name}"

    def visible(self, name: str) -> Entity | None:
        """The entity of that name, looked up outward from here."""
        here: Entity | None = self
        while here is not None:
            if name in here.members:
                return here.members[name]
            here = here.outer
        return None

    def visible_at(self, path: ast.Path) -> Entity | None:
        """The entity of a path whose first word is looked up outward from here."""
        found = self.visible(path.parts[0].text)
        for name in path.parts[1:]:
            found = found.members.get(name.text) if found is not None else None
        return found

    def visible_names(self) -> Iterator[str]:
        here: Entity | None = self
        while here is not None:
            yield from here.members
            here = here.outer

    def has_lost(self, name: str) -> bool:
        """Whether the name may be declared in a sentence that could not be read, here or further out. A scenario
        may use the short names of carriers, so there it may be lost anywhere."""
        here: Entity | None = self
        while here is not None:
            if name in here.lost:
                return True
            if self.kind in ("scenario", "variant") and here.outer is None:
                return any(name in entity.lost for entity in here.all())
            here = here.outer
        return False

    def enclosing(self, *kinds: EntityKind) -> Entity | None:
        """The innermost enclosing entity (or this one) of one of the kinds."""
        here: Entity | None = self
        while here is not None and here.kind not in kinds:
            here = here.outer
        return here

    def find(self, path: str) -> Entity | None:
        """The entity of a canonical path below this one."""
        here: Entity | None = self
        for name in path.split("."):
            here = here.members.get(name) if here is not None else None
        return here

    def all(self) -> Iterator[Entity]:
        """Every entity below, in source order."""
        for member in self.members.values():
            yield member
            yield from member.all()
