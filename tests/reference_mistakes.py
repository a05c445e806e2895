"""What newcomers write instead: for every word of the reference a text that goes wrong, and the message it gets.

Each text is added to the small cell `CELL`; `instead` texts replace a part of it.
"""

from __future__ import annotations

from dataclasses import dataclass

CELL = """
temperature = 37 degC
ion Na { valence = +1 }
ion K  { valence = +1 }
ion Cl { valence = -1 }
impermeant A { valence = -1 }
solute ATP
compartment inside {
    volume = 2 pL
    Na = 15 mM;  K = 140 mM;  Cl = 7 mM;  ATP = 3 mM held
    A balances charge
}
bath outside { Na = 145 mM;  K = 4 mM;  Cl = 149 mM }
param drive = 1
event release
membrane soma (inside | outside) {
    area = 900 um2
    capacitance = 1 uF/cm2
    V from currents starting at -70 mV
    channel leak { carries Na : drive, K : 20, Cl : 5;  permeability = 1e-6 cm/s * open;  gate open { decay = 9 s;  opens at release } }
    channel KDR { carries K;  conductance = 1 mS/cm2 * n;  gate n { inf = 1/(1 + exp(-V/(9 mV)));  tau = 5 ms } }
    pump NaK { moves 3 Na out, 2 K in, uses 1 ATP;  current = 0.5 uA/cm2 }
}
"""

RUN = "scenario s {\n    run 1 s\n    measure top = max(soma.V)\n"


@dataclass(frozen=True)
class Mistake:
    """A text that uses `word` as newcomers do, and the code of what is said of it."""

    word: str
    code: str
    text: str
    replaces: str = ""

    @property
    def whole(self) -> str:
        assert not self.replaces or self.replaces in CELL
        return CELL.replace(self.replaces, self.text) if self.replaces else f"{CELL}\n{self.text}\n"


def _act(word: str, code: str, sentence: str) -> Mistake:
    """A mistake in a sentence of a scenario."""
    return Mistake(word, code, f"{RUN}    {sentence}\n}}")


KINDS = (
    Mistake("ion", "ION301", "ion Mg { valence = 2.5 }\nbath sea { Mg = 1 mM }"),
    Mistake("solute", "ION105", "solute urea { valence = 0 }\nbath sea { urea = 1 mM }"),
    Mistake("impermeant", "ION302", "carries A;", "carries K;"),
    Mistake("compartment", "ION306", "compartment inside {", "compartment inside {\n    volume = 2 pL"),
    Mistake("bath", "ION105", "bath outside { volume = 1 pL; ", "bath outside {"),
    Mistake("membrane", "ION311", "membrane soma (inside | inside)", "membrane soma (inside | outside)"),
    Mistake(
        "channel",
        "ION306",
        "channel KDR { carries K;  gate",
        "channel KDR { carries K;  conductance = 1 mS/cm2 * n;  gate",
    ),
    Mistake(
        "gate", "ION306", "gate n { tau = 5 ms }", "gate n { inf = 1/(1 + exp(-V/(9 mV)));  tau = 5 ms }"
    ),
    Mistake(
        "scheme",
        "ION336",
        "n.O;  scheme n { C to O at 1 /ms;  B to D at 1 /ms } }",
        "n;  gate n { inf = 1/(1 + exp(-V/(9 mV)));  tau = 5 ms } }",
    ),
    Mistake(
        "pump",
        "ION307",
        "pump NaK { moves 3 Na out, 2 K in;",
        "pump NaK { moves 3 Na out, 2 K in, uses 1 ATP;",
    ),
    Mistake(
        "transporter",
        "ION308",
        "transporter KCC { moves 1 K out, 1 Cl out;  current = 1 pA }\n    pump NaK {",
        "pump NaK {",
    ),
    Mistake("water", "ION306", "water W { permeability = 0.002 cm/s }\n    pump NaK {", "pump NaK {"),
    Mistake(
        "flux",
        "ION207",
        "flux drain { moves 1 K from inside to outside, 1 Cl from inside to outside;  rate = 1 mM/s }",
    ),
    Mistake("reaction", "ION322", "reaction burning in outside { turns K into Na;  rate = 1 mM/s }"),
    Mistake(
        "buffer",
        "ION303",
        "solute B\nbuffer fast in inside { binds B;  total = 1 mM;  K_d = 1 uM }\nbath sea { B = 1 mM }",
    ),
    Mistake("variable", "ION306", "variable slow { inf = drive }"),
    Mistake("event", "ION208", "event spike { condition = soma.V }"),
    Mistake("modifier", "ION342", "modifier drug on inside { scale volume by 2 }"),
    Mistake(
        "cite", "ION141", 'cite paper { doi = "https://doi.org/10.1/x" }\nbath sea { K = 1 mM source paper }'
    ),
    Mistake(
        "arrangement",
        "ION101",
        "arrangement pair { variable q { start = 0;  inf = drive;  tau = 1 s } }\nlet twice = 2*q",
    ),
    Mistake("line", "ION035", "line tissue { spacing = 50 um }"),
    Mistake("diffusion", "ION106", "diffusion inside { K = 1e-5 cm2/s }"),
    Mistake("electrodiffusion", "ION106", "electrodiffusion inside { K = 1e-5 cm2/s }"),
    Mistake("gap_junction", "ION106", "gap_junction inside { conductance = 20 nS }"),
    Mistake("axial", "ION106", "axial inside { resistivity = 70 ohm.cm }"),
    Mistake("scenario", "ION405", "scenario s { run 1 s;  expect soma.V < 0 mV }"),
    Mistake("variant", "ION432", "variant mutant { at 5 s: set drive = 2 }"),
    Mistake("cite", "ION142", "cite book { }"),
)

