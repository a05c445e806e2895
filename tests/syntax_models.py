"""Models in the language, each read without a mistake."""

from __future__ import annotations

PUMP_LEAK = '''\
"""A pump–leak neuron in a small closed bath, and what anoxia does to it."""

thermal_voltage = 26.64 mV

ion Na { valence = +1 }
ion K  { valence = +1 }
ion Cl { valence = -1 }
impermeant A { valence = -1.2 }                  # proteins, nucleic acids
solute ATP

compartment inside  { volume = 2.16 pL;  Na = 25.231485 mM;  K = 129.25764 mM;  Cl = 9.900239 mM;  A balances charge
                      ATP = 3 mM held }
compartment outside { volume = 0.72 pL;  Na = 125.30555 mM;  K = 4 mM;          Cl = 123.2716 mM
                      A balances charge }

membrane soma (inside | outside) {
    area        = 922 um2
    capacitance = 1 uF/cm2
    V from currents starting at -67.193253 mV

    channel K_leak  { carries K;   conductance = 0.05 mS/cm2 }             # ohmic, about E(K)
    channel Na_leak { carries Na;  conductance = 0.0175 mS/cm2 }
    channel Cl_leak { carries Cl;  conductance = 0.02 mS/cm2 }
    channel NaV {
        carries Na
        conductance = 100 mS/cm2 * m^3 * h
        gate m { alpha = 0.1 /mV/ms * linoid(V + 30 mV, 10 mV); beta = 4 /ms * exp(-(V + 55 mV)/(18 mV))
                 instantaneous }
        gate h { inf = 1 - 1/(1 + exp(-6.5*(KDR.n - 0.35))); instantaneous }  # the paper's: h follows n
    }
    channel KDR {
        carries K
        conductance = 40 mS/cm2 * n^4
        gate n { alpha = 0.03 /mV/ms * linoid(V + 34 mV, 10 mV); beta = 0.375 /ms * exp(-(V + 44 mV)/(80 mV)) }
    }
    pump NaK {
        moves 3 Na out, 2 K in, uses 1 ATP
        current = 6.8 uA/cm2 / (1 + exp((25 mM - in.Na)/(3 mM))) / (1 + exp((5.5 mM - out.K)/(1 mM)))
    }
}

scenario anoxia "the pump stops, then returns" {
    run 3000 s                                   # the slowest time constant at the end is 343 s
    from 20 s for 9.5 s: block NaK
    measure onset = time(soma.V > -40 mV)
    expect onset = 24.5236 s +- 1 ms
    expect max(outside.K) = 78.80 mM +- 0.02 mM
    expect soma.V at end = -23.109 mV +- 0.002 mV
}
'''

SQUID = '''\
"""The action potential of a squid axon."""

ion Na { valence = +1 }
ion K { valence = +1 }

bath sea_water { Na = 440 mM; K = 20 mM }
compartment axon { volume = 1 nL; Na = 50 mM; K = 400 mM }

param g_Na = 120 mS/cm2 between 65 mS/cm2 and 260 mS/cm2 source "doi:a"
let rest_potential = -65 mV
let shifted(v, k) = exp(-(v - rest_potential)/k)

membrane M (axon | sea_water) "a patch" {
    area = 1e-3 cm2
    capacitance = 1 uF/cm2
    V from currents starting at rest_potential

    channel NaV {
        carries Na
        conductance = g_Na*m^3*h
        reversal = 50 mV
        gate m { alpha = 0.1 /mV/ms * linoid(V + 40 mV, 10 mV); beta = 4 /ms * shifted(V, 18 mV) }
        gate h {
            alpha = 0.07 /ms * shifted(V, 20 mV)
            beta = 1 /ms
                / (1 + exp(-(V + 35 mV)/(10 mV)))   # a joined line
        }
    }
    channel KDR { carries K; conductance = 36 mS/cm2 * n^4; reversal = -77 mV
        gate n { alpha = 0.01 /mV/ms * linoid(V + 55 mV, 10 mV); beta = 0.125 /ms * shifted(V, 80 mV) } }
    channel leak { carries charge; conductance = 0.3 mS/cm2; reversal = -54.4 mV }
}

scenario spike {
    begin at rest
    run 50 ms
    from 5 ms for 1 ms: inject 10 uA/cm2 * M.area into M carried by charge
    measure peak = max(M.V, after = 5 ms)
    expect peak between 35 mV and 45 mV
    expect count(M.V > 0 mV) = 1
}
'''

