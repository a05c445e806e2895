"""Independent formulas of the shipped libraries' entries, one module a library."""
