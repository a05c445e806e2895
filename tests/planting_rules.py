"""Every kind of mistake as a rule that plants it, once or in several ways."""

from __future__ import annotations

from tests.planting import Rule
from tests.planting_lines import LINES

_VALUE = r"\b(conductance|capacitance|volume|area) *= *([\d.]+ [\w/]+)(?= *[;}\n])"
_CONTENT = r"\b(Na|K|Cl) *= *([1-9][\d.]*) mM\b"
_BODY = r"\A((?:bath|compartment|membrane|scenario) [^{]*\{)"
_SCENARIO = r"\A(scenario [^{]*\{)"
_MEMBRANE = r"\A(membrane [^{]*\{)"
_WHOLE = r"\A([\s\S]*)\Z"
_ANY = r"\A(?:ion|bath|membrane|scenario)"
_RUNS = r"\brun (?:\d|until)"

SYNTAX = (
    Rule("ION001", r"\b(valence|conductance|capacitance|volume|temperature) *= ", r"\1 «＝» "),
    Rule("ION001", r"(carries \w+);", r"\1«；»"),
    Rule("ION002", _VALUE, r"\1 = \2 «~»"),
    Rule("ION002", r"(valence = [+-]?\d)", r"\1 «$»"),
    Rule("ION003", r"\A(scenario \w+) \{", r'\1 «"planted» {'),
    Rule("ION004", r'\A("""\.+)"""', r'«"""»planted'),
    Rule("ION005", r"\b(conductance|capacitance|volume|valence) *= ", r"\1 = «(»"),
    Rule("ION006", _VALUE, r"\1 = \2«)»"),
    Rule("ION006", r"(valence = [+-]?\d)", r"\1«)»"),
    Rule("ION007", r"\A(\w+ +\w+[^{]*)\{([\s\S]*)\}\s*\Z", r"\1«{»\2"),
    Rule("ION008", r"\A(\w+ +\w+[^{]*\{[\s\S]*\})\s*\Z", r"\1 «}»"),
    Rule(
        "ION009",
        r"\A(ion|solute|impermeant|compartment|bath|membrane|flux|scenario)(?= +\w[^\n]*\{)",
        r"«\1x»",
    ),
    Rule("ION009", r"\b(channel|pump|gate)(?= \w+ +\{)", r"«\1x»"),
    Rule("ION010", r"\bcarries (?=\w)", r"«carry» "),
    Rule("ION010", r"\bexpect (?=\w)", r"«expects» "),
    Rule("ION011", r"\b(conductance|capacitance|volume|valence) *=[^;}\n]+", r"\1 «=»"),
    Rule("ION012", r"= ([\d.]+ m?[A-Za-z]+)/(cm2|ms)\b", r"= \1 «\2»"),
    Rule("ION013", r"\b(conductance|capacitance|volume|area) *= *([\d.]+)", r"\1 «\2»"),
    Rule("ION014", r"\b((?:at|from) [\d.]+ m?s): (\w+)", r"\1 «\2»"),
    Rule("ION015", r"(carries \w+); +(\w+)", r"\1 «\2»"),
    Rule("ION016", r"(?<=[ (])([\d.]+) (mM|mV|pL|um2)(?![\w./])", r"«\1\2»"),
    Rule("ION017", r"(?<=[ (])([\d.]+ (?:mM|mV|pL))(?= *[;}\n)])", r"«\1^2»"),
    Rule(
        "ION018",
        _SCENARIO,
        r"\1\n    measure planted = time(«time > 1 s and time > 2 s or time > 3 s»)",
        _RUNS,
    ),
    Rule("ION019", _SCENARIO, r"\1\n    measure planted = time(«1 ms < time < 3 ms»)", _RUNS),
    Rule("ION020", _SCENARIO, r"\1\n    measure planted = time({m}.V «=» 3 mV)", _RUNS),
    Rule("ION021", r"(\w)\^(?=\d)", r"\1«**»"),
    Rule("ION021", r"(expect [^\n=<>]+) = ", r"\1 «==» "),
    Rule("ION022", r"\bmoves (\d) (\w+)", r"moves \1 «mM» \2"),
    Rule("ION023", r"\b(moves \d? ?\w+) out,", r"\1«,»"),
    Rule("ION024", r"\((\w+) \| (\w+)\)", r"(\1 «\2»)"),
    Rule("ION024", r"\A(scenario \w+) \{", r"\1 «planted» {"),
    Rule("ION025", r"(\w+ balances) charge", r"\1 «mass»"),
    Rule("ION025", r"\binto (\w+) carried", r"«in» \1 carried"),
    Rule("ION026", r"\bcarries \w+", r"carries «2»"),
    Rule("ION027", r"\A(ion|bath|membrane)(?= )", r"use «planted.ion»\n\1"),
    Rule("ION028", r"\b((?:from|at) [\d.]+ m?s(?: for [\d.]+ m?s)?): (\w+) ([^\n]+)", r"\1: \2 \3; «\2 \3»"),
    Rule("ION029", r"= (\d+)\.(\d+)(?= [a-zA-Z])", r"= \1«,»\2", without=r"\Atemplate"),
    Rule("ION030", r"(valence = [+-]?\d+) *\}", r'\1; «"""planted"""» }'),
    Rule("ION031", r"\A(ion|bath|membrane)(?= )", r"«run» = 2 s\n\1"),
    Rule("ION032", _VALUE, r"\1 = \2 «+-» 1 %"),
    Rule("ION033", r"(valence = [+-]?\d+)", r"\1«,» planted = 2"),
    Rule("ION033", r"\bcarries (K|Na|Cl)\b(?! *:)", r"carries \1 «and» \1"),
    Rule("ION034", _VALUE, rf"\1 = «{'-' * 130}\2»"),
    Rule("ION035", r"\b((?:channel|compartment) \w+) +\{", r"\1 in «planted» {"),
    Rule("ION036", r"\brun ([\d.]+ m?s)", r"run until «time > \1»"),
    Rule("ION037", r"\bfrom ([\d.]+ m?s) for", r"from \1 «to»"),
)

