"""A program as the text of a Python module that stands alone: it imports NumPy and nothing else."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from math import isfinite

from ionlang.codegen import runtime_lines, runtime_vector
from ionlang.codegen.assemble import CURRENT, FLUX, NERNST, complete, initial_state, rhs, table_of
from ionlang.codegen.band import banded_jacobian
from ionlang.codegen.jacobian import jacobian
from ionlang.codegen.layout import indented, parameters_text
from ionlang.codegen.load import load_scalar, load_vector
from ionlang.codegen.program import Band, Function, Program
from ionlang.codegen.scalar import scalar_parameters
from ionlang.codegen.vector import VECTOR, vector_function

GUIDE = """\
How to use it, with this file as cell.py:

    import cell
    from scipy.integrate import solve_ivp

    p = cell.parameters()                  # or cell.parameters(NAME=value, ...), see PARAMETERS
    y0 = cell.initial_state(p)
    solution = solve_ivp(cell.rhs, (0, 1000), y0, args=(p,), method="LSODA", jac=cell.jacobian, rtol=1e-8)
    cell.currents(solution.t, solution.y, p)

t is the time [ms], y has shape (states, ...) in the order of STATES, p is what parameters() returns: the
entries of PARAMETERS, then the constants that follow from them. After changing an entry of p call complete(p).
Trailing axes of y are members of an ensemble or moments of a solution; entries of p may have them too.

Units: time ms, potential mV, current pA, amount fmol, concentration mM, volume pL, length 10 um,
temperature K; hence conductance nS, capacitance pF, area 100 um2 (1e-6 cm2).
Signs: a membrane potential is first-named side minus second; a current is positive when positive charge
leaves the first-named side, a flux when matter leaves the first-named side.
"""

ALONG_LINES = """\
How to use it, with this file as cell.py:

    import cell
    from scipy.integrate import solve_ivp

    p = cell.parameters()                  # or cell.parameters(NAME=value, ...), see PARAMETERS
    y0 = cell.initial_state(p)
    below, above = cell.BAND
    solution = solve_ivp(cell.rhs, (0, 1000), y0, args=(p,), method="LSODA", jac=cell.jacobian,
                         lband=below, uband=above, rtol=1e-8)
    solution.y[cell.ROWS["PATH"]]          # of a state in a line (copies, moments)

t is the time [ms], y has shape (rows, ...), ROWS says which rows each of STATES has: of what stands in a line
one for each copy. p is what parameters() returns: the entries of PARAMETERS, then the constants that follow
from them; what depends on the position in a line is an array over the copies. After changing an entry of p
call complete(p). jacobian is a band: jacobian(t, y, p)[above + i - j, j] is d rate i/d state j, for y (rows,).
currents, fluxes and nernst give arrays over the copies first.

