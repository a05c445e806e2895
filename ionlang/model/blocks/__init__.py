"""Blocks of the text as matter, places, membranes and carriers."""
