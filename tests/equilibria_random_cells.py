"""A Hypothesis strategy for cells that can rest: closed, or open to a bath on one side, with channels that conduct or
permeate, gates, a pump, a cotransporter, slow species, and volumes that move."""

from __future__ import annotations

from hypothesis import strategies as st


def number(low: float, high: float) -> st.SearchStrategy[float]:
    """Evenly by ratio."""
    return st.floats(0.0, 1.0).map(lambda u: float(f"{low * (high / low) ** u:.4g}"))


@st.composite
def cells(draw) -> str:
    closed = draw(st.booleans())
    moving = draw(st.booleans())
    K, Na, Cl = draw(number(60, 160)), draw(number(5, 40)), draw(number(4, 40))
    inside = f"compartment inside {{\n    volume = {draw(number(0.5, 4))} pL"
    inside += (
        f"\n    K = {K} mM\n    Na = {Na} mM\n    Cl = {Cl} mM\n    A balances charge\n    ATP = 3 mM held\n"
    )
    slow = draw(st.booleans())
    inside += "    Ca = 0.001 mM\n}\n" if slow else "}\n"
    outer = f"K = {draw(number(2, 12))} mM\n    Na = {draw(number(90, 160))} mM\n    Cl = {draw(number(80, 140))} mM\n"
    outer += "    Ca = 1.5 mM\n" if slow else ""
    outside = f"compartment outside {{\n    volume = {draw(number(0.3, 8))} pL\n    {outer}}}\n"
    if not closed:
        outside = f"bath outside {{\n    {outer}}}\n"
    channels = [_leak(draw, "K", 0.03, 0.3), _leak(draw, "Na", 0.002, 0.05)]
    channels += [_leak(draw, "Cl", 0.01, 0.2)] if draw(st.integers(0, 3)) else []
    channels += [_pump(draw)] if draw(st.integers(0, 4)) else []
    channels += [_persistent(draw)] if draw(st.booleans()) else []
    channels += [_delayed(draw)] if draw(st.booleans()) else []
    channels += [_cotransporter(draw)] if draw(st.booleans()) else []
    channels += [_calcium(draw)] if slow else []
    water = _water(draw) if moving else ""
    return (
        "temperature = 310 K\n"
        "ion K { valence = +1 }\nion Na { valence = +1 }\nion Cl { valence = -1 }\nion Ca { valence = +2 }\n"
        "impermeant A { valence = -1 }\nsolute ATP\n"
        f"{inside}{outside}"
        "membrane m (inside | outside) {\n    area = 900 um2\n    capacitance = 1 uF/cm2\n"
        f"    V from currents starting at {draw(st.integers(-85, -40))} mV\n{water}{''.join(channels)}}}\n"
    )


def _leak(draw, ion: str, low: float, high: float) -> str:
    if draw(st.booleans()):
        return (
            f"    channel {ion}_leak {{ carries {ion};  conductance = {draw(number(low, high))} mS/cm2 }}\n"
        )
    permeability = draw(number(low * 2e-5, high * 2e-5))
    return f"    channel {ion}_leak {{ carries {ion};  permeability = {permeability:.4g} cm/s }}\n"


def _water(draw) -> str:
    return f"    water W {{ permeability = {draw(number(1e-4, 1e-2))} cm/s;  molar_volume = 18 mL/mol }}\n"


def _pump(draw) -> str:
    return (
        "    pump NaK {\n        moves 3 Na out, 2 K in, uses 1 ATP\n"
        f"        current = {draw(number(0.3, 20))} uA/cm2 * hill(in.Na, {draw(number(8, 30))} mM, 3)"
        f" * hill(out.K, {draw(number(0.8, 4))} mM, 2)\n    }}\n"
    )


def _persistent(draw) -> str:
    half, width = draw(st.integers(-60, -25)), draw(st.integers(3, 9))
    slow = draw(st.booleans())
    speed = f"tau = {draw(number(0.1, 20))} ms" if slow else "instantaneous"
    return (
        f"    channel NaP {{\n        carries Na\n        conductance = {draw(number(0.02, 1))} mS/cm2 * p\n"
        f"        gate p {{ inf = 1/(1 + exp(-(V + {-half} mV)/({width} mV)));  {speed} }}\n    }}\n"
    )


def _delayed(draw) -> str:
    return (
        f"    channel KDR {{\n        carries K\n        conductance = {draw(number(0.1, 10))} mS/cm2 * n^4\n"
        "        gate n {\n            alpha = 0.01 /mV/ms * linoid(V + 34 mV, 10 mV)\n"
        "            beta  = 0.125 /ms * exp(-(V + 44 mV)/(80 mV))\n        }\n    }\n"
    )


def _cotransporter(draw) -> str:
    return (
        "    transporter KCC {\n        moves 1 K out, 1 Cl out\n"
        f"        rate = {draw(number(1e-4, 2e-2))} fmol/s * (in.K * in.Cl - out.K * out.Cl) / (1 mM * 1 mM)\n    }}\n"
    )


def _calcium(draw) -> str:
    return (
        f"    channel Ca_leak {{ carries Ca;  permeability = {draw(number(1e-11, 1e-9)):.4g} cm/s }}\n"
        "    pump PMCA {\n        moves 1 Ca out, uses 1 ATP\n"
        f"        rate = {draw(number(1e-4, 1e-2))} fmol/s * in.Ca / (in.Ca + 0.0005 mM)\n    }}\n"
    )
