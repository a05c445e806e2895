"""Every block of the documentation is run: models are checked and must keep their word, commands must print what the
page shows, Python must run. Links lead somewhere, and the tables of the reference are those of the program.

The first word after a fence says what a block is:

- `ion [NAME.ion] [warns CODE…] [fails CODE…] [stops] [misses]`: a whole file, saved under its name, if it has one, for
  the blocks after it on the page. It gives exactly these diagnostics; its scenarios run and keep what they expect, or
  stop for lack of numbers, or miss it;
- `console`: commands behind `$ `, and what they print. `…` stands for any text in a line, alone for any lines; numbers
  agree to the digits shown;
- `python`, and `text output` for what the Python block before it prints;
- `sh`: installation. Its `ionlang` commands are run, with the package at hand;
- anything else is a picture.
"""

from __future__ import annotations

import io
import re
import shlex
import sys
import tomllib
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import ionlang
from ionlang.cli import main
from ionlang.model.kinds import KINDS, SENTENCE_WORDS
from ionlang.model.read import readable
from ionlang.syntax.words import RESERVED
from ionlang.units import display_unit, parse_unit
from ionlang.units.table import ROWS

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md"] + [
    page for page in sorted((ROOT / "docs").rglob("*.md")) if "errors" not in page.parts
]
NAMES = [page.relative_to(ROOT).as_posix() for page in PAGES]

NUMBER = re.compile(r"(?<![\w.])[-+−]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\w.]*\w)")


@dataclass(frozen=True)
class Block:
    """A fenced block: the words after its fence, its text, the line of the fence."""

    words: tuple[str, ...]
    text: str
    line: int

    @property
    def kind(self) -> str:
        return self.words[0] if self.words else ""

    def codes_after(self, word: str) -> list[str]:
        if word not in self.words:
            return []
        following = self.words[self.words.index(word) + 1 :]
        return [w for w in following if w.startswith("ION")]


