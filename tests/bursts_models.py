"""A long row of cells of which one fires, and nothing else does."""

from __future__ import annotations

ROW = """
thermal_voltage = 26.64 mV
ion Na { valence = +1 }
ion K  { valence = +1 }
solute ATP

arrangement cell {
    compartment inside  { volume = 2 pL;    Na = 25 mM;   K = 129 mM;  ATP = 3 mM held }
    compartment outside { volume = 0.7 pL;  Na = 125 mM;  K = 4 mM + 0.02 mM * x / (1 mm) }
    membrane soma (inside | outside) {
        area = 900 um2
        capacitance = 1 uF/cm2
        V from currents starting at -67 mV
        channel Na_leak { carries Na;      conductance = 0.0175 mS/cm2 }
        channel K_leak  { carries K;       conductance = 0.05 mS/cm2 * (1 + x/(50 mm)) }
        channel Cl_leak { carries charge;  conductance = 0.02 mS/cm2;  reversal = -67 mV }
        channel NaV {
            carries Na
            conductance = 100 mS/cm2 * m^3 * h
            gate m {
                alpha = 0.1 /mV/ms * linoid(V + 30 mV, 10 mV)
                beta = 4 /ms * exp(-(V + 55 mV)/(18 mV))
                instantaneous
            }
            gate h { inf = 1 - 1/(1 + exp(-6.5*(KDR.n - 0.35)));  instantaneous }
        }
        channel KDR {
            carries K
            conductance = 40 mS/cm2 * n^4
            gate n {
                alpha = 0.01 /mV/ms * linoid(V + 34 mV, 10 mV)
                beta = 0.125 /ms * exp(-(V + 44 mV)/(80 mV))
                temperature_factor = 3
            }
        }
        pump NaK {
            moves 3 Na out, 2 K in, uses 1 ATP
            current = 6.8 uA/cm2 / (1 + exp((25 mM - in.Na)/(3 mM))) / (1 + exp((5.5 mM - out.K)/(1 mM)))
        }
    }
}
line row of COUNT cell {
    spacing = 50 um
    ends = closed
    COUPLING
}
scenario firing {
    run LENGTH ms
    at START ms: add 20 mM to row[FIRING].outside.K
    from START ms for 40 ms: inject 25 pA into row[FIRING].soma carried by K
    MORE
}
"""
DIFFUSION = "diffusion outside { K = 0.765625 um2/ms;  Na = 0.5 um2/ms;  tortuosity = 1.6 }"
JOINED = "gap_junction inside { conductance = 2 nS;  carries K, Na }"
AXIAL = "axial inside { resistivity = 150 ohm.cm;  carries K }"


def row(
    firing: int,
    count: int = 180,
    length: int = 60,
    coupling: str = DIFFUSION,
    more: str = "",
    start: int = 20,
) -> str:
    """A row of so many cells, into one of which a current flows for 40 ms."""
    said = {
        "COUNT": count,
        "FIRING": firing,
        "LENGTH": length,
        "COUPLING": coupling,
        "MORE": more,
        "START": start,
    }
    text = ROW
    for name, value in said.items():
        text = text.replace(name, str(value))
    return text


STRIP = """
temperature = 37 degC
ion Na { valence = +1 }
ion K  { valence = +1 }
ion Cl { valence = -1 }
impermeant A { valence = -1 }

arrangement patch {
    let there = if x < 200 um then 8 mM else 0 mM
    compartment inside  { volume = 2 pL;    Na = 15 mM;  K = 135 mM;  Cl = 5 mM;  A balances charge }
    compartment outside { volume = 0.5 pL;  Na = 145 mM - there;  K = 3 mM + there;  Cl = 147 mM;  A balances charge }
    membrane glia (inside | outside) {
        area        = 2000 um2 * (1 + x/(50 mm))
        capacitance = 1 uF/cm2
        V from currents starting at -95 mV
        channel Kir     { carries K;   conductance = 0.5 mS/cm2 }
        channel Na_leak { carries Na;  conductance = 0.002 mS/cm2 }
    }
}
line row of 400 patch {
    spacing = 50 um
    ends    = closed
    electrodiffusion outside { Na = 1.33e-5 cm2/s;  K = 1.96e-5 cm2/s;  Cl = 2.03e-5 cm2/s;  tortuosity = 1.6 }
    electrodiffusion inside {
        Na = 1.33e-5 cm2/s
        K  = 1.96e-5 cm2/s
        Cl = 2.03e-5 cm2/s
        tortuosity    = 3.2
        cross_section = 40 um2
    }
}
"""
