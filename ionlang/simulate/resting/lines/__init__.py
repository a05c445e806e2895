"""Rest of a cell with lines: Newton's method on bands, with all conserved totals kept."""
