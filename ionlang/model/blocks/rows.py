"""Lines: how many copies, how far apart, what their ends are, and how neighbours meet."""

from __future__ import annotations

from collections.abc import Callable

from ionlang.model.blocks.building import Building
from ionlang.model.blocks.couplings import axial, diffusion, electrodiffusion
from ionlang.model.blocks.gap_junctions import gap_junction
from ionlang.model.cell_lines import Axial, Diffusion, Electrodiffusion, Ends, GapJunction, Line
from ionlang.model.expression import Apply, Expr, Literal
from ionlang.model.names.entities import Entity
from ionlang.model.names.suggest import listing
from ionlang.model.read.copies import count_of, is_count
from ionlang.model.read.members import pattern_of
from ionlang.syntax import ast
from ionlang.units import LENGTH, PURE

_ENDS: tuple[Ends, ...] = ("closed", "open")
MOST = 1_000_000


def line(building: Building, entity: Entity) -> Line | None:
    """The line; what is wrong with it is reported."""
    count = _count(building, entity)
    length = _length(building, entity)
    spacing = _spacing(building, entity, count, length)
    ends = _ends(building, entity)
    couplings = [m for p in entity.members.values() if p.kind == "place" for m in p.members.values()]
    found = [_coupling(building, entity, m) for m in couplings if m.kind == "coupling"]
    if count is None or spacing is None:
        return None
    diffusions = tuple(c for c in found if isinstance(c, Diffusion))
    axials = tuple(c for c in found if isinstance(c, Axial))
    fields = tuple(c for c in found if isinstance(c, Electrodiffusion))
    junctions = tuple(c for c in found if isinstance(c, GapJunction))
    pattern = pattern_of(entity.block)
    return Line(
        entity.path,
        count,
        spacing,
        ends,
        diffusions,
        axials,
        entity.span,
        fields,
        junctions,
        pattern,
        length,
    )


def _length(building: Building, entity: Entity) -> Expr | None:
    """How long the whole line is, where the file says that."""
    sentence = building.property(entity, "total_length")
    return None if sentence is None else building.resolved(entity, sentence)


def _spacing(building: Building, entity: Entity, count: int | None, length: Expr | None) -> Expr | None:
    """As it is given, or a copy's share of the length."""
    way = building.exclusive(entity, {"spacing": ("spacing",), "total_length": ("total_length",)}, "spacing")
    if way != "total_length":
        return None if way is None else building.required(entity, "spacing", "", "")
    if count is None or length is None:
        return None
    number = Literal(float(count), str(count), PURE, length.span)
    return Apply("divide", (length, number), LENGTH, length.span)


_Coupling = Diffusion | Electrodiffusion | Axial | GapJunction
_BUILDERS: dict[str, Callable[[Building, Entity, Entity], _Coupling | None]] = {
    "diffusion": diffusion,
    "electrodiffusion": electrodiffusion,
    "axial": axial,
    "gap_junction": gap_junction,
}


def _coupling(building: Building, entity: Entity, coupling: Entity) -> _Coupling | None:
    return _BUILDERS[coupling.name](building, entity, coupling)


def _count(building: Building, entity: Entity) -> int | None:
    count = count_of(entity)
    if 2 <= count <= MOST:
        return count
    copies = entity.block.copies
    if copies is None:  # its head could not be read, and that is told
        return None
    plain = len(copies.counts) == 1
    wrong = next((n for n in copies.counts if plain or not is_count(n)), None)
    if wrong is None or (not plain and count > MOST):
        said, span = f"{count} copies stand in {entity.describe()}", copies.span
    else:
        said, span = f"{wrong.text} is no number of copies in a line", wrong.span
    least = "a whole number from 2 on is expected" if plain else "a whole number from 1 on is expected"
    building.problems.error(
        "ION481", said, span, least if count <= MOST else f"more than {MOST}",
        help="one copy alone is the `arrangement` itself" if count == 1 else "write for instance `of 200 …`",
    )  # fmt: skip
    return None


def _ends(building: Building, entity: Entity) -> Ends:
    """What is said; where that is nothing, or no end, as if it were `closed`: the rest of the file can be read."""
    sentence = building.property(entity, "ends")
    if sentence is None:
        building.missing(
            entity, f"{entity.describe()} does not say what its ends are",
            "write `ends = closed` where nothing passes them, or `ends = open` where it goes on beyond them as it is at"
            " the start",
        )  # fmt: skip
        return "closed"
    word = sentence.value.text if isinstance(sentence.value, ast.Path) else ""
    found = next((end for end in _ENDS if end == word), None)
    if found is None and not isinstance(sentence.value, ast.Broken):
        building.problems.error(
            "ION486", f"ends are {listing(_ENDS, 'or')}", sentence.value.span, "neither of them",
            help="a place that the line ends in is named where something diffuses: `diffusion outside { …; last = blood"
            " }`",
        )  # fmt: skip
    return found or "closed"