NAMES = (
    Rule("ION101", r"\bcarries (?:K|Na|Cl)\b", r"carries «Zz»"),
    Rule("ION101", r"\bconductance *= ", r"conductance = «planted» * "),
    Rule("ION101", r"\bblock \w+", r"block «planted»", without=r"\Amodifier"),
    Rule("ION101", r"(expect \w+)\.V(?= at)", r"\1.«planted»"),
    Rule(
        "ION102",
        r"\A(ion|solute|bath|compartment|membrane|scenario) +(\w+)([\s\S]*)\Z",
        r"\1 \2\3\nparam «\2» = 1 mV",
    ),
    Rule("ION103", r"\A((?:compartment|bath|membrane) (\w+)[^{]*\{)", r"\1 let «\2» = 1 mV;"),
    Rule("ION104", _WHOLE, r"\1\nparam «mV» = 2", r"\A(?:ion|bath|membrane|scenario)"),
    Rule("ION104", _MEMBRANE, r"\1 let «exp» = 1;"),
    Rule(
        "ION105",
        r"(?<![.\w])(conductance|capacitance|volume|valence|area|permeability|current)(?= *=)",
        r"«\1x»",
    ),
    Rule(
        "ION106",
        _WHOLE,
        r"\1\n«gate planted» { inf = 1;  instantaneous }",
        r"\A(?:ion|bath|membrane|scenario)",
    ),
    Rule("ION106", _MEMBRANE, r"\1 «gate planted» { inf = 1;  instantaneous };"),
    Rule("ION107", _BODY, r"\1 «instantaneous»;"),
    Rule("ION107", r"\bV from currents\b", r"V from «nowhere»"),
    Rule("ION109", _WHOLE, r"\1\nparam «planted» = 1 mV", r"\A(?:ion|bath|membrane|scenario)"),
    Rule("ION110", r"\bblock (\w+)(?! by|[\w.])", r"set «\1» = 0 pA"),
    Rule("ION110", _SCENARIO, r"\1\n    hold «{m}»"),
    Rule("ION111", r"\A(ion|bath|membrane|scenario)(?= )", r'use «"planted.ion"»' + "\n" + r"\1"),
    Rule("ION113", r"\b(?:in|out)\.(Na|K|Cl)\b", r"«\1»"),
    Rule("ION114", r"\b(?:m|n|h|p)\^", r"«W»^"),
    Rule("ION114", _WHOLE, r"\1\nlet planted = 2 * «s»", r"\A(?:ion|bath|membrane|scenario)"),
    Rule("ION115", r"\blinoid\(([^,()]*), [^()]*\)", r"«linoid(\1)»"),
    Rule("ION115", _WHOLE, r"\1\nlet planted = «exp(1, 2)»", r"\A(?:ion|bath|membrane|scenario)"),
    Rule("ION116", r"\b(?:max|min)\((\w+)\.\w+(?!\.|\w)", r"max(«\1»"),
    Rule("ION116", r"\bexpect (\w+)\.V at", r"expect «\1» at"),
)

