"""The pages of `docs/errors/` in their parts. Run as a script, it writes what the program says now into them."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path

import ionlang
from ionlang import compiler
from ionlang.diagnostics import Diagnostic, ModelError
from ionlang.model.codes import CODES as MODEL
from ionlang.model.codes import ON_REQUEST, WHEN_SOLVED
from ionlang.render import render_text
from ionlang.syntax.codes import CODES as SYNTAX
from ionlang.syntax.codes import Code

PAGES = Path(__file__).parents[1] / "docs" / "errors"
CODES = (*SYNTAX, *MODEL)
STAGES = (
    ("0", "Syntax: what cannot be read"),
    ("1", "Names: what is called what, and where it may stand"),
    ("2", "Units"),
    ("3", "Chemistry and physics"),
    ("4", "Equations and scenarios"),
)
_PARTS = re.compile(
    r"\A# (?P<title>[^\n]+)\n\n(?P<why>.+?)\n\nA file with this mistake:\n\n"
    r"```ion fails (?P<fails>\w+)\n(?P<wrong>.+?\n)```\n\nWhat `ionlang (?:check|rest) cell\.ion` says:\n\n"
    r"```text\n(?P<said>.+?\n)```\n\nMended:\n\n```ion\n(?P<right>.+?\n)```\n\Z",
    re.DOTALL,
)


@dataclass(frozen=True)
class Page:
    """A page: its head line, why the mistake matters, the wrong file, what is said of it, the mended file."""

    title: str
    why: str
    fails: str
    wrong: str
    said: str
    right: str


def read_page(code: str) -> Page:
    text = (PAGES / f"{code}.md").read_text(encoding="utf-8")
    parts = _PARTS.match(text)
    assert parts, f"{code}.md is not in the form of the other pages"
    return Page(**parts.groupdict())


def found(text: str, code: str, name: str = "cell.ion") -> tuple[Diagnostic, ...]:
    """What is found in a text; with what has to be asked for, or solved for, if it is this code."""
    model = ionlang.loads(text, name)
    asked = compiler.missing_sources(model.checked) if code in ON_REQUEST else ()
    return (*model.check(), *asked, *(unsolved(model) if code in WHEN_SOLVED else ()))


def unsolved(model: ionlang.Model) -> tuple[Diagnostic, ...]:
    """Why what is tuned could not be found."""
    try:
        model.tuned()
    except ModelError as error:
        return error.diagnostics
    return ()


def message(text: str, code: str) -> str:
    """What `ionlang check cell.ion` says of a text, or `ionlang rest cell.ion` where that has to be solved."""
    return render_text(found(text, code))


def index() -> str:
    """The text of `docs/errors/README.md`."""
    lines = [
        "# Errors",
        "",
        "Every message carries a code. Its page says what the mistake means and why it matters, shows a small file",
        "that makes it, what the program says, and the file mended. All mistakes of a file are reported at once;",
        "a warning does not stop the model.",
    ]
    for digit, heading in STAGES:
        lines += ["", f"## {heading}", "", "| code | what it is |", "|---|---|"]
        lines += [f"| [{c.code}]({c.code}.md) | {_cell(c)} |" for c in CODES if c.code[3] == digit]
    return "\n".join([*lines, ""])


def _cell(code: Code) -> str:
    return code.title.replace("|", "\\|")


def main() -> None:
    for code in CODES:
        path = PAGES / f"{code.code}.md"
        text, page = path.read_text(encoding="utf-8"), read_page(code.code)
        text = text.replace(f"# {page.title}\n", f"# {code.code}: {code.title}\n", 1)
        path.write_text(text.replace(page.said, message(page.wrong, code.code), 1), encoding="utf-8")
    (PAGES / "README.md").write_text(index(), encoding="utf-8")
    print(f"{len(CODES)} pages written", file=sys.stderr)


if __name__ == "__main__":
    main()
