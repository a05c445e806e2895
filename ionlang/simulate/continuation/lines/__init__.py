"""Equilibria of lines as a parameter changes: the same curves, on bands."""