SENTENCES = (
    Mistake("param", "ION104", "param rate = 5 /s"),
    Mistake("let", "ION103", "let drive = 1\n    pump NaK {", "pump NaK {"),
    Mistake("carries", "ION302", "carries ATP;", "carries K;"),
    Mistake("moves", "ION023", "moves 3 Na,", "moves 3 Na out,"),
    Mistake("turns", "ION321", "reaction burning in inside { turns ATP into Cl;  rate = 1 mM/s }"),
    Mistake(
        "balances", "ION301", "A = 1 mM\n    ATP balances charge", "  ATP = 3 mM held\n    A balances charge"
    ),
    Mistake("V from", "ION107", "V from current starting", "V from currents starting"),
    Mistake("excluded from V", "ION347", "excluded from V;  current = 0.5", "current = 0.5"),
    Mistake("binds", "ION306", "buffer fast in inside { total = 1 mM;  K_d = 1 uM }"),
    Mistake("instantaneous", "ION305", "tau = 5 ms;  instantaneous", "tau = 5 ms"),
    Mistake("opens at", "ION341", "opens at drive", "opens at release"),
    Mistake(
        "to … at",
        "ION335",
        "n.O;  scheme n { C to O at 1 /ms;  C to O at 2 /ms;  O to C at 1 /ms } }",
        "n;  gate n { inf = 1/(1 + exp(-V/(9 mV)));  tau = 5 ms } }",
    ),
    Mistake("use", "ION111", 'use "no_such_file.ion"'),
    Mistake(
        "template",
        "ION123",
        "template variable slow(p in s) { start = 0;  inf = 1;  tau = p }\nvariable q is slow",
    ),
    Mistake("extend", "ION126", "extend nobody { area = 1 um2 }"),
    Mistake("tune", "ION451", "tune drive, inside.Na, inside.K, inside.Cl, soma.V so that start is rest"),
    Mistake("begin", "ION410", "scenario s { begin at end of s;  run 1 s;  measure top = max(soma.V) }"),
    Mistake("run", "ION036", "scenario s { run until soma.V > 0 mV;  measure top = max(soma.V) }"),
    Mistake(
        "sweep", "ION025", "scenario s { run 1 s;  sweep drive from 1 to 2;  measure top = max(soma.V) }"
    ),
    Mistake("find", "ION025", "scenario s { run 1 s;  find drive from 1 to 9 where max(soma.V) > 0 mV }"),
    Mistake("compare", "ION435", "scenario s { run 1 s;  compare soma;  measure top = max(soma.V) }"),
    Mistake("measure", "ION405", "scenario s { run 1 s;  measure top = soma.V }"),
    Mistake("expect", "ION404", "scenario s { run 1 s;  expect soma.V at end = -70 mV }"),
)

ACTIONS = (
    _act("set", "ION110", "set leak = 0"),
    _act("scale", "ION204", "from 0.1 s: scale drive by 2 mV"),
    _act("shift", "ION204", "from 0.1 s: shift KDR.n by 2"),
    _act("ramp", "ION402", "from 0.1 s: ramp soma.V to 0 mV over 1 s"),
    _act("relax", "ION025", "from 0.1 s: relax drive to 0 over 1 s"),
    _act("block", "ION110", "from 0.1 s: block soma"),
    _act("inject", "ION025", "from 0.1 s: inject 3 pA into soma"),
    _act("hold", "ION402", "from 0.1 s: hold drive"),
    _act("clamp", "ION402", "from 0.1 s: clamp drive to 2"),
    _act("add", "ION409", "add 1 mM to inside.K"),
    _act("fire", "ION409", "fire release"),
    _act("apply", "ION101", "apply ouabain"),
)

MOMENTS = (
    _act("at T:", "ION407", "at 5 s: set drive = 2"),
    _act("from T:", "ION014", "from 0.1 s block NaK"),
    _act("from T for D:", "ION037", "from 0.1 s to 0.5 s: block NaK"),
    _act("from T until c:", "ION208", "from 0.1 s until soma.V: block NaK"),
    _act("from T for D every P for W:", "ION411", "from 0 s for 1 s every 0.1 s for 0.2 s: set drive = 2"),
    _act("every P from T:", "ION408", "every 0.1 s from 0 s: block NaK"),
    _act("when c:", "ION208", "when soma.V: fire release"),
)

EVERY = (*KINDS, *SENTENCES, *ACTIONS, *MOMENTS)
