"""More of what newcomers write instead: see `reference_mistakes.py`."""

from __future__ import annotations

from tests.reference_mistakes import CELL, RUN, Mistake

_GATE = "gate n { inf = 1/(1 + exp(-V/(9 mV)));  tau = 5 ms }"


def _more(word: str, code: str, text: str) -> Mistake:
    return Mistake(word, code, text)


def _other(word: str, code: str, text: str, replaces: str) -> Mistake:
    assert replaces in CELL
    return Mistake(word, code, text, replaces)


def _act(word: str, code: str, sentence: str) -> Mistake:
    return Mistake(word, code, f"{RUN}    {sentence}\n}}")


def _whole(word: str, code: str, sentences: str) -> Mistake:
    return Mistake(word, code, f"scenario whole {{ {sentences} }}")


_TOP = "measure top = max(soma.V)"

FURTHER = (
    _more("ion", "ION306", "ion Mg\nbath sea { Mg = 1 mM }"),
    _other("compartment", "ION204", "K = 140;", "K = 140 mM;"),
    _other("compartment", "ION016", "K = 140mM;", "K = 140 mM;"),
    _other(
        "membrane",
        "ION306",
        "capacitance = 1 uF/cm2\n",
        "capacitance = 1 uF/cm2\n    V from currents starting at -70 mV\n",
    ),
    _other("membrane", "ION351", "V = -70 mV", "V from currents starting at -70 mV"),
    _more(
        "membrane",
        "ION101",
        "membrane m (inside | outsde) { capacitance = 1 pF;  V from currents starting at 0 mV }",
    ),
    _other("channel", "ION113", "mS/cm2 * n * hill(K, 1 mM, 2);", "mS/cm2 * n;"),
    _other("channel", "ION105", "g = 1 mS/cm2", "conductance = 1 mS/cm2"),
    _more("channel", "ION106", "channel X { carries K;  conductance = 1 nS }"),
    _other("gate", "ION305", "beta = 5 /ms", "tau = 5 ms"),
    _other("gate", "ION106", "gate q { inf = 1;  tau = 1 ms }\n    pump NaK", "pump NaK"),
    _other(
        "scheme",
        "ION204",
        "1 mS/cm2 * n.O;  scheme n { C to O at 1;  O to C at 1 /s }",
        f"1 mS/cm2 * n;  {_GATE}",
    ),
    _other("pump", "ION306", "uses 1 ATP }", "uses 1 ATP;  current = 0.5 uA/cm2 }"),
    _other("pump", "ION305", "rate = 1 fmol/s;  current = 0.5", "current = 0.5"),
    _other(
        "water", "ION024", "water { permeability = 0.01 cm/s;  molar_volume = 18 mL/mol }\n    pump", "pump"
    ),
    _more("flux", "ION307", "flux f { moves 1 K in, 1 Cl in;  rate = 1 fmol/s }"),
    _more("reaction", "ION035", "reaction r { turns Na into K;  forward = 5 /s }"),
    _more("reaction", "ION204", "reaction r in inside { turns Na into K;  forward = 5 /mM/s }"),
    _more("buffer", "ION105", "buffer b in inside { binds Na;  total = 5 mM;  Kd = 1 mM }"),
    _more("variable", "ION204", "variable v { start = 0 mM;  rate = 1 /s }"),
    _more("modifier", "ION035", "modifier m { scale conductance by 2 }"),
    _more("arrangement", "ION106", "arrangement a { ion Mg { valence = +2 } }"),
    _more(
        "line",
        "ION306",
        "arrangement p { variable q { start = 0;  inf = drive;  tau = 1 s } }\nline l of 9 p { spacing = 5 um }",
    ),
    _more(
        "line",
        "ION481",
        "arrangement p { variable q { start = 0;  inf = drive;  tau = 1 s } }\nline l of 1 p { spacing = 5 um;  ends = closed }",
    ),
    _more("cite", "ION105", 'cite paper { year = "1952" }\nbath sea { K = 1 mM source paper }'),
    _more("cite", "ION142", "cite paper\nbath sea { K = 1 mM source paper }"),
    _more("cite", "ION140", "bath sea { K = 1 mM source paper }"),
    _more("variant", "ION107", "variant m { measure q = max(soma.V) }"),
    _other("moves", "ION023", "moves 3 Na outside", "moves 3 Na out"),
    _other("moves", "ION307", "moves 1.5 Na out", "moves 3 Na out"),
    _other("moves", "ION101", "uses 1 GTP", "uses 1 ATP"),
    _other("moves", "ION010", "2 K in;  uses 1 ATP", "2 K in, uses 1 ATP"),
    _more("turns", "ION021", "reaction r in inside { turns Na -> K;  forward = 5 /s }"),
    _other("balances", "ION305", "Cl balances charge;  A balances charge", "Cl = 149 mM"),
    _other("opens at", "ION101", "opens at relase", "opens at release"),
    _more("use", "ION027", "use cell.ion"),
    _more("use", "ION120", "use mammal"),
    _more("template", "ION121", "template bath salt(c = 1 mM) { Na = c }\nbath a is salt\nbath sea is slat"),
    _more("template", "ION204", "template bath salt(c = 1 mM) { Na = c }\nbath sea is salt(c = 3 mV)"),
    _more("extend", "ION105", "extend soma { aera = 5 um2 }"),
    _more("tune", "ION025", "tune drive, inside.Cl such that start is rest"),
    _more("tune", "ION025", "tune drive and inside.Cl so that start is rest"),
    _more("tune", "ION025", "tune drive so that soma.V is -70 mV"),
    _more("tune", "ION101", "tune dirve so that soma.V at rest = -70 mV"),
    _more("tune", "ION202", "tune drive so that soma.V at rest = -70"),
    _more("tune", "ION405", "tune drive so that soma.V = -70 mV"),
    _more("tune", "ION107", "scenario s { tune drive so that start is rest }"),
    _whole("run", "ION204", f"run 10;  {_TOP}"),
    _whole("run", "ION305", f"run 10 s;  run 5 s;  {_TOP}"),
    _whole("begin", "ION025", f"begin rest;  run 5 s;  {_TOP}"),
    _act("find", "ION101", "find dirve from 1 to 9 so that max(soma.V) > 0 mV"),
    _act("find", "ION405", "find drive from 1 to 9 so that soma.V > 0 mV"),
    _act("find", "ION208", "find drive from 1 to 9 so that max(soma.V)"),
    _act("find", "ION461", "find drive from 1 to 9 so that drive > 3"),
    _act("find", "ION204", "find drive from 1 to 9 mM so that max(soma.V) > 0 mV"),
    _act("find", "ION462", "find drive from 1 to 9 so that max(soma.V) > 0 mV within 0"),
    _act("sweep", "ION101", "sweep dirve over 1, 2"),
    _act("compare", "ION027", 'compare "a", "b"'),
    _act("measure", "ION013", "measure max(soma.V)"),
    _act("expect", "ION021", "expect soma.V at end == -70 mV +- 1 mV"),
    _act("expect", "ION202", "expect soma.V at end = -70 mV +- 1"),
    _act("set", "ION402", "from 0.1 s: set soma.V = 0 mV"),
    _act("set", "ION204", "from 0.1 s: set outside.K = 8 mV"),
    _act("scale", "ION025", "from 0.1 s: scale drive 2"),
    _act("ramp", "ION025", "from 0.1 s: ramp drive to 2"),
    _act("block", "ION312", "from 0.1 s: block NaK by 60"),
    _act("inject", "ION204", "from 0.1 s: inject 3 into soma carried by K"),
    _act("inject", "ION110", "from 0.1 s: inject 3 pA into inside carried by K"),
    _act("clamp", "ION025", "from 0.1 s: clamp soma.V = 0 mV"),
    _act("add", "ION402", "when soma.V > 0 mV: add 1 mM to outside.K"),
    _act("fire", "ION101", "at 0.5 s: fire spike"),
    _act("fire", "ION110", "at 0.5 s: fire drive"),
    Mistake(
        "apply",
        "ION115",
        f"modifier m(dose in uM) on soma.KDR {{ scale conductance by dose/(1 uM) }}\n{RUN}    apply m\n}}",
    ),
    _act("at T:", "ION025", "at 0.1 s, 0.2 s: fire release"),
    _act("every P from T:", "ION025", "every 0.1 s: fire release"),
    _act("when c:", "ION101", "when spike: set soma.V = 0 mV"),
)