Units: time ms, potential mV, current pA, amount fmol, concentration mM, volume pL, length 10 um,
temperature K; hence conductance nS, capacitance pF, area 100 um2 (1e-6 cm2).
Signs: a membrane potential is first-named side minus second; a current is positive when positive charge
leaves the first-named side, a flux when matter leaves the first-named side.
"""

RUNTIME = (
    runtime_vector.linoid,
    runtime_vector.linoid_slope,
    runtime_vector.log_mean,
    runtime_vector.log_mean_slope,
    runtime_vector.root,
    runtime_lines.at_left,
    runtime_lines.at_right,
    runtime_lines.before_last,
    runtime_lines.behind_first,
    runtime_lines.from_face_before,
    runtime_lines.from_face_behind,
    runtime_lines.in_copy,
    runtime_lines.over_line,
    runtime_lines.positions_of_copies,
    runtime_lines.over_faces_before,
    runtime_lines.repeated,
    runtime_lines.joined,
    runtime_lines.normal_in_copies,
    runtime_lines.uniform_in_copies,
    runtime_lines.first_copy,
    runtime_lines.last_copy,
    runtime_lines.over_copies,
)
_ALSO = ("expm1", "arange", "concatenate", "tile")
"""What these call of NumPy that generated code does not."""
TYPES = re.compile(r": (?:ArrayLike|Callable\[\[Any\], Any\]|int|float|Any)(?=[,)])|(?<=\)) -> Any(?=:)")


def module_text(program: Program, documentation: str = "") -> str:
    """The module's text, the same for the same program. `documentation` is the file's own, shown on top.

    It offers `STATES`, `PARAMETERS`, `parameters`, `complete`, `initial_state`, `rhs`, `jacobian`,
    `currents` [pA], `fluxes` [fmol/ms] and `nernst` [mV], all for arrays.
    """
    generated = "\n\n".join(
        (parameters_text(program, VECTOR), *(vector_function(f) for f in _functions(program)))
    )
    runtime = _runtime(generated)
    code = "\n\n".join((*runtime, generated))
    head = (_docstring(program, documentation), "", *_imports(code), "", *_tables(program), *_places(program))
    return "\n".join((*head, "", "", code))


def _runtime(generated: str) -> list[str]:
    """The functions that generated code calls, and those that these call."""
    texts = {f.__name__: TYPES.sub("", inspect.getsource(f)) for f in RUNTIME}
    called = {name: text for name, text in texts.items() if _calls(generated, name)}
    further = "\n".join(called.values())
    return [text for name, text in texts.items() if name in called or _calls(further, name)]


def _places(program: Program) -> Iterator[str]:
    """Where each state stands, and how wide the band is; nothing where there is no line."""
    if not program.rows:
        return
    band = banded_jacobian(program).output
    assert isinstance(band, Band)
    yield ""
    yield "# path in the file: rows of y"
    yield "ROWS = {"
    for state, rows in zip(program.states, program.rows, strict=True):
        end = rows.first + rows.step * rows.count
        shown = f"slice({rows.first}, {end}, {rows.step})" if rows.line else f"{rows.first}"
        yield f"    {state.path!a}: {shown},"
    yield "}"
    yield ""
    yield "# rows of the Jacobian's band below its diagonal, and above"
    yield f"BAND = ({band.lower}, {band.upper})"


def _functions(program: Program) -> tuple[Function, ...]:
    tables = (
        (
            "currents",
            "Return the currents by path [pA]; positive charge leaving the first side is positive.",
            CURRENT,
        ),
        ("fluxes", "Return the fluxes by path [fmol/ms], positive out of the first side.", FLUX),
        ("nernst", "Return the Nernst potentials by path [mV].", NERNST),
    )
    slopes = banded_jacobian(program) if program.rows else jacobian(program)
    whole = (complete(program), initial_state(program), rhs(program), slopes)
    return (*whole, *(table_of(program, *table) for table in tables))


def _docstring(program: Program, documentation: str) -> str:
    title = f"Model {program.name}, generated by ionlang."
    words = "\n\n".join(
        (
            title,
            *([documentation.strip()] if documentation.strip() else []),
            ALONG_LINES if program.rows else GUIDE,
        )
    )
    shown = "".join(letter if letter.isprintable() or letter == "\n" else "?" for letter in words)
    escaped = shown.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return f'"""{escaped}"""'


def _imports(code: str) -> list[str]:
    own = [function.__name__ for function in RUNTIME]
    offered = [name for name in runtime_vector.__all__ if name not in own]
    needed = [name for name in (*offered, *_ALSO) if _calls(code, name)]
    values = [name for name in ("inf", "nan") if re.search(rf"\b{name}\b", code)]
    listed = dict.fromkeys(sorted((*needed, *values)))
    memory = ["from functools import lru_cache", ""] if _calls(code, "lru_cache") else []
    drawing = ["from numpy.random import PCG64, Generator"] if _calls(code, "PCG64") else []
    return [*memory, "from numpy import (", *indented(f"{name}," for name in listed), ")", *drawing]


def _calls(code: str, name: str) -> bool:
    return re.search(rf"\b{name}\(", code) is not None


def _tables(program: Program) -> Iterator[str]:
    yield "# name, path in the file, unit, origin"
    yield "STATES = ("
    yield from indented(f"({s.name!a}, {s.path!a}, {s.unit!a}, {s.origin!a})," for s in program.states)
    yield ")"
    yield ""
    yield "# name, path in the file, value, unit, as written, origin"
    yield "PARAMETERS = ("
    for entry, value in zip(program.parameters, _values(program), strict=True):
        shown = "None" if value is None else repr(value) if isfinite(value) else f'float("{value}")'
        named, noted = (
            f"{entry.name!a}, {entry.path!a}",
            f"{entry.unit!a}, {entry.literal!a}, {entry.origin!a}",
        )
        yield f"    ({named}, {shown}, {noted}),"
    yield ")"


def _values(program: Program) -> list[float | None]:
    """The parameters' values as the file sets them; None for what depends on the position in a line."""
    if program.rows:
        listed = load_vector(
            "\n\n".join((parameters_text(program, VECTOR), vector_function(complete(program))))
        )["parameters"]()
        entries = zip(program.parameters, listed, strict=False)
        return [None if each.name in program.spread else float(value) for each, value in entries]
    namespace = load_scalar(scalar_parameters(program))
    values: list[float | None] = namespace["parameters"]()
    return values[: len(program.parameters)]
