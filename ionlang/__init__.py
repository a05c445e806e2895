"""ionlang: a modelling language for the ions of a living cell.

`ionlang.load("cell.ion")` or `ionlang.loads(text)` gives a model with `check()`, `rest()`, `equilibria()`, `run()` and
`compile()`. Heavy libraries are imported where they are used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__version__ = "0.1.0"
__all__ = ["Model", "ModelError", "__version__", "load", "loads"]

if TYPE_CHECKING:
    from ionlang.api import Model, load, loads
    from ionlang.diagnostics import ModelError


def __getattr__(name: str) -> object:
    if name in ("Model", "load", "loads"):
        from ionlang import api

        return {"Model": api.Model, "load": api.load, "loads": api.loads}[name]
    if name == "ModelError":
        from ionlang.diagnostics import ModelError

        return ModelError
    raise AttributeError(f"module 'ionlang' has no attribute {name!r}")
