"""The Python door."""

from __future__ import annotations

from ionlang.api.model import Model as Model
from ionlang.api.model import load as load
from ionlang.api.model import loads as loads
from ionlang.api.reading import Values as Values
