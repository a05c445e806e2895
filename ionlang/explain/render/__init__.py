"""Explanations as text, LaTeX, HTML with MathML, JSON."""
