"""A larger file without a mistake, with many blocks to plant mistakes in."""

from __future__ import annotations

FIELD = '''\
"""A neuron, its surroundings and a dish."""

temperature = 37 degC

ion Na { valence = +1 }
ion K  { valence = +1 }
ion Cl { valence = -1 }
impermeant A { valence = -1 }
solute ATP
solute glucose

param rho = 6.8 uA/cm2 source "measured"
let half = 20 mM

compartment inside {
    volume = 2 pL
    Na = 15 mM
    K  = 140 mM
    Cl = 10 mM
    A balances charge
    ATP = 3 mM held
    glucose = 1 mM
}

compartment ecs {
    volume = 1 pL
    Na = 145 mM
    K  = 4 mM
    Cl = 149 mM
    glucose = 4 mM
}

bath dish { Na = 145 mM;  K = 4 mM;  Cl = 149 mM;  glucose = 5 mM }

membrane soma (inside | ecs) {
    area        = 900 um2
    capacitance = 1 uF/cm2
    V from currents starting at -65 mV

    channel K_leak  { carries K;   conductance = 0.05 mS/cm2 }
    channel Cl_leak { carries Cl;  conductance = 0.02 mS/cm2 }

    channel NaV {
        carries Na
        conductance = 100 mS/cm2 * m^3 * h
        gate m {
            alpha = 0.1 /mV/ms * linoid(V + 30 mV, 10 mV)
            beta  = 4 /ms * exp(-(V + 55 mV)/(18 mV))
            instantaneous
        }
        gate h { inf = 1/(1 + exp((V + 50 mV)/(6 mV)));  tau = 5 ms }
    }

    pump NaK {
        moves 3 Na out, 2 K in, uses 1 ATP
        current = rho / (1 + (half/in.Na)^3) / (1 + exp((5.5 mM - out.K)/(1 mM)))
    }
}

flux washing {
    moves glucose from dish to ecs
    rate = (0.1 /s * (dish.glucose - ecs.glucose)) * ecs.volume
}

flux uptake {
    moves glucose from ecs to inside
    rate = (0.01 /s * (ecs.glucose - inside.glucose)) * inside.volume
}

scenario anoxia "the pump stops" {
    run 60 s
    from 20 s for 9.5 s: block NaK
    measure peak = max(ecs.K)
    measure spikes = count(soma.V > -40 mV)
    expect peak = 40 mM +- 40 mM
    expect spikes < 1000
    expect soma.V at end < 0 mV
}

scenario resting {
    expect soma.V at rest = -65 mV +- 40 mV
    expect inside.K at rest > 50 mM
}

scenario pushed "a little current" {
    begin at rest
    run 200 ms
    from 10 ms for 50 ms: inject 10 pA into soma carried by K
    at 100 ms: set soma.V = -50 mV
    expect max(soma.V) > -60 mV
    expect soma.V at 20 ms < 0 mV
}

scenario fed {
    run 100 s
    from 10 s: set dish.glucose = 10 mM
    expect ecs.glucose at end = 7 mM +- 5 mM
    expect uptake.rate at end > 0 fmol/s
}
'''
