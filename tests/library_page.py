"""The tables of `docs/library.md`, from the libraries themselves. Run as a script, it writes them into the page."""

from __future__ import annotations

from pathlib import Path

from ionlang.catalogue import Catalogue, Entry, catalogues
from ionlang.model.names.libraries import MATTER

PAGE = Path(__file__).parents[1] / "docs" / "library.md"
BEGINS = "## The entries\n"


def written() -> str:
    """What the page has below its heading."""
    return PAGE.read_text(encoding="utf-8").partition(BEGINS)[2]


def tables() -> str:
    """All libraries by alphabet: what each is about, its entries, and the sources under the numbers in its last column."""
    return "\n" + "\n".join(_section(one) for one in catalogues())


def _section(one: Catalogue) -> str:
    sources = list(dict.fromkeys(source for entry in one.entries for source in entry.sources))
    rows = [_row(entry, sources) for entry in one.entries if entry.kind not in MATTER]
    matter = [f"`{entry.name}`" for entry in one.entries if entry.kind in MATTER]
    return "\n".join(
        [
            f"### {one.name}\n",
            f"{one.about}\n",
            *([f"Matter: {' '.join(matter)}\n"] if matter else []),
            "| entry | what it is | parameters | species | temperature | source |",
            "|---|---|---|---|---|---|",
            *rows,
            "",
            *(f"{number}. {source}" for number, source in enumerate(sources, 1)),
            "",
        ]
    )


def _row(entry: Entry, sources: list[str]) -> str:
    parameters = (
        f"`{f.name} = {f.default}`" if f.default else f"`{f.name} in {f.unit}`" for f in entry.formals
    )
    numbers = sorted(sources.index(source) + 1 for source in entry.sources)
    cells = (
        f"{entry.kind} `{entry.name}`", entry.about, ", ".join(parameters), entry.species, entry.temperature,
        ", ".join(map(str, numbers)),
    )  # fmt: skip
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


if __name__ == "__main__":
    head = PAGE.read_text(encoding="utf-8").partition(BEGINS)[0]
    PAGE.write_text(f"{head}{BEGINS}{tables()}", encoding="utf-8")
