"""An instance of a template means what it means written out: the same cell, and the same code to the byte."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

import ionlang

FRAME = """
temperature = 37 degC
ion K {{ valence = +1 }}
ion Na {{ valence = +1 }}
solute ATP
param outer_mV = 7 mV
param outer_mS = 3 mS/cm2
param outer_uA = 2 uA/cm2
param outer_mM = 30 mM
param outer_pL = 5 pL
{templates}
{inside}
bath outside {{ K = 4 mM; Na = 140 mM }}
membrane cell (inside | outside) {{
    area = 1000 um2
    capacitance = 1 uF/cm2
    V from currents starting at -70 mV
    channel leak {{ carries K, Na : 0.1; conductance = outer_mS * exp(V/outer_mV)/(1 + exp(V/outer_mV)) }}
    {carriers}
}}
scenario s {{ run 5 ms; from 1 ms: inject outer_uA into cell carried by K; measure v = outer_mM + outside.K at end;
    measure w = outer_pL }}
"""

# A body is a row of sentences, each under the word by which it is replaced; `gate …` holds a body of its own.
Body = dict[str, "str | Body"]

CHANNEL: tuple[Body, dict[str, str]] = (
    {
        "carries": "carries K",
        "conductance": "conductance = g * n^2",
        "gate n": {
            "inf": "inf = 1/(1 + exp(-(V + half)/slope))",
            "tau": "tau = 5 ms",
            "temperature_factor": "temperature_factor = 2",
        },
    },
    {"g": "mS/cm2", "half": "mV", "slope": "mV"},
)
PUMP: tuple[Body, dict[str, str]] = (
    {
        "moves": "moves 3 Na out, 2 K in, uses 1 ATP",
        "current": "current = most * in.Na/(in.Na + half)",
    },
    {"most": "uA/cm2", "half": "mM"},
)
PLACE: tuple[Body, dict[str, str]] = (
    {"volume": "volume = size", "K": "K = content", "Na": "Na = 12 mM", "ATP": "ATP = 3 mM held"},
    {"size": "pL", "content": "mM"},
)
OWN: dict[str, list[Body]] = {
    "channel": [
        {"carries": "carries Na"},
        {"conductance": "conductance = 0.5 * g * n"},
        {"gate n": {"tau": "tau = 2 ms + slope/(1 mV/ms)"}},
        {"gate n": {"start": "start = 0.2"}, "gate h": {"inf": "inf = 0.3", "tau": "tau = 9 ms"}},
        {"let extra": "let extra = g/2"},
    ],
    "pump": [{"moves": "moves 1 Na out, uses 1 ATP"}, {"current": "current = most"}, {}],
    "compartment": [{"Na": "Na = content/10"}, {"volume": "volume = 2 * size"}, {}],
}


@dataclass(frozen=True)
class Made:
    """A block: its kind, name and template, the parameters with defaults, the arguments, what it says itself."""

    kind: str
    name: str
    body: Body
    units: dict[str, str]
    defaults: dict[str, str]
    arguments: dict[str, str]
    own: Body

    def template(self) -> str:
        given = (
            f"{p} = {self.defaults[p]}" if p in self.defaults else f"{p} in {u}"
            for p, u in self.units.items()
        )
        return f"template {self.kind} T_{self.name}({', '.join(given)}) {{\n{lines(self.body)}\n}}"

    def instance(self) -> str:
        given = ", ".join(f"{p} = {value}" for p, value in self.arguments.items())
        own = f" {{\n{lines(self.own)}\n}}" if self.own else ""
        return f"{self.kind} {self.name} is T_{self.name}({given}){own}"

    def written_out(self) -> str:
        values = {**self.defaults, **self.arguments}
        params: Body = {f"param {p}": f"param {p} = {values[p]}" for p in self.units}
        return f"{self.kind} {self.name} {{\n{lines(over({**params, **self.body}, self.own))}\n}}"


def lines(body: Body) -> str:
    return "\n".join(
        said if isinstance(said, str) else f"{word} {{\n{lines(said)}\n}}" for word, said in body.items()
    )


def over(body: Body, own: Body) -> Body:
    found = dict(body)
    for word, said in own.items():
        base = found.get(word)
        found[word] = over(base, said) if isinstance(base, dict) and isinstance(said, dict) else said
    return found


@st.composite
def made(draw: st.DrawFn, kind: str, name: str, pattern: tuple[Body, dict[str, str]]) -> Made:
    body, units = pattern
    values = {
        p: st.sampled_from([f"{n} {u}" for n in (1, 2.5, 40)] + [f"outer_{u.partition('/')[0]}", f"(1 + 2) * 2 {u}"])
        for p, u in units.items()
    }  # fmt: skip
    defaults = {p: draw(values[p]) for p in units if draw(st.booleans())}
    arguments = {p: draw(values[p]) for p in units if p not in defaults or draw(st.booleans())}
    shuffled = {p: arguments[p] for p in draw(st.permutations(sorted(arguments)))}
    return Made(kind, name, body, units, defaults, shuffled, draw(st.sampled_from(OWN[kind])))


def model(blocks: list[Made], way: str) -> ionlang.Model:
    texts = {b.name: b.instance() if way == "made" else b.written_out() for b in blocks}
    inside = texts.pop("inside")
    carriers = "\n".join(texts.values())
    templates = "\n".join(b.template() for b in blocks) if way == "made" else ""
    return ionlang.loads(FRAME.format(templates=templates, inside=inside, carriers=carriers), "cell.ion")


def without_origins(module: str) -> str:
    return re.sub(r"cell\.ion:\d+", "cell.ion", module)


def codes(found: ionlang.Model) -> list[str]:
    """Without the warning that nothing reads a name: a default that an instance does not need is none."""
    return sorted(d.code for d in found.check() if d.code != "ION109")


@settings(deadline=None, max_examples=40)
@given(
    made("compartment", "inside", PLACE),
    st.lists(st.sampled_from(["channel", "pump"]), min_size=1, max_size=3).flatmap(
        lambda kinds: st.tuples(
            *(made(k, f"{k}_{i}", CHANNEL if k == "channel" else PUMP) for i, k in enumerate(kinds))
        )
    ),
)
def test_an_instance_is_its_text_written_out(place: Made, carriers: tuple[Made, ...]) -> None:
    blocks = [place, *carriers]
    by_template, by_hand = model(blocks, "made"), model(blocks, "by hand")
    assert not [d for d in by_hand.check() if d.severity == "error"], by_hand.check()
    assert codes(by_template) == codes(by_hand)
    assert by_template.cell == by_hand.cell
    assert without_origins(by_template.compile()) == without_origins(by_hand.compile())
