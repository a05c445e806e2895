"""Larger files without a mistake, with many blocks to plant mistakes in; together they use all that the language has."""

from __future__ import annotations

from pathlib import Path

FIELDS = tuple(sorted((Path(__file__).parent / "fields").glob("*.ion")))
FIELD = (Path(__file__).parent / "fields" / "neuron.ion").read_text(encoding="utf-8")
