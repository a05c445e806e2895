"""A system's functions, ready to call: the whole stage in four functions.

Everywhere: t in ms; y in the order of `program.states`; p as `parameters()` returns it (the parameters of the
file, then the constants that follow from them), in cell units.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ionlang.codegen.assemble import function_of
from ionlang.codegen.integrand import integrand_text
from ionlang.codegen.integrand_lines import line_integrand_text
from ionlang.codegen.jacobian import jacobian
from ionlang.codegen.layout import names_in_use
from ionlang.codegen.load import load_scalar, load_vector
from ionlang.codegen.lower import lower, lower_function, lowered
from ionlang.codegen.program import Expression, Listed, Matrix, Number, Program, Vector
from ionlang.codegen.scalar import scalar_function, scalar_program
from ionlang.codegen.slopes import Slopes, slopes_of, start_slopes, symbols_of
from ionlang.codegen.slopes_lines import line_slopes_text
from ionlang.codegen.translate import translate
from ionlang.codegen.vector import vector_function, vector_program

if TYPE_CHECKING:
    import sympy
    from numpy.typing import ArrayLike, NDArray

    from ionlang.equations.system import System

    Floats = NDArray[Any]
    ScalarState = list[float] | Floats

    ScalarFunction = Callable[[float, ScalarState, Sequence[float]], list[float]]
    VectorFunction = Callable[[ArrayLike, ArrayLike, Sequence[Any]], Floats]


@dataclass(frozen=True, slots=True)
class ScalarModel:
    """One cell in plain floats. `y` is a list of floats or a 1-D array.

    `parameters(name=value, …)` takes names of the code (`program.parameters[i].name`) and returns the whole
    list p; `complete(p)` computes the derived constants anew from the first entries of p; `initial_state(p)`
    the start values; `rhs(t, y, p)` a list [unit of the state per ms]; `jacobian(t, y, p)` a list of rows.
    Where arithmetic fails every entry is nan.
    """

    program: Program
    source: str
    parameters: Callable[..., list[float]]
    complete: Callable[[Sequence[float]], list[float]]
    initial_state: Callable[[Sequence[float]], list[float]]
    rhs: ScalarFunction
    jacobian: Callable[[float, ScalarState, Sequence[float]], list[list[float]]]
    integrand: Callable[..., Callable[[float, Floats], object]]


@dataclass(frozen=True, slots=True)
class VectorModel:
    """The same in arrays: `y` has shape (states, …), p floats or arrays of the trailing shape.

    `rhs` returns shape (states, …), `jacobian` (states, states, …), `initial_state` (states,) or (states, …).
    `structure` (states, states) says where the Jacobian has entries. Of a cell with lines there is `integrand(p)` →
    `rates(t, y)` and `slopes(p)` → `jacobian(t, y)`, the same for y (states,) and parameters that do not change, in
    memory that is overwritten by the next call.
    """

    program: Program
    source: str
    parameters: Callable[..., list[Any]]
    complete: Callable[[Sequence[Any]], list[Any]]
    initial_state: Callable[[Sequence[Any]], Floats]
    rhs: VectorFunction
    jacobian: VectorFunction
    integrand: Callable[[Sequence[Any]], Callable[[float, Floats], Floats]] | None = None
    slopes: Callable[[Sequence[Any]], Callable[[float, Floats], Floats]] | None = None

    @property
    def structure(self) -> list[list[bool]]:
        matrix = jacobian(self.program).output
        assert isinstance(matrix, Matrix)
        return [[entry != Number(0) for entry in row] for row in matrix.rows]


def scalar_model(system: System) -> ScalarModel:
    """The functions of one cell in plain Python floats: the fastest for a solver of one cell."""
    return scalar_model_of(lower(system))


def scalar_model_of(program: Program) -> ScalarModel:
    """As `scalar_model`, of a program without lines."""
    source = "\n\n".join((scalar_program(program), integrand_text(program)))
    return ScalarModel(program, source, **load_scalar(source))


def vector_model(system: System) -> VectorModel:
    """The functions of an ensemble in NumPy."""
    program = lower(system)
    source = vector_program(program)
    if program.rows:
        source = "\n\n".join((source, line_integrand_text(program), line_slopes_text(program)))
    return VectorModel(program, source, **load_vector(source))


def scalar_outputs(system: System, outputs: Sequence[sympy.Basic]) -> ScalarFunction:
    """f(t, y, p) → a list, one number for each output (expressions of time and any symbols of the system)."""
    source = scalar_function(lower_function(system, "measures", outputs))
    measures: ScalarFunction = load_scalar(source)["measures"]
    return measures


def reads_of(system: System, outputs: Sequence[sympy.Basic]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """What outputs read: rows of y, and places in p."""
    function = lower_function(system, "measures", outputs)
    used = names_in_use(function)
    states, entries = (
        tuple(i for i, name in enumerate(names) if name in used)
        for names in (function.states, function.entries)
    )
    return states, entries


def vector_outputs(system: System, outputs: Sequence[sympy.Basic]) -> VectorFunction:
    """f(t, y, p) → an array (outputs, …). With y of shape (states, moments) and t of shape (moments,) it
    evaluates a whole solution at once."""
    source = vector_function(lower_function(system, "measures", outputs))
    measures: VectorFunction = load_vector(source)["measures"]
    return measures


def vector_values(program: Program, values: Sequence[Expression]) -> VectorFunction:
    """As `vector_outputs`, of expressions of a program."""
    output = Vector(tuple(values), ("",) * len(values))
    function = function_of(program, "measures", f"Return {len(values)} quantities.", output)
    measures: VectorFunction = load_vector(vector_function(function))["measures"]
    return measures


def vector_arrays(system: System, outputs: Sequence[sympy.Basic]) -> Callable[..., list[Floats]]:
    """f(t, y, p) → a list, one array for each output: of what stands in a line (copies, …), of all else (…)."""
    function = lower_function(system, "measures", outputs)
    assert isinstance(function.output, Vector)
    listed = replace(function, output=Listed(function.output.values))
    measures: Callable[..., list[Floats]] = load_vector(vector_function(listed))["measures"]
    return measures


@dataclass(frozen=True, slots=True)
class SlopesMany:
    """Derivatives in arrays: `function` returns shape (k, …), entry i is that of output `rows[i]` by variable
    `columns[i]`. Variables count through the states, the parameters of the file, time."""

    function: Callable[..., Floats]
    rows: tuple[int, ...]
    columns: tuple[int, ...]


def rate_slopes(system: System) -> SlopesMany:
    """d rate/d variable."""
    program = lower(system)
    return _slopes(slopes_of(program, "slopes", program.rates))


def initial_slopes(system: System) -> SlopesMany:
    """d start value/d parameter; a function of p alone."""
    return _slopes(start_slopes(lower(system)))


def path_slopes(system: System, paths: Sequence[str]) -> SlopesMany:
    """d quantity/d variable of quantities by path; `time` is one."""
    program = lower(system)
    return _slopes(slopes_of(program, "slopes", symbols_of(paths, program)))


def output_slopes(system: System, outputs: Sequence[sympy.Basic]) -> SlopesMany:
    """d output/d variable of expressions of any symbols of the system."""
    known = lowered(system)
    return _slopes(slopes_of(known.program, "slopes", [translate(o, known.names) for o in outputs]))


def _slopes(slopes: Slopes) -> SlopesMany:
    function = slopes.function
    loaded = load_vector(vector_function(function))[function.name]
    return SlopesMany(loaded, tuple(i for i, _ in slopes.places), tuple(j for _, j in slopes.places))
