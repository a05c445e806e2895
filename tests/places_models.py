"""What tests of places and membranes share: a text becomes a model without mistakes; states at rest by path."""

from __future__ import annotations

import ionlang

MATTER = """
temperature = 37 degC
ion Na { valence = +1 }
ion K  { valence = +1 }
ion Cl { valence = -1 }
ion Ca { valence = +2 }
impermeant A { valence = -1 }
solute S
solute ATP
"""


def model(text: str) -> ionlang.api.Model:
    read = ionlang.loads(MATTER + text, "cell.ion")
    wrong = [(d.code, d.message) for d in read.check() if d.severity == "error"]
    assert not wrong, wrong
    return read


def mistakes(text: str) -> list[tuple[str, str]]:
    """The code and the message of every error."""
    return [(d.code, d.message) for d in ionlang.loads(MATTER + text).check() if d.severity == "error"]


def codes(text: str) -> list[str]:
    return [code for code, _ in mistakes(text)]


def at_rest(read: ionlang.api.Model) -> dict[str, float]:
    """The states at the only equilibrium, by path."""
    (only,) = read.equilibria()
    paths = [s.path for s in read.machine.system.states]
    return dict(zip(paths, map(float, only.state), strict=True))
