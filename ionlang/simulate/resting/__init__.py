"""Rest: every equilibrium of a cell, its stability, and the one that it comes to."""
