"""Structure → text: the same model in given units, from either side of its membranes, in any layout."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from random import Random
from textwrap import indent

from tests.models_structure import (
    Carrier,
    Content,
    Flux,
    Formula,
    Gate,
    GateValue,
    Membrane,
    Model,
    Movement,
    Odd,
    Piece,
    Place,
    Potential,
    Property,
    Quantity,
    Reaction,
    Use,
)

# Other words for each unit, and how many of them make one: written by hand, so that they check the table of units.
SPELLINGS: dict[str, tuple[tuple[str, str], ...]] = {
    "": (("%", "100"),),
    "degC": (("K", "1"),),
    "mM": (("uM", "1e3"), ("M", "1e-3"), ("mol/m3", "1"), ("fmol/pL", "1"), ("nmol/mL", "1e3")),
    "mM2": (("uM2", "1e6"), ("M2", "1e-6"), ("mol2/m6", "1")),
    "mM/s": (("uM/ms", "1"), ("M/s", "1e-3"), ("uM/s", "1e3"), ("mM/min", "60"), ("mol/m3/s", "1")),
    "mV": (("V", "1e-3"), ("uV", "1e3"), ("J/C", "1e-3"), ("A.ohm", "1e-3")),
    "ms": (("s", "1e-3"), ("us", "1e3"), ("ms", "1")),
    "s": (("ms", "1e3"), ("us", "1e6")),
    "/ms": (("/s", "1e3"), ("kHz", "1"), ("Hz", "1e3"), ("/min", "6e4"), ("/h", "3.6e6")),
    "/mV/ms": (("/V/s", "1e6"), ("/mV/s", "1e3"), ("kHz/mV", "1"), ("C/J/us", "1")),
    "/mM/ms": (("/M/s", "1e6"), ("/uM/s", "1"), ("Hz/M", "1e6")),
    "um": (("m", "1e-6"), ("nm", "1e3"), ("cm", "1e-4"), ("mm", "1e-3")),
    "um2": (("cm2", "1e-8"), ("m2", "1e-12"), ("mm2", "1e-6")),
    "pL": (("L", "1e-12"), ("fL", "1e3"), ("um3", "1e3"), ("m3", "1e-15"), ("cm3", "1e-9")),
    "uF/cm2": (("F/m2", "1e-2"), ("nF/mm2", "10"), ("pF/um2", "1e-2"), ("C/V/m2", "1e-2")),
    "pF": (("nF", "1e-3"), ("F", "1e-12"), ("fC/mV", "1"), ("s/Gohm", "1e-3")),
    "mS/cm2": (("S/m2", "10"), ("S/cm2", "1e-3"), ("uS/cm2", "1e3"), ("pS/um2", "10"), ("/ohm/m2", "10")),
    "nS": (("S", "1e-9"), ("pS", "1e3"), ("uS", "1e-3"), ("/Gohm", "1"), ("pA/mV", "1")),
    "nS/pF": (("S/F", "1e3"), ("mS/uF", "1"), ("/ms", "1")),
    "uA/cm2": (("A/m2", "1e-2"), ("pA/um2", "1e-2"), ("mA/cm2", "1e-3"), ("nC/ms/cm2", "1")),
    "pA": (("A", "1e-12"), ("nA", "1e-3"), ("fC/ms", "1")),
    "pA/pF": (("A/F", "1"), ("uA/uF", "1"), ("V/s", "1")),
    "cm/s": (("m/s", "1e-2"), ("um/ms", "10"), ("um/s", "1e4"), ("nm/us", "10")),
    "pL/s": (("L/s", "1e-12"), ("um3/s", "1e3"), ("um3/ms", "1"), ("nL/min", "0.06")),
    "mL/mol": (("L/mol", "1e-3"), ("cm3/mol", "1"), ("m3/mol", "1e-6"), ("pL/fmol", "1e-6")),
    "fmol/s": (("mol/s", "1e-15"), ("pmol/s", "1e-3"), ("fmol/min", "60")),
    "pmol/s/cm2": (("mol/s/m2", "1e-8"), ("fmol/ms/cm2", "1"), ("nmol/m2/s", "10")),
}
_CHANGES_SIGN = ("current", "reversal", "V")
_REMARKS = ("as the paper has it", "checked, twice", "{ not a block }", "1/2 of it; moves nothing")
Here = tuple[str | None, str | None]


class Writer:
    """Writes a model. Without `units` every number keeps the unit of the structure; with one of them, each gets
    another. The membranes in `swapped` are written from their second side."""

    def __init__(self, model: Model, swapped: Sequence[str] = (), units: int | None = None) -> None:
        self.model = model
        self.swapped = frozenset(swapped)
        self.units = None if units is None else Random(units)
        self.layout = Random(model.seed)

    def wrapped(self) -> str:
        """The same in an arrangement `box`: what is declared, matter and the scenario stay outside of it."""
        outside, inside = self.items()
        inside = [indent(item, "    ") for item in inside]
        return "\n".join([*outside, "arrangement box {", *inside, "}", self.scenario("box.")]) + "\n"

    def text(self) -> str:
        outside, inside = self.items()
        items = [*outside, *inside, self.scenario()]
        Random(self.model.seed).shuffle(items)
        return self.layout.choice(('"""Generated."""\n\n', "")) + "\n".join(items) + "\n"

    def items(self) -> tuple[list[str], list[str]]:
        """What belongs to the file, and what may be in an arrangement."""
        model = self.model
        word, warmth = model.warmth
        items = [f"{word} = {self.quantity(warmth)}"]
        items += [f"{head} = {self.formula(value, (None, None))}" for head, value in model.declared]
        for s in model.species:
            items.append(
                f"{s.kind} {s.name}"
                if s.kind == "solute"
                else f"{s.kind} {s.name} {{ valence = {s.valence:+} }}"
            )
        parts = [self.place(p) for p in model.places]
        parts += [self.membrane(m) for m in model.membranes]
        parts += [self.flux(f) for f in model.fluxes]
        parts += [self.reaction(r) for r in model.reactions]
        parts += [self.named_block(f"variable {v.name}", v.properties) for v in model.variables]
        for p in model.places:
            for b in p.buffers:
                properties: tuple[Property, ...] = (("total", (b.total,)), ("K_d", (b.dissociation,)))
                parts.append(
                    self.named_block(f"buffer {b.name} in {p.name}", properties, f"binds {b.species}")
                )
        return items, parts

    # ── numbers and formulas ──

    def quantity(self, value: Quantity) -> str:
        number, unit = value.number, value.unit
        if self.units is not None and unit in SPELLINGS and self.units.random() < 0.8:
            other, factor = self.units.choice(SPELLINGS[unit])
            number = number + Decimal("273.15") if unit == "degC" else number * Decimal(factor)
            unit = other
        digits = str(number.normalize()) if abs(number.adjusted()) > 4 else format(number, "f")
        return f"{digits} {unit}".rstrip()

    def formula(self, formula: Formula, here: Here) -> str:
        return "".join(self.piece(p, here, i == 0) for i, p in enumerate(formula))

    def piece(self, piece: Piece, here: Here, first: bool) -> str:
        match piece:
            case str():
                return piece
            case Quantity():
                text = self.quantity(piece)
                return f"({text})" if piece.number < 0 and not first else text
            case Potential():
                return self.signed(
                    "V" if piece.membrane == here[0] else f"{piece.membrane}.V", piece.membrane
                )
            case Odd():
                text = piece.text if piece.membrane == here[0] else f"{piece.membrane}.{piece.text}"
                return self.signed(text, piece.membrane)
            case Content():
                return f"{self.side(piece.place, here, piece.by_name)}.{piece.species}"
            case GateValue():
                if (piece.membrane, piece.carrier) == here:
                    return piece.gate
                own = piece.membrane == here[0]
                return (
                    f"{piece.carrier}.{piece.gate}"
                    if own
                    else f"{piece.membrane}.{piece.carrier}.{piece.gate}"
                )

    def signed(self, text: str, membrane: str) -> str:
        return f"(-{text})" if membrane in self.swapped else text

    def sides(self, membrane: Membrane) -> tuple[str, str]:
        sides = (" + ".join(membrane.inside), membrane.second)
        return (sides[1], sides[0]) if membrane.name in self.swapped else sides

    def side(self, place: str, here: Here, by_name: bool) -> str:
        if here[0] is None or by_name or self.model.membrane(here[0]).annex is not None:
            return place
        return "in" if self.sides(self.model.membrane(here[0]))[0] == place else "out"

    def property(self, name: str, value: Formula, here: Here) -> str:
        text = self.formula(value, here)
        turned = name in _CHANGES_SIGN and here[0] in self.swapped
        return f"{name} = -({text})" if turned else f"{name} = {text}"

    # ── blocks ──

    def place(self, place: Place) -> str:
        sentences = (
            [f"volume = {self.formula(place.volume, (None, None))}"] if place.kind == "compartment" else []
        )
        for h in place.contents:
            if h.start is None:
                sentences.append(f"{h.species} balances charge")
            else:
                held = " held" if h.held and place.kind == "compartment" else ""
                sentences.append(f"{h.species} = {self.quantity(h.start)}{held}")
        return self.block(f"{place.kind} {place.name}", sentences)

    def membrane(self, m: Membrane) -> str:
        start = self.quantity(m.start)
        if m.name in self.swapped:
            start = f"-({start})"
        sentences = [
            f"area = {self.formula(m.area, (None, None))}",
            f"capacitance = {self.quantity(m.capacitance)}",
            f"V from {m.way} starting at {start}",
        ]
        if m.way == "defined":
            sentences[1:] = [self.property("V", m.potential, (m.name, None))]
        waters = {
            w: (("permeability", (w.permeability,)), ("molar_volume", (w.molar_volume,))) for w in m.waters
        }
        sentences += [self.named_block(f"water {w.name}", given) for w, given in waters.items()]
        sentences += [self.carrier(m, c) for c in m.carriers]
        first, second = self.sides(m)
        return self.block(f"membrane {m.name} ({first} | {second})", sentences)

    def carrier(self, m: Membrane, c: Carrier) -> str:
        here = (m.name, c.name)
        if c.kind == "channel":
            ratios = ("" if r is None else f" : {self.formula(r, here)}" for _, r in c.shares)
            ends = "" if c.inner is None else f" between {c.inner} and {m.second}"
            ends = (
                ends
                if c.inner is None or m.name not in self.swapped
                else f" between {m.second} and {c.inner}"
            )
            shares = (
                f"{s}{ratio}{'' if s == 'charge' else ends}"
                for (s, _), ratio in zip(c.shares, ratios, strict=True)
            )
            sentences = [f"carries {', '.join(shares)}"]
        else:
            sentences = [self.line(c.movements, c.uses, here)]
        sentences += [f"{head} = {self.formula(value, here)}" for head, value in c.declared]
        sentences += [self.property(name, value, here) for name, value in c.properties]
        sentences += [self.gate(g, here) for g in c.gates]
        return self.block(f"{c.kind} {c.name}", sentences)

    def gate(self, gate: Gate, here: Here) -> str:
        sentences = [self.property(name, value, here) for name, value in gate.properties]
        return self.block(f"gate {gate.name}", sentences + ["instantaneous"] * gate.instantaneous)

    def line(self, movements: tuple[Movement, ...], uses: tuple[Use, ...], here: Here) -> str:
        parts = [self.movement(m, here) for m in movements]
        for u in uses:
            where = f"{self.side(u.place, here, False)}." if u.says_where else ""
            parts.append(f"uses {u.count} {where}{u.species}")
        return f"moves {', '.join(parts)}"

    def movement(self, m: Movement, here: Here) -> str:
        what = m.species if m.count == 1 else f"{m.count} {m.species}"
        if m.by_name or here[0] is None or self.model.membrane(here[0]).annex is not None:
            return f"{what} from {m.origin or 'nothing'} to {m.target or 'nothing'}"
        assert m.origin is not None
        return f"{what} {'out' if self.side(m.origin, here, False) == 'in' else 'in'}"

    def flux(self, flux: Flux) -> str:
        rate = self.formula(flux.rate, (None, None))
        return self.block(
            f"flux {flux.name}", [self.line(flux.movements, (), (None, None)), f"rate = {rate}"]
        )

    def reaction(self, reaction: Reaction) -> str:
        used, made = (
            ", ".join(s if n == 1 else f"{n} {s}" for n, s in side) or "nothing"
            for side in (reaction.origins, reaction.targets)
        )
        line = f"turns {used} into {made}"
        return self.named_block(f"reaction {reaction.name} in {reaction.place}", reaction.properties, line)

    def named_block(self, head: str, properties: Sequence[Property], *sentences: str) -> str:
        given = [f"{name} = {self.formula(value, (None, None))}" for name, value in properties]
        return self.block(head, [*sentences, *given])

    def scenario(self, where: str = "") -> str:
        """An ion is injected into the first side as the structure has it, or not at all."""
        sentences = ["run 1 s"]
        for i in self.model.injections:
            if i.membrane in self.swapped and i.carrier != "charge":
                continue
            current = self.quantity(i.current)
            sentences.append(
                f"from 0.1 s for 0.2 s: inject {current} into {where}{i.membrane} carried by {i.carrier}"
            )
        return self.block("scenario stimulus", sentences)

    def block(self, head: str, sentences: Sequence[str]) -> str:
        """One line, or a line for each sentence; some with a remark behind them, some with two on a line."""
        flat = not any("\n" in s for s in sentences)
        if flat and len("; ".join(sentences)) < 70 and self.layout.random() < 0.6:
            return f"{head} {{ {'; '.join(sentences)} }}"
        lines = [f"{head} {{"]
        for s in sentences:
            indented = s.replace("\n", "\n    ")
            chance = self.layout.random()
            if chance < 0.1:
                indented += f"  # {self.layout.choice(_REMARKS)}"
            elif chance < 0.2:
                indented += ";"
            lines.append(f"    {indented}")
        return "\n".join([*lines, "}"])
