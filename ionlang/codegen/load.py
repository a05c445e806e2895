"""Generated text becomes callables: compiled under a name of its own, shown by tracebacks, remembered by its
text.

The text is ours: every name in it went through `names.py`, every string of a file through an escaped literal.
It still runs in a fresh namespace that holds the runtime and the few builtins it uses, and nothing else.
"""

from __future__ import annotations

import hashlib
import linecache
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType, ModuleType
from typing import Any

Namespace = Mapping[str, Callable[..., Any]]

BUILTINS = {
    "abs": abs,
    "dict": dict,
    "float": float,
    "list": list,
    "max": max,
    "min": min,
    "range": range,
    "type": type,
    "OverflowError": OverflowError,
    "ValueError": ValueError,
    "ZeroDivisionError": ZeroDivisionError,
}


@lru_cache(maxsize=256)
def load_scalar(source: str) -> Namespace:
    """The functions of a text in scalar form, by name."""
    from ionlang.codegen import runtime_scalar

    return _load(source, "scalar", runtime_scalar)


@lru_cache(maxsize=256)
def load_vector(source: str) -> Namespace:
    """The functions of a text in vector form, by name."""
    from ionlang.codegen import runtime_vector

    return _load(source, "vector", runtime_vector)


def _load(source: str, form: str, runtime: ModuleType) -> Namespace:
    digest = hashlib.sha256(source.encode()).hexdigest()[:12]
    filename = f"<ionlang {form} {digest}>"
    code = compile(source, filename, "exec", dont_inherit=True)
    namespace = {name: vars(runtime)[name] for name in runtime.__all__}
    before = {*namespace, "__builtins__"}
    namespace["__builtins__"] = BUILTINS
    exec(code, namespace)
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    return MappingProxyType({name: value for name, value in namespace.items() if name not in before})
