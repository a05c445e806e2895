#!/usr/bin/env python3
"""Independent oracle: McIntyre, Richardson & Grill 2002 (J Neurophysiol 87:995-1006), motor fibre of 10 um, double cable.

Numbers: ModelDB 3810 (MRGaxon.hoc, AXNODE.mod).  Another formulation and another solver than the model under test: the
unknowns are the POTENTIALS of axon and periaxonal space against ground (not those across the membranes), the node's
space is grounded exactly, and time goes on by Crank-Nicolson with gates at half steps (exponential Euler), dt fixed.
Units: mV, ms, nA, uS, nF, cm.

GEOMETRY  14 nodes; between two of them MYSA, FLUT, 6 STIN, FLUT, MYSA.  Lengths 1, 3, 46, 1051/6 um; axon diameters 3.3, 3.3,
  6.9, 6.9 um; width of the periaxonal space 2, 2, 4, 4 nm; fibre 10 um; 120 lamellae.
ELECTRICAL  resistivity 70 ohm cm within axon and space; axolemma 2 uF/cm2 and 7 (E -90), 1, 0.1, 0.1 mS/cm2 (E -80 mV); per
  lamella membrane 0.1 uF/cm2, 1 mS/cm2, on the area of the fibre, two membranes a lamella.
NODE  NaF 3 S/cm2 m^3 h, NaP 10 mS/cm2 p^3 (E 50), Ks 80 mS/cm2 s (E -90); q10 2.2 and 2.9 from 20 degC, 3 from 36 degC; 37 degC.
STIMULUS  2 nA into node 0 from 0.5 ms for 0.1 ms; start -80 mV with steady gates.
GRID      `split` > 1 cuts each compartment into as many: the published one is coarse beside the node (see the .out).
Injured stretch: the two internodes behind node 5 with fewer lamellae.
"""
import numpy as np
from scipy.sparse import csc_matrix, diags
from scipy.sparse.linalg import splu

NODES, RHO, FIBRE = 14, 70.0, 10e-4
STRETCH = ["node", "mysa", "flut", *["stin"] * 6, "flut", "mysa"]
SHAPE = {  # length, axon diameter, gap [um], leak [mS/cm2], its reversal
    "node": (1.0, 3.3, 0.002, 7.0, -90.0), "mysa": (3.0, 3.3, 0.002, 1.0, -80.0),
    "flut": (46.0, 6.9, 0.004, 0.1, -80.0), "stin": (1051 / 6, 6.9, 0.004, 0.1, -80.0)}
Q1, Q2, Q3 = 2.2 ** 1.7, 2.9 ** 1.7, 3.0 ** 0.1

def trap(a, x, k):                    # a x / (1 - exp(-x/k))
    return a * np.where(np.abs(x / k) < 1e-6, k + x / 2, x / -np.expm1(-np.where(x == 0, 1e-9, x) / k))

def rates(v):
    return [(Q1 * trap(1.86, v + 21.4, 10.3), Q1 * trap(0.086, -(v + 25.7), 9.16)),
            (Q2 * trap(0.062, -(v + 114), 11), Q2 * 2.3 / (1 + np.exp(-(v + 31.8) / 13.4))),
            (Q1 * trap(0.01, v + 27, 10.2), Q1 * trap(0.00025, -(v + 34), 10)),
            (Q3 * 0.3 / (1 + np.exp(-(v + 53) / 5)), Q3 * 0.03 / (1 + np.exp(-(v + 90))))]

