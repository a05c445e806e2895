"""`dataclass(slots=True)`, frozen or not, that costs a tenth of the standard one at import.

The standard decorator writes and compiles six methods for every class; a hundred classes of syntax and meaning then
cost more than reading a file. Here the methods are shared functions that walk over the fields. Everything else is the
standard library's: `fields`, `replace`, `field(compare=False)`, matching by position, what a type checker sees.
See docs/decisions.
"""

from __future__ import annotations

import dataclasses
from operator import attrgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:

    def dataclass(*, slots: bool, frozen: bool = False, eq: bool = True):
        """A decorator for classes with slots; instances are equal if their compared fields are."""
        assert slots

        def decorate(cls: type) -> type:
            made = _with_init(cls)
            if eq:
                _compare_by_fields(made)
            if frozen:
                made.__setattr__ = made.__delattr__ = _refuse
            return made

        return decorate


def _compare_by_fields(made: Any) -> None:
    compared = [f.name for f in dataclasses.fields(made) if f.compare]
    key = attrgetter(*compared) if compared else _nothing

    def equal(self: Any, other: object) -> Any:
        return key(self) == key(other) if other.__class__ is self.__class__ else NotImplemented

    def hashed(self: Any) -> int:
        return hash((made, key(self)))

    made.__eq__, made.__hash__ = equal, hashed


def _with_init(cls: type) -> Any:
    made: Any = dataclasses.dataclass(init=False, repr=False, eq=False, slots=True)(cls)
    given = [f for f in dataclasses.fields(made) if f.init]
    made._names = tuple(f.name for f in given)
    made._setters = tuple(getattr(made, f.name).__set__ for f in given)
    made._defaults = {f.name: f for f in given if _has_default(f)}
    made.__init__ = _init if hasattr(made, "__post_init__") or made._defaults else _init_plainly
    made.__repr__ = _represent
    return made


def _has_default(given: dataclasses.Field[Any]) -> bool:
    return given.default is not dataclasses.MISSING or given.default_factory is not dataclasses.MISSING


def _nothing(instance: object) -> tuple[()]:
    return ()


def _init_plainly(self: Any, *values: Any, **named: Any) -> None:
    if named or len(values) != len(self._setters):
        values = _in_order(self, values, named)
    for set_, value in zip(self._setters, values, strict=True):
        set_(self, value)


def _init(self: Any, *values: Any, **named: Any) -> None:
    _init_plainly(self, *values, **named)
    if hasattr(self, "__post_init__"):
        self.__post_init__()


def _in_order(self: Any, values: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, ...]:
    """All values in the order of the fields: by position, by name, by default."""
    rest = []
    for name in self._names[len(values) :]:
        if name in named:
            rest.append(named.pop(name))
        elif name in self._defaults:
            default = self._defaults[name]
            missing = default.default is dataclasses.MISSING
            rest.append(default.default_factory() if missing else default.default)
        else:
            raise TypeError(f"{type(self).__name__} needs `{name}`")
    if named or len(values) > len(self._names):
        raise TypeError(f"{type(self).__name__} takes {', '.join(self._names)}")
    return (*values, *rest)


def _represent(self: Any) -> str:
    shown = (f"{f.name}={getattr(self, f.name)!r}" for f in dataclasses.fields(self) if f.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _refuse(self: Any, name: str, value: Any = None) -> None:
    raise dataclasses.FrozenInstanceError(f"{type(self).__name__} is frozen: {name} cannot change")
