"""Cells and scenarios whose derivatives are compared with differences of runs."""

from __future__ import annotations

CELL = """
temperature = 37 degC
ion K  { valence = +1 }
ion Na { valence = +1 }
param T_on = 3 ms
param D    = 4 ms
param I0   = 60 pA
param g_L  = 0.05 mS/cm2
param lim  = -58 mV
param tau  = 2 ms
bath outside { K = 4 mM;  Na = 145 mM }
compartment inside { volume = 2 pL;  K = 140 mM;  Na = 12 mM }
membrane soma (inside | outside) {
    area = 1000 um2
    capacitance = 1 uF/cm2
    V from currents starting at -65 mV
    channel L  { carries K;   conductance = g_L }
    channel N  { carries Na;  conductance = 0.01 mS/cm2 }
    channel KD {
        carries K
        conductance = 2 mS/cm2 * n^4
        gate n {
            inf = 1/(1 + exp(-(V + 50 mV)/(9 mV)))
            tau = 3 ms
        }
    }
}
"""

SCENARIOS = {
    "a current step": """
    run 20 ms
    from T_on for D: inject I0 into soma carried by K
    measure top  = max(soma.V)
    measure late = time(soma.V > lim)
    measure avg  = mean(soma.V)
    measure tail = mean(soma.V, after = late)
    measure q    = integral(soma.L.current)
    measure last = soma.V at end
    measure mid  = soma.V at (T_on + 2 ms)
    measure long = duration(soma.V > lim)
    measure half = half_width(soma.V)
    measure mix  = (late - T_on)*I0/(1 pA) + tau
""",
    "from rest": """
    begin at rest
    run 20 ms
    from T_on for D: inject I0 into soma carried by K
    measure top  = max(soma.V)
    measure calm = soma.V at rest
    measure rise = top - calm
""",
    "a ramp, and a drive in time": """
    run 20 ms
    from T_on: ramp soma.N.conductance to 0.1 mS/cm2 over D
    from 2*T_on for D: scale soma.N.conductance by 1 + 0.5*sin(elapsed/tau)
    measure top  = max(soma.V)
    measure late = time(soma.V > lim)
    measure last = soma.V at end
""",
    "a relaxation": """
    run 20 ms
    from T_on: relax soma.N.conductance to 0.1 mS/cm2 with tau tau
    measure top  = max(soma.V)
    measure last = soma.V at end
""",
    "a condition that acts": """
    run 20 ms
    from T_on: inject I0 into soma carried by K
    when soma.V > lim: set soma.L.conductance = 0.5 mS/cm2
    measure late = time(soma.V > lim)
    measure last = soma.V at end
    measure soon = soma.V at 9 ms
""",
    "a run until a condition": """
    run until soma.V > -52 mV, at most 50 ms
    from T_on until soma.V > lim: inject I0 into soma carried by K
    from 2*T_on: inject 2*I0 into soma carried by K
    measure late = time(soma.V > -52 mV)
    measure share = soma.KD.n at end
    measure q    = integral(soma.L.current)
""",
    "a ramp and a gift when a condition comes true": """
    run 20 ms
    from T_on: inject I0 into soma carried by K
    when soma.V > lim: ramp soma.L.conductance to 0.5 mS/cm2 over tau
    when soma.V > lim: add 3 mM to inside.K
    measure last = soma.V at end
    measure soon = soma.V at 7 ms
    measure gain = inside.K at end
""",
    "a moving clamp": """
    run 20 ms
    from T_on for D: clamp soma.V to -40 mV + 10 mV*sin(elapsed/tau)
    measure share = max(soma.KD.n)
    measure last = soma.V at end
    measure soon = soma.V at 9 ms
    measure q    = integral(soma.KD.current)
""",
    "clamps, holds, jumps and beats": """
    run 20 ms
    from T_on for D: clamp soma.V to lim
    from 2 ms for 3 ms: hold inside.K
    at T_on: set inside.Na = 20 mM * T_on/(3 ms)
    every D from 1.3 ms: add 1 mM * g_L/(0.05 mS/cm2) to inside.K
    measure last = soma.V at end
    measure soon = soma.V at 8.5 ms
    measure gain = inside.K at end
    measure q    = integral(soma.KD.current)
""",
    "what holds for the whole scenario": """
    begin at rest
    run 20 ms
    scale soma.L.conductance by 1 + 0.1*T_on/(1 ms)
    from T_on: inject I0 into soma carried by K
    measure last = soma.V at end
    measure calm = soma.V at rest
""",
}

OTHERS = {
    "matter given to a buffered place": """
ion Ca { valence = +2 }
ion Cl { valence = -1 }
impermeant X { valence = -1 }
param dose  = 10 uM
param level = 1 uM
compartment cell { volume = 1 pL;  Ca = 0.1 uM;  Cl = 1 uM;  X balances charge }
bath outside { Ca = 2 mM;  Cl = 4 mM }
flux entry { moves 1 Ca from outside to cell, 2 Cl from outside to cell;  rate = 0.001 fmol/s }
buffer calbindin in cell { binds Ca;  total = 0.1 mM;  K_d = 0.2 uM }
buffer dye in cell       { binds Ca;  total = 50 uM;   K_d = 1 uM }
scenario tried {
    run 10 s
    at 5 s: add dose to cell.Ca
    at 8 s: set cell.Ca = level
    measure soon = cell.Ca at 6 s
    measure late = cell.Ca at 9 s
    measure dyed = dye.bound at end
    measure all  = amount(cell.Ca) at 9 s
}
""",
    "a cell that shrinks": """
temperature = 37 degC
solute sucrose
impermeant A { valence = -1 }
ion K { valence = +1 }
param more = 5 mM
compartment cell { volume = 1 pL;  K = 150 mM;  A = 150 mM }
bath saline { sucrose = 330 mM }
membrane wall (cell | saline) {
    area = 500 um2
    water W { permeability = 0.01 cm/s;  molar_volume = 18 mL/mol }
}
scenario tried {
    run 5 s
    when cell.volume < 0.97 pL: scale wall.W.permeability by more/(10 mM)
    measure last  = cell.volume at 0.7 s
    measure salty = cell.K at end
    measure when  = time(cell.volume < 0.95 pL)
}
""",
    "a synapse that an event opens": """
ion K { valence = +1 }
ion glutamate { valence = -1 }
ion H { valence = +1 }
impermeant A { valence = -1 }
solute ATP
param I0 = 10 pA
bath cytosol { K = 140 mM;  ATP = 3 mM;  glutamate = 5 mM;  H = 63 nM }
compartment cleft { volume = 0.01 pL;  K = 4 mM;  glutamate = 20 nM;  H = 40 nM held;  A balances charge }
event spike { condition = axon.V > 0 mV }
membrane axon (cytosol | cleft) {
    area = 10 um2
    capacitance = 1 uF/cm2
    V from currents starting at -70 mV
    channel leak { carries K;  conductance = 0.01 nS;  reversal = -70 mV }
    pump vesicles {
        moves 1 glutamate out, 1 H out, uses 1 ATP
        rate = 0.01 fmol/s * open * michaelis(in.ATP, 0.5 mM)
        gate open { rise = 0.2 ms;  decay = 1 ms;  opens at spike }
    }
}
scenario tried {
    run 20 ms
    from 5 ms for 1 ms: inject I0 into axon carried by K
    measure gain  = cleft.glutamate at 14 ms - cleft.glutamate at start
    measure share = axon.vesicles.open at 8 ms
}
""",
}
