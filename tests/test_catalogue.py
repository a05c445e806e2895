"""What is in the shipped libraries: as data, by `ionlang library`, and on the page of the docs."""

from __future__ import annotations

import json

import pytest

import ionlang
from ionlang.catalogue import Entry, catalogue, catalogues
from ionlang.cli import main
from ionlang.model.names.libraries import MATTER, library_names
from tests.library_page import tables, written

ENTRIES = [entry for one in catalogues() for entry in one.entries]
TEMPLATES = [entry for entry in ENTRIES if entry.kind not in MATTER]


def test_the_page_lists_what_is_shipped() -> None:
    assert written() == tables(), "run `python -m tests.library_page`"


@pytest.mark.parametrize("entry", TEMPLATES, ids=lambda entry: entry.path)
def test_an_entry_says_what_it_holds_for_and_where_it_is_from(entry: Entry) -> None:
    assert entry.about and entry.species and entry.temperature and entry.sources
    assert not entry.about.startswith("Species")


@pytest.mark.parametrize("entry", TEMPLATES, ids=lambda entry: entry.path)
def test_every_default_has_a_source(entry: Entry) -> None:
    assert [f.name for f in entry.formals if f.default and not f.source] == []


@pytest.mark.parametrize("name", library_names())
def test_every_citation_of_a_library_is_named(name: str) -> None:
    one = catalogue(name)
    cited = {
        line.partition("cite ")[2].split()[0] for line in one.text.splitlines() if line.startswith("cite ")
    }
    assert {cite for cite in cited if f"source {cite}" not in one.text} == set()


def shown(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["library", *arguments]) == 0
    return capsys.readouterr().out


def test_all_libraries_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    lines = shown(capsys).splitlines()
    heads = [line.partition(":")[0] for line in lines if line and not line.startswith(" ")]
    assert tuple(heads) == library_names()
    words = {word.strip(",") for line in lines for word in line.split()}
    assert [entry.path for entry in ENTRIES if entry.name not in words] == []


@pytest.mark.parametrize("name", library_names())
def test_a_library_is_listed_with_its_entries_and_sources(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    said = " ".join(shown(capsys, name).split())
    for entry in catalogue(name).entries:
        assert (entry.name if entry.kind in MATTER else f"{entry.kind} {entry.path} {entry.about}") in said
        assert [source for source in entry.sources if " ".join(source.split()) not in said] == []


@pytest.mark.parametrize("arguments", [("pumps", "NaK"), ("pumps.NaK",), ("pumps", "pumps.NaK")])
def test_an_entry_is_printed(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    said = shown(capsys, *arguments)
    assert said.startswith("pump pumps.NaK\n")
    assert "    K_Na = 10 mM\n" in said
    assert said.endswith(catalogue("pumps").entries[3].text + "\n")


def test_what_must_be_given_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    said = shown(capsys, "neuron", "KM")
    assert "    g in mS/cm2, must be given\n" in said
    assert "    channel X is neuron.KM(g = … mS/cm2)\n" in said


def test_matter_is_printed_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(capsys, "neuron", "Ca").startswith("ion Ca\n")


def test_the_same_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    everything = json.loads(shown(capsys, "--format", "json"))
    assert [one["library"] for one in everything] == list(library_names())
    one = json.loads(shown(capsys, "glia", "--format", "json"))
    assert one in everything
    entry = json.loads(shown(capsys, "glia", "Kir41", "--format", "json"))
    assert entry in one["entries"]
    assert entry["name"] == "glia.Kir41" and entry["kind"] == "channel"
    assert entry["parameters"][0]["default"] == "1.696 mS/cm2" and entry["parameters"][0]["unit"] is None
    ion = json.loads(shown(capsys, "neuron.Ca", "--format", "json"))
    assert (ion["name"], ion["species"]) == ("Ca", None)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["sqid"], "there is no library 'sqid'; did you mean squid?"),
        (["quux"], "there is no library 'quux'; there are"),
        (["squid", "NaX"], "squid has no entry 'NaX'; did you mean NaV?"),
        (["squid", "zebra"], "squid has no entry 'zebra'; there are"),
    ],
)
def test_what_is_not_there_is_a_wrong_command(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["library", *arguments]) == 2
    assert said in capsys.readouterr().err


NEURON = """
temperature = 36 degC
use media, neuron, pumps
compartment inside is media.cytosol { volume = 2 pL;  ATP = 3 mM held }
bath outside is media.CSF
membrane soma (inside | outside) {
    area = 1000 um2
    capacitance = 1 uF/cm2
    V from charge starting at -70 mV
    channel NaV is neuron.NaV(g = 100 mS/cm2)
    channel KDR is neuron.KDR(g = 80 mS/cm2)
    channel Na_leak is neuron.Na_leak
    channel K_leak is neuron.K_leak
    channel Cl_leak is neuron.Cl_leak
    pump NaK is pumps.NaK
}
scenario fires {
    begin at rest
    run 60 ms
    from 20 ms for 20 ms: inject 4 uA/cm2 into soma carried by K
    measure spikes = count(soma.V > 0 mV)
    expect soma.V at start = -70.4678 mV +- 0.001 mV
}
"""


def test_a_neuron_of_entries_alone_rests_on_its_pump_and_fires() -> None:
    model = ionlang.loads(NEURON)
    assert model.check() == ()
    assert len(NEURON.split("scenario")[0].strip().splitlines()) <= 30
    solution = model.run("fires")
    assert [verdict.passed for verdict in solution.verdicts] == [True]
    assert dict(solution.measures)["spikes"] >= 1


def test_without_its_pump_it_runs_down() -> None:
    model = ionlang.loads(NEURON + "scenario unpowered { block NaK\n expect soma.V at rest > -30 mV }\n")
    assert [verdict.passed for verdict in model.run("unpowered").verdicts] == [True]


def test_what_a_model_rests_on_includes_what_its_library_cites() -> None:
    cell = ionlang.loads(NEURON).cell
    assert {"neuron.hippocampus", "pumps.seizure", "media.csf_table"} <= {c.name for c in cell.citations}
