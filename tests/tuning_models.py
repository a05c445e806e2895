"""Small cells whose numbers are tuned."""

from __future__ import annotations

CHORD = """
temperature = 37 degC
ion K  { valence = +1 }
ion Na { valence = +1 }
param g = 0.02 mS/cm2
bath inside  { K = 140 mM;  Na = 15 mM }
bath outside { K = 4 mM;    Na = 145 mM }
membrane soma (inside | outside) {
    capacitance = 1 uF/cm2
    V from currents starting at -65 mV
    channel K_leak  { carries K;   conductance = 0.1 mS/cm2 }
    channel Na_leak { carries Na;  conductance = g }
}
"""

GHK = """
temperature = 37 degC
ion K  { valence = +1 }
ion Na { valence = +1 }
ion Cl { valence = -1 }
param P_K  = 1e-6 cm/s
param P_Na = 1e-8 cm/s
bath inside  { K = 140 mM;  Na = 12 mM;   Cl = 7 mM }
bath outside { K = 4 mM;    Na = 145 mM;  Cl = 116 mM }
membrane soma (inside | outside) {
    V from zero_current
    channel K_leak  { carries K;   permeability = P_K }
    channel Na_leak { carries Na;  permeability = P_Na }
    channel Cl_leak { carries Cl;  permeability = 0.45 * P_K }
}
"""

PUMP_LEAK = """
temperature = 37 degC
ion Na { valence = +1 }
ion K  { valence = +1 }
ion Cl { valence = -1 }
impermeant A { valence = -1 }
solute ATP
param P_K  = 1e-6 cm/s
param P_Na = 1e-8 cm/s
param P_Cl = 1e-6 cm/s
param rho  = 1 uA/cm2
compartment inside {
    volume = 2 pL
    Na = 12 mM;  K = 140 mM;  Cl = 10 mM;  ATP = 2 mM held
    A balances charge
}
bath outside { Na = 145 mM;  K = 4 mM;  Cl = 149 mM }
membrane soma (inside | outside) {
    area = 1000 um2
    capacitance = 1 uF/cm2
    V from currents starting at -65 mV
    channel K_leak  { carries K;   permeability = P_K }
    channel Na_leak { carries Na;  permeability = P_Na }
    channel Cl_leak { carries Cl;  permeability = P_Cl }
    pump NaK {
        moves 3 Na out, 2 K in, uses 1 ATP
        current = rho * michaelis(in.Na, 10 mM)^3 * michaelis(out.K, 1.5 mM)^2
    }
}
"""

SQUID = """
temperature = 6.3 degC
ion Na { valence = +1 }
ion K  { valence = +1 }
param E_leak = -50 mV
param g_leak = 0.3 mS/cm2
bath axoplasm { Na = 50 mM;   K = 400 mM }
bath seawater { Na = 437 mM;  K = 20 mM }
membrane axon (axoplasm | seawater) {
    capacitance = 1 uF/cm2
    V from currents starting at -65 mV
    channel NaV {
        carries Na;  conductance = 120 mS/cm2 * m^3 * h;  reversal = 50 mV
        gate m { alpha = 0.1 /mV/ms * linoid(V + 40 mV, 10 mV);  beta = 4 /ms * exp(-(V + 65 mV)/(18 mV)) }
        gate h { alpha = 0.07 /ms * exp(-(V + 65 mV)/(20 mV));   beta = 1 /ms/(1 + exp(-(V + 35 mV)/(10 mV))) }
    }
    channel KV {
        carries K;  conductance = 36 mS/cm2 * n^4;  reversal = -77 mV
        gate n { alpha = 0.01 /mV/ms * linoid(V + 55 mV, 10 mV);  beta = 0.125 /ms * exp(-(V + 65 mV)/(80 mV)) }
    }
    channel leak { carries charge;  conductance = g_leak;  reversal = E_leak }
}
"""
