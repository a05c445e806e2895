"""An integrator for long lines: backward differentiation formulas, and linear systems that know the copies."""