REUSE = (
    Rule("ION128", _WHOLE, r"\1\nuse media\nion «HCO3» { valence = -2 }\nbath planted is media.CSF", _ANY,
         nowhere="HCO3"),
    Rule("ION120", r"\A(ion|bath|membrane)(?= )", r"use «planted»" + "\n" + r"\1"),
    Rule("ION121", _MEMBRANE, r"\1 channel planted_1 is «planted»;"),
    Rule("ION122", _MEMBRANE, r"template gate planted { inf = 1;  instantaneous }" + "\n" + r"\1 channel planted_1 is «planted»;"),
    Rule("ION123", _WHOLE, r"\1\ntemplate bath planted(p = 1 mM) { }\nbath planted_1 is planted(«q» = 1 mM)", _ANY),
    Rule("ION123", _WHOLE, r"\1\ntemplate bath planted(p in mM) { }\nbath planted_1 «is planted»", _ANY),
    Rule("ION124", _WHOLE, r"\1\ntemplate gate planted { gate planted_1 «is planted» }", _ANY),
    Rule("ION125", _WHOLE, r"\1\ntemplate ion planted(«p = 1») { valence = +1 }", _ANY),
    Rule("ION126", _WHOLE, r"\1\nextend «planted» { }", _ANY),
    Rule("ION127", _WHOLE, r"\1\nextend {m} { param planted = 1 }\nextend {m} { «param planted = 2» }", _ANY),
)  # fmt: skip

UNITS = (
    Rule("ION201", r"(?<=[ (])([\d.]+) (?:mM|mV)(?![\w./])", r"\1 «mQ»"),
    Rule("ION202", r"\(V ([+-]) ([\d.]+) mV\)", r"(V \1 «\2»)"),
    Rule("ION202", r"(expect [^\n]+ \+- )[\d.e-]+ (?!fmol)[\w/]+", r"\1«1 mol»"),
    Rule("ION202", _WHOLE, r"\1\nlet planted = 1 mV + «2 mM»", r"\A(?:ion|bath|membrane|scenario)"),
    Rule("ION203", r"exp\((-\(V [+-] [\d.]+ mV\))/\([\d.]+ mV\)\)", r"exp(«\1»)"),
    Rule("ION203", _WHOLE, r"\1\nlet planted = exp(«2 mV»)", r"\A(?:ion|bath|membrane|scenario)"),
    Rule("ION204", _VALUE, r"\1 = «2 kJ»"),
    Rule("ION204", _CONTENT, r"\1 = «\2 mV»"),
    Rule("ION204", r"\brun ([\d.]+) m?s\b", r"run «\1 mV»"),
    Rule("ION205", _WHOLE, r"\1\nlet planted = (2 mM)^«pi»", r"\A(?:ion|bath|membrane|scenario)"),
    Rule("ION206", _VALUE, r"\1 = «1e999 mS/cm2»"),
    Rule("ION206", _CONTENT, r"\1 = «1e999 mM»"),
    Rule("ION207", r"\brate *= \(([^\n]*)\) \* \w+\.volume", r"rate = («\1»)"),
    Rule("ION207", r"\bcurrent *= [^\n}]*(?=\n)", r"rate = «3 mM/s»", r"\bmoves "),
    Rule("ION208", r"\bcount\((\w+\.\w+) > [^),]*", r"count(«\1»"),
    Rule("ION208", _WHOLE, r"\1\nlet planted = 2 * («1 mV > 2 mV»)", r"\A(?:ion|bath|membrane|scenario)"),
)

