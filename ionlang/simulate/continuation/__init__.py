"""Equilibria as a parameter changes: branches, their stability, and where they turn, meet or begin to swing."""