def blocks_of(text: str) -> Iterator[Block]:
    fence = re.compile(r"^```(?P<words>[^\n`]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
    for match in fence.finditer(text):
        yield Block(tuple(match["words"].split()), match["text"], text[: match.start()].count("\n") + 1)


@dataclass
class Page:
    """A page while its blocks are run, in a folder of its own that has the examples too."""

    folder: Path
    names: dict[str, object] = field(default_factory=dict)
    printed: str = ""
    exit_code: int = 0

    def run(self, block: Block) -> None:
        match block.words[:2]:
            case ("ion", *_):
                self.model(block)
            case ("console", *_):
                self.console(block)
            case ("python", *_):
                self.python(block)
            case ("text", "output"):
                compare(block.text, self.printed)
            case ("sh", *_):
                self.installation(block)
            case _:
                pass

    def model(self, block: Block) -> None:
        named = next((word for word in block.words if word.endswith(".ion")), f"line_{block.line}.ion")
        path = self.folder / named
        path.write_text(block.text, encoding="utf-8")
        model = ionlang.load(path)
        fails = block.codes_after("fails")
        assert [d.code for d in model.check()] == block.codes_after("warns") + fails
        for name in () if fails else model.scenarios:
            study = model.study(name)
            assert bool(study.failed) == ("stops" in block.words)
            solutions = [m.solution for m in study.members if m.solution is not None]
            verdicts = [*(v for s in solutions for v in s.verdicts), *(j.verdict for j in study.judgements)]
            failed = [(v.expectation.text, v.value) for v in verdicts if not v.passed]
            assert bool(failed) == ("misses" in block.words), failed

    def console(self, block: Block) -> None:
        parts = re.split(r"^\$ ", block.text, flags=re.MULTILINE)
        assert parts[0] == "", "a console block begins with a command"
        for part in parts[1:]:
            command, _, shown = part.partition("\n")
            compare(shown, self.command(command))

    def command(self, text: str) -> str:
        if text == "echo $?":
            return f"{self.exit_code}\n"
        words = shlex.split(text)
        assert words[0] == "ionlang", f"cannot run {text}"
        out = io.StringIO()
        with redirect_stdout(out), redirect_stderr(out), pytest.MonkeyPatch.context() as patch:
            patch.setenv("NO_COLOR", "1")
            if "<" in words:
                sign = words.index("<")
                given = (self.folder / words[sign + 1]).read_bytes()
                del words[sign : sign + 2]
                patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
            try:
                self.exit_code = main(words[1:])
            except SystemExit as leaving:
                self.exit_code = int(leaving.code or 0)
        return out.getvalue()

    def python(self, block: Block) -> None:
        out = io.StringIO()
        with redirect_stdout(out):
            exec(compile(block.text, f"line {block.line}", "exec"), self.names)  # noqa: S102 (the page's own Python)
        self.printed = out.getvalue()

    def installation(self, block: Block) -> None:
        extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
        for command in re.split(r"\n|&&", block.text):
            words = command.replace(".venv/bin/", "").split()
            if words[:1] == ["ionlang"]:
                self.command(" ".join(words))
                assert self.exit_code == 0, command
            for wanted in re.findall(r"\[([\w,]+)\]", command):
                assert set(wanted.split(",")) <= set(extras)


def compare(shown: str, printed: str) -> None:
    """What the page shows against what was printed; raises AssertionError with both."""
    wanted = [line.rstrip() for line in shown.splitlines() if line.strip()]
    found = [line.rstrip() for line in printed.splitlines() if line.strip()]
    assert _agree(wanted, found), f"the page shows\n{shown}\nbut this was printed\n{printed}"


def _agree(wanted: list[str], found: list[str]) -> bool:
    if not wanted:
        return not found
    if wanted[0].strip() == "…":
        return any(_agree(wanted[1:], found[i:]) for i in range(len(found) + 1))
    return bool(found) and _line_agrees(wanted[0], found[0]) and _agree(wanted[1:], found[1:])


def _line_agrees(wanted: str, found: str) -> bool:
    numbers = NUMBER.findall(wanted)
    texts = [_pattern(text) for text in NUMBER.split(wanted)]
    match = re.fullmatch(rf"({NUMBER.pattern})".join(texts), found)
    return match is not None and all(map(_number_agrees, numbers, match.groups()))


def _pattern(text: str) -> str:
    anything = [r"\s+".join(map(re.escape, re.split(r"\s+", part))) for part in text.split("…")]
    return ".*".join(anything)


def _number_agrees(wanted: str, found: str) -> bool:
    wanted, found = wanted.replace("−", "-"), found.replace("−", "-")
    digits = wanted.lower().partition("e")[0].partition(".")[2]
    exponent = int(wanted.lower().partition("e")[2] or 0)
    return abs(float(wanted) - float(found)) <= 0.51 * 10.0 ** (exponent - len(digits))


@pytest.mark.parametrize("name", NAMES)
def test_blocks_do_what_the_page_says(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    page = Page(tmp_path)
    for block in blocks_of((ROOT / name).read_text(encoding="utf-8")):
        try:
            page.run(block)
        except Exception as error:
            error.add_note(f"{name}, block at line {block.line}")
            raise


def _anchors(page: Path) -> set[str]:
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", NAMES)
def test_links_lead_somewhere(name: str) -> None:
    page = ROOT / name
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"https?:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{link} leads nowhere"
        assert not anchor or anchor in _anchors(target), f"{link} names no heading"


def test_every_page_can_be_reached_from_the_index() -> None:
    seen: set[Path] = set()
    waiting = [ROOT / "docs" / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in seen or page.suffix != ".md" or not page.is_file():
            continue
        seen.add(page)
        links = re.findall(r"\]\(([^)\s#]+\.md)", page.read_text(encoding="utf-8"))
        waiting += [(page.parent / link).resolve() for link in links if not link.startswith("http")]
    assert [name for name, page in zip(NAMES, PAGES, strict=True) if page not in seen] == []


def _rows(text: str, first_heading: str) -> list[list[str]]:
    """The cells of the table whose head begins with this word."""
    table = re.search(rf"^\| {first_heading} .*\n\|[-| ]+\|\n((?:\|.*\n)+)", text, re.MULTILINE)
    assert table, first_heading
    return [[cell.strip() for cell in row[1:-1].split("|")] for row in table[1].splitlines()]


def _words(cell: str) -> set[str]:
    return set(re.findall(r"`([^`]+)`", cell))


def test_the_table_of_kinds_is_that_of_the_checker() -> None:
    text = (ROOT / "docs" / "language.md").read_text(encoding="utf-8")
    rows = {next(iter(_words(row[0]))): row for row in _rows(text, "kind")}
    assert set(rows) == set(KINDS)
    for name, kind in KINDS.items():
        properties, sentences, blocks = (_words(cell) for cell in rows[name][1:4])
        assert properties == {*kind.properties, *kind.texts, *kind.words}, name
        assert sentences == {SENTENCE_WORDS[s] for s in kind.sentences} - {"an action"}, name
        assert blocks == set(kind.blocks), name


def test_the_table_of_units_is_that_of_the_program() -> None:
    text = (ROOT / "docs" / "language" / "units.md").read_text(encoding="utf-8")
    found = {next(iter(_words(row[0]))): _words(row[2]) for row in _rows(text, "unit")}
    assert found == {word: {prefix + word for prefix in prefixes} for word, _, _, prefixes in ROWS} | {
        "degC": set()
    }


def test_the_table_of_usual_units_is_that_of_the_program() -> None:
    text = (ROOT / "docs" / "language" / "units.md").read_text(encoding="utf-8")
    for _, examples in _rows(text, "quantity"):
        first = next(iter(re.findall(r"`([^`]+)`", examples)))
        assert display_unit(parse_unit(first).dimension).text == first


def test_the_table_of_readings_is_that_of_the_checker() -> None:
    text = (ROOT / "docs" / "language.md").read_text(encoding="utf-8")
    rows = {row[0]: _words(row[1]) for row in _rows(text, "of a")}
    tables = {
        "compartment": readable._OF_PLACE,
        "membrane": readable._OF_MEMBRANE,
        "channel": readable._OF_CHANNEL,
        "pump, transporter": readable._OF_TRANSPORTER,
        "flux": readable._OF_FLUX,
        "gate": readable._OF_GATE,
        "synaptic gate": readable._OF_SYNAPSE,
        "state of a scheme": readable._OF_OCCUPANCY,
        "reaction": readable._OF_REACTION,
        "buffer": readable._OF_BUFFER,
        "water": readable._OF_WATER,
    }
    for kind, table in tables.items():
        assert rows[kind] == {f".{word}" for word in table}, kind


def test_the_reserved_words_are_listed() -> None:
    text = (ROOT / "docs" / "language.md").read_text(encoding="utf-8")
    section = text.partition("### Reserved words")[2].partition("\n#")[0]
    assert _words(section) >= set(RESERVED)


def test_the_house_is_drawn_as_it_stands() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    for entry in sorted((ROOT / "ionlang").iterdir()):
        if entry.suffix == ".py" and not entry.name.startswith("__"):
            assert f"`{entry.name}`" in text or f"`ionlang/{entry.name}`" in text, entry.name
        elif entry.is_dir() and entry.name != "__pycache__":
            assert f"`{entry.name}/`" in text or f"`ionlang/{entry.name}/`" in text, entry.name


def test_the_files_that_the_house_names_exist() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    for path in re.findall(r"`((?:ionlang|grammar|tests|docs)/[\w/.]+)`", text):
        assert (ROOT / path).exists(), path
