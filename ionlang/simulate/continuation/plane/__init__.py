"""Folds and Hopf points as curves over two parameters, and the points at which such curves end, turn back or meet."""
