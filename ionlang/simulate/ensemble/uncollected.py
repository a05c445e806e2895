"""Python's collector of circular garbage stands still while many objects are made that are no garbage."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """A thousand runs are some ten thousand objects, all of them kept. Now and then the collector would look through
    everything there is, which takes longer than to integrate them."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
