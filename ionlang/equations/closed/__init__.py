"""Closed forms of rest: what follows from the structure of a cell without any search, derived with SymPy."""
