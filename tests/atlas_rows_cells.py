"""What is taken out of the rows of the atlas in which cells work together, fail, or hear from afar (13 to 17, 20 to 23)."""

from __future__ import annotations

from tests.removals import Removal

_ANOXIA = "19_anoxia.ion"
_WAVE = "21_spreading_depolarisation.ion"
_WEI = "published/wei_ullah_schiff_2014.ion"

CELLS: tuple[Removal, ...] = (
    # astrocytes that are not joined; potassium that does not rise; a pump that does not feel it; a leak instead of Kir4.1
    Removal("13_spatial_buffering.ion", "carries K : 1, Na : 0.8, Cl : 0.7;  permeability = 1 pL/s", "carries K : 1, Na : 0.8, Cl : 0.7;  permeability = 0 pL/s", "firing", "93.6 %"),
    Removal("13_spatial_buffering.ion", "permeability = 1 pL/s", "permeability = 1e-6 pL/s", "firing", "joined.V"),
    Removal("13_spatial_buffering.ion", "michaelis(out.K, 3.6 mM)^2", "0.2066", "firing", "5.4 %"),
    Removal("13_spatial_buffering.ion", "    from 10 s: set a.space.K = 8 mM\n", "", "firing", "-76.5 mV"),
    Removal("13_spatial_buffering.ion", "0.5 mS/cm2 * sqrt(out.K/(3 mM))", "0.5 mS/cm2", "firing", "93.6 %"),
    # uptake that does not fail; no pump; a fibre that potassium has for itself; blood as it should be
    Removal("14_tripartite.ion", "by 80 %", "by 0 %", "burst", "inflamed.V_after"),
    Removal("14_tripartite.ion", "rate = 0.25 /s", "rate = 0.2 /s", "hyperkalaemia", "bath_7.neuron", _WEI),
    Removal("14_tripartite.ion", "K : 1, Na : 0.01;", "K : 1, Na : 1e-9;", "hyperkalaemia", "bath_4.fibre"),
    Removal("14_tripartite.ion", "K_bath = 8.5 mM", "K_bath = 7 mM", "still_more", "= 141"),
    # a modulator without effect, a leak that is not potassium's, a gene without a channel
    Removal("15_neuromodulation.ion", "by hill(dose, 3 uM, 1)", "by 0 * hill(dose, 3 uM, 1)", "gain", "= -62 mV"),
    Removal("15_neuromodulation.ion", "by hill(dose, 3 uM, 1)", "by 0 * hill(dose, 3 uM, 1)", "gain", "1.40"),
    Removal("15_neuromodulation.ion", "by hill(dose, 3 uM, 1)", "by 0 * hill(dose, 3 uM, 1)", "gain", "EPSP"),
    Removal("15_neuromodulation.ion", "1 mS/cm2 * protein", "0 mS/cm2 * protein", "expressed", "at 2 day"),
    Removal("15_neuromodulation.ion", "1 mS/cm2 * protein", "0 mS/cm2 * protein", "in_the_end", "-83.33 mV"),
    Removal("15_neuromodulation.ion", "tau = 30 h", "tau = 1 h", "expressed", "at 25 h"),
    # wraps that take no charge less, that let as much through; an internode with the channels of a node
    Removal("16_myelin.ion", "1 uF/cm2 / layers", "1 uF/cm2", "pushed", "255 nm"),
    Removal("16_myelin.ion", "4e-6 cm/s / layers", "4e-6 cm/s", "pushed", "51 * bare.resistance"),
    Removal("16_myelin.ion", "Na : 0.0045, Cl : 0.1;", "Na : 0.0573, Cl : 0.1;", "rests", "-94.98 mV"),
    Removal("16_myelin.ion", "Na : 0.0573, Cl : 0.1;", "Na : 0.0045, Cl : 0.1;", "rests", "-67.99 mV"),
    # a mutation, a drug, the other mutation
    Removal("17_channelopathies.ion", "early_Na { shift NaV.m by -5 mV }", "early_Na { }", "side_by_side", "early_Na.threshold"),
    Removal("17_channelopathies.ion", "shift n by -20 mV", "shift n by 0 mV", "side_by_side", "treated.threshold"),
    Removal("17_channelopathies.ion", "early_K  { shift KCNQ.n by -15 mV }", "early_K  { }", "side_by_side", "early_K."),
    # a leak, a capacity, a fuel that is not the one that is changed
    Removal("20_what_decides_when.ion", "permeability = P_Na", "permeability = 0.15e-6 cm/s", "by_one_per_cent", "-0.919", _ANOXIA),
    Removal("20_what_decides_when.ion", "rate = capacity", "rate = 212 pmol/cm2/s", "by_one_per_cent", "0.278", _ANOXIA),
    Removal("20_what_decides_when.ion", "in.ATP/(3 mM)", "1", "by_one_per_cent", "0.614", _ANOXIA),
    Removal("20_what_decides_when.ion", "scale capacity by 2", "scale capacity by 1", "by_a_lot", "20.8 s"),
    # nothing diffuses; nothing leaves the neurons; nothing is taken up; as much membrane as before
    Removal(_WAVE, "outside { K = free;", "outside { K = 1e-6 * free;", "sink", "> 40 mM"),
    Removal(_WAVE, "40 mS/cm2 * n^4", "0 mS/cm2 * n^4", "sink", "> 40 mM", "grey_matter.ion"),
    Removal(_WAVE, "    clamp tissue[150 um .. 225 um].outside.K to 4 mM\n", "", "sink", "< 5 mM"),
    Removal(_WAVE, "surface * neurons", "0.43 /um * neurons", "faster", "between"),
    # an enzyme that nothing inhibits, receptors that nothing blocks, or that quinolinic acid does not open
    Removal("22_gut_brain.ion", "1/(1 + butyrate/(50 uM))", "1/(1 + 0*butyrate/(50 uM))", "threshold", "fibre.weakest"),
    Removal("22_gut_brain.ion", "1/(1 + butyrate/(50 uM))", "1/(1 + 0*butyrate/(50 uM))", "diet", "at 2 day"),
    Removal("22_gut_brain.ion", "0.5 mS/cm2 * michaelis(GABA, 1 uM)", "0 mS/cm2", "diet", "at end"),
    Removal("22_gut_brain.ion", "inf = 3 - 2*HDAC;                tau = 24 h", "inf = 3 - 2*HDAC;  tau = 1 h", "diet", "at 25 h"),
    Removal("22_gut_brain.ion", "apply kynurenate;  apply kynurenate_too", "", "threshold", "kynurenic.weakest"),
    Removal("22_gut_brain.ion", "set quinolinate = dose", "set quinolinate = 0 * dose", "threshold", "quinolinic.weakest"),
    # a pore that magnesium leaves alone, or one that needs no glutamate
    Removal("23_nmda.ion", "1 / (1 + out.Mg/(3.57 mM) * exp(-0.062 /mV * V))", "1", "ramp", "4.447 %"),
    Removal("23_nmda.ion", "1 / (1 + out.Mg/(3.57 mM) * exp(-0.062 /mV * V))", "1", "ramp", "with_Mg.largest"),
    Removal("23_nmda.ion", "exp(-0.062 /mV * V)", "exp(-0.062 /mV * -70 mV)", "coincidence", "both.calcium"),
    Removal("23_nmda.ion", "michaelis(out.glutamate, 3 uM)", "1", "coincidence", "push_alone"),
)  # fmt: skip
