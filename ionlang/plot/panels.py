"""The nouns of a figure: panels of lines, and what may be asked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from ionlang.model.names.suggest import closest
from ionlang.plot.styles import Style

Show = Literal["potentials", "concentrations", "volumes", "gates", "variables", "currents", "fluxes", "pumps"]
"""What a figure may show: potentials with Nernst potentials, concentrations, volumes that change, gates and schemes,
variables, currents by carrier, fluxes of each ion by carrier, rates of pumps and transporters with what they use up."""

SHOWS: tuple[Show, ...] = (
    "potentials", "concentrations", "volumes", "gates", "variables", "currents", "fluxes", "pumps",
)  # fmt: skip

PanelKind = Literal["potential", "concentration", "volume", "gate", "variable", "current", "flux", "rate"]


@dataclass(frozen=True, slots=True)
class Line:
    """`factor` times a quantity of the model: three ions for each cycle of a pump."""

    path: str
    label: str
    style: Style
    factor: float = 1.0


@dataclass(frozen=True, slots=True)
class Panel:
    """Lines of one quantity. `name` is the membrane or compartment it belongs to, `words` what it is called there."""

    name: str
    kind: PanelKind
    words: str
    lines: tuple[Line, ...]


def shows_of(names: Iterable[str]) -> tuple[Show, ...]:
    """What these names ask for, each once. Raises ValueError for one that is none of `SHOWS`."""
    wanted = dict.fromkeys(name.strip() for name in names)
    for name in wanted:
        if name not in SHOWS:
            guess = closest(name, SHOWS)
            meant = f"did you mean {guess!r}?" if guess else f"there are {', '.join(SHOWS)}"
            raise ValueError(f"no panel {name!r}; {meant}")
    return tuple(show for name in wanted for show in SHOWS if show == name)
