"""Bounds that hold: values and slopes over whole stretches of one coordinate, and every zero that they prove."""
