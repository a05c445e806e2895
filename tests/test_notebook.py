"""Models in a notebook: what is shown of them, and the magic word, in a real IPython shell."""

from __future__ import annotations

import builtins
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

import ionlang
from ionlang.simulate.solution import Solution
from ionlang.simulate.study import Study

CELL = '''"""A cell & its <b>potassium</b>.
"""
temperature = 37 degC
ion K { valence = +1 }
ion Cl { valence = -1 }
impermeant A { valence = -1 }
param load = 100 pA
compartment inside { volume = 2 pL; K = 140 mM; Cl = 7 mM; A balances charge }
compartment outside { volume = 1 pL; K = 4 mM; Cl balances charge }
membrane soma (inside | outside) {
    area = 900 um2
    capacitance = 1 uF/cm2
    V from currents starting at -60 mV
    channel K_leak { carries K; permeability = 1e-5 cm/s }
    channel Cl_leak { carries Cl; permeability = 1e-5 cm/s }
}
scenario pulse "--><script>alert(1)</script>" {
    run 2 s
    from 500 ms for 500 ms: inject load into soma carried by K
    measure peak = max(soma.V)
    expect peak < 0 mV source "<i>said</i>"
    expect peak > 0 mV
}
'''
SWEPT = CELL + (
    'scenario many "<script>" { run 1 s; from 0 s: inject load into soma carried by K\n'
    "  sweep load over 0 pA, 100 pA\n  measure top = max(soma.V)\n  expect top < -70 mV }\n"
)
WRONG = CELL.replace("carries Cl; ", 'carries Zz;  # <script>"&"\n')
VOID = {"br", "hr", "img"}


