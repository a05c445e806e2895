"""Crossings, extremes and integrals on the dense output of many runs at once."""