CHEMISTRY = (
    Rule("ION301", r"\bvalence = [+-]?[\d.]+", r"valence = «0»"),
    Rule("ION302", r"\bcarries (?:K|Na|Cl)\b(?! between)", r"carries «{still}»"),
    Rule("ION302", r"\bcarries (?:K|Na|Cl)\b(?! between)", r"carries «{fuel}»"),
    Rule("ION303", _WHOLE, r"\1\nlet planted = 2 * {absent}", r"\A(?:ion|bath|membrane|scenario)"),
    Rule("ION304", _CONTENT, r"\1 = «-\2 mM»"),
    Rule("ION305", r"(?<![.\w])(?<!set )(conductance|capacitance|volume|valence) *= ([^;\n}]+)", r"\1 = \2; «\1» = \2"),
    Rule("ION306", r"(channel \w+) *\{\s*carries [^;\n]+[;\n]", r"«\1» {"),
    Rule("ION306", r"\A(membrane \w+ \([^)]*\))([^{]*\{[\s\S]*?)\bcapacitance = [^;\n]+", r"«\1»\2"),
    Rule("ION307", r"\bmoves \d (\w+)", r"moves «0» \1"),
    Rule("ION307", r"(moves [^\n,;]*, [^\n,;]*), uses [^\n;]*", r"«\1»"),
    Rule("ION308", r"moves [^\n;]*([;\s]+)current\b", r"moves 1 {ion} out, 1 {ion} in, uses 1 {fuel}\1«current»"),
    Rule("ION310", r"\A(temperature) *= (\S+ \w+)", r"\1 = \2" + "\n«thermal_voltage = 26 mV»"),
    Rule("ION310", r"\A(thermal_voltage) *= (\S+ \w+)", r"\1 = \2" + "\n«temperature = 37 degC»"),
    Rule("ION311", r"\((\w+) \| \w+\)", r"(\1 | «\1»)"),
    Rule("ION312", _VALUE, r"\1 = «-\2»"),
    Rule("ION312", r"\bblock ([\w.]+)(?! by|[\w.])", r"block \1 by «150 %»"),
    Rule("ION313", _MEMBRANE,
         r"\1 channel planted { carries «charge»;  conductance = 1 mS/cm2;  reversal = 0 mV };", "starting at"),
    Rule("ION314", _WHOLE, r"\1\nflux «planted» { moves {ion} from {place} to nowhere_else;  rate = 1 fmol/s }"
         "\nbath nowhere_else { {ion} = 1 mM }", r"\A(?:ion|bath|membrane|scenario)"),
    Rule("ION315", _WHOLE, r"\1\nflux planted { moves «ATP from inside to nothing»;  rate = 1 fmol/s }",
         r"\Acompartment inside[^}]*ATP"),
    Rule("ION316", r"\brun ([\d.]+ m?s)\b", r"run «\1 * {m}.V/(1 mV)»"),
    Rule("ION316", r"\A(compartment [^}]*?)\b(Na|K|Cl) *= *([1-9][\d.]*) mM\b(?! held)",
         r"\1\2 = «\3 mM * {m}.V/(1 mV)»"),
    Rule("ION317", r"\Acompartment (\w+)( *\{[^}]*)\bA balances charge", r"compartment «\1»\2A = 1 uM", r"\b(?:K|Cl) *="),
    Rule("ION320", r"\bcurrent *= [^\n}]*(?=\n)", r"current = 1 uA/cm2 * «affinity»", r"\bmoves [^\n]*uses"),
    Rule("ION321", r"\A(compartment (\w+)[^}]*?\b(K|Na|Cl) *= [\s\S]*)\Z",
         r"\1\nreaction planted in \2 { «turns \3 into nothing»;  rate = 1 mM/s }"),
    Rule("ION322", r"\A(bath (\w+)[^}]*?\b(K|Na|Cl) *= [\s\S]*)\Z",
         r"\1\nreaction planted in «\2» { turns \3 into nothing;  rate = 1 mM/s }"),
    Rule("ION323", r"\A(membrane \w+ \(\w+ \| \w+\)[^{]*\{)", r"\1 transporter planted { moves {ion} out;"
         "  rate = «1 umol/m2/s * log(in.{ion}/out.{ion})» };", "starting at"),
    Rule("ION352", r"\A(membrane \w+ \(\w+ \| \w+\)[^{]*\{)",
         r"\1 channel planted { carries {ion};  current = «-1 mS/cm2 * (V - E({ion}))» };", "starting at"),
    Rule("ION353", r"\A(membrane \w+ \(\w+ \| \w+\)[^{]*\{)",
         r"\1 channel planted { carries {ion};  conductance = 1 mS/cm2;  reversal = «300 mV» };", "starting at"),
)  # fmt: skip