class Balanced(HTMLParser):
    """The tags of a page; it fails where one is closed that is not open."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.open: list[str] = []
        self.words = ""
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.seen.append(tag)
        self.open += [] if tag in VOID else [tag]

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        self.seen.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data


@pytest.fixture(scope="module")
def run() -> Solution:
    return ionlang.loads(CELL, "cell.ion").run("pulse")


def test_a_model_shows_its_words_its_parts_and_its_rest() -> None:
    page = Balanced(ionlang.loads(CELL, "<i>cell</i>.ion")._repr_html_())
    assert "A cell & its <b>potassium</b>." in page.words
    assert "soma.K_leak" in page.words and "stable" in page.words and "pulse" in page.words
    card = ionlang.loads(CELL).rest()
    assert f"{card.equilibria[0].state.potentials['soma'].V:.3f}"[:7] in page.words
    assert set(page.seen) == {"div", "p", "b", "table", "tr", "th", "td"}


def test_a_model_with_mistakes_shows_them() -> None:
    page = Balanced(ionlang.loads(WRONG, "cell.ion")._repr_html_())
    assert "error[ION101]: no ion or solute `Zz` is declared" in page.words
    assert '# <script>"&"' in page.words and "^^" in page.words
    assert set(page.seen) == {"div", "pre", "b"}


def test_an_error_shows_all_that_is_wrong() -> None:
    with pytest.raises(ionlang.ModelError) as caught:
        ionlang.loads(WRONG.replace("volume = 1 pL", "volum = 1 pL"), "<b>.ion").rest()
    page = Balanced(caught.value._repr_html_())
    assert page.words.count("error[") == 2
    assert "<b>.ion:" in page.words and set(page.seen) == {"div", "pre", "b"}


def test_a_run_shows_measures_verdicts_and_a_picture(run: Solution) -> None:
    html = run._repr_html_()
    page = Balanced(html)
    assert "peak" in page.words and "--><script>alert(1)</script>" in page.words
    assert "okexpect peak < 0 mV" in page.words and "FAILexpect peak > 0 mV" in page.words
    assert not {"script", "i"} & set(page.seen)
    assert page.seen.count("svg") == 1
    picture = html[html.index("<svg") : html.index("</svg>") + len("</svg>")]
    assert ElementTree.fromstring(picture).tag == "{http://www.w3.org/2000/svg}svg"
    assert "<?xml" not in html and "<!DOCTYPE" not in html


def test_the_same_run_gives_the_same_page(run: Solution) -> None:
    assert run._repr_html_() == ionlang.loads(CELL, "cell.ion").run("pulse")._repr_html_()


def test_without_matplotlib_the_picture_is_missing(run: Solution, monkeypatch: pytest.MonkeyPatch) -> None:
    load = builtins.__import__

    def refuse(name: str, *arguments: Any, **named: Any) -> Any:
        if name.partition(".")[0] == "matplotlib":
            raise ModuleNotFoundError(f"No module named {name!r}", name="matplotlib")
        return load(name, *arguments, **named)

    monkeypatch.setattr(builtins, "__import__", refuse)
    html = run._repr_html_()
    assert "peak" in html and "<svg" not in html


def test_rest_alone_has_no_picture() -> None:
    html = ionlang.loads(CELL + "scenario quiet { expect soma.V at rest < 0 mV }").run("quiet")._repr_html_()
    assert "<svg" not in html and "soma.V at rest" in html


def test_a_study_shows_its_table() -> None:
    study = ionlang.loads(SWEPT).study("many")
    page = Balanced(study._repr_html_())
    assert page.seen.count("tr") == 3 + 2  # heading and two runs, heading and one expectation
    assert "load [pA]" in page.words and "100" in page.words and "<script>" in page.words
    assert "FAILexpect top < -70 mV" in page.words and "script" not in page.seen


def test_results_are_short_as_text(run: Solution) -> None:
    assert repr(run) == "<run of pulse, 2 s, failed>"
    assert repr(ionlang.loads(SWEPT).study("many")) == "<study of many, 2 runs, failed>"


@pytest.fixture
def shell() -> Iterator[InteractiveShell]:
    InteractiveShell.clear_instance()
    found = InteractiveShell.instance()
    found.run_line_magic("load_ext", "ionlang.notebook")
    yield found
    found.reset(new_session=False)
    InteractiveShell.clear_instance()


def cell(shell: InteractiveShell, text: str) -> tuple[Any, str, list[Any]]:
    """What running a cell gives, what it prints, and what it displays."""
    with capture_output() as said:
        answer = shell.run_cell(text)
    assert answer.error_before_exec is None
    return answer.result, said.stdout + said.stderr, said.outputs


def test_a_cell_names_a_model(shell: InteractiveShell) -> None:
    result, _, _ = cell(shell, f"%%ion neuron\n{CELL}")
    assert result.check() == ()
    assert isinstance(result, ionlang.Model) and result is shell.user_ns["neuron"]
    assert result.source.text.strip() == CELL.strip()
    measured, _, _ = cell(shell, "neuron.run('pulse').measures[0][0]")
    assert measured == "peak"
    assert shell.display_formatter is not None
    assert Balanced(shell.display_formatter.format(result)[0]["text/html"]).seen[0] == "div"


@pytest.mark.parametrize("asked", ["--run", "--run pulse"])
def test_a_cell_runs_a_scenario(shell: InteractiveShell, asked: str) -> None:
    result, _, _ = cell(shell, f"%%ion neuron {asked}\n{CELL}")
    assert isinstance(result, Solution) and result.scenario.name == "pulse"
    assert isinstance(shell.user_ns["neuron"], ionlang.Model)
    assert shell.user_ns["_"] is result


def test_a_cell_runs_a_study(shell: InteractiveShell) -> None:
    result, _, _ = cell(shell, f"%%ion neuron --run many\n{SWEPT}")
    assert isinstance(result, Study) and result.shape == (2,)


def test_mistakes_are_shown_with_their_lines(shell: InteractiveShell) -> None:
    result, said, (shown,) = cell(shell, f"%%ion neuron\n{WRONG}")
    assert result is None and "Traceback" not in said
    assert "error[ION101]" in Balanced(shown.data["text/html"]).words
    assert shown.data["text/plain"].startswith("error[ION101]: no ion")
    assert "neuron.ion:" in shown.data["text/plain"]
    assert not shell.user_ns["neuron"].checked.cell


def test_a_warning_is_shown_and_the_cell_still_runs(shell: InteractiveShell) -> None:
    result, _, (shown,) = cell(shell, f"%%ion neuron --run\nparam spare = 3 mM\n{CELL.partition('temperature')[1]}{CELL.partition('temperature')[2]}")  # fmt: skip
    assert isinstance(result, Solution)
    assert "warning[ION109]" in shown.data["text/html"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", "%%ion NAME"),
        ("2x", "cannot be the name of a model"),
        ("class", "cannot be the name of a model"),
        ("neuron --rum pulse", "is not understood"),
        ("neuron --run pulse quiet", "is not understood"),
        ('neuron "', "%%ion NAME"),
        ("neuron --run puls", "there are: pulse"),
    ],
)
def test_a_wrong_first_line_is_one_sentence(shell: InteractiveShell, line: str, words: str) -> None:
    result, said, _ = cell(shell, f"%%ion {line}\n{CELL}")
    assert result is None and "Traceback" not in said
    assert words in said and "UsageError" in said


def test_the_only_scenario_must_be_the_only_one(shell: InteractiveShell) -> None:
    assert "name one of the scenarios: pulse, many" in cell(shell, f"%%ion neuron --run\n{SWEPT}")[1]


def test_text_of_a_cell_is_not_python(shell: InteractiveShell) -> None:
    cell(shell, "%%ion neuron\nimport os\nhurt = 1")
    assert "hurt" not in shell.user_ns and "os" not in shell.user_ns


def test_numbers_that_fail_are_one_sentence(shell: InteractiveShell) -> None:
    runaway = CELL.partition("scenario")[0].replace("ion Cl", "bath far { K = 1 mM }\nion Cl") + (
        "flux away { moves K from inside to nothing;  rate = 1 fmol/s }\nscenario s { begin at rest; run 1 s }\n"
    )
    _, said, _ = cell(shell, f"%%ion neuron --run\n{runaway}")
    assert "UsageError" in said and "rest" in said and "Traceback" not in said
