"""Paths of the file become Python identifiers: the only way in which text of a file reaches generated code as
a name.

`soma.V` is `V` where one membrane has a potential, `inside.K` is `inside_K`, `soma.K_leak.current` is
`K_leak_current`: the shortest end of the path that no other path has, with its owner unless it is a single
letter.
"""

from __future__ import annotations

import builtins
import keyword
import re
from collections import Counter
from collections.abc import Collection, Sequence

IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")

ARGUMENTS = ("t", "y", "p")
LOCALS = ("dy", "out", "J", "value", "size")
FUNCTIONS = (
    "parameters",
    "complete",
    "initial_state",
    "rhs",
    "jacobian",
    "currents",
    "fluxes",
    "nernst",
    "measures",
)
RUNTIME = (
    *("exp", "expm1", "log", "sqrt", "sin", "cos", "tanh", "pow", "power", "minimum", "maximum", "where"),
    *(
        "linoid",
        "linoid_slope",
        "log_mean",
        "log_mean_slope",
        "nan",
        "inf",
        "asarray",
        "empty",
        "zeros",
        "array",
        "broadcast_arrays",
        "errstate",
    ),
    *(
        "at_left",
        "at_right",
        "from_face_before",
        "from_face_behind",
        "over_faces_before",
        "in_copy",
        "over_line",
        "positions_of_copies",
        "repeated",
        "joined",
        "normal_in_copies",
        "uniform_in_copies",
        "in_all_copies",
        "sum_over",
        "mean_over",
        "max_over",
        "min_over",
        "width_over",
    ),
    *("first_copy", "last_copy", "over_copies", "before_last", "behind_first"),
    *("float64", "logical_not", "isfinite", "root"),
)
TABLES = ("STATES", "PARAMETERS", "np", "numpy", "math")
RESERVED = frozenset(
    (*ARGUMENTS, *LOCALS, *FUNCTIONS, *RUNTIME, *TABLES, *keyword.kwlist, *keyword.softkwlist, *dir(builtins))
)

_COMPONENT = re.compile(r"(?:\([^)]*\)?|[^.(])+")
# a gate, a potential, `E(…)`: they stand alone, unlike the capital letter of a species, which needs its place
_STANDS_ALONE = re.compile(r"[a-z]\Z|V\Z|[A-Z]\(")


def identifiers(paths: Sequence[str]) -> tuple[str, ...]:
    """One identifier for each path, all different, the same whenever the paths are the same."""
    ends = [_ends(path) for path in paths]
    owners = Counter(end for each in ends for end in each)
    taken: set[str] = set()
    chosen: list[str] = []
    for each in ends:
        name = next((end for end in each if owners[end] == 1 and end not in RESERVED), "")
        if not name:
            name = (
                each[-1]
                if each[-1] not in taken and each[-1] not in RESERVED
                else fresh(each[-1], taken | set(owners))
            )
        if not IDENTIFIER.match(name):
            raise ValueError(f"{name!r} is no identifier")
        taken.add(name)
        chosen.append(name)
    return tuple(chosen)


def fresh(name: str, taken: Collection[str]) -> str:
    """`name`, or it with the first number that makes it new."""
    if name not in taken and name not in RESERVED:
        return name
    number = 2
    while f"{name}_{number}" in taken or f"{name}_{number}" in RESERVED:
        number += 1
    return f"{name}_{number}"


def _ends(path: str) -> tuple[str, ...]:
    """The ends of a path that may stand for it, shortest first."""
    components = _COMPONENT.findall(path) or [""]
    words = [_word(component) for component in components]
    least = 1 if len(words) == 1 or _STANDS_ALONE.match(components[-1]) else 2
    return tuple(_letter_first("_".join(words[-count:])) for count in range(least, len(words) + 1))


def _word(component: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "_", component).strip("_") or "x"


def _letter_first(name: str) -> str:
    return name if name[0].isalpha() else f"x{name}"