GATES = (
    Rule("ION335", r"\b(\w+ to \w+ at) ([^\n;]+)", r"\1 \2;  «\1 1 /ms»", r"\bscheme "),
    Rule("ION335", r"\bscheme (\w+) \{", r"scheme \1 { «P to P at 1 /ms»;"),
    Rule("ION336", r"\bscheme (\w+) \{", r"scheme «\1» { P to Q at 1 /ms;  Q to P at 1 /ms;"),
    Rule("ION337", r"\bscheme (\w+) \{(\s*(\w+) to \w+ at)", r"scheme «\1» { \3 to P at 1 /ms;  start = \3;\2"),
    Rule("ION338", r"\bscheme (\w+) \{(\s*(\w+) to \w+ at)", r"scheme «\1» { \3 to P at 1 /ms;\2"),
    Rule("ION339", r"\bscheme (\w+) \{(\s*(\w+) to \w+ at) ([^\n;]+)", r"scheme \1 {\2 «\4 * \1.\3»"),
    Rule("ION340", r"\bscheme (\w+) \{(\s*(\w+) to (\w+) at)",
         r"scheme «\1» { P to \3 at 1 /ms;  \3 to P at 1 /ms;  P to \4 at 1 /ms;  \4 to P at 7 /ms;\2"),
    Rule("ION341", r"\bopens at \w+", r"opens at «{m}»"),
    Rule("ION342", r"\A(modifier [^{]*\{[^}]*?\bscale )conductance", r"\1«permeability»"),
    Rule("ION342", r"\A(modifier [^{]*) on [\w.]+", r"\1 on «{place}»"),
)  # fmt: skip

PLACES = (
    Rule("ION345", r"\A(bath (\w+)[\s\S]*)\Z", r"\1\nbath planted_1 { }\nmembrane planted (\2 | planted_1)"
         " { area = 1 um2;  capacitance = 1 uF/cm2;  V from currents starting at 0 mV\n"
         "    water «planted_2» { permeability = 0.01 cm/s;  molar_volume = 18 mL/mol } }"),
    Rule("ION345", r"\A(membrane \w+ \(\w+ \+ [^{]*\{)",
         r"\1 water «planted» { permeability = 0.01 cm/s;  molar_volume = 18 mL/mol };"),
    Rule("ION346", r"\bcarries (\w+) between \w+ and \w+", r"carries «\1»"),
    Rule("ION346", r"\bmoves (\d? ?)(\w+) from \w+ to \w+,", r"moves «\1\2 out»,", r"\A[^{]* \+ "),
    Rule("ION347", r"(channel \w+ *\{[^{}]*?conductance *= [^\n;}]+)", r"\1;  «excluded from V»"),
    Rule("ION348", r"\A(membrane \w+ (\(\w+ \| \w+\))[\s\S]*?\bchannel \w+ *\{\s*carries (\w+)\b[\s\S]*)\Z", r"\1\nmembrane «planted» \2 { area = 1 um2;  V from zero_current;"
         r"  channel planted_1 { carries \3;  conductance = 1 mS/cm2;  excluded from V } }", without=r"carries charge|V from charge"),
    Rule("ION351", r"\A(membrane \w+ (\(\w+ \| \w+\))[\s\S]*)\Z", r"\1\nmembrane planted \2 { area = 1 um2;  «V» = -65 mV }"),
    Rule("ION349", r"\A(bath (\w+)[\s\S]*)\Z", r"\1\nbath planted_1 { }\nmembrane «planted» (\2 | planted_1)"
         " { area = 1 um2;  capacitance = 1 uF/cm2;  V from charge }"),
    Rule("ION350", r"\A(membrane \w+ [^{]*\{\s*(?:area = [^\n;]+[\n;]\s*)?)V = ([^;\n}]+)", r"\1V = «abs(\2)»"),
)  # fmt: skip