FIELD = """\
use "ions.ion"
temperature = 37 °C
compartment cell { volume = 4/3*pi*(5 µm)^3; K = 140 mM; Na = 10 mM; B balances osmolarity; pH = 7 }
bath out { K = 4 mM; Na = 145 mM }
membrane M (cell | out) {
    area = 4*pi*(5 μm)^2
    capacitance = 1 uF/cm2
    V from zero_current
    channel cation { carries K : 1, Na : 0.03; permeability = 1e-6 cm/s }
    transporter exchange { moves Na in, K out; rate = if V > 0 mV and cell.K < 5 mM then 2 fmol/s else 0 fmol/s }
}
flux uptake { moves 2 K from cleft to nothing; rate = 0.3 mM/s * cell.volume }
scenario both {
    run 3 s
    hold out.K
    at 1 s { set cation.permeability = 0 cm/s; block exchange by 60 %
        # in an action
        hold cell.Na }
    expect M.V at end - M.V at start = 3 mV ± 5 % source "a book"
    expect M.V at rest < -50 mV
    expect (M.E(K : 1, Na : 0.03) at 3 s)^2 >= 0 mV2
}
"""

WHOLE = """\
membrane M (soma + terminal | ecs + cleft) "title" { V = a.V - b.V; channel Ca { carries Ca between subspace and outside }
 channel k is mammal.KDR(g = 3 mS/cm2, h = 2) { excluded from V; gate s { opens at release; tau = 5 ms } }
 water w { permeability = 3 um/s; molar_volume = 18 cm3/mol }
 channel x { carries K ; scheme s { C1 to C2 at 3 /ms*exp(V/(3 mV)) ; start = 3 } }
 pump q is T()
}
reaction R in cell.P { turns 2 ATP into ADP, Pi; rate = 3 fmol/s }
reaction R2 in P is T2 { turns nothing into ADP }
buffer B in P { binds Ca; total = 3 mM; K_d = 1 uM }
modifier D(dose = 1 uM, q in mS/cm2) on soma.NaK { scale NaK.rate by 1 - dose; shift m by 3 mV }
modifier D2 on x { block y by 50 % }
template channel leak(g in mS/cm2, p = 5 mM, e in /ms, w in 1) { carries K }
template membrane MM(p = 1) (a | b) { area = 3 um2 }
extend soma.x { area = 3 um2 }
use mammal, pumps
use "f.ion"
ion K { valence = 1 source Hille }
cite Hille { doi = "10.1"; text = "Hille" }
event release
event spike { condition = soma.V > 0 mV and x > 3 }
variable q { start = 3; rate = 2 /s }
arrangement cells { compartment c { volume = 2 pL } }
variant W { set a = 3 mM; clamp b to 3 mM }
scenario s {
 begin at end of other
 run until soma.V > 0 mV, at most 600 s
 from 3 s for 5 s every 10 ms for 1 ms: inject 3 pA into soma carried by K
 from 3 s until soma.V > 3 mV and x > 2 { hold a; ramp p to 3 mM over 5 s }
 every 10 ms from 3 s: fire release
 every 10 ms from 3 s for 2 s: { add 5 mM to outside.K; apply D(dose = 3 uM); apply D }
 when soma.V > 3 mV: relax p to 5 mM with tau 3 s
 sweep p over 3 mM, 4 mM, c
 sweep p from a to 3 mM in 10 steps
 find p from a to 3 mM so that max(soma.V) < 0 mV and count(x > 5) < 3 within 1 uM
 find p from 1 to 9 so that soma.V at end > 3 mV
 compare healthy, mutant
}
"""

MODELS = (PUMP_LEAK, SQUID, FIELD, WHOLE)
