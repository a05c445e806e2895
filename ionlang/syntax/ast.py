"""What the text says: names and units are still text, every node knows its place.

A class here has the name of its rule in the grammar (`ChannelBlock` does not exist: every kind is a `Block`,
what may stand in which kind is checked later). Equality ignores places, so that two texts that say the same are equal.
What can no longer occur: a text that could not be read is a `Broken` node, and its diagnostic has been given.
"""

from __future__ import annotations

from dataclasses import field

from ionlang.records import dataclass
from ionlang.source import Source
from ionlang.syntax.ast_block import (
    Block,
    Copies,
    Extend,
    Formal,
    Group,
    Instance,
    Side,
    Template,
)
from ionlang.syntax.ast_expression import (
    Argument,
    At,
    Binary,
    Broken,
    Call,
    Compare,
    Conditional,
    Expr,
    Logic,
    Name,
    Number,
    Path,
    Quantity,
    Unary,
)
from ionlang.syntax.ast_model import (
    Balances,
    Binds,
    Carries,
    Count,
    Excluded,
    Goal,
    Instantaneous,
    Let,
    Movement,
    Moves,
    Opens,
    Parameter,
    Potential,
    Property,
    Share,
    StartIsRest,
    TextProperty,
    Transition,
    Tune,
    Turns,
    Use,
)
from ionlang.syntax.ast_scenario import (
    Action,
    Add,
    Apply,
    Begin,
    BlockCarrier,
    Clamp,
    Comparison,
    Doing,
    Expect,
    Find,
    Fire,
    Hold,
    Inject,
    Measure,
    Ramp,
    Relax,
    Run,
    Scale,
    Set,
    Shift,
    Sweep,
    When,
)
from ionlang.syntax.ast_text import (
    Comment,
    Said,
    String,
)

__all__ = [
    "Action",
    "Add",
    "Apply",
    "Argument",
    "At",
    "Balances",
    "Begin",
    "Binary",
    "Binds",
    "Block",
    "BlockCarrier",
    "Broken",
    "Call",
    "Carries",
    "Clamp",
    "Comment",
    "Compare",
    "Comparison",
    "Conditional",
    "Copies",
    "Count",
    "Doing",
    "Excluded",
    "Expect",
    "Expr",
    "Extend",
    "Find",
    "Fire",
    "Formal",
    "Goal",
    "Group",
    "Hold",
    "Inject",
    "Instance",
    "Instantaneous",
    "Let",
    "Logic",
    "Measure",
    "Model",
    "Movement",
    "Moves",
    "Name",
    "Number",
    "Opens",
    "Parameter",
    "Path",
    "Potential",
    "Property",
    "Quantity",
    "Ramp",
    "Relax",
    "Run",
    "Said",
    "Scale",
    "Sentence",
    "Set",
    "Share",
    "Shift",
    "Side",
    "StartIsRest",
    "String",
    "Sweep",
    "Template",
    "TextProperty",
    "Transition",
    "Tune",
    "Turns",
    "Unary",
    "Use",
    "When",
]

Sentence = (
    Block
    | Template
    | Extend
    | Property
    | TextProperty
    | Parameter
    | Let
    | Carries
    | Moves
    | Turns
    | Binds
    | Balances
    | Potential
    | Excluded
    | Instantaneous
    | Opens
    | Transition
    | Use
    | Tune
    | Begin
    | Run
    | Action
    | Sweep
    | Find
    | Comparison
    | Measure
    | Expect
    | Comment
    | Broken
)


@dataclass(frozen=True, slots=True)
class Model:
    """A file: its documentation and its items in source order (blocks, settings, `param`, `let`, `use`, comments)."""

    documentation: String | None
    items: tuple[Sentence, ...]
    source: Source = field(compare=False, repr=False)
