"""Errors are data: what is wrong, where, why, and how to mend it.

No text is laid out here (`render.py` does that), nothing is raised while a pass runs: a pass adds to `Problems`
and goes on with whatever is still whole. The one stop comes before `derive`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from typing import Literal

from ionlang.records import dataclass
from ionlang.source import Span

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Label:
    """A place in a source and what is to be said about it."""

    span: Span
    text: str = ""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One mistake. `code` is stable (`ION0xx` syntax, `1xx` names, `2xx` units, `3xx` chemistry and physics,
    `4xx` equations, `5xx` simulation) and has a page in `docs/errors/`."""

    code: str
    message: str
    primary: Label
    secondary: tuple[Label, ...] = ()
    notes: tuple[str, ...] = ()
    help: str = ""
    severity: Severity = "error"


@dataclass(slots=True)
class Problems:
    """What the passes found so far, in the order found."""

    found: list[Diagnostic] = field(default_factory=list)

    def add(self, diagnostic: Diagnostic) -> None:
        if diagnostic not in self.found:
            self.found.append(diagnostic)

    def error(
        self,
        code: str,
        message: str,
        span: Span,
        label: str = "",
        *,
        secondary: tuple[Label, ...] = (),
        notes: tuple[str, ...] = (),
        help: str = "",
    ) -> None:
        self.add(Diagnostic(code, message, Label(span, label), secondary, notes, help))

    def warning(
        self,
        code: str,
        message: str,
        span: Span,
        label: str = "",
        *,
        secondary: tuple[Label, ...] = (),
        notes: tuple[str, ...] = (),
        help: str = "",
    ) -> None:
        self.add(Diagnostic(code, message, Label(span, label), secondary, notes, help, "warning"))

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        return tuple(d for d in self.found if d.severity == "error")

    def in_text_order(self) -> tuple[Diagnostic, ...]:
        """All diagnostics by file and place, as a reader meets them."""
        names = list(dict.fromkeys(d.primary.span.source.name for d in self.found))
        return tuple(
            sorted(self.found, key=lambda d: (names.index(d.primary.span.source.name), d.primary.span.start))
        )

    def stop(self) -> None:
        """Raise `ModelError` with everything found if any of it is an error."""
        if self.errors:
            raise ModelError(self.in_text_order())

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(self.in_text_order())


class ModelError(Exception):
    """The model is wrong; `diagnostics` says all that is (errors and warnings in text order)."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        self.diagnostics = diagnostics
        first = next(d for d in diagnostics if d.severity == "error")
        count = sum(d.severity == "error" for d in diagnostics)
        more = f" (and {count - 1} more)" if count > 1 else ""
        super().__init__(f"{first.code} {first.primary.span.place()}: {first.message}{more}")

    def _repr_html_(self) -> str:
        """What a notebook shows: everything that is wrong, with its lines."""
        # The one call to the renderer: an error can show itself.
        from ionlang.render import render_html

        return render_html(self.diagnostics)