EQUATIONS = (
    Rule("ION401", _WHOLE, r"\1\nlet «planted» = planted + 1 mV", r"\A(?:ion|bath|membrane|scenario)"),
    Rule("ION401", r"channel (\w+)( *\{[^{}]*)\bconductance *= ([\d.]+ [\w/]+)",
         r"channel \1\2conductance = \3 * «\1.current»/(1 pA)"),
    Rule("ION402", _SCENARIO, r"\1\n    «set {m}.V = -60 mV»"),
    Rule("ION402", _SCENARIO, r"\1\n    at 0 s: «set {wide}.area = 2 um2»", _RUNS),
    Rule("ION402", _SCENARIO, r"\1\n    hold «{wide}.area»"),
    Rule("ION403", _SCENARIO, r"\1\n    set {wide}.area = 2 um2\n    «set {wide}.area = 3 um2»"),
    Rule("ION404", r"(expect (?![^\n]*count\()[^\n=<>]+ = [^\n]+?) \+- [^\n]+", r"«\1»"),
    Rule("ION405", r"expect (\w+\.V) at (?:end|rest|start|[\d.]+ m?s)", r"expect «\1»"),
    Rule("ION406", _SCENARIO, r"\1\n    measure planted = «{m}.V at rest»", _RUNS, r"begin at rest"),
    Rule("ION406", _SCENARIO, r"\1\n    measure planted = «{m}.V at end»", without=_RUNS),
    Rule("ION407", r"\b(from|at) [\d.]+ (m?s)(?=[ :])", r"\1 «1e9 \2»"),
    Rule("ION408", r"^( +)from ([\d.]+ m?s) for [\d.]+ m?s: (\w+ [^\n]+)", r"\1every 1 s from \2: «\3»"),
    Rule("ION409", _SCENARIO, r"\1\n    from 1 us: «add 1 mV to {m}.V»", _RUNS),
    Rule("ION409", _SCENARIO, r"\1\n    «add 1 mV to {m}.V»", _RUNS),
    Rule("ION410", r"\A(scenario (\w+)[^{]*\{)", r"\1\n    begin at end of «\2»", _RUNS, r"\bbegin\b"),
    Rule("ION411", _SCENARIO, r"\1\n    from 0 s for 5 us every 1 us for «2 us»: hold {m}.V", _RUNS),
    Rule("ION412", _SCENARIO, r"\1\n    every «1e-9 ms» from 0 s: add 1 mV to {m}.V", _RUNS),
    Rule("ION430",
         r"\A(membrane (\w+)[\s\S]*?channel (\w+) \{(?:(?!channel)[\s\S])*?gate (\w+) *\{\s*inf[^{}]*\btau[\s\S]*)\Z",
         r"\1\nscenario planted { sweep «\2.\3.\4» over 0.1, 0.2 }"),
    Rule("ION431", _SCENARIO, r"\1\n    sweep {wide}.area from 1 um2 to 2 um2 in «0» steps"),
    Rule("ION432", _WHOLE, r"\1\nvariant planted { «at 1 s»: set {wide}.area = 2 um2 }", r"\A(?:ion|bath|membrane|scenario)"),
    Rule("ION433", _SCENARIO, r"\1\n    set {wide}.area = 2 um2\n    «sweep {wide}.area over 3 um2»"),
    Rule("ION460",
         r"\A(membrane (\w+)[\s\S]*?channel (\w+) \{(?:(?!channel)[\s\S])*?gate (\w+) *\{\s*inf[^{}]*\btau[\s\S]*)\Z",
         r"\1\nscenario planted { find «\2.\3.\4» from 0.1 to 0.2 so that {m}.V at rest < 0 mV }"),
    Rule("ION461", _SCENARIO, r"\1\n    find {wide}.area from 1 um2 to 2 um2 so that «{wide}.area > 1 um2»", without=r"\bsweep\b"),
    Rule("ION462", _SCENARIO, r"\1\n    find {wide}.area from 1 um2 to «1 um2» so that max({m}.V) < 0 mV", _RUNS),
    Rule("ION463", _SCENARIO, r"\1\n    set {wide}.area = 2 um2\n    «find {wide}.area from 1 um2 to 2 um2 so that max({m}.V) < 0 mV»", _RUNS),
    Rule("ION434", _WHOLE, r"\1\nvariant planted { }\nlet planted_2 = «planted.top»", r"\A(?:ion|bath|membrane|scenario)"),
    Rule("ION435", _SCENARIO, r"\1\n    compare «{m}»", without=r"\bcompare\b"),
    Rule("ION440", _SCENARIO, r"\1\n    measure planted = input_resistance(«{m}.V»)"),
    Rule("ION441", _SCENARIO, r"\1\n    measure planted = «threshold_current({m})»"),
    Rule("ION442", _SCENARIO, r"\1\n    measure planted = psp({m}, «{bath}»)"),
    Rule("ION443", r"\A(membrane (\w+) [\s\S]*V from zero_current[\s\S]*)\Z",
         r"\1\nscenario planted { measure planted_2 = time_constant(«\2») }"),
    Rule("ION444", _SCENARIO, r"\1\n    measure planted = threshold_current({m}, lasting = «0 ms»)"),
    Rule("ION450", r"\A(compartment (\w+) \{[\s\S]*?)(\w+) balances charge([\s\S]*)\Z",
         r"\1\3 balances charge\4\ntune «\2.\3» so that start is rest"),
    Rule("ION451", _WHOLE, r"\1\n«tune {wide}.area, {bath}.{ion} so that {wide}.V at rest = -65 mV»", _ANY),
    Rule("ION452", _WHOLE, r"\1\n«tune {wide}.area so that {wide}.V at rest = -65 mV and {wide}.V at rest = -60 mV»", _ANY),
)  # fmt: skip

SOURCES = (
    Rule("ION140", r"\bvolume *= *([\d.]+ \w+)(?= *[;}\n])", r"volume = \1 source «planted»"),
    Rule("ION140", r"\bcapacitance *= *([\d.]+ [\w/]+)(?= *[;}\n])", r"capacitance = \1 source «planted»"),
    Rule(
        "ION141",
        _WHOLE,
        '\\1\ncite planted { doi = «"10/planted"» }\nlet planted_2 = 1 mM source planted',
        _ANY,
        r"\Ascenario",
    ),
    Rule("ION142", _WHOLE, r"\1\n«cite planted» { }", _ANY),
    Rule("ION143", r"\bvolume *= *([\d.]+ \w+)(?= *[;}\n])", r'volume = «"\1"»'),
    Rule("ION143", _WHOLE, r"\1\ncite planted { text = «3 mM» }", _ANY),
)

KINDS = (SYNTAX, (*NAMES, *REUSE, *SOURCES), UNITS, (*CHEMISTRY, *GATES, *PLACES), (*EQUATIONS, *LINES))
RULES = tuple(rule for kind in KINDS for rule in kind)