def run(left=120.0, dt=5e-4, end=5.0, split=1):
    kinds = [k for k in STRETCH * (NODES - 1) + ["node"] for _ in range(split)]
    n = len(kinds)
    L, D, gap, leak, E = (np.array(c) for c in zip(*(SHAPE[k] for k in kinds)))
    L, D, gap = L * 1e-4 / split, D * 1e-4, gap * 1e-4
    layers = np.full(n, 120.0)
    layers[(5 * 11 + 1) * split: 7 * 11 * split] = left
    layers[6 * 11 * split: (6 * 11 + 1) * split] = 120.0
    node = np.array([k == "node" for k in kinds])
    area, sheath = np.pi * D * L, np.pi * FIBRE * L
    Ca, Cs = 2e3 * area, np.where(node, 0, 0.1e3 / (2 * layers) * sheath)      # nF
    gl, gs = leak * 1e3 * area, np.where(node, 0, 1e3 / (2 * layers) * sheath)  # uS
    half_i = RHO * (L / 2) / (np.pi * D ** 2 / 4) * 1e-6                        # megaohm
    half_p = RHO * (L / 2) / (np.pi * ((D / 2 + gap) ** 2 - (D / 2) ** 2)) * 1e-6
    gi, gp = 1 / (half_i[:-1] + half_i[1:]), 1 / (half_p[:-1] + half_p[1:])

    def chain(g):                    # conductance matrix of a ladder
        d = np.zeros(n)
        d[:-1] += g
        d[1:] += g
        return diags([d, -g, -g], [0, 1, -1])

    # M d(phi)/dt + K phi = s, phi = [axon, space]; the space of a node is held at 0
    zero = np.zeros(n)
    from scipy.sparse import bmat
    Mc = bmat([[diags(Ca), diags(-Ca)], [diags(-Ca), diags(Ca + Cs)]]).tocsc()
    gates = [a / (a + b) for a, b in rates(np.full(n, -80.0))]
    free = np.flatnonzero(np.concatenate([np.ones(n, bool), ~node]))
    phi = np.concatenate([np.full(n, -80.0), zero])
    Ki = bmat([[chain(gi), None], [None, chain(gp) + diags(gs)]]).tocsc()
    times, kept = [0.0], [phi[:n][node].copy()]
    an = area[node] * 1e6            # mS/cm2 * cm2 -> uS needs 1e3; densities below in S/cm2
    M = Mc[free][:, free]
    K0 = (Ki + bmat([[diags(gl), diags(-gl)], [diags(-gl), diags(gl)]]).tocsc())[free][:, free]
    rest = np.concatenate([gl * E, -gl * E])[free]
    rows = np.flatnonzero(node)      # axon rows of the nodes; their spaces are at 0
    t = 0.0
    for step in range(int(round(end / dt))):
        v = phi[:n][node]
        for k, (a, b) in enumerate(rates(v)):
            x = gates[k][node]
            gates[k][node] = a / (a + b) + (x - a / (a + b)) * np.exp(-(a + b) * (dt if step else dt / 2))
        m, h, p, s = (g[node] for g in gates)
        gna, gk = (3.0 * m ** 3 * h + 0.01 * p ** 3) * an, 0.08 * s * an
        extra = np.zeros(len(free))
        extra[rows] = gna + gk
        src = rest.copy()
        src[rows] += gna * 50.0 + gk * -90.0
        if 0.5 <= t + dt / 2 < 0.6:
            src[:split] += 2.0 / split
        K = K0 + diags(extra)
        x = phi[free]
        new = splu(csc_matrix(M / dt + K / 2)).solve((M / dt - K / 2) @ x + src)
        phi[free] = new
        t += dt
        times.append(t)
        kept.append(phi[:n][node].copy())
    return np.array(times), np.array(kept)

def arrivals(t, v):                  # first upward crossing of 0 mV at each node [ms]; nan where none
    out = []
    for k in range(v.shape[1]):
        up = np.flatnonzero((v[:-1, k] < 0) & (v[1:, k] >= 0))
        if not len(up):
            out.append(np.nan)
            continue
        i = up[0]
        out.append(t[i] + (t[i + 1] - t[i]) * -v[i, k] / (v[i + 1, k] - v[i, k]))
    return np.array(out)

if __name__ == "__main__":
    for dt in (1e-3, 5e-4, 2.5e-4):
        a = arrivals(*run(dt=dt, end=1.2))
        print(f"dt {dt:.2e} ms  nodes 2, 11 at {a[2]:.6f}, {a[11]:.6f} ms  speed {9 * 1.15 / (a[11] - a[2]):.4f} m/s")
    for left in (120, 20, 1):
        t, v = run(left=left, end=1.5)
        a = arrivals(t, v)
        print(f"left {left:4d}  nodes 5, 7, 11 at", np.round(a[[5, 7, 11]], 5), f" peak at node 9 {v[:, 9].max():.3f} mV")
    for split in (3, 9):
        t, v = run(end=1.2, split=split)
        a = arrivals(t, v[:, split // 2::split])
        print(f"split {split}  nodes 2, 11 at {a[2]:.6f}, {a[11]:.6f} ms  speed {9 * 1.15 / (a[11] - a[2]):.4f} m/s")
